/* Fly-tipping: records that take each other's place, lists, figures. */
#include "tests/unit/store/storekit.h"

/* Its questions are held against the plans made for them. */
#include "agent/store/tippings.c" // NOLINT(bugprone-suspicious-include)

#include "agent/store/accounts.h"
#include "agent/store/tippings.h"

#define BODY(size, waste, more)                                                 \
	"{\"size\":\"" size "\",\"waste\":\"" waste                             \
	"\",\"land\":\"farm\",\"witnessed\":\"no\",\"evidence\":\"found\"" more \
	"}"
#define PLAIN    BODY("van", "tyres", "")
#define REFERRED BODY("tipper", "tyres", ",\"referred\":\"district\"")

struct kit {
	struct store *st;
	struct accounts *a;
	struct tippings *t;
	struct arena *arena;
	int64_t now_ms;
};

static int64_t
at(const char *text)
{
	int64_t ms = 0;

	assert_true(clock_parse(str_of(text), &ms));
	return ms;
}

static int64_t
add_opened(struct kit *k, const char *ref, const char *opened)
{
	int64_t id = add_incident(k->st, ref);
	struct arena *arena = arena_new();
	struct store_incident row;

	GIVES(store_incident_find_id(k->st, id, arena, &row, e), 1);
	row.opened_ms = at(opened);
	OK(store_incident_put(k->st, &row, e));
	arena_free(&arena);
	return id;
}

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof *k);

	assert_non_null(k);
	k->st = open_store(":memory:");
	k->arena = arena_new();
	k->now_ms = at("2026-02-15T12:00:00Z");
	OK(accounts_open(k->st, &k->a, e));
	OK(tippings_open(store_db(k->st), &k->t, e));
	OK(store_begin(k->st, e));
	OK(accounts_add(k->a, "liaison", ACCOUNT_REVIEWER, "kept", k->now_ms,
	    "user:admin", e));
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;

	store_rollback(k->st);
	tippings_close(&k->t);
	tippings_close(&k->t);
	accounts_close(&k->a);
	store_close(&k->st);
	arena_free(&k->arena);
	free(k);
	return 0;
}

static struct tipping_entry
entry(struct kit *k, int64_t incident, int64_t seen, const char *body)
{
	return (struct tipping_entry){ .incident_id = incident,
		.seen_id = seen,
		.body = str_of(body),
		.referred_ms = CLOCK_NONE,
		.cleared_ms = CLOCK_NONE,
		.account_id = 1,
		.now_ms = k->now_ms };
}

static int64_t
put(struct kit *k, int64_t incident, int64_t seen, const char *body)
{
	const struct tipping_entry w = entry(k, incident, seen, body);
	int64_t id = -1;

	OK(id = tippings_put(k->t, &w, e));
	return id;
}

static void
test_one_takes_the_place_of_another(void **state)
{
	struct kit *k = *state;
	int64_t incident = add_opened(k, "R-1", "2026-02-01T10:00:00Z");
	struct tipping r = { 0 };
	int64_t first, second;

	GIVES(tippings_find(k->t, incident, k->arena, &r, e), 0);
	first = put(k, incident, 0, PLAIN);
	assert_true(first > 0);
	/* Somebody who saw none is too late. */
	assert_int_equal(put(k, incident, 0, PLAIN), 0);
	second = put(k, incident, first, BODY("multi", "asbestos", ""));
	assert_true(second > first);
	GIVES(tippings_find(k->t, incident, k->arena, &r, e), 1);
	assert_int_equal(r.id, second);
	assert_true(str_is(r.size, "multi"));
	assert_true(str_is(r.ref, "R-1"));
	assert_false(str_is_given(r.referred));
	assert_int_equal(ask(k->st, "SELECT count(*) FROM tipping"), 2);
	OK(db_exec(store_db(k->st), "DELETE FROM incident", e));
	assert_int_equal(ask(k->st, "SELECT count(*) FROM tipping"), 0);
}

static void
test_times(void **state)
{
	struct kit *k = *state;
	int64_t incident = add_opened(k, "R-1", "2026-02-01T10:00:00Z");
	struct tipping_entry w = entry(k, incident, 0, REFERRED);

	FAILS((int)tippings_put(k->t, &w, e), ERR_INVALID, "when it was");
	w.referred_ms = k->now_ms + 86400000;
	FAILS((int)tippings_put(k->t, &w, e), ERR_INVALID, "not come yet");
	w.referred_ms = k->now_ms;
	w.cleared_ms = k->now_ms + 86400000;
	FAILS((int)tippings_put(k->t, &w, e), ERR_INVALID, "not come yet");
	w.cleared_ms = k->now_ms;
	OK(tippings_put(k->t, &w, e));
	w.body = str_of(PLAIN);
	FAILS((int)tippings_put(k->t, &w, e), ERR_INVALID, "to whom");
}

static void
count_row(void *user, const struct tipping *r)
{
	int64_t *last = user;

	/* The incident opened last comes first. */
	assert_true(r->opened_ms <= last[1]);
	last[0]++;
	last[1] = r->opened_ms;
	last[2] = r->id;
}

static int64_t
list(struct kit *k, struct tipping_filter f, int64_t last[3])
{
	last[0] = 0;
	last[1] = INT64_MAX;
	if (f.to_ms == 0) {
		f.from_ms = INT64_MIN;
		f.to_ms = INT64_MAX;
	}
	f.limit = f.limit ? f.limit : 10;
	OK(tippings_list(k->t, &f, count_row, last, e));
	return last[0];
}

static void
test_lists_and_figures(void **state)
{
	struct kit *k = *state;
	struct tipping_filter month = { 0 };
	struct tipping_month m[3];
	int64_t last[3];

	put(k, add_opened(k, "R-1", "2026-01-31T23:59:59Z"), 0, PLAIN);
	put(k, add_opened(k, "R-2", "2026-02-01T00:00:00Z"), 0, PLAIN);
	put(k, add_opened(k, "R-3", "2026-02-02T00:00:00Z"), 0,
	    BODY("multi", "asbestos", ""));
	assert_int_equal(list(k, (struct tipping_filter){ 0 }, last), 3);
	assert_int_equal(
	    list(k, (struct tipping_filter){ .size = str_of("van") }, last), 2);
	assert_int_equal(
	    list(k, (struct tipping_filter){ .waste = str_of("asbestos") },
		last),
	    1);
	assert_int_equal(
	    list(k, (struct tipping_filter){ .land = str_of("water") }, last),
	    0);
	assert_true(tippings_read_month(
	    str_of("2026-02"), &month.from_ms, &month.to_ms));
	assert_int_equal(list(k, month, last), 2);
	/* Page by page. */
	assert_int_equal(
	    list(k, (struct tipping_filter){ .limit = 2 }, last), 2);
	assert_int_equal(list(k,
			     (struct tipping_filter){
				 .after_ms = last[1], .after_id = last[2] },
			     last),
	    1);
	OK(tippings_months(k->t, m, 3, k->now_ms, e));
	assert_int_equal(m[0].recorded, 0);
	assert_int_equal(m[1].recorded, 1);
	assert_int_equal(m[2].recorded, 2);
	assert_int_equal(m[2].evidence, 2);
	assert_int_equal(m[2].witnessed, 0);
	assert_int_equal(m[2].sizes[3], 1);
	assert_int_equal(m[2].sizes[6], 1);
}

static void
test_months_are_read(void **state)
{
	static const char *const bad[] = { "", "2026", "2026-13", "2026-00",
		"26-11-01", "2026/11", "2O26-11", "2026-1", "2026-111",
		"0000-11", "9999-11" };
	int64_t from_ms = 0, to_ms = 0;

	(void)state;
	for (size_t i = 0; i < LENGTH(bad); i++)
		assert_false(
		    tippings_read_month(str_of(bad[i]), &from_ms, &to_ms));
	assert_true(tippings_read_month(str_of("2026-07"), &from_ms, &to_ms));
	assert_int_equal(from_ms, at("2026-06-30T23:00:00Z"));
	assert_int_equal(to_ms, at("2026-07-31T23:00:00Z"));
	assert_true(tippings_read_month(str_of("2025-12"), &from_ms, &to_ms));
	assert_int_equal(to_ms, at("2026-01-01T00:00:00Z"));
}

/* No question reads a whole table, and no list is sorted. */
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

			if (str_has_prefix(line, "SCAN") ||
			    memmem(line.p, line.len, "TEMP B-TREE", 11))
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
		TEST(test_one_takes_the_place_of_another),
		TEST(test_times),
		TEST(test_lists_and_figures),
		TEST(test_plans),
		cmocka_unit_test(test_months_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
