/*
 * check: stop at once when the program itself is wrong.
 *
 * CHECK() is for bugs, never for input.  It is always on, in release builds
 * too: the process prints the place and aborts, and systemd starts it again
 * with everything it had committed.
 */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

/* Abort, naming the place, unless cond holds. */
#define CHECK(cond) ((cond) ? (void)0 : check_failed(#cond, __FILE__, __LINE__))

/* Print what failed and where, and abort.  Use CHECK(). */
_Noreturn void check_failed(const char *cond, const char *file, int line);

#endif /* BASE_CHECK_H */
