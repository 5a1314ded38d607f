/*
 * track: the plain types of a recorded track.
 *
 * A fix is a position as its recorder wrote it: never moved, never corrected,
 * with the byte of the original file at which it stands.  What is not known is
 * NAN, CLOCK_NONE or -1 and says so below.
 */
#ifndef TRACKS_TRACK_H
#define TRACKS_TRACK_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/clock.h"
#include "agent/base/str.h"

/* What the times of a track are.  Stored: never renumber, only append. */
enum track_clock {
	TRACK_CLOCK_UNKNOWN = 0,
	TRACK_CLOCK_UTC = 1,
	TRACK_CLOCK_GPS = 2,   /* ahead of UTC by the leap seconds since 1980 */
	TRACK_CLOCK_LOCAL = 3, /* a wall clock; which zone is not said */
	TRACK_CLOCK_DRIFT = 4  /* a camera's own clock, seen to be wrong */
};

/* What kind of recorder a track is of.  Stored: never renumber. */
enum track_class {
	TRACK_CLASS_UNIT = 1, /* an officer's or a police vehicle's receiver */
	TRACK_CLASS_DRONE = 2,
	TRACK_CLASS_DASHCAM = 3,
	TRACK_CLASS_OTHER = 4
};

/*
 * What became of a fix when the track was cleaned (clean.h).  The derived
 * track is the fixes that are TRACK_MARK_KEEP.  Stored: never renumber.
 */
enum track_mark {
	TRACK_MARK_KEEP = 0,
	TRACK_MARK_OUTLIER = 1,  /* off the line between its neighbours */
	TRACK_MARK_JUMP = 2,     /* at a place no such recorder reaches */
	TRACK_MARK_SAME = 3,     /* a second position for one time */
	TRACK_MARK_BACKWARD = 4, /* its clock had gone back */
	TRACK_MARK_STILL = 5,    /* standing, between two kept fixes */
	/*
	 * Stored chunks only: the last kept fix of the chunk before, given
	 * again so that a chunk shows how its first fix was come to.
	 */
	TRACK_MARK_LINK = 6
};

/* Is a fix with that mark part of the line a recorder travelled? */
static inline bool
track_mark_is_line(unsigned char mark)
{
	return mark == TRACK_MARK_KEEP || mark == TRACK_MARK_LINK;
}

/*
 * The byte of a fix that an outside program read (tool.h): it does not say
 * where it found it.
 */
#define TRACK_OFFSET_NONE UINT64_MAX

/* One position. */
struct track_fix {
	double lat, lon;     /* WGS84 degrees, finite and in range */
	int64_t time_ms;     /* by the track's clock; CLOCK_NONE: no time */
	int64_t clip_ms;     /* since the clip's start; -1: no clip */
	uint64_t offset;     /* byte of the original, or TRACK_OFFSET_NONE */
	uint32_t segment;    /* from 0; a new one where recording broke off */
	float altitude_m;    /* above the sea, or NAN */
	float speed_mps;     /* over ground, or NAN */
	float course_deg;    /* direction of movement from true north, or NAN */
	float heading_deg;   /* where the lens or nose points, or NAN */
	float uncertainty_m; /* radius the recorder states, or NAN */
};

/* A fix of which only the place in the file is known. */
struct track_fix track_fix_at(uint64_t offset);

/* Are lat and lon a place on Earth?  0, 0 is what receivers say without one. */
bool track_fix_is_place(const struct track_fix *f);

/*
 * A time of a track for people and JSON: RFC 3339 in UTC, or without a zone
 * where it is not known which zone it is in.  "" for CLOCK_NONE.  Returns out.
 */
const char *track_time_text(
    int64_t ms, enum track_clock clock, char out[CLOCK_TEXT_MAX]);

/* How far GPS time is ahead of UTC at a time: the leap seconds since 1980. */
int64_t track_gps_ahead_ms(int64_t ms);

/* "utc", "gps", "local", "drift" or "unknown". */
const char *track_clock_name(enum track_clock clock);

/* "unit", "drone", "dashcam" or "other". */
const char *track_class_name(enum track_class class);

/* The class of that name: true, or false if there is none. */
bool track_class_find(struct str name, enum track_class *out);

/* "kept", "outlier", "jump", "same time", "clock back", "still", "link". */
const char *track_mark_name(enum track_mark mark);

#endif /* TRACKS_TRACK_H */
