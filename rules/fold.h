/*
 * fold: text as words in which case, accents and typography make no
 * difference.
 *
 * A word is a run of letters and digits.  Apostrophes inside are left out
 * ("farmer's" is "farmers", as people type it), "&" is the word "and", and
 * everything else separates.  Offsets are the original's, in bytes.  Rules and
 * texts are cut by the same function, so that they agree.
 */
#ifndef RULES_FOLD_H
#define RULES_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/str.h"
#include "rules/limits.h"

/* What stood between a word and the one before it, as bits. */
#define FOLD_CLAUSE   1U /* comma, colon, dash, bracket, quote */
#define FOLD_SENTENCE 2U /* full stop, !, ?, ;, line break */
#define FOLD_ASKED    4U /* "?": the sentence before was a question */

/* One pass over a text. */
struct fold {
	const unsigned char *text; /* borrowed */
	size_t len, at;
	unsigned gap; /* FOLD_ bits since the last word */
	/* The word last found: folded, zeroes up to the next 8 bytes. */
	size_t start, end;
	unsigned before; /* FOLD_ bits between it and the one before */
	size_t word_len;
	char word[LIMITS_WORD_MAX + 16];
};

/* Begin at the start of text. */
void fold_init(struct fold *f, struct str text);

/*
 * Find the next word: word, word_len, start, end and before are set.  Returns
 * false at the end; gap then has what stood after the last word.
 */
bool fold_next(struct fold *f);

/* The folded form of the word last found; borrowed until the next call. */
struct str fold_word(const struct fold *f);

#endif /* RULES_FOLD_H */
