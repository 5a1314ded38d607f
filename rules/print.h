/*
 * print: the tree of rules as text again.
 *
 * In full: brackets wherever one thing is inside another, each scope repeated,
 * every word in quotes; so that two trees print alike exactly if they say the
 * same in the same order.  For the canonical form words are folded and what
 * may stand in either order (words of a list, both sides of "near") is sorted:
 * then texts that mean the same print alike.  Places in files are not printed.
 */
#ifndef RULES_PRINT_H
#define RULES_PRINT_H

#include "rules/ast.h"

struct arena;

/* How to print. */
struct print {
	struct buf *out; /* borrowed */
	struct arena
	    *arena; /* for the canonical form's work; NULL: as written */
};

/* A pattern: @dogs near 5 "field". */
void print_pattern(const struct print *p, const struct ast_pattern *n);

/* How two patterns stand to each other: near, same entry. */
const char *print_join_word(enum ast_join join);

/* The scope of a pattern: log by CALL, last entry. */
void print_scope(const struct print *p, const struct ast_scope *scope);

/* A condition with all its parts. */
void print_cond(const struct print *p, const struct ast_cond *n);

/* A value of a field as a rule has it: rural, jan, 22:30, 4. */
void print_value(struct buf *out, enum field_type type, long value);

/* "at least 3", "at most 3", "= 3", "in 3..5". */
void print_bounds(struct buf *out, long low, long high);

/* One word, phrase or @list of a list. */
void print_term(const struct print *p, const struct ast_term *t);

/* The word that begins a ground: give, take, need, veto. */
const char *print_ground_word(enum ast_ground_kind kind);

/* How a context's words reach: "next 4", "clause". */
void print_reach(struct buf *out, const struct ast_mark *m);

/* Everything of ast, an item a line or more. */
void print_ast(const struct print *p, const struct ast *ast);

#endif /* RULES_PRINT_H */
