#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <time.h>

#include "agent/base/err.h"
#include "agent/base/thread.h"

/* What a thread finds of itself. */
static void *
look(void *user)
{
	sigset_t *blocked = user;

	pthread_sigmask(SIG_SETMASK, NULL, blocked);
	return user;
}

static void
test_signals_stay_with_who_asks(void **state)
{
	sigset_t before, after, inside;
	pthread_t thread;
	struct err e = { 0 };
	void *answer;

	(void)state;
	pthread_sigmask(SIG_SETMASK, NULL, &before);
	assert_int_equal(
	    thread_start(&thread, look, &inside, "to look", &e), 0);
	assert_int_equal(pthread_join(thread, &answer), 0);
	assert_ptr_equal(answer, &inside);
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	for (int s = 1; s < 32; s++) {
		if (s != SIGKILL && s != SIGSTOP)
			assert_int_equal(sigismember(&inside, s), 1);
		assert_int_equal(
		    sigismember(&after, s), sigismember(&before, s));
	}
}

/* By the clock that is not set: its own past has passed. */
static void
test_waiting_goes_by_the_steady_clock(void **state)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t cond;
	struct timespec then, now;

	(void)state;
	thread_cond_init(&cond);
	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &then), 0);
	then.tv_sec++; /* long ago, were it the clock on the wall */
	pthread_mutex_lock(&mutex);
	assert_int_equal(
	    pthread_cond_timedwait(&cond, &mutex, &then), ETIMEDOUT);
	pthread_mutex_unlock(&mutex);
	pthread_cond_destroy(&cond);
	/* It did wait. */
	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
	assert_true(now.tv_sec > then.tv_sec ||
		    (now.tv_sec == then.tv_sec && now.tv_nsec >= then.tv_nsec));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signals_stay_with_who_asks),
		cmocka_unit_test(test_waiting_goes_by_the_steady_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
