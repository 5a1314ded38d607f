#include "geo_test.h"

#include "agent/geo/towns.h"

/* Each name has one centre; circles are of a town's size, in the county. */
static void
test_table(void **state)
{
	(void)state;
	assert_true(towns_count() > 100);
	for (size_t i = 0; i < towns_count(); i++) {
		const struct town *t = towns_get(i);
		int centres = 0;

		assert_true(t->lat > 51.42 && t->lat < 52.13);
		assert_true(t->lon > -0.05 && t->lon < 1.32);
		assert_true(t->radius_m == 0 ||
			    (t->radius_m >= 300 && t->radius_m <= 4000));
		for (size_t k = 0; k < towns_count(); k++)
			if (strcmp(towns_get(k)->name, t->name) == 0 &&
			    towns_get(k)->is_centre)
				centres++;
		if (centres != 1)
			print_error("%s has %d centres\n", t->name, centres);
		assert_int_equal(centres, 1);
	}
}

static void
test_outside(void **state)
{
	static const struct {
		const char *what;
		double lat, lon, at_least_m, at_most_m;
	} cases[] = {
		{ "Chelmsford's centre", 51.736, 0.470, -2700, -1000 },
		{ "Colchester's centre", 51.889, 0.902, -3000, -1000 },
		{ "Southend's centre", 51.541, 0.711, -3000, -300 },
		{ "fields by Finchingfield", 51.975, 0.430, 5000, 20000 },
		{ "Tillingham marshes", 51.700, 0.920, 8000, 30000 },
		{ "Paris", 48.857, 2.352, 250000, 400000 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		double m = towns_outside_m(cases[i].lat, cases[i].lon);

		if (!(m >= cases[i].at_least_m && m <= cases[i].at_most_m))
			print_error("%s: %.0f m\n", cases[i].what, m);
		assert_true(m >= cases[i].at_least_m);
		assert_true(m <= cases[i].at_most_m);
	}
}

/* North of Halstead, one circle; between two that overlap in Colchester. */
static void
test_edges(void **state)
{
	static const struct {
		double lat, lon, within_m;
		bool is_edge;
	} cases[] = {
		{ 51.945, 0.638, 300, false },
		{ 51.945 + 850 / 111255.0, 0.638, 300, false },
		{ 51.945 + 950 / 111255.0, 0.638, 300, true },
		{ 51.945 + 1200 / 111255.0, 0.638, 300, true },
		{ 51.945 + 1450 / 111255.0, 0.638, 300, true },
		{ 51.945 + 1550 / 111255.0, 0.638, 300, false },
		{ 51.945 + 1550 / 111255.0, 0.638, 400, true },
		{ 51.8885, 0.9240, 300, false }, /* 1,510 m of 1,700 m */
		{ 48.857, 2.352, 2000, false },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++)
		if (towns_is_edge(cases[i].lat, cases[i].lon,
			cases[i].within_m) != cases[i].is_edge)
			fail_msg("case %zu", i);
	assert_true(fabs(towns_outside_m(51.8885, 0.9240)) < 300);
}

/* A point 1,000 m by the map from Thaxted, each way in turn. */
static void
test_bearings(void **state)
{
	static const struct {
		double north_m, east_m;
		const char *bearing;
	} cases[] = {
		{ 1000, 0, "N" },
		{ 707, 707, "NE" },
		{ 0, 1000, "E" },
		{ -707, 707, "SE" },
		{ -1000, 0, "S" },
		{ -707, -707, "SW" },
		{ 0, -1000, "W" },
		{ 707, -707, "NW" },
		{ 924, 382, "N" }, /* 22.46 degrees: still north */
		{ 923, 384, "NE" },
		{ -924, -382, "S" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct towns_near near;
		double lat = 51.954 + cases[i].north_m / 111255;
		double lon = 0.344 + cases[i].east_m / 68740;

		assert_true(towns_find_near(lat, lon, &near));
		assert_string_equal(near.name, "Thaxted");
		assert_string_equal(near.bearing, cases[i].bearing);
		assert_true(fabs(near.distance_m - 1000) < 3);
	}
}

static void
test_nothing_is_near(void **state)
{
	struct towns_near near = { .name = "untouched" };

	(void)state;
	assert_false(towns_find_near(48.857, 2.352, &near));
	assert_false(towns_find_near(-51.7, -0.5, &near));
	assert_string_equal(near.name, "untouched");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_outside),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_bearings),
		cmocka_unit_test(test_nothing_is_near),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
