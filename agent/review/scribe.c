/*
 * What is handed over is kept in a list, which the thread takes whole and
 * writes in one transaction.  If that fails each is tried by itself, so that
 * one which cannot be written (its incident was erased meanwhile) costs no
 * other visitor a page.
 */
#include "agent/review/scribe.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/db.h"
#include "agent/base/log.h"
#include "agent/base/thread.h"
#include "agent/store/accounts.h"
#include "agent/store/audit.h"
#include "agent/store/reviews.h"
#include "agent/store/store.h"
#include "agent/store/watch.h"

/* A look, or the use of a session. */
struct entry {
	struct entry *next;
	struct scribe_wait *wait; /* borrowed; NULL: nobody waits */
	struct scribe_look look;  /* without texts: a session's use */
	char *actor, *detail;     /* owned; the look's */
	uint8_t digest[HASH_BYTES];
	bool is_unusual; /* it was one too many: */
	struct watch_finding found;
};

struct scribe {
	struct store *store; /* these five: the thread's alone */
	struct accounts *accounts;
	struct reviews *reviews;
	struct watch *watch;
	struct watch_limits unusual;
	pthread_t thread;
	pthread_mutex_t lock; /* over all below, and what is waited for */
	pthread_cond_t came, written;
	struct entry *first, **last;
	bool is_running, is_ending;
};

/* --- writing --- */

/* Is it one too many?  Then that is in the log with it. */
static int
watch_entry(struct scribe *s, struct entry *x, struct err *e)
{
	int r;

	if (!x->look.is_counted)
		return 0;
	r = watch_look(
	    s->watch, &s->unusual, x->look.actor, x->look.at_ms, &x->found, e);
	x->is_unusual = r > 0;
	return r < 0 ? -1 : 0;
}

static int
write_look(struct scribe *s, const struct scribe_look *l, struct err *e)
{
	const struct audit_row row = { .at_ms = l->at_ms,
		.actor = str_of(l->actor),
		.event = AUDIT_CONSULTATION,
		.incident_id = l->incident_id,
		.detail = str_of(l->detail) };
	const struct review_look look = { l->at_ms, l->message_id };

	if (audit_add(store_audit(s->store), &row, e) < 0)
		return -1;
	if (l->message_id == 0)
		return 0;
	return reviews_looked(
	    s->reviews, l->account_id, l->incident_id, &look, e);
}

static int
write_entry(struct scribe *s, struct entry *x, struct err *e)
{
	if (x->look.actor)
		return write_look(s, &x->look, e) < 0 ||
			       watch_entry(s, x, e) < 0
			   ? -1
			   : 0;
	return accounts_touch(s->accounts, x->digest, x->look.at_ms, e);
}

/* Those from first to last in one transaction. */
static int
write_group(struct scribe *s, struct entry *first, const struct entry *last,
    struct err *e)
{
	if (store_begin(s->store, e) < 0)
		return -1;
	for (struct entry *x = first;; x = x->next) {
		if (write_entry(s, x, e) < 0) {
			store_rollback(s->store);
			watch_forget(s->watch);
			return -1;
		}
		if (x != last)
			continue;
		if (store_commit(s->store, e) == 0)
			return 0;
		watch_forget(s->watch);
		return -1;
	}
}

static void
free_entry(struct entry *x)
{
	free(x->actor);
	free(x->detail);
	free(x);
}

/* Tell who waits for it; e: it could not be written. */
static void
finish(struct scribe *s, struct entry *x, const struct err *e)
{
	if (x->is_unusual && !e)
		log_warn("review: unusual reading who=%s over=%s "
			 "incidents=%" PRId64 " limit=%" PRId64,
		    x->found.who, x->found.over, x->found.incidents,
		    x->found.limit);
	if (!x->wait && e)
		log_warn("the use of a session is not noted: %s", e->msg);
	pthread_mutex_lock(&s->lock);
	if (x->wait) {
		if (e && x->wait->why.code == ERR_NONE)
			x->wait->why = *e;
		x->wait->left--;
		pthread_cond_broadcast(&s->written);
	}
	pthread_mutex_unlock(&s->lock);
	free_entry(x);
}

/* Write a list, together; or one by one, unless it is the disk that fails. */
static void
write_all(struct scribe *s, struct entry *first, struct entry *last)
{
	struct err e = { 0 };
	int done = write_group(s, first, last, &e);
	bool is_again = done < 0 && e.code != ERR_TEMPORARY && first != last;

	for (struct entry *x = first, *next; x; x = next) {
		next = x->next;
		if (is_again)
			done = write_group(s, x, x, &e);
		finish(s, x, done < 0 ? &e : NULL);
	}
}

static void *
work(void *user)
{
	struct scribe *s = user;

	pthread_mutex_lock(&s->lock);
	while (s->first || !s->is_ending) {
		struct entry *first = s->first, *last;

		if (!first) {
			(void)pthread_cond_wait(&s->came, &s->lock);
			continue;
		}
		for (last = first; last->next; last = last->next)
			;
		s->first = NULL;
		s->last = &s->first;
		pthread_mutex_unlock(&s->lock);
		write_all(s, first, last);
		pthread_mutex_lock(&s->lock);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

/* --- handing over --- */

static void
add(struct scribe *s, struct entry *x)
{
	pthread_mutex_lock(&s->lock);
	*s->last = x;
	s->last = &x->next;
	if (x->wait)
		x->wait->left++;
	pthread_cond_signal(&s->came);
	pthread_mutex_unlock(&s->lock);
}

void
scribe_add(
    struct scribe *s, const struct scribe_look *look, struct scribe_wait *wait)
{
	struct entry *x = alloc_zero(1, sizeof *x);

	x->wait = wait;
	x->look = *look;
	x->look.actor = x->actor = alloc_text(look->actor);
	x->look.detail = x->detail = alloc_text(look->detail);
	add(s, x);
}

void
scribe_touch(struct scribe *s, const uint8_t digest[HASH_BYTES], int64_t now_ms)
{
	struct entry *x = alloc_zero(1, sizeof *x);

	x->look.at_ms = now_ms;
	memcpy(x->digest, digest, HASH_BYTES);
	add(s, x);
}

int
scribe_wait(struct scribe *s, struct scribe_wait *wait, struct err *e)
{
	pthread_mutex_lock(&s->lock);
	while (wait->left > 0)
		(void)pthread_cond_wait(&s->written, &s->lock);
	pthread_mutex_unlock(&s->lock);
	if (wait->why.code == ERR_NONE)
		return 0;
	*e = wait->why;
	return -1;
}

/* --- the thread --- */

static int
start(struct scribe *s, struct err *e)
{
	if (thread_start(&s->thread, work, s, "to write looks in", e) < 0)
		return -1;
	s->is_running = true;
	return 0;
}

int
scribe_new(const char *path, struct db_turns *turns,
    const struct watch_limits *unusual, struct scribe **out, struct err *e)
{
	struct scribe *s = alloc_zero(1, sizeof *s);

	s->unusual = *unusual;
	s->last = &s->first;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->came, NULL);
	pthread_cond_init(&s->written, NULL);
	if (store_open(path, DB_WRITE, &s->store, e) < 0 ||
	    accounts_open(s->store, &s->accounts, e) < 0 ||
	    reviews_open(s->store, &s->reviews, e) < 0 ||
	    watch_open(s->store, &s->watch, e) < 0)
		goto release;
	db_take_turns(store_db(s->store), turns, false);
	if (start(s, e) < 0)
		goto release;
	*out = s;
	return 0;
release:
	scribe_free(&s);
	return -1;
}

void
scribe_free(struct scribe **s)
{
	struct scribe *was = *s;

	if (!was)
		return;
	*s = NULL;
	pthread_mutex_lock(&was->lock);
	was->is_ending = true;
	pthread_cond_signal(&was->came);
	pthread_mutex_unlock(&was->lock);
	if (was->is_running)
		(void)pthread_join(was->thread, NULL);
	watch_close(&was->watch);
	reviews_close(&was->reviews);
	accounts_close(&was->accounts);
	store_close(&was->store);
	pthread_cond_destroy(&was->written);
	pthread_cond_destroy(&was->came);
	pthread_mutex_destroy(&was->lock);
	free(was);
}
