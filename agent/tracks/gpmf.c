/*
 * gpmf: a walk over keys; what describes a stream stands before its values.
 *
 * Karma dates its positions by its own running clock, which a SYST further on
 * in the payload ties to the time of day: so that is looked for first.
 */
#include "agent/tracks/gpmf.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/tracks/bytes.h"
#include "agent/tracks/figures.h"
#include "agent/tracks/reader.h"

/* Streams in devices in payloads. */
#define DEPTH_MAX 6

#define SCALES_MAX 16

/* 2000-01-01, from which GPS9 counts days. */
#define MS_OF_2000 INT64_C(946684800000)

#define DEG_PER_RAD (180 / 3.14159265358979323846)

/* A key and its value. */
struct item {
	const char *key; /* four bytes */
	char type;
	size_t size;  /* of one element */
	size_t count; /* of elements */
	struct str value;
};

struct gpmf {
	const struct gpmf_place *place;
	const struct reader_sink *sink;
	struct str payload;
	double scales[SCALES_MAX]; /* of the present stream */
	size_t scale_count;
	bool has_fix;
	int64_t time_ms; /* GPSU of the stream; CLOCK_NONE */
	int64_t tied_ms; /* time of day when the running clock was 0 */
	uint64_t timed;
};

/* The item at *at of s, and *at moved behind it; false if there is none. */
static bool
next_item(struct str s, size_t *at, struct item *out)
{
	size_t len, room;

	if (*at + 8 > s.len)
		return false;
	out->key = s.p + *at;
	out->type = s.p[*at + 4];
	out->size = (unsigned char)s.p[*at + 5];
	out->count = bytes_be16(s.p + *at + 6);
	len = out->size * out->count;
	room = s.len - *at - 8;
	if (len > room)
		return false;
	out->value = str_make(s.p + *at + 8, len);
	len = (len + 3) & ~(size_t)3;
	*at += 8 + (len < room ? len : room);
	return true;
}

static bool
is_key(const struct item *i, const char *key)
{
	return memcmp(i->key, key, 4) == 0;
}

static double
scale(const struct gpmf *g, size_t i)
{
	double v = g->scale_count == 0  ? 1
		   : i < g->scale_count ? g->scales[i]
					: g->scales[g->scale_count - 1];

	return v == 0 ? 1 : v;
}

static double
signed32(const char *p)
{
	return (double)(int32_t)bytes_be32(p);
}

static double
signed16(const char *p)
{
	return (double)(int16_t)bytes_be16(p);
}

static void
take_scales(struct gpmf *g, const struct item *i)
{
	g->scale_count = 0;
	for (size_t k = 0; k < i->count && k < SCALES_MAX; k++) {
		const char *p = i->value.p + k * i->size;

		if (i->size == 4 && i->type == 'f')
			return; /* no stream that is read here has such */
		g->scales[g->scale_count++] =
		    i->size == 4 ? signed32(p)
				 : (i->size == 2 ? signed16(p) : 1);
	}
}

/* "170417173103.000": yymmddhhmmss of this century. */
static void
take_utc(struct gpmf *g, const struct item *i)
{
	int64_t date, clock;
	double seconds;

	g->time_ms = CLOCK_NONE;
	if (i->value.len < 12 ||
	    !figures_whole(str_make(i->value.p, 6), &date) ||
	    !figures_whole(str_make(i->value.p + 6, 4), &clock) ||
	    !figures_number(
		str_make(i->value.p + 10, i->value.len - 10), &seconds) ||
	    date / 100 % 100 < 1 || date / 100 % 100 > 12 || date % 100 < 1 ||
	    date % 100 > 31 || clock / 100 > 23 || clock % 100 > 59 ||
	    seconds < 0 || seconds >= 61)
		return;
	g->time_ms =
	    clock_from_utc((int)(2000 + date / 10000), (int)(date / 100 % 100),
		(int)(date % 100), (int)(clock / 100), (int)(clock % 100), 0) +
	    (int64_t)(seconds * 1000 + 0.5);
}

/* A fix that begins at p, k-th of count in the payload. */
static struct track_fix
begin_fix(const struct gpmf *g, const char *p, size_t k, size_t count)
{
	struct track_fix f =
	    track_fix_at(g->place->offset + (uint64_t)(p - g->payload.p));
	int64_t since = g->place->duration_ms * (int64_t)k / (int64_t)count;

	if (g->place->clip_ms >= 0)
		f.clip_ms = g->place->clip_ms + since;
	if (g->time_ms != CLOCK_NONE)
		f.time_ms = g->time_ms + since;
	f.lat = signed32(p);
	f.lon = signed32(p + 4);
	return f;
}

static void
tell(struct gpmf *g, const struct track_fix *f)
{
	if (!track_fix_is_place(f)) {
		g->sink->skip(g->sink->user, f->offset,
		    "a position that is not on Earth");
		return;
	}
	g->timed += f->time_ms != CLOCK_NONE;
	g->sink->fix(g->sink->user, f);
}

/* Latitude, longitude, height, speed over ground, speed in space. */
static void
take_gps5(struct gpmf *g, const struct item *i)
{
	if (i->size != 20 || !g->has_fix)
		return;
	for (size_t k = 0; k < i->count; k++) {
		const char *p = i->value.p + k * i->size;
		struct track_fix f = begin_fix(g, p, k, i->count);

		f.lat /= scale(g, 0);
		f.lon /= scale(g, 1);
		f.altitude_m = (float)(signed32(p + 8) / scale(g, 2));
		f.speed_mps = (float)(signed32(p + 12) / scale(g, 3));
		tell(g, &f);
	}
}

/* The same, days since 2000, seconds of the day, dilution, fix. */
static void
take_gps9(struct gpmf *g, const struct item *i)
{
	if (i->size != 32)
		return;
	for (size_t k = 0; k < i->count; k++) {
		const char *p = i->value.p + k * i->size;
		struct track_fix f = begin_fix(g, p, k, i->count);

		if (bytes_be16(p + 30) < 2)
			continue;
		f.lat /= scale(g, 0);
		f.lon /= scale(g, 1);
		f.altitude_m = (float)(signed32(p + 8) / scale(g, 2));
		f.speed_mps = (float)(signed32(p + 12) / scale(g, 3));
		f.time_ms =
		    MS_OF_2000 +
		    (int64_t)(signed32(p + 20) / scale(g, 5)) * 86400000 +
		    (int64_t)(signed32(p + 24) / scale(g, 6) * 1000);
		tell(g, &f);
	}
}

static float
course_of(double north, double east)
{
	double course = atan2(east, north) * DEG_PER_RAD;

	return (float)(course < 0 ? course + 360 : course);
}

/* Running clock, latitude, longitude, two heights, velocity, heading. */
static void
take_glpi(struct gpmf *g, const struct item *i)
{
	if (i->size != 28)
		return;
	for (size_t k = 0; k < i->count; k++) {
		const char *p = i->value.p + k * i->size;
		struct track_fix f = begin_fix(g, p + 4, k, i->count);
		double north = signed16(p + 20) / scale(g, 5);
		double east = signed16(p + 22) / scale(g, 6);

		f.lat /= scale(g, 1);
		f.lon /= scale(g, 2);
		f.altitude_m = (float)(signed32(p + 12) / scale(g, 3));
		f.speed_mps = (float)hypot(north, east);
		f.course_deg = course_of(north, east);
		f.heading_deg = (float)(bytes_be16(p + 26) / scale(g, 8));
		if (g->tied_ms != CLOCK_NONE)
			f.time_ms =
			    g->tied_ms + (int64_t)((double)bytes_be32(p) /
						   scale(g, 0) * 1000);
		tell(g, &f);
	}
}

/* Running clock in microseconds, time of day in ms since 1970. */
static void
take_syst(struct gpmf *g, const struct item *i)
{
	if (i->size != 16 || i->count == 0)
		return;
	g->tied_ms = (int64_t)(bytes_be64(i->value.p + 8) & INT64_MAX) -
		     (int64_t)(bytes_be64(i->value.p) / 1000);
	if (g->tied_ms < 0 || g->tied_ms > INT64_C(7258118400000))
		g->tied_ms = CLOCK_NONE;
}

/* A stream begins. */
static void
forget_stream(struct gpmf *g)
{
	g->scale_count = 0;
	g->has_fix = false;
	g->time_ms = CLOCK_NONE;
}

static void
take_item(struct gpmf *g, const struct item *i)
{
	if (is_key(i, "SCAL"))
		take_scales(g, i);
	else if (is_key(i, "GPSF") && i->value.len >= 4)
		g->has_fix = bytes_be32(i->value.p) >= 2;
	else if (is_key(i, "GPSU"))
		take_utc(g, i);
	else if (is_key(i, "GPS5"))
		take_gps5(g, i);
	else if (is_key(i, "GPS9"))
		take_gps9(g, i);
	else if (is_key(i, "GLPI"))
		take_glpi(g, i);
}

/*
 * All items of s and what they hold; false at bytes that are none.  It calls
 * itself DEPTH_MAX deep at most.
 */
static bool
// NOLINTNEXTLINE(misc-no-recursion)
walk(struct gpmf *g, struct str s, int depth,
    void (*take)(struct gpmf *g, const struct item *i))
{
	struct item i;
	size_t at = 0;

	while (next_item(s, &at, &i)) {
		if (i.type != 0) {
			take(g, &i);
			continue;
		}
		if (is_key(&i, "STRM"))
			forget_stream(g);
		if (depth < DEPTH_MAX && !walk(g, i.value, depth + 1, take))
			return false;
	}
	return at + 8 > s.len;
}

static void
look_for_syst(struct gpmf *g, const struct item *i)
{
	if (is_key(i, "SYST"))
		take_syst(g, i);
}

uint64_t
gpmf_read(struct str payload, const struct gpmf_place *place,
    const struct reader_sink *sink)
{
	struct gpmf g = { .place = place,
		.sink = sink,
		.payload = payload,
		.time_ms = CLOCK_NONE,
		.tied_ms = CLOCK_NONE };

	(void)walk(&g, payload, 0, look_for_syst);
	forget_stream(&g);
	if (!walk(&g, payload, 0, take_item))
		sink->skip(sink->user, place->offset,
		    "telemetry that breaks off inside this payload");
	return g.timed;
}
