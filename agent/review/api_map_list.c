/*
 * The incidents on the map as a list, page by page, in every form of one.
 */
#include "agent/review/api_map.h"

#include "agent/base/err.h"
#include "agent/review/apilist.h"
#include "agent/review/desk.h"
#include "agent/review/visit.h"

static const char *const params[] = { "bbox", "days", "until", "theme", "level",
	"progress", NULL };

static const char *const columns[] = { "id", "ref", "themes", "level",
	"in_progress", "opened_at", "district", "grid_ref", "near", "near_m",
	"near_bearing", "uncertainty_m", "doubt", "lat", "lon", NULL };

static const struct apilist_kind kind = {
	.name = "map",
	.look = "v1/map/list",
	.is_of_incidents = true,
	.params = params,
	.columns = columns,
	.has_point = true,
	.place_count = 2,
};

static void
write_row(void *user, const struct mapstore_row *row)
{
	struct apilist *l = user;
	const int64_t place[] = { row->opened_ms, row->id };

	if (!apilist_has_room(l))
		return;
	apilist_int(l, row->id);
	apilist_str(l, row->ref);
	apilist_words(l, row->themes);
	apilist_text(l, row->level == RULES_ALERT ? "alert" : "review");
	apilist_bool(l, row->in_progress);
	apilist_time_ms(l, row->opened_ms);
	apilist_str(l, row->district);
	apilist_str(l, row->grid_ref);
	apilist_str(l, row->near_name);
	apilist_real(l, row->near_m, 0);
	apilist_str(l, row->near_bearing);
	apilist_real(l, row->uncertainty_m, 0);
	apilist_str(l, row->doubt);
	apilist_point(l, row->lat, row->lon);
	apilist_row(l, place);
}

static int
read_filter(void *user, struct apilist *l)
{
	struct mapstore_filter *f = user;

	if (api_map_ask(l->v, f) < 0)
		return -1;
	f->after_ms = l->after[0];
	f->after_id = l->is_begun ? l->after[1] : 0;
	f->limit = apilist_wanted(l);
	return 0;
}

static int
fill_rows(void *user, struct apilist *l, struct err *e)
{
	int64_t count;

	return mapstore_list(l->v->desk->map, user, write_row, l, &count, e);
}

void
api_map_list(struct visit *v)
{
	struct mapstore_filter f;

	apilist_answer(v, &kind, read_filter, fill_rows, &f);
}
