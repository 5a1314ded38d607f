/*
 * idtext: one text cut into tokens, as the finders of identifiers read it.
 *
 * A token is a run of ASCII letters and figures, or of the signs that stand for
 * an unread character ("?", "*", "_").  What stands between two tokens is told
 * in one word, since finders care whether it was a space, a hyphen or the end
 * of a sentence, and not how it was written.  Offsets are bytes in the text.
 */
#ifndef INCIDENT_IDTEXT_H
#define INCIDENT_IDTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "agent/base/str.h"
#include "agent/incident/idwords.h"

struct arena;

/* What a token is made of. */
enum idtext_kind {
	IDTEXT_LETTERS,
	IDTEXT_DIGITS,
	IDTEXT_MIXED,
	IDTEXT_SIGNS /* "?", "*", "_": a character that was not read */
};

/* What stands between a token and the next. */
enum idtext_gap {
	IDTEXT_NONE,  /* nothing: a sign and what it stands by */
	IDTEXT_SPACE, /* up to three spaces */
	IDTEXT_DASH,  /* a hyphen or dash, spaces beside it or not */
	IDTEXT_DOT,   /* a full stop without a space */
	IDTEXT_COMMA,
	IDTEXT_SLASH,
	IDTEXT_COLON,
	IDTEXT_STOP, /* the end of a sentence or line */
	IDTEXT_OTHER /* anything else */
};

/* Which finder has taken a token, so that no other reads it otherwise. */
enum idtext_taken {
	IDTEXT_FREE,
	IDTEXT_POSTCODE,
	IDTEXT_GRID,
	IDTEXT_PHONE,
	IDTEXT_REFERENCE,
	IDTEXT_DEGREES,
	IDTEXT_WORDS
};

/* A token, and what stands after it. */
struct idtext_token {
	size_t start, end;         /* bytes in the text, end exclusive */
	const struct idword *word; /* NULL: none that matters */
	uint8_t kind;              /* enum idtext_kind */
	uint8_t gap;               /* enum idtext_gap, to the next token */
	uint8_t taken;             /* enum idtext_taken */
};

/* The text and its tokens. */
struct idtext {
	struct str text;             /* borrowed */
	const char *capitals;        /* it in capitals (ASCII); the arena's */
	struct idtext_token *tokens; /* the arena's */
	size_t count;
	bool has_small; /* it has small letters */
};

/* Cut text; one pass.  The tokens are the arena's. */
void idtext_make(struct str text, struct arena *arena, struct idtext *out);

/* The text of token i, as it was written. */
struct str idtext_str(const struct idtext *t, size_t i);

/* The text of token i in capitals. */
struct str idtext_capitals(const struct idtext *t, size_t i);

/* The flags of token i (enum idwords_flag); 0 beyond the last. */
uint32_t idtext_flags(const struct idtext *t, size_t i);

/* True if token i is that word, which is given in capitals. */
static inline bool
idtext_is(const struct idtext *t, size_t i, const char *word)
{
	const struct idtext_token *token = &t->tokens[i];
	size_t len;

	if (i >= t->count || t->capitals[token->start] != word[0])
		return false;
	len = strlen(word);
	return token->end - token->start == len &&
	       memcmp(t->capitals + token->start, word, len) == 0;
}

/* What stands before token i: the gap after the one before it. */
enum idtext_gap idtext_gap_before(const struct idtext *t, size_t i);

/* Mark tokens first to last (exclusive) as taken. */
void idtext_take(
    struct idtext *t, size_t first, size_t last, enum idtext_taken by);

/* c in capitals, if it is an ASCII letter. */
static inline char
idtext_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

#endif /* INCIDENT_IDTEXT_H */
