/* What is said of rules that stand and of rules that do not. */
#include "tests/unit/rules/ruleskit.h"

#include <string.h>

#include "agent/base/clock.h"
#include "rules/explain.h"

static const char rules[] =
    "themes t\n"
    "context denied\n next 4: no\n"
    "words dogs: dog, dogs\n"
    "rule r \"R\"\n"
    "    theme t\n"
    "    give 30 when log has @dogs near 3 \"hare\" because \"dogs at hares\"\n"
    "    give 20 when place is rural and not text has @dogs\n"
    "    give 20 when grade is 2\n"
    "    give 10 when time in 22:00..05:00 or log by UNIT has @dogs\n"
    "    take 5 when flag crime\n"
    "    veto text has \"pub\"\n"
    "    alert from 60, review from 30\n"
    "rule c \"C\"\n    flag crime\n    give 50 when text has \"theft\"\n"
    "    review from 50\n";

static const struct {
	const char *rule, *log, *said;
} cases[] = {
	{ "r", "a dog, a hare, theft",
	    "r (theme t): none, score 25\n"
	    "  yes give   30  dogs at hares\n"
	    "                 log[0] \"dog, a hare\"\n"
	    "  no  give    0  place is rural and not text has @dogs\n"
	    "                 found log[0] \"dog\"\n"
	    "  no  give    0  grade is 2\n"
	    "                 the grade is not known\n"
	    "  no  give    0  time in 22:00..05:00 or log by UNIT has @dogs\n"
	    "                 time is 10:42\n"
	    "  yes take   -5  flag crime\n"
	    "                 the flag crime stands\n"
	    "  no  veto       text has \"pub\"\n"
	    "                 no \"pub\"\n"
	    "  5 more to a review; enough would be: place is rural and not "
	    "text has @dogs\n" },
	{ "r", "no dog, hare at the pub",
	    "r (theme t): none, score 20\n"
	    "  no  give    0  dogs at hares\n"
	    "                 log[0] \"dog\" does not count: denied\n"
	    "  yes give   20  place is rural and not text has @dogs\n"
	    "                 place is rural\n"
	    "  no  give    0  grade is 2\n"
	    "                 the grade is not known\n"
	    "  no  give    0  time in 22:00..05:00 or log by UNIT has @dogs\n"
	    "                 time is 10:42\n"
	    "  no  take    0  flag crime\n"
	    "                 the flag crime does not stand\n"
	    "  yes veto       text has \"pub\"\n"
	    "                 log[0] \"pub\"\n"
	    "  barred by: veto text has \"pub\"\n" },
	{ NULL, "nothing",
	    "c (flag crime): none, score 0, nothing of it is there\n"
	    "r (theme t): none, score 20\n"
	    "  no  give    0  dogs at hares\n"
	    "                 no @dogs\n"
	    "  yes give   20  place is rural and not text has @dogs\n"
	    "                 place is rural\n"
	    "  no  give    0  grade is 2\n"
	    "                 the grade is not known\n"
	    "  no  give    0  time in 22:00..05:00 or log by UNIT has @dogs\n"
	    "                 time is 10:42\n"
	    "  no  take    0  flag crime\n"
	    "                 the flag crime does not stand\n"
	    "  no  veto       text has \"pub\"\n"
	    "                 no \"pub\"\n"
	    "  10 more to a review; enough would be: dogs at hares\n" },
};

static void
test_cases(void **state)
{
	struct ruleset *rs = ruleskit_compile(rules);
	struct rules_scratch *s = ruleset_scratch_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct incident_entry entry = { .at_ms = CLOCK_NONE,
			.by = str_of("CALL"),
			.text = str_of(cases[i].log) };
		struct place place = place_unknown();
		struct buf out = { 0 };
		struct incident in;

		incident_init(&in);
		in.id = str_of("1");
		in.opened_ms = clock_from_utc(2026, 1, 14, 10, 42, 0);
		in.log = &entry;
		in.log_count = 1;
		place.class = PLACE_RURAL;
		assert_true(explain_rules(rs, &in, &place, s,
				str_of(cases[i].rule), &out) > 0);
		assert_string_equal(out.p, cases[i].said);
		buf_clear(&out);
	}
	ruleset_scratch_free(&s);
	ruleset_free(&rs);
}

/* What a later entry cancelled is said not to count, and by what. */
static void
test_cancelled(void **state)
{
	struct ruleset *rs = ruleskit_compile(
	    "themes t\n"
	    "rule r \"R\"\n"
	    "    theme t\n"
	    "    give 40 when log has \"dog\"\n"
	    "    confirmed when log has \"can confirm\"\n"
	    "    cancelled when log by UNIT has \"all in order\"\n"
	    "    alert from 60, review from 30\n");
	struct rules_scratch *s = ruleset_scratch_new();
	struct incident_entry log[] = {
		{ .by = str_of("CALL"), .text = str_of("a dog") },
		{ .by = str_of("UNIT"), .text = str_of("all in order") },
	};
	struct place place = place_unknown();
	struct buf out = { 0 };
	struct incident in;

	(void)state;
	incident_init(&in);
	in.id = str_of("1");
	in.log = log;
	in.log_count = 2;
	assert_int_equal(
	    explain_rules(rs, &in, &place, s, str_of("r"), &out), 1);
	assert_string_equal(out.p,
	    "r (theme t): none, score 0\n"
	    "  no  give    0  log has \"dog\"\n"
	    "                 log[0] \"dog\" does not count: cancelled later\n"
	    "  no  confirmed  log has \"can confirm\"\n"
	    "                 no \"can confirm\"\n"
	    "  yes cancelled  log by UNIT has \"all in order\"\n"
	    "                 log[1] \"all in order\"\n"
	    "  30 more to a review; enough would be: log has \"dog\"\n");
	buf_clear(&out);
	ruleset_scratch_free(&s);
	ruleset_free(&rs);
}

static void
test_no_such_rule(void **state)
{
	struct ruleset *rs = ruleskit_compile(rules);
	struct rules_scratch *s = ruleset_scratch_new();
	struct place place = place_unknown();
	struct buf out = { 0 };
	struct incident in;

	(void)state;
	incident_init(&in);
	in.id = str_of("1");
	assert_int_equal(
	    explain_rules(rs, &in, &place, s, str_of("no"), &out), 0);
	assert_int_equal(out.len, 0);
	ruleset_scratch_free(&s);
	ruleset_free(&rs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_cancelled),
		cmocka_unit_test(test_no_such_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
