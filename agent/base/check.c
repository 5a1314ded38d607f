/*
 * check: the last words of a program that found itself wrong.
 *
 * Written with write(), not stdio: the heap or a lock may be what is broken.
 * Under the journal the line carries the level of an error.
 */
#include "agent/base/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void
check_failed(const char *cond, const char *file, int line)
{
	char text[512];
	int len = snprintf(text, sizeof(text),
	    "%sbug: check failed, stopping: %s at %s:%d\n",
	    getenv("JOURNAL_STREAM") ? "<2>" : "", cond, file, line);

	if (len >= (int)sizeof(text))
		len = (int)sizeof(text) - 1;
	if (len > 0 && write(STDERR_FILENO, text, (size_t)len) < 0)
		abort();
	abort();
}
