/*
 * 70mai's "GPS " box: records of 36 bytes, least significant byte first.
 *
 *      0  u32  1 if there was a fix
 *      8  u32  second of the clip
 *     12  u32  speed, metres an hour
 *     16  'N' or 'S', u32 thousandths of minutes (ddmmmmm)
 *     21  'E' or 'W', u32 the same (dddmmmmm)
 *
 * Found out by looking at a clip and at what exiftool makes of it.  The box has
 * no time of day, and the clip's own date is the camera's, often years off: so
 * the fixes have a place in the clip and no time.
 */
#include <string.h>

#include "agent/base/err.h"
#include "agent/tracks/bytes.h"
#include "agent/tracks/source.h"
#include "agent/tracks/video.h"

#define RECORD_LEN 36

/* Thousandths of minutes with their hemisphere; false if it is none. */
static bool
read_angle(const char *p, const char *sides, double *out)
{
	uint32_t v = bytes_le32(p + 1);
	uint32_t degrees = v / 100000, minutes = v % 100000;

	if (p[0] == '\0' || !strchr(sides, p[0]) || minutes >= 60000)
		return false;
	*out = degrees + minutes / 60000.0;
	if (p[0] == sides[1])
		*out = -*out;
	return true;
}

/* The record at p, which is at offset. */
static void
take_record(const char *p, uint64_t offset, const struct reader_sink *sink)
{
	struct track_fix f = track_fix_at(offset);

	if (!read_angle(p + 16, "NS", &f.lat) ||
	    !read_angle(p + 21, "EW", &f.lon) || !track_fix_is_place(&f)) {
		sink->skip(sink->user, offset,
		    "a record of the camera without a position on Earth");
		return;
	}
	f.clip_ms = (int64_t)bytes_le32(p + 8) * 1000;
	f.speed_mps = (float)bytes_le32(p + 12) / 3600.0F;
	sink->fix(sink->user, &f);
}

int
video_mai(struct source *s, const struct box *gps,
    const struct reader_sink *sink, uint64_t *found, struct err *e)
{
	for (uint64_t at = gps->body; at + RECORD_LEN <= gps->end;
	     at += RECORD_LEN) {
		struct str record;
		int r = source_exactly(s, at, RECORD_LEN, &record, e);

		if (r <= 0)
			return r;
		if (bytes_le32(record.p) != 1)
			continue;
		(*found)++;
		take_record(record.p, at, sink);
	}
	return 0;
}
