/*
 * news: what changed, told to the pages that are open (server-sent events).
 *
 * One thread with a connection of its own looks a few times a second whether
 * anything was committed, by whomever, while somebody listens.  What changed it
 * reads from the audit log, in which every message, decision and erasure of an
 * incident is a line; the line's id is the event's, so a browser that lost the
 * connection goes on where it was.  An event names an incident by its number
 * and its place in the queue, and says nothing of it: what a person then opens
 * is a look, and recorded as such.
 *
 * Who listens holds no thread (http_stream).  A listener ends with its session,
 * which listening does not make longer.
 */
#ifndef REVIEW_NEWS_H
#define REVIEW_NEWS_H

#include <stdint.h>

#include "agent/base/hash.h"
#include "agent/base/own.h"

struct accounts_limits;
struct err;
struct http_reply;
struct http_request;
struct news; /* opaque */

/* As many listen at once, in all and of one account (a tab each). */
#define NEWS_LISTENERS    128
#define NEWS_OF_ONE       8
#define NEWS_RESUME_MAX   20000 /* lines that are looked through for one */
#define NEWS_LOOK_MS      300
#define NEWS_HEARTBEAT_MS INT64_C(15000)

/* Who listens, and from where on. */
struct news_asker {
	int64_t account_id;
	uint8_t session[HASH_BYTES];
	int64_t after_id; /* of the audit log; 0: from now */
};

/*
 * Read the database at path, and ask after sessions by limits, which are
 * copied.  The caller owns *out (news_free).
 */
NODISCARD int news_new(const char *path, const struct accounts_limits *limits,
    struct news **out, struct err *e);

/* End all that listen; nobody is let in any more.  Before http_close(). */
void news_end(struct news *n);

/* Release *n and set it NULL; news_end() first.  NULL is fine. */
void news_free(struct news **n);

/*
 * Make reply one that goes on with what changes: 1; or 0 if too many listen
 * already, and reply is as it was.
 */
int news_listen(struct news *n, const struct news_asker *who,
    const struct http_request *rq, struct http_reply *reply);

#endif /* REVIEW_NEWS_H */
