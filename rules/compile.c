/*
 * The compiler.  Terms are shared: a phrase that stands in ten lists is looked
 * for once.  Beside its own spelling a phrase of two or three plain words gets
 * its joined one ("fly tip", "fly-tip" and "flytip").
 *
 * Rules sleep until a word wakes them.  A ground can only be true if one of
 * its lists occurs; of the grounds that give points, as many of the smallest
 * as cannot reach the lowest level together need wake nobody; the lists of the
 * others do (compile_wake.c).
 */
#include "rules/compile.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "rules/compile_private.h"
#include "rules/namemap.h"
#include "rules/terms.h"

/* Shortest joined spelling of a phrase: shorter ones are other words. */
#define JOINED_MIN 5

/* A word of so many letters is found in two pieces of so many at least. */
#define SPLIT_WORD_MIN  6
#define SPLIT_WORD_MAX  20
#define SPLIT_PIECE_MIN 3

/* ---- Helpers ---- */

void
compile_pair(struct compile_pairs *p, uint32_t key, uint32_t value)
{
	struct compile_pair pair = { key, value };

	ENGINE_PUSH(*p, pair);
}

void
compile_index(struct arena *arena, const struct compile_pairs *p, uint32_t keys,
    struct engine_index *out)
{
	out->begin = arena_alloc(arena, (size_t)keys + 2, sizeof(uint32_t));
	out->items = arena_alloc(arena, p->count + 1, sizeof(uint32_t));
	for (size_t i = 0; i < p->count; i++)
		out->begin[p->items[i].key + 2]++;
	for (uint32_t k = 0; k < keys; k++)
		out->begin[k + 2] += out->begin[k + 1];
	for (size_t i = 0; i < p->count; i++)
		out->items[out->begin[p->items[i].key + 1]++] =
		    p->items[i].value;
}

static void *
keep(struct arena *arena, const void *items, size_t count, size_t size)
{
	void *copy = arena_alloc(arena, count + 1, size);

	if (count > 0)
		memcpy(copy, items, count * size);
	return copy;
}

/* ---- Terms ---- */

static uint32_t
word_of(struct compiler *c, const struct term_part *part, int slack)
{
	enum words_kind kind = WORDS_EXACT;

	if (part->kind == TERM_STEM)
		kind = WORDS_STEM;
	else if (slack == 2 && part->word.len >= LIMITS_SLACK2_MIN)
		kind = WORDS_SLACK2;
	else if (slack > 0 && part->word.len >= LIMITS_SLACK1_MIN)
		kind = WORDS_SLACK1;
	return words_add(c->rs->words, kind, part->word);
}

static void
encode(struct compiler *c, const struct term_part *parts, size_t count,
    int slack, uint32_t *out)
{
	for (size_t i = 0; i < count; i++) {
		switch (parts[i].kind) {
		case TERM_WORD:
		case TERM_STEM: out[i] = word_of(c, &parts[i], slack); break;
		case TERM_NUMBER: out[i] = WORDS_NUMBER; break;
		case TERM_ANY: out[i] = ENGINE_PART_ANY; break;
		case TERM_GAP: out[i] = ENGINE_PART_GAP; break;
		}
	}
}

/* The term of these parts: an older one if there is an equal one. */
static uint32_t
share_term(
    struct compiler *c, const struct term_part *parts, size_t count, int slack)
{
	uint32_t codes[LIMITS_PHRASE_WORDS_MAX] = { 0 };
	struct engine_term term = { .count = (uint8_t)count };
	struct str key;
	uint32_t *number;
	const uint32_t *older;

	encode(c, parts, count, slack, codes);
	key = str_make((const char *)codes, count * sizeof codes[0]);
	older = namemap_find(c->terms_by_key, key);
	if (older)
		return *older;
	number = arena_alloc(c->scratch, 1, sizeof *number);
	*number = (uint32_t)c->terms.count;
	(void)namemap_add(c->terms_by_key, arena_str(c->scratch, key), number);
	for (size_t i = 0; i < count; i++)
		term.has_gap = term.has_gap || parts[i].kind == TERM_GAP;
	term.parts = (uint32_t)c->parts.count;
	for (size_t i = 0; i < count; i++)
		ENGINE_PUSH(c->parts, codes[i]);
	ENGINE_PUSH(c->terms, term);
	return *number;
}

/* All words of a phrase written as one; false if it should not be. */
static bool
join_words(struct compiler *c, const struct term_part *parts, size_t count,
    struct term_part *out)
{
	char joined[LIMITS_WORD_MAX];
	size_t len = 0;

	if (count < 2 || count > 3 || terms_length(parts, count) < JOINED_MIN ||
	    terms_length(parts, count) >= LIMITS_WORD_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (parts[i].kind != TERM_WORD &&
		    (parts[i].kind != TERM_STEM || i + 1 < count))
			return false;
		memcpy(joined + len, parts[i].word.p, parts[i].word.len);
		len += parts[i].word.len;
	}
	out->kind = parts[count - 1].kind;
	out->word = arena_str(c->words, str_make(joined, len));
	return true;
}

static bool
is_of_letters(struct str word)
{
	for (size_t i = 0; i < word.len; i++)
		if (word.p[i] < 'a' || word.p[i] > 'z')
			return false;
	return true;
}

/*
 * A word as two, wherever it may be cut: nobody says which way "flytip" is
 * written apart, and what is no word of a text costs nothing there.
 */
static void
add_split_words(
    struct compiler *c, const struct term_part *part, int slack, uint32_t list)
{
	struct str word = part->word;

	if (part->kind != TERM_WORD && part->kind != TERM_STEM)
		return;
	if (slack > 0 || word.len < SPLIT_WORD_MIN ||
	    word.len > SPLIT_WORD_MAX || !is_of_letters(word))
		return;
	for (size_t i = SPLIT_PIECE_MIN; i + SPLIT_PIECE_MIN <= word.len; i++) {
		const struct term_part two[] = {
			{ TERM_WORD, str_make(word.p, i) },
			{ part->kind, str_make(word.p + i, word.len - i) },
		};

		compile_pair(&c->term_lists, share_term(c, two, 2, 0), list);
	}
}

/* "25" in two words, or "twenty five" as one; false if part at is neither. */
static bool
respell_number(struct compiler *c, const struct term_part *parts, size_t count,
    size_t at, struct term_part *out, size_t *out_count)
{
	long n =
	    parts[at].kind == TERM_WORD ? words_number(parts[at].word) : -1;
	long unit = at + 1 < count && parts[at + 1].kind == TERM_WORD
			? words_number(parts[at + 1].word)
			: -1;
	bool tens = n >= 20 && n < 100 && n % 10 == 0 && unit > 0 && unit < 10;
	bool one = n > 20 && n < 100 && n % 10 != 0;
	size_t k = 0;

	if ((!tens && !one) || (one && count == LIMITS_PHRASE_WORDS_MAX))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (i != at) {
			out[k++] = parts[i];
			continue;
		}
		out[k].kind = TERM_WORD;
		if (tens) {
			out[k++].word = arena_strf(c->words, "%ld", n + unit);
			i++;
			continue;
		}
		out[k++].word = words_of_number(n / 10 * 10);
		out[k].kind = TERM_WORD;
		out[k++].word = words_of_number(n % 10);
	}
	*out_count = k;
	return true;
}

/* The first number of a phrase that is written in two ways, the other way. */
static void
add_respelt(struct compiler *c, const struct ast_term *t,
    const struct term_part *parts, size_t count, uint32_t list)
{
	struct term_part other[LIMITS_PHRASE_WORDS_MAX];
	size_t other_count;

	for (size_t i = 0; i < count; i++)
		if (respell_number(c, parts, count, i, other, &other_count)) {
			compile_pair(&c->term_lists,
			    share_term(c, other, other_count, t->slack), list);
			return;
		}
}

static void
add_term(struct compiler *c, const struct ast_term *t, uint32_t list,
    bool with_splits)
{
	struct term_part parts[LIMITS_PHRASE_WORDS_MAX];
	struct term_part joined;
	size_t count;
	enum terms_fault fault = terms_split(c->words, t->text, parts, &count);

	CHECK(fault == TERMS_FINE);
	compile_pair(
	    &c->term_lists, share_term(c, parts, count, t->slack), list);
	add_respelt(c, t, parts, count, list);
	if (count == 1 && with_splits)
		add_split_words(c, &parts[0], t->slack, list);
	if (join_words(c, parts, count, &joined))
		compile_pair(
		    &c->term_lists, share_term(c, &joined, 1, t->slack), list);
	arena_reset(c->words);
}

/* ---- Lists ---- */

/* Fill the row of one list with its terms, or only with its exceptions. */
static void
fill_list(struct compiler *c, const struct ast_list *l, uint32_t index,
    bool exceptions, bool with_splits)
{
	struct engine_list row = { (uint32_t)c->subs.count, 0, ENGINE_NONE };

	for (const struct ast_term *t = l->terms; t; t = t->next) {
		if (t->is_exception != exceptions)
			continue;
		if (!t->is_list) {
			add_term(c, t, index, with_splits);
			continue;
		}
		ENGINE_PUSH(c->subs, t->list->index);
		row.sub_count++;
	}
	c->rs->lists[index] = row;
}

static bool
has_exceptions(const struct ast_list *l)
{
	for (const struct ast_term *t = l->terms; t; t = t->next)
		if (t->is_exception)
			return true;
	return false;
}

/*
 * By its number, is a list, or one with the same words, named by more than
 * weighs?  Theirs are thousands of words, of each of which a misspelling counts
 * little: they are not looked for in two pieces.
 */
static bool *
find_told(struct compiler *c)
{
	bool *told =
	    arena_alloc(c->scratch, c->ast->list_count + 1, sizeof *told);

	for (const struct ast_list *l = c->ast->lists; l; l = l->next)
		told[l->index] =
		    told[l->index] || l->is_told || !str_is_given(l->name);
	return told;
}

static void
compile_lists(struct compiler *c)
{
	const bool *told = find_told(c);
	uint32_t extra = (uint32_t)c->ast->list_count;
	uint32_t next = 0;

	c->rs->lists = arena_alloc(
	    c->rs->arena, c->ast->list_count * 2, sizeof *c->rs->lists);
	for (const struct ast_list *l = c->ast->lists; l; l = l->next) {
		/* A list written twice is filled once (check.c). */
		if (l->index < next)
			continue;
		next = l->index + 1;
		fill_list(c, l, l->index, false, told[l->index]);
		if (!has_exceptions(l))
			continue;
		fill_list(c, l, extra, true, told[l->index]);
		c->rs->lists[l->index].except = extra++;
	}
	c->rs->list_count = extra;
	c->rs->subs = keep(
	    c->rs->arena, c->subs.items, c->subs.count, sizeof *c->subs.items);
}

static void
compile_contexts(struct compiler *c)
{
	struct ruleset *rs = c->rs;
	size_t count = 0;

	for (const struct ast_context *x = c->ast->contexts; x; x = x->next)
		for (const struct ast_mark *m = x->marks; m; m = m->next)
			count++;
	rs->marks = arena_alloc(rs->arena, count + 1, sizeof *rs->marks);
	for (const struct ast_context *x = c->ast->contexts; x; x = x->next) {
		uint16_t bit = (uint16_t)(1U << x->index);
		uint32_t until = ENGINE_NONE;

		rs->contexts = (uint16_t)(rs->contexts | bit);
		if (x->is_lifted)
			rs->lifted = (uint16_t)(rs->lifted | bit);
		if (x->of_questions)
			rs->questions = (uint16_t)(rs->questions | bit);
		for (const struct ast_mark *m = x->marks; m; m = m->next)
			if (m->reach == AST_REACH_UNTIL)
				until = m->list->index;
		for (const struct ast_mark *m = x->marks; m; m = m->next)
			if (m->reach != AST_REACH_UNTIL)
				rs->marks[rs->mark_count++] =
				    (struct engine_mark){ m->reach,
					    (uint32_t)m->words, m->list->index,
					    until, bit };
	}
}

/* ---- Scopes and patterns ---- */

static uint32_t
writer_of(struct compiler *c, struct str name)
{
	uint32_t i = 0;

	while (i < c->writers.count && !str_is_equal(c->writers.items[i], name))
		i++;
	if (i == c->writers.count)
		ENGINE_PUSH(c->writers, name);
	return 1U << i;
}

static uint32_t
scope_of(struct compiler *c, const struct ast_scope *scope)
{
	struct engine_scope row = { .texts = scope->texts,
		.only_first = scope->only_first,
		.only_last = scope->only_last };

	for (const struct ast_name *n = scope->by; n; n = n->next)
		row.writers |= writer_of(c, n->text);
	c->rs->texts |= scope->texts;
	for (uint32_t i = 0; i < c->scopes.count; i++) {
		const struct engine_scope *s = &c->scopes.items[i];

		if (s->texts == row.texts && s->writers == row.writers &&
		    s->only_first == row.only_first &&
		    s->only_last == row.only_last)
			return i;
	}
	ENGINE_PUSH(c->scopes, row);
	return (uint32_t)c->scopes.count - 1;
}

static uint16_t
context_bits(const struct compiler *c, const struct ast_name *names)
{
	unsigned bits = 0;

	for (; names; names = names->next)
		for (const struct ast_context *x = c->ast->contexts; x;
		     x = x->next)
			if (str_is_equal(x->name.text, names->text))
				bits |= 1U << x->index;
	return (uint16_t)bits;
}

/* Append n and what is below it; returns its place in the pattern. */
static uint32_t
// NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth
add_node(struct compiler *c, const struct ast_pattern *n, uint32_t scope,
    size_t base)
{
	struct engine_node node = { .kind = n->kind,
		.join = n->join,
		.is_negated = n->is_negated,
		.words = (uint32_t)n->words,
		.list = ENGINE_NONE,
		.scope = scope };

	if (n->kind == AST_PATTERN_LIST) {
		unsigned even = context_bits(c, n->contexts.even);

		node.list = n->list->index;
		node.require = context_bits(c, n->contexts.only);
		node.exclude = n->contexts.any || node.require
				   ? 0
				   : (uint16_t)(c->rs->contexts & ~even);
	} else {
		node.left = add_node(c, n->left, scope, base);
		node.right = add_node(c, n->right, scope, base);
	}
	ENGINE_PUSH(c->nodes, node);
	return (uint32_t)(c->nodes.count - 1 - base);
}

static uint32_t
add_pattern(struct compiler *c, const struct ast_cond *cond)
{
	struct engine_pattern p = { .nodes = (uint32_t)c->nodes.count };

	(void)add_node(
	    c, cond->pattern, scope_of(c, &cond->scope), c->nodes.count);
	p.count = (uint32_t)c->nodes.count - p.nodes;
	ENGINE_PUSH(c->patterns, p);
	return (uint32_t)c->patterns.count - 1;
}

/* ---- Conditions ---- */

/* The number of a layer, added if it is new; check.c bounds how many. */
static uint32_t
layer_of(struct ruleset *rs, struct str name)
{
	uint32_t i = 0;

	while (i < rs->layer_count && !str_is_equal(rs->layers[i], name))
		i++;
	if (i == rs->layer_count) {
		CHECK(i < LIMITS_LAYERS_MAX);
		rs->layers[rs->layer_count++] = name;
	}
	return i;
}

static void
add_leaf(struct compiler *c, const struct ast_cond *n)
{
	struct engine_op op = { .fact = n->fact,
		.low = (int32_t)n->low,
		.high = (int32_t)n->high,
		.mask = n->mask,
		.span = n->span };

	if (n->kind == AST_COND_FACT) {
		op.code = ENGINE_FACT;
		op.a = n->field;
		c->rs->facts |= 1U << n->field;
	} else if (n->kind == AST_COND_INSIDE || n->kind == AST_COND_DISTANCE) {
		op.code = n->kind == AST_COND_INSIDE ? ENGINE_INSIDE
						     : ENGINE_DISTANCE;
		op.a = layer_of(c->rs, n->layer.text);
	} else if (n->kind == AST_COND_FLAG) {
		op.code = ENGINE_FLAG;
		op.a = (uint32_t)check_flag_find(n->flag.text);
	} else if (n->kind == AST_COND_RIVAL) {
		op.code = ENGINE_RIVAL;
		c->rs->asks_rivals = true;
	} else {
		op.code =
		    n->kind == AST_COND_TEXT ? ENGINE_TEXT : ENGINE_NUMBER;
		op.a = add_pattern(c, n);
	}
	ENGINE_PUSH(c->ops, op);
}

static void
// NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth of brackets
add_cond(struct compiler *c, const struct ast_cond *n)
{
	struct engine_op op = { .span = n->span };
	size_t skip;

	switch (n->kind) {
	case AST_COND_TEXT:
	case AST_COND_FACT:
	case AST_COND_NUMBER:
	case AST_COND_INSIDE:
	case AST_COND_DISTANCE:
	case AST_COND_FLAG:
	case AST_COND_RIVAL: add_leaf(c, n); return;
	case AST_COND_NOT:
		add_cond(c, n->left);
		op.code = ENGINE_NOT;
		break;
	case AST_COND_OR:
		add_cond(c, n->left);
		add_cond(c, n->right);
		op.code = ENGINE_OR;
		break;
	case AST_COND_AND:
		add_cond(c, n->left);
		op.code = ENGINE_SKIP;
		skip = c->ops.count;
		ENGINE_PUSH(c->ops, op);
		add_cond(c, n->right);
		op.code = ENGINE_AND;
		c->ops.items[skip].a = (uint32_t)(c->ops.count - skip);
		break;
	}
	ENGINE_PUSH(c->ops, op);
}

/* ---- Rules ---- */

static int
compare_str(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static void
compile_themes(struct compiler *c)
{
	struct ruleset *rs = c->rs;
	size_t count = 0;

	for (const struct ast_name *t = c->ast->themes; t; t = t->next)
		count++;
	rs->themes = arena_alloc(rs->arena, count + 1, sizeof *rs->themes);
	for (const struct ast_name *t = c->ast->themes; t; t = t->next)
		rs->themes[rs->theme_count++] = t->text;
	qsort(rs->themes, count, sizeof *rs->themes, compare_str);
	count = 0;
	for (uint32_t i = 0; i < rs->theme_count; i++)
		if (i == 0 ||
		    !str_is_equal(rs->themes[i], rs->themes[count - 1]))
			rs->themes[count++] = rs->themes[i];
	rs->theme_count = (uint32_t)count;
}

static int
theme_of(const struct ruleset *rs, struct str name)
{
	for (uint32_t i = 0; i < rs->theme_count; i++)
		if (str_is_equal(rs->themes[i], name))
			return (int)i;
	return -1;
}

static void
add_ground(struct compiler *c, const struct ast_ground *g)
{
	struct engine_ground row = { .kind = g->kind,
		.points = (int)g->points,
		.cap = (int)g->cap,
		.is_each = g->is_each,
		.is_weighed = g->is_weighed,
		.ops = (uint32_t)c->ops.count,
		.why = g->why,
		.span = g->span };

	add_cond(c, g->cond);
	row.op_count = (uint32_t)c->ops.count - row.ops;
	ENGINE_PUSH(c->grounds, row);
}

static void
add_rule(struct compiler *c, const struct ast_rule *r)
{
	struct engine_rule row = { .name = r->name.text,
		.title = r->title,
		.theme = theme_of(c->rs, r->theme.text),
		.flag = str_is_given(r->flag.text)
			    ? check_flag_find(r->flag.text)
			    : -1,
		.is_shadow = r->is_shadow,
		.alert = r->alert ? (int)r->alert : LIMITS_POINTS_MAX + 1,
		.review = (int)(r->review ? r->review : r->alert),
		.grounds = (uint32_t)c->grounds.count,
		.ground_count = (uint32_t)r->ground_count,
		.span = r->name.span };

	for (const struct ast_ground *g = r->grounds; g; g = g->next) {
		add_ground(c, g);
		row.has_turns = row.has_turns || g->kind == AST_CANCEL ||
				g->kind == AST_CONFIRM;
	}
	if (row.flag == CHECK_FLAG_RURAL && !row.is_shadow)
		c->rs->knows_rural = true;
	if (row.flag == CHECK_FLAG_CRIME && !row.is_shadow)
		c->rs->knows_crime = true;
	c->rs->rules[c->rs->rule_count++] = row;
}

static void
compile_rules(struct compiler *c)
{
	struct ruleset *rs = c->rs;
	struct arena *a = rs->arena;

	rs->rules = arena_alloc(a, c->ast->rule_count + 1, sizeof *rs->rules);
	rs->layers = arena_alloc(a, LIMITS_LAYERS_MAX, sizeof *rs->layers);
	for (const struct ast_rule *r = c->ast->rules; r; r = r->next)
		add_rule(c, r);
	rs->scopes =
	    keep(a, c->scopes.items, c->scopes.count, sizeof *c->scopes.items);
	rs->writers = keep(
	    a, c->writers.items, c->writers.count, sizeof *c->writers.items);
	rs->writer_count = (uint32_t)c->writers.count;
	rs->nodes =
	    keep(a, c->nodes.items, c->nodes.count, sizeof *c->nodes.items);
	rs->patterns = keep(
	    a, c->patterns.items, c->patterns.count, sizeof *c->patterns.items);
	rs->ops = keep(a, c->ops.items, c->ops.count, sizeof *c->ops.items);
	rs->ground_count = (uint32_t)c->grounds.count;
	rs->grounds = keep(
	    a, c->grounds.items, c->grounds.count, sizeof *c->grounds.items);
}

/*
 * The part that makes the matcher look at a term: a word that few phrases
 * have, for words like "the" are in many; of two, the longer one.
 */
static uint8_t
choose_anchor(
    const struct compiler *c, const struct engine_term *t, const uint32_t *uses)
{
	const uint32_t *parts = c->parts.items + t->parts;
	uint8_t best = 0;

	for (uint8_t i = 1; i < t->count && !t->has_gap; i++) {
		if (parts[i] == WORDS_NUMBER || parts[i] == ENGINE_PART_ANY)
			continue;
		if (parts[best] == WORDS_NUMBER ||
		    uses[parts[i]] < uses[parts[best]] ||
		    (uses[parts[i]] == uses[parts[best]] &&
			words_text(c->rs->words, parts[i]).len >
			    words_text(c->rs->words, parts[best]).len))
			best = i;
	}
	return best;
}

static void
choose_anchors(struct compiler *c)
{
	uint32_t *uses =
	    arena_alloc(c->scratch, words_count(c->rs->words), sizeof *uses);

	for (size_t i = 0; i < c->parts.count; i++)
		if (c->parts.items[i] < words_count(c->rs->words))
			uses[c->parts.items[i]]++;
	for (uint32_t i = 0; i < c->terms.count; i++) {
		struct engine_term *t = &c->terms.items[i];

		t->anchor = choose_anchor(c, t, uses);
		compile_pair(
		    &c->anchors, c->parts.items[t->parts + t->anchor], i);
	}
}

/* Part i of a term, if it is a word; NONE if not, or beyond its ends. */
static uint32_t
word_at(const struct compiler *c, const struct engine_term *t, int i)
{
	uint32_t part;

	if (i < 0 || i >= t->count)
		return ENGINE_NONE;
	part = c->parts.items[t->parts + (uint32_t)i];
	return part == ENGINE_PART_ANY || part == ENGINE_PART_GAP ? ENGINE_NONE
								  : part;
}

/* Note what stands beside each anchor, where the matcher goes along them. */
static void
note_besides(struct compiler *c)
{
	struct ruleset *rs = c->rs;

	rs->beside =
	    arena_alloc(rs->arena, c->anchors.count + 1, sizeof *rs->beside);
	for (size_t i = 0; i < c->anchors.count; i++) {
		const struct engine_term *t = &rs->terms[rs->anchors.items[i]];

		rs->beside[i].before = word_at(c, t, t->anchor - 1);
		rs->beside[i].after = word_at(c, t, t->anchor + 1);
	}
}

static void
freeze(struct compiler *c)
{
	struct ruleset *rs = c->rs;

	choose_anchors(c);
	words_freeze(rs->words);
	rs->term_count = (uint32_t)c->terms.count;
	rs->terms =
	    keep(rs->arena, c->terms.items, c->terms.count, sizeof *rs->terms);
	rs->parts =
	    keep(rs->arena, c->parts.items, c->parts.count, sizeof *rs->parts);
	compile_index(
	    rs->arena, &c->anchors, words_count(rs->words), &rs->anchors);
	note_besides(c);
	compile_index(
	    rs->arena, &c->term_lists, rs->term_count, &rs->term_lists);
}

static void
release(struct compiler *c)
{
	free(c->terms.items);
	free(c->parts.items);
	free(c->subs.items);
	free(c->scopes.items);
	free(c->writers.items);
	free(c->nodes.items);
	free(c->patterns.items);
	free(c->ops.items);
	free(c->grounds.items);
	free(c->anchors.items);
	free(c->term_lists.items);
	arena_free(&c->scratch);
	arena_free(&c->words);
}

void
compile_all(struct ruleset *rs, const struct ast *ast)
{
	struct compiler c = { .rs = rs,
		.ast = ast,
		.scratch = arena_new(),
		.words = arena_new() };

	rs->ast = ast;
	rs->words = words_new();
	c.terms_by_key = namemap_new(c.scratch, 0);
	compile_themes(&c);
	compile_lists(&c);
	compile_contexts(&c);
	compile_rules(&c);
	compile_series(rs, ast);
	freeze(&c);
	compile_wakes(rs, ast);
	release(&c);
}
