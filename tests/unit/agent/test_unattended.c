/* Whether what nobody attended becomes a visit: the pure answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agent/base/clock.h"
#include "agent/incident/incident.h"
#include "agent/unattended.h"

#define HOUR   INT64_C(3600000)
#define DAY    (24 * HOUR)
#define OPENED INT64_C(1794700000000)

static struct unattended_facts
facts(void)
{
	return (struct unattended_facts){ .is_coursing = true,
		.opened_ms = OPENED,
		.closed_ms = CLOCK_NONE,
		.now_ms = OPENED + HOUR,
		.patience_ms = DAY,
		.visit_days = 3 };
}

/* What differs from facts(), and what follows. */
static void
test_cases(void **state)
{
	static const struct {
		bool is_coursing, is_encampment, is_attended;
		int64_t closed_ms, age_ms;
		const char *cause; /* NULL: no visit */
		bool is_left, is_waiting;
	} cases[] = {
		{ 1, 0, 0, CLOCK_NONE, HOUR, NULL, 0, 1 },
		{ 1, 0, 0, CLOCK_NONE, DAY - 1, NULL, 0, 1 },
		{ 1, 0, 0, CLOCK_NONE, DAY, "hare-coursing", 0, 0 },
		{ 1, 0, 0, OPENED + 1, HOUR, "hare-coursing", 0, 0 },
		{ 0, 1, 0, OPENED + 1, HOUR, "encampment", 0, 0 },
		{ 1, 1, 0, OPENED + 1, HOUR, "hare-coursing", 0, 0 },
		{ 0, 0, 0, OPENED + 1, HOUR, NULL, 0, 0 },
		{ 0, 0, 0, CLOCK_NONE, HOUR, NULL, 0, 0 },
		{ 1, 0, 1, OPENED + 1, HOUR, NULL, 0, 0 },
		{ 1, 0, 1, CLOCK_NONE, 2 * DAY, NULL, 0, 0 },
		{ 1, 0, 0, OPENED + 1, 30 * DAY, "hare-coursing", 0, 0 },
		{ 1, 0, 0, OPENED + 1, 31 * DAY, NULL, 1, 0 },
		{ 1, 0, 0, CLOCK_NONE, 31 * DAY, NULL, 1, 0 },
		/* What is known to be seen to, or none, is so however old. */
		{ 1, 0, 1, OPENED + 1, 31 * DAY, NULL, 0, 0 },
		{ 0, 0, 0, OPENED + 1, 31 * DAY, NULL, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct unattended_facts f = facts();
		struct unattended u;

		f.is_coursing = cases[i].is_coursing;
		f.is_encampment = cases[i].is_encampment;
		f.is_attended = cases[i].is_attended;
		f.closed_ms = cases[i].closed_ms;
		f.now_ms = OPENED + cases[i].age_ms;
		u = unattended_judge(&f);
		assert_int_equal(str_is_given(u.cause), cases[i].cause != NULL);
		if (cases[i].cause)
			assert_true(str_is(u.cause, cases[i].cause));
		assert_int_equal(u.is_left, cases[i].is_left);
		assert_int_equal(u.again_ms,
		    cases[i].is_waiting ? OPENED + DAY : CLOCK_NONE);
		assert_int_equal(u.why == NULL, u.is_left);
	}
}

/* The due day is London's, over the night in which the clocks change. */
static void
test_due(void **state)
{
	struct unattended_facts f = facts();
	int64_t due_ms = 0;

	(void)state;
	assert_true(clock_parse(str_of("2026-10-23T23:30:00Z"), &f.opened_ms));
	assert_true(clock_parse(str_of("2026-10-27T23:59:00Z"), &due_ms));
	f.now_ms = f.opened_ms + DAY;
	assert_int_equal(unattended_judge(&f).due_ms, due_ms);
	/* When it became known does not move it. */
	f.now_ms += 5 * DAY;
	f.closed_ms = f.opened_ms + 2 * DAY;
	assert_int_equal(unattended_judge(&f).due_ms, due_ms);
}

static void
test_attended(void **state)
{
	const struct incident_resource sent[] = {
		{ .allocated_ms = OPENED,
		    .enroute_ms = OPENED,
		    .arrived_ms = CLOCK_NONE,
		    .cleared_ms = OPENED },
		{ .allocated_ms = CLOCK_NONE,
		    .enroute_ms = CLOCK_NONE,
		    .arrived_ms = OPENED,
		    .cleared_ms = CLOCK_NONE },
	};
	struct incident record;

	(void)state;
	incident_init(&record);
	assert_false(unattended_is_attended(&record));
	record.resources = sent;
	record.resource_count = 1; /* sent, and called off */
	assert_false(unattended_is_attended(&record));
	record.resource_count = 2;
	assert_true(unattended_is_attended(&record));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_due),
		cmocka_unit_test(test_attended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
