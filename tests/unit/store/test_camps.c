/* The register of encampments: lines, corrections, deadlines, incidents. */
#include "tests/unit/store/storekit.h"

/* Its questions are held against the plans made for them. */
#include "agent/store/camps.c" // NOLINT(bugprone-suspicious-include)

#include "agent/store/accounts.h"
#include "agent/store/camps.h"

#define NOW  INT64_C(1800000000000)
#define HOUR INT64_C(3600000)
#define DAY  (24 * HOUR)

#define PLACE "{\"place\":\"Long Meadow\",\"land\":\"farm\"}"

struct kit {
	struct store *st;
	struct accounts *a;
	struct camps *c;
	struct arena *arena;
	int64_t incident, second, camp;
};

static int64_t
add_placed(struct kit *k, const char *ref, int64_t opened_ms)
{
	int64_t id = add_incident(k->st, ref);
	struct arena *arena = arena_new();
	struct store_incident row;

	GIVES(store_incident_find_id(k->st, id, arena, &row, e), 1);
	row.opened_ms = opened_ms;
	row.place.lat = 51.9;
	row.place.lon = 0.45;
	OK(store_incident_put(k->st, &row, e));
	arena_free(&arena);
	return id;
}

static int64_t
begin(struct kit *k, int64_t incident)
{
	const struct campcount_rule rule = { 7, 500 };
	const struct camp_opening o = { .incident_id = incident,
		.body = str_of(PLACE),
		.rule = &rule,
		.account_id = 1,
		.now_ms = NOW };
	int64_t id = -1;

	OK(id = camps_begin(k->c, &o, e));
	return id;
}

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof *k);

	assert_non_null(k);
	k->st = open_store(":memory:");
	k->arena = arena_new();
	OK(accounts_open(k->st, &k->a, e));
	OK(camps_open(store_db(k->st), &k->c, e));
	OK(store_begin(k->st, e));
	OK(accounts_add(
	    k->a, "liaison", ACCOUNT_REVIEWER, "kept", NOW, "user:admin", e));
	k->incident = add_placed(k, "R-1", NOW - 4 * DAY);
	k->second = add_placed(k, "R-2", NOW - 5 * DAY);
	k->camp = begin(k, k->incident);
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;

	store_rollback(k->st);
	camps_close(&k->c);
	camps_close(&k->c);
	accounts_close(&k->a);
	store_close(&k->st);
	arena_free(&k->arena);
	free(k);
	return 0;
}

static struct camp
find(struct kit *k)
{
	struct camp camp = { 0 };

	GIVES(camps_find(k->c, k->camp, k->arena, &camp, e), 1);
	return camp;
}

/* A line of that kind and body, as of the version that stands. */
static struct camp_entry
entry(struct kit *k, enum campword_kind kind, const char *body, int64_t at_ms)
{
	return (struct camp_entry){ .camp_id = k->camp,
		.turns = find(k).turns,
		.kind = kind,
		.at_ms = at_ms,
		.body = str_of(body),
		.account_id = 1,
		.now_ms = NOW };
}

static int64_t
add(struct kit *k, enum campword_kind kind, const char *body, int64_t at_ms)
{
	const struct camp_entry w = entry(k, kind, body, at_ms);
	int64_t id = -1;

	OK(id = camps_add(k->c, &w, e));
	assert_true(id > 0);
	return id;
}

static void
refused(struct kit *k, struct camp_entry w, const char *words)
{
	struct err e = { 0 };

	w.turns = find(k).turns;
	assert_int_equal(camps_add(k->c, &w, &e), -1);
	assert_int_equal(e.code, ERR_INVALID);
	if (!strstr(e.msg, words))
		fail_msg("%s", e.msg);
}

static void
test_an_entry_keeps_its_rule(void **state)
{
	struct kit *k = *state;
	struct camp c = find(k);

	assert_true(str_is(c.place, "Long Meadow"));
	assert_int_equal(c.span.reported_ms, NOW - 4 * DAY);
	assert_int_equal(c.rule.return_days, 7);
	assert_int_equal(c.rule_version, CAMPCOUNT_VERSION);
	assert_non_null(strstr(c.rule_text.p, "within 7 days of leaving"));
	assert_int_equal(c.caravans_most, -1);
	assert_int_equal(
	    camps_of_incident(k->c, k->incident, &(struct err){ 0 }), k->camp);
}

static void
test_the_most_is_of_visits_that_stand(void **state)
{
	struct kit *k = *state;
	struct camp_entry w;
	int64_t wrong;

	add(k, CAMP_VISIT, "{\"unit\":\"A\",\"tents\":3}", NOW - 3 * DAY);
	assert_int_equal(find(k).vehicles_most, -1);
	wrong = add(k, CAMP_VISIT,
	    "{\"unit\":\"A\",\"caravans\":80,\"vans\":2}", NOW - 3 * DAY);
	add(k, CAMP_VISIT,
	    "{\"unit\":\"A\",\"caravans\":5,\"cars\":4,\"other\":1}",
	    NOW - 2 * DAY);
	assert_int_equal(find(k).caravans_most, 80);
	w = entry(k, CAMP_VISIT, "{\"unit\":\"A\",\"caravans\":8,\"vans\":1}",
	    NOW - 3 * DAY);
	w.corrects_id = wrong;
	OK(camps_add(k->c, &w, e));
	assert_int_equal(find(k).caravans_most, 8);
	assert_int_equal(find(k).vehicles_most, 10);
	assert_int_equal(find(k).visits, 3);
	assert_int_equal(find(k).visited_ms, NOW - 2 * DAY);
}

static void
test_lines_are_corrected_once(void **state)
{
	struct kit *k = *state;
	int64_t line =
	    add(k, CAMP_STEP, "{\"who\":\"owner\",\"what\":\"asked\"}", NOW);
	struct camp_entry w = entry(k, CAMP_VISIT, "{\"unit\":\"A\"}", NOW);

	w.corrects_id = line;
	refused(k, w, "one of its own kind");
	w.kind = CAMP_WITHDRAWN;
	w.body = str_of("{\"reason\":\"mistake\"}");
	w.corrects_id = 1;
	refused(k, w, "can be corrected and not be taken out");
	w.corrects_id = 0;
	refused(k, w, "Choose the line");
	w.corrects_id = line;
	w.turns = find(k).turns;
	OK(camps_add(k->c, &w, e));
	refused(k, w, "does not stand any more");
	w.corrects_id = 999;
	refused(k, w, "does not stand any more");
}

static void
count_due(void *user, const struct camp_due *due)
{
	int64_t *sum = user;

	*sum += due->line_id;
	assert_true(str_is(due->place, "Long Meadow"));
}

static int64_t
due(struct kit *k, int64_t until_ms)
{
	int64_t sum = 0;

	OK(camps_due(k->c, until_ms, 10, count_due, &sum, e));
	return sum;
}

static void
test_deadlines(void **state)
{
	struct kit *k = *state;
	int64_t first =
	    add(k, CAMP_DEADLINE, "{\"what\":\"leave\"}", NOW - HOUR);
	int64_t later =
	    add(k, CAMP_DEADLINE, "{\"what\":\"visit\"}", NOW + DAY);
	struct camp_entry w = entry(k, CAMP_MET, "{\"outcome\":\"met\"}", NOW);
	int64_t met = -1;

	assert_int_equal(due(k, NOW), first);
	assert_int_equal(due(k, NOW + DAY), first + later);
	assert_int_equal(find(k).due_ms, NOW - HOUR);
	refused(k, w, "not due any more");
	w.refers_id = 1;
	refused(k, w, "not due any more");
	w.refers_id = first;
	w.turns = find(k).turns;
	OK(met = camps_add(k->c, &w, e));
	assert_int_equal(due(k, NOW + DAY), later);
	refused(k, w, "not due any more");
	/* Taken out again, it is due. */
	w = entry(k, CAMP_WITHDRAWN, "{\"reason\":\"mistake\"}", NOW);
	w.corrects_id = met;
	OK(camps_add(k->c, &w, e));
	assert_int_equal(due(k, NOW + DAY), first + later);
	/* Nothing is due of what is closed. */
	add(k, CAMP_CLOSED, "{\"outcome\":\"left\",\"site\":\"clear\"}", NOW);
	assert_int_equal(due(k, NOW + DAY), 0);
	add(k, CAMP_REOPENED, "{\"reason\":\"mistake\"}", NOW);
	assert_int_equal(due(k, NOW + DAY), first + later);
}

static void
test_closing_and_coming_back(void **state)
{
	struct kit *k = *state;
	struct camp_entry w = entry(k, CAMP_CLOSED,
	    "{\"outcome\":\"direction\",\"site\":\"clear\"}", NOW - 5 * DAY);
	struct campcount_span back;
	int64_t closing;

	refused(k, w, "before the first report");
	w.at_ms = NOW + DAY;
	refused(k, w, "has not come yet");
	w.kind = CAMP_REOPENED;
	w.at_ms = NOW;
	refused(k, w, "open already");
	closing = add(k, CAMP_CLOSED,
	    "{\"outcome\":\"direction\",\"site\":\"clear\"}", NOW - 3 * DAY);
	assert_true(str_is(find(k).span.outcome, "direction"));
	refused(k, entry(k, CAMP_VISIT, "{\"unit\":\"A\"}", NOW), "is closed");
	w = entry(k, CAMP_WITHDRAWN, "{\"reason\":\"mistake\"}", NOW);
	w.corrects_id = closing;
	refused(k, w, "mended by reopening");
	refused(k,
	    entry(k, CAMP_REOPENED, "{\"reason\":\"returned\"}",
		NOW - 3 * DAY - 1),
	    "before they had left");
	/* What stands can be corrected all the same. */
	w = entry(
	    k, CAMP_PLACE, "{\"place\":\"Low Meadow\",\"land\":\"farm\"}", NOW);
	w.corrects_id = 1;
	OK(camps_add(k->c, &w, e));
	assert_true(str_is(find(k).place, "Low Meadow"));
	add(k, CAMP_REOPENED, "{\"reason\":\"returned\"}", NOW - DAY);
	assert_int_equal(find(k).span.left_ms, CLOCK_NONE);
	assert_int_equal(find(k).span.away_ms, 2 * DAY);
	back = find(k).span;
	assert_int_equal(campcount_days(&back, NOW), 2);
}

static void
test_a_version_is_seen_once(void **state)
{
	struct kit *k = *state;
	const struct camp_entry w =
	    entry(k, CAMP_WELFARE, "{\"made\":\"yes\"}", NOW);
	struct camp_entry none = w;

	OK(camps_add(k->c, &w, e));
	GIVES((int)camps_add(k->c, &w, e), 0);
	GIVES(camps_join(k->c, k->camp, w.turns, k->second, 1, NOW, e), 0);
	none.camp_id = 99;
	GIVES((int)camps_add(k->c, &none, e), 0);
}

static void
test_incidents(void **state)
{
	struct kit *k = *state;

	FAILS(camps_part(k->c, k->camp, find(k).turns, k->incident, 1, NOW, e),
	    ERR_INVALID, "only incident");
	GIVES(
	    camps_join(k->c, k->camp, find(k).turns, k->second, 1, NOW, e), 1);
	/* The earlier report is the first. */
	assert_int_equal(find(k).span.reported_ms, NOW - 5 * DAY);
	FAILS(camps_join(k->c, k->camp, find(k).turns, k->second, 1, NOW, e),
	    ERR_INVALID, "already");
	GIVES(camps_part(k->c, k->camp, find(k).turns, k->incident, 1, NOW, e),
	    1);
	assert_int_equal(
	    camps_of_incident(k->c, k->incident, &(struct err){ 0 }), 0);
	/* It goes with the last that belongs to it. */
	OK(db_exec(store_db(k->st),
	    "DELETE FROM message; DELETE FROM incident WHERE ref = 'R-2'", e));
	assert_int_equal(ask(k->st, "SELECT count(*) FROM camp"), 0);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM camp_line"), 0);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM camp_incident"), 0);
}

static void
count_camp(void *user, const struct camp *camp)
{
	size_t *n = user;

	assert_true(camp->id > 0);
	(*n)++;
}

static size_t
near(struct kit *k, double lat, int64_t since_ms)
{
	const struct camp_near place = { lat, 0.45, 500, since_ms };
	size_t n = 0;

	OK(camps_near(k->c, &place, count_camp, &n, e));
	return n;
}

static size_t
list(struct kit *k, enum camp_state which, const char *land)
{
	const struct camp_filter f = {
		.state = which, .land = str_of(land), .limit = 10
	};
	size_t n = 0;

	OK(camps_list(k->c, &f, count_camp, &n, e));
	return n;
}

static void
test_lists(void **state)
{
	struct kit *k = *state;

	assert_int_equal(near(k, 51.9, NOW), 1);
	assert_int_equal(near(k, 51.91, NOW), 0);
	assert_int_equal(list(k, CAMP_STATE_OPEN, NULL), 1);
	assert_int_equal(list(k, CAMP_STATE_CLOSED, NULL), 0);
	add(k, CAMP_CLOSED, "{\"outcome\":\"left\",\"site\":\"clear\"}",
	    NOW - DAY);
	assert_int_equal(list(k, CAMP_STATE_CLOSED, NULL), 1);
	assert_int_equal(list(k, CAMP_STATE_ALL, "farm"), 1);
	assert_int_equal(list(k, CAMP_STATE_ALL, "highway"), 0);
	assert_int_equal(near(k, 51.9, NOW - DAY), 1);
	assert_int_equal(near(k, 51.9, NOW), 0);
}

/*
 * No question reads a whole table, and no list is sorted: but the feeds,
 * which are few, and the entries near one place.
 */
static void
test_plans(void **state)
{
	struct kit *k = *state;

	for (size_t i = 0; i < ST_COUNT; i++) {
		struct buf text = { 0 };
		struct db_stmt *plan = NULL;
		struct err e = { 0 };

		buf_addf(&text, "EXPLAIN QUERY PLAN %s", sql[i]);
		if (db_prepare(store_db(k->st), text.p, &plan, &e) < 0)
			fail_msg("%s", e.msg);
		while (db_step(plan, &e) > 0) {
			struct str line = db_col_text(plan, 3);

			if ((str_has_prefix(line, "SCAN") &&
				!str_is(line, "SCAN f")) ||
			    (memmem(line.p, line.len, "TEMP B-TREE", 11) &&
				i != ST_NEAR))
				fail_msg("%s\n%.*s", sql[i], STR_ARG(line));
		}
		db_finish(&plan);
		buf_clear(&text);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_an_entry_keeps_its_rule),
		TEST(test_the_most_is_of_visits_that_stand),
		TEST(test_lines_are_corrected_once),
		TEST(test_deadlines),
		TEST(test_closing_and_coming_back),
		TEST(test_a_version_is_seen_once),
		TEST(test_incidents),
		TEST(test_lists),
		TEST(test_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
