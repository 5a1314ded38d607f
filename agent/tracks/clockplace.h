/*
 * clockplace: what a known place at a known time says of a recorder's clock.
 *
 * Somebody knows that the vehicle was within some metres of a place at a time.
 * The recording passes that place at certain times by its own clock; the
 * difference is what is to be added to get UTC.  A pass is as long as the way,
 * with all that the positions and the bends between them may be off, was within
 * those metres: the moment that was seen lies somewhere in it, so the
 * correction is the middle of what the whole pass allows, and half its length
 * and what the known time may be off are its uncertainty.
 *
 * Two passes are one if the known time is too vague to tell them apart.  A pass
 * before which, or behind which, there are no positions is open at that end:
 * the vehicle may have been there longer, and the correction holds only if it
 * was seen while it recorded.
 *
 * Pure.  Times of fixes and passes are by the recorder's clock.
 */
#ifndef TRACKS_CLOCKPLACE_H
#define TRACKS_CLOCKPLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/tracks/plane.h"
#include "agent/tracks/track.h"

struct buf;

/* Passes that are kept; of more there is only the number. */
#define CLOCKPLACE_PASSES_MAX 64

/* What is known. */
struct clockplace_known {
	double lat, lon, within_m;  /* it was nearer than that */
	int64_t time_ms, spread_ms; /* UTC, and what it may be off either way */
};

/* A time in which the way was there. */
struct clockplace_pass {
	int64_t from_ms, to_ms;
	int64_t at_ms; /* the nearest */
	double at_m;
	double speed_mps; /* over ground, at the nearest */
	bool is_open_from, is_open_to;
	/* What it says of the clock. */
	int64_t correction_ms;  /* added: UTC */
	int64_t uncertainty_ms; /* of the corrected time, either way */
};

/* A walk along a track; begin with clockplace_init(). */
struct clockplace {
	struct clockplace_known known;
	struct plane plane;
	bool has_last, was_there; /* the last fix; was it in reach? */
	struct track_fix last;
	struct plane_point last_point;
	struct clockplace_pass passes[CLOCKPLACE_PASSES_MAX];
	size_t count;   /* kept */
	size_t lost;    /* beyond those */
	double least_m; /* the nearest of all; INFINITY: no fix with a time */
	size_t gaps; /* in which the place could have been reached and left */
};

/* Begin; copies known. */
void clockplace_init(
    struct clockplace *c, const struct clockplace_known *known);

/*
 * Go on along the next fixes of the track.  Those that are not kept, by their
 * marks, or have no time are passed over, and so is what repeats the last one.
 */
void clockplace_add(struct clockplace *c, const struct track_fix *fixes,
    const unsigned char *marks, size_t count);

/* The walk is over: passes, in the order of time, say what they come to. */
void clockplace_finish(struct clockplace *c);

/*
 * Do a correction and another of which that much is unsure say the same, as far
 * as can be told?
 */
bool clockplace_agrees(const struct clockplace_pass *pass,
    int64_t correction_ms, int64_t uncertainty_ms);

/*
 * Append what a correction says of the recorder: "1 h 2 min 13 s slow by UTC",
 * "0.4 s fast by London time".  Times that are not said to be UTC are beside
 * London's, too, where that differs: utc_ms is when.
 */
void clockplace_say(struct buf *out, enum track_clock clock,
    int64_t correction_ms, int64_t utc_ms);

#endif /* TRACKS_CLOCKPLACE_H */
