/* The channel template through the interface of its kind; the peer is ours. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/loop.h"
#include "alerts/channel.h"
#include "tests/recipes/channel_template.h"

#define KIND (&channel_template_kind)

/* A loop, a peer, an open channel, and what it has told us. */
struct scene {
	struct loop *loop;
	int peer;
	struct conf_channel conf;
	struct channel *channel;
	bool sending; /* within send() */
	int64_t done_id;
	enum outbox_verdict verdict;
	int done, up, down;
	char why[100];
};

static void
on_done(void *user, int64_t id, enum outbox_verdict verdict, const char *why)
{
	struct scene *s = user;

	assert_false(s->sending);
	s->done++;
	s->done_id = id;
	s->verdict = verdict;
	(void)snprintf(s->why, sizeof(s->why), "%s", why);
}

static void
on_health(void *user, bool up, const char *why)
{
	struct scene *s = user;

	assert_non_null(why);
	if (up)
		s->up++;
	else
		s->down++;
}

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const struct channel_events events = { on_done, on_health, s };
	socklen_t len = sizeof(at);
	struct err e = { 0 };

	s->peer = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(bind(s->peer, (struct sockaddr *)&at, len), 0);
	assert_int_equal(getsockname(s->peer, (struct sockaddr *)&at, &len), 0);
	s->conf = (struct conf_channel){ .name = "c",
		.host = "127.0.0.1",
		.port = ntohs(at.sin_port),
		.timeout_ms = 100 };
	assert_int_equal(loop_new(&s->loop, &e), 0);
	if (KIND->open(&s->conf, s->loop, &events, &s->channel, &e) < 0)
		fail_msg("%s", e.msg);
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	struct scene *s = *state;

	KIND->close(&s->channel);
	assert_null(s->channel);
	KIND->close(&s->channel); /* nothing is fine */
	loop_free(&s->loop);
	if (s->peer >= 0)
		close(s->peer);
	free(s);
	return 0;
}

static void
send_body(struct scene *s, int64_t id, char *body, size_t len)
{
	const struct conf_recipient to = { .name = "r" };
	struct outbox_item item = { .id = id, .body = body, .body_len = len };

	(void)snprintf(item.key, sizeof(item.key), "key-%d", (int)id);
	assert_true(KIND->is_ready(s->channel));
	s->sending = true;
	KIND->send(s->channel, &item, &to);
	s->sending = false;
}

static void
run_until_done(struct scene *s, int count)
{
	int64_t end_ms = clock_mono_ms() + 20000;
	struct err e;

	while (s->done < count && clock_mono_ms() < end_ms)
		assert_true(loop_run_once(s->loop, 50, &e) >= 0);
	assert_int_equal(s->done, count);
}

/* The peer reads a message and answers with key. */
static void
answer(const struct scene *s, const char *expected, const char *key)
{
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	char got[100] = "";

	assert_true(recvfrom(s->peer, got, sizeof(got) - 1, 0,
			(struct sockaddr *)&from, &len) > 0);
	assert_string_equal(got, expected);
	assert_true(sendto(s->peer, key, strlen(key), 0,
			(struct sockaddr *)&from, len) > 0);
}

static void
test_delivered_when_answered(void **state)
{
	struct scene *s = *state;
	char body[] = "{\"a\":1}", other[] = "{\"a\":2}";

	send_body(s, 7, body, strlen(body));
	send_body(s, 8, other, strlen(other));
	assert_int_equal(s->done, 0);
	answer(s, body, "key-7");
	run_until_done(s, 1);
	assert_true(s->done_id == 7 && s->verdict == OUTBOX_DELIVERED);
	answer(s, other, "key-8");
	run_until_done(s, 2);
	assert_true(s->done_id == 8 && s->verdict == OUTBOX_DELIVERED);
	assert_int_equal(s->up, 2);
}

static void
test_silence_and_strange_answers_are_no_delivery(void **state)
{
	struct scene *s = *state;
	char body[] = "{}";

	send_body(s, 7, body, strlen(body));
	answer(s, body, "key-9");
	run_until_done(s, 1);
	assert_true(s->done_id == 7 && s->verdict == OUTBOX_TRY_LATER);
	assert_string_equal(s->why, "no answer within the time-out");
	assert_int_equal(s->down, 1);
}

static void
test_too_large_is_refused_for_good(void **state)
{
	static char body[100000];
	struct scene *s = *state;

	memset(body, ' ', sizeof(body));
	memcpy(body, "{}", 2);
	send_body(s, 7, body, sizeof(body));
	run_until_done(s, 1);
	assert_true(s->verdict == OUTBOX_REFUSED);
	assert_string_equal(s->why, "Message too long");
}

static void
test_peer_that_is_away_is_tried_later(void **state)
{
	struct scene *s = *state;
	char body[] = "{}";

	close(s->peer);
	s->peer = -1;
	send_body(s, 7, body, strlen(body));
	run_until_done(s, 1);
	assert_true(s->verdict == OUTBOX_TRY_LATER);
	assert_true(s->down > 0);
}

static void
test_close_reports_nothing(void **state)
{
	struct scene *s = *state;
	char body[] = "{}";

	send_body(s, 7, body, strlen(body));
	KIND->close(&s->channel);
	assert_int_equal(s->done, 0);
}

static void
test_what_cannot_be_opened(void **state)
{
	struct scene *s = *state;
	struct conf_channel conf = s->conf;
	const struct channel_events events = { on_done, on_health, s };
	struct channel *channel = NULL;
	struct err e;

	conf.host = "broker.example.org";
	assert_int_equal(KIND->open(&conf, s->loop, &events, &channel, &e), -1);
	assert_string_equal(e.msg, "broker.example.org is no address");
	assert_null(channel);
	assert_int_equal(KIND->probe(&conf, &e), -1);
	assert_int_equal(KIND->probe(&s->conf, &e), 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_delivered_when_answered),
		TEST(test_silence_and_strange_answers_are_no_delivery),
		TEST(test_too_large_is_refused_for_good),
		TEST(test_peer_that_is_away_is_tried_later),
		TEST(test_close_reports_nothing),
		TEST(test_what_cannot_be_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
