/*
 * candidate: a place where an incident may be, and the choice among several.
 *
 * Candidates are never averaged.  The most trusted stands; one that says the
 * same more finely takes its place, and one that says something else is told as
 * a doubt.
 */
#ifndef GEO_CANDIDATE_H
#define GEO_CANDIDATE_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/str.h"

struct arena;

/* At most so many of one incident; the rest is left. */
#define CANDIDATE_MAX 64

/* How far it is trusted; more is more. */
enum candidate_trust {
	CANDIDATE_COARSE,   /* a postcode's first half, a road towards it */
	CANDIDATE_IN_LOG,   /* a name in the log */
	CANDIDATE_NAME,     /* a name in the location text */
	CANDIDATE_POSTCODE, /* a whole postcode */
	CANDIDATE_EXACT,    /* a grid reference, latitude and longitude */
	CANDIDATE_GIVEN     /* coordinates given with the incident */
};

/* One place. */
struct candidate {
	double lat, lon;          /* WGS84 degrees */
	double easting, northing; /* National Grid metres; NAN off the grid */
	double uncertainty_m;     /* radius; NAN: not said */
	double edge_m; /* within this of a change of class it is an edge */
	enum candidate_trust trust;
	bool is_fix;     /* said to put an earlier one right */
	struct str what; /* "grid reference TL 603 379 in the log" */
};

/* A list in an arena. */
struct candidate_list {
	struct arena *arena;
	struct candidate *items;
	size_t count, cap;
};

/* Append a copy of c; beyond CANDIDATE_MAX it is dropped. */
void candidate_add(struct candidate_list *list, const struct candidate *c);

/* Metres between two; INFINITY if one of them is off the grid. */
double candidate_apart_m(const struct candidate *a, const struct candidate *b);

/* The one that stands; NULL if there is none. */
const struct candidate *candidate_choose(const struct candidate_list *list);

/*
 * What says something else than chosen: farther from it than both uncertainties
 * and 1 km more.  One sentence, or absent.
 */
struct str candidate_doubt(
    const struct candidate_list *list, const struct candidate *chosen);

/* "grid reference TL 603 379 in the log, within 141 m". */
struct str candidate_say(const struct candidate *c, struct arena *arena);

#endif /* GEO_CANDIDATE_H */
