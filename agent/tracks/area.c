/*
 * area: borders as pieces of line on a flat map of their own.
 *
 * All pieces of all rings stand in one list: a point is inside if a ray from it
 * meets an odd number of them, which is right for holes and for several
 * outlines too.  A border has some tens of pieces and a unit is mostly far
 * from it: the box around them all, widened, answers most questions.
 */
#include "agent/tracks/area.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/geo/shape.h"

#define DEGREE_M     111195.08 /* of a meridian, on the mean sphere */
#define LOOK_AHEAD_S 1.0       /* of a velocity, to see which way it goes */

/* A point on the area's map: metres east and north of its origin. */
struct spot {
	double x, y;
};

struct piece {
	struct spot a, b;
};

struct area {
	bool is_line;
	double lat, lon;      /* of the map's origin */
	double lon_degree_m;  /* metres of a degree of longitude there */
	struct spot min, max; /* around all pieces */
	size_t count;
	struct piece *pieces; /* owned */
};

/* A way over the map, and what it meets. */
struct way {
	struct spot from, to;
	size_t meets;
	double first, last;        /* where, from 0 to 1 */
	const struct piece *piece; /* met last; NULL: none */
};

static struct spot
spot_of(const struct area *a, double lat, double lon)
{
	double east = lon - a->lon;

	if (east > 180)
		east -= 360;
	else if (east < -180)
		east += 360;
	return (
	    struct spot){ east * a->lon_degree_m, (lat - a->lat) * DEGREE_M };
}

static struct spot
between(struct spot a, struct spot b, double part)
{
	return (
	    struct spot){ a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part };
}

static bool
is_inside(const struct area *a, struct spot p)
{
	bool in = false;

	if (a->is_line || p.x < a->min.x || p.x > a->max.x || p.y < a->min.y ||
	    p.y > a->max.y)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct piece *s = &a->pieces[i];

		if ((s->a.y > p.y) != (s->b.y > p.y) &&
		    p.x < s->a.x + (s->b.x - s->a.x) * (p.y - s->a.y) /
				       (s->b.y - s->a.y))
			in = !in;
	}
	return in;
}

/* Metres from p to the nearest point of a piece. */
static double
distance_to(const struct piece *s, struct spot p)
{
	double dx = s->b.x - s->a.x, dy = s->b.y - s->a.y;
	double square = dx * dx + dy * dy;
	double part = square > 0
			  ? ((p.x - s->a.x) * dx + (p.y - s->a.y) * dy) / square
			  : 0;
	struct spot near = between(s->a, s->b, fmin(fmax(part, 0), 1));

	return hypot(p.x - near.x, p.y - near.y);
}

static const struct piece *
nearest(const struct area *a, struct spot p)
{
	const struct piece *best = a->pieces;
	double least = HUGE_VAL;

	for (size_t i = 0; i < a->count; i++) {
		double d = distance_to(&a->pieces[i], p);

		if (d < least) {
			least = d;
			best = &a->pieces[i];
		}
	}
	return best;
}

static double
distance(const struct area *a, struct spot p)
{
	return distance_to(nearest(a, p), p);
}

/*
 * Where on the way (0 to 1) it meets the piece; negative if it does not.  A
 * piece has its first end and not its second, so that a corner is met once.
 */
static double
meet(const struct way *w, const struct piece *s)
{
	double wx = w->to.x - w->from.x, wy = w->to.y - w->from.y;
	double sx = s->b.x - s->a.x, sy = s->b.y - s->a.y;
	double cross = wx * sy - wy * sx;
	double ax = s->a.x - w->from.x, ay = s->a.y - w->from.y;
	double on_way, on_piece;

	if (cross == 0)
		return -1;
	on_way = (ax * sy - ay * sx) / cross;
	on_piece = (ax * wy - ay * wx) / cross;
	return on_way >= 0 && on_way <= 1 && on_piece >= 0 && on_piece < 1
		   ? on_way
		   : -1;
}

static void
follow(const struct area *a, struct way *w)
{
	if (fmax(w->from.x, w->to.x) < a->min.x ||
	    fmin(w->from.x, w->to.x) > a->max.x ||
	    fmax(w->from.y, w->to.y) < a->min.y ||
	    fmin(w->from.y, w->to.y) > a->max.y)
		return;
	for (size_t i = 0; i < a->count; i++) {
		double at = meet(w, &a->pieces[i]);

		if (at < 0)
			continue;
		if (w->meets == 0 || at < w->first)
			w->first = at;
		if (w->meets == 0 || at > w->last) {
			w->last = at;
			w->piece = &a->pieces[i];
		}
		w->meets++;
	}
}

/* Is a piece of border left behind, by the velocity at the end of the step? */
static bool
goes_away(const struct piece *s, const struct motion_step *step, struct spot p)
{
	struct way soon = { .from = p,
		.to = { p.x + step->east_mps * LOOK_AHEAD_S,
		    p.y + step->north_mps * LOOK_AHEAD_S } };

	return meet(&soon, s) < 0 &&
	       distance_to(s, soon.to) > distance_to(s, p);
}

/* Far enough over, or on its way from what it met or stands next to. */
static bool
is_clear(
    const struct area *a, const struct motion_step *step, const struct way *w)
{
	return distance(a, w->to) >= step->uncertainty_m ||
	       goes_away(w->piece ? w->piece : nearest(a, w->to), step, w->to);
}

static void
add_event(struct area_event *out, size_t *count, enum area_event_kind kind,
    const struct motion_step *step, double part)
{
	CHECK(*count < AREA_EVENTS_MAX);
	out[(*count)++] = (struct area_event){ .kind = kind,
		.time_ms =
		    step->from_ms +
		    (int64_t)(part * (double)(step->to_ms - step->from_ms)),
		.lat = step->from_lat + (step->to_lat - step->from_lat) * part,
		.lon = step->from_lon + (step->to_lon - step->from_lon) * part,
		.uncertainty_m = step->uncertainty_m };
}

static void
take_side(struct area_state *state, enum area_side side, int64_t now_ms)
{
	state->side = side;
	state->since_ms = now_ms;
	state->has_dwelt = false;
}

/*
 * Both ends are on one side.  Was the way on the other, by more than its
 * uncertainty?  Then it went over and back.
 */
static void
judge_passing(const struct area *a, const struct motion_step *step,
    const struct way *w, struct area_state *state, struct area_event *out,
    size_t *count)
{
	bool in = state->side == AREA_SIDE_IN;
	struct spot middle = between(w->from, w->to, (w->first + w->last) / 2);

	if (w->meets < 2 || step->is_leap ||
	    step->to_ms - step->from_ms > AREA_GAP_MS ||
	    is_inside(a, middle) == in ||
	    distance(a, middle) < step->uncertainty_m)
		return;
	add_event(out, count, in ? AREA_LEFT : AREA_ENTERED, step, w->first);
	add_event(out, count, in ? AREA_ENTERED : AREA_LEFT, step, w->last);
	out[0].is_passing = out[1].is_passing = true;
	take_side(state, state->side, out[1].time_ms);
}

static void
judge_dwelling(const struct motion_step *step, int64_t dwell_ms,
    struct area_state *state, struct area_event *out, size_t *count)
{
	if (dwell_ms <= 0 || state->side != AREA_SIDE_IN || state->has_dwelt ||
	    step->to_ms - state->since_ms < dwell_ms)
		return;
	state->has_dwelt = true;
	add_event(out, count, AREA_DWELT, step, 1);
}

static size_t
judge_polygon(const struct area *a, const struct motion_step *step,
    int64_t dwell_ms, struct area_state *state, struct area_event *out)
{
	struct way w = { .from = spot_of(a, step->from_lat, step->from_lon),
		.to = spot_of(a, step->to_lat, step->to_lon) };
	enum area_side side = is_inside(a, w.to) ? AREA_SIDE_IN : AREA_SIDE_OUT;
	size_t count = 0;

	if (state->side == AREA_SIDE_UNKNOWN || step->kind == MOTION_FIRST) {
		if (state->side != side)
			take_side(state, side, step->to_ms);
	} else if (step->kind == MOTION_MOVED) {
		follow(a, &w);
		if (side == state->side) {
			judge_passing(a, step, &w, state, out, &count);
		} else if (is_clear(a, step, &w)) {
			add_event(out, &count,
			    side == AREA_SIDE_IN ? AREA_ENTERED : AREA_LEFT,
			    step, w.meets > 0 ? w.last : 1);
			take_side(state, side, out[0].time_ms);
		}
	}
	judge_dwelling(step, dwell_ms, state, out, &count);
	return count;
}

static void
doubt(struct area_state *state, const struct motion_step *step)
{
	if (!state->has_doubt) {
		state->lat = step->from_lat;
		state->lon = step->from_lon;
		state->clear_ms = step->from_ms;
	}
	state->has_doubt = true;
}

/* From where it was last clear of the line to where it is. */
static size_t
judge_line(const struct area *a, const struct motion_step *step,
    struct area_state *state, struct area_event *out)
{
	struct motion_step whole = *step;
	struct way w = { 0 };
	size_t count = 0;

	if (step->kind == MOTION_FIRST)
		state->has_doubt = false;
	if (step->kind != MOTION_MOVED)
		return 0;
	if (state->has_doubt) {
		whole.from_lat = state->lat;
		whole.from_lon = state->lon;
		whole.from_ms = state->clear_ms;
	}
	w.from = spot_of(a, whole.from_lat, whole.from_lon);
	w.to = spot_of(a, whole.to_lat, whole.to_lon);
	follow(a, &w);
	if (w.meets % 2 == 0) {
		state->has_doubt = false;
	} else if (is_clear(a, step, &w)) {
		add_event(out, &count, AREA_CROSSED, &whole, w.last);
		state->has_doubt = false;
	} else {
		doubt(state, step);
	}
	return count;
}

size_t
area_judge(const struct area *a, const struct motion_step *step,
    int64_t dwell_ms, struct area_state *state,
    struct area_event out[AREA_EVENTS_MAX])
{
	if (step->kind == MOTION_NONE)
		return 0;
	return a->is_line ? judge_line(a, step, state, out)
			  : judge_polygon(a, step, dwell_ms, state, out);
}

bool
area_holds(const struct area *a, double lat, double lon)
{
	return is_inside(a, spot_of(a, lat, lon));
}

double
area_distance_m(const struct area *a, double lat, double lon)
{
	return distance(a, spot_of(a, lat, lon));
}

bool
area_state_is_equal(const struct area_state *a, const struct area_state *b)
{
	return a->side == b->side && a->since_ms == b->since_ms &&
	       a->has_dwelt == b->has_dwelt && a->has_doubt == b->has_doubt &&
	       a->lat == b->lat && a->lon == b->lon &&
	       a->clear_ms == b->clear_ms;
}

bool
area_is_line(const struct area *a)
{
	return a->is_line;
}

const char *
area_event_name(enum area_event_kind kind)
{
	switch (kind) {
	case AREA_ENTERED: return "entered";
	case AREA_LEFT: return "left";
	case AREA_DWELT: return "dwelt";
	case AREA_CROSSED: return "crossed";
	}
	return "?";
}

/* --- reading --- */

static void
add_piece(struct area *a, const double *p)
{
	struct piece s = { spot_of(a, p[1], p[0]), spot_of(a, p[3], p[2]) };

	a->min.x = fmin(a->min.x, fmin(s.a.x, s.b.x));
	a->min.y = fmin(a->min.y, fmin(s.a.y, s.b.y));
	a->max.x = fmax(a->max.x, fmax(s.a.x, s.b.x));
	a->max.y = fmax(a->max.y, fmax(s.a.y, s.b.y));
	a->pieces[a->count++] = s;
}

static struct area *
new_area(const struct shape *s, bool is_line)
{
	struct area *a = alloc_zero(1, sizeof(*a));
	size_t begin = 0;

	a->is_line = is_line;
	a->lon = s->points[0];
	a->lat = s->points[1];
	a->lon_degree_m = DEGREE_M * cos(a->lat * (M_PI / 180));
	a->min = (struct spot){ HUGE_VAL, HUGE_VAL };
	a->max = (struct spot){ -HUGE_VAL, -HUGE_VAL };
	a->pieces = alloc_zero(s->point_count, sizeof(*a->pieces));
	for (size_t r = 0; r < s->rings.count; r++) {
		for (size_t i = begin; i + 1 < s->rings.p[r]; i++)
			add_piece(a, &s->points[2 * i]);
		begin = s->rings.p[r];
	}
	return a;
}

/* The geometry in a document: its own, its feature's, its only feature's. */
static const struct json *
find_geometry(const struct json *root, struct err *e)
{
	const struct json *features = json_member(root, "features");
	struct str type = json_text(json_member(root, "type"));

	if (str_is(type, "FeatureCollection")) {
		if (json_count(features) != 1) {
			(void)err_set(e, ERR_INVALID,
			    "it has %zu features: an area is one; put each in "
			    "a file of its own",
			    json_count(features));
			return NULL;
		}
		root = json_item(features, 0);
		type = json_text(json_member(root, "type"));
	}
	if (str_is(type, "Feature"))
		root = json_member(root, "geometry");
	if (json_kind(root) == JSON_KIND_OBJECT)
		return root;
	(void)err_set(e, ERR_INVALID,
	    "it is no GeoJSON with a geometry: an area is a Polygon, "
	    "MultiPolygon, LineString or MultiLineString");
	return NULL;
}

static int
read_shape(
    const struct json *root, struct shape *s, bool *is_line, struct err *e)
{
	const struct json *geometry = find_geometry(root, e);
	enum shape_kind kind;

	if (!geometry || shape_read_any(s, geometry, &kind, e) < 0)
		return -1;
	if (kind == SHAPE_POINTS)
		return err_set(e, ERR_INVALID,
		    "a point has no inside: draw a Polygon around it");
	if (s->point_count > AREA_POINTS_MAX)
		return err_set(e, ERR_LIMIT,
		    "it has %zu positions, more than %d: draw it simpler",
		    s->point_count, AREA_POINTS_MAX);
	*is_line = kind == SHAPE_LINES;
	return 0;
}

int
area_read(struct str geojson, struct area **out, struct err *e)
{
	AUTO(json_free) struct json *root = NULL;
	struct json_place where;
	struct shape s = { 0 };
	bool is_line;
	int r = 0;

	if (json_parse(geojson, &root, &where, e) < 0)
		return err_wrap(
		    e, "line %d, column %d", where.line, where.column);
	if (read_shape(root, &s, &is_line, e) < 0)
		r = -1;
	else
		*out = new_area(&s, is_line);
	shape_release(&s);
	return r;
}

void
area_free(struct area **a)
{
	if (!*a)
		return;
	free((*a)->pieces);
	free(*a);
	*a = NULL;
}
