/*
 * towns: the built-in table of the county's towns, and of its larger villages
 * as names to go by.
 *
 * A town is one or more circles; inside any of them is urban.  A village has
 * radius 0: it is only a name near which things are.  How far the circles
 * agree with the official areas is measured by tests/unit/geo/test_places.c
 * and written down in docs/GEOGRAPHY.md.  Distances are on the WGS84 ellipsoid
 * taken as flat: right to 0.1 % to a named centre, to 0.05 % to an edge that is
 * no more than 2 km away.  No state, any
 * thread.
 */
#ifndef GEO_TOWNS_H
#define GEO_TOWNS_H

#include <stdbool.h>
#include <stddef.h>

/* The edition name of a place that was classed by this table. */
#define TOWNS_EDITION "towns"

/* Beyond this distance nothing is said to be near. */
#define TOWNS_NEAR_MAX_M 40000

/* One circle. */
struct town {
	const char *name;
	double lat, lon;
	double radius_m; /* 0: a village, a name only */
	bool is_centre;  /* distances to the name are measured from here */
};

/* The nearest name. */
struct towns_near {
	const char *name;    /* static */
	double distance_m;   /* from its centre */
	const char *bearing; /* "NE": from its centre to the point; static */
};

/* How many circles and names the table has. */
size_t towns_count(void);

/* Circle or name i, below towns_count(). */
const struct town *towns_get(size_t i);

/*
 * Metres from the point to the edge of the nearest town; negative inside one,
 * as deep as the deepest circle says.
 */
double towns_outside_m(double lat, double lon);

/*
 * True if the point is no more than within_m from where a town begins or
 * ends.  Where circles overlap no town ends.
 */
bool towns_is_edge(double lat, double lon, double within_m);

/* The nearest name; false, *out untouched, if none is near. */
bool towns_find_near(double lat, double lon, struct towns_near *out);

#endif /* GEO_TOWNS_H */
