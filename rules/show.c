/* From the tree and the tables to what a person reads: see show.h. */
#include "rules/show.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "rules/diag.h"
#include "rules/engine.h"
#include "rules/norm.h"
#include "rules/print.h"

struct shower {
	const struct ruleset *rs;
	struct arena *arena;
	const struct ast_list **by_index; /* the tree's list of each number */
};

/* ---- Lists ---- */

/* Texts while they are collected. */
struct texts {
	ENGINE_POOL(struct str) words;
	ENGINE_POOL(struct str) except;
};

static void
// NOLINTNEXTLINE(misc-no-recursion): lists are at most 16 deep
collect_words(
    struct shower *w, const struct ast_list *l, bool excepted, struct texts *t)
{
	for (const struct ast_term *x = l->terms; x; x = x->next) {
		bool no = excepted || x->is_exception;
		struct ast_term plain = *x;
		struct buf one = { 0 };
		struct str text;

		if (x->is_list) {
			collect_words(w, x->list, no, t);
			continue;
		}
		plain.is_exception = false;
		print_term(&(struct print){ &one, w->arena }, &plain);
		text = arena_str(w->arena, buf_str(&one));
		buf_clear(&one);
		if (no)
			ENGINE_PUSH(t->except, text);
		else
			ENGINE_PUSH(t->words, text);
	}
}

static int
compare_texts(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* Sorted, each once, as the arena's. */
static const struct str *
keep_texts(struct shower *w, struct str *items, size_t *count)
{
	struct str *copy = arena_alloc(w->arena, *count + 1, sizeof *copy);
	size_t kept = 0;

	if (*count > 0)
		qsort(items, *count, sizeof *items, compare_texts);
	for (size_t i = 0; i < *count; i++)
		if (kept == 0 || !str_is_equal(items[i], copy[kept - 1]))
			copy[kept++] = items[i];
	*count = kept;
	return copy;
}

static void
fill_list(struct shower *w, const struct ast_list *l, struct show_list *out)
{
	struct texts t = { 0 };

	collect_words(w, l, false, &t);
	*out = (struct show_list){ .word_count = t.words.count,
		.except_count = t.except.count };
	if (str_is_given(l->name))
		out->name = arena_strf(w->arena, "@%.*s", STR_ARG(l->name));
	out->words = keep_texts(w, t.words.items, &out->word_count);
	out->except = keep_texts(w, t.except.items, &out->except_count);
	free(t.words.items);
	free(t.except.items);
}

static void
index_lists(struct shower *w)
{
	w->by_index = arena_alloc(
	    w->arena, (size_t)w->rs->list_count + 1, sizeof *w->by_index);
	for (const struct ast_list *l = w->rs->ast->lists; l; l = l->next)
		if (!w->by_index[l->index])
			w->by_index[l->index] = l;
}

/* ---- What wakes a rule ---- */

static bool
wakes(const struct ruleset *rs, uint32_t list, uint32_t rule)
{
	for (uint32_t i = rs->wakes.begin[list]; i < rs->wakes.begin[list + 1];
	     i++)
		if (rs->wakes.items[i] == rule)
			return true;
	return false;
}

/* Is the list in another one that wakes the rule too? */
static bool
is_within_other(const struct ruleset *rs, uint32_t list, uint32_t rule)
{
	for (uint32_t i = 0; i < rs->list_count; i++) {
		const struct engine_list *l = &rs->lists[i];

		for (uint32_t k = 0; k < l->sub_count; k++)
			if (rs->subs[l->subs + k] == list && wakes(rs, i, rule))
				return true;
	}
	return false;
}

static void
fill_waits(struct shower *w, uint32_t rule, struct show_rule *out)
{
	const struct ruleset *rs = w->rs;
	struct show_list *waits;
	size_t count = 0;

	out->is_always_awake = rs->always[rule / 64] >> (rule % 64) & 1U;
	if (out->is_always_awake)
		return;
	for (uint32_t i = 0; i < rs->list_count; i++)
		count += w->by_index[i] && wakes(rs, i, rule);
	waits = arena_alloc(w->arena, count + 1, sizeof *waits);
	for (uint32_t i = 0; i < rs->list_count; i++)
		if (w->by_index[i] && wakes(rs, i, rule) &&
		    !is_within_other(rs, i, rule))
			fill_list(w, w->by_index[i], &waits[out->wait_count++]);
	out->waits = waits;
}

/* ---- The lists of a rule ---- */

/* Lists while they are collected, each once. */
struct used {
	ENGINE_POOL(const struct ast_list *) items;
};

static void
add_used(struct used *u, const struct ast_list *l)
{
	for (size_t i = 0; i < u->items.count; i++)
		if (u->items.items[i] == l)
			return;
	ENGINE_PUSH(u->items, l);
}

/* The named lists that a pattern is made of. */
static void
// NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth
collect_pattern(struct used *u, const struct ast_pattern *n)
{
	if (n->kind != AST_PATTERN_LIST) {
		collect_pattern(u, n->left);
		collect_pattern(u, n->right);
		return;
	}
	if (str_is_given(n->list->name)) {
		add_used(u, n->list);
		return;
	}
	for (const struct ast_term *t = n->list->terms; t; t = t->next)
		if (t->is_list)
			add_used(u, t->list);
}

static void
// NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth
collect_lists(struct used *u, const struct ast_cond *n)
{
	if (n->left)
		collect_lists(u, n->left);
	if (n->right)
		collect_lists(u, n->right);
	if (n->pattern)
		collect_pattern(u, n->pattern);
}

static void
fill_lists(struct shower *w, const struct ast_rule *rule, struct show_rule *out)
{
	struct used u = { 0 };
	struct show_list *lists;

	for (const struct ast_ground *g = rule->grounds; g; g = g->next)
		collect_lists(&u, g->cond);
	lists = arena_alloc(w->arena, u.items.count + 1, sizeof *lists);
	for (size_t i = 0; i < u.items.count; i++)
		fill_list(w, u.items.items[i], &lists[i]);
	out->lists = lists;
	out->list_count = u.items.count;
	free(u.items.items);
}

/* ---- Rules ---- */

static void
fill_grounds(
    struct shower *w, const struct ast_rule *rule, struct show_rule *out)
{
	struct show_ground *grounds =
	    arena_alloc(w->arena, rule->ground_count + 1, sizeof *grounds);
	size_t i = 0;

	for (const struct ast_ground *g = rule->grounds; g; g = g->next, i++) {
		grounds[i].kind = print_ground_word(g->kind);
		grounds[i].points = (int)g->points;
		grounds[i].cap = (int)g->cap;
		grounds[i].is_each = g->is_each;
		grounds[i].condition = norm_cond(w->arena, g->cond)->key;
		if (g->why.p != g->source.p)
			grounds[i].why = g->why;
	}
	out->grounds = grounds;
	out->ground_count = i;
}

static void
fill_rule(struct shower *w, const struct ast_rule *rule, uint32_t index,
    struct show_rule *out)
{
	const struct ruleset_file *file = &w->rs->files[rule->name.span.file];
	bool is_flag = str_is_given(rule->flag.text);

	*out = (struct show_rule){ .name = rule->name.text,
		.title = rule->title,
		.subject = is_flag ? rule->flag.text : rule->theme.text,
		.is_flag = is_flag,
		.is_shadow = rule->is_shadow,
		.alert = (int)rule->alert,
		.review = (int)rule->review,
		.file = file->name,
		.line = diag_line(file->text, rule->name.span.start) };
	fill_grounds(w, rule, out);
	fill_waits(w, index, out);
	fill_lists(w, rule, out);
}

size_t
show_rules(const struct ruleset *rs, struct str name, struct arena *arena,
    const struct show_rule **out)
{
	struct shower w = { .rs = rs, .arena = arena };
	struct show_rule *rules =
	    arena_alloc(arena, (size_t)rs->rule_count + 1, sizeof *rules);
	uint32_t index = 0;
	size_t count = 0;

	index_lists(&w);
	for (const struct ast_rule *r = rs->ast->rules; r; r = r->next, index++)
		if (!str_is_given(name) || str_is_equal(r->name.text, name))
			fill_rule(&w, r, index, &rules[count++]);
	*out = rules;
	return count;
}
