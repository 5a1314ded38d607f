/* What counts as one encampment, how long it stood, and the months' figures. */
#include "tests/unit/store/storekit.h"

#include "agent/store/campcount.h"
#include "agent/store/campwords.h"

#define HOUR INT64_C(3600000)
#define DAY  (24 * HOUR)

static int64_t
at(const char *text)
{
	int64_t ms = 0;

	assert_true(clock_parse(str_of(text), &ms));
	return ms;
}

static void
test_days_are_days_begun(void **state)
{
	static const struct {
		int64_t stood_ms, away_ms, days;
	} cases[] = {
		{ 0, 0, 1 },
		{ HOUR, 0, 1 },
		{ DAY, 0, 1 },
		{ DAY + 1, 0, 2 },
		{ 7 * DAY, 0, 7 },
		{ 7 * DAY, 3 * DAY, 4 },
		{ -HOUR, 0, 1 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct campcount_span s = { .reported_ms = 5 * DAY,
			.left_ms = 5 * DAY + cases[i].stood_ms,
			.away_ms = cases[i].away_ms };
		const struct campcount_span open = { .reported_ms = 5 * DAY,
			.left_ms = CLOCK_NONE,
			.away_ms = cases[i].away_ms };

		assert_int_equal(campcount_days(&s, 0), cases[i].days);
		assert_int_equal(
		    campcount_days(&open, 5 * DAY + cases[i].stood_ms),
		    cases[i].days);
	}
}

static void
test_the_rule_says_its_numbers(void **state)
{
	const struct campcount_rule rule = { 9, 350 };
	struct buf text = { 0 };

	(void)state;
	campcount_text(&rule, &text);
	assert_non_null(strstr(text.p, "Counting rule 1."));
	assert_non_null(strstr(text.p, "within 9 days of leaving"));
	assert_non_null(strstr(text.p, "no more than 350 metres"));
	buf_clear(&text);
}

static size_t
outcome(const char *word)
{
	const struct campword_choice *c = campwords_outcomes();
	size_t i = 0;

	for (; c[i].word; i++)
		if (strcmp(c[i].word, word) == 0)
			return i;
	fail_msg("no outcome %s", word);
	return 0;
}

static void
test_months_are_of_london(void **state)
{
	struct campcount_month m[14];

	(void)state;
	campcount_begin(m, LENGTH(m), at("2026-03-31T23:30:00Z"));
	/* Half past midnight of 1 April in London. */
	assert_int_equal(m[13].year, 2026);
	assert_int_equal(m[13].month, 4);
	assert_int_equal(m[13].from_ms, at("2026-03-31T23:00:00Z"));
	assert_int_equal(m[12].from_ms, at("2026-03-01T00:00:00Z"));
	assert_int_equal(m[0].year, 2025);
	assert_int_equal(m[0].month, 3);
	for (size_t i = 1; i < LENGTH(m); i++)
		assert_int_equal(m[i].from_ms, m[i - 1].to_ms);
}

static void
test_figures(void **state)
{
	static const struct {
		const char *reported, *left, *outcome;
	} all[] = {
		{ "2026-01-10T10:00:00Z", "2026-01-14T09:00:00Z", "left" },
		{ "2026-01-30T10:00:00Z", "2026-02-02T10:00:00Z", "direction" },
		{ "2026-01-31T23:59:59Z", NULL, NULL },
		{ "2026-02-01T00:00:00Z", NULL, NULL },
		{ "2025-06-01T00:00:00Z", "2026-02-01T00:00:00Z", "order" },
		{ "2026-01-05T00:00:00Z", "2026-01-06T00:00:00Z",
		    CAMP_NOT_COUNTED "one" },
	};
	struct campcount_month m[2];

	(void)state;
	campcount_begin(m, 2, at("2026-02-15T00:00:00Z"));
	for (size_t i = 0; i < LENGTH(all); i++) {
		const struct campcount_span s = { .reported_ms =
						      at(all[i].reported),
			.left_ms = all[i].left ? at(all[i].left) : CLOCK_NONE,
			.outcome = str_of(all[i].outcome) };

		campcount_add(m, 2, &s);
	}
	assert_int_equal(m[0].opened, 3);
	assert_int_equal(m[0].ended, 1);
	assert_int_equal(m[0].standing, 3);
	assert_int_equal(m[0].days, 4);
	assert_int_equal(m[0].not_counted, 1);
	assert_int_equal(m[0].outcomes[outcome("left")], 1);
	assert_int_equal(m[1].opened, 1);
	assert_int_equal(m[1].ended, 2);
	assert_int_equal(m[1].standing, 2);
	assert_int_equal(m[1].days, 3 + 245);
	assert_int_equal(m[1].not_counted, 0);
	assert_int_equal(m[1].outcomes[outcome("direction")], 1);
	assert_int_equal(m[1].outcomes[outcome("order")], 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days_are_days_begun),
		cmocka_unit_test(test_the_rule_says_its_numbers),
		cmocka_unit_test(test_months_are_of_london),
		cmocka_unit_test(test_figures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
