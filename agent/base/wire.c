/*
 * libcurl runs as a multi on the loop with CURLOPT_CONNECT_ONLY.  When it says
 * that a connection stands, its socket is watched by us and spoken to with
 * curl_easy_send() and curl_easy_recv(), which do the TLS.
 *
 * Removing a connected handle makes no libcurl call wait: it takes such a
 * connection for dead.  After a refused login it would say QUIT and wait for
 * the reply, so the socket is shut down when the refusal is seen.
 */
#include "agent/base/wire.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/base/loop.h"
#include "agent/base/secret.h"
#include "agent/base/str.h"

#define REPLY_WAIT_S 10L /* libcurl, for a reply while connecting */
#define WHY_MAX      ERR_MSG_MAX

/* One attempt to connect, and what libcurl reports on the way. */
struct wire {
	const struct wire_options *options;
	struct wire_pool *pool; /* NULL for a probe */
	struct wire_events events;
	CURL *easy;           /* owned */
	CURLU *url;           /* owned; the handle borrows it */
	curl_socket_t socket; /* libcurl's */
	bool logged_in;       /* 235 was among the replies */
	bool want_write;
	struct loop_source *source; /* the socket, once it is ours */
	char reply[WIRE_REPLY_MAX];
	char error[CURL_ERROR_SIZE];
};

struct wire_pool {
	struct loop *loop;
	CURLM *multi;
	struct loop_timer *timer; /* libcurl's */
};

/* --- words --- */

void
wire_scrub(const char *bytes, size_t len, char out[WIRE_REPLY_MAX])
{
	size_t n = 0;
	size_t word = 0; /* where the present word begins in out */
	bool hidden = false;

	for (size_t i = 0; i < len && n + 12 < WIRE_REPLY_MAX; i++) {
		char c = bytes[i];

		if (c < 0x21 || c > 0x7e) {
			out[n++] = ' ';
			word = n;
			hidden = false;
		} else if (c == '@' && !hidden) {
			n = word;
			memcpy(out + n, "[address]", 9);
			n += 9;
			hidden = true;
		} else if (!hidden) {
			out[n++] = c;
		}
	}
	out[n] = '\0';
}

bool
wire_is_login_refusal(const char *reply)
{
	return strncmp(reply, "530", 3) == 0 || strncmp(reply, "534", 3) == 0 ||
	       strncmp(reply, "535", 3) == 0 || strncmp(reply, "538", 3) == 0;
}

/* Cause and cure of a connection that did not come to stand. */
static void
explain(const struct wire *w, CURLcode code, char why[static WHY_MAX])
{
	const struct wire_options *o = w->options;
	long long port = o->port;

	if (code == CURLE_LOGIN_DENIED && w->reply[0] != '5')
		code = CURLE_OK; /* nothing that we can log in with */
	switch ((int)code) {
	case CURLE_OK:
		(void)snprintf(why, WHY_MAX,
		    "the mail server offers no login, and nothing is sent "
		    "without: check host and port of channel %s, or remove its "
		    "username",
		    o->name);
		return;
	case CURLE_PEER_FAILED_VERIFICATION:
		(void)snprintf(why, WHY_MAX,
		    "the mail server's certificate is not trusted (%.100s): "
		    "check ca_file and host of channel %s",
		    w->error, o->name);
		return;
	case CURLE_SSL_CACERT_BADFILE:
		(void)snprintf(why, WHY_MAX,
		    "the authorities cannot be read: check ca_file of channel "
		    "%s",
		    o->name);
		return;
	case CURLE_USE_SSL_FAILED:
		(void)snprintf(why, WHY_MAX,
		    "the mail server offers no STARTTLS, and nothing is sent "
		    "without: check host, port and tls of channel %s",
		    o->name);
		return;
	case CURLE_LOGIN_DENIED:
		(void)snprintf(why, WHY_MAX,
		    "the mail server refuses the login of user %.40s (%.80s): "
		    "check username and password_file of channel %s",
		    o->username ? o->username : "", w->reply, o->name);
		return;
	case CURLE_OPERATION_TIMEDOUT:
		(void)snprintf(why, WHY_MAX,
		    "the mail server at %.80s:%lld does not answer: check that "
		    "it is well, and host and port of channel %s",
		    o->host, port, o->name);
		return;
	default:
		(void)snprintf(why, WHY_MAX,
		    "no connection with the mail server at %.60s:%lld (%.80s): "
		    "check that it runs, and host and port of channel %s",
		    o->host, port,
		    w->reply[0] ? w->reply : curl_easy_strerror(code), o->name);
		return;
	}
}

/* --- one handle --- */

static size_t
on_reply_line(char *line, size_t size, size_t count, void *user)
{
	struct wire *w = user;
	size_t len = size * count;

	struct str text = str_trim(str_make(line, len));

	wire_scrub(text.p, text.len, w->reply);
	if (strncmp(w->reply, "235", 3) == 0)
		w->logged_in = true;
	if (wire_is_login_refusal(w->reply) && w->socket != CURL_SOCKET_BAD)
		(void)shutdown(w->socket, SHUT_RDWR);
	return len;
}

static curl_socket_t
on_open_socket(void *user, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct wire *w = user;

	(void)purpose;
	w->socket = socket(address->family, address->socktype | SOCK_CLOEXEC,
	    address->protocol);
	return w->socket;
}

/* The address as a URL, so that no text in host can become another part. */
static CURLU *
new_url(const struct wire_options *o)
{
	CURLU *url = curl_url();
	bool is_v6 = strchr(o->host, ':') != NULL;
	char host[300];
	char port[24];
	char path[300];

	CHECK(url);
	(void)snprintf(host, sizeof(host), is_v6 ? "[%s]" : "%s", o->host);
	(void)snprintf(port, sizeof(port), "%lld", (long long)o->port);
	(void)snprintf(path, sizeof(path), "/%s", o->path);
	if (curl_url_set(url, CURLUPART_SCHEME, o->scheme, 0) == CURLUE_OK &&
	    curl_url_set(url, CURLUPART_HOST, host, 0) == CURLUE_OK &&
	    curl_url_set(url, CURLUPART_PORT, port, 0) == CURLUE_OK &&
	    curl_url_set(url, CURLUPART_PATH, path, 0) == CURLUE_OK)
		return url;
	curl_url_cleanup(url);
	return NULL;
}

static int
set_login(struct wire *w, struct err *e)
{
	const struct wire_options *o = w->options;
	AUTO(secret_clear) char *password = NULL;

	if (!o->username)
		return 0;
	if (secret_read(o->password_file, &password, e) < 0)
		return err_wrap(
		    e, "check password_file of channel %s", o->name);
	(void)curl_easy_setopt(w->easy, CURLOPT_USERNAME, o->username);
	(void)curl_easy_setopt(
	    w->easy, CURLOPT_PASSWORD, password ? password : "");
	return 0;
}

/* Prepare w->easy; on -1 it is left for wire_close(). */
static int
set_up(struct wire *w, const struct wire_options *o, struct err *e)
{
	w->options = o;
	w->socket = CURL_SOCKET_BAD;
	w->easy = curl_easy_init();
	CHECK(w->easy);
	w->url = new_url(o);
	if (!w->url)
		return err_set(e, ERR_INVALID,
		    "host \"%s\" is no host name: correct it in channel %s",
		    o->host, o->name);
	(void)curl_easy_setopt(w->easy, CURLOPT_CURLU, w->url);
	(void)curl_easy_setopt(w->easy, CURLOPT_CONNECT_ONLY, 1L);
	(void)curl_easy_setopt(w->easy, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(w->easy, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(
	    w->easy, CURLOPT_TIMEOUT_MS, (long)o->timeout_ms);
	(void)curl_easy_setopt(
	    w->easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, REPLY_WAIT_S);
	(void)curl_easy_setopt(w->easy, CURLOPT_ERRORBUFFER, w->error);
	(void)curl_easy_setopt(w->easy, CURLOPT_HEADERFUNCTION, on_reply_line);
	(void)curl_easy_setopt(w->easy, CURLOPT_HEADERDATA, w);
	(void)curl_easy_setopt(
	    w->easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
	(void)curl_easy_setopt(w->easy, CURLOPT_OPENSOCKETDATA, w);
	if (o->tls) {
		(void)curl_easy_setopt(
		    w->easy, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
		(void)curl_easy_setopt(
		    w->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	}
	if (o->tls && o->ca_file)
		(void)curl_easy_setopt(w->easy, CURLOPT_CAINFO, o->ca_file);
	return set_login(w, e);
}

/* Does the connection that libcurl made satisfy the configuration? */
static bool
is_good(const struct wire *w, CURLcode code)
{
	return code == CURLE_OK && (!w->options->username || w->logged_in);
}

static void
release(struct wire *w)
{
	curl_easy_cleanup(w->easy);
	curl_url_cleanup(w->url);
	w->easy = NULL;
	w->url = NULL;
}

/* --- a connection that stands --- */

static void
on_ready(void *user, int fd, unsigned events)
{
	struct wire *w = user;

	(void)fd;
	(void)events;
	if (w->want_write) {
		w->want_write = false;
		loop_mod_fd(w->source, LOOP_READ);
	}
	w->events.ready(w->events.user);
}

/* libcurl has done what it can. */
static void
end_connect(struct wire *w, CURLcode code)
{
	curl_socket_t fd = CURL_SOCKET_BAD;
	char why[WHY_MAX];
	struct err e;

	if (is_good(w, code) &&
	    curl_easy_getinfo(w->easy, CURLINFO_ACTIVESOCKET, &fd) ==
		CURLE_OK &&
	    loop_add_fd(w->pool->loop, fd, LOOP_READ | LOOP_DUP_FD, on_ready, w,
		&w->source, &e) == 0) {
		w->events.connected(w->events.user, NULL);
		return;
	}
	explain(w, code, why);
	w->events.connected(w->events.user, why);
}

int
wire_send(struct wire *w, const char *bytes, size_t len, size_t *sent)
{
	CURLcode rc;

	*sent = 0;
	rc = curl_easy_send(w->easy, bytes, len, sent);
	if (rc == CURLE_AGAIN) {
		w->want_write = true;
		loop_mod_fd(w->source, LOOP_READ | LOOP_WRITE);
		return 0;
	}
	return rc == CURLE_OK ? 1 : -1;
}

int
wire_receive(struct wire *w, char *out, size_t cap, size_t *got)
{
	CURLcode rc;

	*got = 0;
	rc = curl_easy_recv(w->easy, out, cap, got);
	if (rc == CURLE_AGAIN)
		return 0;
	return rc == CURLE_OK && *got > 0 ? 1 : -1;
}

int
wire_connect(struct wire_pool *p, const struct wire_options *options,
    const struct wire_events *events, struct wire **out, struct err *e)
{
	struct wire *w = alloc_zero(1, sizeof(*w));

	*out = NULL;
	if (set_up(w, options, e) < 0) {
		release(w);
		free(w);
		return -1;
	}
	w->pool = p;
	w->events = *events;
	(void)curl_easy_setopt(w->easy, CURLOPT_PRIVATE, w);
	CHECK(curl_multi_add_handle(p->multi, w->easy) == CURLM_OK);
	*out = w;
	return 0;
}

void
wire_close(struct wire **w)
{
	struct wire *x = TAKE(*w);

	if (!x)
		return;
	loop_remove(&x->source);
	(void)curl_multi_remove_handle(x->pool->multi, x->easy);
	release(x);
	free(x);
}

/* --- libcurl's multi on our loop --- */

static void
read_messages(struct wire_pool *p)
{
	CURLMsg *msg;
	int left;

	while ((msg = curl_multi_info_read(p->multi, &left))) {
		char *private = NULL;
		CURLcode code = msg->data.result;

		if (msg->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(
		    msg->easy_handle, CURLINFO_PRIVATE, &private);
		/* msg is gone as soon as the owner closes the wire. */
		end_connect((struct wire *)(void *)private, code);
	}
}

static void
on_multi_ready(void *user, int fd, unsigned events)
{
	struct wire_pool *p = user;
	int flags = 0;
	int running;

	if (events & LOOP_READ)
		flags |= CURL_CSELECT_IN;
	if (events & LOOP_WRITE)
		flags |= CURL_CSELECT_OUT;
	if (events & LOOP_HANGUP)
		flags |= CURL_CSELECT_ERR;
	(void)curl_multi_socket_action(p->multi, fd, flags, &running);
	read_messages(p);
}

static void
on_multi_timer(void *user)
{
	struct wire_pool *p = user;
	int running;

	(void)curl_multi_socket_action(
	    p->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	read_messages(p);
}

static int
watch_socket(CURL *easy, curl_socket_t fd, int what, void *user, void *known)
{
	struct wire_pool *p = user;
	struct loop_source *source = known;
	unsigned events = 0;
	struct err e;

	(void)easy;
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		events |= LOOP_READ;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		events |= LOOP_WRITE;
	if (what == CURL_POLL_REMOVE) {
		loop_remove(&source);
	} else if (source) {
		loop_mod_fd(source, events);
		return 0;
	} else if (loop_add_fd(p->loop, fd, events | LOOP_DUP_FD,
		       on_multi_ready, p, &source, &e) < 0) {
		return -1;
	}
	(void)curl_multi_assign(p->multi, fd, source);
	return 0;
}

static int
set_multi_timer(CURLM *multi, long ms, void *user)
{
	struct wire_pool *p = user;

	(void)multi;
	if (ms < 0)
		loop_timer_stop(p->timer);
	else
		loop_timer_set(p->timer, ms);
	return 0;
}

int
wire_pool_open(struct loop *loop, struct wire_pool **out, struct err *e)
{
	struct wire_pool *p = alloc_zero(1, sizeof(*p));

	*out = NULL;
	p->loop = loop;
	if (loop_add_timer(loop, on_multi_timer, p, &p->timer, e) < 0) {
		free(p);
		return -1;
	}
	CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
	p->multi = curl_multi_init();
	CHECK(p->multi);
	(void)curl_multi_setopt(
	    p->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
	(void)curl_multi_setopt(p->multi, CURLMOPT_SOCKETDATA, p);
	(void)curl_multi_setopt(
	    p->multi, CURLMOPT_TIMERFUNCTION, set_multi_timer);
	(void)curl_multi_setopt(p->multi, CURLMOPT_TIMERDATA, p);
	*out = p;
	return 0;
}

void
wire_pool_close(struct wire_pool **p)
{
	struct wire_pool *x = TAKE(*p);

	if (!x)
		return;
	(void)curl_multi_cleanup(x->multi);
	loop_timer_free(&x->timer);
	free(x);
	curl_global_cleanup();
}

int
wire_probe(const struct wire_options *options, struct err *e)
{
	struct wire w = { 0 };
	char why[WHY_MAX];
	CURLcode code;
	int rc;

	CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
	rc = set_up(&w, options, e);
	if (rc == 0) {
		code = curl_easy_perform(w.easy);
		if (!is_good(&w, code)) {
			explain(&w, code, why);
			rc = err_set(e, ERR_TEMPORARY, "%s", why);
		}
	}
	release(&w);
	curl_global_cleanup();
	return rc;
}
