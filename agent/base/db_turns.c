/*
 * Those that are not urgent draw numbers; the next number is served when
 * nobody urgent waits.
 */
#include "agent/base/db_turns.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"

struct db_turns {
	pthread_mutex_t lock; /* over all below */
	pthread_cond_t ended;
	bool is_taken;
	unsigned urgent;         /* waiting */
	uint64_t drawn, serving; /* numbers of those that are not urgent */
	void (*grown)(void *user, int pages);
	void *user;
};

struct db_turns *
db_turns_new(void)
{
	struct db_turns *t = alloc_zero(1, sizeof(*t));

	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->ended, NULL);
	return t;
}

void
db_turns_free(struct db_turns **t)
{
	struct db_turns *was = *t;

	if (!was)
		return;
	*t = NULL;
	CHECK(!was->is_taken);
	pthread_cond_destroy(&was->ended);
	pthread_mutex_destroy(&was->lock);
	free(was);
}

void
db_turns_begin(struct db_turns *t, bool is_urgent)
{
	pthread_mutex_lock(&t->lock);
	if (is_urgent) {
		t->urgent++;
		while (t->is_taken)
			pthread_cond_wait(&t->ended, &t->lock);
		t->urgent--;
	} else {
		uint64_t number = t->drawn++;

		while (t->is_taken || t->urgent > 0 || t->serving != number)
			pthread_cond_wait(&t->ended, &t->lock);
		t->serving++;
	}
	t->is_taken = true;
	pthread_mutex_unlock(&t->lock);
}

void
db_turns_end(struct db_turns *t)
{
	pthread_mutex_lock(&t->lock);
	CHECK(t->is_taken);
	t->is_taken = false;
	pthread_cond_broadcast(&t->ended);
	pthread_mutex_unlock(&t->lock);
}

void
db_turns_watch(
    struct db_turns *t, void (*grown)(void *user, int pages), void *user)
{
	pthread_mutex_lock(&t->lock);
	t->grown = grown;
	t->user = user;
	pthread_mutex_unlock(&t->lock);
}

bool
db_turns_tell(struct db_turns *t, int pages)
{
	bool is_told;

	/* Under the lock: who is told may not go away meanwhile. */
	pthread_mutex_lock(&t->lock);
	is_told = t->grown != NULL;
	if (is_told)
		t->grown(t->user, pages);
	pthread_mutex_unlock(&t->lock);
	return is_told;
}
