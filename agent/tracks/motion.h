/*
 * motion: where a unit is held to be, however much its receiver wanders.
 *
 * A unit that stands gives fixes all round where it stands.  It is held to be
 * at one point until a fix lies further off than the doubt of both can explain,
 * or it is seen to drive; then it is held to be at that fix.  So whatever is
 * asked of its movement (area.h) is asked of movements that have happened.
 *
 * Standing for MOTION_PARK_MS makes it parked, and a parked unit takes more to
 * be believed to move: seven times the common uncertainty, which noise of that
 * size does not reach in any number of years.  A speed over ground measured by
 * the receiver settles the question at once, if the receiver is good.
 *
 * Plain data and pure: the struct is stored as it is and goes on after a
 * restart.  Fixes are given in the order of their times.
 */
#ifndef TRACKS_MOTION_H
#define TRACKS_MOTION_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/tracks/track.h"

/* What a receiver that says nothing of its uncertainty is taken to have. */
#define MOTION_UNKNOWN_M 150

/* Standing for so long, in three fixes or more, is being parked. */
#define MOTION_PARK_MS 60000

/* One unit; all zero: not seen yet. */
struct motion {
	int64_t time_ms;   /* of the last fix that was taken */
	int64_t stands_ms; /* since when it has not moved */
	double lat, lon;   /* where it is held to be */
	double uncertainty_m;
	int64_t count; /* fixes since it has not moved; 0: not seen yet */
	bool is_parked;
};

/* What a fix says of the unit's movement. */
enum motion_kind {
	MOTION_NONE,  /* nothing: older than what is known already */
	MOTION_FIRST, /* where it is; nothing was known or that was coarse */
	MOTION_STILL, /* it stands where it stood */
	MOTION_MOVED  /* it went from one place to the other */
};

/* The step from where it was held to be to where it is. */
struct motion_step {
	enum motion_kind kind;
	double from_lat, from_lon, to_lat, to_lon;
	int64_t from_ms, to_ms;
	double uncertainty_m;       /* of the second place */
	double east_mps, north_mps; /* MOTION_MOVED: its velocity at the end */
	bool is_leap;               /* nothing is known of the way (leap.h) */
};

/* Take one more fix, which has a time and a place. */
struct motion_step motion_take(struct motion *m, const struct track_fix *fix);

#endif /* TRACKS_MOTION_H */
