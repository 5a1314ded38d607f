/*
 * occurs: where lists and patterns occur in the texts of one incident.
 *
 * All runs are sorted by their first token, then by their last, without
 * repeats.  Joining two takes time that grows with their lengths, never with
 * their product.
 */
#ifndef RULES_OCCURS_H
#define RULES_OCCURS_H

#include "rules/engine.h"

/* Where a list and the lists in it occur: a run in s's list pool. */
struct engine_run occurs_list(
    const struct ruleset *rs, struct rules_scratch *s, uint32_t list);

/* Where a pattern occurs: a run in s's work pool. */
struct engine_run occurs_pattern(
    const struct ruleset *rs, struct rules_scratch *s, uint32_t pattern);

/* The same for one list of a pattern: where it counts. */
struct engine_run occurs_node(const struct ruleset *rs, struct rules_scratch *s,
    const struct engine_node *node);

/* Has the rule in hand cancelled what stands at this token? */
bool occurs_is_cancelled(const struct rules_scratch *s, uint32_t token);

/* Mark the contexts of all tokens; once for an incident, if any rule woke. */
void occurs_mark_contexts(const struct ruleset *rs, struct rules_scratch *s);

#endif /* RULES_OCCURS_H */
