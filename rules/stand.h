/*
 * stand: which flags and themes stand, and how firmly, for the rules that ask.
 *
 * A rule may ask for a flag, and whether another theme stands.  Rules for flags
 * are worked out first, and ask for neither.  Then rules for themes are, as if
 * no other theme stood; what stands then is what they are told of each other
 * when they are worked out once more.  So the order of rules decides nothing,
 * and as a rule can only lose by another theme (check.c) none stands because
 * another does.
 */
#ifndef RULES_STAND_H
#define RULES_STAND_H

#include <stdbool.h>
#include <stdint.h>

struct engine_rule;
struct engine_stand;
struct eval_rule;
struct ruleset;
struct rules_scratch;

/* The lowest number of points from which a rule stands. */
int stand_lowest(const struct engine_rule *rule);

/* Forget all that stands: a new incident. */
void stand_clear(struct rules_scratch *s);

/*
 * Note what came of rule number index, if it stands and is no shadow.  It
 * stands the more firmly the more points it has above its lowest level: one for
 * standing at all and one for each ten points.
 */
void stand_note(const struct ruleset *rs, struct rules_scratch *s,
    uint32_t index, const struct eval_rule *found);

/*
 * From here on rules are told of other themes.  Returns whether that can change
 * anything: some rule asks, and some theme stands.
 */
bool stand_tell(const struct ruleset *rs, struct rules_scratch *s);

/* Work out all rules of the incident that was matched, and tell. */
void stand_find(const struct ruleset *rs, struct rules_scratch *s);

/*
 * The firmest theme but that of the rule in hand; NULL if there is none, or if
 * rules are not told yet.  Borrowed from s.
 */
const struct engine_stand *stand_rival(const struct rules_scratch *s);

#endif /* RULES_STAND_H */
