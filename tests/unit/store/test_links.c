/* What happened at the same place, at any time; what is near in both. */
#include "tests/unit/store/storekit.h"

#include "agent/store/sightings.h"
/* Its questions are held against the plans made for them. */
#include "agent/store/links.c" // NOLINT(bugprone-suspicious-include)

#define NOW       INT64_C(1800000000000)
#define DAY_MS    INT64_C(86400000)
#define INCIDENTS 150

struct kit {
	struct store *st;
	struct sightings *sightings;
	struct links *l;
	struct arena *arena;
};

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof *k);

	assert_non_null(k);
	k->st = open_store(":memory:");
	k->arena = arena_new();
	OK(sightings_open(store_db(k->st), &k->sightings, e));
	OK(links_open(k->st, k->sightings, &k->l, e));
	OK(store_begin(k->st, e));
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;

	store_rollback(k->st);
	links_close(&k->l);
	links_close(&k->l);
	sightings_close(&k->sightings);
	store_close(&k->st);
	arena_free(&k->arena);
	free(k);
	return 0;
}

/* opened_ms 0: not known. */
static int64_t
add(struct kit *k, double lat, double lon, double unsure_m, int64_t opened_ms)
{
	static const char form[] =
	    "UPDATE incident SET lat = %.6f, lon = %.6f, uncertainty_m = %.1f,"
	    " opened_ms = nullif(%lld, 0) WHERE id = %lld";
	static int number;
	char ref[32], sql_text[256];
	int64_t id;

	(void)snprintf(ref, sizeof ref, "R-%d", ++number);
	id = add_incident(k->st, ref);
	(void)snprintf(sql_text, sizeof sql_text, form, lat, lon, unsure_m,
	    (long long)opened_ms, (long long)id);
	run(k->st, sql_text);
	return id;
}

static void
find(struct kit *k, int64_t id, struct links_found *out)
{
	struct store_incident row;

	GIVES(store_incident_find_id(k->st, id, k->arena, &row, e), 1);
	OK(links_find(k->l, &row, k->arena, out, e));
}

/* Is other linked to id for that reason? */
static bool
is_linked(const struct links_found *f, int64_t other, enum links_kind kind)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->others[i].incident_id == other)
			return has_kind(&f->others[i], kind);
	return false;
}

/* --- the same place --- */

static void
test_place_of_any_time(void **state)
{
	struct kit *k = *state;
	int64_t here = add(k, 51.7, 0.5, 0, NOW);
	int64_t old = add(k, 51.7005, 0.5, 0, NOW - 3000 * DAY_MS);
	int64_t later = add(k, 51.7, 0.5005, 0, NOW + 900 * DAY_MS);
	int64_t untimed = add(k, 51.7, 0.5, 0, 0);
	int64_t far = add(k, 51.703, 0.5, 0, NOW - 3000 * DAY_MS);
	int64_t unsure = add(k, 51.703, 0.5, 300, NOW - 3000 * DAY_MS);
	struct links_found f;

	find(k, here, &f);
	assert_true(is_linked(&f, old, LINKS_PLACE));
	assert_true(is_linked(&f, later, LINKS_PLACE));
	assert_true(is_linked(&f, untimed, LINKS_PLACE));
	assert_false(is_linked(&f, far, LINKS_PLACE));
	assert_true(is_linked(&f, unsure, LINKS_PLACE));
	assert_false(is_linked(&f, here, LINKS_PLACE));
	assert_false(f.is_capped);
	find(k, untimed, &f);
	assert_true(is_linked(&f, here, LINKS_PLACE));
	assert_true(is_linked(&f, old, LINKS_PLACE));
}

/* Of a place with very many, those that are nearest in time. */
static void
test_place_with_many(void **state)
{
	struct kit *k = *state;
	int64_t ids[4 * CELL_ROWS];
	struct links_found f;

	for (int i = 0; i < 4 * CELL_ROWS; i++)
		ids[i] = add(k, 51.7, 0.5, 0, NOW + i * 40 * DAY_MS);
	find(k, ids[2 * CELL_ROWS], &f);
	assert_true(f.is_capped);
	assert_int_equal(f.count, LINKS_MAX);
	for (int i = 1; i <= LINKS_MAX / 2; i++) {
		assert_true(is_linked(&f, ids[2 * CELL_ROWS - i], LINKS_PLACE));
		assert_true(is_linked(&f, ids[2 * CELL_ROWS + i], LINKS_PLACE));
	}
}

/* An incident for itself, with no index between. */
struct naive {
	int64_t id, at_ms;
	double lat, lon, unsure_m;
};

static bool
is_same_place(const struct naive *a, const struct naive *b)
{
	double unsure = a->unsure_m + b->unsure_m;

	return plane_distance_m(a->lat, a->lon, b->lat, b->lon) <=
	       100 + (unsure > 300 ? 300 : unsure);
}

/* About a corner of four cells, about the meridian, and where both meet. */
static void
test_place_by_random(void **state)
{
	static const double corners[][2] = { { 51.7, 0.504 }, { 51.5, 0 },
		{ 51.6031, 0.0021 }, { 0, 0 } };
	struct kit *k = *state;
	struct naive all[INCIDENTS];
	uint64_t seed = 1;
	struct links_found f;
	size_t linked = 0;

	for (size_t i = 0; i < INCIDENTS; i++) {
		const double *c = corners[i % LENGTH(corners)];
		double one[3];

		for (size_t n = 0; n < 3; n++) {
			seed = seed * UINT64_C(6364136223846793005) + 1;
			one[n] = (double)(seed >> 40) / (1 << 24);
		}
		all[i] = (struct naive){ .lat = c[0] + (one[0] - .5) * .02,
			.lon = c[1] + (one[1] - .5) * .03,
			.unsure_m = one[2] * 300,
			.at_ms = NOW + (int64_t)i * 20 * DAY_MS };
		/* As they are written down. */
		all[i].lat = round(all[i].lat * 1e6) / 1e6;
		all[i].lon = round(all[i].lon * 1e6) / 1e6;
		all[i].unsure_m = round(all[i].unsure_m * 10) / 10;
		all[i].id = add(
		    k, all[i].lat, all[i].lon, all[i].unsure_m, all[i].at_ms);
	}
	for (size_t i = 0; i < INCIDENTS; i++) {
		find(k, all[i].id, &f);
		for (size_t n = 0; n < INCIDENTS; n++) {
			bool is = n != i && is_same_place(&all[i], &all[n]);

			linked += is;
			if (is_linked(&f, all[n].id, LINKS_PLACE) != is)
				fail_msg("%zu and %zu", i, n);
		}
	}
	assert_true(linked > INCIDENTS);
}

/* --- near in place and time --- */

static void
test_near(void **state)
{
	struct kit *k = *state;
	int64_t here = add(k, 51.7, 0.5, 0, NOW);
	int64_t near = add(k, 51.73, 0.5, 0, NOW + DAY_MS / 2);
	int64_t other_day = add(k, 51.73, 0.5, 0, NOW + 2 * DAY_MS);
	int64_t far = add(k, 51.76, 0.5, 0, NOW);
	int64_t both = add(k, 51.7, 0.5, 0, NOW + 1000);
	struct links_found f;

	find(k, here, &f);
	assert_true(is_linked(&f, near, LINKS_NEAR));
	assert_false(is_linked(&f, other_day, LINKS_NEAR));
	assert_false(is_linked(&f, far, LINKS_NEAR));
	assert_true(is_linked(&f, both, LINKS_PLACE));
	assert_false(is_linked(&f, both, LINKS_NEAR));
}

/* No row is read and nothing is sorted to know what is in a cell. */
static void
test_plans(void **state)
{
	struct kit *k = *state;

	for (int i = ST_BEFORE; i <= ST_UNTIMED; i++) {
		struct db_stmt *plan = NULL;
		char text[1024], line[256];

		(void)snprintf(
		    text, sizeof text, "EXPLAIN QUERY PLAN %s", sql[i]);
		OK(db_prepare(store_db(k->st), text, &plan, e));
		GIVES(db_step(plan, e), 1);
		(void)snprintf(
		    line, sizeof line, "%.*s", STR_ARG(db_col_text(plan, 3)));
		if (!strstr(line, "USING COVERING INDEX incident_cell"))
			fail_msg("%s: %s", sql[i], line);
		GIVES(db_step(plan, e), 0);
		db_finish(&plan);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_place_of_any_time),
		TEST(test_place_with_many),
		TEST(test_place_by_random),
		TEST(test_near),
		TEST(test_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
