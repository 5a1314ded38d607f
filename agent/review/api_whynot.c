/*
 * Why an incident has not the other themes: the nearest rule of each.
 */
#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
#include "agent/review/desk.h"
#include "agent/review/service_private.h"
#include "agent/review/whynot.h"

static const char *const params[] = { NULL };

static const char *const columns[] = { "theme", "points", "needs", "rule",
	"barred_by", "is_veto", "lacks", "lacks_points", NULL };

static const struct apilist_kind kind = {
	.name = "why-not",
	.params = params,
	.columns = columns,
	.place_count = 1,
};

/* 0, or -1 and it was answered. */
static int
read_incident(void *user, struct apilist *l)
{
	struct whynot *w = user;
	struct visit *v = l->v;
	int64_t id = visit_number(v->arg);
	struct err e = { 0 };
	int r;

	if (!w->rules) {
		api_problem(v, 503,
		    "The rules are not loaded yet. Try again in a moment.");
		return -1;
	}
	r = id > 0 ? whynot_load(w, id, &e) : 0;
	if (r > 0 && visit_record_look(v, id, "v1/incident/why-not", &e) == 0)
		return 0;
	if (r == 0 || e.code == ERR_CORRUPT)
		api_problem(v, 404,
		    "There is no such incident, or its log cannot be read any "
		    "more.");
	else
		visit_fail(v, &e);
	return -1;
}

static void
write_absent(struct apilist *l, const struct whynot_absent *a)
{
	const struct nearest *n = &a->near;

	if (!apilist_counts(l))
		return;
	apilist_str(l, a->theme);
	apilist_int(l, n->score);
	apilist_int(l, n->lowest);
	apilist_str(l, n->rule);
	apilist_str(l, n->barred_by);
	apilist_bool(l, n->is_veto);
	apilist_str(l, n->lacks);
	apilist_int(l, n->lacks_points);
	apilist_row_counted(l);
}

static int
fill_absent(void *user, struct apilist *l, struct err *e)
{
	struct whynot *w = user;

	(void)e;
	whynot_find(w);
	for (size_t i = 0; i < w->absent_count; i++)
		write_absent(l, &w->absent[i]);
	return 0;
}

void
api_whynot(struct visit *v)
{
	struct whynot *w = arena_alloc(v->desk->arena, 1, sizeof *w);

	*w = (struct whynot){ .v = v, .rules = v->service->rules };
	apilist_answer(v, &kind, read_incident, fill_absent, w);
}
