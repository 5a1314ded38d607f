#include "agent/review/auditask.h"

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/review/desk.h"
#include "agent/review/visit.h"
#include "agent/store/audit.h"

/* A parameter, trimmed; absent if nothing is in it. */
static struct str
param(struct visit *v, const char *name)
{
	struct str value = str_trim(http_query(v->rq, name));

	return value.len > 0 ? value : (struct str){ 0 };
}

static int
refuse(struct auditask_fault *fault, const char *field, const char *what)
{
	*fault = (struct auditask_fault){ field, what };
	return -1;
}

static int
read_event(struct visit *v, int *event, struct auditask_fault *fault)
{
	struct str word = param(v, "event");

	for (int i = AUDIT_COLLECTION; word.p && i <= AUDIT_ERASURE; i++)
		if (str_is(word, audit_event_name((enum audit_event)i)))
			*event = i;
	if (!word.p || *event != 0)
		return 0;
	return refuse(fault, "event",
	    "The events are collection, alteration, consultation, disclosure, "
	    "combination and erasure.");
}

static int
read_incident(struct visit *v, int64_t *id, struct auditask_fault *fault)
{
	struct str number = param(v, "incident");

	*id = number.p ? visit_number(number) : 0;
	if (!number.p || *id > 0)
		return 0;
	return refuse(fault, "incident",
	    "An incident is asked for by its number here, such as 812.");
}

static int
read_time(struct visit *v, const char *name, int64_t *ms,
    struct auditask_fault *fault)
{
	struct str text = param(v, name);

	if (!text.p || visit_time(text, ms))
		return 0;
	return refuse(fault, name,
	    "A date is written like 2026-01-14, a time like "
	    "2026-01-14T10:42:07Z.");
}

static void
read_account(struct visit *v, struct str *actor)
{
	struct buf name = { 0 };
	struct str words = param(v, "account");

	if (!words.p)
		return;
	audit_pages_actor(words, &name);
	*actor = arena_str(v->desk->arena, buf_str(&name));
	buf_clear(&name);
}

int
auditask_read(
    struct visit *v, struct audit_pages_filter *f, struct auditask_fault *fault)
{
	*f = (struct audit_pages_filter){ .since_ms = CLOCK_NONE,
		.before_ms = CLOCK_NONE };
	read_account(v, &f->actor);
	if (read_incident(v, &f->incident_id, fault) < 0 ||
	    read_event(v, &f->event, fault) < 0 ||
	    read_time(v, "since", &f->since_ms, fault) < 0)
		return -1;
	return read_time(v, "before", &f->before_ms, fault);
}
