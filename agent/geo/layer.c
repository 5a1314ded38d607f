/*
 * layer: one GEOS geometry a feature, prepared, in an STRtree over their
 * envelopes.  The tree and the prepared geometries build their indexes at the
 * first question without locks, so layer_load() asks one of each kind.
 */
#include "agent/geo/layer.h"

#include <geos_c.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/geo/features.h"
#include "agent/geo/grid.h"
#include "agent/geo/polygons_private.h"
#include "agent/geo/shape.h"

#define NODE_CAPACITY 10 /* children of a tree node: GEOS's own default */

/* One feature, or the point that is asked about (prepared NULL). */
struct item {
	GEOSGeometry *geometry;               /* owned, metres */
	const GEOSPreparedGeometry *prepared; /* owned, of geometry */
	bool is_area;
};

struct layer {
	char *name;               /* owned */
	GEOSContextHandle_t geos; /* owned */
	bool is_shared;           /* all below is another's */
	struct item *items;       /* owned */
	size_t count, cap;
	GEOSSTRtree *tree; /* owned; of pointers to items */
	struct layer_counts counts;
};

bool
layer_name_is_valid(struct str name)
{
	if (name.len == 0 || name.len > LAYER_NAME_MAX || name.p[0] == '-')
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (!((name.p[i] >= 'a' && name.p[i] <= 'z') ||
			(name.p[i] >= '0' && name.p[i] <= '9') ||
			name.p[i] == '-'))
			return false;
	return true;
}

static int
new_layer(struct str name, struct layer **out, struct err *e)
{
	struct layer *l = alloc_zero(1, sizeof(*l));

	l->name = str_copy(name);
	l->geos = GEOS_init_r();
	if (!l->geos) {
		layer_free(&l);
		return err_set(e, ERR_SYSTEM, "GEOS cannot be started");
	}
	*out = l;
	return 0;
}

static void
release_items(struct layer *l)
{
	if (l->tree)
		GEOSSTRtree_destroy_r(l->geos, l->tree);
	for (size_t i = 0; i < l->count; i++) {
		GEOSPreparedGeom_destroy_r(l->geos, l->items[i].prepared);
		GEOSGeom_destroy_r(l->geos, l->items[i].geometry);
	}
	free(l->items);
}

void
layer_free(struct layer **layer)
{
	struct layer *l = *layer;

	if (!l)
		return;
	if (!l->is_shared)
		release_items(l);
	if (l->geos)
		GEOS_finish_r(l->geos);
	free(l->name);
	free(l);
	*layer = NULL;
}

int
layer_share(const struct layer *l, struct layer **out, struct err *e)
{
	struct layer *shared = NULL;

	if (new_layer(str_of(l->name), &shared, e) != 0)
		return -1;
	CHECK(shared); /* the analyser cannot see that 0 means set */
	shared->is_shared = true;
	shared->items = l->items;
	shared->count = l->count;
	shared->tree = l->tree;
	shared->counts = l->counts;
	*out = shared;
	return 0;
}

struct str
layer_name(const struct layer *l)
{
	return str_of(l->name);
}

struct layer_counts
layer_counts(const struct layer *l)
{
	return l->counts;
}

/* ---- Loading ---- */

/* The positions from begin to end as a sequence of GEOS's; NULL on failure. */
static GEOSCoordSequence *
make_sequence(
    const struct layer *l, const struct shape *s, size_t begin, size_t end)
{
	CHECK(end > begin && end - begin <= UINT32_MAX);
	return GEOSCoordSeq_copyFromBuffer_r(
	    l->geos, s->points + 2 * begin, (unsigned int)(end - begin), 0, 0);
}

/* All points, or all lines, of a shape as one geometry; NULL on failure. */
static GEOSGeometry *
make_parts(const struct layer *l, const struct shape *s, enum shape_kind kind)
{
	bool lines = kind == SHAPE_LINES;
	size_t count = lines ? s->rings.count : s->point_count;
	GEOSGeometry **parts = alloc_zero(count, sizeof(GEOSGeometry *));
	GEOSGeometry *whole = NULL;
	size_t begin = 0;
	size_t made = 0;

	for (; made < count; made++) {
		size_t end = lines ? s->rings.p[made] : begin + 1;
		GEOSCoordSequence *seq = make_sequence(l, s, begin, end);

		if (seq) /* taken, also when it fails */
			parts[made] =
			    lines ? GEOSGeom_createLineString_r(l->geos, seq)
				  : GEOSGeom_createPoint_r(l->geos, seq);
		if (!parts[made])
			break;
		begin = end;
	}
	if (made == count)
		whole = GEOSGeom_createCollection_r(l->geos,
		    lines ? GEOS_MULTILINESTRING : GEOS_MULTIPOINT, parts,
		    (unsigned int)count);
	else
		while (made > 0)
			GEOSGeom_destroy_r(l->geos, parts[--made]);
	free(parts);
	return whole;
}

/* The areas of a shape, mended if they must be; NULL on failure. */
static GEOSGeometry *
make_areas(struct layer *l, const struct shape *s)
{
	struct polygons_shape view = shape_view(s);
	GEOSGeometry *areas = polygons_make(l->geos, &view);
	GEOSGeometry *mended;

	if (!areas || GEOSisValid_r(l->geos, areas) == 1)
		return areas;
	mended = polygons_uncross(l->geos, areas);
	GEOSGeom_destroy_r(l->geos, areas);
	if (mended && GEOSisEmpty_r(l->geos, mended) != 0) {
		GEOSGeom_destroy_r(l->geos, mended);
		return NULL;
	}
	l->counts.mended++;
	return mended;
}

/* From degrees to metres, in place. */
static int
project(struct shape *s, const struct grid *grid, struct err *e)
{
	for (size_t i = 0; i < s->point_count; i++) {
		double *p = s->points + 2 * i;

		if (!grid_from_degrees(grid, p[1], p[0], &p[0], &p[1]))
			return err_set(e, ERR_INVALID,
			    "its geometry: (%.4f %.4f) is not in Great "
			    "Britain: save the file in WGS84, longitude first",
			    p[0], p[1]);
	}
	return 0;
}

static int
add_shape(
    struct layer *l, const struct shape *s, enum shape_kind kind, struct err *e)
{
	struct item item = { .is_area = kind == SHAPE_AREAS };

	item.geometry =
	    item.is_area ? make_areas(l, s) : make_parts(l, s, kind);
	if (item.geometry)
		item.prepared = GEOSPrepare_r(l->geos, item.geometry);
	if (!item.prepared) {
		GEOSGeom_destroy_r(l->geos, item.geometry);
		return err_set(e, ERR_INVALID,
		    "its geometry: this outline cannot be used or mended");
	}
	if (l->count == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 64;
		l->items = alloc_resize(l->items, l->cap, sizeof(*l->items));
	}
	l->items[l->count++] = item;
	l->counts.points += kind == SHAPE_POINTS;
	l->counts.lines += kind == SHAPE_LINES;
	l->counts.areas += kind == SHAPE_AREAS;
	return 0;
}

/* Parse a feature's text and add it. */
static int
add_feature(struct layer *l, struct str text, struct shape *s,
    const struct grid *grid, struct err *e)
{
	AUTO(json_free) struct json *feature = NULL;
	struct json_place where;
	enum shape_kind kind = SHAPE_POINTS;

	if (text.len > LAYER_FEATURE_BYTES_MAX)
		return err_set(e, ERR_LIMIT,
		    "it has %zu bytes; %d is the most that is taken", text.len,
		    LAYER_FEATURE_BYTES_MAX);
	if (l->count == LAYER_FEATURES_MAX)
		return err_set(e, ERR_LIMIT,
		    "%d features is the most that is taken",
		    LAYER_FEATURES_MAX);
	if (json_parse(text, &feature, &where, e) != 0)
		return err_wrap(
		    e, "its line %d, column %d", where.line, where.column);
	if (!str_is(json_text(json_member(feature, "type")), "Feature"))
		return err_set(e, ERR_INVALID, "it is no GeoJSON Feature");
	if (shape_read_any(s, json_member(feature, "geometry"), &kind, e) !=
		0 ||
	    project(s, grid, e) != 0)
		return -1;
	return add_shape(l, s, kind, e);
}

static int
add_features(
    struct layer *l, struct str geojson, const struct grid *grid, struct err *e)
{
	AUTO(shape_release) struct shape shape = { .points = NULL };
	struct features features;
	struct str text;

	if (features_open(&features, geojson, e) != 0)
		return -1;
	while (features_next(&features, &text) == 1)
		if (add_feature(l, text, &shape, grid, e) != 0)
			return err_wrap(e, "feature %zu", features.count);
	if (l->count == 0)
		return err_set(e, ERR_INVALID, "it has no features");
	return 0;
}

/* Build the tree, and ask so that GEOS builds its indexes now. */
static int
finish(struct layer *l, struct err *e)
{
	l->tree = GEOSSTRtree_create_r(l->geos, NODE_CAPACITY);
	if (!l->tree)
		return err_set(e, ERR_SYSTEM, "no index can be made");
	for (size_t i = 0; i < l->count; i++)
		GEOSSTRtree_insert_r(
		    l->geos, l->tree, l->items[i].geometry, &l->items[i]);
	for (size_t i = 0; i < l->count; i++) {
		GEOSGeometry *inside =
		    GEOSPointOnSurface_r(l->geos, l->items[i].geometry);
		double distance_m;

		(void)GEOSPreparedIntersects_r(
		    l->geos, l->items[i].prepared, inside);
		(void)GEOSPreparedDistance_r(
		    l->geos, l->items[i].prepared, inside, &distance_m);
		GEOSGeom_destroy_r(l->geos, inside);
	}
	(void)layer_is_inside(l, 0, 0);
	(void)layer_distance_m(l, 0, 0);
	return 0;
}

int
layer_load(struct str name, struct str geojson, const struct grid *grid,
    struct layer **out, struct err *e)
{
	AUTO(layer_free) struct layer *l = NULL;

	if (!layer_name_is_valid(name))
		return err_set(e, ERR_INVALID,
		    "\"%.*s\" cannot be the name of a layer: use small "
		    "letters, digits and hyphens, such as \"sssi\"",
		    STR_ARG(name));
	if (new_layer(name, &l, e) != 0)
		return -1;
	CHECK(l); /* the analyser cannot see that 0 means set */
	if (add_features(l, geojson, grid, e) != 0 || finish(l, e) != 0)
		return -1;
	*out = TAKE(l);
	return 0;
}

/* ---- Questions ---- */

/* A question under way. */
struct search {
	const struct layer *l;
	const GEOSGeometry *point;
	bool is_inside;
};

/* The tree's callback: a feature whose envelope holds the point. */
static void
try_area(void *found, void *user)
{
	const struct item *item = found;
	struct search *s = user;

	if (item->is_area && !s->is_inside &&
	    GEOSPreparedIntersects_r(s->l->geos, item->prepared, s->point) == 1)
		s->is_inside = true;
}

bool
layer_is_inside(const struct layer *l, double easting, double northing)
{
	GEOSGeometry *point =
	    GEOSGeom_createPointFromXY_r(l->geos, easting, northing);
	struct search s = { l, point, false };

	CHECK(point && l->tree);
	GEOSSTRtree_query_r(l->geos, l->tree, point, try_area, &s);
	GEOSGeom_destroy_r(l->geos, point);
	return s.is_inside;
}

/* The tree's callback: how far apart are a feature and the point? */
static int
measure(const void *a, const void *b, double *distance, void *user)
{
	const struct layer *l = user;
	const struct item *feature = a;
	const struct item *point = b;

	if (!feature->prepared) {
		feature = b;
		point = a;
	}
	/* GEOS wants 1 for success, as it gives. */
	return GEOSPreparedDistance_r(
	    l->geos, feature->prepared, point->geometry, distance);
}

double
layer_distance_m(const struct layer *l, double easting, double northing)
{
	struct item point = { .prepared = NULL };
	double distance_m = (double)INFINITY;
	const void *nearest;
	/* GEOS hands user data on as void *; it is only read. */
	union {
		const struct layer *in;
		void *out;
	} user = { .in = l };

	if (layer_is_inside(l, easting, northing))
		return 0;
	point.geometry =
	    GEOSGeom_createPointFromXY_r(l->geos, easting, northing);
	CHECK(point.geometry);
	nearest = GEOSSTRtree_nearest_generic_r(
	    l->geos, l->tree, &point, point.geometry, measure, user.out);
	if (nearest)
		(void)measure(nearest, &point, &distance_m, user.out);
	GEOSGeom_destroy_r(l->geos, point.geometry);
	return distance_m;
}
