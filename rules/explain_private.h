/* explain_private: what the files of explain share. */
#ifndef RULES_EXPLAIN_PRIVATE_H
#define RULES_EXPLAIN_PRIVATE_H

#include "rules/engine.h"
#include "rules/eval.h"
#include "rules/explain.h"

/* What is being explained, and where words about it go. */
struct explainer {
	const struct ruleset *rs;
	struct rules_scratch *s;
	struct arena *arena;
	struct buf *out;
};

/* The author's text at a place, on one line. */
void explain_add_source(struct explainer *x, struct span at);

/* How a leaf is: what was found, or what is missing. */
void explain_say_leaf(
    struct explainer *x, const struct engine_op *op, bool found);

/* The first part of a condition that is not as it must be. */
void explain_say_why_not(struct explainer *x, const struct engine_ground *g);

/* What made a condition true. */
void explain_say_reasons(struct explainer *x, const struct eval_ground *found);

#endif /* RULES_EXPLAIN_PRIVATE_H */
