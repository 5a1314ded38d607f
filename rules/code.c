/*
 * A disassembly.  Each step of a condition stands on a line, with what it
 * works on in the author's words; patterns are written out below the ground
 * that uses them.
 */
#include "rules/code.h"

#include "agent/base/arena.h"
#include "rules/engine.h"
#include "rules/limits.h"
#include "rules/print.h"

struct coder {
	const struct ruleset *rs;
	struct buf *out;
};

/* ---- Words and lists ---- */

static void
print_part(struct coder *c, uint32_t part)
{
	static const char *const marks[] = { [WORDS_EXACT] = "",
		[WORDS_STEM] = "*",
		[WORDS_SLACK1] = "~1",
		[WORDS_SLACK2] = "~2" };

	if (part == WORDS_NUMBER) {
		buf_add_text(c->out, " #");
	} else if (part == ENGINE_PART_ANY) {
		buf_add_text(c->out, " *");
	} else if (part == ENGINE_PART_GAP) {
		buf_add_text(c->out, " ...");
	} else {
		buf_addf(c->out, " %.*s%s",
		    STR_ARG(words_text(c->rs->words, part)),
		    marks[words_kind(c->rs->words, part)]);
	}
}

static void
print_terms(struct coder *c)
{
	const struct ruleset *rs = c->rs;

	for (uint32_t i = 0; i < rs->term_count; i++) {
		const struct engine_term *t = &rs->terms[i];

		buf_addf(c->out, "term %u:", i);
		for (uint32_t k = 0; k < t->count; k++)
			print_part(c, rs->parts[t->parts + k]);
		buf_addf(c->out, "; looked at by part %u; of lists", t->anchor);
		for (uint32_t k = rs->term_lists.begin[i];
		     k < rs->term_lists.begin[i + 1]; k++)
			buf_addf(c->out, " %u", rs->term_lists.items[k]);
		buf_add_char(c->out, '\n');
	}
}

/* The name of a list, or the words that it was written as. */
static void
print_list_name(struct coder *c, uint32_t index)
{
	const struct ast_list *l = c->rs->ast->lists;
	const char *sep = "";

	while (l && l->index != index)
		l = l->next;
	if (l && str_is_given(l->name)) {
		buf_addf(c->out, "@%.*s", STR_ARG(l->name));
		return;
	}
	for (const struct ast_term *t = l ? l->terms : NULL; t; t = t->next) {
		buf_add_text(c->out, sep);
		print_term(&(struct print){ c->out, NULL }, t);
		sep = " | ";
	}
}

static void
print_lists(struct coder *c)
{
	const struct ruleset *rs = c->rs;

	for (uint32_t i = 0; i < rs->list_count; i++) {
		const struct engine_list *l = &rs->lists[i];

		buf_addf(c->out, "list %u ", i);
		print_list_name(c, i);
		for (uint32_t k = 0; k < l->sub_count; k++)
			buf_addf(c->out, "%s %u", k ? "" : "; has lists",
			    rs->subs[l->subs + k]);
		if (l->except != ENGINE_NONE)
			buf_addf(c->out, "; but not list %u", l->except);
		buf_add_text(c->out, "; wakes");
		for (uint32_t k = rs->wakes.begin[i];
		     k < rs->wakes.begin[i + 1]; k++)
			buf_addf(c->out, " %u", rs->wakes.items[k]);
		buf_add_char(c->out, '\n');
	}
}

/* ---- Contexts ---- */

static void
print_contexts(struct coder *c, unsigned bits)
{
	const char *sep = "";

	for (const struct ast_context *x = c->rs->ast->contexts; x;
	     x = x->next) {
		if (!(bits >> x->index & 1U))
			continue;
		buf_addf(c->out, "%s%.*s", sep, STR_ARG(x->name.text));
		sep = ", ";
	}
}

static void
print_marks(struct coder *c)
{
	const struct ruleset *rs = c->rs;

	buf_add_text(c->out, "questions are ");
	print_contexts(c, rs->questions);
	buf_add_text(c->out, "\nuntil confirmed ");
	print_contexts(c, rs->lifted);
	buf_add_char(c->out, '\n');
	for (uint32_t i = 0; i < rs->mark_count; i++) {
		const struct engine_mark *m = &rs->marks[i];
		const struct ast_mark reach = { .reach = m->reach,
			.words = m->words };

		buf_add_text(c->out, "mark ");
		print_contexts(c, m->bit);
		buf_add_text(c->out, ": ");
		print_reach(c->out, &reach);
		buf_addf(c->out, " of list %u", m->list);
		if (m->until != ENGINE_NONE)
			buf_addf(c->out, " until list %u", m->until);
		buf_add_char(c->out, '\n');
	}
}

/* ---- Patterns ---- */

static void
print_scope_of(struct coder *c, const struct engine_scope *s)
{
	struct ast_scope scope = { .texts = s->texts,
		.only_first = s->only_first,
		.only_last = s->only_last };
	const char *sep = " by ";

	print_scope(&(struct print){ c->out, NULL }, &scope);
	for (uint32_t i = 0; i < c->rs->writer_count; i++) {
		if (!(s->writers >> i & 1U))
			continue;
		buf_addf(c->out, "%s%.*s", sep, STR_ARG(c->rs->writers[i]));
		sep = "|";
	}
}

static void
print_leaf_node(struct coder *c, const struct engine_node *n)
{
	buf_addf(c->out, "list %u ", n->list);
	print_list_name(c, n->list);
	buf_add_text(c->out, " in ");
	print_scope_of(c, &c->rs->scopes[n->scope]);
	if (n->require) {
		buf_add_text(c->out, ", only where ");
		print_contexts(c, n->require);
	}
	if (n->exclude) {
		buf_add_text(c->out, ", not where ");
		print_contexts(c, n->exclude);
	}
}

static void
print_pattern_code(struct coder *c, const struct engine_pattern *p)
{
	for (uint32_t i = 0; i < p->count; i++) {
		const struct engine_node *n = &c->rs->nodes[p->nodes + i];

		buf_addf(c->out, "            n%u  ", i);
		if (n->kind == AST_PATTERN_LIST)
			print_leaf_node(c, n);
		else if (n->kind == AST_PATTERN_UNION)
			buf_addf(c->out, "n%u | n%u", n->left, n->right);
		else
			buf_addf(c->out, "n%u %s%s n%u", n->left,
			    n->is_negated ? "not " : "",
			    print_join_word(n->join), n->right);
		if (n->words > 0)
			buf_addf(c->out, ", at most %u words", n->words);
		buf_add_char(c->out, '\n');
	}
}

/* ---- Conditions ---- */

static void
print_fact_op(struct coder *c, const struct engine_op *op)
{
	const struct ast_cond cond = { .kind = AST_COND_FACT,
		.field = (enum field_id)op->a,
		.fact = op->fact,
		.mask = op->mask,
		.low = op->low,
		.high = op->high };

	print_cond(&(struct print){ c->out, NULL }, &cond);
}

static void
print_op(struct coder *c, uint32_t number, const struct engine_op *op)
{
	static const char *const names[] = { [ENGINE_TEXT] = "text",
		[ENGINE_NUMBER] = "number",
		[ENGINE_FACT] = "fact",
		[ENGINE_FLAG] = "flag",
		[ENGINE_RIVAL] = "rival",
		[ENGINE_INSIDE] = "inside",
		[ENGINE_DISTANCE] = "distance",
		[ENGINE_AND] = "and",
		[ENGINE_OR] = "or",
		[ENGINE_NOT] = "not",
		[ENGINE_SKIP] = "skip" };

	buf_addf(c->out, "    %4u  %-8s", number, names[op->code]);
	switch (op->code) {
	case ENGINE_NUMBER: print_bounds(c->out, op->low, op->high); break;
	case ENGINE_FACT: print_fact_op(c, op); break;
	case ENGINE_FLAG:
		buf_add_text(c->out, check_flag_name((enum check_flag)op->a));
		break;
	case ENGINE_INSIDE:
		buf_addf(c->out, "%.*s", STR_ARG(c->rs->layers[op->a]));
		break;
	case ENGINE_DISTANCE:
		buf_addf(c->out, "%.*s ", STR_ARG(c->rs->layers[op->a]));
		print_bounds(c->out, op->low, op->high);
		break;
	case ENGINE_SKIP:
		buf_addf(c->out, "to %u if false", number + op->a + 1);
		break;
	case ENGINE_TEXT:
	case ENGINE_RIVAL:
	case ENGINE_AND:
	case ENGINE_OR:
	case ENGINE_NOT: break;
	}
	while (c->out->p[c->out->len - 1] == ' ')
		c->out->len--;
	buf_add_char(c->out, '\n');
	if (op->code == ENGINE_TEXT || op->code == ENGINE_NUMBER)
		print_pattern_code(c, &c->rs->patterns[op->a]);
}

/* ---- Rules ---- */

/* The reason with white space made one space: the layout of a file is none. */
static void
print_why(struct coder *c, struct str why)
{
	buf_add_text(c->out, "  # ");
	for (size_t i = 0; i < why.len; i++)
		if (why.p[i] != ' ')
			buf_add_char(c->out, why.p[i]);
		else if (i > 0 && why.p[i - 1] != ' ')
			buf_add_char(c->out, ' ');
	buf_add_char(c->out, '\n');
}

static void
print_ground(struct coder *c, const struct engine_ground *g)
{
	buf_addf(c->out, "  %s", print_ground_word(g->kind));
	if (g->kind == AST_GIVE || g->kind == AST_TAKE)
		buf_addf(c->out, " %d", g->points);
	if (g->is_each)
		buf_addf(c->out, " each up to %d", g->cap);
	print_why(c, g->why);
	for (uint32_t i = 0; i < g->op_count; i++)
		print_op(c, i, &c->rs->ops[g->ops + i]);
}

static void
print_rule(struct coder *c, uint32_t index)
{
	const struct engine_rule *r = &c->rs->rules[index];
	bool always = c->rs->always[index / 64] >> (index % 64) & 1U;

	buf_addf(c->out, "rule %u %.*s \"%.*s\": %s %.*s%s, ", index,
	    STR_ARG(r->name), STR_ARG(r->title),
	    r->flag >= 0 ? "flag" : "theme",
	    STR_ARG(r->flag >= 0
			? str_of(check_flag_name((enum check_flag)r->flag))
			: c->rs->themes[r->theme]),
	    r->is_shadow ? ", shadow" : "");
	if (r->alert <= LIMITS_POINTS_MAX)
		buf_addf(c->out, "alert from %d, ", r->alert);
	buf_addf(c->out, "review from %d, %s\n", r->review,
	    always ? "always awake" : "woken by words");
	for (uint32_t i = 0; i < r->ground_count; i++)
		print_ground(c, &c->rs->grounds[r->grounds + i]);
}

static void
print_signs(struct coder *c, const struct engine_signs *signs)
{
	const char *sep = "";

	for (uint32_t i = 0; i < c->rs->sign_count; i++) {
		if (!(signs->bits[i / 64] >> (i % 64) & 1U))
			continue;
		buf_addf(c->out, "%s%.*s", sep, STR_ARG(c->rs->signs[i]));
		sep = " or ";
	}
	buf_add_char(c->out, '\n');
}

static void
print_series(struct coder *c, const struct engine_series *s)
{
	buf_addf(c->out,
	    "series %.*s \"%.*s\": theme %.*s%s, give %d for %s\n"
	    "  %s %zu within %lld ms",
	    STR_ARG(s->name), STR_ARG(s->title),
	    STR_ARG(c->rs->themes[s->theme]), s->is_shadow ? ", shadow" : "",
	    s->points, rules_level_name(s->level),
	    s->is_ordered ? "in order" : "at least", s->least,
	    (long long)s->window_ms);
	if (s->within_m > 0)
		buf_addf(c->out, " and %.0f m", s->within_m);
	if (s->same_vehicle)
		buf_add_text(c->out, ", same vehicle");
	if (s->same_place_m > 0)
		buf_addf(c->out, ", same place to %.0f m", s->same_place_m);
	if (s->distinct & AST_DISTINCT_PLACES)
		buf_addf(c->out, ", places %.0f m apart", s->apart_m);
	if (s->distinct & AST_DISTINCT_DAYS)
		buf_add_text(c->out, ", distinct days");
	if (s->distinct & AST_DISTINCT_VEHICLES)
		buf_add_text(c->out, ", distinct vehicles");
	print_why(c, s->why);
	if (!s->is_ordered) {
		buf_add_text(c->out, "  of ");
		print_signs(c, &s->any);
	}
	for (size_t i = 0; s->is_ordered && i < s->least; i++) {
		buf_add_text(c->out, i ? "  then " : "  first ");
		print_signs(c, &s->stages[i]);
	}
}

size_t
code_print(const struct ruleset *rs, struct str name, struct buf *out)
{
	struct coder c = { rs, out };
	size_t printed = 0;

	if (!str_is_given(name)) {
		print_terms(&c);
		print_lists(&c);
		print_marks(&c);
	}
	for (uint32_t i = 0; i < rs->rule_count; i++) {
		if (str_is_given(name) &&
		    !str_is_equal(rs->rules[i].name, name))
			continue;
		print_rule(&c, i);
		printed++;
	}
	for (uint32_t i = 0; i < rs->series_count; i++) {
		if (str_is_given(name) &&
		    !str_is_equal(rs->series[i].name, name))
			continue;
		print_series(&c, &rs->series[i]);
		printed++;
	}
	return printed;
}
