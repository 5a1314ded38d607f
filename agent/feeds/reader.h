/*
 * reader: one file of incidents, read in batches of decoded messages.
 *
 * Belongs to one thread at a time: the loop's for small files, a helper's for
 * large ones.  Memory is bounded by one batch and one message.
 */
#ifndef FEEDS_READER_H
#define FEEDS_READER_H

#include <stddef.h>

#include "agent/base/own.h"
#include "agent/feeds/feed.h"

struct arena;
struct err;
struct format_json_piece;
struct reader; /* opaque */

/* A batch and the arena that holds all of it. */
struct reader_batch {
	struct feed_batch batch; /* its arena is owned */
};

/*
 * Read the open file fd from after.offset on; fd is borrowed.  pos has the
 * file's identity and where to begin.  feed and file are copied.  Never NULL
 * (reader_free).
 */
struct reader *reader_new(int fd, const char *feed, const char *file,
    const struct feed_position *pos, size_t items_max, size_t bytes_max);

/* Release *r and set it NULL.  NULL is fine. */
void reader_free(struct reader **r);

/*
 * The next batch; the caller owns *out (reader_batch_free) until the reader is
 * freed.  The last one says at_end in its position and may be empty; not to be
 * called after it.  -1 if the file cannot be read.
 */
NODISCARD int reader_next(
    struct reader *r, struct reader_batch **out, struct err *e);

/*
 * Parse and decode one message into *item, which is zeroed; all of it is the
 * arena's.  What cannot be read becomes a fault in its place.  For feeds whose
 * source is no file, too.
 */
void reader_decode(const struct format_json_piece *piece, struct arena *arena,
    struct feed_item *item);

/* Release *b and set it NULL.  NULL is fine. */
void reader_batch_free(struct reader_batch **b);

#endif /* FEEDS_READER_H */
