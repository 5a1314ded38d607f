#include "tracks_test.h"

#include <math.h>

#include "agent/base/random.h"
#include "agent/tracks/figures.h"

static const struct {
	const char *text;
	bool ok;
	double value;
} numbers[] = {
	{ "0", true, 0 },
	{ "-0.0", true, 0 },
	{ " 51.7343 ", true, 51.7343 },
	{ "+.5", true, 0.5 },
	{ "5.", true, 5 },
	{ "1e3", true, 1000 },
	{ "1.5E-2", true, 0.015 },
	{ "51.894365999999998", true, 51.894365999999998 },
	{ "0.1000000000000000055511151231257827", true, 0.1 },
	{ "000000000000000000000000000001.25", true, 1.25 },
	{ "9007199254740993", true, 9007199254740992.0 },
	{ "123456789012345678901234567890", true, 1.2345678901234568e29 },
	{ "4e-320", true, 4e-320 },
	{ "", false, 0 },
	{ "-", false, 0 },
	{ ".", false, 0 },
	{ "1e", false, 0 },
	{ "1e400", false, 0 },
	{ "0x10", false, 0 },
	{ "nan", false, 0 },
	{ "inf", false, 0 },
	{ "1,5", false, 0 },
	{ "1 5", false, 0 },
	{ "12m", false, 0 },
};

static void
test_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(numbers); i++) {
		double v = 42;
		bool ok = figures_number(str_of(numbers[i].text), &v);

		if (ok != numbers[i].ok || (ok && v != numbers[i].value))
			fail_msg(
			    "\"%s\" gave %d, %.17g", numbers[i].text, ok, v);
	}
	assert_true(isnan(figures_float(str_of("n/a"))));
}

/* Whatever printf writes is read as strtod reads it. */
static void
test_numbers_are_exact(void **state)
{
	(void)state;
	for (int i = 0; i < 200000; i++) {
		double v = ((double)random_u32() - 2147483648.0) *
			   pow(10, (int)(random_u32() % 30) - 20);
		double back = 0;
		char text[64];

		snprintf(
		    text, sizeof(text), "%.*f", (int)(random_u32() % 18), v);
		assert_true(figures_number(str_of(text), &back));
		if (back != strtod(text, NULL))
			fail_msg("%s is %.17g, not %.17g", text, back,
			    strtod(text, NULL));
	}
}

static const struct {
	const char *text;
	const char *utc; /* NULL: refused */
	bool has_zone;
} times[] = {
	{ "2026-01-14T10:42:07Z", "2026-01-14T10:42:07Z", true },
	{ "2026-01-14T10:42:07.123456Z", "2026-01-14T10:42:07.123Z", true },
	{ "2026-01-14T10:42:07+01:00", "2026-01-14T09:42:07Z", true },
	{ "2026-01-14T10:42:07-0330", "2026-01-14T14:12:07Z", true },
	{ "2026-01-14T10:42:07 +01", "2026-01-14T09:42:07Z", true },
	{ "2026-01-14 10:42:07", "2026-01-14T10:42:07Z", false },
	{ "2026-01-14 10:42", "2026-01-14T10:42:00Z", false },
	{ "2017.8.5 14:11:51", "2017-08-05T14:11:51Z", false },
	{ "2018/07/04 09:19:31.701", "2018-07-04T09:19:31.701Z", false },
	{ "2019-09-27 10:28:08,438,904", "2019-09-27T10:28:08.438Z", false },
	{ "2017.08.05 14:11:51,393,525,393,525", "2017-08-05T14:11:51.393Z",
	    false },
	{ "2026-02-28T23:59:60Z", "2026-03-01T00:00:00Z", true },
	{ "2026-02-29T10:42:07Z", NULL, false },
	{ "2024-02-29T10:42:07Z", "2024-02-29T10:42:07Z", true },
	{ "2026-13-01T10:42:07Z", NULL, false },
	{ "2026-01-14T24:00:00Z", NULL, false },
	{ "2026-01-14T10:60:00Z", NULL, false },
	{ "2026-01-14T10:42:07Zebra", NULL, false },
	{ "2026-01-14", NULL, false },
	{ "10:42:07", NULL, false },
	{ "", NULL, false },
	{ "1960-01-14T10:42:07Z", NULL, false },
};

static void
test_times(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(times); i++) {
		char text[CLOCK_TEXT_MAX];
		bool has_zone = false;
		int64_t ms = 0;
		bool ok = figures_time(str_of(times[i].text), &ms, &has_zone);

		if (ok != (times[i].utc != NULL))
			fail_msg("\"%s\" gave %d", times[i].text, ok);
		if (!ok)
			continue;
		assert_string_equal(clock_format_utc(ms, text), times[i].utc);
		assert_int_equal(has_zone, times[i].has_zone);
	}
}

static void
test_whole(void **state)
{
	int64_t v = 0;

	(void)state;
	assert_true(figures_whole(str_of(" 1250551352 "), &v));
	assert_int_equal(v, 1250551352);
	assert_false(figures_whole(str_of("1.5"), &v));
	assert_false(figures_whole(str_of("-1"), &v));
	assert_false(figures_whole(str_of(""), &v));
	assert_false(figures_whole(str_of("1234567890123456789"), &v));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_numbers_are_exact),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
