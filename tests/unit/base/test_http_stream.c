/* Answers that go on: to many, to slow ones, and while the server ends. */
#include "base_test.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "agent/base/err.h"
#include "agent/base/http.h"

#define ANSWER_MS 300
#define LISTENERS 300
#define WAIT_MS   5000

struct scene {
	struct http *server;
	struct http_stream *streams[LISTENERS + 1];
	_Atomic size_t count;
};

/* "/listen" goes on; all else says "here". */
static void
answer(void *user, const struct http_request *rq, struct http_reply *reply)
{
	struct scene *s = user;
	struct http_stream *stream;

	reply->status = 200;
	buf_add_text(&reply->body, "here\n");
	if (strcmp(rq->path, "/listen") != 0)
		return;
	stream = http_reply_stream(rq, reply);
	s->streams[s->count++] = stream;
}

static int
begin(void **state)
{
	struct scene *s = test_calloc(1, sizeof *s);
	const struct http_options o = { .address = "127.0.0.1",
		.handle = answer,
		.user = s,
		.threads = 1, /* so that a held one would be seen */
		.connections = LISTENERS + 10,
		.per_address = LISTENERS + 10,
		.request_ms = WAIT_MS,
		.answer_ms = ANSWER_MS };
	struct err e = { 0 };

	*state = s;
	return http_open(&o, &s->server, &e);
}

static int
end(void **state)
{
	struct scene *s = *state;

	for (size_t i = 0; i < s->count; i++)
		http_stream_close(&s->streams[i]);
	http_close(&s->server);
	test_free(s);
	return 0;
}

static int
dial(const struct scene *s, const char *request)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)http_port(s->server)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(
	    connect(fd, (struct sockaddr *)(void *)&a, sizeof a), 0);
	assert_true(send(fd, request, strlen(request), MSG_NOSIGNAL) > 0);
	return fd;
}

#define LISTEN "GET /listen HTTP/1.1\r\nHost: x\r\n\r\n"

/* Read until word has come; fails if the other side closes before. */
static void
expect(int fd, const char *word)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct buf got = { 0 };
	char part[4096];

	for (;;) {
		ssize_t n;

		assert_int_equal(poll(&p, 1, WAIT_MS), 1);
		n = recv(fd, part, sizeof part, 0);
		assert_true(n > 0);
		buf_add(&got, part, (size_t)n);
		if (memmem(got.p, got.len, word, strlen(word)))
			break;
	}
	buf_clear(&got);
}

/* The other side ends, after whatever it still says. */
static void
expect_end(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char part[8192];
	ssize_t n;

	do {
		assert_int_equal(poll(&p, 1, WAIT_MS), 1);
		n = recv(fd, part, sizeof part, 0);
	} while (n > 0);
	(void)close(fd);
}

static void
test_many_listen_and_none_holds_a_thread(void **state)
{
	struct scene *s = *state;
	int fds[LISTENERS], other;

	for (int i = 0; i < LISTENERS; i++) {
		fds[i] = dial(s, LISTEN);
		expect(fds[i], "here\n");
	}
	other = dial(s, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	expect(other, "here\n");
	(void)close(other);
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < s->count; i++)
			assert_true(
			    http_stream_send(s->streams[i], str_of("news\n")));
		for (int i = 0; i < LISTENERS; i++)
			expect(fds[i], "news\n");
	}
	/* One ends when its owner says so, with all that was sent. */
	assert_true(http_stream_send(s->streams[0], str_of("last\n")));
	http_stream_close(&s->streams[0]);
	expect(fds[0], "last\n\r\n0\r\n\r\n");
	(void)close(fds[0]);
	/* And all others when the server does. */
	assert_int_equal(end(state), 0);
	for (int i = 1; i < LISTENERS; i++)
		expect_end(fds[i]);
	assert_int_equal(begin(state), 0);
}

static void
test_who_does_not_read_is_cut(void **state)
{
	struct scene *s = *state;
	static char much[32768];
	int slow = dial(s, LISTEN), small = 4096, fd;
	int sent = 0;

	(void)setsockopt(slow, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
	expect(slow, "here\n");
	fd = dial(s, LISTEN);
	expect(fd, "here\n");
	memset(much, 'x', sizeof much);
	while (http_stream_send(s->streams[0], str_make(much, sizeof much)) &&
	       sent++ < 100000)
		(void)usleep(100);
	assert_true(sent < 100000);
	/* The others hear on. */
	assert_true(http_stream_send(s->streams[1], str_of("news\n")));
	expect(fd, "news\n");
	(void)close(fd);
	(void)close(slow);
}

static void
test_who_has_left_is_found_out(void **state)
{
	struct scene *s = *state;
	int fd = dial(s, LISTEN), tries = 0;

	expect(fd, "here\n");
	(void)close(fd);
	while (
	    http_stream_send(s->streams[0], str_of("news\n")) && tries++ < 5000)
		(void)usleep(1000);
	assert_true(tries < 5000);
}

/* HEAD has no body: what was to go on is over. */
static void
test_head(void **state)
{
	struct scene *s = *state;
	int fd = dial(s, "HEAD /listen HTTP/1.1\r\nHost: x\r\n"
			 "Connection: close\r\n\r\n");

	expect_end(fd);
	assert_int_equal(s->count, 1);
	assert_false(http_stream_send(s->streams[0], str_of("news\n")));
}

static void
test_end_while_a_slow_one_hangs(void **state)
{
	struct scene *s = *state;
	static char much[HTTP_STREAM_MAX - 10];
	int fd = dial(s, LISTEN);

	expect(fd, "here\n");
	memset(much, 'x', sizeof much);
	for (int i = 0; i < 200; i++)
		(void)http_stream_send(
		    s->streams[0], str_make(much, sizeof much));
	assert_int_equal(end(state), 0);
	(void)close(fd);
	assert_int_equal(begin(state), 0);
}

#define SCENE(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE(test_many_listen_and_none_holds_a_thread),
		SCENE(test_who_does_not_read_is_cut),
		SCENE(test_who_has_left_is_found_out),
		SCENE(test_head),
		SCENE(test_end_while_a_slow_one_hangs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
