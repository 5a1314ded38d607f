/*
 * Listeners are a list that any thread adds to and only the news' own takes
 * from.  One that comes with an older line is first brought up to where the
 * others are.
 */
#include "agent/review/news.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/base/http.h"
#include "agent/base/log.h"
#include "agent/base/thread.h"
#include "agent/review/visit.h"
#include "agent/store/accounts.h"
#include "agent/store/audit.h"
#include "agent/store/reviews.h"
#include "agent/store/store.h"

#define LINES_MAX 2000 /* of the log, in one go */

struct listener {
	struct listener *next;
	struct news_asker who; /* after_id: up to there it was told */
	struct http_stream *stream;
	bool is_done;
};

struct news {
	struct store *store; /* these: the thread's alone */
	struct accounts *accounts;
	struct reviews *reviews;
	struct accounts_limits limits;
	int64_t seen, version, beat_ms;
	pthread_t thread;
	pthread_mutex_t lock; /* over all below */
	pthread_cond_t change;
	struct listener *first;
	size_t count;
	bool is_running, is_ending;
};

/* What is being told: of lines up to until, in the order of the log. */
struct telling {
	struct news *n;
	struct buf text;
	int64_t until, read; /* the last line that was looked at */
	int64_t id, incident_id;
	size_t lines;
	struct err e;
	bool failed, is_past; /* a line after until was seen */
};

/* --- events --- */

/* The event of the incident whose lines are at their end. */
static void
add_event(struct telling *t)
{
	struct review_place place;
	int waits;

	if (t->incident_id == 0 || t->failed)
		return;
	waits = reviews_place(t->n->reviews, t->incident_id, &place, &t->e);
	t->failed = waits < 0;
	buf_addf(&t->text,
	    "id: %" PRId64 "\nevent: change\ndata: {\"incident\":%" PRId64,
	    t->id, t->incident_id);
	if (waits > 0)
		buf_addf(&t->text, ",\"rank\":%" PRId64 ",\"since\":%" PRId64,
		    place.rank, place.since_ms);
	buf_add_text(&t->text, "}\n\n");
	t->incident_id = 0;
}

/* Lines of one incident that follow each other are one event. */
static void
on_line(void *user, int64_t id, int64_t incident_id)
{
	struct telling *t = user;

	t->lines++;
	t->is_past |= id > t->until;
	if (t->is_past)
		return;
	if (incident_id != t->incident_id)
		add_event(t);
	t->id = t->read = id;
	t->incident_id = incident_id;
}

static int
add_count(struct telling *t, struct err *e)
{
	const struct review_filter all = { .after_rank = -1 };
	int64_t count, oldest_ms;

	if (reviews_count(t->n->reviews, &all, &count, &oldest_ms, e) < 0)
		return -1;
	buf_addf(&t->text, "event: count\ndata: {\"waiting\":%" PRId64 "}\n\n",
	    count);
	return 0;
}

/*
 * What changed after that line, up to until: events in t->text, and t->read is
 * how far.  0 or -1.
 */
static int
collect(struct telling *t, int64_t after, struct err *e)
{
	t->read = after;
	if (audit_changed(
		store_audit(t->n->store), after, LINES_MAX, on_line, t, e) < 0)
		return -1;
	add_event(t);
	if (t->failed) {
		*e = t->e;
		return -1;
	}
	if (t->is_past || t->lines < LINES_MAX)
		t->read = t->until; /* what lies between is of no interest */
	return t->text.len > 0 ? add_count(t, e) : 0;
}

/* --- listeners; under the lock --- */

static void
tell(struct listener *l, struct str text)
{
	if (text.len > 0 && !http_stream_send(l->stream, text))
		l->is_done = true;
}

static void
drop_done(struct news *n, bool all)
{
	for (struct listener **at = &n->first; *at;) {
		struct listener *l = *at;

		if (!all && !l->is_done) {
			at = &l->next;
			continue;
		}
		*at = l->next;
		n->count--;
		http_stream_close(&l->stream);
		free(l);
	}
}

/* One that comes with an older line; the lock is free meanwhile. */
static int
bring_up(struct news *n, struct listener *l, struct err *e)
{
	struct telling t = { .n = n, .until = n->seen };
	int64_t after = l->who.after_id;
	int r = 0;

	if (after == 0 || after > n->seen)
		l->who.after_id = n->seen;
	else if (n->seen - after > NEWS_RESUME_MAX) {
		buf_addf(&t.text, "id: %" PRId64 "\nevent: reset\ndata: {}\n\n",
		    n->seen);
		l->who.after_id = n->seen;
	} else {
		pthread_mutex_unlock(&n->lock);
		r = collect(&t, after, e);
		pthread_mutex_lock(&n->lock);
		if (r == 0)
			l->who.after_id = t.read;
	}
	if (r == 0)
		tell(l, buf_str(&t.text));
	buf_clear(&t.text);
	return r;
}

static int
bring_all_up(struct news *n, struct err *e)
{
	for (struct listener *l = n->first; l; l = l->next)
		while (!l->is_done && l->who.after_id != n->seen)
			if (bring_up(n, l, e) < 0)
				return -1;
	return 0;
}

/* What was committed since the last look, to all. */
static int
look(struct news *n, struct err *e)
{
	uint8_t hash[HASH_BYTES];
	struct telling t = { .n = n };
	int64_t version = 0;
	int r;

	pthread_mutex_unlock(&n->lock);
	r = db_data_version(store_db(n->store), &version, e);
	if (r == 0 && version != n->version) {
		r = audit_head(store_audit(n->store), &t.until, hash, e);
		if (r >= 0)
			r = collect(&t, n->seen, e);
	} else
		t.read = t.until = n->seen;
	pthread_mutex_lock(&n->lock);
	if (r == 0) {
		for (struct listener *l = n->first; l; l = l->next)
			if (l->who.after_id == n->seen) {
				tell(l, buf_str(&t.text));
				l->who.after_id = t.read;
			}
		/* Looked at again if there was more than fits one go. */
		n->version = t.read == t.until ? version : 0;
		n->seen = t.read;
	}
	buf_clear(&t.text);
	return r;
}

/* Does the session of a listener stand, with a role that may read? */
static int
may_listen(struct news *n, const struct listener *l, struct err *e)
{
	struct account account;
	int64_t seen_ms;
	int r = accounts_session(n->accounts, l->who.session, clock_wall_ms(),
	    &n->limits, &account, &seen_ms, e);

	return r > 0 ? (account.roles & VISIT_READERS) != 0 : r;
}

/* Those whose session has ended hear no more. */
static void
ask_sessions(struct news *n)
{
	for (struct listener *l = n->first; l; l = l->next) {
		struct err e = { 0 };

		if (may_listen(n, l, &e) <= 0)
			l->is_done = true;
	}
}

/* Keeps proxies from closing, and shows who has left or does not read. */
static void
beat(struct news *n)
{
	for (struct listener *l = n->first; l; l = l->next)
		tell(l, str_of(":\n\n"));
	n->beat_ms = clock_mono_ms();
}

/* --- the thread --- */

static void
stay(struct news *n, int64_t ms)
{
	int64_t until_us = clock_kernel_us() + ms * 1000;
	const struct timespec until = { .tv_sec = until_us / 1000000,
		.tv_nsec = until_us % 1000000 * 1000 };

	(void)pthread_cond_timedwait(&n->change, &n->lock, &until);
}

static void
say(const struct err *e)
{
	log_warn("pages do not hear what changed, tried again: %s", e->msg);
}

static void
turn(struct news *n)
{
	bool is_time = clock_mono_ms() - n->beat_ms >= NEWS_HEARTBEAT_MS;
	int64_t version = n->version;
	struct err e = { 0 };

	if (look(n, &e) < 0)
		say(&e);
	/* A session ends by a commit, or with the time. */
	if (is_time || n->version != version)
		ask_sessions(n);
	drop_done(n, false);
	if (bring_all_up(n, &e) < 0)
		say(&e);
	if (is_time)
		beat(n);
	drop_done(n, false);
}

/* Nobody has listened: what lies before is asked for or of no interest. */
static void
begin_anew(struct news *n)
{
	uint8_t hash[HASH_BYTES];
	struct err e = { 0 };

	if (audit_head(store_audit(n->store), &n->seen, hash, &e) < 0)
		say(&e);
	n->version = 0;
	n->beat_ms = clock_mono_ms();
}

static void *
work(void *user)
{
	struct news *n = user;
	bool is_idle = true;

	pthread_mutex_lock(&n->lock);
	while (!n->is_ending) {
		if (!n->first) {
			is_idle = true;
			(void)pthread_cond_wait(&n->change, &n->lock);
			continue;
		}
		if (is_idle)
			begin_anew(n);
		is_idle = false;
		turn(n);
		if (n->first && !n->is_ending)
			stay(n, NEWS_LOOK_MS);
	}
	drop_done(n, true);
	pthread_mutex_unlock(&n->lock);
	return NULL;
}

static int
start(struct news *n, struct err *e)
{
	if (thread_start(&n->thread, work, n, "to tell news in", e) < 0)
		return -1;
	n->is_running = true;
	return 0;
}

int
news_new(const char *path, const struct accounts_limits *limits,
    struct news **out, struct err *e)
{
	struct news *n = alloc_zero(1, sizeof *n);

	n->limits = *limits;
	thread_cond_init(&n->change);
	pthread_mutex_init(&n->lock, NULL);
	if (store_open(path, DB_WRITE, &n->store, e) < 0 ||
	    accounts_open(n->store, &n->accounts, e) < 0 ||
	    reviews_open(n->store, &n->reviews, e) < 0 || start(n, e) < 0) {
		news_free(&n);
		return -1;
	}
	*out = n;
	return 0;
}

void
news_end(struct news *n)
{
	if (!n || !n->is_running)
		return;
	pthread_mutex_lock(&n->lock);
	n->is_ending = true;
	pthread_cond_signal(&n->change);
	pthread_mutex_unlock(&n->lock);
	(void)pthread_join(n->thread, NULL);
	n->is_running = false;
}

void
news_free(struct news **n)
{
	struct news *was = *n;

	if (!was)
		return;
	*n = NULL;
	reviews_close(&was->reviews);
	accounts_close(&was->accounts);
	store_close(&was->store);
	pthread_cond_destroy(&was->change);
	pthread_mutex_destroy(&was->lock);
	free(was);
}

static bool
has_room(const struct news *n, int64_t account_id)
{
	size_t own = 0;

	for (const struct listener *l = n->first; l; l = l->next)
		own += l->who.account_id == account_id && !l->is_done;
	return !n->is_ending && n->count < NEWS_LISTENERS && own < NEWS_OF_ONE;
}

int
news_listen(struct news *n, const struct news_asker *who,
    const struct http_request *rq, struct http_reply *reply)
{
	struct listener *l = NULL;

	pthread_mutex_lock(&n->lock);
	if (has_room(n, who->account_id)) {
		l = alloc_zero(1, sizeof *l);
		l->who = *who;
		l->stream = http_reply_stream(rq, reply);
		l->next = n->first;
		n->first = l;
		n->count++;
		pthread_cond_signal(&n->change);
	}
	pthread_mutex_unlock(&n->lock);
	return l != NULL;
}
