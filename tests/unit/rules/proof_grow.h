/* proof_grow: random rule sets, over few words so that they meet in logs. */
#ifndef TESTS_PROOF_GROW_H
#define TESTS_PROOF_GROW_H

#include <stdio.h>
#include <string.h>

#include "agent/base/check.h"
#include "tests/unit/rules/proof_tree.h"

static const char *const proof_words[] = { "dog", "dogs", "hound", "lurcher",
	"greyhound", "hare", "hares", "coursing", "field", "gate", "chain",
	"cut", "van", "people", "sheep", "flytip", "fly", "tip", "farmers",
	"cafe", "padlock", "trespass" };
static const char *const proof_stems[] = { "dog", "cours", "lurch", "trespass",
	"padlo", "fie", "flytip", "peopl" };
static const char *const proof_long[] = { "lurcher", "coursing", "farmers",
	"padlock", "sheep", "hound", "field" };
static const char *const proof_longest[] = { "greyhound", "coursing",
	"trespass" };
static const char *const proof_figures[] = { "3", "three", "12", "twelve", "25",
	"6", "six", "47", "100", "2", "60", "sixty" };
static const char *const proof_triggers[] = { "no", "not", "previously",
	"exercise", "lane", "correction", "disregard", "never", "maybe" };

#define PROOF_ONE_OF(list) (list)[proof_pick(sizeof(list) / sizeof(list)[0])]

/* Append a part with a word, or "" for the kinds that have none. */
static inline void
proof_add_part(
    struct proof_term *t, enum proof_part_kind kind, const char *word)
{
	size_t len = strlen(word);

	CHECK(t->count < PROOF_PARTS_MAX && len < PROOF_WORD_MAX);
	t->parts[t->count].kind = kind;
	memcpy(t->parts[t->count].word, word, len + 1);
	t->count++;
}

/* A word, an ending, a misspelling or a number. */
static inline void
proof_grow_word(struct proof_term *t)
{
	switch (proof_pick(9)) {
	case 0:
	case 1: proof_add_part(t, PROOF_STEM, PROOF_ONE_OF(proof_stems)); break;
	case 2:
	case 3:
		proof_add_part(t, PROOF_WORD, PROOF_ONE_OF(proof_long));
		t->slack = 1;
		break;
	case 4:
		proof_add_part(t, PROOF_WORD, PROOF_ONE_OF(proof_longest));
		t->slack = proof_chance(70) ? 2 : 1;
		break;
	case 5:
		if (proof_chance(40)) {
			proof_add_part(
			    t, PROOF_WORD, PROOF_ONE_OF(proof_figures));
			break;
		}
		proof_add_part(t, PROOF_WORD, "people");
		break;
	default:
		proof_add_part(t, PROOF_WORD, PROOF_ONE_OF(proof_words));
		break;
	}
}

/* "fly tip*", "cut * chain", "# dogs", "twenty five sheep" … */
static inline void
proof_grow_phrase(struct proof_term *t)
{
	static const char *const tens[] = { "twenty", "forty" };
	static const char *const units[] = { "five", "seven" };

	switch (proof_pick(8)) {
	case 0: proof_add_part(t, PROOF_NUMBER, ""); break;
	case 1:
		proof_add_part(t, PROOF_WORD, PROOF_ONE_OF(proof_figures));
		break;
	case 2:
		proof_add_part(t, PROOF_WORD, PROOF_ONE_OF(tens));
		proof_add_part(t, PROOF_WORD, PROOF_ONE_OF(units));
		break;
	default:
		proof_add_part(t, PROOF_WORD, PROOF_ONE_OF(proof_words));
		break;
	}
	for (size_t gaps = 0; gaps < 2 && proof_chance(35); gaps++) {
		proof_add_part(t, proof_chance(50) ? PROOF_ANY : PROOF_GAP, "");
		if (proof_chance(40))
			proof_add_part(
			    t, PROOF_WORD, PROOF_ONE_OF(proof_words));
	}
	if (proof_chance(25))
		proof_add_part(t, PROOF_STEM, PROOF_ONE_OF(proof_stems));
	else
		proof_add_part(t, PROOF_WORD, PROOF_ONE_OF(proof_words));
}

/* "hare coursing" ~1: words with a letter wrong in each that is long. */
static inline void
proof_grow_slack_phrase(struct proof_term *t)
{
	if (proof_chance(50))
		proof_add_part(t, PROOF_WORD, PROOF_ONE_OF(proof_longest));
	else
		proof_add_part(t, PROOF_WORD, PROOF_ONE_OF(proof_words));
	proof_add_part(t, PROOF_WORD, PROOF_ONE_OF(proof_longest));
	t->slack = proof_chance(50) ? 2 : 1;
}

/* A term that is no list. */
static inline void
proof_grow_term(struct proof_term *t)
{
	size_t which = proof_pick(20);

	if (which < 10)
		proof_grow_word(t);
	else if (which < 12)
		proof_grow_slack_phrase(t);
	else
		proof_grow_phrase(t);
}

/* A named list; those before it may stand in it. */
static inline void
proof_grow_list(struct proof_set *set, struct proof_list *l)
{
	size_t count = 1 + proof_pick(4);

	(void)snprintf(l->name, sizeof l->name, "l%zu", set->list_count);
	while (l->count < count) {
		struct proof_term *t = &l->terms[l->count++];

		if (set->list_count > 0 && proof_chance(25))
			t->list = &set->lists[proof_pick(set->list_count)];
		else
			proof_grow_term(t);
	}
	if (!proof_chance(40))
		return;
	l->terms[l->count].is_exception = true;
	if (set->list_count > 0 && proof_chance(20))
		l->terms[l->count].list =
		    &set->lists[proof_pick(set->list_count)];
	else
		proof_grow_term(&l->terms[l->count]);
	l->count++;
}

/* A phrase where it is asked for: a list without a name. */
static inline const struct proof_list *
proof_grow_inline(struct proof_set *set)
{
	struct proof_list *l = arena_alloc(set->arena, 1, sizeof *l);

	proof_grow_term(&l->terms[0]);
	l->count = 1;
	CHECK(set->phrase_count < sizeof set->phrases / sizeof set->phrases[0]);
	set->phrases[set->phrase_count++] = l;
	return l;
}

/* ---- Contexts ---- */

static inline void
proof_grow_trigger(struct proof_set *set, struct proof_list *l)
{
	struct proof_term *t = &l->terms[l->count++];

	if (set->list_count > 0 && proof_chance(6)) {
		t->list = &set->lists[proof_pick(set->list_count)];
		return;
	}
	proof_add_part(t, PROOF_WORD, PROOF_ONE_OF(proof_triggers));
	if (proof_chance(20))
		proof_add_part(t, PROOF_WORD, PROOF_ONE_OF(proof_words));
}

static inline void
proof_grow_until(struct proof_list *l)
{
	static const char *const ends[] = { "but", "the", "a", "in", "dog" };

	proof_add_part(&l->terms[l->count++], PROOF_WORD, PROOF_ONE_OF(ends));
}

static inline void
proof_grow_context(struct proof_set *set, struct proof_context *c, size_t index)
{
	static const char *const names[] = { "denied", "past", "feared" };
	size_t count = 1 + proof_pick(PROOF_MARKS_MAX);
	bool has_corrections = false;

	(void)snprintf(c->name, sizeof c->name, "%s", names[index]);
	c->of_questions = proof_chance(30);
	c->is_lifted = proof_chance(60);
	while (c->count < count) {
		struct proof_mark *m = &c->marks[c->count++];

		m->reach = (enum proof_reach)proof_pick(PROOF_REACH_COUNT);
		if (m->reach == PROOF_CORRECTIONS && has_corrections)
			m->reach = PROOF_NEXT;
		if (c->count == count && count > 1 && proof_chance(50))
			m->reach = PROOF_UNTIL;
		else if (m->reach == PROOF_UNTIL)
			m->reach = PROOF_PREVIOUS;
		has_corrections =
		    has_corrections || m->reach == PROOF_CORRECTIONS;
		m->words = 1 + proof_pick(5);
		if (m->reach == PROOF_UNTIL)
			proof_grow_until(&m->list);
		else
			proof_grow_trigger(set, &m->list);
		if (proof_chance(30))
			proof_grow_trigger(set, &m->list);
	}
}

/* ---- Patterns ---- */

static inline struct proof_node *
proof_grow_operand(struct proof_set *set)
{
	struct proof_node *n = arena_alloc(set->arena, 1, sizeof *n);

	n->kind = PROOF_LIST;
	n->count = proof_chance(25) ? 2 + proof_pick(2) : 1;
	for (size_t i = 0; i < n->count; i++)
		n->lists[i] = proof_chance(60)
				  ? &set->lists[proof_pick(set->list_count)]
				  : proof_grow_inline(set);
	if (set->context_count == 0 || proof_chance(65))
		return n;
	n->asks = (enum proof_asks)(1 + proof_pick(3));
	n->contexts = 1U << proof_pick(set->context_count);
	if (proof_chance(30))
		n->contexts |= 1U << proof_pick(set->context_count);
	return n;
}

static inline struct proof_node *
// NOLINTNEXTLINE(misc-no-recursion): depth counts down
proof_grow_pattern(struct proof_set *set, int depth)
{
	struct proof_node *n;

	if (depth == 0 || proof_chance(45))
		return proof_grow_operand(set);
	n = arena_alloc(set->arena, 1, sizeof *n);
	n->kind = proof_chance(15) ? PROOF_UNION : PROOF_JOIN;
	n->join = (enum proof_join)proof_pick(PROOF_JOIN_COUNT);
	n->is_negated = proof_chance(25);
	if (n->join == PROOF_NEAR ||
	    (n->join <= PROOF_AFTER && proof_chance(70)))
		n->words = 1 + proof_pick(proof_chance(70) ? 5 : 20);
	n->left = proof_grow_pattern(set, depth - 1);
	n->right = proof_grow_pattern(set, depth - 1);
	return n;
}

/* ---- Conditions ---- */

static inline void
proof_grow_scope(struct proof_scope *s, bool of_log)
{
	*s = (struct proof_scope){ .is_text = !of_log && proof_chance(45) };
	if (s->is_text)
		return;
	if (!of_log && proof_chance(50)) {
		s->text = (enum proof_text)proof_pick(PROOF_TEXT_COUNT);
		return;
	}
	s->which = (enum proof_which)proof_pick(4);
	if (proof_chance(50))
		s->writers = 1U << proof_pick(3);
	if (s->writers && proof_chance(40))
		s->writers |= 1U << proof_pick(3);
}

static inline size_t
proof_value_count(enum proof_field field)
{
	size_t count = 1;

	for (const char *p = proof_values(field); *p; p++)
		count += *p == '|';
	return count;
}

/* A comparison of a number below most. */
static inline void
proof_grow_compare(struct proof_cond *c, size_t most)
{
	c->op = (enum proof_op)(PROOF_AT_LEAST + proof_pick(5)); /* to EQUAL */
	c->low = (long)proof_pick(most);
	if (c->op == PROOF_LESS)
		c->low++;
}

static inline void
proof_grow_values(struct proof_cond *c, size_t most)
{
	c->op = PROOF_IS;
	c->value_count = 1 + proof_pick(3);
	for (size_t i = 0; i < c->value_count; i++)
		c->values[i] = (long)proof_pick(most);
}

static inline void
proof_grow_fact(struct proof_cond *c)
{
	size_t most;
	bool is_cyclic;

	c->field = (enum proof_field)proof_pick(PROOF_FIELD_COUNT);
	is_cyclic = c->field == PROOF_MONTH || c->field == PROOF_WEEKDAY ||
		    c->field == PROOF_TIME;
	if (proof_chance(12)) {
		c->op = PROOF_KNOWN;
		return;
	}
	if (c->field == PROOF_TIME)
		most = 24L * 60;
	else
		most = proof_values(c->field) ? proof_value_count(c->field) : 5;
	if (c->field == PROOF_TIME || (is_cyclic && proof_chance(50)) ||
	    (!proof_values(c->field) && proof_chance(20))) {
		c->op = PROOF_IN;
		c->low = (long)proof_pick(most);
		c->high = (long)proof_pick(most);
		if (!is_cyclic && c->low > c->high)
			c->high = c->low + 1;
		return;
	}
	if (!proof_values(c->field) && proof_chance(70))
		proof_grow_compare(c, most);
	else
		proof_grow_values(c, most);
}

static inline void
proof_grow_leaf(
    struct proof_set *set, struct proof_cond *c, bool is_flag, size_t which)
{
	if (which < 60) {
		c->kind = PROOF_HAS;
		proof_grow_scope(&c->scope, false);
		c->pattern = proof_grow_pattern(set, 2);
	} else if (which < 70) {
		c->kind = PROOF_NUMBER_OF;
		c->pattern = proof_grow_operand(set);
		proof_grow_compare(c, proof_chance(80) ? 8 : 400);
	} else if (which < 88) {
		c->kind = PROOF_FACT;
		proof_grow_fact(c);
	} else if (which < 92 && !is_flag) {
		c->kind = PROOF_FLAG;
		c->name = proof_pick(PROOF_FLAGS);
	} else if (which < 96) {
		c->kind = PROOF_INSIDE;
		c->name = proof_pick(2);
	} else {
		c->kind = PROOF_DISTANCE;
		c->name = proof_pick(2);
		proof_grow_compare(c, 500);
	}
}

/* A condition; of_turn: what cancels or confirms, words of the log. */
static inline const struct proof_cond *
// NOLINTNEXTLINE(misc-no-recursion): depth counts down
proof_grow_cond(struct proof_set *set, bool is_flag, bool of_turn, int depth)
{
	struct proof_cond *c = arena_alloc(set->arena, 1, sizeof *c);
	size_t which = proof_pick(100);

	if ((depth == 0 || which < 55) && of_turn) {
		c->kind = PROOF_HAS;
		proof_grow_scope(&c->scope, true);
		c->pattern = proof_grow_pattern(set, which < 20 ? 2 : 0);
		return c;
	}
	if (depth == 0 || which < 55) {
		proof_grow_leaf(set, c, is_flag, proof_pick(100));
		return c;
	}
	c->kind = of_turn      ? PROOF_OR
		  : which < 70 ? PROOF_AND
		  : which < 85 ? PROOF_OR
			       : PROOF_NOT;
	c->left = proof_grow_cond(set, is_flag, of_turn, depth - 1);
	if (c->kind != PROOF_NOT)
		c->right = proof_grow_cond(set, is_flag, of_turn, depth - 1);
	return c;
}

/* Another theme: by itself, or with the condition beside it. */
static inline const struct proof_cond *
proof_grow_rival(struct proof_set *set, const struct proof_cond *beside)
{
	struct proof_cond *rival = arena_alloc(set->arena, 1, sizeof *rival);
	struct proof_cond *both = arena_alloc(set->arena, 1, sizeof *both);

	rival->kind = PROOF_RIVAL;
	if (proof_chance(60))
		return rival;
	both->kind = proof_chance(50) ? PROOF_AND : PROOF_OR;
	both->left = rival;
	both->right = beside;
	return both;
}

/* ---- Rules ---- */

static inline void
proof_grow_ground(
    struct proof_set *set, struct proof_rule *r, enum proof_ground_kind kind)
{
	struct proof_ground *g = &r->grounds[r->count++];
	bool of_turn = kind == PROOF_CANCELLED || kind == PROOF_CONFIRMED;

	g->kind = kind;
	g->points = 1 + (int)proof_pick(70);
	g->cap = g->points;
	g->is_each = kind <= PROOF_TAKE && proof_chance(35);
	if (g->is_each && g->points > 25)
		g->points = g->cap = 1 + (int)proof_pick(25);
	if (g->is_each)
		g->cap = g->points + (int)proof_pick(60);
	g->has_reason = proof_chance(20);
	g->cond = proof_grow_cond(set, r->is_flag, of_turn, of_turn ? 1 : 2);
	if (!r->is_flag && (kind == PROOF_TAKE || kind == PROOF_VETO) &&
	    proof_chance(30))
		g->cond = proof_grow_rival(set, g->cond);
}

static inline void
proof_grow_levels(struct proof_rule *r)
{
	int most = 0;

	for (size_t i = 0; i < r->count; i++)
		if (r->grounds[i].kind == PROOF_GIVE)
			most += r->grounds[i].cap;
	if (most > 100)
		most = 100;
	if (most > 60 && proof_chance(60))
		most = 60;
	r->review = 1 + (int)proof_pick((size_t)most);
	if (r->review == most || proof_chance(40)) {
		r->alert = r->review;
		r->review = 0;
	} else if (proof_chance(70)) {
		r->alert =
		    r->review + 1 + (int)proof_pick((size_t)(most - r->review));
	}
}

static inline void
proof_grow_rule(struct proof_set *set, struct proof_rule *r, size_t index)
{
	static const struct {
		enum proof_ground_kind kind;
		unsigned chance;
	} lines[] = { { PROOF_GIVE, 100 }, { PROOF_GIVE, 60 },
		{ PROOF_GIVE, 40 }, { PROOF_TAKE, 30 }, { PROOF_NEED, 15 },
		{ PROOF_VETO, 15 }, { PROOF_CANCELLED, 30 },
		{ PROOF_CONFIRMED, 45 } };
	size_t first = proof_pick(8);

	(void)snprintf(r->name, sizeof r->name, "r%zu", index);
	r->is_flag = index < 2;
	r->is_shadow = proof_chance(12);
	r->subject = proof_pick(r->is_flag ? PROOF_FLAGS : 2);
	/* The lines of a rule may stand in any order. */
	for (size_t i = 0; i < 8; i++) {
		size_t k = (i + first) % 8;

		if (proof_chance(lines[k].chance))
			proof_grow_ground(set, r, lines[k].kind);
	}
	proof_grow_levels(r);
}

/* A rule set with all that is in it; proof_free() ends it. */
static inline struct proof_set *
proof_grow(void)
{
	struct arena *arena = arena_new();
	struct proof_set *set = arena_alloc(arena, 1, sizeof *set);
	size_t lists = 2 + proof_pick(PROOF_LISTS_MAX - 2);
	size_t contexts = proof_pick(PROOF_CONTEXTS_MAX + 1);

	set->arena = arena;
	while (set->list_count < lists) {
		proof_grow_list(set, &set->lists[set->list_count]);
		set->list_count++;
	}
	while (set->context_count < contexts) {
		proof_grow_context(set, &set->contexts[set->context_count],
		    set->context_count);
		set->context_count++;
	}
	while (set->rule_count < PROOF_RULES_MAX) {
		proof_grow_rule(
		    set, &set->rules[set->rule_count], set->rule_count);
		set->rule_count++;
	}
	return set;
}

#endif /* TESTS_PROOF_GROW_H */
