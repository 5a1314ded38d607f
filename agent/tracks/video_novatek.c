/*
 * "freeGPS " blocks of cameras with Novatek chips, in the two layouts at hand.
 *
 * Offsets are from the word freeGPS, numbers least significant byte first:
 *
 *      A    B
 *     44   12  u32 hour, minute, second, year of the century, month, day
 *     68   36  'A' or 'V', 'N' or 'S', 'E' or 'W'
 *     72   40  float ddmm.mmmm, the same of longitude, knots, course
 *
 * A chunk index in moov names the blocks in many files and not in all; the word
 * is looked for instead, which finds them in damaged files too.  Some cameras
 * write the time of the satellites and some their own, and do not say which.
 */
#include <math.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/tracks/bytes.h"
#include "agent/tracks/source.h"
#include "agent/tracks/video.h"

#define BLOCK_LEN    88
#define MPS_PER_KNOT (1852.0F / 3600)

static bool
is_time(const char *p)
{
	return bytes_le32(p) < 24 && bytes_le32(p + 4) < 60 &&
	       bytes_le32(p + 8) < 61 && bytes_le32(p + 12) < 100 &&
	       bytes_le32(p + 16) >= 1 && bytes_le32(p + 16) <= 12 &&
	       bytes_le32(p + 20) >= 1 && bytes_le32(p + 20) <= 31;
}

/* ddmm.mmmm with a hemisphere; NaN if it is none. */
static double
read_angle(const char *p, char side, const char *sides)
{
	double v = (double)bytes_le_float(p);
	double degrees = floor(v / 100);

	if (!(v >= 0 && v < 18100) || side == '\0' || !strchr(sides, side) ||
	    v - degrees * 100 >= 60)
		return (double)NAN;
	v = degrees + (v - degrees * 100) / 60;
	return side == sides[1] ? -v : v;
}

/* A block whose time is at p; *told tells whether it was a fix. */
static void
take_block(const char *p, uint64_t offset, const struct reader_sink *sink)
{
	struct track_fix f = track_fix_at(offset);

	f.lat = read_angle(p + 28, p[25], "NS");
	f.lon = read_angle(p + 32, p[26], "EW");
	if (!track_fix_is_place(&f)) {
		sink->skip(sink->user, offset,
		    "a freeGPS block without a position on Earth");
		return;
	}
	f.time_ms = clock_from_utc((int)(2000 + bytes_le32(p + 12)),
	    (int)bytes_le32(p + 16), (int)bytes_le32(p + 20),
	    (int)bytes_le32(p), (int)bytes_le32(p + 4), (int)bytes_le32(p + 8));
	f.speed_mps = bytes_le_float(p + 36) * MPS_PER_KNOT;
	f.course_deg = bytes_le_float(p + 40);
	sink->fix(sink->user, &f);
}

/* The layout of a block: where its time is, or 0 if it is none known. */
static size_t
layout_of(const char *block)
{
	static const size_t times[] = { 44, 12 };

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		const char *status = block + times[i] + 24;

		if (is_time(block + times[i]) &&
		    (*status == 'A' || *status == 'V'))
			return times[i];
	}
	return 0;
}

int
video_novatek(struct source *s, const struct reader_sink *sink, uint64_t *found,
    struct err *e)
{
	uint64_t at = 0;
	struct str block;
	int r;

	while ((r = source_find(s, at, str_of("freeGPS "), &at, e)) > 0) {
		size_t layout;

		r = source_exactly(s, at, BLOCK_LEN, &block, e);
		if (r <= 0)
			break;
		(*found)++;
		layout = layout_of(block.p);
		if (layout == 0)
			sink->skip(sink->user, at,
			    "a freeGPS block in a layout not known here");
		else if (block.p[layout + 24] == 'A')
			take_block(block.p + layout, at, sink);
		at += 8;
	}
	return r < 0 ? -1 : 0;
}
