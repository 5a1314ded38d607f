/*
 * layer: things on the map under one name, such as protected sites, and
 * whether a point is inside one and how far the nearest is.  The second door
 * to GEOS.
 *
 * Points, lines and areas in any mixture, from GeoJSON in WGS84; kept in
 * National Grid metres.  A layer is immutable once loaded and belongs to one
 * thread; another asks through its own layer_share().
 */
#ifndef GEO_LAYER_H
#define GEO_LAYER_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct grid;
struct layer; /* opaque */

/* Limits on a file; beyond them it is refused with ERR_LIMIT. */
#define LAYER_FEATURE_BYTES_MAX (4 << 20)
#define LAYER_FEATURES_MAX      200000

/* Bytes of a layer's name at most. */
#define LAYER_NAME_MAX 64

/* What a layer holds, counted by feature. */
struct layer_counts {
	size_t points, lines, areas;
	size_t mended; /* outlines that crossed themselves and were mended */
};

/* True if name may be a layer's: small letters, digits and hyphens. */
bool layer_name_is_valid(struct str name);

/*
 * Read a layer from a FeatureCollection; properties are not looked at.  The
 * text is copied; grid is used during the call only.  An error names the
 * feature's number and the place in its geometry.  The caller owns *out
 * (layer_free).
 */
NODISCARD int layer_load(struct str name, struct str geojson,
    const struct grid *grid, struct layer **out, struct err *e);

/* Release *l and set it NULL.  NULL is fine. */
void layer_free(struct layer **l);

/*
 * The same layer for one more thread.  What it holds is borrowed: l outlives
 * *out, which the caller owns (layer_free).
 */
NODISCARD int layer_share(
    const struct layer *l, struct layer **out, struct err *e);

/* Its name.  Borrowed from l. */
struct str layer_name(const struct layer *l);

/* What it holds. */
struct layer_counts layer_counts(const struct layer *l);

/* Is the point, in National Grid metres, in an area of the layer? */
bool layer_is_inside(const struct layer *l, double easting, double northing);

/* Metres from the point to the nearest of the layer; 0 inside. */
double layer_distance_m(const struct layer *l, double easting, double northing);

#endif /* GEO_LAYER_H */
