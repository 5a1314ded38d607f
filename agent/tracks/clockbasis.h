/*
 * clockbasis: what a track's times are, what is to be added to get UTC, and by
 * what evidence.
 *
 * Evidence comes from the format (a receiver's sentences carry the satellites'
 * time), from what the times say of their zone, from the place (a clock on a
 * British wall shows London's time), from the file's name (cameras name a clip
 * after their own clock), from a video's creation time (the camera's clock, and
 * never trusted over the satellites), from the time the file was brought in (nothing is
 * recorded after it), and from the same journey in another track.  The answer
 * says all of it in words.  The original is never altered: the correction is
 * beside it.  What cannot be told is said to be unknown.
 *
 *     stated UTC, by a receiver    0 s           +- 1 s
 *     stated UTC, by software      0 s           +- 2 s
 *     GPS time                     - leap s      +- 1 s
 *     local, in Britain            London's      +- 1 min (drones), 5 min
 *     local, elsewhere             unknown       unless another track tells
 *     zone not said                as local in Britain's winter, where UTC and
 *                                  London's time are one; in its summer as a
 *                                  video's name or creation time shows, if it
 *                                  is an hour off; else unknown
 *     later than it was brought    London's, if an hour of summer time
 *                                  explains it; else unknown
 *     the same journey elsewhere   by the difference to it
 */
#ifndef TRACKS_CLOCKBASIS_H
#define TRACKS_CLOCKBASIS_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/tracks/track.h"

/* The same journey in another track. */
struct clockbasis_twin {
	int64_t id;             /* of that track, for the words */
	int64_t ahead_ms;       /* this track's times less the twin's in UTC */
	int64_t uncertainty_ms; /* of the twin's time in UTC */
	bool is_receiver;       /* the twin's clock is the satellites' */
	bool is_set;            /* or was set by a known place and time */
};

/* What is known of a track when its clock is judged. */
struct clockbasis_facts {
	enum track_clock clock;    /* as its reader says */
	const char *format;        /* as its reader says */
	struct str name;           /* of the file, without folders */
	int64_t first_ms, last_ms; /* by its clock; CLOCK_NONE: no times */
	int64_t imported_ms;       /* UTC, when it was brought in */
	bool has_place;
	double lat, lon;    /* of the first fix */
	bool is_by_name;    /* its times are the name's and the clip's */
	int64_t created_ms; /* of a video, by the camera's clock as if it were
			       UTC; 0: it does not say */
	const struct clockbasis_twin *twin; /* NULL: none is known */
};

/* What came out. */
struct clockbasis {
	enum track_clock clock;
	int64_t correction_ms; /* CLOCK_NONE: unknown */
	int64_t uncertainty_ms;
	struct buf why; /* owned: the evidence, in words */
};

/* Judge a clock; fills *out (clockbasis_release). */
void clockbasis_judge(
    const struct clockbasis_facts *facts, struct clockbasis *out);

/* Release what it holds. */
void clockbasis_release(struct clockbasis *b);

/* Are times in that format a receiver's own, from the satellites? */
bool clockbasis_is_receiver(const char *format, enum track_clock clock);

/* Is a place one at which clocks show London's time? */
bool clockbasis_is_british(double lat, double lon);

/*
 * The date and time in a file's name as if it were UTC, such as
 * NO20191130-120156-000121.MP4, 2021_1013_153757_730.MP4,
 * 2026-01-14 10.42.07.gpx; CLOCK_NONE if there is none.
 */
int64_t clockbasis_name_time(struct str name);

/* How far apart two times are: "1 h 2 min 3 s", "0.4 s".  Returns out. */
const char *clockbasis_span_text(int64_t ms, char out[CLOCK_TEXT_MAX]);

#endif /* TRACKS_CLOCKBASIS_H */
