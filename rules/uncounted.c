/*
 * Each list of each ground that gives points is looked up as it stands, and
 * its places are held against what the ground leaves out.
 */
#include "rules/uncounted.h"

#include "agent/base/arena.h"
#include "rules/eval.h"
#include "rules/facts.h"
#include "rules/fields.h"
#include "rules/match.h"
#include "rules/occurs.h"
#include "rules/stand.h"

/* What is being gathered. */
struct gather {
	const struct ruleset *rs;
	struct rules_scratch *s;
	struct arena *arena;
	struct str theme;
	struct uncounted *found;
	size_t count;
};

/* The names of contexts, with commas between. */
static struct str
name_contexts(struct gather *g, unsigned bits)
{
	struct buf names = { 0 };
	struct str text;

	for (const struct ast_context *c = g->rs->ast->contexts; c;
	     c = c->next) {
		if (!(bits >> c->index & 1U))
			continue;
		buf_add_text(&names, names.len > 0 ? ", " : "");
		buf_add_str(&names, c->name.text);
	}
	text = arena_str(g->arena, buf_str(&names));
	buf_clear(&names);
	return text;
}

static bool
is_known(const struct gather *g, const struct uncounted *u)
{
	for (size_t i = 0; i < g->count; i++) {
		const struct uncounted *old = &g->found[i];

		if (old->entry == u->entry && old->start == u->start &&
		    old->end == u->end && old->field == u->field &&
		    str_is_equal(old->why, u->why))
			return true;
	}
	return false;
}

static void
add(struct gather *g, const struct engine_occur *o, struct str why)
{
	const struct engine_token *a = &g->s->tokens.items[o->first];
	const struct engine_token *b = &g->s->tokens.items[o->last];
	const struct engine_entry *e = &g->s->entries.items[a->entry];
	const struct uncounted u = { .theme = g->theme,
		.field = field_text_name(e->text),
		.entry = e->log_index,
		.start = a->start,
		.end = b->end,
		.why = why };

	if (g->count < UNCOUNTED_MAX && !is_known(g, &u))
		g->found[g->count++] = u;
}

static void
gather_list(struct gather *g, const struct engine_node *n)
{
	struct engine_run run = occurs_list(g->rs, g->s, n->list);

	for (uint32_t i = 0; i < run.count; i++) {
		const struct engine_occur o =
		    g->s->list_pool.items[run.begin + i];
		unsigned barred =
		    (unsigned)g->s->contexts.items[o.first] & n->exclude;

		if (barred != 0)
			add(g, &o, name_contexts(g, barred));
		else if (occurs_is_cancelled(g->s, o.first))
			add(g, &o, str_of("cancelled"));
	}
}

static void
gather_pattern(struct gather *g, const struct engine_pattern *p)
{
	for (uint32_t i = 0; i < p->count; i++) {
		const struct engine_node *n = &g->rs->nodes[p->nodes + i];

		if (n->kind == AST_PATTERN_LIST && !n->is_negated &&
		    n->require == 0)
			gather_list(g, n);
	}
}

static void
gather_rule(struct gather *g, uint32_t index)
{
	const struct engine_rule *rule = &g->rs->rules[index];
	struct eval_rule found;

	/* Says what is cancelled, and marks the contexts. */
	eval_rule(g->rs, g->s, index, true, &found);
	g->theme = g->rs->themes[rule->theme];
	for (uint32_t i = 0; i < rule->ground_count; i++) {
		const struct engine_ground *ground =
		    &g->rs->grounds[rule->grounds + i];

		if (ground->kind != AST_GIVE || ground->points <= 0)
			continue;
		for (uint32_t k = 0; k < ground->op_count; k++) {
			const struct engine_op *op =
			    &g->rs->ops[ground->ops + k];

			if (op->code == ENGINE_TEXT)
				gather_pattern(g, &g->rs->patterns[op->a]);
		}
	}
}

size_t
uncounted_find(const struct ruleset *rs, const struct incident *in,
    const struct place *place, struct rules_scratch *scratch,
    struct arena *arena, const struct uncounted **out)
{
	struct gather g = { .rs = rs,
		.s = scratch,
		.arena = arena,
		.found = arena_alloc(arena, UNCOUNTED_MAX, sizeof *g.found) };

	match_prepare(rs, scratch);
	match_incident(rs, in, place, scratch);
	facts_compute(rs, in, place, scratch);
	stand_clear(scratch);
	for (uint32_t i = 0; i < rs->rule_count; i++) {
		const struct engine_rule *rule = &rs->rules[i];

		if (rule->theme >= 0 && !rule->is_shadow &&
		    (scratch->awake[i / 64] >> (i % 64) & 1U))
			gather_rule(&g, i);
	}
	*out = g.found;
	return g.count;
}
