/* What is in a piece of the map and a time, and what stands of it. */
#include "tests/unit/store/storekit.h"

#include "agent/base/random.h"
#include "agent/store/mapstore.h"

#define NOW INT64_C(1800000000000)

struct kit {
	struct store *st;
	struct mapstore *m;
	struct arena *arena;
};

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof *k);

	assert_non_null(k);
	k->st = open_store(":memory:");
	k->arena = arena_new();
	OK(mapstore_open(k->st, &k->m, e));
	OK(store_begin(k->st, e));
	run(k->st, "INSERT INTO account (name, roles, password, made_ms)"
		   " VALUES ('a', 2, '', 0)");
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;

	store_rollback(k->st);
	mapstore_close(&k->m);
	mapstore_close(&k->m);
	store_close(&k->st);
	arena_free(&k->arena);
	free(k);
	return 0;
}

/* An incident at a place and time that the rules tag, or do not. */
static int64_t
add(struct kit *k, const char *ref, double lat, double lon, int64_t opened_ms,
    const char *theme, enum rules_level level)
{
	const struct rules_tag tag = {
		.theme = str_of(theme ? theme : ""), .level = level, .score = 50
	};
	const struct rules_result result = {
		.tags = &tag, .tag_count = theme ? 1 : 0, .basis = "none"
	};
	struct store_incident row;
	int64_t id = add_incident(k->st, ref);

	GIVES(store_incident_find_id(k->st, id, k->arena, &row, e), 1);
	row.place.lat = lat;
	row.place.lon = lon;
	row.opened_ms = opened_ms;
	OK(store_incident_put(k->st, &row, e));
	OK(store_tags_put(k->st, &row, &result, NOW, e));
	return id;
}

static void
note(void *user, const struct mapstore_row *row)
{
	buf_addf(user, "%.*s %.*s %d; ", STR_ARG(row->ref),
	    STR_ARG(row->themes), (int)row->level);
}

static struct mapstore_filter
all_of(void)
{
	return (struct mapstore_filter){ .west = -180,
		.south = -90,
		.east = 180,
		.north = 90,
		.from_ms = 0,
		.to_ms = INT64_C(4000000000000),
		.limit = 100 };
}

static void
expect(struct kit *k, const struct mapstore_filter *f, const char *want)
{
	struct buf got = { 0 };
	int64_t count = 0;

	buf_add_text(&got, "");
	OK(mapstore_list(k->m, f, note, &got, &count, e));
	assert_string_equal(got.p ? got.p : "", want);
	buf_clear(&got);
}

static void
test_box_and_time(void **state)
{
	struct kit *k = *state;
	struct mapstore_filter f = all_of();

	add(k, "A", 51.9, 0.5, NOW, "fuel", RULES_REVIEW);
	add(k, "B", 51.8, 0.4, NOW - 5000, "hare-coursing", RULES_ALERT);
	add(k, "none", 51.9, 0.5, NOW, NULL, RULES_NONE);
	add(k, "nowhere", (double)NAN, (double)NAN, NOW, "fuel", RULES_ALERT);
	expect(k, &f, "A fuel 1; B hare-coursing 2; ");
	f.south = 51.85;
	expect(k, &f, "A fuel 1; ");
	f = all_of();
	f.east = 0.45;
	expect(k, &f, "B hare-coursing 2; ");
	f = all_of();
	f.from_ms = NOW - 4999;
	expect(k, &f, "A fuel 1; ");
	f = all_of();
	f.to_ms = NOW - 1;
	expect(k, &f, "B hare-coursing 2; ");
	f = all_of();
	f.theme = str_of("fuel");
	expect(k, &f, "A fuel 1; ");
	f = all_of();
	f.alerts_only = true;
	expect(k, &f, "B hare-coursing 2; ");
	f.alerts_only = false;
	f.in_progress = true;
	expect(k, &f, "");
}

/* What people decided outranks the rules, and undoing puts it back. */
static void
test_decisions(void **state)
{
	struct kit *k = *state;
	struct mapstore_filter f = all_of();

	add(k, "A", 51.9, 0.5, NOW, "fuel", RULES_REVIEW);
	add(k, "B", 51.9, 0.5, NOW - 1000, NULL, RULES_NONE);
	run(k->st, "INSERT INTO decision (incident_id, act_id, theme, verdict,"
		   " at_ms, account_id, note) VALUES"
		   " (1, 1, 'fuel', 2, 0, 1, ''),"
		   " (2, 2, 'equine', 3, 0, 1, '')");
	expect(k, &f, "B equine 2; ");
	run(k->st, "UPDATE decision SET undone_ms = 1");
	expect(k, &f, "A fuel 1; ");
}

/* It follows an incident that moves, and goes with it. */
static void
test_moved_and_erased(void **state)
{
	struct kit *k = *state;
	struct mapstore_filter f = all_of();

	add(k, "A", 51.9, 0.5, NOW, "fuel", RULES_REVIEW);
	f.north = 51.85;
	expect(k, &f, "");
	run(k->st, "UPDATE incident SET lat = 51.8");
	expect(k, &f, "A fuel 1; ");
	run(k->st, "UPDATE incident SET lat = NULL, lon = NULL");
	expect(k, &f, "");
	run(k->st, "UPDATE incident SET lat = 51.8, lon = 0.5");
	expect(k, &f, "A fuel 1; ");
	run(k->st, "UPDATE tag SET ended_ms = 1");
	expect(k, &f, "");
	run(k->st, "DELETE FROM tag");
	run(k->st, "DELETE FROM incident");
	assert_int_equal(ask(k->st, "SELECT count(*) FROM tagged_spot"), 0);
}

static void
note_plan(struct kit *k, struct buf *out)
{
	struct db_stmt *q = NULL;

	OK(db_prepare(store_db(k->st),
	    "EXPLAIN QUERY PLAN SELECT incident_id FROM tagged_spot WHERE"
	    " at_ms <= $1 AND at_ms >= $2 AND (at_ms, incident_id) < ($3, $4)"
	    " AND lat BETWEEN $5 AND $6 AND lon BETWEEN $7 AND $8"
	    " ORDER BY at_ms DESC, incident_id DESC",
	    &q, e));
	while (db_step(q, &(struct err){ 0 }) > 0)
		buf_addf(out, "%.*s; ", STR_ARG(db_col_text(q, 3)));
	db_finish(&q);
}

/* Nothing is sorted, and no row is read to be passed over. */
static void
test_the_index_is_used(void **state)
{
	struct buf plan = { 0 };

	note_plan(*state, &plan);
	assert_non_null(
	    strstr(plan.p, "USING COVERING INDEX tagged_spot_time"));
	assert_null(strstr(plan.p, "TEMP B-TREE"));
	buf_clear(&plan);
}

/* The pages come to the whole, many at one moment included. */
static void
test_pages(void **state)
{
	struct kit *k = *state;
	struct mapstore_filter f = all_of();
	struct buf all = { 0 }, pages = { 0 };
	int64_t count;

	for (int i = 0; i < 23; i++) {
		char ref[16];

		(void)snprintf(ref, sizeof ref, "R%d", i);
		add(k, ref, 51.9, 0.5, NOW - i / 5 * 1000, "fuel",
		    RULES_REVIEW);
	}
	OK(mapstore_list(k->m, &f, note, &all, &count, e));
	assert_int_equal(count, 23);
	f.limit = 4;
	for (int i = 0; i < 6; i++) {
		size_t before = pages.len;

		OK(mapstore_list(k->m, &f, note, &pages, &count, e));
		assert_int_equal(count, 23 - 4 * i);
		assert_true(pages.len > before);
		/* The last of the page: R's number tells its id and second. */
		f.after_id = ask(k->st, "SELECT 0");
		for (size_t at = 0, n = 0; at < pages.len; at++)
			if (pages.p[at] == 'R') {
				n = (size_t)strtol(pages.p + at + 1, NULL, 10);
				f.after_id = (int64_t)n + 1;
				f.after_ms = NOW - (int64_t)(n / 5) * 1000;
			}
	}
	assert_string_equal(pages.p, all.p);
	buf_clear(&all);
	buf_clear(&pages);
}

/* The index against the plain question, on random places and boxes. */
static void
test_against_the_plain_question(void **state)
{
	struct kit *k = *state;

	for (int i = 0; i < 300; i++) {
		char ref[16];

		(void)snprintf(ref, sizeof ref, "R%d", i);
		add(k, ref, 51.5 + random_u32() % 1000 / 1e3,
		    random_u32() % 1500 / 1e3, NOW - random_u32() % 100000,
		    "fuel", RULES_REVIEW);
	}
	for (int i = 0; i < 50; i++) {
		struct mapstore_filter f = all_of();
		struct buf got = { 0 };
		char sql[400];
		int64_t count;

		f.west = random_u32() % 1500 / 1e3;
		f.east = f.west + random_u32() % 700 / 1e3;
		f.south = 51.5 + random_u32() % 1000 / 1e3;
		f.north = f.south + random_u32() % 700 / 1e3;
		f.from_ms = NOW - random_u32() % 100000;
		OK(mapstore_list(k->m, &f, note, &got, &count, e));
		(void)snprintf(sql, sizeof sql,
		    "SELECT count(*) FROM incident WHERE lon BETWEEN %.17g AND"
		    " %.17g AND lat BETWEEN %.17g AND %.17g AND opened_ms >="
		    " %lld",
		    f.west, f.east, f.south, f.north, (long long)f.from_ms);
		assert_int_equal(count, ask(k->st, sql));
		buf_clear(&got);
	}
}

#define KIT(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT(test_box_and_time),
		KIT(test_decisions),
		KIT(test_moved_and_erased),
		KIT(test_pages),
		KIT(test_the_index_is_used),
		KIT(test_against_the_plain_question),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
