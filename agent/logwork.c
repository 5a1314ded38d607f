/*
 * logwork: a thread that waits for the log to grow, moves it, and rests.
 *
 * It rests between two turns since each flushes the disk, for which the loop's
 * next commit may have to wait.  While there are commits and readers without a
 * pause the log is not moved to its end, and so not begun anew: a large one is,
 * in a turn in which nobody writes, and what is left to move then is little.
 */
#include "agent/logwork.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/base/log.h"
#include "agent/base/thread.h"

#define LOG_PAGES 1000  /* from so many on it is moved */
#define LOG_ANEW  4000  /* and from so many on begun anew */
#define REST_MS   50    /* after a turn */
#define AGAIN_MS  10000 /* after an error */

struct logwork {
	struct db *watched; /* borrowed; the loop's */
	struct db *db;      /* owned; the thread's alone while it runs */
	pthread_t thread;
	pthread_mutex_t mutex; /* over all below */
	pthread_cond_t change;
	int pages; /* that it held when it was kicked */
	bool kicked, stopping;
};

/* Stay for ms unless stopped.  Under the mutex. */
static void
stay(struct logwork *w, int64_t ms)
{
	int64_t until_us = clock_kernel_us() + ms * 1000;
	const struct timespec until = { .tv_sec = until_us / 1000000,
		.tv_nsec = until_us % 1000000 * 1000 };

	while (!w->stopping && clock_kernel_us() < until_us)
		(void)pthread_cond_timedwait(&w->change, &w->mutex, &until);
}

/* Move what the log holds; the mutex is free meanwhile.  How long to rest. */
static int64_t
turn(struct logwork *w)
{
	struct err e = { 0 };
	int pages = w->pages, r;

	pthread_mutex_unlock(&w->mutex);
	r = db_move_log(w->db, &e);
	if (r == 0 && pages >= LOG_ANEW)
		r = db_restart_log(w->db, &e);
	pthread_mutex_lock(&w->mutex);
	if (r >= 0)
		return REST_MS;
	log_warn("the database's log is not moved, tried again in %d s: %s",
	    AGAIN_MS / 1000, e.msg);
	return AGAIN_MS;
}

static void *
work(void *user)
{
	struct logwork *w = user;

	pthread_mutex_lock(&w->mutex);
	while (!w->stopping) {
		if (!w->kicked) {
			(void)pthread_cond_wait(&w->change, &w->mutex);
			continue;
		}
		w->kicked = false;
		stay(w, turn(w));
	}
	pthread_mutex_unlock(&w->mutex);
	return NULL;
}

/* The loop's connection has committed. */
static void
on_grown(void *user, int pages)
{
	struct logwork *w = user;

	if (pages < LOG_PAGES)
		return;
	pthread_mutex_lock(&w->mutex);
	w->kicked = true;
	w->pages = pages;
	pthread_cond_signal(&w->change);
	pthread_mutex_unlock(&w->mutex);
}

static void
release(struct logwork **w)
{
	struct logwork *x = *w;

	db_close(&x->db);
	pthread_cond_destroy(&x->change);
	pthread_mutex_destroy(&x->mutex);
	free(x);
	*w = NULL;
}

int
logwork_start(
    const char *path, struct db *db, struct logwork **out, struct err *e)
{
	struct logwork *w = alloc_zero(1, sizeof(*w));

	thread_cond_init(&w->change);
	pthread_mutex_init(&w->mutex, NULL);
	if (db_open(path, DB_WRITE, &w->db, e) < 0 ||
	    thread_start(
		&w->thread, work, w, "to move the database's log in", e) < 0) {
		release(&w);
		return -1;
	}
	w->watched = db;
	db_take_turns(w->db, db_turns_of(db), false);
	db_watch_log(db, on_grown, w);
	*out = w;
	return 0;
}

void
logwork_stop(struct logwork **w)
{
	struct logwork *x = *w;

	if (!x)
		return;
	db_watch_log(x->watched, NULL, NULL);
	pthread_mutex_lock(&x->mutex);
	x->stopping = true;
	pthread_cond_signal(&x->change);
	pthread_mutex_unlock(&x->mutex);
	pthread_join(x->thread, NULL);
	release(w);
}
