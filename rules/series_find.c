/*
 * Which incidents make a series with the one that is judged.
 *
 * First those are taken out that have nothing to do with it: too far, another
 * vehicle, the same farm again where places must be distinct.  Where they do
 * not exclude each other, what is left is counted, or walked back in order,
 * newest first.  Where they do ("distinct"), enough of them that do not are
 * searched for: of the most precise ones first, so that the first walk nearly
 * always finds them, and with a bound on the steps.  A plain count of groups
 * would lose a farm as soon as a vague position lay between two.
 *
 * Distances are great circles on a sphere: at 5 km they are 15 m off at most,
 * a fraction of what any position in a log is.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "rules/series_private.h"

#define EARTH_M    6371008.8
#define RADIAN     0.017453292519943295
#define STAGES_MAX (LIMITS_SERIES_LEAST_MAX + LIMITS_SERIES_STAGES_MAX)

/* A search in candidates, which are in the order they are tried in. */
struct search {
	const struct engine_series *s;
	const struct series_member *candidates;
	size_t count;
	size_t chosen[STAGES_MAX]; /* chosen[0] is the first after last */
	size_t chosen_count;
	const struct series_entry *last;
	unsigned steps; /* that are left */
};

/* ---- Where and when ---- */

static bool
has_position(const struct series_digest *d)
{
	return isfinite(d->lat) && isfinite(d->lon);
}

static double
uncertainty_of(const struct series_digest *d)
{
	return isfinite(d->uncertainty_m) ? d->uncertainty_m
					  : LIMITS_SERIES_UNSTATED_M;
}

/* Metres between two positions. */
static double
measure(const struct series_digest *a, const struct series_digest *b)
{
	double lat = sin((b->lat - a->lat) * RADIAN / 2);
	double lon = sin((b->lon - a->lon) * RADIAN / 2);
	double h =
	    lat * lat + cos(a->lat * RADIAN) * cos(b->lat * RADIAN) * lon * lon;

	return 2 * EARTH_M * asin(sqrt(fmin(h, 1)));
}

/* Degrees of latitude alone put them farther apart than metres. */
static bool
is_far(
    const struct series_digest *a, const struct series_digest *b, double metres)
{
	return fabs(a->lat - b->lat) * RADIAN * EARTH_M > metres;
}

static struct series_member
make_member(const struct series_entry *e, const struct series_entry *last)
{
	struct series_member m = { e, (double)NAN, (double)NAN };

	if (has_position(&e->digest) && has_position(&last->digest)) {
		m.distance_m = measure(&e->digest, &last->digest);
		m.uncertainty_m =
		    uncertainty_of(&e->digest) + uncertainty_of(&last->digest);
	}
	return m;
}

static bool
has_plate(const struct series_digest *d, struct str plate)
{
	for (size_t i = 0; i < d->plate_count; i++)
		if (str_is_equal(d->plates[i], plate))
			return true;
	return false;
}

static bool
share_plate(const struct series_digest *a, const struct series_digest *b)
{
	for (size_t i = 0; i < a->plate_count; i++)
		if (has_plate(b, a->plates[i]))
			return true;
	return false;
}

/* May a and b be the same place?  Without a position they may. */
static bool
may_be_same_place(const struct series_digest *a, const struct series_digest *b,
    double apart_m)
{
	if (!has_position(a) || !has_position(b))
		return true;
	return measure(a, b) - uncertainty_of(a) - uncertainty_of(b) <= apart_m;
}

/* Can a and b not both be counted? */
static bool
exclude_each_other(const struct engine_series *s, const struct series_entry *a,
    const struct series_entry *b)
{
	if (s->distinct & AST_DISTINCT_DAYS && a->day == b->day)
		return true;
	if (s->distinct & AST_DISTINCT_VEHICLES &&
	    (a->digest.plate_count == 0 || b->digest.plate_count == 0 ||
		share_plate(&a->digest, &b->digest)))
		return true;
	return s->distinct & AST_DISTINCT_PLACES &&
	       may_be_same_place(&a->digest, &b->digest, s->apart_m);
}

/* Is the member surely as near to last as the series wants? */
static bool
is_tied(const struct engine_series *s, const struct series_member *m)
{
	double farthest_m = m->distance_m + m->uncertainty_m;
	double within_m = s->same_place_m > 0 ? s->same_place_m : s->within_m;

	return within_m <= 0 || farthest_m <= within_m;
}

/*
 * Can they be told apart at little cost?  Most are, and what is left is measured.
 */
static bool
is_out(const struct engine_series *s, const struct series_entry *e,
    const struct series_entry *last)
{
	double within_m = s->same_place_m > 0 ? s->same_place_m : s->within_m;

	return (s->same_vehicle && !share_plate(&e->digest, &last->digest)) ||
	       (within_m > 0 && is_far(&e->digest, &last->digest, within_m));
}

/* Those of before that can be counted with last, the newest first. */
static size_t
collect(const struct engine_series *s, const struct series_entry *const *before,
    size_t count, const struct series_entry *last, struct series_member *out)
{
	size_t kept = 0;

	for (size_t i = count; i-- > 0;) {
		if (is_out(s, before[i], last))
			continue;
		out[kept] = make_member(before[i], last);
		if (is_tied(s, &out[kept]) &&
		    (s->distinct == 0 ||
			!exclude_each_other(s, before[i], last)))
			kept++;
	}
	return kept;
}

bool
series_may_count(const struct engine_series *s, const struct series_entry *e,
    const struct series_entry *last)
{
	struct series_member m;

	if (!series_signs_meet(&e->signs, &s->any) || is_out(s, e, last))
		return false;
	if (s->same_place_m <= 0 && s->within_m <= 0)
		return true;
	m = make_member(e, last);
	return is_tied(s, &m);
}

/* ---- The search ---- */

static const struct series_entry *
latest_chosen(const struct search *x)
{
	if (x->chosen_count == 0)
		return x->last;
	return x->candidates[x->chosen[x->chosen_count - 1]].entry;
}

/* May candidate at be the next one, going back in time? */
static bool
fits(const struct search *x, size_t at)
{
	const struct engine_series *s = x->s;
	const struct series_entry *e = x->candidates[at].entry;

	if (s->is_ordered &&
	    (e->digest.at_ms >= latest_chosen(x)->digest.at_ms ||
		!series_signs_meet(
		    &e->signs, &s->stages[s->least - 2 - x->chosen_count])))
		return false;
	for (size_t i = 0; s->distinct != 0 && i < x->chosen_count; i++)
		if (exclude_each_other(s, e, x->candidates[x->chosen[i]].entry))
			return false;
	return true;
}

/* The next candidate from at on that fits, or count. */
static size_t
next_fitting(struct search *x, size_t at)
{
	for (; at < x->count; at++) {
		if (x->steps == 0)
			return x->count;
		x->steps--;
		if (fits(x, at))
			return at;
	}
	return x->count;
}

/* Choose as many as are needed, going back on a choice that leads nowhere. */
static bool
choose(struct search *x)
{
	size_t needed = x->s->least - 1;
	size_t at = 0;

	CHECK(needed < STAGES_MAX);
	while (x->chosen_count < needed) {
		at = next_fitting(x, at);
		if (at < x->count) {
			x->chosen[x->chosen_count++] = at++;
			continue;
		}
		if (x->chosen_count == 0 || x->steps == 0)
			return false;
		at = x->chosen[--x->chosen_count] + 1;
	}
	return true;
}

/* ---- What was found ---- */

static int
compare_newest(const void *a, const void *b)
{
	const struct series_member *x = a;
	const struct series_member *y = b;

	return -series_compare(&x->entry->digest, &y->entry->digest);
}

static int
compare_precise(const void *a, const void *b)
{
	const struct series_member *x = a;
	const struct series_member *y = b;
	double ux = uncertainty_of(&x->entry->digest);
	double uy = uncertainty_of(&y->entry->digest);

	return ux < uy ? -1 : ux > uy ? 1 : compare_newest(a, b);
}

/* The chosen, and all others that exclude none of them, the newest first. */
static void
take_chosen(struct search *x, struct arena *arena, struct series_found *out)
{
	struct series_member *list =
	    arena_alloc(arena, x->count + 1, sizeof *list);
	size_t count = 0;

	for (size_t i = 0; i < x->chosen_count; i++)
		list[count++] = x->candidates[x->chosen[i]];
	for (size_t i = 0; i < x->count && !x->s->is_ordered; i++) {
		bool is_free = true;

		for (size_t k = 0; k < count && is_free; k++)
			is_free = list[k].entry != x->candidates[i].entry &&
				  !exclude_each_other(x->s, list[k].entry,
				      x->candidates[i].entry);
		if (is_free)
			list[count++] = x->candidates[i];
	}
	qsort(list, count, sizeof *list, compare_newest);
	out->members = list;
	out->count = count;
}

/* Do the candidates make the series? */
static bool
find_among(const struct engine_series *s, struct series_member *candidates,
    size_t count, const struct series_entry *last, struct arena *arena,
    struct series_found *out)
{
	struct search x = { .s = s,
		.candidates = candidates,
		.count = count,
		.last = last,
		.steps = LIMITS_SERIES_STEPS_MAX };

	if (count + 1 < s->least)
		return false;
	if (s->distinct == 0 && !s->is_ordered) {
		out->members = candidates;
		out->count = count;
		return true;
	}
	if (!s->is_ordered)
		qsort(candidates, count, sizeof *candidates, compare_precise);
	if (!choose(&x))
		return false;
	take_chosen(&x, arena, out);
	return true;
}

/* The vehicle of last with which most is found, the first of several. */
static bool
find_by_vehicle(const struct engine_series *s,
    const struct series_member *candidates, size_t count,
    const struct series_entry *last, struct arena *arena,
    struct series_found *out)
{
	bool is_found = false;

	for (size_t i = 0; i < last->digest.plate_count; i++) {
		struct series_member *with =
		    arena_alloc(arena, count + 1, sizeof *with);
		struct series_found found = { .plate = last->digest.plates[i] };
		size_t n = 0;

		for (size_t k = 0; k < count; k++)
			if (has_plate(
				&candidates[k].entry->digest, found.plate))
				with[n++] = candidates[k];
		if (!find_among(s, with, n, last, arena, &found) ||
		    (is_found && found.count <= out->count))
			continue;
		*out = found;
		is_found = true;
	}
	return is_found;
}

bool
series_find(const struct engine_series *s,
    const struct series_entry *const *before, size_t count,
    const struct series_entry *last, struct arena *arena,
    struct series_found *out)
{
	struct series_member *candidates;
	size_t kept;

	if (count + 1 < s->least)
		return false;
	candidates = arena_alloc(arena, count + 1, sizeof *candidates);
	kept = collect(s, before, count, last, candidates);
	*out = (struct series_found){ 0 };
	if (s->same_vehicle)
		return find_by_vehicle(s, candidates, kept, last, arena, out);
	return find_among(s, candidates, kept, last, arena, out);
}
