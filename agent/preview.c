/*
 * Examples are the incidents with the lowest hash of feed and reference: a
 * sample that is spread over time and place, the same in every run and however
 * the incidents were shared between threads.
 */
#include "agent/preview.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/incident/incident.h"
#include "agent/store/tagjson.h"

const char *
preview_kind_name(enum preview_kind kind)
{
	static const char *const names[] = { [PREVIEW_GAINED] = "gained",
		[PREVIEW_LOST] = "lost",
		[PREVIEW_RAISED] = "raised",
		[PREVIEW_LOWERED] = "lowered",
		[PREVIEW_RESCORED] = "rescored" };

	_Static_assert(
	    sizeof names / sizeof names[0] == PREVIEW_KIND_COUNT, "words");
	CHECK(kind < PREVIEW_KIND_COUNT);
	return names[kind];
}

bool
preview_counts_any(const struct preview_counts *c)
{
	for (int k = 0; k < PREVIEW_KIND_COUNT; k++)
		if (c->n[k] != 0)
			return true;
	return false;
}

static void
add_counts(struct preview_counts *sum, const struct preview_counts *more)
{
	for (int k = 0; k < PREVIEW_KIND_COUNT; k++)
		sum->n[k] += more->n[k];
}

/* ---- Beginning ---- */

static struct preview_theme *
find_theme(struct preview *p, struct str name)
{
	for (size_t i = 0; i < p->theme_count; i++)
		if (str_is_equal(p->themes[i].name, name))
			return &p->themes[i];
	return NULL;
}

static void
add_themes(struct preview *p, const struct ruleset *rs)
{
	const struct str *names;
	size_t n = ruleset_themes(rs, &names);

	for (size_t i = 0; i < n; i++) {
		struct preview_theme *t;

		if (find_theme(p, names[i]))
			continue;
		p->themes = alloc_resize(
		    p->themes, p->theme_count + 1, sizeof *p->themes);
		t = &p->themes[p->theme_count++];
		memset(t, 0, sizeof *t);
		t->name = names[i];
	}
}

static int
compare_themes(const void *a, const void *b)
{
	return str_compare(((const struct preview_theme *)a)->name,
	    ((const struct preview_theme *)b)->name);
}

void
preview_init(struct preview *p, const struct ruleset *live,
    const struct ruleset *candidate, size_t examples_max)
{
	*p = (struct preview){ .examples_max = examples_max,
		.first_ms = CLOCK_NONE,
		.last_ms = CLOCK_NONE };
	add_themes(p, live);
	add_themes(p, candidate);
	if (p->theme_count > 1)
		qsort(p->themes, p->theme_count, sizeof *p->themes,
		    compare_themes);
}

/* ---- Rows ---- */

/* The row for month, or for a district's name. */
static struct preview_counts *
row_of(struct preview_rows *rows, int month, struct str name)
{
	struct preview_row *row;

	for (size_t i = rows->count; i-- > 0;)
		if (rows->items[i].month == month &&
		    str_is_equal(str_of(rows->items[i].name), name))
			return &rows->items[i].counts;
	if (rows->count == rows->cap) {
		rows->cap = rows->cap ? 2 * rows->cap : 16;
		rows->items =
		    alloc_resize(rows->items, rows->cap, sizeof *rows->items);
	}
	row = &rows->items[rows->count++];
	*row = (struct preview_row){ .month = month, .name = str_copy(name) };
	return &row->counts;
}

static void
merge_rows(struct preview_rows *into, const struct preview_rows *from)
{
	for (size_t i = 0; i < from->count; i++) {
		const struct preview_row *row = &from->items[i];

		add_counts(
		    row_of(into, row->month, str_of(row->name)), &row->counts);
	}
}

static void
release_rows(struct preview_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		free(rows->items[i].name);
	free(rows->items);
	*rows = (struct preview_rows){ 0 };
}

/* ---- Examples ---- */

static void
release_example(struct preview_example *x)
{
	free(x->feed);
	free(x->ref);
	free(x->district);
	free(x->location);
	free(x->live_rules);
	free(x->candidate_rules);
}

static uint64_t
hash_more(uint64_t h, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001B3);
	return h;
}

/* FNV-1a, and a last stir, for its high bits hardly change at the end. */
static uint64_t
rank_of(const struct preview_case *c)
{
	uint64_t h = hash_more(UINT64_C(0xCBF29CE484222325), c->feed);

	h = hash_more(h, c->incident->id);
	h = (h ^ h >> 32) * UINT64_C(0x9E3779B97F4A7C15);
	return h ^ h >> 29;
}

/*
 * Room for an example of that rank, or NULL if it is not among the lowest.
 */
static struct preview_example *
make_room(
    struct preview_theme *t, enum preview_kind kind, size_t max, uint64_t rank)
{
	struct preview_example *all = t->examples[kind];
	size_t worst = 0;

	if (max == 0)
		return NULL;
	if (t->example_count[kind] < max) {
		if (!all)
			all = t->examples[kind] = alloc_zero(max, sizeof *all);
		return &all[t->example_count[kind]++];
	}
	for (size_t i = 1; i < max; i++)
		if (all[i].rank > all[worst].rank)
			worst = i;
	if (all[worst].rank <= rank)
		return NULL;
	release_example(&all[worst]);
	return &all[worst];
}

static char *
rules_of(const struct rules_tag *tag)
{
	struct buf out = { 0 };

	if (!tag)
		return NULL;
	tagjson_rules(tag, &out);
	return buf_take(&out);
}

static void
add_example(struct preview *p, struct preview_theme *t, enum preview_kind kind,
    const struct preview_case *c, const struct rules_tag *live,
    const struct rules_tag *candidate)
{
	uint64_t rank = rank_of(c);
	struct preview_example *x = make_room(t, kind, p->examples_max, rank);

	if (!x)
		return;
	*x = (struct preview_example){ .rank = rank,
		.feed = str_copy(c->feed),
		.ref = str_copy(c->incident->id),
		.district = str_copy(c->place->district),
		.location = str_copy(c->incident->location_text),
		.opened_ms = c->incident->opened_ms,
		.live = live ? live->level : RULES_NONE,
		.candidate = candidate ? candidate->level : RULES_NONE,
		.live_score = live ? live->score : 0,
		.candidate_score = candidate ? candidate->score : 0,
		.live_rules = rules_of(live),
		.candidate_rules = rules_of(candidate) };
}

static void
remove_example(struct preview_theme *t, enum preview_kind kind,
    const struct preview_case *c)
{
	struct preview_example *all = t->examples[kind];
	uint64_t rank = rank_of(c);

	for (size_t i = 0; i < t->example_count[kind]; i++) {
		if (all[i].rank != rank)
			continue;
		release_example(&all[i]);
		all[i] = all[--t->example_count[kind]];
		return;
	}
}

/* ---- One incident ---- */

static bool
find_difference(const struct rules_tag *live, const struct rules_tag *candidate,
    enum preview_kind *kind)
{
	if (!live || !candidate) {
		*kind = candidate ? PREVIEW_GAINED : PREVIEW_LOST;
		return live != candidate;
	}
	if (live->level != candidate->level) {
		*kind = candidate->level > live->level ? PREVIEW_RAISED
						       : PREVIEW_LOWERED;
		return true;
	}
	*kind = PREVIEW_RESCORED;
	return live->score != candidate->score;
}

/* When an incident was opened, as breakdowns have it. */
struct instant {
	int month, hour;
};

static struct instant
instant_of(int64_t opened_ms)
{
	struct clock_local local;

	if (opened_ms == CLOCK_NONE)
		return (
		    struct instant){ PREVIEW_MONTH_NONE, PREVIEW_HOUR_NONE };
	local = clock_to_local(opened_ms);
	return (
	    struct instant){ local.year * 12 + local.month - 1, local.hour };
}

static void
count_difference(struct preview_theme *t, enum preview_kind kind,
    const struct preview_case *c, int64_t weight)
{
	struct instant at = instant_of(c->incident->opened_ms);

	t->counts.n[kind] += weight;
	t->hours[at.hour].n[kind] += weight;
	row_of(&t->months, at.month, (struct str){ 0 })->n[kind] += weight;
	row_of(&t->districts, 0, c->place->district)->n[kind] += weight;
}

static const struct rules_tag *
find_tag(const struct rules_result *r, struct str theme)
{
	for (size_t i = 0; i < r->tag_count; i++)
		if (str_is_equal(r->tags[i].theme, theme))
			return &r->tags[i];
	return NULL;
}

/* The themes on which the two differ, as weight; true if there is any. */
static bool
compare_tags(struct preview *p, const struct preview_case *c, int64_t weight)
{
	bool any = false;

	if (c->live->tag_count == 0 && c->candidate->tag_count == 0)
		return false;
	for (size_t i = 0; i < p->theme_count; i++) {
		struct preview_theme *t = &p->themes[i];
		const struct rules_tag *live = find_tag(c->live, t->name);
		const struct rules_tag *candidate =
		    find_tag(c->candidate, t->name);
		enum preview_kind kind;

		if (live)
			t->live[live->level] += weight;
		if (candidate)
			t->candidate[candidate->level] += weight;
		if (!find_difference(live, candidate, &kind))
			continue;
		any = true;
		count_difference(t, kind, c, weight);
		if (weight > 0)
			add_example(p, t, kind, c, live, candidate);
		else
			remove_example(t, kind, c);
	}
	return any;
}

/* ---- People and rules ---- */

/* How what people decided about it stands to the tags of each set. */
static void
count_verdicts(struct preview *p, const struct preview_case *c, int64_t weight)
{
	const struct rules_result *const sides[] = { c->live, c->candidate };

	for (size_t i = 0; i < c->verdict_count; i++) {
		const struct preview_verdict *v = &c->verdicts[i];
		struct preview_theme *t = find_theme(p, str_of(v->theme));

		if (!t)
			continue;
		t->added += v->said == PREVIEW_BY_HAND ? weight : 0;
		for (size_t k = 0; k < PREVIEW_SIDE_COUNT; k++) {
			if (!find_tag(sides[k], t->name))
				continue;
			t->right[k] +=
			    v->said == PREVIEW_CONFIRMED ? weight : 0;
			t->wrong[k] += v->said == PREVIEW_REJECTED ? weight : 0;
			t->found[k] += v->said == PREVIEW_BY_HAND ? weight : 0;
		}
	}
}

static struct preview_rule *
rule_of(struct preview *p, struct str theme, struct str rule)
{
	for (size_t i = 0; i < p->rule_count; i++)
		if (str_is_equal(p->rules[i].rule, rule) &&
		    str_is_equal(p->rules[i].theme, theme))
			return &p->rules[i];
	if (p->rule_count == p->rule_cap) {
		p->rule_cap = p->rule_cap ? 2 * p->rule_cap : 32;
		p->rules =
		    alloc_resize(p->rules, p->rule_cap, sizeof *p->rules);
	}
	p->rules[p->rule_count] =
	    (struct preview_rule){ .theme = theme, .rule = rule };
	return &p->rules[p->rule_count++];
}

static bool
has_hit(const struct rules_result *r, struct str theme, struct str rule)
{
	const struct rules_tag *tag = find_tag(r, theme);

	for (size_t i = 0; tag && i < tag->hit_count; i++)
		if (str_is_equal(tag->hits[i].rule, rule))
			return true;
	return false;
}

static void
count_rules(struct preview *p, const struct preview_case *c, int64_t weight)
{
	for (size_t i = 0; i < c->live->tag_count; i++) {
		const struct rules_tag *t = &c->live->tags[i];

		for (size_t k = 0; k < t->hit_count; k++) {
			struct str rule = t->hits[k].rule;
			struct preview_rule *r = rule_of(p, t->theme, rule);

			r->live += weight;
			if (!has_hit(c->candidate, t->theme, rule))
				r->lost += weight;
		}
	}
	for (size_t i = 0; i < c->candidate->tag_count; i++) {
		const struct rules_tag *t = &c->candidate->tags[i];

		for (size_t k = 0; k < t->hit_count; k++) {
			struct str rule = t->hits[k].rule;
			struct preview_rule *r = rule_of(p, t->theme, rule);

			r->candidate += weight;
			if (!has_hit(c->live, t->theme, rule))
				r->gained += weight;
		}
	}
}

static void
merge_rules(struct preview *into, const struct preview *from)
{
	for (size_t i = 0; i < from->rule_count; i++) {
		const struct preview_rule *b = &from->rules[i];
		struct preview_rule *a = rule_of(into, b->theme, b->rule);

		a->live += b->live;
		a->candidate += b->candidate;
		a->gained += b->gained;
		a->lost += b->lost;
	}
}

static int
compare_rules(const void *a, const void *b)
{
	const struct preview_rule *x = a;
	const struct preview_rule *y = b;
	int by_theme = str_compare(x->theme, y->theme);

	return by_theme ? by_theme : str_compare(x->rule, y->rule);
}

static bool
compare_answers(
    struct preview_question *q, bool live, bool candidate, int64_t weight)
{
	q->live += live ? weight : 0;
	q->candidate += candidate ? weight : 0;
	q->gained += !live && candidate ? weight : 0;
	q->lost += live && !candidate ? weight : 0;
	return live != candidate;
}

static void
note_time(struct preview *p, int64_t first_ms, int64_t last_ms)
{
	if (first_ms == CLOCK_NONE)
		return;
	if (p->first_ms == CLOCK_NONE || first_ms < p->first_ms)
		p->first_ms = first_ms;
	if (p->last_ms == CLOCK_NONE || last_ms > p->last_ms)
		p->last_ms = last_ms;
}

static void
count(struct preview *p, const struct preview_case *c, int64_t weight)
{
	bool tags = compare_tags(p, c, weight);
	bool rural = compare_answers(
	    &p->rural, c->live->rural_crime, c->candidate->rural_crime, weight);
	bool progress = compare_answers(&p->progress, c->live->in_progress,
	    c->candidate->in_progress, weight);

	count_verdicts(p, c, weight);
	count_rules(p, c, weight);
	p->incidents += weight;
	p->different += tags || rural || progress ? weight : 0;
}

void
preview_add(struct preview *p, const struct preview_case *c)
{
	count(p, c, 1);
	note_time(p, c->incident->opened_ms, c->incident->opened_ms);
}

void
preview_remove(struct preview *p, const struct preview_case *c)
{
	count(p, c, -1);
}

/* ---- Putting together ---- */

static void
merge_examples(
    struct preview_theme *into, struct preview_theme *from, size_t max)
{
	for (int k = 0; k < PREVIEW_KIND_COUNT; k++) {
		enum preview_kind kind = (enum preview_kind)k;

		for (size_t i = 0; i < from->example_count[k]; i++) {
			struct preview_example *x = &from->examples[k][i];
			struct preview_example *to =
			    make_room(into, kind, max, x->rank);

			if (to)
				*to = *x;
			else
				release_example(x);
		}
		from->example_count[k] = 0;
	}
}

static void
merge_question(
    struct preview_question *into, const struct preview_question *from)
{
	into->live += from->live;
	into->candidate += from->candidate;
	into->gained += from->gained;
	into->lost += from->lost;
}

void
preview_merge(struct preview *into, struct preview *from)
{
	CHECK(into->theme_count == from->theme_count);
	for (size_t i = 0; i < into->theme_count; i++) {
		struct preview_theme *a = &into->themes[i];
		struct preview_theme *b = &from->themes[i];

		for (int l = 0; l < PREVIEW_LEVEL_COUNT; l++) {
			a->live[l] += b->live[l];
			a->candidate[l] += b->candidate[l];
		}
		add_counts(&a->counts, &b->counts);
		a->added += b->added;
		for (int k = 0; k < PREVIEW_SIDE_COUNT; k++) {
			a->right[k] += b->right[k];
			a->wrong[k] += b->wrong[k];
			a->found[k] += b->found[k];
		}
		for (int h = 0; h <= PREVIEW_HOUR_NONE; h++)
			add_counts(&a->hours[h], &b->hours[h]);
		merge_rows(&a->months, &b->months);
		merge_rows(&a->districts, &b->districts);
		merge_examples(a, b, into->examples_max);
	}
	merge_rules(into, from);
	merge_question(&into->rural, &from->rural);
	merge_question(&into->progress, &from->progress);
	into->incidents += from->incidents;
	into->different += from->different;
	note_time(into, from->first_ms, from->last_ms);
}

static int
compare_rows(const void *a, const void *b)
{
	const struct preview_row *x = a;
	const struct preview_row *y = b;

	if (x->month != y->month)
		return x->month < y->month ? -1 : 1;
	return str_compare(str_of(x->name), str_of(y->name));
}

static int
compare_examples(const void *a, const void *b)
{
	const struct preview_example *x = a;
	const struct preview_example *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return strcmp(x->ref, y->ref);
}

/* Sorted, without those of which nothing is left. */
static void
sort_rows(struct preview_rows *rows)
{
	size_t kept = 0;

	for (size_t i = 0; i < rows->count; i++) {
		if (preview_counts_any(&rows->items[i].counts))
			rows->items[kept++] = rows->items[i];
		else
			free(rows->items[i].name);
	}
	rows->count = kept;
	if (rows->count > 1)
		qsort(rows->items, rows->count, sizeof *rows->items,
		    compare_rows);
}

void
preview_finish(struct preview *p)
{
	if (p->rule_count > 1)
		qsort(p->rules, p->rule_count, sizeof *p->rules, compare_rules);
	for (size_t i = 0; i < p->theme_count; i++) {
		struct preview_theme *t = &p->themes[i];

		sort_rows(&t->months);
		sort_rows(&t->districts);
		for (int k = 0; k < PREVIEW_KIND_COUNT; k++)
			if (t->example_count[k] > 1)
				qsort(t->examples[k], t->example_count[k],
				    sizeof *t->examples[k], compare_examples);
	}
}

void
preview_release(struct preview *p)
{
	for (size_t i = 0; i < p->theme_count; i++) {
		struct preview_theme *t = &p->themes[i];

		release_rows(&t->months);
		release_rows(&t->districts);
		for (int k = 0; k < PREVIEW_KIND_COUNT; k++) {
			for (size_t x = 0; x < t->example_count[k]; x++)
				release_example(&t->examples[k][x]);
			free(t->examples[k]);
		}
	}
	free(p->themes);
	free(p->rules);
	*p = (struct preview){ 0 };
}
