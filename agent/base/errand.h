/*
 * errand: a call that may block, made on a thread of its own.
 *
 * For what a library or the system does only while its caller waits: looking a
 * name up, connecting.  The answer comes on the loop thread.  An errand that is
 * cancelled is left to itself: its thread ends when the call does and throws
 * the answer away, so that nobody ever waits for it.
 */
#ifndef BASE_ERRAND_H
#define BASE_ERRAND_H

#include "agent/base/own.h"

struct err;
struct errand; /* opaque; belongs to the loop thread */
struct loop;

/* What to do; static. */
struct errand_job {
	/*
	 * On the thread: the answer, or NULL with the reason.  input is the
	 * thread's alone.
	 */
	void *(*run)(void *input, struct err *e);
	void (*free_input)(void *input);
	void (*free_answer)(void *answer); /* nobody wants it */
};

/*
 * Begin.  Takes input, on failure too; borrows job for ever and loop until the
 * end.  done() is called once, on the loop thread, with the answer, which is
 * the owner's from then on, or with NULL and the reason.  The caller owns *out
 * (errand_cancel), in done() too.
 */
NODISCARD int errand_start(struct loop *loop, const struct errand_job *job,
    void *input, void (*done)(void *user, void *answer, const struct err *e),
    void *user, struct errand **out, struct err *e);

/* Release *er and set it NULL; done() is not called any more.  NULL is fine. */
void errand_cancel(struct errand **er);

#endif /* BASE_ERRAND_H */
