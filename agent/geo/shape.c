/* shape: walk a parsed geometry and copy its numbers out, checking each. */
#include "agent/geo/shape.h"

#include <math.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"
#include "agent/base/json.h"

#define LINE_MIN 2
#define RING_MIN 4 /* RFC 7946, 3.1.6: closed, so a triangle has four */

static void
add_end(struct shape_ends *ends, size_t end)
{
	if (ends->count == ends->cap) {
		ends->cap = ends->cap ? 2 * ends->cap : 16;
		ends->p = alloc_resize(ends->p, ends->cap, sizeof(*ends->p));
	}
	ends->p[ends->count++] = end;
}

static void
add_point(struct shape *s, double lon, double lat)
{
	if (s->point_count == s->point_cap) {
		s->point_cap = s->point_cap ? 2 * s->point_cap : 256;
		s->points = alloc_resize(
		    s->points, s->point_cap, 2 * sizeof(*s->points));
	}
	s->points[2 * s->point_count] = lon;
	s->points[2 * s->point_count + 1] = lat;
	s->point_count++;
}

static int
read_position(struct shape *s, const struct json *position, struct err *e)
{
	double lon = json_number(json_item(position, 0));
	double lat = json_number(json_item(position, 1));

	if (isnan(lon) || isnan(lat))
		return err_set(e, ERR_INVALID, "is not a list of two numbers");
	if (fabs(lon) > 180 || fabs(lat) > 90)
		return err_set(e, ERR_INVALID,
		    "(%.1f %.1f) is no longitude and latitude: save the file "
		    "in WGS84 (EPSG:4326)",
		    lon, lat);
	add_point(s, lon, lat);
	return 0;
}

static int
read_ring(struct shape *s, const struct json *ring, struct err *e)
{
	size_t begin = s->point_count;
	size_t count = json_count(ring);
	const double *first, *last;

	if (json_kind(ring) != JSON_KIND_ARRAY)
		return err_set(e, ERR_INVALID, "is not a list of positions");
	if (count < RING_MIN)
		return err_set(e, ERR_INVALID,
		    "has %zu positions; it needs %d or more", count, RING_MIN);
	for (size_t i = 0; i < count; i++)
		if (read_position(s, json_item(ring, i), e) != 0)
			return err_wrap(e, "position %zu", i + 1);
	first = s->points + 2 * begin;
	last = s->points + 2 * (s->point_count - 1);
	if (first[0] != last[0] || first[1] != last[1])
		return err_set(e, ERR_INVALID,
		    "is not closed: its last position is not its first");
	add_end(&s->rings, s->point_count);
	return 0;
}

static int
read_polygon(struct shape *s, const struct json *polygon, struct err *e)
{
	size_t count = json_count(polygon);

	if (json_kind(polygon) != JSON_KIND_ARRAY || count == 0)
		return err_set(e, ERR_INVALID, "has no list of rings");
	for (size_t i = 0; i < count; i++)
		if (read_ring(s, json_item(polygon, i), e) != 0)
			return err_wrap(e, "ring %zu", i + 1);
	add_end(&s->polygons, s->rings.count);
	return 0;
}

static int
read_polygons(struct shape *s, const struct json *list, struct err *e)
{
	size_t count = json_count(list);

	if (json_kind(list) != JSON_KIND_ARRAY || count == 0)
		return err_set(e, ERR_INVALID, "has no list of polygons");
	for (size_t i = 0; i < count; i++)
		if (read_polygon(s, json_item(list, i), e) != 0)
			return err_wrap(e, "polygon %zu", i + 1);
	return 0;
}

static int
read_line(struct shape *s, const struct json *line, struct err *e)
{
	size_t count = json_count(line);

	if (json_kind(line) != JSON_KIND_ARRAY || count < LINE_MIN)
		return err_set(e, ERR_INVALID,
		    "is not a list of %d positions or more", LINE_MIN);
	for (size_t i = 0; i < count; i++)
		if (read_position(s, json_item(line, i), e) != 0)
			return err_wrap(e, "position %zu", i + 1);
	add_end(&s->rings, s->point_count);
	return 0;
}

static int
read_lines(struct shape *s, const struct json *list, struct err *e)
{
	size_t count = json_count(list);

	if (json_kind(list) != JSON_KIND_ARRAY || count == 0)
		return err_set(e, ERR_INVALID, "has no list of lines");
	for (size_t i = 0; i < count; i++)
		if (read_line(s, json_item(list, i), e) != 0)
			return err_wrap(e, "line %zu", i + 1);
	return 0;
}

static int
read_points(struct shape *s, const struct json *list, struct err *e)
{
	size_t count = json_count(list);

	if (json_kind(list) != JSON_KIND_ARRAY || count == 0)
		return err_set(e, ERR_INVALID, "has no list of positions");
	for (size_t i = 0; i < count; i++)
		if (read_position(s, json_item(list, i), e) != 0)
			return err_wrap(e, "position %zu", i + 1);
	return 0;
}

/* The kinds of geometry, areas first. */
static const struct {
	const char *type;
	enum shape_kind kind;
	int (*read)(struct shape *s, const struct json *list, struct err *e);
} types[] = {
	{ "Polygon", SHAPE_AREAS, read_polygon },
	{ "MultiPolygon", SHAPE_AREAS, read_polygons },
	{ "Point", SHAPE_POINTS, read_position },
	{ "MultiPoint", SHAPE_POINTS, read_points },
	{ "LineString", SHAPE_LINES, read_line },
	{ "MultiLineString", SHAPE_LINES, read_lines },
};

#define AREA_TYPES 2
#define TYPES      (sizeof(types) / sizeof(types[0]))

/* Read a geometry of one of the first count types. */
static int
read_one_of(struct shape *s, const struct json *geometry, size_t count,
    enum shape_kind *kind, struct err *e)
{
	struct str type = json_text(json_member(geometry, "type"));
	const struct json *list = json_member(geometry, "coordinates");
	size_t i = 0;

	s->point_count = 0;
	s->rings.count = 0;
	s->polygons.count = 0;
	while (i < count && !str_is(type, types[i].type))
		i++;
	if (i < count) {
		*kind = types[i].kind;
		return types[i].read(s, list, e);
	}
	if (type.len == 0)
		return err_set(e, ERR_INVALID, "is missing or has no type");
	return err_set(e, ERR_INVALID, "is a %.*s; %s",
	    type.len > 40 ? 40 : (int)type.len, type.p,
	    count == AREA_TYPES ? "an area is a Polygon or a MultiPolygon"
				: "a layer has points, lines and polygons");
}

int
shape_read(struct shape *s, const struct json *geometry, struct err *e)
{
	enum shape_kind kind;

	if (read_one_of(s, geometry, AREA_TYPES, &kind, e) != 0)
		return err_wrap(e, "its geometry");
	return 0;
}

int
shape_read_any(struct shape *s, const struct json *geometry,
    enum shape_kind *kind, struct err *e)
{
	if (read_one_of(s, geometry, TYPES, kind, e) != 0)
		return err_wrap(e, "its geometry");
	return 0;
}

struct polygons_shape
shape_view(const struct shape *s)
{
	return (struct polygons_shape){
		.points = s->points,
		.point_count = s->point_count,
		.ring_ends = s->rings.p,
		.ring_count = s->rings.count,
		.polygon_ends = s->polygons.p,
		.polygon_count = s->polygons.count,
	};
}

void
shape_release(struct shape *s)
{
	free(s->points);
	free(s->rings.p);
	free(s->polygons.p);
	*s = (struct shape){ .points = NULL };
}
