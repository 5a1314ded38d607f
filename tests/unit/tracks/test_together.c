/*
 * Two cars on a road due east at 51.7 N, worked by hand: 69,136 m a degree of
 * longitude, 111,262 m of latitude; each fix is good to 5 m, two to 7.07 m.
 */
#include "../base/base_test.h"

#include <math.h>

#include "agent/tracks/together.h"

#define NOON INT64_C(1768392000000)
#define MAX  1200

/* Fix i of a car at 20 m/s, a fix a second. */
static struct track_fix
fix(double east_m, double north_m, int s)
{
	struct track_fix f = track_fix_at(0);

	f.lat = 51.7 + north_m / 111261.741;
	f.lon = 0.5 + east_m / 69136.154;
	f.time_ms = NOON + 1000 * (int64_t)s;
	f.uncertainty_m = 5;
	return f;
}

/* count seconds of a road, north_m beside it, behind_s behind the first. */
static struct together_track
road(struct track_fix *fixes, int count, double north_m, int behind_s)
{
	for (int i = 0; i < count; i++)
		fixes[i] = fix(20. * (i - behind_s), north_m, i);
	return (
	    struct together_track){ .fixes = fixes, .count = (size_t)count };
}

static void
a_convoy_is_together(void **state)
{
	static struct track_fix a[MAX], b[MAX];
	struct together_track first = road(a, MAX, 0, 0);
	struct together_track second = road(b, MAX, 20, 10);
	struct together t;

	(void)state;
	together_compare(&first, &second, &t);
	assert_int_equal(t.word, TOGETHER_MOSTLY);
	assert_int_equal(t.count, 1);
	/* The last 10 s the second has not driven yet. */
	assert_true(fabs(t.together_m - 23780) < 100);
	assert_true(fabs(t.stretches[0].mean_m - (20 - 7.07)) < 1);
	assert_true(llabs(t.stretches[0].lag_ms - 10000) < 500);
	/* Seen from the second it is the same, the other way round. */
	together_compare(&second, &first, &t);
	assert_int_equal(t.word, TOGETHER_MOSTLY);
	assert_true(llabs(t.stretches[0].lag_ms + 10000) < 500);
}

static void
ten_minutes_behind_is_apart(void **state)
{
	static struct track_fix a[MAX], b[MAX];
	struct together_track first = road(a, MAX, 0, 0);
	struct together_track second = road(b, MAX, 0, 600);
	struct together t;

	(void)state;
	together_compare(&first, &second, &t);
	assert_int_equal(t.word, TOGETHER_APART);
	/* Unless a clock may be off as much. */
	second.clock_ms = 600000;
	together_compare(&first, &second, &t);
	assert_true(t.word != TOGETHER_APART);
	/* Or was, and was put right. */
	second = road(b, MAX, 0, 0);
	second.correction_ms = 600000;
	together_compare(&first, &second, &t);
	assert_int_equal(t.word, TOGETHER_APART);
}

static void
crossing_and_standing_are_not_travelling(void **state)
{
	static struct track_fix a[MAX], b[MAX];
	struct together_track first = road(a, MAX, 0, 0);
	struct together_track second = { .fixes = b, .count = MAX };
	struct together t;

	(void)state;
	for (int i = 0; i < MAX; i++)
		b[i] = fix(12000, 20. * (i - 600), i);
	together_compare(&first, &second, &t);
	assert_int_equal(t.word, TOGETHER_APART);
	assert_int_equal(t.overlap_ms, 1000 * (MAX - 1));
	/* Parked side by side, with noise that adds up to a way. */
	for (int i = 0; i < MAX; i++) {
		a[i] = fix(3 * (i % 2), 0, i);
		b[i] = fix(0, 3 * (i % 2), i);
	}
	together_compare(&first, &second, &t);
	assert_int_equal(t.word, TOGETHER_APART);
}

static void
a_mile_of_the_same_road_is_sometimes(void **state)
{
	static struct track_fix a[MAX], b[MAX];
	struct together_track first = road(a, MAX, 0, 0);
	struct together_track second = { .fixes = b, .count = MAX };
	struct together t;

	(void)state;
	for (int i = 0; i < MAX; i++) {
		int beside = i < 500 ? 500 - i : i > 600 ? i - 600 : 0;

		b[i] = fix(20. * i, 15. * beside, i);
	}
	together_compare(&first, &second, &t);
	assert_int_equal(t.word, TOGETHER_SOMETIMES);
	assert_int_equal(t.count, 1);
	assert_true(fabs(t.together_m - 2000) < 200);
	assert_string_equal(together_word_name(t.word), "sometimes together");
}

static void
nothing_is_together_with_nothing(void **state)
{
	static struct track_fix a[MAX];
	struct together_track first = road(a, MAX, 0, 0);
	struct together_track none = { 0 };
	struct together t;

	(void)state;
	together_compare(&first, &none, &t);
	assert_int_equal(t.word, TOGETHER_APART);
	together_compare(&none, &first, &t);
	assert_int_equal(t.word, TOGETHER_APART);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_convoy_is_together),
		cmocka_unit_test(ten_minutes_behind_is_apart),
		cmocka_unit_test(crossing_and_standing_are_not_travelling),
		cmocka_unit_test(a_mile_of_the_same_road_is_sometimes),
		cmocka_unit_test(nothing_is_together_with_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
