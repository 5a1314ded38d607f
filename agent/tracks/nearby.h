/*
 * nearby: units by their distance from a place, by what they last said.
 *
 * Advice and no more: a position is as old as it says, a road may be longer,
 * and who is free is not known here.  Those whose position is stale come last,
 * whatever their distance.  Pure.
 */
#ifndef TRACKS_NEARBY_H
#define TRACKS_NEARBY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/str.h"

/* One unit; the second half is filled by nearby_rank(). */
struct nearby {
	struct str unit;
	double lat, lon;
	double uncertainty_m; /* NAN: not said */
	int64_t time_ms;      /* of the fix */
	bool is_gone;         /* its device has said goodbye since */
	double distance_m;
	double bearing_deg; /* from the place to the unit */
	int64_t age_ms;
	bool is_stale; /* older than the limit, or gone */
};

/* Fill in and put in order, at now_ms. */
void nearby_rank(struct nearby *units, size_t count, double lat, double lon,
    int64_t now_ms, int64_t stale_ms);

/* The eighth of the compass, "NE", of a bearing from 0 to 360.  Static. */
const char *nearby_compass(double bearing_deg);

/* Append an age for people: "40 s", "12 min", "5 h", "3 d". */
void nearby_add_age(struct buf *out, int64_t age_ms);

/* Append a distance for people: "350 m", "2.4 km". */
void nearby_add_distance(struct buf *out, double distance_m);

#endif /* TRACKS_NEARBY_H */
