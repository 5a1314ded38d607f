/*
 * neutral: how a log reads where it names a group of people.
 *
 * No rule can ask for such a word (refuse.h).  But a rule that looks for people
 * beside dogs must not be blind to those whom the caller names by a group: "two
 * travellers with dogs" reads as "two people with dogs", and scores the same.
 * Where the word only says of what group something is ("Irish males", "a gypsy
 * caravan") it stays a word that no rule knows.  In names of places and animals
 * the words stay themselves, too.
 */
#ifndef RULES_NEUTRAL_H
#define RULES_NEUTRAL_H

#include <stdbool.h>

#include "agent/base/str.h"

/*
 * The word that a folded word for a group of people reads as, "people" or
 * "person"; absent if it is not such a word, or only says of what group
 * somebody is ("irish").  Constant text.
 */
struct str neutral_word(struct str folded);

/*
 * May a singular be a noun between these words?  "a gypsy with dogs" has one,
 * "a gypsy caravan" has not.  next is absent at the end of a clause.
 */
bool neutral_is_noun(struct str before, struct str next);

#endif /* RULES_NEUTRAL_H */
