/* leap: a speed, and room for what receivers err. */
#include "agent/tracks/leap.h"

#include <math.h>

#include "agent/base/clock.h"
#include "agent/tracks/clean.h"
#include "agent/tracks/motion.h"
#include "agent/tracks/plane.h"

/*
 * Room beside the doubt: phones tell whole seconds, in which a fast car is
 * 60 m farther.
 */
#define LEAST_M 100.0
#define TIMES   3.0 /* common uncertainties */

/* So much nearer to the suspects than to the believed one is with them. */
#define NEARER 0.5

static double
uncertainty_of(const struct track_fix *fix)
{
	double u = (double)fix->uncertainty_m;

	return isfinite(u) ? u : MOTION_UNKNOWN_M;
}

static double
apart_m(const struct track_fix *a, const struct track_fix *b)
{
	return plane_distance_m(a->lat, a->lon, b->lat, b->lon);
}

/* Can a vehicle have been at both? */
static bool
is_reachable(const struct track_fix *a, const struct track_fix *b)
{
	double doubt_m = TIMES * hypot(uncertainty_of(a), uncertainty_of(b));
	double seconds = fabs((double)(b->time_ms - a->time_ms)) / 1000;

	return apart_m(a, b) <=
	       fmax(LEAST_M, doubt_m) +
		   seconds * clean_speed_max_mps(TRACK_CLASS_UNIT);
}

static void
believe(struct leap *l, const struct track_fix *fix)
{
	l->is_known = true;
	l->good = *fix;
	l->suspects = 0;
}

/* One that is out of reach: does it follow on those before it? */
static void
suspect(struct leap *l, const struct track_fix *fix)
{
	if (l->suspects > 0 && is_reachable(&l->suspect, fix)) {
		l->suspects++;
	} else {
		l->suspects = 1;
		l->since_ms = fix->time_ms;
	}
	l->suspect = *fix;
}

/* It can be reached by now: is it where the suspects were? */
static bool
is_with_suspects(const struct leap *l, const struct track_fix *fix)
{
	return l->suspects > 0 && is_reachable(&l->suspect, fix) &&
	       apart_m(&l->suspect, fix) < NEARER * apart_m(&l->good, fix);
}

enum leap_verdict
leap_take(struct leap *l, const struct track_fix *fix, int64_t *since_ms)
{
	bool can_be = !l->is_known || is_reachable(&l->good, fix);
	bool is_over = can_be && is_with_suspects(l, fix);

	if (l->is_known && fix->time_ms <= l->good.time_ms)
		return can_be ? LEAP_NONE : LEAP_IS;
	if (l->suspects > 0 && fix->time_ms <= l->suspect.time_ms)
		return can_be && !is_over ? LEAP_NONE : LEAP_IS;
	if (!can_be) {
		suspect(l, fix);
		is_over = l->suspects >= CLEAN_AGREE;
		if (!is_over)
			return LEAP_IS;
	}
	*since_ms = l->since_ms;
	believe(l, fix);
	return is_over ? LEAP_OVER : LEAP_NONE;
}

void
leap_resume(struct leap *l, const struct track_fix *good)
{
	*l = (struct leap){ 0 };
	if (good->time_ms != CLOCK_NONE)
		believe(l, good);
}
