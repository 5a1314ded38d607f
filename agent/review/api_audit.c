/*
 * What people did, the last first.  Incidents are numbers here.
 */
#include "agent/base/err.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
#include "agent/review/desk.h"
#include "agent/review/visit.h"
#include "agent/store/audit.h"
#include "agent/store/store.h"

static const char *const params[] = { NULL };

static const char *const columns[] = { "row", "at", "actor", "event",
	"incident", "detail", NULL };

static const struct apilist_kind kind = {
	.name = "audit",
	.params = params,
	.columns = columns,
	.place_count = 1,
};

static void
write_row(void *user, const struct audit_row *row)
{
	struct apilist *l = user;

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
	apilist_row(l, &row->id);
}

void
api_audit(struct visit *v)
{
	struct err e = { 0 };
	struct apilist l;

	if (apilist_read(&l, v, &kind) < 0)
		return;
	if (visit_record_look(v, 0, "v1/audit", &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	apilist_begin(&l);
	if (audit_list_people(store_audit(v->desk->store),
		l.is_begun ? l.after[0] : INT64_MAX, apilist_wanted(&l),
		write_row, &l, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	(void)apilist_end_rows(&l);
	apilist_end(&l);
}
