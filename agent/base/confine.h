/*
 * confine: an outside program run where it can do no harm.
 *
 * For programs that read what strangers wrote (a clip, a logger's file), which
 * must be taken to be in the stranger's hands.  Such a child reads one input,
 * writes to two pipes, and ends.  It has no network and no socket of any kind;
 * may open nothing but the programs and libraries of the system, for reading;
 * may write nowhere, start no process or thread, signal nobody; has limits of
 * memory, processor time, time, output; and dies with its parent.  It is kept
 * in by Landlock (landlock.h), a list of system calls (sysfilter.h) and
 * resource limits, which need no privilege and work inside the agent's unit.
 * Started by root it runs as nobody (65534).
 *
 * Where that cannot be had the program is not run at all.  What it could still
 * learn: whether a file with a name it guesses is there, and the time.
 *
 * confine_run() waits for the end: never call it on the event loop.
 */
#ifndef BASE_CONFINE_H
#define BASE_CONFINE_H

#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;

/* What is kept of the words a program says to standard error. */
#define CONFINE_WORDS_MAX 2048

/* What to run, on what, within what. */
struct confine {
	const char *const *argv; /* argv[0] an absolute path; NULL at the end */
	int input;               /* a file, read from its beginning; -1: none */
	uint64_t memory_bytes;   /* of address space */
	uint64_t output_bytes;
	int cpu_s, wall_s;

	/* A piece of what it writes; -1 with e filled ends it. */
	int (*output)(void *user, struct str piece, struct err *e);
	void *user;
};

/* How it ended by itself. */
struct confine_end {
	int status; /* of exit; 128 and the signal's number if one ended it */
	char words[CONFINE_WORDS_MAX]; /* as printable ASCII, lines apart */
};

/*
 * Run it to its end.  Returns 0, with *end filled, whatever its status is; or
 * -1: ERR_PERMANENT, it is not there or cannot be confined, and what to do
 * about that; ERR_LIMIT, it was stopped at the limit of time, processor time or
 * output; what output() said; or ERR_SYSTEM.  No child is left in any case.
 */
NODISCARD int confine_run(
    const struct confine *c, struct confine_end *end, struct err *e);

#endif /* BASE_CONFINE_H */
