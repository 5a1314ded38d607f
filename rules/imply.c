/*
 * Implication between patterns, by their form.  Exceptions and contexts can
 * spoil a match in one list that counts in another, so lists with exceptions
 * are only ever equal to themselves, and contexts must be the same.
 */
#include "rules/imply.h"

/* ---- Lists ---- */

/* Both are looked for alike. */
static bool
is_same_term(const struct ast_term *a, const struct ast_term *b)
{
	return a->slack == b->slack && str_is_equal(a->key, b->key);
}

static bool
has_exceptions(const struct ast_list *l)
{
	for (const struct ast_term *t = l->terms; t; t = t->next)
		if (t->is_exception)
			return true;
	return false;
}

/* A list that is only another: "@dogs" as the words of a condition. */
static const struct ast_list *
resolve(const struct ast_list *l)
{
	while (l->terms && l->terms->is_list && !l->terms->next &&
	       !l->terms->is_exception && l->terms->list)
		l = l->terms->list;
	return l;
}

/* True if l contains the list inner, at any depth. */
static bool
// NOLINTNEXTLINE(misc-no-recursion): lists are at most 16 deep
contains_list(const struct ast_list *l, const struct ast_list *inner)
{
	l = resolve(l);
	if (l == inner)
		return true;
	if (has_exceptions(l))
		return false;
	for (const struct ast_term *t = l->terms; t; t = t->next)
		if (t->is_list && t->list && contains_list(t->list, inner))
			return true;
	return false;
}

static bool
// NOLINTNEXTLINE(misc-no-recursion): lists are at most 16 deep
contains_term(const struct ast_list *l, const struct ast_term *term)
{
	l = resolve(l);
	if (has_exceptions(l))
		return false;
	for (const struct ast_term *t = l->terms; t; t = t->next) {
		if (t->is_list ? t->list && contains_term(t->list, term)
			       : is_same_term(t, term))
			return true;
	}
	return false;
}

/* Every word of a is one of b. */
static bool
is_within(const struct ast_list *a, const struct ast_list *b)
{
	a = resolve(a);
	b = resolve(b);
	if (a == b || contains_list(b, a))
		return true;
	if (has_exceptions(a) || str_is_given(a->name))
		return false;
	for (const struct ast_term *t = a->terms; t; t = t->next) {
		if (t->is_list ? !t->list || !contains_list(b, resolve(t->list))
			       : !contains_term(b, t))
			return false;
	}
	return a->terms != NULL;
}

/* ---- Contexts and scopes ---- */

/* Every name of a is one of b. */
static bool
are_names_within(const struct ast_name *a, const struct ast_name *b)
{
	for (; a; a = a->next) {
		const struct ast_name *n = b;

		while (n && !str_is_equal(n->text, a->text))
			n = n->next;
		if (!n)
			return false;
	}
	return true;
}

static bool
are_contexts_equal(const struct ast_contexts *a, const struct ast_contexts *b)
{
	return a->any == b->any && are_names_within(a->even, b->even) &&
	       are_names_within(b->even, a->even) &&
	       are_names_within(a->only, b->only) &&
	       are_names_within(b->only, a->only);
}

static bool
is_scope_within(const struct ast_scope *a, const struct ast_scope *b)
{
	if ((a->texts & ~b->texts) != 0)
		return false;
	if ((b->only_first && !a->only_first) ||
	    (b->only_last && !a->only_last))
		return false;
	return !b->by || (a->by && are_names_within(a->by, b->by));
}

/* ---- Patterns ---- */

static bool
is_leaf_within(const struct ast_pattern *a, const struct ast_pattern *b)
{
	return a->kind == AST_PATTERN_LIST && b->kind == AST_PATTERN_LIST &&
	       are_contexts_equal(&a->contexts, &b->contexts) &&
	       is_within(a->list, b->list);
}

/* Does a join of two passages hold for every two that another holds for? */
static bool
is_join_within(const struct ast_pattern *a, const struct ast_pattern *b)
{
	bool bounded = a->join == AST_NEAR || a->words > 0;

	if (a->join == AST_LATER || b->join == AST_LATER)
		return a->join == b->join;
	if (b->join == AST_SAME_ENTRY)
		return true;
	if (b->join == AST_SAME_SENTENCE)
		return a->join == AST_SAME_SENTENCE;
	if (a->join == AST_SAME_ENTRY || a->join == AST_SAME_SENTENCE)
		return false;
	if (b->join != AST_NEAR && a->join != b->join)
		return false;
	return b->words == 0 || (bounded && a->words <= b->words);
}

/* Joins whose sides are lists; a's left one is that of b. */
static bool
is_join_implied(const struct ast_pattern *a, const struct ast_pattern *b)
{
	bool swaps = b->join == AST_NEAR || b->join == AST_SAME_ENTRY ||
		     b->join == AST_SAME_SENTENCE;

	if (a->kind != AST_PATTERN_JOIN || a->is_negated || b->is_negated ||
	    !is_join_within(a, b))
		return false;
	return (is_leaf_within(a->left, b->left) &&
		   is_leaf_within(a->right, b->right)) ||
	       (swaps && is_leaf_within(a->left, b->right) &&
		   is_leaf_within(a->right, b->left));
}

static bool
// NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth
is_pattern_implied(const struct ast_pattern *a, const struct ast_pattern *b)
{
	if (a->kind == AST_PATTERN_UNION)
		return is_pattern_implied(a->left, b) &&
		       is_pattern_implied(a->right, b);
	if (b->kind == AST_PATTERN_UNION)
		return is_pattern_implied(a, b->left) ||
		       is_pattern_implied(a, b->right);
	if (b->kind == AST_PATTERN_JOIN)
		return is_join_implied(a, b);
	if (a->kind == AST_PATTERN_LIST)
		return is_leaf_within(a, b);
	return is_pattern_implied(a->left, b) ||
	       (!a->is_negated && is_pattern_implied(a->right, b));
}

bool
imply_text(const struct ast_cond *a, const struct ast_cond *b)
{
	return a->kind == AST_COND_TEXT && b->kind == AST_COND_TEXT &&
	       is_scope_within(&a->scope, &b->scope) &&
	       is_pattern_implied(a->pattern, b->pattern);
}
