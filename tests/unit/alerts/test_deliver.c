/*
 * The pump with a real store and a channel of ours: it sends nothing, and
 * says what the test tells it to say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "agent/store/audit.h"

#define channel_kind_get fake_kind_get
#include "alerts/deliver.c"

#define SENT_MAX 200
#define LOGS_MAX 200

/* One opened channel of ours. */
struct fake {
	const struct conf_channel *conf;
	struct channel_events events;
	bool ready;
	int64_t sent[SENT_MAX];
	char address[SENT_MAX][40];
	int sent_count;
};

/* What the tests look at; reset by set_up(). */
static struct world {
	struct loop *loop;
	struct store *store;
	struct deliver *deliver;
	struct outbox *outbox;
	struct fake *fakes[8]; /* in the order of opening; NULL when closed */
	int opened, closed;
	bool ready_at_open;
	int fail_opens; /* of channels named "bad" */
	char logs[LOGS_MAX][400];
	int log_count;
	int64_t incident_id;
	int keys;
} world;

/* --- the fake kind --- */

static int
fake_open(const struct conf_channel *conf, struct loop *loop,
    const struct channel_events *events, struct channel **out, struct err *e)
{
	struct fake *f;

	assert_non_null(loop);
	if (strcmp(conf->host, "bad") == 0)
		return err_set(e, ERR_SYSTEM, "bad");
	f = alloc_zero(1, sizeof(*f));
	f->conf = conf;
	f->events = *events;
	f->ready = world.ready_at_open;
	world.fakes[world.opened++] = f;
	*out = (struct channel *)(void *)f;
	return 0;
}

static bool
fake_is_ready(const struct channel *c)
{
	return ((const struct fake *)(const void *)c)->ready;
}

static void
fake_send(struct channel *c, const struct outbox_item *item,
    const struct conf_recipient *to)
{
	struct fake *f = (struct fake *)(void *)c;

	assert_true(f->ready);
	assert_string_equal(item->channel, f->conf->name);
	assert_string_equal(item->body, "body");
	(void)snprintf(f->address[f->sent_count], sizeof(f->address[0]), "%s",
	    to->address);
	f->sent[f->sent_count++] = item->id;
	/* Committed before it was sent. */
	assert_false(db_is_in_transaction(store_db(world.store)));
}

static void
fake_close(struct channel **c)
{
	for (int i = 0; i < world.opened; i++) {
		if ((struct channel *)(void *)world.fakes[i] == *c) {
			free(world.fakes[i]);
			world.fakes[i] = NULL;
			world.closed++;
		}
	}
	*c = NULL;
}

static const struct channel_kind fake_kind = {
	.name = "fake",
	.open = fake_open,
	.is_ready = fake_is_ready,
	.send = fake_send,
	.close = fake_close,
};

const struct channel_kind *
fake_kind_get(enum conf_channel_kind kind)
{
	(void)kind;
	return &fake_kind;
}

static void
answer(struct fake *f, int64_t id, enum outbox_verdict verdict)
{
	f->events.done(f->events.user, id, verdict, "because");
}

static void
tell(struct fake *f, bool up)
{
	f->ready = up;
	f->events.health(f->events.user, up, up ? "connected" : "gone");
}

/* --- the world --- */

static void
keep_log(void *user, enum log_level level, const char *line)
{
	(void)user;
	(void)level;
	if (world.log_count < LOGS_MAX)
		(void)snprintf(world.logs[world.log_count++],
		    sizeof(world.logs[0]), "%s", line);
}

static int
count_logs(const char *part)
{
	int n = 0;

	for (int i = 0; i < world.log_count; i++)
		n += strstr(world.logs[i], part) != NULL;
	return n;
}

static struct conf_channel
make_channel(const char *name, int64_t max_in_flight)
{
	return (struct conf_channel){ .name = name,
		.kind = CONF_CHANNEL_SMTP,
		.host = "host",
		.port = 25,
		.from = "f@example.org",
		.timeout_ms = 1000,
		.retry_base_ms = 40,
		.retry_max_ms = 80,
		.expire_ms = 3600000,
		.max_in_flight = max_in_flight };
}

static struct conf_channel channels[2];
static struct conf_recipient recipients[3];
static struct conf conf;

static void
make_conf(int64_t max_in_flight)
{
	channels[0] = make_channel("one", max_in_flight);
	channels[1] = make_channel("two", max_in_flight);
	recipients[0] = (struct conf_recipient){
		.name = "team", .channel = "one", .address = "team@example.org"
	};
	recipients[1] = (struct conf_recipient){
		.name = "desk", .channel = "one", .address = "desk@example.org"
	};
	recipients[2] = (struct conf_recipient){
		.name = "team", .channel = "two", .address = "other@example.org"
	};
	conf = (struct conf){ .channels = channels,
		.channel_count = 2,
		.recipients = recipients,
		.recipient_count = 3,
		.sent_keep_days = 30,
		.units_keep_days = 14 };
}

static void
add_incident(void)
{
	struct store_incident row = { .feed = STR_LIT("f"),
		.ref = STR_LIT("r"),
		.basis = STR_LIT("none"),
		.opened_ms = CLOCK_NONE,
		.updated_ms = CLOCK_NONE,
		.closed_ms = CLOCK_NONE,
		.tagged_ms = CLOCK_NONE };
	char ref[40];
	struct err e;

	(void)snprintf(ref, sizeof(ref), "r-%d", world.keys);
	row.ref = str_of(ref);
	assert_int_equal(store_begin(world.store, &e), 0);
	if (store_incident_put(world.store, &row, &e) < 0)
		fail_msg("%s", e.msg);
	assert_int_equal(store_commit(world.store, &e), 0);
	world.incident_id = row.id;
}

/* An item of an incident of its own, so that order holds up nothing. */
static int64_t
add_aged(
    const char *channel, const char *recipient, int64_t age_ms, int64_t left_ms)
{
	int64_t now_ms = clock_wall_ms();
	char key[40];
	struct outbox_new item = { .channel = channel,
		.recipient = recipient,
		.theme = STR_LIT("fly-tipping"),
		.body = STR_LIT("body"),
		.level = 2,
		.reason = 1,
		.created_ms = now_ms - age_ms,
		.expires_ms = now_ms + left_ms,
		.alert_id = key,
		.key = key };
	struct err e;

	world.keys++;
	add_incident();
	item.incident_id = world.incident_id;
	(void)snprintf(key, sizeof(key), "k-%d", world.keys);
	assert_int_equal(store_begin(world.store, &e), 0);
	if (outbox_add(world.outbox, &item, &e) != 1)
		fail_msg("%s", e.msg);
	assert_int_equal(store_commit(world.store, &e), 0);
	return db_last_id(store_db(world.store));
}

static int64_t
add(const char *channel, const char *recipient)
{
	return add_aged(channel, recipient, 0, 3600000);
}

/* Serve for ms, and then whatever is ready still. */
static void
turn(int ms)
{
	int64_t end_ms = clock_mono_ms() + ms;
	struct err e;
	int served;

	do {
		int64_t left_ms = end_ms - clock_mono_ms();

		served = loop_run_once(
		    world.loop, left_ms > 0 ? (int)left_ms : 0, &e);
		assert_true(served >= 0);
	} while (served > 0 || clock_mono_ms() < end_ms);
}

/* Serve until f has been given count items; fail if it never is. */
static void
until_sent(const struct fake *f, int count)
{
	int64_t end_ms = clock_mono_ms() + 10000;

	while (f->sent_count < count && clock_mono_ms() < end_ms)
		turn(5);
	assert_int_equal(f->sent_count, count);
}

static void
expect_counts(int64_t queued, int64_t in_flight, int64_t sent, int64_t dead)
{
	int64_t counts[OUTBOX_STATE_COUNT];
	struct err e;

	assert_int_equal(outbox_count(world.outbox, counts, &e), 0);
	assert_int_equal(counts[OUTBOX_QUEUED], queued);
	assert_int_equal(counts[OUTBOX_INFLIGHT], in_flight);
	assert_int_equal(counts[OUTBOX_SENT], sent);
	assert_int_equal(counts[OUTBOX_DEAD], dead);
}

static void
open_deliver(void)
{
	struct err e;

	if (deliver_open(&conf, world.loop, world.store, &world.deliver, &e) <
	    0)
		fail_msg("%s", e.msg);
}

static int
set_up(void **state)
{
	struct err e;

	(void)state;
	memset(&world, 0, sizeof(world));
	world.ready_at_open = true;
	make_conf(8);
	log_set_sink(keep_log, NULL);
	if (loop_new(&world.loop, &e) < 0 ||
	    store_open(":memory:", DB_CREATE, &world.store, &e) < 0 ||
	    outbox_open(store_db(world.store), &world.outbox, &e) < 0) {
		fprintf(stderr, "%s\n", e.msg);
		return -1;
	}
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	deliver_close(&world.deliver);
	assert_int_equal(world.opened, world.closed);
	outbox_close(&world.outbox);
	store_close(&world.store);
	loop_free(&world.loop);
	log_set_sink(NULL, NULL);
	return 0;
}

static void
run_sql(const char *text)
{
	struct err e;

	if (db_exec(store_db(world.store), text, &e) < 0)
		fail_msg("%s", e.msg);
}

static int64_t
count_rows(const char *which)
{
	AUTO(buf_clear) struct buf text = { 0 };
	struct db_stmt *st = NULL;
	struct err e;
	int64_t n;

	buf_addf(&text, "SELECT count(*) FROM %s", which);
	if (db_prepare(store_db(world.store), text.p, &st, &e) < 0 ||
	    db_step(st, &e) < 0)
		fail_msg("%s", e.msg);
	n = db_col_int(st, 0);
	db_finish(&st);
	return n;
}

/* --- the tests --- */

static void
test_delivers(void **state)
{
	int64_t a, b, c;

	(void)state;
	open_deliver();
	turn(5);
	a = add("one", "team");
	b = add("one", "desk");
	c = add("two", "team");
	deliver_kick(world.deliver);
	assert_int_equal(world.fakes[0]->sent_count, 2);
	assert_int_equal(world.fakes[0]->sent[0], a);
	assert_int_equal(world.fakes[0]->sent[1], b);
	assert_string_equal(world.fakes[0]->address[1], "desk@example.org");
	assert_int_equal(world.fakes[1]->sent[0], c);
	assert_string_equal(world.fakes[1]->address[0], "other@example.org");
	expect_counts(0, 3, 0, 0);
	assert_int_equal(deliver_in_flight(world.deliver), 3);
	answer(world.fakes[0], b, OUTBOX_DELIVERED);
	/* Under way until it is on disk. */
	assert_int_equal(deliver_in_flight(world.deliver), 3);
	turn(5);
	assert_int_equal(deliver_in_flight(world.deliver), 2);
	answer(world.fakes[0], a, OUTBOX_DELIVERED);
	answer(world.fakes[1], c, OUTBOX_DELIVERED);
	turn(5);
	expect_counts(0, 0, 3, 0);
	assert_int_equal(count_logs("alert delivered outbox="), 3);
	assert_int_equal(count_logs(" channel=two peer=host:25 recipient=team "
				    "attempt=1 delay_ms="),
	    1);
	assert_int_equal(
	    count_logs(" verdict=delivered reason=\"because\""), 3);
	assert_int_equal(count_logs("@"), 0);
}

static void
test_later_and_refused(void **state)
{
	int64_t a, b;

	(void)state;
	channels[0].retry_base_ms = 800; /* longer than any pause of ours */
	channels[0].retry_max_ms = 800;
	open_deliver();
	a = add("one", "team");
	b = add("one", "desk");
	deliver_kick(world.deliver);
	answer(world.fakes[0], a, OUTBOX_TRY_LATER);
	answer(world.fakes[0], b, OUTBOX_REFUSED);
	turn(5);
	expect_counts(1, 0, 0, 1);
	assert_int_equal(count_logs("alert delayed outbox="), 1);
	assert_int_equal(count_logs("alert dead outbox="), 1);
	assert_int_equal(count_logs("buzzard outbox retry"), 1);
	/* By itself, when it is due. */
	until_sent(world.fakes[0], 3);
	assert_int_equal(world.fakes[0]->sent[2], a);
	answer(world.fakes[0], a, OUTBOX_DELIVERED);
	turn(5);
	expect_counts(0, 0, 1, 1);
	assert_int_equal(count_logs("attempt=2"), 1);
}

static void
test_too_old(void **state)
{
	int64_t a;

	(void)state;
	open_deliver();
	turn(5);
	/* One dies while it is tried, the other before it is. */
	a = add_aged("one", "team", 3600000, 300);
	deliver_kick(world.deliver);
	turn(320);
	answer(world.fakes[0], a, OUTBOX_TRY_LATER);
	turn(5);
	expect_counts(0, 0, 0, 1);
	assert_int_equal(count_logs("alert dead outbox="), 1);
	tell(world.fakes[0], false);
	add_aged("one", "team", 3600000, -1);
	on_look(world.deliver);
	expect_counts(0, 0, 0, 2);
	assert_int_equal(count_logs("given up as too old count=1"), 1);
}

static void
test_warns_of_age_once(void **state)
{
	(void)state;
	world.ready_at_open = false;
	open_deliver();
	turn(5);
	tell(world.fakes[0], false);
	add_aged("one", "team", 540000, 9999999);
	on_look(world.deliver);
	assert_int_equal(count_logs("still waiting"), 0);
	/* Whole seconds tick while the test runs: 610 to 619 on any machine. */
	run_sql("UPDATE outbox SET created_ms = created_ms - 70000");
	on_look(world.deliver);
	on_look(world.deliver);
	assert_int_equal(
	    count_logs("still waiting channel=one oldest_s=61"), 1);
	/* That it went, and that it is still away, each say why. */
	assert_int_equal(count_logs(" reason=\"gone"), 2);
	run_sql("UPDATE outbox SET created_ms = created_ms - 3000000");
	on_look(world.deliver);
	on_look(world.deliver);
	assert_int_equal(count_logs("still waiting"), 2);
}

/* A broker that was down for a week: the oldest of very many is found. */
static void
test_oldest_of_very_many(void **state)
{
	(void)state;
	world.ready_at_open = false;
	open_deliver();
	turn(5);
	add_aged("one", "team", 7210000, 9999999);
	run_sql("INSERT INTO outbox (incident_id, channel, recipient, theme,"
		" level, reason, alert_id, key, state, created_ms, due_ms,"
		" expires_ms, body) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
		" SELECT i + 1 FROM n WHERE i < 20000) SELECT incident_id,"
		" channel, recipient, theme, level, reason, alert_id, i, 0,"
		" created_ms + 3600000, due_ms, expires_ms, body FROM n,"
		" outbox");
	on_look(world.deliver);
	/* 7210 s and what the 20,000 took; each of them is 3610. */
	assert_int_equal(
	    count_logs("still waiting channel=one oldest_s=72"), 1);
}

/* Too old when its turn comes: given up, and said. */
static void
test_too_old_at_the_claim(void **state)
{
	(void)state;
	open_deliver();
	turn(5);
	add_aged("one", "team", 3600000, -1);
	deliver_kick(world.deliver);
	expect_counts(0, 0, 0, 1);
	assert_int_equal(count_logs("given up as too old count=1"), 1);
}

/* The clock was an hour ahead when the alert was made. */
static void
test_clock_set_back(void **state)
{
	int64_t a;

	(void)state;
	open_deliver();
	turn(5);
	a = add_aged("one", "team", -3600000, 9999999);
	deliver_kick(world.deliver);
	assert_int_equal(world.fakes[0]->sent_count, 0);
	on_look(world.deliver);
	until_sent(world.fakes[0], 1);
	assert_int_equal(world.fakes[0]->sent[0], a);
	assert_int_equal(count_logs("the clock was set back"), 1);
	on_look(world.deliver);
	assert_int_equal(count_logs("the clock was set back"), 1);
}

/* What was sent is kept for as long as configured, and its end is recorded. */
static void
test_purges_what_was_sent_long_ago(void **state)
{
	struct audit_finding found;
	struct err e;
	int64_t a;

	(void)state;
	open_deliver();
	a = add("one", "team");
	add("one", "desk");
	deliver_kick(world.deliver);
	answer(world.fakes[0], a, OUTBOX_DELIVERED);
	turn(5);
	on_look(world.deliver);
	expect_counts(0, 1, 1, 0);
	run_sql("UPDATE outbox SET done_ms = done_ms - 29 * 86400000"
		" WHERE state = 2");
	on_look(world.deliver);
	expect_counts(0, 1, 1, 0);
	run_sql("UPDATE outbox SET done_ms = done_ms - 86400000"
		" WHERE state = 2");
	turn(2);
	on_look(world.deliver);
	on_look(world.deliver);
	expect_counts(0, 1, 0, 0);
	assert_int_equal(audit_verify(store_audit(world.store), &found, &e), 0);
	assert_int_equal(found.rows, 1);
	run_sql("UPDATE audit SET detail = '' WHERE event = 6 AND actor ="
		" 'agent' AND detail = '{\"sent_deliveries\":1}'");
	assert_int_equal(audit_verify(store_audit(world.store), &found, &e), 1);
}

/* Where units were goes from an alert when it goes from everywhere else. */
static void
test_erases_where_units_were(void **state)
{
	int64_t a;

	(void)state;
	open_deliver();
	a = add("one", "team");
	deliver_kick(world.deliver);
	answer(world.fakes[0], a, OUTBOX_DELIVERED);
	turn(5);
	run_sql("UPDATE outbox SET body = CAST('{\"units_near\":[]}' AS BLOB)");
	run_sql("UPDATE outbox SET done_ms = done_ms - 13 * 86400000");
	on_look(world.deliver);
	assert_int_equal(count_rows("outbox WHERE body <> x''"), 1);
	assert_int_equal(count_rows("audit WHERE event = 6"), 0);
	/* The next hour. */
	world.deliver->erased_ms -= 3600000;
	run_sql("UPDATE outbox SET done_ms = done_ms - 86400000 - 1000");
	on_look(world.deliver);
	assert_int_equal(count_rows("outbox WHERE body = x''"), 1);
	assert_int_equal(count_rows("audit WHERE event = 6 AND detail ="
				    " '{\"alerts_with_units\":1}'"),
	    1);
}

static void
test_unknown_recipient(void **state)
{
	(void)state;
	open_deliver();
	add("one", "gone");
	add("two", "desk"); /* of the other channel */
	deliver_kick(world.deliver);
	turn(5);
	expect_counts(0, 0, 0, 2);
	assert_int_equal(count_logs("recipient gone is no longer"), 2);
	assert_int_equal(world.fakes[0]->sent_count, 0);
}

/* A reload makes a partner of a recipient for whom something waits. */
static void
test_text_for_another_audience(void **state)
{
	(void)state;
	open_deliver();
	turn(5);
	recipients[1].audience = CONF_AUDIENCE_PARTNER;
	add("one", "desk");
	deliver_kick(world.deliver);
	turn(5);
	expect_counts(0, 0, 0, 1);
	assert_int_equal(world.fakes[0]->sent_count, 0);
	assert_int_equal(count_logs("recipient desk is a partner now"), 2);
}

static void
test_waits_for_ready(void **state)
{
	(void)state;
	world.ready_at_open = false;
	add("one", "team");
	open_deliver();
	turn(5);
	expect_counts(1, 0, 0, 0);
	tell(world.fakes[0], false);
	tell(world.fakes[0], false);
	assert_int_equal(count_logs("channel down channel=one"), 1);
	assert_int_equal(count_logs("channel"), 1);
	tell(world.fakes[0], true);
	turn(5);
	expect_counts(0, 1, 0, 0);
	assert_int_equal(count_logs("channel up channel=one down_s=0"), 1);
}

static void
test_window(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++)
		add("one", "team");
	open_deliver();
	turn(5);
	assert_int_equal(world.fakes[0]->sent_count, 8);
	for (int i = 0; i < 3; i++)
		answer(
		    world.fakes[0], world.fakes[0]->sent[i], OUTBOX_DELIVERED);
	turn(5);
	assert_int_equal(world.fakes[0]->sent_count, 11);
	expect_counts(9, 8, 3, 0);
}

/* Three "later" in a row: one at a time, until one gets through. */
static void
test_channel_goes_down_and_comes_up(void **state)
{
	struct fake *f;
	int n;

	(void)state;
	make_conf(3);
	channels[0].retry_base_ms = 400; /* longer than any pause of ours */
	channels[0].retry_max_ms = 400;
	for (int i = 0; i < 12; i++)
		add("one", "team");
	open_deliver();
	turn(5);
	f = world.fakes[0];
	assert_int_equal(f->sent_count, 3);
	for (int i = 0; i < 3; i++)
		answer(f, f->sent[i], OUTBOX_TRY_LATER);
	assert_int_equal(count_logs("channel down channel=one"), 1);
	turn(5);
	assert_int_equal(f->sent_count, 3);
	for (n = 4; n <= 6; n++) {
		until_sent(f, n);
		answer(f, f->sent[n - 1], OUTBOX_TRY_LATER);
	}
	assert_int_equal(count_logs("channel down"), 1);
	until_sent(f, 7);
	answer(f, f->sent[6], OUTBOX_DELIVERED);
	assert_int_equal(count_logs("channel up channel=one"), 1);
	turn(5);
	assert_int_equal(f->sent_count, 8); /* one */
	answer(f, f->sent[7], OUTBOX_DELIVERED);
	turn(5);
	assert_int_equal(f->sent_count, 10); /* two */
	answer(f, f->sent[8], OUTBOX_DELIVERED);
	turn(5);
	assert_int_equal(f->sent_count, 12); /* three */
}

static void
set_writable(bool yes)
{
	struct err e;

	assert_int_equal(
	    db_exec(store_db(world.store),
		yes ? "PRAGMA query_only=0" : "PRAGMA query_only=1", &e),
	    0);
}

static void
test_database_trouble(void **state)
{
	int64_t a, b;

	(void)state;
	open_deliver();
	turn(5);
	a = add("one", "team");
	deliver_kick(world.deliver);
	b = add("one", "desk");
	set_writable(false);
	answer(world.fakes[0], a, OUTBOX_DELIVERED);
	turn(20);
	deliver_kick(world.deliver);
	/* Kept, told once, and nothing new is begun. */
	assert_int_equal(deliver_in_flight(world.deliver), 1);
	assert_int_equal(world.fakes[0]->sent_count, 1);
	turn(1100);
	assert_int_equal(count_logs("deliveries wait"), 1);
	assert_true(deliver_is_working(world.deliver));
	set_writable(true);
	until_sent(world.fakes[0], 2);
	expect_counts(0, 1, 1, 0);
	assert_int_equal(count_logs("deliveries go on"), 1);
	assert_int_equal(world.fakes[0]->sent[1], b);
	/* The same where a claim is the first to fail. */
	answer(world.fakes[0], b, OUTBOX_DELIVERED);
	turn(5);
	add("one", "desk");
	set_writable(false);
	deliver_kick(world.deliver);
	assert_int_equal(world.fakes[0]->sent_count, 2);
	assert_int_equal(count_logs("deliveries wait"), 2);
	set_writable(true);
	until_sent(world.fakes[0], 3);
}

static void
test_recovers_at_open(void **state)
{
	int64_t a;

	(void)state;
	open_deliver();
	a = add("one", "team");
	deliver_kick(world.deliver);
	expect_counts(0, 1, 0, 0);
	deliver_close(&world.deliver);
	/* Closing puts nothing back: it may have been sent. */
	expect_counts(0, 1, 0, 0);
	open_deliver();
	assert_int_equal(count_logs("sent again count=1"), 1);
	until_sent(world.fakes[2], 1); /* recovery spreads what it finds */
	assert_int_equal(world.fakes[2]->sent[0], a);
}

static void
test_close_records_what_ended(void **state)
{
	int64_t a;

	(void)state;
	open_deliver();
	a = add("one", "team");
	deliver_kick(world.deliver);
	answer(world.fakes[0], a, OUTBOX_DELIVERED);
	deliver_close(&world.deliver);
	expect_counts(0, 0, 1, 0);
}

static void
test_drain(void **state)
{
	int64_t a;

	(void)state;
	open_deliver();
	a = add("one", "team");
	deliver_kick(world.deliver);
	deliver_drain(world.deliver);
	add("one", "team");
	deliver_kick(world.deliver);
	turn(5);
	assert_int_equal(world.fakes[0]->sent_count, 1);
	assert_int_equal(deliver_in_flight(world.deliver), 1);
	answer(world.fakes[0], a, OUTBOX_DELIVERED);
	turn(5);
	assert_int_equal(deliver_in_flight(world.deliver), 0);
	expect_counts(1, 0, 1, 0);
}

static void
test_reload(void **state)
{
	struct conf_channel next_channels[2] = { channels[0], channels[1] };
	struct conf next = conf;
	int64_t a, b;
	struct err e;

	(void)state;
	next.channels = next_channels;
	next_channels[1].port = 26;
	open_deliver();
	a = add("one", "team");
	b = add("two", "team");
	deliver_kick(world.deliver);
	assert_int_equal(deliver_reload(world.deliver, &next, &e), 0);
	assert_int_equal(world.opened, 3);
	assert_int_equal(world.closed, 1);
	assert_non_null(world.fakes[0]); /* "one" has not changed */
	answer(world.fakes[0], a, OUTBOX_DELIVERED);
	until_sent(world.fakes[2], 1);
	assert_int_equal(world.fakes[2]->sent[0], b);
	answer(world.fakes[2], b, OUTBOX_DELIVERED);
	turn(5);
	expect_counts(0, 0, 2, 0);
	/* A channel that goes; a conf with none. */
	next.channel_count = 0;
	assert_int_equal(deliver_reload(world.deliver, &next, &e), 0);
	turn(5);
	assert_int_equal(world.closed, 3);
}

static void
test_reload_that_fails(void **state)
{
	struct conf_channel next_channels[2] = { channels[0], channels[1] };
	struct conf next = conf;
	int64_t a;
	struct err e;

	(void)state;
	next.channels = next_channels;
	next_channels[0].port = 26;
	next_channels[1].host = "bad";
	open_deliver();
	a = add("one", "team");
	deliver_kick(world.deliver);
	assert_int_equal(deliver_reload(world.deliver, &next, &e), -1);
	assert_non_null(strstr(e.msg, "channel two"));
	/* The old ones are there again, and what was under way goes out. */
	turn(120);
	for (int i = 0; i < world.opened; i++)
		if (world.fakes[i] && world.fakes[i]->sent_count == 1) {
			assert_int_equal(world.fakes[i]->conf->port, 25);
			answer(world.fakes[i], a, OUTBOX_DELIVERED);
		}
	turn(5);
	expect_counts(0, 0, 1, 0);
}

static void
test_open_that_fails(void **state)
{
	struct err e;

	(void)state;
	channels[1].host = "bad";
	assert_int_equal(
	    deliver_open(&conf, world.loop, world.store, &world.deliver, &e),
	    -1);
	assert_null(world.deliver);
}

static void
test_stuck_and_described(void **state)
{
	struct buf text = { 0 };

	(void)state;
	open_deliver();
	add("one", "team");
	deliver_kick(world.deliver);
	tell(world.fakes[1], false);
	deliver_describe(world.deliver, &text);
	assert_string_equal(text.p,
	    "alerts: 0 waiting, 1 in flight, 0 sent, 0 dead; one up, two "
	    "down");
	buf_clear(&text);
	assert_true(deliver_is_working(world.deliver));
	world.deliver->flights->since_ms -= 65000;
	assert_false(deliver_is_working(world.deliver));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_delivers),
		TEST(test_later_and_refused),
		TEST(test_too_old),
		TEST(test_warns_of_age_once),
		TEST(test_oldest_of_very_many),
		TEST(test_too_old_at_the_claim),
		TEST(test_clock_set_back),
		TEST(test_purges_what_was_sent_long_ago),
		TEST(test_erases_where_units_were),
		TEST(test_unknown_recipient),
		TEST(test_text_for_another_audience),
		TEST(test_waits_for_ready),
		TEST(test_window),
		TEST(test_channel_goes_down_and_comes_up),
		TEST(test_database_trouble),
		TEST(test_recovers_at_open),
		TEST(test_close_records_what_ended),
		TEST(test_drain),
		TEST(test_reload),
		TEST(test_reload_that_fails),
		TEST(test_open_that_fails),
		TEST(test_stuck_and_described),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
