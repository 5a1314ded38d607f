/*
 * A stream is read by the library in the connection's own thread: reader()
 * gives it what waits, or, with nothing there, puts the connection to sleep,
 * so that no thread is held by one that listens.  Whoever sends wakes it.
 *
 * A connection that sleeps is not watched by the library, and one whose peer
 * does not read is not woken by it.  So it is the sender that finds out: with
 * each sending it looks how long bytes have waited, and cuts the connection.
 * It cuts by a descriptor of its own, since the library's may be another's
 * already.
 */
#include <microhttpd.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/http.h"
#include "agent/base/http_private.h"

#define BLOCK_BYTES 4096

struct http_stream {
	struct http_stream *next, *before;
	struct http_streams *all; /* borrowed */
	struct MHD_Connection *c; /* borrowed, while it sleeps */
	struct buf waiting;
	int64_t since_ms; /* monotonic; waiting is not empty since */
	int fd;           /* owned, of the same socket */
	bool is_asleep;
	bool is_over;   /* nothing will be added */
	bool is_gone;   /* the library has done with it */
	bool is_closed; /* so has its owner */
};

struct http_streams {
	pthread_mutex_t lock; /* over all streams, held while one is woken */
	struct http_stream ring;
	int64_t patience_ms;
	bool is_ending;
};

struct http_streams *
http_streams_new(int64_t patience_ms)
{
	struct http_streams *all = alloc_zero(1, sizeof *all);

	pthread_mutex_init(&all->lock, NULL);
	all->ring.next = all->ring.before = &all->ring;
	all->patience_ms = patience_ms;
	return all;
}

void
http_streams_free(struct http_streams **all)
{
	struct http_streams *was = *all;

	*all = NULL;
	CHECK(was->ring.next == &was->ring);
	pthread_mutex_destroy(&was->lock);
	free(was);
}

/* --- under the lock --- */

static void
wake(struct http_stream *s)
{
	if (!s->is_asleep)
		return;
	s->is_asleep = false;
	MHD_resume_connection(s->c);
}

static void
free_if_done(struct http_stream *s)
{
	if (!s->is_gone || !s->is_closed)
		return;
	s->next->before = s->before;
	s->before->next = s->next;
	if (s->fd >= 0)
		(void)close(s->fd);
	buf_clear(&s->waiting);
	free(s);
}

static bool
is_too_slow(const struct http_stream *s, size_t more)
{
	if (s->waiting.len == 0)
		return false;
	return s->waiting.len + more > HTTP_STREAM_MAX ||
	       clock_mono_ms() - s->since_ms > s->all->patience_ms;
}

/* The first len bytes have been taken. */
static void
drop_first(struct http_stream *s, size_t len)
{
	s->waiting.len -= len;
	memmove(s->waiting.p, s->waiting.p + len, s->waiting.len);
	s->since_ms = clock_mono_ms();
}

/* --- what the library calls --- */

static ssize_t
reader(void *cls, uint64_t at, char *out, size_t most)
{
	struct http_stream *s = cls;
	bool is_end = false;
	size_t len;

	(void)at;
	pthread_mutex_lock(&s->all->lock);
	len = s->waiting.len < most ? s->waiting.len : most;
	if (len > 0) {
		memcpy(out, s->waiting.p, len);
		drop_first(s, len);
	} else if (s->is_over || s->all->is_ending)
		is_end = true;
	else {
		s->is_asleep = true;
		MHD_suspend_connection(s->c);
	}
	pthread_mutex_unlock(&s->all->lock);
	return is_end ? MHD_CONTENT_READER_END_OF_STREAM : (ssize_t)len;
}

static void
on_gone(void *cls)
{
	struct http_stream *s = cls;
	struct http_streams *all = s->all;

	pthread_mutex_lock(&all->lock);
	s->is_gone = true;
	free_if_done(s);
	pthread_mutex_unlock(&all->lock);
}

struct MHD_Response *
http_stream_response(struct http_stream *s)
{
	struct MHD_Response *r = MHD_create_response_from_callback(
	    MHD_SIZE_UNKNOWN, BLOCK_BYTES, reader, s, on_gone);

	if (!r)
		on_gone(s);
	return r;
}

void
http_streams_end(struct http_streams *all)
{
	pthread_mutex_lock(&all->lock);
	all->is_ending = true;
	for (struct http_stream *s = all->ring.next; s != &all->ring;
	     s = s->next)
		wake(s);
	pthread_mutex_unlock(&all->lock);
}

/* --- what its owner calls --- */

struct http_stream *
http_reply_stream(const struct http_request *rq, struct http_reply *reply)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    rq->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct http_stream *s = alloc_zero(1, sizeof *s);

	CHECK(!reply->stream);
	s->all = reply->streams;
	s->c = rq->connection;
	s->fd = info ? dup(info->connect_fd) : -1;
	s->waiting = reply->body;
	s->since_ms = clock_mono_ms();
	reply->body = (struct buf){ 0 };
	reply->stream = s;
	pthread_mutex_lock(&s->all->lock);
	s->next = s->all->ring.next;
	s->before = &s->all->ring;
	s->next->before = s;
	s->before->next = s;
	pthread_mutex_unlock(&s->all->lock);
	return s;
}

bool
http_stream_send(struct http_stream *s, struct str bytes)
{
	bool is_sent = false;

	pthread_mutex_lock(&s->all->lock);
	if (is_too_slow(s, bytes.len) && !s->is_gone) {
		s->is_over = true;
		(void)shutdown(s->fd, SHUT_RDWR);
	} else if (!s->is_gone && !s->is_over) {
		if (s->waiting.len == 0)
			s->since_ms = clock_mono_ms();
		buf_add(&s->waiting, bytes.p, bytes.len);
		is_sent = true;
		wake(s);
	}
	pthread_mutex_unlock(&s->all->lock);
	return is_sent;
}

void
http_stream_close(struct http_stream **stream)
{
	struct http_stream *s = *stream;
	struct http_streams *all;

	if (!s)
		return;
	*stream = NULL;
	all = s->all;
	pthread_mutex_lock(&all->lock);
	s->is_over = s->is_closed = true;
	wake(s);
	free_if_done(s);
	pthread_mutex_unlock(&all->lock);
}
