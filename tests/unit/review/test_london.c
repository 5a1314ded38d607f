/* Dates that officers choose: London's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agent/base/clock.h"
#include "agent/review/london.h"

static int64_t
utc(const char *text)
{
	int64_t ms = -1;

	assert_true(clock_parse(str_of(text), &ms));
	return ms;
}

static void
test_read(void **state)
{
	static const struct {
		const char *day, *time, *utc; /* NULL: none */
	} cases[] = {
		{ "2026-01-14", "17:00", "2026-01-14T17:00:00Z" },
		{ "2026-07-14", "17:00", "2026-07-14T16:00:00Z" },
		{ "2026-07-14", "", "2026-07-14T22:59:00Z" },
		{ "2026-10-25", "01:30", "2026-10-25T00:30:00Z" },
		{ "2026-02-30", "", NULL },
		{ "14/01/2026", "", NULL },
		{ "2026-01-14", "25:00", NULL },
		{ "2026-01-14", "5pm", NULL },
		{ "2026-01-14T", "", NULL },
		{ "", "17:00", NULL },
		{ "2026-01-1\xe9", "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int64_t ms = 7;
		bool good = london_read(str_of(cases[i].day),
		    str_of(cases[i].time), LONDON_END_OF_DAY, &ms);

		assert_int_equal(good, cases[i].utc != NULL);
		assert_int_equal(ms, cases[i].utc ? utc(cases[i].utc) : 7);
	}
}

static void
test_midnight(void **state)
{
	(void)state;
	assert_int_equal(london_midnight(utc("2026-07-14T12:00:00Z"), 0),
	    utc("2026-07-13T23:00:00Z"));
	assert_int_equal(london_midnight(utc("2026-07-13T23:30:00Z"), 0),
	    utc("2026-07-13T23:00:00Z"));
	/* Over the nights in which the clocks change. */
	assert_int_equal(london_midnight(utc("2026-10-24T12:00:00Z"), 1),
	    utc("2026-10-24T23:00:00Z"));
	assert_int_equal(london_midnight(utc("2026-10-25T12:00:00Z"), 1),
	    utc("2026-10-26T00:00:00Z"));
	assert_int_equal(london_midnight(utc("2026-03-29T12:00:00Z"), 1),
	    utc("2026-03-29T23:00:00Z"));
}

static void
test_due(void **state)
{
	struct buf out = { 0 };

	(void)state;
	london_add_due(&out, utc("2026-01-14T23:59:00Z"));
	assert_string_equal(out.p, "<time datetime=\"2026-01-14\">14&nbsp;Jan"
				   "&nbsp;2026</time>");
	buf_reset(&out);
	london_add_due(&out, utc("2026-07-14T16:00:00Z"));
	assert_string_equal(out.p,
	    "<time datetime=\"2026-07-14T16:00:00Z\">14&nbsp;Jul&nbsp;2026 "
	    "17:00</time>");
	buf_reset(&out);
	london_add_day(&out, utc("2026-07-14T23:30:00Z"));
	buf_add_char(&out, ' ');
	london_add_time(&out, utc("2026-07-14T23:30:00Z"));
	assert_string_equal(out.p, "2026-07-15 00:30");
	buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_midnight),
		cmocka_unit_test(test_due),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
