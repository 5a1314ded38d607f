/*
 * approach: how near a recording came to a place, and when.
 *
 * The question is asked of a place with an uncertainty and a window of time
 * with another; the track has uncertainties of its own: of each position, of
 * its clock, and of the way between two positions.  The answer keeps them
 * apart from the figures: distance_m is what the figures say, and the true one
 * is between least_m and most_m if what the uncertainties claim is true.
 *
 * Between two positions the way is a straight line, as long as they are no
 * more than APPROACH_GAP_MS apart and in one segment; how far the way may have
 * bent from it is reckoned with (approach_wander_m()).  Across a longer gap
 * nothing is known: it is said that there are no positions, and if the place
 * could have been reached and left in that time nothing limits least_m.
 *
 * Distances are over ground (plane.h); a drone's height is not in them.
 *
 * What a word of enum approach_word means is the table of approach_words().
 */
#ifndef TRACKS_APPROACH_H
#define TRACKS_APPROACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/tracks/plane.h"
#include "agent/tracks/track.h"

/* Two positions farther apart in time are not joined. */
#define APPROACH_GAP_MS INT64_C(120000)

/* A longer gap is the end of a recording rather than a gap in it. */
#define APPROACH_GAP_MAX_MS INT64_C(600000)

/* How fast a place may have been reached and left in a gap: 108 km/h. */
#define APPROACH_GAP_MPS 30.0

/* What a position may be off by if its recorder does not say. */
#define APPROACH_FIX_M 15.0

/*
 * What people and recorders state as an uncertainty holds 95 times of 100.
 * Widened by this it holds 999 times of 1000: sqrt(ln 1000 / ln 20) for errors
 * that are normal on both axes.  Those of place and position are independent, so they
 * add as squares.
 */
#define APPROACH_COVER 1.52

/* A track of which a position of that uncertainty is joined may reach so far
 * beyond its positions; who looks for tracks by place adds it. */
#define APPROACH_REACH_M (APPROACH_GAP_MPS * (double)APPROACH_GAP_MS / 2000)

/* Passes that are kept one by one. */
#define APPROACH_PASSES_MAX 8

/* How sure it is.  Stored: never renumber, only append; a larger one is surer. */
enum approach_word {
	APPROACH_NONE = 0,
	APPROACH_UNKNOWN = 1,
	APPROACH_POSSIBLE = 2,
	APPROACH_LIKELY = 3,
	APPROACH_CERTAIN = 4
};

/* What a word says and when it is said; the row's place is the number. */
struct approach_word_row {
	const char *word;
	const char *when;
};

/* Whether the place was in the picture.  Stored: as above. */
enum approach_view {
	APPROACH_VIEW_UNKNOWN = 0, /* no direction, or no field of view */
	APPROACH_VIEW_NO = 1,
	APPROACH_VIEW_PARTLY = 2, /* by the uncertainty of the place */
	APPROACH_VIEW_YES = 3
};

/* What is asked. */
struct approach_question {
	double lat, lon, uncertainty_m; /* the place; radius, not NAN */
	int64_t from_ms, to_ms;         /* the window, UTC */
	int64_t spread_ms;              /* what both of its ends may be off */
	double within_m;                /* nearer than this is in range */
	/* Of the track: */
	bool is_clock_known;
	int64_t correction_ms; /* to add to its times to get UTC */
	int64_t clock_ms;      /* what the corrected times may be off */
	double fov_deg;        /* of its lens, across; NAN: not known */
	bool is_ahead;         /* the lens looks the way it moves */
};

/* A stretch of the recording in which the place was in range. */
struct approach_pass {
	int64_t from_ms, to_ms, at_ms; /* at: the nearest; or CLOCK_NONE */
	int64_t from_clip_ms, to_clip_ms, at_clip_ms; /* -1: no clip */
	double at_m;
};

/* What is found. */
struct approach {
	enum approach_word word;
	double distance_m;       /* by the figures; NAN: no position */
	double least_m, most_m;  /* most_m INFINITY: nothing limits it */
	double off_m;            /* what the distance may be off */
	int64_t at_ms;           /* UTC if the clock is known */
	int64_t at_clip_ms;      /* since the clip's start, or -1 */
	uint64_t offset;         /* byte of the original of the fix before */
	double lat, lon;         /* where the recorder was */
	double bearing_deg;      /* from there to the place */
	double looking_deg;      /* of lens or movement there; NAN: unknown */
	bool is_by_movement;     /* looking_deg is of movement */
	enum approach_view view; /* the best while in range */
	int64_t view_from_ms, view_to_ms; /* partly or wholly; CLOCK_NONE */
	int64_t view_from_clip_ms, view_to_clip_ms;
	struct approach_pass passes[APPROACH_PASSES_MAX]; /* in their order */
	size_t pass_count; /* all; more than are kept there may be */
	int64_t in_range_ms;
	int64_t gap_from_ms, gap_to_ms; /* no positions; CLOCK_NONE: no gap */
};

/* A walk along a track; what is in it is approach.c's. */
struct approach_walk {
	struct approach_question q;
	struct plane plane;
	int64_t low_ms, high_ms;   /* the window as wide as it may be */
	int64_t sure_ms, until_ms; /* the times that most_m is about */
	bool is_sure;              /* which lie in it however it was */
	bool has_last;
	struct track_fix last;
	struct plane_point last_point;
	double least_m, sure_least_m, any_most_m;
	int64_t covered_ms;
	double core_m, wide_m; /* the nearest by the figures: in the window, */
	struct approach core;  /* and as wide as it may be */
	struct approach wide;
	struct approach_pass pass; /* that is going on */
	bool is_in_pass;
	struct approach seen; /* passes, view and gap so far */
};

/* The table of words, *count rows.  Static. */
const struct approach_word_row *approach_words(size_t *count);

/* "certain", "likely", "possible", "unknown", "none". */
const char *approach_word_name(enum approach_word word);

/* "in view", "partly in view", "not in view", "view unknown". */
const char *approach_view_name(enum approach_view view);

/*
 * How far at most the way may have bent from the straight line between two
 * positions, distance_m and ms apart, half way.  The smaller of two bounds: an
 * acceleration of 3 m/s2 throughout, and a way 1.4 times as long as the
 * straight line or the speeds there and 2 m/s more.  speed_mps is the larger
 * of both speeds, or NAN.
 */
double approach_wander_m(double distance_m, int64_t ms, double speed_mps);

/*
 * The share of a circle of radius off_m, with its middle distance_m away, that
 * is nearer than within_m: 0 to 1.
 */
double approach_share(double distance_m, double off_m, double within_m);

/*
 * The share of the ways in which a time may be off by up to off_ms, evenly,
 * that let from_ms..to_ms and the window low_ms..high_ms meet: 0 to 1.
 */
double approach_time_share(int64_t from_ms, int64_t to_ms, int64_t low_ms,
    int64_t high_ms, int64_t off_ms);

/* Begin; copies q. */
void approach_init(struct approach_walk *w, const struct approach_question *q);

/*
 * Go on along the next fixes of the track; those of which left_out is true are
 * passed over.  left_out NULL: all count.
 */
void approach_add(struct approach_walk *w, const struct track_fix *fixes,
    const bool *left_out, size_t count);

/*
 * It is known to have stood where it was last until time_ms by the track's
 * clock, though no position says so.
 */
void approach_stand(struct approach_walk *w, int64_t time_ms);

/* What comes next does not follow on what was added last. */
void approach_break(struct approach_walk *w);

/* What the walk has come to. */
void approach_finish(struct approach_walk *w, struct approach *out);

/*
 * Order by what is worth looking at first: <0 if a is.  Surer first, then
 * better in view, nearer, longer in range.
 */
int approach_compare(const struct approach *a, const struct approach *b);

/* "00:12:31" of a clip; "" for -1.  Returns out. */
const char *approach_clip_text(int64_t clip_ms, char out[CLOCK_TEXT_MAX]);

#endif /* TRACKS_APPROACH_H */
