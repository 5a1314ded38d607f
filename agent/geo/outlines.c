/*
 * outlines: rings of points, and for each of their edges what it parts.
 *
 * What an edge parts is found once, at loading: all edges are sorted by their
 * ends, and those that are the same lie together, whoever has them.
 */
#include "agent/geo/outlines.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/base/jsonw.h"
#include "agent/geo/edition.h"
#include "agent/geo/features.h"
#include "agent/geo/shape.h"

/* Points of an edition in all; more are refused with ERR_LIMIT. */
#define POINTS_MAX (32U << 20)

#define MICRO 1e6 /* points are kept as degrees by a million */

/* What an edge parts; it is drawn by the first that has it. */
enum {
	PARTS_DISTRICTS = 1,
	PARTS_CLASSES = 2,
	IS_FIRST = 4
};

struct point {
	int32_t x, y; /* longitude, latitude */
};

/* Points first to end - 1, closed: the last is the first again. */
struct ring {
	size_t first, end;
	bool is_outside; /* else a hole of the one before */
};

struct area {
	struct str code, district; /* arena */
	bool is_rural;
	size_t first_ring, end_ring;
	int32_t west, south, east, north;
};

struct outlines {
	struct arena *arena;
	struct point *points;
	unsigned char *parts; /* of the edge from that point to the next */
	struct ring *rings;
	struct area *areas;
	size_t point_count, point_cap, ring_count, ring_cap;
	size_t area_count, area_cap;
};

/* --- loading --- */

static void *
grow(void *list, size_t size, size_t count, size_t more, size_t *cap)
{
	while (count + more > *cap)
		*cap = *cap ? 2 * *cap : 1024;
	return alloc_resize(list, *cap, size);
}

static void
widen(struct area *a, struct point p)
{
	a->west = p.x < a->west ? p.x : a->west;
	a->east = p.x > a->east ? p.x : a->east;
	a->south = p.y < a->south ? p.y : a->south;
	a->north = p.y > a->north ? p.y : a->north;
}

static void
add_ring(struct outlines *o, struct area *a, const double *points, size_t count,
    bool is_outside)
{
	o->points = grow(
	    o->points, sizeof *o->points, o->point_count, count, &o->point_cap);
	o->rings =
	    grow(o->rings, sizeof *o->rings, o->ring_count, 1, &o->ring_cap);
	o->rings[o->ring_count++] = (struct ring){ .first = o->point_count,
		.end = o->point_count + count,
		.is_outside = is_outside };
	for (size_t i = 0; i < count; i++) {
		struct point p = { (int32_t)lround(points[2 * i] * MICRO),
			(int32_t)lround(points[2 * i + 1] * MICRO) };

		widen(a, p);
		o->points[o->point_count++] = p;
	}
}

static void
add_rings(struct outlines *o, struct area *a, const struct polygons_shape *s)
{
	size_t polygon = 0, ring = 0, begin = 0;

	for (; polygon < s->polygon_count; polygon++)
		for (bool is_outside = true; ring < s->polygon_ends[polygon];
		     ring++, is_outside = false) {
			add_ring(o, a, s->points + 2 * begin,
			    s->ring_ends[ring] - begin, is_outside);
			begin = s->ring_ends[ring];
		}
}

static int
add_area(struct outlines *o, const struct json *feature, struct shape *shape,
    struct err *e)
{
	struct polygons_shape view;
	struct polygons_area said;
	struct area *a;

	if (edition_read_area(feature, &said, e) < 0 ||
	    shape_read(shape, json_member(feature, "geometry"), e) < 0)
		return -1;
	view = shape_view(shape);
	if (o->point_count + view.point_count > POINTS_MAX)
		return err_set(e, ERR_LIMIT, "more than %u points", POINTS_MAX);
	o->areas =
	    grow(o->areas, sizeof *o->areas, o->area_count, 1, &o->area_cap);
	a = &o->areas[o->area_count++];
	*a = (struct area){ .code = arena_str(o->arena, said.code),
		.district = arena_str(o->arena, said.district),
		.is_rural = said.is_rural,
		.first_ring = o->ring_count,
		.west = INT32_MAX,
		.south = INT32_MAX,
		.east = INT32_MIN,
		.north = INT32_MIN };
	add_rings(o, a, &view);
	a->end_ring = o->ring_count;
	return 0;
}

static int
add_feature(
    struct outlines *o, struct str text, struct shape *shape, struct err *e)
{
	AUTO(json_free) struct json *feature = NULL;
	struct json_place where;

	if (text.len > EDITION_FEATURE_BYTES_MAX)
		return err_set(e, ERR_LIMIT, "it has %zu bytes", text.len);
	if (json_parse(text, &feature, &where, e) < 0)
		return -1;
	return add_area(o, feature, shape, e);
}

/* --- what edges part --- */

/* An edge, its lesser end first. */
struct edge {
	struct point a, b;
	size_t at; /* of its first point */
	size_t area;
};

static int
compare_points(struct point p, struct point q)
{
	if (p.x != q.x)
		return p.x < q.x ? -1 : 1;
	return p.y == q.y ? 0 : p.y < q.y ? -1 : 1;
}

static int
compare_edges(const void *one, const void *other)
{
	const struct edge *e = one, *f = other;
	int by = compare_points(e->a, f->a);

	if (by == 0)
		by = compare_points(e->b, f->b);
	if (by == 0)
		by = e->at < f->at ? -1 : e->at > f->at;
	return by;
}

static struct edge *
list_edges(const struct outlines *o, size_t *count)
{
	struct edge *list = alloc_zero(o->point_count + 1, sizeof *list);
	size_t n = 0;

	for (size_t a = 0; a < o->area_count; a++)
		for (size_t r = o->areas[a].first_ring;
		     r < o->areas[a].end_ring; r++)
			for (size_t i = o->rings[r].first;
			     i + 1 < o->rings[r].end; i++) {
				struct point p = o->points[i];
				struct point q = o->points[i + 1];
				bool turned = compare_points(p, q) > 0;

				list[n++] = (struct edge){ turned ? q : p,
					turned ? p : q, i, a };
			}
	*count = n;
	return list;
}

/* Edges first to end - 1 are one: what it parts, and who draws it. */
static void
judge(struct outlines *o, const struct edge *first, const struct edge *end)
{
	const struct area *one = &o->areas[first->area];
	/* With nothing beyond, it is the edge of all. */
	unsigned parts = end - first == 1 ? PARTS_DISTRICTS : 0;

	for (const struct edge *e = first + 1; e < end; e++) {
		const struct area *other = &o->areas[e->area];

		if (!str_is_equal(one->district, other->district))
			parts |= PARTS_DISTRICTS;
		if (one->is_rural != other->is_rural)
			parts |= PARTS_CLASSES;
	}
	for (const struct edge *e = first; e < end; e++)
		o->parts[e->at] =
		    (unsigned char)(parts | (e == first ? IS_FIRST : 0));
}

static void
judge_all(struct outlines *o)
{
	size_t count;
	struct edge *edges = list_edges(o, &count);

	qsort(edges, count, sizeof *edges, compare_edges);
	o->parts = alloc_zero(o->point_count + 1, 1);
	for (size_t i = 0; i < count;) {
		size_t end = i + 1;

		while (end < count &&
		       compare_points(edges[i].a, edges[end].a) == 0 &&
		       compare_points(edges[i].b, edges[end].b) == 0)
			end++;
		judge(o, edges + i, edges + end);
		i = end;
	}
	free(edges);
}

int
outlines_load(struct str geojson, struct outlines **out, struct err *e)
{
	AUTO(outlines_free) struct outlines *o = alloc_zero(1, sizeof *o);
	AUTO(shape_release) struct shape shape = { .points = NULL };
	struct features features;
	struct str text;

	o->arena = arena_new();
	if (features_open(&features, geojson, e) < 0)
		return -1;
	while (features_next(&features, &text) == 1)
		if (add_feature(o, text, &shape, e) < 0)
			return err_wrap(e, "feature %zu", features.count);
	judge_all(o);
	*out = TAKE(o);
	return 0;
}

void
outlines_free(struct outlines **o)
{
	if (!*o)
		return;
	free((*o)->points);
	free((*o)->parts);
	free((*o)->rings);
	free((*o)->areas);
	arena_free(&(*o)->arena);
	free(*o);
	*o = NULL;
}

size_t
outlines_count(const struct outlines *o)
{
	return o->area_count;
}

/* --- writing --- */

/* The lattice of a zoom: two pixels and a half, in millionths of a degree. */
struct lattice {
	double x, y;
	int decimals;
};

static struct lattice
lattice_of(int zoom)
{
	double degrees = 2.5 * 360 / 256 / exp2(zoom);
	/* A degree of latitude here is that of longitude by 1.6 in metres. */
	struct lattice l = { degrees * MICRO, degrees * MICRO / 1.6, 0 };

	l.decimals = (int)ceil(-log10(degrees));
	if (l.decimals > 6)
		l.decimals = 6;
	if (l.decimals < 2)
		l.decimals = 2;
	return l;
}

static struct point
snap(const struct lattice *l, struct point p)
{
	return (struct point){ (int32_t)lround(round(p.x / l->x) * l->x),
		(int32_t)lround(round(p.y / l->y) * l->y) };
}

static void
write_point(struct jsonw *w, const struct lattice *l, struct point p)
{
	jsonw_array(w);
	jsonw_real(w, p.x / MICRO, l->decimals);
	jsonw_real(w, p.y / MICRO, l->decimals);
	jsonw_close(w);
}

/* A line being written, which is begun with its second point. */
struct pen {
	struct jsonw *w;
	const struct lattice *lattice;
	struct point last;
	bool has_last, is_down;
};

static void
lift(struct pen *pen)
{
	if (pen->is_down)
		jsonw_close(pen->w);
	pen->is_down = pen->has_last = false;
}

static void
draw_to(struct pen *pen, struct point p)
{
	p = snap(pen->lattice, p);
	if (!pen->has_last) {
		pen->last = p;
		pen->has_last = true;
		return;
	}
	if (compare_points(p, pen->last) == 0)
		return;
	if (!pen->is_down) {
		jsonw_array(pen->w);
		write_point(pen->w, pen->lattice, pen->last);
		pen->is_down = true;
	}
	write_point(pen->w, pen->lattice, p);
	pen->last = p;
}

static void
draw_ring(const struct outlines *o, const struct ring *r, unsigned what,
    struct pen *pen)
{
	for (size_t i = r->first; i + 1 < r->end; i++) {
		if (!(o->parts[i] & IS_FIRST) || !(o->parts[i] & what)) {
			lift(pen);
			continue;
		}
		if (!pen->has_last)
			draw_to(pen, o->points[i]);
		draw_to(pen, o->points[i + 1]);
	}
	lift(pen);
}

static bool
is_in_view(const struct area *a, const struct outlines_view *v)
{
	return a->west <= v->east * MICRO && a->east >= v->west * MICRO &&
	       a->south <= v->north * MICRO && a->north >= v->south * MICRO;
}

static void
begin_feature(struct jsonw *w, const char *kind)
{
	jsonw_object(w);
	jsonw_key(w, "type");
	jsonw_text(w, "Feature");
	jsonw_key(w, "properties");
	jsonw_object(w);
	jsonw_key(w, "kind");
	jsonw_text(w, kind);
}

static void
begin_geometry(struct jsonw *w, const char *type)
{
	jsonw_key(w, "geometry");
	jsonw_object(w);
	jsonw_key(w, "type");
	jsonw_text(w, type);
	jsonw_key(w, "coordinates");
	jsonw_array(w);
}

/* Ends coordinates, geometry and feature. */
static void
end_feature(struct jsonw *w)
{
	jsonw_close(w);
	jsonw_close(w);
	jsonw_close(w);
}

static void
write_lines(const struct outlines *o, const struct outlines_view *v,
    unsigned what, const char *kind, struct jsonw *w)
{
	const struct lattice lattice = lattice_of(v->zoom);
	struct pen pen = { .w = w, .lattice = &lattice };

	begin_feature(w, kind);
	jsonw_close(w);
	begin_geometry(w, "MultiLineString");
	for (size_t a = 0; a < o->area_count; a++)
		for (size_t r = o->areas[a].first_ring;
		     is_in_view(&o->areas[a], v) && r < o->areas[a].end_ring;
		     r++)
			draw_ring(o, &o->rings[r], what, &pen);
	end_feature(w);
}

/* Does a ring keep three corners on the lattice? */
static bool
is_drawable(
    const struct outlines *o, const struct ring *r, const struct lattice *l)
{
	struct point last = snap(l, o->points[r->first]);
	size_t corners = 0;

	for (size_t i = r->first + 1; i < r->end; i++) {
		struct point p = snap(l, o->points[i]);

		corners += compare_points(p, last) != 0;
		last = p;
	}
	return corners >= 3;
}

static void
write_ring(const struct outlines *o, const struct ring *r, struct pen *pen)
{
	for (size_t i = r->first; i < r->end; i++)
		draw_to(pen, o->points[i]);
	lift(pen);
}

static void
write_area(const struct outlines *o, const struct area *a,
    const struct lattice *lattice, struct jsonw *w)
{
	struct pen pen = { .w = w, .lattice = lattice };
	bool is_open = false;

	begin_feature(w, "area");
	jsonw_key(w, "code");
	jsonw_str(w, a->code);
	jsonw_key(w, "district");
	jsonw_str(w, a->district);
	jsonw_key(w, "class");
	jsonw_text(w, a->is_rural ? "rural" : "urban");
	jsonw_close(w);
	begin_geometry(w, "MultiPolygon");
	for (size_t i = a->first_ring; i < a->end_ring; i++) {
		const struct ring *r = &o->rings[i];
		bool fits = is_drawable(o, r, lattice);

		if (r->is_outside && is_open)
			jsonw_close(w);
		if (r->is_outside) {
			is_open = fits;
			if (fits)
				jsonw_array(w);
		}
		if (fits && is_open)
			write_ring(o, r, &pen);
	}
	if (is_open)
		jsonw_close(w);
	end_feature(w);
}

void
outlines_write(
    const struct outlines *o, const struct outlines_view *view, struct jsonw *w)
{
	const struct lattice lattice = lattice_of(view->zoom);

	write_lines(o, view, PARTS_DISTRICTS, "district", w);
	write_lines(o, view, PARTS_CLASSES, "rural-urban", w);
	for (size_t a = 0;
	     view->zoom >= OUTLINES_AREAS_ZOOM && a < o->area_count; a++)
		if (is_in_view(&o->areas[a], view))
			write_area(o, &o->areas[a], &lattice, w);
}
