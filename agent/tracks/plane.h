/*
 * plane: metres east and north of a place.
 *
 * Around a place the WGS84 ellipsoid is flattened with its two radii of
 * curvature at the latitude half way to the point asked for.  The distance of
 * a point from the place is then within 1 cm of the geodesic up to 10 km,
 * within 1 m up to 50 km and within 0.1 % up to 200 km, up to latitude 69.
 * Heights are not looked at.
 */
#ifndef TRACKS_PLANE_H
#define TRACKS_PLANE_H

/* A place in the middle. */
struct plane {
	double lat, lon; /* WGS84 degrees */
};

/* Metres from it. */
struct plane_point {
	double east_m, north_m;
};

/* Where lat, lon is as seen from the place. */
struct plane_point plane_point_of(
    const struct plane *p, double lat, double lon);

/* Metres from the place itself. */
double plane_length_m(struct plane_point p);

/* Metres between two positions, reckoned in the same way. */
double plane_distance_m(double lat1, double lon1, double lat2, double lon2);

/* Direction of a difference, degrees from true north, 0 to 360. */
double plane_bearing_deg(double east_m, double north_m);

/* The angle from one direction to another, -180 (left) to 180 (right). */
double plane_turn_deg(double from_deg, double to_deg);

/*
 * Degrees of latitude and longitude that a radius in metres reaches at most,
 * for a box around the place that holds the circle.
 */
void plane_reach_deg(
    const struct plane *p, double radius_m, double *lat_deg, double *lon_deg);

#endif /* TRACKS_PLANE_H */
