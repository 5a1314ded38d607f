/*
 * track: what is known of a fix before anything is.
 */
#include "agent/tracks/track.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "agent/base/check.h"

struct track_fix
track_fix_at(uint64_t offset)
{
	return (struct track_fix){ .lat = (double)NAN,
		.lon = (double)NAN,
		.time_ms = CLOCK_NONE,
		.clip_ms = -1,
		.offset = offset,
		.altitude_m = NAN,
		.speed_mps = NAN,
		.course_deg = NAN,
		.heading_deg = NAN,
		.uncertainty_m = NAN };
}

bool
track_fix_is_place(const struct track_fix *f)
{
	return fabs(f->lat) <= 90 && fabs(f->lon) <= 180 &&
	       (f->lat != 0 || f->lon != 0);
}

/*
 * IERS Bulletin C: none was added since 2017, and no recording of ours is older
 * than the table.
 */
int64_t
track_gps_ahead_ms(int64_t ms)
{
	static const struct {
		int64_t from_s; /* since 1970 */
		int64_t ahead;
	} steps[] = { { 1483228800, 18 }, { 1435708800, 17 },
		{ 1341100800, 16 }, { 1230768000, 15 }, { 1136073600, 14 } };

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (ms / 1000 >= steps[i].from_s)
			return steps[i].ahead * 1000;
	return 13000;
}

const char *
track_time_text(int64_t ms, enum track_clock clock, char out[CLOCK_TEXT_MAX])
{
	char *zone;

	out[0] = '\0';
	if (ms == CLOCK_NONE)
		return out;
	if (clock == TRACK_CLOCK_GPS)
		ms -= track_gps_ahead_ms(ms);
	(void)clock_format_utc(ms, out);
	zone = strchr(out, 'Z');
	if (zone && clock != TRACK_CLOCK_UTC && clock != TRACK_CLOCK_GPS)
		*zone = '\0';
	return out;
}

const char *
track_clock_name(enum track_clock clock)
{
	static const char *const names[] = { "unknown", "utc", "gps", "local",
		"drift" };

	CHECK((size_t)clock < sizeof(names) / sizeof(names[0]));
	return names[clock];
}

static const char *const class_names[] = { NULL, "unit", "drone", "dashcam",
	"other" };
_Static_assert(
    sizeof(class_names) / sizeof(class_names[0]) == TRACK_CLASS_OTHER + 1,
    "a name for each class");

const char *track_class_name(enum track_class class)
{
	CHECK(class >= TRACK_CLASS_UNIT && class <= TRACK_CLASS_OTHER);
	return class_names[class];
}

bool
track_class_find(struct str name, enum track_class *out)
{
	for (int c = TRACK_CLASS_UNIT; c <= TRACK_CLASS_OTHER; c++) {
		if (str_is(name, class_names[c])) {
			*out = (enum track_class)c;
			return true;
		}
	}
	return false;
}

const char *
track_mark_name(enum track_mark mark)
{
	static const char *const names[] = { "kept", "outlier", "jump",
		"same time", "clock back", "still", "link" };

	CHECK((size_t)mark < sizeof(names) / sizeof(names[0]));
	return names[mark];
}
