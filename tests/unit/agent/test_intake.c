/*
 * The intake, stage by stage and as a whole: what one transaction holds, what
 * is left of one that fails, what a reload changes and what it does not.
 */
#include "intake_test.h"

#include "agent/store/quarantine.h"

#define OPENED   "\"opened_at\":\"2026-11-14T18:00:00Z\""
#define RURAL    ",\"lat\":51.95,\"lon\":0.45"
#define TEXT(s)  ",\"log\":[{\"text\":\"" s "\"}]"
#define COURSING "{\"id\":\"A\"," OPENED RURAL TEXT("coursing, lurchers") "}"
#define LATER(s)                                                      \
	"{\"id\":\"A\",\"partial\":true,\"updated_at\":\"2026-11-14T" \
	"18:05:00Z\"" TEXT(s) "}"

/* What the log said, one line each. */
struct heard {
	struct buf text;
	int errors, warnings;
};

static void
hear(void *user, enum log_level level, const char *line)
{
	struct heard *h = user;

	buf_addf(&h->text, "%s\n", line);
	h->errors += level == LOG_ERROR;
	h->warnings += level == LOG_WARN;
}

/* A rig with the small pack, and the log in heard. */
struct bench {
	struct rig r;
	struct heard heard;
};

static int
set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	*state = b;
	log_set_sink(hear, &b->heard);
	rig_open(&b->r, compile_rules(SMALL_PACK), SMALL_CONF);
	return 0;
}

/* No test but those that say so may leave an error or warning. */
static int
tear_down(void **state)
{
	struct bench *b = *state;
	int bad = b->heard.errors + b->heard.warnings;

	if (bad > 0)
		print_error("the log says: %s", b->heard.text.p);
	rig_close(&b->r);
	log_set_sink(NULL, NULL);
	buf_clear(&b->heard.text);
	free(b);
	return bad > 0 ? -1 : 0;
}

static void
expect_log(struct bench *b, int errors, int warnings, const char *text)
{
	assert_int_equal(b->heard.errors, errors);
	assert_int_equal(b->heard.warnings, warnings);
	if (text && (!b->heard.text.p || !strstr(b->heard.text.p, text)))
		fail_msg("\"%s\" is not in the log:\n%s", text,
		    b->heard.text.p ? b->heard.text.p : "");
	b->heard.errors = b->heard.warnings = 0;
	buf_reset(&b->heard.text);
}

#define TAGS "SELECT theme, level, ended_ms IS NULL FROM tag ORDER BY id"
#define TOLD                                                       \
	"SELECT theme, recipient, level FROM told WHERE level > 0" \
	" ORDER BY theme, recipient"
#define SENT "SELECT reason, recipient FROM outbox ORDER BY id"

static void
test_one_transaction_holds_it_all(void **state)
{
	struct bench *b = *state;
	struct rig *r = &b->r;

	take_one(r, COURSING);
	assert_answer(r, "SELECT ref, rural_crime FROM incident", 2, "A | 1\n");
	assert_answer(r, "SELECT bytes FROM message", 1, COURSING "\n");
	assert_answer(r, TAGS, 3, "hare-coursing | 2 | 1\n");
	assert_answer(r, TOLD, 3,
	    "hare-coursing | desk | 2\n"
	    "hare-coursing | map | 2\n"
	    "hare-coursing | team | 2\n");
	assert_answer(r, SENT, 2, "1 | map\n1 | desk\n1 | team\n");
	assert_answer(r,
	    "SELECT count(DISTINCT alert_id), count(DISTINCT key) FROM outbox",
	    2, "1 | 3\n");
	assert_answer(
	    r, "SELECT event FROM audit ORDER BY id", 1, "1\n4\n4\n4\n");
	assert_answer(r, "SELECT feed, file, byte_offset FROM feed_position", 3,
	    "control | in.ndjson | 100\n");
}

static void
test_counts(void **state)
{
	struct bench *b = *state;
	const char *const lines[] = { COURSING, COURSING, "{\"id\":\"B\"}",
		LATER("van left") };
	struct intake_counts n;

	take(&b->r, "control", lines, LENGTH(lines));
	n = intake_counts(b->r.intake);
	assert_int_equal(n.messages, 2);
	assert_int_equal(n.repeated, 1);
	assert_int_equal(n.incidents, 1);
	assert_int_equal(n.tagged, 2);
	assert_int_equal(n.deliveries, 3);
	assert_int_equal(n.quarantined, 1);
	assert_int_equal(n.batches, 1);
	expect_log(b, 1, 0, "line=3");
}

/* What is told as an incident goes up, down and away. */
static void
test_the_story_of_one_incident(void **state)
{
	struct bench *b = *state;
	struct rig *r = &b->r;

	take_one(r, "{\"id\":\"A\"," OPENED RURAL TEXT("coursing") "}");
	assert_answer(r, SENT, 2, "1 | desk\n");
	take_one(r, LATER("lurchers"));
	assert_answer(r, SENT, 2, "1 | desk\n1 | map\n2 | desk\n1 | team\n");
	take_one(r, LATER("it is the shoot"));
	assert_answer(r, SENT, 2,
	    "1 | desk\n1 | map\n2 | desk\n1 | team\n"
	    "4 | map\n4 | desk\n4 | team\n");
	assert_answer(r, TOLD, 3, "");
	assert_answer(
	    r, TAGS, 3, "hare-coursing | 1 | 0\nhare-coursing | 2 | 0\n");
}

/* The batch that makes a tag also takes it back. */
static void
test_tag_taken_back_in_its_own_batch(void **state)
{
	struct bench *b = *state;
	const char *const lines[] = { COURSING, LATER("it is the shoot") };

	take(&b->r, "control", lines, LENGTH(lines));
	assert_answer(&b->r, TAGS, 3, "hare-coursing | 2 | 0\n");
	assert_answer(&b->r, TOLD, 3, "");
}

static void
test_feeds_are_apart(void **state)
{
	struct bench *b = *state;
	const char *const line = COURSING;

	take(&b->r, "north", &line, 1);
	take(&b->r, "south", &line, 1);
	assert_answer(&b->r, "SELECT count(*) FROM incident", 1, "2\n");
	assert_answer(&b->r,
	    "SELECT count(DISTINCT alert_id), count(*) FROM outbox", 2,
	    "2 | 6\n");
}

static const char *const all_tables[] = { "feed", "rule_set", "incident",
	"message", "tag", "outbox", "told", "audit", "quarantine",
	"feed_position" };

static void
count_all(struct rig *r, int64_t counts[LENGTH(all_tables)])
{
	for (size_t i = 0; i < LENGTH(all_tables); i++)
		counts[i] = count_rows(r, all_tables[i]);
}

static void
run_sql(struct rig *r, const char *fmt, const char *a, const char *b)
{
	struct buf sql = { 0 };
	struct err e = { 0 };

	buf_addf(&sql, "%s %s %s", fmt, a, b);
	if (db_exec(store_db(r->store), sql.p, &e) < 0)
		fail_msg("%s: %s", sql.p, e.msg);
	buf_clear(&sql);
}

/* Fail a write to one table, in one of two ways, and see what is left. */
static void
try_failure(struct rig *r, const char *table, const char *how)
{
	static const char *const first[] = { COURSING };
	static const char *const more[] = { LATER("rubble"),
		"{\"id\":\"C\"," OPENED RURAL ",\"grade\":1" TEXT("tyres") "}",
		"{\"id\":" };
	int64_t before[LENGTH(all_tables)], after[LENGTH(all_tables)];
	struct intake_counts n;
	struct err e = { 0 };
	struct buf end = { 0 };

	take(r, "control", first, LENGTH(first));
	run_sql(r, "DELETE FROM feed_position", "", "");
	count_all(r, before);
	n = intake_counts(r->intake);
	buf_addf(&end, "BEGIN SELECT RAISE(%s, 'refused here'); END", how);
	run_sql(r, "CREATE TEMP TRIGGER refuse BEFORE INSERT ON", table, end.p);
	if (offer(r, "control", more, LENGTH(more), &e) == 0)
		fail_msg("%s: the batch was taken", table);
	assert_non_null(strstr(e.msg, "refused here"));
	count_all(r, after);
	assert_memory_equal(before, after, sizeof(before));
	assert_int_equal(intake_counts(r->intake).messages, n.messages);
	assert_int_equal(intake_counts(r->intake).quarantined, n.quarantined);
	assert_int_equal(intake_counts(r->intake).batches, n.batches);

	run_sql(r, "DROP TRIGGER refuse", "", "");
	take(r, "control", more, LENGTH(more));
	assert_answer(r, "SELECT count(*) FROM message", 1, "3\n");
	assert_answer(r, "SELECT count(*) FROM quarantine", 1, "1\n");
	assert_answer(r, "SELECT count(*) FROM feed_position", 1, "1\n");
	buf_clear(&end);
}

static void
test_a_failure_leaves_nothing(void **state)
{
	static const char *const tables[] = { "incident", "message", "tag",
		"outbox", "told", "audit", "quarantine", "feed_position" };
	static const char *const ways[] = { "ABORT", "ROLLBACK", "FAIL" };
	struct bench *b = *state;

	for (size_t t = 0; t < LENGTH(tables); t++)
		for (size_t w = 0; w < LENGTH(ways); w++) {
			struct rig r;

			rig_open(&r, compile_rules(SMALL_PACK), SMALL_CONF);
			try_failure(&r, tables[t], ways[w]);
			rig_close(&r);
		}
	/* The same line each time: five are printed, the rest counted. */
	assert_true(b->heard.errors > 0);
	b->heard.errors = b->heard.warnings = 0;
}

static void
test_quarantine_keeps_a_fault_once(void **state)
{
	struct bench *b = *state;
	struct rig *r = &b->r;
	const char *const lines[] = { COURSING,
		"{\"id\":\"B\", \"lat\":", "{\"id\":\"C\"," OPENED "}" };

	take(r, "control", lines, LENGTH(lines));
	expect_log(b, 1, 0, "feed=control file=in.ndjson line=2");
	assert_answer(r,
	    "SELECT feed, file, line, byte_offset, state, bytes"
	    " FROM quarantine",
	    6, "control | in.ndjson | 2 | 100 | 0 | {\"id\":\"B\", \"lat\":\n");
	assert_answer(r, "SELECT ref FROM incident ORDER BY id", 1, "A\nC\n");
	take(r, "control", lines, LENGTH(lines));
	expect_log(b, 0, 0, NULL);
	assert_answer(r, "SELECT count(*) FROM quarantine", 1, "1\n");
	assert_int_equal(intake_counts(r->intake).quarantined, 1);
	/* Another feed's fault is another. */
	take(r, "other", lines + 1, 1);
	expect_log(b, 1, 0, "feed=other");
	assert_answer(r, "SELECT count(*) FROM quarantine", 1, "2\n");
}

static int
resume(struct rig *r, struct feed_position *pos)
{
	struct err e = { 0 };
	int found = intake_resume(r->intake, "control", "in.ndjson", pos, &e);

	if (found < 0)
		fail_msg("%s", e.msg);
	return found;
}

static void
test_resume_knows_the_very_file(void **state)
{
	static const struct {
		const char *name;
		struct feed_position pos;
		int found;
	} cases[] = {
		{ "the same", { 0, 0, 0, 0, 1, 2, 100, 3 }, 1 },
		{ "another device", { 0, 0, 0, 0, 9, 2, 100, 3 }, 0 },
		{ "another inode", { 0, 0, 0, 0, 1, 9, 100, 3 }, 0 },
		{ "it has grown", { 0, 0, 0, 0, 1, 2, 101, 3 }, 0 },
		{ "written again", { 0, 0, 0, 0, 1, 2, 100, 4 }, 0 },
	};
	struct bench *b = *state;

	take_one(&b->r, COURSING);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct feed_position pos = cases[i].pos;

		if (resume(&b->r, &pos) != cases[i].found)
			fail_msg("%s", cases[i].name);
		assert_int_equal(pos.offset, cases[i].found ? 100 : 0);
		assert_int_equal(pos.line, cases[i].found ? 1 : 0);
		assert_int_equal(pos.at_end, cases[i].found);
	}
}

static void
test_positions_are_forgotten(void **state)
{
	struct bench *b = *state;
	struct rig *r = &b->r;
	const char *const line = LATER("van left");
	struct err e = { 0 };

	take_one(r, COURSING);
	intake_forget(r->intake, "control", "in.ndjson");
	intake_forget(r->intake, "control", "never-seen.ndjson");
	assert_int_equal(count_rows(r, "feed_position"), 1);
	assert_int_equal(intake_tidy(r->intake, &e), 0);
	assert_int_equal(count_rows(r, "feed_position"), 0);
	assert_int_equal(intake_tidy(r->intake, &e), 0);

	/* With the next batch, and again if that one fails. */
	run_sql(r,
	    "INSERT INTO feed_position VALUES ('control', 'old', 1, 1, 1, 1,"
	    " 1, 1, 0, 1)",
	    "", "");
	intake_forget(r->intake, "control", "old");
	run_sql(r, "CREATE TEMP TRIGGER refuse BEFORE INSERT ON message",
	    "BEGIN SELECT RAISE(ABORT, 'refused here'); END", "");
	assert_int_equal(offer(r, "control", &line, 1, &e), -1);
	assert_int_equal(count_rows(r, "feed_position"), 1);
	run_sql(r, "DROP TRIGGER refuse", "", "");
	take(r, "control", &line, 1);
	assert_answer(r, "SELECT file FROM feed_position", 1, "in.ndjson\n");
}

/* As "buzzard quarantine replay 1 --with FILE" does. */
static void
ask_replay(struct rig *r, int64_t id, const char *with)
{
	struct quarantine *q = NULL;
	struct err e = { 0 };

	if (quarantine_open(store_db(r->store), &q, &e) < 0 ||
	    store_begin(r->store, &e) < 0 ||
	    quarantine_ask_replay(q, id, str_of(with), NOW_MS, &e) < 0 ||
	    store_commit(r->store, &e) < 0)
		fail_msg("%s", e.msg);
	quarantine_close(&q);
}

#define HELD "SELECT id, state, reason LIKE '%grade%' FROM quarantine"

static void
test_replay(void **state)
{
	struct bench *b = *state;
	struct rig *r = &b->r;
	struct err e = { 0 };

	take_one(r, "{\"id\":\"A\"," OPENED RURAL TEXT("coursing, lurchers"));
	expect_log(b, 1, 0, "input set aside");
	assert_int_equal(intake_replay(r->intake, NOW_MS, &e), 0);

	/* As it stands: still faulty, and held with its reason. */
	ask_replay(r, 1, NULL);
	assert_int_equal(intake_replay(r->intake, NOW_MS, &e), 0);
	expect_log(b, 0, 1, "replay is still faulty quarantine=1");
	assert_answer(r, HELD, 3, "1 | 0 | 0\n");

	/* Corrected, but into another fault. */
	ask_replay(r, 1, "{\"id\":\"A\"," OPENED ",\"grade\":[]}");
	assert_int_equal(intake_replay(r->intake, NOW_MS, &e), 0);
	expect_log(b, 0, 1, "grade");
	assert_answer(r, HELD, 3, "1 | 0 | 1\n");
	assert_int_equal(count_rows(r, "incident"), 0);

	/* Corrected: down the whole road. */
	ask_replay(r, 1, COURSING);
	assert_int_equal(intake_replay(r->intake, NOW_MS, &e), 1);
	expect_log(b, 0, 0, "replayed quarantine=1");
	assert_answer(r, "SELECT id, state FROM quarantine", 2, "1 | 2\n");
	assert_answer(r, SENT, 2, "1 | map\n1 | desk\n1 | team\n");
	assert_answer(r, "SELECT bytes FROM message", 1, COURSING "\n");
	assert_int_equal(intake_replay(r->intake, NOW_MS, &e), 0);
}

/* Corrected to what has come again in the meantime: known, nothing new. */
static void
test_replay_of_what_is_known(void **state)
{
	struct bench *b = *state;
	struct rig *r = &b->r;
	struct err e = { 0 };

	take_one(r, "{");
	expect_log(b, 1, 0, NULL);
	take_one(r, COURSING);
	ask_replay(r, 1, COURSING);
	assert_int_equal(intake_replay(r->intake, NOW_MS, &e), 1);
	assert_int_equal(count_rows(r, "message"), 1);
	assert_int_equal(count_rows(r, "outbox"), 3);
	assert_answer(r, "SELECT state FROM quarantine", 1, "2\n");
	assert_int_equal(intake_counts(r->intake).repeated, 1);
}

static void
test_replay_that_fails_waits(void **state)
{
	struct bench *b = *state;
	struct rig *r = &b->r;
	struct err e = { 0 };

	take_one(r, "{");
	expect_log(b, 1, 0, NULL);
	ask_replay(r, 1, COURSING);
	run_sql(r, "CREATE TEMP TRIGGER refuse BEFORE INSERT ON outbox",
	    "BEGIN SELECT RAISE(ABORT, 'refused here'); END", "");
	assert_int_equal(intake_replay(r->intake, NOW_MS, &e), -1);
	assert_non_null(strstr(e.msg, "refused here"));
	assert_int_equal(count_rows(r, "incident"), 0);
	assert_answer(r, "SELECT state FROM quarantine", 1, "1\n");
	assert_int_equal(intake_counts(r->intake).messages, 0);
	run_sql(r, "DROP TRIGGER refuse", "", "");
	assert_int_equal(intake_replay(r->intake, NOW_MS, &e), 1);
	assert_int_equal(count_rows(r, "outbox"), 3);
}

/* Swap in rules and a configuration; takes both. */
static void
swap(struct rig *r, const char *rules, const char *conf)
{
	struct ruleset *new_rules = compile_rules(rules);
	struct conf *new_conf = parse_conf(conf);
	const struct intake_parts parts = { .store = r->store,
		.conf = new_conf,
		.geo = r->geo,
		.rules = new_rules };
	struct err e = { 0 };

	if (intake_swap(r->intake, &parts, &e) < 0)
		fail_msg("%s", e.msg);
	ruleset_free(&r->rules);
	conf_free(&r->conf);
	r->rules = new_rules;
	r->conf = new_conf;
}

#define OTHER_PACK                                 \
	"themes hare-coursing, fly-tipping\n"      \
	"rule coursing \"Hare coursing\"\n"        \
	"    theme hare-coursing\n"                \
	"    give 40 when text has \"coursing\"\n" \
	"    alert from 60, review from 30\n"

static void
test_other_rules_from_the_next_message_on(void **state)
{
	struct bench *b = *state;
	struct rig *r = &b->r;
	char hash[2][HASH_TEXT_MAX];
	struct buf expected = { 0 };

	take_one(r, COURSING);
	snprintf(hash[0], sizeof(hash[0]), "%s", ruleset_hash(r->rules));
	swap(r, OTHER_PACK, SMALL_CONF);
	snprintf(hash[1], sizeof(hash[1]), "%s", ruleset_hash(r->rules));
	assert_string_not_equal(hash[0], hash[1]);
	/* A repeat is no reason to read it again. */
	take_one(r, COURSING);
	assert_answer(r, TAGS, 3, "hare-coursing | 2 | 1\n");
	take_one(r, LATER("van left"));
	buf_addf(&expected,
	    "hare-coursing | 2 | 70 | 0 | %s\nhare-coursing | 1 | 40 | 1 | "
	    "%s\n",
	    hash[0], hash[1]);
	assert_answer(r,
	    "SELECT theme, level, score, ended_ms IS NULL, hash FROM tag"
	    " JOIN rule_set s ON s.id = rule_set_id ORDER BY tag.id",
	    5, expected.p);
	assert_answer(r, TOLD, 3, "hare-coursing | desk | 1\n");
	/* Each who heard of the alert hears that it was taken down. */
	assert_answer(r, "SELECT reason, recipient FROM outbox WHERE id > 3", 2,
	    "3 | map\n3 | desk\n3 | team\n");
	buf_clear(&expected);
}

static void
test_the_same_rules_again_change_nothing(void **state)
{
	struct bench *b = *state;
	struct rig *r = &b->r;

	take_one(r, COURSING);
	swap(r, SMALL_PACK, SMALL_CONF);
	take_one(r, LATER("van left"));
	assert_answer(r, TAGS, 3, "hare-coursing | 2 | 1\n");
	assert_int_equal(count_rows(r, "outbox"), 3);
}

static void
test_other_recipients_from_the_next_message_on(void **state)
{
	struct bench *b = *state;
	struct rig *r = &b->r;

	take_one(r, COURSING);
	swap(r, SMALL_PACK,
	    SMALL_CONF_HEAD RECIPIENT("map", "audience: partner")
		RECIPIENT("newcomer", "audience: team"));
	take_one(r, COURSING);
	assert_int_equal(count_rows(r, "outbox"), 3);
	take_one(r, LATER("van left"));
	assert_answer(r, "SELECT reason, recipient FROM outbox WHERE id > 3", 2,
	    "1 | newcomer\n");
	take_one(r, LATER("it is the shoot"));
	assert_answer(r, "SELECT reason, recipient FROM outbox WHERE id > 4", 2,
	    "4 | map\n4 | newcomer\n");
}

/* A swap that fails leaves the old parts at work. */
static void
test_swap_that_fails(void **state)
{
	struct bench *b = *state;
	struct rig *r = &b->r;
	struct ruleset *rules = compile_rules(OTHER_PACK);
	const struct intake_parts parts = { .store = r->store,
		.conf = r->conf,
		.geo = r->geo,
		.rules = rules };
	struct err e = { 0 };

	run_sql(r, "ALTER TABLE told RENAME TO away", "", "");
	assert_int_equal(intake_swap(r->intake, &parts, &e), -1);
	run_sql(r, "ALTER TABLE away RENAME TO told", "", "");
	ruleset_free(&rules);
	take_one(r, COURSING);
	assert_answer(r, TAGS, 3, "hare-coursing | 2 | 1\n");
	assert_int_equal(count_rows(r, "outbox"), 3);
}

static void
test_the_stored_bytes_are_the_messages_own(void **state)
{
	static const char line[] = "{ \"id\" : \"A\", " OPENED
				   ",\"lat\":51.9500000000000001,\"lon\":4.5e-1"
				   ",\"x\":1.00, \"log\":[ ] }";
	struct bench *b = *state;
	struct buf out = { 0 };

	take_one(&b->r, line);
	assert_answer(&b->r, "SELECT bytes FROM message", 1,
	    "{ \"id\" : \"A\", " OPENED ",\"lat\":51.9500000000000001,"
	    "\"lon\":4.5e-1,\"x\":1.00, \"log\":[ ] }\n");
	print_record(&b->r, "control", "A", &out);
	assert_non_null(strstr(out.p, "\"lat\":51.95,"));
	buf_clear(&out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_one_transaction_holds_it_all),
		TEST(test_counts),
		TEST(test_the_story_of_one_incident),
		TEST(test_tag_taken_back_in_its_own_batch),
		TEST(test_feeds_are_apart),
		TEST(test_a_failure_leaves_nothing),
		TEST(test_quarantine_keeps_a_fault_once),
		TEST(test_resume_knows_the_very_file),
		TEST(test_positions_are_forgotten),
		TEST(test_replay),
		TEST(test_replay_of_what_is_known),
		TEST(test_replay_that_fails_waits),
		TEST(test_other_rules_from_the_next_message_on),
		TEST(test_the_same_rules_again_change_nothing),
		TEST(test_other_recipients_from_the_next_message_on),
		TEST(test_swap_that_fails),
		TEST(test_the_stored_bytes_are_the_messages_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
