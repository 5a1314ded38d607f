/* Every row of the policy, and that the way to a level does not matter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "alerts/policy.h"

#define NONE   RULES_NONE
#define REVIEW RULES_REVIEW
#define ALERT  RULES_ALERT

static const struct {
	enum rules_level threshold, told, now;
	enum alert_reason want;
} rows[] = {
	{ REVIEW, NONE, NONE, ALERT_NONE },
	{ REVIEW, NONE, REVIEW, ALERT_FIRST },
	{ REVIEW, NONE, ALERT, ALERT_FIRST },
	{ REVIEW, REVIEW, NONE, ALERT_WITHDRAWN },
	{ REVIEW, REVIEW, REVIEW, ALERT_NONE },
	{ REVIEW, REVIEW, ALERT, ALERT_RAISED },
	{ REVIEW, ALERT, NONE, ALERT_WITHDRAWN },
	{ REVIEW, ALERT, REVIEW, ALERT_LOWERED },
	{ REVIEW, ALERT, ALERT, ALERT_NONE },
	{ ALERT, NONE, NONE, ALERT_NONE },
	{ ALERT, NONE, REVIEW, ALERT_NONE },
	{ ALERT, NONE, ALERT, ALERT_FIRST },
	/* Told when the configuration still said review_too. */
	{ ALERT, REVIEW, NONE, ALERT_WITHDRAWN },
	{ ALERT, REVIEW, REVIEW, ALERT_NONE },
	{ ALERT, REVIEW, ALERT, ALERT_RAISED },
	{ ALERT, ALERT, NONE, ALERT_WITHDRAWN },
	{ ALERT, ALERT, REVIEW, ALERT_LOWERED },
	{ ALERT, ALERT, ALERT, ALERT_NONE },
};

static void
test_rows(void **state)
{
	(void)state;
	assert_int_equal(sizeof(rows) / sizeof(*rows), 2 * 3 * 3);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		enum alert_reason got =
		    policy_reason(rows[i].told, rows[i].now, rows[i].threshold);
		if (got != rows[i].want)
			fail_msg("row %zu: %s", i, alert_reason_name(got));
	}
}

/* Any way of levels ends in the same told level. */
static void
test_any_way_ends_the_same(void **state)
{
	(void)state;
	for (int threshold = REVIEW; threshold <= ALERT; threshold++) {
		for (int way = 0; way < 3 * 3 * 3 * 3; way++) {
			enum rules_level told = NONE;
			int last = NONE;
			for (int rest = way, i = 0; i < 4; i++, rest /= 3) {
				last = rest % 3;
				if (policy_reason(told, (enum rules_level)last,
					(enum rules_level)threshold))
					told =
					    policy_clip((enum rules_level)last,
						(enum rules_level)threshold);
			}
			assert_int_equal(
			    told, policy_clip((enum rules_level)last,
				      (enum rules_level)threshold));
		}
	}
}

/* Who has it: everybody is told of each change, but not of their own. */
static void
test_taken(void **state)
{
	static const struct {
		const char *told, *now;
		enum alert_reason want;
	} taken[] = {
		{ "", "", ALERT_NONE },
		{ "", "account:rc07", ALERT_TAKEN },
		{ "", "link:other", ALERT_TAKEN },
		{ "", "link:us", ALERT_NONE },
		{ "", "account:us", ALERT_TAKEN },
		{ "account:rc07", "account:rc07", ALERT_NONE },
		{ "account:rc07", "link:us", ALERT_NONE },
		{ "account:rc07", "account:rc08", ALERT_TAKEN },
		{ "account:rc07", "", ALERT_RELEASED },
		{ "link:us", "", ALERT_NONE },
		{ "link:us", "link:other", ALERT_TAKEN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++)
		assert_int_equal(policy_taken(str_of(taken[i].told),
				     str_of(taken[i].now), "us"),
		    taken[i].want);
	assert_int_equal(
	    policy_taken((struct str){ 0 }, (struct str){ 0 }, "us"),
	    ALERT_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_any_way_ends_the_same),
		cmocka_unit_test(test_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
