/*
 * bulk: a large file, decoded ahead by a thread of its own.
 *
 * The thread keeps at most BULK_AHEAD batches ready; the loop is woken for
 * each and takes them one at a time.
 */
#ifndef FEEDS_BULK_H
#define FEEDS_BULK_H

#include "agent/base/own.h"
#include "agent/feeds/reader.h"

#define BULK_AHEAD 2

struct bulk; /* opaque */
struct err;
struct feed_sink;
struct loop_wake;

/*
 * Start reading, and have sink work ahead in the thread.  Takes reader (also
 * on failure); fd of the reader, wake and sink are borrowed until
 * bulk_close().  The caller owns *out.
 */
NODISCARD int bulk_open(struct reader *reader, struct loop_wake *wake,
    const struct feed_sink *sink, struct bulk **out, struct err *e);

/*
 * The next batch if one is ready: 1 and *out, the caller's; 0: wait to be
 * woken; -1: the file cannot be read on.
 */
NODISCARD int bulk_next(
    struct bulk *b, struct reader_batch **out, struct err *e);

/* End the thread, drop what it had ready and set *b NULL.  NULL is fine. */
void bulk_close(struct bulk **b);

#endif /* FEEDS_BULK_H */
