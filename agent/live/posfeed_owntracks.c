/*
 * posfeed_owntracks: OwnTracks messages (owntracks.org/booklet/tech/json).
 *
 *     owntracks/USER/DEVICE        location, lwt, …
 *     owntracks/USER/DEVICE/event  transition
 *
 * A location and a transition are positions by the time of their fix (tst); a
 * last will says that the device is gone.  Apps publish with the retain flag,
 * and a broker gives what it retained to everybody who comes: such a message
 * is as old as it likes and was live once, so it is left.  The broker is
 * answered when a batch is on disk, whatever was in it: what we cannot read
 * will not be better the next time.
 */
#include <stdio.h>
#include <string.h>

#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/base/log.h"
#include "agent/base/mqtt.h"
#include "agent/live/posfeed_owntracks.h"
#include "agent/tracks/reader_owntracks.h"

#define WAIT_MIN_MS 1000
#define WAIT_MAX_MS 30000

struct posfeed_owntracks {
	struct posfeed base;
	struct mqtt *mqtt;
	char said[ERR_MSG_MAX]; /* why it is away; "": not said */
};

/* The level that ends before *end, which moves to its beginning. */
static struct str
last_level(struct str topic, size_t *end)
{
	size_t begin = *end;
	struct str level;

	while (begin > 0 && topic.p[begin - 1] != '/')
		begin--;
	level = str_make(topic.p + begin, *end - begin);
	*end = begin > 0 ? begin - 1 : 0;
	return level;
}

/* Is it a level that says what the message is, below the device? */
static bool
is_kind_level(struct str level)
{
	static const char *const kinds[] = { "event", "info", "waypoint",
		"waypoints", "cmd", "step", "steps", "dump", "status", "beacon",
		"request" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_is(level, kinds[i]))
			return true;
	return false;
}

static struct str
unit_of(const struct conf_source *conf, struct str topic,
    const struct json *message)
{
	size_t end = topic.len;
	struct str level = last_level(topic, &end);

	if (conf->unit_from == CONF_UNIT_FROM_TID)
		return json_text(json_member(message, "tid"));
	if (is_kind_level(level))
		level = last_level(topic, &end);
	if (conf->unit_from == CONF_UNIT_FROM_USER)
		level = last_level(topic, &end);
	return level;
}

static void
take_message(struct posfeed *base, struct str topic, const struct json *message)
{
	struct str type = json_text(json_member(message, "_type"));
	struct str unit = unit_of(base->conf, topic, message);
	struct track_fix fix = track_fix_at(0);
	const char *why = NULL;

	if (reader_owntracks_message(message, &fix, &why) ||
	    reader_owntracks_transition(message, &fix, &why))
		base->sink->report(base->sink->user, base, unit, &fix);
	else if (why)
		posfeed_aside(base,
		    track_fix_is_place(&fix) ? POSFEED_NO_TIME
					     : POSFEED_NO_PLACE,
		    why);
	else if (str_is(type, "lwt"))
		base->sink->gone(base->sink->user, base, unit);
	else if (str_is(type, "encrypted"))
		posfeed_aside(base, POSFEED_ENCRYPTED, NULL);
	else if (str_is_given(type))
		posfeed_aside(base, POSFEED_FOREIGN, NULL);
	else
		posfeed_aside(
		    base, POSFEED_UNREADABLE, "a message without _type");
}

static void
take_arrival(struct posfeed *base, const struct mqtt_arrival *a)
{
	AUTO(json_free) struct json *message = NULL;
	struct err e = { 0 };

	if (a->is_retained)
		posfeed_aside(base, POSFEED_RETAINED, NULL);
	else if (a->is_too_large)
		posfeed_aside(
		    base, POSFEED_UNREADABLE, "a message of more than 64 KiB");
	else if (a->payload.len == 0)
		/* How a retained message is taken back. */
		posfeed_aside(base, POSFEED_FOREIGN, NULL);
	else if (json_parse(a->payload, &message, NULL, &e) < 0)
		posfeed_aside(base, POSFEED_UNREADABLE, e.msg);
	else
		take_message(base, a->topic, message);
}

static void
on_arrived(void *user, const struct mqtt_arrival *messages, size_t count)
{
	struct posfeed_owntracks *s = user;

	for (size_t i = 0; i < count; i++)
		take_arrival(&s->base, &messages[i]);
	s->base.sink->settle(s->base.sink->user, &s->base);
}

static void
settled(struct posfeed *base)
{
	struct posfeed_owntracks *s = (struct posfeed_owntracks *)(void *)base;

	mqtt_settle(s->mqtt);
}

static void
on_up(void *user)
{
	struct posfeed_owntracks *s = user;

	s->said[0] = '\0';
	log_info("position source connected source=%s", s->base.conf->name);
}

static void
on_down(void *user, const char *why)
{
	struct posfeed_owntracks *s = user;

	if (strcmp(s->said, why) != 0)
		log_warn("position source away, tried again source=%s: %s",
		    s->base.conf->name, why);
	(void)snprintf(s->said, sizeof(s->said), "%s", why);
}

static void
on_acked(void *user, int mid, int reason)
{
	(void)user;
	(void)mid;
	(void)reason;
}

static struct mqtt_options
to_options(const struct conf_source *conf)
{
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
		.keepalive_s = conf->keepalive_s,
		.timeout_ms = conf->timeout_ms,
		.wait_min_ms = WAIT_MIN_MS,
		.wait_max_ms = WAIT_MAX_MS,
		.filter = conf->topics };
}

static int
open_owntracks(struct posfeed *base, struct loop *loop, struct err *e)
{
	struct posfeed_owntracks *s = (struct posfeed_owntracks *)(void *)base;
	struct mqtt_options options = to_options(base->conf);
	AUTO(buf_clear) struct buf name = { 0 };
	const struct mqtt_events events = { .up = on_up,
		.down = on_down,
		.acked = on_acked,
		.arrived = on_arrived,
		.user = s };

	buf_addf(&name, "position source %s", base->conf->name);
	options.name = name.p;
	return mqtt_open(&options, loop, &events, &s->mqtt, e);
}

static void
close_owntracks(struct posfeed *base)
{
	struct posfeed_owntracks *s = (struct posfeed_owntracks *)(void *)base;

	mqtt_close(&s->mqtt);
}

static int
probe_owntracks(const struct conf_source *conf, struct err *e)
{
	struct mqtt_options options = to_options(conf);
	AUTO(buf_clear) struct buf id = { 0 }, name = { 0 };

	/* Not the agent's own id: the broker would throw the agent out. */
	buf_addf(&id, "%s-check", conf->client_id);
	buf_addf(&name, "position source %s", conf->name);
	options.client_id = id.p;
	options.name = name.p;
	options.clean = true;
	return mqtt_probe(&options, e);
}

const struct posfeed_kind posfeed_owntracks_kind = {
	.name = "owntracks",
	.size = sizeof(struct posfeed_owntracks),
	.open = open_owntracks,
	.settled = settled,
	.close = close_owntracks,
	.probe = probe_owntracks,
};
