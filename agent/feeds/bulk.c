/* Decoding ahead: see bulk.h. */
#include "agent/feeds/bulk.h"

#include <pthread.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"
#include "agent/base/loop.h"

struct bulk {
	struct reader *reader; /* the thread's, until it has ended */
	struct loop_wake *wake;
	const struct feed_sink *sink; /* borrowed */
	void *ahead;                  /* its context, the thread's; or NULL */
	pthread_t thread;
	pthread_mutex_t mutex; /* over all below */
	pthread_cond_t room;   /* a batch was taken, or stop was set */
	struct reader_batch *ready[BULK_AHEAD];
	size_t ready_count;
	bool stop, failed;
	struct err e; /* if failed */
};

/* Put a batch where the loop finds it; false if nobody wants it any more. */
static bool
offer(struct bulk *b, struct reader_batch *batch)
{
	bool wanted;

	pthread_mutex_lock(&b->mutex);
	while (b->ready_count == BULK_AHEAD && !b->stop)
		pthread_cond_wait(&b->room, &b->mutex);
	wanted = !b->stop;
	if (wanted)
		b->ready[b->ready_count++] = batch;
	pthread_mutex_unlock(&b->mutex);
	if (wanted)
		loop_wake(b->wake);
	return wanted;
}

static void
note_failure(struct bulk *b, const struct err *e)
{
	pthread_mutex_lock(&b->mutex);
	b->failed = true;
	b->e = *e;
	pthread_mutex_unlock(&b->mutex);
	loop_wake(b->wake);
}

static void *
read_ahead(void *user)
{
	struct bulk *b = user;
	struct reader_batch *batch;
	struct err e = { 0 };
	bool at_end = false;

	while (!at_end) {
		if (reader_next(b->reader, &batch, &e) < 0) {
			note_failure(b, &e);
			break;
		}
		if (b->ahead)
			b->sink->ahead(b->ahead, &batch->batch);
		at_end = batch->batch.after.at_end;
		if (!offer(b, batch)) {
			reader_batch_free(&batch);
			break;
		}
	}
	return NULL;
}

/* All but the thread, which has ended or never begun. */
static void
release(struct bulk *b)
{
	for (size_t i = 0; i < b->ready_count; i++)
		reader_batch_free(&b->ready[i]);
	reader_free(&b->reader);
	if (b->ahead)
		b->sink->ahead_end(b->ahead);
	pthread_cond_destroy(&b->room);
	pthread_mutex_destroy(&b->mutex);
	free(b);
}

int
bulk_open(struct reader *reader, struct loop_wake *wake,
    const struct feed_sink *sink, struct bulk **out, struct err *e)
{
	struct bulk *b = alloc_zero(1, sizeof(*b));

	b->reader = reader;
	b->wake = wake;
	b->sink = sink;
	if (sink->ahead_begin)
		b->ahead = sink->ahead_begin(sink->user);
	pthread_mutex_init(&b->mutex, NULL);
	pthread_cond_init(&b->room, NULL);
	if (pthread_create(&b->thread, NULL, read_ahead, b) != 0) {
		release(b);
		return err_set(e, ERR_TEMPORARY, "no thread could be started");
	}
	*out = b;
	return 0;
}

int
bulk_next(struct bulk *b, struct reader_batch **out, struct err *e)
{
	int r = 0;

	pthread_mutex_lock(&b->mutex);
	if (b->ready_count > 0) {
		*out = b->ready[0];
		b->ready_count--;
		for (size_t i = 0; i < b->ready_count; i++)
			b->ready[i] = b->ready[i + 1];
		pthread_cond_signal(&b->room);
		r = 1;
	} else if (b->failed) {
		*e = b->e;
		r = -1;
	}
	pthread_mutex_unlock(&b->mutex);
	return r;
}

void
bulk_close(struct bulk **b)
{
	struct bulk *x = *b;

	if (!x)
		return;
	pthread_mutex_lock(&x->mutex);
	x->stop = true;
	pthread_cond_signal(&x->room);
	pthread_mutex_unlock(&x->mutex);
	pthread_join(x->thread, NULL);
	release(x);
	*b = NULL;
}
