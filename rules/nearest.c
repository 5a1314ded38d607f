/*
 * Every rule of the subject is worked out with all its grounds, those too that
 * no word woke.  A rule that has its points and is barred lacks none: it is
 * what an author wants to see first.
 */
#include "rules/nearest.h"

#include "rules/check.h"
#include "rules/eval.h"
#include "rules/facts.h"
#include "rules/match.h"
#include "rules/stand.h"

/* Is ground g a better answer to "what would be enough?" than the last? */
static bool
is_better(const struct nearest *n, int gives)
{
	int missing = n->lowest - n->score;

	if (!str_is_given(n->lacks))
		return true;
	if (n->lacks_points >= missing)
		return gives >= missing && gives < n->lacks_points;
	return gives > n->lacks_points;
}

/*
 * What the rule's own grounds come to, and what they have to: of words that
 * weighs speak of, which mostly take, people cannot be told that they lack.
 */
static void
count_own(const struct ruleset *rs, const struct engine_rule *rule,
    const struct eval_rule *found, struct nearest *out)
{
	int own = 0, weighed = 0;

	for (uint32_t i = 0; i < rule->ground_count; i++)
		*(rs->grounds[rule->grounds + i].is_weighed ? &weighed
							    : &own) +=
		    found->grounds[i].points;
	out->score = own > 0 ? own : 0;
	out->lowest = stand_lowest(rule) - weighed - (own < 0 ? own : 0);
	if (out->lowest < 1)
		out->lowest = 1;
}

static void
describe(const struct ruleset *rs, const struct engine_rule *rule,
    const struct eval_rule *found, struct nearest *out)
{
	*out = (struct nearest){ .rule = rule->name };
	count_own(rs, rule, found, out);
	for (uint32_t i = 0; i < rule->ground_count; i++) {
		const struct engine_ground *g = &rs->grounds[rule->grounds + i];
		bool holds = found->grounds[i].truth == EVAL_TRUE;
		int gives = g->cap - found->grounds[i].points;

		if (!str_is_given(out->barred_by) &&
		    (g->kind == AST_VETO ? holds
					 : g->kind == AST_NEED && !holds)) {
			out->barred_by = g->why;
			out->is_veto = g->kind == AST_VETO;
		}
		/* One word more of many is no answer to what was lacking. */
		if (g->kind == AST_GIVE && gives > 0 && !g->is_weighed &&
		    out->score < out->lowest && is_better(out, gives)) {
			out->lacks = g->why;
			out->lacks_points = gives;
		}
	}
}

static int
missing_points(const struct nearest *n)
{
	return n->score < n->lowest ? n->lowest - n->score : 0;
}

/* Does a lack less than b? */
static bool
is_nearer(const struct nearest *a, const struct nearest *b)
{
	int x = missing_points(a);
	int y = missing_points(b);

	if (x != y)
		return x < y;
	return !str_is_given(a->barred_by) && str_is_given(b->barred_by);
}

static bool
is_about(const struct ruleset *rs, const struct engine_rule *rule,
    struct str subject, int flag)
{
	if (rule->is_shadow)
		return false;
	if (flag >= 0)
		return rule->flag == flag;
	return rule->theme >= 0 &&
	       str_is_equal(rs->themes[rule->theme], subject);
}

bool
nearest_find(const struct ruleset *rs, const struct incident *in,
    const struct place *place, struct rules_scratch *scratch,
    struct str subject, bool is_flag, struct nearest *out)
{
	int flag = is_flag ? check_flag_find(subject) : -1;
	bool any = false;

	match_prepare(rs, scratch);
	match_incident(rs, in, place, scratch);
	facts_compute(rs, in, place, scratch);
	stand_find(rs, scratch);
	for (uint32_t i = 0; i < rs->rule_count; i++) {
		const struct engine_rule *rule = &rs->rules[i];
		struct eval_rule found;
		struct nearest n;

		if (!is_about(rs, rule, subject, flag))
			continue;
		eval_rule(rs, scratch, i, true, &found);
		if (found.level != RULES_NONE)
			continue;
		describe(rs, rule, &found, &n);
		if (!any || is_nearer(&n, out))
			*out = n;
		any = true;
	}
	return any;
}
