/*
 * geo: where an incident is, and whether that is rural.
 *
 * A struct geo is immutable once built and belongs to one thread; another asks
 * through its own geo_share().  It holds
 * the built-in towns table and any number of loaded boundary editions, one of
 * which is in force.  Without an edition, inside a town's radius is urban, all
 * else rural, and the place says edition "towns": approximate.
 */
#ifndef GEO_GEO_H
#define GEO_GEO_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/own.h"
#include "agent/geo/place.h"
#include "agent/incident/incident.h"

struct arena;
struct err;
struct geo; /* opaque */
struct gazetteer;
struct layer_counts; /* layer.h */

/* Within this distance of a change of class a place is an edge. */
#define GEO_EDGE_M 300

/* A less certain place is an edge within its uncertainty, up to this. */
#define GEO_EDGE_MAX_M 2000

/* Layers are not asked about a place in the text that is less certain. */
#define GEO_LAYERS_MAX_M 500

/* What loading an edition came to. */
struct geo_edition_info {
	struct str name;  /* borrowed from the geo */
	size_t areas;     /* polygons with a class */
	size_t rural;     /* of them rural */
	size_t districts; /* distinct district names */
	size_t mended;    /* outlines that crossed themselves, now mended */
};

/* A geo with the built-in towns.  The caller owns *out (geo_free). */
NODISCARD int geo_new(struct geo **out, struct err *e);

/* Release *g and set it NULL. */
void geo_free(struct geo **g);

/*
 * A geo for one more thread, with the same answers.  It borrows the boundaries
 * and layers
 * of g, which outlives it and to which no more are added meanwhile.  The
 * caller owns *out (geo_free).
 */
NODISCARD int geo_share(const struct geo *g, struct geo **out, struct err *e);

/*
 * Add an edition from GeoJSON text: a FeatureCollection of Polygons and
 * MultiPolygons in WGS84, each with a code, a name and a rural-urban class.
 * The properties are found by the names in use (lsoa_code, LSOA21CD, code …;
 * is_rural, RUC21CD, ruc_code, Urban_rural_flag …; lad_name …); docs list
 * them.  The last edition added is in force.  An error names the feature's
 * number and the property; so is a name that is empty, "towns" or taken an
 * error.  On failure g is as it was.  Fills *info (may be NULL).
 */
NODISCARD int geo_add_edition(struct geo *g, const char *name,
    struct str geojson, struct geo_edition_info *info, struct err *e);

/*
 * Add a layer from GeoJSON text under a name (layer.h); every place says from
 * then on whether it is inside and how far off.  A name that is taken is an
 * error.  On failure g is as it was.  Fills *counts (may be NULL).
 */
NODISCARD int geo_add_layer(struct geo *g, struct str name, struct str geojson,
    struct layer_counts *counts, struct err *e);

/* The name of the edition in force, "towns" if none was added.  Borrowed. */
struct str geo_edition_name(const struct geo *g);

/*
 * A gazetteer of the built-in names to add others to (opennames.h).  The caller
 * owns it (gazetteer_free) until geo_take_gazetteer().
 */
struct gazetteer *geo_new_gazetteer(const struct geo *g);

/* Find names in *names from now on; takes it and sets it NULL. */
void geo_take_gazetteer(struct geo *g, struct gazetteer **names);

/*
 * Where the incident is: its own latitude and longitude, else its easting and
 * northing, else what its text says (textplace.h), else unknown.  Text in the
 * result is the arena's.  Never fails: a point outside all areas takes the
 * class of the towns table and says so in its edition.
 */
void geo_locate(const struct geo *g, const struct incident *in,
    struct arena *arena, struct place *out);

/* True if geo_locate() must say the same of both: all that it reads is. */
bool geo_is_same_input(const struct incident *a, const struct incident *b);

/* The same for a point with an uncertainty (NAN: not known). */
void geo_locate_point(const struct geo *g, double lat, double lon,
    double uncertainty_m, struct arena *arena, struct place *out);

#endif /* GEO_GEO_H */
