/*
 * leap: positions that no vehicle can have come to, as they arrive.
 *
 * The same question as clean.h asks of files, for a stream in which nothing can
 * be held back.  A place that is farther from the last believed one than the
 * speed of clean_speed_max_mps() and the doubt of both allow is a leap.  Where
 * CLEAN_AGREE such places follow on each other, or what can be reached again by
 * now is much nearer to them than to the believed one, the unit is there and
 * was: the believed one was stale, or nothing was received on the way.
 *
 * A late position is compared with the newest believed one and changes nothing.
 * What was believed last is what has to be known after a restart; suspects that
 * were stored behind it are given to leap_take() again.
 *
 * Plain data and pure.
 */
#ifndef TRACKS_LEAP_H
#define TRACKS_LEAP_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/tracks/track.h"

/* One unit; all zero: nothing is known of it. */
struct leap {
	bool is_known;
	struct track_fix good;    /* the newest believed */
	int suspects;             /* that follow on each other */
	struct track_fix suspect; /* the newest of them */
	int64_t since_ms;         /* of the first of them */
};

/* What a position is. */
enum leap_verdict {
	LEAP_NONE, /* it can be there */
	LEAP_IS,   /* it cannot */
	LEAP_OVER  /* it is there, and has been since then */
};

/*
 * What the next position is, which has a place and a time; of LEAP_OVER,
 * *since_ms is when the positions begin that were leaps and are not.
 */
enum leap_verdict leap_take(
    struct leap *l, const struct track_fix *fix, int64_t *since_ms);

/* Go on from the last believed position that was stored; without a time there
 * is none. */
void leap_resume(struct leap *l, const struct track_fix *good);

#endif /* TRACKS_LEAP_H */
