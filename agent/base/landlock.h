/*
 * landlock: the files a confined child may open, kept by the kernel.
 *
 * A rule set is a descriptor; a process that takes it on can from then on open
 * only what stands below the paths of the set, in the ways that are given.  It
 * needs no privilege and cannot be taken off again.  What it does not hide is
 * whether a file is there and how large it is.
 */
#ifndef BASE_LANDLOCK_H
#define BASE_LANDLOCK_H

#include "agent/base/own.h"

struct err;

/* In which ways.  A path that is not there is passed over. */
enum landlock_way {
	LANDLOCK_READ,  /* files, and the names in folders */
	LANDLOCK_RUN,   /* and start programs */
	LANDLOCK_WRITE, /* read and write what is there, make nothing */
};

/* One path and what may be done at and below it. */
struct landlock_rule {
	const char *path;
	enum landlock_way way;
};

/*
 * A set of rules, ended by one whose path is NULL.  Returns a descriptor that
 * the caller closes (files_close), or -1: ERR_PERMANENT where this kernel, or
 * the unit's filter of system calls, has no Landlock, and says how to get it.
 */
NODISCARD int landlock_new(const struct landlock_rule *rules, struct err *e);

/*
 * Take it on, for good, with PR_SET_NO_NEW_PRIVS already set.  0, or -1 with
 * errno.  Safe between fork and exec.
 */
NODISCARD int landlock_restrict(int rules);

#endif /* BASE_LANDLOCK_H */
