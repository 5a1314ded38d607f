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
#include "agent/geo/candidate.h"
#include "agent/geo/edition.h"
#include "agent/geo/gazetteer.h"
#include "agent/geo/grid.h"
#include "agent/geo/layer.h"
#include "agent/geo/polygons.h"
#include "agent/geo/textplace.h"
#include "agent/geo/towns.h"

struct geo {
	struct grid *grid;         /* owned */
	struct edition **editions; /* owned, and each of them */
	size_t count;
	const struct edition *in_force; /* borrowed: the last, or NULL */
	struct polygons *shared; /* owned; of in_force, if it is another's */
	struct layer **layers;   /* owned, and each of them */
	size_t layer_count;
	struct gazetteer *own_names;   /* owned; NULL in a share */
	const struct gazetteer *names; /* borrowed */
};

/* A geo without names. */
static int
make(struct geo **out, struct err *e)
{
	struct geo *g = alloc_zero(1, sizeof(*g));

	if (grid_new(&g->grid, e) != 0) {
		geo_free(&g);
		return -1;
	}
	*out = g;
	return 0;
}

int
geo_new(struct geo **out, struct err *e)
{
	if (make(out, e) != 0)
		return -1;
	(*out)->own_names = gazetteer_new((*out)->grid);
	(*out)->names = (*out)->own_names;
	return 0;
}

struct gazetteer *
geo_new_gazetteer(const struct geo *g)
{
	return gazetteer_new(g->grid);
}

void
geo_take_gazetteer(struct geo *g, struct gazetteer **names)
{
	gazetteer_free(&g->own_names);
	g->own_names = *names;
	g->names = *names;
	*names = NULL;
}

void
geo_free(struct geo **g)
{
	if (!*g)
		return;
	polygons_free(&(*g)->shared);
	gazetteer_free(&(*g)->own_names);
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

	if (make(&share, e) != 0)
		return -1;
	share->in_force = g->in_force;
	share->names = g->names;
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

/* A position as it is looked up.  Easting NAN: off the grid. */
struct spot {
	double easting, northing;
	double edge_m; /* within this of a change of class it is an edge */
	bool is_fine;  /* fine enough to ask layers about */
};

/* The class by the built-in table. */
static void
class_by_towns(struct place *p, double within_m)
{
	double outside_m = towns_outside_m(p->lat, p->lon);

	p->edition = str_of(TOWNS_EDITION);
	p->class = outside_m > 0 ? PLACE_RURAL : PLACE_URBAN;
	if (towns_is_edge(p->lat, p->lon, within_m))
		p->class = PLACE_EDGE;
}

/* The class by the edition in force; false if no area holds the point. */
static bool
class_by_edition(const struct geo *g, const struct spot *s, struct arena *arena,
    struct place *p)
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
	if (polygons_is_line_within(
		polygons, s->easting, s->northing, s->edge_m))
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

/* Everything that follows from a position. */
static void
look_up(const struct geo *g, const struct spot *s, struct arena *arena,
    struct place *p)
{
	struct towns_near near;

	p->grid_ref =
	    grid_reference(arena, s->easting, s->northing, p->uncertainty_m);
	if (!class_by_edition(g, s, arena, p))
		class_by_towns(p, s->edge_m);
	if (s->is_fine)
		look_up_layers(g, s->easting, s->northing, arena, p);
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

/* A place at a position that can be one. */
static void
locate_spot(const struct geo *g, double lat, double lon, double uncertainty_m,
    struct spot *s, struct arena *arena, struct place *out)
{
	out->lat = lat;
	out->lon = lon;
	out->uncertainty_m = sane_radius(uncertainty_m);
	look_up(g, s, arena, out);
}

void
geo_locate_point(const struct geo *g, double lat, double lon,
    double uncertainty_m, struct arena *arena, struct place *out)
{
	struct spot s = { (double)NAN, (double)NAN,
		edge_m(sane_radius(uncertainty_m)), true };

	*out = place_unknown();
	if (!(fabs(lat) <= 90 && fabs(lon) <= 180))
		return;
	(void)grid_from_degrees(g->grid, lat, lon, &s.easting, &s.northing);
	locate_spot(g, lat, lon, uncertainty_m, &s, arena, out);
	out->source = str_of("coordinates");
}

/* The coordinates that came with the incident, as a candidate. */
static void
add_given(
    const struct geo *g, const struct incident *in, struct candidate_list *list)
{
	struct candidate c = { .lat = in->lat,
		.lon = in->lon,
		.easting = in->easting,
		.northing = in->northing,
		.uncertainty_m = sane_radius(in->accuracy_m),
		.trust = CANDIDATE_GIVEN };

	c.edge_m = edge_m(c.uncertainty_m);
	if (fabs(in->lat) <= 90 && fabs(in->lon) <= 180) {
		c.what = str_of("coordinates given with the incident");
		c.easting = c.northing = (double)NAN;
		(void)grid_from_degrees(
		    g->grid, c.lat, c.lon, &c.easting, &c.northing);
		candidate_add(list, &c);
	} else if (grid_to_degrees(
		       g->grid, in->easting, in->northing, &c.lat, &c.lon)) {
		c.what = str_of("easting and northing given with the incident");
		candidate_add(list, &c);
	}
}

/* The word for where a position is from; stored, so settled. */
static const char *
source_of(const struct incident *in, const struct candidate *c)
{
	if (c->trust != CANDIDATE_GIVEN)
		return "text";
	return isnan(in->lat) ? "grid" : "coordinates";
}

void
geo_locate(const struct geo *g, const struct incident *in, struct arena *arena,
    struct place *out)
{
	const struct textplace_parts parts = { g->grid, g->names };
	/* Ten times the text; what is found of it is hardly a line. */
	struct arena *work = arena_new();
	struct candidate_list list = { .arena = work };
	const struct candidate *c;

	*out = place_unknown();
	add_given(g, in, &list);
	textplace_find(&parts, in, &list);
	c = candidate_choose(&list);
	if (c) {
		struct spot s = { c->easting, c->northing, c->edge_m,
			c->trust == CANDIDATE_GIVEN ||
			    c->uncertainty_m <= GEO_LAYERS_MAX_M };

		locate_spot(
		    g, c->lat, c->lon, c->uncertainty_m, &s, arena, out);
		out->source = str_of(source_of(in, c));
		out->how = candidate_say(c, arena);
		out->doubt = arena_str(arena, candidate_doubt(&list, c));
	}
	arena_free(&work);
	if (!str_is_given(out->district))
		out->district = arena_str(arena, in->district);
}

static bool
is_same_number(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

static bool
is_same_text(struct str a, struct str b)
{
	return str_is_given(a) == str_is_given(b) && str_is_equal(a, b);
}

static bool
is_same_log(const struct incident *a, const struct incident *b)
{
	if (a->log_count != b->log_count)
		return false;
	for (size_t i = 0; a->log != b->log && i < a->log_count; i++)
		if (!is_same_text(a->log[i].text, b->log[i].text) ||
		    !is_same_text(a->log[i].by, b->log[i].by))
			return false;
	return true;
}

bool
geo_is_same_input(const struct incident *a, const struct incident *b)
{
	return is_same_number(a->lat, b->lat) &&
	       is_same_number(a->lon, b->lon) &&
	       is_same_number(a->easting, b->easting) &&
	       is_same_number(a->northing, b->northing) &&
	       is_same_number(a->accuracy_m, b->accuracy_m) &&
	       is_same_text(a->district, b->district) &&
	       is_same_text(a->location_text, b->location_text) &&
	       is_same_log(a, b);
}
