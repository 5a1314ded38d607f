/*
 * findwork: a thread that waits, gathers and turns.
 *
 * Each of its commits makes other connections read anew what they keep in
 * memory, and costs the disk a flush; that is why it gathers.
 */
#include "agent/findwork.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/log.h"
#include "agent/base/thread.h"
#include "agent/finder.h"
#include "agent/store/store.h"

#define GATHER_MS 200   /* after a kick */
#define AGAIN_MS  10000 /* after an error */

struct findwork {
	struct store *store;   /* owned; the thread's alone while it runs */
	struct finder *finder; /* likewise */
	pthread_t thread;
	pthread_mutex_t mutex; /* over all below */
	pthread_cond_t change;
	bool kicked, stopping;
};

/* Wait for a change, at most ms (0: for ever).  Under the mutex. */
static void
wait_for_change(struct findwork *w, int64_t ms)
{
	int64_t until_us = clock_kernel_us() + ms * 1000;
	const struct timespec until = { .tv_sec = until_us / 1000000,
		.tv_nsec = until_us % 1000000 * 1000 };

	if (ms == 0)
		(void)pthread_cond_wait(&w->change, &w->mutex);
	else
		(void)pthread_cond_timedwait(&w->change, &w->mutex, &until);
}

/* Stay for ms unless stopped.  Under the mutex. */
static void
stay(struct findwork *w, int64_t ms)
{
	int64_t until_us = clock_kernel_us() + ms * 1000;
	int64_t left_ms = ms;

	while (!w->stopping && left_ms > 0) {
		wait_for_change(w, left_ms);
		left_ms = (until_us - clock_kernel_us() + 999) / 1000;
	}
}

/* Turn until nothing is left; the mutex is free meanwhile.  -1: an error. */
static int
turn(struct findwork *w)
{
	struct err e = { 0 };
	bool stopping = false;
	int r = 1;

	while (r > 0 && !stopping) {
		pthread_mutex_unlock(&w->mutex);
		r = finder_turn(w->finder, clock_wall_ms(), &e);
		pthread_mutex_lock(&w->mutex);
		stopping = w->stopping;
	}
	if (r < 0)
		log_warn("recordings are not matched with incidents, tried "
			 "again in %d s: %s",
		    AGAIN_MS / 1000, e.msg);
	return r;
}

static void *
work(void *user)
{
	struct findwork *w = user;

	pthread_mutex_lock(&w->mutex);
	while (!w->stopping) {
		while (!w->kicked && !w->stopping)
			wait_for_change(w, 0);
		stay(w, GATHER_MS);
		w->kicked = false;
		if (!w->stopping && turn(w) < 0) {
			stay(w, AGAIN_MS);
			w->kicked = true;
		}
	}
	pthread_mutex_unlock(&w->mutex);
	return NULL;
}

static void
release(struct findwork **w)
{
	struct findwork *x = *w;

	finder_free(&x->finder);
	store_close(&x->store);
	pthread_cond_destroy(&x->change);
	pthread_mutex_destroy(&x->mutex);
	free(x);
	*w = NULL;
}

int
findwork_start(const char *path, struct findwork **out, struct err *e)
{
	struct findwork *w = alloc_zero(1, sizeof(*w));

	thread_cond_init(&w->change);
	pthread_mutex_init(&w->mutex, NULL);
	w->kicked = true; /* what was left at the last stop */
	if (store_open(path, DB_WRITE, &w->store, e) < 0 ||
	    finder_new(w->store, &w->finder, e) < 0 ||
	    thread_start(&w->thread, work, w, "to match recordings in", e) <
		0) {
		release(&w);
		return -1;
	}
	*out = w;
	return 0;
}

void
findwork_kick(struct findwork *w)
{
	pthread_mutex_lock(&w->mutex);
	w->kicked = true;
	pthread_cond_signal(&w->change);
	pthread_mutex_unlock(&w->mutex);
}

void
findwork_stop(struct findwork **w)
{
	struct findwork *x = *w;

	if (!x)
		return;
	pthread_mutex_lock(&x->mutex);
	x->stopping = true;
	pthread_cond_signal(&x->change);
	pthread_mutex_unlock(&x->mutex);
	pthread_join(x->thread, NULL);
	release(w);
}
