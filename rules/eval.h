/* eval: conditions, grounds and rules over what the matcher found. */
#ifndef RULES_EVAL_H
#define RULES_EVAL_H

#include "rules/engine.h"
#include "rules/limits.h"

struct arena;

/* Unknown is between false and true: "not" leaves it, "and" takes the least. */
enum eval_truth {
	EVAL_FALSE,
	EVAL_UNKNOWN,
	EVAL_TRUE
};

/* What came of one ground. */
struct eval_ground {
	enum eval_truth truth;
	int points;                     /* given (> 0), taken (< 0), or 0 */
	uint32_t reasons, reason_count; /* in the scratch */
};

/* What came of one rule. */
struct eval_rule {
	int points; /* of all grounds together */
	int score;  /* those, from 0 to 100 */
	enum rules_level level;
	bool is_barred; /* by a veto, or a need that is not met */
	struct eval_ground grounds[LIMITS_GROUNDS_MAX];
	uint32_t ground_count; /* as far as was looked */
};

/* True for a step that asks something; the others join what is there. */
bool eval_is_leaf(enum engine_code code);

/* The truth of a ground's condition; its reasons are pushed to s. */
enum eval_truth eval_condition(const struct ruleset *rs,
    struct rules_scratch *s, const struct engine_ground *g);

/*
 * Work out rule number index.  Unless all is set it stops where the rule can
 * no longer stand: at a need that does not hold, at a veto that does, or where
 * what is left gives too few points.  While somebody watches, points stop
 * nothing.
 */
void eval_rule(const struct ruleset *rs, struct rules_scratch *s,
    uint32_t index, bool all, struct eval_rule *out);

/*
 * The points of one ground: given (> 0), taken (< 0), or 0; *holds: is it
 * true?  Leaves no reasons.
 */
int eval_points(const struct ruleset *rs, struct rules_scratch *s,
    const struct engine_ground *g, bool *holds);

/* The level of a rule that is not barred and whose grounds come to points. */
enum rules_level eval_level(const struct engine_rule *rule, int points);

/* The evidence of what eval_rule() found, in the arena; returns its count. */
size_t eval_evidence(const struct ruleset *rs, struct rules_scratch *s,
    uint32_t index, const struct eval_rule *found, struct arena *arena,
    const struct rules_evidence **out);

#endif /* RULES_EVAL_H */
