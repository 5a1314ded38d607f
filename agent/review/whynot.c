#include "agent/review/whynot.h"

#include <stdlib.h>

#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/review/desk.h"
#include "agent/review/visit.h"
#include "agent/store/record.h"

static void
keep_theme(void *user, const struct store_tag *tag)
{
	struct whynot *w = user;

	if (w->standing_count < WHYNOT_THEMES_MAX)
		w->standing[w->standing_count++] =
		    arena_str(w->v->desk->arena, tag->theme);
}

static bool
stands(const struct whynot *w, struct str theme)
{
	for (size_t i = 0; i < w->standing_count; i++)
		if (str_is_equal(w->standing[i], theme))
			return true;
	return false;
}

int
whynot_missing(const struct nearest *n)
{
	return n->score < n->lowest ? n->lowest - n->score : 0;
}

static int
by_nearness(const void *a, const void *b)
{
	const struct whynot_absent *x = a;
	const struct whynot_absent *y = b;

	if (whynot_missing(&x->near) != whynot_missing(&y->near))
		return whynot_missing(&x->near) - whynot_missing(&y->near);
	return str_compare(x->theme, y->theme);
}

void
whynot_find(struct whynot *w)
{
	const struct str *themes;
	size_t count = ruleset_themes(w->rules, &themes);

	for (size_t i = 0; i < count && w->absent_count < WHYNOT_THEMES_MAX;
	     i++) {
		struct whynot_absent *a = &w->absent[w->absent_count];

		if (stands(w, themes[i]) ||
		    !nearest_find(w->rules, &w->record, &w->row.place,
			w->v->desk->scratch, themes[i], false, &a->near))
			continue;
		a->theme = themes[i];
		w->absent_count++;
	}
	if (w->absent_count > 0)
		qsort(w->absent, w->absent_count, sizeof w->absent[0],
		    by_nearness);
}

int
whynot_load(struct whynot *w, int64_t id, struct err *e)
{
	struct desk *d = w->v->desk;
	int r = store_incident_find_id(d->store, id, d->arena, &w->row, e);

	if (r <= 0)
		return r;
	if (record_load(d->store, id, d->arena, NULL, &w->record, e) < 0 ||
	    store_tags_list(d->store, id, false, keep_theme, w, e) < 0)
		return -1;
	return 1;
}
