/*
 * polygons: GEOS geometries, an STRtree over their envelopes, and one prepared
 * line.
 *
 * The line is where the outline of all rural areas together meets the outline
 * of all urban areas together: the coast is in only one of them, so it is no
 * change of class.  It is worked out in degrees, where neighbours share their
 * corners exactly, and then moved into metres point by point.
 */
#include "agent/geo/polygons.h"

#include <geos_c.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/geo/grid.h"
#include "agent/geo/linecells.h"
#include "agent/geo/polygons_private.h"

#define NODE_CAPACITY 10 /* children of a tree node: GEOS's own default */
#define MESSAGE_MAX   160

struct item {
	GEOSGeometry *geometry;               /* owned, degrees */
	const GEOSPreparedGeometry *prepared; /* owned, of geometry */
	struct polygons_area area;
};

struct polygons {
	GEOSContextHandle_t geos; /* owned */
	bool is_shared;           /* all below is another's */
	struct item *items;       /* owned */
	size_t count, cap;
	GEOSSTRtree *tree;                    /* owned; of pointers to items */
	GEOSGeometry *line;                   /* owned, metres; NULL: none */
	const GEOSPreparedGeometry *prepared; /* owned, of line */
	struct linecells *cells;              /* owned, of line */
	char message[MESSAGE_MAX];            /* GEOS's last complaint */
};

static void
keep_message(const char *message, void *user)
{
	struct polygons *p = user;

	(void)snprintf(p->message, sizeof(p->message), "%s", message);
}

/* What GEOS last complained of, as an error. */
static int
geos_error(struct polygons *p, const char *what, struct err *e)
{
	int rc = err_set(e, ERR_INVALID, "%s: %s", what,
	    p->message[0] ? p->message : "GEOS gives no reason");

	p->message[0] = '\0';
	return rc;
}

int
polygons_new(struct polygons **out, struct err *e)
{
	struct polygons *p = alloc_zero(1, sizeof(*p));

	p->geos = GEOS_init_r();
	if (!p->geos) {
		free(p);
		return err_set(e, ERR_SYSTEM, "GEOS cannot be started");
	}
	GEOSContext_setErrorMessageHandler_r(p->geos, keep_message, p);
	*out = p;
	return 0;
}

static void
release_areas(struct polygons *p)
{
	if (p->tree)
		GEOSSTRtree_destroy_r(p->geos, p->tree);
	if (p->prepared)
		GEOSPreparedGeom_destroy_r(p->geos, p->prepared);
	GEOSGeom_destroy_r(p->geos, p->line);
	linecells_free(&p->cells);
	for (size_t i = 0; i < p->count; i++) {
		GEOSPreparedGeom_destroy_r(p->geos, p->items[i].prepared);
		GEOSGeom_destroy_r(p->geos, p->items[i].geometry);
	}
	free(p->items);
}

void
polygons_free(struct polygons **polygons)
{
	struct polygons *p = *polygons;

	if (!p)
		return;
	if (!p->is_shared)
		release_areas(p);
	GEOS_finish_r(p->geos);
	free(p);
	*polygons = NULL;
}

/* Ring r of the shape, or NULL. */
static GEOSGeometry *
make_ring(
    GEOSContextHandle_t geos, const struct polygons_shape *shape, size_t r)
{
	size_t begin = r > 0 ? shape->ring_ends[r - 1] : 0;
	size_t count = shape->ring_ends[r] - begin;
	GEOSCoordSequence *seq;

	CHECK(count >= 4 && count <= UINT32_MAX);
	seq = GEOSCoordSeq_copyFromBuffer_r(
	    geos, shape->points + 2 * begin, (unsigned int)count, 0, 0);
	return seq ? GEOSGeom_createLinearRing_r(geos, seq) : NULL;
}

/* Polygon n of the shape, or NULL. */
static GEOSGeometry *
make_polygon(
    GEOSContextHandle_t geos, const struct polygons_shape *shape, size_t n)
{
	size_t begin = n > 0 ? shape->polygon_ends[n - 1] : 0;
	size_t count = shape->polygon_ends[n] - begin;
	GEOSGeometry **rings = alloc_zero(count, sizeof(GEOSGeometry *));
	GEOSGeometry *polygon = NULL;
	size_t made = 0;

	while (made < count) {
		rings[made] = make_ring(geos, shape, begin + made);
		if (!rings[made])
			break;
		made++;
	}
	if (made == count) /* takes the rings, also when it fails */
		polygon = GEOSGeom_createPolygon_r(
		    geos, rings[0], rings + 1, (unsigned int)count - 1);
	else
		while (made > 0)
			GEOSGeom_destroy_r(geos, rings[--made]);
	free(rings);
	return polygon;
}

GEOSGeometry *
polygons_make(GEOSContextHandle_t geos, const struct polygons_shape *shape)
{
	size_t count = shape->polygon_count;
	GEOSGeometry **parts = alloc_zero(count, sizeof(GEOSGeometry *));
	GEOSGeometry *whole = NULL;
	size_t made = 0;

	while (made < count) {
		parts[made] = make_polygon(geos, shape, made);
		if (!parts[made])
			break;
		made++;
	}
	if (made < count)
		while (made > 0)
			GEOSGeom_destroy_r(geos, parts[--made]);
	else if (count == 1)
		whole = parts[0];
	else
		whole = GEOSGeom_createCollection_r(
		    geos, GEOS_MULTIPOLYGON, parts, (unsigned int)count);
	free(parts);
	return whole;
}

GEOSGeometry *
polygons_uncross(GEOSContextHandle_t geos, const GEOSGeometry *crossed)
{
	GEOSGeometry *valid = GEOSMakeValid_r(geos, crossed);
	GEOSGeometry *area = NULL;

	/* What was folded flat has become lines; a buffer has only areas. */
	if (valid)
		area = GEOSBuffer_r(geos, valid, 0, 1);
	GEOSGeom_destroy_r(geos, valid);
	return area;
}

/* Mend an outline that crosses itself.  1 mended, 0 sound, -1 hopeless. */
static int
mend(struct polygons *p, GEOSGeometry **geometry, struct err *e)
{
	GEOSGeometry *mended;

	if (GEOSisValid_r(p->geos, *geometry) == 1)
		return 0;
	mended = polygons_uncross(p->geos, *geometry);
	if (!mended)
		return geos_error(p, "the outline cannot be mended", e);
	GEOSGeom_destroy_r(p->geos, *geometry);
	*geometry = mended;
	if (GEOSisEmpty_r(p->geos, mended) != 0)
		return err_set(e, ERR_INVALID, "the outline holds no area");
	return 1;
}

static struct item *
next_item(struct polygons *p)
{
	if (p->count == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 64;
		p->items = alloc_resize(p->items, p->cap, sizeof(*p->items));
	}
	return &p->items[p->count++];
}

int
polygons_add(struct polygons *p, const struct polygons_shape *shape,
    const struct polygons_area *area, struct err *e)
{
	GEOSGeometry *geometry;
	const GEOSPreparedGeometry *prepared = NULL;
	int mended;

	CHECK(!p->tree && shape->polygon_count > 0);
	geometry = polygons_make(p->geos, shape);
	if (!geometry)
		return geos_error(p, "the outline is no polygon", e);
	mended = mend(p, &geometry, e);
	if (mended >= 0) {
		prepared = GEOSPrepare_r(p->geos, geometry);
		if (!prepared)
			mended = geos_error(p, "the outline is unusable", e);
	}
	if (mended < 0) {
		GEOSGeom_destroy_r(p->geos, geometry);
		return -1;
	}
	*next_item(p) = (struct item){ geometry, prepared, *area };
	return mended;
}

/* All areas of one class as one geometry; NULL on failure. */
static GEOSGeometry *
unite(const struct polygons *p, bool is_rural)
{
	GEOSGeometry **parts = alloc_zero(p->count + 1, sizeof(GEOSGeometry *));
	GEOSGeometry *all, *united = NULL;
	size_t count = 0;

	for (size_t i = 0; i < p->count; i++)
		if (p->items[i].area.is_rural == is_rural)
			parts[count++] =
			    GEOSGeom_clone_r(p->geos, p->items[i].geometry);
	all = GEOSGeom_createCollection_r(
	    p->geos, GEOS_GEOMETRYCOLLECTION, parts, (unsigned int)count);
	if (all)
		united = GEOSUnaryUnion_r(p->geos, all);
	GEOSGeom_destroy_r(p->geos, all);
	free(parts);
	return united;
}

/* The outline of all areas of one class; NULL on failure. */
static GEOSGeometry *
outline(const struct polygons *p, bool is_rural)
{
	GEOSGeometry *united = unite(p, is_rural);
	GEOSGeometry *boundary = NULL;

	if (united)
		boundary = GEOSBoundary_r(p->geos, united);
	GEOSGeom_destroy_r(p->geos, united);
	return boundary;
}

/* GEOS's callback: a point of the line from degrees to metres. */
static int
project_point(double *x, double *y, void *user)
{
	const struct grid *grid = user;

	return grid_from_degrees(grid, *y, *x, x, y) ? 1 : 0;
}

static bool
has_class(const struct polygons *p, bool is_rural)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->items[i].area.is_rural == is_rural)
			return true;
	return false;
}

/* Work out the line, in metres; an empty one stays NULL. */
static int
draw_line(struct polygons *p, const struct grid *grid, struct err *e)
{
	GEOSGeometry *rural = outline(p, true);
	GEOSGeometry *urban = outline(p, false);
	GEOSGeometry *line = NULL, *projected = NULL;
	int rc = 0;

	if (rural && urban)
		line = GEOSIntersection_r(p->geos, rural, urban);
	GEOSGeom_destroy_r(p->geos, rural);
	GEOSGeom_destroy_r(p->geos, urban);
	if (!line)
		return geos_error(p, "rural and urban cannot be told apart", e);
	if (GEOSisEmpty_r(p->geos, line) == 0) {
		/* GEOS hands user data on as void *; it is only read. */
		union {
			const struct grid *in;
			void *out;
		} user = { .in = grid };

		projected = GEOSGeom_transformXY_r(
		    p->geos, line, project_point, user.out);
		if (!projected)
			rc = err_set(e, ERR_INVALID,
			    "the areas are not in Great Britain");
	}
	GEOSGeom_destroy_r(p->geos, line);
	p->line = projected;
	return rc;
}

/* Note the squares that part of the line passes. */
static int
note_part(struct polygons *p, const GEOSGeometry *part)
{
	const GEOSCoordSequence *seq = GEOSGeom_getCoordSeq_r(p->geos, part);
	unsigned int count;
	double x, y, last_x = 0, last_y = 0;

	if (!seq || !GEOSCoordSeq_getSize_r(p->geos, seq, &count))
		return -1;
	for (unsigned int i = 0; i < count; i++) {
		if (!GEOSCoordSeq_getXY_r(p->geos, seq, i, &x, &y))
			return -1;
		linecells_add(
		    p->cells, i > 0 ? last_x : x, i > 0 ? last_y : y, x, y);
		last_x = x;
		last_y = y;
	}
	return 0;
}

/* Prepare the line for the question how near it is. */
static int
prepare_line(struct polygons *p, struct err *e)
{
	double x_min, y_min, x_max, y_max;
	int rc = 0;

	p->prepared = GEOSPrepare_r(p->geos, p->line);
	if (!p->prepared || !GEOSGeom_getExtent_r(p->geos, p->line, &x_min,
				&y_min, &x_max, &y_max))
		return geos_error(p, "the line is unusable", e);
	p->cells = linecells_new(x_min, y_min, x_max, y_max);
	for (int i = 0; i < GEOSGetNumGeometries_r(p->geos, p->line); i++)
		if (rc == 0)
			rc = note_part(
			    p, GEOSGetGeometryN_r(p->geos, p->line, i));
	return rc == 0 ? 0 : geos_error(p, "the line is unusable", e);
}

/* One question of each kind, so that GEOS builds its indexes now. */
static void
warm(const struct polygons *p)
{
	for (size_t i = 0; i < p->count; i++) {
		GEOSGeometry *inside =
		    GEOSPointOnSurface_r(p->geos, p->items[i].geometry);

		(void)GEOSPreparedIntersects_r(
		    p->geos, p->items[i].prepared, inside);
		GEOSGeom_destroy_r(p->geos, inside);
	}
	(void)polygons_find(p, 0, 0);
	(void)polygons_line_m(p, 0, 0);
}

int
polygons_finish(struct polygons *p, const struct grid *grid, struct err *e)
{
	CHECK(!p->tree);
	if (has_class(p, true) && has_class(p, false) &&
	    draw_line(p, grid, e) != 0)
		return -1;
	if (p->line && prepare_line(p, e) != 0)
		return -1;
	p->tree = GEOSSTRtree_create_r(p->geos, NODE_CAPACITY);
	if (!p->tree)
		return geos_error(p, "no index can be made", e);
	for (size_t i = 0; i < p->count; i++)
		GEOSSTRtree_insert_r(
		    p->geos, p->tree, p->items[i].geometry, &p->items[i]);
	warm(p);
	/* The overlay leaves megabytes of free heap behind; give them back. */
	alloc_trim();
	return 0;
}

int
polygons_share(const struct polygons *p, struct polygons **out, struct err *e)
{
	struct polygons *shared = NULL;

	CHECK(p->tree);
	if (polygons_new(&shared, e) != 0)
		return -1;
	CHECK(shared); /* the analyser cannot see that 0 means set */
	shared->is_shared = true;
	shared->items = p->items;
	shared->count = p->count;
	shared->tree = p->tree;
	shared->line = p->line;
	shared->prepared = p->prepared;
	shared->cells = p->cells;
	*out = shared;
	return 0;
}

/* A question under way. */
struct search {
	const struct polygons *p;
	const GEOSGeometry *point;
	const struct polygons_area *best;
};

/* The tree's callback: an area whose envelope holds the point. */
static void
try_area(void *found, void *user)
{
	const struct item *item = found;
	struct search *s = user;

	if (s->best && str_compare(item->area.code, s->best->code) >= 0)
		return;
	if (GEOSPreparedIntersects_r(s->p->geos, item->prepared, s->point) == 1)
		s->best = &item->area;
}

const struct polygons_area *
polygons_find(const struct polygons *p, double lat, double lon)
{
	GEOSGeometry *point = GEOSGeom_createPointFromXY_r(p->geos, lon, lat);
	struct search s = { p, point, NULL };

	CHECK(point && p->tree);
	GEOSSTRtree_query_r(p->geos, p->tree, point, try_area, &s);
	GEOSGeom_destroy_r(p->geos, point);
	return s.best;
}

double
polygons_line_m(const struct polygons *p, double easting, double northing)
{
	GEOSGeometry *point;
	double distance_m = (double)INFINITY;

	if (!p->prepared)
		return (double)INFINITY;
	point = GEOSGeom_createPointFromXY_r(p->geos, easting, northing);
	CHECK(point);
	if (GEOSPreparedDistance_r(p->geos, p->prepared, point, &distance_m) !=
	    1)
		distance_m = (double)INFINITY;
	GEOSGeom_destroy_r(p->geos, point);
	return distance_m;
}

bool
polygons_is_line_within(
    const struct polygons *p, double easting, double northing, double metres)
{
	return p->cells &&
	       linecells_may_be_within(p->cells, easting, northing, metres) &&
	       polygons_line_m(p, easting, northing) <= metres;
}
