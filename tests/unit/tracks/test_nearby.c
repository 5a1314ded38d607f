/* Who is near: order, staleness, words. */
#include "tracks_test.h"

#include <math.h>

#include "agent/tracks/nearby.h"

#define NOW INT64_C(1760000000000)

static void
test_rank(void **state)
{
	struct nearby units[] = {
		{ .unit = str_of("far"),
		    .lat = 52,
		    .lon = 0.7,
		    .time_ms = NOW },
		{ .unit = str_of("stale"),
		    .lat = 51.8,
		    .lon = 0.7,
		    .time_ms = NOW - 300001 },
		{ .unit = str_of("gone"),
		    .lat = 51.81,
		    .lon = 0.7,
		    .time_ms = NOW,
		    .is_gone = true },
		{ .unit = str_of("near"),
		    .lat = 51.8,
		    .lon = 0.71,
		    .time_ms = NOW - 300000 },
		{ .unit = str_of("ahead"),
		    .lat = 51.8,
		    .lon = 0.72,
		    .time_ms = NOW + 500 },
	};
	static const char *const order[] = { "near", "ahead", "far", "stale",
		"gone" };

	(void)state;
	nearby_rank(units, LENGTH(units), 51.8, 0.7, NOW, 300000);
	for (size_t i = 0; i < LENGTH(order); i++)
		assert_true(str_is(units[i].unit, order[i]));
	assert_true(fabs(units[0].distance_m - 690) < 2);
	assert_true(fabs(units[0].bearing_deg - 90) < 0.1);
	assert_int_equal(units[0].age_ms, 300000);
	assert_int_equal(units[1].age_ms, 0);
	assert_true(units[3].is_stale && units[4].is_stale);
	nearby_rank(NULL, 0, 0, 0, NOW, 1);
}

static void
assert_words(
    int64_t age_ms, const char *age, double distance_m, const char *distance)
{
	struct buf out = { 0 };

	nearby_add_age(&out, age_ms);
	assert_string_equal(out.p, age);
	buf_reset(&out);
	nearby_add_distance(&out, distance_m);
	assert_string_equal(out.p, distance);
	buf_clear(&out);
}

static void
test_words(void **state)
{
	(void)state;
	assert_words(0, "0 s", 0, "0 m");
	assert_words(119999, "119 s", 994.4, "994 m");
	assert_words(120000, "2 min", 996, "1.0 km");
	assert_words(7200000, "2 h", 12345, "12.3 km");
	assert_words(172800000, "2 d", 250, "250 m");
	assert_string_equal(nearby_compass(0), "N");
	assert_string_equal(nearby_compass(22), "N");
	assert_string_equal(nearby_compass(23), "NE");
	assert_string_equal(nearby_compass(225), "SW");
	assert_string_equal(nearby_compass(338), "N");
	assert_string_equal(nearby_compass(360), "N");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rank),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
