/*
 * The window: incidents in order, and who is judged with whom.
 *
 * Entries are kept in an array that is sorted when it is next read, so that
 * adding many in any order costs little.  Only those with a sign are kept;
 * that is few of a day's incidents, and judging one walks back over those of
 * its series' time.
 */
#include "rules/series.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "rules/series_private.h"

struct series_window {
	const struct ruleset *rs;      /* borrowed */
	struct arena *arena;           /* owned; what digests point to */
	struct series_entry **entries; /* owned array, the arena's entries */
	size_t count, cap;
	bool is_sorted;
};

size_t
series_count(const struct ruleset *rs)
{
	return rs->series_count;
}

/* ---- Order ---- */

int
series_compare(const struct series_digest *a, const struct series_digest *b)
{
	int order;

	if (a->at_ms != b->at_ms)
		return a->at_ms < b->at_ms ? -1 : 1;
	order = str_compare(a->ref, b->ref);
	return order != 0 ? order : str_compare(a->feed, b->feed);
}

static int
compare_entries(const void *a, const void *b)
{
	return series_compare(&(*(struct series_entry *const *)a)->digest,
	    &(*(struct series_entry *const *)b)->digest);
}

static void
sort(struct series_window *w)
{
	if (!w->is_sorted && w->count > 1)
		qsort(w->entries, w->count, sizeof(struct series_entry *),
		    compare_entries);
	w->is_sorted = true;
}

/* How many entries stand before d. */
static size_t
rank(struct series_window *w, const struct series_digest *d)
{
	size_t low = 0;
	size_t high;

	sort(w);
	high = w->count;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (series_compare(&w->entries[mid]->digest, d) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* ---- Signs ---- */

bool
series_signs_meet(const struct engine_signs *a, const struct engine_signs *b)
{
	for (size_t i = 0; i < LIMITS_SERIES_SIGNS_MAX / 64; i++)
		if (a->bits[i] & b->bits[i])
			return true;
	return false;
}

static int
compare_str(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* The bits of those of d's signs that this rule set counts. */
static struct engine_signs
signs_of(const struct ruleset *rs, const struct series_digest *d)
{
	struct engine_signs out = { 0 };

	for (size_t i = 0; i < d->sign_count && rs->sign_count > 0; i++) {
		const struct str *at = bsearch(&d->signs[i], rs->signs,
		    rs->sign_count, sizeof(struct str), compare_str);

		if (at) {
			size_t n = (size_t)(at - rs->signs);

			out.bits[n / 64] |= UINT64_C(1) << n % 64;
		}
	}
	return out;
}

/* ---- The window ---- */

struct series_window *
series_window_new(const struct ruleset *rs)
{
	struct series_window *w = alloc_zero(1, sizeof(*w));

	w->rs = rs;
	w->arena = arena_new();
	w->is_sorted = true;
	return w;
}

void
series_window_free(struct series_window **w)
{
	if (!*w)
		return;
	arena_free(&(*w)->arena);
	free((*w)->entries);
	free(*w);
	*w = NULL;
}

static const struct str *
copy_texts(struct arena *arena, const struct str *list, size_t count)
{
	struct str *copy = arena_alloc(arena, count + 1, sizeof *copy);

	for (size_t i = 0; i < count; i++)
		copy[i] = arena_str(arena, list[i]);
	return copy;
}

/* The calendar day in London, as a number that is its own for each. */
static int64_t
day_of(int64_t at_ms)
{
	struct clock_local t = clock_to_local(at_ms);

	return ((int64_t)t.year * 12 + t.month) * 31 + t.day;
}

void
series_window_add(struct series_window *w, const struct series_digest *d)
{
	struct series_entry *x;

	if (d->at_ms == CLOCK_NONE || d->sign_count == 0)
		return;
	x = arena_alloc(w->arena, 1, sizeof *x);
	x->digest = *d;
	x->digest.feed = arena_str(w->arena, d->feed);
	x->digest.ref = arena_str(w->arena, d->ref);
	x->digest.plates = copy_texts(w->arena, d->plates, d->plate_count);
	x->digest.signs = copy_texts(w->arena, d->signs, d->sign_count);
	x->signs = signs_of(w->rs, d);
	x->day = day_of(d->at_ms);
	if (w->count == w->cap) {
		w->cap = w->cap ? 2 * w->cap : 64;
		w->entries = alloc_resize(
		    w->entries, w->cap, sizeof(struct series_entry *));
	}
	if (w->count > 0 &&
	    series_compare(&w->entries[w->count - 1]->digest, &x->digest) >= 0)
		w->is_sorted = false;
	w->entries[w->count++] = x;
}

/* Where d's identity stands, or w->count. */
static size_t
find(struct series_window *w, const struct series_digest *d)
{
	size_t at = rank(w, d);

	if (at < w->count && series_compare(&w->entries[at]->digest, d) == 0)
		return at;
	return w->count;
}

void
series_window_remove(struct series_window *w, const struct series_digest *d)
{
	size_t at = find(w, d);

	if (at == w->count)
		return;
	memmove(&w->entries[at], &w->entries[at + 1],
	    (w->count - at - 1) * sizeof(struct series_entry *));
	w->count--;
}

size_t
series_window_after(struct series_window *w, const struct series_digest *d,
    struct arena *arena, const struct series_digest ***out)
{
	size_t from = rank(w, d);
	const struct series_digest **list =
	    arena_alloc(arena, w->count - from + 1, sizeof(*list));
	size_t count = 0;

	for (size_t i = from; i < w->count; i++)
		if (series_compare(&w->entries[i]->digest, d) != 0)
			list[count++] = &w->entries[i]->digest;
	*out = list;
	return count;
}

/* ---- Judging ---- */

/* Those before entry at that s looks back at, in order; how many. */
static size_t
look_back(const struct series_window *w, const struct engine_series *s,
    size_t at, const struct series_entry **pool)
{
	int64_t from_ms = w->entries[at]->digest.at_ms - s->window_ms;
	size_t count = 0;
	size_t i = at;

	while (i > 0 && w->entries[i - 1]->digest.at_ms >= from_ms &&
	       count < LIMITS_SERIES_POOL_MAX) {
		i--;
		count += series_signs_meet(&w->entries[i]->signs, &s->any);
	}
	for (size_t k = 0; i < at; i++)
		if (series_signs_meet(&w->entries[i]->signs, &s->any))
			pool[k++] = w->entries[i];
	return count;
}

static bool
judge_by(const struct series_window *w, const struct engine_series *s,
    size_t at, struct arena *arena, struct series_hit *hit)
{
	const struct series_entry *last = w->entries[at];
	const struct engine_signs *wanted =
	    &s->stages[s->is_ordered ? s->least - 1 : 0];
	const struct series_entry *pool[LIMITS_SERIES_POOL_MAX];
	struct series_found found;
	size_t count;

	if (!series_signs_meet(&last->signs, wanted))
		return false;
	count = look_back(w, s, at, pool);
	if (!series_find(s, pool, count, last, arena, &found))
		return false;
	hit->theme = w->rs->themes[s->theme];
	hit->level = s->level;
	hit->is_shadow = s->is_shadow;
	series_evidence(w->rs, s, &found, arena, &hit->hit);
	return true;
}

size_t
series_window_judge(struct series_window *w, const struct series_digest *d,
    struct arena *arena, const struct series_hit **out)
{
	struct series_hit *hits;
	size_t count = 0;
	size_t at;

	*out = NULL;
	if (d->at_ms == CLOCK_NONE || d->sign_count == 0)
		return 0;
	at = find(w, d);
	CHECK(at < w->count);
	hits = arena_alloc(arena, w->rs->series_count + 1, sizeof *hits);
	for (uint32_t i = 0; i < w->rs->series_count; i++)
		count +=
		    judge_by(w, &w->rs->series[i], at, arena, &hits[count]);
	*out = hits;
	return count;
}

void
series_reach_find(const struct ruleset *rs, const struct series_digest *d,
    struct arena *arena, struct series_reach *out)
{
	struct engine_signs own = signs_of(rs, d);
	struct engine_signs all = { 0 };
	struct str *signs =
	    arena_alloc(arena, rs->sign_count + 1, sizeof *signs);

	*out = (struct series_reach){ .signs = signs };
	for (uint32_t i = 0; i < rs->series_count; i++) {
		const struct engine_series *s = &rs->series[i];

		if (d->at_ms == CLOCK_NONE || !series_signs_meet(&own, &s->any))
			continue;
		for (size_t k = 0; k < LIMITS_SERIES_SIGNS_MAX / 64; k++)
			all.bits[k] |= s->any.bits[k];
		if (s->window_ms > out->window_ms)
			out->window_ms = s->window_ms;
	}
	for (uint32_t i = 0; i < rs->sign_count; i++)
		if (all.bits[i / 64] >> i % 64 & 1)
			signs[out->sign_count++] = rs->signs[i];
}
