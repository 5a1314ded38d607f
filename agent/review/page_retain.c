/*
 * Holding an incident, ending a hold, and reviewing one whose time has come:
 * the forms of sheet_retention.c.
 */
#include <inttypes.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/desk.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "agent/store/holds.h"
#include "agent/store/retention.h"

/* The hold that stands, of which the form must know. */
struct standing {
	int64_t now_ms, id;
};

static void
note_hold(void *user, const struct hold *hold)
{
	struct standing *s = user;

	if (holds_stands(hold, s->now_ms))
		s->id = hold->id;
}

/* Is the hold still that of the form?  1, 0 or -1. */
static int
is_current(struct visit *v, int64_t incident_id, struct err *e)
{
	struct standing s = { .now_ms = v->now_ms };
	struct str was = visit_field(v, "hold");

	if (!str_is_given(was))
		return err_set(e, ERR_INVALID, "The form is incomplete.");
	if (holds_of(v->desk->holds, incident_id, note_hold, &s, e) < 0)
		return -1;
	return s.id == visit_number(was);
}

static int
put_hold(void *user, struct visit *v, struct err *e)
{
	int64_t id = *(const int64_t *)user;
	struct str until = visit_field(v, "until");
	int64_t until_ms = CLOCK_NONE;
	int r = is_current(v, id, e);

	if (r <= 0)
		return r;
	if (until.len > 0 && !clock_parse_day(until, &until_ms))
		return err_set(e, ERR_INVALID,
		    "The last day is no day: write it as 2027-03-31, or leave "
		    "it empty.");
	return holds_put(v->desk->holds, id, visit_field(v, "why"), until_ms,
	    v->actor, v->now_ms, e);
}

static int
end_hold(void *user, struct visit *v, struct err *e)
{
	int64_t id = *(const int64_t *)user;
	int r = is_current(v, id, e);

	if (r <= 0)
		return r;
	return holds_end(v->desk->holds, id, v->actor, v->now_ms, e);
}

static int
review(void *user, struct visit *v, struct err *e)
{
	struct retention_decision d = {
		.incident_id = *(const int64_t *)user,
		.actor = v->actor,
		.now_ms = v->now_ms,
	};

	if (retention_why_find(visit_field(v, "why"), &d.why) == 0)
		return err_set(
		    e, ERR_INVALID, "Choose what becomes of it from the list.");
	d.verdict = retention_why_verdict(d.why);
	return retention_decide(v->desk->retention, v->service->conf, &d, e);
}

static void
change(struct visit *v, int (*how)(void *user, struct visit *v, struct err *e))
{
	int64_t id = visit_number(v->arg);
	struct buf path = { 0 };
	struct err e = { 0 };
	int r = id > 0 ? visit_change(v, how, &id, &e) : 0;

	if (r <= 0) {
		visit_refuse(v, r, &e);
		return;
	}
	buf_addf(&path, "/incident/%" PRId64 "#kept", id);
	visit_redirect(v, path.p);
	buf_clear(&path);
}

void
page_hold(struct visit *v)
{
	change(v, put_hold);
}

void
page_release(struct visit *v)
{
	change(v, end_hold);
}

void
page_keep(struct visit *v)
{
	change(v, review);
}
