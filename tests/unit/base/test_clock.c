#include "base_test.h"

#include <time.h>

#include "agent/base/clock.h"

static const struct {
	const char *text;
	bool ok;
	const char *again; /* how it is written, if not as it was read */
} parse_cases[] = {
	{ "2026-01-14T10:42:07Z", true, NULL },
	{ "2026-01-14T10:42:07.123Z", true, NULL },
	{ "2026-01-14t10:42:07z", true, "2026-01-14T10:42:07Z" },
	{ "2026-01-14 10:42:07Z", true, "2026-01-14T10:42:07Z" },
	{ "2026-01-14T10:42:07.1Z", true, "2026-01-14T10:42:07.100Z" },
	{ "2026-01-14T10:42:07.9999999Z", true, "2026-01-14T10:42:07.999Z" },
	{ "2026-07-01T00:30:00+01:00", true, "2026-06-30T23:30:00Z" },
	{ "2026-07-01T00:30:00-00:00", true, "2026-07-01T00:30:00Z" },
	{ "2026-01-01T00:00:00+23:59", true, "2025-12-31T00:01:00Z" },
	{ "2026-01-01T00:00:00-05:30", true, "2026-01-01T05:30:00Z" },
	{ "2024-02-29T00:00:00Z", true, NULL },
	{ "2000-02-29T00:00:00Z", true, NULL },
	{ "1900-03-01T00:00:00Z", true, NULL },
	{ "1969-12-31T23:59:59.001Z", true, NULL },
	{ "2199-12-31T23:59:59.999Z", true, NULL },
	{ "2016-12-31T23:59:60Z", true, "2017-01-01T00:00:00Z" },
	{ "2016-12-31T23:59:60.5Z", true, "2017-01-01T00:00:00.500Z" },
	{ "2017-01-01T00:59:60+01:00", true, "2017-01-01T00:00:00Z" },
	{ "2016-12-31T22:59:60Z", false, NULL },
	{ "2016-12-31T23:59:61Z", false, NULL },
	{ "1899-12-31T23:59:59Z", false, NULL },
	{ "2200-01-01T00:00:00Z", false, NULL },
	{ "1900-02-29T00:00:00Z", false, NULL },
	{ "2026-02-29T00:00:00Z", false, NULL },
	{ "2026-04-31T00:00:00Z", false, NULL },
	{ "2026-00-01T00:00:00Z", false, NULL },
	{ "2026-13-01T00:00:00Z", false, NULL },
	{ "2026-01-00T00:00:00Z", false, NULL },
	{ "2026-01-14T24:00:00Z", false, NULL },
	{ "2026-01-14T10:60:00Z", false, NULL },
	{ "2026-01-14T10:42:07", false, NULL },
	{ "2026-01-14T10:42Z", false, NULL },
	{ "2026-01-14T10:42:07.Z", false, NULL },
	{ "2026-01-14T10:42:07,1Z", false, NULL },
	{ "2026-01-14T10:42:07+0100", false, NULL },
	{ "2026-01-14T10:42:07+24:00", false, NULL },
	{ "2026-01-14T10:42:07+01:60", false, NULL },
	{ "2026-01-14T10:42:07Z ", false, NULL },
	{ " 2026-01-14T10:42:07Z", false, NULL },
	{ "2026-1-14T10:42:07Z", false, NULL },
	{ "2026/01/14T10:42:07Z", false, NULL },
	{ "26-01-14T10:42:07Z", false, NULL },
	{ "+026-01-14T10:42:07Z", false, NULL },
	{ "2026-01-14", false, NULL },
	{ "", false, NULL },
};

static void
test_parse(void **state)
{
	char text[CLOCK_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < LENGTH(parse_cases); i++) {
		int64_t ms = 77;
		/* A copy of the exact size, so that reading on is found. */
		struct str s = str_of(parse_cases[i].text);
		char *copy = malloc(s.len > 0 ? s.len : 1);
		memcpy(copy, s.p, s.len);
		bool ok = clock_parse(str_make(copy, s.len), &ms);
		free(copy);
		if (ok != parse_cases[i].ok)
			fail_msg("%s", parse_cases[i].text);
		if (!ok) {
			assert_int_equal(ms, 77);
			continue;
		}
		assert_string_equal(clock_format_utc(ms, text),
		    parse_cases[i].again ? parse_cases[i].again
					 : parse_cases[i].text);
	}
	int64_t ms = 0;
	assert_false(clock_parse(str_of(NULL), &ms));
	assert_false(clock_parse(str_make("2026-01-14T10:42:07\0", 20), &ms));
}

/* Our calendar against the C library's, twice a day for 300 years. */
static void
test_calendar(void **state)
{
	char text[CLOCK_TEXT_MAX];
	char expected[64];

	(void)state;
	for (int64_t s = -2208988800; s < 7258118400; s += 43207) {
		time_t t = (time_t)s;
		struct tm tm;
		assert_non_null(gmtime_r(&t, &tm));
		(void)strftime(
		    expected, sizeof(expected), "%Y-%m-%dT%H:%M:%SZ", &tm);
		assert_string_equal(clock_format_utc(s * 1000, text), expected);
		assert_int_equal(
		    clock_from_utc(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
			tm.tm_hour, tm.tm_min, tm.tm_sec),
		    s * 1000);
	}
}

/* London's rule against the zone files, every hour of 1996 to 2037. */
static void
test_london(void **state)
{
	(void)state;
	if (access("/usr/share/zoneinfo/Europe/London", R_OK) != 0) {
		print_message("SKIP no zone files on this machine\n");
		skip();
	}
	assert_int_equal(setenv("TZ", "Europe/London", 1), 0);
	tzset();
	for (int64_t s = 820454400; s < 2145916800; s += 3600) {
		time_t t = (time_t)s;
		struct tm tm;
		assert_non_null(localtime_r(&t, &tm));
		struct clock_local ours = clock_to_local(s * 1000);
		assert_int_equal(ours.offset_min, tm.tm_isdst ? 60 : 0);
		assert_int_equal(ours.hour, tm.tm_hour);
		assert_int_equal(ours.day, tm.tm_mday);
		assert_int_equal(ours.month, tm.tm_mon + 1);
		assert_int_equal(ours.year, tm.tm_year + 1900);
		assert_int_equal((ours.weekday + 1) % 7, tm.tm_wday);
	}
	assert_int_equal(unsetenv("TZ"), 0);
	tzset();
}

static const struct {
	const char *utc, *local;
} local_cases[] = {
	{ "2026-01-14T10:42:07Z", "Wed 14 Jan 2026 10:42 GMT" },
	{ "2026-06-17T10:42:07Z", "Wed 17 Jun 2026 11:42 BST" },
	{ "2026-03-29T00:59:59.999Z", "Sun 29 Mar 2026 00:59 GMT" },
	{ "2026-03-29T01:00:00Z", "Sun 29 Mar 2026 02:00 BST" },
	{ "2026-10-25T00:59:59Z", "Sun 25 Oct 2026 01:59 BST" },
	{ "2026-10-25T01:00:00Z", "Sun 25 Oct 2026 01:00 GMT" },
	{ "2026-06-30T23:30:00Z", "Wed 1 Jul 2026 00:30 BST" },
	{ "2024-03-31T01:00:00Z", "Sun 31 Mar 2024 02:00 BST" },
};

static void
test_format_local(void **state)
{
	char text[CLOCK_TEXT_MAX];
	int64_t ms = 0;

	(void)state;
	for (size_t i = 0; i < LENGTH(local_cases); i++) {
		assert_true(clock_parse(str_of(local_cases[i].utc), &ms));
		assert_string_equal(
		    clock_format_local(ms, text), local_cases[i].local);
	}
}

static void
test_none_and_extremes(void **state)
{
	char text[CLOCK_TEXT_MAX];

	(void)state;
	assert_string_equal(clock_format_utc(CLOCK_NONE, text), "unknown");
	assert_string_equal(clock_format_local(CLOCK_NONE, text), "unknown");
	assert_true(strlen(clock_format_utc(INT64_MAX, text)) > 0);
	assert_true(strlen(clock_format_local(INT64_MAX - 3600000, text)) > 0);
	assert_true(strlen(clock_format_utc(INT64_MIN + 1, text)) > 0);
}

static void
test_fake(void **state)
{
	(void)state;
	int64_t kernel = clock_kernel_us();
	clock_set_fake(1234567);
	assert_int_equal(clock_wall_ms(), 1234567);
	assert_int_equal(clock_mono_ms(), 1234567);
	assert_int_equal(clock_mono_us(), 1234567000);
	assert_true(clock_kernel_us() >= kernel);
	clock_clear_fake();
	assert_true(clock_wall_ms() > INT64_C(1700000000000));
	int64_t before = clock_mono_us();
	assert_true(clock_mono_us() >= before);
	assert_true(clock_mono_ms() >= before / 1000);
}

/* It goes on while the thread works, and stands while it waits. */
static void
test_thread(void **state)
{
	int64_t begun = clock_thread_us();
	volatile uint64_t sum = 0;
	int64_t waited;

	(void)state;
	while (clock_thread_us() < begun + 1000)
		for (uint64_t i = 0; i < 1000; i++)
			sum += i;
	begun = clock_thread_us();
	(void)usleep(50000);
	waited = clock_thread_us() - begun;
	assert_true(waited >= 0);
	assert_true(waited < 50000);
}

/* London's clocks: what comes twice, and what is skipped. */
static void
test_from_local(void **state)
{
	static const struct {
		const char *local, *utc;
	} cases[] = {
		{ "2026-01-14T23:00:00Z", "2026-01-14T23:00:00Z" },
		{ "2026-07-01T07:00:00Z", "2026-07-01T06:00:00Z" },
		/* 25 October 2026: back at 02:00 BST. */
		{ "2026-10-25T00:59:00Z", "2026-10-24T23:59:00Z" },
		{ "2026-10-25T01:30:00Z", "2026-10-25T00:30:00Z" },
		{ "2026-10-25T02:00:00Z", "2026-10-25T02:00:00Z" },
		/* 29 March 2026: on at 01:00 GMT. */
		{ "2026-03-29T00:59:00Z", "2026-03-29T00:59:00Z" },
		{ "2026-03-29T01:30:00Z", "2026-03-29T01:30:00Z" },
		{ "2026-03-29T02:00:00Z", "2026-03-29T01:00:00Z" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t local, utc;

		assert_true(clock_parse(str_of(cases[i].local), &local));
		assert_true(clock_parse(str_of(cases[i].utc), &utc));
		assert_true(clock_from_local(local) == utc);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_calendar),
		cmocka_unit_test(test_london),
		cmocka_unit_test(test_from_local),
		cmocka_unit_test(test_format_local),
		cmocka_unit_test(test_none_and_extremes),
		cmocka_unit_test(test_fake),
		cmocka_unit_test(test_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
