/*
 * copylist: which files stand in the done folders of feeds, since when, and
 * which are being erased.
 *
 * A file's own times say when its source wrote it, or nothing; so its age is
 * counted from when it was first seen there.  One that is to be erased is
 * marked on disk before it is removed, and forgotten, and counted, after: a run
 * that was killed in between goes on with it.
 */
#ifndef STORE_COPYLIST_H
#define STORE_COPYLIST_H

#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct copylist; /* opaque; one connection, one thread */
struct db;
struct err;

/* The table in db, borrowed.  The caller owns *out. */
NODISCARD int copylist_open(
    struct db *db, struct copylist **out, struct err *e);

/* Release *c and set it NULL.  NULL is fine. */
void copylist_close(struct copylist **c);

/* It is there now; seen first, unless it was before.  In a transaction. */
NODISCARD int copylist_note(struct copylist *c, const char *feed,
    const char *name, int64_t now_ms, struct err *e);

/*
 * All that are there were noted at now_ms: forget the others but those that are
 * marked.  In a transaction.
 */
NODISCARD int copylist_settle(
    struct copylist *c, const char *feed, int64_t now_ms, struct err *e);

/*
 * Mark up to limit files of a feed that were seen before before_ms as being
 * erased.  In a transaction.  Returns how many were not yet.
 */
NODISCARD int copylist_mark(struct copylist *c, const char *feed,
    int64_t before_ms, int64_t limit, struct err *e);

/* Call each for the files of a feed that are marked. */
NODISCARD int copylist_marked(struct copylist *c, const char *feed,
    void (*each)(void *user, const char *name), void *user, struct err *e);

/* It is gone.  In a transaction. */
NODISCARD int copylist_forget(
    struct copylist *c, const char *feed, const char *name, struct err *e);

#endif /* STORE_COPYLIST_H */
