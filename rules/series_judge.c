/*
 * Judging: what the series say of an incident in a window, and of which others
 * a change of one can make them say something else.
 *
 * The latter are found by pairs: could a series count the one for the other at
 * all?  Only those are judged, before and after.  Where a series looks back at
 * as many as it may, one more moves all of them, and nothing is left out.
 */
#include "rules/series.h"

#include <stdlib.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "rules/series_private.h"

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

/* Can s stand on an incident with such signs, and a vehicle if it wants one? */
static bool
can_complete(const struct engine_series *s, const struct series_entry *e)
{
	if (s->same_vehicle && e->digest.plate_count == 0)
		return false;
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
	at = series_window_find(w, d);
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

/* How many incidents before an entry a series looks back at, entry by entry. */
struct slide {
	size_t from, at; /* entries, of which so many count: */
	size_t count;
};

/* Move on to entry at, which is not before the one that it stood at. */
static void
slide_to(const struct series_window *w, const struct engine_series *s,
    struct slide *x, size_t at)
{
	int64_t from_ms = w->entries[at]->digest.at_ms - s->window_ms;

	for (; x->at < at; x->at++)
		x->count +=
		    series_signs_meet(&w->entries[x->at]->signs, &s->any);
	while (x->from < at && w->entries[x->from]->digest.at_ms < from_ms)
		x->count -=
		    series_signs_meet(&w->entries[x->from++]->signs, &s->any);
}

/* One for each series, standing at entry at. */
static struct slide *
new_slides(struct series_window *w, size_t at, struct arena *arena)
{
	struct slide *list =
	    arena_alloc(arena, w->rs->series_count + 1, sizeof *list);

	for (uint32_t i = 0; i < w->rs->series_count; i++) {
		const struct series_digest from = {
			.at_ms = w->entries[at]->digest.at_ms -
				 w->rs->series[i].window_ms
		};

		list[i].from = list[i].at = series_window_rank(w, &from);
	}
	return list;
}

/*
 * Can the change make another answer for entry at?  If as many are before it
 * as are looked back at, one more or less moves which they are.
 */
static bool
may_touch(const struct series_window *w, const struct change *ch, size_t at,
    struct slide *slides)
{
	const struct series_entry *last = w->entries[at];
	bool may = false;

	for (uint32_t i = 0; i < w->rs->series_count; i++) {
		const struct engine_series *s = &w->rs->series[i];

		slide_to(w, s, &slides[i], at);
		may = may || (can_complete(s, last) &&
				 (slides[i].count >= LIMITS_SERIES_POOL_MAX ||
				     may_count_either(s, ch, last)));
	}
	return may;
}

/* The entries after around, as far as window_ms, that the change can touch. */
static size_t
list_touched(struct series_window *w, const struct series_digest *around,
    int64_t window_ms, const struct change *ch, struct arena *arena,
    struct series_touched **out)
{
	size_t from = series_window_rank(w, around);
	struct series_touched *list =
	    arena_alloc(arena, w->count - from + 1, sizeof *list);
	struct slide *slides =
	    from < w->count ? new_slides(w, from, arena) : NULL;
	size_t count = 0;

	for (size_t i = from; i < w->count; i++) {
		const struct series_digest *x = &w->entries[i]->digest;

		if (x->at_ms > around->at_ms + window_ms)
			break;
		if (series_compare(x, around) != 0 &&
		    may_touch(w, ch, i, slides))
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
		size_t n =
		    judge_at(w, series_window_find(w, x->digest), arena, &hits);

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
	return series_entry_new(w->rs, d);
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
	struct engine_signs own = series_signs_of(rs, d);
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
