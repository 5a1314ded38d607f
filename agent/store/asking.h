/*
 * asking: what somebody typed into the search, as the full-text index has it.
 *
 * All words must be there, in any order; "words in quotes" stand together as
 * they are written; -word must not be there; word* may go on; OR between two
 * means either.  A word that is not in quotes also finds its other endings:
 * dog, dogs; slip, slipped, slipping.  Nothing that can be typed is an error:
 * what means nothing is left out, an open quote ends at the end.
 */
#ifndef STORE_ASKING_H
#define STORE_ASKING_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct arena;
struct err;

/* Words and phrases of one question; the rest is left out. */
#define ASKING_WORDS_MAX 10

/* Words that a "word*" stands for at most. */
#define ASKING_ENDS_MAX 30

/* What came of it. */
struct asking {
	struct str match;  /* for MATCH; absent: nothing to look for */
	bool is_cut;       /* there were more words */
	bool is_ends_cut;  /* a "word*" stands for more words than were tried */
	bool is_only_nots; /* there were only words that must not be there */
};

/*
 * Who knows the words of the index: append to list those that begin with
 * prefix, each by asking_add(), at most max: their number, more than max if
 * there are more, or -1.
 */
struct asking_words {
	int (*find)(void *user, struct str prefix, int max, struct buf *list,
	    struct err *e);
	void *user;
};

/* Read typed; texts are the arena's. */
NODISCARD int asking_read(struct str typed, const struct asking_words *words,
    struct arena *arena, struct asking *out, struct err *e);

/* Append word to a list of which any will do. */
void asking_add(struct buf *list, struct str word);

#endif /* STORE_ASKING_H */
