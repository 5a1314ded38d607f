/*
 * What is recorded of a visit: every look at personal data, which is on disk
 * before the answer goes out (scribe.h), and changes.
 */
#include <inttypes.h>

#include "agent/base/err.h"
#include "agent/review/desk.h"
#include "agent/review/service_private.h"
#include "agent/review/visit.h"
#include "agent/store/audit.h"
#include "agent/store/reviews.h"
#include "agent/store/store.h"

/* detail: JSON; message_id: the newest of the log that is shown; 0: none is. */
static void
record(struct visit *v, int64_t incident_id, const char *detail,
    int64_t message_id, bool is_counted)
{
	const struct scribe_look look = { .account_id = v->account.id,
		.actor = v->actor,
		.at_ms = v->now_ms,
		.incident_id = incident_id,
		.message_id = message_id,
		.detail = detail,
		.is_counted = is_counted };

	scribe_add(v->service->scribe, &look, &v->looks);
}

static void
record_page(
    struct visit *v, int64_t incident_id, const char *page, int64_t message_id)
{
	struct buf detail = { 0 };

	buf_addf(&detail, "{\"page\":\"%s\"}", page);
	record(v, incident_id, detail.p, message_id, incident_id != 0);
	buf_clear(&detail);
}

int
visit_record_look(
    struct visit *v, int64_t incident_id, const char *page, struct err *e)
{
	int64_t message_id = 0;

	if (incident_id != 0 &&
	    reviews_newest(v->desk->reviews, incident_id, &message_id, e) < 0)
		return -1;
	record_page(v, incident_id, page, message_id);
	return 0;
}

int
visit_record_part(
    struct visit *v, int64_t incident_id, const char *page, struct err *e)
{
	(void)e;
	record_page(v, incident_id, page, 0);
	return 0;
}

void
visit_record_file(
    struct visit *v, const char *page, const char *form, int64_t rows)
{
	struct buf detail = { 0 };

	buf_addf(&detail,
	    "{\"page\":\"%s\",\"form\":\"%s\",\"rows\":%" PRId64 "}", page,
	    form, rows);
	record(v, 0, detail.p, 0, true);
	buf_clear(&detail);
}

int
visit_record_change(
    struct visit *v, int64_t incident_id, const char *detail, struct err *e)
{
	const struct audit_row row = { .at_ms = v->now_ms,
		.actor = str_of(v->actor),
		.event = AUDIT_ALTERATION,
		.incident_id = incident_id,
		.detail = str_of(detail) };

	return audit_add(store_audit(v->desk->store), &row, e);
}
