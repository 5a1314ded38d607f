/*
 * when: the time in which what an incident tells of will have happened.
 *
 * A log says when the call came and rarely when the thing was.  Without other
 * words it was from a quarter of an hour before the first entry until some minutes after
 * it or until the log came to rest, an hour at most.  "Last night", "over the weekend", "two hours ago"
 * and the like (WHEN_WORDS in when.c) open the window to the time they name;
 * it stays open to the call, since the same log may speak of now as well.
 *
 * Days and hours of such words are London's, reckoned with the clock that is
 * in force at the entry.
 */
#ifndef INCIDENT_WHEN_H
#define INCIDENT_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/str.h"
#include "agent/incident/incident.h"

/* Before the first entry, without other words. */
#define WHEN_BEFORE_MS (15 * INT64_C(60000))

/* And after it: who calls often looks on. */
#define WHEN_AFTER_MS (5 * INT64_C(60000))

/* A log that goes on longer tells of what came after. */
#define WHEN_LONGEST_MS (60 * INT64_C(60000))

/* What both ends may be off, without other words. */
#define WHEN_SPREAD_MS (5 * INT64_C(60000))

/* No word opens the window farther before the first instant than this. */
#define WHEN_BACK_MAX_MS (INT64_C(120) * 60 * 60 * 1000)

/* A window. */
struct when {
	int64_t from_ms, to_ms; /* UTC, inclusive */
	int64_t spread_ms;      /* what both ends may be off */
	struct str said; /* the words that opened it; borrowed, or absent */
};

/*
 * The window of in.  False, nothing in *out, if it has no time at all.  Words
 * borrow from in.
 */
bool when_of(const struct incident *in, struct when *out);

#endif /* INCIDENT_WHEN_H */
