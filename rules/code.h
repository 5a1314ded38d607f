/*
 * code: the compiled form of a rule set as text, for people and to compare.
 *
 * Everything that decides what the engine says is there, and no place in a
 * file: two rule sets whose code prints alike say the same of every incident.
 */
#ifndef RULES_CODE_H
#define RULES_CODE_H

#include "rules/ruleset.h"

/*
 * Append the code of the rule called name, or of the whole set with its
 * dictionary, lists and contexts if name is absent.  Returns the number of
 * rules printed.
 */
size_t code_print(const struct ruleset *rs, struct str name, struct buf *out);

#endif /* RULES_CODE_H */
