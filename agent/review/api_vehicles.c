/*
 * A plate or a part of one: the marks that have it or could be the same, and
 * what they were seen with.  Where they were seen is what the search finds.
 */
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
#include "agent/review/desk.h"
#include "agent/review/visit.h"
#include "agent/store/sightings.h"

static const char *const params[] = { "plate", NULL };

/* What was asked for. */
struct asked {
	char mark[SIGHTINGS_ASK_MAX + 1];
	struct sightings_found found;
};

static int
read_plate(void *user, struct apilist *l)
{
	struct asked *a = user;

	if (sightings_ask(str_trim(apilist_param(l, "plate")), a->mark))
		return 0;
	api_problem_of(l->v, 400, "plate",
	    "Give at least two letters or figures of a plate; AB12* begins so, "
	    "*CDE ends so, ? is one character that was not read.");
	return -1;
}

static int
find_marks(struct asked *a, struct apilist *l, struct err *e)
{
	struct desk *d = l->v->desk;

	return sightings_find(d->sightings, a->mark, d->arena, &a->found, e);
}

/* --- the marks --- */

static const char *const columns[] = { "mark", "is_read_in_part",
	"has_all_that_was_asked", "agree", "not_read", "incidents",
	"newest_incident", NULL };

static const struct apilist_kind kind = {
	.name = "vehicles",
	.look = "v1/vehicles",
	.params = params,
	.columns = columns,
	.place_count = 1,
};

static void
write_mark(struct apilist *l, const struct sightings_mark *m)
{
	int64_t open = 0;

	if (!apilist_counts(l))
		return;
	for (size_t i = 0; i < m->text.len; i++)
		open += m->text.p[i] == '?';
	apilist_str(l, m->text);
	apilist_bool(l, m->is_partial);
	apilist_bool(l, m->is_answer);
	apilist_int(l, m->agree);
	apilist_int(l, open);
	apilist_int(l, m->count);
	apilist_int(l, m->last_id);
	apilist_row_counted(l);
}

static int
fill_marks(void *user, struct apilist *l, struct err *e)
{
	struct asked *a = user;

	if (find_marks(a, l, e) < 0)
		return -1;
	for (size_t i = 0; i < a->found.count; i++)
		write_mark(l, &a->found.marks[i]);
	return 0;
}

void
api_vehicles(struct visit *v)
{
	struct asked a = { 0 };

	apilist_answer(v, &kind, read_plate, fill_marks, &a);
}

/* --- seen with --- */

static const char *const with_columns[] = { "mark", "is_read_in_part",
	"incidents", NULL };

static const struct apilist_kind with_kind = {
	.name = "seen-with",
	.look = "v1/vehicles/with",
	.params = params,
	.columns = with_columns,
	.place_count = 1,
};

static void
write_with(void *user, const struct sightings_mark *m)
{
	struct apilist *l = user;

	if (!apilist_counts(l))
		return;
	apilist_str(l, m->text);
	apilist_bool(l, m->is_partial);
	apilist_int(l, m->count);
	apilist_row_counted(l);
}

/* Of the one mark that has what was asked; of several it says nothing. */
static int
fill_with(void *user, struct apilist *l, struct err *e)
{
	struct asked *a = user;
	const struct sightings_mark *m;

	if (find_marks(a, l, e) < 0)
		return -1;
	m = a->found.marks;
	if (a->found.count == 0 || !m->is_answer ||
	    (a->found.count > 1 && m[1].is_answer))
		return 0;
	return sightings_with(l->v->desk->sightings, m->id,
	    apilist_wanted_counted(l), write_with, l, e);
}

void
api_seen_with(struct visit *v)
{
	struct asked a = { 0 };

	apilist_answer(v, &with_kind, read_plate, fill_with, &a);
}
