/*
 * Lists are gathered when a rule first asks for them and kept for the
 * incident; patterns are worked out bottom-up, node after node.
 */
#include "rules/occurs.h"

#include <string.h>

#include "agent/base/alloc.h"
#include "rules/fold.h"
#include "rules/limits.h"

static int
compare(const struct engine_occur *a, const struct engine_occur *b)
{
	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return a->last < b->last ? -1 : a->last > b->last;
}

/*
 * Sort in place: what comes here is nearly sorted, no occurrence is farther
 * from its place than a phrase or a "near" is long.
 */
static void
sort_run(struct engine_occur *items, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++) {
		struct engine_occur item = items[i];
		uint32_t k = i;

		for (; k > 0 && compare(&items[k - 1], &item) > 0; k--)
			items[k] = items[k - 1];
		items[k] = item;
	}
}

/* Leave out repeats of a sorted run; returns its new length. */
static uint32_t
drop_repeats(struct engine_occur *items, uint32_t count)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < count; i++)
		if (n == 0 || compare(&items[n - 1], &items[i]) != 0)
			items[n++] = items[i];
	return n;
}

/* ---- Lists ---- */

static struct engine_run
gather_own(struct rules_scratch *s, uint32_t list)
{
	const struct engine_found *found = &s->lists[list];
	struct engine_run run = { (uint32_t)s->list_pool.count, 0 };
	struct engine_occur *items;

	if (found->stamp != s->stamp)
		return run;
	ENGINE_RESERVE(s->list_pool, found->count);
	items = s->list_pool.items + run.begin;
	for (uint32_t h = found->head; h != ENGINE_NONE;
	     h = s->hits.items[h].next)
		items[run.count++] =
		    (struct engine_occur){ s->hits.items[h].first,
			    s->hits.items[h].last, ENGINE_NONE, ENGINE_NONE };
	sort_run(items, run.count);
	run.count = drop_repeats(items, run.count);
	s->list_pool.count += run.count;
	return run;
}

/* Two runs of the list pool as one, at the pool's end. */
static struct engine_run
merge(struct rules_scratch *s, struct engine_run a, struct engine_run b)
{
	struct engine_run out = { (uint32_t)s->list_pool.count, 0 };
	struct engine_occur *pool;
	uint32_t i = 0;
	uint32_t k = 0;

	if (a.count == 0 || b.count == 0)
		return a.count == 0 ? b : a;
	ENGINE_RESERVE(s->list_pool, a.count + b.count);
	pool = s->list_pool.items;
	while (i < a.count || k < b.count) {
		const struct engine_occur *x = &pool[a.begin + i];
		const struct engine_occur *y = &pool[b.begin + k];
		int order = i == a.count   ? 1
			    : k == b.count ? -1
					   : compare(x, y);

		pool[out.begin + out.count++] = order <= 0 ? *x : *y;
		i += order <= 0;
		k += order >= 0;
	}
	s->list_pool.count += out.count;
	return out;
}

/* Longest passage of one term, in tokens. */
#define TERM_SPAN_MAX (LIMITS_PHRASE_WORDS_MAX * (LIMITS_GAP_WORDS + 1))

static bool
is_spoilt(const struct engine_occur *o, const struct engine_occur *except,
    uint32_t count, uint32_t *from)
{
	while (*from < count && except[*from].first + TERM_SPAN_MAX < o->first)
		(*from)++;
	for (uint32_t i = *from; i < count && except[i].first <= o->last; i++)
		if (except[i].last >= o->first)
			return true;
	return false;
}

/* Leave out what overlaps an exception. */
static struct engine_run
subtract(struct rules_scratch *s, struct engine_run a, struct engine_run except)
{
	struct engine_run out = { (uint32_t)s->list_pool.count, 0 };
	struct engine_occur *pool;
	uint32_t from = 0;

	if (a.count == 0 || except.count == 0)
		return a;
	ENGINE_RESERVE(s->list_pool, a.count);
	pool = s->list_pool.items;
	for (uint32_t i = 0; i < a.count; i++)
		if (!is_spoilt(&pool[a.begin + i], pool + except.begin,
			except.count, &from))
			pool[out.begin + out.count++] = pool[a.begin + i];
	s->list_pool.count += out.count;
	return out;
}

struct engine_run
// NOLINTNEXTLINE(misc-no-recursion): lists are at most 16 deep
occurs_list(const struct ruleset *rs, struct rules_scratch *s, uint32_t list)
{
	const struct engine_list *l = &rs->lists[list];
	struct engine_run run;

	if (s->lists[list].run_stamp == s->stamp)
		return s->lists[list].run;
	run = gather_own(s, list);
	for (uint32_t i = 0; i < l->sub_count; i++)
		run = merge(s, run, occurs_list(rs, s, rs->subs[l->subs + i]));
	if (l->except != ENGINE_NONE && run.count > 0)
		run = subtract(s, run, occurs_list(rs, s, l->except));
	s->lists[list].run_stamp = s->stamp;
	s->lists[list].run = run;
	return run;
}

/* ---- Contexts ---- */

/* Does an occurrence of the run begin at token at? */
static bool
begins_at(const struct rules_scratch *s, struct engine_run run, uint32_t at)
{
	const struct engine_occur *items = s->list_pool.items + run.begin;
	uint32_t low = 0;
	uint32_t high = run.count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (items[mid].first < at)
			low = mid + 1;
		else
			high = mid;
	}
	return low < run.count && items[low].first == at;
}

static void
mark_range(struct rules_scratch *s, uint32_t begin, uint32_t end, uint16_t bit)
{
	for (uint32_t i = begin; i < end; i++)
		s->contexts.items[i] = (uint16_t)(s->contexts.items[i] | bit);
}

static void
mark_next(struct rules_scratch *s, const struct engine_mark *m,
    struct engine_run until, uint32_t last)
{
	uint32_t clause = s->tokens.items[last].clause;

	for (uint32_t i = last + 1; i <= last + m->words; i++) {
		if (i >= s->tokens.count ||
		    s->tokens.items[i].clause != clause ||
		    begins_at(s, until, i))
			return;
		mark_range(s, i, i + 1, m->bit);
	}
}

static void
mark_previous(struct rules_scratch *s, const struct engine_mark *m,
    struct engine_run until, uint32_t first)
{
	uint32_t clause = s->tokens.items[first].clause;

	for (uint32_t i = first; i > 0 && first - i < m->words; i--) {
		if (s->tokens.items[i - 1].clause != clause ||
		    begins_at(s, until, i - 1))
			return;
		mark_range(s, i - 1, i, m->bit);
	}
}

/* What numbers the stretch that a reach covers. */
static uint32_t
stretch_of(const struct engine_token *t, enum ast_reach reach)
{
	return reach == AST_REACH_CLAUSE     ? t->clause
	       : reach == AST_REACH_SENTENCE ? t->sentence
					     : t->entry;
}

/* The whole clause, sentence or entry around token at; returns its end. */
static uint32_t
mark_stretch(
    struct rules_scratch *s, enum ast_reach reach, uint16_t bit, uint32_t at)
{
	uint32_t which = stretch_of(&s->tokens.items[at], reach);
	uint32_t begin = at;
	uint32_t end = at + 1;

	while (begin > 0 &&
	       stretch_of(&s->tokens.items[begin - 1], reach) == which)
		begin--;
	while (end < s->tokens.count &&
	       stretch_of(&s->tokens.items[end], reach) == which)
		end++;
	mark_range(s, begin, end, bit);
	return end;
}

/* All entries of the log before the last marker's. */
static void
mark_earlier(struct rules_scratch *s, struct engine_run run, uint16_t bit)
{
	for (uint32_t i = run.count; i > 0; i--) {
		uint32_t first = s->list_pool.items[run.begin + i - 1].first;
		const struct engine_entry *e =
		    &s->entries.items[s->tokens.items[first].entry];

		if (e->text != FIELD_TEXT_LOG)
			continue;
		mark_range(s, 0, e->tokens, bit);
		return;
	}
}

static bool
has_common_id(const struct rules_scratch *s, uint32_t a, uint32_t b)
{
	const uint32_t *x = s->ids.items + s->tokens.items[a].ids;
	const uint32_t *y = s->ids.items + s->tokens.items[b].ids;

	for (uint32_t i = 1; i <= x[0]; i++)
		for (uint32_t k = 1; k <= y[0]; k++)
			if (x[i] == y[k] && x[i] != WORDS_NUMBER)
				return true;
	return false;
}

static void
fold_token(const struct rules_scratch *s, uint32_t at, struct fold *f)
{
	const struct engine_token *t = &s->tokens.items[at];

	fold_init(f, str_make(s->entries.items[t->entry].content.p + t->start,
			 t->end - t->start));
	(void)fold_next(f);
}

/* Do two tokens say the same, one of them perhaps in the plural? */
static bool
is_same_word(const struct rules_scratch *s, uint32_t a, uint32_t b)
{
	struct fold x;
	struct fold y;
	size_t len;

	if (has_common_id(s, a, b))
		return true;
	fold_token(s, a, &x);
	fold_token(s, b, &y);
	len = x.word_len < y.word_len ? x.word_len : y.word_len;
	if (memcmp(x.word, y.word, len) != 0)
		return false;
	return x.word_len == y.word_len ||
	       (x.word_len == len + 1 && x.word[len] == 's') ||
	       (y.word_len == len + 1 && y.word[len] == 's');
}

/* Mark the word at token at in all entries of the log before its own. */
static void
correct_word(struct rules_scratch *s, uint32_t at, uint16_t bit)
{
	uint32_t end = s->entries.items[s->tokens.items[at].entry].tokens;

	for (uint32_t i = 0; i < end; i++)
		if (s->tokens.items[i].ids && is_same_word(s, i, at))
			mark_range(s, i, i + 1, bit);
}

/*
 * "Correction, it was a deer not a hare": what the context marks in the
 * sentence of a correction and the next one, it marks in earlier entries.
 */
static void
apply_corrections(const struct ruleset *rs, struct rules_scratch *s,
    const struct engine_mark *m)
{
	struct engine_run run = occurs_list(rs, s, m->list);

	for (uint32_t i = 0; i < run.count; i++) {
		struct engine_occur o = s->list_pool.items[run.begin + i];
		const struct engine_token *t = &s->tokens.items[o.first];
		const struct engine_entry *e = &s->entries.items[t->entry];

		if (e->text != FIELD_TEXT_LOG)
			continue;
		for (uint32_t k = e->tokens; k < e->token_end; k++) {
			uint32_t sentence = s->tokens.items[k].sentence;

			if ((sentence == t->sentence ||
				sentence == t->sentence + 1) &&
			    (s->contexts.items[k] & m->bit))
				correct_word(s, k, m->bit);
		}
	}
}

static void
apply_mark(const struct ruleset *rs, struct rules_scratch *s,
    const struct engine_mark *m)
{
	struct engine_run run = occurs_list(rs, s, m->list);
	struct engine_run until = { 0, 0 };
	uint32_t done = 0;

	if (run.count > 0 && m->until != ENGINE_NONE)
		until = occurs_list(rs, s, m->until);
	if (m->reach == AST_REACH_EARLIER)
		mark_earlier(s, run, m->bit);
	for (uint32_t i = 0; i < run.count; i++) {
		struct engine_occur o = s->list_pool.items[run.begin + i];

		switch (m->reach) {
		case AST_REACH_ITSELF:
			mark_range(s, o.first, o.last + 1, m->bit);
			break;
		case AST_REACH_NEXT: mark_next(s, m, until, o.last); break;
		case AST_REACH_PREVIOUS:
			mark_previous(s, m, until, o.first);
			break;
		case AST_REACH_CLAUSE:
		case AST_REACH_SENTENCE:
		case AST_REACH_ENTRY:
			if (o.first >= done)
				done =
				    mark_stretch(s, m->reach, m->bit, o.first);
			break;
		case AST_REACH_EARLIER:
		case AST_REACH_CORRECTIONS:
		case AST_REACH_UNTIL: break;
		}
	}
}

void
occurs_mark_contexts(const struct ruleset *rs, struct rules_scratch *s)
{
	if (s->has_contexts)
		return;
	s->has_contexts = true;
	s->contexts.count = 0;
	ENGINE_RESERVE(s->contexts, s->tokens.count + 1);
	memset(s->contexts.items, 0,
	    (s->tokens.count + 1) * sizeof *s->contexts.items);
	for (uint32_t i = 0; i < rs->mark_count; i++)
		apply_mark(rs, s, &rs->marks[i]);
	for (size_t i = 0; rs->questions && i < s->questions.count; i++)
		(void)mark_stretch(s, AST_REACH_SENTENCE, rs->questions,
		    s->questions.items[i]);
	/* Last: they carry what is marked. */
	for (uint32_t i = 0; i < rs->mark_count; i++)
		if (rs->marks[i].reach == AST_REACH_CORRECTIONS)
			apply_corrections(rs, s, &rs->marks[i]);
}

/* ---- Patterns ---- */

/* Has a later entry of the log cancelled what stands in entry e? */
static bool
is_cancelled(const struct rules_scratch *s, const struct engine_entry *e)
{
	/* The call type was picked when the log began. */
	if (e->text == FIELD_TEXT_OPENING)
		return s->cancelled > 0;
	return e->text == FIELD_TEXT_LOG &&
	       (uint32_t)e->log_index < s->cancelled;
}

/* The contexts in which an occurrence in e does not count. */
static uint16_t
excluded_in(const struct ruleset *rs, const struct rules_scratch *s,
    const struct engine_node *n, const struct engine_entry *e)
{
	if (e->text == FIELD_TEXT_LOG && (uint32_t)e->log_index < s->confirmed)
		return (uint16_t)(n->exclude & ~rs->lifted);
	return n->exclude;
}

bool
occurs_is_cancelled(const struct rules_scratch *s, uint32_t token)
{
	return is_cancelled(s, &s->entries.items[s->tokens.items[token].entry]);
}

/* Where the words of a list stand, less those that scope and contexts bar. */
struct engine_run
occurs_node(const struct ruleset *rs, struct rules_scratch *s,
    const struct engine_node *n)
{
	struct engine_run list = occurs_list(rs, s, n->list);
	const struct engine_scope *scope = &rs->scopes[n->scope];
	struct engine_run out = { (uint32_t)s->work.count, 0 };

	ENGINE_RESERVE(s->work, list.count);
	for (uint32_t i = 0; i < list.count; i++) {
		const struct engine_occur *o =
		    &s->list_pool.items[list.begin + i];
		const struct engine_entry *e =
		    &s->entries.items[s->tokens.items[o->first].entry];
		/* A phrase's own "no" denies only what follows it. */
		uint16_t contexts = s->contexts.items[o->first];

		if (!(scope->texts >> e->text & 1U) ||
		    (scope->only_first && !e->is_first) ||
		    (scope->only_last && !e->is_last) ||
		    (scope->writers && !(scope->writers & e->writers)) ||
		    is_cancelled(s, e) ||
		    (contexts & excluded_in(rs, s, n, e)) ||
		    (n->require && !(contexts & n->require)))
			continue;
		s->work.items[out.begin + out.count++] = *o;
	}
	s->work.count += out.count;
	return out;
}

static struct engine_run
run_union(struct rules_scratch *s, struct engine_run a, struct engine_run b)
{
	struct engine_run out = { (uint32_t)s->work.count, 0 };
	struct engine_occur *pool;
	uint32_t i = 0;
	uint32_t k = 0;

	ENGINE_RESERVE(s->work, a.count + b.count);
	pool = s->work.items;
	while (i < a.count || k < b.count) {
		const struct engine_occur *x = &pool[a.begin + i];
		const struct engine_occur *y = &pool[b.begin + k];
		int order = i == a.count   ? 1
			    : k == b.count ? -1
					   : compare(x, y);

		pool[out.begin + out.count++] = order <= 0 ? *x : *y;
		i += order <= 0;
		k += order >= 0;
	}
	s->work.count += out.count;
	return out;
}

/* Two patterns while they are joined. */
struct joiner {
	struct rules_scratch *s;
	const struct engine_node *node;
	struct engine_run left, right;
	const uint32_t *by_last; /* right's, sorted by last; NULL: as it is */
};

static const struct engine_occur *
right_at(const struct joiner *j, uint32_t i)
{
	return &j->s->work.items[j->right.begin + i];
}

/* Make right's order by last token, if it is not that already. */
static void
order_right(struct joiner *j)
{
	uint32_t *order;
	bool sorted = true;

	for (uint32_t i = 1; i < j->right.count && sorted; i++)
		sorted = right_at(j, i - 1)->last <= right_at(j, i)->last;
	if (sorted)
		return;
	j->s->order.count = 0;
	ENGINE_RESERVE(j->s->order, j->right.count);
	order = j->s->order.items;
	for (uint32_t i = 0; i < j->right.count; i++) {
		uint32_t k = i;

		for (; k > 0 &&
		       right_at(j, order[k - 1])->last > right_at(j, i)->last;
		     k--)
			order[k] = order[k - 1];
		order[k] = i;
	}
	j->by_last = order;
}

/* The first of right that begins after token at, or NONE. */
static uint32_t
find_next(const struct joiner *j, uint32_t at)
{
	uint32_t low = 0;
	uint32_t high = j->right.count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (right_at(j, mid)->first <= at)
			low = mid + 1;
		else
			high = mid;
	}
	return low < j->right.count ? low : ENGINE_NONE;
}

/* The one of right that ends last before token at, or NONE. */
static uint32_t
find_previous(const struct joiner *j, uint32_t at)
{
	uint32_t low = 0;
	uint32_t high = j->right.count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		uint32_t i = j->by_last ? j->by_last[mid] : mid;

		if (right_at(j, i)->last < at)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == 0)
		return ENGINE_NONE;
	return j->by_last ? j->by_last[low - 1] : low - 1;
}

/* Are tokens a and b in one entry, or sentence, and near enough? */
static bool
is_within(const struct joiner *j, uint32_t a, uint32_t b)
{
	const struct engine_token *x = &j->s->tokens.items[a];
	const struct engine_token *y = &j->s->tokens.items[b];

	if (x->entry != y->entry)
		return false;
	if (j->node->join == AST_SAME_SENTENCE)
		return x->sentence == y->sentence;
	return j->node->words == 0 || b - a <= j->node->words;
}

/* The first of right in a later entry of the log than a's, or NONE. */
static uint32_t
find_later(const struct joiner *j, const struct engine_occur *a)
{
	const struct engine_entry *entries = j->s->entries.items;
	const struct engine_entry *e =
	    &entries[j->s->tokens.items[a->first].entry];
	uint32_t i;

	if (e->text != FIELD_TEXT_LOG || e->token_end == 0)
		return ENGINE_NONE;
	i = find_next(j, e->token_end - 1);
	if (i == ENGINE_NONE)
		return i;
	e = &entries[j->s->tokens.items[right_at(j, i)->first].entry];
	return e->text == FIELD_TEXT_LOG ? i : ENGINE_NONE;
}

/* The nearest of right that stands to a as the join says, or NONE. */
static uint32_t
find_partner(const struct joiner *j, const struct engine_occur *a)
{
	uint32_t next = ENGINE_NONE;
	uint32_t previous = ENGINE_NONE;

	if (j->node->join == AST_LATER)
		return find_later(j, a);
	if (j->node->join != AST_AFTER)
		next = find_next(j, a->last);
	if (j->node->join != AST_BEFORE)
		previous = find_previous(j, a->first);
	if (next != ENGINE_NONE &&
	    !is_within(j, a->last, right_at(j, next)->first))
		next = ENGINE_NONE;
	if (previous != ENGINE_NONE &&
	    !is_within(j, right_at(j, previous)->last, a->first))
		previous = ENGINE_NONE;
	if (next == ENGINE_NONE || previous == ENGINE_NONE)
		return next == ENGINE_NONE ? previous : next;
	return right_at(j, next)->first - a->last <
		       a->first - right_at(j, previous)->last
		   ? next
		   : previous;
}

static struct engine_occur
cover(const struct joiner *j, uint32_t left, uint32_t partner)
{
	struct engine_occur o = j->s->work.items[left];
	const struct engine_occur *b = right_at(j, partner);
	struct engine_occur out = { o.first, o.last, left,
		j->right.begin + partner };

	if (j->node->join == AST_LATER)
		return out;
	if (b->first < out.first)
		out.first = b->first;
	if (b->last > out.last)
		out.last = b->last;
	return out;
}

static struct engine_run
run_join(struct rules_scratch *s, const struct engine_node *n,
    struct engine_run left, struct engine_run right)
{
	struct joiner j = { s, n, left, right, NULL };
	struct engine_run out;

	/* Room first: pointers into the pool must hold. */
	ENGINE_RESERVE(s->work, left.count);
	out = (struct engine_run){ (uint32_t)s->work.count, 0 };
	order_right(&j);
	for (uint32_t i = 0; i < left.count; i++) {
		struct engine_occur a = s->work.items[left.begin + i];
		uint32_t partner = find_partner(&j, &a);

		if ((partner == ENGINE_NONE) != n->is_negated)
			continue;
		s->work.items[out.begin + out.count++] =
		    n->is_negated ? a : cover(&j, left.begin + i, partner);
	}
	sort_run(s->work.items + out.begin, out.count);
	out.count = drop_repeats(s->work.items + out.begin, out.count);
	s->work.count += out.count;
	return out;
}

struct engine_run
occurs_pattern(
    const struct ruleset *rs, struct rules_scratch *s, uint32_t pattern)
{
	const struct engine_pattern *p = &rs->patterns[pattern];
	struct engine_run *runs = s->runs;

	for (uint32_t i = 0; i < p->count; i++) {
		const struct engine_node *n = &rs->nodes[p->nodes + i];

		switch (n->kind) {
		case AST_PATTERN_LIST: runs[i] = occurs_node(rs, s, n); break;
		case AST_PATTERN_UNION:
			runs[i] = run_union(s, runs[n->left], runs[n->right]);
			break;
		case AST_PATTERN_JOIN:
			runs[i] = run_join(s, n, runs[n->left], runs[n->right]);
			break;
		}
	}
	return runs[p->count - 1];
}
