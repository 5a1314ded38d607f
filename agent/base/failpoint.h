/*
 * failpoint: named instants at which tests kill the program.
 *
 * In builds with BUZZARD_FAILPOINTS, FAILPOINT(name) kills the process with
 * SIGKILL when the environment's BUZZARD_FAILPOINT is "name" or "name:N" and
 * the point is passed for the N-th time.  In other builds it is nothing.
 */
#ifndef BASE_FAILPOINT_H
#define BASE_FAILPOINT_H

#ifdef BUZZARD_FAILPOINTS
#define FAILPOINT(name) failpoint_pass(name)
#else
#define FAILPOINT(name) ((void)0)
#endif

/* Count a passage of the point and die if the environment asks for it. */
void failpoint_pass(const char *name);

#endif /* BASE_FAILPOINT_H */
