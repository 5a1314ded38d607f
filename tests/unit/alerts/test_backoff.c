#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "alerts/backoff.h"

static const struct backoff_policy policy = { 1000, 60000, 0 };

static const struct {
	uint32_t attempts;
	int64_t low, high;
} cases[] = {
	{ 1, 750, 1250 },
	{ 2, 1500, 2500 },
	{ 6, 24000, 40000 },
	{ 7, 45000, 75000 },
	{ 31, 45000, 75000 },
	{ 32, 45000, 75000 },
	{ UINT32_MAX, 45000, 75000 },
};

static void
test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int64_t low = backoff_next(&policy, cases[i].attempts, 0, 0);
		int64_t high =
		    backoff_next(&policy, cases[i].attempts, 0, UINT32_MAX);
		if (low != cases[i].low || high != cases[i].high)
			fail_msg(
			    "case %zu: %" PRId64 "..%" PRId64, i, low, high);
	}
}

static void
test_is_from_now_and_never_overflows(void **state)
{
	const struct backoff_policy longest = { INT64_MAX / 8, INT64_MAX / 4,
		0 };
	const struct backoff_policy least = { 1, 1, 0 };

	(void)state;
	assert_int_equal(backoff_next(&policy, 1, 5000, UINT32_MAX / 2),
	    5999); /* half the spread, rounded down */
	assert_true(backoff_next(&longest, 40, 0, UINT32_MAX) > 0);
	assert_int_equal(backoff_next(&least, 9, 7, UINT32_MAX), 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_is_from_now_and_never_overflows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
