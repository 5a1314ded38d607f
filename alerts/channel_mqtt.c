/*
 * An item in flight is a row in a small array: its id, the packet id it went
 * under, and since when.  An item that could not go is a row too, with its
 * verdict, until the idle callback reports it.
 */
#include "alerts/channel_mqtt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/failpoint.h"
#include "agent/base/json.h"
#include "agent/base/loop.h"
#include "agent/base/mqtt.h"

#define WAIT_MIN_MS    250   /* before the first reconnect */
#define WAIT_MAX_MS    30000 /* alerts cannot wait for longer */
#define MID_NONE       (-1)
#define STATUS_ONLINE  "{\"status\":\"online\"}"
#define STATUS_OFFLINE "{\"status\":\"offline\",\"reason\":\"stopped\"}"
#define STATUS_LOST    "{\"status\":\"offline\",\"reason\":\"lost\"}"

struct flight {
	int64_t id;
	int mid;                     /* MID_NONE: it could not go */
	int64_t since_ms;            /* monotonic */
	enum outbox_verdict verdict; /* of one that could not go, and why */
	char *why;                   /* owned */
};

struct channel_mqtt {
	const struct conf_channel *conf;
	struct channel_events events;
	struct mqtt *mqtt;
	struct loop_timer *timer; /* the oldest flight's deadline */
	struct loop_source *idle; /* reports what could not go */
	struct flight *flights;   /* in the order of sending */
	size_t count, cap;
};

/* The rest of the refusals may be gone later. */
enum outbox_verdict
channel_mqtt_verdict(int reason)
{
	static const int for_good[] = { MQTT_NOT_AUTHORISED, MQTT_TOPIC_INVALID,
		MQTT_TOO_LARGE, MQTT_PAYLOAD_INVALID };

	if (reason < MQTT_REFUSAL)
		return OUTBOX_DELIVERED;
	for (size_t i = 0; i < sizeof(for_good) / sizeof(for_good[0]); i++)
		if (reason == for_good[i])
			return OUTBOX_REFUSED;
	return OUTBOX_TRY_LATER;
}

/* --- flights --- */

static struct flight *
add_flight(struct channel_mqtt *c, int64_t id)
{
	struct flight *f;

	if (c->count == c->cap) {
		c->cap = c->cap ? c->cap * 2 : 16;
		c->flights =
		    alloc_resize(c->flights, c->cap, sizeof(c->flights[0]));
	}
	f = &c->flights[c->count++];
	*f = (struct flight){
		.id = id, .mid = MID_NONE, .since_ms = clock_mono_ms()
	};
	return f;
}

/* Take row i out and report it. */
static void
end_flight(struct channel_mqtt *c, size_t i, enum outbox_verdict verdict,
    const char *why)
{
	struct flight f = c->flights[i];

	c->count--;
	memmove(&c->flights[i], &c->flights[i + 1],
	    (c->count - i) * sizeof(c->flights[0]));
	c->events.done(c->events.user, f.id, verdict, why);
	free(f.why);
}

/* Note that the item cannot go; reported when send() has returned. */
static void
fail_later(struct channel_mqtt *c, int64_t id, enum outbox_verdict verdict,
    const char *why)
{
	struct flight *f = add_flight(c, id);

	f->verdict = verdict;
	f->why = alloc_text(why);
	loop_idle_request(c->idle);
}

static void
on_idle(void *user)
{
	struct channel_mqtt *c = user;

	for (size_t i = 0; i < c->count;) {
		struct flight *f = &c->flights[i];

		if (f->mid == MID_NONE)
			end_flight(c, i, f->verdict, f->why);
		else
			i++;
	}
}

static void
on_timer(void *user)
{
	struct channel_mqtt *c = user;
	char why[ERR_MSG_MAX];
	int64_t left_ms;

	if (c->count == 0)
		return;
	left_ms =
	    c->flights[0].since_ms + c->conf->timeout_ms - clock_mono_ms();
	if (left_ms > 0) {
		loop_timer_set(c->timer, left_ms);
		return;
	}
	(void)snprintf(why, sizeof(why),
	    "the broker has not acknowledged within %lld s: check that it is "
	    "well",
	    (long long)(c->conf->timeout_ms / 1000));
	mqtt_restart(c->mqtt, why);
}

/* --- what the connection tells --- */

static void
on_up(void *user)
{
	struct channel_mqtt *c = user;

	c->events.health(c->events.user, true, "connected");
}

static void
on_down(void *user, const char *why)
{
	struct channel_mqtt *c = user;

	loop_timer_stop(c->timer);
	for (size_t i = 0; i < c->count;) {
		if (c->flights[i].mid == MID_NONE)
			i++;
		else
			end_flight(c, i, OUTBOX_TRY_LATER, why);
	}
	c->events.health(c->events.user, false, why);
}

static void
on_acked(void *user, int mid, int reason)
{
	struct channel_mqtt *c = user;
	const char *text = mqtt_reason_text(reason);
	char why[ERR_MSG_MAX];

	for (size_t i = 0; i < c->count; i++) {
		if (c->flights[i].mid != mid)
			continue;
		FAILPOINT("after-reply");
		(void)snprintf(why, sizeof(why), "%d %s", reason, text);
		end_flight(c, i, channel_mqtt_verdict(reason), why);
		return;
	}
}

/* --- sending --- */

/* The parts of a stored body. */
struct body {
	struct json *root;              /* owned */
	struct str topic, content_type; /* borrowed from root */
	struct str payload;             /* borrowed from the body */
};

static void
body_release(struct body *b)
{
	json_free(&b->root);
}

static int
body_read(const struct outbox_item *item, struct body *b, struct err *e)
{
	struct str text = str_make(item->body, item->body_len);

	*b = (struct body){ 0 };
	if (json_parse(text, &b->root, NULL, e) < 0)
		return err_wrap(e, "the stored message cannot be read");
	b->topic = json_text(json_member(b->root, "topic"));
	b->content_type = json_text(json_member(b->root, "content_type"));
	b->payload = json_source(json_member(b->root, "payload"), text);
	if (b->topic.len == 0 || !str_is_given(b->payload))
		return err_set(e, ERR_CORRUPT,
		    "the stored message has no topic or no payload");
	return 0;
}

static int
publish(struct channel_mqtt *c, const struct outbox_item *item,
    const struct body *b, int *mid, struct err *e)
{
	const char *const user[][2] = { { "alert_id", item->alert_id },
		{ "delivery_id", item->key } };
	int64_t left_s = (item->expires_ms - clock_wall_ms()) / 1000;
	/* Texts of a JSON document end with a NUL. */
	const struct mqtt_message msg = {
		.topic = b->topic.p,
		.payload = b->payload,
		.content_type = b->content_type.p,
		.expiry_s = left_s > 0 ? left_s : 1,
		.user = user,
		.user_count = 2,
	};

	return mqtt_publish(c->mqtt, &msg, mid, e);
}

static void
send_item(struct channel *channel, const struct outbox_item *item,
    const struct conf_recipient *to)
{
	struct channel_mqtt *c = (struct channel_mqtt *)(void *)channel;
	AUTO(body_release) struct body b = { 0 };
	struct err e;
	int mid = MID_NONE;

	(void)to; /* the topic was made with the message */
	if (body_read(item, &b, &e) < 0) {
		fail_later(c, item->id, OUTBOX_REFUSED, e.msg);
		return;
	}
	if (publish(c, item, &b, &mid, &e) < 0) {
		fail_later(c, item->id,
		    e.code == ERR_TEMPORARY ? OUTBOX_TRY_LATER : OUTBOX_REFUSED,
		    e.msg);
		return;
	}
	FAILPOINT("after-send");
	add_flight(c, item->id)->mid = mid;
	if (!loop_timer_is_set(c->timer))
		loop_timer_set(c->timer, c->conf->timeout_ms);
}

/* --- open and close --- */

static struct mqtt_options
to_options(const struct conf_channel *conf)
{
	int64_t max_ms = conf->retry_max_ms;

	if (max_ms > WAIT_MAX_MS)
		max_ms = WAIT_MAX_MS;
	return (struct mqtt_options){ .host = conf->host,
		.port = conf->port,
		.v5 = conf->v5,
		.client_id = conf->client_id,
		.username = conf->username,
		.password_file = conf->password_file,
		.tls = conf->tls == CONF_TLS_REQUIRED,
		.ca_file = conf->ca_file,
		.cert_file = conf->cert_file,
		.key_file = conf->key_file,
		.status_topic = conf->status_topic,
		.status_online = STATUS_ONLINE,
		.status_offline = STATUS_OFFLINE,
		.status_lost = STATUS_LOST,
		.keepalive_s = conf->keepalive_s,
		.timeout_ms = conf->timeout_ms,
		.wait_min_ms = max_ms < WAIT_MIN_MS ? max_ms : WAIT_MIN_MS,
		.wait_max_ms = max_ms };
}

static void
close_channel(struct channel **channel)
{
	struct channel_mqtt *c = (struct channel_mqtt *)(void *)*channel;

	if (!c)
		return;
	mqtt_close(&c->mqtt);
	loop_remove(&c->idle);
	loop_timer_free(&c->timer);
	for (size_t i = 0; i < c->count; i++)
		free(c->flights[i].why);
	free(c->flights);
	free(c);
	*channel = NULL;
}

static int
open_channel(const struct conf_channel *conf, struct loop *loop,
    const struct channel_events *events, struct channel **out, struct err *e)
{
	struct channel_mqtt *c = alloc_zero(1, sizeof(*c));
	struct channel *channel = (struct channel *)(void *)c;
	struct mqtt_options options = to_options(conf);
	AUTO(buf_clear) struct buf name = { 0 };
	const struct mqtt_events from_mqtt = {
		.up = on_up, .down = on_down, .acked = on_acked, .user = c
	};

	c->conf = conf;
	c->events = *events;
	buf_addf(&name, "channel %s", conf->name);
	options.name = name.p;
	if (loop_add_timer(loop, on_timer, c, &c->timer, e) < 0 ||
	    loop_add_idle(loop, on_idle, c, &c->idle, e) < 0 ||
	    mqtt_open(&options, loop, &from_mqtt, &c->mqtt, e) < 0) {
		close_channel(&channel);
		return -1;
	}
	*out = channel;
	return 0;
}

static bool
is_ready(const struct channel *channel)
{
	const struct channel_mqtt *c =
	    (const struct channel_mqtt *)(const void *)channel;

	return mqtt_is_up(c->mqtt);
}

static int
probe(const struct conf_channel *conf, struct err *e)
{
	struct mqtt_options options = to_options(conf);
	AUTO(buf_clear) struct buf id = { 0 }, name = { 0 };

	/* Not the agent's own id: the broker would throw the agent out. */
	buf_addf(&id, "%s-check", conf->client_id);
	buf_addf(&name, "channel %s", conf->name);
	options.client_id = id.p;
	options.name = name.p;
	options.clean = true;
	options.status_topic = NULL;
	return mqtt_probe(&options, e);
}

const struct channel_kind channel_mqtt_kind = {
	.name = "mqtt",
	.open = open_channel,
	.is_ready = is_ready,
	.send = send_item,
	.close = close_channel,
	.probe = probe,
};
