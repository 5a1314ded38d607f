/*
 * The queue as it is listed and counted, and that no list reads more rows than
 * it shows.  Includes the .c for its statements.
 */
#include "tests/unit/store/storekit.h"

#include "agent/store/reviews_queue.c"

#include "agent/store/accounts.h"
#include "agent/store/schema.h"

#define NOW INT64_C(1800000000000)

struct kit {
	struct store *st;
	struct accounts *a;
	struct reviews *r;
	struct arena *arena;
	struct buf said; /* by list() */
};

static void
open_kit(struct kit *k, const char *path)
{
	*k = (struct kit){ .st = open_store(path), .arena = arena_new() };
	OK(accounts_open(k->st, &k->a, e));
	OK(reviews_open(k->st, &k->r, e));
	OK(store_begin(k->st, e));
}

static void
close_kit(struct kit *k)
{
	OK(store_commit(k->st, e));
	reviews_close(&k->r);
	accounts_close(&k->a);
	store_close(&k->st);
	arena_free(&k->arena);
	buf_clear(&k->said);
}

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof *k);

	assert_non_null(k);
	open_kit(k, ":memory:");
	OK(accounts_add(
	    k->a, "liaison", ACCOUNT_REVIEWER, "kept", NOW, "user:admin", e));
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;

	close_kit(k);
	free(k);
	return 0;
}

/* An incident of a district with tags "theme level,theme level". */
static int64_t
add(struct kit *k, const char *ref, const char *district, int64_t since_ms,
    const struct rules_tag *tags, size_t count)
{
	const struct rules_result result = {
		.tags = tags, .tag_count = count, .basis = "none"
	};
	struct store_incident row;
	int64_t id = add_incident(k->st, ref);

	GIVES(store_incident_find_id(k->st, id, k->arena, &row, e), 1);
	row.place.district = district ? str_of(district) : row.place.district;
	row.opened_ms = since_ms;
	OK(store_incident_put(k->st, &row, e));
	OK(store_tags_put(k->st, &row, &result, NOW, e));
	OK(reviews_refresh(k->r, id, e));
	return id;
}

static const struct rules_tag fuel_alert[] = {
	{ .theme = STR_LIT("fuel"), .level = RULES_ALERT, .score = 70 }
};
static const struct rules_tag fuel_review[] = {
	{ .theme = STR_LIT("fuel"), .level = RULES_REVIEW, .score = 40 }
};
static const struct rules_tag two[] = {
	{ .theme = STR_LIT("equine"), .level = RULES_REVIEW, .score = 40 },
	{ .theme = STR_LIT("fuel"), .level = RULES_ALERT, .score = 70 },
};

static void
say(void *user, const struct review_item *item)
{
	struct kit *k = user;

	buf_addf(&k->said, "%.*s(%.*s)%s ", STR_ARG(item->ref),
	    STR_ARG(item->themes), item->has_changed ? "!" : "");
}

/* What a filter lists, and that as many are counted. */
static const char *
list(struct kit *k, struct review_filter f)
{
	int64_t count = -1, oldest_ms = 0, listed = 0;

	f.after_rank = -1;
	f.limit = 100;
	buf_reset(&k->said);
	buf_add_text(&k->said, "");
	buf_reserve(&k->said, 1);
	OK(reviews_queue(k->r, &f, say, k, e));
	for (size_t i = 0; i < k->said.len; i++)
		listed += k->said.p[i] == '(';
	OK(reviews_count(k->r, &f, &count, &oldest_ms, e));
	assert_int_equal(count, listed);
	assert_true((oldest_ms == CLOCK_NONE) == (count == 0));
	return k->said.len > 0 ? k->said.p : "";
}

static void
fill(struct kit *k)
{
	(void)add(k, "A", "Maldon", 300, fuel_alert, 1);
	(void)add(k, "B", "Maldon", 200, fuel_review, 1);
	(void)add(k, "C", "Harlow", 100, two, 2);
	(void)add(k, "D", NULL, 400, fuel_alert, 1);
}

static void
test_filters(void **state)
{
	struct kit *k = *state;

	fill(k);
	assert_string_equal(list(k, (struct review_filter){ 0 }),
	    "C(fuel,equine) A(fuel) D(fuel) B(fuel) ");
	assert_string_equal(
	    list(k, (struct review_filter){ .theme = str_of("equine") }),
	    "C(fuel,equine) ");
	assert_string_equal(
	    list(k, (struct review_filter){ .district = str_of("MALDON") }),
	    "A(fuel) B(fuel) ");
	assert_string_equal(
	    list(k, (struct review_filter){ .theme = str_of("equine"),
			.district = str_of("Maldon") }),
	    "");
	assert_string_equal(
	    list(k, (struct review_filter){ .level = RULES_REVIEW }),
	    "B(fuel) ");
	assert_string_equal(
	    list(k,
		(struct review_filter){
		    .level = RULES_ALERT, .from_ms = 200, .until_ms = 300 }),
	    "A(fuel) ");
	assert_string_equal(
	    list(k, (struct review_filter){ .in_progress = true }), "");
	run(k->st, "UPDATE incident SET in_progress = 1 WHERE ref = 'B'");
	OK(reviews_refresh(
	    k->r, ask(k->st, "SELECT id FROM incident WHERE ref = 'B'"), e));
	assert_string_equal(
	    list(k, (struct review_filter){ .in_progress = true }), "B(fuel) ");
}

/* What was seen is told from the messages, whatever the clock says. */
static void
test_what_was_looked_at(void **state)
{
	struct kit *k = *state;
	struct store_message msg = { .revision = INCIDENT_NO_NUMBER,
		.received_ms = NOW,
		.file = STR_LIT("a"),
		.line = 1,
		.bytes = STR_LIT("{}") };
	struct review_look look = { .at_ms = NOW };
	struct review_filter f = { .account_id = 1 };
	int64_t id = add(k, "A", "Maldon", 300, fuel_alert, 1);

	(void)add(k, "B", "Maldon", 200, fuel_review, 1);
	GIVES(store_message_add(k->st, id, &msg, e), 1);
	f.mark = REVIEW_NEVER;
	assert_string_equal(list(k, f), "A(fuel) B(fuel) ");
	OK(reviews_newest(k->r, id, &look.message_id, e));
	assert_int_equal(look.message_id, msg.id);
	OK(reviews_looked(k->r, 1, id, &look, e));
	assert_string_equal(list(k, f), "B(fuel) ");
	f.mark = REVIEW_CHANGED;
	assert_string_equal(list(k, f), "");
	/* The clock was set back by an hour; another message comes. */
	msg.received_ms = NOW - 3600000;
	msg.hash[0] = 1;
	GIVES(store_message_add(k->st, id, &msg, e), 1);
	assert_string_equal(list(k, f), "A(fuel)! ");
}

/* The same as the queue's rows, from what was taken, decided and promised. */
static void
assert_held(struct kit *k)
{
	assert_int_equal(
	    ask(k->st,
		"WITH has (incident_id, account_id) AS ("
		"SELECT t.incident_id, coalesce(a.id, 0) FROM taker t"
		" LEFT JOIN account a ON 'account:' || a.name = t.actor"
		" WHERE word = 1 AND ended_ms IS NULL UNION ALL"
		" SELECT incident_id, account_id FROM decision d WHERE id ="
		" (SELECT max(id) FROM decision WHERE undone_ms IS NULL"
		" AND incident_id = d.incident_id) UNION ALL"
		" SELECT incident_id, holder_id FROM followup"
		" WHERE ended_ms IS NULL AND holder_id > 0),"
		" want AS (SELECT account_id, incident_id FROM has UNION"
		" SELECT 0, incident_id FROM has)"
		" SELECT (SELECT count(*) FROM queue JOIN want"
		" USING (incident_id)) - (SELECT count(*) FROM queue_mine m"
		" JOIN queue q USING (incident_id, rank, since_ms) JOIN want"
		" USING (incident_id, account_id)) + 1000 * ("
		"(SELECT count(*) FROM queue JOIN want USING (incident_id))"
		" - (SELECT count(*) FROM queue_mine))"),
	    0);
}

/* What an account has, or nobody. */
static const char *
held(struct kit *k, enum review_who who, int64_t account_id)
{
	assert_held(k);
	return list(
	    k, (struct review_filter){ .who = who, .account_id = account_id });
}

static void
take(struct kit *k, int64_t id, const char *actor, const char *once)
{
	char text[256];

	(void)snprintf(text, sizeof text,
	    "INSERT INTO taker (incident_id, word, actor, at_ms, note, once,"
	    " told) VALUES (%d, 1, '%s', 1, '', '%s', 1)",
	    (int)id, actor, once);
	run(k->st, text);
}

/* Taken, by an account and by a link, and given up. */
static void
test_who_took_it(void **state)
{
	struct kit *k = *state;

	OK(accounts_add(
	    k->a, "patrol", ACCOUNT_OFFICER, "kept", NOW, "user:admin", e));
	fill(k);
	assert_string_equal(held(k, REVIEW_MINE, 1), "");
	assert_string_equal(held(k, REVIEW_NOBODY, 1),
	    "C(fuel,equine) A(fuel) D(fuel) B(fuel) ");
	take(k, 1, "account:patrol", "a");
	take(k, 4, "link:patrol", "b");
	assert_string_equal(held(k, REVIEW_MINE, 2), "A(fuel) ");
	assert_string_equal(held(k, REVIEW_MINE, 1), "");
	assert_string_equal(
	    held(k, REVIEW_NOBODY, 1), "C(fuel,equine) B(fuel) ");
	run(k->st, "INSERT INTO taker (incident_id, word, actor, at_ms, note,"
		   " once, told) VALUES (2, 4, 'account:patrol', 1, 'x', 'c',"
		   " 1)");
	assert_string_equal(held(k, REVIEW_MINE, 2), "A(fuel) ");
	/* It moves in the order, with whoever has it. */
	run(k->st, "UPDATE incident SET in_progress = 1 WHERE id = 1");
	OK(reviews_refresh(k->r, 1, e));
	take(k, 3, "account:patrol", "d");
	assert_string_equal(held(k, REVIEW_MINE, 2), "A(fuel) C(fuel,equine) ");
	run(k->st, "UPDATE taker SET ended_ms = 2 WHERE once IN ('a', 'b')");
	assert_string_equal(held(k, REVIEW_MINE, 2), "C(fuel,equine) ");
	assert_string_equal(
	    held(k, REVIEW_NOBODY, 1), "A(fuel) D(fuel) B(fuel) ");
}

/* One theme of two is decided: it waits for the other, and who did has it. */
static void
test_who_decided_last(void **state)
{
	struct kit *k = *state;
	char version[REVIEW_VERSION_MAX];
	struct review_wish wish = { .theme = STR_LIT("fuel"),
		.verdict = REVIEW_CONFIRMED };
	struct review_act act = { .incident_id = 3,
		.version = version,
		.wishes = &wish,
		.count = 1,
		.account_id = 1,
		.actor = "account:liaison",
		.note = STR_LIT(""),
		.now_ms = NOW };
	struct review_undo undo = {
		.account_id = 1, .actor = "account:liaison", .now_ms = NOW
	};
	int64_t id;

	fill(k);
	OK(reviews_version(k->r, 3, version, e));
	OK(undo.act_id = reviews_decide(k->r, &act, e));
	assert_string_equal(held(k, REVIEW_MINE, 1), "C(equine) ");
	assert_string_equal(
	    held(k, REVIEW_NOBODY, 1), "A(fuel) D(fuel) B(fuel) ");
	/* Somebody else's later one counts, until it is undone. */
	OK(accounts_add(
	    k->a, "second", ACCOUNT_REVIEWER, "kept", NOW, "user:admin", e));
	run(k->st,
	    "INSERT INTO decision (incident_id, act_id, theme, verdict, at_ms,"
	    " account_id, note) VALUES (3, 99, 'livestock', 3, 1, 2, '')");
	assert_string_equal(held(k, REVIEW_MINE, 1), "");
	assert_string_equal(held(k, REVIEW_MINE, 2), "C(equine) ");
	run(k->st, "UPDATE decision SET undone_ms = 2, undone_by = 2"
		   " WHERE act_id = 99");
	assert_string_equal(held(k, REVIEW_MINE, 1), "C(equine) ");
	GIVES(reviews_undo(k->r, &undo, &id, e), 1);
	assert_string_equal(held(k, REVIEW_MINE, 1), "");
	/* All of it is decided: it waits no more, and nobody is left there. */
	run(k->st, "DELETE FROM tag WHERE incident_id = 3");
	OK(reviews_refresh(k->r, 3, e));
	assert_held(k);
}

/* A follow-up that is open is of whoever is to see to it. */
static void
test_who_promised(void **state)
{
	struct kit *k = *state;
	struct review_filter f = { .who = REVIEW_MINE, .account_id = 1 };

	fill(k);
	run(k->st,
	    "INSERT INTO followup (id, incident_id, kind, made_ms, note,"
	    " due_ms, falls_to, holder_id, last_line) VALUES"
	    " (1, 1, 1, 1, '', 9, 1, 1, 1), (2, 2, 1, 1, '', 9, 1, 1, 1),"
	    " (3, 3, 1, 1, '', 9, 1, NULL, 1)");
	assert_string_equal(held(k, REVIEW_MINE, 1), "A(fuel) B(fuel) ");
	assert_string_equal(
	    held(k, REVIEW_NOBODY, 1), "C(fuel,equine) D(fuel) ");
	/* Whoever has it and takes it besides has it once. */
	take(k, 2, "account:liaison", "a");
	assert_string_equal(held(k, REVIEW_MINE, 1), "A(fuel) B(fuel) ");
	run(k->st, "UPDATE followup SET holder_id = NULL WHERE id = 1;"
		   "UPDATE followup SET holder_id = 1 WHERE id = 3");
	assert_string_equal(held(k, REVIEW_MINE, 1), "C(fuel,equine) B(fuel) ");
	/* With all that the queue can be narrowed by besides. */
	f.theme = str_of("equine");
	assert_string_equal(list(k, f), "C(fuel,equine) ");
	f.district = str_of("maldon");
	assert_string_equal(list(k, f), "");
	f.theme = str_of("fuel");
	assert_string_equal(list(k, f), "B(fuel) ");
	f.level = RULES_REVIEW;
	f.mark = REVIEW_NEVER;
	assert_string_equal(list(k, f), "B(fuel) ");
	f = (struct review_filter){
		.who = REVIEW_NOBODY, .account_id = 1, .theme = STR_LIT("fuel")
	};
	assert_string_equal(list(k, f), "A(fuel) D(fuel) ");
	f.district = str_of("Maldon");
	assert_string_equal(list(k, f), "A(fuel) ");
	f.mark = REVIEW_NEVER;
	assert_string_equal(list(k, f), "A(fuel) ");
	f.theme = (struct str){ 0 };
	assert_string_equal(list(k, f), "A(fuel) ");
	f.mark = REVIEW_ANY;
	assert_string_equal(list(k, f), "A(fuel) ");
	run(k->st, "UPDATE followup SET ended_ms = 3 WHERE id = 2;"
		   "UPDATE taker SET ended_ms = 3;"
		   "DELETE FROM followup WHERE incident_id = 1;"
		   "DELETE FROM tag WHERE incident_id = 1;"
		   "DELETE FROM incident WHERE id = 1");
	assert_string_equal(held(k, REVIEW_MINE, 1), "C(fuel,equine) ");
}

/* A page behind a place of what one has, and of what nobody has. */
static void
test_pages_of_who_has_it(void **state)
{
	struct kit *k = *state;
	struct review_filter f = { .who = REVIEW_MINE,
		.account_id = 1,
		.after_rank = -1,
		.limit = 1 };

	fill(k);
	take(k, 1, "account:liaison", "a");
	take(k, 2, "account:liaison", "b");
	for (int i = 0; i < 2; i++) {
		static const char *const first[] = { "A(fuel) ",
			"C(fuel,equine) " };
		static const char *const rest[] = { "B(fuel) ", "D(fuel) " };

		f.who = i == 0 ? REVIEW_MINE : REVIEW_NOBODY;
		f.after_rank = -1;
		f.limit = 1;
		buf_reset(&k->said);
		OK(reviews_queue(k->r, &f, say, k, e));
		assert_string_equal(k->said.p, first[i]);
		f.after_rank = 1;
		f.after_since_ms = i == 0 ? 300 : 100;
		f.after_id = i == 0 ? 1 : 3;
		f.limit = 100;
		buf_reset(&k->said);
		OK(reviews_queue(k->r, &f, say, k, e));
		assert_string_equal(k->said.p, rest[i]);
	}
}

static int64_t
sum(struct kit *k)
{
	return ask(k->st,
	    "SELECT count(*) FROM (SELECT theme, district, rank, count FROM"
	    " queue_tally WHERE count <> 0 EXCEPT SELECT * FROM ("
	    " SELECT '' AS theme, coalesce(district, ''), rank, count(*)"
	    " FROM queue GROUP BY 1, 2, 3 UNION ALL"
	    " SELECT theme, coalesce(district, ''), rank, count(*)"
	    " FROM queue_theme GROUP BY 1, 2, 3))");
}

/* The tally is right however a row comes, moves and goes. */
static void
test_the_tally(void **state)
{
	struct kit *k = *state;
	struct store_incident row;
	const struct rules_result none = { .basis = "none" };
	int64_t id;

	fill(k);
	assert_int_equal(sum(k), 0);
	id = ask(k->st, "SELECT id FROM incident WHERE ref = 'C'");
	run(k->st, "UPDATE incident SET district = 'Maldon', in_progress = 1"
		   " WHERE ref = 'C'");
	OK(reviews_refresh(k->r, id, e));
	assert_int_equal(sum(k), 0);
	assert_int_equal(ask(k->st, "SELECT count FROM queue_tally WHERE"
				    " theme = 'equine' AND rank = 0"),
	    1);
	GIVES(store_incident_find_id(k->st, id, k->arena, &row, e), 1);
	OK(store_tags_put(k->st, &row, &none, NOW, e));
	OK(reviews_refresh(k->r, id, e));
	assert_int_equal(sum(k), 0);
	/* Erased: its rows go with it. */
	run(k->st, "DELETE FROM tag WHERE incident_id = 1;"
		   "DELETE FROM incident WHERE id = 1");
	assert_int_equal(sum(k), 0);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM queue"), 2);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM queue_theme"), 2);
}

/* A list is read from an index in its order, and nothing is sorted. */
static void
test_plans(void **state)
{
	struct kit *k = *state;

	for (size_t i = REVIEWS_Q_TALLY; i < REVIEWS_Q_COUNT; i++) {
		struct buf text = { 0 };
		struct db_stmt *q = NULL;

		buf_addf(&text, "EXPLAIN QUERY PLAN %s", sql[i]);
		OK(db_prepare(store_db(k->st), text.p, &q, e));
		for (;;) {
			struct err e = { 0 };
			int more = db_step(q, &e);
			struct str line = db_col_text(q, 3);

			if (more <= 0)
				break;
			if (memmem(line.p, line.len, "TEMP B-TREE", 11) ||
			    (line.len > 4 && memcmp(line.p, "SCAN", 4) == 0))
				fail_msg("%s\n%.*s", sql[i], STR_ARG(line));
		}
		db_finish(&q);
		buf_clear(&text);
	}
}

/* What waited before the step that made these tables is in them. */
static void
test_upgrade(void **state)
{
	char path[256];
	struct kit k;
	struct buf before = { 0 };

	(void)snprintf(
	    path, sizeof path, "%s/buzzard.db", (const char *)*state);
	open_kit(&k, path);
	OK(accounts_add(
	    k.a, "liaison", ACCOUNT_REVIEWER, "kept", NOW, "user:admin", e));
	fill(&k);
	buf_add_text(&before, list(&k, (struct review_filter){ 0 }));
	run(k.st,
	    "CREATE TABLE was AS SELECT * FROM queue;"
	    "DROP TRIGGER queue_tally_add; DROP TRIGGER queue_tally_remove;"
	    "DROP TRIGGER queue_tally_move; DROP TRIGGER queue_theme_tally_add;"
	    "DROP TRIGGER queue_theme_tally_remove; DROP TABLE queue_tally;"
	    "DROP TABLE queue_theme; DROP TABLE queue; DROP TABLE looked;"
	    "CREATE TABLE queue (incident_id INTEGER PRIMARY KEY"
	    " REFERENCES incident(id) ON DELETE CASCADE,"
	    " rank INTEGER NOT NULL, since_ms INTEGER NOT NULL) STRICT;"
	    "CREATE INDEX queue_order ON queue (rank, since_ms, incident_id);"
	    "INSERT INTO queue SELECT incident_id, rank, since_ms FROM was;"
	    "CREATE TABLE looked (account_id INTEGER NOT NULL,"
	    " incident_id INTEGER NOT NULL, at_ms INTEGER NOT NULL,"
	    " PRIMARY KEY (account_id, incident_id)) STRICT, WITHOUT ROWID;"
	    "INSERT INTO message (incident_id, hash, received_ms, line, bytes)"
	    " VALUES (1, zeroblob(32), 5, 1, x'00'),"
	    " (1, randomblob(32), 9, 1, x'00');"
	    "INSERT INTO looked VALUES (1, 1, 7)");
	for (size_t i = 0, count; i < SCHEMA_PARTS_MAX; i++) {
		const struct schema_step *steps = schema_steps(&count);

		for (size_t s = 0; s < count; s++)
			if (steps[s].sql[1] &&
			    strstr(steps[s].sql[1], "queue_tally"))
				run(k.st, steps[s].sql[i]);
	}
	assert_string_equal(list(&k, (struct review_filter){ 0 }), before.p);
	assert_int_equal(sum(&k), 0);
	assert_int_equal(ask(k.st, "SELECT count(*) FROM queue q JOIN was w"
				   " USING (incident_id) WHERE (q.district,"
				   " q.themes, q.why) IS NOT (w.district,"
				   " w.themes, w.why)"),
	    0);
	assert_int_equal(ask(k.st, "SELECT message_id FROM looked"),
	    ask(k.st, "SELECT min(id) FROM message"));
	buf_clear(&before);
	close_kit(&k);
}

/* What somebody has before the step that lists it is in its list. */
static void
test_upgrade_finds_who_has_it(void **state)
{
	struct kit *k = *state;
	size_t count, step = 0;
	const struct schema_step *steps = schema_steps(&count);

	fill(k);
	take(k, 1, "account:liaison", "a");
	run(k->st, "INSERT INTO decision (incident_id, act_id, theme, verdict,"
		   " at_ms, account_id, note) VALUES"
		   " (3, 99, 'livestock', 3, 1, 1, '')");
	run(k->st,
	    "DROP TRIGGER queue_mine_waits; DROP TRIGGER queue_mine_moves;"
	    "DROP TRIGGER queue_mine_taken; DROP TRIGGER queue_mine_released;"
	    "DROP TRIGGER queue_mine_decided; DROP TRIGGER queue_mine_undone;"
	    "DROP TRIGGER queue_mine_promised; DROP TRIGGER queue_mine_given;"
	    "DROP VIEW queue_mine_of; DROP TABLE queue_mine");
	while (step < count && (!steps[step].sql[0] ||
				   !strstr(steps[step].sql[0], "queue_mine")))
		step++;
	assert_true(step < count);
	for (size_t i = 0; i < SCHEMA_PARTS_MAX; i++)
		if (steps[step].sql[i])
			run(k->st, steps[step].sql[i]);
	assert_string_equal(held(k, REVIEW_MINE, 1), "C(fuel,equine) A(fuel) ");
	assert_int_equal(sum(k), 0);
}

#define KIT(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT(test_filters),
		KIT(test_what_was_looked_at),
		KIT(test_who_took_it),
		KIT(test_who_decided_last),
		KIT(test_who_promised),
		KIT(test_pages_of_who_has_it),
		KIT(test_the_tally),
		KIT(test_plans),
		KIT(test_upgrade_finds_who_has_it),
		cmocka_unit_test_setup_teardown(
		    test_upgrade, make_folder, remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
