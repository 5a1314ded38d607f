/*
 * earth: distances and directions between two points in degrees.
 *
 * On a sphere of the Earth's mean radius: within 0.5 % of the ellipsoid, which
 * is less than any receiver's doubt over the distances of a county.  Pure.
 */
#ifndef GEO_EARTH_H
#define GEO_EARTH_H

/* Metres of one degree along a meridian. */
#define EARTH_DEGREE_M 111195.08

/* A displacement in metres. */
struct earth_offset {
	double east_m, north_m;
};

/* Metres from the first point to the second. */
double earth_distance_m(double lat1, double lon1, double lat2, double lon2);

/* Degrees from north, 0 to 360, in which the second lies from the first. */
double earth_bearing_deg(double lat1, double lon1, double lat2, double lon2);

/* The eighth of the compass, "NE", of a bearing from 0 to 360.  Static. */
const char *earth_compass(double bearing_deg);

/*
 * From the first point to the second as on a flat map, for points some tens of
 * kilometres apart at most; the short way round the 180th meridian.
 */
struct earth_offset earth_offset(
    double lat1, double lon1, double lat2, double lon2);

#endif /* GEO_EARTH_H */
