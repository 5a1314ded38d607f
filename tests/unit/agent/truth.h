/*
 * truth: drives and drone flights of which everything is known.
 *
 * A recorder travels the county with the speeds, turns and stops of its kind;
 * its true place is known at every half second.  What it records of that is
 * worse in every way that recordings are: noise that wanders, fixes far off,
 * times without positions, a clock that is wrong by no more than is stated.
 * What is stated of noise and clocks holds 95 times of 100, as recorders state
 * it; only a clock's correction holds always, as evidence for one does.
 *
 * Distances here are by the haversine, which shares nothing with plane.c.
 */
#ifndef TRUTH_H
#define TRUTH_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "agent/tracks/track.h"

#define TRUTH_STEP_MS 500
#define TRUTH_MAX     8000 /* steps of one recording, some 66 minutes */

/* Half of a circle of 95 % is this many standard deviations of each axis. */
#define TRUTH_95 2.4477

/* A seeded sequence of its own: the same on every machine. */
struct truth_dice {
	uint64_t state;
};

__attribute__((unused)) static double
truth_even(struct truth_dice *d)
{
	d->state ^= d->state << 13;
	d->state ^= d->state >> 7;
	d->state ^= d->state << 17;
	return (double)(d->state >> 11) / 9007199254740992.0;
}

__attribute__((unused)) static double
truth_between(struct truth_dice *d, double low, double high)
{
	return low + (high - low) * truth_even(d);
}

__attribute__((unused)) static double
truth_normal(struct truth_dice *d)
{
	return sqrt(-2 * log(1 - truth_even(d))) *
	       cos(6.283185307179586 * truth_even(d));
}

__attribute__((unused)) static double
truth_metres(double lat1, double lon1, double lat2, double lon2)
{
	const double radian = 0.017453292519943295, earth = 6371008.8;
	double a = sin((lat2 - lat1) * radian / 2);
	double b = sin((lon2 - lon1) * radian / 2);
	double h = a * a + cos(lat1 * radian) * cos(lat2 * radian) * b * b;

	/* Of the ellipsoid at this latitude, within 0.3 %. */
	return 2 * earth * 1.0005 * asin(sqrt(h));
}

/* Where it was, and which way it looked. */
struct truth_place {
	double lat, lon, course_deg, speed_mps;
};

struct truth {
	enum track_class class;
	int64_t from_ms; /* UTC */
	size_t count;
	struct truth_place at[TRUTH_MAX];
};

__attribute__((unused)) static void
truth_move(struct truth_place *p, double metres, double bearing_deg)
{
	double angle = bearing_deg * 0.017453292519943295;

	p->lat += metres * cos(angle) / 111261.0;
	p->lon += metres * sin(angle) /
		  (111413.0 * cos(p->lat * 0.017453292519943295));
}

/* Travel: turns of roads or of a search pattern, speeds, stops. */
__attribute__((unused)) static void
truth_travel(struct truth *t, struct truth_dice *d, enum track_class class,
    int64_t from_ms)
{
	bool flies = class == TRACK_CLASS_DRONE;
	double most = flies ? 15 : 28, turn = 0, goal = 10;
	struct truth_place p = { truth_between(d, 51.6, 51.9),
		truth_between(d, 0.2, 1.0), truth_between(d, 0, 360), 0 };
	int stop = 0;

	t->class = class;
	t->from_ms = from_ms;
	t->count = (size_t)truth_between(
	    d, flies ? 1200 : 2400, flies ? 3000 : TRUTH_MAX);
	for (size_t i = 0; i < t->count; i++) {
		if (i % 40 == 0) {
			goal = truth_between(d, 3, most);
			turn =
			    truth_even(d) < 0.6 ? 0 : truth_between(d, -15, 15);
		}
		if (stop == 0 && truth_even(d) < 0.0015)
			stop = (int)truth_between(d, 20, 600);
		stop -= stop > 0;
		double want = stop > 0 ? 0 : goal;
		p.speed_mps += fmax(-1.5, fmin(1, want - p.speed_mps));
		/* Sideways no more than 3 m/s2. */
		double bend = fmin(fabs(turn), 3 / fmax(p.speed_mps, 1) * 57.3);
		p.course_deg =
		    fmod(p.course_deg + 360 +
			     copysign(bend, turn) / 2 * (p.speed_mps > 0.5),
			360);
		t->at[i] = p;
		truth_move(
		    &p, p.speed_mps * TRUTH_STEP_MS / 1000, p.course_deg);
	}
}

/* How it records. */
struct truth_recorder {
	int every;        /* steps from fix to fix */
	double sigma_m;   /* of the noise of each axis */
	bool says_noise;  /* the fix states the circle of 95 % */
	double lost;      /* how often positions break off, a step */
	double wild;      /* how often a fix is far off, a fix */
	int64_t clock_ms; /* stated of the corrected time */
	int64_t error_ms; /* what is added to the true time */
};

__attribute__((unused)) static struct truth_recorder
truth_recorder_of(struct truth_dice *d, enum track_class class)
{
	static const int64_t clocks[] = { 1000, 1000, 2000, 10000, 60000 };
	struct truth_recorder r = { .every = 2,
		.sigma_m = truth_between(d, 1.5, 6),
		.lost = 0.0004,
		.wild = 0.002,
		.says_noise = truth_even(d) < 0.5 };

	if (class == TRACK_CLASS_UNIT)
		r.every = (int)truth_between(d, 10, 60);
	if (class == TRACK_CLASS_DRONE)
		r.sigma_m /= 2;
	r.clock_ms = clocks[(int)truth_between(d, 0, 5)];
	r.error_ms = llround(truth_between(d, -1, 1) * (double)r.clock_ms);
	return r;
}

/*
 * What it records, by its own clock, which is also an hour or more off where
 * skew_ms says so: in time order, into room for TRUTH_MAX.
 */
__attribute__((unused)) static size_t
truth_record(const struct truth *t, const struct truth_recorder *r,
    struct truth_dice *d, int64_t skew_ms, struct track_fix *out)
{
	double east = 0, north = 0, keep = exp(-r->every / 60.0);
	double fresh = r->sigma_m * sqrt(1 - keep * keep);
	size_t count = 0, lost = 0;

	for (size_t i = 0; i < t->count; i += (size_t)r->every) {
		struct truth_place p = t->at[i];
		struct track_fix f = track_fix_at(i);

		east = keep * east + fresh * truth_normal(d);
		north = keep * north + fresh * truth_normal(d);
		if (lost > i)
			continue;
		if (truth_even(d) < r->lost * r->every)
			lost = i + (size_t)truth_between(d, 20, 900);
		/* A recording ends with its last position. */
		if (lost + 2 * (size_t)r->every > t->count)
			lost = 0;
		truth_move(&p, east, 90);
		truth_move(&p, north, 0);
		if (truth_even(d) < r->wild)
			truth_move(&p, truth_between(d, 300, 5000),
			    truth_between(d, 0, 360));
		f.lat = p.lat;
		f.lon = p.lon;
		f.time_ms = t->from_ms + (int64_t)i * TRUTH_STEP_MS +
			    r->error_ms + skew_ms;
		f.clip_ms = (int64_t)i * TRUTH_STEP_MS;
		f.speed_mps = (float)p.speed_mps;
		if (r->says_noise)
			f.uncertainty_m = (float)(TRUTH_95 * r->sigma_m);
		out[count++] = f;
	}
	return count;
}

/* The least true distance from a place in a true time, or INFINITY. */
__attribute__((unused)) static double
truth_nearest_m(const struct truth *t, double lat, double lon, int64_t from_ms,
    int64_t to_ms)
{
	double least = (double)INFINITY;

	for (size_t i = 0; i < t->count; i++) {
		int64_t ms = t->from_ms + (int64_t)i * TRUTH_STEP_MS;

		if (ms >= from_ms && ms <= to_ms)
			least = fmin(least,
			    truth_metres(t->at[i].lat, t->at[i].lon, lat, lon));
	}
	return least;
}

#endif /* TRUTH_H */
