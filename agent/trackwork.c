/*
 * trackwork: a list of files to take in, and a thread that goes through it.
 */
#include "agent/trackwork.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/log.h"
#include "agent/base/loop.h"
#include "agent/conf/conf.h"
#include "agent/feeds/feed.h"
#include "agent/store/store.h"
#include "agent/store/trackstore.h"
#include "agent/trackimport.h"

#define DAY_MS   INT64_C(86400000)
#define PURGE_MS INT64_C(3600000) /* between two looks for old tracks */
#define EMPTY_MS INT64_C(1000)    /* while others use the database's log */

/* One file; the list is short, a folder asks for one at a time. */
struct task {
	struct task *next;
	uint64_t ticket;
	char *feed, *path, *unit; /* owned; unit NULL: none */
	enum track_class class;
	struct loop_wake *wake; /* borrowed; NULL: cancelled */
	int answer;             /* of trackwork_ask() */
	struct err e;
};

struct trackwork {
	struct store *store;       /* owned; the thread's while it runs */
	struct trackimport *ti;    /* likewise */
	struct trackstore *tracks; /* likewise */
	void (*imported)(void *user);
	void *user;
	pthread_t thread;
	bool has_thread;
	pthread_mutex_t mutex; /* over all below */
	pthread_cond_t change;
	struct task *tasks; /* in order; answered ones wait to be asked for */
	uint64_t last_ticket;
	int64_t keep_days[TRACK_CLASS_OTHER + 1];
	int64_t purge_us; /* when to look next, by clock_kernel_us() */
	int64_t empty_us; /* when to empty the log; INT64_MAX: it is */
	bool stopping;
};

static void
task_free(struct task *t)
{
	free(t->feed);
	free(t->path);
	free(t->unit);
	free(t);
}

/* ---- In the thread ---- */

static void
log_result(const struct task *t, const struct trackimport_result *r)
{
	if (r->is_refused)
		return; /* the folder says so, once */
	if (r->is_new)
		log_info("track stored feed=%s track=%" PRId64
			 " format=%s fixes=%" PRId64 " kept=%" PRId64
			 " skipped=%" PRId64 " clock=%s",
		    t->feed, r->id, r->format, r->fixes, r->kept, r->skipped,
		    track_clock_name(r->clock));
	else
		log_info("track was stored already feed=%s track=%" PRId64,
		    t->feed, r->id);
	if (r->corrected_id > 0)
		log_info("clock of a track judged again track=%" PRId64
			 " by=%" PRId64,
		    r->corrected_id, r->id);
}

/* Import the file of t, which nobody else touches; the answer. */
static int
import_file(struct trackwork *w, const struct task *t, struct err *e)
{
	const struct trackimport_request rq = { .path = t->path,
		.class = t->class,
		.unit = t->unit,
		.actor = "agent",
		.now_ms = clock_wall_ms() };
	struct trackimport_result result;
	int answer;

	if (trackimport_file(w->ti, &rq, &result, e) < 0)
		return -1;
	log_result(t, &result);
	answer = result.is_kept ? 1 : 3;
	if (result.is_refused) {
		*e = result.refused;
		answer = 2;
	} else if (result.is_new && w->imported) {
		w->imported(w->user);
	}
	trackimport_release(&result);
	return answer;
}

static struct task *
find_waiting(struct trackwork *w)
{
	struct task *t = w->tasks;

	while (t && t->answer != 0)
		t = t->next;
	return t;
}

static void
remove_task(struct trackwork *w, struct task *t)
{
	struct task **at = &w->tasks;

	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	task_free(t);
}

/* Under the mutex, which is free while the file is imported. */
static void
do_task(struct trackwork *w, struct task *t)
{
	struct err e = { 0 };
	int answer;

	pthread_mutex_unlock(&w->mutex);
	answer = import_file(w, t, &e);
	pthread_mutex_lock(&w->mutex);
	t->answer = answer;
	t->e = e;
	if (t->wake)
		loop_wake(t->wake);
	else
		remove_task(w, t);
}

/* What a look for old tracks has come to. */
struct purging {
	enum track_class class;
	int64_t days;
	int64_t after_id; /* the last that was tried */
	int failures;
	struct err first; /* of the failures */
};

static void
note_failure(struct purging *p, const struct err *e)
{
	if (p->failures++ == 0)
		p->first = *e;
}

/*
 * Erase the next track that is too old: 1, 0 if there is none.  One that cannot
 * be erased is noted and passed by, so that it keeps no other.
 */
static int
erase_one(struct trackwork *w, struct purging *p)
{
	int64_t now = clock_wall_ms();
	struct trackimport_erasure erased;
	struct err e = { 0 };
	int r = trackstore_find_old(w->tracks, p->class, now - p->days * DAY_MS,
	    p->after_id, &p->after_id, &e);

	if (r < 0)
		note_failure(p, &e);
	if (r <= 0)
		return 0;
	r = trackimport_delete(
	    w->ti, p->after_id, "agent", "retention", now, &erased, &e);
	if (r < 0)
		note_failure(p, &e);
	else if (r > 0)
		log_info("track erased, its time was over track=%" PRId64
			 " class=%s keep_days=%" PRId64,
		    p->after_id, track_class_name(p->class), p->days);
	return 1;
}

/* One class after the other; the mutex is free meanwhile. */
static void
purge(struct trackwork *w)
{
	struct purging p = { .failures = 0 };
	int r;

	for (int c = TRACK_CLASS_UNIT; c <= TRACK_CLASS_OTHER; c++) {
		p.class = (enum track_class)c;
		p.after_id = 0;
		do {
			p.days = w->keep_days[c];
			pthread_mutex_unlock(&w->mutex);
			r = erase_one(w, &p);
			pthread_mutex_lock(&w->mutex);
		} while (r > 0 && !w->stopping);
	}
	if (p.failures > 0)
		log_error("tracks are not erased by age, tried every hour "
			  "failures=%d: %s",
		    p.failures, p.first.msg);
	w->purge_us = clock_kernel_us() + PURGE_MS * 1000;
	w->empty_us = 0;
}

/*
 * Cut the database's log, which holds what was erased, here or by another part
 * or process; the mutex is free meanwhile.
 */
static void
empty_log(struct trackwork *w)
{
	struct err e = { 0 };
	int r;

	pthread_mutex_unlock(&w->mutex);
	r = db_empty_log(store_db(w->store), &e);
	pthread_mutex_lock(&w->mutex);
	if (r < 0)
		log_error("what was erased stays in the database's log, tried "
			  "every hour: %s",
		    e.msg);
	w->empty_us = r == 0 ? clock_kernel_us() + EMPTY_MS * 1000 : INT64_MAX;
}

static void
wait_for_work(struct trackwork *w)
{
	int64_t us = w->empty_us < w->purge_us ? w->empty_us : w->purge_us;
	const struct timespec until = { .tv_sec = us / 1000000,
		.tv_nsec = us % 1000000 * 1000 };

	(void)pthread_cond_timedwait(&w->change, &w->mutex, &until);
}

static void *
work(void *user)
{
	struct trackwork *w = user;

	pthread_mutex_lock(&w->mutex);
	while (!w->stopping) {
		struct task *t = find_waiting(w);

		if (t)
			do_task(w, t);
		else if (clock_kernel_us() >= w->purge_us)
			purge(w);
		else if (clock_kernel_us() >= w->empty_us)
			empty_log(w);
		else
			wait_for_work(w);
	}
	pthread_mutex_unlock(&w->mutex);
	return NULL;
}

/* ---- From the loop ---- */

uint64_t
trackwork_put(struct trackwork *w, const struct feed_whole *file)
{
	struct task *t = alloc_zero(1, sizeof(*t));
	struct task **at = &w->tasks;
	uint64_t ticket;

	t->feed = alloc_text(file->feed);
	t->path = alloc_text(file->path);
	t->unit = file->unit ? alloc_text(file->unit) : NULL;
	t->wake = file->wake;
	t->class = TRACK_CLASS_OTHER;
	(void)track_class_find(str_of(file->class), &t->class);
	pthread_mutex_lock(&w->mutex);
	ticket = t->ticket = ++w->last_ticket;
	while (*at)
		at = &(*at)->next;
	*at = t;
	pthread_cond_signal(&w->change);
	pthread_mutex_unlock(&w->mutex);
	return ticket;
}

static struct task *
find_task(struct trackwork *w, uint64_t ticket)
{
	struct task *t = w->tasks;

	while (t && t->ticket != ticket)
		t = t->next;
	return t;
}

int
trackwork_ask(struct trackwork *w, uint64_t ticket, struct err *e)
{
	struct task *t;
	int answer = 0;

	pthread_mutex_lock(&w->mutex);
	t = find_task(w, ticket);
	if (t && t->answer != 0) {
		answer = t->answer;
		*e = t->e;
		remove_task(w, t);
	}
	pthread_mutex_unlock(&w->mutex);
	return answer;
}

void
trackwork_cancel(struct trackwork *w, uint64_t ticket)
{
	struct task *t;

	pthread_mutex_lock(&w->mutex);
	t = find_task(w, ticket);
	if (t && t->answer != 0)
		remove_task(w, t);
	else if (t)
		t->wake =
		    NULL; /* in hand, or waiting: it is taken all the same */
	pthread_mutex_unlock(&w->mutex);
}

static void
take_days(struct trackwork *w, const struct conf *conf)
{
	w->keep_days[TRACK_CLASS_UNIT] = conf->units_keep_days;
	w->keep_days[TRACK_CLASS_DRONE] = conf->tracks_keep_drone_days;
	w->keep_days[TRACK_CLASS_DASHCAM] = conf->tracks_keep_dashcam_days;
	w->keep_days[TRACK_CLASS_OTHER] = conf->tracks_keep_other_days;
	w->purge_us = clock_kernel_us();
}

void
trackwork_reload(struct trackwork *w, const struct conf *conf)
{
	pthread_mutex_lock(&w->mutex);
	take_days(w, conf);
	pthread_cond_signal(&w->change);
	pthread_mutex_unlock(&w->mutex);
}

/* Signals stay with the loop's thread. */
static int
start_thread(struct trackwork *w, struct err *e)
{
	sigset_t all, old;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&w->thread, NULL, work, w);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (rc != 0)
		return err_set(e, ERR_SYSTEM,
		    "no thread to take recordings in: %s", strerror(rc));
	w->has_thread = true;
	return 0;
}

static int
open_store(struct trackwork *w, const struct conf *conf, struct err *e)
{
	struct buf path = { 0 };
	int r;

	buf_addf(&path, "%s/" STORE_FILE_NAME, conf->state);
	r = store_open(path.p, DB_WRITE, &w->store, e);
	buf_clear(&path);
	if (r < 0 || trackstore_open(store_db(w->store), &w->tracks, e) < 0)
		return -1;
	return trackimport_open(w->store, conf->state, &w->ti, e);
}

int
trackwork_start(const struct conf *conf, void (*imported)(void *user),
    void *user, struct trackwork **out, struct err *e)
{
	struct trackwork *w = alloc_zero(1, sizeof(*w));
	pthread_condattr_t steady; /* the clock that clock_kernel_us() reads */

	pthread_condattr_init(&steady);
	pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
	pthread_cond_init(&w->change, &steady);
	pthread_condattr_destroy(&steady);
	pthread_mutex_init(&w->mutex, NULL);
	w->empty_us = INT64_MAX;
	w->imported = imported;
	w->user = user;
	take_days(w, conf);
	if (open_store(w, conf, e) < 0 || start_thread(w, e) < 0) {
		trackwork_stop(&w);
		return -1;
	}
	*out = w;
	return 0;
}

void
trackwork_stop(struct trackwork **w)
{
	struct trackwork *x = *w;

	if (!x)
		return;
	if (x->has_thread) {
		pthread_mutex_lock(&x->mutex);
		x->stopping = true;
		pthread_cond_signal(&x->change);
		pthread_mutex_unlock(&x->mutex);
		pthread_join(x->thread, NULL);
	}
	while (x->tasks)
		remove_task(x, x->tasks);
	trackimport_close(&x->ti);
	trackstore_close(&x->tracks);
	store_close(&x->store);
	pthread_cond_destroy(&x->change);
	pthread_mutex_destroy(&x->mutex);
	free(x);
	*w = NULL;
}
