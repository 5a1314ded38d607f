/*
 * parse: the tokens of rule files as a tree.
 *
 * Recursive descent; brackets are limited, so is the stack.  After a problem
 * the rest of the item (rule, list, context or test) is left out and reading
 * goes on at the next line that begins one.
 */
#ifndef RULES_PARSE_H
#define RULES_PARSE_H

#include "rules/ast.h"
#include "rules/diag.h"
#include "rules/lex.h"

/*
 * Add what file number index of d says to ast.  Problems go to d.  Files that
 * end in .list are no rules and are not for this function.
 */
void parse_file(struct diags *d, uint32_t index, struct ast *ast);

/* What begins at a token, for whoever lays out a file's lines. */
enum parse_place {
	PARSE_INSIDE,
	PARSE_ITEM,    /* words, rule, test, … */
	PARSE_LINE,    /* a line of a rule, a context or a test */
	PARSE_UNDER,   /* a line about one of several incidents of a test */
	PARSE_BECAUSE, /* the reason of a ground */
	PARSE_PART,    /* "and" or "or" between two conditions */
	PARSE_TERM,    /* one of a list, or of the facts of a test */
	PARSE_JOIN,    /* near, before, … between two patterns */
	PARSE_CHOICE   /* what follows "|" between two patterns */
};

/*
 * The same for tokens that lex_file() gave, or lex_whole() without the
 * comments.  If places is not NULL, places[i], zero before, becomes the enum
 * parse_place of token i.
 */
void parse_tokens(struct diags *d, const struct lex_token *tokens,
    struct ast *ast, unsigned char *places);

/*
 * The terms of a .list file, one a line, "#" begins a comment; chained in
 * *out.  Problems go to d.
 */
void parse_list_file(struct diags *d, uint32_t index, struct ast_term **out);

#endif /* RULES_PARSE_H */
