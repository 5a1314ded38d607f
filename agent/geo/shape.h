/*
 * shape: a GeoJSON geometry (RFC 7946, section 3.1) as lists of numbers.
 *
 * Areas for boundaries, points and lines too for layers; positions in WGS84 degrees, longitude first.  The
 * lists are used again from one geometry to the next.
 */
#ifndef GEO_SHAPE_H
#define GEO_SHAPE_H

#include <stddef.h>

#include "agent/base/own.h"
#include "agent/geo/polygons.h"

struct err;
struct json;

/* A list of indexes that grows. */
struct shape_ends {
	size_t *p; /* owned */
	size_t count, cap;
};

/* Zero it before first use. */
struct shape {
	double *points; /* owned; longitude, latitude, … */
	size_t point_count, point_cap;
	struct shape_ends rings, polygons;
};

/* What a geometry is made of. */
enum shape_kind {
	SHAPE_POINTS, /* positions, no rings */
	SHAPE_LINES,  /* rings ends where each line ends */
	SHAPE_AREAS   /* rings and polygons */
};

/*
 * Read a geometry, replacing what s held.  ERR_INVALID, saying what and where
 * (polygon, ring and position from 1), for another kind of geometry, a list
 * that is missing or empty, a ring that is not closed or has fewer than four
 * positions, and positions that are no longitude and latitude.
 */
NODISCARD int shape_read(
    struct shape *s, const struct json *geometry, struct err *e);

/*
 * The same for any of Point, MultiPoint, LineString, MultiLineString, Polygon
 * and MultiPolygon; *kind says which.
 */
NODISCARD int shape_read_any(struct shape *s, const struct json *geometry,
    enum shape_kind *kind, struct err *e);

/* The shape as polygons_add() wants it; borrowed from s. */
struct polygons_shape shape_view(const struct shape *s);

/* Free the lists. */
void shape_release(struct shape *s);

#endif /* GEO_SHAPE_H */
