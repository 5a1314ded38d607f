/*
 * reader_geojson: the file is cut at its features and each is parsed alone, so
 * that memory is that of the largest feature; a file that is one feature or one
 * geometry is such a piece itself.  Its points' byte in the file is that of
 * their feature: a parser that kept the place of every number was not worth it.
 */
#include "agent/tracks/reader_geojson.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/tracks/source.h"
#include "agent/tracks/zones.h"

struct geojson {
	const struct reader_sink *sink;
	struct zones zones;
	uint32_t segment;
	uint64_t offset; /* of the feature */
	uint64_t epochs; /* times that were seconds since 1970 */
};

/* ---- One feature ---- */

static void
read_time(struct geojson *g, const struct json *v, int64_t *ms)
{
	double n = json_number(v);

	*ms = CLOCK_NONE;
	if (str_is_given(json_text(v))) {
		zones_read(&g->zones, json_text(v), ms);
	} else if (n > 1e8 && n < 1e14) {
		*ms = (int64_t)(n > 20000000000.0 ? n : n * 1000);
		g->epochs++;
	}
}

/* A position, [lon, lat, height]; false and skipped if it is none. */
static bool
read_position(
    struct geojson *g, const struct json *position, struct track_fix *f)
{
	*f = track_fix_at(g->offset);
	f->segment = g->segment;
	f->lon = json_number(json_item(position, 0));
	f->lat = json_number(json_item(position, 1));
	f->altitude_m = (float)json_number(json_item(position, 2));
	if (track_fix_is_place(f))
		return true;
	g->sink->skip(g->sink->user, g->offset,
	    "a position that is not a longitude and latitude on Earth");
	return false;
}

static void
take_line(struct geojson *g, const struct json *line, const struct json *times)
{
	size_t count = json_count(line);
	struct track_fix f;

	for (size_t i = 0; i < count; i++) {
		if (!read_position(g, json_item(line, i), &f))
			continue;
		read_time(g, json_item(times, i), &f.time_ms);
		g->sink->fix(g->sink->user, &f);
	}
	g->segment += count > 0;
}

static void
take_point(struct geojson *g, const struct json *position,
    const struct json *properties)
{
	const struct json *time = json_member(properties, "time");
	struct track_fix f;

	if (!time)
		time = json_member(properties, "timestamp");
	if (!time) {
		g->sink->waypoint(g->sink->user);
		return;
	}
	if (!read_position(g, position, &f))
		return;
	read_time(g, time, &f.time_ms);
	g->sink->fix(g->sink->user, &f);
}

/* The times of a feature, whatever they are called. */
static const struct json *
times_of(const struct json *properties)
{
	const struct json *each =
	    json_member(properties, "coordinateProperties");
	const struct json *times = json_member(each, "times");

	if (!times)
		times = json_member(properties, "coordTimes");
	return times ? times : json_member(properties, "times");
}

/* Lists of times stand in lists where there are several lines. */
static const struct json *
times_of_line(const struct json *times, size_t i)
{
	const struct json *inner = json_item(times, i);

	return json_kind(inner) == JSON_KIND_ARRAY ? inner : NULL;
}

static void
take_geometry(struct geojson *g, const struct json *geometry,
    const struct json *properties)
{
	struct str type = json_text(json_member(geometry, "type"));
	const struct json *at = json_member(geometry, "coordinates");
	const struct json *times = times_of(properties);

	if (str_is(type, "LineString")) {
		take_line(g, at, times);
	} else if (str_is(type, "MultiLineString")) {
		for (size_t i = 0; i < json_count(at); i++)
			take_line(g, json_item(at, i), times_of_line(times, i));
	} else if (str_is(type, "Point")) {
		take_point(g, at, properties);
	} else if (str_is(type, "MultiPoint")) {
		for (size_t i = 0; i < json_count(at); i++)
			g->sink->waypoint(g->sink->user);
	}
}

static void
take_feature(struct geojson *g, const struct json *feature)
{
	const struct json *geometry = feature;

	if (str_is(json_text(json_member(feature, "type")), "Feature"))
		geometry = json_member(feature, "geometry");
	take_geometry(g, geometry, json_member(feature, "properties"));
}

static void
take_text(struct geojson *g, struct str text)
{
	AUTO(json_free) struct json *feature = NULL;
	struct err e;

	if (json_parse(text, &feature, NULL, &e) < 0)
		g->sink->skip(g->sink->user, g->offset, e.msg);
	else
		take_feature(g, feature);
}

/* ---- The cut ---- */

/* What has been seen of the text so far. */
struct cut {
	struct buf piece; /* the feature that is begun */
	int depth;
	int within; /* depth of the list "features"; 0: not in it */
	bool in_string, is_escaped, is_begun, is_long;
	char word[12]; /* the last string at depth 1 */
	size_t word_len;
};

static void
end_piece(struct geojson *g, struct cut *c)
{
	char why[80];

	snprintf(why, sizeof(why),
	    "a feature of more than %d bytes: give it as GPX",
	    READER_GEOJSON_FEATURE_MAX);
	if (c->is_long)
		g->sink->skip(g->sink->user, g->offset, why);
	else
		take_text(g, buf_str(&c->piece));
	buf_reset(&c->piece);
	c->is_begun = c->is_long = false;
}

/* A bracket, opening or closing. */
static void
pass_bracket(struct geojson *g, struct cut *c, char byte, uint64_t at)
{
	if (byte == '{' || byte == '[') {
		bool is_list = byte == '[' && c->depth == 1 &&
			       c->word_len == 8 &&
			       memcmp(c->word, "features", 8) == 0;

		if (!c->is_begun && c->within > 0 && byte == '{') {
			c->is_begun = true;
			g->offset = at;
		}
		c->depth++;
		if (is_list)
			c->within = c->depth;
		return;
	}
	c->depth--;
	if (c->depth < c->within)
		c->within = 0;
}

static void
pass_string(struct cut *c, char byte)
{
	if (c->is_escaped)
		c->is_escaped = false;
	else if (byte == '\\')
		c->is_escaped = true;
	else if (byte == '"')
		c->in_string = false;
	else if (c->depth == 1 && c->word_len < sizeof(c->word))
		c->word[c->word_len++] = byte;
}

static void
keep(struct cut *c, char byte)
{
	if (!c->is_begun || c->is_long)
		return;
	c->is_long = c->piece.len == READER_GEOJSON_FEATURE_MAX;
	if (!c->is_long)
		buf_add_char(&c->piece, byte);
}

static void
pass_byte(struct geojson *g, struct cut *c, char byte, uint64_t at)
{
	bool was_begun = c->is_begun;

	if (c->in_string) {
		pass_string(c, byte);
	} else if (byte == '"') {
		c->in_string = true;
		c->word_len = 0;
	} else if (strchr("{}[]", byte) && byte != '\0') {
		pass_bracket(g, c, byte, at);
	}
	keep(c, byte);
	if (was_begun && c->depth == c->within && byte == '}' && !c->in_string)
		end_piece(g, c);
}

static int
cut_features(struct geojson *g, struct source *s, struct err *e)
{
	struct cut c = { 0 };
	uint64_t at = 0;
	struct str here;
	int r;

	while ((r = source_at(s, at, &here, e)) == 0 && here.len > 0) {
		for (size_t i = 0; i < here.len; i++)
			pass_byte(g, &c, here.p[i], at + i);
		at += here.len;
	}
	if (r == 0 && c.depth > 0)
		g->sink->skip(g->sink->user, c.is_begun ? g->offset : at,
		    "the file breaks off");
	buf_clear(&c.piece);
	return r;
}

/* A file that is one feature or geometry. */
static int
read_single(struct geojson *g, struct source *s, struct err *e)
{
	struct buf text = { 0 };
	struct str here;
	uint64_t at = 0;
	int r;

	if (source_size(s) > READER_GEOJSON_FEATURE_MAX)
		return err_set(e, ERR_LIMIT,
		    "one feature of more than %d bytes: give it as GPX",
		    READER_GEOJSON_FEATURE_MAX);
	while ((r = source_at(s, at, &here, e)) == 0 && here.len > 0) {
		buf_add_str(&text, here);
		at += here.len;
	}
	if (r == 0)
		take_text(g, buf_str(&text));
	buf_clear(&text);
	return r;
}

static int
read_geojson(struct source *s, const struct reader_sink *sink,
    struct reader_about *about, struct err *e)
{
	struct geojson g = { .sink = sink };
	uint64_t at;
	int r = source_find(s, 0, str_of("\"features\""), &at, e);

	if (r < 0)
		return -1;
	r = r > 0 ? cut_features(&g, s, e) : read_single(&g, s, e);
	about->clock = zones_clock(&g.zones);
	if (g.epochs > 0)
		about->clock =
		    g.zones.unsaid > 0 ? TRACK_CLOCK_UNKNOWN : TRACK_CLOCK_UTC;
	return r;
}

static bool
is_geojson(struct str head, const char *name)
{
	/* "features" for those whose type stands at the end. */
	static const char *const types[] = { "\"FeatureCollection\"",
		"\"Feature\"", "\"features\"", "\"LineString\"",
		"\"MultiLineString\"" };

	(void)name;
	if (str_has_prefix(head, "\xef\xbb\xbf"))
		head = str_make(head.p + 3, head.len - 3);
	head = str_trim(head);
	if (!str_has_prefix(head, "{"))
		return false;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (memmem(head.p, head.len, types[i], strlen(types[i])))
			return true;
	return false;
}

const struct reader_kind reader_geojson_kind = {
	.name = "geojson",
	.is_mine = is_geojson,
	.read = read_geojson,
};
