/*
 * norm: conditions in a normal form, to see what two of them have in common.
 *
 * "not" is carried to the leaves, "and" and "or" are flat lists without
 * repeats, what is said about one field is one set of values, and what another
 * part says already is left out.  The form keeps when a condition is true and
 * no more: of what is not known it need not tell false from unknown.  Two
 * conditions with one key are true of the same incidents.  All of it is the
 * arena's; the tree it was made from is borrowed.
 */
#ifndef RULES_NORM_H
#define RULES_NORM_H

#include "rules/ast.h"

struct arena;

/* What a condition comes to. */
enum norm_kind {
	NORM_ALWAYS,
	NORM_NEVER,
	NORM_ALL,  /* all of two or more items */
	NORM_ANY,  /* one of two or more items */
	NORM_FACT, /* a field has one of some values; all: it is known */
	NORM_LEAF  /* anything else, or its opposite */
};

/* Values of a field from low to high. */
struct norm_range {
	long low, high;
};

/* A condition; which members count is its kind's to say. */
struct norm {
	enum norm_kind kind;
	struct str key; /* canonical text */
	const struct norm **items;
	size_t count; /* of items, or of ranges; sorted */
	enum field_id field;
	const struct norm_range *ranges;
	const struct ast_cond *leaf;
	bool is_negated; /* the leaf's opposite */
};

/* n, which the checker has found right, in normal form. */
const struct norm *norm_cond(struct arena *arena, const struct ast_cond *n);

/* Both a and b; one of a and b. */
const struct norm *norm_both(
    struct arena *arena, const struct norm *a, const struct norm *b);
const struct norm *norm_either(
    struct arena *arena, const struct norm *a, const struct norm *b);

/*
 * True if b is true of every incident that a is true of, as far as their form
 * shows: a false answer does not say that there is such an incident.
 */
bool norm_implies(const struct norm *a, const struct norm *b);

/* All values that a field can have, as one range. */
struct norm_range norm_domain(enum field_id field);

/* Append what n says, for people, on one line; brackets where needed. */
void norm_print(struct buf *out, struct arena *arena, const struct norm *n);

#endif /* RULES_NORM_H */
