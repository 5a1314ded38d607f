/*
 * reader_exiftool: one run of the program, its lines to exiflines.c.
 *
 * -config '' reads nobody's settings; -ee goes through the samples; -n gives
 * numbers; -G3 their sample; --Composite:all leaves out what exiftool makes of
 * other tags.  Warnings and times of samples are asked for first, because tags
 * are printed in that order.
 */
#include "agent/tracks/reader_exiftool.h"

#include <string.h>

#include "agent/base/confine.h"
#include "agent/base/err.h"
#include "agent/tracks/exiflines.h"
#include "agent/tracks/source.h"
#include "agent/tracks/tool.h"

/* A packet of a transport stream, and one with a time stamp before it. */
#define TS_PACKET   188
#define M2TS_PACKET 192

static const struct tool exiftool = { .path = "/usr/bin/exiftool",
	.name = "exiftool",
	.package = "libimage-exiftool-perl",
	.memory_bytes = 1U << 30,
	.output_bytes = 256U << 20,
	.cpu_s = 90,
	.wall_s = 120 };

static int
feed(void *user, struct str piece, struct err *e)
{
	return exiflines_feed(user, piece, e);
}

/* A stream that ends early has status 1 and may have told something. */
static int
finish(struct exiflines *lines, const struct confine_end *end,
    const struct reader_sink *sink, struct err *e)
{
	int told = exiflines_finish(lines, sink, e);

	if (told < 0)
		return -1;
	if (told == 0 && end->status > 1)
		return tool_failed(&exiftool, end, e);
	if (told == 0)
		return err_set(e, ERR_INVALID,
		    "no positions in this video in a form known here or to "
		    "exiftool");
	return 0;
}

int
reader_exiftool_read(struct source *s, const struct reader_sink *sink,
    struct reader_about *about, struct err *e)
{
	static const char *const argv[] = { "/usr/bin/exiftool", "-config", "",
		"-api", "largefilesupport=1", "-ee", "-n", "-a", "-s", "-G3",
		"-Warning", "-Error", "-SampleTime", "-GPS*", "--Composite:all",
		"-", NULL };
	struct exiflines *lines = exiflines_new();
	const struct tool_ear ear = { .output = feed, .user = lines };
	struct confine_end end;
	int r = tool_run(&exiftool, argv, s, &ear, &end, e);

	if (r == 0)
		r = finish(lines, &end, sink, e);
	exiflines_free(&lines);
	about->clock = TRACK_CLOCK_UNKNOWN;
	return r;
}

static bool
has_sync(struct str head, size_t at, size_t packet)
{
	for (size_t i = 0; i < 3; i++)
		if (at + i * packet >= head.len ||
		    head.p[at + i * packet] != 0x47)
			return false;
	return true;
}

static bool
is_clip(struct str head, const char *name)
{
	(void)name;
	if (head.len >= 12 && memcmp(head.p, "RIFF", 4) == 0)
		return memcmp(head.p + 8, "AVI ", 4) == 0;
	return has_sync(head, 0, TS_PACKET) || has_sync(head, 4, M2TS_PACKET);
}

const struct reader_kind reader_exiftool_kind = {
	.name = "video",
	.is_mine = is_clip,
	.read = reader_exiftool_read,
};
