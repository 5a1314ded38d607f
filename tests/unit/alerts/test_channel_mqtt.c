/* What needs no broker; the rest is in tests/peers/test_mqtt.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/loop.h"
#include "alerts/channel_mqtt.h"

struct verdict_case {
	int reason;
	enum outbox_verdict verdict;
};

static const struct verdict_case reasons[] = {
	{ 0, OUTBOX_DELIVERED },   /* success; all that 3.1.1 says */
	{ 16, OUTBOX_DELIVERED },  /* no matching subscribers */
	{ 128, OUTBOX_TRY_LATER }, /* unspecified */
	{ 131, OUTBOX_TRY_LATER }, /* implementation specific */
	{ 135, OUTBOX_REFUSED },   /* not authorised */
	{ 144, OUTBOX_REFUSED },   /* topic name invalid */
	{ 145, OUTBOX_TRY_LATER }, /* packet id in use */
	{ 149, OUTBOX_REFUSED },   /* packet too large */
	{ 151, OUTBOX_TRY_LATER }, /* quota exceeded */
	{ 153, OUTBOX_REFUSED },   /* payload format invalid */
};

struct told {
	int done;
	int64_t id;
	enum outbox_verdict verdict;
	char why[256];
};

static void
on_done(void *user, int64_t id, enum outbox_verdict verdict, const char *why)
{
	struct told *t = user;

	t->done++;
	t->id = id;
	t->verdict = verdict;
	(void)strncat(
	    memset(t->why, 0, sizeof(t->why)), why, sizeof(t->why) - 1);
}

static void
on_health(void *user, bool up, const char *why)
{
	(void)user;
	(void)why;
	assert_false(up);
}

static void
test_verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (channel_mqtt_verdict(reasons[i].reason) !=
		    reasons[i].verdict)
			fail_msg("wrong about %d", reasons[i].reason);
}

static void
send_body(struct loop *loop, struct channel *c, struct told *t, int64_t id,
    const char *body)
{
	struct outbox_item item = { .id = id };
	const struct conf_recipient to = { .name = "team" };
	char text[100] = "";
	int before = t->done;
	struct err e;

	(void)strncat(text, body, sizeof(text) - 1);
	item.body = text;
	item.body_len = strlen(text);
	channel_mqtt_kind.send(c, &item, &to);
	assert_int_equal(t->done, before); /* never from within */
	for (int i = 0; i < 50 && t->done == before; i++)
		assert_true(loop_run_once(loop, 100, &e) >= 0);
	assert_int_equal(t->done, before + 1);
	assert_int_equal(t->id, id);
}

/* Nobody listens on the port: what can go comes back, what cannot is dead. */
static void
test_without_broker(void **state)
{
	const struct conf_channel conf = { .name = "mqtt",
		.host = "127.0.0.1",
		.port = 1,
		.tls = CONF_TLS_NONE,
		.v5 = true,
		.client_id = "buzzard-unit",
		.keepalive_s = 30,
		.timeout_ms = 1000,
		.retry_base_ms = 100,
		.retry_max_ms = 200,
		.max_in_flight = 4 };
	struct told t = { 0 };
	const struct channel_events events = {
		.done = on_done, .health = on_health, .user = &t
	};
	struct channel *c = NULL;
	struct loop *loop = NULL;
	struct err e;

	(void)state;
	assert_int_equal(loop_new(&loop, &e), 0);
	assert_int_equal(
	    channel_mqtt_kind.open(&conf, loop, &events, &c, &e), 0);
	assert_false(channel_mqtt_kind.is_ready(c));
	send_body(loop, c, &t, 7, "{\"topic\":\"a\",\"payload\":{}}");
	assert_int_equal(t.verdict, OUTBOX_TRY_LATER);
	send_body(loop, c, &t, 8, "{\"topic\":\"a\"");
	assert_int_equal(t.verdict, OUTBOX_REFUSED);
	send_body(loop, c, &t, 9, "{\"payload\":{}}");
	assert_int_equal(t.verdict, OUTBOX_REFUSED);
	assert_non_null(strstr(t.why, "no topic"));
	send_body(loop, c, &t, 10, "{\"topic\":\"a\"}");
	assert_int_equal(t.verdict, OUTBOX_REFUSED);
	channel_mqtt_kind.close(&c);
	assert_null(c);
	channel_mqtt_kind.close(&c);
	loop_free(&loop);
	assert_int_equal(channel_mqtt_kind.probe(&conf, &e), -1);
	assert_non_null(strstr(e.msg, "channel mqtt"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_without_broker),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
