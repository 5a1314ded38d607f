/*
 * Conditions about one field with few values are worked out as the set of
 * values for which they hold: none is never, all is always.  The rest is
 * compared as text.
 */
#include "rules/sense.h"

#include "agent/base/arena.h"
#include "rules/namemap.h"

/* Which values of one field make a condition true. */
struct domain {
	bool is_one; /* it is about one such field only */
	enum field_id field;
	uint64_t all, holds;
};

/* All values of a field with words for them, or 0. */
static uint64_t
values_of(enum field_type type)
{
	uint64_t all = 0;

	for (int i = 0; i < 64; i++)
		if (field_value_name(type, i))
			all |= UINT64_C(1) << i;
	return all;
}

static uint64_t
values_in(const struct ast_cond *n, uint64_t all)
{
	uint64_t in = 0;

	if (n->fact == AST_FACT_ONE_OF)
		return n->mask & all;
	for (int i = 0; i < 64; i++) {
		bool is_in = n->low <= n->high ? i >= n->low && i <= n->high
					       : i >= n->low || i <= n->high;

		if (is_in)
			in |= UINT64_C(1) << i;
	}
	return in & all;
}

static struct domain
// NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth
domain_of(const struct ast_cond *n)
{
	struct domain d = { 0 };
	struct domain right;

	if (n->kind == AST_COND_FACT && n->fact != AST_FACT_KNOWN) {
		d.field = n->field;
		d.all = values_of(field_get(n->field)->type);
		d.is_one = d.all != 0;
		d.holds = values_in(n, d.all);
	} else if (n->kind == AST_COND_NOT) {
		d = domain_of(n->left);
		d.holds = d.all & ~d.holds;
	} else if (n->kind == AST_COND_AND || n->kind == AST_COND_OR) {
		d = domain_of(n->left);
		right = domain_of(n->right);
		d.is_one = d.is_one && right.is_one && d.field == right.field;
		d.holds = n->kind == AST_COND_AND ? d.holds & right.holds
						  : d.holds | right.holds;
	}
	return d;
}

static struct str
text_of(const struct diags *d, struct span s)
{
	return str_make(d->files[s.file].text.p + s.start, s.end - s.start);
}

static bool
is_opposite(
    const struct diags *d, const struct ast_cond *a, const struct ast_cond *b)
{
	if (a->kind == AST_COND_NOT)
		return str_is_equal(
		    text_of(d, a->left->span), text_of(d, b->span));
	return b->kind == AST_COND_NOT &&
	       str_is_equal(text_of(d, b->left->span), text_of(d, a->span));
}

static void
report_constant(struct diags *d, struct span at, bool always)
{
	diag_warn(
	    d, DIAG_R044, at, "this is %s true", always ? "always" : "never");
	diag_note(d, always ? "take it out, or ask for less"
			    : "take it out, or write \"or\" instead of "
			      "\"and\"");
}

/* Two sides of an "and" or "or". */
static bool
check_sides(struct diags *d, const struct ast_cond *n)
{
	if (is_opposite(d, n->left, n->right)) {
		report_constant(d, n->span, n->kind == AST_COND_OR);
		return true;
	}
	if (!str_is_equal(
		text_of(d, n->left->span), text_of(d, n->right->span)))
		return false;
	diag_warn(d, DIAG_R046, n->right->span,
	    "this says the same as what stands before it");
	diag_note(d, "take one of them out");
	return true;
}

static void
// NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth
check_cond(struct diags *d, const struct ast_cond *n)
{
	struct domain domain = domain_of(n);

	if (domain.is_one &&
	    (domain.holds == 0 || domain.holds == domain.all)) {
		report_constant(d, n->span, domain.holds != 0);
		return;
	}
	if (n->kind == AST_COND_NOT) {
		check_cond(d, n->left);
	} else if (n->kind == AST_COND_AND || n->kind == AST_COND_OR) {
		if (check_sides(d, n))
			return;
		check_cond(d, n->left);
		check_cond(d, n->right);
	}
}

static void
check_repeats(struct diags *d, const struct ast_rule *r)
{
	struct namemap *seen = namemap_new(d->arena, r->ground_count);

	for (struct ast_ground *g = r->grounds; g; g = g->next) {
		struct str key = arena_strf(
		    d->arena, "%d %.*s", (int)g->kind, STR_ARG(g->source));
		const struct ast_ground *other = namemap_add(seen, key, g);

		if (!other)
			continue;
		diag_warn(d, DIAG_R046, g->cond->span,
		    "this rule has the same ground twice");
		diag_note(d,
		    "the first is on line %zu; give its points "
		    "there",
		    diag_line(
			d->files[other->span.file].text, other->span.start));
	}
}

/* All that decides what a rule says, as text. */
static struct str
key_of(struct diags *d, const struct ast_rule *r)
{
	struct buf text = { 0 };
	struct str key;

	buf_addf(&text, "%.*s/%.*s/%d/%ld/%ld", STR_ARG(r->theme.text),
	    STR_ARG(r->flag.text), r->is_shadow, r->alert, r->review);
	for (const struct ast_ground *g = r->grounds; g; g = g->next)
		buf_addf(&text, "\n%d %ld %ld %d %.*s", (int)g->kind, g->points,
		    g->cap, g->is_each, STR_ARG(g->source));
	key = arena_str(d->arena, buf_str(&text));
	buf_clear(&text);
	return key;
}

static void
check_agreement(struct diags *d, const struct ast *ast)
{
	struct namemap *seen = namemap_new(d->arena, ast->rule_count);

	for (struct ast_rule *r = ast->rules; r; r = r->next) {
		const struct ast_rule *other =
		    namemap_add(seen, key_of(d, r), r);

		if (!other)
			continue;
		diag_warn(d, DIAG_R047, r->name.span,
		    "the rules '%.*s' and '%.*s' always agree",
		    STR_ARG(other->name.text), STR_ARG(r->name.text));
		diag_note(d, "take one of them out");
	}
}

void
sense_check(struct diags *d, const struct ast *ast)
{
	for (const struct ast_rule *r = ast->rules; r; r = r->next) {
		for (const struct ast_ground *g = r->grounds; g; g = g->next)
			check_cond(d, g->cond);
		check_repeats(d, r);
	}
	check_agreement(d, ast);
}
