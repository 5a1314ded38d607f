/*
 * The outbox: what waits, died, was delivered or set aside; what each recipient
 * and channel has; one delivery with its attempts, and dealing with it.
 */
#include <inttypes.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
#include "agent/review/deed.h"
#include "agent/review/desk.h"
#include "agent/review/service_private.h"
#include "agent/store/store.h"
#include "alerts/alert.h"
#include "alerts/outbox.h"
#include "alerts/outbox_desk.h"

#define DAY_MS INT64_C(86400000)

/* The incident's number is for who may read it. */
static int64_t
incident_of(const struct visit *v, const struct outbox_row *row)
{
	return visit_may(v, VISIT_READERS) ? row->incident_id : 0;
}

static const char *
state_of(const struct outbox_row *row)
{
	if (row->aside_ms != CLOCK_NONE)
		return "aside";
	switch (row->state) {
	case OUTBOX_QUEUED: return "waiting";
	case OUTBOX_INFLIGHT: return "in-flight";
	case OUTBOX_SENT: return "delivered";
	case OUTBOX_DEAD: return "dead";
	}
	return NULL;
}

/* --- the list --- */

static const char *const params[] = { "view", "channel", "recipient", NULL };

/* In the order of enum outbox_desk_view. */
static const char *const views[] = { "waiting", "dead", "sent", "aside", NULL };
_Static_assert(
    sizeof views / sizeof views[0] == OUTBOX_DESK_VIEW_COUNT + 1, "all views");

static const char *const columns[] = { "id", "state", "decided_at",
	"incident_id", "ref", "theme", "reason", "recipient", "channel",
	"tries", "next_try_at", "given_up_at", "ended_at", "last_reply",
	"alert", "delivery", NULL };

static const struct apilist_kind kind = {
	.name = "alerts",
	.look = "v1/alerts",
	.is_of_incidents = true,
	.params = params,
	.columns = columns,
	.place_count = 2,
};

/* What is asked for, and the list. */
struct listing {
	struct apilist *l;
	struct outbox_desk_filter filter;
};

static void
write_cells(struct apilist *l, const struct outbox_row *row)
{
	bool is_open = row->state < OUTBOX_SENT;

	apilist_int(l, row->id);
	apilist_text(l, state_of(row));
	apilist_time_ms(l, row->created_ms);
	apilist_id(l, incident_of(l->v, row));
	apilist_str(l, row->ref);
	apilist_str(l, row->theme);
	apilist_text(l, alert_reason_name((enum alert_reason)row->reason));
	apilist_str(l, row->recipient);
	apilist_str(l, row->channel);
	apilist_int(l, row->attempts);
	apilist_time_ms(l, is_open ? row->due_ms : CLOCK_NONE);
	apilist_time_ms(l, is_open ? row->expires_ms : CLOCK_NONE);
	apilist_time_ms(l, row->done_ms);
	apilist_str(l, row->last_error);
	apilist_str(l, row->alert_id);
	apilist_str(l, row->key);
}

static void
write_row(void *user, const struct outbox_row *row)
{
	struct listing *of = user;
	const int64_t place[] = { outbox_desk_place(of->filter.view, row),
		row->id };

	if (!apilist_has_room(of->l))
		return;
	write_cells(of->l, row);
	apilist_row(of->l, place);
}

static int
read_list(void *user, struct apilist *l)
{
	struct listing *of = user;
	int view = apilist_choice(l, "view", views);

	if (view < 0)
		return -1;
	of->filter = (struct outbox_desk_filter){
		.view = (enum outbox_desk_view)view,
		.channel = apilist_param(l, "channel"),
		.recipient = apilist_param(l, "recipient"),
		.after_ms = l->after[0],
		.after_id = l->is_begun ? l->after[1] : 0,
		.limit = apilist_wanted(l),
	};
	return 0;
}

static int
fill_list(void *user, struct apilist *l, struct err *e)
{
	struct listing *of = user;

	of->l = l;
	return outbox_desk_list(
	    l->v->desk->alerts, &of->filter, write_row, of, e);
}

void
api_alerts(struct visit *v)
{
	struct listing of = { 0 };

	apilist_answer(v, &kind, read_list, fill_list, &of);
}

/* --- of one incident --- */

static const char *const no_params[] = { NULL };

static const struct apilist_kind own_kind = {
	.name = "incident-alerts",
	.params = no_params,
	.columns = columns,
	.place_count = 1,
};

static void
write_own(void *user, const struct outbox_row *row)
{
	struct apilist *l = user;

	if (!apilist_counts(l))
		return;
	write_cells(l, row);
	apilist_row_counted(l);
}

/* 0, or -1 and it was answered: there is no such incident. */
static int
read_incident(void *user, struct apilist *l)
{
	int64_t *id = user;
	struct visit *v = l->v;
	struct store_incident row;
	struct err e = { 0 };
	int r = *id > 0 ? store_incident_find_id(
			      v->desk->store, *id, v->desk->arena, &row, &e)
			: 0;

	if (r > 0 && visit_record_part(v, *id, "v1/incident/alerts", &e) == 0)
		return 0;
	if (r == 0)
		api_problem(v, 404, "There is no such incident.");
	else
		visit_fail(v, &e);
	return -1;
}

static int
fill_own(void *user, struct apilist *l, struct err *e)
{
	const int64_t *id = user;

	return outbox_desk_of(l->v->desk->alerts, *id, write_own, l, e);
}

void
api_incident_alerts(struct visit *v)
{
	int64_t id = visit_number(v->arg);

	apilist_answer(v, &own_kind, read_incident, fill_own, &id);
}

/* --- by recipient, by channel --- */

static const char *const sum_columns[] = { "recipient", "channel", "waiting",
	"in_flight", "dead", "delivered_24_h", "oldest_waits_since", NULL };

static const struct apilist_kind sum_kind = {
	.name = "alert-recipients",
	.look = "v1/alerts/recipients",
	.params = no_params,
	.columns = sum_columns,
	.place_count = 1,
};

static void
write_sum(void *user, const struct outbox_desk_sum *s)
{
	struct apilist *l = user;

	if (!apilist_counts(l))
		return;
	apilist_str(l, s->recipient);
	apilist_str(l, s->channel);
	apilist_int(l, s->queued);
	apilist_int(l, s->in_flight);
	apilist_int(l, s->dead);
	apilist_int(l, s->sent);
	apilist_time_ms(l, s->oldest_ms);
	apilist_row_counted(l);
}

static int
fill_sums(void *user, struct apilist *l, struct err *e)
{
	(void)user;
	return outbox_desk_sums(
	    l->v->desk->alerts, l->v->now_ms - DAY_MS, write_sum, l, e);
}

void
api_alert_recipients(struct visit *v)
{
	apilist_answer(v, &sum_kind, NULL, fill_sums, NULL);
}

static const char *const channel_columns[] = { "name", "kind", "is_ready",
	"not_ready_since", "in_flight", "why", NULL };

static const struct apilist_kind channel_kind = {
	.name = "channels",
	.params = no_params,
	.columns = channel_columns,
	.place_count = 1,
};

static void
write_channel(struct apilist *l, const struct pulse_channel *c, int64_t told_ms)
{
	if (!apilist_counts(l))
		return;
	apilist_text(l, c->name);
	apilist_text(l, c->kind);
	apilist_bool(l, c->is_up);
	apilist_time_ms(
	    l, c->is_up || c->down_ms == 0 ? CLOCK_NONE : told_ms - c->down_ms);
	apilist_int(l, (int64_t)c->in_flight);
	apilist_text(l, c->why[0] ? c->why : NULL);
	apilist_row_counted(l);
}

static int
fill_channels(void *user, struct apilist *l, struct err *e)
{
	struct pulse pulse;

	(void)user;
	(void)e;
	service_pulse(l->v->service, &pulse);
	for (size_t i = 0; i < pulse.channel_count; i++)
		write_channel(l, &pulse.channels[i], pulse.at_ms);
	return 0;
}

void
api_channels(struct visit *v)
{
	apilist_answer(v, &channel_kind, NULL, fill_channels, NULL);
}

/* --- one --- */

/* One delivery while it is written. */
struct showing {
	struct visit *v;
	struct jsonw *w;
	const char *aside;
};

static void
write_delivery(void *user, const struct outbox_row *row)
{
	struct showing *s = user;
	struct jsonw *w = s->w;
	bool is_open = row->state < OUTBOX_SENT;
	char version[DEED_VERSION_MAX];

	deed_alert_version(row, version);
	api_etag(s->v, version);
	jsonw_object(w);
	jsonw_member_int(w, "id", row->id);
	jsonw_member_text(w, "state", state_of(row));
	jsonw_member_time(w, "decided_at", row->created_ms);
	jsonw_member_id(w, "incident_id", incident_of(s->v, row));
	jsonw_member_str(w, "ref", row->ref);
	jsonw_member_str(w, "theme", row->theme);
	jsonw_member_text(
	    w, "reason", alert_reason_name((enum alert_reason)row->reason));
	jsonw_member_str(w, "recipient", row->recipient);
	jsonw_member_str(w, "channel", row->channel);
	jsonw_member_int(w, "tries", row->attempts);
	jsonw_member_time(w, "next_try_at", is_open ? row->due_ms : CLOCK_NONE);
	jsonw_member_time(
	    w, "given_up_at", is_open ? row->expires_ms : CLOCK_NONE);
	jsonw_member_time(w, "ended_at", row->done_ms);
	jsonw_member_str(w, "last_reply", row->last_error);
	jsonw_member_str(w, "alert", row->alert_id);
	jsonw_member_str(w, "delivery", row->key);
	jsonw_member_time(w, "set_aside_at", row->aside_ms);
	jsonw_member_text(w, "set_aside_since", s->aside);
	jsonw_key(w, "attempts");
	jsonw_array(w);
}

static void
write_attempt(void *user, const struct outbox_attempt *a)
{
	struct showing *s = user;
	struct jsonw *w = s->w;

	jsonw_object(w);
	jsonw_member_int(w, "try", a->n);
	jsonw_member_time(w, "begun_at", a->begun_ms);
	jsonw_member_time(w, "ended_at", a->ended_ms);
	jsonw_member_text(w, "result", a->result);
	jsonw_member_str(w, "reply", a->reply);
	jsonw_close(w);
}

static int
print_alert(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	int64_t id = *(const int64_t *)user;
	struct showing s = { .v = v, .w = w };
	enum outbox_desk_aside why;
	int r = id > 0 ? outbox_desk_why(v->desk->alerts, id, &why, e) : 0;

	if (r < 0)
		return -1;
	s.aside = r > 0 ? outbox_desk_aside_name(why) : NULL;
	r = id > 0 ? outbox_show(v->desk->outbox, id, write_delivery,
			 write_attempt, &s, e)
		   : 0;
	if (r <= 0)
		return r;
	jsonw_close(w);
	jsonw_close(w);
	return visit_record_look(v, 0, "v1/alert", e) < 0 ? -1 : 1;
}

void
api_alert(struct visit *v)
{
	int64_t id = visit_number(v->arg);

	api_record(v, print_alert, &id);
}

/* --- dealing with it --- */

static const char *const nothing[] = { NULL };
static const char *const why[] = { "why", NULL };

void
api_alert_retry(struct visit *v)
{
	static const struct api_change c = { .members = nothing,
		.make = deed_alert_retry,
		.print = print_alert };
	int64_t id = visit_number(v->arg);

	api_change(v, &c, &id);
}

void
api_alert_aside(struct visit *v)
{
	static const struct api_change c = {
		.members = why, .make = deed_alert_aside, .print = print_alert
	};
	int64_t id = visit_number(v->arg);

	api_change(v, &c, &id);
}

void
api_alerts_retry_dead(struct visit *v)
{
	static const struct api_change c = { .members = nothing,
		.make = deed_alerts_retry_dead,
		.print = api_count };
	int count = 0;

	api_add(v, &c, &count);
}
