/*
 * store_scan: all stored incidents once, in steps, for work that reads the
 * whole record.
 *
 * Messages are read in the order of their ids, which is that of the file, and
 * an incident is given at its first message with all that it has.  A step is
 * one short read: between steps nothing keeps the write-ahead log from being
 * emptied.  Incidents that come meanwhile are those of a later step, or of
 * none.  Belongs to the store's thread.
 */
#ifndef STORE_STORE_SCAN_H
#define STORE_STORE_SCAN_H

#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/geo/place.h"

struct arena;
struct err;
struct store;
struct store_message;
struct store_scan; /* opaque */

/* An incident and its messages, borrowed for the call. */
struct store_scan_row {
	int64_t number; /* the id of its first message */
	int64_t incident_id;
	struct str feed, ref;
	struct place place; /* as it was last found; not what it is near */
	/* Only hash and bytes are set, if it is but one. */
	const struct store_message *messages;
	size_t message_count;
};

/* Prepare to scan st, which outlives it.  The caller owns *out. */
NODISCARD int store_scan_open(
    struct store *st, struct store_scan **out, struct err *e);

/* Release *scan and set it NULL.  NULL is fine. */
void store_scan_close(struct store_scan **scan);

/* The highest id of a message, or 0. */
NODISCARD int store_scan_last(
    struct store_scan *scan, int64_t *last, struct err *e);

/*
 * The highest id of a message that was received before since_ms, or 0: found by
 * halving, since ids are in the order in which they came.
 */
NODISCARD int store_scan_before(
    struct store_scan *scan, int64_t since_ms, int64_t *id, struct err *e);

/*
 * Call each for the incidents whose first message has an id above after and
 * not above until.  What each is given beyond the database's own text is
 * arena's.
 */
NODISCARD int store_scan_step(struct store_scan *scan, int64_t after,
    int64_t until, struct arena *arena,
    void (*each)(void *user, const struct store_scan_row *row), void *user,
    struct err *e);

#endif /* STORE_STORE_SCAN_H */
