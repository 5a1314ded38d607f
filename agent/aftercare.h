/*
 * aftercare: the last stage of the road: what an incident gives people to see
 * to.  A visit when nobody attended it (unattended.h, followups.h), and its
 * informant to be told the outcome (duties.h).
 *
 * Works in the intake's transaction; belongs to its thread.
 */
#ifndef AGENT_AFTERCARE_H
#define AGENT_AFTERCARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "rules/ruleset.h"

struct aftercare; /* opaque */
struct conf;
struct err;
struct incident;
struct store;
struct store_incident;

/* An incident as it is now; all borrowed for the call. */
struct aftercare_case {
	const struct store_incident *row;
	const struct incident *record;
	const struct rules_tag *tags; /* what people decided over them */
	size_t tag_count;
	bool is_first; /* nothing was kept of it before */
	int64_t now_ms;
};

/* Borrows store until aftercare_close().  The caller owns *out. */
NODISCARD int aftercare_open(
    struct store *store, struct aftercare **out, struct err *e);

/* Release *a and set it NULL.  NULL is fine. */
void aftercare_close(struct aftercare **a);

/* See what follows and keep it. */
NODISCARD int aftercare_judge(struct aftercare *a, const struct conf *conf,
    const struct aftercare_case *c, struct err *e);

/*
 * The next incident after the id after that has to be judged again, for it has
 * been open so long: 1, 0 or -1.
 */
NODISCARD int aftercare_next(struct aftercare *a, int64_t now_ms, int64_t after,
    int64_t *incident_id, struct err *e);

/*
 * It was judged at now_ms, if it could be: unless it has to wait for longer,
 * look at it no more until it changes.
 */
NODISCARD int aftercare_seen(
    struct aftercare *a, int64_t incident_id, int64_t now_ms, struct err *e);

#endif /* AGENT_AFTERCARE_H */
