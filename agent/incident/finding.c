/* finding: the names of the kinds, and an empty one. */
#include "agent/incident/finding.h"

#include <math.h>

#include "agent/base/check.h"

const char *
finding_kind_name(enum finding_kind kind)
{
	switch (kind) {
	case FINDING_PLATE: return "plate";
	case FINDING_PLATE_PART: return "part of a plate";
	case FINDING_GRID: return "grid reference";
	case FINDING_DEGREES: return "latitude and longitude";
	case FINDING_POSTCODE: return "postcode";
	case FINDING_DISTRICT: return "postcode district";
	case FINDING_WHAT3WORDS: return "what3words";
	case FINDING_ROAD: return "road";
	case FINDING_PHONE: return "phone number";
	case FINDING_INCIDENT: return "incident reference";
	case FINDING_CRIME: return "crime number";
	case FINDING_HOLDING: return "holding number";
	case FINDING_EARTAG: return "ear tag";
	case FINDING_COLLAR: return "collar number";
	}
	check_failed("a kind of finding has a name", __FILE__, __LINE__);
}

struct finding
finding_make(enum finding_kind kind, size_t start, size_t end, const char *why)
{
	return (struct finding){ .kind = kind,
		.start = start,
		.end = end,
		.certainty = 50,
		.why = why,
		.lat = (double)NAN,
		.lon = (double)NAN,
		.easting = (double)NAN,
		.northing = (double)NAN,
		.uncertainty_m = (double)NAN };
}
