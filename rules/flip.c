/*
 * Trying changes: none, one, two … at a time, until some do it.
 *
 * Every leaf is worked out once by itself; from then on a trial is a walk over
 * the rule's steps with all leaves given, and costs no look at the text.
 * Leaves that are written alike are one.  Values of a field that make the same
 * leaves true are one.
 */
#include "rules/flip.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "rules/eval.h"
#include "rules/imply.h"
#include "rules/limits.h"
#include "rules/norm.h"
#include "rules/print.h"

/* Trials for one answer: some tens of milliseconds. */
#define TRIALS_MAX 400000

/* More passages than these are not asked for. */
#define MORE_MAX 10

/* A leaf of the rule. */
struct leaf {
	uint32_t op;
	const struct ast_cond *cond;
	struct str key;
	size_t same;            /* the first leaf that is written alike */
	uint8_t truth;          /* enum eval_truth, now */
	uint8_t uncancelled;    /* the same if nothing were cancelled */
	const uint8_t *implies; /* of each leaf: true where this is */
};

struct finder {
	const struct ruleset *rs;
	struct rules_scratch *s;
	struct arena *arena;
	const struct engine_rule *rule;
	struct leaf *leaves;
	size_t leaf_count;
	struct flip_change *changes; /* that can be tried */
	size_t change_count, change_cap;
	uint8_t *forced;             /* of each op of the rule set */
	int now[LIMITS_GROUNDS_MAX]; /* points each ground gives now */
	int uncancelled[LIMITS_GROUNDS_MAX];
	bool holds[LIMITS_GROUNDS_MAX];
	bool down;
	enum rules_level level; /* present */
	size_t trials;
};

/* ---- Leaves ---- */

static bool
is_turn(const struct engine_ground *g)
{
	return g->kind == AST_CANCEL || g->kind == AST_CONFIRM;
}

static size_t
// NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth
collect_conds(const struct ast_cond *n, const struct ast_cond **out)
{
	size_t count;

	if (n->kind == AST_COND_NOT)
		return collect_conds(n->left, out);
	if (n->kind != AST_COND_AND && n->kind != AST_COND_OR) {
		*out = n;
		return 1;
	}
	count = collect_conds(n->left, out);
	return count + collect_conds(n->right, out + count);
}

static void
add_leaf(struct finder *f, uint32_t op, const struct ast_cond *cond)
{
	struct leaf *l = &f->leaves[f->leaf_count];
	struct buf key = { 0 };

	print_cond(&(struct print){ &key, f->arena }, cond);
	*l = (struct leaf){ .op = op,
		.cond = cond,
		.key = arena_str(f->arena, buf_str(&key)),
		.same = f->leaf_count };
	buf_clear(&key);
	for (size_t i = 0; i < f->leaf_count; i++) {
		if (str_is_equal(f->leaves[i].key, l->key)) {
			l->same = i;
			break;
		}
	}
	f->leaf_count++;
}

/* Leaves stand in the code in the order in which they were written. */
static void
collect_leaves(struct finder *f, const struct ast_rule *r)
{
	const struct ast_cond *conds[LIMITS_PARTS_MAX + 1];
	const struct ast_ground *a = r->grounds;

	for (uint32_t i = 0; i < f->rule->ground_count; i++, a = a->next) {
		const struct engine_ground *g =
		    &f->rs->grounds[f->rule->grounds + i];
		size_t next = 0;

		(void)collect_conds(a->cond, conds);
		for (uint32_t op = g->ops; op < g->ops + g->op_count; op++) {
			if (!eval_is_leaf(f->rs->ops[op].code))
				continue;
			if (!is_turn(g))
				add_leaf(f, op, conds[next]);
			next++;
		}
	}
}

static uint8_t
truth_of(struct finder *f, uint32_t op)
{
	struct engine_ground one = { .ops = op, .op_count = 1 };

	return (uint8_t)eval_condition(f->rs, f->s, &one);
}

/* Two numbers stated with the same words: what the one says of the other. */
static bool
number_implies(const struct leaf *a, const struct leaf *b)
{
	const struct ast_cond *x = a->cond;
	const struct ast_cond *y = b->cond;

	return x->kind == AST_COND_NUMBER && y->kind == AST_COND_NUMBER &&
	       x->low >= y->low && x->high <= y->high &&
	       str_is_equal(x->pattern->ref.text, y->pattern->ref.text) &&
	       x->pattern->list == y->pattern->list;
}

/* The same of a layer: inside is no metres away. */
static bool
layer_implies(const struct leaf *a, const struct leaf *b)
{
	const struct ast_cond *x = a->cond;
	const struct ast_cond *y = b->cond;
	bool inside = x->kind == AST_COND_INSIDE;

	return (inside || x->kind == AST_COND_DISTANCE) &&
	       y->kind == AST_COND_DISTANCE &&
	       (inside ? 0 : x->low) >= y->low &&
	       (inside ? 0 : x->high) <= y->high &&
	       str_is_equal(x->layer.text, y->layer.text);
}

static bool
leaf_implies(const struct leaf *a, const struct leaf *b)
{
	struct ast_cond there = *a->cond;

	if (number_implies(a, b) || layer_implies(a, b))
		return true;
	/* A number stated with words: the words are there. */
	if (there.kind == AST_COND_NUMBER)
		there.kind = AST_COND_TEXT;
	return imply_text(&there, b->cond);
}

static void
relate_leaves(struct finder *f)
{
	for (size_t i = 0; i < f->leaf_count; i++) {
		uint8_t *row = arena_alloc(f->arena, f->leaf_count, 1);

		for (size_t k = 0; k < f->leaf_count; k++)
			row[k] = f->leaves[i].same == f->leaves[k].same ||
				 leaf_implies(&f->leaves[i], &f->leaves[k]);
		f->leaves[i].implies = row;
	}
}

/* ---- What is now ---- */

/* All leaves and grounds as they are; or as if nothing were cancelled. */
static void
look(struct finder *f, bool uncancelled)
{
	uint32_t cancelled = f->s->cancelled;
	size_t work = f->s->work.count;

	if (uncancelled)
		f->s->cancelled = 0;
	for (size_t i = 0; i < f->leaf_count; i++) {
		uint8_t truth = truth_of(f, f->leaves[i].op);

		f->s->work.count = work;
		if (uncancelled)
			f->leaves[i].uncancelled = truth;
		else
			f->leaves[i].truth = truth;
	}
	for (uint32_t i = 0; i < f->rule->ground_count; i++) {
		const struct engine_ground *g =
		    &f->rs->grounds[f->rule->grounds + i];

		if (is_turn(g))
			continue;
		(uncancelled ? f->uncancelled : f->now)[i] =
		    eval_points(f->rs, f->s, g, &f->holds[i]);
		f->s->work.count = work;
	}
	f->s->cancelled = cancelled;
}

/* ---- What could be changed ---- */

static struct flip_change *
add_change(struct finder *f, enum flip_kind kind)
{
	CHECK(f->change_count < f->change_cap);
	f->changes[f->change_count].kind = kind;
	return &f->changes[f->change_count++];
}

static bool
holds_fact(const struct leaf *l, int64_t value)
{
	const struct ast_cond *n = l->cond;

	switch (n->fact) {
	case AST_FACT_KNOWN: return true;
	case AST_FACT_ONE_OF: return value < 64 && n->mask >> value & 1U;
	case AST_FACT_RANGE: break;
	}
	return n->low <= n->high ? value >= n->low && value <= n->high
				 : value >= n->low || value <= n->high;
}

static bool
asks_field(const struct leaf *l, enum field_id field)
{
	return l->cond->kind == AST_COND_FACT && l->cond->field == field;
}

/*
 * Is the leaf about the field, or about the season, which the month decides?
 * Then *holds: is it true when the field has this value?
 */
static bool
decides(enum field_id field, int64_t value, const struct leaf *l, bool *holds)
{
	if (field == FIELD_MONTH && asks_field(l, FIELD_SEASON)) {
		*holds = holds_fact(l, value % 12 / 3);
		return true;
	}
	*holds = asks_field(l, field) && holds_fact(l, value);
	return asks_field(l, field);
}

/* Do a and b make the same leaves true? */
static bool
is_same_value(const struct finder *f, enum field_id field, int64_t a, int64_t b)
{
	for (size_t i = 0; i < f->leaf_count; i++) {
		bool x;
		bool y;

		(void)decides(field, a, &f->leaves[i], &x);
		(void)decides(field, b, &f->leaves[i], &y);
		if (x != y)
			return false;
	}
	return true;
}

static bool
is_present_value(const struct finder *f, enum field_id field, int64_t value)
{
	return f->s->facts_known >> field & 1U &&
	       is_same_value(f, field, f->s->facts[field], value);
}

static int
compare_longs(const void *a, const void *b)
{
	long x = *(const long *)a;
	long y = *(const long *)b;

	return x < y ? -1 : x > y;
}

/*
 * Where the values begin that differ from those before them, sorted: what is
 * true of one is true up to the next.
 */
static size_t
find_bounds(const struct finder *f, enum field_id field, long *out)
{
	struct norm_range all = norm_domain(field);
	size_t count = 0;
	size_t kept = 0;

	if (all.high - all.low < 64) {
		for (long v = all.low; v <= all.high; v++)
			out[count++] = v;
		return count;
	}
	out[count++] = all.low;
	for (size_t i = 0; i < f->leaf_count; i++) {
		const struct ast_cond *n = f->leaves[i].cond;

		if (!asks_field(&f->leaves[i], field))
			continue;
		for (long v = 0; n->fact == AST_FACT_ONE_OF && v < 64; v++) {
			if (!(n->mask >> v & 1U))
				continue;
			out[count++] = v;
			out[count++] = v + 1;
		}
		if (n->fact == AST_FACT_RANGE) {
			out[count++] = n->low;
			if (n->high < all.high)
				out[count++] = n->high + 1;
		}
	}
	qsort(out, count, sizeof *out, compare_longs);
	for (size_t i = 0; i < count; i++)
		if (out[i] <= all.high && (kept == 0 || out[i] > out[kept - 1]))
			out[kept++] = out[i];
	return kept;
}

/* All values that make the same leaves true as bounds[first], as ranges. */
static void
take_alike(struct finder *f, const long *bounds, size_t count, size_t first,
    struct flip_change *c)
{
	struct norm_range *ranges =
	    arena_alloc(f->arena, count, sizeof *ranges);

	for (size_t i = first; i < count; i++) {
		long high = i + 1 < count ? bounds[i + 1] - 1
					  : norm_domain(c->field).high;

		if (!is_same_value(f, c->field, bounds[i], bounds[first]))
			continue;
		if (c->range_count > 0 &&
		    ranges[c->range_count - 1].high + 1 == bounds[i])
			ranges[c->range_count - 1].high = high;
		else
			ranges[c->range_count++] =
			    (struct norm_range){ bounds[i], high };
	}
	c->ranges = ranges;
}

/* A change to each kind of value that the field has not. */
static void
add_field(struct finder *f, enum field_id field, uint32_t op)
{
	long *bounds =
	    arena_alloc(f->arena, 130 * f->leaf_count + 65, sizeof *bounds);
	size_t count = find_bounds(f, field, bounds);

	for (size_t i = 0; i < count; i++) {
		struct flip_change *c;
		bool is_first = !is_present_value(f, field, bounds[i]);

		for (size_t k = 0; is_first && k < i; k++)
			is_first =
			    !is_same_value(f, field, bounds[k], bounds[i]);
		if (!is_first || f->change_count == f->change_cap)
			continue;
		c = add_change(f, FLIP_FACT);
		c->op = op;
		c->field = field;
		take_alike(f, bounds, count, i, c);
	}
}

/* The month decides the season: of both, the month is what can change. */
static bool
is_decided(const struct finder *f, enum field_id field)
{
	for (size_t i = 0; field == FIELD_SEASON && i < f->leaf_count; i++)
		if (asks_field(&f->leaves[i], FIELD_MONTH))
			return true;
	return false;
}

static void
add_leaf_changes(struct finder *f)
{
	uint64_t fields = 0;

	for (size_t i = 0; i < f->leaf_count; i++) {
		const struct leaf *l = &f->leaves[i];
		struct flip_change *c;

		if (l->same != i)
			continue;
		if (l->cond->kind == AST_COND_FACT) {
			if (!(fields >> l->cond->field & 1U) &&
			    !is_decided(f, l->cond->field))
				add_field(f, l->cond->field, l->op);
			fields |= UINT64_C(1) << l->cond->field;
			continue;
		}
		for (int to = 0; to < 2; to++) {
			if (l->truth == (to ? EVAL_TRUE : EVAL_FALSE))
				continue;
			c = add_change(f, FLIP_LEAF);
			c->op = l->op;
			c->to = to;
		}
	}
}

/* Is it passages that the ground counts?  Of a theme there are no more. */
static bool
counts_passages(const struct finder *f, const struct engine_ground *g)
{
	for (uint32_t i = g->ops; g->is_each && i < g->ops + g->op_count; i++)
		if (f->rs->ops[i].code == ENGINE_TEXT)
			return true;
	return false;
}

static void
add_other_changes(struct finder *f)
{
	for (uint32_t i = 0; i < f->rule->ground_count; i++) {
		uint32_t ground = f->rule->grounds + i;
		const struct engine_ground *g = &f->rs->grounds[ground];

		for (int n = 1;
		     counts_passages(f, g) && n <= MORE_MAX && f->holds[i] &&
		     (f->now[i] < 0 ? -f->now[i] : f->now[i]) +
			     (n - 1) * g->points <
			 g->cap;
		     n++) {
			struct flip_change *c = add_change(f, FLIP_PASSAGES);

			c->ground = ground;
			c->op = g->ops;
			c->more = n;
		}
	}
	if (f->s->cancelled > 0)
		(void)add_change(f, FLIP_TURN);
}

/* ---- Trying ---- */

/* What one change makes of a leaf: 1 + enum eval_truth, or 0 for nothing. */
static uint8_t
forced_by(const struct finder *f, const struct flip_change *c, size_t leaf)
{
	const struct leaf *l = &f->leaves[leaf];
	const struct leaf *changed = f->leaves;
	bool holds;

	if (c->kind == FLIP_FACT)
		return !decides(c->field, c->ranges[0].low, l, &holds) ? 0
		       : holds ? 1 + EVAL_TRUE
			       : 1 + EVAL_FALSE;
	if (c->kind != FLIP_LEAF)
		return 0;
	while (changed->op != c->op)
		changed++;
	if (c->to)
		return changed->implies[leaf] ? 1 + EVAL_TRUE : 0;
	if (!l->implies[changed - f->leaves])
		return 0;
	/* Without its words a number is not false but not known. */
	return l->cond->kind == AST_COND_NUMBER &&
		       changed->cond->kind != AST_COND_NUMBER
		   ? 1 + EVAL_UNKNOWN
		   : 1 + EVAL_FALSE;
}

/* Fill the truths of all leaves after the changes; false: they contradict. */
static bool
force(struct finder *f, const struct flip_change *const *set, size_t count,
    bool turned)
{
	for (size_t i = 0; i < f->leaf_count; i++) {
		const struct leaf *l = &f->leaves[i];
		uint8_t by = 0;

		for (size_t k = 0; k < count; k++) {
			uint8_t next = forced_by(f, set[k], i);

			if (by != 0 && next != 0 && by != next)
				return false;
			by = next ? next : by;
		}
		f->forced[l->op] =
		    by ? by
		       : (uint8_t)(1 + (turned ? l->uncancelled : l->truth));
	}
	return true;
}

/* Points of a ground that is true after the changes. */
static int
points_after(const struct finder *f, uint32_t i,
    const struct flip_change *const *set, size_t count, bool turned)
{
	uint32_t ground = f->rule->grounds + i;
	const struct engine_ground *g = &f->rs->grounds[ground];
	int sign = g->kind == AST_TAKE ? -1 : 1;
	int points = sign * (turned ? f->uncancelled : f->now)[i];

	if (points == 0)
		points = g->points;
	for (size_t k = 0; k < count; k++)
		if (set[k]->kind == FLIP_PASSAGES && set[k]->ground == ground)
			points += set[k]->more * g->points;
	return sign * (points > g->cap ? g->cap : points);
}

static enum rules_level
level_after(
    struct finder *f, const struct flip_change *const *set, size_t count)
{
	const struct engine_watch watch = { .forced = f->forced };
	bool turned = false;
	bool barred = false;
	int score = 0;

	for (size_t k = 0; k < count; k++)
		turned = turned || set[k]->kind == FLIP_TURN;
	if (!force(f, set, count, turned))
		return f->level;
	f->s->watch = &watch;
	for (uint32_t i = 0; i < f->rule->ground_count && !barred; i++) {
		const struct engine_ground *g =
		    &f->rs->grounds[f->rule->grounds + i];
		bool holds;

		if (is_turn(g))
			continue;
		holds = eval_condition(f->rs, f->s, g) == EVAL_TRUE;
		barred = (g->kind == AST_VETO && holds) ||
			 (g->kind == AST_NEED && !holds);
		if (holds && (g->kind == AST_GIVE || g->kind == AST_TAKE))
			score += points_after(f, i, set, count, turned);
	}
	f->s->watch = NULL;
	return barred ? RULES_NONE : eval_level(f->rule, score);
}

static bool
does_it(struct finder *f, const struct flip_change *const *set, size_t count)
{
	enum rules_level level;

	f->trials++;
	level = level_after(f, set, count);
	return f->down ? level < f->level : level > f->level;
}

/* Two values of one field, or two counts of one ground, exclude each other. */
static bool
goes_together(const struct flip_change *a, const struct flip_change *b)
{
	if (a->kind != b->kind)
		return true;
	if (a->kind == FLIP_FACT)
		return a->field != b->field;
	return a->kind != FLIP_PASSAGES || a->ground != b->ground;
}

/* The same as an older answer, but with more passages than are needed. */
static bool
is_excessive(const struct flip *old, const struct flip_change *const *set)
{
	for (size_t i = 0; i < old->count; i++) {
		const struct flip_change *o = old->changes[i];

		if (o != set[i] &&
		    !(o->kind == FLIP_PASSAGES &&
			set[i]->kind == FLIP_PASSAGES &&
			o->ground == set[i]->ground && o->more < set[i]->more))
			return false;
	}
	return true;
}

static void
keep_answer(struct finder *f, const struct flip_change *const *set,
    size_t count, struct flip *out)
{
	const struct flip_change **copy =
	    arena_alloc(f->arena, count, sizeof *copy);

	memcpy(copy, set, count * sizeof *copy);
	out->changes = copy;
	out->count = count;
}

/* Try all sets of size changes that begin with set; returns the answers. */
static size_t
// NOLINTNEXTLINE(misc-no-recursion): at most FLIP_CHANGES_MAX deep
try_sets(struct finder *f, const struct flip_change **set, size_t count,
    size_t size, size_t from, struct flip *out, size_t found)
{
	if (count == size) {
		if (!does_it(f, set, size))
			return found;
		for (size_t i = 0; i < found; i++)
			if (is_excessive(&out[i], set))
				return found;
		keep_answer(f, set, size, &out[found]);
		return found + 1;
	}
	for (size_t i = from; i < f->change_count && found < FLIP_ANSWERS_MAX;
	     i++) {
		bool goes = true;

		if (f->trials >= TRIALS_MAX)
			return found;
		for (size_t k = 0; k < count; k++)
			goes = goes && goes_together(set[k], &f->changes[i]);
		set[count] = &f->changes[i];
		if (goes)
			found = try_sets(
			    f, set, count + 1, size, i + 1, out, found);
	}
	return found;
}

static const struct ast_rule *
ast_rule_of(const struct ruleset *rs, uint32_t index)
{
	const struct ast_rule *r = rs->ast->rules;

	while (index-- > 0)
		r = r->next;
	return r;
}

static void
prepare(struct finder *f, uint32_t index)
{
	size_t ops = 0;
	uint32_t end = 0;

	for (uint32_t i = 0; i < f->rule->ground_count; i++) {
		const struct engine_ground *g =
		    &f->rs->grounds[f->rule->grounds + i];

		ops += g->op_count;
		end = g->ops + g->op_count;
	}
	f->leaves = arena_alloc(f->arena, ops, sizeof *f->leaves);
	f->forced = arena_alloc(f->arena, end, 1);
	collect_leaves(f, ast_rule_of(f->rs, index));
	relate_leaves(f);
	look(f, true);
	look(f, false);
	f->change_cap = 2 * ops + (size_t)64 * FIELD_COUNT +
			MORE_MAX * (size_t)f->rule->ground_count + 1;
	f->changes = arena_alloc(f->arena, f->change_cap, sizeof *f->changes);
	add_leaf_changes(f);
	add_other_changes(f);
}

size_t
flip_find(const struct ruleset *rs, struct rules_scratch *s, uint32_t index,
    bool down, struct arena *arena, const struct flip **out)
{
	struct finder f = { .rs = rs,
		.s = s,
		.arena = arena,
		.rule = &rs->rules[index],
		.down = down };
	struct flip *answers =
	    arena_alloc(arena, FLIP_ANSWERS_MAX, sizeof *answers);
	const struct flip_change *set[FLIP_CHANGES_MAX];
	size_t found = 0;

	*out = answers;
	prepare(&f, index);
	f.level = level_after(&f, NULL, 0);
	for (size_t size = 1;
	     size <= FLIP_CHANGES_MAX && found == 0 && f.trials < TRIALS_MAX;
	     size++)
		found = try_sets(&f, set, 0, size, 0, answers, 0);
	return found;
}
