/*
 * libmicrohttpd runs a pool of threads on epoll, which read requests and send
 * answers.  Before a handler stands the guard (http_guard.c).  The handler is
 * called in other threads (http_pool.h); while it is, the library lets the
 * connection sleep.
 *
 * The library's own time limit starts again with each byte.  So each
 * connection notes until when its request, or its answer, must be done; a
 * thread of this module looks several times a second and shuts down the
 * sockets that are late, which the library then sees as closed.
 */
#include "agent/base/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/base/http_pool.h"
#include "agent/base/http_private.h"
#include "agent/base/log.h"

#define BACKLOG        128
#define MOVERS         2 /* threads that read and send */
#define LOOK_MS        250
#define FOREVER_MS     (INT64_MAX / 4)
#define PEM_BYTES_MAX  65536
#define PEER_TEXT_MAX  INET6_ADDRSTRLEN
#define FIELDS_MAX     16
#define MEMORY_FOR_ONE (HTTP_HEAD_MAX + 16384)

/* A connection, while the library has it. */
struct peer {
	struct peer *next, *before;
	int fd;
	int64_t until_ms; /* monotonic; then it is cut */
};

/* A field of an answer. */
struct field {
	const char *name;
	char *value; /* owned */
};

struct fields {
	struct field each[FIELDS_MAX];
	size_t count;
};

/* A request that is being read, and its answer once that is made. */
struct exchange {
	struct http_pool_job job; /* first: it is one */
	struct http *h;
	struct MHD_Connection *c; /* these three: borrowed until it is over */
	const char *path;
	bool is_post;
	struct buf body;
	size_t body_max;
	const char *why; /* it is refused: the reason; NULL: it is not */
	unsigned status; /* with which */
	struct http_reply reply;
	struct fields fields; /* the reply's */
	bool is_made;
};
_Static_assert(offsetof(struct exchange, job) == 0, "a job is an exchange");

struct http {
	struct MHD_Daemon *daemon;
	void (*handle)(void *user, const struct http_request *rq,
	    struct http_reply *reply);
	void *user;
	int64_t port, request_ms, answer_ms;
	const char *const *large; /* borrowed, or NULL */
	pthread_t cutter;
	pthread_mutex_t lock; /* peers */
	int ending;           /* an eventfd: stop cutting */
	struct peer peers;    /* a ring */
	struct http_streams *streams;
	struct http_pool *pool;
	bool is_cutting;
	char *socket; /* its path; NULL: it is a port */
};

/* --- connections and their time --- */

static void
on_connection(void *cls, struct MHD_Connection *c, void **context,
    enum MHD_ConnectionNotificationCode what)
{
	struct http *h = cls;
	const union MHD_ConnectionInfo *info;
	struct peer *p = *context;

	pthread_mutex_lock(&h->lock);
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		info = MHD_get_connection_info(
		    c, MHD_CONNECTION_INFO_CONNECTION_FD);
		p = alloc_zero(1, sizeof *p);
		p->fd = info->connect_fd;
		p->until_ms = clock_mono_ms() + h->request_ms;
		p->next = h->peers.next;
		p->before = &h->peers;
		p->next->before = p;
		h->peers.next = p;
		*context = p;
	} else if (p) {
		p->before->next = p->next;
		p->next->before = p->before;
		free(p);
		*context = NULL;
	}
	pthread_mutex_unlock(&h->lock);
}

/* The connection has so long from now. */
static void
give_time(struct http *h, struct MHD_Connection *c, int64_t ms)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct peer *p = info ? info->socket_context : NULL;

	if (!p)
		return;
	pthread_mutex_lock(&h->lock);
	p->until_ms = clock_mono_ms() + ms;
	pthread_mutex_unlock(&h->lock);
}

static void *
cut_late_ones(void *arg)
{
	struct http *h = arg;
	struct pollfd end = { .fd = h->ending, .events = POLLIN };

	while (poll(&end, 1, LOOK_MS) <= 0) {
		int64_t now = clock_mono_ms();

		pthread_mutex_lock(&h->lock);
		for (struct peer *p = h->peers.next; p != &h->peers;
		     p = p->next)
			if (p->until_ms < now)
				(void)shutdown(p->fd, SHUT_RDWR);
		pthread_mutex_unlock(&h->lock);
	}
	return NULL;
}

/* --- answers --- */

void
http_reply_field(struct http_reply *reply, const char *name, const char *value)
{
	struct fields *f = reply->fields;

	CHECK(http_is_token(name, strlen(name)));
	if (!http_is_value(value, strlen(value))) {
		log_error("http: no field %s was sent: its value has control "
			  "characters",
		    name);
		return;
	}
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->each[i].name, name) == 0) {
			free(f->each[i].value);
			f->each[i].value = alloc_text(value);
			return;
		}
	CHECK(f->count < FIELDS_MAX);
	f->each[f->count++] =
	    (struct field){ .name = name, .value = alloc_text(value) };
}

static void
clear_fields(struct fields *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->each[i].value);
	f->count = 0;
}

/* Give the answer to the library; the body is the library's then. */
static enum MHD_Result
answer(struct http *h, struct MHD_Connection *c, struct http_reply *reply)
{
	struct fields *f = reply->fields;
	struct MHD_Response *r;
	enum MHD_Result done = MHD_NO;
	size_t len = reply->body.len;
	bool is_stream = reply->stream != NULL;

	if (is_stream)
		r = http_stream_response(reply->stream);
	else
		r = MHD_create_response_from_buffer(
		    len, buf_take(&reply->body), MHD_RESPMEM_MUST_FREE);
	reply->stream = NULL;
	for (size_t i = 0; r && i < f->count; i++)
		(void)MHD_add_response_header(
		    r, f->each[i].name, f->each[i].value);
	clear_fields(f);
	if (!r)
		return MHD_NO;
	/* Who listens has for ever: http_stream_send() sees who is slow. */
	give_time(h, c, is_stream ? FOREVER_MS : h->answer_ms);
	done = MHD_queue_response(c, reply->status, r);
	MHD_destroy_response(r);
	return done;
}

static void
fill_refusal(struct http_reply *reply, unsigned status, const char *why)
{
	reply->status = status;
	buf_addf(&reply->body, "%s\n", why);
	http_reply_field(reply, "Connection", "close");
	http_reply_field(reply, "Content-Type", "text/plain; charset=utf-8");
	http_reply_field(reply, "X-Content-Type-Options", "nosniff");
	http_reply_field(reply, "Cache-Control", "no-store");
}

/* Say why it is refused, and close. */
static enum MHD_Result
refuse(
    struct http *h, struct MHD_Connection *c, unsigned status, const char *why)
{
	struct fields fields = { 0 };
	struct http_reply reply = { .fields = &fields };

	fill_refusal(&reply, status, why);
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		http_reply_field(&reply, "Allow", "GET, HEAD, POST");
	return answer(h, c, &reply);
}

static const char *
peer_text(struct MHD_Connection *c, char out[PEER_TEXT_MAX])
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *a = info ? info->client_addr : NULL;
	const void *address = NULL;

	out[0] = '\0';
	if (a && a->sa_family == AF_INET)
		address =
		    &((const struct sockaddr_in *)(const void *)a)->sin_addr;
	else if (a && a->sa_family == AF_INET6)
		address =
		    &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr;
	if (address)
		(void)inet_ntop(a->sa_family, address, out, PEER_TEXT_MAX);
	return out;
}

/* --- making the answer --- */

static void
make_answer(struct exchange *x)
{
	char peer[PEER_TEXT_MAX];
	struct http *h = x->h;
	struct http_request rq = {
		.is_post = x->is_post,
		.path = x->path,
		.peer = h->socket ? "socket" : peer_text(x->c, peer),
		.by_socket = h->socket != NULL,
		.body = buf_str(&x->body),
		.connection = x->c,
	};

	x->reply =
	    (struct http_reply){ .status = MHD_HTTP_INTERNAL_SERVER_ERROR,
		    .fields = &x->fields,
		    .streams = h->streams };
	h->handle(h->user, &rq, &x->reply);
	x->is_made = true;
}

/* Instead of an answer. */
static void
send_away(struct exchange *x)
{
	x->reply = (struct http_reply){ .fields = &x->fields };
	fill_refusal(&x->reply, MHD_HTTP_SERVICE_UNAVAILABLE,
	    "the service starts anew: nothing was done, try again");
	x->is_made = true;
}

/*
 * Nobody waits for an answer: who asked was cut, or is no more.  One that has
 * only closed its own side still listens.
 */
static bool
has_left(const struct exchange *x)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(x->c, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct pollfd p = { .events = POLLIN };

	if (!info)
		return false;
	p.fd = info->connect_fd;
	return poll(&p, 1, 0) > 0 && (p.revents & (POLLERR | POLLHUP));
}

/*
 * In a thread of the pool.  At an end what waits is sent away, for whoever
 * ends it waits meanwhile; and what nobody waits for any more is not done.
 */
static void
make_job(struct http_pool_job *job, bool is_ending)
{
	struct exchange *x = (struct exchange *)(void *)job;

	if (is_ending || has_left(x))
		send_away(x);
	else
		make_answer(x);
	/* From here on it is the library's again. */
	MHD_resume_connection(x->c);
}

static void
let_sleep(struct http_pool_job *job)
{
	MHD_suspend_connection(((struct exchange *)(void *)job)->c);
}

/*
 * The request has come whole; the library asks again when it is woken.  At the
 * end there is no pool any more.
 */
static enum MHD_Result
handle(struct exchange *x)
{
	if (!x->is_made) {
		/* It waits for others from here on, and not for its sender. */
		give_time(x->h, x->c, x->h->answer_ms);
		if (http_pool_add(x->h->pool, &x->job, let_sleep))
			return MHD_YES;
		send_away(x);
	}
	return answer(x->h, x->c, &x->reply);
}

/* --- requests --- */

static size_t
body_max(const struct http *h, const char *url)
{
	for (size_t i = 0; h->large && h->large[i]; i++)
		if (strncmp(url, h->large[i], strlen(h->large[i])) == 0)
			return HTTP_BODY_LARGE_MAX;
	return HTTP_BODY_MAX;
}

static const char *
too_large(const struct exchange *x)
{
	return x->body_max == HTTP_BODY_MAX
		   ? "the body is larger than the 64 KiB taken"
		   : "the body is larger than the 512 KiB taken";
}

/* A head has come whole. */
static struct exchange *
begin(struct http *h, struct MHD_Connection *c, const char *url,
    const char *method, const char *version)
{
	struct exchange *x = alloc_zero(1, sizeof *x);

	x->h = h;
	x->c = c;
	x->path = url;
	x->is_post = strcmp(method, MHD_HTTP_METHOD_POST) == 0;
	x->body_max = body_max(h, url);
	x->why = http_guard(c, url, method, version, &x->status);
	give_time(h, c, h->request_ms);
	return x;
}

static void
take_body(struct exchange *x, const char *bytes, size_t len)
{
	if (x->why)
		return;
	if (x->body.len + len > x->body_max) {
		x->why = too_large(x);
		x->status = MHD_HTTP_CONTENT_TOO_LARGE;
		buf_clear(&x->body);
		return;
	}
	buf_add(&x->body, bytes, len);
}

/* A length that is announced and too large is not waited for. */
static bool
is_announced_too_large(struct MHD_Connection *c, const struct exchange *x)
{
	const char *len =
	    MHD_lookup_connection_value(c, MHD_HEADER_KIND, "content-length");

	return len && strtol(len, NULL, 10) > (long)x->body_max;
}

/* The library gives so many. */
static enum MHD_Result /* NOLINTNEXTLINE(readability-function-size) */
on_request(void *cls, struct MHD_Connection *c, const char *url,
    const char *method, const char *version, const char *data, size_t *len,
    void **context)
{
	struct http *h = cls;
	struct exchange *x = *context;

	if (!x) {
		*context = x = begin(h, c, url, method, version);
		if (x->why)
			return refuse(h, c, x->status, x->why);
		if (is_announced_too_large(c, x))
			return refuse(
			    h, c, MHD_HTTP_CONTENT_TOO_LARGE, too_large(x));
		return MHD_YES;
	}
	if (*len > 0) {
		take_body(x, data, *len);
		*len = 0;
		return MHD_YES;
	}
	if (x->why)
		return refuse(h, c, x->status, x->why);
	return handle(x);
}

/* What was made and not sent, its peer having left or the server ending. */
static void
drop_answer(struct exchange *x)
{
	struct MHD_Response *r = NULL;

	clear_fields(&x->fields);
	buf_clear(&x->reply.body);
	if (x->reply.stream)
		r = http_stream_response(x->reply.stream);
	if (r)
		MHD_destroy_response(r);
}

static void
on_completed(void *cls, struct MHD_Connection *c, void **context,
    enum MHD_RequestTerminationCode how)
{
	struct http *h = cls;
	struct exchange *x = *context;

	(void)how;
	give_time(h, c, h->request_ms);
	if (!x)
		return;
	drop_answer(x);
	buf_clear(&x->body);
	free(x);
	*context = NULL;
}

/* --- the server --- */

static int
listen_on(const struct http_options *o, struct err *e)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_PASSIVE,
		.ai_socktype = SOCK_STREAM };
	struct addrinfo *a = NULL;
	char port[16];
	int on = 1, fd;

	(void)snprintf(port, sizeof port, "%lld", (long long)o->port);
	if (getaddrinfo(o->address, port, &hints, &a) != 0)
		return err_set(e, ERR_INVALID,
		    "\"%s\" is no address to listen on, such as 127.0.0.1",
		    o->address);
	fd =
	    socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
	    bind(fd, a->ai_addr, a->ai_addrlen) < 0 ||
	    listen(fd, BACKLOG) < 0) {
		(void)err_sys(
		    e, "cannot listen on %s port %s", o->address, port);
		files_close(&fd);
		fd = -1;
	}
	freeaddrinfo(a);
	return fd;
}

/* Does a program listen there?  A socket that none has is taken away. */
static bool
is_in_use(const struct sockaddr_un *a)
{
	struct stat st;
	int fd, r;

	if (lstat(a->sun_path, &st) < 0 || !S_ISSOCK(st.st_mode))
		return false; /* bind() says what is wrong with what is there */
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	r = connect(fd, (const struct sockaddr *)(const void *)a, sizeof *a);
	files_close(&fd);
	if (r < 0 && errno == ECONNREFUSED)
		(void)unlink(a->sun_path);
	return r == 0;
}

/* Who may connect is set before anybody can. */
static int
listen_at(const struct http_options *o, struct err *e)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(o->socket) >= sizeof a.sun_path)
		return err_set(e, ERR_INVALID,
		    "the path of the socket %s has more than the %zu bytes "
		    "that a socket's can have",
		    o->socket, sizeof a.sun_path - 1);
	(void)snprintf(a.sun_path, sizeof a.sun_path, "%s", o->socket);
	if (is_in_use(&a))
		return err_set(e, ERR_TEMPORARY,
		    "another program listens on %s", o->socket);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 &&
	    bind(fd, (const struct sockaddr *)(const void *)&a, sizeof a) ==
		0 &&
	    chmod(o->socket, (mode_t)o->socket_mode) == 0 &&
	    listen(fd, BACKLOG) == 0)
		return fd;
	(void)err_sys(e, "cannot listen on the socket %s", o->socket);
	files_close(&fd);
	return -1;
}

static int64_t
port_of(int fd)
{
	struct sockaddr_storage a = { 0 };
	socklen_t len = sizeof a;

	if (getsockname(fd, (struct sockaddr *)(void *)&a, &len) < 0)
		return 0;
	return ntohs(
	    a.ss_family == AF_INET6
		? ((const struct sockaddr_in6 *)(const void *)&a)->sin6_port
		: ((const struct sockaddr_in *)(const void *)&a)->sin_port);
}

__attribute__((format(printf, 2, 0))) static void
say(void *cls, const char *fmt, va_list ap)
{
	char line[256];

	(void)cls;
	(void)vsnprintf(line, sizeof line, fmt, ap);
	line[strcspn(line, "\r\n")] = '\0';
	log_debug("http: %s", line);
}

/* What the files hold; the key is wiped. */
struct pem {
	struct buf cert, key, ca;
};

static int
read_pem(const struct http_options *o, struct pem *pem, struct err *e)
{
	if (!o->cert_file)
		return 0;
	if (files_read(o->cert_file, PEM_BYTES_MAX, &pem->cert, e) < 0 ||
	    files_read(o->key_file, PEM_BYTES_MAX, &pem->key, e) < 0)
		return -1;
	if (!o->client_ca)
		return 0;
	if (files_read(o->client_ca, PEM_BYTES_MAX, &pem->ca, e) < 0)
		return -1;
	return http_check_ca(buf_str(&pem->ca), o->client_ca, e);
}

static void
clear_pem(struct pem *pem)
{
	if (pem->key.p)
		explicit_bzero(pem->key.p, pem->key.len);
	buf_clear(&pem->key);
	buf_clear(&pem->cert);
	buf_clear(&pem->ca);
}

static int
start(struct http *h, const struct http_options *o, int fd,
    const struct pem *pem, struct err *e)
{
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD |
			 MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
			 (o->cert_file ? MHD_USE_TLS : 0U);
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, pem->cert.p },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, pem->key.p },
		{ pem->ca.p ? MHD_OPTION_HTTPS_MEM_TRUST : MHD_OPTION_END, 0,
		    pem->ca.p },
		{ MHD_OPTION_END, 0, NULL },
	};

	if (!o->cert_file)
		tls[0].option = MHD_OPTION_END;
	h->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, h,
	    MHD_OPTION_EXTERNAL_LOGGER, say, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_THREAD_POOL_SIZE, MOVERS, MHD_OPTION_CONNECTION_LIMIT,
	    o->connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT, o->per_address,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_FOR_ONE,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_CONNECTION,
	    on_connection, h, MHD_OPTION_NOTIFY_COMPLETED, on_completed, h,
	    MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
	if (h->daemon)
		return 0;
	return err_set(e, ERR_INVALID,
	    o->cert_file ? "cannot serve with the certificate %s and its key: "
			   "are both PEM, and do they belong together?"
			 : "cannot start the web server%s",
	    o->cert_file ? o->cert_file : "");
}

static void
free_http(struct http *h)
{
	if (h->socket)
		(void)unlink(h->socket);
	free(h->socket);
	http_streams_free(&h->streams);
	http_pool_free(&h->pool);
	files_close(&h->ending);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

static struct http *
make(const struct http_options *o)
{
	struct http *h = alloc_zero(1, sizeof *h);

	h->handle = o->handle;
	h->user = o->user;
	h->request_ms = o->request_ms;
	h->large = o->large;
	h->answer_ms = o->answer_ms;
	h->socket = o->socket ? alloc_text(o->socket) : NULL;
	h->peers.next = h->peers.before = &h->peers;
	h->streams = http_streams_new(o->answer_ms);
	pthread_mutex_init(&h->lock, NULL);
	h->ending = eventfd(0, EFD_CLOEXEC);
	return h;
}

int
http_open(const struct http_options *o, struct http **out, struct err *e)
{
	struct pem pem = { .cert = { 0 } };
	struct http *h;
	int fd, r = -1;

	CHECK(!o->cert_file == !o->key_file &&
	      (!o->client_ca || o->cert_file) && (!o->socket || !o->cert_file));
	if (read_pem(o, &pem, e) < 0)
		goto out;
	fd = o->socket ? listen_at(o, e) : listen_on(o, e);
	if (fd < 0)
		goto out;
	h = make(o);
	h->port = o->socket ? 0 : port_of(fd);
	r = http_pool_new(o->threads, make_job, &h->pool, e);
	if (r == 0)
		r = start(h, o, fd, &pem, e);
	if (r < 0) {
		(void)close(fd);
		free_http(h);
		goto out;
	}
	h->is_cutting = h->ending >= 0 &&
			pthread_create(&h->cutter, NULL, cut_late_ones, h) == 0;
	*out = h;
	if (!h->is_cutting) {
		http_close(out);
		r = err_set(e, ERR_TEMPORARY, "cannot start a thread");
	}
out:
	clear_pem(&pem);
	return r;
}

void
http_close(struct http **h)
{
	struct http *was = *h;

	if (!was)
		return;
	*h = NULL;
	/* The library aborts if one sleeps. */
	http_pool_end(was->pool);
	http_streams_end(was->streams);
	MHD_stop_daemon(was->daemon);
	if (was->is_cutting) {
		(void)eventfd_write(was->ending, 1);
		(void)pthread_join(was->cutter, NULL);
	}
	free_http(was);
}

int64_t
http_port(const struct http *h)
{
	return h->port;
}
