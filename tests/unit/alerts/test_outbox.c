/*
 * The outbox: every move, the order of deliveries, time limits, what a crash
 * leaves, and two connections.  Includes the module to reach its SQL.
 */
#include "tests/unit/store/storekit.h"

#include "agent/base/random.h"
#include "alerts/outbox.c" // NOLINT(bugprone-suspicious-include)

#define LEASE_MS 1000
#define KEEP_MS  60000

static const struct backoff_policy policy = { 1000, 4000, 0 };

struct kit {
	struct store *st;
	struct outbox *ob;
	int64_t incident, other;
	struct outbox_item items[8];
};

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof(*k));

	assert_non_null(k);
	random_set_seed(7);
	k->st = open_store(":memory:");
	OK(store_begin(k->st, e));
	k->incident = add_incident(k->st, "EP-1");
	k->other = add_incident(k->st, "EP-2");
	OK(store_commit(k->st, e));
	OK(outbox_open(store_db(k->st), &k->ob, e));
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;

	for (size_t i = 0; i < LENGTH(k->items); i++)
		outbox_item_clear(&k->items[i]);
	outbox_close(&k->ob);
	outbox_close(&k->ob);
	store_close(&k->st);
	random_set_seed(0);
	free(k);
	return 0;
}

static int
put_item(struct kit *k, int64_t incident, const char *to, const char *key,
    int64_t created_ms)
{
	const struct outbox_new item = { .incident_id = incident,
		.created_ms = created_ms,
		.expires_ms = created_ms + KEEP_MS,
		.level = 2,
		.reason = 1,
		.alert_id = "a1",
		.key = key,
		.channel = "broker",
		.recipient = to,
		.theme = str_of("hare-coursing"),
		.body = str_of("{\"topic\":\"t\"}") };
	int r = -1;

	OK(store_begin(k->st, e));
	OK(r = outbox_add(k->ob, &item, e));
	OK(store_commit(k->st, e));
	return r;
}

/* Claim at now_ms; the number, with items in k->items. */
static int
claim(struct kit *k, int64_t now_ms)
{
	int n = -1;

	for (size_t i = 0; i < LENGTH(k->items); i++)
		outbox_item_clear(&k->items[i]);
	OK(n = outbox_claim(k->ob, "broker", now_ms, LEASE_MS, k->items,
	       LENGTH(k->items), e));
	return n;
}

static int
finish(struct kit *k, int64_t id, enum outbox_verdict verdict, int64_t now_ms)
{
	const struct outbox_end end = { id, verdict, "451 try again" };
	int r = -1;

	OK(r = outbox_finish(k->ob, &end, 1, &policy, now_ms, e));
	return r;
}

static void
expect_counts(struct kit *k, int queued, int inflight, int sent, int dead)
{
	const int64_t want[] = { queued, inflight, sent, dead };
	int64_t got[OUTBOX_STATE_COUNT];

	OK(outbox_count(k->ob, got, e));
	for (int i = 0; i < OUTBOX_STATE_COUNT; i++)
		if (got[i] != want[i])
			fail_msg("%s: %d",
			    outbox_state_name((enum outbox_state)i),
			    (int)got[i]);
}

static int64_t
due(struct kit *k)
{
	int64_t ms = -1;

	OK(outbox_next_due(k->ob, "broker", &ms, e));
	return ms;
}

/* What outbox_show() says of item id. */
static void
note_row(void *user, const struct outbox_row *row)
{
	buf_addf(user, "%.*s %s %u %.*s|", STR_ARG(row->ref),
	    outbox_state_name(row->state), row->attempts,
	    STR_ARG(row->last_error));
}

static void
note_attempt(void *user, const struct outbox_attempt *a)
{
	buf_addf(user, "%u %s %.*s|", a->n, a->result, STR_ARG(a->reply));
}

static void
expect_shown(struct kit *k, int64_t id, const char *want)
{
	struct buf got = { 0 };

	GIVES(outbox_show(k->ob, id, note_row, note_attempt, &got, e), 1);
	assert_string_equal(got.p, want);
	buf_clear(&got);
}

static void
test_delivered(void **state)
{
	struct kit *k = *state;

	assert_true(due(k) == INT64_MAX);
	assert_int_equal(claim(k, 100), 0);
	assert_int_equal(put_item(k, k->incident, "team", "k1", 100), 1);
	assert_int_equal(put_item(k, k->incident, "team", "k1", 200), 0);
	assert_int_equal(due(k), 100);
	assert_int_equal(claim(k, 99), 0);
	assert_int_equal(claim(k, 100), 1);
	const struct outbox_item *item = &k->items[0];
	assert_string_equal(item->key, "k1");
	assert_string_equal(item->alert_id, "a1");
	assert_string_equal(item->channel, "broker");
	assert_string_equal(item->recipient, "team");
	assert_string_equal(item->theme, "hare-coursing");
	assert_string_equal(item->body, "{\"topic\":\"t\"}");
	assert_int_equal(item->body_len, strlen(item->body));
	assert_int_equal(item->attempts, 1);
	assert_int_equal(item->level, 2);
	assert_int_equal(item->reason, 1);
	expect_counts(k, 0, 1, 0, 0);
	assert_int_equal(finish(k, item->id, OUTBOX_DELIVERED, 150), 1);
	expect_counts(k, 0, 0, 1, 0);
	assert_true(due(k) == INT64_MAX);
	expect_shown(k, 1, "EP-1 sent 1 |1 delivered 451 try again|");
	/* A late second verdict changes nothing. */
	assert_int_equal(finish(k, 1, OUTBOX_REFUSED, 160), 0);
	assert_int_equal(finish(k, 99, OUTBOX_REFUSED, 160), 0);
	expect_counts(k, 0, 0, 1, 0);
}

static void
test_later_backs_off(void **state)
{
	struct kit *k = *state;
	int64_t now_ms = 0;

	put_item(k, k->incident, "team", "k1", 0);
	for (int n = 1; n <= 4; n++) {
		int64_t wait_ms = n < 3 ? 1000 << (n - 1) : 4000;
		assert_int_equal(claim(k, now_ms), 1);
		assert_int_equal(k->items[0].attempts, n);
		finish(k, 1, OUTBOX_TRY_LATER, now_ms);
		assert_in_range(due(k) - now_ms, (uint64_t)wait_ms * 3 / 4,
		    (uint64_t)wait_ms * 5 / 4);
		assert_int_equal(claim(k, due(k) - 1), 0);
		now_ms = due(k);
	}
	assert_int_equal(claim(k, now_ms), 1);
	finish(k, 1, OUTBOX_DELIVERED, now_ms);
	expect_shown(k, 1,
	    "EP-1 sent 5 |1 try later 451 try again|"
	    "2 try later 451 try again|3 try later 451 try again|"
	    "4 try later 451 try again|5 delivered 451 try again|");
}

static void
test_refused_is_dead(void **state)
{
	struct kit *k = *state;

	put_item(k, k->incident, "team", "k1", 0);
	claim(k, 0);
	finish(k, 1, OUTBOX_REFUSED, 10);
	expect_counts(k, 0, 0, 0, 1);
	expect_shown(
	    k, 1, "EP-1 dead 1 451 try again|1 refused 451 try again|");
}

static void
test_too_old_in_flight(void **state)
{
	struct kit *k = *state;

	put_item(k, k->incident, "team", "k1", 0);
	claim(k, KEEP_MS - 1);
	finish(k, 1, OUTBOX_TRY_LATER, KEEP_MS);
	expect_counts(k, 0, 0, 0, 1);
	expect_shown(k, 1,
	    "EP-1 dead 1 given up after 1 attempt in 1 min; the last: "
	    "451 try again|1 try later 451 try again|");
}

static void
test_too_many_attempts(void **state)
{
	struct kit *k = *state;
	const struct backoff_policy two = { 10, 10, 2 };
	const struct outbox_end end = { 1, OUTBOX_TRY_LATER, NULL };

	put_item(k, k->incident, "team", "k1", 0);
	claim(k, 0);
	GIVES(outbox_finish(k->ob, &end, 1, &two, 0, e), 1);
	expect_counts(k, 1, 0, 0, 0);
	assert_int_equal(claim(k, 100), 1);
	GIVES(outbox_finish(k->ob, &end, 1, &two, 100, e), 1);
	expect_counts(k, 0, 0, 0, 1);
	expect_shown(k, 1,
	    "EP-1 dead 2 given up after 2 attempts in 0 min|"
	    "1 try later |2 try later |");
}

static void
test_too_old_in_the_queue(void **state)
{
	struct kit *k = *state;
	int64_t ms;

	put_item(k, k->incident, "team", "k1", 0);
	put_item(k, k->other, "team", "k2", 0);
	OK(outbox_next_expiry(k->ob, &ms, e));
	assert_int_equal(ms, KEEP_MS);
	GIVES(outbox_expire(k->ob, KEEP_MS - 1, e), 0);
	GIVES(outbox_expire(k->ob, KEEP_MS, e), 2);
	expect_counts(k, 0, 0, 0, 2);
	expect_shown(k, 1,
	    "EP-1 dead 0 given up: waited 1 min and the channel was never "
	    "ready|");
	OK(outbox_next_expiry(k->ob, &ms, e));
	assert_true(ms == INT64_MAX);
	/* A claim finds them too. */
	put_item(k, k->incident, "team", "k3", 0);
	assert_int_equal(claim(k, KEEP_MS), 0);
	expect_counts(k, 0, 0, 0, 3);
}

static void
test_lease_runs_out(void **state)
{
	struct kit *k = *state;
	int64_t ms;

	put_item(k, k->incident, "team", "k1", 0);
	claim(k, 0);
	OK(outbox_next_expiry(k->ob, &ms, e));
	assert_int_equal(ms, LEASE_MS);
	GIVES(outbox_expire(k->ob, LEASE_MS - 1, e), 0);
	expect_counts(k, 0, 1, 0, 0);
	GIVES(outbox_expire(k->ob, LEASE_MS, e), 0);
	expect_counts(k, 1, 0, 0, 0);
	/* Whoever had it comes late. */
	assert_int_equal(finish(k, 1, OUTBOX_DELIVERED, 2000), 0);
	assert_int_equal(claim(k, 2000), 1);
	assert_int_equal(k->items[0].attempts, 2);
	expect_shown(k, 1,
	    "EP-1 in flight 2 the attempt had no end in time|1 no end |"
	    "2 no end |");
}

static void
test_recover(void **state)
{
	struct kit *k = *state;

	put_item(k, k->incident, "team", "k1", 0);
	put_item(k, k->other, "team", "k2", 0);
	put_item(k, k->other, "wlo", "k3", 0);
	assert_int_equal(claim(k, 0), 3);
	finish(k, 2, OUTBOX_DELIVERED, 10);
	GIVES(outbox_recover(k->ob, 5000, e), 2);
	GIVES(outbox_recover(k->ob, 5000, e), 0);
	expect_counts(k, 2, 0, 1, 0);
	assert_in_range(due(k), 5000, 5000 + RECOVER_SPREAD_MS);
	assert_int_equal(claim(k, 6000), 2);
	assert_int_equal(k->items[0].attempts, 2);
}

/* One recipient of one incident hears things in order; others do not wait. */
static void
test_order(void **state)
{
	struct kit *k = *state;

	put_item(k, k->incident, "team", "first", 0);
	put_item(k, k->incident, "team", "second", 1);
	put_item(k, k->incident, "wlo", "third", 2);
	put_item(k, k->other, "team", "fourth", 3);
	assert_int_equal(claim(k, 10), 3);
	assert_string_equal(k->items[0].key, "first");
	assert_string_equal(k->items[1].key, "third");
	assert_string_equal(k->items[2].key, "fourth");
	assert_true(due(k) == INT64_MAX); /* the second waits for the first */
	finish(k, 1, OUTBOX_TRY_LATER, 10);
	assert_in_range(due(k), 700, 1300); /* and still does */
	assert_int_equal(claim(k, 20), 0);
	assert_int_equal(claim(k, 2000), 1);
	assert_string_equal(k->items[0].key, "first");
	finish(k, 1, OUTBOX_REFUSED, 2000); /* a dead one holds up nothing */
	assert_int_equal(claim(k, 2000), 1);
	assert_string_equal(k->items[0].key, "second");
}

static void
test_longest_due_first_and_limit(void **state)
{
	struct kit *k = *state;

	put_item(k, k->incident, "a", "k1", 300);
	put_item(k, k->incident, "b", "k2", 100);
	put_item(k, k->incident, "c", "k3", 200);
	GIVES(outbox_claim(k->ob, "broker", 500, LEASE_MS, k->items, 2, e), 2);
	assert_string_equal(k->items[0].key, "k2");
	assert_string_equal(k->items[1].key, "k3");
	GIVES(outbox_claim(k->ob, "mail", 500, LEASE_MS, k->items, 2, e), 0);
	GIVES(outbox_claim(k->ob, "broker", 500, LEASE_MS, NULL, 0, e), 0);
}

static void
test_several_end_at_once(void **state)
{
	struct kit *k = *state;
	const struct outbox_end ends[] = { { 1, OUTBOX_DELIVERED, "ok" },
		{ 99, OUTBOX_DELIVERED, "gone" }, { 2, OUTBOX_REFUSED, "no" },
		{ 3, OUTBOX_TRY_LATER, "later" } };

	put_item(k, k->incident, "a", "k1", 0);
	put_item(k, k->incident, "b", "k2", 0);
	put_item(k, k->incident, "c", "k3", 0);
	claim(k, 0);
	GIVES(outbox_finish(k->ob, ends, 4, &policy, 5, e), 3);
	expect_counts(k, 1, 0, 1, 1);
	GIVES(outbox_finish(k->ob, NULL, 0, &policy, 5, e), 0);
}

static int
retry(struct kit *k, int64_t id, struct err *e)
{
	if (store_begin(k->st, e) < 0)
		return -1;
	if (outbox_retry(k->ob, id, KEEP_MS, 9000, e) < 0) {
		store_rollback(k->st);
		return -1;
	}
	return store_commit(k->st, e);
}

static void
test_retry(void **state)
{
	struct kit *k = *state;

	put_item(k, k->incident, "a", "k1", 0);
	FAILS(retry(k, 99, e), ERR_INVALID, "no outbox item 99");
	claim(k, 0);
	FAILS(retry(k, 1, e), ERR_INVALID, "in flight");
	finish(k, 1, OUTBOX_TRY_LATER, 8500);
	assert_true(due(k) > 9000);
	OK(retry(k, 1, e)); /* queued: only sooner */
	assert_int_equal(due(k), 9000);
	claim(k, 9000);
	finish(k, 1, OUTBOX_REFUSED, 9000);
	expect_counts(k, 0, 0, 0, 1);
	OK(retry(k, 1, e));
	expect_counts(k, 1, 0, 0, 0);
	assert_int_equal(claim(k, 9000), 1);
	assert_int_equal(k->items[0].expires_ms, 9000 + KEEP_MS);
	assert_int_equal(k->items[0].attempts, 3);
	finish(k, 1, OUTBOX_DELIVERED, 9001);
	FAILS(retry(k, 1, e), ERR_INVALID, "sent");
}

static void
test_retry_all_dead(void **state)
{
	struct kit *k = *state;

	put_item(k, k->incident, "a", "k1", 0);
	put_item(k, k->incident, "b", "k2", 0);
	put_item(k, k->incident, "c", "k3", 0);
	claim(k, 0);
	finish(k, 1, OUTBOX_REFUSED, 1);
	finish(k, 2, OUTBOX_DELIVERED, 1);
	finish(k, 3, OUTBOX_REFUSED, 1);
	OK(store_begin(k->st, e));
	GIVES(outbox_retry_dead(k->ob, KEEP_MS, 10, e), 2);
	GIVES(outbox_retry_dead(k->ob, KEEP_MS, 10, e), 0);
	OK(store_commit(k->st, e));
	expect_counts(k, 2, 0, 1, 0);
}

/* An alert about the incident, as decide.c makes one: row and word. */
static void
tell(struct kit *k, const char *alert_id, int64_t created_ms)
{
	struct outbox_new item = { .incident_id = k->incident,
		.created_ms = created_ms,
		.expires_ms = created_ms + KEEP_MS,
		.level = 2,
		.reason = 1,
		.alert_id = alert_id,
		.channel = "broker",
		.recipient = "a",
		.theme = str_of("hare-coursing"),
		.body = str_of("{}") };
	char text[256], key[64];

	(void)snprintf(key, sizeof(key), "%s-to-a", alert_id);
	(void)snprintf(text, sizeof(text),
	    "INSERT OR REPLACE INTO told VALUES (%d, 'hare-coursing', 'a', 2,"
	    " '%s')",
	    (int)k->incident, alert_id);
	item.key = key;
	OK(store_begin(k->st, e));
	GIVES(outbox_add(k->ob, &item, e), 1);
	OK(db_exec(store_db(k->st), text, e));
	OK(store_commit(k->st, e));
}

/* What was given up does not become the last word by being sent late. */
static void
test_retry_of_what_is_out_of_date(void **state)
{
	struct kit *k = *state;

	tell(k, "first", 0);
	claim(k, 0);
	finish(k, 1, OUTBOX_REFUSED, 1);
	tell(k, "lowered", 2);
	FAILS(retry(k, 99, e), ERR_INVALID, "no outbox item 99");
	OK(retry(k, 1, e)); /* the later one waits, behind it */
	assert_int_equal(claim(k, 9000), 1);
	assert_int_equal(k->items[0].id, 1);
	finish(k, 1, OUTBOX_REFUSED, 9001);
	claim(k, 9002);
	FAILS(retry(k, 1, e), ERR_INVALID, "item 2 tells its recipient");
	finish(k, 2, OUTBOX_REFUSED, 9003);
	/* Both are dead: one by one only the later, together in order. */
	FAILS(retry(k, 1, e), ERR_INVALID, "item 2 tells its recipient");
	OK(store_begin(k->st, e));
	GIVES(outbox_retry_dead(k->ob, KEEP_MS, 9004, e), 2);
	OK(store_commit(k->st, e));
	assert_int_equal(claim(k, 9004), 1);
	assert_int_equal(k->items[0].id, 1);
	finish(k, 1, OUTBOX_REFUSED, 9005);
	assert_int_equal(claim(k, 9005), 1);
	finish(k, 2, OUTBOX_DELIVERED, 9006);
	FAILS(retry(k, 1, e), ERR_INVALID, "item 2 tells its recipient");
	OK(store_begin(k->st, e));
	GIVES(outbox_retry_dead(k->ob, KEEP_MS, 9007, e), 0);
	GIVES(outbox_purge(k->ob, 9999, 10, e), 1);
	GIVES(outbox_retry_dead(k->ob, KEEP_MS, 9007, e), 0);
	OK(store_commit(k->st, e));
	FAILS(retry(k, 1, e), ERR_INVALID, "was told something later");
	/* The last word itself can always be tried again. */
	tell(k, "withdrawn", 10000);
	claim(k, 10000);
	finish(k, 2, OUTBOX_REFUSED, 10001);
	OK(store_begin(k->st, e));
	GIVES(outbox_retry_dead(k->ob, KEEP_MS, 10002, e), 2);
	OK(store_commit(k->st, e));
}

/* The clock was an hour ahead and has been set right. */
static void
test_clock_set_back(void **state)
{
	struct kit *k = *state;

	put_item(k, k->incident, "a", "k1", 3600000);
	put_item(k, k->incident, "b", "k2", 5000);
	assert_int_equal(claim(k, 1000), 0);
	GIVES(outbox_hasten(k->ob, "mail", 1000, 8000, e), 0);
	GIVES(outbox_hasten(k->ob, "broker", 1000, 8000, e), 1);
	GIVES(outbox_hasten(k->ob, "broker", 1000, 8000, e), 0);
	assert_int_equal(claim(k, 1000), 1);
	assert_int_equal(k->items[0].id, 1);
}

/* Too old to be sent, and not looked for: it is left to who looks. */
static void
test_claim_here_leaves_what_is_too_old(void **state)
{
	struct kit *k = *state;

	put_item(k, k->incident, "a", "k1", 0);
	OK(store_begin(k->st, e));
	GIVES(outbox_claim_here(
		  k->ob, "broker", KEEP_MS, LEASE_MS, k->items, 8, e),
	    0);
	GIVES(outbox_claim_here(
		  k->ob, "broker", KEEP_MS - 1, LEASE_MS, k->items, 8, e),
	    1);
	OK(store_commit(k->st, e));
}

static void
note_key(void *user, const struct outbox_row *row)
{
	buf_addf(user, "%.*s ", STR_ARG(row->key));
}

static void
test_list_and_purge(void **state)
{
	struct kit *k = *state;
	struct buf got = { 0 };

	put_item(k, k->incident, "a", "k1", 0);
	put_item(k, k->incident, "b", "k2", 0);
	put_item(k, k->incident, "c", "k3", 0);
	claim(k, 0);
	finish(k, 1, OUTBOX_DELIVERED, 100);
	finish(k, 2, OUTBOX_REFUSED, 100);
	OK(outbox_list(k->ob, -1, 10, note_key, &got, e));
	assert_string_equal(got.p, "k3 k2 k1 ");
	buf_reset(&got);
	OK(outbox_list(k->ob, OUTBOX_DEAD, 10, note_key, &got, e));
	assert_string_equal(got.p, "k2 ");
	buf_reset(&got);
	OK(outbox_list(k->ob, -1, 1, note_key, &got, e));
	assert_string_equal(got.p, "k3 ");
	buf_clear(&got);
	GIVES(outbox_has_old(k->ob, 100, e), 0);
	GIVES(outbox_has_old(k->ob, 101, e), 1);
	OK(store_begin(k->st, e));
	GIVES(outbox_purge(k->ob, 100, 10, e), 0);
	GIVES(outbox_purge(k->ob, 101, 10, e), 1);
	OK(store_commit(k->st, e));
	expect_counts(k, 0, 1, 0, 1);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM attempt"), 2);
	GIVES(outbox_show(k->ob, 1, note_row, note_attempt, &got, e), 0);
}

/* Where units were is forgotten once told, and is told no more. */
static void
test_erases_where_units_were(void **state)
{
	struct kit *k = *state;

	put_item(k, k->incident, "a", "k1", 0);
	put_item(k, k->incident, "b", "k2", 0);
	put_item(k, k->incident, "c", "k3", 0);
	put_item(k, k->incident, "d", "k4", 0);
	run(k->st, "UPDATE outbox SET body = CAST('{\"units_near\":[{\"unit\":"
		   "\"TM01\"}]}' AS BLOB) WHERE key <> 'k3'");
	claim(k, 0);
	finish(k, 1, OUTBOX_DELIVERED, 100);
	finish(k, 2, OUTBOX_REFUSED, 100);
	finish(k, 3, OUTBOX_DELIVERED, 100);
	OK(store_begin(k->st, e));
	GIVES(outbox_erase_units(k->ob, 0, 100, e), 0);
	GIVES(outbox_erase_units(k->ob, 101, 1000, e), 0);
	GIVES(outbox_erase_units(k->ob, 100, 101, e), 2);
	GIVES(outbox_erase_units(k->ob, 0, 1000, e), 0);
	OK(store_commit(k->st, e));
	assert_int_equal(ask(k->st, "SELECT count(*) FROM outbox WHERE"
				    " body = x'' AND key IN ('k1', 'k2')"),
	    2);
	assert_int_equal(
	    ask(k->st, "SELECT count(*) FROM outbox WHERE body <> x''"), 2);
	OK(store_begin(k->st, e));
	FAILS(outbox_retry(k->ob, 2, KEEP_MS, 200, e), ERR_INVALID,
	    "was erased after units.keep");
	GIVES(outbox_retry_dead(k->ob, KEEP_MS, 200, e), 0);
	OK(store_commit(k->st, e));
	expect_counts(k, 0, 1, 2, 1);
}

/* The header's picture, word for word. */
static void
test_moves(void **state)
{
	int moves_there_are = 0;

	(void)state;
	for (int s = 0; s < OUTBOX_STATE_COUNT; s++)
		for (int ev = 0; ev < OUTBOX_EVENT_COUNT; ev++)
			moves_there_are += outbox_move((enum outbox_state)s,
					       (enum outbox_event)ev) >= 0;
	assert_int_equal(moves_there_are, 9);
	assert_int_equal(
	    outbox_move(OUTBOX_QUEUED, OUTBOX_ON_CLAIM), OUTBOX_INFLIGHT);
	assert_int_equal(
	    outbox_move(OUTBOX_INFLIGHT, OUTBOX_ON_DELIVER), OUTBOX_SENT);
	assert_int_equal(
	    outbox_move(OUTBOX_INFLIGHT, OUTBOX_ON_RECOVER), OUTBOX_QUEUED);
	assert_int_equal(outbox_move(OUTBOX_SENT, OUTBOX_ON_RETRY), -1);
	assert_int_equal(OUTBOX_DEAD, 3); /* stored: frozen */
}

/* The table itself refuses what the moves do not allow. */
static void
test_constraints(void **state)
{
	struct kit *k = *state;
	static const char *const wrong[] = {
		"UPDATE outbox SET state = 1",
		"UPDATE outbox SET lease_ms = 5",
		"UPDATE outbox SET state = 2",
		"UPDATE outbox SET done_ms = 2",
		"UPDATE outbox SET state = 4, done_ms = 2",
		"UPDATE outbox SET incident_id = 999",
	};

	put_item(k, k->incident, "a", "k1", 0);
	for (size_t i = 0; i < LENGTH(wrong); i++)
		FAILS(db_exec(store_db(k->st), wrong[i], e), ERR_SYSTEM,
		    "constraint");
}

/* Nothing that is asked often reads the whole table. */
static void
test_questions_use_the_indexes(void **state)
{
	struct kit *k = *state;
	static const int often[] = {
		ST_DUE,
		ST_NEXT_DUE,
		ST_EXPIRED,
		ST_LEASES,
		ST_INFLIGHT,
		ST_AHEAD,
		ST_HASTEN,
		ST_RETRY_DEAD,
		ST_SUCCESSOR,
		ST_OLD,
		ST_PURGE,
	};

	for (size_t i = 0; i < LENGTH(often); i++) {
		struct db_stmt *plan = NULL;
		char text[2048];
		int r;
		(void)snprintf(
		    text, sizeof(text), "EXPLAIN QUERY PLAN %s", sql[often[i]]);
		OK(db_prepare(store_db(k->st), text, &plan, e));
		struct err e = { 0 };
		while ((r = db_step(plan, &e)) > 0) {
			char line[256];
			(void)snprintf(line, sizeof(line), "%.*s",
			    STR_ARG(db_col_text(plan, 3)));
			if (strncmp(line, "SCAN", 4) == 0 &&
			    !strstr(line, "USING") && !strstr(line, "CONSTANT"))
				fail_msg("%s: %s", sql[often[i]], line);
		}
		db_finish(&plan);
	}
}

/* A command makes a dead one live again while the agent writes. */
static void
test_two_connections(void **state)
{
	char path[256];
	struct kit agent = { .st = open_store(db_path(state, path)) };
	struct kit command = { .st = open_store(path) };

	OK(store_begin(agent.st, e));
	agent.incident = add_incident(agent.st, "EP-1");
	OK(store_commit(agent.st, e));
	OK(outbox_open(store_db(agent.st), &agent.ob, e));
	OK(outbox_open(store_db(command.st), &command.ob, e));
	put_item(&agent, agent.incident, "a", "k1", 0);
	assert_int_equal(claim(&agent, 0), 1);
	expect_counts(&command, 0, 1, 0, 0);
	FAILS(retry(&command, 1, e), ERR_INVALID, "in flight");
	finish(&agent, 1, OUTBOX_REFUSED, 0);
	OK(retry(&command, 1, e));
	put_item(&agent, agent.incident, "b", "k2", 0);
	assert_int_equal(claim(&agent, 9000), 2);
	for (size_t i = 0; i < LENGTH(agent.items); i++)
		outbox_item_clear(&agent.items[i]);
	outbox_close(&command.ob);
	outbox_close(&agent.ob);
	store_close(&command.st);
	store_close(&agent.st);
}

/* What was added in a transaction that is undone was never there. */
static void
test_rollback(void **state)
{
	struct kit *k = *state;
	const struct outbox_new item = { .incident_id = k->incident,
		.alert_id = "a",
		.key = "k",
		.channel = "broker",
		.recipient = "a",
		.theme = str_of("t") };

	OK(store_begin(k->st, e));
	GIVES(outbox_add(k->ob, &item, e), 1);
	store_rollback(k->st);
	expect_counts(k, 0, 0, 0, 0);
}

/* A row that moved under the agent's hands is not moved again. */
static void
test_row_that_is_not_where_it_was(void **state)
{
	struct kit *k = *state;
	struct change c = { .id = 1,
		.from = OUTBOX_INFLIGHT,
		.event = OUTBOX_ON_DELIVER,
		.due_ms = CLOCK_NONE };

	put_item(k, k->incident, "a", "k1", 0);
	FAILS(move_row(k->ob, &c, e), ERR_CORRUPT, "outbox item 1");
	expect_counts(k, 1, 0, 0, 0);
}

static void
test_open_without_tables(void **state)
{
	struct outbox *ob = NULL;
	struct db *db = NULL;

	(void)state;
	OK(db_open(":memory:", DB_CREATE, &db, e));
	FAILS(outbox_open(db, &ob, e), ERR_SYSTEM, "outbox");
	assert_null(ob);
	db_close(&db);
}

#define WITH_KIT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_KIT(test_delivered),
		WITH_KIT(test_later_backs_off),
		WITH_KIT(test_refused_is_dead),
		WITH_KIT(test_too_old_in_flight),
		WITH_KIT(test_too_many_attempts),
		WITH_KIT(test_too_old_in_the_queue),
		WITH_KIT(test_lease_runs_out),
		WITH_KIT(test_recover),
		WITH_KIT(test_order),
		WITH_KIT(test_longest_due_first_and_limit),
		WITH_KIT(test_several_end_at_once),
		WITH_KIT(test_retry),
		WITH_KIT(test_retry_all_dead),
		WITH_KIT(test_retry_of_what_is_out_of_date),
		WITH_KIT(test_clock_set_back),
		WITH_KIT(test_claim_here_leaves_what_is_too_old),
		WITH_KIT(test_list_and_purge),
		WITH_KIT(test_erases_where_units_were),
		cmocka_unit_test(test_moves),
		WITH_KIT(test_constraints),
		WITH_KIT(test_questions_use_the_indexes),
		cmocka_unit_test_setup_teardown(
		    test_two_connections, make_folder, remove_folder),
		WITH_KIT(test_rollback),
		WITH_KIT(test_row_that_is_not_where_it_was),
		cmocka_unit_test(test_open_without_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
