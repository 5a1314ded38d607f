/* The web server's door: what it takes, what it refuses, and how long. */
#include "base_test.h"

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

#include "agent/base/err.h"
#include "agent/base/http.h"

#define REQUEST_MS 400
#define ANSWER_MS  1500
#define WAIT_MS    5000
/* More than the kernel keeps for a reader that does not read. */
#define LARGE_BYTES ((size_t)64 << 20)

struct scene {
	struct http *server;
	pthread_mutex_t lock; /* over both */
	pthread_cond_t change;
	bool is_waiting, may_go; /* who asked for /wait */
	int stays;               /* how many did */
};

/* Stay in the handler until somebody lets it go. */
static void
stay(struct scene *s)
{
	pthread_mutex_lock(&s->lock);
	s->is_waiting = true;
	s->stays++;
	pthread_cond_broadcast(&s->change);
	while (!s->may_go)
		(void)pthread_cond_wait(&s->change, &s->lock);
	pthread_mutex_unlock(&s->lock);
}

static void
wait_for_one_that_stays(struct scene *s)
{
	pthread_mutex_lock(&s->lock);
	while (!s->is_waiting)
		(void)pthread_cond_wait(&s->change, &s->lock);
	pthread_mutex_unlock(&s->lock);
}

static void *
let_go(void *user)
{
	struct scene *s = user;

	pthread_mutex_lock(&s->lock);
	s->may_go = true;
	pthread_cond_broadcast(&s->change);
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

/* Says what it was asked. */
static void
echo(void *user, const struct http_request *rq, struct http_reply *reply)
{
	struct buf name = { 0 };
	int found = rq->is_post ? http_form(rq, "name", &name) : 0;

	reply->status = 200;
	http_reply_field(reply, "X-Peer", rq->peer);
	if (strcmp(rq->path, "/wait") == 0)
		stay(user);
	if (strcmp(rq->path, "/large") == 0) {
		buf_reserve(&reply->body, LARGE_BYTES);
		memset(reply->body.p, 'x', LARGE_BYTES);
		reply->body.len = LARGE_BYTES;
		return;
	}
	buf_addf(&reply->body, "%s %s q=%.*s c=%.*s form=%d %.*s.",
	    rq->is_post ? "POST" : "GET", rq->path,
	    STR_ARG(http_query(rq, "q")), STR_ARG(http_cookie(rq, "c")), found,
	    STR_ARG(buf_str(&name)));
	buf_clear(&name);
}

static int
begin_with(void **state, int64_t request_ms)
{
	struct scene *s = test_calloc(1, sizeof *s);
	const struct http_options o = { .address = "127.0.0.1",
		.handle = echo,
		.user = s,
		.threads = 2,
		.connections = 200,
		.per_address = 200,
		.request_ms = request_ms,
		.answer_ms = ANSWER_MS };
	struct err e = { 0 };

	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->change, NULL);
	*state = s;
	return http_open(&o, &s->server, &e);
}

static int
begin(void **state)
{
	return begin_with(state, REQUEST_MS);
}

/* Where nobody is cut for what others take long to make. */
static int
begin_patient(void **state)
{
	return begin_with(state, 60000);
}

static int
end(void **state)
{
	struct scene *s = *state;

	http_close(&s->server);
	pthread_cond_destroy(&s->change);
	pthread_mutex_destroy(&s->lock);
	test_free(s);
	return 0;
}

static int
dial(const struct scene *s)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)http_port(s->server)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(
	    connect(fd, (struct sockaddr *)(void *)&a, sizeof a), 0);
	return fd;
}

static void
put(int fd, struct str bytes)
{
	while (bytes.len > 0) {
		ssize_t n = send(fd, bytes.p, bytes.len, MSG_NOSIGNAL);

		if (n <= 0)
			return; /* closed on us: the answer says why */
		bytes = str_make(bytes.p + n, bytes.len - (size_t)n);
	}
}

/* All that comes until the other side closes or is silent: did it close? */
static bool
take(int fd, struct buf *out, int wait_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char part[4096];
	ssize_t n = 1;

	while (n > 0 && poll(&p, 1, wait_ms) == 1) {
		n = recv(fd, part, sizeof part, 0);
		if (n > 0)
			buf_add(out, part, (size_t)n);
	}
	buf_add_char(out, '\0');
	return n <= 0;
}

/* Send bytes on a connection of their own; what comes back. */
static void
ask(const struct scene *s, struct str bytes, struct buf *out)
{
	int fd = dial(s);

	buf_reset(out);
	put(fd, bytes);
	(void)shutdown(fd, SHUT_WR);
	(void)take(fd, out, WAIT_MS);
	(void)close(fd);
}

static bool
has(const struct buf *b, const char *text)
{
	return b->len > 0 && strstr(b->p, text) != NULL;
}

#define HOST "Host: x\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"

static void
test_what_is_taken(void **state)
{
	static const struct {
		const char *request, *answer;
	} cases[] = {
		{ "GET /a/b?q=1%202 HTTP/1.1\r\n" HOST "Cookie: b=1; c=two\r\n"
		  "\r\n",
		    "GET /a/b q=1 2 c=two form=0 ." },
		{ "GET /caf%C3%A9 HTTP/1.1\r\n" HOST "\r\n",
		    "GET /caf\xc3\xa9 q=" },
		{ "HEAD / HTTP/1.1\r\n" HOST "\r\n", "200" },
		{ "POST / HTTP/1.1\r\n" HOST FORM "Content-Length: 19\r\n\r\n"
		  "other=2&name=a+b%21",
		    "form=1 a b!." },
		{ "POST / HTTP/1.1\r\n" HOST FORM "Content-Length: 4\r\n\r\n"
		  "name",
		    "form=1 ." },
		{ "POST / HTTP/1.1\r\n" HOST FORM "Content-Length: 10\r\n\r\n"
		  "name=%zz%4",
		    "form=1 %zz%4." },
		{ "POST / HTTP/1.1\r\n" HOST FORM "Content-Length: 0\r\n\r\n",
		    "form=0 ." },
		{ "POST / HTTP/1.1\r\n" HOST
		  "Content-Type: text/plain\r\nContent-Length: 6\r\n\r\nname=1",
		    "form=-1 ." },
		{ "POST / HTTP/1.1\r\n" HOST FORM "Content-Length: 8\r\n\r\n"
		  "name=%ff",
		    "form=-1 " },
		{ "POST / HTTP/1.1\r\n" HOST FORM "Content-Length: 9\r\n\r\n"
		  "name=a%00",
		    "form=-1 " },
	};
	struct buf out = { 0 };

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		ask(*state, str_of(cases[i].request), &out);
		if (!has(&out, "HTTP/1.1 200") || !has(&out, cases[i].answer))
			fail_msg("case %zu: %s", i, out.p);
	}
	assert_true(has(&out, "X-Peer: 127.0.0.1"));
	buf_clear(&out);
}

/* Each is answered with its status, and not one reaches the handler. */
static void
test_what_is_refused(void **state)
{
	static const struct {
		const char *request, *status;
	} cases[] = {
		{ "GET / HTTP/1.0\r\n" HOST "\r\n", "400" },
		{ "GET / HTTP/1.1\r\n\r\n", "400" },
		{ "GET / HTTP/1.1\r\n" HOST HOST "\r\n", "400" },
		{ "GET / HTTP/1.1\r\n" HOST "Bad Name: x\r\n\r\n", "400" },
		{ "GET / HTTP/1.1\r\n" HOST "Content-Length : 3\r\n\r\nabc",
		    "400" },
		{ "GET / HTTP/1.1\r\n" HOST "X: a\x01z\r\n\r\n", "400" },
		{ "GET / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc",
		    "400" },
		{ "POST / HTTP/1.1\r\n" HOST FORM "\r\n", "411" },
		{ "POST / HTTP/1.1\r\n" HOST FORM
		  "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
		    "400" },
		{ "POST / HTTP/1.1\r\n" HOST FORM
		  "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
		  "3\r\nabc\r\n0\r\n\r\n",
		    "400" },
		{ "POST / HTTP/1.1\r\n" HOST FORM
		  "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
		    "400" },
		{ "POST / HTTP/1.1\r\n" HOST FORM
		  "Transfer-Encoding: xchunked\r\n\r\n",
		    "400" },
		{ "POST / HTTP/1.1\r\n" HOST FORM "Content-Length: -1\r\n\r\n",
		    "400" },
		{ "POST / HTTP/1.1\r\n" HOST FORM
		  "Content-Length: 0x3\r\n\r\nabc",
		    "400" },
		{ "POST / HTTP/1.1\r\n" HOST FORM
		  "Content-Length: 65537\r\n\r\n",
		    "413" },
		{ "DELETE / HTTP/1.1\r\n" HOST "\r\n", "405" },
		{ "OPTIONS * HTTP/1.1\r\n" HOST "\r\n", "400" },
		{ "GET /\xff HTTP/1.1\r\n" HOST "\r\n", "400" },
		{ "GET /%0a HTTP/1.1\r\n" HOST "\r\n", "400" },
	};
	struct buf out = { 0 };

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char line[32];

		(void)snprintf(
		    line, sizeof line, "HTTP/1.1 %s ", cases[i].status);
		ask(*state, str_of(cases[i].request), &out);
		if (!has(&out, line) || has(&out, "form="))
			fail_msg("case %zu: %s", i, out.p);
	}
	buf_clear(&out);
}

/* The second request in the bytes of a refused one is never answered. */
static void
test_nothing_is_smuggled(void **state)
{
	static const char *const first[] = {
		"POST / HTTP/1.1\r\n" HOST FORM
		"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
		"0\r\n\r\n",
		"POST / HTTP/1.1\r\n" HOST FORM
		"Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
		"GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\n",
	};
	struct buf out = { 0 }, bytes = { 0 };

	for (size_t i = 0; i < sizeof first / sizeof first[0]; i++) {
		buf_reset(&bytes);
		buf_addf(
		    &bytes, "%sGET /second HTTP/1.1\r\n" HOST "\r\n", first[i]);
		ask(*state, buf_str(&bytes), &out);
		if (!has(&out, " 400 ") || has(&out, "/second"))
			fail_msg("case %zu: %s", i, out.p);
	}
	buf_clear(&bytes);
	buf_clear(&out);
}

static void
test_oversized_heads_and_bodies(void **state)
{
	struct buf bytes = { 0 }, out = { 0 };

	buf_add_text(&bytes, "GET / HTTP/1.1\r\n" HOST "X: ");
	for (size_t i = 0; i < HTTP_HEAD_MAX * 4; i++)
		buf_add_char(&bytes, 'x');
	buf_add_text(&bytes, "\r\n\r\n");
	ask(*state, buf_str(&bytes), &out);
	assert_true(out.len <= 1 || has(&out, " 431 "));

	buf_reset(&bytes);
	buf_addf(&bytes,
	    "POST / HTTP/1.1\r\n" HOST FORM "Content-Length: %d\r\n\r\nname=",
	    HTTP_BODY_MAX);
	for (size_t i = 5; i < HTTP_BODY_MAX; i++)
		buf_add_char(&bytes, 'x');
	ask(*state, buf_str(&bytes), &out);
	assert_true(has(&out, " 200 "));
	buf_clear(&bytes);
	buf_clear(&out);
}

/* Who never ends a head, or a body, is cut; others are served meanwhile. */
static void
test_slow_peers_are_cut(void **state)
{
	static const char *const beginnings[] = { "GET / HTTP/1.1\r\nHo",
		"POST / HTTP/1.1\r\n" HOST FORM
		"Content-Length: 10\r\n\r\nname=" };
	struct buf out = { 0 };

	for (size_t i = 0; i < 2; i++) {
		int fd = dial(*state);

		put(fd, str_of(beginnings[i]));
		/* A byte now and then does not keep it alive. */
		for (int k = 0; k < 4; k++) {
			struct pollfd p = { .fd = fd, .events = POLLIN };

			if (poll(&p, 1, REQUEST_MS / 3) == 1)
				break;
			put(fd, str_of("x"));
		}
		buf_reset(&out);
		assert_true(take(fd, &out, WAIT_MS));
		(void)close(fd);
		ask(*state, str_of("GET / HTTP/1.1\r\n" HOST "\r\n"), &out);
		assert_true(has(&out, " 200 "));
	}
	buf_clear(&out);
}

static void
test_slow_readers_are_cut(void **state)
{
	struct buf out = { 0 };
	int fd = dial(*state);

	put(fd, str_of("GET /large HTTP/1.1\r\n" HOST "\r\n"));
	(void)poll(NULL, 0, ANSWER_MS + 800);
	(void)take(fd, &out, WAIT_MS);
	assert_true(out.len < LARGE_BYTES);
	(void)close(fd);
	buf_clear(&out);
}

static void
test_two_requests_on_one_connection(void **state)
{
	struct buf out = { 0 };

	ask(*state,
	    str_of("GET /one HTTP/1.1\r\n" HOST "\r\n"
		   "GET /two HTTP/1.1\r\n" HOST "\r\n"),
	    &out);
	assert_true(has(&out, "GET /one "));
	assert_true(has(&out, "GET /two "));
	buf_clear(&out);
}

/* One that is long in the making keeps nobody else, whoever came together. */
static void
test_one_keeps_no_other(void **state)
{
	struct scene *s = *state;
	int slow = dial(s), others[8];
	struct buf out = { 0 };

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		others[i] = dial(s);
	put(slow, str_of("GET /wait HTTP/1.1\r\n" HOST "\r\n"));
	wait_for_one_that_stays(s);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		put(others[i], str_of("GET /quick HTTP/1.1\r\n" HOST
				      "Connection: close\r\n\r\n"));
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		buf_reset(&out);
		take(others[i], &out, WAIT_MS);
		assert_true(has(&out, "GET /quick "));
		(void)close(others[i]);
	}
	(void)let_go(s);
	(void)shutdown(slow, SHUT_WR);
	buf_reset(&out);
	take(slow, &out, WAIT_MS);
	assert_true(has(&out, "GET /wait "));
	(void)close(slow);
	buf_clear(&out);
}

/* More than there are threads: each is answered in its turn. */
static void
test_more_than_threads(void **state)
{
	struct scene *s = *state;
	int fds[8];
	struct buf out = { 0 };

	for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
		fds[i] = dial(s);
		put(fds[i], str_of("GET /wait HTTP/1.1\r\n" HOST
				   "Connection: close\r\n\r\n"));
	}
	wait_for_one_that_stays(s);
	(void)let_go(s);
	for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
		buf_reset(&out);
		take(fds[i], &out, WAIT_MS);
		assert_true(has(&out, "GET /wait "));
		(void)close(fds[i]);
	}
	buf_clear(&out);
}

/* The end waits for what is being made, and is none the worse for who left. */
static void
test_end_with_one_in_the_making(void **state)
{
	struct scene *s = *state;
	int slow = dial(s), gone = dial(s);
	pthread_t thread;

	put(slow, str_of("GET /wait HTTP/1.1\r\n" HOST "\r\n"));
	put(gone, str_of("GET /wait HTTP/1.1\r\n" HOST "\r\n"));
	wait_for_one_that_stays(s);
	(void)close(gone);
	assert_int_equal(pthread_create(&thread, NULL, let_go, s), 0);
	http_close(&s->server);
	assert_int_equal(pthread_join(thread, NULL), 0);
	(void)close(slow);
}

static void *
close_it(void *user)
{
	struct scene *s = user;

	http_close(&s->server);
	return NULL;
}

/* Has the end begun?  New ones are sent away from then on. */
static bool
is_ending(const struct scene *s)
{
	struct buf out = { 0 };
	int fd = dial(s);
	bool is;

	put(fd, str_of("GET /x HTTP/1.1\r\n" HOST "\r\n"));
	(void)take(fd, &out, 50);
	is = has(&out, " 503 ");
	(void)close(fd);
	buf_clear(&out);
	return is;
}

/* What waits for its turn is not made any more: who ends it waits. */
static void
test_the_end_sends_away_who_waits(void **state)
{
	struct scene *s = *state;
	struct scene as_it_was;
	int fds[6], tries = 0;
	pthread_t thread;

	for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
		fds[i] = dial(s);
		put(fds[i], str_of("GET /wait HTTP/1.1\r\n" HOST "\r\n"));
	}
	wait_for_one_that_stays(s);
	as_it_was = *s; /* the port is asked while another closes it */
	assert_int_equal(pthread_create(&thread, NULL, close_it, s), 0);
	while (!is_ending(&as_it_was) && tries++ < 100)
		continue;
	assert_true(tries < 100);
	(void)let_go(s);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(s->stays <= 2); /* as many as there are threads */
	for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++)
		(void)close(fds[i]);
}

static void
test_what_cannot_be_served(void **state)
{
	struct http_options o = { .handle = echo,
		.threads = 1,
		.connections = 5,
		.per_address = 5,
		.request_ms = 1000,
		.answer_ms = 1000 };
	struct scene *s = *state;
	struct http *two = NULL;
	struct err e = { 0 };

	o.address = "somewhere";
	assert_int_equal(http_open(&o, &two, &e), -1);
	assert_non_null(strstr(e.msg, "\"somewhere\" is no address"));
	o.address = "127.0.0.1";
	o.port = http_port(s->server);
	assert_int_equal(http_open(&o, &two, &e), -1);
	assert_non_null(strstr(e.msg, "cannot listen on 127.0.0.1 port"));
	o.port = 0;
	o.cert_file = o.key_file = "/dev/null";
	assert_int_equal(http_open(&o, &two, &e), -1);
	assert_non_null(strstr(e.msg, "do they belong together"));
	o.cert_file = "/nowhere.pem";
	assert_int_equal(http_open(&o, &two, &e), -1);
	assert_non_null(strstr(e.msg, "/nowhere.pem"));
	assert_null(two);
}

#define PATIENT(test) cmocka_unit_test_setup_teardown(test, begin_patient, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_taken),
		cmocka_unit_test(test_what_is_refused),
		cmocka_unit_test(test_nothing_is_smuggled),
		cmocka_unit_test(test_oversized_heads_and_bodies),
		cmocka_unit_test(test_slow_peers_are_cut),
		cmocka_unit_test(test_slow_readers_are_cut),
		cmocka_unit_test(test_two_requests_on_one_connection),
		PATIENT(test_one_keeps_no_other),
		PATIENT(test_more_than_threads),
		PATIENT(test_the_end_sends_away_who_waits),
		PATIENT(test_end_with_one_in_the_making),
		cmocka_unit_test(test_what_cannot_be_served),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
