/*
 * landlocked: may outside programs be confined here?  A container's filter of
 * system calls, or an old kernel, can keep Landlock away; then no outside
 * program is run, and what depends on one is skipped.
 */
#ifndef TESTS_LANDLOCKED_H
#define TESTS_LANDLOCKED_H

#include <stdbool.h>
#include <stdio.h>

#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/base/landlock.h"

/* If not, says so as a reason to skip. */
static inline bool
landlocked_may_run(void)
{
	static const struct landlock_rule none[] = { { 0 } };
	struct err e = { 0 };
	int fd = landlock_new(none, &e);

	if (fd < 0) {
		printf("SKIP %s\n", e.msg);
		(void)fflush(stdout);
		return false;
	}
	files_close(&fd);
	return true;
}

#endif /* TESTS_LANDLOCKED_H */
