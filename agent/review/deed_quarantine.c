/*
 * Taking a quarantined message in again, or throwing it away.
 */
#include "agent/review/deed.h"

#include <inttypes.h>
#include <stdio.h>

#include "agent/base/err.h"
#include "agent/review/desk.h"
#include "agent/review/visit.h"
#include "agent/store/quarantine.h"

static const struct deed_why whys[] = {
	{ "resent", "The source has sent it again, correctly" },
	{ "foreign", "It is no incident, or not ours" },
	{ "test", "It was a test" },
	{ "damaged", "It is damaged beyond repair" },
};

#define WHY_COUNT (sizeof whys / sizeof whys[0])

const struct deed_why *
deed_quarantine_whys(size_t *count)
{
	*count = WHY_COUNT;
	return whys;
}

void
deed_quarantine_version(
    const struct quarantine_item *q, char version[DEED_VERSION_MAX])
{
	(void)snprintf(version, DEED_VERSION_MAX, "%" PRId64 ".%d.%" PRId64,
	    q->id, (int)q->state, q->changed_ms);
}

/* The message: 1; 0 if it changed since it was seen or is gone; or -1. */
static int
find_current(
    struct visit *v, int64_t id, struct quarantine_item *q, struct err *e)
{
	char version[DEED_VERSION_MAX];
	int r = quarantine_find(v->desk->quarantine, id, v->desk->arena, q, e);

	if (r < 0)
		return -1;
	if (r == 0)
		return visit_gone(
		    v, "Nothing in quarantine has that number any more.", e);
	deed_quarantine_version(q, version);
	r = visit_saw(v, "changed", q->changed_ms, version, e);
	if (r > 0 && q->state != QUARANTINE_HELD)
		return v->is_api
			   ? err_set(e, ERR_INVALID,
				 "It is not held any more: what is held can be "
				 "taken in again or thrown away.")
			   : 0;
	return r;
}

static int
record(struct visit *v, const char *change, int64_t id, const char *why,
    struct err *e)
{
	char detail[128];

	(void)snprintf(detail, sizeof detail,
	    "{\"change\":\"%s\",\"quarantine\":%" PRId64 "%s%s%s}", change, id,
	    why ? ",\"why\":\"" : "", why ? why : "", why ? "\"" : "");
	return visit_record_change(v, 0, detail, e) < 0 ? -1 : 1;
}

int
deed_quarantine_replay(void *user, struct visit *v, struct err *e)
{
	struct quarantine_item q;
	struct err fault = { 0 };
	int r = find_current(v, *(const int64_t *)user, &q, e);

	if (r <= 0)
		return r;
	if (quarantine_try(&q, v->desk->arena, &fault) < 0)
		return err_set(e, ERR_INVALID,
		    "It still cannot be read: %s. It stays in quarantine.",
		    fault.msg);
	if (quarantine_ask_replay(
		v->desk->quarantine, q.id, (struct str){ 0 }, v->now_ms, e) < 0)
		return -1;
	return record(v, "quarantine replay", q.id, NULL, e);
}

int
deed_quarantine_drop(void *user, struct visit *v, struct err *e)
{
	struct str why = visit_field(v, "why");
	struct quarantine_item q;
	size_t i = 0;
	int r = find_current(v, *(const int64_t *)user, &q, e);

	if (r <= 0)
		return r;
	while (i < WHY_COUNT && !str_is(why, whys[i].word))
		i++;
	if (i == WHY_COUNT)
		return visit_bad(
		    v, "why", "Choose why it is thrown away from the list.", e);
	if (quarantine_resolve(v->desk->quarantine, q.id, QUARANTINE_DROPPED,
		(struct str){ 0 }, v->now_ms, e) < 0)
		return -1;
	return record(v, "quarantine drop", q.id, whys[i].word, e);
}

int
deed_quarantine_replay_kind(void *user, struct visit *v, struct err *e)
{
	struct str feed = visit_field(v, "feed");
	struct str reason = visit_field(v, "reason");
	int *count = user;
	char detail[96];

	if (!str_is_given(feed))
		return visit_bad(v, "feed", "Say which feed it came from.", e);
	if (!str_is_given(reason))
		return visit_bad(v, "reason", "Say which fault it has.", e);
	*count = quarantine_ask_group(
	    v->desk->quarantine, feed, reason, DEED_REPLAY_MAX, v->now_ms, e);
	if (*count < 0)
		return -1;
	if (*count == 0)
		return err_set(e, ERR_INVALID,
		    "None of that kind is held any more, or only the beginning "
		    "of each was kept.");
	(void)snprintf(detail, sizeof detail,
	    "{\"change\":\"quarantine replay kind\",\"messages\":%d}", *count);
	return visit_record_change(v, 0, detail, e) < 0 ? -1 : 1;
}
