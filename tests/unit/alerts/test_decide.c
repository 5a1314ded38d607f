/* Whom is told, once, and that order and repetition change nothing. */
#include "tests/unit/store/storekit.h"

#include "agent/base/random.h"
#include "alerts/decide.h"
#include "alerts/outbox.h"
#include "alerts/told.h"

static const char *const coursing_only[] = { "hare-coursing" };

static const struct conf_channel channels[] = {
	{ .name = "broker", .kind = CONF_CHANNEL_MQTT, .expire_ms = 60000 },
	{ .name = "mail",
	    .kind = CONF_CHANNEL_SMTP,
	    .from = "buzzard@example.org",
	    .expire_ms = 90000 },
};

static const struct conf_recipient recipients[] = {
	{ .name = "team",
	    .channel = "broker",
	    .channel_index = 0,
	    .topic = "rural/{theme}" },
	{ .name = "wlo",
	    .channel = "mail",
	    .channel_index = 1,
	    .address = "wlo@example.org",
	    .audience = CONF_AUDIENCE_PARTNER,
	    .review_too = true },
	{ .name = "coursing",
	    .channel = "mail",
	    .channel_index = 1,
	    .address = "coursing@example.org",
	    .themes = coursing_only,
	    .theme_count = 1 },
};

static const struct conf conf = { .team = "GTRET",
	.marking = "OFFICIAL-SENSITIVE",
	.channels = channels,
	.channel_count = 2,
	.recipients = recipients,
	.recipient_count = 3 };

struct kit {
	struct store *st;
	struct decide *d;
	int64_t incident;
	struct incident record;
	struct place place;
	struct alert base;
};

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof(*k));

	assert_non_null(k);
	k->st = open_store(":memory:");
	OK(decide_open(k->st, &conf, &k->d, e));
	OK(store_begin(k->st, e));
	k->incident = add_incident(k->st, "EP-1");
	OK(store_commit(k->st, e));
	incident_init(&k->record);
	k->record.id = str_of("EP-1");
	k->record.opened_ms = 1000;
	k->place = place_unknown();
	k->base = (struct alert){ .feed = str_of("cad"),
		.incident = &k->record,
		.place = &k->place,
		.rule_set = "sha256:00",
		.revision = 1,
		.now_ms = 5000 };
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;

	decide_close(&k->d);
	decide_close(&k->d);
	store_close(&k->st);
	free(k);
	return 0;
}

/* The next message: the two themes stand at these levels.  How many told. */
static int
decide(struct kit *k, enum rules_level coursing, enum rules_level tipping)
{
	struct rules_tag tags[2];
	size_t count = 0;
	int r = -1;

	if (tipping)
		tags[count++] = (struct rules_tag){ str_of("fly-tipping"),
			tipping, 50, NULL, 0 };
	if (coursing)
		tags[count++] = (struct rules_tag){ str_of("hare-coursing"),
			coursing, 70, NULL, 0 };
	OK(store_begin(k->st, e));
	OK(r = decide_alerts(k->d, k->incident, &k->base, tags, count, e));
	OK(store_commit(k->st, e));
	k->base.revision++;
	return r;
}

static void
note_row(void *user, const struct outbox_row *row)
{
	buf_addf(user, "%.*s %.*s %s; ", STR_ARG(row->recipient),
	    STR_ARG(row->theme),
	    alert_reason_name((enum alert_reason)row->reason));
}

/* The rows of the outbox since the last call, newest first. */
static void
expect_new(struct kit *k, int count, const char *want)
{
	struct outbox *ob = NULL;
	struct buf got = { 0 };

	buf_add_text(&got, "");
	OK(outbox_open(store_db(k->st), &ob, e));
	if (count)
		OK(outbox_list(ob, -1, count, note_row, &got, e));
	assert_string_equal(got.p ? got.p : "", want);
	buf_clear(&got);
	outbox_close(&ob);
}

static void
test_life_of_a_theme(void **state)
{
	struct kit *k = *state;

	assert_int_equal(decide(k, RULES_NONE, RULES_NONE), 0);
	assert_int_equal(decide(k, RULES_REVIEW, RULES_NONE), 1);
	expect_new(k, 1, "wlo hare-coursing first; ");
	assert_int_equal(decide(k, RULES_REVIEW, RULES_NONE), 0);
	assert_int_equal(decide(k, RULES_ALERT, RULES_NONE), 3);
	expect_new(k, 3,
	    "coursing hare-coursing first; wlo hare-coursing raised; "
	    "team hare-coursing first; ");
	assert_int_equal(decide(k, RULES_ALERT, RULES_ALERT), 2);
	expect_new(k, 2, "wlo fly-tipping first; team fly-tipping first; ");
	assert_int_equal(decide(k, RULES_REVIEW, RULES_ALERT), 3);
	expect_new(k, 3,
	    "coursing hare-coursing lowered; wlo hare-coursing lowered; "
	    "team hare-coursing lowered; ");
	assert_int_equal(decide(k, RULES_NONE, RULES_NONE), 3);
	expect_new(k, 3,
	    "wlo hare-coursing withdrawn; wlo fly-tipping withdrawn; "
	    "team fly-tipping withdrawn; ");
	assert_int_equal(decide(k, RULES_NONE, RULES_NONE), 0);
}

static void
test_rows_hold_what_is_promised(void **state)
{
	struct kit *k = *state;
	struct alert alert = k->base;
	char id[ALERT_ID_MAX];
	char key[ALERT_ID_MAX];
	char sql[512];

	decide(k, RULES_ALERT, RULES_NONE);
	alert.theme = str_of("hare-coursing");
	alert.reason = ALERT_FIRST;
	decide_alert_id(&alert, id);
	assert_int_equal(strlen(id), 32);
	decide_delivery_id(id, "team", key);
	assert_int_equal(strlen(key), 32 + 1 + 16);
	(void)snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM outbox WHERE alert_id = '%s' AND"
	    " created_ms = 5000 AND due_ms = 5000 AND level = 2 AND"
	    " length(body) > 10 AND expires_ms = 5000 + CASE channel"
	    " WHEN 'broker' THEN 60000 ELSE 90000 END",
	    id);
	assert_int_equal(ask(k->st, sql), 3);
	(void)snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM outbox WHERE key = '%s' AND"
	    " instr(body, key) AND recipient = 'team'",
	    key);
	assert_int_equal(ask(k->st, sql), 1);
	/* One line of disclosure for each, without personal data. */
	assert_int_equal(ask(k->st, "SELECT count(*) FROM audit WHERE"
				    " event = 4 AND incident_id = 1 AND"
				    " json_extract(detail, '$.recipient')"
				    " IN ('team', 'wlo', 'coursing')"),
	    3);
}

/* The same decision again, as after a crash before the feed was told. */
static void
test_same_again_adds_nothing(void **state)
{
	struct kit *k = *state;

	assert_int_equal(decide(k, RULES_ALERT, RULES_NONE), 3);
	k->base.revision--;
	run(k->st, "DELETE FROM told");
	assert_int_equal(decide(k, RULES_ALERT, RULES_NONE), 0);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM outbox"), 3);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM audit"), 3);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM told"), 3);
}

static void
test_ids_differ(void **state)
{
	struct kit *k = *state;
	struct alert a = k->base;
	struct incident other = k->record;
	char ids[6][ALERT_ID_MAX];

	a.theme = str_of("t");
	a.reason = ALERT_FIRST;
	decide_alert_id(&a, ids[0]);
	a.reason = ALERT_RAISED;
	decide_alert_id(&a, ids[1]);
	a.theme = str_of("u");
	decide_alert_id(&a, ids[2]);
	a.revision = 2;
	decide_alert_id(&a, ids[3]);
	other.id = str_of("EP-2");
	a.incident = &other;
	decide_alert_id(&a, ids[4]);
	a.feed = str_of("other");
	decide_alert_id(&a, ids[5]);
	for (size_t i = 0; i < LENGTH(ids); i++)
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(ids[i], ids[j]);
}

/* Whatever way the levels came, what was last told is the same. */
static void
test_any_order_ends_the_same(void **state)
{
	struct kit *k = *state;
	char before[256] = "";

	for (int round = 0; round < 200; round++) {
		struct buf got = { 0 };
		struct told *told = NULL;
		struct told_row *rows;
		size_t count;
		struct arena *arena = arena_new();
		char ref[24];
		(void)snprintf(ref, sizeof(ref), "R%d", round);
		OK(store_begin(k->st, e));
		k->incident = add_incident(k->st, ref);
		OK(store_commit(k->st, e));
		k->record.id = str_of(ref);
		for (uint32_t i = random_u32() % 5; i > 0; i--)
			(void)decide(k, (enum rules_level)(random_u32() % 3),
			    (enum rules_level)(random_u32() % 3));
		(void)decide(k, RULES_REVIEW, RULES_ALERT);
		OK(told_open(store_db(k->st), &told, e));
		OK(told_load(told, k->incident, arena, &rows, &count, e));
		for (size_t i = 0; i < count; i++)
			if (rows[i].level != RULES_NONE)
				buf_addf(&got, "%.*s %.*s %d;",
				    STR_ARG(rows[i].theme),
				    STR_ARG(rows[i].recipient),
				    (int)rows[i].level);
		if (round > 0)
			assert_string_equal(got.p, before);
		(void)snprintf(before, sizeof(before), "%s", got.p);
		told_close(&told);
		arena_free(&arena);
		buf_clear(&got);
	}
	assert_string_equal(before,
	    "fly-tipping team 2;fly-tipping wlo 2;hare-coursing wlo 1;");
}

/* Somebody new in the configuration is told from the next message on. */
static void
test_new_recipient(void **state)
{
	struct kit *k = *state;
	struct conf one = conf;

	one.recipient_count = 1;
	decide_close(&k->d);
	OK(decide_open(k->st, &one, &k->d, e));
	assert_int_equal(decide(k, RULES_ALERT, RULES_NONE), 1);
	decide_close(&k->d);
	OK(decide_open(k->st, &conf, &k->d, e));
	assert_int_equal(ask(k->st, "SELECT count(*) FROM outbox"), 1);
	assert_int_equal(decide(k, RULES_ALERT, RULES_NONE), 2);
	expect_new(
	    k, 2, "coursing hare-coursing first; wlo hare-coursing first; ");
}

static void
test_rollback_tells_nobody(void **state)
{
	struct kit *k = *state;
	const struct rules_tag tag = { str_of("hare-coursing"), RULES_ALERT, 70,
		NULL, 0 };

	OK(store_begin(k->st, e));
	GIVES(decide_alerts(k->d, k->incident, &k->base, &tag, 1, e), 3);
	store_rollback(k->st);
	assert_int_equal(ask(k->st, "SELECT (SELECT count(*) FROM outbox) +"
				    " (SELECT count(*) FROM told) +"
				    " (SELECT count(*) FROM audit)"),
	    0);
}

/* An error of the database comes through, whatever it hits. */
static void
test_errors_come_through(void **state)
{
	static const char *const triggers[] = {
		"CREATE TRIGGER x BEFORE INSERT ON outbox BEGIN"
		" SELECT raise(FAIL, 'no outbox'); END;",
		"CREATE TRIGGER x BEFORE INSERT ON told BEGIN"
		" SELECT raise(FAIL, 'no told'); END;",
		"CREATE TRIGGER x BEFORE INSERT ON audit BEGIN"
		" SELECT raise(FAIL, 'no audit'); END;",
	};
	struct kit *k = *state;
	const struct rules_tag tag = { str_of("hare-coursing"), RULES_ALERT, 70,
		NULL, 0 };

	for (size_t i = 0; i < LENGTH(triggers); i++) {
		run(k->st, triggers[i]);
		OK(store_begin(k->st, e));
		FAILS(decide_alerts(k->d, k->incident, &k->base, &tag, 1, e),
		    ERR_SYSTEM, "no ");
		store_rollback(k->st);
		run(k->st, "DROP TRIGGER x");
	}
}

/* Who has it is told once to each who hears of a theme, and not to the taker. */
static void
test_who_has_it(void **state)
{
	struct kit *k = *state;

	assert_int_equal(decide(k, RULES_ALERT, RULES_REVIEW), 4);
	k->base.taker = str_of("link:team");
	k->base.taken_ms = 4000;
	k->base.taker_turns = 1;
	assert_int_equal(decide(k, RULES_ALERT, RULES_REVIEW), 2);
	expect_new(
	    k, 2, "coursing hare-coursing taken; wlo hare-coursing taken; ");
	assert_int_equal(decide(k, RULES_ALERT, RULES_REVIEW), 0);
	/* What tells of something else says who has it, too. */
	assert_int_equal(decide(k, RULES_REVIEW, RULES_ALERT), 5);
	assert_int_equal(
	    ask(k->st, "SELECT count(*) FROM outbox WHERE channel = 'broker'"
		       " AND json_extract(body, '$.payload.taken_by') = "
		       "'team' AND reason <> 5"),
	    2);
	k->base.taker = str_of("account:rc07");
	k->base.taker_turns = 3;
	assert_int_equal(decide(k, RULES_REVIEW, RULES_ALERT), 2);
	expect_new(k, 2, "wlo fly-tipping taken; team fly-tipping taken; ");
	k->base.taker = (struct str){ 0 };
	k->base.taker_turns = 4;
	assert_int_equal(decide(k, RULES_REVIEW, RULES_ALERT), 2);
	expect_new(
	    k, 2, "wlo fly-tipping released; team fly-tipping released; ");
	assert_int_equal(decide(k, RULES_REVIEW, RULES_ALERT), 0);
}

/* Whoever is told for the first time is told who has it by that. */
static void
test_the_first_alert_says_who_has_it(void **state)
{
	struct kit *k = *state;

	k->base.taker = str_of("account:rc07");
	k->base.taken_ms = 4000;
	k->base.taker_turns = 1;
	assert_int_equal(decide(k, RULES_ALERT, RULES_NONE), 3);
	assert_int_equal(
	    ask(k->st, "SELECT count(*) FROM outbox WHERE"
		       " instr(body, 'rc07 has it, since') OR"
		       " json_extract(body, '$.payload.taken_by') = 'rc07'"),
	    2);
	/* The partner hears that the team has it. */
	assert_int_equal(ask(k->st, "SELECT count(*) FROM outbox WHERE"
				    " recipient = 'wlo' AND"
				    " instr(body, 'GTRET has it, since')"),
	    1);
	assert_int_equal(decide(k, RULES_ALERT, RULES_NONE), 0);
	/* Nobody is told of who has what does not stand. */
	k->base.taker = str_of("account:rc08");
	k->base.taker_turns = 3;
	assert_int_equal(decide(k, RULES_NONE, RULES_NONE), 3);
	expect_new(k, 3,
	    "coursing hare-coursing withdrawn; wlo hare-coursing withdrawn; "
	    "team hare-coursing withdrawn; ");
}

static void
test_open_without_tables(void **state)
{
	struct told *told = NULL;
	struct db *db = NULL;

	(void)state;
	OK(db_open(":memory:", DB_CREATE, &db, e));
	FAILS(told_open(db, &told, e), ERR_SYSTEM, "told");
	assert_null(told);
	db_close(&db);
}

#define WITH_KIT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_KIT(test_life_of_a_theme),
		WITH_KIT(test_rows_hold_what_is_promised),
		WITH_KIT(test_same_again_adds_nothing),
		WITH_KIT(test_ids_differ),
		WITH_KIT(test_any_order_ends_the_same),
		WITH_KIT(test_new_recipient),
		WITH_KIT(test_rollback_tells_nobody),
		WITH_KIT(test_errors_come_through),
		WITH_KIT(test_who_has_it),
		WITH_KIT(test_the_first_alert_says_who_has_it),
		cmocka_unit_test(test_open_without_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
