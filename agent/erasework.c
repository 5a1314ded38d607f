/*
 * erasework: a thread that looks now and then for what is too old.
 */
#include "agent/erasework.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/base/log.h"
#include "agent/base/thread.h"
#include "agent/conf/conf.h"
#include "agent/retain.h"
#include "agent/store/store.h"
#include "agent/store/trackstore.h"
#include "agent/trackimport.h"

#define DAY_MS   INT64_C(86400000)
#define LOOK_MS  INT64_C(3600000) /* between two looks */
#define EMPTY_MS INT64_C(1000)    /* while others use the database's log */
#define PAUSE_MS INT64_C(20)      /* between two steps of a run */

struct erasework {
	struct store *store;       /* owned; the thread's while it runs */
	struct trackimport *ti;    /* likewise */
	struct trackstore *tracks; /* likewise */
	struct retain *retain;     /* likewise */
	pthread_t thread;
	bool has_thread;
	pthread_mutex_t in_use;  /* conf is read, for one step */
	const struct conf *conf; /* borrowed; under in_use */
	pthread_mutex_t mutex;   /* over all below */
	pthread_cond_t change;
	int64_t keep_days[TRACK_CLASS_OTHER + 1];
	int64_t look_us;  /* when to look next, by clock_kernel_us() */
	int64_t empty_us; /* when to empty the log; INT64_MAX: it is */
	bool stopping, reloaded;
};

/* ---- In the thread ---- */

/* Wait for us, or until something changes.  Under the mutex. */
static void
wait_until(struct erasework *w, int64_t us)
{
	const struct timespec until = { .tv_sec = us / 1000000,
		.tv_nsec = us % 1000000 * 1000 };

	(void)pthread_cond_timedwait(&w->change, &w->mutex, &until);
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
erase_one(struct erasework *w, struct purging *p)
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
erase_tracks(struct erasework *w)
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
}

/*
 * Cut the database's log, which holds what was erased, here or by another part
 * or process; the mutex is free meanwhile.
 */
static void
empty_log(struct erasework *w)
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

/*
 * Between two steps of a run: let others write, and say whether to go on.  What
 * a reload changed holds from the next run on; so the run ends here.
 */
static bool
pause_run(void *user)
{
	struct erasework *w = user;
	int64_t until_us = clock_kernel_us() + PAUSE_MS * 1000;
	bool goes_on;

	pthread_mutex_unlock(&w->in_use);
	pthread_mutex_lock(&w->mutex);
	while (!w->stopping && !w->reloaded && clock_kernel_us() < until_us)
		wait_until(w, until_us);
	goes_on = !w->stopping && !w->reloaded;
	pthread_mutex_unlock(&w->mutex);
	pthread_mutex_lock(&w->in_use);
	return goes_on;
}

/* Is a run to be begun: a day after the last, or where that was cut short? */
static int
is_run_due(struct erasework *w, int64_t now_ms, struct err *e)
{
	struct retention_last last;
	int r = retention_last_run(retain_retention(w->retain), &last, e);

	if (r <= 0)
		return r < 0 ? -1 : 1;
	return last.ended_ms == CLOCK_NONE || last.begun_ms > now_ms ||
	       now_ms - last.begun_ms >= DAY_MS;
}

static void
say_run(const struct retention_run *run)
{
	const struct retention_counts *n = &run->counts;

	if (n->erased > 0 || n->asked > 0)
		log_info("incidents whose time was over erased=%" PRId64
			 " for_review=%" PRId64 " held=%" PRId64,
		    n->erased, n->asked, n->held);
}

/* Retention of all else; under in_use but for the pauses. */
static void
run_retention(struct erasework *w)
{
	struct retention_run run = { .actor = "agent",
		.now_ms = clock_wall_ms() };
	struct err e = { 0 };
	int r;

	pthread_mutex_lock(&w->in_use);
	run.conf = w->conf;
	r = run.conf->erase ? is_run_due(w, run.now_ms, &e) : 0;
	if (r > 0)
		r = retain_run(w->retain, &run, pause_run, w, &e);
	pthread_mutex_unlock(&w->in_use);
	say_run(&run);
	if (r < 0)
		log_error("what its time has come for is not all erased, tried "
			  "again later: %s",
		    e.msg);
}

/* All that is looked for; the mutex is free meanwhile. */
static void
look(struct erasework *w)
{
	w->reloaded = false;
	erase_tracks(w);
	pthread_mutex_unlock(&w->mutex);
	run_retention(w);
	pthread_mutex_lock(&w->mutex);
	w->look_us = w->reloaded ? 0 : clock_kernel_us() + LOOK_MS * 1000;
	w->empty_us = 0;
}

static void *
work(void *user)
{
	struct erasework *w = user;

	pthread_mutex_lock(&w->mutex);
	while (!w->stopping)
		if (clock_kernel_us() >= w->look_us)
			look(w);
		else if (clock_kernel_us() >= w->empty_us)
			empty_log(w);
		else
			wait_until(w, w->empty_us < w->look_us ? w->empty_us
							       : w->look_us);
	pthread_mutex_unlock(&w->mutex);
	return NULL;
}

/* ---- From the loop ---- */

static void
take_conf(struct erasework *w, const struct conf *conf)
{
	w->conf = conf;
	w->keep_days[TRACK_CLASS_UNIT] = conf->units_keep_days;
	w->keep_days[TRACK_CLASS_DRONE] = conf->tracks_keep_drone_days;
	w->keep_days[TRACK_CLASS_DASHCAM] = conf->tracks_keep_dashcam_days;
	w->keep_days[TRACK_CLASS_OTHER] = conf->tracks_keep_other_days;
	w->look_us = clock_kernel_us();
}

void
erasework_reload(struct erasework *w, const struct conf *conf)
{
	pthread_mutex_lock(&w->in_use);
	pthread_mutex_lock(&w->mutex);
	take_conf(w, conf);
	w->reloaded = true;
	pthread_cond_signal(&w->change);
	pthread_mutex_unlock(&w->mutex);
	pthread_mutex_unlock(&w->in_use);
}

static int
start_thread(struct erasework *w, struct err *e)
{
	if (thread_start(&w->thread, work, w, "to erase what is too old", e) <
	    0)
		return -1;
	w->has_thread = true;
	return 0;
}

static int
open_store(struct erasework *w, const struct conf *conf, struct db_turns *turns,
    struct err *e)
{
	struct buf path = { 0 };
	int r;

	buf_addf(&path, "%s/" STORE_FILE_NAME, conf->state);
	r = store_open(path.p, DB_WRITE, &w->store, e);
	buf_clear(&path);
	if (r == 0)
		db_take_turns(store_db(w->store), turns, false);
	if (r < 0 || trackstore_open(store_db(w->store), &w->tracks, e) < 0 ||
	    retain_open(w->store, &w->retain, e) < 0)
		return -1;
	return trackimport_open(w->store, conf->state, &w->ti, e);
}

int
erasework_start(const struct conf *conf, struct db_turns *turns,
    struct erasework **out, struct err *e)
{
	struct erasework *w = alloc_zero(1, sizeof(*w));

	thread_cond_init(&w->change);
	pthread_mutex_init(&w->mutex, NULL);
	pthread_mutex_init(&w->in_use, NULL);
	w->empty_us = INT64_MAX;
	take_conf(w, conf);
	if (open_store(w, conf, turns, e) < 0 || start_thread(w, e) < 0) {
		erasework_stop(&w);
		return -1;
	}
	*out = w;
	return 0;
}

void
erasework_stop(struct erasework **w)
{
	struct erasework *x = *w;

	if (!x)
		return;
	if (x->has_thread) {
		pthread_mutex_lock(&x->mutex);
		x->stopping = true;
		pthread_cond_signal(&x->change);
		pthread_mutex_unlock(&x->mutex);
		pthread_join(x->thread, NULL);
	}
	trackimport_close(&x->ti);
	trackstore_close(&x->tracks);
	retain_close(&x->retain);
	store_close(&x->store);
	pthread_cond_destroy(&x->change);
	pthread_mutex_destroy(&x->in_use);
	pthread_mutex_destroy(&x->mutex);
	free(x);
	*w = NULL;
}
