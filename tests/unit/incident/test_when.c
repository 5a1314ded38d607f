#include "../base/base_test.h"

#include "agent/base/clock.h"
#include "agent/incident/when.h"

/* Wednesday 14 January 2026, 12:00 GMT. */
#define NOON INT64_C(1768392000000)

static int64_t
at(const char *text)
{
	int64_t ms = CLOCK_NONE;

	assert_true(clock_parse(str_of(text), &ms));
	return ms;
}

/* The window of a log of one entry at a time. */
static struct when
ask(const char *text, int64_t at_ms)
{
	struct incident_entry entry = { .at_ms = at_ms, .text = str_of(text) };
	struct incident in;
	struct when w = { 0 };

	incident_init(&in);
	in.opened_ms = at_ms;
	in.log = &entry;
	in.log_count = 1;
	assert_true(when_of(&in, &w));
	return w;
}

static const struct {
	const char *text, *call, *from, *said;
} cases[] = {
	{ "Males with dogs in the field", "2026-01-14T12:00:00Z",
	    "2026-01-14T11:45:00Z", NULL },
	{ "Quad taken LAST NIGHT from barn", "2026-01-14T12:00:00Z",
	    "2026-01-13T18:00:00Z", "LAST NIGHT" },
	{ "stolen overnight", "2026-07-14T06:00:00Z", "2026-07-13T17:00:00Z",
	    "overnight" },
	{ "Inft was away over the weekend", "2026-01-14T12:00:00Z",
	    "2026-01-09T16:00:00Z", "the weekend" },
	{ "Caller saw this on the weekend", "2026-01-10T12:00:00Z",
	    "2026-01-09T16:00:00Z", "the weekend" },
	{ "went past 2 hours ago", "2026-01-14T12:00:00Z",
	    "2026-01-14T09:00:00Z", "2 hours ago" },
	{ "went past 20mins ago", "2026-01-14T12:00:00Z",
	    "2026-01-14T11:30:00Z", "20mins ago" },
	{ "half an hour ago", "2026-01-14T12:00:00Z", "2026-01-14T11:15:00Z",
	    "half an hour ago" },
	{ "about an hour ago", "2026-01-14T12:00:00Z", "2026-01-14T10:30:00Z",
	    "an hour ago" },
	{ "seen yesterday evening", "2026-01-14T12:00:00Z",
	    "2026-01-13T00:00:00Z", "yesterday" },
	{ "years ago", "2026-01-14T12:00:00Z", "2026-01-14T11:45:00Z", NULL },
	{ "200 days ago", "2026-01-14T12:00:00Z", "2026-01-09T11:05:00Z",
	    "200 days ago" },
	{ "a yesterdayish thing in Chicago", "2026-01-14T12:00:00Z",
	    "2026-01-14T11:45:00Z", NULL },
	{ "early hours", "2026-01-14T05:00:00Z", "2026-01-14T00:00:00Z",
	    "early hours" },
};

static void
words_open_the_window(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct when w = ask(cases[i].text, at(cases[i].call));
		int64_t due = at(cases[i].from);
		char when[CLOCK_TEXT_MAX];

		if (w.from_ms != due)
			fail_msg("\"%s\": from %s", cases[i].text,
			    clock_format_utc(w.from_ms, when));
		if (!str_is_equal(w.said, str_of(cases[i].said)))
			fail_msg("\"%s\": said \"%.*s\"", cases[i].text,
			    STR_ARG(w.said));
		assert_int_equal(w.to_ms, at(cases[i].call) + WHEN_AFTER_MS);
		assert_int_equal(w.spread_ms, WHEN_SPREAD_MS);
	}
}

static void
a_long_log_is_an_hour_at_most(void **state)
{
	struct incident_entry log[] = { { .at_ms = NOON,
					    .text = str_of("now") },
		{ .at_ms = NOON + 20 * 60000, .text = str_of("left") },
		{ .at_ms = NOON + 86400000, .text = str_of("closed") } };
	struct incident in;
	struct when w;

	(void)state;
	incident_init(&in);
	assert_false(when_of(&in, &w));
	in.log = log;
	in.log_count = 2;
	assert_true(when_of(&in, &w));
	assert_int_equal(w.from_ms, NOON - WHEN_BEFORE_MS);
	assert_int_equal(w.to_ms, NOON + 20 * 60000);
	in.log_count = 3;
	assert_true(when_of(&in, &w));
	assert_int_equal(w.to_ms, NOON + WHEN_LONGEST_MS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_open_the_window),
		cmocka_unit_test(a_long_log_is_an_hour_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
