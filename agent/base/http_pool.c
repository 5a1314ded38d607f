/*
 * One list, and threads that each take its first.
 */
#include "agent/base/http_pool.h"

#include <pthread.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"
#include "agent/base/thread.h"

struct http_pool {
	void (*make)(struct http_pool_job *job, bool is_ending);
	pthread_mutex_t lock; /* over all below */
	pthread_cond_t change;
	struct http_pool_job *first, **last;
	bool is_ending;
	unsigned count;      /* of threads */
	pthread_t threads[]; /* the caller's alone */
};

static void *
work(void *user)
{
	struct http_pool *p = user;

	pthread_mutex_lock(&p->lock);
	while (p->first || !p->is_ending) {
		struct http_pool_job *job = p->first;
		bool is_ending = p->is_ending;

		if (!job) {
			(void)pthread_cond_wait(&p->change, &p->lock);
			continue;
		}
		p->first = job->next;
		if (!p->first)
			p->last = &p->first;
		pthread_mutex_unlock(&p->lock);
		p->make(job, is_ending);
		pthread_mutex_lock(&p->lock);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

static int
start(struct http_pool *p, unsigned threads, struct err *e)
{
	for (; p->count < threads; p->count++)
		if (thread_start(&p->threads[p->count], work, p,
			"to make pages in", e) < 0)
			return -1;
	return 0;
}

int
http_pool_new(unsigned threads,
    void (*make)(struct http_pool_job *job, bool is_ending),
    struct http_pool **out, struct err *e)
{
	struct http_pool *p =
	    alloc_zero(1, sizeof *p + threads * sizeof p->threads[0]);

	p->make = make;
	p->last = &p->first;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->change, NULL);
	if (start(p, threads, e) < 0) {
		http_pool_free(&p);
		return -1;
	}
	*out = p;
	return 0;
}

bool
http_pool_add(struct http_pool *pool, struct http_pool_job *job,
    void (*prepare)(struct http_pool_job *job))
{
	bool is_taken;

	pthread_mutex_lock(&pool->lock);
	is_taken = !pool->is_ending;
	if (is_taken) {
		prepare(job);
		job->next = NULL;
		*pool->last = job;
		pool->last = &job->next;
		pthread_cond_signal(&pool->change);
	}
	pthread_mutex_unlock(&pool->lock);
	return is_taken;
}

void
http_pool_end(struct http_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	pool->is_ending = true;
	pthread_cond_broadcast(&pool->change);
	pthread_mutex_unlock(&pool->lock);
	for (; pool->count > 0; pool->count--)
		(void)pthread_join(pool->threads[pool->count - 1], NULL);
}

void
http_pool_free(struct http_pool **pool)
{
	struct http_pool *was = *pool;

	if (!was)
		return;
	*pool = NULL;
	http_pool_end(was);
	pthread_cond_destroy(&was->change);
	pthread_mutex_destroy(&was->lock);
	free(was);
}
