/*
 * outlines: the boundaries of an edition as lines to be drawn, as fine as a
 * zoom of the map shows them.
 *
 * Two areas share their border point by point, so that it is drawn once, and
 * only where it says something: between districts, between rural and urban, and
 * near by between areas.  Lines are made coarser by moving every point to the
 * nearest of a lattice as wide as a pixel: what two areas share stays shared.
 *
 * Immutable once loaded; any thread may read it.
 */
#ifndef GEO_OUTLINES_H
#define GEO_OUTLINES_H

#include <stddef.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct jsonw;
struct outlines; /* opaque */

/* From this zoom on areas are drawn one by one, with code and class. */
#define OUTLINES_AREAS_ZOOM 13
#define OUTLINES_ZOOM_MAX   18

/* A piece of the map, in degrees, and its zoom: 0 is the Earth in 256 pixels. */
struct outlines_view {
	double west, south, east, north;
	int zoom;
};

/*
 * From an edition's GeoJSON (edition.h).  The text is copied.  The caller owns
 * *out (outlines_free).
 */
NODISCARD int outlines_load(
    struct str geojson, struct outlines **out, struct err *e);

/* Release *o and set it NULL.  NULL is fine. */
void outlines_free(struct outlines **o);

/*
 * Write the features of a view into an open array: lines (MultiLineString)
 * whose property kind is "district" or "rural-urban"; from OUTLINES_AREAS_ZOOM
 * on areas too (MultiPolygon): kind "area", code, district, class.
 */
void outlines_write(const struct outlines *o, const struct outlines_view *view,
    struct jsonw *w);

/* How many areas it has. */
size_t outlines_count(const struct outlines *o);

#endif /* GEO_OUTLINES_H */
