/*
 * quarantine: input that could not be read, kept until a person decides.
 *
 *              ask_replay           replayed
 *      HELD --------------> ASKED -------------> REPLAYED
 *       | ^                   |
 *       | |  still faulty     | drop
 *       | +-------------------+
 *       +------------------------> DROPPED
 *
 * A row is one faulty message with its own bytes (the first
 * QUARANTINE_BYTES_MAX of one that is longer), where it stood and what is
 * wrong with it.  The same fault at the same place of the same feed is one
 * row, whatever the file is called.  A command asks for a replay, with
 * corrected bytes or as it stands (after an upgrade that reads more); the
 * agent, which alone takes messages in, does it.
 */
#ifndef STORE_QUARANTINE_H
#define STORE_QUARANTINE_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct arena;
struct db;
struct err;
struct quarantine; /* opaque; one connection, one thread */

#define QUARANTINE_BYTES_MAX (64 << 10)

/* Stored: never renumber, only append. */
enum quarantine_state {
	QUARANTINE_HELD = 0,
	QUARANTINE_ASKED = 1,
	QUARANTINE_REPLAYED = 2,
	QUARANTINE_DROPPED = 3
};
#define QUARANTINE_STATES 4

/* One faulty message. */
struct quarantine_item {
	int64_t id; /* set by the store */
	struct str feed;
	struct str file;
	int64_t line;   /* in the file, from 1 */
	int64_t column; /* of the fault, in bytes, from 1 */
	int64_t offset; /* of the message in the file, bytes */
	struct str reason;
	struct str bytes;       /* given whole; kept up to the limit */
	int64_t size_bytes;     /* of the message; more than bytes if cut */
	struct str replacement; /* corrected bytes, absent if none */
	int64_t first_ms;       /* when it was set aside */
	int64_t changed_ms;     /* when it came to this state */
	enum quarantine_state state;
};

/* The quarantine kept in db, borrowed.  The caller owns *out. */
NODISCARD int quarantine_open(
    struct db *db, struct quarantine **out, struct err *e);

/* Release *q and set it NULL.  NULL is fine. */
void quarantine_close(struct quarantine **q);

/*
 * Set item aside, inside the caller's transaction.  id, state, replacement
 * and changed_ms are ignored.  Returns 1 if added, 0 if it was there, -1.
 */
NODISCARD int quarantine_add(
    struct quarantine *q, const struct quarantine_item *item, struct err *e);

/*
 * Call each for the rows in state (or all if state is negative), newest
 * first, at most limit.  Text is borrowed for the call.  Returns their number.
 */
NODISCARD int quarantine_list(struct quarantine *q, int state, int64_t limit,
    void (*each)(void *user, const struct quarantine_item *item), void *user,
    struct err *e);

/* The row id, text in arena: 1, or 0 if there is none, or -1. */
NODISCARD int quarantine_find(struct quarantine *q, int64_t id,
    struct arena *arena, struct quarantine_item *out, struct err *e);

/*
 * Ask the agent to take the message in again, replacement in place of its
 * bytes if given.  In the caller's transaction.  ERR_INVALID if there is no
 * such row, it is replayed or dropped, or its bytes were cut and no
 * replacement is given.
 */
NODISCARD int quarantine_ask_replay(struct quarantine *q, int64_t id,
    struct str replacement, int64_t now_ms, struct err *e);

/*
 * The longest waiting row that was asked for, text in arena: 1; 0 if none.
 * What to read is replacement if given, else bytes.
 */
NODISCARD int quarantine_next_replay(struct quarantine *q, struct arena *arena,
    struct quarantine_item *out, struct err *e);

/*
 * Record what became of row id, in the caller's transaction: REPLAYED,
 * DROPPED, or HELD again with a new reason (absent keeps the old).
 * ERR_INVALID if its state does not lead there.
 */
NODISCARD int quarantine_resolve(struct quarantine *q, int64_t id,
    enum quarantine_state state, struct str reason, int64_t now_ms,
    struct err *e);

/* Which rows to list; absent texts mean all. */
struct quarantine_filter {
	enum quarantine_state state;
	struct str feed, reason;
	int64_t before_id; /* 0: from the newest */
	int64_t limit;
};

/*
 * Call each for rows by filter, newest first, without their bytes and
 * replacement.
 */
NODISCARD int quarantine_page(struct quarantine *q,
    const struct quarantine_filter *filter,
    void (*each)(void *user, const struct quarantine_item *item), void *user,
    struct err *e);

/* Held rows of one feed with one and the same fault; borrowed for the call. */
struct quarantine_group {
	struct str feed, reason;
	int64_t count;
	int64_t first_ms, last_ms; /* when they were set aside */
};

/* Call each for the kinds of held rows, the most frequent first. */
NODISCARD int quarantine_groups(struct quarantine *q, int64_t limit,
    void (*each)(void *user, const struct quarantine_group *group), void *user,
    struct err *e);

/*
 * Ask for a replay, as they stand, of up to limit held rows of a kind of which
 * all bytes were kept, in the caller's transaction.  Returns how many.
 */
NODISCARD int quarantine_ask_group(struct quarantine *q, struct str feed,
    struct str reason, int64_t limit, int64_t now_ms, struct err *e);

/*
 * Would a message be taken in: what the agent would make of replacement, or of
 * bytes without one?  0, or -1 with the fault.  Allocates from arena.
 */
NODISCARD int quarantine_try(
    const struct quarantine_item *item, struct arena *arena, struct err *e);

/*
 * How many rows somebody or the agent brought to each state at since_ms or
 * later; those set aside then are not counted.
 */
NODISCARD int quarantine_since(struct quarantine *q, int64_t since_ms,
    int64_t out[QUARANTINE_STATES], struct err *e);

/* How many rows of a feed are held. */
NODISCARD int quarantine_held(
    struct quarantine *q, struct str feed, int64_t *out, struct err *e);

/* How many rows are in state. */
NODISCARD int quarantine_count(struct quarantine *q,
    enum quarantine_state state, int64_t *out, struct err *e);

/* "held", "replay asked", "replayed", "dropped". */
const char *quarantine_state_name(enum quarantine_state state);

#endif /* STORE_QUARANTINE_H */
