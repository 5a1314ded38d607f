/* The feed template through the interface of its kind, with a real socket. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/log.h"
#include "agent/base/loop.h"
#include "agent/base/str.h"
#include "agent/conf/conf.h"
#include "agent/feeds/feed.h"
#include "tests/recipes/feed_template.h"

#define KIND    (&feed_template_kind)
#define MESSAGE "{\"id\":\"%d\",\"opened_at\":\"2025-11-14T16:00:00Z\"}"

/* A folder, a loop, a feed, its client, and a sink that writes down. */
struct scene {
	char folder[40];
	struct loop *loop;
	struct feed *feed;
	int client;
	struct buf seen; /* ids, and ! for a fault */
	int failures;    /* commits still to be refused */
	int warnings;
};

static int
commit(void *user, const struct feed_batch *b, struct err *e)
{
	struct scene *s = user;
	char word[20];

	assert_string_equal(b->feed, "test");
	assert_int_equal(b->count, 1);
	/* Never answered before it is on disk. */
	assert_true(recv(s->client, word, sizeof(word), MSG_DONTWAIT) < 0);
	if (s->failures > 0) {
		s->failures--;
		return err_set(e, ERR_TEMPORARY, "the disk is full");
	}
	if (b->items[0].is_fault)
		buf_addf(&s->seen, "!%s ", b->items[0].fault);
	else
		buf_addf(&s->seen, "%.*s ", STR_ARG(b->items[0].incident.id));
	return 0;
}

static void
count_warnings(void *user, enum log_level level, const char *line)
{
	struct scene *s = user;

	(void)line;
	s->warnings += level <= LOG_WARN;
}

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));
	const struct feed_sink sink = { .commit = commit, .user = s };
	struct conf_feed conf = { .name = "test", .type = "template" };
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct err e;

	log_set_sink(count_warnings, s);
	(void)snprintf(s->folder, sizeof(s->folder), "/tmp/recipe-XXXXXX");
	conf.path = mkdtemp(s->folder);
	assert_int_equal(loop_new(&s->loop, &e), 0);
	if (KIND->open(&conf, s->loop, &sink, &s->feed, &e) < 0)
		fail_msg("%s", e.msg);
	(void)snprintf(
	    at.sun_path, sizeof(at.sun_path), "%s/socket", s->folder);
	s->client = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	assert_int_equal(
	    connect(s->client, (struct sockaddr *)&at, sizeof(at)), 0);
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	struct scene *s = *state;

	KIND->close(&s->feed);
	assert_null(s->feed);
	loop_free(&s->loop);
	log_set_sink(NULL, NULL);
	buf_clear(&s->seen);
	if (s->client >= 0)
		close(s->client);
	assert_int_equal(rmdir(s->folder), 0); /* it took its socket along */
	free(s);
	return 0;
}

static void
send_text(const struct scene *s, const char *text)
{
	assert_true(send(s->client, text, strlen(text), 0) > 0);
}

static void
send_message(const struct scene *s, int id)
{
	char text[100];

	(void)snprintf(text, sizeof(text), MESSAGE, id);
	send_text(s, text);
}

/* Serve until the client has its answer. */
static void
expect_answer(struct scene *s, const char *expected)
{
	int64_t end_ms = clock_mono_ms() + 20000;
	char word[20] = "";
	struct err e;

	while (recv(s->client, word, sizeof(word) - 1, MSG_DONTWAIT) < 0) {
		assert_true(loop_run_once(s->loop, 50, &e) >= 0);
		assert_true(clock_mono_ms() < end_ms);
	}
	assert_string_equal(word, expected);
}

static void
test_two_messages(void **state)
{
	struct scene *s = *state;

	send_message(s, 1);
	expect_answer(s, "taken");
	send_message(s, 2);
	expect_answer(s, "taken");
	assert_string_equal(s->seen.p, "1 2 ");
	assert_int_equal(s->warnings, 0);
}

static void
test_bad_message_is_a_fault_in_its_place(void **state)
{
	struct scene *s = *state;
	struct feed_status status;

	send_text(s, "{\"opened_at\":7}");
	expect_answer(s, "refused");
	send_message(s, 2);
	expect_answer(s, "taken");
	assert_true(s->seen.p[0] == '!');
	assert_non_null(strstr(s->seen.p, " 2 "));
	KIND->status(s->feed, &status);
	assert_false(status.has_work);
	assert_true(status.last_commit_ms != CLOCK_NONE);
}

static void
test_too_long_is_a_fault(void **state)
{
	static char text[20001];
	struct scene *s = *state;

	memset(text, ' ', sizeof(text) - 1);
	send_text(s, text);
	expect_answer(s, "refused");
	assert_non_null(strstr(s->seen.p, "longer than a packet"));
}

static void
test_kept_until_the_sink_can(void **state)
{
	struct scene *s = *state;
	struct feed_status status;
	struct err e;

	s->failures = 1;
	send_message(s, 1);
	send_message(s, 2); /* waits in the socket meanwhile */
	while (s->failures > 0)
		assert_true(loop_run_once(s->loop, 50, &e) >= 0);
	KIND->status(s->feed, &status);
	assert_true(status.has_work);
	assert_true(status.stuck_since_ms != CLOCK_NONE);
	assert_int_equal(s->warnings, 1);
	expect_answer(s, "taken");
	expect_answer(s, "taken");
	assert_string_equal(s->seen.p, "1 2 ");
	KIND->status(s->feed, &status);
	assert_true(status.stuck_since_ms == CLOCK_NONE);
}

static void
test_client_that_leaves_while_it_waits(void **state)
{
	struct scene *s = *state;
	int64_t end_ms = clock_mono_ms() + 20000;
	struct err e;

	s->failures = 1;
	send_message(s, 1);
	while (s->failures > 0)
		assert_true(loop_run_once(s->loop, 50, &e) >= 0);
	close(s->client);
	s->client = -1;
	while (s->seen.len == 0 && clock_mono_ms() < end_ms)
		assert_true(loop_run_once(s->loop, 50, &e) >= 0);
	assert_string_equal(s->seen.p, "1 "); /* sent again, it is known */
}

static void
test_draining_takes_nothing_new(void **state)
{
	struct scene *s = *state;
	struct err e;

	while (loop_run_once(s->loop, 50, &e) > 0)
		; /* the client is let in */
	KIND->drain(s->feed);
	send_message(s, 1);
	while (loop_run_once(s->loop, 50, &e) > 0)
		;
	assert_int_equal(s->seen.len, 0);
}

static void
test_what_cannot_be_opened(void **state)
{
	struct scene *s = *state;
	const struct feed_sink sink = { .commit = commit, .user = s };
	struct conf_feed conf = { .name = "x", .path = "/nowhere/at/all" };
	struct feed *feed = NULL;
	char longest[300];
	struct err e;

	assert_int_equal(KIND->open(&conf, s->loop, &sink, &feed, &e), -1);
	assert_non_null(strstr(e.msg, "/nowhere/at/all"));
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	conf.path = longest;
	assert_int_equal(KIND->open(&conf, s->loop, &sink, &feed, &e), -1);
	assert_int_equal(e.code, ERR_INVALID);
	assert_null(feed);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_two_messages),
		TEST(test_bad_message_is_a_fault_in_its_place),
		TEST(test_too_long_is_a_fault),
		TEST(test_kept_until_the_sink_can),
		TEST(test_client_that_leaves_while_it_waits),
		TEST(test_draining_takes_nothing_new),
		TEST(test_what_cannot_be_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
