/*
 * spool: the fixes of a track on their way, packed, in a file without a name.
 *
 * What a track's clock is, and whether the file can be used at all, is known
 * only at its end; the database is written afterwards in one short transaction,
 * however long the reading took.  The file goes with the program.
 */
#ifndef TRACKS_SPOOL_H
#define TRACKS_SPOOL_H

#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/tracks/track.h"

struct err;
struct spool; /* opaque */

/* Begin one in the folder dir.  The caller owns *out (spool_close). */
NODISCARD int spool_open(const char *dir, struct spool **out, struct err *e);

/* Release *s and set it NULL.  NULL is fine. */
void spool_close(struct spool **s);

/* Append count (1 to CHUNK_FIXES_MAX) fixes and their marks. */
NODISCARD int spool_add(struct spool *s, const struct track_fix *fixes,
    const unsigned char *marks, size_t count, struct err *e);

/* Read from the start. */
NODISCARD int spool_rewind(struct spool *s, struct err *e);

/* Forget all that was added. */
NODISCARD int spool_clear(struct spool *s, struct err *e);

/*
 * The next piece as it was added, into room for CHUNK_FIXES_MAX each: 1, 0 at
 * the end, -1.
 */
NODISCARD int spool_next(struct spool *s, struct track_fix *fixes,
    unsigned char *marks, size_t *count, struct err *e);

#endif /* TRACKS_SPOOL_H */
