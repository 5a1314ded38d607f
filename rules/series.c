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
	struct series_entry **entries; /* owned, and so is each */
	size_t count, cap;
	bool is_sorted; /* as far as it was read last … */
	bool is_read;   /* … since when each addition goes to its place */
	const struct series_entry **pool; /* owned; of one judgement */
};

size_t
series_count(const struct ruleset *rs)
{
	return rs->series_count;
}

size_t
series_signs(const struct ruleset *rs, const struct str **out)
{
	*out = rs->signs;
	return rs->sign_count;
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
	w->is_read = true;
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
	w->is_sorted = true;
	w->pool = alloc_zero(
	    LIMITS_SERIES_POOL_MAX, sizeof(const struct series_entry *));
	return w;
}

void
series_window_free(struct series_window **w)
{
	if (!*w)
		return;
	for (size_t i = 0; i < (*w)->count; i++)
		free((*w)->entries[i]);
	free((*w)->entries);
	free((*w)->pool);
	free(*w);
	*w = NULL;
}

size_t
series_window_count(const struct series_window *w)
{
	return w->count;
}

/* The calendar day in London, as a number that is its own for each. */
static int64_t
day_of(int64_t at_ms)
{
	struct clock_local t = clock_to_local(at_ms);

	return ((int64_t)t.year * 12 + t.month) * 31 + t.day;
}

/* s copied to *bytes, which moves on. */
static struct str
pack(char **bytes, struct str s)
{
	struct str copy = str_make(*bytes, s.len);

	if (s.len > 0)
		memcpy(*bytes, s.p, s.len);
	*bytes += s.len;
	return copy;
}

static size_t
bytes_of(const struct str *list, size_t count)
{
	size_t bytes = 0;

	for (size_t i = 0; i < count; i++)
		bytes += list[i].len;
	return bytes;
}

static struct series_entry *
new_entry(const struct ruleset *rs, const struct series_digest *d)
{
	size_t lists = d->plate_count + d->sign_count;
	size_t bytes = d->feed.len + d->ref.len +
		       bytes_of(d->plates, d->plate_count) +
		       bytes_of(d->signs, d->sign_count);
	struct series_entry *x =
	    alloc_zero(1, sizeof(*x) + lists * sizeof(struct str) + bytes);
	char *at = (char *)(x->lists + lists);

	x->digest = *d;
	x->digest.feed = pack(&at, d->feed);
	x->digest.ref = pack(&at, d->ref);
	for (size_t i = 0; i < d->plate_count; i++)
		x->lists[i] = pack(&at, d->plates[i]);
	for (size_t i = 0; i < d->sign_count; i++)
		x->lists[d->plate_count + i] = pack(&at, d->signs[i]);
	x->digest.plates = x->lists;
	x->digest.signs = x->lists + d->plate_count;
	x->signs = signs_of(rs, d);
	x->day = day_of(d->at_ms);
	return x;
}

void
series_window_add(struct series_window *w, const struct series_digest *d)
{
	size_t at = w->count;

	if (d->at_ms == CLOCK_NONE || d->sign_count == 0)
		return;
	if (w->count == w->cap) {
		w->cap = w->cap ? 2 * w->cap : 64;
		w->entries = alloc_resize(
		    w->entries, w->cap, sizeof(struct series_entry *));
	}
	if (w->count > 0 &&
	    series_compare(&w->entries[w->count - 1]->digest, d) >= 0) {
		w->is_sorted = w->is_sorted && w->is_read;
		at = w->is_sorted ? rank(w, d) : at;
	}
	memmove(&w->entries[at + 1], &w->entries[at],
	    (w->count - at) * sizeof(struct series_entry *));
	w->entries[at] = new_entry(w->rs, d);
	w->count++;
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
	free(w->entries[at]);
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

/* Those before entry at that s looks back at, in order, in w's pool. */
static size_t
look_back(struct series_window *w, const struct engine_series *s, size_t at)
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
			w->pool[k++] = w->entries[i];
	return count;
}

/* Can s stand on an incident with such signs? */
static bool
can_complete(const struct engine_series *s, const struct series_entry *e)
{
	return series_signs_meet(
	    &e->signs, &s->stages[s->is_ordered ? s->least - 1 : 0]);
}

static bool
judge_by(struct series_window *w, const struct engine_series *s, size_t at,
    struct arena *arena, struct series_hit *hit)
{
	const struct series_entry *last = w->entries[at];
	struct series_found found;
	size_t count;

	if (!can_complete(s, last))
		return false;
	count = look_back(w, s, at);
	if (!series_find(s, w->pool, count, last, arena, &found))
		return false;
	hit->theme = w->rs->themes[s->theme];
	hit->level = s->level;
	hit->is_shadow = s->is_shadow;
	series_evidence(w->rs, s, &found, arena, &hit->hit);
	return true;
}

static size_t
judge_at(struct series_window *w, size_t at, struct arena *arena,
    const struct series_hit **out)
{
	struct series_hit *hits =
	    arena_alloc(arena, w->rs->series_count + 1, sizeof *hits);
	size_t count = 0;

	for (uint32_t i = 0; i < w->rs->series_count; i++)
		count +=
		    judge_by(w, &w->rs->series[i], at, arena, &hits[count]);
	*out = hits;
	return count;
}

size_t
series_window_judge(struct series_window *w, const struct series_digest *d,
    struct arena *arena, const struct series_hit **out)
{
	size_t at;

	*out = NULL;
	if (d->at_ms == CLOCK_NONE || d->sign_count == 0)
		return 0;
	at = find(w, d);
	CHECK(at < w->count);
	return judge_at(w, at, arena, out);
}

/* ---- Who is touched ---- */

/* An incident as it was and as it is; NULL: it takes part in nothing. */
struct change {
	struct series_entry *was, *is;
};

static bool
may_count_either(const struct engine_series *s, const struct change *ch,
    const struct series_entry *last)
{
	return (ch->was && series_may_count(s, ch->was, last)) ||
	       (ch->is && series_may_count(s, ch->is, last));
}

/*
 * Can the change make another answer for entry at?  If as many are before it
 * as are looked back at, one more or less moves which they are.
 */
static bool
may_touch(struct series_window *w, const struct change *ch, size_t at)
{
	const struct series_entry *last = w->entries[at];

	for (uint32_t i = 0; i < w->rs->series_count; i++) {
		const struct engine_series *s = &w->rs->series[i];
		struct series_digest from = { .at_ms = last->digest.at_ms -
						       s->window_ms };

		if (!can_complete(s, last))
			continue;
		if (may_count_either(s, ch, last) ||
		    at - rank(w, &from) >= LIMITS_SERIES_POOL_MAX)
			return true;
	}
	return false;
}

/* The entries after around, as far as window_ms, that the change can touch. */
static size_t
list_touched(struct series_window *w, const struct series_digest *around,
    int64_t window_ms, const struct change *ch, struct arena *arena,
    struct series_touched **out)
{
	size_t from = rank(w, around);
	struct series_touched *list =
	    arena_alloc(arena, w->count - from + 1, sizeof *list);
	size_t count = 0;

	for (size_t i = from; i < w->count; i++) {
		const struct series_digest *x = &w->entries[i]->digest;

		if (x->at_ms > around->at_ms + window_ms)
			break;
		if (series_compare(x, around) != 0 && may_touch(w, ch, i))
			list[count++].digest = x;
	}
	*out = list;
	return count;
}

static void
judge_touched(struct series_window *w, struct series_touched *list,
    size_t count, struct arena *arena)
{
	for (size_t i = 0; i < count; i++) {
		struct series_touched *x = &list[i];
		const struct series_hit *hits;
		size_t n = judge_at(w, find(w, x->digest), arena, &hits);

		x->has_changed =
		    !series_hits_are_equal(x->hits, x->hit_count, hits, n);
		x->hits = hits;
		x->hit_count = n;
	}
}

static struct series_entry *
entry_for(const struct series_window *w, const struct series_digest *d)
{
	if (d->at_ms == CLOCK_NONE || d->sign_count == 0)
		return NULL;
	return new_entry(w->rs, d);
}

size_t
series_window_touched(struct series_window *w,
    const struct series_digest *around, const struct series_digest *was,
    const struct series_digest *is, int64_t window_ms, struct arena *arena,
    const struct series_touched **out)
{
	struct change ch = { entry_for(w, was), entry_for(w, is) };
	struct series_touched *list;
	size_t count;

	/* Without the incident itself, for it is not after itself. */
	series_window_remove(w, is);
	count = list_touched(w, around, window_ms, &ch, arena, &list);
	series_window_add(w, was);
	judge_touched(w, list, count, arena);
	series_window_remove(w, was);
	series_window_add(w, is);
	judge_touched(w, list, count, arena);
	free(ch.was);
	free(ch.is);
	*out = list;
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
