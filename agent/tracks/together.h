/*
 * together: two tracks that travel together.
 *
 * Together is to be near the way of the other, at about the same time: within
 * TOGETHER_M and what the positions may be off, no more than TOGETHER_LAG_MS
 * and what the clocks may be off before or behind.  To stand beside each other
 * is not to travel: a stretch counts from TOGETHER_TRAVEL_M of way that leads
 * TOGETHER_AWAY_M away from where it began.  Two that share a main road for a
 * mile are together by this, so it is said how far and which share of what
 * both moved; enum together_word is a table of those.
 */
#ifndef TRACKS_TOGETHER_H
#define TRACKS_TOGETHER_H

#include <stddef.h>
#include <stdint.h>

#include "agent/tracks/track.h"

#define TOGETHER_M        50.0
#define TOGETHER_LAG_MS   INT64_C(60000)
#define TOGETHER_BREAK_MS INT64_C(60000) /* apart so long ends a stretch */
#define TOGETHER_TRAVEL_M 1000.0
#define TOGETHER_AWAY_M   500.0

/* Stretches that are kept one by one. */
#define TOGETHER_STRETCHES_MAX 32

/* What it amounts to; a larger one is more. */
enum together_word {
	TOGETHER_APART = 0,
	TOGETHER_SOMETIMES = 1, /* a stretch of some way */
	TOGETHER_MOSTLY = 2     /* 5 km, and half of what the shorter moved */
};

/* A track: fixes of its line, in the order of time, each with one. */
struct together_track {
	const struct track_fix *fixes; /* borrowed */
	size_t count;
	int64_t correction_ms; /* to add to get UTC */
	int64_t clock_ms;      /* what the corrected times may be off */
};

/* A stretch in which they travelled together; times are of the first. */
struct together_stretch {
	int64_t from_ms, to_ms; /* UTC */
	double travelled_m;     /* along the first */
	double mean_m, most_m;  /* from the first to the other's way */
	int64_t lag_ms;         /* mean: how much later the other was there */
	double from_lat, from_lon, to_lat, to_lon;
};

/* What was found. */
struct together {
	enum together_word word;
	struct together_stretch stretches[TOGETHER_STRETCHES_MAX];
	size_t count;                /* all; more than are kept there may be */
	int64_t overlap_ms;          /* both had positions */
	int64_t together_ms;         /* of it in stretches */
	double moved_a_m, moved_b_m; /* while both had positions */
	double together_m;           /* of it in stretches */
};

/* Compare two tracks. */
void together_compare(const struct together_track *a,
    const struct together_track *b, struct together *out);

/* "apart", "sometimes together", "mostly together". */
const char *together_word_name(enum together_word word);

#endif /* TRACKS_TOGETHER_H */
