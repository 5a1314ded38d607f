/*
 * Distances against geodesics that Vincenty's formula gives on WGS84.
 */
#include "../base/base_test.h"

#include <math.h>

#include "agent/tracks/plane.h"

static const struct {
	double lat1, lon1, lat2, lon2, metres, off_m;
} ways[] = {
	{ 51.7, 0.5, 51.7, 0.51, 691.36154, 0.0001 },
	{ 51.7, 0.5, 51.71, 0.5, 1112.61741, 0.0001 },
	{ 51.7, 0.5, 51.6991, 0.4987, 134.55537, 0.0001 },
	{ 51.7, 0.5, 51.78, 0.63, 12643.72969, 0.01 },
	{ 51.7, 0.5, 52.1, 0.2, 49063.04272, 1 },
	{ 51.7, 0.5, 50.5, -1.5, 193502.50281, 193 },
	{ 69, 10, 69.05, 10.2, 9746.55973, 0.01 },
	{ 69, 10, 69.3, 10.8, 46156.96497, 1 },
	{ 69, 10, 70, 13, 161843.34363, 161 },
};

static void
distances_are_those_of_the_ellipsoid(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		double m = plane_distance_m(
		    ways[i].lat1, ways[i].lon1, ways[i].lat2, ways[i].lon2);

		if (fabs(m - ways[i].metres) > ways[i].off_m)
			fail_msg("row %zu: %.5f m", i, m);
	}
}

static void
the_date_line_is_no_wall(void **state)
{
	(void)state;
	double across = plane_distance_m(10, 179.999, 10, -179.999);
	double same = plane_distance_m(10, 0.001, 10, -0.001);

	assert_true(fabs(across - same) < 1e-6);
}

static void
bearings_and_turns(void **state)
{
	(void)state;
	assert_true(fabs(plane_bearing_deg(0, 1) - 0) < 1e-9);
	assert_true(fabs(plane_bearing_deg(1, 0) - 90) < 1e-9);
	assert_true(fabs(plane_bearing_deg(0, -1) - 180) < 1e-9);
	assert_true(fabs(plane_bearing_deg(-1, 0) - 270) < 1e-9);
	assert_true(fabs(plane_turn_deg(350, 20) - 30) < 1e-9);
	assert_true(fabs(plane_turn_deg(20, 350) + 30) < 1e-9);
}

static void
a_box_holds_its_circle(void **state)
{
	static const double lats[] = { 0, 51.7, -51.7, 80 };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		const struct plane p = { lats[i], 0.5 };
		double lat, lon;

		plane_reach_deg(&p, 5000, &lat, &lon);
		for (int turn = 0; turn < 360; turn += 5) {
			double angle = turn * 0.017453292519943295;
			double la = p.lat + lat * cos(angle) * 1.0001;
			double lo = p.lon + lon * sin(angle) * 1.0001;

			/* A point beyond the box in one axis is farther. */
			if (fabs(la - p.lat) > lat || fabs(lo - p.lon) > lon)
				assert_true(plane_distance_m(
						p.lat, p.lon, la, lo) > 5000);
		}
		assert_true(
		    plane_distance_m(p.lat, p.lon, p.lat + lat, p.lon) >= 5000);
		assert_true(
		    plane_distance_m(p.lat, p.lon, p.lat, p.lon + lon) >= 5000);
		assert_true(
		    plane_distance_m(p.lat, p.lon, p.lat, p.lon + lon) < 5050);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distances_are_those_of_the_ellipsoid),
		cmocka_unit_test(the_date_line_is_no_wall),
		cmocka_unit_test(bearings_and_turns),
		cmocka_unit_test(a_box_holds_its_circle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
