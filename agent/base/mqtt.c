/*
 * Two halves meet under one lock.  The worker thread makes client objects,
 * connects and runs mosquitto_loop(); what it learns it puts in a list of notes
 * and rings an eventfd.  The loop thread reads the notes, and publishes
 * straight into the present client object.
 *
 *     loop thread                        worker thread
 *     mqtt_publish --- lock: client ---> mosquitto_loop --> broker
 *     on_wake <------- lock: notes ----- on_connect, on_publish, lost
 *
 * Why so: run from a foreign event loop, libmosquitto 2.0 spins at 100 % after
 * a failed TLS connection; its own thread ends silently or spins; and it
 * answers a publish without connection with an error and queues it all the
 * same.  So there is a thread of our own, and an object that has lost its
 * connection is thrown away with everything it may still hold.
 *
 * Each client object has a generation.  Notes carry it in order, so that an
 * acknowledgement of an old object can never meet a message of the new one
 * that happens to have the same packet id.
 *
 * A worker may be stuck in a name look-up or a connect when the owner wants to
 * stop.  It is then left behind: it holds what it needs itself, and whoever
 * comes last frees it.
 */
#include "agent/base/mqtt.h"

#include <errno.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
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
#include "agent/base/loop.h"
#include "agent/base/random.h"
#include "agent/base/secret.h"

#define KEEPALIVE_MIN_S 5     /* the library takes no less */
#define SESSION_KEEP_S  86400 /* how long the broker keeps our session */
#define LEAVE_MS        2000
#define LOOP_MS         1000
#define STOOD_MS        5000 /* a shorter connection is a failed one */
#define OPTION_TEXTS    12
#define WHY_MAX         ERR_MSG_MAX

enum note_kind {
	NOTE_UP,
	NOTE_DOWN,
	NOTE_ACKED
};

struct note {
	enum note_kind kind;
	uint64_t generation;
	int mid, reason; /* NOTE_ACKED */
	char *why;       /* NOTE_DOWN; owned */
};

/* What both threads see; freed by the last of the two. */
struct worker {
	pthread_mutex_t lock;
	struct mosquitto *client; /* lock; NULL: no publishing */
	uint64_t generation;      /* lock; of the present client */
	struct note *notes;       /* lock; owned */
	size_t note_count, note_cap;
	char *restart_why; /* lock; owned; NULL: carry on */
	bool stopping;     /* lock */
	int holders;       /* lock; 2, then 1 */
	int wake_fd;       /* rung when there are notes */
	int stop_fd;       /* rung to end a wait */
	int ended_fd;      /* rung at the very end */

	struct mqtt_options options; /* texts owned by texts[] */
	char *texts[OPTION_TEXTS];
	size_t text_count;

	/* the worker thread's own */
	pthread_t self;
	bool connected; /* CONNACK has come */
	int64_t up_since_ms;
	bool refused; /* trying again soon cannot help */
	char why[WHY_MAX];
	char library_error[WHY_MAX];
};

struct mqtt {
	struct worker *w;
	struct mqtt_events events;
	struct loop_source *source; /* wake_fd */
	pthread_t thread;
	bool up;
	uint64_t generation; /* of the client that is up */
};

/* --- what both threads share --- */

static void
keep_text(struct worker *w, const char **text)
{
	if (!*text)
		return;
	CHECK(w->text_count < OPTION_TEXTS);
	w->texts[w->text_count] = alloc_text(*text);
	*text = w->texts[w->text_count++];
}

static struct worker *
new_worker(const struct mqtt_options *options)
{
	struct worker *w = alloc_zero(1, sizeof(*w));
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
	CHECK(pthread_mutex_init(&w->lock, NULL) == 0);
	w->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->ended_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->holders = 2;
	return w;
}

static void
close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

static void
free_worker(struct worker *w)
{
	for (size_t i = 0; i < w->note_count; i++)
		alloc_release_text(&w->notes[i].why);
	free(w->notes);
	for (size_t i = 0; i < w->text_count; i++)
		alloc_release_text(&w->texts[i]);
	alloc_release_text(&w->restart_why);
	close_fd(w->wake_fd);
	close_fd(w->stop_fd);
	close_fd(w->ended_fd);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

static void
release_worker(struct worker *w)
{
	int left;

	pthread_mutex_lock(&w->lock);
	left = --w->holders;
	pthread_mutex_unlock(&w->lock);
	if (left == 0)
		free_worker(w);
}

static void
ring(int fd)
{
	/* Cannot fail but for a full counter, and then it is rung already. */
	(void)!eventfd_write(fd, 1);
}

/* Wait for fd to be rung; false if it was not within ms. */
static bool
wait_for(int fd, int64_t ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, (int)ms) > 0;
}

static void
add_note(struct worker *w, const struct note *note)
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
	ring(w->wake_fd);
}

/* --- the worker thread: what the library tells --- */

__attribute__((format(printf, 3, 4))) static void
set_why(struct worker *w, bool refused, const char *fmt, ...)
{
	va_list ap;

	w->refused = refused;
	va_start(ap, fmt);
	(void)vsnprintf(w->why, sizeof(w->why), fmt, ap);
	va_end(ap);
}

static bool
is_login_refusal(const struct worker *w, int code)
{
	if (w->options.v5)
		return code == MQTT_RC_NOT_AUTHORIZED ||
		       code == MQTT_RC_BAD_USERNAME_OR_PASSWORD;
	return code == CONNACK_REFUSED_BAD_USERNAME_PASSWORD ||
	       code == CONNACK_REFUSED_NOT_AUTHORIZED;
}

static void
explain_connack(struct worker *w, int code)
{
	const struct mqtt_options *o = &w->options;

	if (is_login_refusal(w, code) && o->username)
		set_why(w, true,
		    "the broker refuses the login of user %s (%d): check "
		    "username and password_file of channel %s",
		    o->username, code, o->name);
	else if (is_login_refusal(w, code))
		set_why(w, true,
		    "the broker wants a login (%d): set username and "
		    "password_file of channel %s",
		    code, o->name);
	else if (code == (o->v5 ? MQTT_RC_UNSUPPORTED_PROTOCOL_VERSION
				: CONNACK_REFUSED_PROTOCOL_VERSION))
		set_why(w, true,
		    "the broker does not speak MQTT %s: change the protocol "
		    "version of channel %s",
		    o->v5 ? "5" : "3.1.1", o->name);
	else
		set_why(w, true, "the broker refuses the connection: %s (%d)",
		    o->v5 ? mosquitto_reason_string(code)
			  : mosquitto_connack_string(code),
		    code);
}

static void
on_connect(struct mosquitto *client, void *user, int code, int flags,
    const mosquitto_property *props)
{
	static const struct note up = { .kind = NOTE_UP };
	struct worker *w = user;
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
	add_note(w, &up);
}

static void
on_publish(struct mosquitto *client, void *user, int mid, int reason,
    const mosquitto_property *props)
{
	const struct note note = {
		.kind = NOTE_ACKED, .mid = mid, .reason = reason
	};

	(void)client;
	(void)props;
	add_note(user, &note);
}

/* Also called with 0 after our own disconnect, and for a lost socket. */
static void
on_disconnect(struct mosquitto *client, void *user, int code,
    const mosquitto_property *props)
{
	struct worker *w = user;

	(void)client;
	(void)props;
	if (code == MQTT_RC_SESSION_TAKEN_OVER)
		set_why(w, true,
		    "another client has taken the client_id %s: give channel "
		    "%s one of its own",
		    w->options.client_id, w->options.name);
	else if (code >= MQTT_RC_UNSPECIFIED)
		set_why(w, false, "the broker ended the connection: %s (%d)",
		    mosquitto_reason_string(code), code);
}

/* Publishing logs from the loop thread: only the worker's errors are kept. */
static void
on_log(struct mosquitto *client, void *user, int level, const char *text)
{
	struct worker *w = user;

	(void)client;
	if (level == MOSQ_LOG_ERR && pthread_equal(pthread_self(), w->self))
		(void)snprintf(
		    w->library_error, sizeof(w->library_error), "%.200s", text);
}

/* --- the worker thread: one client object from new to lost --- */

static int
set_login(struct worker *w, struct mosquitto *client)
{
	const struct mqtt_options *o = &w->options;
	AUTO(secret_clear) char *password = NULL;
	struct err e;

	if (!o->username)
		return 0;
	if (secret_read(o->password_file, &password, &e) < 0) {
		set_why(w, true, "%s: check password_file of channel %s", e.msg,
		    o->name);
		return -1;
	}
	(void)mosquitto_username_pw_set(client, o->username, password);
	return 0;
}

static int
set_tls(struct worker *w, struct mosquitto *client)
{
	const struct mqtt_options *o = &w->options;
	const char *authorities = o->ca_file ? NULL : "/etc/ssl/certs";

	if (!o->tls)
		return 0;
	if (mosquitto_tls_set(client, o->ca_file, authorities, o->cert_file,
		o->key_file, NULL) == 0 &&
	    mosquitto_tls_opts_set(client, 1, "tlsv1.2", NULL) == 0)
		return 0;
	set_why(w, true,
	    "TLS cannot be set up: check that ca_file, cert_file and key_file "
	    "of channel %s can be read",
	    o->name);
	return -1;
}

static struct mosquitto *
new_client(struct worker *w)
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
has_stood(const struct worker *w)
{
	return w->connected && clock_mono_ms() - w->up_since_ms > STOOD_MS;
}

/* Name what broke a connection, from what the library said last. */
static void
explain_loss(struct worker *w, int rc)
{
	const struct mqtt_options *o = &w->options;
	const char *cause =
	    w->library_error[0] ? w->library_error : connect_error(rc);

	if (w->why[0])
		return;
	if (strstr(cause, "certificate verify failed"))
		set_why(w, true,
		    "the broker's certificate is not trusted (%.120s): check "
		    "ca_file and host of channel %s",
		    cause, o->name);
	else if (w->library_error[0])
		set_why(w, true,
		    "no TLS with the broker at %s:%lld (%.120s): check port, "
		    "tls and ca_file of channel %s",
		    o->host, (long long)o->port, cause, o->name);
	else if (w->connected && !has_stood(w))
		set_why(w, false,
		    "the broker closed the connection again at once (%.80s): "
		    "check that no other client has the client_id %.60s",
		    cause, o->client_id);
	else if (w->connected)
		set_why(w, false, "the connection to the broker is lost: %s",
		    cause);
	else
		set_why(w, false,
		    "cannot reach the broker at %s:%lld (%s): check that it "
		    "runs, and host, port and tls of channel %s",
		    o->host, (long long)o->port, cause, o->name);
}

static int
connect_client(struct worker *w, struct mosquitto *client)
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

/* Does somebody want this connection to end?  Fills why. */
static bool
is_over(struct worker *w, int64_t connack_by_ms)
{
	bool over;

	if (!w->connected && clock_mono_ms() > connack_by_ms) {
		set_why(w, false,
		    "the broker at %s:%lld does not answer: check that it is "
		    "well, and port and tls of channel %s",
		    w->options.host, (long long)w->options.port,
		    w->options.name);
		return true;
	}
	pthread_mutex_lock(&w->lock);
	over = w->stopping || w->restart_why;
	if (w->restart_why)
		set_why(w, false, "%s", w->restart_why);
	pthread_mutex_unlock(&w->lock);
	return over;
}

static void
run_client(struct worker *w, struct mosquitto *client)
{
	int64_t connack_by_ms = clock_mono_ms() + w->options.timeout_ms;
	bool stopping;
	int rc;

	pthread_mutex_lock(&w->lock);
	w->client = client;
	stopping = w->stopping;
	pthread_mutex_unlock(&w->lock);
	/* A stop from here on finds the client and disconnects it. */
	while (!stopping) {
		errno = 0;
		rc = mosquitto_loop(client, LOOP_MS, 1);
		if (rc != MOSQ_ERR_SUCCESS) {
			explain_loss(w, rc);
			break;
		}
		if (mosquitto_socket(client) < 0 || is_over(w, connack_by_ms))
			break;
	}
	pthread_mutex_lock(&w->lock);
	w->client = NULL;
	pthread_mutex_unlock(&w->lock);
}

/* One connection, from the new object to its end. */
static void
connect_once(struct worker *w)
{
	struct note down = { .kind = NOTE_DOWN };
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
	if (!w->why[0])
		set_why(w, false, "the connection to the broker is lost");
	down.why = alloc_text(w->why);
	add_note(w, &down);
}

static bool
is_stopping(struct worker *w)
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

static void *
work(void *user)
{
	struct worker *w = user;
	int64_t wait_ms = w->options.wait_min_ms;

	w->self = pthread_self();
	while (!is_stopping(w)) {
		connect_once(w);
		if (has_stood(w))
			wait_ms = w->options.wait_min_ms;
		if (w->refused)
			wait_ms = w->options.wait_max_ms;
		if (wait_for(w->stop_fd, spread(wait_ms)))
			break;
		wait_ms *= 2;
		if (wait_ms > w->options.wait_max_ms)
			wait_ms = w->options.wait_max_ms;
	}
	ring(w->ended_fd);
	release_worker(w);
	return NULL;
}

/* --- the loop thread --- */

/* A thread that takes no signals: those are the loop's. */
static int
start_thread(struct worker *w, pthread_t *thread, struct err *e)
{
	sigset_t all;
	sigset_t old;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(thread, NULL, work, w);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (rc == 0)
		return 0;
	errno = rc;
	return err_sys(
	    e, "cannot start a thread for channel %s", w->options.name);
}

static void
handle_note(struct mqtt *m, const struct note *note)
{
	switch (note->kind) {
	case NOTE_UP:
		m->up = true;
		m->generation = note->generation;
		m->events.up(m->events.user);
		break;
	case NOTE_DOWN:
		m->up = false;
		m->events.down(m->events.user, note->why);
		break;
	case NOTE_ACKED:
		if (m->up && m->generation == note->generation)
			m->events.acked(
			    m->events.user, note->mid, note->reason);
		break;
	}
}

/* Take the notes away from the worker. */
static struct note *
take_notes(struct worker *w, size_t *count)
{
	eventfd_t times;
	struct note *notes;

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
	struct note *notes;
	size_t count;

	(void)fd;
	(void)events;
	notes = take_notes(m->w, &count);
	for (size_t i = 0; i < count; i++) {
		handle_note(m, &notes[i]);
		alloc_release_text(&notes[i].why);
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
	m->w = new_worker(options);
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
	free_worker(m->w);
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
	struct worker *w = m->w;
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
mqtt_restart(struct mqtt *m, const char *why)
{
	struct worker *w = m->w;

	pthread_mutex_lock(&w->lock);
	if (!w->restart_why)
		w->restart_why = alloc_text(why);
	pthread_mutex_unlock(&w->lock);
}

/* Ask the worker to end; what is published before goes out before. */
static void
say_goodbye(struct worker *w, bool up)
{
	const struct mqtt_options *o = &w->options;

	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	if (w->client && up && o->status_topic)
		(void)mosquitto_publish(w->client, NULL, o->status_topic,
		    (int)strlen(o->status_offline), o->status_offline, 1, true);
	if (w->client)
		(void)mosquitto_disconnect(w->client);
	pthread_mutex_unlock(&w->lock);
	ring(w->stop_fd);
}

void
mqtt_close(struct mqtt **m)
{
	struct worker *w;

	if (!*m)
		return;
	w = (*m)->w;
	say_goodbye(w, (*m)->up);
	if ((*m)->source)
		loop_remove(&(*m)->source);
	if (wait_for(w->ended_fd, LEAVE_MS)) {
		(void)pthread_join((*m)->thread, NULL);
		(void)mosquitto_lib_cleanup();
	} else {
		(void)pthread_detach((*m)->thread);
	}
	release_worker(w);
	free(*m);
	*m = NULL;
}

/* The first news of a connection attempt: 0 up, or -1 and why not. */
static int
first_news(struct worker *w, struct err *e)
{
	const struct mqtt_options *o = &w->options;
	struct note *notes;
	size_t count;
	int rc = -1;

	if (!wait_for(w->wake_fd, o->timeout_ms))
		return err_set(e, ERR_TEMPORARY,
		    "the broker at %s:%lld does not answer: check host, port "
		    "and tls of channel %s",
		    o->host, (long long)o->port, o->name);
	notes = take_notes(w, &count);
	CHECK(count > 0);
	if (notes[0].kind == NOTE_UP)
		rc = 0;
	else
		(void)err_set(e, ERR_TEMPORARY, "%s", notes[0].why);
	for (size_t i = 0; i < count; i++)
		alloc_release_text(&notes[i].why);
	free(notes);
	return rc;
}

int
mqtt_probe(const struct mqtt_options *options, struct err *e)
{
	struct mqtt *m = alloc_zero(1, sizeof(*m));
	int rc;

	(void)mosquitto_lib_init();
	m->w = new_worker(options);
	if (start_thread(m->w, &m->thread, e) < 0) {
		free_worker(m->w);
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
