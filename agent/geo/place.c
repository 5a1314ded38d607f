/* place: the names of the classes, and the place of which nothing is known. */
#include "agent/geo/place.h"

#include <math.h>

#include "agent/base/check.h"

const char *place_class_name(enum place_class class)
{
	switch (class) {
	case PLACE_UNKNOWN: return "unknown";
	case PLACE_RURAL: return "rural";
	case PLACE_URBAN: return "urban";
	case PLACE_EDGE: return "edge";
	}
	check_failed("a place class has a name", __FILE__, __LINE__);
}

struct place
place_unknown(void)
{
	struct place p = { .class = PLACE_UNKNOWN };

	p.lat = (double)NAN;
	p.lon = (double)NAN;
	p.uncertainty_m = (double)NAN;
	p.near_m = (double)NAN;
	return p;
}
