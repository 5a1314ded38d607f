/*
 * clockplace: the way between two fixes is a straight line that may have bent
 * (approach.h), and a circle cuts a time out of it.
 *
 * Decided against: the nearest moment as the answer.  Who was seen "by the
 * gate" was seen anywhere near it, and a car that stood there for an hour was
 * nearest at a moment that noise chose.
 */
#include "agent/tracks/clockplace.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "agent/base/own.h"
#include "agent/tracks/approach.h"
#include "agent/tracks/clockbasis.h"

#define MINUTE_MS INT64_C(60000)

/* Closer than that to right is right. */
#define RIGHT_MS 500

/* The way between two fixes that follow on each other, as seen from there. */
struct stretch {
	struct plane_point from, by; /* by: what is gone in it */
	int64_t begin_ms, ms;
	double reach_m; /* so near it may have been within those metres */
};

void
clockplace_init(struct clockplace *c, const struct clockplace_known *known)
{
	*c = (struct clockplace){ .known = *known,
		.plane = { .lat = known->lat, .lon = known->lon },
		.least_m = (double)INFINITY };
}

static double
off_m(const struct track_fix *f)
{
	return isnan(f->uncertainty_m) ? APPROACH_FIX_M
				       : (double)f->uncertainty_m;
}

/* ---- Passes ---- */

/*
 * One more time in range.  What the known time cannot tell from the pass before
 * is part of it.
 */
static void
keep_pass(struct clockplace *c, const struct clockplace_pass *p)
{
	struct clockplace_pass *last =
	    c->count > 0 ? &c->passes[c->count - 1] : NULL;

	if (last && p->from_ms >= last->from_ms &&
	    p->from_ms - last->to_ms <= 2 * c->known.spread_ms) {
		if (p->to_ms > last->to_ms) {
			last->to_ms = p->to_ms;
			last->is_open_to = false;
		}
		if (p->at_m < last->at_m) {
			last->at_m = p->at_m;
			last->at_ms = p->at_ms;
			last->speed_mps = p->speed_mps;
		}
		return;
	}
	if (c->count == CLOCKPLACE_PASSES_MAX) {
		c->lost++;
		return;
	}
	c->passes[c->count++] = *p;
}

/* The part of a stretch in reach, from 0 to 1; false if there is none. */
static bool
cut(const struct stretch *s, double *from, double *to)
{
	double a = s->by.east_m * s->by.east_m + s->by.north_m * s->by.north_m;
	double b =
	    s->from.east_m * s->by.east_m + s->from.north_m * s->by.north_m;
	double far = plane_length_m(s->from);
	double c = far * far - s->reach_m * s->reach_m;
	double root = b * b - a * c;

	*from = 0;
	*to = 1;
	if (a == 0)
		return c <= 0;
	if (root < 0)
		return false;
	*from = fmax((-b - sqrt(root)) / a, 0);
	*to = fmin((-b + sqrt(root)) / a, 1);
	return *from <= *to;
}

/* The nearest of it: where, from 0 to 1. */
static double
nearest(const struct stretch *s, double *metres)
{
	double a = s->by.east_m * s->by.east_m + s->by.north_m * s->by.north_m;
	double b =
	    s->from.east_m * s->by.east_m + s->from.north_m * s->by.north_m;
	double at = a > 0 ? fmin(fmax(-b / a, 0), 1) : 0;

	*metres = hypot(s->from.east_m + at * s->by.east_m,
	    s->from.north_m + at * s->by.north_m);
	return at;
}

static void
walk(struct clockplace *c, const struct stretch *s)
{
	struct clockplace_pass p = { 0 };
	double from, to, at;

	at = nearest(s, &p.at_m);
	c->least_m = fmin(c->least_m, p.at_m);
	if (!cut(s, &from, &to))
		return;
	p.from_ms = s->begin_ms + (int64_t)floor(from * (double)s->ms);
	p.to_ms = s->begin_ms + (int64_t)ceil(to * (double)s->ms);
	p.at_ms = s->begin_ms + llrint(at * (double)s->ms);
	p.speed_mps = plane_length_m(s->by) * 1000 / (double)s->ms;
	keep_pass(c, &p);
}

/* ---- Fixes ---- */

static bool
is_in_reach(const struct clockplace *c, const struct track_fix *f,
    struct plane_point at)
{
	return plane_length_m(at) <= c->known.within_m + off_m(f);
}

/* What came before does not lead to what comes: a pass there is open. */
static void
end_line(struct clockplace *c)
{
	if (c->has_last && c->was_there && c->count > 0 && c->lost == 0)
		c->passes[c->count - 1].is_open_to = true;
	c->has_last = false;
}

/* Could the place have been reached and left between two fixes? */
static bool
could_be_there(const struct clockplace *c, const struct track_fix *f,
    struct plane_point at)
{
	double way_m = plane_length_m(c->last_point) + plane_length_m(at) -
		       2 * c->known.within_m;
	double s = (double)(f->time_ms - c->last.time_ms) / 1000;

	return s > 0 && way_m <= s * APPROACH_GAP_MPS;
}

/* The first of a line is a moment of its own. */
static void
begin_line(
    struct clockplace *c, const struct track_fix *f, struct plane_point at)
{
	struct clockplace_pass p = { .from_ms = f->time_ms,
		.to_ms = f->time_ms,
		.at_ms = f->time_ms,
		.at_m = plane_length_m(at),
		.speed_mps = (double)f->speed_mps,
		.is_open_from = true };

	c->least_m = fmin(c->least_m, p.at_m);
	if (is_in_reach(c, f, at))
		keep_pass(c, &p);
}

static void
go_on(struct clockplace *c, const struct track_fix *f, struct plane_point at)
{
	int64_t ms = f->time_ms - c->last.time_ms;
	struct plane_point by = { at.east_m - c->last_point.east_m,
		at.north_m - c->last_point.north_m };
	double speed = fmax((double)f->speed_mps, (double)c->last.speed_mps);
	struct stretch s = { .from = c->last_point,
		.by = by,
		.begin_ms = c->last.time_ms,
		.ms = ms,
		.reach_m = c->known.within_m + fmax(off_m(&c->last), off_m(f)) +
			   approach_wander_m(plane_length_m(by), ms, speed) };

	walk(c, &s);
}

static void
add_fix(struct clockplace *c, const struct track_fix *f)
{
	struct plane_point at = plane_point_of(&c->plane, f->lat, f->lon);
	bool follows = c->has_last && f->segment == c->last.segment &&
		       f->time_ms > c->last.time_ms &&
		       f->time_ms - c->last.time_ms <= APPROACH_GAP_MS;

	if (c->has_last && !follows)
		c->gaps += could_be_there(c, f, at);
	if (follows) {
		go_on(c, f, at);
	} else {
		end_line(c);
		begin_line(c, f, at);
	}
	c->has_last = true;
	c->was_there = is_in_reach(c, f, at);
	c->last = *f;
	c->last_point = at;
}

void
clockplace_add(struct clockplace *c, const struct track_fix *fixes,
    const unsigned char *marks, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct track_fix *f = &fixes[i];

		if ((marks && !track_mark_is_line(marks[i])) ||
		    f->time_ms == CLOCK_NONE)
			continue;
		/* A chunk's first may be the last of the chunk before. */
		if (c->has_last && f->time_ms == c->last.time_ms &&
		    f->segment == c->last.segment)
			continue;
		add_fix(c, f);
	}
}

/* ---- The answer ---- */

static int
earlier(const void *a, const void *b)
{
	const struct clockplace_pass *x = a, *y = b;

	return (x->from_ms > y->from_ms) - (x->from_ms < y->from_ms);
}

/* Parts of a recording may overlap, or stand in another order than in time. */
static void
join_passes(struct clockplace *c)
{
	size_t count = c->count;

	qsort(c->passes, count, sizeof(c->passes[0]), earlier);
	c->count = 0;
	for (size_t i = 0; i < count; i++) {
		struct clockplace_pass p = c->passes[i];
		struct clockplace_pass *last =
		    c->count > 0 ? &c->passes[c->count - 1] : NULL;
		bool is_later = !last || p.to_ms > last->to_ms;

		keep_pass(c, &p);
		if (is_later)
			c->passes[c->count - 1].is_open_to = p.is_open_to;
	}
}

void
clockplace_finish(struct clockplace *c)
{
	end_line(c);
	join_passes(c);
	for (size_t i = 0; i < c->count; i++) {
		struct clockplace_pass *p = &c->passes[i];
		int64_t half_ms = (p->to_ms - p->from_ms + 1) / 2;

		p->correction_ms = c->known.time_ms - (p->from_ms + half_ms);
		p->uncertainty_ms = c->known.spread_ms + half_ms;
	}
}

bool
clockplace_agrees(const struct clockplace_pass *pass, int64_t correction_ms,
    int64_t uncertainty_ms)
{
	int64_t off = pass->correction_ms - correction_ms;

	return llabs(off) <= pass->uncertainty_ms + uncertainty_ms;
}

/* ---- Words ---- */

static void
say_slow(struct buf *out, int64_t slow_ms, const char *by)
{
	char text[CLOCK_TEXT_MAX];

	if (llabs(slow_ms) < RIGHT_MS)
		buf_addf(out, "right to the second by %s", by);
	else
		buf_addf(out, "%s %s by %s",
		    clockbasis_span_text(slow_ms, text),
		    slow_ms > 0 ? "slow" : "fast", by);
}

void
clockplace_say(struct buf *out, enum track_clock clock, int64_t correction_ms,
    int64_t utc_ms)
{
	int64_t summer_ms = clock_to_local(utc_ms).offset_min * MINUTE_MS;

	switch (clock) {
	case TRACK_CLOCK_UTC: say_slow(out, correction_ms, "UTC"); return;
	case TRACK_CLOCK_GPS:
		say_slow(out, correction_ms + track_gps_ahead_ms(utc_ms),
		    "GPS time");
		return;
	case TRACK_CLOCK_LOCAL:
		say_slow(out, correction_ms + summer_ms, "London time");
		return;
	case TRACK_CLOCK_UNKNOWN:
	case TRACK_CLOCK_DRIFT: break;
	}
	say_slow(out, correction_ms, "UTC");
	if (summer_ms == 0)
		return;
	buf_add_text(out, ", ");
	say_slow(out, correction_ms + summer_ms, "London time");
}
