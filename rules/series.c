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

size_t
series_window_rank(struct series_window *w, const struct series_digest *d)
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

struct engine_signs
series_signs_of(const struct ruleset *rs, const struct series_digest *d)
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

struct series_entry *
series_entry_new(const struct ruleset *rs, const struct series_digest *d)
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
	x->signs = series_signs_of(rs, d);
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
		at = w->is_sorted ? series_window_rank(w, d) : at;
	}
	memmove(&w->entries[at + 1], &w->entries[at],
	    (w->count - at) * sizeof(struct series_entry *));
	w->entries[at] = series_entry_new(w->rs, d);
	w->count++;
}

size_t
series_window_find(struct series_window *w, const struct series_digest *d)
{
	size_t at = series_window_rank(w, d);

	if (at < w->count && series_compare(&w->entries[at]->digest, d) == 0)
		return at;
	return w->count;
}

void
series_window_remove(struct series_window *w, const struct series_digest *d)
{
	size_t at = series_window_find(w, d);

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
	size_t from = series_window_rank(w, d);
	const struct series_digest **list =
	    arena_alloc(arena, w->count - from + 1, sizeof(*list));
	size_t count = 0;

	for (size_t i = from; i < w->count; i++)
		if (series_compare(&w->entries[i]->digest, d) != 0)
			list[count++] = &w->entries[i]->digest;
	*out = list;
	return count;
}
