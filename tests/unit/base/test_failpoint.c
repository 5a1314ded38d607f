#include "base_test.h"

#include "agent/base/failpoint.h"

static void
pass_three_times(void *arg)
{
	if (arg)
		(void)setenv("BUZZARD_FAILPOINT", arg, 1);
	else
		(void)unsetenv("BUZZARD_FAILPOINT");
	for (int i = 0; i < 3; i++) {
		failpoint_pass("other");
		failpoint_pass("before_commit");
		(void)!write(STDERR_FILENO, "x", 1);
	}
}

/* What is asked for, and how many rounds are passed alive. */
static const struct {
	const char *wanted;
	const char *passed;
	bool killed;
} cases[] = {
	{ NULL, "xxx", false },
	{ "", "xxx", false },
	{ "before_commit", "", true },
	{ "before_commit:1", "", true },
	{ "before_commit:3", "xx", true },
	{ "before_commit:4", "xxx", false },
	{ "before_commit:0", "xxx", false },
	{ "before", "xxx", false },
	{ "before_commit_not", "xxx", false },
	{ "other:2", "x", true },
};

static void
test_dies_where_asked(void **state)
{
	char text[64];
	char wanted[64];

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		void *arg = NULL;
		if (cases[i].wanted) {
			(void)snprintf(
			    wanted, sizeof(wanted), "%s", cases[i].wanted);
			arg = wanted;
		}
		int status =
		    run_apart(pass_three_times, arg, text, sizeof(text));
		assert_int_equal(
		    WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
		    cases[i].killed);
		assert_string_equal(text, cases[i].passed);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dies_where_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
