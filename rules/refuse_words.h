/*
 * refuse_words: is this one word of a rule a word for a group of people?
 *
 * Held against the table by what the word would find in a text, not by how it
 * is written: by its plural, its ending, its misspellings, letters doubled or
 * left single, digits and letters of other scripts that look like Latin ones.
 */
#ifndef RULES_REFUSE_WORDS_H
#define RULES_REFUSE_WORDS_H

#include <stdbool.h>

#include "agent/base/str.h"
#include "rules/terms.h"

/*
 * The word for a group that this part would find, or absent; slack is the
 * number of letters that may be wrong.  What is given back is constant text.
 */
struct str refuse_words_group(const struct term_part *part, int slack);

/* An appearance code (IC1 …) in one word, also as people would disguise it. */
bool refuse_words_is_code(struct str folded);

/* True if left and right, written as one word, are a word for a group. */
bool refuse_words_is_split(struct str left, struct str right);

/* True if a word for a group begins, or ends, with this and is longer. */
bool refuse_words_begins(struct str folded);
bool refuse_words_ends(struct str folded);

#endif /* RULES_REFUSE_WORDS_H */
