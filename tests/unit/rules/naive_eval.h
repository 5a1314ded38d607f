/*
 * naive_eval: patterns, conditions and rules, each read off docs/RULES.md with
 * the plainest loops there are.  Everything is tried with everything.
 */
#ifndef TESTS_NAIVE_EVAL_H
#define TESTS_NAIVE_EVAL_H

#include "tests/unit/rules/naive_facts.h"

#define NAIVE_REASONS_MAX 512

/* A leaf that was true: passages, or a fact. */
struct naive_reason {
	const struct proof_cond *cond;
	struct naive_run run;
};

/* What one line of a rule came to. */
struct naive_ground {
	enum naive_truth truth;
	int points;
	size_t first, count; /* of the reasons */
};

/*
 * What stands, and how firmly: 0 not at all, else 1 and one more for each ten
 * points above the lowest level.
 */
struct naive_stands {
	int flags[PROOF_FLAGS];
	int themes[2];
};

/* What one rule came to. */
struct naive_rule {
	struct naive_ground grounds[PROOF_GROUNDS_MAX];
	struct naive_reason reasons[NAIVE_REASONS_MAX];
	size_t reason_count;
	/* Entries of the log that are cancelled, or that one later confirms. */
	size_t cancelled, confirmed;
	bool takes_back;
	const struct naive_stands *stands; /* what it may ask for */
	size_t theme;                      /* its own */
	int points, score;
	bool is_barred;
	int level; /* 0, 1 review, 2 alert */
};

_Static_assert(PROOF_C_LIFTED < 64, "bits of naive_occur.how");

#define NAIVE_BIT(construct) (UINT64_C(1) << (construct))

/* ---- Patterns ---- */

static inline bool
naive_in_scope(const struct naive_case *c, const struct proof_scope *s,
    const struct naive_entry *e)
{
	if (s->is_text)
		return e->text != PROOF_DISTRICT;
	if (s->text != e->text)
		return false;
	if (s->which == PROOF_FIRST_ENTRY && e->index != 0)
		return false;
	if (s->which == PROOF_LAST_ENTRY &&
	    (size_t)e->index + 1 != c->x->in.log_count)
		return false;
	return s->writers == 0 || (s->writers & e->writers);
}

static inline bool
naive_is_cancelled(const struct naive_rule *r, const struct naive_entry *e)
{
	return r->cancelled > 0 &&
	       (e->text == PROOF_OPENING ||
		   (e->text == PROOF_LOG && (size_t)e->index < r->cancelled));
}

/* Is a passage evidence, by the contexts its first word is in? */
static inline bool
naive_counts_in(struct naive_case *c, const struct naive_rule *r,
    const struct proof_node *n, struct naive_occur *o)
{
	unsigned marks = c->doc->marks[o->first];
	const struct naive_entry *e =
	    &c->doc->entries[c->doc->tokens[o->first].entry];
	unsigned bars = marks;

	if (n->asks == PROOF_IN_ANY || n->asks == PROOF_ONLY) {
		if (marks)
			o->how |=
			    NAIVE_BIT(n->asks == PROOF_ONLY ? PROOF_C_ONLY
							    : PROOF_C_IN_ANY);
		return n->asks == PROOF_IN_ANY || (marks & n->contexts);
	}
	if (n->asks == PROOF_EVEN && (marks & n->contexts)) {
		o->how |= NAIVE_BIT(PROOF_C_EVEN);
		bars &= ~n->contexts;
	}
	for (size_t i = 0; i < c->set->context_count; i++)
		if ((bars >> i & 1U) && c->set->contexts[i].is_lifted &&
		    e->text == PROOF_LOG &&
		    (size_t)e->index + 1 < r->confirmed) {
			o->how |= NAIVE_BIT(PROOF_C_LIFTED);
			bars &= ~(1U << i);
		}
	if (bars)
		naive_count(c, PROOF_C_BARRED_CONTEXT);
	return bars == 0;
}

/* Where the lists of n stand, as far as that counts. */
static inline struct naive_run
naive_operand(struct naive_case *c, const struct naive_rule *r,
    const struct proof_scope *s, const struct proof_node *n)
{
	struct naive_run out = { 0 };

	for (size_t i = 0; i < n->count; i++) {
		struct naive_run run = naive_list(c, n->lists[i]);

		for (size_t k = 0; k < run.count; k++) {
			struct naive_occur o = run.items[k];
			const struct naive_entry *e =
			    &c->doc->entries[c->doc->tokens[o.first].entry];

			if (!naive_in_scope(c, s, e))
				continue;
			if (naive_is_cancelled(r, e)) {
				naive_count(c, PROOF_C_CANCELLED);
				continue;
			}
			if (!naive_counts_in(c, r, n, &o))
				continue;
			if (n->count > 1)
				o.how |= NAIVE_BIT(PROOF_C_CHOICE);
			naive_add(c, &out, o);
		}
	}
	return out;
}

/* How far right is behind left (> 0) or before it (< 0); 0: they overlap. */
static inline long
naive_distance(const struct naive_occur *left, const struct naive_occur *right)
{
	if (right->first > left->last)
		return (long)(right->first - left->last);
	if (right->last < left->first)
		return -(long)(left->first - right->last);
	return 0;
}

/* Does right stand to left as join n says? */
static inline bool
naive_stands(const struct naive_case *c, const struct proof_node *n,
    const struct naive_occur *left, const struct naive_occur *right)
{
	const struct naive_token *a = &c->doc->tokens[left->first];
	const struct naive_token *b = &c->doc->tokens[right->first];
	const struct naive_entry *entries = c->doc->entries;
	long d = naive_distance(left, right);

	if (n->join == PROOF_LATER)
		return entries[a->entry].text == PROOF_LOG &&
		       entries[b->entry].text == PROOF_LOG &&
		       b->entry > a->entry;
	if (a->entry != b->entry || d == 0 ||
	    (n->join == PROOF_BEFORE && d < 0) ||
	    (n->join == PROOF_AFTER && d > 0))
		return false;
	if (n->join == PROOF_SAME_SENTENCE) {
		/* What stands first ends where what stands behind begins. */
		if (d > 0)
			a = &c->doc->tokens[left->last];
		else
			b = &c->doc->tokens[right->last];
		return a->sentence == b->sentence;
	}
	return n->words == 0 || labs(d) <= (long)n->words;
}

/* The nearest of right; of two as near the one before. */
static inline const struct naive_occur *
naive_partner(const struct naive_case *c, const struct proof_node *n,
    const struct naive_occur *left, const struct naive_run *right)
{
	const struct naive_occur *best = NULL;

	for (size_t i = 0; i < right->count; i++) {
		const struct naive_occur *o = &right->items[i];
		long d = naive_distance(left, o);
		long least = best ? naive_distance(left, best) : 0;

		if (!naive_stands(c, n, left, o))
			continue;
		if (!best || labs(d) < labs(least) ||
		    (n->join != PROOF_LATER && d == least && d < 0))
			best = o;
	}
	return best;
}

static inline struct naive_run
naive_join(struct naive_case *c, const struct proof_node *n,
    const struct naive_run *left, const struct naive_run *right)
{
	struct naive_run out = { 0 };

	for (size_t i = 0; i < left->count; i++) {
		const struct naive_occur *a = &left->items[i];
		const struct naive_occur *b = naive_partner(c, n, a, right);
		struct naive_occur o = *a;

		if ((b == NULL) != n->is_negated)
			continue;
		o.how |= NAIVE_BIT(
		    (n->is_negated ? PROOF_C_NOT_NEAR : PROOF_C_NEAR) +
		    (unsigned)n->join);
		if (a->left || (b && b->left))
			o.how |= NAIVE_BIT(PROOF_C_NESTED);
		if (b) {
			o.how |= b->how;
			o.left = a;
			o.right = b;
			if (n->join != PROOF_LATER && b->first < o.first)
				o.first = b->first;
			if (n->join != PROOF_LATER && b->last > o.last)
				o.last = b->last;
		}
		naive_add(c, &out, o);
	}
	return out;
}

static inline struct naive_run
// NOLINTNEXTLINE(misc-no-recursion): as deep as the pattern
naive_pattern(struct naive_case *c, const struct naive_rule *r,
    const struct proof_scope *s, const struct proof_node *n)
{
	struct naive_run left;
	struct naive_run right;
	struct naive_run out = { 0 };

	if (n->kind == PROOF_LIST)
		return naive_operand(c, r, s, n);
	left = naive_pattern(c, r, s, n->left);
	right = naive_pattern(c, r, s, n->right);
	if (n->kind == PROOF_JOIN)
		return naive_join(c, n, &left, &right);
	for (size_t i = 0; i < left.count; i++) {
		struct naive_occur o = left.items[i];

		o.how |= NAIVE_BIT(PROOF_C_UNION);
		naive_add(c, &out, o);
	}
	for (size_t i = 0; i < right.count; i++) {
		struct naive_occur o = right.items[i];

		o.how |= NAIVE_BIT(PROOF_C_UNION);
		naive_add(c, &out, o);
	}
	return out;
}

/* ---- Numbers stated ---- */

/* Is token at this word, in the clause of token of? */
static inline bool
naive_is(const struct naive_doc *d, size_t at, size_t of, const char *word)
{
	return at < d->count && d->tokens[at].clause == d->tokens[of].clause &&
	       strcmp(d->tokens[at].word, word) == 0;
}

/* The number that ends with token at: "two dozen", "half a dozen" … */
static inline long
naive_number_at(struct naive_case *c, size_t at)
{
	const struct naive_doc *d = c->doc;
	long n = naive_number(d->tokens[at].word);
	bool dozen = naive_is(d, at, at, "dozen");
	bool many = dozen || naive_is(d, at, at, "hundred");
	long before = -1;

	if (dozen && (naive_is(d, at - 1, at, "half") ||
			 (naive_is(d, at - 1, at, "a") &&
			     naive_is(d, at - 2, at, "half")))) {
		naive_count(c, PROOF_C_COMPOSED);
		return 6;
	}
	if (at > 0 && d->tokens[at - 1].clause == d->tokens[at].clause)
		before = naive_number(d->tokens[at - 1].word);
	if ((before >= 20 && before < 100 && before % 10 == 0 && n > 0 &&
		n < 10) ||
	    (many && before >= 0 && before < 1000)) {
		naive_count(c, PROOF_C_COMPOSED);
		return many ? before * n : before + n;
	}
	return n;
}

/* The number stated before token at, up to two words between; or -1. */
static inline long
naive_stated(struct naive_case *c, size_t at)
{
	for (size_t i = 1; i <= 3 && i <= at; i++) {
		if (c->doc->tokens[at - i].clause != c->doc->tokens[at].clause)
			return -1;
		if (naive_number(c->doc->tokens[at - i].word) >= 0)
			return naive_number_at(c, at - i);
	}
	return -1;
}

/* ---- Conditions ---- */

static inline void
naive_reason(
    struct naive_rule *r, const struct proof_cond *cond, struct naive_run run)
{
	CHECK(r->reason_count < NAIVE_REASONS_MAX);
	r->reasons[r->reason_count++] = (struct naive_reason){ cond, run };
}

static inline enum naive_truth
naive_number_of(
    struct naive_case *c, struct naive_rule *r, const struct proof_cond *cond)
{
	static const struct proof_scope anywhere = { .is_text = true };
	struct naive_run run = naive_operand(c, r, &anywhere, cond->pattern);
	struct naive_run one = { 0 };
	long most = -1;

	for (size_t i = 0; i < run.count; i++) {
		long n = naive_stated(c, run.items[i].first);

		if (n <= most)
			continue;
		most = n;
		one.items = &run.items[i];
		one.count = 1;
	}
	if (most < 0)
		return NAIVE_UNKNOWN;
	if (!naive_compare(cond, most))
		return NAIVE_FALSE;
	naive_reason(r, cond, one);
	return NAIVE_TRUE;
}

static inline enum naive_truth
naive_leaf(
    struct naive_case *c, struct naive_rule *r, const struct proof_cond *cond)
{
	struct naive_run run = { 0 };
	enum naive_truth truth = NAIVE_FALSE;

	switch (cond->kind) {
	case PROOF_HAS:
		run = naive_pattern(c, r, &cond->scope, cond->pattern);
		truth = naive_truth_of(run.count > 0);
		break;
	case PROOF_NUMBER_OF: return naive_number_of(c, r, cond);
	case PROOF_FACT: truth = naive_ask_fact(c, cond); break;
	case PROOF_FLAG:
		truth = naive_truth_of(r->stands->flags[cond->name] > 0);
		break;
	case PROOF_RIVAL:
		truth = naive_truth_of(r->stands->themes[!r->theme] > 0);
		break;
	case PROOF_INSIDE:
	case PROOF_DISTANCE: truth = naive_ask_layer(c->x, cond); break;
	case PROOF_AND:
	case PROOF_OR:
	case PROOF_NOT: break;
	}
	if (truth == NAIVE_TRUE)
		naive_reason(r, cond, run);
	return truth;
}

/* Three truths: "and" is the least of two, "or" the most. */
static inline enum naive_truth
// NOLINTNEXTLINE(misc-no-recursion): as deep as the condition
naive_cond(
    struct naive_case *c, struct naive_rule *r, const struct proof_cond *cond)
{
	size_t reasons = r->reason_count;
	enum naive_truth a;
	enum naive_truth b;

	if (cond->kind < PROOF_AND) {
		a = naive_leaf(c, r, cond);
		if (a == NAIVE_UNKNOWN)
			naive_count(c, PROOF_C_UNKNOWN);
		return a;
	}
	a = naive_cond(c, r, cond->left);
	if (cond->kind == PROOF_NOT) {
		a = (enum naive_truth)(NAIVE_TRUE - a);
		r->reason_count = reasons;
	} else {
		b = naive_cond(c, r, cond->right);
		a = cond->kind == PROOF_AND ? (a < b ? a : b) : (a > b ? a : b);
	}
	if (a != NAIVE_TRUE)
		r->reason_count = reasons;
	else
		naive_count(c, PROOF_C_AND + (unsigned)cond->kind - PROOF_AND);
	return a;
}

/* ---- Rules ---- */

static inline void
naive_points(struct naive_case *c, struct naive_rule *r,
    const struct proof_ground *g, struct naive_ground *out)
{
	size_t passages = 0;
	int points = g->points;

	if (out->truth != NAIVE_TRUE || g->kind > PROOF_TAKE)
		return;
	for (size_t i = 0; i < out->count; i++) {
		const struct proof_cond *cond = r->reasons[out->first + i].cond;
		int firmly =
		    cond->kind == PROOF_FLAG    ? r->stands->flags[cond->name]
		    : cond->kind == PROOF_RIVAL ? r->stands->themes[!r->theme]
						: 0;

		passages += r->reasons[out->first + i].run.count;
		passages += (size_t)firmly;
		if (g->is_each && firmly > 1)
			naive_count(c, PROOF_C_FIRMLY);
	}
	if (g->is_each && passages > 1) {
		naive_count(c, PROOF_C_EACH);
		points = (int)passages * g->points;
		if (points > g->cap) {
			naive_count(c, PROOF_C_CAPPED);
			points = g->cap;
		}
	}
	out->points = g->kind == PROOF_TAKE ? -points : points;
}

static inline void
naive_ground(struct naive_case *c, struct naive_rule *r,
    const struct proof_ground *g, struct naive_ground *out)
{
	out->first = r->reason_count;
	out->points = 0;
	out->truth = naive_cond(c, r, g->cond);
	out->count = r->reason_count - out->first;
	naive_points(c, r, g, out);
}

/* Where the log turns: the last entries that cancel and that confirm. */
static inline void
naive_turns(
    struct naive_case *c, struct naive_rule *r, const struct proof_rule *rule)
{
	size_t last[2] = { 0, 0 };

	for (size_t i = 0; i < rule->count; i++) {
		const struct proof_ground *g = &rule->grounds[i];
		size_t *most = &last[g->kind == PROOF_CONFIRMED];

		if (g->kind < PROOF_CANCELLED)
			continue;
		naive_ground(c, r, g, &r->grounds[i]);
		for (size_t k = 0; k < r->grounds[i].count; k++) {
			const struct naive_run *run =
			    &r->reasons[r->grounds[i].first + k].run;

			for (size_t p = 0; p < run->count; p++) {
				size_t e =
				    c->doc->tokens[run->items[p].last].entry;

				*most = e + 1 > *most ? e + 1 : *most;
			}
		}
	}
	r->takes_back = last[0] > 0 && last[1] > last[0];
	r->cancelled = r->takes_back ? 0 : last[0];
	r->confirmed = last[1];
}

static inline void
naive_level(
    struct naive_case *c, struct naive_rule *r, const struct proof_rule *rule)
{
	int sum = 0;

	for (size_t i = 0; i < rule->count; i++) {
		enum proof_ground_kind kind = rule->grounds[i].kind;
		bool holds = r->grounds[i].truth == NAIVE_TRUE;

		sum += r->grounds[i].points;
		if (kind == PROOF_NEED && !holds)
			naive_count(c, PROOF_C_UNMET);
		if ((kind == PROOF_NEED && !holds) ||
		    (kind == PROOF_VETO && holds))
			r->is_barred = true;
	}
	r->points = sum;
	r->score = sum < 0 ? 0 : sum > 100 ? 100 : sum;
	if (r->score != sum)
		naive_count(c, PROOF_C_CLAMPED);
	if (r->is_barred)
		return;
	if (rule->alert && r->score >= rule->alert)
		r->level = 2;
	else if (rule->review && r->score >= rule->review)
		r->level = 1;
}

/* How firmly a rule stands that was worked out. */
static inline int
naive_firmly(const struct proof_rule *rule, const struct naive_rule *r)
{
	int lowest = rule->review ? rule->review : rule->alert;

	return r->level == 0 ? 0 : 1 + (r->points - lowest) / 10;
}

/* Work out one rule, given what stands. */
static inline void
naive_work_out(struct naive_case *c, const struct proof_rule *rule,
    const struct naive_stands *stands, struct naive_rule *r)
{
	r->reason_count = 0;
	r->cancelled = r->confirmed = 0;
	r->takes_back = r->is_barred = false;
	r->stands = stands;
	r->theme = rule->is_flag ? 0 : rule->subject;
	r->level = 0;
	naive_turns(c, r, rule);
	if (r->takes_back)
		naive_count(c, PROOF_C_CONFIRMED);
	for (size_t i = 0; i < rule->count; i++)
		if (rule->grounds[i].kind < PROOF_CANCELLED)
			naive_ground(c, r, &rule->grounds[i], &r->grounds[i]);
	naive_level(c, r, rule);
}

#endif /* TESTS_NAIVE_EVAL_H */
