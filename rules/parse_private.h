/*
 * parse_private: what the parser's files share and nobody else sees.
 *
 * Every parse_…() that can fail returns NULL or false when it has reported a
 * problem; the caller passes that on, up to the item, which is left out.
 */
#ifndef RULES_PARSE_PRIVATE_H
#define RULES_PARSE_PRIVATE_H

#include "rules/ast.h"
#include "rules/lex.h"
#include "rules/parse.h"

/* Where the parser stands in one file. */
struct parser {
	struct diags *d;
	const struct lex_token *tokens;
	unsigned char *places; /* what each begins; NULL: nobody asks */
	size_t at;
	struct ast *ast;
	struct ast_scope scope; /* of the last "… has", for "and @more" */
	bool has_scope;
	bool in_weigh;
	int depth; /* of brackets */
	int parts; /* of the condition that is being read */
	/* The ends of ast's chains, so that they keep the text's order. */
	struct ast_name **themes_end;
	struct ast_list **lists_end;
	struct ast_context **contexts_end;
	struct ast_rule **rules_end;
	struct ast_rule **weighs_end;
	struct ast_series **series_end;
	struct ast_test **tests_end;
};

/* The token to be read next; never past LEX_END. */
const struct lex_token *parse_peek(const struct parser *p);

/* The one read last; there must be one. */
const struct lex_token *parse_last(const struct parser *p);

/* Take the next token. */
const struct lex_token *parse_take(struct parser *p);

/* True if the next token is this word. */
bool parse_is_word(const struct parser *p, const char *word);

/* The kind of the token this many further on. */
enum lex_kind parse_kind_at(const struct parser *p, size_t ahead);

/* True if the token this many further on is this word. */
bool parse_is_word_at(const struct parser *p, size_t ahead, const char *word);

/* Take the next token if it is this word. */
bool parse_skip_word(struct parser *p, const char *word);

/* Take the next token if it is of this kind. */
bool parse_skip(struct parser *p, enum lex_kind kind);

/* True if the next token begins an item at the start of a line. */
bool parse_at_item(const struct parser *p);

/* The word that begins an item and is most like text; NULL if none is. */
const char *parse_nearest_item(struct str text);

/* What a person would call a token; it lies in the diags' arena. */
struct str parse_describe(struct parser *p, const struct lex_token *t);

/* Report that something else was expected at the next token. */
void parse_expected(struct parser *p, const char *what, const char *note);

/* The token to be read next begins this. */
void parse_begin(struct parser *p, enum parse_place place);

/* Take an opening bracket; false if that is too deep. */
bool parse_open(struct parser *p);

/* Take the bracket that closes the one at open. */
bool parse_close(struct parser *p, struct span open);

/* Count one more part of a condition; false if there are too many. */
bool parse_count_part(struct parser *p, struct span at);

/* Read a name (letters, digits, - and _). */
bool parse_name(struct parser *p, const char *what, struct ast_name *out);

/* Read the name of a layer, in quotes. */
bool parse_layer(struct parser *p, struct ast_name *out);

/* Read a number from low to high. */
bool parse_number(
    struct parser *p, const char *what, long low, long high, long *out);

/* Read an optional ~1 or ~2. */
bool parse_slack(struct parser *p, int *out);

/* A new unnamed list, chained into the ast. */
struct ast_list *parse_new_list(struct parser *p, struct span span);

/* Read the terms of a list, commas between, to the end of its last line. */
bool parse_terms(struct parser *p, struct ast_list *list);

/* True if a context word stands here: a word right before a list or text. */
bool parse_at_context(const struct parser *p);

/* True if the bracket that opens here is part of a pattern. */
bool parse_at_pattern_bracket(const struct parser *p);

/* Read words, lists and bracketed patterns, with "|" between. */
struct ast_pattern *parse_operand(struct parser *p);

/* Read operands with joins (near 5, after, same entry, …) between. */
struct ast_pattern *parse_pattern(struct parser *p);

/* Read a condition, up to the end of its line or of its brackets. */
struct ast_cond *parse_condition(struct parser *p);

/* "3 days" or "5 km". */
struct parse_quantity {
	struct span span;
	bool is_time;
	int64_t worth; /* milliseconds or metres */
};

/* Read a whole number and its unit. */
bool parse_quantity(struct parser *p, struct parse_quantity *out);

/* Read what follows "series". */
bool parse_series(struct parser *p);

/* Read what follows "test". */
bool parse_test(struct parser *p);

/*
 * In a test, read "incident NAME": from now on *current is that incident of
 * test, a new one with all that the test says of itself, or one named before.
 */
bool parse_incident_line(
    struct parser *p, struct ast_test *test, struct ast_test **current);

/* Read where or when current is: "3 km north of first", "2 days after first". */
bool parse_incident_offset(
    struct parser *p, const struct ast_test *test, struct ast_test *current);

/* Read "accurate to 100 m". */
bool parse_incident_accuracy(struct parser *p, struct ast_test *current);

#endif /* RULES_PARSE_PRIVATE_H */
