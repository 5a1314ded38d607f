/*
 * geo: put the pieces together: position, grid, edition in force, towns.
 *
 * A point that no area of the edition holds (a beach, the saltings, the next
 * county) falls back on the towns table and carries its name, so that nobody
 * takes it for the official class.
 */
#include "agent/geo/geo.h"

#include <math.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/geo/edition.h"
#include "agent/geo/grid.h"
#include "agent/geo/layer.h"
#include "agent/geo/polygons.h"
#include "agent/geo/towns.h"

struct geo {
	struct grid *grid;         /* owned */
	struct edition **editions; /* owned, and each of them */
	size_t count;
	const struct edition *in_force; /* borrowed: the last, or NULL */
	struct polygons *shared; /* owned; of in_force, if it is another's */
	struct layer **layers;   /* owned, and each of them */
	size_t layer_count;
};

int
geo_new(struct geo **out, struct err *e)
{
	struct geo *g = alloc_zero(1, sizeof(*g));

	if (grid_new(&g->grid, e) != 0) {
		geo_free(&g);
		return -1;
	}
	*out = g;
	return 0;
}

void
geo_free(struct geo **g)
{
	if (!*g)
		return;
	polygons_free(&(*g)->shared);
	for (size_t i = 0; i < (*g)->layer_count; i++)
		layer_free(&(*g)->layers[i]);
	free((*g)->layers);
	for (size_t i = 0; i < (*g)->count; i++)
		edition_free(&(*g)->editions[i]);
	free((*g)->editions);
	grid_free(&(*g)->grid);
	free(*g);
	*g = NULL;
}

static void
take_layer(struct geo *g, struct layer *l)
{
	g->layers =
	    alloc_resize(g->layers, g->layer_count + 1, sizeof(struct layer *));
	g->layers[g->layer_count++] = l;
}

static int
share_layers(const struct geo *g, struct geo *share, struct err *e)
{
	for (size_t i = 0; i < g->layer_count; i++) {
		struct layer *l = NULL;

		if (layer_share(g->layers[i], &l, e) != 0)
			return -1;
		take_layer(share, l);
	}
	return 0;
}

int
geo_add_layer(struct geo *g, struct str name, struct str geojson,
    struct layer_counts *counts, struct err *e)
{
	struct layer *l = NULL;

	for (size_t i = 0; i < g->layer_count; i++)
		if (str_is_equal(layer_name(g->layers[i]), name))
			return err_set(e, ERR_INVALID,
			    "layer \"%.*s\" is loaded already", STR_ARG(name));
	if (layer_load(name, geojson, g->grid, &l, e) != 0)
		return -1;
	take_layer(g, l);
	if (counts)
		*counts = layer_counts(l);
	return 0;
}

int
geo_share(const struct geo *g, struct geo **out, struct err *e)
{
	struct geo *share;

	if (geo_new(&share, e) != 0)
		return -1;
	share->in_force = g->in_force;
	if ((g->in_force && polygons_share(edition_polygons(g->in_force),
				&share->shared, e) != 0) ||
	    share_layers(g, share, e) != 0) {
		geo_free(&share);
		return -1;
	}
	*out = share;
	return 0;
}

/* Names say on a tag what decided: they must be told apart. */
static int
check_name(const struct geo *g, const char *name, struct err *e)
{
	struct str s = str_of(name);

	if (str_trim(s).len != s.len || s.len == 0)
		return err_set(e, ERR_INVALID,
		    "an edition needs a name without spaces around it");
	if (str_is(s, TOWNS_EDITION))
		return err_set(e, ERR_INVALID,
		    "\"%s\" is the name of the built-in table; name the "
		    "edition otherwise, such as \"2021\"",
		    TOWNS_EDITION);
	for (size_t i = 0; i < g->count; i++)
		if (str_is(edition_name(g->editions[i]), name))
			return err_set(e, ERR_INVALID,
			    "edition \"%s\" is loaded already", name);
	return 0;
}

int
geo_add_edition(struct geo *g, const char *name, struct str geojson,
    struct geo_edition_info *info, struct err *e)
{
	struct edition *ed;
	struct edition_counts counts;

	if (check_name(g, name, e) != 0 ||
	    edition_load(name, geojson, g->grid, &ed, e) != 0)
		return -1;
	g->editions =
	    alloc_resize(g->editions, g->count + 1, sizeof(struct edition *));
	g->editions[g->count++] = ed;
	g->in_force = ed;
	if (info) {
		counts = edition_counts(ed);
		*info = (struct geo_edition_info){
			.name = edition_name(ed),
			.areas = counts.areas,
			.rural = counts.rural,
			.districts = counts.districts,
			.mended = counts.mended,
		};
	}
	return 0;
}

struct str
geo_edition_name(const struct geo *g)
{
	return g->in_force ? edition_name(g->in_force) : str_of(TOWNS_EDITION);
}

/* How near to the other class is an edge, for a point this uncertain. */
static double
edge_m(double uncertainty_m)
{
	if (isnan(uncertainty_m) || uncertainty_m < GEO_EDGE_M)
		return GEO_EDGE_M;
	return fmin(uncertainty_m, GEO_EDGE_MAX_M);
}

/* The class by the built-in table. */
static void
class_by_towns(struct place *p)
{
	double outside_m = towns_outside_m(p->lat, p->lon);

	p->edition = str_of(TOWNS_EDITION);
	p->class = outside_m > 0 ? PLACE_RURAL : PLACE_URBAN;
	if (towns_is_edge(p->lat, p->lon, edge_m(p->uncertainty_m)))
		p->class = PLACE_EDGE;
}

/* The class by the edition in force; false if no area holds the point. */
static bool
class_by_edition(const struct geo *g, double easting, double northing,
    struct arena *arena, struct place *p)
{
	const struct edition *ed = g->in_force;
	const struct polygons *polygons = g->shared;
	const struct polygons_area *area;

	if (!ed)
		return false;
	if (!polygons)
		polygons = edition_polygons(ed);
	area = polygons_find(polygons, p->lat, p->lon);
	if (!area)
		return false;
	p->edition = arena_str(arena, edition_name(ed));
	p->area = arena_str(arena, area->code);
	p->district = arena_str(arena, area->district);
	p->class = area->is_rural ? PLACE_RURAL : PLACE_URBAN;
	if (polygons_line_m(polygons, easting, northing) <=
	    edge_m(p->uncertainty_m))
		p->class = PLACE_EDGE;
	return true;
}

/* What the layers say of a point.  Off the grid nothing is known. */
static void
look_up_layers(const struct geo *g, double easting, double northing,
    struct arena *arena, struct place *p)
{
	struct place_layer *layers;

	if (g->layer_count == 0 || isnan(easting))
		return;
	layers = arena_alloc(arena, g->layer_count, sizeof(*layers));
	for (size_t i = 0; i < g->layer_count; i++) {
		const struct layer *l = g->layers[i];

		layers[i].name = arena_str(arena, layer_name(l));
		layers[i].is_inside = layer_is_inside(l, easting, northing);
		layers[i].distance_m = layer_distance_m(l, easting, northing);
	}
	p->layers = layers;
	p->layer_count = g->layer_count;
}

/* Everything that follows from a position.  Easting NAN: off the grid. */
static void
look_up(const struct geo *g, double easting, double northing,
    struct arena *arena, struct place *p)
{
	struct towns_near near;

	p->grid_ref =
	    grid_reference(arena, easting, northing, p->uncertainty_m);
	if (!class_by_edition(g, easting, northing, arena, p))
		class_by_towns(p);
	look_up_layers(g, easting, northing, arena, p);
	if (towns_find_near(p->lat, p->lon, &near)) {
		p->near_name = str_of(near.name);
		p->near_m = near.distance_m;
		p->near_bearing = str_of(near.bearing);
	}
}

/* A radius that can be one, else NAN. */
static double
sane_radius(double uncertainty_m)
{
	if (uncertainty_m >= 0 && isfinite(uncertainty_m))
		return uncertainty_m;
	return (double)NAN;
}

void
geo_locate_point(const struct geo *g, double lat, double lon,
    double uncertainty_m, struct arena *arena, struct place *out)
{
	double easting = (double)NAN, northing = (double)NAN;

	*out = place_unknown();
	if (!(fabs(lat) <= 90 && fabs(lon) <= 180))
		return;
	out->lat = lat;
	out->lon = lon;
	out->uncertainty_m = sane_radius(uncertainty_m);
	out->source = str_of("coordinates");
	(void)grid_from_degrees(g->grid, lat, lon, &easting, &northing);
	look_up(g, easting, northing, arena, out);
}

void
geo_locate(const struct geo *g, const struct incident *in, struct arena *arena,
    struct place *out)
{
	double lat, lon;

	*out = place_unknown();
	if (!isnan(in->lat) && !isnan(in->lon)) {
		geo_locate_point(
		    g, in->lat, in->lon, in->accuracy_m, arena, out);
	} else if (grid_to_degrees(
		       g->grid, in->easting, in->northing, &lat, &lon)) {
		out->lat = lat;
		out->lon = lon;
		out->uncertainty_m = sane_radius(in->accuracy_m);
		out->source = str_of("grid");
		look_up(g, in->easting, in->northing, arena, out);
	}
	if (!str_is_given(out->district))
		out->district = arena_str(arena, in->district);
}
