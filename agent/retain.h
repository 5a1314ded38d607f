/*
 * retain: one run of retention, of all that is erased by age but tracks: files
 * in done folders, quarantine, incidents.
 *
 * In that order, since a copy may not outlive the incident.  The agent's thread
 * (erasework.h) and "buzzard retention run" both do it; each step is short, and
 * two runs at once do each other no harm.
 */
#ifndef AGENT_RETAIN_H
#define AGENT_RETAIN_H

#include "agent/base/own.h"
#include "agent/store/retention.h"

struct err;
struct retain; /* opaque; one thread */
struct store;

/* On store, borrowed until retain_close().  The caller owns *out. */
NODISCARD int retain_open(
    struct store *store, struct retain **out, struct err *e);

/* Release *r and set it NULL.  NULL is fine. */
void retain_close(struct retain **r);

/* Its retention, borrowed. */
struct retention *retain_retention(struct retain *r);

/*
 * Do the run from retention_begin() to retention_end().  pause is called
 * between two steps and may wait; if it returns false the run stops there, to
 * be begun anew.  1 if it came to its end, 0 if it was stopped, -1.  The caller
 * cuts the database's log after it (db_empty_log).
 */
NODISCARD int retain_run(struct retain *r, struct retention_run *run,
    bool (*pause)(void *user), void *user, struct err *e);

#endif /* AGENT_RETAIN_H */
