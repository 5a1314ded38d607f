/*
 * outbox_desk: the outbox as the review service shows it, and setting aside.
 *
 * A dead delivery stays until a person has dealt with it: tried it again
 * (outbox_retry) or set it aside, with a reason from a short list.  One set
 * aside is dead still; it counts and is retried with the others no more, and
 * trying it again by itself takes it back.
 *
 * Lists go by a cursor, the two numbers of the last row shown.
 */
#ifndef ALERTS_OUTBOX_DESK_H
#define ALERTS_OUTBOX_DESK_H

#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct db;
struct err;
struct outbox_desk; /* opaque; one connection, one thread */
struct outbox_row;

/* Which rows are shown. */
enum outbox_desk_view {
	OUTBOX_DESK_VIEW_WAITING, /* queued or in flight, oldest first */
	OUTBOX_DESK_VIEW_DEAD, /* and not set aside; the latest first, as below */
	OUTBOX_DESK_VIEW_SENT,
	OUTBOX_DESK_VIEW_ASIDE
};
#define OUTBOX_DESK_VIEW_COUNT 4

/* Why one is set aside.  Stored: never renumber, only append. */
enum outbox_desk_aside {
	OUTBOX_DESK_ASIDE_TOLD = 1,  /* they were told in another way */
	OUTBOX_DESK_ASIDE_PAST = 2,  /* it does not matter any more */
	OUTBOX_DESK_ASIDE_WRONG = 3, /* the recipient was the wrong one */
	OUTBOX_DESK_ASIDE_TEST = 4   /* it was a test */
};
#define OUTBOX_DESK_ASIDE_COUNT 4

/* What to list; absent texts mean all. */
struct outbox_desk_filter {
	enum outbox_desk_view view;
	struct str channel, recipient;
	/* Behind this place in the order; after_id 0: from the start. */
	int64_t after_ms, after_id;
	int64_t limit;
};

/* What one recipient has by one channel; borrowed for the call. */
struct outbox_desk_sum {
	struct str recipient, channel;
	int64_t queued, in_flight, dead;
	int64_t sent;      /* since the time that was asked */
	int64_t oldest_ms; /* of what waits, when it was made; CLOCK_NONE */
};

/* On the outbox in db, borrowed.  The caller owns *out. */
NODISCARD int outbox_desk_open(
    struct db *db, struct outbox_desk **out, struct err *e);

/* Release *d and set it NULL.  NULL is fine. */
void outbox_desk_close(struct outbox_desk **d);

/* Call each for the rows that the filter says.  Returns 0 or -1. */
NODISCARD int outbox_desk_list(struct outbox_desk *d,
    const struct outbox_desk_filter *filter,
    void (*each)(void *user, const struct outbox_row *row), void *user,
    struct err *e);

/* Where a row stands in its view: what comes behind it is after this. */
int64_t outbox_desk_place(
    enum outbox_desk_view view, const struct outbox_row *row);

/* Call each for all deliveries about an incident, oldest first. */
NODISCARD int outbox_desk_of(struct outbox_desk *d, int64_t incident_id,
    void (*each)(void *user, const struct outbox_row *row), void *user,
    struct err *e);

/*
 * Call each for every recipient and channel that has something waiting, dead,
 * or sent since since_ms, by recipient.
 */
NODISCARD int outbox_desk_sums(struct outbox_desk *d, int64_t since_ms,
    void (*each)(void *user, const struct outbox_desk_sum *sum), void *user,
    struct err *e);

/*
 * Set a dead delivery aside, in the caller's transaction: 1; 0 if it is not
 * dead, or was set aside before; or -1.
 */
NODISCARD int outbox_desk_set_aside(struct outbox_desk *d, int64_t id,
    enum outbox_desk_aside why, int64_t now_ms, struct err *e);

/* Why it was: 1 and *why, 0 if it is not set aside, or -1. */
NODISCARD int outbox_desk_why(struct outbox_desk *d, int64_t id,
    enum outbox_desk_aside *why, struct err *e);

/* "told", "past", "wrong", "test": for forms and the audit log. */
const char *outbox_desk_aside_name(enum outbox_desk_aside why);

/* As a sentence, for people. */
const char *outbox_desk_aside_words(enum outbox_desk_aside why);

/* The reason of that name: 1, or 0 if there is none. */
int outbox_desk_aside_find(struct str name, enum outbox_desk_aside *out);

#endif /* ALERTS_OUTBOX_DESK_H */
