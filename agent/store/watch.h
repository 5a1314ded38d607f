/*
 * watch: reading that is not like working.
 *
 * An account that looks at many incidents and does nothing about them, or that
 * takes many in files, is reported: a line of the audit log by the actor "watch",
 * in the transaction of the look that was one too many, for who reads that log.
 * Two measures:
 *
 *     hour  more different incidents in an hour than the configuration says
 *     day   more in 24 hours than so many times its busiest day of the four
 *           weeks before, if it worked on five of them at least
 *
 * An incident that the account decided about, or changed else, is not counted:
 * who works through the queue is at work.  Rows of a file (CSV, GeoJSON) are.
 * Each is reported at most once in its time.  Nobody is kept from reading: in a
 * control room that could cost a life.
 */
#ifndef STORE_WATCH_H
#define STORE_WATCH_H

#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct audit_row;
struct err;
struct store;
struct watch; /* opaque; one connection, one thread */

#define WATCH_ACTOR   "watch"
#define WATCH_WHO_MAX 72

/* From when on it is unusual; 0: that is not looked for. */
struct watch_limits {
	int64_t hour;   /* different incidents in an hour */
	int64_t factor; /* times the busiest day */
};

/* What was found, as it stands in the audit log. */
struct watch_finding {
	int64_t at_ms;
	char who[WATCH_WHO_MAX]; /* "account:NAME" */
	char over[8];            /* "hour" or "day" */
	int64_t incidents;       /* it looked at so many */
	int64_t limit;           /* more than which was unusual */
};

/* Borrows store until watch_close().  The caller owns *out. */
NODISCARD int watch_open(
    struct store *store, struct watch **out, struct err *e);

/* Release *w and set it NULL.  NULL is fine. */
void watch_close(struct watch **w);

/*
 * What was read in the open transaction is undone: count anew from the log.
 * Must be called after a rollback, before the next watch_look().
 */
void watch_forget(struct watch *w);

/*
 * actor has looked, which stands in the log already; in that transaction.  1 if
 * it is reported now (*found, to be logged after the commit), 0 or -1.
 */
NODISCARD int watch_look(struct watch *w, const struct watch_limits *limits,
    const char *actor, int64_t now_ms, struct watch_finding *found,
    struct err *e);

/* What a line by "watch" says: 0, or -1 if it is none. */
NODISCARD int watch_read(
    const struct audit_row *row, struct watch_finding *out, struct err *e);

#endif /* STORE_WATCH_H */
