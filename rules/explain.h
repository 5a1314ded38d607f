/*
 * explain: why a rule says what it says of an incident, and why not.
 *
 * For people: every ground with what it gave, the words that made it true, or
 * the first part of it that failed with the actual value; where the words of
 * a list were found but do not count (denied, past, in a name), that is said;
 * and what would take the rule to its next level.
 */
#ifndef RULES_EXPLAIN_H
#define RULES_EXPLAIN_H

#include "rules/ruleset.h"

/*
 * Append to out what the rule called name says of in at place, or every rule
 * if name is absent (those that found nothing at all in one line).  Returns
 * the number of rules explained: 0 means no rule has that name.  A series, which
 * is about several incidents, is named and not explained.
 */
size_t explain_rules(const struct ruleset *rs, const struct incident *in,
    const struct place *place, struct rules_scratch *scratch, struct str name,
    struct buf *out);

#endif /* RULES_EXPLAIN_H */
