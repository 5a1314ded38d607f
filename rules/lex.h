/*
 * lex: the text of a rule file as tokens with spans.
 *
 * White space separates and is otherwise nothing, but each token knows whether
 * it is the first of its line.  "#" begins a comment that runs to the end of
 * the line; the compiler never sees it, the formatter does.  Problems are
 * reported and the token left out; the last token is always LEX_END.
 */
#ifndef RULES_LEX_H
#define RULES_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/str.h"
#include "rules/diag.h"

/* What a token is. */
enum lex_kind {
	LEX_END,
	LEX_WORD,   /* a word, perhaps ending in "*" */
	LEX_NUMBER, /* digits only */
	LEX_TEXT,   /* "quoted" */
	LEX_LIST,   /* @name */
	LEX_SLACK,  /* ~1 */
	LEX_COMMA,
	LEX_COLON,
	LEX_BAR,
	LEX_OPEN,
	LEX_CLOSE,
	LEX_RANGE,   /* .. */
	LEX_COMPARE, /* < <= > >= = */
	LEX_COMMENT  /* from # to the end of the line; for lex_whole() only */
};

/* A token with its place. */
struct lex_token {
	enum lex_kind kind;
	bool begins_line;
	struct span span;
	struct str text; /* without quotes, @ and ~; escapes undone */
	long number;     /* of LEX_NUMBER and LEX_SLACK; capped */
};

/*
 * Cut file number index of d into tokens.  The array is the working arena's of
 * d; text is the other's or borrows from the file.
 */
size_t lex_file(struct diags *d, uint32_t index, const struct lex_token **out);

/* The same with the comments, whose text has no white space at its end. */
size_t lex_whole(struct diags *d, uint32_t index, const struct lex_token **out);

#endif /* RULES_LEX_H */
