/*
 * A rule as a whole: can it stand, and does each of its lines matter?
 *
 * A rule stands only where all needs are true and no veto is, so what is true
 * of a ground there and nowhere else is looked at.  How many points can come
 * together is bounded by one field at a time: grounds for the country and for
 * the town are never true of one incident.
 */
#include "agent/base/arena.h"
#include "rules/limits.h"
#include "rules/namemap.h"
#include "rules/sense_private.h"

/* A rule and the normal forms of its grounds, in their order. */
struct look {
	struct sense *s;
	const struct ast_rule *rule;
	const struct norm *forms[LIMITS_GROUNDS_MAX];
	bool is_said[LIMITS_GROUNDS_MAX]; /* something was said of it */
	bool can_be[LIMITS_GROUNDS_MAX];  /* true where all needs are */
	const struct norm *needs;         /* all of them; NULL: none */
};

static size_t
line_of(const struct look *x, const struct ast_ground *g)
{
	return sense_line(x->s, g->span);
}

/* ---- Repeats ---- */

static void
check_repeats(struct look *x)
{
	struct namemap *seen = namemap_new(x->s->arena, x->rule->ground_count);
	size_t i = 0;

	for (struct ast_ground *g = x->rule->grounds; g; g = g->next, i++) {
		struct str key = arena_strf(x->s->arena, "%d %.*s",
		    (int)g->kind, STR_ARG(x->forms[i]->key));
		const struct ast_ground *other = namemap_add(seen, key, g);

		if (!other)
			continue;
		x->is_said[i] = true;
		diag_warn(x->s->d, DIAG_R046, g->cond->span,
		    "this rule has the same ground twice");
		diag_note(x->s->d, "the first is on line %zu of %.*s; %s",
		    line_of(x, other),
		    STR_ARG(x->s->d->files[other->span.file].name),
		    g->kind == AST_GIVE || g->kind == AST_TAKE
			? "give its points there"
			: "take one of them out");
	}
}

/* ---- Needs and vetoes ---- */

/* True if the rule cannot stand for its needs, which has been said. */
static bool
check_needs(struct look *x)
{
	size_t i = 0;

	for (const struct ast_ground *g = x->rule->grounds; g;
	     g = g->next, i++) {
		const struct norm *all;

		if (g->kind != AST_NEED)
			continue;
		all = x->needs ? norm_both(x->s->arena, x->needs, x->forms[i])
			       : x->forms[i];
		if (all->kind == NORM_NEVER && !x->is_said[i]) {
			diag_error(x->s->d, DIAG_R043, g->cond->span,
			    "this rule can never stand: its needs exclude "
			    "each other");
			diag_note(x->s->d, "make one need of them with "
					   "\"or\", or take this one out");
		}
		if (all->kind == NORM_NEVER)
			return true;
		if (x->needs && !x->is_said[i] &&
		    norm_implies(x->needs, x->forms[i])) {
			x->is_said[i] = true;
			diag_warn(x->s->d, DIAG_R048, g->cond->span,
			    "this can never matter: the needs before it say "
			    "as much");
			diag_note(x->s->d, "take it out");
		}
		x->needs = all;
	}
	return false;
}

/* Does a veto hold wherever form does?  Its ground, or NULL. */
static const struct ast_ground *
find_veto(
    const struct look *x, const struct norm *form, const struct ast_ground *but)
{
	size_t i = 0;

	for (const struct ast_ground *g = x->rule->grounds; g; g = g->next, i++)
		if (g->kind == AST_VETO && g != but &&
		    norm_implies(form, x->forms[i]))
			return g;
	return NULL;
}

static bool
check_vetoes(struct look *x)
{
	const struct ast_ground *veto =
	    x->needs ? find_veto(x, x->needs, NULL) : NULL;

	if (!veto)
		return false;
	diag_error(x->s->d, DIAG_R043, veto->cond->span,
	    "this rule can never stand: where its needs are true, so is "
	    "this veto");
	diag_note(x->s->d, "take the veto out, or narrow it until it is false "
			   "of some incidents that the needs let through");
	return true;
}

static void
check_matters(struct look *x, const struct ast_ground *g, size_t i)
{
	const struct norm *form = x->forms[i];
	const struct ast_ground *veto;

	if (x->needs) {
		form = norm_both(x->s->arena, x->needs, form);
		if (form->kind == NORM_NEVER) {
			diag_warn(x->s->d, DIAG_R048, g->cond->span,
			    "this can never matter: where it is true, a need "
			    "of the rule is not");
			diag_note(x->s->d, "take it out, or ask for less in "
					   "the need");
			return;
		}
	}
	veto = find_veto(x, form, g);
	/* Of two vetoes that are each in the other the first may stay. */
	if (!veto ||
	    (g->kind == AST_VETO && veto->span.start > g->span.start &&
		norm_implies(norm_cond(x->s->arena, veto->cond), x->forms[i])))
		return;
	diag_warn(x->s->d, DIAG_R048, g->cond->span,
	    "this can never matter: where it is true, so is the veto on line "
	    "%zu",
	    line_of(x, veto));
	diag_note(x->s->d, "take one of them out, or narrow the veto");
}

/* ---- Points ---- */

static bool
can_be(const struct look *x, const struct norm *form)
{
	return form->kind != NORM_NEVER &&
	       (!x->needs ||
		   norm_both(x->s->arena, x->needs, form)->kind != NORM_NEVER);
}

static const struct norm *
one_value(struct look *x, enum field_id field, long value)
{
	struct ast_cond *c = arena_alloc(x->s->arena, 1, sizeof *c);

	c->kind = AST_COND_FACT;
	c->field = field;
	c->fact = AST_FACT_RANGE;
	c->low = c->high = value;
	return norm_cond(x->s->arena, c);
}

static bool
// NOLINTNEXTLINE(misc-no-recursion): as deep as the condition
asks_about(const struct norm *n, enum field_id field)
{
	if (n->kind == NORM_FACT)
		return n->field == field;
	for (size_t i = 0;
	     (n->kind == NORM_ALL || n->kind == NORM_ANY) && i < n->count; i++)
		if (asks_about(n->items[i], field))
			return true;
	return false;
}

/*
 * Points of all grounds that can be true where form, which is about field, is;
 * form NULL: of all that can be true at all.
 */
static long
points_where(struct look *x, const struct norm *form, enum field_id field)
{
	long points = 0;
	size_t i = 0;

	for (const struct ast_ground *g = x->rule->grounds; g;
	     g = g->next, i++) {
		if (g->kind != AST_GIVE || !x->can_be[i])
			continue;
		if (form && asks_about(x->forms[i], field) &&
		    norm_both(x->s->arena, form, x->forms[i])->kind ==
			NORM_NEVER)
			continue;
		points += g->cap;
	}
	return points;
}

static bool
rule_asks_about(const struct look *x, enum field_id field)
{
	for (size_t i = 0; i < x->rule->ground_count; i++)
		if (asks_about(x->forms[i], field))
			return true;
	return false;
}

/* The most points that any value of field, or none, lets come together. */
static long
best_by_field(struct look *x, enum field_id field)
{
	struct norm_range all = norm_domain(field);
	long best = -1;

	for (long v = all.low; v <= all.high; v++) {
		const struct norm *form = one_value(x, field, v);
		long points;

		if (x->needs)
			form = norm_both(x->s->arena, x->needs, form);
		if (form->kind == NORM_NEVER)
			continue;
		points = points_where(x, form, field);
		if (points > best)
			best = points;
	}
	return best;
}

/* The most points that can come together, as far as that is seen. */
static long
best_points(struct look *x, const char **by)
{
	long best = points_where(x, NULL, FIELD_PLACE);

	for (int f = 0; f < FIELD_COUNT; f++) {
		const struct field *field = field_get((enum field_id)f);
		long points;

		if (field->type == FIELD_TYPE_NUMBER ||
		    field->type == FIELD_TYPE_TIME ||
		    !rule_asks_about(x, (enum field_id)f))
			continue;
		points = best_by_field(x, (enum field_id)f);
		if (points >= 0 && points < best) {
			best = points;
			*by = field->name;
		}
	}
	return best;
}

static void
check_levels(struct look *x)
{
	const struct ast_rule *r = x->rule;
	long lowest = r->review ? r->review : r->alert;
	const char *by = NULL;
	long best = best_points(x, &by);

	if (best >= r->alert && best >= lowest)
		return;
	if (best < lowest)
		diag_error(x->s->d, DIAG_R043, r->levels_span,
		    "this rule can never reach its lowest level: at most %ld "
		    "points come together, and %ld are needed",
		    best, lowest);
	else
		diag_warn(x->s->d, DIAG_R043, r->levels_span,
		    "this rule can never alert: at most %ld points come "
		    "together, and %ld are needed",
		    best, r->alert);
	if (by)
		diag_note(x->s->d,
		    "some of its grounds exclude each other (look at those "
		    "about the %s); lower the level, or give more points",
		    by);
	else
		diag_note(x->s->d, "lower the level, or give more points");
}

void
sense_rule(struct sense *s, const struct ast_rule *r)
{
	struct look x = { .s = s, .rule = r };
	size_t i = 0;

	for (const struct ast_ground *g = r->grounds; g; g = g->next, i++) {
		/* What is wrong with a weigh's ground is said of the weigh. */
		x.is_said[i] = g->is_weighed || sense_cond(s, g->cond);
		x.forms[i] = norm_cond(s->arena, g->cond);
	}
	check_repeats(&x);
	if (check_needs(&x) || check_vetoes(&x))
		return;
	for (i = 0; i < r->ground_count; i++)
		x.can_be[i] = can_be(&x, x.forms[i]);
	i = 0;
	for (const struct ast_ground *g = r->grounds; g; g = g->next, i++)
		if (!x.is_said[i] &&
		    (g->kind == AST_GIVE || g->kind == AST_TAKE ||
			g->kind == AST_VETO))
			check_matters(&x, g, i);
	check_levels(&x);
}

void
sense_weigh(struct sense *s, const struct ast_rule *w)
{
	struct look x = { .s = s, .rule = w };
	size_t i = 0;

	for (const struct ast_ground *g = w->grounds; g; g = g->next, i++) {
		(void)sense_cond(s, g->cond);
		x.forms[i] = norm_cond(s->arena, g->cond);
	}
	check_repeats(&x);
}
