/* Rule directories from disk: read whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/base/str.h"
#include "agent/rulepack.h"
#include "rules/ruleset.h"

static int
make_dir(void **state)
{
	char *dir = alloc_text("/tmp/test-rulepack-XXXXXX");

	*state = dir;
	return mkdtemp(dir) ? 0 : -1;
}

static int
remove_dir(void **state)
{
	static const char *const names[] = { "a.rules", "b.list", "c.txt" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct buf path = { 0 };

		buf_addf(&path, "%s/%s", (char *)*state, names[i]);
		(void)unlink(path.p);
		buf_clear(&path);
	}
	(void)rmdir(*state);
	free(*state);
	return 0;
}

static void
put(const char *dir, const char *name, const char *text)
{
	struct buf path = { 0 };
	struct err e;

	buf_addf(&path, "%s/%s", dir, name);
	assert_int_equal(files_write_atomic(path.p, 0644, str_of(text), &e), 0);
	buf_clear(&path);
}

static void
test_rules_and_lists_are_read(void **state)
{
	struct ruleset *rs = NULL;
	struct buf diag = { 0 };
	struct err e;

	put(*state, "a.rules",
	    "themes t\nwords l from \"b.list\"\nrule r \"R\"\n theme t\n"
	    " give 60 when text has @l\n review from 30\n");
	put(*state, "b.list", "barn\n");
	put(*state, "c.txt", "not a rule\n");
	assert_int_equal(rulepack_load(*state, &diag, &rs, &e), 0);
	assert_int_equal(ruleset_rule_count(rs), 1);
	assert_int_equal(diag.len, 0);
	ruleset_free(&rs);
	buf_clear(&diag);
}

static void
test_wrong_rules_make_nothing(void **state)
{
	struct ruleset *rs = NULL;
	struct buf diag = { 0 };
	struct err e;

	put(*state, "a.rules", "rule\n");
	assert_int_equal(rulepack_load(*state, &diag, &rs, &e), -1);
	assert_int_equal(e.code, ERR_INVALID);
	assert_non_null(strstr(diag.p, "a.rules:1:"));
	assert_null(rs);
	buf_clear(&diag);
}

static void
test_no_rules_is_an_error(void **state)
{
	struct ruleset *rs = NULL;
	struct buf diag = { 0 };
	struct err e;

	assert_int_equal(rulepack_load(*state, &diag, &rs, &e), -1);
	assert_int_equal(e.code, ERR_INVALID);
	assert_int_equal(rulepack_load("/nowhere", &diag, &rs, &e), -1);
	assert_non_null(strstr(e.msg, "/nowhere"));
	buf_clear(&diag);
}

static void
test_the_packs_are_found_from_the_program(void **state)
{
	char *dir = NULL;
	struct err e;

	(void)state;
	/* The test program may have been built outside the source tree. */
	if (rulepack_default_dir(&dir, &e) == -1) {
		assert_int_equal(e.code, ERR_INVALID);
		assert_non_null(strstr(e.msg, "--rules"));
		return;
	}
	assert_non_null(strstr(dir, "essex"));
	free(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_rules_and_lists_are_read, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(
		    test_wrong_rules_make_nothing, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(
		    test_no_rules_is_an_error, make_dir, remove_dir),
		cmocka_unit_test(test_the_packs_are_found_from_the_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
