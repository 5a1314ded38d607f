/*
 * ahead: where a message is and what the rules say of it, worked out in the
 * thread that decodes it, as if it were the only one of its incident.
 *
 * Three of four messages in a large file are.  To locate and to tag is pure,
 * so the answer is the one that the intake would come to; where an incident
 * has more messages the intake asks the rules again, and for the place only if
 * the record has another position than this message.
 */
#ifndef AGENT_AHEAD_H
#define AGENT_AHEAD_H

#include "agent/base/own.h"
#include "agent/geo/place.h"
#include "agent/incident/incident.h"
#include "rules/ruleset.h"

struct ahead; /* opaque: one thread's */
struct err;
struct feed_batch;
struct geo;

/* The answer for one message, in the arena of its batch. */
struct ahead_answer {
	const struct geo *geo;       /* with which it was found; */
	const struct ruleset *rules; /* only ever compared */
	struct incident record;      /* the message, folded */
	struct place place;
	struct rules_result result;
};

/*
 * Ready to work with geo and rules, which are borrowed until ahead_free().
 * The caller owns *out.
 */
NODISCARD int ahead_new(const struct geo *geo, const struct ruleset *rules,
    struct ahead **out, struct err *e);

/* Release *a and set it NULL.  NULL is fine. */
void ahead_free(struct ahead **a);

/* Set ahead of each item that is no fault to its struct ahead_answer. */
void ahead_batch(struct ahead *a, struct feed_batch *b);

#endif /* AGENT_AHEAD_H */
