/*
 * The incidents, the last opened first, whether they wait or not.
 */
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
#include "agent/review/desk.h"
#include "agent/review/visit.h"
#include "agent/store/store.h"
#include "agent/store/store_pages.h"

static const char *const params[] = { "theme", "district", "since", "before",
	NULL };

static const char *const columns[] = { "id", "ref", "feed", "themes", "flags",
	"opened_at", "changed_at", "closed_at", "status", "grade",
	"in_progress", "rural_crime", "basis", "place", "district", "grid_ref",
	"near", "near_m", "near_bearing", "uncertainty_m", "lat", "lon", NULL };

static const struct apilist_kind kind = {
	.name = "incidents",
	.look = "v1/incidents",
	.is_of_incidents = true,
	.params = params,
	.columns = columns,
	.has_point = true,
	.place_count = 2,
};

static void
write_place(struct apilist *l, const struct place *p)
{
	apilist_text(l, place_class_name(p->class));
	apilist_str(l, p->district);
	apilist_str(l, p->grid_ref);
	apilist_str(l, p->near_name);
	apilist_real(l, p->near_m, 0);
	apilist_str(l, p->near_bearing);
	apilist_real(l, p->uncertainty_m, 0);
	apilist_point(l, p->lat, p->lon);
}

static void
write_row(void *user, const struct store_incident *row)
{
	struct apilist *l = user;
	const int64_t place[] = { row->opened_ms, row->id };

	if (!apilist_has_room(l))
		return;
	apilist_int(l, row->id);
	apilist_str(l, row->ref);
	apilist_str(l, row->feed);
	apilist_words(l, row->themes);
	apilist_words(l, row->flags);
	apilist_time_ms(l, row->opened_ms);
	apilist_time_ms(l, row->last_ms);
	apilist_time_ms(l, row->closed_ms);
	apilist_str(l, row->status);
	apilist_str(l, row->grade);
	apilist_bool(l, row->in_progress);
	apilist_bool(l, row->rural_crime);
	apilist_str(l, row->basis);
	write_place(l, &row->place);
	apilist_row(l, place);
}

void
api_incidents(struct visit *v)
{
	struct store_pages_filter f = { .since_ms = CLOCK_NONE,
		.before_ms = CLOCK_NONE };
	struct err e = { 0 };
	struct apilist l;

	if (apilist_read(&l, v, &kind) < 0 ||
	    apilist_time(&l, "since", &f.since_ms) < 0 ||
	    apilist_time(&l, "before", &f.before_ms) < 0)
		return;
	f.theme = apilist_param(&l, "theme");
	f.district = apilist_param(&l, "district");
	f.after_ms = l.after[0];
	f.after_id = l.after[1];
	f.limit = apilist_wanted(&l);
	apilist_begin(&l);
	if (store_pages_list(v->desk->pages, &f, write_row, &l, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	(void)apilist_end_rows(&l);
	apilist_end(&l);
}
