/*
 * polygons: many census areas, which of them holds a point, and how far the
 * line between rural and urban is.  The one door to GEOS.
 *
 * Built once: polygons_add() for each area, polygons_finish(), then only
 * questions.  GEOS builds its indexes at the first question without locks, so
 * polygons_finish() asks one of each kind.  A struct polygons belongs to one
 * thread; another asks through its own polygons_share().  Areas are kept in WGS84 as they came, so that a point
 * on a shared corner is found exactly; the line is kept in National Grid
 * metres.
 */
#ifndef GEO_POLYGONS_H
#define GEO_POLYGONS_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct grid;
struct polygons; /* opaque */

/*
 * One area's outline: points in order, which of them end a ring, and which
 * rings end a polygon.  The first ring of a polygon is its outside, the others
 * are holes.  Every ring is closed and has four points or more.
 */
struct polygons_shape {
	const double *points; /* longitude, latitude, longitude, … */
	size_t point_count;
	const size_t *ring_ends; /* index after each ring's last point */
	size_t ring_count;
	const size_t *polygon_ends; /* index after each polygon's last ring */
	size_t polygon_count;       /* 1 or more */
};

/* What is said of an area. */
struct polygons_area {
	struct str code;     /* borrowed by polygons for its life */
	struct str district; /* likewise; absent if not known */
	bool is_rural;
};

/* An empty set.  The caller owns *out (polygons_free). */
NODISCARD int polygons_new(struct polygons **out, struct err *e);

/* Release *p and set it NULL.  NULL is fine. */
void polygons_free(struct polygons **p);

/*
 * Add an area; the shape is copied.  Returns 1 if the outline crossed itself
 * and was mended, 0 if it was sound, -1 with ERR_INVALID if it cannot be
 * mended.
 */
NODISCARD int polygons_add(struct polygons *p,
    const struct polygons_shape *shape, const struct polygons_area *area,
    struct err *e);

/* Build the indexes and the line.  Nothing can be added afterwards. */
NODISCARD int polygons_finish(
    struct polygons *p, const struct grid *grid, struct err *e);

/*
 * The same finished areas for one more thread.  They are borrowed: p outlives
 * *out, which the caller owns (polygons_free).
 */
NODISCARD int polygons_share(
    const struct polygons *p, struct polygons **out, struct err *e);

/*
 * The area that holds the point or touches it; of several, the one with the
 * lowest code.  NULL if none does.  Borrowed from p.
 */
const struct polygons_area *polygons_find(
    const struct polygons *p, double lat, double lon);

/*
 * Metres from the point to the nearest line between a rural and an urban
 * area; INFINITY if there is no such line.
 */
double polygons_line_m(
    const struct polygons *p, double easting, double northing);

/* Is such a line within so many metres?  Quickly, for most are far. */
bool polygons_is_line_within(
    const struct polygons *p, double easting, double northing, double metres);

#endif /* GEO_POLYGONS_H */
