/*
 * trackwork: a list of files to take in, and a thread that goes through it.
 */
#include "agent/trackwork.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/log.h"
#include "agent/base/loop.h"
#include "agent/base/thread.h"
#include "agent/conf/conf.h"
#include "agent/feeds/feed.h"
#include "agent/store/store.h"
#include "agent/trackimport.h"

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
	struct store *store;    /* owned; the thread's while it runs */
	struct trackimport *ti; /* likewise */
	void (*imported)(void *user);
	void *user;
	pthread_t thread;
	bool has_thread;
	pthread_mutex_t mutex; /* over all below */
	pthread_cond_t change;
	struct task *tasks; /* in order; answered ones wait to be asked for */
	uint64_t last_ticket;
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

static void *
work(void *user)
{
	struct trackwork *w = user;

	pthread_mutex_lock(&w->mutex);
	while (!w->stopping) {
		struct task *t = find_waiting(w);

		if (t)
			do_task(w, t);
		else
			(void)pthread_cond_wait(&w->change, &w->mutex);
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

static int
start_thread(struct trackwork *w, struct err *e)
{
	if (thread_start(&w->thread, work, w, "to take recordings in", e) < 0)
		return -1;
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
	if (r < 0)
		return -1;
	return trackimport_open(w->store, conf->state, &w->ti, e);
}

int
trackwork_start(const struct conf *conf, void (*imported)(void *user),
    void *user, struct trackwork **out, struct err *e)
{
	struct trackwork *w = alloc_zero(1, sizeof(*w));

	pthread_cond_init(&w->change, NULL);
	pthread_mutex_init(&w->mutex, NULL);
	w->imported = imported;
	w->user = user;
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
	store_close(&x->store);
	pthread_cond_destroy(&x->change);
	pthread_mutex_destroy(&x->mutex);
	free(x);
	*w = NULL;
}
