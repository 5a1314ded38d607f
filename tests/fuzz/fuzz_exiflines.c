/*
 * Any bytes as what exiftool prints: no position that is none, whatever a clip
 * made it say, and the same however the pipe cuts it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/tracks/exiflines.h"
#include "agent/tracks/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct told {
	size_t fixes, waypoints, skips;
};

static void
on_fix(void *user, const struct track_fix *fix)
{
	struct told *told = user;

	CHECK(track_fix_is_place(fix));
	CHECK(fix->offset == TRACK_OFFSET_NONE);
	CHECK(fix->clip_ms >= -1);
	told->fixes++;
}

static void
on_waypoint(void *user)
{
	((struct told *)user)->waypoints++;
}

static void
on_skip(void *user, uint64_t offset, const char *why)
{
	CHECK(offset == TRACK_OFFSET_NONE && why);
	((struct told *)user)->skips++;
}

static int
read_by(struct str text, size_t step, struct told *told)
{
	const struct reader_sink sink = { .user = told,
		.fix = on_fix,
		.waypoint = on_waypoint,
		.skip = on_skip };
	struct exiflines *x = exiflines_new();
	struct err e = { 0 };
	int r = 0;

	for (size_t at = 0; at < text.len && r == 0; at += step) {
		size_t left = text.len - at;

		r = exiflines_feed(
		    x, str_make(text.p + at, left < step ? left : step), &e);
	}
	if (r == 0)
		r = exiflines_finish(x, &sink, &e);
	if (r < 0)
		CHECK(e.msg[0] != '\0');
	exiflines_free(&x);
	return r;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_make((const char *)data, size);
	struct told whole = { 0 }, pieces = { 0 };

	CHECK(read_by(text, size + 1, &whole) == read_by(text, 3, &pieces));
	CHECK(memcmp(&whole, &pieces, sizeof(whole)) == 0);
	return 0;
}
