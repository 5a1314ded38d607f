/* What is a leap, what only looks like one, and when it is over. */
#include "tracks_test.h"

#include <math.h>

#include "agent/tracks/clean.h"
#include "agent/tracks/leap.h"

#define METRE_DEG (1 / 111200.0)

static struct track_fix
at(double north_m, double seconds, float uncertainty_m)
{
	struct track_fix fix = track_fix_at(0);

	fix.lat = 51.8 + north_m * METRE_DEG;
	fix.lon = 0.7;
	fix.time_ms = (int64_t)(seconds * 1000);
	fix.uncertainty_m = uncertainty_m;
	return fix;
}

static void
test_cases(void **state)
{
	static const struct {
		double north_m, seconds;
		float first_m, second_m; /* how sure */
		enum leap_verdict want;
	} cases[] = {
		{ 0, 1, 5, 5, LEAP_NONE },
		{ 60, 1, 5, 5, LEAP_NONE },  /* a fast car */
		{ 185, 1, 5, 5, LEAP_NONE }, /* whole seconds */
		{ 250, 1, 5, 5, LEAP_IS },
		{ 5000, 10, 5, 5, LEAP_IS },
		{ 5000, 60, 5, 5, LEAP_NONE }, /* 300 km/h */
		{ 250, 1, 5, 150, LEAP_NONE }, /* it says it is unsure */
		{ 250, 1, 5, NAN, LEAP_NONE }, /* it does not say */
		{ 9000, 1, 150, 150, LEAP_IS },
		{ 9000, 3600, 5, 5, LEAP_NONE },
		{ 9000, -3600, 5, 5, LEAP_NONE }, /* late */
		{ 9000, -10, 5, 5, LEAP_IS },
	};

	int64_t since = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct leap l = { 0 };
		struct track_fix fix = at(0, 7200, cases[i].first_m);
		enum leap_verdict got;

		assert_int_equal(leap_take(&l, &fix, &since), LEAP_NONE);
		fix = at(cases[i].north_m, 7200 + cases[i].seconds,
		    cases[i].second_m);
		got = leap_take(&l, &fix, &since);
		if (got != cases[i].want)
			fail_msg("case %zu gave %d", i, (int)got);
	}
}

/* One wrong fix, or several that go nowhere, and the unit drives on. */
static void
test_drives_on(void **state)
{
	struct leap l = { 0 };

	int64_t since = 0;

	(void)state;
	for (int i = 0; i < 199; i++) {
		bool is_wrong = i % 7 == 3 || i % 7 == 4;
		struct track_fix fix =
		    at(20.0 * i + (is_wrong ? 4000.0 * (i % 3 + 1) : 0), i, 8);

		assert_int_equal(leap_take(&l, &fix, &since),
		    is_wrong ? LEAP_IS : LEAP_NONE);
	}
	assert_int_equal(l.suspects, 0);
}

/* Where it goes on for long enough, there it is, and has been. */
static void
test_goes_on_elsewhere(void **state)
{
	struct leap l = { 0 };
	struct track_fix fix = at(0, 0, 8);

	int64_t since = 0;

	(void)state;
	assert_int_equal(leap_take(&l, &fix, &since), LEAP_NONE);
	for (int i = 1; i < CLEAN_AGREE; i++) {
		fix = at(50000 + 20.0 * i, i, 8);
		assert_int_equal(leap_take(&l, &fix, &since), LEAP_IS);
		/* What comes late among them counts for nothing. */
		fix = at(50000 + 20.0 * i, i - 0.5, 8);
		assert_int_equal(leap_take(&l, &fix, &since), LEAP_IS);
	}
	fix = at(50000 + 20.0 * CLEAN_AGREE, CLEAN_AGREE, 8);
	assert_int_equal(leap_take(&l, &fix, &since), LEAP_OVER);
	assert_int_equal(since, 1000);
	fix = at(0, CLEAN_AGREE + 1, 8);
	assert_int_equal(leap_take(&l, &fix, &since), LEAP_IS);
}

/* A fix in five minutes from a receiver that was started 40 km off. */
static void
test_time_makes_it_reachable(void **state)
{
	struct leap l = { 0 };
	struct track_fix fix = at(0, 0, 8);
	int64_t since = 0;

	(void)state;
	assert_int_equal(leap_take(&l, &fix, &since), LEAP_NONE);
	fix = at(40000, 300, 8);
	assert_int_equal(leap_take(&l, &fix, &since), LEAP_IS);
	fix = at(40010, 600, 8);
	assert_int_equal(leap_take(&l, &fix, &since), LEAP_OVER);
	assert_int_equal(since, 300000);
	/* Had it driven on, that one would have been wrong. */
	leap_resume(&l, &fix);
	fix = at(80000, 700, 8);
	assert_int_equal(leap_take(&l, &fix, &since), LEAP_IS);
	fix = at(45000, 900, 8);
	assert_int_equal(leap_take(&l, &fix, &since), LEAP_NONE);
}

/* What was stored last is enough to go on from. */
static void
test_resumes(void **state)
{
	struct leap l = { .suspects = 3 };
	struct track_fix fix = at(0, 0, 8);
	int64_t since = 0;

	(void)state;
	leap_resume(&l, &fix);
	fix = at(9000, 1, 8);
	assert_int_equal(leap_take(&l, &fix, &since), LEAP_IS);
	fix.time_ms = CLOCK_NONE;
	leap_resume(&l, &fix);
	fix = at(9000, 1, 8);
	assert_int_equal(leap_take(&l, &fix, &since), LEAP_NONE);
}

/* Two devices under one name: the unit does not fly between them. */
static void
test_two_devices_do_not_take_turns(void **state)
{
	struct leap l = { 0 };
	int64_t since = 0;

	(void)state;
	for (int i = 0; i < 300; i++) {
		struct track_fix fix = at(i % 2 ? 60000 : 10 * i, i, 8);

		assert_int_equal(
		    leap_take(&l, &fix, &since), i % 2 ? LEAP_IS : LEAP_NONE);
	}
}

/* A receiver that errs by what it says it errs never leaps. */
static void
test_noise_is_none(void **state)
{
	struct leap l = { 0 };
	unsigned seed = 1;

	int64_t since = 0;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		double sum = 0;
		struct track_fix fix;

		/* Twelve even ones are as good as normal, of 1. */
		for (int k = 0; k < 12; k++) {
			seed = seed * 1664525U + 1013904223U;
			sum += (double)(seed >> 8) / (1 << 24);
		}
		fix = at((sum - 6) * 100, i, 150);
		assert_int_equal(leap_take(&l, &fix, &since), LEAP_NONE);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_drives_on),
		cmocka_unit_test(test_goes_on_elsewhere),
		cmocka_unit_test(test_time_makes_it_reachable),
		cmocka_unit_test(test_resumes),
		cmocka_unit_test(test_two_devices_do_not_take_turns),
		cmocka_unit_test(test_noise_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
