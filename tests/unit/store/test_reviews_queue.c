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

#define KIT(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT(test_filters),
		KIT(test_what_was_looked_at),
		KIT(test_the_tally),
		KIT(test_plans),
		cmocka_unit_test_setup_teardown(
		    test_upgrade, make_folder, remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
