/* Layers: what is inside, how far the nearest is, and files that are wrong. */
#include "geo_test.h"

#include "agent/geo/geo.h"
#include "agent/geo/grid.h"
#include "agent/geo/layer.h"

/* Somewhere in the middle of the county; about 1 km is 0.009 degrees north. */
#define LON 0.6
#define LAT 51.8

#define FEATURE(geometry) \
	"{\"type\":\"Feature\",\"properties\":{},\"geometry\":" geometry "}"
#define POINT "{\"type\":\"Point\",\"coordinates\":[0.6,51.8]}"
#define POINTS \
	"{\"type\":\"MultiPoint\",\"coordinates\":[[0.7,51.8],[0.6,51.9]]}"
#define LINE "{\"type\":\"LineString\",\"coordinates\":[[0.5,51.7],[0.7,51.7]]}"
#define LINES                                                              \
	"{\"type\":\"MultiLineString\",\"coordinates\":[[[0.5,51.6],[0.7," \
	"51.6]],[[0.5,51.5],[0.7,51.5]]]}"
#define AREA                                                                \
	"{\"type\":\"Polygon\",\"coordinates\":[[[0.6,51.8],[0.62,51.8],[0" \
	".62,51.82],[0.6,51.82],[0.6,51.8]],[[0.608,51.808],[0.612,51.808]" \
	",[0.612,51.812],[0.608,51.812],[0.608,51.808]]]}"
/* A bow tie: two triangles that meet in the middle. */
#define CROSSED                                                           \
	"{\"type\":\"Polygon\",\"coordinates\":[[[0.6,51.8],[0.62,51.82]" \
	",[0.62,51.8],[0.6,51.82],[0.6,51.8]]]}"

static struct layer *
load(const char *features, struct err *e)
{
	AUTO(grid_free) struct grid *grid = NULL;
	AUTO(buf_clear) struct buf b = { 0 };
	struct layer *l = NULL;

	assert_int_equal(grid_new(&grid, e), 0);
	buf_addf(&b, "%s%s%s", COLLECTION_BEGIN, features, COLLECTION_END);
	if (layer_load(str_of("sssi"), buf_str(&b), grid, &l, e) != 0)
		assert_null(l);
	return l;
}

static void
to_metres(double lat, double lon, double *x, double *y)
{
	AUTO(grid_free) struct grid *grid = NULL;
	struct err e;

	assert_int_equal(grid_new(&grid, &e), 0);
	assert_true(grid_from_degrees(grid, lat, lon, x, y));
}

/* Metres from one point to another, by the grid. */
static double
apart(double lat, double lon, double lat2, double lon2)
{
	double x, y, x2, y2;

	to_metres(lat, lon, &x, &y);
	to_metres(lat2, lon2, &x2, &y2);
	return hypot(x2 - x, y2 - y);
}

static double
distance(const struct layer *l, double lat, double lon)
{
	double x, y, distance_m;

	to_metres(lat, lon, &x, &y);
	distance_m = layer_distance_m(l, x, y);
	/* cmocka finds infinity equal to anything. */
	assert_true(isfinite(distance_m));
	return distance_m;
}

static bool
is_inside(const struct layer *l, double lat, double lon)
{
	double x, y;

	to_metres(lat, lon, &x, &y);
	return layer_is_inside(l, x, y);
}

static void
test_points(void **state)
{
	struct err e;
	AUTO(layer_free)
	struct layer *l = load(FEATURE(POINT) "," FEATURE(POINTS), &e);

	(void)state;
	assert_non_null(l);
	assert_int_equal(layer_counts(l).points, 2);
	assert_false(is_inside(l, LAT, LON));
	assert_true(distance(l, LAT, LON) < 0.01);
	assert_float_equal(
	    distance(l, 51.81, LON), apart(51.81, LON, 51.8, LON), 0.01);
	assert_float_equal(
	    distance(l, 51.89, 0.6), apart(51.89, 0.6, 51.9, 0.6), 0.01);
	assert_float_equal(
	    distance(l, 51.8, 0.69), apart(51.8, 0.69, 51.8, 0.7), 0.01);
}

/* Straight on the grid from corner to corner: a few metres off the parallel. */
static void
test_lines(void **state)
{
	struct err e;
	AUTO(layer_free)
	struct layer *l = load(FEATURE(LINE) "," FEATURE(LINES), &e);

	(void)state;
	assert_non_null(l);
	assert_int_equal(layer_counts(l).lines, 2);
	assert_false(is_inside(l, 51.7, 0.6));
	assert_true(distance(l, 51.7, 0.6) < 10);
	assert_float_equal(
	    distance(l, 51.71, 0.6), apart(51.71, 0.6, 51.7, 0.6), 10);
	assert_float_equal(
	    distance(l, 51.51, 0.6), apart(51.51, 0.6, 51.5, 0.6), 10);
}

static void
test_areas(void **state)
{
	struct err e;
	AUTO(layer_free) struct layer *l = load(FEATURE(AREA), &e);

	(void)state;
	assert_non_null(l);
	assert_int_equal(layer_counts(l).areas, 1);
	assert_int_equal(layer_counts(l).mended, 0);
	assert_true(is_inside(l, 51.805, 0.605));
	assert_float_equal(distance(l, 51.805, 0.605), 0, 0);
	/* In the hole: outside, and not far from its edge. */
	assert_false(is_inside(l, 51.81, 0.61));
	assert_float_equal(
	    distance(l, 51.81, 0.61), apart(51.81, 0.61, 51.81, 0.608), 2);
	assert_false(is_inside(l, 51.83, 0.61));
	assert_float_equal(
	    distance(l, 51.83, 0.61), apart(51.83, 0.61, 51.82, 0.61), 2);
}

static void
test_crossed_is_mended(void **state)
{
	struct err e;
	AUTO(layer_free) struct layer *l = load(FEATURE(CROSSED), &e);

	(void)state;
	assert_non_null(l);
	assert_int_equal(layer_counts(l).mended, 1);
	assert_true(is_inside(l, 51.81, 0.603));
	assert_false(is_inside(l, 51.803, 0.61));
}

static void
test_faults(void **state)
{
	static const struct {
		const char *features, *part;
	} cases[] = {
		{ "", "no features" },
		{ "{\"type\":\"Feature\",\"geometry\":null}",
		    "feature 1: its geometry: is missing" },
		{ "{\"type\":\"Thing\"}",
		    "feature 1: it is no GeoJSON Feature" },
		{ FEATURE("{\"type\":\"GeometryCollection\"}"),
		    "is a GeometryCollection; a layer has points, lines and "
		    "polygons" },
		{ FEATURE("{\"type\":\"Point\",\"coordinates\":[1]}"),
		    "is not a list of two numbers" },
		{ FEATURE(POINT) "," FEATURE(
		      "{\"type\":\"LineString\",\"coordinates\":[[0.6,51.8]]}"),
		    "feature 2: its geometry: is not a list of 2 positions" },
		{ FEATURE("{\"type\":\"Point\",\"coordinates\":[51.8,0.6]}"),
		    "not in Great Britain" },
		{ FEATURE("{\"type\":\"Point\",\"coordinates\":[570590,"
			  "206830]}"),
		    "save the file in WGS84" },
		{ FEATURE("{\"type\":\"MultiPoint\",\"coordinates\":[]}"),
		    "no list of positions" },
		{ FEATURE("{\"type\":\"MultiLineString\",\"coordinates\":[[[0."
			  "6,51.8],[0.6,true]]]}"),
		    "line 1: position 2" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct err e = { 0 };

		assert_null(load(cases[i].features, &e));
		assert_has(e.msg, cases[i].part);
	}
}

static void
test_names(void **state)
{
	(void)state;
	assert_true(layer_name_is_valid(str_of("sssi")));
	assert_true(layer_name_is_valid(str_of("authorised-sites-2")));
	assert_false(layer_name_is_valid(str_of("")));
	assert_false(layer_name_is_valid(str_of("-a")));
	assert_false(layer_name_is_valid(str_of("SSSI")));
	assert_false(layer_name_is_valid(str_of("../x")));
}

/* A place says what each layer says, also through another thread's share. */
static void
test_places_have_layers(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	AUTO(geo_free) struct geo *g = NULL;
	AUTO(geo_free) struct geo *share = NULL;
	struct layer_counts counts;
	struct place place;
	struct err e;

	(void)state;
	assert_int_equal(geo_new(&g, &e), 0);
	geo_locate_point(g, 51.805, 0.605, (double)NAN, arena, &place);
	assert_int_equal(place.layer_count, 0);
	assert_int_equal(
	    geo_add_layer(g, str_of("sssi"),
		str_of(COLLECTION_BEGIN FEATURE(AREA) COLLECTION_END), &counts,
		&e),
	    0);
	assert_int_equal(counts.areas, 1);
	assert_int_equal(
	    geo_add_layer(g, str_of("wells"),
		str_of(COLLECTION_BEGIN FEATURE(POINT) COLLECTION_END), NULL,
		&e),
	    0);
	assert_int_equal(
	    geo_add_layer(g, str_of("wells"),
		str_of(COLLECTION_BEGIN FEATURE(POINT) COLLECTION_END), NULL,
		&e),
	    -1);
	assert_has(e.msg, "loaded already");
	assert_int_equal(geo_share(g, &share, &e), 0);
	geo_locate_point(share, 51.805, 0.605, (double)NAN, arena, &place);
	assert_int_equal(place.layer_count, 2);
	assert_true(str_is(place.layers[0].name, "sssi"));
	assert_true(place.layers[0].is_inside);
	assert_true(str_is(place.layers[1].name, "wells"));
	assert_false(place.layers[1].is_inside);
	assert_float_equal(
	    place.layers[1].distance_m, apart(51.805, 0.605, 51.8, 0.6), 0.01);
	/* Off the National Grid nothing is known. */
	geo_locate_point(g, 40, 0, (double)NAN, arena, &place);
	assert_int_equal(place.layer_count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_points),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_areas),
		cmocka_unit_test(test_crossed_is_mended),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_places_have_layers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
