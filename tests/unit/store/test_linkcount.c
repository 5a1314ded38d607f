/* How many others have to do with an incident, each counted once. */
#include "tests/unit/store/storekit.h"

/* For its questions, whose plans are looked at. */
#include "agent/store/linkcount.c" /* NOLINT(bugprone-suspicious-include) */

struct kit {
	struct store *st;
	struct linkcounts *l;
};

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof *k);

	assert_non_null(k);
	k->st = open_store(":memory:");
	OK(linkcount_open(k->st, &k->l, e));
	OK(store_begin(k->st, e));
	for (int i = 0; i < 60; i++) {
		char ref[16];

		(void)snprintf(ref, sizeof ref, "R-%d", i);
		(void)add_incident(k->st, ref);
	}
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;

	store_rollback(k->st);
	linkcount_close(&k->l);
	linkcount_close(&k->l);
	store_close(&k->st);
	free(k);
	return 0;
}

static struct linkcount
count(struct kit *k, int64_t id)
{
	struct linkcount c;

	OK(linkcount_of(k->l, id, &c, e));
	return c;
}

static void
test_nothing(void **state)
{
	struct kit *k = *state;
	struct linkcount c = count(k, 1);

	assert_int_equal(c.count, 0);
	assert_false(c.is_more || c.by_vehicle || c.by_caller || c.by_series ||
		     c.by_place);
	assert_int_equal(count(k, 999).count, 0);
}

static void
test_each_kind_and_each_other_once(void **state)
{
	struct kit *k = *state;
	struct linkcount c;

	run(k->st, "INSERT INTO mark VALUES (1, 'AB12CDE', 0),"
		   " (2, 'AB' || '1?', 1)");
	run(k->st, "INSERT INTO sighting VALUES (1, 1, 0), (1, 2, 0),"
		   " (2, 1, 0), (2, 3, 0)");
	c = count(k, 1);
	assert_int_equal(c.count, 1); /* a part of a plate is none */
	assert_true(c.by_vehicle && !c.by_caller);
	run(k->st, "INSERT INTO caller VALUES (1, zeroblob(16)),"
		   " (2, zeroblob(16)), (4, zeroblob(16))");
	c = count(k, 1);
	assert_int_equal(c.count, 2);
	assert_true(c.by_caller && !c.by_series);
	run(k->st, "INSERT INTO series_link VALUES (1, 's', 5), (6, 's', 1)");
	c = count(k, 1);
	assert_int_equal(c.count, 4);
	assert_true(c.by_series && !c.by_place);
	assert_int_equal(count(k, 5).count, 1);
	assert_int_equal(count(k, 6).count, 1);
}

static void
test_series_that_people_make(void **state)
{
	struct kit *k = *state;

	run(k->st, "INSERT INTO account (id, name, roles, password, made_ms)"
		   " VALUES (1, 'liaison', 2, 'kept', 1)");
	run(k->st, "INSERT INTO linkset VALUES (1, 'vans', 1, 1)");
	run(k->st, "INSERT INTO linkset_member (linkset_id, incident_id, kind,"
		   " reason, at_ms, account_id) VALUES (1, 1, 1, '', 1, 1),"
		   " (1, 2, 1, '', 1, 1), (1, 3, 1, '', 1, 1)");
	assert_int_equal(count(k, 1).count, 2);
	run(k->st, "UPDATE linkset_member SET undone_ms = 2, undone_by = 1"
		   " WHERE incident_id = 3");
	assert_int_equal(count(k, 1).count, 1);
	assert_int_equal(count(k, 3).count, 0);
}

static void
test_the_same_place_lately(void **state)
{
	struct kit *k = *state;
	struct linkcount c;

	/* 11 m a ten-thousandth of a degree of latitude. */
	run(k->st,
	    "UPDATE incident SET lat = 51.9, lon = 0.5,"
	    " opened_ms = 1800000000000, uncertainty_m = NULL WHERE id < 5");
	run(k->st, "UPDATE incident SET lat = 51.9010 WHERE id = 2");
	run(k->st, "UPDATE incident SET opened_ms = opened_ms - 31 * 86400000"
		   " WHERE id = 3");
	c = count(k, 1);
	assert_int_equal(c.count, 1); /* 111 m is too far, 31 days too long */
	assert_true(c.by_place && !c.is_more);
	run(k->st, "UPDATE incident SET uncertainty_m = 50 WHERE id = 2");
	assert_int_equal(count(k, 1).count, 2);
	assert_int_equal(count(k, 2).count, 2);
	assert_int_equal(count(k, 5).count, 0);
	/* 278 m: what the one is unsure of and the other, and no more. */
	run(k->st, "UPDATE incident SET lat = 51.9025 WHERE id = 2");
	run(k->st, "UPDATE incident SET uncertainty_m = 90 WHERE id IN (1, 2)");
	assert_int_equal(count(k, 1).count, 2);
	run(k->st, "UPDATE incident SET uncertainty_m = 80 WHERE id = 2");
	assert_int_equal(count(k, 1).count, 1);
	assert_int_equal(count(k, 2).count, 0);
	/* Of one that may be anywhere, 300 m count and 100; in other cells. */
	run(k->st, "UPDATE incident SET uncertainty_m = 9000 WHERE id = 2");
	assert_int_equal(count(k, 1).count, 2);
	assert_int_equal(count(k, 2).count, 2);
	run(k->st, "UPDATE incident SET lat = 51.9037 WHERE id = 2");
	assert_int_equal(count(k, 1).count, 1);
	assert_int_equal(count(k, 2).count, 0);
}

/* The same, of any two, as a walk over all of them finds. */
static void
test_the_same_place_as_by_a_walk(void **state)
{
	struct kit *k = *state;
	struct db_stmt *st = NULL;
	struct spot at[60];
	int linked = 0;

	/* Over the edges of four cells. */
	run(k->st, "UPDATE incident SET opened_ms = 1800000000000,"
		   " lat = 51.895 + (id * 37 % 60) / 8000.0,"
		   " lon = 0.504 + (id * 23 % 60) / 5000.0,"
		   " uncertainty_m = CASE id % 4 WHEN 0 THEN NULL WHEN 1 THEN 0"
		   " WHEN 2 THEN id * 2 ELSE id * 9 END");
	OK(db_prepare(store_db(k->st),
	    "SELECT lat, lon, uncertainty_m FROM incident ORDER BY id", &st,
	    e));
	for (int i = 0; i < 60; i++) {
		GIVES(db_step(st, e), 1);
		at[i] = (struct spot){ .lat = db_col_real(st, 0),
			.lon = db_col_real(st, 1),
			.unsure_m = db_col_real(st, 2) };
	}
	db_finish(&st);
	for (int i = 0; i < 60; i++) {
		struct linkcount c = count(k, i + 1);
		size_t found = 0;

		for (int o = 0; o < 60; o++)
			found += o != i &&
				 plane_distance_m(at[i].lat, at[i].lon,
				     at[o].lat, at[o].lon) <=
				     same_m(at[i].unsure_m, at[o].unsure_m);
		linked += found > 0;
		assert_int_equal(
		    c.count, found > LINKCOUNT_MAX ? LINKCOUNT_MAX : found);
		assert_int_equal(c.is_more, found > LINKCOUNT_MAX);
		assert_int_equal(c.by_place, found > 0);
	}
	assert_in_range(linked, 10, 59);
}

static void
test_many(void **state)
{
	struct kit *k = *state;
	struct linkcount c;

	/* A number that rings about everything says nothing. */
	run(k->st, "INSERT INTO caller SELECT id, zeroblob(16) FROM incident"
		   " WHERE id <= 51");
	c = count(k, 1);
	assert_int_equal(c.count, LINKCOUNT_MAX);
	assert_true(c.by_caller && c.is_more);
	run(k->st, "INSERT INTO caller SELECT id, zeroblob(16) FROM incident"
		   " WHERE id > 51");
	assert_int_equal(count(k, 1).count, 0);
	/* To the last that is counted it is exact, and one more is more. */
	run(k->st, "INSERT INTO mark VALUES (1, 'AB12CDE', 0)");
	run(k->st, "INSERT INTO sighting SELECT 1, id, 0 FROM incident"
		   " WHERE id <= 10");
	c = count(k, 1);
	assert_int_equal(c.count, LINKCOUNT_MAX);
	assert_false(c.is_more);
	/* The same again is no more; each reason is given for all that. */
	run(k->st, "INSERT INTO series_link VALUES (1, 's', 2), (1, 't', 2)");
	c = count(k, 1);
	assert_int_equal(c.count, LINKCOUNT_MAX);
	assert_true(c.by_series && !c.is_more);
	run(k->st, "INSERT INTO sighting VALUES (1, 11, 0)");
	run(k->st, "UPDATE incident SET lat = 51.9, lon = 0.5,"
		   " opened_ms = 1800000000000 WHERE id IN (1, 60)");
	c = count(k, 1);
	assert_int_equal(c.count, LINKCOUNT_MAX);
	assert_true(c.is_more && c.by_vehicle && c.by_series && c.by_place);
}

static void
test_plans(void **state)
{
	static const char *const small[] = { NULL };
	struct kit *k = *state;

	for (size_t i = 0; i < ST_COUNT; i++)
		assert_walks_indexes(k->st, sql[i], small, false);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_nothing),
		TEST(test_each_kind_and_each_other_once),
		TEST(test_series_that_people_make),
		TEST(test_the_same_place_lately),
		TEST(test_the_same_place_as_by_a_walk),
		TEST(test_many),
		TEST(test_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
