/*
 * exiflines: a row of a table for each tag that matters, and one judgement.
 *
 * A position begins with the sample, with a tag that the present one has
 * already, and, in samples that began with a time, at each further time.
 * exiftool prints the tags in the order in which they are asked for, so the
 * warnings and the times of the samples come before all positions
 * (reader_exiftool.c).
 */
#include "agent/tracks/exiflines.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/tracks/figures.h"
#include "agent/tracks/reader.h"

#define LINE_MAX_BYTES 512
#define WARNINGS_MAX   20

/* Faster or higher than anything that has a camera on it. */
#define SPEED_MAX_MPS  400
#define ALTITUDE_MIN_M (-500)
#define ALTITUDE_MAX_M 30000

/* One nonsense in so many positions makes the others doubtful too. */
#define NONSENSE_SHARE 10

#define MPS_PER_KMH  (1000.0 / 3600)
#define MPS_PER_MPH  0.44704
#define MPS_PER_KNOT (1852.0 / 3600)

/* What the present position has already. */
enum tag {
	TAG_TIME,
	TAG_LAT,
	TAG_LON,
	TAG_LAT_REF,
	TAG_LON_REF,
	TAG_ALTITUDE,
	TAG_ALTITUDE_REF,
	TAG_SPEED,
	TAG_SPEED_REF,
	TAG_TRACK,
	TAG_DIRECTION,
	TAG_ERROR,
	TAG_COUNT
};

static const char *const tag_names[] = {
	[TAG_TIME] = "GPSDateTime",
	[TAG_LAT] = "GPSLatitude",
	[TAG_LON] = "GPSLongitude",
	[TAG_LAT_REF] = "GPSLatitudeRef",
	[TAG_LON_REF] = "GPSLongitudeRef",
	[TAG_ALTITUDE] = "GPSAltitude",
	[TAG_ALTITUDE_REF] = "GPSAltitudeRef",
	[TAG_SPEED] = "GPSSpeed",
	[TAG_SPEED_REF] = "GPSSpeedRef",
	[TAG_TRACK] = "GPSTrack",
	[TAG_DIRECTION] = "GPSImgDirection",
	[TAG_ERROR] = "GPSHPositioningError",
};

_Static_assert(sizeof(tag_names) / sizeof(tag_names[0]) == TAG_COUNT,
    "each tag has its name");

/* The present position, as its lines come. */
struct present {
	double value[TAG_COUNT]; /* NAN: not given, or no number */
	char ref[TAG_COUNT];     /* the first letter of a text */
	unsigned seen;           /* a bit a tag */
	int64_t time_ms;
	uint32_t sample; /* 0: of the whole clip */
	bool leads_with_time;
};

struct exiflines {
	char line[LINE_MAX_BYTES];
	size_t line_len;
	struct present present;
	struct track_fix *fixes; /* owned */
	size_t fix_count, fix_cap;
	int64_t *sample_ms; /* owned; by sample, -1 unknown */
	size_t sample_count;
	char *warnings[WARNINGS_MAX]; /* owned */
	size_t warning_count;
	size_t waypoints;
	bool is_guessed; /* times are made from the camera's clock */
};

struct exiflines *
exiflines_new(void)
{
	return alloc_zero(1, sizeof(struct exiflines));
}

void
exiflines_free(struct exiflines **x)
{
	if (!*x)
		return;
	for (size_t i = 0; i < (*x)->warning_count; i++)
		free((*x)->warnings[i]);
	free((*x)->fixes);
	free((*x)->sample_ms);
	free(*x);
	*x = NULL;
}

/* ---- One position ---- */

static void
clear_present(struct present *p, uint32_t sample, bool leads_with_time)
{
	*p = (struct present){ .time_ms = CLOCK_NONE,
		.sample = sample,
		.leads_with_time = leads_with_time };
	for (size_t i = 0; i < TAG_COUNT; i++)
		p->value[i] = (double)NAN;
}

static bool
has(const struct present *p, enum tag tag)
{
	return p->seen & (1U << tag);
}

static double
speed_factor(char ref)
{
	return ref == 'M'   ? MPS_PER_MPH
	       : ref == 'N' ? MPS_PER_KNOT
			    : MPS_PER_KMH;
}

/* A direction, or NAN. */
static float
angle(double v)
{
	return v >= 0 && v <= 360 ? (float)v : NAN;
}

static struct track_fix
make_fix(const struct present *p)
{
	struct track_fix f = track_fix_at(TRACK_OFFSET_NONE);

	f.lat = p->value[TAG_LAT];
	f.lon = p->value[TAG_LON];
	/* Of a value with a letter beside it some makers give the size only. */
	if (p->ref[TAG_LAT_REF] == 'S' && f.lat > 0)
		f.lat = -f.lat;
	if (p->ref[TAG_LON_REF] == 'W' && f.lon > 0)
		f.lon = -f.lon;
	f.time_ms = p->time_ms;
	f.altitude_m =
	    (float)(p->value[TAG_ALTITUDE_REF] == 1 ? -p->value[TAG_ALTITUDE]
						    : p->value[TAG_ALTITUDE]);
	f.speed_mps =
	    (float)(p->value[TAG_SPEED] * speed_factor(p->ref[TAG_SPEED_REF]));
	f.course_deg = angle(p->value[TAG_TRACK]);
	f.heading_deg = angle(p->value[TAG_DIRECTION]);
	f.uncertainty_m =
	    p->value[TAG_ERROR] >= 0 ? (float)p->value[TAG_ERROR] : NAN;
	return f;
}

static int
keep_fix(struct exiflines *x, struct err *e)
{
	if (x->fix_count == EXIFLINES_FIXES_MAX)
		return err_set(e, ERR_LIMIT,
		    "more than %d positions in one clip", EXIFLINES_FIXES_MAX);
	if (x->fix_count == x->fix_cap) {
		x->fix_cap = x->fix_cap ? 2 * x->fix_cap : 256;
		x->fixes =
		    alloc_resize(x->fixes, x->fix_cap, sizeof(*x->fixes));
	}
	x->fixes[x->fix_count] = make_fix(&x->present);
	/* Filled in by exiflines_finish(); until then the sample's number. */
	x->fixes[x->fix_count++].clip_ms = x->present.sample;
	return 0;
}

/* The present position is over. */
static int
end_present(struct exiflines *x, struct err *e)
{
	if (!has(&x->present, TAG_LAT) || !has(&x->present, TAG_LON))
		return 0;
	/* One place for the whole clip is a mark, not a position had. */
	if (x->present.sample == 0) {
		x->waypoints++;
		return 0;
	}
	return keep_fix(x, e);
}

/* ---- One line ---- */

static enum tag
find_tag(struct str name)
{
	for (size_t i = 0; i < TAG_COUNT; i++)
		if (str_is(name, tag_names[i]))
			return (enum tag)i;
	return TAG_COUNT;
}

/* exiftool writes "2017:04:17 19:27:57.526Z". */
static int64_t
read_time(struct str value)
{
	char text[64];
	bool has_zone;
	int64_t ms;

	if (value.len < 10 || value.len > sizeof(text))
		return CLOCK_NONE;
	memcpy(text, value.p, value.len);
	for (size_t i = 4; i <= 7; i += 3)
		if (text[i] == ':')
			text[i] = '-';
	return figures_time(str_make(text, value.len), &ms, &has_zone)
		   ? ms
		   : CLOCK_NONE;
}

static void
take_value(struct present *p, enum tag tag, struct str value)
{
	double v;

	p->seen |= 1U << tag;
	if (figures_number(value, &v))
		p->value[tag] = v;
	if (value.len > 0)
		p->ref[tag] = value.p[0];
	if (tag == TAG_TIME)
		p->time_ms = read_time(value);
}

static int
take_tag(struct exiflines *x, uint32_t sample, struct str name,
    struct str value, struct err *e)
{
	enum tag tag = find_tag(name);
	struct present *p = &x->present;
	bool is_new_sample = p->seen == 0 || sample != p->sample;

	if (tag == TAG_COUNT)
		return 0;
	if (is_new_sample || has(p, tag) ||
	    (tag == TAG_TIME && p->leads_with_time)) {
		bool leads =
		    is_new_sample ? tag == TAG_TIME : p->leads_with_time;

		if (end_present(x, e) < 0)
			return -1;
		clear_present(p, sample, leads);
	}
	take_value(p, tag, value);
	return 0;
}

static void
take_sample_time(struct exiflines *x, uint32_t sample, struct str value)
{
	double s;

	if (sample == 0 || sample > EXIFLINES_FIXES_MAX ||
	    !figures_number(value, &s) || s < 0 || s > 1e6)
		return;
	if (sample >= x->sample_count) {
		size_t count = x->sample_count ? x->sample_count : 256;

		while (count <= sample)
			count *= 2;
		x->sample_ms =
		    alloc_resize(x->sample_ms, count, sizeof(*x->sample_ms));
		for (size_t i = x->sample_count; i < count; i++)
			x->sample_ms[i] = -1;
		x->sample_count = count;
	}
	x->sample_ms[sample] = (int64_t)llround(s * 1000);
}

static void
take_warning(struct exiflines *x, struct str value)
{
	if (memmem(value.p, value.len, "Approximating GPSDateTime", 25))
		x->is_guessed = true;
	if (x->warning_count < WARNINGS_MAX)
		x->warnings[x->warning_count++] =
		    alloc_copy(value.p, value.len);
}

/* "[Doc12]" or "[Doc12-3]" is 12, "[Main]" is 0. */
static uint32_t
read_sample(struct str s)
{
	uint32_t n = 0;

	if (!str_has_prefix(s, "[Doc"))
		return 0;
	for (size_t i = 4; i < s.len && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		if (n < 100000000)
			n = n * 10 + (uint32_t)(s.p[i] - '0');
	return n;
}

static int
take_line(struct exiflines *x, struct err *e)
{
	struct str line = str_make(x->line, x->line_len);
	const char *close = memchr(line.p, ']', line.len);
	const char *colon = memmem(line.p, line.len, ": ", 2);
	struct str name, value;
	uint32_t sample;

	if (!close || !colon || colon < close || line.p[0] != '[')
		return 0;
	sample = read_sample(str_make(line.p, (size_t)(close - line.p)));
	name = str_trim(str_make(close + 1, (size_t)(colon - close - 1)));
	value = str_trim(
	    str_make(colon + 1, line.len - (size_t)(colon + 1 - line.p)));
	if (str_is(name, "Warning") || str_is(name, "Error"))
		take_warning(x, value);
	else if (str_is(name, "SampleTime"))
		take_sample_time(x, sample, value);
	else
		return take_tag(x, sample, name, value, e);
	return 0;
}

int
exiflines_feed(struct exiflines *x, struct str piece, struct err *e)
{
	for (size_t i = 0; i < piece.len; i++) {
		if (piece.p[i] != '\n') {
			if (x->line_len < LINE_MAX_BYTES)
				x->line[x->line_len++] = piece.p[i];
			continue;
		}
		if (take_line(x, e) < 0)
			return -1;
		x->line_len = 0;
	}
	return 0;
}

/* ---- All of them ---- */

/* Why it cannot be, or NULL. */
static const char *
nonsense(const struct track_fix *f)
{
	if (!track_fix_is_place(f))
		return "a position that is not on Earth";
	if (f->speed_mps < 0 || f->speed_mps > SPEED_MAX_MPS)
		return "a speed that no vehicle has";
	if (f->altitude_m < ALTITUDE_MIN_M || f->altitude_m > ALTITUDE_MAX_M)
		return "a height that is not on Earth";
	return NULL;
}

static size_t
count_nonsense(const struct exiflines *x)
{
	size_t count = 0;

	for (size_t i = 0; i < x->fix_count; i++)
		count += nonsense(&x->fixes[i]) != NULL;
	return count;
}

static void
tell_fix(const struct exiflines *x, struct track_fix f,
    const struct reader_sink *sink)
{
	const char *why = nonsense(&f);
	size_t sample = (size_t)f.clip_ms;

	f.clip_ms = sample < x->sample_count ? x->sample_ms[sample] : -1;
	if (x->is_guessed)
		f.time_ms = CLOCK_NONE;
	if (why)
		sink->skip(sink->user, TRACK_OFFSET_NONE, why);
	else
		sink->fix(sink->user, &f);
}

int
exiflines_finish(
    struct exiflines *x, const struct reader_sink *sink, struct err *e)
{
	size_t bad;

	if (x->line_len > 0 && take_line(x, e) < 0)
		return -1;
	x->line_len = 0;
	if (end_present(x, e) < 0)
		return -1;
	clear_present(&x->present, 0, false);
	bad = count_nonsense(x);
	if (bad * NONSENSE_SHARE > x->fix_count)
		return err_set(e, ERR_INVALID,
		    "the clip is damaged: of the %zu positions that exiftool "
		    "makes of it %zu cannot be, so none is taken",
		    x->fix_count, bad);
	for (size_t i = 0; i < x->warning_count; i++)
		sink->skip(sink->user, TRACK_OFFSET_NONE, x->warnings[i]);
	for (size_t i = 0; i < x->waypoints; i++)
		sink->waypoint(sink->user);
	for (size_t i = 0; i < x->fix_count; i++)
		tell_fix(x, x->fixes[i], sink);
	return (int)(x->fix_count - bad + x->waypoints);
}
