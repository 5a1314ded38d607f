/*
 * The receiving half of the worker: a broker is answered when what it sent is
 * on disk, and not before.
 *
 * libmosquitto queues the PUBACK while it reads, since the client was said to
 * be threaded, and sends it with mosquitto_loop_write().  So: read what there
 * is, hand it over, wait until it is settled, write.  Gathering for a moment
 * makes one commit of many messages; a broker that has sent all it may before
 * an answer is not kept waiting for that.
 */
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/mqtt_private.h"

#define IN_FLIGHT_MAX 1000 /* that a broker of MQTT 5 sends unanswered */
#define WINDOW_MIN    16   /* brokers send 20 or more before an answer */
#define GATHER_MS     20   /* for company, when little has come */
#define PAUSE_MS      1    /* when much has */
#define BATCH_MAX     1000
#define BATCH_BYTES   (4U << 20)
#define IDLE_MS       1000
#define QOS           1
#define REFUSED       128 /* MQTT 5, 3.9.3: and all above */

void
mqtt_worker_drop(struct mqtt_batch *batch)
{
	for (size_t i = 0; i < 2 * batch->count; i++)
		free(batch->texts[i]);
	free(batch->texts);
	free(batch->items);
	*batch = (struct mqtt_batch){ 0 };
}

/* Keep a copy that is not NULL, of an empty payload too. */
static struct str
keep(char **text, const void *p, size_t len)
{
	*text = alloc_zero(len + 1, 1);
	if (len > 0)
		memcpy(*text, p, len);
	return str_make(*text, len);
}

static struct mqtt_arrival *
add_item(struct mqtt_batch *b)
{
	if (b->count == b->cap) {
		b->cap = b->cap ? b->cap * 2 : 64;
		b->items = alloc_resize(b->items, b->cap, sizeof(b->items[0]));
		b->texts =
		    alloc_resize(b->texts, 2 * b->cap, sizeof(b->texts[0]));
	}
	return &b->items[b->count++];
}

static void
on_message(struct mosquitto *client, void *user,
    const struct mosquitto_message *m, const mosquitto_property *props)
{
	struct mqtt_worker *w = user;
	struct mqtt_batch *b = &w->inbox;
	struct mqtt_arrival *a = add_item(b);
	char **texts = &b->texts[2 * (b->count - 1)];

	(void)client;
	(void)props;
	*a = (struct mqtt_arrival){ .topic = keep(
					&texts[0], m->topic, strlen(m->topic)),
		.is_retained = m->retain,
		.is_too_large = m->payloadlen > MQTT_PAYLOAD_MAX };
	texts[1] = NULL;
	if (!a->is_too_large)
		a->payload = keep(&texts[1], m->payload, (size_t)m->payloadlen);
	b->bytes += a->topic.len + a->payload.len;
}

static void
on_subscribe(struct mosquitto *client, void *user, int mid, int count,
    const int *granted, const mosquitto_property *props)
{
	static const struct mqtt_note up = { .kind = MQTT_NOTE_UP };
	struct mqtt_worker *w = user;

	(void)mid;
	(void)props;
	if (count > 0 && granted[0] < REFUSED) {
		mqtt_worker_note(w, &up);
		return;
	}
	mqtt_worker_set_why(w, true,
	    "the broker does not let us have the topics %.120s: give the user "
	    "of %s the right to read them",
	    w->options.filter, w->options.name);
	(void)mosquitto_disconnect(client);
}

void
mqtt_receive_prepare(struct mqtt_worker *w, struct mosquitto *client)
{
	(void)w;
	(void)mosquitto_int_option(
	    client, MOSQ_OPT_RECEIVE_MAXIMUM, IN_FLIGHT_MAX);
	mosquitto_message_v5_callback_set(client, on_message);
	mosquitto_subscribe_v5_callback_set(client, on_subscribe);
}

/*
 * At each connection: a session that was kept has the subscription already, and
 * asking again is how one learns that it stands.
 */
void
mqtt_receive_subscribe(struct mqtt_worker *w, struct mosquitto *client)
{
	(void)mosquitto_subscribe_v5(client, NULL, w->options.filter, QOS,
	    w->options.v5 ? MQTT_SUB_OPT_SEND_RETAIN_NEVER : 0, NULL);
}

/* Wait for the broker, or for the wish to stop. */
static void
wait_for(struct mqtt_worker *w, struct mosquitto *client, int64_t ms)
{
	short events = mosquitto_want_write(client) ? POLLIN | POLLOUT : POLLIN;
	struct pollfd p[2] = { { .fd = mosquitto_socket(client),
				   .events = events },
		{ .fd = w->stop_fd, .events = POLLIN } };

	(void)poll(p, 2, (int)ms);
}

/*
 * How much longer to wait for more to come with what is there; 0: not at all.
 */
static int64_t
patience_ms(const struct mqtt_batch *b, int64_t since_ms)
{
	int64_t left_ms = since_ms + GATHER_MS - clock_mono_ms();

	if (b->count == 0 || b->count >= BATCH_MAX || b->bytes >= BATCH_BYTES)
		return 0;
	if (b->count >= WINDOW_MIN && left_ms > PAUSE_MS)
		left_ms = PAUSE_MS;
	return left_ms > 0 ? left_ms : 0;
}

/* Read until nothing has come for a moment.  The library's answer. */
static int
gather(struct mqtt_worker *w, struct mosquitto *client)
{
	int64_t since_ms = clock_mono_ms();
	size_t before;
	int rc;

	for (;;) {
		int64_t ms;

		do {
			before = w->inbox.count;
			rc = mosquitto_loop_read(client, 1);
			if (rc != MOSQ_ERR_SUCCESS)
				return rc;
		} while (w->inbox.count > before &&
			 w->inbox.count < BATCH_MAX &&
			 w->inbox.bytes < BATCH_BYTES);
		ms = patience_ms(&w->inbox, since_ms);
		if (ms == 0)
			return MOSQ_ERR_SUCCESS;
		if (!mqtt_worker_wait(mosquitto_socket(client), ms))
			return MOSQ_ERR_SUCCESS;
	}
}

/* Give the batch away and wait for the word.  False: we are to stop. */
static bool
hand_over(struct mqtt_worker *w)
{
	struct mqtt_note note = { .kind = MQTT_NOTE_ARRIVED,
		.batch = w->inbox };
	struct pollfd p[2] = { { .fd = w->settled_fd, .events = POLLIN },
		{ .fd = w->stop_fd, .events = POLLIN } };
	uint64_t times;

	w->inbox = (struct mqtt_batch){ 0 };
	mqtt_worker_note(w, &note);
	while (poll(p, 2, -1) <= 0)
		;
	if (!(p[0].revents & POLLIN))
		return false;
	(void)!read(w->settled_fd, &times, sizeof(times));
	return true;
}

int
mqtt_receive_turn(struct mqtt_worker *w, struct mosquitto *client)
{
	int rc;

	wait_for(w, client, IDLE_MS);
	rc = gather(w, client);
	/* Stopped without the word: another write would be the answer. */
	if (rc == MOSQ_ERR_SUCCESS && w->inbox.count > 0 && !hand_over(w))
		return MOSQ_ERR_CONN_LOST;
	if (rc == MOSQ_ERR_SUCCESS && mosquitto_want_write(client))
		rc = mosquitto_loop_write(client, 1);
	if (rc == MOSQ_ERR_SUCCESS)
		rc = mosquitto_loop_misc(client);
	return rc;
}
