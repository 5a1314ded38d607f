/*
 * What people did, the last first, and what of it was unusual.  Incidents are
 * numbers here.
 */
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
#include "agent/review/auditask.h"
#include "agent/review/desk.h"
#include "agent/review/visit.h"
#include "agent/store/audit.h"
#include "agent/store/audit_pages.h"
#include "agent/store/watch.h"

static const char *const params[] = { "account", "incident", "event", "since",
	"before", NULL };

static const char *const columns[] = { "row", "at", "actor", "event",
	"incident", "detail", NULL };

static const struct apilist_kind kind = {
	.name = "audit",
	.look = "v1/audit",
	.params = params,
	.columns = columns,
	.place_count = 2,
};

static void
write_row(void *user, const struct audit_row *row)
{
	struct apilist *l = user;
	const int64_t place[] = { row->at_ms, row->id };

	if (!apilist_has_room(l))
		return;
	apilist_int(l, row->id);
	apilist_time_ms(l, row->at_ms);
	apilist_str(l, row->actor);
	apilist_text(l, audit_event_name(row->event));
	if (row->incident_id)
		apilist_int(l, row->incident_id);
	else
		apilist_none(l);
	apilist_json(l, row->detail);
	apilist_row(l, place);
}

/* Give the rows of a filter to write, as a list of that kind. */
static void
answer(struct apilist *l, struct audit_pages_filter *f,
    void (*write)(void *user, const struct audit_row *row))
{
	struct visit *v = l->v;
	struct err e = { 0 };

	f->after_ms = l->after[0];
	f->after_id = l->after[1];
	f->limit = apilist_wanted(l);
	apilist_begin(l);
	if (audit_pages_list(v->desk->audit_pages, f, write, l, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	(void)apilist_end_rows(l);
	apilist_end(l);
}

void
api_audit(struct visit *v)
{
	struct audit_pages_filter f;
	struct auditask_fault fault;
	struct apilist l;

	if (apilist_read(&l, v, &kind) < 0)
		return;
	if (auditask_read(v, &f, &fault) < 0) {
		api_problem_of(v, 400, fault.field, fault.what);
		return;
	}
	answer(&l, &f, write_row);
}

/* --- unusual reading --- */

static const char *const no_params[] = { NULL };

static const char *const unusual_columns[] = { "row", "at", "actor", "over",
	"incidents", "limit", NULL };

static const struct apilist_kind unusual_kind = {
	.name = "unusual",
	.look = "v1/audit/unusual",
	.params = no_params,
	.columns = unusual_columns,
	.place_count = 2,
};

static void
write_unusual(void *user, const struct audit_row *row)
{
	struct apilist *l = user;
	const int64_t place[] = { row->at_ms, row->id };
	struct watch_finding found;
	struct err e = { 0 };

	if (watch_read(row, &found, &e) < 0 || !apilist_has_room(l))
		return;
	apilist_int(l, row->id);
	apilist_time_ms(l, row->at_ms);
	apilist_text(l, found.who);
	apilist_text(l, found.over);
	apilist_int(l, found.incidents);
	apilist_int(l, found.limit);
	apilist_row(l, place);
}

void
api_unusual(struct visit *v)
{
	struct audit_pages_filter f = { .actor = str_of(WATCH_ACTOR),
		.since_ms = CLOCK_NONE,
		.before_ms = CLOCK_NONE };
	struct apilist l;

	if (apilist_read(&l, v, &unusual_kind) == 0)
		answer(&l, &f, write_unusual);
}
