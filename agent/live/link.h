/*
 * link: a connection that is made again whenever it is lost.
 *
 * What connecting is, is its owner's: a job (errand.h) whose answer is given
 * to connected().  A link that nothing has been heard of for its timeout is
 * lost.  Waits between attempts grow from 1 s to 30 s, a quarter more or less,
 * and begin anew when a connection has stood for a while.  Being away is said
 * once, and again when the reason changes.
 */
#ifndef LIVE_LINK_H
#define LIVE_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/err.h"
#include "agent/base/own.h"

struct conf_source;
struct errand;
struct errand_job;
struct loop;
struct loop_timer;

/* Whom to connect to: what an attempt takes to its thread. */
struct link_peer {
	char *host; /* owned */
	int64_t port;
	bool is_udp; /* listen there instead */
};

/* What the owner does. */
struct link_events {
	const struct errand_job *job;
	void *(*input)(void *user); /* for one attempt; the job frees it */
	/* Takes the answer; -1: it is of no use after all. */
	int (*connected)(void *user, void *answer, struct err *e);
	/* Give the connection up; nothing is reported from it any more. */
	void (*cut)(void *user);
	void *user;
};

/* All belongs to link. */
struct link {
	const char *name; /* of the source; borrowed */
	struct loop *loop;
	struct link_events events;
	int64_t timeout_ms;
	int64_t wait_ms;
	int64_t since_ms;         /* monotonic: when it was connected */
	struct errand *errand;    /* an attempt is being made */
	struct loop_timer *timer; /* the next attempt, or the silence */
	bool is_up;
	char said[ERR_MSG_MAX]; /* why it is away; "": not said */
};

/* The peer of conf; the caller frees it (link_peer_free). */
struct link_peer *link_peer_of(const struct conf_source *conf);

/* Release one; for errand_job, which has no type for it. */
void link_peer_free(void *peer);

/* Begin, with a first attempt soon; link_close() also after a failure. */
NODISCARD int link_open(struct link *l, const char *name, struct loop *loop,
    const struct link_events *events, int64_t timeout_ms, struct err *e);

/* Something was heard. */
void link_heard(struct link *l);

/* The connection is lost: cut() is called, another attempt follows. */
void link_lost(struct link *l, const char *why);

/* Stop; cut() is called if it is up. */
void link_close(struct link *l);

#endif /* LIVE_LINK_H */
