/* candidate: trust first, then what a correction says, then the order found. */
#include "agent/geo/candidate.h"

#include <math.h>
#include <string.h>

#include "agent/base/arena.h"

#define APART_M 1000 /* what people are off without being wrong */

/* What an unsaid uncertainty is taken for when two are compared. */
#define UNSAID_M 100

void
candidate_add(struct candidate_list *list, const struct candidate *c)
{
	struct candidate *grown;

	if (list->count == CANDIDATE_MAX)
		return;
	if (list->count == list->cap) {
		list->cap = list->cap == 0 ? 4 : 2 * list->cap;
		grown = arena_alloc(list->arena, list->cap, sizeof(*grown));
		if (list->count > 0)
			memcpy(
			    grown, list->items, list->count * sizeof(*grown));
		list->items = grown;
	}
	list->items[list->count++] = *c;
}

double
candidate_apart_m(const struct candidate *a, const struct candidate *b)
{
	double m = hypot(a->easting - b->easting, a->northing - b->northing);

	return isfinite(m) ? m : (double)INFINITY;
}

static double
radius_of(const struct candidate *c)
{
	return isnan(c->uncertainty_m) ? UNSAID_M : c->uncertainty_m;
}

static bool
is_before(const struct candidate *a, const struct candidate *b)
{
	if (a->is_fix != b->is_fix && a->trust < CANDIDATE_GIVEN &&
	    b->trust < CANDIDATE_GIVEN &&
	    (a->trust >= CANDIDATE_NAME) == (b->trust >= CANDIDATE_NAME))
		return a->is_fix;
	return a->trust > b->trust;
}

/* Can both be right? */
static bool
agree(const struct candidate *a, const struct candidate *b)
{
	return candidate_apart_m(a, b) <= radius_of(a) + radius_of(b);
}

const struct candidate *
candidate_choose(const struct candidate_list *list)
{
	const struct candidate *best = NULL, *finer;

	for (size_t i = 0; i < list->count; i++)
		if (!best || is_before(&list->items[i], best))
			best = &list->items[i];
	if (!best || best->trust == CANDIDATE_GIVEN)
		return best;
	finer = best;
	for (size_t i = 0; i < list->count; i++) {
		const struct candidate *c = &list->items[i];

		if (c->trust >= CANDIDATE_NAME && agree(c, best) &&
		    radius_of(c) < radius_of(finer))
			finer = c;
	}
	return finer;
}

static struct str
say_metres(struct arena *arena, double metres)
{
	if (metres < 999.5)
		return arena_strf(arena, "%.0f m", metres);
	return arena_strf(arena, "%.1f km", metres / 1000);
}

struct str
candidate_say(const struct candidate *c, struct arena *arena)
{
	if (isnan(c->uncertainty_m) || c->uncertainty_m <= 0)
		return arena_str(arena, c->what);
	return arena_strf(arena, "%.*s, within %.*s", STR_ARG(c->what),
	    STR_ARG(say_metres(arena, c->uncertainty_m)));
}

struct str
candidate_doubt(
    const struct candidate_list *list, const struct candidate *chosen)
{
	struct buf out = { 0 };
	struct str doubt;

	for (size_t i = 0; i < list->count; i++) {
		const struct candidate *c = &list->items[i];
		double apart = candidate_apart_m(c, chosen);

		if (c == chosen || c->trust <= CANDIDATE_IN_LOG ||
		    apart <= radius_of(c) + radius_of(chosen) + APART_M)
			continue;
		buf_addf(&out, "%s%.*s is %.0f km away",
		    out.len > 0 ? "; " : "but ", STR_ARG(c->what),
		    fmin(apart / 1000, 9999));
		if (out.len > 400)
			break;
	}
	doubt = out.len > 0 ? arena_str(list->arena, buf_str(&out))
			    : str_make(NULL, 0);
	buf_clear(&out);
	return doubt;
}
