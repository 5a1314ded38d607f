/* Distances and directions, against figures worked out by others. */
#include "geo_test.h"

#include <math.h>

#include "agent/geo/earth.h"

static void
test_distance(void **state)
{
	(void)state;
	/* A degree of a meridian; half the Earth; nothing. */
	assert_true(fabs(earth_distance_m(51, 0, 52, 0) - EARTH_DEGREE_M) < 1);
	assert_true(
	    fabs(earth_distance_m(0, 0, 0, 180) - M_PI * 6371008.8) < 1);
	assert_true(earth_distance_m(51.5, 0.5, 51.5, 0.5) == 0);
	/* Chelmsford to Colchester, some 35 km. */
	assert_true(fabs(earth_distance_m(51.7356, 0.4685, 51.8891, 0.9042) -
			 34500) < 300);
}

static void
test_bearing(void **state)
{
	(void)state;
	assert_true(earth_bearing_deg(51, 0, 52, 0) == 0);
	assert_true(fabs(earth_bearing_deg(51, 0, 50, 0) - 180) < 1e-9);
	assert_true(fabs(earth_bearing_deg(0, 0, 0, 1) - 90) < 1e-9);
	assert_true(fabs(earth_bearing_deg(0, 0, 0, -1) - 270) < 1e-9);
	assert_string_equal(earth_compass(0), "N");
	assert_string_equal(earth_compass(22), "N");
	assert_string_equal(earth_compass(23), "NE");
	assert_string_equal(earth_compass(225), "SW");
	assert_string_equal(earth_compass(338), "N");
	assert_string_equal(earth_compass(360), "N");
}

static void
test_offset(void **state)
{
	struct earth_offset o = earth_offset(51.8, 0.7, 51.81, 0.72);

	(void)state;
	assert_true(fabs(hypot(o.east_m, o.north_m) -
			 earth_distance_m(51.8, 0.7, 51.81, 0.72)) < 0.1);
	o = earth_offset(10, 179.99, 10, -179.99);
	assert_true(o.east_m > 0 && o.east_m < 2300);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_bearing),
		cmocka_unit_test(test_offset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
