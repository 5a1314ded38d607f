#include "geo_test.h"

#include "agent/geo/grid.h"

static struct grid *
grid_make(void)
{
	struct grid *g = NULL;
	struct err e;

	assert_int_equal(grid_new(&g, &e), 0);
	return g;
}

/* Places in Essex, worked out by hand with the same seven parameters. */
static const struct {
	double lat, lon;
	const char *reference;
} places[] = {
	{ 51.7343, 0.4691, "TL 7059 0683" }, /* Chelmsford */
	{ 52.0231, 0.2422, "TL 5394 3844" }, /* Saffron Walden */
	{ 51.5377, 0.7137, "TQ 8829 8557" }, /* Southend */
	{ 51.9446, 1.2886, "TM 2611 3245" }, /* Harwich */
	{ 51.6180, 0.9550, "TR 0466 9515" }, /* Foulness */
};

static void
test_references(void **state)
{
	AUTO(grid_free) struct grid *g = grid_make();
	AUTO(arena_free) struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < LENGTH(places); i++) {
		double east, north, lat, lon;
		struct str ref;

		assert_true(grid_from_degrees(
		    g, places[i].lat, places[i].lon, &east, &north));
		ref = grid_reference(arena, east, north, (double)NAN);
		assert_string_equal(ref.p, places[i].reference);
		assert_int_equal(ref.len, 12);
		assert_true(grid_to_degrees(g, east, north, &lat, &lon));
		assert_true(fabs(lat - places[i].lat) < 1e-7);
		assert_true(fabs(lon - places[i].lon) < 1e-7);
	}
}

/* Ordnance Survey's own test point 11, Colchester, with OSTN15's truth. */
static void
test_near_the_truth(void **state)
{
	AUTO(grid_free) struct grid *g = grid_make();
	double east, north;

	(void)state;
	assert_true(grid_from_degrees(g, 51.894366, 0.897243, &east, &north));
	assert_true(hypot(east - 599445.590, north - 225722.826) < 3);
}

static void
test_figures(void **state)
{
	static const struct {
		double uncertainty_m;
		const char *reference;
	} cases[] = {
		{ (double)NAN, "TL 7059 0683" },
		{ 0, "TL 7059 0683" },
		{ 15, "TL 7059 0683" },
		{ 16, "TL 705 068" },
		{ 150, "TL 705 068" },
		{ 151, "TL 70 06" },
		{ 1500, "TL 70 06" },
		{ 1501, "TL 7 0" },
		{ 1e9, "TL 7 0" },
	};
	AUTO(arena_free) struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct str ref = grid_reference(
		    arena, 570599.9, 206839.9, cases[i].uncertainty_m);

		assert_string_equal(ref.p, cases[i].reference);
	}
}

/* The corners of the National Grid and of its letters. */
static void
test_letters(void **state)
{
	static const struct {
		double east, north;
		const char *reference;
	} cases[] = {
		{ 0, 0, "SV 0000 0000" },
		{ 400000, 0, "SZ 0000 0000" },
		{ 500000, 0, "TV 0000 0000" },
		{ 438700, 114800, "SU 3870 1480" },
		{ 651409, 313177, "TG 5140 1317" },
		{ 216600, 771200, "NN 1660 7120" },
		{ 699999, 1299999, "JM 9999 9999" },
	};
	AUTO(arena_free) struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct str ref =
		    grid_reference(arena, cases[i].east, cases[i].north, 1);

		assert_string_equal(ref.p, cases[i].reference);
	}
}

static void
test_off_the_grid(void **state)
{
	AUTO(grid_free) struct grid *g = grid_make();
	AUTO(arena_free) struct arena *arena = arena_new();
	static const struct {
		double lat, lon;
	} nowhere[] = {
		{ 48.857, 2.352 },
		{ -51.7, -0.5 },
		{ 0, 179 },
		{ 90, 0 },
		{ -90, 180 },
		{ 95, 0 },
		{ 51, 500 },
		{ (double)NAN, 0.5 },
		{ 51.7, (double)INFINITY },
	};
	static const struct {
		double east, north;
	} off[] = {
		{ -1, 200000 },
		{ 700000, 200000 },
		{ 570000, -1 },
		{ 570000, 1300000 },
		{ (double)NAN, 200000 },
		{ 570000, (double)INFINITY },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(nowhere); i++) {
		double east = 1, north = 2;

		assert_false(grid_from_degrees(
		    g, nowhere[i].lat, nowhere[i].lon, &east, &north));
		assert_true(east == 1 && north == 2);
	}
	for (size_t i = 0; i < LENGTH(off); i++) {
		double lat = 1, lon = 2;

		assert_false(
		    grid_to_degrees(g, off[i].east, off[i].north, &lat, &lon));
		assert_true(lat == 1 && lon == 2);
		assert_false(str_is_given(
		    grid_reference(arena, off[i].east, off[i].north, 1)));
	}
}

static void
test_free_of_nothing(void **state)
{
	struct grid *g = NULL;

	(void)state;
	grid_free(&g);
	assert_null(g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_near_the_truth),
		cmocka_unit_test(test_figures),
		cmocka_unit_test(test_letters),
		cmocka_unit_test(test_off_the_grid),
		cmocka_unit_test(test_free_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
