/*
 * holds: incidents that may not be erased, since somebody needs them kept: for
 * a court, an inquiry, a complaint.
 *
 * A hold is on one incident, says why and who, and stands until it is ended by
 * a person or its day comes.  At most one stands; ended ones stay with their
 * incident and go with it.  While one stands nothing of the incident is erased:
 * retention passes it over, and the database itself refuses.
 *
 * Everything that writes is called inside the caller's transaction and writes
 * an "alteration" line; why a thing is held stands in no such line.
 */
#ifndef STORE_HOLDS_H
#define STORE_HOLDS_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct holds; /* opaque; one connection, one thread */
struct store;

#define HOLDS_WHY_MAX 1000 /* bytes */

/* One hold; text is borrowed for the call that shows it. */
struct hold {
	int64_t id, incident_id;
	struct str ref, feed; /* of the incident */
	int64_t at_ms;
	struct str actor; /* who put it */
	struct str why;
	int64_t until_ms; /* CLOCK_NONE: until it is ended */
	int64_t ended_ms; /* CLOCK_NONE: it stands, if until_ms is not past */
	struct str ended_by;
};

/* Borrows store until holds_close().  The caller owns *out. */
NODISCARD int holds_open(
    struct store *store, struct holds **out, struct err *e);

/* Release *h and set it NULL.  NULL is fine. */
void holds_close(struct holds **h);

/* Does the hold stand at now_ms? */
bool holds_stands(const struct hold *hold, int64_t now_ms);

/*
 * Hold an incident.  1; 0 if it is held already; -1, ERR_INVALID if there is
 * no reason, it is too long, until_ms is not in the future, or there is no
 * such incident.  until_ms CLOCK_NONE: without an end.
 */
NODISCARD int holds_put(struct holds *h, int64_t incident_id, struct str why,
    int64_t until_ms, const char *actor, int64_t now_ms, struct err *e);

/* End the hold that stands: 1, 0 if none does, or -1. */
NODISCARD int holds_end(struct holds *h, int64_t incident_id, const char *actor,
    int64_t now_ms, struct err *e);

/* Call each for the holds of an incident, the latest first. */
NODISCARD int holds_of(struct holds *h, int64_t incident_id,
    void (*each)(void *user, const struct hold *hold), void *user,
    struct err *e);

/*
 * Call each for those that stand at now_ms, by id, after after_id, at most
 * limit.
 */
NODISCARD int holds_list(struct holds *h, int64_t now_ms, int64_t after_id,
    int64_t limit, void (*each)(void *user, const struct hold *hold),
    void *user, struct err *e);

#endif /* STORE_HOLDS_H */
