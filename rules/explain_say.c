/*
 * What is said of one part of a condition: the words that were found, or why
 * none were.  A part that is not as it must be is worked out once more by
 * itself.
 */
#include "agent/base/check.h"
#include "agent/geo/place.h"
#include "rules/eval.h"
#include "rules/explain_private.h"
#include "rules/facts.h"
#include "rules/limits.h"
#include "rules/occurs.h"
#include "rules/print.h"
#include "rules/stand.h"

/* Passages shown for one part. */
#define SHOWN_MAX 4

/* ---- Words ---- */

void
explain_add_source(struct explainer *x, struct span at)
{
	struct str text = str_make(
	    x->rs->files[at.file].text.p + at.start, at.end - at.start);
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

/* @name of a list, or the first of the words that it was written as. */
static void
add_list_name(struct explainer *x, uint32_t index)
{
	const struct ast_list *l = x->rs->ast->lists;
	size_t shown = 0;

	while (l && l->index != index)
		l = l->next;
	if (l && str_is_given(l->name)) {
		buf_addf(x->out, "@%.*s", STR_ARG(l->name));
		return;
	}
	for (const struct ast_term *t = l ? l->terms : NULL; t; t = t->next) {
		if (shown++ > 0)
			buf_add_text(x->out, " | ");
		if (shown > SHOWN_MAX) {
			buf_add_text(x->out, "…");
			return;
		}
		print_term(&(struct print){ x->out, NULL }, t);
	}
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

/* A passage that counts, with the contexts that it stands in all the same. */
static void
add_found(struct explainer *x, const struct engine_occur *o)
{
	uint16_t bits = x->s->contexts.items[o->first];

	add_passage(x, o);
	if (bits == 0)
		return;
	buf_add_text(x->out, " (");
	add_context_names(x, bits);
	buf_add_text(x->out, " all the same)");
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
say_rival(struct explainer *x, bool found)
{
	const struct engine_stand *rival = stand_rival(x->s);

	if (found && rival)
		buf_addf(x->out, "the theme %.*s stands",
		    STR_ARG(x->rs->themes[rival->subject]));
	else
		buf_add_text(x->out, "no other theme stands");
}

void
explain_say_leaf(struct explainer *x, const struct engine_op *op, bool found)
{
	switch (op->code) {
	case ENGINE_TEXT: say_text(x, op, found); break;
	case ENGINE_NUMBER:
		buf_add_text(x->out, found ? "such a number is stated"
					   : "no such number is stated");
		break;
	case ENGINE_FACT: say_fact(x, op); break;
	case ENGINE_FLAG:
		buf_addf(x->out, "the flag %s %s",
		    check_flag_name((enum check_flag)op->a),
		    found ? "stands" : "does not stand");
		break;
	case ENGINE_RIVAL: say_rival(x, found); break;
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
		case ENGINE_FLAG:
		case ENGINE_RIVAL: begun[depth++] = i; break;
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

void
explain_say_why_not(struct explainer *x, const struct engine_ground *g)
{
	for (uint32_t i = g->ops; i < g->ops + g->op_count; i++) {
		struct engine_ground leaf = { .ops = i, .op_count = 1 };
		enum eval_truth truth;

		if (!eval_is_leaf(x->rs->ops[i].code))
			continue;
		truth = eval_condition(x->rs, x->s, &leaf);
		if (truth == (is_negated(x, g, i) ? EVAL_FALSE : EVAL_TRUE))
			continue;
		explain_say_leaf(x, &x->rs->ops[i], truth == EVAL_TRUE);
		return;
	}
}

void
explain_say_reasons(struct explainer *x, const struct eval_ground *found)
{
	const char *comma = "";

	for (uint32_t i = 0; i < found->reason_count; i++) {
		const struct engine_reason *r =
		    &x->s->reasons.items[found->reasons + i];

		for (uint32_t k = 0; k < r->run.count && k < SHOWN_MAX; k++) {
			buf_add_text(x->out, comma);
			add_found(x, &x->s->work.items[r->run.begin + k]);
			comma = ", ";
		}
		if (r->run.count == 0) {
			buf_add_text(x->out, comma);
			explain_say_leaf(x, &x->rs->ops[r->op], true);
			comma = ", ";
		}
	}
}
