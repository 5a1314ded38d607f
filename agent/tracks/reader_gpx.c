/*
 * reader_gpx: track points as they go by.
 *
 * Text is asked for only inside an element that is wanted, so that the white
 * space between elements costs nothing.
 */
#include "agent/tracks/reader_gpx.h"

#include <string.h>

#include "agent/base/err.h"
#include "agent/base/xml.h"
#include "agent/tracks/figures.h"
#include "agent/tracks/markup.h"
#include "agent/tracks/zones.h"

/* The longest text of an element we read. */
#define TEXT_MAX 64

enum part {
	PART_NONE,
	PART_ELEVATION,
	PART_TIME,
	PART_SPEED,
	PART_COURSE
};

struct gpx {
	const struct reader_sink *sink;
	struct xml *xml;
	struct track_fix fix;
	struct zones zones;
	int depth; /* of elements inside the point; 0: outside */
	enum part part;
	char text[TEXT_MAX];
	size_t text_len;
	bool has_points; /* the present segment does */
};

static void
begin_segment(struct gpx *g)
{
	if (g->has_points)
		g->fix.segment++;
	g->has_points = false;
}

static void
begin_point(struct gpx *g, const char **attributes)
{
	uint32_t segment = g->fix.segment;
	struct str lat = xml_attribute(attributes, "lat");
	struct str lon = xml_attribute(attributes, "lon");

	g->fix = track_fix_at((uint64_t)xml_offset(g->xml));
	g->fix.segment = segment;
	g->depth = 1;
	if (!figures_number(lat, &g->fix.lat) ||
	    !figures_number(lon, &g->fix.lon))
		g->fix.lat = g->fix.lon = 1e9;
}

static void
end_point(struct gpx *g)
{
	g->depth = 0;
	if (!track_fix_is_place(&g->fix)) {
		g->sink->skip(g->sink->user, g->fix.offset,
		    "a point without a latitude and longitude on Earth");
		return;
	}
	g->has_points = true;
	g->sink->fix(g->sink->user, &g->fix);
}

/* What an element inside a point is; "speed" stands in extensions too. */
static enum part
part_of(const char *name, int depth)
{
	if (depth == 2 && strcmp(name, "ele") == 0)
		return PART_ELEVATION;
	if (depth == 2 && strcmp(name, "time") == 0)
		return PART_TIME;
	if (strcmp(name, "speed") == 0)
		return PART_SPEED;
	if (strcmp(name, "course") == 0)
		return PART_COURSE;
	return PART_NONE;
}

static void
take_part(struct gpx *g)
{
	struct str text = str_make(g->text, g->text_len);

	switch (g->part) {
	case PART_NONE: break;
	case PART_ELEVATION: g->fix.altitude_m = figures_float(text); break;
	case PART_TIME: zones_read(&g->zones, text, &g->fix.time_ms); break;
	case PART_SPEED: g->fix.speed_mps = figures_float(text); break;
	case PART_COURSE: g->fix.course_deg = figures_float(text); break;
	}
}

static void
on_start(void *user, const char *name, const char **attributes)
{
	struct gpx *g = user;

	if (g->depth > 0) {
		g->part = part_of(name, ++g->depth);
		g->text_len = 0;
		xml_want_text(g->xml, g->part != PART_NONE);
	} else if (strcmp(name, "trkpt") == 0) {
		begin_point(g, attributes);
	} else if (strcmp(name, "trkseg") == 0 || strcmp(name, "trk") == 0) {
		begin_segment(g);
	} else if (strcmp(name, "wpt") == 0) {
		g->sink->waypoint(g->sink->user);
	}
}

static void
on_end(void *user, const char *name)
{
	struct gpx *g = user;

	(void)name;
	if (g->depth == 0)
		return;
	if (g->part != PART_NONE) {
		take_part(g);
		g->part = PART_NONE;
		xml_want_text(g->xml, false);
	}
	if (--g->depth == 0)
		end_point(g);
}

static void
on_text(void *user, struct str piece)
{
	struct gpx *g = user;
	size_t room = TEXT_MAX - g->text_len;
	size_t n = piece.len < room ? piece.len : room;

	memcpy(g->text + g->text_len, piece.p, n);
	g->text_len += n;
}

static void
on_broken(void *user)
{
	struct gpx *g = user;

	g->depth = 0;
	g->part = PART_NONE;
	begin_segment(g);
}

static bool
is_gpx(struct str head, const char *name)
{
	(void)name;
	return markup_is_root(head, "gpx");
}

static int
read_gpx(struct source *s, const struct reader_sink *sink,
    struct reader_about *about, struct err *e)
{
	static const struct xml_events events = { on_start, on_end, on_text };
	struct gpx g = { .sink = sink };
	const struct markup markup = { &events, &g, "<trkpt",
		"<gpx><trk><trkseg>", on_broken };
	int r = markup_read(&markup, s, sink, &g.xml, e);

	about->clock = zones_clock(&g.zones);
	return r;
}

const struct reader_kind reader_gpx_kind = {
	.name = "gpx",
	.is_mine = is_gpx,
	.read = read_gpx,
};
