/*
 * chunk: many fixes in few bytes, as they are stored.
 *
 * Every number is the difference to the fix before, in a variable number of
 * bytes: positions in 1e-7 degrees (a centimetre), times in milliseconds,
 * heights, speeds in hundredths, angles and uncertainties in tenths.  A fix of a
 * drive takes some 10 bytes; with its place in the original file, which no other
 * store of tracks keeps, some 12.  The form is stored: never change it, only add
 * a version.
 */
#ifndef TRACKS_CHUNK_H
#define TRACKS_CHUNK_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/tracks/track.h"

struct err;

/*
 * Fixes of one chunk: two minutes of a drive, read in one step.  Five of them,
 * at 12 bytes a fix, fill a page of the database to a few bytes; 512 left a
 * third of each page empty.
 */
#define CHUNK_FIXES_MAX 128

/* What a chunk covers, to find it by. */
struct chunk_cover {
	double south, north, west, east; /* degrees */
	int64_t first_ms, last_ms;       /* CLOCK_NONE: no fix has a time */
	float uncertainty_m;             /* the largest that is known, or 0 */
};

/* Append count (1 to CHUNK_FIXES_MAX) fixes to out. */
void chunk_pack(const struct track_fix *fixes, size_t count, struct buf *out);

/*
 * What the line through fixes covers: those whose mark is of the line (marks
 * NULL: all).  False, and nothing in *out, if there is none.
 */
bool chunk_cover_find(const struct track_fix *fixes, const unsigned char *marks,
    size_t count, struct chunk_cover *out);

/*
 * The fixes of a chunk, into room for CHUNK_FIXES_MAX.  ERR_CORRUPT if the
 * bytes are not what chunk_pack() made.
 */
NODISCARD int chunk_unpack(
    struct str bytes, struct track_fix *out, size_t *count, struct err *e);

/* Append the marks of count fixes to out; nothing if all are kept. */
void chunk_pack_marks(
    const unsigned char *marks, size_t count, struct buf *out);

/*
 * The marks of count fixes, into room for as many.  ERR_CORRUPT if the bytes
 * are not what chunk_pack_marks() made for so many.
 */
NODISCARD int chunk_unpack_marks(
    struct str bytes, size_t count, unsigned char *out, struct err *e);

#endif /* TRACKS_CHUNK_H */
