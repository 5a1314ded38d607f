/*
 * correlate: what an incident changes for others, and they for it.
 *
 * A stage of the intake, between "tag" and "record": the incident's digest is
 * kept, the series judge it with those before it, and of those after it the
 * ones are found whose answer is another one than it was, which the intake
 * then judges again in the same transaction.  So at every commit each
 * incident's tags are what the series say of the set of incidents that is
 * known, in whatever order they came (rules/series.h).
 *
 * The work for one message is bounded: of each sign that matters
 * LIMITS_SERIES_POOL_MAX incidents on each side are read, and no incident
 * farther on can have another answer by it.
 */
#ifndef AGENT_CORRELATE_H
#define AGENT_CORRELATE_H

#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "rules/series.h"

struct arena;
struct correlate; /* opaque; one connection, one thread */
struct err;
struct store;

/* What the series say of an incident. */
struct correlate_answer {
	const struct series_hit *hits; /* the caller's arena's */
	size_t count;
	int64_t turns; /* how often others have changed its answer */
};

/* Borrows store.  The caller owns *out (correlate_free). */
NODISCARD int correlate_new(
    struct store *store, struct correlate **out, struct err *e);

/* Release *c and set it NULL.  NULL is fine. */
void correlate_free(struct correlate **c);

/* A write transaction has begun: what is kept in memory may be old. */
NODISCARD int correlate_begin(struct correlate *c, struct err *e);

/* A transaction was undone: forget what is kept in memory. */
void correlate_forget(struct correlate *c);

/*
 * Keep digest, which is now that of the incident digest->id, and judge it by
 * rs, in the caller's transaction.  is_new: it was not stored before.  Begins
 * a new list of the others that have to be judged again.
 */
NODISCARD int correlate_judge(struct correlate *c, const struct ruleset *rs,
    const struct series_digest *digest, bool is_new, struct arena *arena,
    struct correlate_answer *out, struct err *e);

/*
 * The next incident to judge again: 1 and its id, or 0.  Each stands once and
 * the incident itself is not among them.
 */
int correlate_next(struct correlate *c, int64_t *incident_id);

/*
 * Judge such an incident by its stored digest; who gives its id, feed and
 * reference.  It takes a turn.
 */
NODISCARD int correlate_again(struct correlate *c, const struct ruleset *rs,
    const struct series_digest *who, struct arena *arena,
    struct correlate_answer *out, struct err *e);

/*
 * Write what was combined to the audit log: a "combination" line for each
 * series, with the ids of the incidents.  For an answer that made a tag.
 */
NODISCARD int correlate_log(struct correlate *c, int64_t incident_id,
    const struct correlate_answer *answer, int64_t now_ms, struct err *e);

#endif /* AGENT_CORRELATE_H */
