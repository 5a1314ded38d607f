/*
 * unattended: does an incident that no unit attended have to become a visit?
 *
 * The team answers every hare coursing and visits every encampment, directly
 * or by a follow-up visit.  So one of these themes, at level alert or
 * confirmed by a person, becomes a visit when the incident was closed, or has
 * been open for a configured time, without a unit having arrived.  The answer
 * depends on nothing but what is known of the incident and the time: so the
 * order in which messages came cannot matter, and one that shows a unit there
 * takes the answer back.
 */
#ifndef AGENT_UNATTENDED_H
#define AGENT_UNATTENDED_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/str.h"

struct incident;

/* Incidents from before that are history: nobody visits for them by now. */
#define UNATTENDED_OLD_MS INT64_C(2592000000) /* 30 days */

/* What is known. */
struct unattended_facts {
	bool is_coursing, is_encampment; /* at alert, or confirmed */
	bool is_attended;
	int64_t opened_ms; /* or first heard of */
	int64_t closed_ms; /* CLOCK_NONE: it is open */
	int64_t now_ms;
	int64_t patience_ms; /* how long one may be open before it counts */
	int64_t visit_days;  /* in which the visit is due, from opened_ms */
};

/* What follows. */
struct unattended {
	bool is_left;     /* it is history: what there is stays as it is */
	struct str cause; /* the theme; absent: no visit is needed */
	int64_t due_ms;   /* of the visit */
	const char *why;  /* a sentence for its history */
	int64_t again_ms; /* look again then; CLOCK_NONE: not needed */
};

/* Is there a unit that arrived? */
bool unattended_is_attended(const struct incident *record);

/* What follows from the facts; text is static. */
struct unattended unattended_judge(const struct unattended_facts *facts);

#endif /* AGENT_UNATTENDED_H */
