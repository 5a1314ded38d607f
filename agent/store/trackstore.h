/*
 * trackstore: recorded tracks, found by place and time.
 *
 * A track is one original file, or one unit's live positions of one day.  Its
 * fixes are kept as they were recorded, up to TRACKSTORE_FIXES_MAX in a chunk,
 * with what cleaning made of each; nothing of them is ever changed.  Times are
 * by the track's own clock; what is to be added to get UTC stands once, with
 * the track, and can be found out later (trackstore_set_clock).
 *
 * Each chunk stands alone: it begins, where the line goes on, with the last
 * kept fix of the chunk before, marked TRACK_MARK_LINK.  It is found by a box
 * around its kept fixes, widened by what the recorder and the clock are unsure
 * of.  The box of a chunk whose time in UTC is not known holds all times.
 *
 * Everything that writes is in the caller's transaction.  Text in rows given to
 * callbacks is borrowed for the call.
 */
#ifndef STORE_TRACKSTORE_H
#define STORE_TRACKSTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/clock.h"
#include "agent/base/hash.h"
#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/tracks/chunk.h"
#include "agent/tracks/track.h"

struct arena;
struct db;
struct err;
struct trackstore; /* opaque; one connection, one thread */

/* Fixes given to one trackstore_add_chunk(): one is left for the link. */
#define TRACKSTORE_FIXES_MAX (CHUNK_FIXES_MAX - 1)

/* A correction that is not known. */
#define TRACKSTORE_UNKNOWN CLOCK_NONE

/*
 * What a recorder is unsure of widens a box by this much at most: a fix less
 * certain than that shows nobody's place.
 */
#define TRACKSTORE_SLACK_MAX_M 2000.0

/* One track. */
struct trackstore_row {
	int64_t id; /* set by the store */
	enum track_class class;
	struct str name; /* of the file, without folders; of the day, if live */
	struct str unit; /* call sign, or absent */
	struct str format;          /* of reader.h; "live" */
	bool is_live;               /* no original; sha256 is nothing */
	uint8_t sha256[HASH_BYTES]; /* of the original */
	int64_t size_bytes;         /* of the original */
	struct str origin;          /* the path it came from, or absent */
	bool is_kept;               /* the evidence store has the original */
	struct str clip;        /* what fixes' clip_ms count in, or absent */
	enum track_clock clock; /* as the recorder left it */
	int64_t correction_ms;  /* added: UTC; or TRACKSTORE_UNKNOWN */
	int64_t uncertainty_ms; /* of the corrected time, either way */
	struct str clock_why;   /* the evidence, in words */
	int64_t fixes, timed, kept; /* counted by the store */
	int64_t skipped;            /* places of the original not read */
	int64_t first_ms, last_ms;  /* by its clock; counted by the store */
	int64_t imported_ms;
	struct str actor; /* who brought it in */
	bool hold;        /* never purged */
	/* What its clock was judged by, beside its fixes (clockbasis.h). */
	bool has_stated;         /* false: imported before it was noted */
	enum track_clock stated; /* by its reader */
	int64_t created_ms;      /* of a video; 0: it does not say */
	bool is_by_name;         /* its times are the name's and the clip's */
	int64_t twin_id;         /* the same journey; 0: none is known */
	int64_t twin_ahead_ms;   /* its times less that one's, as recorded */
};

/* One chunk of a track. */
struct trackstore_piece {
	int64_t id;
	int64_t seq;               /* from 0 */
	int64_t first_ms, last_ms; /* by the track's clock; CLOCK_NONE */
};

/* A piece of the Earth and of time; west > east passes 180 degrees. */
struct trackstore_window {
	double south, north, west, east;
	int64_t from_ms, to_ms; /* UTC, inclusive */
	bool with_unknown;      /* also tracks whose time in UTC is not known */
};

/* Which tracks; zero of a member (absent, CLOCK_NONE for times): all. */
struct trackstore_filter {
	enum track_class class;
	struct str unit;
	bool live_only;
	int64_t from_ms, to_ms; /* UTC; a track of unknown time passes */
	int64_t limit;
};

/* The tracks kept in db, borrowed.  The caller owns *out. */
NODISCARD int trackstore_open(
    struct db *db, struct trackstore **out, struct err *e);

/* Release *ts and set it NULL.  NULL is fine. */
void trackstore_close(struct trackstore **ts);

/* A time by the track's clock in UTC; CLOCK_NONE if it cannot be known. */
int64_t trackstore_utc(const struct trackstore_row *row, int64_t time_ms);

/*
 * Add a track without fixes and give its id.  What the store counts is
 * ignored.  1, or 0 if a track with that original is there (*id is then its),
 * or -1.
 */
NODISCARD int trackstore_add(struct trackstore *ts,
    const struct trackstore_row *row, int64_t *id, struct err *e);

/*
 * Append count (1 to TRACKSTORE_FIXES_MAX) fixes and their marks (NULL: all
 * kept; never TRACK_MARK_LINK) to a track as a chunk, and count them there.
 */
NODISCARD int trackstore_add_chunk(struct trackstore *ts, int64_t track_id,
    const struct track_fix *fixes, const unsigned char *marks, size_t count,
    struct err *e);

/*
 * What is now known of a track's clock; its boxes follow.  clock_why is
 * evidence in words.
 */
NODISCARD int trackstore_set_clock(struct trackstore *ts, int64_t track_id,
    const struct trackstore_row *clock, struct err *e);

/* Let it name another track of the same journey (0: none), and how far ahead
 * it is. */
NODISCARD int trackstore_set_twin(struct trackstore *ts, int64_t track_id,
    int64_t twin_id, int64_t ahead_ms, struct err *e);

/* Call each for the tracks that name that one. */
NODISCARD int trackstore_twins(struct trackstore *ts, int64_t twin_id,
    void (*each)(void *user, int64_t track_id), void *user, struct err *e);

/* The track id, text in arena: 1, or 0 if there is none, or -1. */
NODISCARD int trackstore_find_id(struct trackstore *ts, int64_t id,
    struct arena *arena, struct trackstore_row *out, struct err *e);

/* The track of an original, likewise. */
NODISCARD int trackstore_find_sha256(struct trackstore *ts,
    const uint8_t sha256[HASH_BYTES], struct arena *arena,
    struct trackstore_row *out, struct err *e);

/* Call each for tracks that pass filter, the last imported first. */
NODISCARD int trackstore_each(struct trackstore *ts,
    const struct trackstore_filter *filter,
    void (*each)(void *user, const struct trackstore_row *row), void *user,
    struct err *e);

/*
 * Call each for the chunks whose box meets the window, those of a track
 * together and in order.  trackstore_chunk() may be called within.
 */
NODISCARD int trackstore_find(struct trackstore *ts,
    const struct trackstore_window *window,
    void (*each)(void *user, const struct trackstore_row *row,
	const struct trackstore_piece *piece),
    void *user, struct err *e);

/* Call each for all chunks of a track in order; 0 or -1. */
NODISCARD int trackstore_pieces(struct trackstore *ts, int64_t track_id,
    void (*each)(void *user, const struct trackstore_piece *piece), void *user,
    struct err *e);

/*
 * The fixes of a chunk by the track's clock, and their marks, into room for
 * CHUNK_FIXES_MAX each: 1, 0 if there is no such chunk, -1.
 */
NODISCARD int trackstore_chunk(struct trackstore *ts, int64_t chunk_id,
    struct track_fix *out, unsigned char *marks, size_t *count, struct err *e);

/*
 * The same of a chunk that a callback of trackstore_find() or
 * trackstore_pieces() was just given: 1 or -1.  Both read one state of the
 * database, so one that is not there is damage (ERR_CORRUPT) and no empty one.
 */
NODISCARD int trackstore_chunk_get(struct trackstore *ts, int64_t chunk_id,
    struct track_fix *out, unsigned char *marks, size_t *count, struct err *e);

/* Keep a track from being purged, or not: 1, 0 if there is none, -1. */
NODISCARD int trackstore_hold(
    struct trackstore *ts, int64_t id, bool hold, struct err *e);

/*
 * Remove a track with its fixes and boxes; their bytes in the database are
 * overwritten.  The original is the caller's to remove.  1, 0 if there is none
 * or it is held, -1.
 */
NODISCARD int trackstore_delete(
    struct trackstore *ts, int64_t id, struct err *e);

/*
 * The first track of a class behind after_id (0: of all) that is older than
 * before_ms and not held: 1 and its id, 0 if none, -1.  Units' tracks age from their last fix, since they
 * show where officers were; others from their import.
 */
NODISCARD int trackstore_find_old(struct trackstore *ts, enum track_class class,
    int64_t before_ms, int64_t after_id, int64_t *id, struct err *e);

/*
 * The same of tracks without an original alone, which age from their last fix
 * whatever their class.  To go on behind what was deleted is one pass over the
 * tracks in all.
 */
NODISCARD int trackstore_find_old_live(struct trackstore *ts,
    enum track_class class, int64_t before_ms, int64_t after_id, int64_t *id,
    struct err *e);

/*
 * The track without an original of that unit, class and name, the last made if
 * there are several: 1 and its id, 0 if none, -1.  Looks at the unit's tracks
 * and no others.
 */
NODISCARD int trackstore_find_live(struct trackstore *ts, struct str unit,
    enum track_class class, struct str name, int64_t *id, struct err *e);

#endif /* STORE_TRACKSTORE_H */
