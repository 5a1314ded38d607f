/*
 * plane: the mid-latitude formula.
 *
 * Exact geodesics (Karney) would need a library or three pages; for the few
 * kilometres in which a camera sees anything this is the same figure to the
 * millimetre, at one sine and one cosine a point.
 */
#include "agent/tracks/plane.h"

#include <math.h>

/* WGS84: equatorial radius, and the square of the first eccentricity. */
#define RADIUS_M 6378137.0
#define E2       6.69437999014131705734e-3
#define DEGREE   0.017453292519943295769 /* in radians */

/* Metres of one degree of latitude and of longitude at a latitude. */
static struct plane_point
metres_per_degree(double lat)
{
	double sine = sin(lat * DEGREE);
	double w2 = 1 - E2 * sine * sine;
	double n = RADIUS_M / sqrt(w2);

	return (struct plane_point){
		.east_m = n * cos(lat * DEGREE) * DEGREE,
		.north_m = n * (1 - E2) / w2 * DEGREE,
	};
}

/* Into -180 to 180, for those on both sides of that meridian. */
static double
half_turn(double deg)
{
	return remainder(deg, 360);
}

struct plane_point
plane_point_of(const struct plane *p, double lat, double lon)
{
	struct plane_point one = metres_per_degree((p->lat + lat) / 2);

	return (struct plane_point){
		.east_m = half_turn(lon - p->lon) * one.east_m,
		.north_m = (lat - p->lat) * one.north_m,
	};
}

double
plane_length_m(struct plane_point p)
{
	return sqrt(p.east_m * p.east_m + p.north_m * p.north_m);
}

double
plane_distance_m(double lat1, double lon1, double lat2, double lon2)
{
	const struct plane p = { .lat = lat1, .lon = lon1 };

	return plane_length_m(plane_point_of(&p, lat2, lon2));
}

double
plane_bearing_deg(double east_m, double north_m)
{
	double deg = atan2(east_m, north_m) / DEGREE;

	return deg < 0 ? deg + 360 : deg;
}

double
plane_turn_deg(double from_deg, double to_deg)
{
	return half_turn(to_deg - from_deg);
}

void
plane_reach_deg(
    const struct plane *p, double radius_m, double *lat_deg, double *lon_deg)
{
	/* A degree of latitude is shortest at the equator. */
	*lat_deg = radius_m / 110574.0;
	double far = fmin(fabs(p->lat) + *lat_deg, 89.9);

	*lon_deg = fmin(radius_m / metres_per_degree(far).east_m, 180);
}
