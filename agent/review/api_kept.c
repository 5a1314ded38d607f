/*
 * How long one incident is kept, and changing that.
 */
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/api.h"
#include "agent/review/deed.h"
#include "agent/review/desk.h"
#include "agent/review/service_private.h"
#include "agent/store/holds.h"
#include "agent/store/retention.h"

/* In the order of enum retention_state. */
static const char *const states[] = { "kept", "held", "busy", "review", "due" };

static void
write_review(struct jsonw *w, const struct retention_item *item)
{
	jsonw_key(w, "review");
	if (item->verdict == RETENTION_OPEN) {
		jsonw_null(w);
		return;
	}
	jsonw_object(w);
	jsonw_member_text(
	    w, "verdict", item->verdict == RETENTION_KEEP ? "keep" : "erase");
	jsonw_member_text(w, "why", retention_why_name(item->why));
	jsonw_member_time(w, "at", item->decided_ms);
	jsonw_member_str(w, "by", item->decided_by);
	jsonw_member_time(w, "until", item->until_ms);
	jsonw_close(w);
}

static void
write_item(void *user, const struct retention_item *item)
{
	struct jsonw *w = user;

	jsonw_member_int(w, "incident_id", item->incident_id);
	jsonw_member_str(w, "ref", item->ref);
	jsonw_member_text(w, "class", item->rule.name);
	jsonw_member_int(w, "review_group", item->rule.group);
	jsonw_member_int(w, "keep_days", item->rule.keep_days);
	jsonw_member_text(
	    w, "then", item->rule.then == CONF_THEN_ERASE ? "erase" : "review");
	jsonw_member_time(w, "since_at", item->since_ms);
	jsonw_member_time(w, "due_at", item->due_ms);
	jsonw_member_text(w, "state", states[item->state]);
	jsonw_member_bool(w, "waits_for_review",
	    item->state == RETENTION_REVIEW && item->is_asked);
	write_review(w, item);
}

/* The holds of one, while they are written. */
struct listing {
	struct visit *v;
	struct jsonw *w;
};

static void
write_hold(void *user, const struct hold *hold)
{
	struct listing *l = user;
	struct jsonw *w = l->w;

	jsonw_object(w);
	jsonw_member_int(w, "id", hold->id);
	jsonw_member_bool(w, "stands", holds_stands(hold, l->v->now_ms));
	jsonw_member_time(w, "since_at", hold->at_ms);
	jsonw_member_str(w, "by", hold->actor);
	jsonw_member_str(w, "why", hold->why);
	jsonw_member_time(w, "until_at", hold->until_ms);
	jsonw_member_time(w, "ended_at", hold->ended_ms);
	jsonw_member_str(w, "ended_by", hold->ended_by);
	jsonw_close(w);
}

static int
print_kept(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	int64_t id = *(const int64_t *)user;
	struct listing l = { v, w };
	char version[DEED_VERSION_MAX];
	int r = deed_retention_version(v, id, version, e);

	if (r <= 0)
		return r;
	if (visit_record_part(v, id, "v1/incident/retention", e) < 0)
		return -1;
	api_etag(v, version);
	jsonw_object(w);
	if (retention_find(v->desk->retention, v->service->conf, id, v->now_ms,
		write_item, w, e) < 0)
		return -1;
	jsonw_key(w, "holds");
	jsonw_array(w);
	if (holds_of(v->desk->holds, id, write_hold, &l, e) < 0)
		return -1;
	jsonw_close(w);
	jsonw_close(w);
	return 1;
}

void
api_kept(struct visit *v)
{
	int64_t id = visit_number(v->arg);

	api_record(v, print_kept, &id);
}

void
api_hold(struct visit *v)
{
	static const char *const members[] = { "why", "until", NULL };
	static const struct api_change c = {
		.members = members, .make = deed_hold_put, .print = print_kept
	};
	int64_t id = visit_number(v->arg);

	api_change(v, &c, &id);
}

void
api_release(struct visit *v)
{
	static const char *const members[] = { NULL };
	static const struct api_change c = {
		.members = members, .make = deed_hold_end, .print = print_kept
	};
	int64_t id = visit_number(v->arg);

	api_change(v, &c, &id);
}

void
api_keep(struct visit *v)
{
	static const char *const members[] = { "why", NULL };
	static const struct api_change c = { .members = members,
		.make = deed_retention_review,
		.print = print_kept };
	int64_t id = visit_number(v->arg);

	api_change(v, &c, &id);
}
