/* The sun against an almanac, and the edges of day and night. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agent/base/clock.h"
#include "agent/geo/sun.h"

#define LAT 51.7356 /* Chelmsford */
#define LON 0.4685

/*
 * Seconds after midnight UTC of 2026 at Chelmsford, upper edge, 50 minutes of
 * arc below the horizon in all, worked out with PyEphem (VSOP87), which shares
 * no code with ours.
 */
static const struct {
	int month, day, rise_s, set_s;
} almanac[] = {
	{ 1, 1, 29095, 57519 },
	{ 1, 10, 28902, 58193 },
	{ 1, 19, 28456, 59032 },
	{ 1, 28, 27789, 59971 },
	{ 2, 6, 26942, 60956 },
	{ 2, 15, 25955, 61955 },
	{ 2, 24, 24863, 62941 },
	{ 3, 5, 23697, 63905 },
	{ 3, 14, 22483, 64848 },
	{ 3, 23, 21246, 65775 },
	{ 4, 1, 20007, 66691 },
	{ 4, 10, 18789, 67604 },
	{ 4, 19, 17616, 68517 },
	{ 4, 28, 16513, 69424 },
	{ 5, 7, 15509, 70312 },
	{ 5, 16, 14639, 71156 },
	{ 5, 25, 13937, 71918 },
	{ 6, 3, 13440, 72549 },
	{ 6, 12, 13177, 73000 },
	{ 6, 21, 13165, 73227 },
	{ 6, 30, 13396, 73203 },
	{ 7, 9, 13844, 72926 },
	{ 7, 18, 14464, 72414 },
	{ 7, 27, 15205, 71698 },
	{ 8, 5, 16020, 70813 },
	{ 8, 14, 16875, 69797 },
	{ 8, 23, 17744, 68682 },
	{ 9, 1, 18613, 67497 },
	{ 9, 10, 19481, 66267 },
	{ 9, 19, 20352, 65016 },
	{ 9, 28, 21230, 63764 },
	{ 10, 7, 22125, 62533 },
	{ 10, 16, 23043, 61348 },
	{ 10, 25, 23985, 60232 },
	{ 11, 3, 24943, 59215 },
	{ 11, 12, 25901, 58334 },
	{ 11, 21, 26822, 57625 },
	{ 11, 30, 27659, 57130 },
	{ 12, 9, 28353, 56887 },
	{ 12, 18, 28843, 56918 },
	{ 12, 27, 29081, 57223 },
};

static int64_t
noon(int month, int day)
{
	return clock_from_utc(2026, month, day, 12, 0, 0);
}

static void
test_a_year(void **state)
{
	int worst = 0;

	(void)state;
	for (size_t i = 0; i < sizeof almanac / sizeof almanac[0]; i++) {
		int64_t at = noon(almanac[i].month, almanac[i].day);
		int64_t midnight = at - INT64_C(43200000);
		struct sun_day d;
		int rise, set;

		assert_true(sun_day_of(LAT, LON, at, &d));
		rise = abs(
		    (int)((d.rise_ms - midnight) / 1000) - almanac[i].rise_s);
		set =
		    abs((int)((d.set_ms - midnight) / 1000) - almanac[i].set_s);
		worst = rise > worst ? rise : worst;
		worst = set > worst ? set : worst;
		if (rise > 30 || set > 30)
			fail_msg("%d/%d is off by %d and %d s", almanac[i].day,
			    almanac[i].month, rise, set);
	}
	print_message("off by %d s at most\n", worst);
}

/* Minutes after midnight UTC, as another calculation of some year has them. */
static void
test_daytime_by_the_game_act(void **state)
{
	static const struct {
		int month, day, from_min, to_min;
	} cases[] = {
		{ 1, 15, 6 * 60 + 58, 17 * 60 + 17 },
		{ 3, 20, 5 * 60 + 1, 19 * 60 + 10 },
		{ 9, 22, 4 * 60 + 43, 18 * 60 + 57 },
		{ 12, 21, 7 * 60 + 2, 16 * 60 + 49 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int64_t at = noon(cases[i].month, cases[i].day);
		int64_t midnight = at - INT64_C(43200000);
		struct sun_day d;

		assert_true(sun_day_of(LAT, LON, at, &d));
		assert_true(llabs(d.from_ms - midnight -
				  cases[i].from_min * INT64_C(60000)) <= 90000);
		assert_true(llabs(d.to_ms - midnight -
				  cases[i].to_min * INT64_C(60000)) <= 90000);
	}
}

/* The first hour after sunset has expired: night; the last has begun: day. */
static void
test_edges(void **state)
{
	struct sun_day d;

	(void)state;
	assert_true(sun_day_of(LAT, LON, noon(1, 15), &d));
	assert_false(sun_is_daytime(&d, d.from_ms - 1));
	assert_true(sun_is_daytime(&d, d.from_ms));
	assert_true(sun_is_daytime(&d, d.to_ms - 1));
	assert_false(sun_is_daytime(&d, d.to_ms));
	assert_int_equal(d.rise_ms - d.from_ms, 3600000);
	assert_int_equal(d.to_ms - d.set_ms, 3600000);
}

/* The day is London's: after midnight in summer it is the next one. */
static void
test_the_day_is_of_london(void **state)
{
	int64_t late = clock_from_utc(2026, 6, 20, 23, 30, 0); /* 00:30 BST */
	struct sun_day d;

	(void)state;
	assert_true(sun_day_of(LAT, LON, late, &d));
	assert_int_equal(d.day, 21);
	assert_false(sun_is_daytime(&d, late));
	/* On both days of the clock change it rises and sets in order. */
	for (int i = 0; i < 2; i++) {
		int month = i ? 10 : 3, day = i ? 25 : 29;

		for (int hour = 0; hour < 24; hour++) {
			int64_t at =
			    clock_from_utc(2026, month, day, hour, 0, 0);

			assert_true(sun_day_of(LAT, LON, at, &d));
			assert_true(d.rise_ms < d.set_ms);
			assert_true(llabs(d.rise_ms - at) < 86400000);
		}
	}
}

static void
test_where_it_does_not_set(void **state)
{
	struct sun_day d;

	(void)state;
	assert_false(sun_day_of(70, 20, noon(6, 21), &d));
	assert_false(sun_day_of(70, 20, noon(12, 21), &d));
	assert_true(sun_day_of(60.8, -0.9, noon(6, 21), &d)); /* Unst */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_year),
		cmocka_unit_test(test_daytime_by_the_game_act),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_the_day_is_of_london),
		cmocka_unit_test(test_where_it_does_not_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
