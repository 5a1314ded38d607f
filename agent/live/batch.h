/*
 * batch: what has come from all sources and is not on disk yet.
 *
 * While the disk takes nothing it grows to BATCH_MAX.  From then on a source
 * that nobody answers is refused; one that answers its peer once a position is
 * on disk never is: what it was refused would be answered for by the next
 * commit.  Its peer limits what it sends without an answer.
 */
#ifndef LIVE_BATCH_H
#define LIVE_BATCH_H

#include <stddef.h>

#include "agent/base/str.h"
#include "agent/live/ledger.h"

struct posfeed;

#define BATCH_MAX 200000 /* reports of sources that are not answered */

/* Begin with zeroes. */
struct batch {
	struct ledger_report *reports; /* owned */
	size_t count, cap;
};

/*
 * A new report of unit, at most POSFEED_UNIT_MAX bytes, through s, zeroed but
 * for names; or NULL if s is to set it aside.  Borrows the name of s.
 */
struct ledger_report *batch_add(
    struct batch *b, const struct posfeed *s, struct str unit);

/* Release what b has. */
void batch_release(struct batch *b);

#endif /* LIVE_BATCH_H */
