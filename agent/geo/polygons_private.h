/*
 * polygons_private: what both doors to GEOS share: making its geometries.
 *
 * The types are GEOS's own, named here without its header.
 */
#ifndef GEO_POLYGONS_PRIVATE_H
#define GEO_POLYGONS_PRIVATE_H

#include "agent/geo/polygons.h"

struct GEOSGeom_t;
struct GEOSContextHandle_HS;

/*
 * The polygons of a shape as one geometry, in the coordinates that it has;
 * NULL on failure.  The caller owns it (GEOSGeom_destroy_r).
 */
struct GEOSGeom_t *polygons_make(
    struct GEOSContextHandle_HS *geos, const struct polygons_shape *shape);

/* A sound geometry with the area of a crossed one, likewise. */
struct GEOSGeom_t *polygons_uncross(
    struct GEOSContextHandle_HS *geos, const struct GEOSGeom_t *crossed);

#endif /* GEO_POLYGONS_PRIVATE_H */
