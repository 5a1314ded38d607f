/*
 * Rules are worked out as in tagging, with all their grounds, and then each
 * leaf of a ground that is not true is looked at by itself.
 */
#include "rules/explain.h"

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "rules/diag.h"
#include "rules/explain_private.h"
#include "rules/facts.h"
#include "rules/flip.h"
#include "rules/limits.h"
#include "rules/match.h"
#include "rules/print.h"
#include "rules/stand.h"

/* What was said since begin, as the arena's. */
static struct str
take_said(struct explainer *x)
{
	struct str said = arena_str(x->arena, buf_str(x->out));

	buf_reset(x->out);
	return said.p ? said : str_of("");
}

/* ---- Changes ---- */

static void
say_change(struct explainer *x, const struct flip_change *c)
{
	const struct engine_op *op = &x->rs->ops[c->op];

	switch (c->kind) {
	case FLIP_LEAF:
		buf_add_text(x->out, c->to ? "" : "not ");
		explain_add_source(x, op->span);
		return;
	case FLIP_FACT:
		norm_print(x->out, x->arena,
		    &(struct norm){ .kind = NORM_FACT,
			.field = c->field,
			.ranges = c->ranges,
			.count = c->range_count });
		return;
	case FLIP_PASSAGES:
		buf_addf(x->out, "%d more of: %.*s", c->more,
		    STR_ARG(x->rs->grounds[c->ground].why));
		return;
	case FLIP_TURN: buf_add_text(x->out, "not cancelled"); return;
	}
}

/* How it is, in the words of the grounds. */
static void
say_now(struct explainer *x, const struct flip_change *c)
{
	struct engine_ground leaf = { .ops = c->op, .op_count = 1 };

	if (c->kind == FLIP_TURN) {
		buf_addf(x->out, "log[%u] cancels what stands before it",
		    x->s->cancelled - 1);
		return;
	}
	if (c->kind == FLIP_PASSAGES)
		return;
	explain_say_leaf(x, &x->rs->ops[c->op],
	    eval_condition(x->rs, x->s, &leaf) == EVAL_TRUE);
}

static const struct explain_change *
explain_changes(struct explainer *x, const struct flip *flip)
{
	struct explain_change *changes =
	    arena_alloc(x->arena, flip->count, sizeof *changes);

	for (size_t i = 0; i < flip->count; i++) {
		say_change(x, flip->changes[i]);
		changes[i].condition = take_said(x);
		say_now(x, flip->changes[i]);
		changes[i].now = take_said(x);
	}
	return changes;
}

static void
explain_flips(struct explainer *x, uint32_t index, bool down,
    enum rules_level level, struct explain_flip *out)
{
	const struct flip *flips;
	size_t count = flip_find(x->rs, x->s, index, down, x->arena, &flips);
	struct explain_set *sets =
	    arena_alloc(x->arena, count + 1, sizeof *sets);

	for (size_t i = 0; i < count; i++)
		sets[i] = (struct explain_set){ explain_changes(x, &flips[i]),
			flips[i].count };
	*out = (struct explain_flip){ level, sets, count };
}

/* ---- Rules ---- */

static void
explain_ground(struct explainer *x, const struct engine_ground *g,
    const struct eval_ground *found, struct explain_ground *out)
{
	const struct ruleset_file *file = &x->rs->files[g->span.file];

	*out = (struct explain_ground){ .kind = print_ground_word(g->kind),
		.holds = found->truth == EVAL_TRUE,
		.points = found->points,
		.why = g->why,
		.file = file->name,
		.line = diag_line(file->text, g->span.start) };
	if (out->holds)
		explain_say_reasons(x, found);
	else
		explain_say_why_not(x, g);
	out->says = take_said(x);
}

static void
explain_levels(struct explainer *x, uint32_t index, struct explain_rule *out)
{
	const struct engine_rule *rule = &x->rs->rules[index];

	out->has_up = out->level == RULES_NONE ||
		      (out->level == RULES_REVIEW && out->alert > 0);
	out->has_down = out->level != RULES_NONE;
	if (out->has_up)
		explain_flips(x, index, false,
		    out->level == RULES_NONE && rule->review < rule->alert
			? RULES_REVIEW
			: RULES_ALERT,
		    &out->up);
	if (out->has_down)
		explain_flips(x, index, true,
		    out->level == RULES_ALERT && rule->review < rule->alert
			? RULES_REVIEW
			: RULES_NONE,
		    &out->down);
}

static void
explain_rule(
    struct explainer *x, uint32_t index, bool flips, struct explain_rule *out)
{
	const struct engine_rule *rule = &x->rs->rules[index];
	struct explain_ground *grounds =
	    arena_alloc(x->arena, rule->ground_count, sizeof *grounds);
	struct eval_rule found;

	eval_rule(x->rs, x->s, index, true, &found);
	*out = (struct explain_rule){ .rule = rule->name,
		.title = rule->title,
		.subject = rule->flag >= 0 ? str_of(check_flag_name(
						 (enum check_flag)rule->flag))
					   : x->rs->themes[rule->theme],
		.is_flag = rule->flag >= 0,
		.is_shadow = rule->is_shadow,
		.level = found.level,
		.score = found.score,
		.is_barred = found.is_barred,
		.grounds = grounds,
		.ground_count = found.ground_count,
		.alert = rule->alert > LIMITS_POINTS_MAX ? 0 : rule->alert,
		.review = rule->review == rule->alert ? 0 : rule->review };
	for (uint32_t i = 0; i < found.ground_count; i++) {
		explain_ground(x, &x->rs->grounds[rule->grounds + i],
		    &found.grounds[i], &grounds[i]);
		out->is_found = out->is_found || grounds[i].holds;
	}
	if (flips)
		explain_levels(x, index, out);
}

size_t
explain_rules(const struct ruleset *rs, const struct incident *in,
    const struct place *place, struct rules_scratch *scratch, struct str name,
    struct arena *arena, const struct explain_rule **out)
{
	struct buf said = { 0 };
	struct explainer x = {
		.rs = rs, .s = scratch, .arena = arena, .out = &said
	};
	struct explain_rule *rules =
	    arena_alloc(arena, (size_t)rs->rule_count + 1, sizeof *rules);
	size_t count = 0;

	match_prepare(rs, scratch);
	match_incident(rs, in, place, scratch);
	facts_compute(rs, in, place, scratch);
	stand_find(rs, scratch);
	/* Flags first, for rules ask for them. */
	for (uint32_t i = 0; i < 2 * rs->rule_count; i++) {
		uint32_t index = i % rs->rule_count;
		const struct engine_rule *rule = &rs->rules[index];
		bool named = str_is_equal(rule->name, name);
		bool awake;

		if ((rule->flag >= 0) != (i < rs->rule_count))
			continue;
		awake = scratch->awake[index / 64] >> (index % 64) & 1U;
		explain_rule(&x, index, named || (awake && !str_is_given(name)),
		    &rules[count]);
		count += named || !str_is_given(name);
	}
	buf_clear(&said);
	*out = rules;
	return count;
}
