/*
 * together: a walk along the first track, with a window on the other that
 * moves with it.
 */
#include "agent/tracks/together.h"

#include <math.h>

#include "agent/base/check.h"
#include "agent/tracks/approach.h"
#include "agent/tracks/plane.h"

/* What is mostly. */
#define MOSTLY_M     5000.0
#define MOSTLY_SHARE 0.5

/* The walk. */
struct walk {
	const struct together_track *a, *b;
	struct together *out;
	int64_t from_ms, to_ms; /* that both have, UTC */
	size_t low;             /* of b: nothing before it is in the window */
	struct together_stretch now;
	size_t samples; /* of the stretch that is going on; 0: none */
	double sum_m, sum_lag_ms;
	int64_t last_ms; /* when they were last near */
};

static int64_t
utc(const struct together_track *t, size_t i)
{
	return t->fixes[i].time_ms + t->correction_ms;
}

static double
off_m(const struct track_fix *f)
{
	return isnan(f->uncertainty_m) ? APPROACH_FIX_M
				       : (double)f->uncertainty_m;
}

/* May a line be drawn from fix i to the next? */
static bool
goes_on(const struct together_track *t, size_t i)
{
	const struct track_fix *f = &t->fixes[i];

	return i + 1 < t->count && f->segment == f[1].segment &&
	       f[1].time_ms - f->time_ms <= APPROACH_GAP_MS;
}

/* How near the other's way comes to f in the window around at_ms. */
static double
nearest(
    struct walk *w, const struct track_fix *f, int64_t at_ms, int64_t *lag_ms)
{
	const struct together_track *b = w->b;
	const struct plane here = { f->lat, f->lon };
	int64_t off = TOGETHER_LAG_MS + w->a->clock_ms + b->clock_ms;
	double least_m = (double)INFINITY;

	while (w->low < b->count && utc(b, w->low) < at_ms - off)
		w->low++;
	for (size_t i = w->low; i < b->count && utc(b, i) <= at_ms + off; i++) {
		const struct track_fix *g = &b->fixes[i];
		struct plane_point p = plane_point_of(&here, g->lat, g->lon);
		double s = 0, de = 0, dn = 0, m;

		if (goes_on(b, i)) {
			struct plane_point q =
			    plane_point_of(&here, g[1].lat, g[1].lon);

			de = q.east_m - p.east_m;
			dn = q.north_m - p.north_m;
		}
		if (de * de + dn * dn > 0)
			s = fmin(fmax(-(p.east_m * de + p.north_m * dn) /
					  (de * de + dn * dn),
				     0),
			    1);
		m = hypot(p.east_m + s * de, p.north_m + s * dn) -
		    hypot(off_m(f), off_m(g));
		if (m >= least_m)
			continue;
		least_m = m;
		*lag_ms = utc(b, i) - at_ms;
		if (s > 0)
			*lag_ms +=
			    llround(s * (double)(g[1].time_ms - g->time_ms));
	}
	return least_m;
}

/* The stretch has come to its end: does it count? */
static void
end_stretch(struct walk *w)
{
	struct together_stretch *now = &w->now;
	struct together *out = w->out;

	if (w->samples > 0 && now->travelled_m >= TOGETHER_TRAVEL_M &&
	    plane_distance_m(now->from_lat, now->from_lon, now->to_lat,
		now->to_lon) >= TOGETHER_AWAY_M) {
		now->mean_m = w->sum_m / (double)w->samples;
		now->lag_ms = llround(w->sum_lag_ms / (double)w->samples);
		if (out->count < TOGETHER_STRETCHES_MAX)
			out->stretches[out->count] = *now;
		out->count++;
		out->together_ms += now->to_ms - now->from_ms;
		out->together_m += now->travelled_m;
	}
	w->samples = 0;
}

/* They are near at f: the stretch begins or goes on. */
static void
take_near(struct walk *w, const struct track_fix *f, int64_t at_ms,
    double apart_m, int64_t lag_ms)
{
	struct together_stretch *now = &w->now;

	if (w->samples == 0) {
		*now = (struct together_stretch){
			.from_ms = at_ms, .from_lat = f->lat, .from_lon = f->lon
		};
		w->sum_m = w->sum_lag_ms = 0;
	} else {
		now->travelled_m +=
		    plane_distance_m(now->to_lat, now->to_lon, f->lat, f->lon);
	}
	now->to_ms = w->last_ms = at_ms;
	now->to_lat = f->lat;
	now->to_lon = f->lon;
	now->most_m = fmax(now->most_m, apart_m);
	w->sum_m += apart_m;
	w->sum_lag_ms += (double)lag_ms;
	w->samples++;
}

static void
take_fix(struct walk *w, size_t i)
{
	const struct track_fix *f = &w->a->fixes[i];
	int64_t at_ms = utc(w->a, i), lag_ms = 0;
	double m = nearest(w, f, at_ms, &lag_ms);

	if (m <= TOGETHER_M)
		take_near(w, f, at_ms, fmax(m, 0), lag_ms);
	else if (w->samples > 0 && at_ms - w->last_ms > TOGETHER_BREAK_MS)
		end_stretch(w);
	if (!goes_on(w->a, i))
		end_stretch(w);
}

/* Way that t went between two times. */
static double
moved_m(const struct together_track *t, int64_t from_ms, int64_t to_ms)
{
	double sum = 0;

	for (size_t i = 0; i + 1 < t->count; i++)
		if (utc(t, i) >= from_ms && utc(t, i + 1) <= to_ms &&
		    goes_on(t, i))
			sum +=
			    plane_distance_m(t->fixes[i].lat, t->fixes[i].lon,
				t->fixes[i + 1].lat, t->fixes[i + 1].lon);
	return sum;
}

void
together_compare(const struct together_track *a, const struct together_track *b,
    struct together *out)
{
	struct walk w = { .a = a, .b = b, .out = out };
	int64_t off = TOGETHER_LAG_MS + a->clock_ms + b->clock_ms;

	*out = (struct together){ .word = TOGETHER_APART };
	if (a->count == 0 || b->count == 0)
		return;
	w.from_ms = utc(a, 0) > utc(b, 0) - off ? utc(a, 0) : utc(b, 0) - off;
	w.to_ms = utc(a, a->count - 1) < utc(b, b->count - 1) + off
		      ? utc(a, a->count - 1)
		      : utc(b, b->count - 1) + off;
	if (w.to_ms <= w.from_ms)
		return;
	out->overlap_ms = w.to_ms - w.from_ms;
	out->moved_a_m = moved_m(a, w.from_ms, w.to_ms);
	out->moved_b_m = moved_m(b, w.from_ms - off, w.to_ms + off);
	for (size_t i = 0; i < a->count; i++)
		if (utc(a, i) >= w.from_ms && utc(a, i) <= w.to_ms)
			take_fix(&w, i);
	end_stretch(&w);
	if (out->count > 0)
		out->word = TOGETHER_SOMETIMES;
	if (out->together_m >= MOSTLY_M &&
	    out->together_m >=
		MOSTLY_SHARE * fmin(out->moved_a_m, out->moved_b_m))
		out->word = TOGETHER_MOSTLY;
}

const char *
together_word_name(enum together_word word)
{
	static const char *const names[] = { "apart", "sometimes together",
		"mostly together" };

	CHECK((size_t)word < sizeof(names) / sizeof(names[0]));
	return names[word];
}
