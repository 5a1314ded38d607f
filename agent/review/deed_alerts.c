/*
 * Trying a delivery again and setting one aside.
 */
#include "agent/review/deed.h"

#include <inttypes.h>
#include <stdio.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/desk.h"
#include "agent/review/service_private.h"
#include "alerts/outbox.h"
#include "alerts/outbox_desk.h"

/* The delivery as it stands. */
struct standing {
	uint32_t attempts;
	int64_t incident_id;
	char version[DEED_VERSION_MAX];
};

void
deed_alert_version(const struct outbox_row *row, char version[DEED_VERSION_MAX])
{
	(void)snprintf(version, DEED_VERSION_MAX, "%" PRId64 ".%d.%u.%d",
	    row->id, (int)row->state, row->attempts,
	    row->aside_ms != CLOCK_NONE);
}

static void
note(void *user, const struct outbox_row *row)
{
	struct standing *s = user;

	s->attempts = row->attempts;
	s->incident_id = row->incident_id;
	deed_alert_version(row, s->version);
}

static void
ignore_attempt(void *user, const struct outbox_attempt *a)
{
	(void)user;
	(void)a;
}

/* 1 and the incident; 0 if it was tried meanwhile or is gone; or -1. */
static int
is_current(struct visit *v, int64_t id, int64_t *incident_id, struct err *e)
{
	struct standing s = { 0 };
	int r = id > 0 ? outbox_show(
			     v->desk->outbox, id, note, ignore_attempt, &s, e)
		       : 0;

	if (r < 0)
		return -1;
	if (r == 0)
		return visit_gone(v, "There is no such delivery any more.", e);
	*incident_id = s.incident_id;
	return visit_saw(v, "tries", s.attempts, s.version, e);
}

static int
record(struct visit *v, const char *change, int64_t id, int64_t incident_id,
    const char *why, struct err *e)
{
	struct buf detail = { 0 };
	int r;

	buf_addf(
	    &detail, "{\"change\":\"%s\",\"delivery\":%" PRId64, change, id);
	if (why)
		buf_addf(&detail, ",\"why\":\"%s\"", why);
	buf_add_char(&detail, '}');
	r = visit_record_change(v, incident_id, detail.p, e);
	buf_clear(&detail);
	return r < 0 ? -1 : 1;
}

int
deed_alert_retry(void *user, struct visit *v, struct err *e)
{
	int64_t id = *(const int64_t *)user, incident_id = 0;
	int r = is_current(v, id, &incident_id, e);

	if (r <= 0)
		return r;
	if (outbox_retry(v->desk->outbox, id, v->service->retry_keep_ms,
		v->now_ms, e) < 0)
		return -1;
	return record(v, "outbox retry", id, incident_id, NULL, e);
}

int
deed_alert_aside(void *user, struct visit *v, struct err *e)
{
	int64_t id = *(const int64_t *)user, incident_id = 0;
	enum outbox_desk_aside why;
	int r = is_current(v, id, &incident_id, e);

	if (r <= 0)
		return r;
	if (outbox_desk_aside_find(visit_field(v, "why"), &why) == 0)
		return visit_bad(
		    v, "why", "Choose why it is set aside from the list.", e);
	r = outbox_desk_set_aside(v->desk->alerts, id, why, v->now_ms, e);
	if (r == 0)
		return err_set(e, ERR_INVALID,
		    "Only what could not be delivered can be set aside, once.");
	if (r < 0)
		return -1;
	return record(
	    v, "outbox aside", id, incident_id, outbox_desk_aside_name(why), e);
}

int
deed_alerts_retry_dead(void *user, struct visit *v, struct err *e)
{
	int *count = user;

	*count = outbox_retry_dead(
	    v->desk->outbox, v->service->retry_keep_ms, v->now_ms, e);
	if (*count < 0)
		return -1;
	return record(v, "outbox retry dead", *count, 0, NULL, e);
}
