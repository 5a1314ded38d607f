/*
 * deliver: takes what is due out of the outbox, gives it to the channels, and
 * records what became of it.
 *
 *     kick, timer, room ──► claim ──► commit ──► send
 *     done ──► (end of the turn) finish ──► commit ──► log
 *
 * The outbox is the truth; what is kept here is only what is under way.  An
 * attempt is counted and committed before anything is sent.  What a channel
 * reports is recorded for all of a turn in one transaction; if the database
 * cannot take it (a full disk), it is kept and tried again, and nothing new is
 * claimed until it is recorded.  The "disclosure" line of the audit log was
 * written with the decision (decide.h); what is purged after keep.sent has an
 * "erasure" line, in the same transaction.
 *
 * Belongs to the loop thread.  One per state folder: the caller holds its
 * lock.
 */
#ifndef ALERTS_DELIVER_H
#define ALERTS_DELIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct conf;
struct deliver; /* opaque */
struct err;
struct loop;
struct store;

/*
 * Open all channels of conf, put back in the queue what a previous process
 * left in flight, and begin.  Borrows loop and store until deliver_close(),
 * conf until deliver_reload() gives another.  The caller owns *out.
 */
NODISCARD int deliver_open(const struct conf *conf, struct loop *loop,
    struct store *store, struct deliver **out, struct err *e);

/*
 * Inside the caller's transaction, which has added items to the outbox: claim
 * those that a channel can take at once, so that one commit both makes and
 * claims them and nothing stands between it and the send.  deliver_kick()
 * must follow the commit, or deliver_unclaim() the rollback.  On -1 nothing
 * is claimed.
 */
NODISCARD int deliver_claim(struct deliver *d, struct err *e);

/* The transaction of deliver_claim() was rolled back. */
void deliver_unclaim(struct deliver *d);

/* Something may be due: after a commit that added items, or a retry. */
void deliver_kick(struct deliver *d);

/*
 * Work with conf from now on.  Channels whose settings are the same stay as
 * they are, others are opened or closed; what was in flight on a closed one
 * is queued again.  On failure nothing has changed.
 */
NODISCARD int deliver_reload(
    struct deliver *d, const struct conf *conf, struct err *e);

/* Claim nothing any more; what is in flight goes on. */
void deliver_drain(struct deliver *d);

/* How many items are under way or not yet recorded. */
size_t deliver_in_flight(const struct deliver *d);

/* False if a channel has sat on an item for longer than it may. */
bool deliver_is_working(const struct deliver *d);

/* Append one line for people: each channel's state, and what waits. */
void deliver_describe(const struct deliver *d, struct buf *out);

/* How one channel is; borrowed for the call. */
struct deliver_channel {
	const char *name, *kind;
	bool is_up;        /* it is connected, or its last attempt was fine */
	int64_t down_ms;   /* for how long it has not been; 0 if is_up */
	size_t in_flight;  /* given to it and not yet ended */
	const char *reply; /* the last that was not a success; NULL: none */
};

/* Call each for the channels, in the order of the configuration. */
void deliver_channels(const struct deliver *d,
    void (*each)(void *user, const struct deliver_channel *c), void *user);

/*
 * Close the channels at once and release *d; NULL is fine.  What is in flight
 * stays so in the outbox and is sent again after the next start.
 */
void deliver_close(struct deliver **d);

#endif /* ALERTS_DELIVER_H */
