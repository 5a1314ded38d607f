/*
 * Making the normal form, from the leaves up.  Lists of parts are short, so
 * each new part is held against each old one.  Not done: multiplying "and"
 * over "or", which would show more and can grow without bound.
 */
#include "rules/norm.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "rules/imply.h"
#include "rules/print.h"

/* No field has more values than a mask has bits, but for numbers. */
#define RANGES_MAX 70

/* ---- Sets of values ---- */

struct set {
	struct norm_range items[RANGES_MAX];
	size_t count;
};

struct norm_range
norm_domain(enum field_id field)
{
	struct norm_range d = { 0, INT_MAX };
	enum field_type type = field_get(field)->type;

	if (type == FIELD_TYPE_NUMBER)
		return d;
	if (type == FIELD_TYPE_TIME)
		return (struct norm_range){ 0, 24 * 60 - 1 };
	while (!field_value_name(type, (int)d.low))
		d.low++;
	d.high = d.low;
	while (field_value_name(type, (int)d.high + 1))
		d.high++;
	return d;
}

/* Append low to high, which begins after all that is there. */
static void
set_add(struct set *s, long low, long high)
{
	if (low > high)
		return;
	if (s->count > 0 && s->items[s->count - 1].high + 1 >= low) {
		if (high > s->items[s->count - 1].high)
			s->items[s->count - 1].high = high;
		return;
	}
	CHECK(s->count < RANGES_MAX);
	s->items[s->count++] = (struct norm_range){ low, high };
}

static void
set_of_fact(struct set *s, const struct ast_cond *n)
{
	struct norm_range all = norm_domain(n->field);
	long low = n->low > all.low ? n->low : all.low;
	long high = n->high < all.high ? n->high : all.high;

	s->count = 0;
	if (n->fact == AST_FACT_KNOWN) {
		set_add(s, all.low, all.high);
	} else if (n->fact == AST_FACT_ONE_OF) {
		for (long i = all.low; i < 64 && i <= all.high; i++)
			if (n->mask >> i & 1U)
				set_add(s, i, i);
	} else if (n->low <= n->high) {
		set_add(s, low, high);
	} else {
		set_add(s, all.low, high);
		set_add(s, low, all.high);
	}
}

static void
set_complement(struct set *s, struct norm_range all)
{
	struct set out = { .count = 0 };
	long from = all.low;

	for (size_t i = 0; i < s->count; i++) {
		set_add(&out, from, s->items[i].low - 1);
		from = s->items[i].high + 1;
	}
	set_add(&out, from, all.high);
	*s = out;
}

static void
set_intersect(struct set *out, const struct norm *a, const struct norm *b)
{
	out->count = 0;
	for (size_t i = 0; i < a->count; i++) {
		for (size_t k = 0; k < b->count; k++) {
			const struct norm_range *x = &a->ranges[i];
			const struct norm_range *y = &b->ranges[k];

			set_add(out, x->low > y->low ? x->low : y->low,
			    x->high < y->high ? x->high : y->high);
		}
	}
}

static void
set_unite(struct set *out, const struct norm *a, const struct norm *b)
{
	size_t i = 0;
	size_t k = 0;

	out->count = 0;
	while (i < a->count || k < b->count) {
		const struct norm_range *next;

		if (k == b->count ||
		    (i < a->count && a->ranges[i].low <= b->ranges[k].low))
			next = &a->ranges[i++];
		else
			next = &b->ranges[k++];
		set_add(out, next->low, next->high);
	}
}

/* ---- Making ---- */

static struct norm *
make(struct arena *arena, enum norm_kind kind)
{
	struct norm *n = arena_alloc(arena, 1, sizeof *n);

	n->kind = kind;
	return n;
}

static struct norm *
finish(struct arena *arena, struct norm *n)
{
	struct buf key = { 0 };

	norm_print(&key, arena, n);
	n->key = arena_str(arena, buf_str(&key));
	buf_clear(&key);
	return n;
}

static const struct norm *
make_constant(struct arena *arena, bool always)
{
	return finish(arena, make(arena, always ? NORM_ALWAYS : NORM_NEVER));
}

static bool
is_full(const struct norm *n)
{
	struct norm_range all = norm_domain(n->field);

	return n->kind == NORM_FACT && n->count == 1 &&
	       n->ranges[0].low == all.low && n->ranges[0].high == all.high;
}

/* The place is never "not known": that it is unknown is one of its values. */
static const struct norm *
make_fact(struct arena *arena, enum field_id field, const struct set *s)
{
	struct norm *n = make(arena, NORM_FACT);
	struct norm_range *ranges;

	if (s->count == 0)
		return make_constant(arena, false);
	ranges = arena_alloc(arena, s->count, sizeof *ranges);
	memcpy(ranges, s->items, s->count * sizeof *ranges);
	n->field = field;
	n->ranges = ranges;
	n->count = s->count;
	if (is_full(n) && field_get(field)->type == FIELD_TYPE_PLACE)
		return make_constant(arena, true);
	return finish(arena, n);
}

static const struct norm *
make_leaf(struct arena *arena, const struct ast_cond *leaf, bool negated)
{
	struct norm *n = make(arena, NORM_LEAF);

	n->leaf = leaf;
	n->is_negated = negated;
	return finish(arena, n);
}

/* "not X is known" is all that a negated fact leaves to the leaves. */
static const struct norm *
norm_fact(struct arena *arena, const struct ast_cond *n, bool negated)
{
	struct set s;

	if (n->fact == AST_FACT_KNOWN && negated)
		return make_leaf(arena, n, true);
	set_of_fact(&s, n);
	if (negated)
		set_complement(&s, norm_domain(n->field));
	return make_fact(arena, n->field, &s);
}

/* ---- Joining ---- */

/* Parts of an "and" or "or" while it is made. */
struct parts {
	struct arena *arena;
	bool is_all;
	const struct norm **items;
	size_t count, cap;
};

static bool
is_unknown_of(const struct norm *a, const struct norm *b)
{
	return a->kind == NORM_LEAF && a->leaf->kind == AST_COND_FACT &&
	       b->kind == NORM_FACT && a->leaf->field == b->field;
}

/* One is true exactly where the other is not, or at least never with it. */
static bool
is_opposite(const struct norm *a, const struct norm *b)
{
	struct str x = a->is_negated ? a->key : b->key;
	struct str y = a->is_negated ? b->key : a->key;

	if (is_unknown_of(a, b) || is_unknown_of(b, a))
		return true;
	return a->kind == NORM_LEAF && b->kind == NORM_LEAF &&
	       a->is_negated != b->is_negated && x.len == y.len + 4 &&
	       memcmp(x.p + 4, y.p, y.len) == 0;
}

/* What is neither true nor false of some incidents. */
static bool
can_be_unknown(const struct norm *n)
{
	return n->kind == NORM_LEAF && (n->leaf->kind == AST_COND_NUMBER ||
					   n->leaf->kind == AST_COND_INSIDE ||
					   n->leaf->kind == AST_COND_DISTANCE);
}

/* Two parts that are never true together, as "and" has it. */
static bool
excludes(const struct norm *a, const struct norm *b)
{
	if (is_opposite(a, b))
		return true;
	if (a->kind != NORM_LEAF || b->kind != NORM_LEAF ||
	    a->is_negated == b->is_negated)
		return false;
	/* not @dogs, and @dogs near 5 @hares */
	return a->is_negated ? imply_text(b->leaf, a->leaf)
			     : imply_text(a->leaf, b->leaf);
}

/* Two parts of which one is always true, as "or" has it. */
static bool
covers(const struct norm *a, const struct norm *b)
{
	if (is_unknown_of(a, b))
		return is_full(b);
	if (is_unknown_of(b, a))
		return is_full(a);
	return is_opposite(a, b) && !can_be_unknown(a);
}

/*
 * Hold n against what is there.  Returns true if n is not needed any more, as
 * a part or because *decided was set: the whole is constant.
 */
static bool
meet(struct parts *p, const struct norm **n, bool *decided)
{
	size_t kept = 0;
	bool needed = true;

	for (size_t i = 0; i < p->count && needed && !*decided; i++) {
		const struct norm *old = p->items[i];
		const struct norm *stronger = p->is_all ? old : *n;
		const struct norm *weaker = p->is_all ? *n : old;

		*decided = p->is_all ? excludes(old, *n) : covers(old, *n);
		if (old->kind == NORM_FACT && (*n)->kind == NORM_FACT &&
		    old->field == (*n)->field) {
			struct set s = { .count = 0 };

			(p->is_all ? set_intersect : set_unite)(&s, old, *n);
			*n = make_fact(p->arena, old->field, &s);
			continue; /* the old one goes */
		}
		if (norm_implies(stronger, weaker))
			needed = false;
		else if (norm_implies(weaker, stronger))
			continue;
		p->items[kept++] = old;
		if (needed)
			continue;
		while (++i < p->count)
			p->items[kept++] = p->items[i];
	}
	p->count = *decided ? 0 : kept;
	return !needed || *decided;
}

/* Room for the parts of both is there; an item left alone can have more. */
static void
append(struct parts *p, const struct norm *n)
{
	const struct norm **more;

	if (p->count == p->cap) {
		more = arena_alloc(p->arena, p->cap * 2, sizeof *more);
		memcpy(more, p->items, p->count * sizeof *more);
		p->items = more;
		p->cap *= 2;
	}
	p->items[p->count++] = n;
}

/* Add n; false if the whole is constant now. */
static bool
// NOLINTNEXTLINE(misc-no-recursion): as deep as the condition
add(struct parts *p, const struct norm *n)
{
	bool decided = false;

	if (n->kind == (p->is_all ? NORM_ALL : NORM_ANY)) {
		for (size_t i = 0; i < n->count; i++)
			if (!add(p, n->items[i]))
				return false;
		return true;
	}
	if (n->kind == NORM_ALWAYS || n->kind == NORM_NEVER)
		return (n->kind == NORM_ALWAYS) == p->is_all;
	if (meet(p, &n, &decided))
		return !decided;
	if (n->kind == NORM_ALWAYS || n->kind == NORM_NEVER)
		return (n->kind == NORM_ALWAYS) == p->is_all;
	append(p, n);
	return true;
}

/* The items of an "or" that go with what else must be true; NULL: all. */
static const struct norm *
// NOLINTNEXTLINE(misc-no-recursion): each time with fewer or smaller parts
narrowed(const struct parts *p, const struct norm *any)
{
	const struct norm *left = make_constant(p->arena, false);
	bool all = true;

	for (size_t i = 0; i < any->count; i++) {
		bool goes = true;

		for (size_t k = 0; goes && k < p->count; k++)
			goes = p->items[k]->kind == NORM_ANY ||
			       norm_both(p->arena, p->items[k], any->items[i])
				       ->kind != NORM_NEVER;
		all = all && goes;
		if (goes)
			left = norm_either(p->arena, left, any->items[i]);
	}
	return all ? NULL : left;
}

/* Narrow one "or" of an "and"; false if the whole is never true then. */
static bool
// NOLINTNEXTLINE(misc-no-recursion): each time there are fewer items
narrow(struct parts *p)
{
	for (size_t i = 0; p->is_all && i < p->count; i++) {
		const struct norm *less = p->items[i]->kind == NORM_ANY
					      ? narrowed(p, p->items[i])
					      : NULL;

		if (!less)
			continue;
		p->items[i] = p->items[--p->count];
		return add(p, less) && narrow(p);
	}
	return true;
}

static int
compare_keys(const void *a, const void *b)
{
	return str_compare((*(const struct norm *const *)a)->key,
	    (*(const struct norm *const *)b)->key);
}

static size_t
width_of(const struct norm *n)
{
	return n->kind == NORM_ALL || n->kind == NORM_ANY ? n->count : 1;
}

static const struct norm *
// NOLINTNEXTLINE(misc-no-recursion): each time with fewer or smaller parts
join(struct arena *arena, bool is_all, const struct norm *a,
    const struct norm *b)
{
	struct parts p = { .arena = arena, .is_all = is_all };
	struct norm *n;

	p.cap = width_of(a) + width_of(b);
	p.items = arena_alloc(arena, p.cap, sizeof *p.items);
	if (!add(&p, a) || !add(&p, b) || !narrow(&p))
		return make_constant(arena, !is_all);
	if (p.count == 0)
		return make_constant(arena, is_all);
	if (p.count == 1)
		return p.items[0];
	qsort(p.items, p.count, sizeof *p.items, compare_keys);
	n = make(arena, is_all ? NORM_ALL : NORM_ANY);
	n->items = p.items;
	n->count = p.count;
	return finish(arena, n);
}

const struct norm *
// NOLINTNEXTLINE(misc-no-recursion): each time with fewer or smaller parts
norm_both(struct arena *arena, const struct norm *a, const struct norm *b)
{
	return join(arena, true, a, b);
}

const struct norm *
// NOLINTNEXTLINE(misc-no-recursion): each time with fewer or smaller parts
norm_either(struct arena *arena, const struct norm *a, const struct norm *b)
{
	return join(arena, false, a, b);
}

static const struct norm *
// NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth
norm_signed(struct arena *arena, const struct ast_cond *n, bool negated)
{
	switch (n->kind) {
	case AST_COND_AND:
	case AST_COND_OR:
		return join(arena, (n->kind == AST_COND_AND) != negated,
		    norm_signed(arena, n->left, negated),
		    norm_signed(arena, n->right, negated));
	case AST_COND_NOT: return norm_signed(arena, n->left, !negated);
	case AST_COND_FACT: return norm_fact(arena, n, negated);
	case AST_COND_TEXT:
	case AST_COND_NUMBER:
	case AST_COND_INSIDE:
	case AST_COND_DISTANCE:
	case AST_COND_FLAG:
	case AST_COND_RIVAL: break;
	}
	return make_leaf(arena, n, negated);
}

const struct norm *
norm_cond(struct arena *arena, const struct ast_cond *n)
{
	return norm_signed(arena, n, false);
}

/* ---- Implication ---- */

static bool
is_fact_within(const struct norm *a, const struct norm *b)
{
	for (size_t i = 0; i < a->count; i++) {
		size_t k = 0;

		while (
		    k < b->count && !(b->ranges[k].low <= a->ranges[i].low &&
					a->ranges[i].high <= b->ranges[k].high))
			k++;
		if (k == b->count)
			return false;
	}
	return true;
}

static bool
is_leaf_implied(const struct norm *a, const struct norm *b)
{
	if (a->is_negated != b->is_negated)
		return false;
	return a->is_negated ? imply_text(b->leaf, a->leaf)
			     : imply_text(a->leaf, b->leaf);
}

bool
// NOLINTNEXTLINE(misc-no-recursion): as deep as the conditions
norm_implies(const struct norm *a, const struct norm *b)
{
	bool all_a = true;
	bool any_a = false;
	bool all_b = true;
	bool any_b = false;

	if (a->kind == NORM_NEVER || b->kind == NORM_ALWAYS ||
	    str_is_equal(a->key, b->key))
		return true;
	for (size_t i = 0; a->kind == NORM_ANY && all_a && i < a->count; i++)
		all_a = norm_implies(a->items[i], b);
	if (a->kind == NORM_ANY)
		return all_a;
	for (size_t i = 0; b->kind == NORM_ALL && all_b && i < b->count; i++)
		all_b = norm_implies(a, b->items[i]);
	if (b->kind == NORM_ALL)
		return all_b;
	for (size_t i = 0; b->kind == NORM_ANY && !any_b && i < b->count; i++)
		any_b = norm_implies(a, b->items[i]);
	for (size_t i = 0;
	     a->kind == NORM_ALL && !any_a && !any_b && i < a->count; i++)
		any_a = norm_implies(a->items[i], b);
	if (a->kind == NORM_FACT && b->kind == NORM_FACT)
		return a->field == b->field && is_fact_within(a, b);
	if (a->kind == NORM_LEAF && b->kind == NORM_LEAF)
		return is_leaf_implied(a, b);
	return any_a || any_b;
}

/* ---- Printing ---- */

static void
print_range(struct buf *out, enum field_id field, const struct norm_range *r)
{
	enum field_type type = field_get(field)->type;

	print_value(out, type, r->low);
	if (r->high == r->low)
		return;
	if (r->high == INT_MAX) {
		buf_add_text(out, " or more");
		return;
	}
	if (r->high == r->low + 1 && type != FIELD_TYPE_NUMBER &&
	    type != FIELD_TYPE_TIME) {
		buf_add_char(out, '|');
	} else {
		buf_add_text(out, "..");
	}
	print_value(out, type, r->high);
}

static void
print_fact(struct buf *out, const struct norm *n)
{
	struct norm_range all = norm_domain(n->field);
	const struct norm_range *r = n->ranges;
	const char *name = field_get(n->field)->name;
	bool wraps = n->count == 2 && n->ranges[0].low == all.low &&
		     n->ranges[1].high == all.high &&
		     field_type_is_cyclic(field_get(n->field)->type);

	if (is_full(n)) {
		buf_addf(out, "%s is known", name);
		return;
	}
	if (n->count == 1 && all.high == INT_MAX &&
	    (r->low == all.low || r->high == all.high)) {
		buf_addf(out, "%s ", name);
		print_bounds(out, r->low, r->high);
		return;
	}
	buf_addf(out, "%s is ", name);
	if (wraps) {
		struct norm_range round = { r[1].low, r[0].high };

		print_range(out, n->field, &round);
		return;
	}
	for (size_t i = 0; i < n->count; i++) {
		if (i > 0)
			buf_add_char(out, '|');
		print_range(out, n->field, &n->ranges[i]);
	}
}

static void
// NOLINTNEXTLINE(misc-no-recursion): as deep as the condition
print_items(struct buf *out, struct arena *arena, const struct norm *n)
{
	for (size_t i = 0; i < n->count; i++) {
		bool brackets = n->items[i]->kind == NORM_ALL ||
				n->items[i]->kind == NORM_ANY;

		if (i > 0)
			buf_add_text(
			    out, n->kind == NORM_ALL ? " and " : " or ");
		buf_add_text(out, brackets ? "(" : "");
		norm_print(out, arena, n->items[i]);
		buf_add_text(out, brackets ? ")" : "");
	}
}

void
// NOLINTNEXTLINE(misc-no-recursion): as deep as the condition
norm_print(struct buf *out, struct arena *arena, const struct norm *n)
{
	switch (n->kind) {
	case NORM_ALWAYS: buf_add_text(out, "always"); return;
	case NORM_NEVER: buf_add_text(out, "never"); return;
	case NORM_ALL:
	case NORM_ANY: print_items(out, arena, n); return;
	case NORM_FACT: print_fact(out, n); return;
	case NORM_LEAF:
		buf_add_text(out, n->is_negated ? "not " : "");
		print_cond(&(struct print){ out, arena }, n->leaf);
		return;
	}
}
