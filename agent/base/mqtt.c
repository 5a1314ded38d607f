/* The loop thread's half; mqtt_private.h says how the two meet. */
#include "agent/base/mqtt.h"

#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/base/loop.h"
#include "agent/base/mqtt_private.h"
#include "agent/base/thread.h"

#define LEAVE_MS 2000

struct mqtt {
	struct mqtt_worker *w;
	struct mqtt_events events;
	struct loop_source *source; /* wake_fd */
	pthread_t thread;
	bool up;
	uint64_t generation; /* of the client that is up */
};

static int
start_thread(struct mqtt_worker *w, pthread_t *thread, struct err *e)
{
	if (thread_start(thread, mqtt_worker_run, w, "for a broker", e) < 0)
		return err_wrap(e, "%s", w->options.name);
	return 0;
}

static void
handle_note(struct mqtt *m, const struct mqtt_note *note)
{
	switch (note->kind) {
	case MQTT_NOTE_UP:
		m->up = true;
		m->generation = note->generation;
		m->events.up(m->events.user);
		break;
	case MQTT_NOTE_DOWN:
		m->up = false;
		m->events.down(m->events.user, note->why);
		break;
	case MQTT_NOTE_ACKED:
		if (m->up && m->generation == note->generation)
			m->events.acked(
			    m->events.user, note->mid, note->reason);
		break;
	case MQTT_NOTE_ARRIVED:
		m->events.arrived(
		    m->events.user, note->batch.items, note->batch.count);
		break;
	}
}

/* Take the notes away from the worker. */
static struct mqtt_note *
take_notes(struct mqtt_worker *w, size_t *count)
{
	eventfd_t times;
	struct mqtt_note *notes;

	(void)!eventfd_read(w->wake_fd, &times);
	pthread_mutex_lock(&w->lock);
	notes = TAKE(w->notes);
	*count = w->note_count;
	w->note_count = 0;
	w->note_cap = 0;
	pthread_mutex_unlock(&w->lock);
	return notes;
}

static void
on_wake(void *user, int fd, unsigned events)
{
	struct mqtt *m = user;
	struct mqtt_note *notes;
	size_t count;

	(void)fd;
	(void)events;
	notes = take_notes(m->w, &count);
	for (size_t i = 0; i < count; i++) {
		handle_note(m, &notes[i]);
		alloc_release_text(&notes[i].why);
		mqtt_worker_drop(&notes[i].batch);
	}
	free(notes);
}

int
mqtt_open(const struct mqtt_options *options, struct loop *loop,
    const struct mqtt_events *events, struct mqtt **out, struct err *e)
{
	struct mqtt *m = alloc_zero(1, sizeof(*m));

	*out = NULL;
	(void)mosquitto_lib_init();
	m->events = *events;
	m->w = mqtt_worker_new(options);
	if (loop_add_fd(
		loop, m->w->wake_fd, LOOP_READ, on_wake, m, &m->source, e) < 0)
		goto free_worker;
	if (start_thread(m->w, &m->thread, e) < 0)
		goto remove_source;
	*out = m;
	return 0;

remove_source:
	loop_remove(&m->source);
free_worker:
	mqtt_worker_free(m->w);
	free(m);
	(void)mosquitto_lib_cleanup();
	return -1;
}

bool
mqtt_is_up(const struct mqtt *m)
{
	return m->up;
}

static mosquitto_property *
new_properties(const struct mqtt_message *msg)
{
	mosquitto_property *props = NULL;

	if (msg->content_type)
		(void)mosquitto_property_add_string(
		    &props, MQTT_PROP_CONTENT_TYPE, msg->content_type);
	if (msg->expiry_s > 0)
		(void)mosquitto_property_add_int32(&props,
		    MQTT_PROP_MESSAGE_EXPIRY_INTERVAL,
		    msg->expiry_s < UINT32_MAX ? (uint32_t)msg->expiry_s
					       : UINT32_MAX);
	for (size_t i = 0; i < msg->user_count; i++)
		(void)mosquitto_property_add_string_pair(&props,
		    MQTT_PROP_USER_PROPERTY, msg->user[i][0], msg->user[i][1]);
	return props;
}

static int
publish_error(int rc, struct err *e)
{
	enum err_code code = ERR_TEMPORARY;

	if (rc == MOSQ_ERR_INVAL || rc == MOSQ_ERR_MALFORMED_UTF8)
		code = ERR_INVALID;
	else if (rc == MOSQ_ERR_PAYLOAD_SIZE || rc == MOSQ_ERR_OVERSIZE_PACKET)
		code = ERR_PERMANENT;
	return err_set(e, code, "cannot publish: %s", mosquitto_strerror(rc));
}

int
mqtt_publish(
    struct mqtt *m, const struct mqtt_message *msg, int *mid, struct err *e)
{
	struct mqtt_worker *w = m->w;
	mosquitto_property *props = NULL;
	int rc = MOSQ_ERR_NO_CONN;

	if (w->options.v5)
		props = new_properties(msg);
	pthread_mutex_lock(&w->lock);
	/* The client may be gone, or be another, before its note is read. */
	if (m->up && w->client && w->generation == m->generation)
		rc = mosquitto_publish_v5(w->client, mid, msg->topic,
		    (int)msg->payload.len, msg->payload.p, 1, false, props);
	pthread_mutex_unlock(&w->lock);
	mosquitto_property_free_all(&props);
	return rc == MOSQ_ERR_SUCCESS ? 0 : publish_error(rc, e);
}

void
mqtt_settle(struct mqtt *m)
{
	mqtt_worker_ring(m->w->settled_fd);
}

void
mqtt_restart(struct mqtt *m, const char *why)
{
	struct mqtt_worker *w = m->w;

	pthread_mutex_lock(&w->lock);
	if (!w->restart_why)
		w->restart_why = alloc_text(why);
	pthread_mutex_unlock(&w->lock);
}

/*
 * Ask the worker to end; what is published before goes out before.  After a
 * farewell it disconnects only once that is acknowledged: a socket closed with
 * the acknowledgement on its way is a lost connection to the broker, which
 * then publishes the last will after the farewell.
 */
static void
say_goodbye(struct mqtt_worker *w, bool up)
{
	const struct mqtt_options *o = &w->options;
	int rc = MOSQ_ERR_NO_CONN;

	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	if (w->client && up && o->status_topic)
		rc = mosquitto_publish(w->client, &w->farewell_mid,
		    o->status_topic, (int)strlen(o->status_offline),
		    o->status_offline, 1, true);
	if (w->client && rc != MOSQ_ERR_SUCCESS)
		(void)mosquitto_disconnect(w->client);
	pthread_mutex_unlock(&w->lock);
	mqtt_worker_ring(w->stop_fd);
}

void
mqtt_close(struct mqtt **m)
{
	struct mqtt_worker *w;

	if (!*m)
		return;
	w = (*m)->w;
	say_goodbye(w, (*m)->up);
	if ((*m)->source)
		loop_remove(&(*m)->source);
	if (mqtt_worker_wait(w->ended_fd, LEAVE_MS)) {
		(void)pthread_join((*m)->thread, NULL);
		(void)mosquitto_lib_cleanup();
	} else {
		(void)pthread_detach((*m)->thread);
	}
	mqtt_worker_release(w);
	free(*m);
	*m = NULL;
}

/* The first news of a connection attempt: 0 up, or -1 and why not. */
static int
first_news(struct mqtt_worker *w, struct err *e)
{
	const struct mqtt_options *o = &w->options;
	struct mqtt_note *notes;
	size_t count;
	int rc = -1;

	if (!mqtt_worker_wait(w->wake_fd, o->timeout_ms))
		return err_set(e, ERR_TEMPORARY,
		    "the broker at %s:%lld does not answer: check host, port "
		    "and tls of %s",
		    o->host, (long long)o->port, o->name);
	notes = take_notes(w, &count);
	CHECK(count > 0);
	if (notes[0].kind == MQTT_NOTE_UP)
		rc = 0;
	else
		(void)err_set(e, ERR_TEMPORARY, "%s", notes[0].why);
	for (size_t i = 0; i < count; i++) {
		alloc_release_text(&notes[i].why);
		mqtt_worker_drop(&notes[i].batch);
	}
	free(notes);
	return rc;
}

int
mqtt_probe(const struct mqtt_options *options, struct err *e)
{
	struct mqtt *m = alloc_zero(1, sizeof(*m));
	int rc;

	(void)mosquitto_lib_init();
	m->w = mqtt_worker_new(options);
	if (start_thread(m->w, &m->thread, e) < 0) {
		mqtt_worker_free(m->w);
		free(m);
		return -1;
	}
	rc = first_news(m->w, e);
	m->up = rc == 0;
	mqtt_close(&m);
	return rc;
}

const char *
mqtt_reason_text(int reason)
{
	return mosquitto_reason_string(reason);
}
