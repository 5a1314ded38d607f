/*
 * naive_find: where words, phrases and lists stand in a text, and which
 * contexts mark what: every phrase is tried at every word.
 */
#ifndef TESTS_NAIVE_FIND_H
#define TESTS_NAIVE_FIND_H

#include "tests/unit/rules/naive_text.h"

#define NAIVE_GAP_WORDS    4 /* "up to four words between" */
#define NAIVE_VARIANTS_MAX 24
#define NAIVE_CACHE_MAX    64

/* A passage; left and right: of a join, its two parts. */
struct naive_occur {
	size_t first, last;
	uint64_t how; /* bits of constructs */
	const struct naive_occur *left, *right;
};

/* Passages, sorted, each once. */
struct naive_run {
	struct naive_occur *items;
	size_t count, cap;
};

/* One incident under one rule set. */
struct naive_case {
	struct arena *arena;
	const struct proof_set *set;
	const struct proof_case *x;
	struct naive_doc *doc;
	struct {
		const struct proof_list *list;
		struct naive_run run;
	} cache[NAIVE_CACHE_MAX]; /* of lists with a name */
	size_t cached;
	struct proof_counts *counts;
};

static inline void
naive_count(const struct naive_case *c, enum proof_construct what)
{
	c->counts->of[what]++;
}

/* Put o where it belongs, unless the same passage is there. */
static inline void
naive_add(struct naive_case *c, struct naive_run *run, struct naive_occur o)
{
	size_t at = 0;

	while (at < run->count && (run->items[at].first < o.first ||
				      (run->items[at].first == o.first &&
					  run->items[at].last < o.last)))
		at++;
	if (at < run->count && run->items[at].first == o.first &&
	    run->items[at].last == o.last)
		return;
	if (run->count == run->cap) {
		struct naive_occur *more;

		run->cap = run->cap * 2 + 8;
		more = arena_alloc(c->arena, run->cap, sizeof *more);
		if (run->count > 0)
			memcpy(more, run->items, run->count * sizeof *more);
		run->items = more;
	}
	memmove(run->items + at + 1, run->items + at,
	    (run->count - at) * sizeof *run->items);
	run->items[at] = o;
	run->count++;
}

/* ---- The ways in which a term is written ---- */

struct naive_variants {
	struct {
		struct proof_term term;
		enum proof_construct how;
	} of[NAIVE_VARIANTS_MAX];
	size_t count;
};

/* A new variant without words. */
static inline struct proof_term *
naive_variant(struct naive_variants *v, enum proof_construct how, int slack)
{
	CHECK(v->count < NAIVE_VARIANTS_MAX);
	memset(&v->of[v->count], 0, sizeof v->of[0]);
	v->of[v->count].how = how;
	v->of[v->count].term.slack = slack;
	return &v->of[v->count++].term;
}

static inline bool
naive_is_words(const struct proof_term *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->parts[i].kind != PROOF_WORD &&
		    (t->parts[i].kind != PROOF_STEM || i + 1 < t->count))
			return false;
	return true;
}

/* "fly tip*" as flytip*: two or three words, five letters or more. */
static inline void
naive_join_words(struct naive_variants *v, const struct proof_term *t)
{
	char word[PROOF_WORD_MAX * 3] = "";
	struct proof_term *joined;

	if (t->count < 2 || t->count > 3 || !naive_is_words(t))
		return;
	for (size_t i = 0; i < t->count; i++)
		(void)snprintf(word + strlen(word), PROOF_WORD_MAX, "%s",
		    t->parts[i].word);
	if (strlen(word) < 5)
		return;
	joined = naive_variant(v, PROOF_C_JOINED, t->slack);
	proof_add_part(joined, t->parts[t->count - 1].kind, word);
}

/* flytip as "fly tip": six letters or more, pieces of three or more. */
static inline void
naive_split_word(struct naive_variants *v, const struct proof_term *t)
{
	const struct proof_part *p = &t->parts[0];
	size_t len = strlen(p->word);

	if (t->count != 1 || t->slack > 0 || len < 6 ||
	    (p->kind != PROOF_WORD && p->kind != PROOF_STEM))
		return;
	for (size_t i = 3; i + 3 <= len; i++) {
		struct proof_term *two = naive_variant(v, PROOF_C_SPLIT, 0);
		char piece[PROOF_WORD_MAX];

		(void)snprintf(piece, sizeof piece, "%.*s", (int)i, p->word);
		proof_add_part(two, PROOF_WORD, piece);
		proof_add_part(two, p->kind, p->word + i);
	}
}

/* "25" as "twenty five" and the other way: the first number of a phrase. */
static inline void
naive_respell(struct naive_variants *v, const struct proof_term *t)
{
	static const char *const tens[] = { "", "", "twenty", "thirty", "forty",
		"fifty", "sixty" };
	static const char *const units[] = { "", "one", "two", "three", "four",
		"five", "six", "seven", "eight", "nine" };

	for (size_t i = 0; i < t->count; i++) {
		long n = t->parts[i].kind == PROOF_WORD
			     ? naive_number(t->parts[i].word)
			     : -1;
		long unit =
		    i + 1 < t->count && t->parts[i + 1].kind == PROOF_WORD
			? naive_number(t->parts[i + 1].word)
			: -1;
		bool two =
		    n >= 20 && n < 70 && n % 10 == 0 && unit > 0 && unit < 10;
		struct proof_term *other;
		char figures[16];

		if (!two && (n <= 20 || n >= 70 || n % 10 == 0))
			continue;
		other = naive_variant(v, PROOF_C_RESPELT, t->slack);
		for (size_t k = 0; k < i; k++)
			other->parts[other->count++] = t->parts[k];
		(void)snprintf(figures, sizeof figures, "%ld", n + unit);
		proof_add_part(other, PROOF_WORD, two ? figures : tens[n / 10]);
		if (!two)
			proof_add_part(other, PROOF_WORD, units[n % 10]);
		for (size_t k = i + 1 + two; k < t->count; k++)
			other->parts[other->count++] = t->parts[k];
		return;
	}
}

static inline void
naive_variants_of(const struct proof_term *t, struct naive_variants *v)
{
	v->count = 0;
	*naive_variant(v, PROOF_C_WORD, t->slack) = *t;
	naive_join_words(v, t);
	naive_split_word(v, t);
	naive_respell(v, t);
}

/* ---- Terms and lists ---- */

/*
 * Do the parts of t from part on stand at token at, all in one sentence?  The
 * shortest passage; *last is its last token.
 */
static inline bool
// NOLINTNEXTLINE(misc-no-recursion): as deep as the phrase is long
naive_matches(const struct naive_doc *d, const struct proof_term *t,
    size_t part, size_t at, size_t sentence, size_t *last, uint64_t *how)
{
	enum proof_construct one;
	size_t best = SIZE_MAX;
	uint64_t best_how = 0;

	if (part == t->count) {
		*last = at - 1;
		return true;
	}
	if (t->parts[part].kind == PROOF_GAP) {
		for (size_t skip = 0; skip <= NAIVE_GAP_WORDS; skip++) {
			size_t end;
			uint64_t bits = 0;

			if (skip > 0 &&
			    (at + skip - 1 >= d->count ||
				d->tokens[at + skip - 1].sentence != sentence))
				break;
			if (naive_matches(d, t, part + 1, at + skip, sentence,
				&end, &bits) &&
			    end < best) {
				best = end;
				best_how = bits;
			}
		}
		*last = best;
		*how |= best_how | UINT64_C(1) << PROOF_C_GAP;
		return best != SIZE_MAX;
	}
	if (at >= d->count || d->tokens[at].sentence != sentence ||
	    !naive_finds(&t->parts[part], t->slack, &d->tokens[at], &one))
		return false;
	*how |= UINT64_C(1) << one;
	if (d->tokens[at].is_odd)
		*how |= UINT64_C(1) << PROOF_C_FOLDED;
	return naive_matches(d, t, part + 1, at + 1, sentence, last, how);
}

static inline void
naive_find_term(
    struct naive_case *c, const struct proof_term *t, struct naive_run *out)
{
	struct naive_variants v;

	naive_variants_of(t, &v);
	for (size_t i = 0; i < v.count; i++)
		for (size_t at = 0; at < c->doc->count; at++) {
			struct naive_occur o = { .first = at };

			if (!naive_matches(c->doc, &v.of[i].term, 0, at,
				c->doc->tokens[at].sentence, &o.last, &o.how))
				continue;
			o.how |= UINT64_C(1) << v.of[i].how;
			if (v.of[i].term.count > 1)
				o.how |= UINT64_C(1) << PROOF_C_PHRASE;
			naive_add(c, out, o);
		}
}

static inline struct naive_run naive_list(
    struct naive_case *c, const struct proof_list *l);

/* Where the words of l that are exceptions, or those that are none, stand. */
static inline struct naive_run
// NOLINTNEXTLINE(misc-no-recursion): lists only hold older ones
naive_find_words(struct naive_case *c, const struct proof_list *l, bool except)
{
	struct naive_run out = { 0 };

	for (size_t i = 0; i < l->count; i++) {
		struct naive_run sub;

		if (l->terms[i].is_exception != except)
			continue;
		if (!l->terms[i].list) {
			naive_find_term(c, &l->terms[i], &out);
			continue;
		}
		sub = naive_list(c, l->terms[i].list);
		for (size_t k = 0; k < sub.count; k++) {
			struct naive_occur o = sub.items[k];

			o.how |= UINT64_C(1) << PROOF_C_SUBLIST;
			naive_add(c, &out, o);
		}
	}
	return out;
}

/* Where l stands: what no exception shares a word with. */
static inline struct naive_run
// NOLINTNEXTLINE(misc-no-recursion): lists only hold older ones
naive_list(struct naive_case *c, const struct proof_list *l)
{
	struct naive_run found;
	struct naive_run except;
	struct naive_run out = { 0 };

	for (size_t i = 0; i < c->cached; i++)
		if (c->cache[i].list == l)
			return c->cache[i].run;
	found = naive_find_words(c, l, false);
	except = naive_find_words(c, l, true);
	for (size_t i = 0; i < found.count; i++) {
		bool spoilt = false;

		for (size_t k = 0; k < except.count; k++)
			spoilt =
			    spoilt ||
			    (except.items[k].first <= found.items[i].last &&
				except.items[k].last >= found.items[i].first);
		if (!spoilt)
			naive_add(c, &out, found.items[i]);
		else
			naive_count(c, PROOF_C_EXCEPTION);
	}
	if (l->name[0] != '\0') {
		CHECK(c->cached < NAIVE_CACHE_MAX);
		c->cache[c->cached].list = l;
		c->cache[c->cached++].run = out;
	}
	return out;
}

#endif /* TESTS_NAIVE_FIND_H */
