/*
 * lock: one agent for one state folder.
 *
 * The lock is flock() on a file that also holds the owner's process id.  The
 * kernel releases it with the process, however that ends, so it is never
 * stale.  The file stays: removing it would let two processes hold two files
 * of the same name.
 */
#ifndef BASE_LOCK_H
#define BASE_LOCK_H

#include "agent/base/own.h"

struct err;
struct lock; /* opaque; a lock that is held */

/*
 * Take the lock at path, making the file if it is absent.  Does not wait.  The
 * caller owns *out (lock_release).  Held by another: ERR_TEMPORARY, and the
 * message names its process.  Anything else: ERR_SYSTEM.
 */
NODISCARD int lock_take(const char *path, struct lock **out, struct err *e);

/* Give the lock up and set *lock NULL.  NULL is fine. */
void lock_release(struct lock **lock);

#endif /* BASE_LOCK_H */
