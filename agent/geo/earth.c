/*
 * earth: the haversine for distances that are told, a flat map for the many
 * small ones of areas.
 */
#include "agent/geo/earth.h"

#include <math.h>
#include <stddef.h>

#define RADIUS_M     6371008.8 /* IUGG mean radius */
#define RAD(degrees) ((degrees) * (M_PI / 180))

double
earth_distance_m(double lat1, double lon1, double lat2, double lon2)
{
	double u = sin(RAD(lat2 - lat1) / 2);
	double v = sin(RAD(lon2 - lon1) / 2);
	double h = u * u + cos(RAD(lat1)) * cos(RAD(lat2)) * v * v;

	return 2 * RADIUS_M * asin(sqrt(fmin(h, 1)));
}

double
earth_bearing_deg(double lat1, double lon1, double lat2, double lon2)
{
	double east = RAD(lon2 - lon1);
	double y = sin(east) * cos(RAD(lat2));
	double x = cos(RAD(lat1)) * sin(RAD(lat2)) -
		   sin(RAD(lat1)) * cos(RAD(lat2)) * cos(east);
	double degrees = atan2(y, x) * (180 / M_PI);

	return degrees < 0 ? degrees + 360 : degrees;
}

const char *
earth_compass(double bearing_deg)
{
	static const char *const eighths[] = { "N", "NE", "E", "SE", "S", "SW",
		"W", "NW" };

	return eighths[(size_t)(bearing_deg / 45 + 0.5) % 8];
}

struct earth_offset
earth_offset(double lat1, double lon1, double lat2, double lon2)
{
	double east = lon2 - lon1;

	if (east > 180)
		east -= 360;
	else if (east < -180)
		east += 360;
	return (struct earth_offset){ .east_m = east * EARTH_DEGREE_M *
						cos(RAD((lat1 + lat2) / 2)),
		.north_m = (lat2 - lat1) * EARTH_DEGREE_M };
}
