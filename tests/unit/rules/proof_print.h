/* proof_print: the text of a tree, in the several ways it may be written. */
#ifndef TESTS_PROOF_PRINT_H
#define TESTS_PROOF_PRINT_H

#include <string.h>

#include "tests/unit/rules/proof_tree.h"

/* The text so far, and the scope last named in the condition in hand. */
struct proof_printer {
	const struct proof_set *set;
	struct buf *out;
	struct proof_scope scope;
	bool has_scope;
};

static inline void
proof_print_term(struct buf *out, const struct proof_term *t)
{
	if (t->list) {
		buf_addf(out, "@%s", t->list->name);
		return;
	}
	buf_add_char(out, '"');
	for (size_t i = 0; i < t->count; i++) {
		const struct proof_part *p = &t->parts[i];

		buf_add_text(out, i > 0 ? " " : "");
		buf_add_text(out, p->word);
		buf_add_text(
		    out, p->kind == PROOF_NUMBER                         ? "#"
			 : p->kind == PROOF_GAP                          ? "..."
			 : p->kind == PROOF_ANY || p->kind == PROOF_STEM ? "*"
									 : "");
	}
	buf_add_char(out, '"');
	if (t->slack)
		buf_addf(out, " ~%d", t->slack);
}

static inline void
proof_print_terms(struct buf *out, const struct proof_list *l)
{
	for (size_t i = 0; i < l->count; i++) {
		buf_add_text(out, i > 0 ? ", " : " ");
		buf_add_text(out, l->terms[i].is_exception ? "not " : "");
		proof_print_term(out, &l->terms[i]);
	}
	buf_add_char(out, '\n');
}

static inline void
proof_print_context(struct buf *out, const struct proof_context *c)
{
	static const char *const reaches[] = { "itself", "next", "previous",
		"clause", "sentence", "entry", "earlier", "corrections",
		"until" };

	buf_addf(out, "context %s\n", c->name);
	if (c->of_questions)
		buf_add_text(out, "    questions\n");
	if (c->is_lifted)
		buf_add_text(out, "    until confirmed\n");
	for (size_t i = 0; i < c->count; i++) {
		const struct proof_mark *m = &c->marks[i];

		buf_addf(out, "    %s", reaches[m->reach]);
		if (m->reach == PROOF_NEXT || m->reach == PROOF_PREVIOUS)
			buf_addf(out, " %zu", m->words);
		buf_add_char(out, ':');
		proof_print_terms(out, &m->list);
	}
}

/* ---- Patterns ---- */

static inline void
proof_print_asks(const struct proof_printer *p, const struct proof_node *n)
{
	bool any = false;

	if (n->asks == PROOF_PLAIN)
		return;
	if (n->asks == PROOF_IN_ANY)
		buf_add_text(p->out, "any ");
	if (n->asks == PROOF_IN_ANY)
		return;
	buf_add_text(p->out, n->asks == PROOF_EVEN ? "even " : "");
	for (size_t i = 0; i < p->set->context_count; i++) {
		if (!(n->contexts >> i & 1U))
			continue;
		buf_addf(
		    p->out, "%s%s", any ? ", " : "", p->set->contexts[i].name);
		any = true;
	}
	buf_add_char(p->out, ' ');
}

static inline void
proof_print_list_node(const struct proof_printer *p, const struct proof_node *n)
{
	proof_print_asks(p, n);
	for (size_t i = 0; i < n->count; i++) {
		buf_add_text(p->out, i > 0 ? " | " : "");
		if (n->lists[i]->name[0] != '\0')
			buf_addf(p->out, "@%s", n->lists[i]->name);
		else
			proof_print_term(p->out, &n->lists[i]->terms[0]);
	}
}

static inline void proof_print_node(
    const struct proof_printer *p, const struct proof_node *n);

/* In brackets, unless it is plain words or lists. */
static inline void
// NOLINTNEXTLINE(misc-no-recursion): as deep as the pattern
proof_print_atom(
    const struct proof_printer *p, const struct proof_node *n, bool plain)
{
	buf_add_text(p->out, plain ? "" : "(");
	proof_print_node(p, n);
	buf_add_text(p->out, plain ? "" : ")");
}

static inline void
// NOLINTNEXTLINE(misc-no-recursion): as deep as the pattern
proof_print_node(const struct proof_printer *p, const struct proof_node *n)
{
	if (n->kind == PROOF_LIST) {
		proof_print_list_node(p, n);
		return;
	}
	if (n->kind == PROOF_UNION) {
		proof_print_atom(p, n->left,
		    n->left->kind == PROOF_LIST &&
			n->left->asks == PROOF_PLAIN);
		buf_add_text(p->out, " | ");
		proof_print_atom(p, n->right,
		    n->right->kind == PROOF_LIST &&
			n->right->asks == PROOF_PLAIN);
		return;
	}
	proof_print_atom(
	    p, n->left, n->left->kind != PROOF_JOIN || proof_chance(70));
	buf_addf(p->out, " %s%s ", n->is_negated ? "not " : "",
	    proof_joins[n->join]);
	if (n->words > 0)
		buf_addf(p->out, "%zu ", n->words);
	proof_print_atom(p, n->right, n->right->kind != PROOF_JOIN);
}

/* ---- Conditions ---- */

static inline void
proof_print_scope(const struct proof_printer *p, const struct proof_scope *s)
{
	static const char *const which[] = { "log", "any entry", "first entry",
		"last entry" };
	bool any = false;

	if (s->is_text) {
		buf_add_text(p->out, "text");
		return;
	}
	buf_add_text(p->out,
	    s->text == PROOF_LOG ? which[s->which] : proof_texts[s->text]);
	for (size_t i = 0; i < 3; i++) {
		if (!(s->writers >> i & 1U))
			continue;
		buf_addf(p->out, "%s%s",
		    !any               ? " by "
		    : proof_chance(50) ? "|"
				       : " or ",
		    proof_writers[i]);
		any = true;
	}
}

/* "text has @dogs"; a text that was said last need not be said again. */
static inline void
proof_print_has(
    struct proof_printer *p, const struct proof_cond *c, bool is_negated)
{
	const struct proof_scope *s = &c->scope;
	bool same = p->has_scope && s->is_text == p->scope.is_text &&
		    s->text == p->scope.text && s->which == p->scope.which &&
		    s->writers == p->scope.writers && proof_chance(70);
	bool is_no = !same && is_negated && proof_chance(50);

	if (is_negated && !is_no)
		buf_add_text(p->out, "not ");
	if (!same) {
		proof_print_scope(p, s);
		buf_add_text(p->out, is_no ? " has no " : " has ");
	}
	p->scope = *s;
	p->has_scope = true;
	proof_print_node(p, c->pattern);
}

static inline void
proof_print_compare(const struct proof_printer *p, const struct proof_cond *c)
{
	static const char *const words[] = { [PROOF_AT_LEAST] = "at least",
		[PROOF_AT_MOST] = "at most",
		[PROOF_LESS] = "<",
		[PROOF_MORE] = ">",
		[PROOF_EQUAL] = "=" };
	const char *word = words[c->op];

	if (proof_chance(30) && c->op == PROOF_AT_LEAST)
		word = ">=";
	if (proof_chance(30) && c->op == PROOF_AT_MOST)
		word = "<=";
	buf_addf(p->out, " %s %ld", word, c->low);
}

static inline void
proof_print_value(struct buf *out, enum proof_field field, long value)
{
	const char *names = proof_values(field);

	if (field == PROOF_TIME) {
		buf_addf(out, "%02ld:%02ld", value / 60, value % 60);
		return;
	}
	if (!names) {
		buf_addf(out, "%ld", value);
		return;
	}
	for (; value > 0; value--)
		names = strchr(names, '|') + 1;
	buf_add(out, names, strcspn(names, "|"));
}

static inline void
proof_print_fact(
    const struct proof_printer *p, const struct proof_cond *c, bool is_negated)
{
	bool inside = is_negated && (c->op == PROOF_IS || c->op == PROOF_KNOWN);

	if (is_negated && !inside)
		buf_add_text(p->out, "not ");
	buf_add_text(p->out, proof_field_names[c->field]);
	if (c->op == PROOF_KNOWN) {
		buf_addf(p->out, " is %sknown", inside ? "not " : "");
	} else if (c->op == PROOF_IS) {
		buf_addf(p->out, " is %s", inside ? "not " : "");
		for (size_t i = 0; i < c->value_count; i++) {
			if (i > 0)
				buf_add_text(
				    p->out, proof_chance(50) ? "|" : " or ");
			proof_print_value(p->out, c->field, c->values[i]);
		}
	} else if (c->op == PROOF_IN) {
		buf_add_text(p->out, " in ");
		proof_print_value(p->out, c->field, c->low);
		buf_add_text(p->out, "..");
		proof_print_value(p->out, c->field, c->high);
	} else {
		proof_print_compare(p, c);
	}
}

static inline void
proof_print_leaf(
    struct proof_printer *p, const struct proof_cond *c, bool is_negated)
{
	if (c->kind == PROOF_HAS) {
		proof_print_has(p, c, is_negated);
		return;
	}
	if (c->kind == PROOF_FACT) {
		proof_print_fact(p, c, is_negated);
		return;
	}
	buf_add_text(p->out, is_negated ? "not " : "");
	if (c->kind == PROOF_NUMBER_OF) {
		buf_add_text(p->out, "number of ");
		proof_print_node(p, c->pattern);
		proof_print_compare(p, c);
	} else if (c->kind == PROOF_FLAG) {
		buf_addf(p->out, "flag %s", proof_flags[c->name]);
	} else if (c->kind == PROOF_RIVAL) {
		buf_add_text(p->out, "another theme");
	} else if (c->kind == PROOF_INSIDE) {
		buf_addf(p->out, "inside \"%s\"", proof_layers[c->name]);
	} else {
		buf_addf(p->out, "distance to \"%s\"", proof_layers[c->name]);
		proof_print_compare(p, c);
	}
}

static inline void
// NOLINTNEXTLINE(misc-no-recursion): as deep as the condition
proof_print_cond(struct proof_printer *p, const struct proof_cond *c)
{
	bool joined = c->kind == PROOF_AND || c->kind == PROOF_OR;
	bool brackets;

	if (!joined && c->kind != PROOF_NOT) {
		proof_print_leaf(p, c, false);
		return;
	}
	if (c->kind == PROOF_NOT && c->left->kind < PROOF_AND) {
		proof_print_leaf(p, c->left, true);
		return;
	}
	if (c->kind == PROOF_NOT) {
		buf_add_text(p->out, "not (");
		proof_print_cond(p, c->left);
		buf_add_char(p->out, ')');
		return;
	}
	brackets =
	    c->left->kind == (c->kind == PROOF_AND ? PROOF_OR : PROOF_AND);
	buf_add_text(p->out, brackets ? "(" : "");
	proof_print_cond(p, c->left);
	buf_add_text(p->out, brackets ? ")" : "");
	buf_add_text(p->out, c->kind == PROOF_AND ? " and " : " or ");
	brackets = c->right->kind == PROOF_AND || c->right->kind == PROOF_OR;
	buf_add_text(p->out, brackets ? "(" : "");
	proof_print_cond(p, c->right);
	buf_add_text(p->out, brackets ? ")" : "");
}

/* ---- Rules ---- */

static inline void
proof_print_ground(struct proof_printer *p, const struct proof_ground *g)
{
	static const char *const words[] = { "give", "take", "need", "veto",
		"cancelled", "confirmed" };

	buf_addf(p->out, "    %s ", words[g->kind]);
	if (g->kind <= PROOF_TAKE)
		buf_addf(p->out, "%d ", g->points);
	if (g->is_each)
		buf_addf(p->out, "each up to %d ", g->cap);
	if (g->kind != PROOF_NEED && g->kind != PROOF_VETO)
		buf_add_text(p->out, "when ");
	p->has_scope = false;
	proof_print_cond(p, g->cond);
	buf_add_text(p->out, g->has_reason ? " because \"so it is\"\n" : "\n");
}

static inline void
proof_print_rule(struct proof_printer *p, const struct proof_rule *r)
{
	buf_addf(p->out, "rule %s \"A rule\"\n    %s %s\n", r->name,
	    r->is_flag ? "flag" : "theme",
	    r->is_flag ? proof_flags[r->subject] : proof_themes[r->subject]);
	if (r->is_shadow)
		buf_add_text(p->out, "    shadow\n");
	for (size_t i = 0; i < r->count; i++)
		proof_print_ground(p, &r->grounds[i]);
	if (r->alert && r->review)
		buf_addf(p->out, "    alert from %d, review from %d\n",
		    r->alert, r->review);
	else
		buf_addf(p->out, "    %s from %d\n",
		    r->alert ? "alert" : "review",
		    r->alert ? r->alert : r->review);
}

/* Append the rule file that set is. */
static inline void
proof_print(const struct proof_set *set, struct buf *out)
{
	struct proof_printer p = { .set = set, .out = out };

	buf_add_text(out, "themes coursing, dumping\n");
	for (size_t i = 0; i < set->list_count; i++) {
		buf_addf(out, "words %s:", set->lists[i].name);
		proof_print_terms(out, &set->lists[i]);
	}
	for (size_t i = 0; i < set->context_count; i++)
		proof_print_context(out, &set->contexts[i]);
	for (size_t i = 0; i < set->rule_count; i++)
		proof_print_rule(&p, &set->rules[i]);
}

#endif /* TESTS_PROOF_PRINT_H */
