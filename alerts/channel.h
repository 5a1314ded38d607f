/*
 * channel: a way to reach people.
 *
 * A kind of channel is one file and one row in the table of channel.c.  A
 * channel belongs to the loop thread; it reports each delivery once through
 * done(), on the loop thread, and its own health through health().  It keeps
 * no queue of its own: what it has not reported is in flight and is put back
 * by whoever owns it when it closes.
 */
#ifndef ALERTS_CHANNEL_H
#define ALERTS_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/conf/conf.h"
#include "alerts/outbox.h"

struct arena;
struct channel; /* opaque; a kind casts it to its own */
struct err;
struct loop;

/* What a channel tells its owner; all on the loop thread. */
struct channel_events {
	/*
	 * The attempt on item id ended.  why is one line for people: the
	 * peer's reply or the cause of failure.  No personal data.
	 */
	void (*done)(void *user, int64_t id, enum outbox_verdict verdict,
	    const char *why);
	/*
	 * The peer is ready (true) or away (false), and why, with what to do
	 * about it.  Told again when why changes; the same may be told again.
	 */
	void (*health)(void *user, bool up, const char *why);
	void *user;
};

/* One kind of channel. */
struct channel_kind {
	const char *name;
	/*
	 * Begin.  Borrows conf and loop until close; copies events.  A peer
	 * that is away is no error: health() will say.
	 */
	int (*open)(const struct conf_channel *conf, struct loop *loop,
	    const struct channel_events *events, struct channel **out,
	    struct err *e);
	/* Can an item be taken now?  For MQTT: connected. */
	bool (*is_ready)(const struct channel *c);
	/*
	 * Begin to deliver to a recipient; copies what it needs.  Exactly one
	 * done() follows, never from within send().
	 */
	void (*send)(struct channel *c, const struct outbox_item *item,
	    const struct conf_recipient *to);
	/* Stop at once; no done() is called any more.  *c becomes NULL. */
	void (*close)(struct channel **c);
	/*
	 * For "check --connect": try to reach the peer under a client id of
	 * its own, blocking for at most the channel's timeout.
	 */
	int (*probe)(const struct conf_channel *conf, struct err *e);
};

/* The kind for a configured channel.  Never NULL. */
const struct channel_kind *channel_kind_get(enum conf_channel_kind kind);

/* A copy of from that lives in a, all texts included. */
const struct conf_channel *channel_conf_copy(
    struct arena *a, const struct conf_channel *from);

/* True if a channel opened with a would behave as one opened with b. */
bool channel_conf_is_equal(
    const struct conf_channel *a, const struct conf_channel *b);

#endif /* ALERTS_CHANNEL_H */
