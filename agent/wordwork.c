/*
 * wordwork: a thread that takes a piece, rests, and looks now and then when
 * there is nothing to do.
 */
#include "agent/wordwork.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/log.h"
#include "agent/base/thread.h"
#include "agent/store/store.h"
#include "agent/store/wordindex.h"

#define PIECE    20    /* incidents of one transaction */
#define RESTS    2     /* for each time that a piece took */
#define IDLE_MS  5000  /* between two looks for something to do */
#define AGAIN_MS 10000 /* after an error */

struct wordwork {
	struct store *store;     /* owned; the thread's alone while it runs */
	struct wordindex *words; /* likewise */
	struct arena *arena;     /* likewise */
	bool is_building;        /* said that it has begun */
	pthread_t thread;
	pthread_mutex_t mutex; /* over all below */
	pthread_cond_t change;
	bool stopping;
};

/* Stay for ms unless stopped.  Under the mutex. */
static void
stay(struct wordwork *w, int64_t ms)
{
	int64_t until_us = clock_kernel_us() + ms * 1000;
	const struct timespec until = { .tv_sec = until_us / 1000000,
		.tv_nsec = until_us % 1000000 * 1000 };

	while (!w->stopping && clock_kernel_us() < until_us)
		(void)pthread_cond_timedwait(&w->change, &w->mutex, &until);
}

/* Say when taking in begins and ends. */
static void
say(struct wordwork *w, bool is_more)
{
	int64_t left = 0, all = 0;
	struct err e = { 0 };

	if (is_more == w->is_building)
		return;
	w->is_building = is_more;
	if (wordindex_left(w->words, &left, &all, &e) < 0)
		return;
	if (is_more)
		log_info("older incidents are taken into the search, the "
			 "newest first left=%" PRId64,
		    left);
	else
		log_info("all older incidents are in the search count=%" PRId64,
		    all);
}

/* One piece of whatever there is to do: 1 if there is more, 0, -1. */
static int
piece(struct wordwork *w, struct err *e)
{
	int r = wordindex_clean(w->words, e);

	if (r != 0)
		return r;
	r = wordindex_build(w->words, PIECE, w->arena, e);
	if (r >= 0)
		say(w, r > 0);
	return r;
}

/* A piece, the mutex free meanwhile.  How long to rest. */
static int64_t
turn(struct wordwork *w)
{
	int64_t from_us = clock_kernel_us();
	struct err e = { 0 };
	int r;

	pthread_mutex_unlock(&w->mutex);
	r = piece(w, &e);
	pthread_mutex_lock(&w->mutex);
	if (r > 0)
		return RESTS * (clock_kernel_us() - from_us) / 1000 + 1;
	if (r == 0)
		return IDLE_MS;
	log_warn("the index of words is not brought up to date, tried again "
		 "in %d s: %s",
	    AGAIN_MS / 1000, e.msg);
	return AGAIN_MS;
}

static void *
work(void *user)
{
	struct wordwork *w = user;

	pthread_mutex_lock(&w->mutex);
	while (!w->stopping)
		stay(w, turn(w));
	pthread_mutex_unlock(&w->mutex);
	return NULL;
}

static void
release(struct wordwork **w)
{
	struct wordwork *x = *w;

	wordindex_close(&x->words);
	store_close(&x->store);
	arena_free(&x->arena);
	pthread_cond_destroy(&x->change);
	pthread_mutex_destroy(&x->mutex);
	free(x);
	*w = NULL;
}

int
wordwork_start(const char *path, struct db_turns *turns, struct wordwork **out,
    struct err *e)
{
	struct wordwork *w = alloc_zero(1, sizeof(*w));

	thread_cond_init(&w->change);
	pthread_mutex_init(&w->mutex, NULL);
	w->arena = arena_new();
	if (store_open(path, DB_WRITE, &w->store, e) < 0 ||
	    wordindex_open(w->store, &w->words, e) < 0)
		goto fail;
	db_take_turns(store_db(w->store), turns, false);
	if (thread_start(
		&w->thread, work, w, "to keep the index of words in", e) < 0)
		goto fail;
	*out = w;
	return 0;
fail:
	release(&w);
	return -1;
}

void
wordwork_stop(struct wordwork **w)
{
	struct wordwork *x = *w;

	if (!x)
		return;
	pthread_mutex_lock(&x->mutex);
	x->stopping = true;
	pthread_cond_signal(&x->change);
	pthread_mutex_unlock(&x->mutex);
	pthread_join(x->thread, NULL);
	release(w);
}
