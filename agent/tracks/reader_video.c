/*
 * reader_video: one form after the other until one has something to say, and
 * of a file the outside program for all other makers.
 */
#include "agent/tracks/reader_video.h"

#include <string.h>

#include "agent/base/err.h"
#include "agent/tracks/box.h"
#include "agent/tracks/gpmf.h"
#include "agent/tracks/reader_exiftool.h"
#include "agent/tracks/source.h"
#include "agent/tracks/video.h"

/* A payload of GPMF that came without its video. */
#define PAYLOAD_MAX (8U << 20)
#define PAYLOAD_MS  1001

static bool
is_bare(struct str head)
{
	return head.len > 8 && memcmp(head.p, "DEVC", 5) == 0;
}

static bool
is_video(struct str head, const char *name)
{
	(void)name;
	return is_bare(head) ||
	       (head.len >= 12 && (memcmp(head.p + 4, "ftyp", 4) == 0 ||
				      memcmp(head.p + 4, "moov", 4) == 0));
}

static int
read_bare(struct source *s, const struct reader_sink *sink,
    struct reader_about *about, struct err *e)
{
	const struct box all = { .end = source_size(s) };
	const struct gpmf_place place = { .clip_ms = -1,
		.duration_ms = PAYLOAD_MS };
	struct buf payload = { 0 };
	int r = box_load(s, &all, PAYLOAD_MAX, &payload, e);

	if (r > 0 && gpmf_read(buf_str(&payload), &place, sink) > 0)
		about->clock = TRACK_CLOCK_UTC;
	buf_clear(&payload);
	if (r == 0)
		return err_set(e, ERR_LIMIT,
		    "telemetry without a video of more than %u bytes",
		    PAYLOAD_MAX);
	return r < 0 ? -1 : 0;
}

static int
read_moov(struct source *s, const struct box *moov,
    const struct reader_sink *sink, struct reader_about *about, uint64_t *found,
    struct err *e)
{
	if (video_created(s, moov, &about->created_ms, e) < 0)
		return -1;
	return video_gopro(s, moov, sink, about, found, e);
}

/* GoPro and 70mai: what stands in boxes. */
static int
read_boxes(struct source *s, const struct reader_sink *sink,
    struct reader_about *about, uint64_t *found, struct err *e)
{
	uint64_t at = 0;
	struct box b;
	int r;

	while ((r = box_next(s, &at, source_size(s), &b, e)) > 0) {
		if (box_is(&b, "moov"))
			r = read_moov(s, &b, sink, about, found, e);
		else if (box_is(&b, "GPS "))
			r = video_mai(s, &b, sink, found, e);
		if (r < 0)
			return -1;
	}
	return r;
}

static int
read_video(struct source *s, const struct reader_sink *sink,
    struct reader_about *about, struct err *e)
{
	uint64_t found = 0;
	struct str head;

	if (source_head(s, 16, &head, e) < 0)
		return -1;
	if (is_bare(head))
		return read_bare(s, sink, about, e);
	if (read_boxes(s, sink, about, &found, e) < 0)
		return -1;
	if (found == 0 && video_novatek(s, sink, &found, e) < 0)
		return -1;
	if (found > 0)
		return 0;
	if (source_fd(s) < 0)
		return err_set(e, ERR_INVALID,
		    "no positions in this video in a form known here");
	return reader_exiftool_read(s, sink, about, e);
}

const struct reader_kind reader_video_kind = {
	.name = "video",
	.is_mine = is_video,
	.read = read_video,
};
