/*
 * http_pool: threads that make the answers, in the order the requests came.
 *
 * A request waits for the next thread that is free and not for those that the
 * library happened to give the same thread, so that a slow page keeps one
 * thread and nobody who came after it.
 */
#ifndef BASE_HTTP_POOL_H
#define BASE_HTTP_POOL_H

#include <stdbool.h>

#include "agent/base/own.h"

struct err;
struct http_pool; /* opaque */

/* A request that waits; a member of what is made. */
struct http_pool_job {
	struct http_pool_job *next;
};

/*
 * Threads that call make with each job; is_ending when the pool is, so that
 * what still waits is sent away and not made.  The caller owns *out.
 */
NODISCARD int http_pool_new(unsigned threads,
    void (*make)(struct http_pool_job *job, bool is_ending),
    struct http_pool **out, struct err *e);

/*
 * Put a job behind the others; false, and it is not taken, if the pool is
 * ending.  prepare is called with the job before a thread can have it.
 */
bool http_pool_add(struct http_pool *pool, struct http_pool_job *job,
    void (*prepare)(struct http_pool_job *job));

/* Hand out what waits, as ending; take no more, and end the threads. */
void http_pool_end(struct http_pool *pool);

/* Release *pool, ending it, and set it NULL.  NULL is fine. */
void http_pool_free(struct http_pool **pool);

#endif /* BASE_HTTP_POOL_H */
