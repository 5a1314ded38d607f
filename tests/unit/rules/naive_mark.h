/* naive_mark: which contexts mark which words; docs/RULES.md, Contexts. */
#ifndef TESTS_NAIVE_MARK_H
#define TESTS_NAIVE_MARK_H

#include "tests/unit/rules/naive_find.h"

/* Mark token at for a context; counts what marked it. */
static inline void
naive_mark(
    struct naive_case *c, size_t at, unsigned bit, enum proof_construct what)
{
	c->doc->marks[at] |= bit;
	naive_count(c, what);
}

static inline bool
naive_begins(const struct naive_run *run, size_t at)
{
	for (size_t i = 0; i < run->count; i++)
		if (run->items[i].first == at)
			return true;
	return false;
}

/* The words after or before o, in the clause, up to what ends the reach. */
static inline void
naive_mark_beside(struct naive_case *c, const struct proof_mark *m,
    unsigned bit, const struct naive_run *until, const struct naive_occur *o)
{
	bool next = m->reach == PROOF_NEXT;
	size_t from = next ? o->last : o->first;

	for (size_t i = 1; i <= m->words; i++) {
		size_t at = next ? from + i : from - i;

		if ((!next && i > from) || at >= c->doc->count ||
		    c->doc->tokens[at].clause != c->doc->tokens[from].clause)
			return;
		if (naive_begins(until, at)) {
			naive_count(c, PROOF_C_UNTIL);
			return;
		}
		naive_mark(c, at, bit, next ? PROOF_C_NEXT : PROOF_C_PREVIOUS);
	}
}

/* All words that one line of a context marks for one passage. */
static inline void
naive_mark_around(struct naive_case *c, enum proof_reach reach, unsigned bit,
    const struct naive_occur *o)
{
	const struct naive_token *t = c->doc->tokens;
	const struct naive_token *a = &t[o->first];

	for (size_t i = 0; i < c->doc->count; i++) {
		if (reach == PROOF_ITSELF && i >= o->first && i <= o->last)
			naive_mark(c, i, bit, PROOF_C_ITSELF);
		if (reach == PROOF_CLAUSE && t[i].clause == a->clause)
			naive_mark(c, i, bit, PROOF_C_CLAUSE);
		if (reach == PROOF_SENTENCE && t[i].sentence == a->sentence)
			naive_mark(c, i, bit, PROOF_C_SENTENCE);
		if (reach == PROOF_ENTRY && t[i].entry == a->entry)
			naive_mark(c, i, bit, PROOF_C_ENTRY);
		if (reach == PROOF_EARLIER && t[i].entry < a->entry &&
		    c->doc->entries[a->entry].text == PROOF_LOG)
			naive_mark(c, i, bit, PROOF_C_EARLIER);
	}
}

static inline void
naive_apply(struct naive_case *c, const struct proof_context *x, unsigned bit)
{
	struct naive_run until = { 0 };

	for (size_t i = 0; i < x->count; i++)
		if (x->marks[i].reach == PROOF_UNTIL)
			until = naive_list(c, &x->marks[i].list);
	for (size_t i = 0; i < x->count; i++) {
		const struct proof_mark *m = &x->marks[i];
		struct naive_run run = naive_list(c, &m->list);

		for (size_t k = 0; k < run.count; k++) {
			if (m->reach == PROOF_NEXT ||
			    m->reach == PROOF_PREVIOUS)
				naive_mark_beside(
				    c, m, bit, &until, &run.items[k]);
			else
				naive_mark_around(
				    c, m->reach, bit, &run.items[k]);
		}
	}
	for (size_t i = 0; x->of_questions && i < c->doc->count; i++)
		if (c->doc->tokens[i].is_asked)
			naive_mark(c, i, bit, PROOF_C_QUESTIONS);
}

/* ---- Corrections ---- */

/* Is there a word in l by which both tokens are found? */
static inline bool
naive_one_word_for(const struct proof_list *l, const struct naive_token *a,
    const struct naive_token *b)
{
	struct naive_variants v;
	enum proof_construct how;

	for (size_t i = 0; i < l->count; i++) {
		if (l->terms[i].list)
			continue;
		naive_variants_of(&l->terms[i], &v);
		for (size_t k = 0; k < v.count; k++) {
			const struct proof_term *t = &v.of[k].term;

			for (size_t p = 0; p < t->count; p++)
				if ((t->parts[p].kind == PROOF_WORD ||
					t->parts[p].kind == PROOF_STEM) &&
				    naive_finds(
					&t->parts[p], t->slack, a, &how) &&
				    naive_finds(
					&t->parts[p], t->slack, b, &how))
					return true;
		}
	}
	return false;
}

/* The same word, also in the other number, or one word for rules. */
static inline bool
naive_is_same(const struct naive_case *c, const struct naive_token *a,
    const struct naive_token *b)
{
	size_t x = strlen(a->word);
	size_t y = strlen(b->word);
	size_t len = x < y ? x : y;
	const struct proof_set *set = c->set;

	if (strncmp(a->word, b->word, len) == 0 &&
	    (x == y || (x == len + 1 && a->word[len] == 's') ||
		(y == len + 1 && b->word[len] == 's')))
		return true;
	for (size_t i = 0; i < set->list_count; i++)
		if (naive_one_word_for(&set->lists[i], a, b))
			return true;
	for (size_t i = 0; i < set->phrase_count; i++)
		if (naive_one_word_for(set->phrases[i], a, b))
			return true;
	for (size_t i = 0; i < set->context_count; i++)
		for (size_t k = 0; k < set->contexts[i].count; k++)
			if (naive_one_word_for(
				&set->contexts[i].marks[k].list, a, b))
				return true;
	return false;
}

/* What is marked by this correction is marked in earlier entries. */
static inline void
naive_correct_from(
    struct naive_case *c, const struct naive_occur *o, unsigned bit)
{
	const struct naive_token *t = c->doc->tokens;
	const struct naive_token *a = &t[o->first];

	for (size_t i = 0; i < c->doc->count; i++) {
		if (t[i].entry != a->entry ||
		    (t[i].sentence != a->sentence &&
			t[i].sentence != a->sentence + 1) ||
		    !(c->doc->marks[i] & bit))
			continue;
		for (size_t k = 0; k < i; k++)
			if (t[k].entry < a->entry &&
			    naive_is_same(c, &t[k], &t[i]))
				naive_mark(c, k, bit, PROOF_C_CORRECTIONS);
	}
}

static inline void
naive_correct(struct naive_case *c, const struct proof_context *x, unsigned bit)
{
	for (size_t i = 0; i < x->count; i++) {
		struct naive_run run;

		if (x->marks[i].reach != PROOF_CORRECTIONS)
			continue;
		run = naive_list(c, &x->marks[i].list);
		for (size_t k = 0; k < run.count; k++) {
			size_t e = c->doc->tokens[run.items[k].first].entry;

			if (c->doc->entries[e].text == PROOF_LOG)
				naive_correct_from(c, &run.items[k], bit);
		}
	}
}

/* Mark all contexts of the rule set in the incident. */
static inline void
naive_mark_all(struct naive_case *c)
{
	for (size_t i = 0; i < c->set->context_count; i++) {
		naive_apply(c, &c->set->contexts[i], 1U << i);
		naive_correct(c, &c->set->contexts[i], 1U << i);
	}
}

#endif /* TESTS_NAIVE_MARK_H */
