/*
 * junit: results of tests as the XML that build servers read.
 *
 * One <testsuite> a file, in the order in which tests come; attributes are
 * escaped, and what XML cannot hold becomes U+FFFD.  No times: a rule's test
 * takes none worth telling.
 */
#ifndef CMD_JUNIT_H
#define CMD_JUNIT_H

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct testrun_case;

/* A report while it grows; starts zeroed. */
struct junit {
	struct buf done;        /* whole suites; owned */
	struct buf here;        /* the cases of the suite in hand; owned */
	struct buf suite;       /* its name; owned */
	size_t tests, failures; /* of the suite in hand */
	size_t all_tests, all_failures;
};

/* Add what came of a test. */
void junit_add(struct junit *j, const struct testrun_case *c);

/* Write the report to path, whole or not at all. */
NODISCARD int junit_write(struct junit *j, const char *path, struct err *e);

/* Give up the memory; j is empty and usable. */
void junit_clear(struct junit *j);

#endif /* CMD_JUNIT_H */
