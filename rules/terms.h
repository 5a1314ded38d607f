/*
 * terms: a word or phrase of a rule as the parts a text is compared with.
 *
 *     "cut * lock*"     * alone is any one word, at the end of a word any
 *                       ending
 *     "dogs ... hare"   up to four words between
 *     "# caravans"      any number, in figures or words
 */
#ifndef RULES_TERMS_H
#define RULES_TERMS_H

#include <stddef.h>

#include "agent/base/str.h"
#include "rules/limits.h"

struct arena;

/* What one part of a phrase matches. */
enum term_kind {
	TERM_WORD,
	TERM_STEM,
	TERM_NUMBER,
	TERM_ANY,
	TERM_GAP
};

/* One part of a phrase. */
struct term_part {
	enum term_kind kind;
	struct str word; /* folded; the arena's; absent but for word and stem */
};

/* At most this many "..." in a phrase. */
#define TERMS_GAPS_MAX 2

/* What is wrong with a phrase. */
enum terms_fault {
	TERMS_FINE,
	TERMS_NO_WORDS,   /* nothing but marks */
	TERMS_TOO_LONG,   /* more than LIMITS_PHRASE_WORDS_MAX parts */
	TERMS_INNER_STAR, /* "*" inside or before a word */
	TERMS_SHORT_STEM, /* fewer than LIMITS_STEM_MIN letters before "*" */
	TERMS_EDGE_GAP,   /* "..." or "*" first or last, or three gaps */
	TERMS_LONG_WORD   /* a word of more than LIMITS_WORD_MAX bytes */
};

/*
 * Cut text into parts; *count is their number.  On a fault the parts are not
 * to be used.
 */
enum terms_fault terms_split(struct arena *arena, struct str text,
    struct term_part parts[LIMITS_PHRASE_WORDS_MAX], size_t *count);

/*
 * The parts as one text in quotes, the same for all phrases that are looked for
 * alike; the arena's.
 */
struct str terms_key(
    struct arena *arena, const struct term_part *parts, size_t count);

/* Bytes of all words of the parts together. */
size_t terms_length(const struct term_part *parts, size_t count);

#endif /* RULES_TERMS_H */
