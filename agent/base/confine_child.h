/*
 * confine_child: what a confined child does between fork and exec.
 *
 * Private to confine.  A child that cannot take on a restriction says which in
 * a pipe that exec closes: nothing in it means that the program runs, confined.
 */
#ifndef BASE_CONFINE_CHILD_H
#define BASE_CONFINE_CHILD_H

#include <sys/types.h>

struct confine;
struct sock_filter;

/* What it can stumble over, in the order it goes. */
enum confine_child_step {
	CONFINE_STEP_FILES,
	CONFINE_STEP_USER,
	CONFINE_STEP_PARENT,
	CONFINE_STEP_LIMITS,
	CONFINE_STEP_LANDLOCK,
	CONFINE_STEP_FILTER,
	CONFINE_STEP_EXEC,
	CONFINE_STEP_COUNT
};

/* What it then writes to the pipe. */
struct confine_child_stumble {
	enum confine_child_step step;
	int error; /* errno */
};

/* All it needs, made before the fork.  No descriptor may be below 10. */
struct confine_child {
	const struct confine *c;
	struct sock_filter *filter; /* system calls */
	unsigned short filter_len;
	int rules; /* Landlock */
	int input, out, words, stumble;
	pid_t parent;
};

/* What could not be done, to be put behind "cannot". */
const char *confine_child_step_name(enum confine_child_step step);

/* Become the program, or end. */
_Noreturn void confine_child_run(const struct confine_child *child);

#endif /* BASE_CONFINE_CHILD_H */
