/*
 * Where it is on a small map, with what in the text says otherwise, what else
 * was tagged near it in place and time and, for their role, where the
 * recordings went that could show it.  All of it is said in words below.
 */
#include "agent/review/sheet.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/geo/candidate.h"
#include "agent/geo/grid.h"
#include "agent/geo/textplace.h"
#include "agent/incident/when.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/minimap.h"
#include "agent/review/service_private.h"
#include "agent/review/visit.h"
#include "agent/store/mapstore.h"
#include "agent/store/matches.h"
#include "agent/store/trackstore.h"

#define NEAR_M        5000.0
#define NEAR_MS       (48 * INT64_C(3600000))
#define OTHERS_MAX    9
#define LOOKED_AT_MAX 200
#define MAYBE_MAX     5
#define POINTS_MAX    2000
#define TRACKS_MAX    16
#define SAME_M        1000.0 /* nearer is no other place */

/* Metres in a degree of latitude, and of longitude at a latitude. */
#define DEGREE_M 111320.0

static double
lon_degree_m(double lat)
{
	return DEGREE_M * cos(lat * (M_PI / 180));
}

/* An incident near, for the list. */
struct other {
	int64_t id, opened_ms;
	double lat, lon;
	struct str ref, themes;
	double distance_m;
};

/* What is drawn and said. */
struct scene {
	struct sheet *s;
	struct minimap_mark marks[1 + MAYBE_MAX + OTHERS_MAX];
	size_t mark_count;
	struct str maybe[MAYBE_MAX]; /* what says so */
	size_t maybe_count;
	struct other others[OTHERS_MAX];
	size_t other_count;
	struct minimap_point *points; /* arena */
	size_t point_count;
	int64_t tracks[TRACKS_MAX]; /* that match */
	size_t track_count;
	bool failed;
	struct err e;
};

/* --- what in the text says otherwise --- */

static void
add_maybe(struct scene *c, const struct candidate *other,
    const struct candidate *here)
{
	double apart_m = candidate_apart_m(other, here);
	char label[2] = { (char)('a' + c->maybe_count), '\0' };

	if (c->maybe_count == MAYBE_MAX || !isfinite(apart_m) ||
	    apart_m < SAME_M + fmax(here->uncertainty_m, 0) +
			  fmax(other->uncertainty_m, 0))
		return;
	c->maybe[c->maybe_count++] = candidate_say(other, c->s->v->desk->arena);
	c->marks[c->mark_count++] = (struct minimap_mark){
		.kind = MINIMAP_MAYBE,
		.lat = other->lat,
		.lon = other->lon,
		.radius_m = other->uncertainty_m,
		.label = arena_str(c->s->v->desk->arena, str_of(label)),
	};
}

/* By the built-in names; only where there is a doubt. */
static void
find_maybe(struct scene *c)
{
	const struct place *p = &c->s->row.place;
	struct desk *d = c->s->v->desk;
	struct candidate_list list = { .arena = d->arena };
	struct candidate here = { .uncertainty_m = p->uncertainty_m };
	const struct textplace_parts parts = { d->grid,
		c->s->v->service->places };

	if (!str_is_given(p->doubt) || c->s->is_unreadable ||
	    !grid_from_degrees(
		d->grid, p->lat, p->lon, &here.easting, &here.northing))
		return;
	textplace_find(&parts, &c->s->record, &list);
	for (size_t i = 0; i < list.count; i++)
		add_maybe(c, &list.items[i], &here);
}

/* --- what else is near --- */

static double
distance_m(const struct place *p, double lat, double lon)
{
	return hypot(
	    (lat - p->lat) * DEGREE_M, (lon - p->lon) * lon_degree_m(p->lat));
}

/* The nearest stay, in order. */
static void
keep_other(void *user, const struct mapstore_row *row)
{
	struct scene *c = user;
	struct arena *arena = c->s->v->desk->arena;
	double far_m = distance_m(&c->s->row.place, row->lat, row->lon);
	size_t at = c->other_count;

	if (row->id == c->s->row.id || far_m > NEAR_M)
		return;
	while (at > 0 && c->others[at - 1].distance_m > far_m)
		at--;
	if (at == OTHERS_MAX)
		return;
	if (c->other_count < OTHERS_MAX)
		c->other_count++;
	memmove(&c->others[at + 1], &c->others[at],
	    (c->other_count - at - 1) * sizeof c->others[0]);
	c->others[at] = (struct other){ row->id, row->opened_ms, row->lat,
		row->lon, arena_str(arena, row->ref),
		arena_str(arena, row->themes), far_m };
}

static void
mark_others(struct scene *c)
{
	for (size_t i = 0; i < c->other_count; i++) {
		char label[2] = { (char)('1' + i), '\0' };

		c->marks[c->mark_count++] = (struct minimap_mark){
			.kind = MINIMAP_OTHER,
			.lat = c->others[i].lat,
			.lon = c->others[i].lon,
			.radius_m = (double)NAN,
			.label = arena_str(c->s->v->desk->arena, str_of(label))
		};
	}
}

static int
find_others(struct scene *c, struct err *e)
{
	const struct place *p = &c->s->row.place;
	double high = NEAR_M / DEGREE_M, wide = NEAR_M / lon_degree_m(p->lat);
	const struct mapstore_filter f = { .west = p->lon - wide,
		.south = p->lat - high,
		.east = p->lon + wide,
		.north = p->lat + high,
		.from_ms = c->s->row.opened_ms - NEAR_MS,
		.to_ms = c->s->row.opened_ms + NEAR_MS,
		.limit = LOOKED_AT_MAX };
	int64_t count;

	if (c->s->row.opened_ms == CLOCK_NONE)
		return 0;
	if (mapstore_list(c->s->v->desk->map, &f, keep_other, c, &count, e) < 0)
		return -1;
	mark_others(c);
	return 0;
}

/* --- where recordings went --- */

static void
keep_match(void *user, const struct matches_row *m)
{
	struct scene *c = user;

	if (c->track_count < TRACKS_MAX)
		c->tracks[c->track_count++] = m->track_id;
}

static bool
is_match(const struct scene *c, int64_t track_id)
{
	for (size_t i = 0; i < c->track_count; i++)
		if (c->tracks[i] == track_id)
			return true;
	return false;
}

static void
add_point(struct scene *c, double lat, double lon)
{
	if (c->point_count < POINTS_MAX)
		c->points[c->point_count++] =
		    (struct minimap_point){ lat, lon };
}

static void
keep_piece(void *user, const struct trackstore_row *row,
    const struct trackstore_piece *piece)
{
	struct scene *c = user;
	struct track_fix fixes[CHUNK_FIXES_MAX];
	unsigned char marks[CHUNK_FIXES_MAX];
	size_t count = 0;

	if (c->failed || !is_match(c, row->id))
		return;
	if (trackstore_chunk(c->s->v->desk->tracks, piece->id, fixes, marks,
		&count, &c->e) < 0) {
		c->failed = true;
		return;
	}
	for (size_t i = 0; i < count; i++)
		if (marks[i] == TRACK_MARK_KEEP || marks[i] == TRACK_MARK_LINK)
			add_point(c, fixes[i].lat, fixes[i].lon);
	add_point(c, (double)NAN, (double)NAN);
}

static int
find_recordings(struct scene *c, struct err *e)
{
	const struct place *p = &c->s->row.place;
	struct desk *d = c->s->v->desk;
	double high = NEAR_M / DEGREE_M, wide = NEAR_M / lon_degree_m(p->lat);
	struct trackstore_window w = { .south = p->lat - high,
		.north = p->lat + high,
		.west = p->lon - wide,
		.east = p->lon + wide,
		.with_unknown = true };
	struct when when;

	if (!visit_may(c->s->v, ACCOUNT_TRACKS) ||
	    !when_of(&c->s->record, &when))
		return 0;
	w.from_ms = when.from_ms - when.spread_ms;
	w.to_ms = when.to_ms + when.spread_ms;
	if (matches_list(d->matches, c->s->row.id, false, keep_match, c, e) < 0)
		return -1;
	if (c->track_count == 0)
		return 0;
	c->points = arena_alloc(d->arena, POINTS_MAX, sizeof *c->points);
	if (trackstore_find(d->tracks, &w, keep_piece, c, e) < 0)
		return -1;
	if (c->failed)
		*e = c->e;
	return c->failed ? -1 : 0;
}

/* --- the section --- */

static void
print_maybe(struct scene *c)
{
	struct buf *out = c->s->v->out;

	if (c->maybe_count == 0)
		return;
	buf_add_text(out, "<h3>Other places in the text</h3><ul>");
	for (size_t i = 0; i < c->maybe_count; i++) {
		buf_addf(out, "<li>%c: ", (char)('a' + i));
		html_text(out, c->maybe[i]);
		buf_add_text(out, "</li>");
	}
	buf_add_text(out, "</ul>");
}

static void
print_others(struct scene *c)
{
	struct buf *out = c->s->v->out;

	if (c->other_count == 0)
		return;
	buf_addf(out,
	    "<h3>Tagged within %.0f km and two days</h3><ol class=\"near\">",
	    NEAR_M / 1000);
	for (size_t i = 0; i < c->other_count; i++) {
		const struct other *o = &c->others[i];

		buf_addf(out, "<li><a href=\"/incident/%" PRId64 "\">", o->id);
		html_text(out, o->ref);
		buf_add_text(out, "</a> ");
		html_themes(out, o->themes);
		buf_addf(out, ", %.1f km, ", o->distance_m / 1000);
		html_time(out, o->opened_ms);
		buf_add_text(out, "</li>");
	}
	buf_add_text(out, "</ol>");
}

static void
print_drawing(struct scene *c)
{
	const struct minimap map = { .grid = c->s->v->desk->grid,
		.marks = c->marks,
		.count = c->mark_count,
		.line = c->points,
		.line_count = c->point_count,
		.name = "Map of the place, with what is listed below it" };
	const struct place *p = &c->s->row.place;
	double high = 0.05, wide = 0.08;
	struct buf *out = c->s->v->out;

	(void)minimap_add(&map, out);
	buf_addf(out,
	    "<p>Cross: the place, its circle how sure it is; square with a "
	    "figure: another incident; broken square: another place in the "
	    "text%s. <a href=\"/map?days=28&amp;bbox=%.4f,%.4f,%.4f,%.4f\">"
	    "Open the map here</a></p>",
	    c->point_count > 0 ? "; broken line: recordings" : "",
	    p->lon - wide, p->lat - high, p->lon + wide, p->lat + high);
}

int
sheet_map(struct sheet *s, struct err *e)
{
	struct scene *c = arena_alloc(s->v->desk->arena, 1, sizeof *c);
	const struct place *p = &s->row.place;

	if (!isfinite(p->lat))
		return 0;
	*c = (struct scene){ .s = s, .mark_count = 1 };
	c->marks[0] = (struct minimap_mark){ .kind = MINIMAP_HERE,
		.lat = p->lat,
		.lon = p->lon,
		.radius_m = p->uncertainty_m };
	find_maybe(c);
	if (find_others(c, e) < 0 || find_recordings(c, e) < 0)
		return -1;
	buf_add_text(s->v->out, "<section class=\"place\" aria-labelledby="
				"\"place\"><h2 id=\"place\">Place</h2>");
	print_drawing(c);
	print_maybe(c);
	print_others(c);
	buf_add_text(s->v->out, "</section>");
	return 0;
}
