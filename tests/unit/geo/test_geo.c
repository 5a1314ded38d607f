#include "geo_test.h"

#include <pthread.h>

#include "agent/geo/geo.h"
#include "agent/geo/grid.h"
#include "agent/geo/towns.h"

struct fixture {
	struct geo *geo;
	struct arena *arena;
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct err e;

	if (!f || geo_new(&f->geo, &e) != 0)
		return -1;
	f->arena = arena_new();
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	geo_free(&f->geo);
	assert_null(f->geo);
	arena_free(&f->arena);
	free(f);
	return 0;
}

static void
add_edition(struct fixture *f, const char *name)
{
	AUTO(buf_clear) struct buf b = { 0 };
	struct err e = { .msg = "" };

	add_four_areas(&b);
	if (geo_add_edition(f->geo, name, buf_str(&b), NULL, &e) != 0)
		fail_msg("%s", e.msg);
}

static void
test_info(void **state)
{
	struct fixture *f = *state;
	AUTO(buf_clear) struct buf b = { 0 };
	struct geo_edition_info info;
	struct err e;

	assert_true(str_is(geo_edition_name(f->geo), "towns"));
	add_four_areas(&b);
	assert_int_equal(
	    geo_add_edition(f->geo, "2021", buf_str(&b), &info, &e), 0);
	assert_true(str_is(info.name, "2021"));
	assert_int_equal(info.areas, 4);
	assert_int_equal(info.rural, 3);
	assert_int_equal(info.districts, 2);
	assert_int_equal(info.mended, 0);
	assert_true(str_is(geo_edition_name(f->geo), "2021"));
}

/* The four areas of geo_test.h. */
static void
test_classes(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *what;
		double lat, lon, uncertainty_m;
		enum place_class class;
		const char *edition, *area, *district;
	} cases[] = {
		{ "R1", 51.85, 0.45, (double)NAN, PLACE_RURAL, "e", "R1",
		    "South" },
		{ "U4", 51.95, 0.55, (double)NAN, PLACE_URBAN, "e", "U4",
		    "North" },
		{ "290 m into R3", 51.95, 0.4958, (double)NAN, PLACE_EDGE, "e",
		    "R3", "North" },
		{ "310 m into R3", 51.95, 0.4955, (double)NAN, PLACE_RURAL, "e",
		    "R3", "North" },
		{ "310 m, 400 m unsure", 51.95, 0.4955, 400, PLACE_EDGE, "e",
		    "R3", "North" },
		{ "290 m, sure", 51.95, 0.4958, 1, PLACE_EDGE, "e", "R3",
		    "North" },
		{ "290 m into U4", 51.95, 0.5042, (double)NAN, PLACE_EDGE, "e",
		    "U4", "North" },
		{ "2.1 km off, lost", 51.95, 0.469, 9e6, PLACE_RURAL, "e", "R3",
		    "North" },
		{ "1.9 km off, lost", 51.95, 0.473, 9e6, PLACE_EDGE, "e", "R3",
		    "North" },
		{ "a rural border", 51.9, 0.45, (double)NAN, PLACE_RURAL, "e",
		    "R1", "South" },
		{ "the outer border", 51.95, 0.6, (double)NAN, PLACE_URBAN, "e",
		    "U4", "North" },
		{ "where four meet", 51.9, 0.5, (double)NAN, PLACE_EDGE, "e",
		    "R1", "South" },
		{ "outside, country", 51.95, 0.39, (double)NAN, PLACE_RURAL,
		    "towns", NULL, NULL },
		{ "outside, town", 51.736, 0.47, (double)NAN, PLACE_URBAN,
		    "towns", NULL, NULL },
		{ "negative radius", 51.95, 0.4955, -400, PLACE_RURAL, "e",
		    "R3", "North" },
	};

	add_edition(f, "e");
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct place p;

		geo_locate_point(f->geo, cases[i].lat, cases[i].lon,
		    cases[i].uncertainty_m, f->arena, &p);
		if (p.class != cases[i].class)
			print_error("%s: %s\n", cases[i].what,
			    place_class_name(p.class));
		assert_int_equal(p.class, cases[i].class);
		assert_true(str_is(p.edition, cases[i].edition));
		assert_true(str_is_equal(p.area, str_of(cases[i].area)));
		assert_true(
		    str_is_equal(p.district, str_of(cases[i].district)));
		assert_true(str_is(p.source, "coordinates"));
	}
}

/* The point so many metres due north of Halstead, which stands alone. */
static void
locate_by_halstead(
    struct fixture *f, double outside_m, double uncertainty_m, struct place *p)
{
	double lat = 51.945;

	while (towns_outside_m(lat, 0.638) < outside_m)
		lat += 0.00001;
	geo_locate_point(f->geo, lat, 0.638, uncertainty_m, f->arena, p);
}

static void
test_towns_only(void **state)
{
	struct fixture *f = *state;
	static const struct {
		double outside_m, uncertainty_m;
		enum place_class class;
	} cases[] = {
		{ -400, (double)NAN, PLACE_URBAN },
		{ -295, (double)NAN, PLACE_EDGE },
		{ 0, (double)NAN, PLACE_EDGE },
		{ 295, (double)NAN, PLACE_EDGE },
		{ 305, (double)NAN, PLACE_RURAL },
		{ 305, 500, PLACE_EDGE },
		{ 505, 500, PLACE_RURAL },
		{ 2010, 50000, PLACE_RURAL },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct place p;

		locate_by_halstead(
		    f, cases[i].outside_m, cases[i].uncertainty_m, &p);
		assert_int_equal(p.class, cases[i].class);
		assert_true(str_is(p.edition, "towns"));
		assert_false(str_is_given(p.area));
		assert_false(str_is_given(p.district));
		assert_true(str_is_given(p.near_name));
	}
}

static void
test_all_members(void **state)
{
	struct fixture *f = *state;
	struct place p;

	geo_locate_point(f->geo, 51.7343, 0.4691, 100, f->arena, &p);
	assert_true(p.lat == 51.7343 && p.lon == 0.4691);
	assert_true(p.uncertainty_m == 100);
	assert_true(str_is(p.grid_ref, "TL 705 068"));
	assert_true(str_is(p.near_name, "Chelmsford"));
	assert_true(p.near_m > 150 && p.near_m < 250);
	assert_true(str_is(p.near_bearing, "S"));
}

static void
test_incident(void **state)
{
	struct fixture *f = *state;
	struct incident in;
	struct place p;

	incident_init(&in);
	in.id = str_of("X-1");
	in.district = str_of("Uttlesford");
	geo_locate(f->geo, &in, f->arena, &p);
	assert_int_equal(p.class, PLACE_UNKNOWN);
	assert_true(isnan(p.lat) && isnan(p.near_m));
	assert_false(str_is_given(p.source));
	assert_false(str_is_given(p.edition));
	assert_true(str_is(p.district, "Uttlesford"));

	in.easting = 594500;
	in.northing = 195150;
	in.accuracy_m = 1000;
	geo_locate(f->geo, &in, f->arena, &p);
	assert_int_equal(p.class, PLACE_RURAL);
	assert_true(str_is(p.source, "grid"));
	assert_true(str_is(p.grid_ref, "TQ 94 95"));
	assert_true(fabs(p.lat - 51.6216) < 0.001);
	assert_true(fabs(p.lon - 0.8086) < 0.001);
	assert_true(p.uncertainty_m == 1000);
	assert_true(str_is(p.near_name, "Burnham-on-Crouch"));

	in.lat = 51.736;
	in.lon = 0.470;
	geo_locate(f->geo, &in, f->arena, &p);
	assert_int_equal(p.class, PLACE_URBAN);
	assert_true(str_is(p.source, "coordinates"));

	add_edition(f, "e");
	in.lat = 51.95;
	in.lon = 0.45;
	geo_locate(f->geo, &in, f->arena, &p);
	assert_true(str_is(p.district, "North"));
}

static void
test_nowhere(void **state)
{
	struct fixture *f = *state;
	static const struct {
		double lat, lon;
	} cases[] = {
		{ (double)NAN, 0.5 },
		{ 51.7, (double)NAN },
		{ 91, 0.5 },
		{ 51.7, 181 },
		{ (double)INFINITY, 0.5 },
	};
	struct incident in;
	struct place p;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		geo_locate_point(
		    f->geo, cases[i].lat, cases[i].lon, 1, f->arena, &p);
		assert_int_equal(p.class, PLACE_UNKNOWN);
		assert_false(str_is_given(p.source));
	}
	incident_init(&in);
	in.easting = 5945000;
	in.northing = 195150;
	geo_locate(f->geo, &in, f->arena, &p);
	assert_int_equal(p.class, PLACE_UNKNOWN);
}

/* Far away there is a class, by the towns, but no grid and nothing near. */
static void
test_abroad(void **state)
{
	struct fixture *f = *state;
	struct place p;

	add_edition(f, "e");
	geo_locate_point(f->geo, 48.857, 2.352, (double)NAN, f->arena, &p);
	assert_int_equal(p.class, PLACE_RURAL);
	assert_true(str_is(p.edition, "towns"));
	assert_false(str_is_given(p.grid_ref));
	assert_false(str_is_given(p.near_name));
	assert_true(isnan(p.near_m));
}

static void
test_editions(void **state)
{
	struct fixture *f = *state;
	AUTO(buf_clear) struct buf b = { 0 };
	struct place p;
	struct err e;

	add_edition(f, "2011");
	buf_add_text(&b, COLLECTION_BEGIN);
	add_square(&b, "\"code\":\"N1\",\"is_rural\":false", 0.4, 51.8, 0.2);
	buf_add_text(&b, COLLECTION_END);
	assert_int_equal(
	    geo_add_edition(f->geo, "2021", buf_str(&b), NULL, &e), 0);
	geo_locate_point(f->geo, 51.85, 0.45, (double)NAN, f->arena, &p);
	assert_true(str_is(p.edition, "2021"));
	assert_true(str_is(p.area, "N1"));
	assert_false(str_is_given(p.district));
	assert_int_equal(p.class, PLACE_URBAN);
}

/* A refused edition leaves what was in force. */
static void
test_refused(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *name, *text, *error;
	} cases[] = {
		{ "", "", "needs a name" },
		{ " 2021", "", "needs a name" },
		{ "towns", "", "the built-in table" },
		{ "2021", "", "loaded already" },
		{ "2031", "{}", "not a GeoJSON FeatureCollection" },
	};
	struct err e;
	struct place p;

	add_edition(f, "2021");
	for (size_t i = 0; i < LENGTH(cases); i++) {
		assert_int_equal(geo_add_edition(f->geo, cases[i].name,
				     str_of(cases[i].text), NULL, &e),
		    -1);
		assert_int_equal(e.code, ERR_INVALID);
		assert_has(e.msg, cases[i].error);
	}
	geo_locate_point(f->geo, 51.85, 0.45, (double)NAN, f->arena, &p);
	assert_true(str_is(p.edition, "2021"));
}

/* The text of a place outlives the geo. */
static void
test_place_is_the_arenas(void **state)
{
	struct fixture *f = *state;
	struct geo *g = NULL;
	AUTO(buf_clear) struct buf b = { 0 };
	struct place p;
	struct err e;

	add_four_areas(&b);
	assert_int_equal(geo_new(&g, &e), 0);
	assert_int_equal(geo_add_edition(g, "e", buf_str(&b), NULL, &e), 0);
	buf_clear(&b);
	geo_locate_point(g, 51.85, 0.45, (double)NAN, f->arena, &p);
	geo_free(&g);
	assert_true(str_is(p.edition, "e"));
	assert_true(str_is(p.area, "R1"));
	assert_true(str_is(p.district, "South"));
}

/* A walk over the four areas and beyond, in steps of 30 to 70 m. */
#define WALK 20000

static void
locate_step(const struct geo *g, int i, struct arena *arena, struct place *p)
{
	arena_reset(arena);
	geo_locate_point(g, 51.78 + i % 1511 * 0.0003, 0.38 + i % 997 * 0.00025,
	    i % 3 * 500, arena, p);
}

/* A second thread's walk, and what it saw. */
struct walk {
	struct geo *geo;
	enum place_class seen[WALK];
};

static void *
walk(void *user)
{
	struct walk *w = user;
	struct arena *arena = arena_new();
	struct place p;

	for (int i = 0; i < WALK; i++) {
		locate_step(w->geo, i, arena, &p);
		w->seen[i] = p.class;
	}
	arena_free(&arena);
	return NULL;
}

/* Two threads ask at the same time and get the same answers. */
static void
test_shared(void **state)
{
	struct fixture *f = *state;
	struct walk *w = calloc(1, sizeof(*w));
	size_t classes[4] = { 0 };
	pthread_t thread;
	struct place p;
	struct err e;

	assert_non_null(w);
	add_edition(f, "e");
	assert_int_equal(geo_share(f->geo, &w->geo, &e), 0);
	assert_true(str_is(geo_edition_name(w->geo), "e"));
	assert_int_equal(pthread_create(&thread, NULL, walk, w), 0);
	enum place_class *own = calloc(WALK, sizeof(*own));
	assert_non_null(own);
	for (int i = 0; i < WALK; i++) {
		locate_step(f->geo, i, f->arena, &p);
		own[i] = p.class;
	}
	assert_int_equal(pthread_join(thread, NULL), 0);
	for (int i = 0; i < WALK; i++) {
		assert_int_equal(w->seen[i], own[i]);
		classes[own[i]]++;
	}
	assert_true(classes[PLACE_RURAL] > 1000 && classes[PLACE_URBAN] > 1000);
	assert_true(classes[PLACE_EDGE] > 100);
	geo_free(&w->geo);
	geo_locate_point(f->geo, 51.95, 0.55, 0, f->arena, &p);
	assert_true(str_is(p.area, "U4"));
	free(own);
	free(w);
}

/* Towns are shared too. */
static void
test_shared_towns(void **state)
{
	struct fixture *f = *state;
	struct geo *share;
	struct place p;
	struct err e;

	assert_int_equal(geo_share(f->geo, &share, &e), 0);
	assert_true(str_is(geo_edition_name(share), "towns"));
	geo_locate_point(share, 51.736, 0.47, 0, f->arena, &p);
	assert_int_equal(p.class, PLACE_URBAN);
	geo_free(&share);
}

#define WITH_GEO(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_GEO(test_info),
		WITH_GEO(test_classes),
		WITH_GEO(test_towns_only),
		WITH_GEO(test_all_members),
		WITH_GEO(test_incident),
		WITH_GEO(test_nowhere),
		WITH_GEO(test_abroad),
		WITH_GEO(test_editions),
		WITH_GEO(test_refused),
		WITH_GEO(test_place_is_the_arenas),
		WITH_GEO(test_shared),
		WITH_GEO(test_shared_towns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
