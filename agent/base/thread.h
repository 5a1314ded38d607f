/*
 * thread: starting a thread, and waiting in it by the clock that is not set.
 */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>

#include "agent/base/own.h"

struct err;

/*
 * Start a thread that runs run(user).  It takes no signal: those are for the
 * thread that asks, which has the loop.  purpose ends the sentence "no thread
 * ...", as "to match recordings in".  0, or -1 (ERR_SYSTEM).
 */
NODISCARD int thread_start(pthread_t *thread, void *(*run)(void *user),
    void *user, const char *purpose, struct err *e);

/*
 * Make a condition whose pthread_cond_timedwait() goes by CLOCK_MONOTONIC, the
 * clock that clock_kernel_us() reads.
 */
void thread_cond_init(pthread_cond_t *cond);

#endif /* BASE_THREAD_H */
