/*
 * failpoint: die by SIGKILL where a test says so.
 *
 * SIGKILL and not abort(): nothing may be flushed, closed or rolled back on
 * the way out, as in a power failure.
 */
#include "agent/base/failpoint.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/check.h"

/* Passages of the one point that the environment names. */
static _Atomic unsigned long passages;

/* The N of "name:N", 1 for "name", or 0 if wanted names another point. */
static unsigned long
parse_wanted(const char *wanted, const char *name)
{
	size_t len = strlen(name);

	if (strncmp(wanted, name, len) != 0)
		return 0;
	if (wanted[len] == '\0')
		return 1;
	return wanted[len] == ':' ? strtoul(wanted + len + 1, NULL, 10) : 0;
}

void
failpoint_pass(const char *name)
{
	const char *wanted = getenv("BUZZARD_FAILPOINT");
	unsigned long n = wanted ? parse_wanted(wanted, name) : 0;

	if (n == 0 || atomic_fetch_add(&passages, 1) + 1 != n)
		return;
	CHECK(kill(getpid(), SIGKILL) == 0);
	for (;;)
		(void)pause();
}
