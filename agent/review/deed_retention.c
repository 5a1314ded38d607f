/*
 * Holding an incident, ending a hold, and reviewing one whose time has come.
 */
#include "agent/review/deed.h"

#include <inttypes.h>
#include <stdio.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/desk.h"
#include "agent/review/service_private.h"
#include "agent/store/holds.h"
#include "agent/store/retention.h"

/* What stands of an incident's retention. */
struct standing {
	int64_t now_ms, hold_id;
	bool is_asked;
	enum retention_verdict verdict;
	int64_t decided_ms;
};

static void
note_hold(void *user, const struct hold *hold)
{
	struct standing *s = user;

	if (holds_stands(hold, s->now_ms))
		s->hold_id = hold->id;
}

static void
note_item(void *user, const struct retention_item *item)
{
	struct standing *s = user;

	s->is_asked = item->is_asked;
	s->verdict = item->verdict;
	s->decided_ms = item->verdict == RETENTION_OPEN ? 0 : item->decided_ms;
}

/* 1, 0 if there is no such incident, or -1. */
static int
find(struct visit *v, int64_t incident_id, struct standing *s, struct err *e)
{
	int r;

	*s = (struct standing){ .now_ms = v->now_ms };
	if (incident_id <= 0)
		return 0;
	r = retention_find(v->desk->retention, v->service->conf, incident_id,
	    v->now_ms, note_item, s, e);
	if (r <= 0)
		return r;
	return holds_of(v->desk->holds, incident_id, note_hold, s, e) < 0 ? -1
									  : 1;
}

static void
print_version(
    int64_t id, const struct standing *s, char version[DEED_VERSION_MAX])
{
	(void)snprintf(version, DEED_VERSION_MAX,
	    "%" PRId64 ".%" PRId64 ".%d.%d.%" PRId64, id, s->hold_id,
	    s->is_asked, (int)s->verdict, s->decided_ms);
}

int
deed_retention_version(struct visit *v, int64_t incident_id,
    char version[DEED_VERSION_MAX], struct err *e)
{
	struct standing s;
	int r = find(v, incident_id, &s, e);

	if (r > 0)
		print_version(incident_id, &s, version);
	return r;
}

/* Is it as it was seen?  1, 0 if not or it is gone, or -1. */
static int
is_current(struct visit *v, int64_t incident_id, struct err *e)
{
	char version[DEED_VERSION_MAX];
	struct standing s;
	int r = find(v, incident_id, &s, e);

	if (r <= 0)
		return r;
	print_version(incident_id, &s, version);
	return visit_saw(v, "hold", s.hold_id, version, e);
}

/* Is the incident there?  1, or as visit_gone(), or -1. */
static int
is_there(struct visit *v, int64_t incident_id, struct err *e)
{
	struct standing s;
	int r = find(v, incident_id, &s, e);

	return r == 0 ? visit_gone(v,
			    "There is no such incident. It may have been "
			    "erased.",
			    e)
		      : r;
}

int
deed_hold_put(void *user, struct visit *v, struct err *e)
{
	int64_t id = *(const int64_t *)user;
	struct str until = visit_field(v, "until");
	int64_t until_ms = CLOCK_NONE;
	int r = is_there(v, id, e);

	if (r > 0)
		r = is_current(v, id, e);
	if (r <= 0)
		return r;
	if (until.len > 0 && !clock_parse_day(until, &until_ms))
		return visit_bad(v, "until",
		    "The last day is no day: write it as 2027-03-31, or leave "
		    "it empty.",
		    e);
	v->bad = visit_field(v, "why").len == 0 ? "why" : NULL;
	r = holds_put(v->desk->holds, id, visit_field(v, "why"), until_ms,
	    v->actor, v->now_ms, e);
	if (r == 0 && v->is_api)
		return err_set(
		    e, ERR_INVALID, "It is held already: end that hold first.");
	return r;
}

int
deed_hold_end(void *user, struct visit *v, struct err *e)
{
	int64_t id = *(const int64_t *)user;
	int r = is_there(v, id, e);

	if (r > 0)
		r = is_current(v, id, e);
	if (r <= 0)
		return r;
	r = holds_end(v->desk->holds, id, v->actor, v->now_ms, e);
	if (r == 0 && v->is_api)
		return err_set(e, ERR_INVALID, "It is not held.");
	return r;
}

int
deed_retention_review(void *user, struct visit *v, struct err *e)
{
	struct retention_decision d = {
		.incident_id = *(const int64_t *)user,
		.actor = v->actor,
		.now_ms = v->now_ms,
	};
	int r = is_current(v, d.incident_id, e);

	if (r <= 0)
		return r;
	if (retention_why_find(visit_field(v, "why"), &d.why) == 0)
		return visit_bad(
		    v, "why", "Choose what becomes of it from the list.", e);
	d.verdict = retention_why_verdict(d.why);
	r = retention_decide(v->desk->retention, v->service->conf, &d, e);
	if (r == 0 && v->is_api)
		return err_set(e, ERR_INVALID,
		    "It does not wait for a review: its time has not come, or "
		    "its class asks for none.");
	return r;
}
