/*
 * A box is a little larger than what it is asked to hold, never smaller: who
 * asks looks at the distance of what comes.
 */
#include "agent/store/spots.h"

#include <math.h>

#include "agent/base/db.h"
#include "agent/tracks/plane.h"

#define SPOT_DEG 100000 /* in a degree */

int64_t
spots_second(int64_t ms)
{
	int64_t s = ms / 1000 - (ms % 1000 < 0) - SPOTS_EPOCH_S;

	if (s < -SPOTS_MAX_S)
		return -SPOTS_MAX_S;
	return s > SPOTS_MAX_S ? SPOTS_MAX_S : s;
}

void
spots_bind_box(
    struct db_stmt *st, int first, double lat, double lon, double reach_m)
{
	const struct plane plane = { lat, lon };
	double lat_deg, lon_deg;

	plane_reach_deg(&plane, reach_m, &lat_deg, &lon_deg);
	db_bind_int(st, first, llround(ceil((lon + lon_deg) * SPOT_DEG)));
	db_bind_int(st, first + 1, llround(floor((lon - lon_deg) * SPOT_DEG)));
	db_bind_int(st, first + 2, llround(ceil((lat + lat_deg) * SPOT_DEG)));
	db_bind_int(st, first + 3, llround(floor((lat - lat_deg) * SPOT_DEG)));
}
