/*
 * words: the dictionary of all words that any rule looks for.
 *
 * A word is looked for exactly, by its beginning ("cours*"), or with one or
 * two letters wrong.  However many rules share a word, it is in here once.
 * Built by the compiler, then frozen and shared between threads; asking it for
 * a word of a text costs a few look-ups, whatever its size.
 */
#ifndef RULES_WORDS_H
#define RULES_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/str.h"

struct words; /* opaque */

/* How a word is looked for. */
enum words_kind {
	WORDS_EXACT,
	WORDS_STEM,   /* the text's word begins with it */
	WORDS_SLACK1, /* one letter added, dropped, changed or swapped */
	WORDS_SLACK2
};

/* The id of "any number", in figures or words. */
#define WORDS_NUMBER 0U

/* At most this many ids are given for one word of a text. */
#define WORDS_IDS_MAX 64

/* An empty dictionary; released by words_free(). */
struct words *words_new(void);

/* Release *w and set it NULL. */
void words_free(struct words **w);

/*
 * The id of a folded word looked for in this way, added if it is new.  Ids
 * count from 1.  Before words_freeze() only.
 */
uint32_t words_add(struct words *w, enum words_kind kind, struct str folded);

/* No more words; the tables for finding are made. */
void words_freeze(struct words *w);

/* The number of ids, WORDS_NUMBER included. */
uint32_t words_count(const struct words *w);

/* The folded text of an id, and how it is looked for. */
struct str words_text(const struct words *w, uint32_t id);
enum words_kind words_kind(const struct words *w, uint32_t id);

/*
 * The ids that the folded word of a text is, ascending, without repeats, at
 * most WORDS_IDS_MAX.  Returns their number.  Pure; after words_freeze().
 */
size_t words_find(
    const struct words *w, struct str folded, uint32_t ids[WORDS_IDS_MAX]);

/* The number that a folded word says ("3", "x3", "3x", "three"), or -1. */
long words_number(struct str folded);

/* The word for a number ("three"), or absent if it has none of its own. */
struct str words_of_number(long n);

/* A hash of a folded word, for tables keyed by words. */
uint64_t words_hash(struct str folded);

#endif /* RULES_WORDS_H */
