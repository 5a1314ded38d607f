/*
 * approach: the walk along a track, a piece of it at a time.
 *
 * A piece is the straight line between two positions, or one position.  It is
 * cut to the window, and of what remains the nearest point, the stretch in
 * range and the directions are taken; all is closed form, nothing is sampled.
 *
 * The clock of the track and the window may be off together by S.  The least
 * distance is the least in the window made wider by S.  The largest is that of
 * the window made narrower by S, which lies in it however it was; where S
 * leaves nothing of it, the largest distance during S on both sides of its
 * middle, if there are positions all that time.  Both hold for every way in
 * which S may have fallen out, so a "certain" needs no rule of its own.
 */
#include "agent/tracks/approach.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/check.h"

#define DEGREES_PER_RADIAN 57.295779513082320877

/* What is likely is so in this share of what the uncertainties allow. */
#define LIKELY_SHARE 0.75

/* Slower than this, or nearer together, a direction of movement is noise. */
#define MOVING_MPS 1.0
#define MOVING_M   3.0

/* Positions without times are joined if they are no farther apart. */
#define UNTIMED_JOIN_M 500.0

/* How a track's way bends (approach_wander_m()). */
#define WANDER_MPS2     3.0
#define WANDER_DETOUR   1.4
#define WANDER_EASE_MPS 2.0

/* A piece of the way, and the part of it that is looked at. */
struct piece {
	const struct track_fix *a, *b;
	struct plane_point pa, pb;
	int64_t ta, tb;  /* UTC; equal where there is no time */
	double off_m;    /* what any point of it may be off, place included */
	double from, to; /* of it, 0 to 1 */
};

static const struct approach_word_row words[] = {
	[APPROACH_NONE] = { "none",
	    "no uncertainty brings it into range in the time" },
	[APPROACH_UNKNOWN] = { "unknown",
	    "it was in range and its clock is not known, or it has no positions "
	    "for a time in which it could have been" },
	[APPROACH_POSSIBLE] = { "possible",
	    "not likely, but the uncertainties allow that it was in range in the "
	    "time" },
	[APPROACH_LIKELY] = { "likely",
	    "in range in the time by the figures, and so for three quarters or "
	    "more of what the uncertainties of place and time allow" },
	[APPROACH_CERTAIN] = { "certain",
	    "in range in the time, whatever the uncertainties" },
};

static const char *const views[] = {
	[APPROACH_VIEW_UNKNOWN] = "view unknown",
	[APPROACH_VIEW_NO] = "not in view",
	[APPROACH_VIEW_PARTLY] = "partly in view",
	[APPROACH_VIEW_YES] = "in view",
};

const struct approach_word_row *
approach_words(size_t *count)
{
	*count = sizeof(words) / sizeof(words[0]);
	return words;
}

const char *
approach_word_name(enum approach_word word)
{
	CHECK((size_t)word < sizeof(words) / sizeof(words[0]));
	return words[word].word;
}

const char *
approach_view_name(enum approach_view view)
{
	CHECK((size_t)view < sizeof(views) / sizeof(views[0]));
	return views[view];
}

double
approach_wander_m(double distance_m, int64_t ms, double speed_mps)
{
	double s = (double)ms / 1000;
	double straight =
	    isnan(speed_mps) ? distance_m : fmax(distance_m, speed_mps * s);
	double way = WANDER_DETOUR * straight + WANDER_EASE_MPS * s;

	return fmin(WANDER_MPS2 * s * s / 8,
	    sqrt(way * way - distance_m * distance_m) / 2);
}

static void
init_answer(struct approach *a)
{
	*a = (struct approach){ .distance_m = (double)NAN,
		.least_m = (double)INFINITY,
		.most_m = (double)INFINITY,
		.at_ms = CLOCK_NONE,
		.at_clip_ms = -1,
		.lat = (double)NAN,
		.lon = (double)NAN,
		.bearing_deg = (double)NAN,
		.looking_deg = (double)NAN,
		.view_from_ms = CLOCK_NONE,
		.view_to_ms = CLOCK_NONE,
		.view_from_clip_ms = -1,
		.view_to_clip_ms = -1,
		.gap_from_ms = CLOCK_NONE,
		.gap_to_ms = CLOCK_NONE };
}

/* The window as it may have been, and what is in it however it was. */
static void
init_window(struct approach_walk *w)
{
	const struct approach_question *q = &w->q;
	int64_t off_ms = q->spread_ms + q->clock_ms;
	int64_t middle_ms = q->from_ms + (q->to_ms - q->from_ms) / 2;

	w->is_sure = true;
	w->low_ms = w->sure_ms = INT64_MIN;
	w->high_ms = w->until_ms = INT64_MAX;
	if (!q->is_clock_known)
		return;
	w->low_ms = q->from_ms - off_ms;
	w->high_ms = q->to_ms + off_ms;
	w->is_sure = q->to_ms - q->from_ms >= 2 * off_ms;
	w->sure_ms = w->is_sure ? q->from_ms + off_ms : middle_ms - off_ms;
	w->until_ms = w->is_sure ? q->to_ms - off_ms : middle_ms + off_ms;
}

void
approach_init(struct approach_walk *w, const struct approach_question *q)
{
	CHECK(isfinite(q->lat) && isfinite(q->lon) && q->uncertainty_m >= 0 &&
	      q->within_m >= 0 && q->from_ms <= q->to_ms);
	*w = (struct approach_walk){ .q = *q,
		.plane = { q->lat, q->lon },
		.least_m = (double)INFINITY,
		.sure_least_m = (double)INFINITY,
		.core_m = (double)INFINITY,
		.wide_m = (double)INFINITY };
	init_window(w);
	init_answer(&w->core);
	init_answer(&w->wide);
	init_answer(&w->seen);
}

static double
fix_off_m(const struct track_fix *f)
{
	return isnan(f->uncertainty_m) ? APPROACH_FIX_M
				       : (double)f->uncertainty_m;
}

/* Both times of a piece: of which one stands still, no time at all. */
static bool
is_timed(const struct piece *p)
{
	return p->a->time_ms != CLOCK_NONE && p->b->time_ms != CLOCK_NONE;
}

static struct plane_point
point_at(const struct piece *p, double s)
{
	return (struct plane_point){
		.east_m = p->pa.east_m + s * (p->pb.east_m - p->pa.east_m),
		.north_m = p->pa.north_m + s * (p->pb.north_m - p->pa.north_m),
	};
}

static int64_t
time_at(const struct piece *p, double s)
{
	if (!is_timed(p))
		return CLOCK_NONE;
	return p->ta + llround(s * (double)(p->tb - p->ta));
}

static int64_t
clip_at(const struct piece *p, double s)
{
	if (p->a->clip_ms < 0 || p->b->clip_ms < p->a->clip_ms)
		return p->a->clip_ms;
	return p->a->clip_ms +
	       llround(s * (double)(p->b->clip_ms - p->a->clip_ms));
}

/* Cut to low..high.  False: nothing of it is left. */
static bool
cut(struct piece *p, int64_t low_ms, int64_t high_ms)
{
	double span;

	if (!is_timed(p) || (p->ta >= low_ms && p->tb <= high_ms))
		return true;
	if (p->tb < low_ms || p->ta > high_ms)
		return false;
	span = (double)(p->tb - p->ta);
	if (p->ta < low_ms)
		p->from = (double)(low_ms - p->ta) / span;
	if (p->tb > high_ms)
		p->to = (double)(high_ms - p->ta) / span;
	return true;
}

/* Where between from and to the place is nearest. */
static double
nearest(const struct piece *p)
{
	double de = p->pb.east_m - p->pa.east_m;
	double dn = p->pb.north_m - p->pa.north_m;
	double square = de * de + dn * dn;

	if (square <= 0)
		return p->from;
	double s = -(p->pa.east_m * de + p->pa.north_m * dn) / square;
	return fmin(fmax(s, p->from), p->to);
}

/*
 * The part of from..to nearer than radius_m, in *from and *to.  False: none.
 * The nearest point of the whole line splits it evenly.
 */
static bool
in_range(const struct piece *p, double radius_m, double *from, double *to)
{
	double s = nearest(p);
	double near_m = plane_length_m(point_at(p, s));
	struct piece whole = *p;
	double length_m, foot, foot_m, half;

	if (near_m > radius_m)
		return false;
	*from = p->from;
	*to = p->to;
	length_m = plane_length_m((struct plane_point){
	    p->pb.east_m - p->pa.east_m, p->pb.north_m - p->pa.north_m });
	if (length_m <= 0)
		return true;
	whole.from = (double)-INFINITY;
	whole.to = (double)INFINITY;
	foot = nearest(&whole);
	foot_m = plane_length_m(point_at(p, foot));
	half = sqrt(fmax(radius_m * radius_m - foot_m * foot_m, 0)) / length_m;
	*from = fmax(*from, fmin(foot - half, s));
	*to = fmin(*to, fmax(foot + half, s));
	return true;
}

/* The direction in which the recorder looked there, or NAN. */
static double
looking(const struct piece *p, double s, bool *is_by_movement)
{
	const struct track_fix *f = s < 0.5 ? p->a : p->b;
	double de = p->pb.east_m - p->pa.east_m;
	double dn = p->pb.north_m - p->pa.north_m;

	*is_by_movement = false;
	if (!isnan(f->heading_deg))
		return (double)f->heading_deg;
	*is_by_movement = true;
	if (!isnan(f->course_deg) && !(f->speed_mps < (float)MOVING_MPS))
		return (double)f->course_deg;
	if (de * de + dn * dn >= MOVING_M * MOVING_M)
		return plane_bearing_deg(de, dn);
	return (double)NAN;
}

/* Was the place in the picture there? */
static enum approach_view
view_at(const struct approach_walk *w, const struct piece *p, double s)
{
	struct plane_point at = point_at(p, s);
	double far_m = plane_length_m(at);
	bool is_by_movement;
	double look_deg = looking(p, s, &is_by_movement);
	double turn, doubt;

	if (isnan(w->q.fov_deg) || isnan(look_deg) ||
	    (is_by_movement && !w->q.is_ahead))
		return APPROACH_VIEW_UNKNOWN;
	if (far_m <= p->off_m)
		return APPROACH_VIEW_PARTLY;
	turn = fabs(plane_turn_deg(
	    look_deg, plane_bearing_deg(-at.east_m, -at.north_m)));
	doubt = asin(p->off_m / far_m) * DEGREES_PER_RADIAN;
	if (turn + doubt <= w->q.fov_deg / 2)
		return APPROACH_VIEW_YES;
	return turn - doubt <= w->q.fov_deg / 2 ? APPROACH_VIEW_PARTLY
						: APPROACH_VIEW_NO;
}

/* What stands at that place of the piece, into the answer. */
static void
note_nearest(
    struct approach *a, const struct piece *p, double s, double distance_m)
{
	struct plane_point at = point_at(p, s);

	a->distance_m = distance_m;
	a->off_m = p->off_m;
	a->at_ms = time_at(p, s);
	a->at_clip_ms = clip_at(p, s);
	a->offset = p->a->offset;
	a->lat = p->a->lat + s * (p->b->lat - p->a->lat);
	a->lon = p->a->lon + s * plane_turn_deg(p->a->lon, p->b->lon);
	a->bearing_deg = plane_bearing_deg(-at.east_m, -at.north_m);
	a->looking_deg = looking(p, s, &a->is_by_movement);
}

/* The nearest of the piece, if it is the nearest so far. */
static void
take_nearest(struct approach *a, double *so_far_m, const struct piece *p)
{
	double s = nearest(p);
	double far_m = plane_length_m(point_at(p, s));

	if (far_m >= *so_far_m)
		return;
	*so_far_m = far_m;
	note_nearest(a, p, s, far_m);
}

/* What the largest distance is made of. */
static void
take_most(struct approach_walk *w, struct piece p)
{
	double first_m, last_m;

	if (!cut(&p, w->sure_ms, w->until_ms))
		return;
	if (w->is_sure) {
		first_m = plane_length_m(point_at(&p, nearest(&p)));
		w->sure_least_m = fmin(w->sure_least_m, first_m + p.off_m);
		return;
	}
	first_m = plane_length_m(point_at(&p, p.from));
	last_m = plane_length_m(point_at(&p, p.to));
	w->any_most_m = fmax(w->any_most_m, fmax(first_m, last_m) + p.off_m);
	w->covered_ms += time_at(&p, p.to) - time_at(&p, p.from);
}

static void
close_pass(struct approach_walk *w)
{
	struct approach *seen = &w->seen;

	if (!w->is_in_pass)
		return;
	w->is_in_pass = false;
	if (seen->pass_count < APPROACH_PASSES_MAX)
		seen->passes[seen->pass_count] = w->pass;
	seen->pass_count++;
	if (w->pass.from_ms != CLOCK_NONE)
		seen->in_range_ms += w->pass.to_ms - w->pass.from_ms;
}

static void
open_pass(struct approach_walk *w, const struct piece *p, double from)
{
	if (w->is_in_pass)
		return;
	w->is_in_pass = true;
	w->pass = (struct approach_pass){ .from_ms = time_at(p, from),
		.from_clip_ms = clip_at(p, from),
		.at_m = (double)INFINITY };
}

static void
take_view(struct approach_walk *w, const struct piece *p, double s)
{
	struct approach *seen = &w->seen;
	enum approach_view view = view_at(w, p, s);

	if (view > seen->view)
		seen->view = view;
	if (view < APPROACH_VIEW_PARTLY)
		return;
	if (seen->view_from_ms == CLOCK_NONE && seen->view_from_clip_ms < 0) {
		seen->view_from_ms = time_at(p, s);
		seen->view_from_clip_ms = clip_at(p, s);
	}
	seen->view_to_ms = time_at(p, s);
	seen->view_to_clip_ms = clip_at(p, s);
}

/* Go on with the pass, or end it: the stretch of the piece in range. */
static void
take_range(struct approach_walk *w, const struct piece *p)
{
	double from, to, s, far_m;

	if (!in_range(p, w->q.within_m + p->off_m, &from, &to)) {
		close_pass(w);
		return;
	}
	if (from > p->from)
		close_pass(w);
	open_pass(w, p, from);
	s = nearest(p);
	far_m = plane_length_m(point_at(p, s));
	if (far_m < w->pass.at_m) {
		w->pass.at_m = far_m;
		w->pass.at_ms = time_at(p, s);
		w->pass.at_clip_ms = clip_at(p, s);
	}
	take_view(w, p, from);
	if (s > from && s < to)
		take_view(w, p, s);
	if (to > from)
		take_view(w, p, to);
	w->pass.to_ms = time_at(p, to);
	w->pass.to_clip_ms = clip_at(p, to);
	if (to < p->to)
		close_pass(w);
}

/* All that a piece says; with_range: it goes on where the last one ended. */
static void
take_piece(struct approach_walk *w, struct piece p, bool with_range)
{
	const struct approach_question *q = &w->q;
	struct piece core = p;
	double near_m;

	if (!cut(&p, w->low_ms, w->high_ms)) {
		close_pass(w);
		return;
	}
	near_m = plane_length_m(point_at(&p, nearest(&p)));
	w->least_m = fmin(w->least_m, fmax(0, near_m - p.off_m));
	take_nearest(&w->wide, &w->wide_m, &p);
	if (!q->is_clock_known || cut(&core, q->from_ms, q->to_ms))
		take_nearest(&w->core, &w->core_m, &core);
	take_most(w, p);
	if (with_range)
		take_range(w, &p);
}

/* What a position and the place may be off together. */
static double
together_m(const struct approach_walk *w, double position_m)
{
	double place_m = w->q.uncertainty_m;

	return APPROACH_COVER *
	       sqrt(place_m * place_m + position_m * position_m);
}

/* The gap between two positions, if the place could be reached in it. */
static void
take_gap(struct approach_walk *w, const struct piece *p)
{
	int64_t ms = p->tb - p->ta;
	double range_m = w->q.within_m +
			 together_m(w, fmax(fix_off_m(p->a), fix_off_m(p->b)));
	double way_m = fmax(0, plane_length_m(p->pa) - range_m) +
		       fmax(0, plane_length_m(p->pb) - range_m);
	struct approach *seen = &w->seen;

	if (!is_timed(p) || ms <= 0 || ms > APPROACH_GAP_MAX_MS ||
	    p->tb < w->low_ms || p->ta > w->high_ms ||
	    way_m > APPROACH_GAP_MPS * (double)ms / 1000)
		return;
	if (seen->gap_from_ms != CLOCK_NONE &&
	    seen->gap_to_ms - seen->gap_from_ms >= ms)
		return;
	seen->gap_from_ms = p->ta;
	seen->gap_to_ms = p->tb;
}

static bool
is_joined(const struct piece *p)
{
	double de = p->pb.east_m - p->pa.east_m;
	double dn = p->pb.north_m - p->pa.north_m;

	if (p->a->segment != p->b->segment)
		return false;
	if (is_timed(p))
		return p->tb >= p->ta && p->tb - p->ta <= APPROACH_GAP_MS;
	return de * de + dn * dn <= UNTIMED_JOIN_M * UNTIMED_JOIN_M;
}

/* What positions on the piece may be off, the place's uncertainty included. */
static double
piece_off_m(const struct approach_walk *w, const struct piece *p)
{
	double off_m = together_m(w, fmax(fix_off_m(p->a), fix_off_m(p->b)));
	double length_m = plane_length_m((struct plane_point){
	    p->pb.east_m - p->pa.east_m, p->pb.north_m - p->pa.north_m });

	if (is_timed(p) && p->tb > p->ta)
		off_m += approach_wander_m(length_m, p->tb - p->ta,
		    (double)fmaxf(p->a->speed_mps, p->b->speed_mps));
	return off_m;
}

static int64_t
utc_of(const struct approach_walk *w, const struct track_fix *f)
{
	if (f->time_ms == CLOCK_NONE || !w->q.is_clock_known)
		return f->time_ms;
	return f->time_ms + w->q.correction_ms;
}

static void
take_fix(struct approach_walk *w, const struct track_fix *f)
{
	struct plane_point point = plane_point_of(&w->plane, f->lat, f->lon);
	struct piece way = { .a = &w->last,
		.b = f,
		.pa = w->last_point,
		.pb = point,
		.ta = w->has_last ? utc_of(w, &w->last) : 0,
		.tb = utc_of(w, f),
		.to = 1 };
	struct piece here = { .a = f,
		.b = f,
		.pa = point,
		.pb = point,
		.ta = way.tb,
		.tb = way.tb,
		.to = 1 };

	bool is_way = w->has_last && is_joined(&way);

	if (is_way) {
		way.off_m = piece_off_m(w, &way);
		take_piece(w, way, true);
	} else if (w->has_last) {
		close_pass(w);
		take_gap(w, &way);
	}
	/* At the position itself nothing has bent. */
	here.off_m = piece_off_m(w, &here);
	take_piece(w, here, !is_way);
	w->last = *f;
	w->last_point = point;
	w->has_last = true;
}

void
approach_add(struct approach_walk *w, const struct track_fix *fixes,
    const bool *left_out, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (left_out && left_out[i])
			continue;
		if (w->q.is_clock_known && fixes[i].time_ms == CLOCK_NONE)
			continue;
		take_fix(w, &fixes[i]);
	}
}

void
approach_stand(struct approach_walk *w, int64_t time_ms)
{
	struct track_fix later = w->last;
	struct piece way = { .a = &w->last,
		.b = &later,
		.pa = w->last_point,
		.pb = w->last_point,
		.to = 1 };

	if (!w->has_last || w->last.time_ms == CLOCK_NONE ||
	    time_ms <= w->last.time_ms)
		return;
	later.time_ms = time_ms;
	way.ta = utc_of(w, &w->last);
	way.tb = utc_of(w, &later);
	way.off_m = together_m(w, fix_off_m(&w->last));
	take_piece(w, way, true);
	w->last = later;
}

void
approach_break(struct approach_walk *w)
{
	close_pass(w);
	w->has_last = false;
}

double
approach_share(double distance_m, double off_m, double within_m)
{
	double d = distance_m, u = off_m, r = within_m;
	double in_u, in_r, kite;

	if (d + u <= r || u <= 0)
		return d <= r ? 1 : 0;
	if (d >= u + r)
		return 0;
	if (d + r <= u)
		return r * r / (u * u);
	in_u = acos((d * d + u * u - r * r) / (2 * d * u));
	in_r = acos((d * d + r * r - u * u) / (2 * d * r));
	kite = sqrt((-d + u + r) * (d + u - r) * (d - u + r) * (d + u + r));
	return (u * u * in_u + r * r * in_r - kite / 2) /
	       (u * u * 3.14159265358979323846);
}

double
approach_time_share(int64_t from_ms, int64_t to_ms, int64_t low_ms,
    int64_t high_ms, int64_t off_ms)
{
	int64_t least = low_ms - to_ms, most = high_ms - from_ms;

	if (least > off_ms || most < -off_ms || most < least)
		return 0;
	if (off_ms == 0)
		return 1;
	least = least < -off_ms ? -off_ms : least;
	most = most > off_ms ? off_ms : most;
	return (double)(most - least) / (2.0 * (double)off_ms);
}

/*
 * The share of what may be so in which it was in range at its nearest in the
 * window.  A pass that is not kept one by one counts as a moment.
 */
static double
likelihood(const struct approach_walk *w)
{
	const struct approach_question *q = &w->q;
	int64_t from_ms = w->core.at_ms;
	int64_t to_ms = from_ms;

	for (size_t i = 0; i < w->seen.pass_count && i < APPROACH_PASSES_MAX;
	     i++) {
		const struct approach_pass *p = &w->seen.passes[i];

		if (p->from_ms <= w->core.at_ms && p->to_ms >= w->core.at_ms) {
			from_ms = p->from_ms;
			to_ms = p->to_ms;
		}
	}
	return approach_share(w->core_m, w->core.off_m, q->within_m) *
	       approach_time_share(from_ms, to_ms, q->from_ms, q->to_ms,
		   q->spread_ms + q->clock_ms);
}

static enum approach_word
choose_word(const struct approach_walk *w, const struct approach *a)
{
	double within_m = w->q.within_m;

	if (!w->q.is_clock_known)
		return a->least_m <= within_m ? APPROACH_UNKNOWN
					      : APPROACH_NONE;
	if (a->most_m <= within_m)
		return APPROACH_CERTAIN;
	if (w->core_m <= within_m && likelihood(w) >= LIKELY_SHARE)
		return APPROACH_LIKELY;
	if (a->least_m <= within_m)
		return APPROACH_POSSIBLE;
	return a->gap_from_ms != CLOCK_NONE ? APPROACH_UNKNOWN : APPROACH_NONE;
}

static double
most_m(const struct approach_walk *w)
{
	if (w->is_sure)
		return w->sure_least_m;
	return w->covered_ms >= w->until_ms - w->sure_ms ? w->any_most_m
							 : (double)INFINITY;
}

void
approach_finish(struct approach_walk *w, struct approach *out)
{
	bool is_beside =
	    w->wide_m <= w->q.within_m && !(w->core_m <= w->q.within_m);
	const struct approach *at =
	    is_beside || isnan(w->core.distance_m) ? &w->wide : &w->core;

	approach_break(w);
	*out = w->seen;
	out->distance_m = at->distance_m;
	out->off_m = at->off_m;
	out->at_ms = at->at_ms;
	out->at_clip_ms = at->at_clip_ms;
	out->offset = at->offset;
	out->lat = at->lat;
	out->lon = at->lon;
	out->bearing_deg = at->bearing_deg;
	out->looking_deg = at->looking_deg;
	out->is_by_movement = at->is_by_movement;
	out->least_m = w->least_m;
	out->most_m = most_m(w);
	out->word = choose_word(w, out);
	if (out->gap_from_ms != CLOCK_NONE)
		out->least_m = 0;
}

static int
order(double a, double b)
{
	return a < b ? -1 : a > b;
}

int
approach_compare(const struct approach *a, const struct approach *b)
{
	int c = order((double)b->word, (double)a->word);

	if (c == 0)
		c = order((double)b->view, (double)a->view);
	if (c == 0)
		c = order(a->distance_m, b->distance_m);
	if (c == 0)
		c = order((double)b->in_range_ms, (double)a->in_range_ms);
	return c;
}

const char *
approach_clip_text(int64_t clip_ms, char out[CLOCK_TEXT_MAX])
{
	int64_t s = clip_ms / 1000;

	out[0] = '\0';
	if (clip_ms >= 0)
		snprintf(out, CLOCK_TEXT_MAX,
		    "%02" PRId64 ":%02" PRId64 ":%02" PRId64, s / 3600,
		    s / 60 % 60, s % 60);
	return out;
}
