/*
 * testrun: running the tests of rule files, all or some, one by one.
 *
 * ruleset_run_tests() is the short form.
 */
#ifndef RULES_TESTRUN_H
#define RULES_TESTRUN_H

#include "rules/ruleset.h"

struct coverage;

/* What came of one test; borrowed for the call. */
struct testrun_case {
	struct str file;
	size_t line;
	struct str title;
	bool passed;
	struct str failures; /* a line each: file:line: what was expected … */
};

/* Which tests to run, and who hears of them. */
struct testrun {
	/*
	 * In the title, or all of it with * and ? in it, whatever the case; or
	 * "FILE", "FILE:LINE".  Absent: all tests.
	 */
	struct str pattern;
	struct coverage *coverage; /* what the tests see is added; or NULL */
	void (*on_test)(void *user, const struct testrun_case *c); /* or NULL */
	void *user;
};

/* Run the tests of rs.  Returns how many failed; *run: how many there were. */
size_t testrun_all(
    const struct ruleset *rs, const struct testrun *how, size_t *run);

/* How many tests rs has. */
size_t testrun_count(const struct ruleset *rs);

#endif /* RULES_TESTRUN_H */
