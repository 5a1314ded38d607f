/*
 * motion: one place, and how far a fix must be from it.
 *
 * Decided against: a Kalman filter, whose answer to "has it moved?" depends on
 * noise being white, which that of receivers between buildings is not; and
 * asking areas for a margin alone, which either rings for parked units or
 * misses those that cross a lane.
 */
#include "agent/tracks/motion.h"

#include <math.h>

#include "agent/tracks/plane.h"

#define PARKED_TIMES 7.0 /* common uncertainties that a parked unit stays */
#define MOVING_TIMES 3.0
#define LEAST_M      3.0  /* no receiver on a vehicle is better */
#define DRIVING_MPS  2.0  /* faster than a measured speed errs */
#define GOOD_M       50.0 /* a receiver whose speed is believed */
#define MEAN_FIXES   16   /* that make a parked unit's place */
#define PARK_FIXES   3
#define RAD(degrees) ((degrees) * (M_PI / 180))

static double
uncertainty_of(const struct track_fix *fix)
{
	double u = (double)fix->uncertainty_m;

	return isfinite(u) ? fmax(u, LEAST_M) : MOTION_UNKNOWN_M;
}

static bool
is_driving(const struct track_fix *fix, double uncertainty_m)
{
	return uncertainty_m <= GOOD_M && (double)fix->speed_mps >= DRIVING_MPS;
}

static void
hold(struct motion *m, const struct track_fix *fix, double uncertainty_m)
{
	m->lat = fix->lat;
	m->lon = fix->lon;
	m->uncertainty_m = uncertainty_m;
	m->time_ms = m->stands_ms = fix->time_ms;
	m->count = 1;
}

/* What the receiver measured, or else what follows from the two places. */
static void
set_velocity(
    struct motion_step *s, const struct track_fix *fix, bool is_measured)
{
	double speed = (double)fix->speed_mps;
	double course = RAD((double)fix->course_deg);
	struct plane_point way;
	double seconds;

	if (is_measured && isfinite(course)) {
		s->east_mps = speed * sin(course);
		s->north_mps = speed * cos(course);
		return;
	}
	way = plane_point_of(
	    &(struct plane){ s->from_lat, s->from_lon }, s->to_lat, s->to_lon);
	seconds = (double)(s->to_ms - s->from_ms) / 1000;
	s->east_mps = way.east_m / seconds;
	s->north_mps = way.north_m / seconds;
}

static struct motion_step
begin_step(
    const struct motion *m, const struct track_fix *fix, double uncertainty_m)
{
	return (struct motion_step){ .kind = MOTION_FIRST,
		.from_lat = m->count ? m->lat : fix->lat,
		.from_lon = m->count ? m->lon : fix->lon,
		.to_lat = fix->lat,
		.to_lon = fix->lon,
		.from_ms = m->count == 0  ? fix->time_ms
			   : m->is_parked ? m->time_ms
					  : m->stands_ms,
		.to_ms = fix->time_ms,
		.uncertainty_m = uncertainty_m };
}

/* It stands: once parked, at the mean of the first fixes, then left alone. */
static void
stand(struct motion *m, const struct track_fix *fix, struct motion_step *s)
{
	m->time_ms = fix->time_ms;
	if (m->count++ < MEAN_FIXES && m->is_parked) {
		m->lat += (fix->lat - m->lat) / (double)m->count;
		m->lon += (fix->lon - m->lon) / (double)m->count;
	}
	if (m->count >= PARK_FIXES &&
	    m->time_ms - m->stands_ms >= MOTION_PARK_MS)
		m->is_parked = true;
	s->kind = MOTION_STILL;
	s->to_lat = m->lat;
	s->to_lon = m->lon;
	s->uncertainty_m = m->uncertainty_m;
}

struct motion_step
motion_take(struct motion *m, const struct track_fix *fix)
{
	double u = uncertainty_of(fix);
	bool driving = is_driving(fix, u);
	struct motion_step s = begin_step(m, fix, u);
	double way_m, common_m;

	if (m->count > 0 && fix->time_ms <= m->time_ms) {
		s.kind = MOTION_NONE;
		return s;
	}
	if (m->count == 0) {
		hold(m, fix, u);
		m->is_parked = !driving;
		return s;
	}
	way_m = plane_distance_m(m->lat, m->lon, fix->lat, fix->lon);
	common_m = hypot(m->uncertainty_m, u);
	if (driving ||
	    way_m > common_m * (m->is_parked ? PARKED_TIMES : MOVING_TIMES)) {
		s.kind = MOTION_MOVED;
		set_velocity(&s, fix, driving);
		hold(m, fix, u);
		m->is_parked = false;
	} else if (u < m->uncertainty_m / 2 &&
		   way_m <= common_m * MOVING_TIMES) {
		/* The same place, now better known. */
		hold(m, fix, u);
	} else {
		stand(m, fix, &s);
	}
	return s;
}
