/* match: one pass over the words of an incident, for all lists together. */
#ifndef RULES_MATCH_H
#define RULES_MATCH_H

#include "rules/engine.h"

struct incident;
struct place;

/*
 * Cut in's texts and the district of place into tokens and find every list's own words and phrases:
 * s's tokens, entries, hits, found lists and awake rules are those of in.
 */
void match_incident(const struct ruleset *rs, const struct incident *in,
    const struct place *place, struct rules_scratch *s);

/* Set s up for rs: its tables' sizes, and nothing known. */
void match_prepare(const struct ruleset *rs, struct rules_scratch *s);

#endif /* RULES_MATCH_H */
