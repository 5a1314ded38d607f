/*
 * unitstore: units, where they last were, and their positions of late.
 *
 * A position is a row until it is packed into the track of its unit and day
 * (trackstore.h), some minutes later, and both are kept no longer than the
 * configuration says, since they show where officers were.  A unit's row has
 * its last place and what is known of its movement (motion.h).
 *
 * Everything that writes is in the caller's transaction.  Text in rows given
 * to callbacks is borrowed for the call.
 */
#ifndef STORE_UNITSTORE_H
#define STORE_UNITSTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/tracks/motion.h"
#include "agent/tracks/track.h"

struct db;
struct err;
struct unitstore; /* opaque; one connection, one thread */

/* One unit. */
struct unitstore_unit {
	int64_t id;        /* 0: not stored yet */
	struct str name;   /* a call sign */
	struct str source; /* the configured source it came through last */
	struct track_fix
	    fix;             /* the newest believed; time_ms CLOCK_NONE: none */
	int64_t received_ms; /* when the last position came */
	int64_t gone_ms;     /* its device said so; CLOCK_NONE: it is there */
	struct motion motion;
};

/* The units kept in db, borrowed.  The caller owns *out. */
NODISCARD int unitstore_open(
    struct db *db, struct unitstore **out, struct err *e);

/* Release *us and set it NULL.  NULL is fine. */
void unitstore_close(struct unitstore **us);

/* Insert (id 0; sets it) or update. */
NODISCARD int unitstore_put(
    struct unitstore *us, struct unitstore_unit *unit, struct err *e);

/*
 * Keep a position and its mark: 1 if it is new, 0 if the unit has one of that
 * time, -1.
 */
NODISCARD int unitstore_add(struct unitstore *us, int64_t unit_id,
    const struct track_fix *fix, enum track_mark mark, int64_t received_ms,
    struct err *e);

/* Take back the marks of its positions from first_ms to last_ms. */
NODISCARD int unitstore_unmark(struct unitstore *us, int64_t unit_id,
    int64_t first_ms, int64_t last_ms, struct err *e);

/* Call each for all units, by name. */
NODISCARD int unitstore_each(struct unitstore *us,
    void (*each)(void *user, const struct unitstore_unit *unit), void *user,
    struct err *e);

/*
 * How many of its positions are not packed, and when the first of them to come
 * was received (CLOCK_NONE: none).
 */
NODISCARD int unitstore_count(struct unitstore *us, int64_t unit_id,
    int64_t *count, int64_t *oldest_ms, struct err *e);

/*
 * Its first positions in order of time and their marks, at most max; their
 * number, or -1.
 */
NODISCARD int unitstore_take(struct unitstore *us, int64_t unit_id,
    struct track_fix *out, unsigned char *marks, size_t max, struct err *e);

/* Remove its positions from first_ms to last_ms: they are packed. */
NODISCARD int unitstore_drop(struct unitstore *us, int64_t unit_id,
    int64_t first_ms, int64_t last_ms, struct err *e);

/*
 * Remove positions whose own time is before that, and units of whose last
 * place that is so; how many rows of both were removed, or -1.
 */
NODISCARD int unitstore_purge(
    struct unitstore *us, int64_t before_ms, struct err *e);

#endif /* STORE_UNITSTORE_H */
