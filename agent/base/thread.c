#include "agent/base/thread.h"

#include <signal.h>
#include <string.h>
#include <time.h>

#include "agent/base/err.h"

int
thread_start(pthread_t *thread, void *(*run)(void *user), void *user,
    const char *purpose, struct err *e)
{
	sigset_t all, old;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(thread, NULL, run, user);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (rc == 0)
		return 0;
	return err_set(
	    e, ERR_SYSTEM, "no thread %s: %s", purpose, strerror(rc));
}

void
thread_cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t steady;

	pthread_condattr_init(&steady);
	pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
	pthread_cond_init(cond, &steady);
	pthread_condattr_destroy(&steady);
}
