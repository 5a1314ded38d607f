/* What tests see of conditions, and which tests are run. */
#include "tests/unit/rules/ruleskit.h"

#include <string.h>

#include "rules/coverage.h"
#include "rules/testrun.h"

static const char rules[] =
    "themes t\n"
    "rule r \"R\"\n"
    "    theme t\n"
    "    give 60 when text has \"dog\" and\n"
    "        (place is rural or not grade is 2)\n"
    "    give 5 when number of \"hare\" at least 3 and text has \"field\"\n"
    "    veto text has \"pub\"\n"
    "    take 5 when text has \"lead\"\n"
    "    alert from 90, review from 30\n";

static const struct {
	const char *tests;
	const char *left; /* the leaves that are not covered, and how */
	size_t covered;
} cases[] = {
	{ "", "4:18 TF\n5:10 TF\n5:32 TF\n6:17 TF\n6:49 TF\n7:10 TF\n8:17 TF\n",
	    0 },
	/* True at once: all but the first part of the second is asked. */
	{ "test \"one\"\n rural, grade 2\n CALL \"a dog\"\n expect t\n",
	    "4:18 F\n5:10 F\n5:32 F\n6:17 TF?\n6:49 T\n7:10 T\n8:17 T\n", 0 },
	/* False first: nothing after it is asked; a number is seen. */
	{ "test \"one\"\n rural, grade 2\n CALL \"3 hare\"\n expect none\n"
	  "test \"two\"\n grade 1\n CALL \"dog, 2 hare\"\n"
	  " CALL \"the pub\"\n expect none\n",
	    "5:10 T\n5:32 T\n6:49 T\n8:17 T\n", 3 },
	/* What stands after a veto that holds is not asked. */
	{ "test \"one\"\n CALL \"the pub, a lead\"\n expect none\n",
	    "4:18 T\n5:10 TF\n5:32 TF\n6:17 TF?\n6:49 T\n7:10 F\n8:17 TF\n",
	    0 },
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf text = { 0 };
		struct buf left = { 0 };
		struct coverage_leaf leaf;
		struct coverage *c;
		struct ruleset *rs;
		size_t at = 0;
		size_t run;
		size_t covered;

		buf_addf(&text, "%s%s", rules, cases[i].tests);
		rs = ruleskit_compile(text.p);
		c = coverage_new(rs);
		assert_int_equal(
		    testrun_all(rs, &(struct testrun){ .coverage = c }, &run),
		    0);
		while (coverage_next(c, &at, &leaf)) {
			assert_true(str_is(leaf.rule, "r"));
			if (coverage_is_covered(&leaf))
				continue;
			buf_addf(&left, "%zu:%zu %s%s%s\n", leaf.line,
			    leaf.column, leaf.seen_true ? "" : "T",
			    leaf.seen_false ? "" : "F",
			    leaf.seen_unknown ? "?" : "");
		}
		assert_string_equal(left.p, cases[i].left);
		assert_int_equal(coverage_count(c, &covered), 7);
		assert_int_equal(covered, cases[i].covered);
		coverage_free(&c);
		ruleset_free(&rs);
		buf_clear(&text);
		buf_clear(&left);
	}
}

static const char three[] = "themes t\n"
			    "rule r \"R\"\n theme t\n"
			    " give 60 when text has \"dog\"\n review from 30\n"
			    "test \"A dog runs\"\n CALL \"dog\"\n expect t\n"
			    "test \"no dog\"\n CALL \"cat\"\n expect t\n"
			    "test \"cats\"\n CALL \"cat\"\n expect none\n";

static void
add_title(void *user, const struct testrun_case *c)
{
	buf_addf(user, "%zu %.*s %s;", c->line, STR_ARG(c->title),
	    c->passed ? "ok" : "failed");
	assert_true(c->passed == (c->failures.len == 0));
}

static void
test_pattern(void **state)
{
	static const struct {
		const char *pattern, *run;
	} patterns[] = {
		{ NULL, "6 A dog runs ok;9 no dog failed;12 cats ok;" },
		{ "dog", "6 A dog runs ok;9 no dog failed;" },
		{ "DOG", "6 A dog runs ok;9 no dog failed;" },
		{ "*dog", "9 no dog failed;" },
		{ "a*s", "6 A dog runs ok;" },
		{ "ca?s", "12 cats ok;" },
		{ "c*a*t*s*", "12 cats ok;" },
		{ "c?ts?", "" },
		{ "test.rules:9", "9 no dog failed;" },
		{ "test.rules", "6 A dog runs ok;9 no dog failed;12 cats ok;" },
		{ "test.rules:1*", "12 cats ok;" },
		{ "bird", "" },
	};
	struct ruleset *rs = ruleskit_compile(three);

	(void)state;
	for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
		struct buf said = { 0 };
		size_t run;
		size_t failed;

		buf_reserve(&said, 1);
		said.p[0] = '\0';
		failed = testrun_all(rs,
		    &(struct testrun){ .pattern = str_of(patterns[i].pattern),
			.on_test = add_title,
			.user = &said },
		    &run);
		assert_string_equal(said.p, patterns[i].run);
		assert_int_equal(failed, strstr(said.p, "failed") != NULL);
		buf_clear(&said);
	}
	assert_int_equal(testrun_count(rs), 3);
	ruleset_free(&rs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_pattern),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
