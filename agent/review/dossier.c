#include "agent/review/dossier.h"

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/review/camp.h"
#include "agent/review/desk.h"
#include "agent/review/visit.h"

static void
keep_line(void *user, const struct camp_line *line)
{
	struct dossier *d = user;
	struct arena *arena = d->v->desk->arena;
	struct dossier_line *n = arena_alloc(arena, 1, sizeof *n);
	struct err e = { 0 };

	n->line = *line;
	n->line.by = arena_str(arena, line->by);
	n->line.body = arena_str(arena, line->body);
	/* One that is not JSON was not written here: it shows no fields. */
	if (json_parse(n->line.body, &n->body, NULL, &e) < 0)
		n->body = NULL;
	n->before = d->last;
	if (d->last)
		d->last->next = n;
	else
		d->notes = n;
	d->last = n;
}

int
dossier_load(struct dossier *d, struct visit *v, int64_t id, const char *page,
    struct err *e)
{
	int r;

	*d = (struct dossier){ .v = v };
	if (id <= 0)
		return 0;
	r = camps_find(v->desk->camps, id, v->desk->arena, &d->camp, e);
	if (r <= 0)
		return r;
	camp_record_look(v, id, page);
	return camps_lines(v->desk->camps, id, keep_line, d, e) < 0 ? -1 : 1;
}

void
dossier_clear(struct dossier *d)
{
	for (struct dossier_line *n = d->notes; n; n = n->next)
		json_free(&n->body);
	d->notes = NULL;
}

const struct dossier_line *
dossier_find(const struct dossier *d, int64_t id)
{
	for (const struct dossier_line *n = d->notes; n; n = n->next)
		if (n->line.id == id)
			return n;
	return NULL;
}

bool
dossier_line_stands(const struct dossier_line *n)
{
	return n->line.corrected_by_id == 0 && n->line.kind != CAMP_WITHDRAWN;
}

bool
dossier_line_is_hidden(const struct dossier *d, const struct dossier_line *n)
{
	const struct dossier_line *by =
	    n->line.corrected_by_id ? dossier_find(d, n->line.corrected_by_id)
				    : NULL;

	return by && by->line.kind == CAMP_WITHDRAWN &&
	       str_is(dossier_line_word(by, "reason"), "words");
}

struct str
dossier_line_word(const struct dossier_line *n, const char *field)
{
	return json_text(json_member(n->body, field));
}

bool
dossier_is_due(const struct dossier *d, const struct dossier_line *deadline)
{
	if (deadline->line.kind != CAMP_DEADLINE ||
	    !dossier_line_stands(deadline) ||
	    d->camp.span.left_ms != CLOCK_NONE)
		return false;
	for (const struct dossier_line *n = d->notes; n; n = n->next)
		if (n->line.kind == CAMP_MET && dossier_line_stands(n) &&
		    n->line.refers_id == deadline->line.id)
			return false;
	return true;
}
