/*
 * reader_kml: the times of a track wait in a queue for their coordinates, which
 * the schema puts behind all of them, and where a maker writes it the other way
 * round the coordinates wait for their times.  Never both.
 */
#include "agent/tracks/reader_kml.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/xml.h"
#include "agent/tracks/figures.h"
#include "agent/tracks/markup.h"
#include "agent/tracks/source.h"
#include "agent/tracks/zones.h"

/* The longest text of one time or one position. */
#define TEXT_MAX 160

/* Times of one track that are held: three weeks at one a second. */
#define WHENS_MAX 1814400

/* Positions that are held for times that may still come. */
#define PENDING_MAX 100000

enum part {
	PART_NONE,
	PART_WHEN,
	PART_COORD, /* "lon lat height" */
	PART_LINE   /* "lon,lat,height lon,lat,height …" */
};

struct kml {
	const struct reader_sink *sink;
	struct xml *xml;
	struct zones zones;
	bool has_tracks; /* then lines are drawings of them */
	int track_depth; /* inside gx:Track; 0: outside */
	bool in_line;
	enum part part;
	char text[TEXT_MAX];
	size_t text_len;
	uint64_t at;    /* where the element's text began */
	int64_t *whens; /* owned */
	size_t when_count, when_next, when_cap;
	struct track_fix *pending; /* owned */
	size_t pending_count, pending_next, pending_cap;
	uint32_t segment;
	bool has_points;
};

/* What is held for its time though it is no place only uses that time up. */
static void
tell(struct kml *k, const struct track_fix *f)
{
	if (!track_fix_is_place(f))
		return;
	k->has_points = true;
	k->sink->fix(k->sink->user, f);
}

/* No more times will come for what is held. */
static void
tell_pending(struct kml *k)
{
	for (; k->pending_next < k->pending_count; k->pending_next++)
		tell(k, &k->pending[k->pending_next]);
	k->pending_count = k->pending_next = 0;
	k->when_count = k->when_next = 0;
}

static void
begin_segment(struct kml *k)
{
	tell_pending(k);
	if (k->has_points)
		k->segment++;
	k->has_points = false;
}

static void
keep_when(struct kml *k)
{
	int64_t ms;

	zones_read(&k->zones, str_make(k->text, k->text_len), &ms);
	if (k->pending_next < k->pending_count) {
		k->pending[k->pending_next].time_ms = ms;
		tell(k, &k->pending[k->pending_next++]);
		return;
	}
	if (k->when_count == WHENS_MAX)
		return;
	if (k->when_count == k->when_cap) {
		k->when_cap = k->when_cap * 2 + 256;
		k->whens =
		    alloc_resize(k->whens, k->when_cap, sizeof(*k->whens));
	}
	k->whens[k->when_count++] = ms;
}

/* The next figure of s, ended by one of the separators or its end. */
static bool
take_figure(struct str *s, const char *separators, double *out)
{
	size_t n = 0;
	bool ok;

	while (n < s->len && !strchr(separators, s->p[n]))
		n++;
	ok = figures_number(str_make(s->p, n), out);
	n += n < s->len;
	*s = str_make(s->p + n, s->len - n);
	return ok;
}

/* A position in text, "lon<sep>lat<sep>height"; false and skipped if none. */
static bool
read_position(struct kml *k, const char *separators, struct track_fix *f)
{
	struct str s = str_trim(str_make(k->text, k->text_len));
	double height;

	*f = track_fix_at(k->at);
	f->segment = k->segment;
	if (!take_figure(&s, separators, &f->lon) ||
	    !take_figure(&s, separators, &f->lat) || !track_fix_is_place(f)) {
		k->sink->skip(k->sink->user, k->at,
		    "a position that cannot be read or is not on Earth");
		return false;
	}
	if (take_figure(&s, separators, &height))
		f->altitude_m = (float)height;
	return true;
}

static void
hold(struct kml *k, const struct track_fix *f)
{
	if (k->pending_count - k->pending_next >= PENDING_MAX)
		tell_pending(k);
	if (k->pending_next == k->pending_count)
		k->pending_count = k->pending_next = 0;
	if (k->pending_count == k->pending_cap) {
		k->pending_cap = k->pending_cap * 2 + 64;
		k->pending = alloc_resize(
		    k->pending, k->pending_cap, sizeof(*k->pending));
	}
	k->pending[k->pending_count++] = *f;
}

static void
take_coord(struct kml *k)
{
	bool has_when = k->when_next < k->when_count;
	struct track_fix f;

	if (!read_position(k, " \t\r\n", &f))
		f.lat = f.lon = 1e9;
	if (has_when)
		f.time_ms = k->whens[k->when_next++];
	if (has_when)
		tell(k, &f);
	else
		hold(k, &f);
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void
take_corner(struct kml *k)
{
	struct track_fix f;

	if (read_position(k, ",", &f))
		tell(k, &f);
	k->text_len = 0;
}

/* A piece of a line's corners: each is told when its end is seen. */
static void
take_corners(struct kml *k, struct str piece)
{
	for (size_t i = 0; i < piece.len; i++) {
		if (!is_space(piece.p[i])) {
			if (k->text_len == 0)
				k->at = (uint64_t)xml_offset(k->xml) + i;
			if (k->text_len < TEXT_MAX)
				k->text[k->text_len++] = piece.p[i];
		} else if (k->text_len > 0) {
			take_corner(k);
		}
	}
}

static void
on_text(void *user, struct str piece)
{
	struct kml *k = user;
	size_t room = TEXT_MAX - k->text_len;
	size_t n = piece.len < room ? piece.len : room;

	if (k->part == PART_LINE) {
		take_corners(k, piece);
		return;
	}
	memcpy(k->text + k->text_len, piece.p, n);
	k->text_len += n;
}

/* What an element is, where it stands. */
static enum part
part_of(const struct kml *k, const char *name)
{
	if (k->track_depth == 1 && strcmp(name, "when") == 0)
		return PART_WHEN;
	if (k->track_depth == 1 && strcmp(name, "coord") == 0)
		return PART_COORD;
	if (k->in_line && strcmp(name, "coordinates") == 0)
		return PART_LINE;
	return PART_NONE;
}

static void
on_start(void *user, const char *name, const char **attributes)
{
	struct kml *k = user;

	(void)attributes;
	k->part = part_of(k, name);
	k->text_len = 0;
	k->at = (uint64_t)xml_offset(k->xml);
	xml_want_text(k->xml, k->part != PART_NONE);
	if (k->track_depth > 0)
		k->track_depth++;
	else if (strcmp(name, "Track") == 0)
		k->track_depth = 1;
	if (k->track_depth == 1 && strcmp(name, "Track") == 0)
		begin_segment(k);
	if (strcmp(name, "LineString") == 0 && !k->has_tracks) {
		k->in_line = true;
		begin_segment(k);
	}
	if (strcmp(name, "Point") == 0)
		k->sink->waypoint(k->sink->user);
}

static void
on_end(void *user, const char *name)
{
	struct kml *k = user;

	switch (k->part) {
	case PART_NONE: break;
	case PART_WHEN: keep_when(k); break;
	case PART_COORD: take_coord(k); break;
	case PART_LINE: take_corners(k, str_of(" ")); break;
	}
	k->part = PART_NONE;
	xml_want_text(k->xml, false);
	if (k->track_depth > 0 && --k->track_depth == 0)
		tell_pending(k);
	if (strcmp(name, "LineString") == 0)
		k->in_line = false;
}

/*
 * The document is taken up inside a track, whose first times are lost: fixes
 * from there on have none rather than those of others.
 */
static void
on_broken(void *user)
{
	struct kml *k = user;

	k->part = PART_NONE;
	k->track_depth = 0;
	k->in_line = false;
	tell_pending(k);
}

static bool
is_kml(struct str head, const char *name)
{
	(void)name;
	return markup_is_root(head, "kml");
}

/* Is there a gx:Track, with or without its prefix? */
static int
find_tracks(struct kml *k, struct source *s, struct err *e)
{
	static const char *const tags[] = { "<gx:Track>", "<Track>",
		"<gx:Track ", "<Track " };
	uint64_t at;
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(tags) / sizeof(tags[0]); i++)
		r = source_find(s, 0, str_of(tags[i]), &at, e);
	k->has_tracks = r > 0;
	return r;
}

static int
read_kml(struct source *s, const struct reader_sink *sink,
    struct reader_about *about, struct err *e)
{
	static const struct xml_events events = { on_start, on_end, on_text };
	struct kml k = { .sink = sink };
	const struct markup markup = { &events, &k, "<gx:coord>",
		"<kml><Document><Placemark><gx:Track>", on_broken };
	int r = find_tracks(&k, s, e);

	if (r >= 0)
		r = markup_read(&markup, s, sink, &k.xml, e);
	tell_pending(&k);
	free(k.whens);
	free(k.pending);
	about->clock = zones_clock(&k.zones);
	return r;
}

const struct reader_kind reader_kml_kind = {
	.name = "kml",
	.is_mine = is_kml,
	.read = read_kml,
};
