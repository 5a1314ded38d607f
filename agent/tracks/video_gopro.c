/*
 * The sample tables of a gpmd track (ISO/IEC 14496-12, 8.6 and 8.7): where each
 * payload stands, and when in the clip.
 */
#include <string.h>

#include "agent/base/err.h"
#include "agent/tracks/bytes.h"
#include "agent/tracks/gpmf.h"
#include "agent/tracks/source.h"
#include "agent/tracks/video.h"

/* Bytes of one table and of one payload: days at one payload a second. */
#define TABLE_MAX   (4U << 20)
#define PAYLOAD_MAX (1U << 20)

/* The tables, as they stand in the file. */
struct samples {
	struct buf sizes, chunks, runs, times;
	bool is_wide; /* chunk offsets of 64 bits */
	uint32_t timescale;
};

/* The sample that is next. */
struct cursor {
	uint32_t sample, chunk, in_chunk;
	uint64_t offset;
	uint32_t run, time_run, time_left;
	uint64_t ticks;
};

static void
release(struct samples *t)
{
	buf_clear(&t->sizes);
	buf_clear(&t->chunks);
	buf_clear(&t->runs);
	buf_clear(&t->times);
}

/* Row i of a table whose rows of width begin at head; NULL behind its end. */
static const char *
row(const struct buf *t, size_t head, size_t width, uint32_t i)
{
	size_t at = head + (size_t)i * width;

	return t->len >= width && at <= t->len - width ? t->p + at : NULL;
}

static int
load(struct source *s, const struct box *stbl, const char *type,
    struct buf *out, struct err *e)
{
	struct box b;
	int r = box_find(s, stbl->body, stbl->end, type, &b, e);

	return r > 0 ? box_load(s, &b, TABLE_MAX, out, e) : r;
}

static int
load_all(
    struct source *s, const struct box *stbl, struct samples *t, struct err *e)
{
	int r = load(s, stbl, "stsz", &t->sizes, e);

	if (r > 0)
		r = load(s, stbl, "stsc", &t->runs, e);
	if (r > 0)
		r = load(s, stbl, "stts", &t->times, e);
	if (r <= 0)
		return r;
	r = load(s, stbl, "stco", &t->chunks, e);
	if (r != 0)
		return r;
	t->is_wide = true;
	return load(s, stbl, "co64", &t->chunks, e);
}

/* The samples in chunk c (from 0), by the run it is in. */
static uint32_t
chunk_samples(const struct samples *t, struct cursor *c)
{
	const char *next;

	while ((next = row(&t->runs, 8, 12, c->run + 1)) != NULL &&
	       c->chunk + 1 >= bytes_be32(next))
		c->run++;
	next = row(&t->runs, 8, 12, c->run);
	return next ? bytes_be32(next + 4) : 0;
}

static bool
chunk_offset(const struct samples *t, struct cursor *c)
{
	const char *p = row(&t->chunks, 8, t->is_wide ? 8 : 4, c->chunk);

	if (!p)
		return false;
	c->offset = t->is_wide ? bytes_be64(p) : bytes_be32(p);
	return true;
}

/* The duration of the next sample, in ticks. */
static uint32_t
take_ticks(const struct samples *t, struct cursor *c)
{
	const char *p;

	while ((p = row(&t->times, 8, 8, c->time_run)) != NULL) {
		if (c->time_left == 0)
			c->time_left = bytes_be32(p);
		if (c->time_left > 0) {
			if (--c->time_left == 0)
				c->time_run++;
			return bytes_be32(p + 4);
		}
		c->time_run++;
	}
	return 0;
}

/* The next sample: its size, and in c where it stands; false at the end. */
static bool
next_sample(const struct samples *t, struct cursor *c, uint32_t *size)
{
	const char *p;

	if (t->sizes.len < 12 || c->sample >= bytes_be32(t->sizes.p + 8))
		return false;
	*size = bytes_be32(t->sizes.p + 4);
	if (*size == 0) {
		p = row(&t->sizes, 12, 4, c->sample);
		if (!p)
			return false;
		*size = bytes_be32(p);
	}
	while (c->in_chunk == 0) {
		c->in_chunk = chunk_samples(t, c);
		if (!chunk_offset(t, c))
			return false;
		if (c->in_chunk == 0)
			c->chunk++;
	}
	c->sample++;
	return true;
}

static int64_t
ms_of(const struct samples *t, uint64_t ticks)
{
	return t->timescale > 0 ? (int64_t)(ticks * 1000 / t->timescale) : 0;
}

/* One payload: read whole, then told.  1, 0 if it is not there, -1. */
static int
read_payload(struct source *s, const struct gpmf_place *place, uint32_t size,
    const struct reader_sink *sink, uint64_t *timed, struct err *e)
{
	const struct box body = { .body = place->offset,
		.end = place->offset + size };
	struct buf payload = { 0 };
	int r = box_load(s, &body, PAYLOAD_MAX, &payload, e);

	if (r > 0)
		*timed += gpmf_read(buf_str(&payload), place, sink);
	else if (r == 0)
		sink->skip(sink->user,
		    place->offset < source_size(s) ? place->offset
						   : source_size(s),
		    "a telemetry sample that lies outside of the file");
	buf_clear(&payload);
	return r;
}

static int
read_samples(struct source *s, const struct samples *t,
    const struct reader_sink *sink, uint64_t *timed, uint64_t *found,
    struct err *e)
{
	struct cursor c = { 0 };
	uint32_t size;
	int r;

	while (next_sample(t, &c, &size)) {
		struct gpmf_place place = { .offset = c.offset,
			.clip_ms = ms_of(t, c.ticks) };

		c.ticks += take_ticks(t, &c);
		place.duration_ms = ms_of(t, c.ticks) - place.clip_ms;
		(*found)++;
		r = read_payload(s, &place, size, sink, timed, e);
		if (r <= 0)
			return r;
		c.offset += size;
		if (--c.in_chunk == 0)
			c.chunk++;
	}
	return 0;
}

/* Is the track telemetry?  1, 0 or -1. */
static int
is_telemetry(struct source *s, const struct box *trak, struct err *e)
{
	struct str head = { 0 };
	struct box b;
	int r = box_find_path(s, trak, "mdia/minf/stbl/stsd", &b, e);

	if (r > 0)
		r = source_exactly(s, b.body, 16, &head, e);
	return r > 0 ? memcmp(head.p + 12, "gpmd", 4) == 0 : r;
}

static int
read_timescale(
    struct source *s, const struct box *trak, struct samples *t, struct err *e)
{
	struct str head = { 0 };
	struct box b;
	int r = box_find_path(s, trak, "mdia/mdhd", &b, e);

	if (r > 0)
		r = source_exactly(s, b.body, 24, &head, e);
	if (r > 0)
		t->timescale = bytes_be32(head.p + (head.p[0] == 1 ? 20 : 12));
	return r < 0 ? -1 : 0;
}

static int
read_track(struct source *s, const struct box *trak,
    const struct reader_sink *sink, uint64_t *timed, uint64_t *found,
    struct err *e)
{
	struct samples t = { 0 };
	struct box stbl;
	int r = box_find_path(s, trak, "mdia/minf/stbl", &stbl, e);

	if (r > 0)
		r = read_timescale(s, trak, &t, e) < 0
			? -1
			: load_all(s, &stbl, &t, e);
	if (r > 0)
		r = read_samples(s, &t, sink, timed, found, e);
	release(&t);
	return r < 0 ? -1 : 0;
}

int
video_gopro(struct source *s, const struct box *moov,
    const struct reader_sink *sink, struct reader_about *about, uint64_t *found,
    struct err *e)
{
	uint64_t at = moov->body, timed = 0;
	struct box trak;
	int r;

	while ((r = box_next(s, &at, moov->end, &trak, e)) > 0) {
		if (!box_is(&trak, "trak"))
			continue;
		r = is_telemetry(s, &trak, e);
		if (r > 0)
			r = read_track(s, &trak, sink, &timed, found, e);
		if (r < 0)
			return -1;
	}
	if (timed > 0)
		about->clock = TRACK_CLOCK_UTC;
	return r;
}
