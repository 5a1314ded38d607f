/* The worker thread: client objects, and what the library tells of them. */
#include <errno.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <netdb.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/mqtt_private.h"
#include "agent/base/random.h"
#include "agent/base/secret.h"

#define KEEPALIVE_MIN_S 5     /* the library takes no less */
#define SESSION_KEEP_S  86400 /* how long the broker keeps our session */
#define LOOP_MS         1000
#define LEAVE_MS        1500 /* for the farewell and the DISCONNECT */
#define STOOD_MS        5000 /* a shorter connection is a failed one */

/* --- what both threads share --- */

static void
keep_text(struct mqtt_worker *w, const char **text)
{
	if (!*text)
		return;
	CHECK(w->text_count < MQTT_TEXTS_MAX);
	w->texts[w->text_count] = alloc_text(*text);
	*text = w->texts[w->text_count++];
}

struct mqtt_worker *
mqtt_worker_new(const struct mqtt_options *options)
{
	struct mqtt_worker *w = alloc_zero(1, sizeof(*w));
	struct mqtt_options *o = &w->options;

	*o = *options;
	keep_text(w, &o->name);
	keep_text(w, &o->host);
	keep_text(w, &o->client_id);
	keep_text(w, &o->username);
	keep_text(w, &o->password_file);
	keep_text(w, &o->ca_file);
	keep_text(w, &o->cert_file);
	keep_text(w, &o->key_file);
	keep_text(w, &o->status_topic);
	keep_text(w, &o->status_online);
	keep_text(w, &o->status_offline);
	keep_text(w, &o->status_lost);
	keep_text(w, &o->filter);
	CHECK(pthread_mutex_init(&w->lock, NULL) == 0);
	w->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->ended_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->settled_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->holders = 2;
	return w;
}

static void
close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

void
mqtt_worker_free(struct mqtt_worker *w)
{
	for (size_t i = 0; i < w->note_count; i++) {
		alloc_release_text(&w->notes[i].why);
		mqtt_worker_drop(&w->notes[i].batch);
	}
	mqtt_worker_drop(&w->inbox);
	free(w->notes);
	for (size_t i = 0; i < w->text_count; i++)
		alloc_release_text(&w->texts[i]);
	alloc_release_text(&w->restart_why);
	close_fd(w->wake_fd);
	close_fd(w->stop_fd);
	close_fd(w->ended_fd);
	close_fd(w->settled_fd);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

void
mqtt_worker_release(struct mqtt_worker *w)
{
	int left;

	pthread_mutex_lock(&w->lock);
	left = --w->holders;
	pthread_mutex_unlock(&w->lock);
	if (left == 0)
		mqtt_worker_free(w);
}

void
mqtt_worker_ring(int fd)
{
	/* Cannot fail but for a full counter, and then it is rung already. */
	(void)!eventfd_write(fd, 1);
}

/* Wait for fd to be rung; false if it was not within ms. */
bool
mqtt_worker_wait(int fd, int64_t ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, (int)ms) > 0;
}

void
mqtt_worker_note(struct mqtt_worker *w, const struct mqtt_note *note)
{
	pthread_mutex_lock(&w->lock);
	if (w->note_count == w->note_cap) {
		w->note_cap = w->note_cap ? w->note_cap * 2 : 16;
		w->notes =
		    alloc_resize(w->notes, w->note_cap, sizeof(w->notes[0]));
	}
	w->notes[w->note_count] = *note;
	w->notes[w->note_count++].generation = w->generation;
	pthread_mutex_unlock(&w->lock);
	mqtt_worker_ring(w->wake_fd);
}

/* --- the worker thread: what the library tells --- */

void
mqtt_worker_set_why(struct mqtt_worker *w, bool refused, const char *fmt, ...)
{
	va_list ap;

	w->refused = refused;
	va_start(ap, fmt);
	(void)vsnprintf(w->why, sizeof(w->why), fmt, ap);
	va_end(ap);
}

static bool
is_login_refusal(const struct mqtt_worker *w, int code)
{
	if (w->options.v5)
		return code == MQTT_RC_NOT_AUTHORIZED ||
		       code == MQTT_RC_BAD_USERNAME_OR_PASSWORD;
	return code == CONNACK_REFUSED_BAD_USERNAME_PASSWORD ||
	       code == CONNACK_REFUSED_NOT_AUTHORIZED;
}

static void
explain_connack(struct mqtt_worker *w, int code)
{
	const struct mqtt_options *o = &w->options;

	if (is_login_refusal(w, code) && o->username)
		mqtt_worker_set_why(w, true,
		    "the broker refuses the login of user %s (%d): check "
		    "username and password_file of %s",
		    o->username, code, o->name);
	else if (is_login_refusal(w, code))
		mqtt_worker_set_why(w, true,
		    "the broker wants a login (%d): set username and "
		    "password_file of %s",
		    code, o->name);
	else if (code == (o->v5 ? MQTT_RC_UNSUPPORTED_PROTOCOL_VERSION
				: CONNACK_REFUSED_PROTOCOL_VERSION))
		mqtt_worker_set_why(w, true,
		    "the broker does not speak MQTT %s: change the protocol "
		    "version of %s",
		    o->v5 ? "5" : "3.1.1", o->name);
	else
		mqtt_worker_set_why(w, true,
		    "the broker refuses the connection: %s (%d)",
		    o->v5 ? mosquitto_reason_string(code)
			  : mosquitto_connack_string(code),
		    code);
}

static void
on_connect(struct mosquitto *client, void *user, int code, int flags,
    const mosquitto_property *props)
{
	static const struct mqtt_note up = { .kind = MQTT_NOTE_UP };
	struct mqtt_worker *w = user;
	const struct mqtt_options *o = &w->options;

	(void)flags;
	(void)props;
	if (code != 0) {
		explain_connack(w, code);
		return;
	}
	w->connected = true;
	w->up_since_ms = clock_mono_ms();
	if (o->status_topic)
		(void)mosquitto_publish(client, NULL, o->status_topic,
		    (int)strlen(o->status_online), o->status_online, 1, true);
	if (o->filter)
		mqtt_receive_subscribe(w, client);
	else
		mqtt_worker_note(w, &up);
}

static void
on_publish(struct mosquitto *client, void *user, int mid, int reason,
    const mosquitto_property *props)
{
	const struct mqtt_note note = {
		.kind = MQTT_NOTE_ACKED, .mid = mid, .reason = reason
	};
	struct mqtt_worker *w = user;
	bool farewell;

	(void)props;
	mqtt_worker_note(w, &note);
	pthread_mutex_lock(&w->lock);
	farewell = w->stopping && mid == w->farewell_mid;
	pthread_mutex_unlock(&w->lock);
	if (farewell)
		(void)mosquitto_disconnect(client);
}

/* Also called with 0 after our own disconnect, and for a lost socket. */
static void
on_disconnect(struct mosquitto *client, void *user, int code,
    const mosquitto_property *props)
{
	struct mqtt_worker *w = user;

	(void)client;
	(void)props;
	if (code == MQTT_RC_SESSION_TAKEN_OVER)
		mqtt_worker_set_why(w, true,
		    "another client has taken the client_id %s: give "
		    "%s one of its own",
		    w->options.client_id, w->options.name);
	else if (code >= MQTT_RC_UNSPECIFIED)
		mqtt_worker_set_why(w, false,
		    "the broker ended the connection: %s (%d)",
		    mosquitto_reason_string(code), code);
}

/* Publishing logs from the loop thread: only the worker's errors are kept. */
static void
on_log(struct mosquitto *client, void *user, int level, const char *text)
{
	struct mqtt_worker *w = user;

	(void)client;
	if (level == MOSQ_LOG_ERR && pthread_equal(pthread_self(), w->self))
		(void)snprintf(
		    w->library_error, sizeof(w->library_error), "%.200s", text);
}

/* --- the worker thread: one client object from new to lost --- */

static int
set_login(struct mqtt_worker *w, struct mosquitto *client)
{
	const struct mqtt_options *o = &w->options;
	AUTO(secret_clear) char *password = NULL;
	struct err e;

	if (!o->username)
		return 0;
	if (secret_read(o->password_file, &password, &e) < 0) {
		mqtt_worker_set_why(
		    w, true, "%s: check password_file of %s", e.msg, o->name);
		return -1;
	}
	(void)mosquitto_username_pw_set(client, o->username, password);
	return 0;
}

static int
set_tls(struct mqtt_worker *w, struct mosquitto *client)
{
	const struct mqtt_options *o = &w->options;
	const char *authorities = o->ca_file ? NULL : "/etc/ssl/certs";

	if (!o->tls)
		return 0;
	if (mosquitto_tls_set(client, o->ca_file, authorities, o->cert_file,
		o->key_file, NULL) == 0 &&
	    mosquitto_tls_opts_set(client, 1, "tlsv1.2", NULL) == 0)
		return 0;
	mqtt_worker_set_why(w, true,
	    "TLS cannot be set up: check that ca_file, cert_file and key_file "
	    "of %s can be read",
	    o->name);
	return -1;
}

static struct mosquitto *
new_client(struct mqtt_worker *w)
{
	const struct mqtt_options *o = &w->options;
	struct mosquitto *client;

	client = mosquitto_new(o->client_id, o->clean, w);
	CHECK(client);
	(void)mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION,
	    o->v5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311);
	(void)mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1);
	(void)mosquitto_int_option(client, MOSQ_OPT_SEND_MAXIMUM, 65535);
	(void)mosquitto_threaded_set(client, true);
	mosquitto_connect_v5_callback_set(client, on_connect);
	mosquitto_publish_v5_callback_set(client, on_publish);
	mosquitto_disconnect_v5_callback_set(client, on_disconnect);
	mosquitto_log_callback_set(client, on_log);
	if (o->filter)
		mqtt_receive_prepare(w, client);
	if (o->status_topic)
		(void)mosquitto_will_set(client, o->status_topic,
		    (int)strlen(o->status_lost), o->status_lost, 1, true);
	return client;
}

static const char *
connect_error(int rc)
{
	if (rc == MOSQ_ERR_ERRNO)
		return strerror(errno);
	if (rc == MOSQ_ERR_EAI)
		return gai_strerror(errno);
	return mosquitto_strerror(rc);
}

/* Has the connection been good for long enough to be called so? */
static bool
has_stood(const struct mqtt_worker *w)
{
	return w->connected && clock_mono_ms() - w->up_since_ms > STOOD_MS;
}

/* Name what broke a connection, from what the library said last. */
static void
explain_loss(struct mqtt_worker *w, int rc)
{
	const struct mqtt_options *o = &w->options;
	const char *cause =
	    w->library_error[0] ? w->library_error : connect_error(rc);

	if (w->why[0])
		return;
	if (strstr(cause, "certificate verify failed"))
		mqtt_worker_set_why(w, true,
		    "the broker's certificate is not trusted (%.120s): check "
		    "ca_file and host of %s",
		    cause, o->name);
	else if (w->library_error[0])
		mqtt_worker_set_why(w, true,
		    "no TLS with the broker at %s:%lld (%.120s): check port, "
		    "tls and ca_file of %s",
		    o->host, (long long)o->port, cause, o->name);
	else if (w->connected && !has_stood(w))
		mqtt_worker_set_why(w, false,
		    "the broker ended a connection that had just been made "
		    "(%.80s): if it does so again, check that no other client "
		    "has the client_id %.60s",
		    cause, o->client_id);
	else if (w->connected)
		mqtt_worker_set_why(w, false,
		    "the connection to the broker is lost: %s", cause);
	else
		mqtt_worker_set_why(w, false,
		    "cannot reach the broker at %s:%lld (%s): check that it "
		    "runs, and host, port and tls of %s",
		    o->host, (long long)o->port, cause, o->name);
}

static int
connect_client(struct mqtt_worker *w, struct mosquitto *client)
{
	const struct mqtt_options *o = &w->options;
	mosquitto_property *props = NULL;
	int keepalive = (int)o->keepalive_s;
	int rc;

	if (set_login(w, client) < 0 || set_tls(w, client) < 0)
		return -1;
	if (keepalive < KEEPALIVE_MIN_S)
		keepalive = KEEPALIVE_MIN_S;
	if (o->v5 && !o->clean)
		(void)mosquitto_property_add_int32(
		    &props, MQTT_PROP_SESSION_EXPIRY_INTERVAL, SESSION_KEEP_S);
	errno = 0;
	rc = mosquitto_connect_bind_v5(
	    client, o->host, (int)o->port, keepalive, NULL, props);
	mosquitto_property_free_all(&props);
	if (rc == 0)
		return 0;
	explain_loss(w, rc);
	return -1;
}

/*
 * Does somebody want this connection to end?  Fills why.  A stop does not cut
 * it: the farewell and the DISCONNECT that are on their way end it, or else
 * the broker publishes the last will of a client that left in good order.
 */
static bool
is_over(struct mqtt_worker *w, int64_t connack_by_ms, int64_t *leave_by_ms)
{
	bool over;

	if (!w->connected && clock_mono_ms() > connack_by_ms) {
		mqtt_worker_set_why(w, false,
		    "the broker at %s:%lld does not answer: check that it is "
		    "well, and port and tls of %s",
		    w->options.host, (long long)w->options.port,
		    w->options.name);
		return true;
	}
	pthread_mutex_lock(&w->lock);
	if (w->stopping && *leave_by_ms == CLOCK_NONE)
		*leave_by_ms = clock_mono_ms() + (w->connected ? LEAVE_MS : 0);
	over =
	    w->restart_why || (w->stopping && clock_mono_ms() >= *leave_by_ms);
	if (w->restart_why)
		mqtt_worker_set_why(w, false, "%s", w->restart_why);
	pthread_mutex_unlock(&w->lock);
	return over;
}

static void
run_client(struct mqtt_worker *w, struct mosquitto *client)
{
	int64_t connack_by_ms = clock_mono_ms() + w->options.timeout_ms;
	int64_t leave_by_ms = CLOCK_NONE;
	bool stopping;
	int rc;

	pthread_mutex_lock(&w->lock);
	w->client = client;
	stopping = w->stopping;
	pthread_mutex_unlock(&w->lock);
	/* A stop from here on finds the client and disconnects it. */
	while (!stopping) {
		errno = 0;
		rc = w->options.filter ? mqtt_receive_turn(w, client)
				       : mosquitto_loop(client, LOOP_MS, 1);
		if (rc != MOSQ_ERR_SUCCESS) {
			explain_loss(w, rc);
			break;
		}
		if (mosquitto_socket(client) < 0 ||
		    is_over(w, connack_by_ms, &leave_by_ms))
			break;
	}
	pthread_mutex_lock(&w->lock);
	w->client = NULL;
	pthread_mutex_unlock(&w->lock);
}

/* One connection, from the new object to its end. */
static void
connect_once(struct mqtt_worker *w)
{
	struct mqtt_note down = { .kind = MQTT_NOTE_DOWN };
	struct mosquitto *client;

	pthread_mutex_lock(&w->lock);
	w->generation++;
	alloc_release_text(&w->restart_why);
	pthread_mutex_unlock(&w->lock);
	w->connected = false;
	w->refused = false;
	w->why[0] = '\0';
	w->library_error[0] = '\0';
	client = new_client(w);
	if (connect_client(w, client) == 0)
		run_client(w, client);
	mosquitto_destroy(client);
	/* Neither settled nor answered: the broker sends it again. */
	mqtt_worker_drop(&w->inbox);
	if (!w->why[0])
		mqtt_worker_set_why(
		    w, false, "the connection to the broker is lost");
	down.why = alloc_text(w->why);
	mqtt_worker_note(w, &down);
}

static bool
is_stopping(struct mqtt_worker *w)
{
	bool stopping;

	pthread_mutex_lock(&w->lock);
	stopping = w->stopping;
	pthread_mutex_unlock(&w->lock);
	return stopping;
}

/* +-25 %, so that the clients of a broker that returns do not come at once. */
static int64_t
spread(int64_t ms)
{
	return ms - ms / 4 + (int64_t)(random_u32() % (uint32_t)(ms / 2 + 1));
}

void *
mqtt_worker_run(void *user)
{
	struct mqtt_worker *w = user;
	int64_t wait_ms = w->options.wait_min_ms;

	w->self = pthread_self();
	while (!is_stopping(w)) {
		connect_once(w);
		if (has_stood(w))
			wait_ms = w->options.wait_min_ms;
		if (w->refused)
			wait_ms = w->options.wait_max_ms;
		if (mqtt_worker_wait(w->stop_fd, spread(wait_ms)))
			break;
		wait_ms *= 2;
		if (wait_ms > w->options.wait_max_ms)
			wait_ms = w->options.wait_max_ms;
	}
	mqtt_worker_ring(w->ended_fd);
	mqtt_worker_release(w);
	return NULL;
}
