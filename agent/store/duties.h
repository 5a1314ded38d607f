/*
 * duties: what follows from an incident's record for those who see to it:
 * whether it has an informant who could be told the outcome, and whether it
 * has to be looked at again later because no unit has arrived yet.
 *
 * Derived from messages and tags by the intake (agent/aftercare.c), in the
 * caller's transaction, and goes with its incident.
 */
#ifndef STORE_DUTIES_H
#define STORE_DUTIES_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct duties; /* opaque; one connection, one thread */
struct err;
struct store;

/* Can the informant be told?  Stored: never renumber, only append. */
enum duties_reach {
	DUTIES_REACHABLE = 1,
	DUTIES_NOT_REACHABLE = 2 /* no number or address, or wants none */
};

/* How many were told of those who could be. */
struct duties_told {
	struct str theme;    /* absent: all */
	int64_t informants;  /* who can be told */
	int64_t told;        /* of these */
	int64_t unreachable; /* others, who are not counted above */
};

/* Borrows store until duties_close().  The caller owns *out. */
NODISCARD int duties_open(
    struct store *store, struct duties **out, struct err *e);

/* Release *d and set it NULL.  NULL is fine. */
void duties_close(struct duties **d);

/* A tagged incident has an informant; closed_ms CLOCK_NONE: it is open. */
NODISCARD int duties_put_informant(struct duties *d, int64_t incident_id,
    enum duties_reach reach, int64_t closed_ms, struct err *e);

/* Look at the incident again at due_ms. */
NODISCARD int duties_watch(
    struct duties *d, int64_t incident_id, int64_t due_ms, struct err *e);

/* Look at it no more if that was due by by_ms. */
NODISCARD int duties_unwatch(
    struct duties *d, int64_t incident_id, int64_t by_ms, struct err *e);

/* The next incident after the id after to be looked at: 1, 0 or -1. */
NODISCARD int duties_next(struct duties *d, int64_t now_ms, int64_t after,
    int64_t *incident_id, struct err *e);

/* Did a person confirm or add the theme, and does that stand?  1, 0 or -1. */
NODISCARD int duties_is_confirmed(
    struct duties *d, int64_t incident_id, struct str theme, struct err *e);

/*
 * Count the informants of incidents that were closed from from_ms to before
 * to_ms and are tagged: whose tag stands and was not rejected, or was
 * confirmed or added.  Each is called for all together, then for each theme by
 * name; an incident of two themes counts for both.
 */
NODISCARD int duties_count_told(struct duties *d, int64_t from_ms,
    int64_t to_ms, void (*each)(void *user, const struct duties_told *told),
    void *user, struct err *e);

#endif /* STORE_DUTIES_H */
