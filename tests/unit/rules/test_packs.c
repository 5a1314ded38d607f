/* The shipped packs compile without a word said, and their tests pass. */
#include "tests/unit/rules/ruleskit.h"

static void
test_essex(void **state)
{
	struct ruleset *rs =
	    ruleskit_load(TEST_SOURCE_DIR "/rules/packs/essex");
	struct buf report = { 0 };
	size_t run = 0;
	size_t failed;

	(void)state;
	assert_non_null(rs);
	failed = ruleset_run_tests(rs, &report, &run);
	if (failed > 0)
		print_message("%s", report.p);
	print_message("%zu rules, %zu tests, %s\n", ruleset_rule_count(rs), run,
	    ruleset_hash(rs));
	assert_int_equal(failed, 0);
	assert_true(run > 0);
	buf_clear(&report);
	ruleset_free(&rs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_essex),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
