/*
 * towns: the built-in table.
 *
 * The urban test is the census's own: a built-up area of 10,000 people or
 * more.  Centres are from the map to 0.001 degrees (70 to 110 m); a town that
 * is long or has outliers has several circles, the first of which is the
 * centre people measure from.  Radii were set by hand and then moved in steps
 * of 100 m to where the circles agree best with the official classes, leaving
 * out the urban areas of more than 4 km2, which are mostly fields: a circle
 * that took those in would take farms in with them.
 */
#include "agent/geo/towns.h"

#include <math.h>

#include "agent/base/check.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LOOKS        32 /* directions in which to look for a town's edge */
#define RADIANS      0.017453292519943295

/* clang-format off */
static const struct town table[] = {
	/* Towns: urban inside. */
	{ "Basildon", 51.571, 0.458, 2500, true },
	{ "Basildon", 51.590, 0.440, 2900, false },
	{ "Benfleet", 51.553, 0.560, 2300, true },
	{ "Benfleet", 51.570, 0.585, 2700, false },
	{ "Billericay", 51.627, 0.418, 2400, true },
	{ "Braintree", 51.878, 0.553, 3000, true },
	{ "Braintree", 51.868, 0.523, 1300, false },
	{ "Braintree", 51.897, 0.557, 1500, false },
	{ "Brentwood", 51.620, 0.303, 2800, true },
	{ "Brentwood", 51.632, 0.330, 1400, false },
	{ "Brentwood", 51.632, 0.365, 1400, false },
	{ "Buckhurst Hill", 51.627, 0.045, 1200, true },
	{ "Canvey Island", 51.521, 0.590, 2300, true },
	{ "Chadwell St Mary", 51.483, 0.370, 1200, true },
	{ "Chelmsford", 51.736, 0.470, 1700, true },
	{ "Chelmsford", 51.757, 0.478, 2700, false },
	{ "Chelmsford", 51.750, 0.505, 2200, false },
	{ "Chelmsford", 51.745, 0.448, 800, false },
	{ "Chigwell", 51.621, 0.077, 1500, true },
	{ "Chigwell", 51.615, 0.105, 1500, false },
	{ "Clacton-on-Sea", 51.790, 1.153, 2800, true },
	{ "Clacton-on-Sea", 51.809, 1.160, 1200, false },
	{ "Clacton-on-Sea", 51.802, 1.190, 1800, false },
	{ "Colchester", 51.889, 0.902, 1700, true },
	{ "Colchester", 51.883, 0.840, 2400, false },
	{ "Colchester", 51.915, 0.905, 2800, false },
	{ "Colchester", 51.875, 0.935, 1800, false },
	{ "Colchester", 51.866, 0.905, 2000, false },
	{ "Colchester", 51.890, 0.945, 1600, false },
	{ "Colchester", 51.872, 0.872, 1700, false },
	{ "Corringham", 51.524, 0.455, 2800, true },
	{ "Dovercourt", 51.935, 1.265, 1900, true },
	{ "Epping", 51.699, 0.110, 1200, true },
	{ "Frinton-on-Sea", 51.833, 1.243, 2500, true },
	{ "Galleywood", 51.698, 0.473, 2900, true },
	{ "Grays", 51.480, 0.327, 3000, true },
	{ "Great Baddow", 51.716, 0.500, 1300, true },
	{ "Great Dunmow", 51.872, 0.362, 2200, true },
	{ "Great Wakering", 51.553, 0.805, 800, true },
	{ "Hadleigh", 51.554, 0.608, 2500, true },
	{ "Halstead", 51.945, 0.638, 1200, true },
	{ "Harlow", 51.768, 0.096, 3000, true },
	{ "Harlow", 51.760, 0.130, 1200, false },
	{ "Harlow", 51.783, 0.140, 2000, false },
	{ "Harwich", 51.944, 1.285, 400, true },
	{ "Hockley", 51.601, 0.655, 2600, true },
	{ "Hockley", 51.598, 0.680, 1400, false },
	{ "Jaywick", 51.780, 1.118, 1600, true },
	{ "Laindon", 51.573, 0.425, 2300, true },
	{ "Leigh-on-Sea", 51.546, 0.652, 1900, true },
	{ "Leigh-on-Sea", 51.569, 0.652, 1000, false },
	{ "Loughton", 51.650, 0.065, 2200, true },
	{ "Maldon", 51.731, 0.676, 2100, true },
	{ "Maldon", 51.743, 0.690, 800, false },
	{ "Nazeing", 51.735, 0.015, 1600, true },
	{ "Nazeing", 51.735, 0.045, 2300, false },
	{ "Pitsea", 51.568, 0.505, 2600, true },
	{ "Purfleet", 51.484, 0.243, 1400, true },
	{ "Purfleet", 51.477, 0.275, 900, false },
	{ "Rayleigh", 51.586, 0.606, 2400, true },
	{ "Rayleigh", 51.606, 0.565, 1300, false },
	{ "Rochford", 51.582, 0.707, 1600, true },
	{ "Saffron Walden", 52.023, 0.243, 1800, true },
	{ "Sawbridgeworth", 51.812, 0.160, 1000, true },
	{ "Shoeburyness", 51.535, 0.795, 1800, true },
	{ "South Ockendon", 51.510, 0.288, 1500, true },
	{ "South Woodham Ferrers", 51.647, 0.615, 1700, true },
	{ "Southend-on-Sea", 51.541, 0.711, 800, true },
	{ "Southend-on-Sea", 51.560, 0.700, 2800, false },
	{ "Southend-on-Sea", 51.540, 0.755, 2200, false },
	{ "Stanford-le-Hope", 51.515, 0.428, 800, true },
	{ "Tilbury", 51.463, 0.362, 2000, true },
	{ "Waltham Abbey", 51.687, 0.010, 1800, true },
	{ "Walton-on-the-Naze", 51.849, 1.268, 2500, true },
	{ "Wickford", 51.613, 0.521, 2900, true },
	{ "Wickford", 51.635, 0.495, 1500, false },
	{ "Witham", 51.800, 0.640, 2100, true },

	/* Villages and small towns: rural, names only. */
	{ "Ardleigh", 51.927, 0.982, 0, true },
	{ "Bradwell-on-Sea", 51.724, 0.902, 0, true },
	{ "Brightlingsea", 51.811, 1.025, 0, true },
	{ "Bulphan", 51.548, 0.362, 0, true },
	{ "Bures", 51.972, 0.777, 0, true },
	{ "Burnham-on-Crouch", 51.626, 0.817, 0, true },
	{ "Castle Hedingham", 51.990, 0.600, 0, true },
	{ "Chipping Ongar", 51.704, 0.245, 0, true },
	{ "Clavering", 51.965, 0.143, 0, true },
	{ "Coggeshall", 51.871, 0.686, 0, true },
	{ "Danbury", 51.716, 0.580, 0, true },
	{ "Dedham", 51.959, 0.993, 0, true },
	{ "Earls Colne", 51.927, 0.700, 0, true },
	{ "Elsenham", 51.915, 0.229, 0, true },
	{ "Felsted", 51.857, 0.434, 0, true },
	{ "Finchingfield", 51.968, 0.451, 0, true },
	{ "Great Bardfield", 51.949, 0.440, 0, true },
	{ "Great Bentley", 51.852, 1.065, 0, true },
	{ "Great Chesterford", 52.062, 0.194, 0, true },
	{ "Great Leighs", 51.827, 0.507, 0, true },
	{ "Great Oakley", 51.904, 1.188, 0, true },
	{ "Great Sampford", 51.990, 0.388, 0, true },
	{ "Great Tey", 51.899, 0.748, 0, true },
	{ "Great Waltham", 51.793, 0.461, 0, true },
	{ "Great Yeldham", 52.013, 0.562, 0, true },
	{ "Hatfield Broad Oak", 51.825, 0.243, 0, true },
	{ "Hatfield Heath", 51.811, 0.207, 0, true },
	{ "Hatfield Peverel", 51.777, 0.595, 0, true },
	{ "Hullbridge", 51.622, 0.615, 0, true },
	{ "Ingatestone", 51.670, 0.385, 0, true },
	{ "Kelvedon", 51.834, 0.698, 0, true },
	{ "Latchingdon", 51.672, 0.722, 0, true },
	{ "Layer de la Haye", 51.845, 0.860, 0, true },
	{ "Manningtree", 51.945, 1.062, 0, true },
	{ "Matching Green", 51.780, 0.225, 0, true },
	{ "Newport", 51.985, 0.213, 0, true },
	{ "North Weald Bassett", 51.719, 0.167, 0, true },
	{ "Orsett", 51.513, 0.364, 0, true },
	{ "Radwinter", 52.009, 0.337, 0, true },
	{ "Roxwell", 51.749, 0.383, 0, true },
	{ "Sible Hedingham", 51.978, 0.595, 0, true },
	{ "Southminster", 51.662, 0.830, 0, true },
	{ "St Osyth", 51.799, 1.078, 0, true },
	{ "Stansted Mountfitchet", 51.902, 0.196, 0, true },
	{ "Stebbing", 51.892, 0.413, 0, true },
	{ "Steeple Bumpstead", 52.043, 0.447, 0, true },
	{ "Takeley", 51.867, 0.266, 0, true },
	{ "Thaxted", 51.954, 0.344, 0, true },
	{ "Theydon Bois", 51.672, 0.096, 0, true },
	{ "Thorpe-le-Soken", 51.857, 1.160, 0, true },
	{ "Tillingham", 51.695, 0.883, 0, true },
	{ "Tiptree", 51.815, 0.746, 0, true },
	{ "Tollesbury", 51.759, 0.834, 0, true },
	{ "West Mersea", 51.776, 0.911, 0, true },
	{ "Wethersfield", 51.950, 0.490, 0, true },
	{ "Wivenhoe", 51.857, 0.959, 0, true },
	{ "Wix", 51.915, 1.142, 0, true },
	{ "Writtle", 51.729, 0.426, 0, true },
};
/* clang-format on */

static const char *const bearings[] = { "N", "NE", "E", "SE", "S", "SW", "W",
	"NW" };

/* Metres to a degree at a latitude; the series of NIMA TR8350.2. */
struct scale {
	double lat_m, lon_m;
};

static struct scale
scale_at(double lat)
{
	double a = lat * RADIANS;

	return (struct scale){
		.lat_m = 111132.954 - 559.822 * cos(2 * a) + 1.175 * cos(4 * a),
		.lon_m = 111412.84 * cos(a) - 93.5 * cos(3 * a),
	};
}

/* Metres from t to the point, and which way. */
struct offset {
	double east, north;
};

static struct offset
offset_from(const struct town *t, double lat, double lon, struct scale s)
{
	return (struct offset){
		.east = (lon - t->lon) * s.lon_m,
		.north = (lat - t->lat) * s.lat_m,
	};
}

static double
square(struct offset o)
{
	return o.east * o.east + o.north * o.north;
}

size_t
towns_count(void)
{
	return COUNT(table);
}

const struct town *
towns_get(size_t i)
{
	CHECK(i < COUNT(table));
	return &table[i];
}

double
towns_outside_m(double lat, double lon)
{
	struct scale s = scale_at(lat);
	double least = (double)INFINITY;

	for (size_t i = 0; i < COUNT(table); i++) {
		double outside;

		if (table[i].radius_m <= 0)
			continue;
		outside = sqrt(square(offset_from(&table[i], lat, lon, s))) -
			  table[i].radius_m;
		if (outside < least)
			least = outside;
	}
	return least;
}

bool
towns_is_edge(double lat, double lon, double within_m)
{
	struct scale s = scale_at(lat);
	double outside_m = towns_outside_m(lat, lon);

	if (fabs(outside_m) > within_m)
		return false;
	if (outside_m > 0)
		return true;
	/* Near the edge of the deepest circle another may go on: look round. */
	for (int i = 0; i < LOOKS; i++) {
		double angle = i * (360.0 / LOOKS) * RADIANS;

		if (towns_outside_m(lat + within_m * cos(angle) / s.lat_m,
			lon + within_m * sin(angle) / s.lon_m) > 0)
			return true;
	}
	return false;
}

/* The eighth of the compass in which o lies. */
static const char *
bearing_name(struct offset o)
{
	double eighths = atan2(o.east, o.north) / (45 * RADIANS);
	int i = (int)lround(eighths); /* -4 .. 4 */

	return bearings[(i + 8) % 8];
}

/* The centre that is nearest by the scale at the point itself. */
static const struct town *
nearest_centre(double lat, double lon)
{
	struct scale s = scale_at(lat);
	const struct town *best = &table[0];
	double least = (double)INFINITY;

	for (size_t i = 0; i < COUNT(table); i++) {
		double d = square(offset_from(&table[i], lat, lon, s));

		if (table[i].is_centre && d < least) {
			least = d;
			best = &table[i];
		}
	}
	return best;
}

bool
towns_find_near(double lat, double lon, struct towns_near *out)
{
	const struct town *t = nearest_centre(lat, lon);
	struct offset o =
	    offset_from(t, lat, lon, scale_at((lat + t->lat) / 2));
	double distance_m = sqrt(square(o));

	if (!(distance_m <= TOWNS_NEAR_MAX_M))
		return false;
	out->name = t->name;
	out->distance_m = distance_m;
	out->bearing = bearing_name(o);
	return true;
}
