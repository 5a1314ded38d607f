/*
 * source: the bytes of a recording, in bounded memory.
 *
 * A window of SOURCE_WINDOW bytes moves over the file, forward mostly; nothing
 * holds the whole.  Offsets are bytes of the original from 0.  What source_*
 * give back is borrowed until the next call.
 */
#ifndef TRACKS_SOURCE_H
#define TRACKS_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct source; /* opaque */

#define SOURCE_WINDOW 65536

/* The longest line source_line() gives whole; no recorder writes a longer. */
#define SOURCE_LINE_MAX 16384

/* Open a regular file.  The caller owns *out (source_close). */
NODISCARD int source_open(const char *path, struct source **out, struct err *e);

/* Bytes in memory, borrowed until source_close(); name is for messages. */
struct source *source_of(struct str bytes, const char *name);

/* Release *s and set it NULL. */
void source_close(struct source **s);

/* The path or name given. */
const char *source_name(const struct source *s);

/* The open file, borrowed until source_close(); -1 if it is in memory. */
int source_fd(const struct source *s);

/* Bytes in all. */
uint64_t source_size(const struct source *s);

/* The first bytes, up to max (at most SOURCE_WINDOW); moves nothing. */
NODISCARD int source_head(
    struct source *s, size_t max, struct str *out, struct err *e);

/*
 * Up to SOURCE_WINDOW bytes from offset at; fewer only at the end, none behind
 * it.  0, or -1 if the disk failed.
 */
NODISCARD int source_at(
    struct source *s, uint64_t at, struct str *out, struct err *e);

/*
 * At least want bytes (at most SOURCE_WINDOW) from at, and what else is at
 * hand behind them; fewer only at the end.  For many small steps: it reads only
 * what is not yet there.  0, or -1 if the disk failed.
 */
NODISCARD int source_some(
    struct source *s, uint64_t at, size_t want, struct str *out, struct err *e);

/*
 * Exactly len bytes (at most SOURCE_WINDOW) from at: 1, 0 if the file ends
 * before, or -1.
 */
NODISCARD int source_exactly(
    struct source *s, uint64_t at, size_t len, struct str *out, struct err *e);

/*
 * The line at *at without its end (LF, CRLF or a lone CR), and *at moved
 * behind it.  Of a line longer than SOURCE_LINE_MAX only that much is given.
 * 1, 0 at the end of the file, -1.
 */
NODISCARD int source_line(
    struct source *s, uint64_t *at, struct str *out, struct err *e);

/* The first offset from at on at which text stands: 1, 0 if nowhere, or -1. */
NODISCARD int source_find(struct source *s, uint64_t at, struct str text,
    uint64_t *found, struct err *e);

#endif /* TRACKS_SOURCE_H */
