/*
 * A car on a road due east at 51.7 N, worked by hand: 69,136 m a degree of
 * longitude, 111,262 m of latitude.  Each fix is good to 5 m.
 */
#include "../base/base_test.h"

#include <math.h>

#include "agent/base/own.h"
#include "agent/tracks/clockplace.h"

#define NOON  INT64_C(1768392000000) /* 2026-01-14T12:00:00Z */
#define JULY  INT64_C(1783684800000) /* 2026-07-10T12:00:00Z */
#define HOUR  INT64_C(3600000)
#define SLOW  (HOUR + 133000)
#define LIMIT 2000

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

/* Within 45 m of where the road is after 100 s, and known to 30 s. */
static struct clockplace_known
known(int64_t time_ms)
{
	struct track_fix there = fix(2000, 0, 0);

	return (struct clockplace_known){ .lat = there.lat,
		.lon = there.lon,
		.within_m = 45,
		.time_ms = time_ms,
		.spread_ms = 30000 };
}

static struct clockplace *
walk(const struct track_fix *fixes, const unsigned char *marks, size_t count)
{
	static struct clockplace c;
	struct clockplace_known k = known(NOON + 100000 + SLOW);

	clockplace_init(&c, &k);
	clockplace_add(&c, fixes, marks, count);
	clockplace_finish(&c);
	return &c;
}

static void
assert_near(int64_t got, int64_t want, int64_t by)
{
	if (llabs(got - want) > by)
		fail_msg("%lld is not within %lld of %lld", (long long)got,
		    (long long)by, (long long)want);
}

static void
one_pass_says_how_slow(void **state)
{
	static struct track_fix fixes[200];
	const struct clockplace *c;

	(void)state;
	for (int i = 0; i < 200; i++)
		fixes[i] = fix(20. * i, 10, i);
	c = walk(fixes, NULL, 200);
	assert_int_equal(c->count, 1);
	assert_int_equal(c->lost + c->gaps, 0);
	assert_true(fabs(c->passes[0].at_m - 10) < 0.1);
	assert_near(c->passes[0].at_ms, NOON + 100000, 20);
	assert_true(fabs(c->passes[0].speed_mps - 20) < 0.1);
	assert_false(c->passes[0].is_open_from || c->passes[0].is_open_to);
	/* 45 m and 5 m, and 0.4 m that the way may bend: 49.4 m at 20 m/s. */
	assert_near(c->passes[0].from_ms, NOON + 100000 - 2470, 30);
	assert_near(c->passes[0].to_ms, NOON + 100000 + 2470, 30);
	assert_near(c->passes[0].correction_ms, SLOW, 30);
	assert_near(c->passes[0].uncertainty_ms, 32470, 30);
	assert_true(c->passes[0].to_ms + c->passes[0].correction_ms +
			c->passes[0].uncertainty_ms >=
		    c->known.time_ms + c->known.spread_ms);
}

/* There and back ten minutes later: two answers; half a minute later: one. */
static void
passes_are_told_apart_by_the_known_time(void **state)
{
	static struct track_fix fixes[LIMIT];
	static const struct {
		int turn_s;
		size_t count;
	} cases[] = { { 400, 2 }, { 115, 1 } };

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		const struct clockplace *c;
		int turn = cases[k].turn_s;

		for (int i = 0; i < 2 * turn; i++)
			fixes[i] =
			    fix(20. * (i < turn ? i : 2 * turn - i), 10, i);
		c = walk(fixes, NULL, (size_t)(2 * turn));
		assert_int_equal(c->count, cases[k].count);
		if (c->count == 2)
			assert_near(c->passes[0].correction_ms -
					c->passes[1].correction_ms,
			    600000, 100);
		else
			assert_near(c->passes[0].uncertainty_ms,
			    30000 + 15000 + 2470, 100);
	}
}

static void
standing_there_is_one_long_pass(void **state)
{
	static struct track_fix fixes[LIMIT];
	const struct clockplace *c;
	size_t n = 0;

	(void)state;
	for (int i = 0; i <= 98; i++)
		fixes[n++] = fix(20. * i, 0, i);
	for (int i = 1; i <= 60; i++) /* a fix a minute, as cleaning keeps */
		fixes[n++] = fix(1960, 0, 98 + 60 * i);
	for (int i = 1; i < 50; i++)
		fixes[n++] = fix(1960 + 20. * i, 0, 3698 + i);
	c = walk(fixes, NULL, n);
	assert_int_equal(c->count, 1);
	assert_near(c->passes[0].uncertainty_ms, 30000 + 1802500, 3000);
}

/* The recording begins by the gate, breaks off there, or never was near. */
static void
ends_and_gaps_are_said(void **state)
{
	static struct track_fix fixes[200];
	const struct clockplace *c;

	(void)state;
	for (int i = 0; i < 200; i++)
		fixes[i] = fix(2000 + 20. * i, 0, i);
	c = walk(fixes, NULL, 200);
	assert_int_equal(c->count, 1);
	assert_true(c->passes[0].is_open_from && !c->passes[0].is_open_to);
	for (int i = 0; i < 200; i++)
		fixes[i] = fix(20. * i, 0, i);
	c = walk(fixes, NULL, 101);
	assert_int_equal(c->count, 1);
	assert_true(!c->passes[0].is_open_from && c->passes[0].is_open_to);
	/* A gap of 160 s around it. */
	for (int i = 120; i < 200; i++)
		fixes[i] = fix(20. * i, 0, i + 100);
	memmove(fixes + 80, fixes + 120, 80 * sizeof(fixes[0]));
	c = walk(fixes, NULL, 160);
	assert_int_equal(c->count, 0);
	assert_int_equal(c->gaps, 1);
	assert_true(fabs(c->least_m - 400) < 30);
}

static void
what_is_marked_or_without_time_is_passed_over(void **state)
{
	static struct track_fix fixes[200];
	unsigned char marks[200] = { 0 };
	const struct clockplace *c;

	(void)state;
	for (int i = 0; i < 200; i++)
		fixes[i] = fix(20. * i, 5000, i);
	fixes[50] = fix(2000, 0, 50);
	marks[50] = TRACK_MARK_JUMP;
	fixes[120] = fix(2000, 0, 0);
	fixes[120].time_ms = CLOCK_NONE;
	c = walk(fixes, marks, 200);
	assert_int_equal(c->count, 0);
	assert_true(c->least_m > 4900);
	for (int i = 0; i < 200; i++)
		fixes[i].time_ms = CLOCK_NONE;
	c = walk(fixes, NULL, 200);
	assert_int_equal(c->count, 0);
	assert_true(isinf(c->least_m));
}

/* In pieces, with the last fix of each again, it is the same. */
static void
pieces_are_the_whole(void **state)
{
	static struct track_fix fixes[200];
	struct clockplace whole, c;
	struct clockplace_known k = known(NOON);

	(void)state;
	for (int i = 0; i < 200; i++)
		fixes[i] = fix(20. * i, 10, i);
	whole = *walk(fixes, NULL, 200);
	clockplace_init(&c, &k);
	for (size_t i = 0; i < 200; i += 50)
		clockplace_add(&c, fixes + (i ? i - 1 : 0), NULL, i ? 51 : 50);
	clockplace_finish(&c);
	assert_int_equal(c.count, whole.count);
	assert_int_equal(c.passes[0].from_ms, whole.passes[0].from_ms);
	assert_int_equal(c.passes[0].to_ms, whole.passes[0].to_ms);
}

/* A second recording of the same drive in one file, before the first. */
static void
recordings_that_overlap_are_joined(void **state)
{
	static struct track_fix fixes[400];
	const struct clockplace *c;

	(void)state;
	for (int i = 0; i < 200; i++) {
		fixes[i] = fix(20. * i, 10, i + 600);
		fixes[200 + i] = fix(20. * i, 10, i);
		fixes[200 + i].segment = 1;
	}
	c = walk(fixes, NULL, 400);
	assert_int_equal(c->count, 2);
	assert_true(c->passes[0].from_ms < c->passes[1].from_ms);
	for (int i = 0; i < 200; i++)
		fixes[200 + i].time_ms = fixes[i].time_ms + 3000;
	c = walk(fixes, NULL, 400);
	assert_int_equal(c->count, 1);
}

static void
that_there_are_more_passes_is_said(void **state)
{
	static struct track_fix fixes[LIMIT];
	const struct clockplace *c;

	(void)state;
	for (int i = 0; i < LIMIT; i++)
		fixes[i] = fix(i % 20 == 0 ? 2000 : 9000, 0, i * 10);
	c = walk(fixes, NULL, LIMIT);
	assert_int_equal(c->count, CLOCKPLACE_PASSES_MAX);
	assert_true(c->lost > 0);
}

static void
words_say_by_which_time(void **state)
{
	static const struct {
		enum track_clock clock;
		int64_t correction_ms, at_ms;
		const char *words;
	} cases[] = {
		{ TRACK_CLOCK_UTC, SLOW, NOON, "1 h 2 min 13 s slow by UTC" },
		{ TRACK_CLOCK_UTC, -SLOW, NOON, "1 h 2 min 13 s fast by UTC" },
		{ TRACK_CLOCK_UTC, 400, NOON, "right to the second by UTC" },
		{ TRACK_CLOCK_LOCAL, -HOUR, JULY,
		    "right to the second by London time" },
		{ TRACK_CLOCK_LOCAL, 133000 - HOUR, JULY,
		    "2 min 13 s slow by London time" },
		{ TRACK_CLOCK_GPS, -18000, JULY,
		    "right to the second by GPS time" },
		{ TRACK_CLOCK_UNKNOWN, -HOUR, JULY,
		    "1 h 0 min 0 s fast by UTC, right to the second by London "
		    "time" },
		{ TRACK_CLOCK_UNKNOWN, -3000, NOON, "3.0 s fast by UTC" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf out = { 0 };

		clockplace_say(&out, cases[i].clock, cases[i].correction_ms,
		    cases[i].at_ms);
		assert_string_equal(out.p, cases[i].words);
		buf_clear(&out);
	}
}

static void
agreement_is_within_both(void **state)
{
	const struct clockplace_pass p = { .correction_ms = 10000,
		.uncertainty_ms = 3000 };

	(void)state;
	assert_true(clockplace_agrees(&p, 14000, 1000));
	assert_false(clockplace_agrees(&p, 14001, 1000));
	assert_true(clockplace_agrees(&p, 6000, 1000));
	assert_false(clockplace_agrees(&p, 5999, 1000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_pass_says_how_slow),
		cmocka_unit_test(passes_are_told_apart_by_the_known_time),
		cmocka_unit_test(standing_there_is_one_long_pass),
		cmocka_unit_test(ends_and_gaps_are_said),
		cmocka_unit_test(what_is_marked_or_without_time_is_passed_over),
		cmocka_unit_test(pieces_are_the_whole),
		cmocka_unit_test(recordings_that_overlap_are_joined),
		cmocka_unit_test(that_there_are_more_passes_is_said),
		cmocka_unit_test(words_say_by_which_time),
		cmocka_unit_test(agreement_is_within_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
