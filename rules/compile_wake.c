/*
 * Which lists wake which rules, and which of their grounds can then hold.
 *
 * The trigger of a condition is a set of lists of which at least one must
 * occur for it to be true; a condition about facts alone, or about something
 * missing, has none.  Of two that both must hold, the smaller one is enough.
 */
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "rules/compile_private.h"
#include "rules/limits.h"

/* Lists collected on one stack: a trigger is what was pushed since a mark. */
struct waker {
	struct ruleset *rs;
	ENGINE_POOL(const struct ast_list *) lists;
	struct compile_pairs pairs;
	uint32_t *seen; /* number + 1 of a rule or ground for each list */
	uint32_t *uses; /* of each list in conditions */
};

struct trigger {
	bool is_always;
	size_t begin, end; /* on the stack */
	size_t cost;
};

/*
 * What many rules ask for is a common thing to say, and would wake them all.
 */
static size_t
cost_of(const struct waker *w, const struct ast_list *l)
{
	size_t cost = w->uses[l->index];

	for (const struct ast_term *t = l->terms; t; t = t->next)
		cost += t->is_exception ? 0 : t->is_list ? 20 : 1;
	return cost;
}

/* Both must hold: keep the cheaper, drop the other from the stack. */
static struct trigger
either(struct waker *w, struct trigger a, struct trigger b)
{
	if (b.is_always || (!a.is_always && a.cost <= b.cost)) {
		w->lists.count = a.end;
		return a;
	}
	memmove(w->lists.items + a.begin, w->lists.items + b.begin,
	    (b.end - b.begin) * sizeof *w->lists.items);
	b.end -= b.begin - a.begin;
	b.begin = a.begin;
	w->lists.count = b.end;
	return b;
}

/* One of them must hold: both wake, or nothing does if one needs no word. */
static struct trigger
both(struct waker *w, struct trigger a, struct trigger b)
{
	struct trigger t = { a.is_always || b.is_always, a.begin, b.end,
		a.cost + b.cost };

	if (t.is_always)
		w->lists.count = t.end = t.begin;
	return t;
}

static struct trigger
always(const struct waker *w)
{
	return (struct trigger){ true, w->lists.count, w->lists.count, 0 };
}

static struct trigger
// NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth
of_pattern(struct waker *w, const struct ast_pattern *n)
{
	struct trigger left;
	struct trigger t;

	if (n->kind == AST_PATTERN_LIST) {
		t = (struct trigger){ false, w->lists.count, w->lists.count + 1,
			cost_of(w, n->list) };
		ENGINE_PUSH(w->lists, n->list);
		return t;
	}
	left = of_pattern(w, n->left);
	if (n->kind == AST_PATTERN_JOIN && n->is_negated)
		return left;
	t = of_pattern(w, n->right);
	return n->kind == AST_PATTERN_JOIN ? either(w, left, t)
					   : both(w, left, t);
}

static struct trigger
// NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth
of_cond(struct waker *w, const struct ast_cond *n)
{
	struct trigger left;
	struct trigger right;

	switch (n->kind) {
	case AST_COND_TEXT:
	case AST_COND_NUMBER: return of_pattern(w, n->pattern);
	case AST_COND_FACT:
	case AST_COND_INSIDE:
	case AST_COND_DISTANCE:
	case AST_COND_FLAG:
	case AST_COND_RIVAL:
	case AST_COND_NOT: return always(w);
	case AST_COND_AND:
	case AST_COND_OR:
		left = of_cond(w, n->left);
		right = of_cond(w, n->right);
		return n->kind == AST_COND_AND ? either(w, left, right)
					       : both(w, left, right);
	}
	return always(w);
}

static int
compare_caps(const void *a, const void *b)
{
	const struct ast_ground *x = *(const struct ast_ground *const *)a;
	const struct ast_ground *y = *(const struct ast_ground *const *)b;

	return x->cap < y->cap ? -1 : x->cap > y->cap;
}

/* Points that facts alone can give. */
static long
free_points(struct waker *w, const struct ast_rule *r)
{
	long points = 0;

	for (const struct ast_ground *g = r->grounds; g; g = g->next)
		if (g->kind == AST_GIVE && of_cond(w, g->cond).is_always)
			points += g->cap;
	w->lists.count = 0;
	return points;
}

/* The trigger of all grounds that the smaller ones cannot do without. */
static struct trigger
of_gives(struct waker *w, const struct ast_rule *r)
{
	long lowest = r->review ? r->review : r->alert;
	long sum = free_points(w, r);
	const struct ast_ground *gives[LIMITS_GROUNDS_MAX];
	struct trigger t = { false, 0, 0, 0 };
	size_t count = 0;

	if (sum >= lowest)
		return always(w);
	for (const struct ast_ground *g = r->grounds; g; g = g->next)
		if (g->kind == AST_GIVE)
			gives[count++] = g;
	qsort(gives, count, sizeof gives[0], compare_caps);
	for (size_t i = 0; i < count; i++) {
		struct trigger one = of_cond(w, gives[i]->cond);

		if (one.is_always)
			continue;
		sum += gives[i]->cap;
		if (sum < lowest)
			w->lists.count = one.begin;
		else
			t = both(w, t, one);
	}
	return t;
}

/* A need whose words are fewer than those of the gives wakes instead. */
static struct trigger
of_rule(struct waker *w, const struct ast_rule *r)
{
	struct trigger t = of_gives(w, r);

	for (const struct ast_ground *g = r->grounds; g; g = g->next)
		if (g->kind == AST_NEED)
			t = either(w, t, of_cond(w, g->cond));
	return t;
}

/* The list and all that it contains, paired with a rule's or ground's number. */
static void
// NOLINTNEXTLINE(misc-no-recursion): lists are at most 16 deep
pair(struct waker *w, uint32_t list, uint32_t number)
{
	const struct engine_list *l = &w->rs->lists[list];

	if (w->seen[list] == number + 1)
		return;
	w->seen[list] = number + 1;
	compile_pair(&w->pairs, list, number);
	for (uint32_t i = 0; i < l->sub_count; i++)
		pair(w, w->rs->subs[l->subs + i], number);
}

/* All lists of a trigger; true if it needs none.  Forgets the lists. */
static bool
take_trigger(struct waker *w, struct trigger t, uint32_t number)
{
	for (size_t i = t.begin; i < t.end && !t.is_always; i++)
		pair(w, w->lists.items[i]->index, number);
	w->lists.count = 0;
	return t.is_always;
}

/* The pairs so far as an index for so many keys. */
static void
finish(struct waker *w, uint32_t keys, struct engine_index *out)
{
	compile_index(w->rs->arena, &w->pairs, keys, out);
	w->pairs.count = 0;
	memset(w->seen, 0, ((size_t)w->rs->list_count + 1) * sizeof *w->seen);
}

/*
 * A rule that is awake is mostly so for one of its grounds; the others are
 * known not to hold, and so is often that what is left gives too little.
 */
static void
find_triggers(struct waker *w, const struct ast *ast)
{
	uint32_t ground = 0;

	for (const struct ast_rule *r = ast->rules; r; r = r->next)
		for (const struct ast_ground *g = r->grounds; g;
		     g = g->next, ground++)
			if (take_trigger(w, of_cond(w, g->cond), ground))
				w->rs->open[ground / 64] |= UINT64_C(1)
							    << (ground % 64);
}

static void
// NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth
count_uses(struct waker *w, const struct ast_pattern *n)
{
	if (n->kind == AST_PATTERN_LIST) {
		w->uses[n->list->index]++;
		return;
	}
	count_uses(w, n->left);
	count_uses(w, n->right);
}

static void
// NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth
count_in(struct waker *w, const struct ast_cond *n)
{
	switch (n->kind) {
	case AST_COND_TEXT:
	case AST_COND_NUMBER: count_uses(w, n->pattern); return;
	case AST_COND_AND:
	case AST_COND_OR:
		count_in(w, n->left);
		count_in(w, n->right);
		return;
	case AST_COND_NOT: count_in(w, n->left); return;
	case AST_COND_FACT:
	case AST_COND_INSIDE:
	case AST_COND_DISTANCE:
	case AST_COND_FLAG:
	case AST_COND_RIVAL: return;
	}
}

void
compile_wakes(struct ruleset *rs, const struct ast *ast)
{
	struct waker w = { .rs = rs };
	uint32_t rule = 0;

	rs->rule_words = rs->rule_count / 64 + 1;
	rs->always = arena_alloc(rs->arena, rs->rule_words, sizeof(uint64_t));
	rs->ground_words = rs->ground_count / 64 + 1;
	rs->open = arena_alloc(rs->arena, rs->ground_words, sizeof(uint64_t));
	w.seen = alloc_zero((size_t)rs->list_count + 1, sizeof *w.seen);
	w.uses = alloc_zero((size_t)rs->list_count + 1, sizeof *w.uses);
	for (const struct ast_rule *r = ast->rules; r; r = r->next)
		for (const struct ast_ground *g = r->grounds; g; g = g->next)
			count_in(&w, g->cond);
	for (const struct ast_rule *r = ast->rules; r; r = r->next, rule++)
		if (take_trigger(&w, of_rule(&w, r), rule))
			rs->always[rule / 64] |= UINT64_C(1) << (rule % 64);
	finish(&w, rs->list_count, &rs->wakes);
	find_triggers(&w, ast);
	finish(&w, rs->list_count, &rs->opens);
	free(w.pairs.items);
	free(w.lists.items);
	free(w.seen);
	free(w.uses);
}
