/*
 * errand: the thread and the owner share one struct, and whoever is the second
 * to be done with it frees it.
 */
#include "agent/base/errand.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/base/loop.h"
#include "agent/base/thread.h"

/* What both have. */
struct shared {
	pthread_mutex_t lock;
	int holders; /* lock; 2, then 1 */
	const struct errand_job *job;
	void *input;  /* the thread's */
	void *answer; /* the thread's until it has rung */
	struct err e;
	int rung_fd;
};

struct errand {
	struct shared *shared;
	struct loop_source *source;
	void (*done)(void *user, void *answer, const struct err *e);
	void *user;
};

static void
free_shared(struct shared *s)
{
	if (s->answer)
		s->job->free_answer(s->answer);
	if (s->input)
		s->job->free_input(s->input);
	if (s->rung_fd >= 0)
		close(s->rung_fd);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static void
let_go(struct shared *s)
{
	int left;

	pthread_mutex_lock(&s->lock);
	left = --s->holders;
	pthread_mutex_unlock(&s->lock);
	if (left == 0)
		free_shared(s);
}

static void *
run(void *user)
{
	struct shared *s = user;

	s->answer = s->job->run(s->input, &s->e);
	(void)!eventfd_write(s->rung_fd, 1);
	let_go(s);
	return NULL;
}

static void
on_rung(void *user, int fd, unsigned events)
{
	struct errand *er = user;
	struct shared *s = er->shared;
	struct err e = s->e;
	eventfd_t times;

	(void)events;
	/* The thread wrote the answer before it rang, and reads it no more. */
	(void)!eventfd_read(fd, &times);
	loop_remove(&er->source);
	er->done(er->user, TAKE(s->answer), &e);
}

/* A thread that takes no signals and that nobody joins. */
static int
start_thread(struct shared *s, struct err *e)
{
	pthread_t thread;

	if (thread_start(&thread, run, s, "for a call that blocks", e) < 0)
		return -1;
	(void)pthread_detach(thread);
	return 0;
}

int
errand_start(struct loop *loop, const struct errand_job *job, void *input,
    void (*done)(void *user, void *answer, const struct err *e), void *user,
    struct errand **out, struct err *e)
{
	struct errand *er = alloc_zero(1, sizeof(*er));
	struct shared *s = alloc_zero(1, sizeof(*s));

	CHECK(pthread_mutex_init(&s->lock, NULL) == 0);
	s->holders = 2;
	s->job = job;
	s->input = input;
	s->rung_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	er->shared = s;
	er->done = done;
	er->user = user;
	if (s->rung_fd < 0) {
		(void)err_sys(e, "cannot make an eventfd");
		goto fail;
	}
	if (loop_add_fd(
		loop, s->rung_fd, LOOP_READ, on_rung, er, &er->source, e) < 0)
		goto fail;
	if (start_thread(s, e) < 0)
		goto remove_source;
	*out = er;
	return 0;

remove_source:
	loop_remove(&er->source);
fail:
	free_shared(s);
	free(er);
	return -1;
}

void
errand_cancel(struct errand **er)
{
	if (!*er)
		return;
	loop_remove(&(*er)->source);
	let_go((*er)->shared);
	free(*er);
	*er = NULL;
}
