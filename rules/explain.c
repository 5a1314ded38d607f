/*
 * Rules are worked out as in tagging, with all their grounds, and then each
 * leaf of a ground that is not true is looked at by itself.
 */
#include "rules/explain.h"

#include "agent/base/check.h"
#include "rules/eval.h"
#include "rules/facts.h"
#include "rules/limits.h"
#include "rules/match.h"
#include "rules/occurs.h"
#include "rules/series.h"

/* Passages shown for one part. */
#define SHOWN_MAX 4

struct explainer {
	const struct ruleset *rs;
	struct rules_scratch *s;
	struct buf *out;
};

/* ---- Words ---- */

static struct str
source_at(const struct explainer *x, struct span s)
{
	return str_make(x->rs->files[s.file].text.p + s.start, s.end - s.start);
}

/* Text of the author's on one line. */
static void
add_source(struct explainer *x, struct str text)
{
	bool space = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];
		bool is_space = c == ' ' || c == '\t' || c == '\n' || c == '\r';

		if (is_space && !space)
			buf_add_char(x->out, ' ');
		else if (!is_space)
			buf_add_char(x->out, c);
		space = is_space;
	}
}

/* @name of a list, or the words that it was written as. */
static void
add_list_name(struct explainer *x, uint32_t index)
{
	const struct ast_list *l = x->rs->ast->lists;

	while (l && l->index != index)
		l = l->next;
	if (l && str_is_given(l->name))
		buf_addf(x->out, "@%.*s", STR_ARG(l->name));
	else if (l)
		add_source(x, source_at(x, l->span));
}

static void
add_passage(struct explainer *x, const struct engine_occur *o)
{
	const struct engine_token *a = &x->s->tokens.items[o->first];
	const struct engine_token *b = &x->s->tokens.items[o->last];
	const struct engine_entry *e = &x->s->entries.items[a->entry];

	buf_add_text(x->out, field_text_name(e->text));
	if (e->log_index >= 0)
		buf_addf(x->out, "[%d]", e->log_index);
	buf_addf(x->out, " \"%.*s\"", (int)(b->end - a->start),
	    e->content.p + a->start);
}

static void
add_context_names(struct explainer *x, uint16_t bits)
{
	const char *comma = "";

	for (const struct ast_context *c = x->rs->ast->contexts; c;
	     c = c->next) {
		if (!((unsigned)bits >> c->index & 1U))
			continue;
		buf_addf(x->out, "%s%.*s", comma, STR_ARG(c->name.text));
		comma = ", ";
	}
}

/* ---- Why a text condition is not true ---- */

/* The list stands in the texts, but none of its places counts. */
static void
say_barred(
    struct explainer *x, const struct engine_node *n, struct engine_run raw)
{
	const struct engine_occur *o = &x->s->list_pool.items[raw.begin];
	uint16_t bits = x->s->contexts.items[o->first];

	add_passage(x, o);
	if (occurs_is_cancelled(x->s, o->first)) {
		buf_add_text(x->out, " does not count: cancelled later");
	} else if (n->require) {
		buf_add_text(x->out, " is not ");
		add_context_names(x, n->require);
	} else if (bits & n->exclude) {
		buf_add_text(x->out, " does not count: ");
		add_context_names(x, bits & n->exclude);
	} else {
		buf_add_text(x->out, " is not where it is looked for");
	}
}

/* The first list of the pattern that keeps it from being found. */
static bool
say_missing(struct explainer *x, const struct engine_pattern *p)
{
	for (uint32_t i = 0; i < p->count; i++) {
		const struct engine_node *n = &x->rs->nodes[p->nodes + i];
		struct engine_run raw;

		if (n->kind != AST_PATTERN_LIST)
			continue;
		raw = occurs_list(x->rs, x->s, n->list);
		if (raw.count == 0) {
			buf_add_text(x->out, "no ");
			add_list_name(x, n->list);
			return true;
		}
		if (occurs_node(x->rs, x->s, n).count == 0) {
			say_barred(x, n, raw);
			return true;
		}
	}
	return false;
}

static void
say_text(struct explainer *x, const struct engine_op *op, bool found)
{
	struct engine_run run;

	if (!found) {
		if (!say_missing(x, &x->rs->patterns[op->a]))
			buf_add_text(x->out,
			    "the words are there, but not so to each other");
		return;
	}
	run = occurs_pattern(x->rs, x->s, op->a);
	buf_add_text(x->out, "found ");
	for (uint32_t i = 0; i < run.count && i < SHOWN_MAX; i++) {
		buf_add_text(x->out, i ? ", " : "");
		add_passage(x, &x->s->work.items[run.begin + i]);
	}
}

static void
say_fact(struct explainer *x, const struct engine_op *op)
{
	const struct field *field = field_get((enum field_id)op->a);
	int64_t value = x->s->facts[op->a];
	const char *word = field_value_name(field->type, (int)value);

	if (!(x->s->facts_known >> op->a & 1U))
		buf_addf(x->out, "the %s is not known", field->name);
	else if (word)
		buf_addf(x->out, "%s is %s", field->name, word);
	else if (field->type == FIELD_TYPE_TIME)
		buf_addf(x->out, "%s is %02d:%02d", field->name,
		    (int)(value / 60), (int)(value % 60));
	else
		buf_addf(x->out, "%s is %lld", field->name, (long long)value);
}

static void
say_layer(struct explainer *x, const struct engine_op *op)
{
	const struct place_layer *layer = x->s->layers[op->a];

	if (!layer)
		buf_addf(x->out, "the layer \"%.*s\" is not known here",
		    STR_ARG(x->rs->layers[op->a]));
	else if (layer->is_inside)
		buf_addf(x->out, "inside \"%.*s\"", STR_ARG(layer->name));
	else
		buf_addf(x->out, "%ld m from \"%.*s\"", facts_metres(layer),
		    STR_ARG(layer->name));
}

static void
say_leaf(struct explainer *x, const struct engine_op *op, bool found)
{
	switch (op->code) {
	case ENGINE_TEXT: say_text(x, op, found); break;
	case ENGINE_NUMBER:
		buf_add_text(x->out, "no such number is stated");
		break;
	case ENGINE_FACT: say_fact(x, op); break;
	case ENGINE_FLAG:
		buf_addf(x->out, "the flag %s %s",
		    check_flag_name((enum check_flag)op->a),
		    found ? "stands" : "does not stand");
		break;
	case ENGINE_INSIDE:
	case ENGINE_DISTANCE: say_layer(x, op); break;
	case ENGINE_AND:
	case ENGINE_OR:
	case ENGINE_NOT:
	case ENGINE_SKIP: break;
	}
}

/* Is the leaf at op under an odd number of "not"s? */
static bool
is_negated(
    const struct explainer *x, const struct engine_ground *g, uint32_t leaf)
{
	/* Where each value on the stack began, as the machine would have it. */
	uint32_t begun[LIMITS_PARTS_MAX + 1];
	size_t depth = 0;
	bool negated = false;

	for (uint32_t i = g->ops; i < g->ops + g->op_count; i++) {
		switch (x->rs->ops[i].code) {
		case ENGINE_TEXT:
		case ENGINE_NUMBER:
		case ENGINE_FACT:
		case ENGINE_INSIDE:
		case ENGINE_DISTANCE:
		case ENGINE_FLAG: begun[depth++] = i; break;
		case ENGINE_AND:
		case ENGINE_OR: depth--; break;
		case ENGINE_NOT:
			CHECK(depth > 0);
			if (leaf >= begun[depth - 1] && leaf < i)
				negated = !negated;
			break;
		case ENGINE_SKIP: break;
		}
	}
	return negated;
}

/* The first part of a condition that is not as it must be. */
static void
say_why_not(struct explainer *x, const struct engine_ground *g)
{
	for (uint32_t i = g->ops; i < g->ops + g->op_count; i++) {
		struct engine_ground leaf = { .ops = i, .op_count = 1 };
		bool negated;
		bool found;

		if (!eval_is_leaf(x->rs->ops[i].code))
			continue;
		negated = is_negated(x, g, i);
		found = eval_condition(x->rs, x->s, &leaf) == EVAL_TRUE;
		if (found != negated)
			continue;
		say_leaf(x, &x->rs->ops[i], found);
		return;
	}
}

/* ---- Rules ---- */

static void
say_reasons(struct explainer *x, const struct eval_ground *found)
{
	const char *comma = "";

	for (uint32_t i = 0; i < found->reason_count; i++) {
		const struct engine_reason *r =
		    &x->s->reasons.items[found->reasons + i];

		for (uint32_t k = 0; k < r->run.count && k < SHOWN_MAX; k++) {
			buf_add_text(x->out, comma);
			add_passage(x, &x->s->work.items[r->run.begin + k]);
			comma = ", ";
		}
		if (r->run.count == 0) {
			buf_add_text(x->out, comma);
			say_leaf(x, &x->rs->ops[r->op], true);
			comma = ", ";
		}
	}
}

static void
say_ground(struct explainer *x, const struct engine_ground *g,
    const struct eval_ground *found)
{
	static const char *const words[] = { [AST_GIVE] = "give",
		[AST_TAKE] = "take",
		[AST_NEED] = "need",
		[AST_VETO] = "veto",
		[AST_CANCEL] = "cancelled",
		[AST_CONFIRM] = "confirmed" };
	bool holds = found->truth == EVAL_TRUE;

	buf_addf(x->out, "  %s %-4s", holds ? "yes" : "no ", words[g->kind]);
	if (g->kind == AST_GIVE || g->kind == AST_TAKE)
		buf_addf(x->out, " %4d", found->points);
	else if (g->kind == AST_NEED || g->kind == AST_VETO)
		buf_add_text(x->out, "     ");
	buf_addf(x->out, "  %.*s\n                 ", STR_ARG(g->why));
	if (holds)
		say_reasons(x, found);
	else
		say_why_not(x, g);
	buf_add_char(x->out, '\n');
}

/* Which one ground, were it true, would take the rule to this level? */
static void
say_enough(struct explainer *x, const struct engine_rule *rule,
    const struct eval_rule *found, int missing)
{
	for (uint32_t i = 0; i < rule->ground_count; i++) {
		const struct engine_ground *g =
		    &x->rs->grounds[rule->grounds + i];

		if (g->kind != AST_GIVE ||
		    g->cap - found->grounds[i].points < missing)
			continue;
		buf_addf(x->out, "; enough would be: %.*s", STR_ARG(g->why));
		return;
	}
}

/* What keeps the rule from its next level. */
static void
say_next(struct explainer *x, const struct engine_rule *rule,
    const struct eval_rule *found)
{
	int next = found->score < rule->review ? rule->review : rule->alert;
	bool barred = false;

	for (uint32_t i = 0; i < rule->ground_count; i++) {
		const struct engine_ground *g =
		    &x->rs->grounds[rule->grounds + i];
		bool holds = found->grounds[i].truth == EVAL_TRUE;

		if ((g->kind == AST_VETO && holds) ||
		    (g->kind == AST_NEED && !holds)) {
			buf_addf(x->out, "  barred by: %s %.*s\n",
			    g->kind == AST_VETO ? "veto" : "need",
			    STR_ARG(g->why));
			barred = true;
		}
	}
	if (barred || next > LIMITS_POINTS_MAX || found->score >= next)
		return;
	buf_addf(x->out, "  %d more to %s", next - found->score,
	    next == rule->alert ? "an alert" : "a review");
	say_enough(x, rule, found, next - found->score);
	buf_add_char(x->out, '\n');
}

static bool
found_anything(const struct eval_rule *found)
{
	for (uint32_t i = 0; i < found->ground_count; i++)
		if (found->grounds[i].truth == EVAL_TRUE)
			return true;
	return false;
}

static void
say_rule(struct explainer *x, uint32_t index, bool all)
{
	const struct engine_rule *rule = &x->rs->rules[index];
	struct eval_rule found;

	eval_rule(x->rs, x->s, index, true, &found);
	buf_addf(x->out, "%.*s (%s %.*s%s): %s, score %d", STR_ARG(rule->name),
	    rule->flag >= 0 ? "flag" : "theme",
	    STR_ARG(rule->flag >= 0
			? str_of(check_flag_name((enum check_flag)rule->flag))
			: x->rs->themes[rule->theme]),
	    rule->is_shadow ? ", shadow" : "", rules_level_name(found.level),
	    found.score);
	if (!all && !found_anything(&found)) {
		buf_add_text(x->out, ", nothing of it is there\n");
		return;
	}
	buf_add_char(x->out, '\n');
	for (uint32_t i = 0; i < found.ground_count; i++)
		say_ground(
		    x, &x->rs->grounds[rule->grounds + i], &found.grounds[i]);
	say_next(x, rule, &found);
	if (found.level != RULES_NONE && rule->flag >= 0 && !rule->is_shadow)
		x->s->flags |= 1U << rule->flag;
}

size_t
explain_rules(const struct ruleset *rs, const struct incident *in,
    const struct place *place, struct rules_scratch *scratch, struct str name,
    struct buf *out)
{
	struct explainer x = { .rs = rs, .s = scratch, .out = out };
	struct buf aside = { 0 };
	size_t explained = 0;

	match_prepare(rs, scratch);
	match_incident(rs, in, place, scratch);
	facts_compute(rs, in, place, scratch);
	scratch->flags = 0;
	/* Flags first, for rules ask for them; shown only if asked for. */
	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t i = 0; i < rs->rule_count; i++) {
			bool is_shown = !str_is_given(name) ||
					str_is_equal(rs->rules[i].name, name);

			if ((rs->rules[i].flag >= 0) != (pass == 0))
				continue;
			x.out = is_shown ? out : &aside;
			say_rule(&x, i, str_is_given(name));
			explained += is_shown;
		}
	}
	buf_clear(&aside);
	return explained + series_describe(rs, name, out);
}
