/* Shifts in London, over the nights in which the clocks change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/conf/shifts.h"

#define HOUR INT64_C(3600000)

static int64_t
utc(const char *text)
{
	int64_t ms = -1;

	assert_true(clock_parse(str_of(text), &ms));
	return ms;
}

static void
test_parse(void **state)
{
	static const struct {
		const char *text;
		bool is_good;
	} cases[] = {
		{ "07:00, 15:00, 23:00", true },
		{ "07:00,15:00,23:00", true },
		{ "00:00", true },
		{ "06:30 , 18:30", true },
		{ "", false },
		{ "7:00", false },
		{ "07:00, 07:00", false },
		{ "23:00, 07:00", false },
		{ "24:00", false },
		{ "07:60", false },
		{ "07:00,", false },
		{ "07-00", false },
		{ "0a:00", false },
		{ "00:00,01:00,02:00,03:00,04:00,05:00,06:00,07:00,08:00",
		    false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct shifts s;
		struct err e = { 0 };
		int r = shifts_parse(str_of(cases[i].text), &s, &e);

		if ((r == 0) != cases[i].is_good)
			fail_msg("\"%s\"", cases[i].text);
		if (r < 0)
			assert_non_null(strstr(e.msg, "such as \"07:00"));
	}
}

static void
test_at(void **state)
{
	static const struct {
		const char *at, *from, *to;
	} cases[] = {
		{ "2026-01-14T12:00:00Z", "2026-01-14T07:00:00Z",
		    "2026-01-14T15:00:00Z" },
		{ "2026-01-14T07:00:00Z", "2026-01-14T07:00:00Z",
		    "2026-01-14T15:00:00Z" },
		{ "2026-01-14T06:59:59Z", "2026-01-13T23:00:00Z",
		    "2026-01-14T07:00:00Z" },
		{ "2026-01-14T23:30:00Z", "2026-01-14T23:00:00Z",
		    "2026-01-15T07:00:00Z" },
		{ "2026-07-14T12:00:00Z", "2026-07-14T06:00:00Z",
		    "2026-07-14T14:00:00Z" },
		/* The clocks go back: the night is an hour longer. */
		{ "2026-10-25T00:30:00Z", "2026-10-24T22:00:00Z",
		    "2026-10-25T07:00:00Z" },
		{ "2026-10-25T01:30:00Z", "2026-10-24T22:00:00Z",
		    "2026-10-25T07:00:00Z" },
		/* They go on: an hour shorter. */
		{ "2026-03-29T00:30:00Z", "2026-03-28T23:00:00Z",
		    "2026-03-29T06:00:00Z" },
		{ "2026-12-31T23:30:00Z", "2026-12-31T23:00:00Z",
		    "2027-01-01T07:00:00Z" },
	};
	struct shifts s;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(
	    shifts_parse(str_of("07:00, 15:00, 23:00"), &s, &e), 0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int64_t from, to;

		shifts_at(&s, utc(cases[i].at), &from, &to);
		assert_int_equal(from, utc(cases[i].from));
		assert_int_equal(to, utc(cases[i].to));
	}
}

/* Of a year, each instant is in one shift, and each shift in one place. */
static void
test_a_year_without_gaps(void **state)
{
	static const char *const texts[] = { "07:00, 15:00, 23:00", "00:00",
		"01:30, 13:30" };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		int64_t at = utc("2026-01-01T00:00:00Z"), from, to, end = 0;
		struct shifts s;
		struct err e = { 0 };

		assert_int_equal(shifts_parse(str_of(texts[i]), &s, &e), 0);
		while (at < utc("2027-01-01T00:00:00Z")) {
			shifts_at(&s, at, &from, &to);
			assert_true(from <= at && at < to);
			assert_true(to - from <= 25 * HOUR);
			assert_true(end == 0 || from == end);
			end = at = to;
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_at),
		cmocka_unit_test(test_a_year_without_gaps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
