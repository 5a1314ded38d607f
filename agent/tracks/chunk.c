/*
 * chunk: a byte of flags for each fix says which of its members are there.
 *
 * Numbers are zigzag varints (seven bits a byte, the sign in the lowest), as in
 * protocol buffers.  Columns of their own for each member would compress a
 * little better under a compressor, which is not used: a chunk is read whole.
 */
#include "agent/tracks/chunk.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"

#define VERSION 1

/* The members that may be missing, by their flag. */
enum {
	HAS_TIME = 1,
	HAS_CLIP = 2,
	HAS_ALTITUDE = 4,
	HAS_SPEED = 8,
	HAS_COURSE = 16,
	HAS_HEADING = 32,
	HAS_UNCERTAINTY = 64,
	HAS_SEGMENT = 128 /* it differs from that of the fix before */
};

/* All members as whole numbers. */
enum column {
	LAT,
	LON,
	OFFSET,
	TIME,
	CLIP,
	ALTITUDE,
	SPEED,
	COURSE,
	HEADING,
	UNCERTAINTY,
	SEGMENT,
	COLUMNS
};

struct row {
	int64_t at[COLUMNS];
	unsigned flags;
};

static const unsigned flag_of[COLUMNS] = { 0, 0, 0, HAS_TIME, HAS_CLIP,
	HAS_ALTITUDE, HAS_SPEED, HAS_COURSE, HAS_HEADING, HAS_UNCERTAINTY,
	HAS_SEGMENT };

static int64_t
whole(double v, double scale)
{
	return (int64_t)llround(v * scale);
}

static void
set_float(struct row *r, enum column c, float v, double scale)
{
	if (!isfinite(v) || fabsf(v) > 1e9F)
		return;
	r->flags |= flag_of[c];
	r->at[c] = whole((double)v, scale);
}

/* The row of a fix; what is missing keeps the value of the row before. */
static struct row
row_of(const struct track_fix *f, const struct row *before)
{
	struct row r = *before;

	r.flags = 0;
	r.at[LAT] = whole(f->lat, 1e7);
	r.at[LON] = whole(f->lon, 1e7);
	r.at[OFFSET] = (int64_t)f->offset;
	if (f->time_ms != CLOCK_NONE) {
		r.flags |= HAS_TIME;
		r.at[TIME] = f->time_ms;
	}
	if (f->clip_ms >= 0) {
		r.flags |= HAS_CLIP;
		r.at[CLIP] = f->clip_ms;
	}
	set_float(&r, ALTITUDE, f->altitude_m, 100);
	set_float(&r, SPEED, f->speed_mps, 100);
	set_float(&r, COURSE, f->course_deg, 10);
	set_float(&r, HEADING, f->heading_deg, 10);
	set_float(&r, UNCERTAINTY, f->uncertainty_m, 10);
	r.at[SEGMENT] = f->segment;
	if (r.at[SEGMENT] != before->at[SEGMENT])
		r.flags |= HAS_SEGMENT;
	return r;
}

static void
put_varint(struct buf *out, int64_t v)
{
	uint64_t u = (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);

	while (u >= 0x80) {
		buf_add_char(out, (char)(u | 0x80));
		u >>= 7;
	}
	buf_add_char(out, (char)u);
}

static bool
is_there(unsigned flags, enum column c)
{
	return flag_of[c] == 0 || (flags & flag_of[c]) != 0;
}

static void
put_row(struct buf *out, const struct row *r, const struct row *before)
{
	buf_add_char(out, (char)r->flags);
	for (int c = 0; c < COLUMNS; c++)
		if (is_there(r->flags, (enum column)c))
			put_varint(out, (int64_t)((uint64_t)r->at[c] -
						  (uint64_t)before->at[c]));
}

void
chunk_pack(const struct track_fix *fixes, size_t count, struct buf *out)
{
	struct row before = { 0 };

	CHECK(count > 0 && count <= CHUNK_FIXES_MAX);
	buf_add_char(out, VERSION);
	put_varint(out, (int64_t)count);
	for (size_t i = 0; i < count; i++) {
		struct row r = row_of(&fixes[i], &before);

		put_row(out, &r, &before);
		before = r;
	}
}

void
chunk_pack_marks(const unsigned char *marks, size_t count, struct buf *out)
{
	size_t i = 0;

	while (i < count && marks[i] == TRACK_MARK_KEEP)
		i++;
	if (i == count)
		return;
	for (i = 0; i < count;) {
		size_t run = 1;

		while (i + run < count && marks[i + run] == marks[i])
			run++;
		buf_add_char(out, (char)marks[i]);
		put_varint(out, (int64_t)run);
		i += run;
	}
}

/* ---- What is covered ---- */

static void
widen(struct chunk_cover *c, const struct track_fix *f)
{
	c->south = fmin(c->south, f->lat);
	c->north = fmax(c->north, f->lat);
	c->west = fmin(c->west, f->lon);
	c->east = fmax(c->east, f->lon);
	if (f->uncertainty_m > c->uncertainty_m)
		c->uncertainty_m = f->uncertainty_m;
	if (f->time_ms == CLOCK_NONE)
		return;
	if (c->first_ms == CLOCK_NONE || f->time_ms < c->first_ms)
		c->first_ms = f->time_ms;
	if (c->last_ms == CLOCK_NONE || f->time_ms > c->last_ms)
		c->last_ms = f->time_ms;
}

bool
chunk_cover_find(const struct track_fix *fixes, const unsigned char *marks,
    size_t count, struct chunk_cover *out)
{
	struct chunk_cover c = { 90, -90, 180, -180, CLOCK_NONE, CLOCK_NONE,
		0 };

	for (size_t i = 0; i < count; i++)
		if (!marks || track_mark_is_line(marks[i]))
			widen(&c, &fixes[i]);
	if (c.south > c.north)
		return false;
	*out = c;
	return true;
}

/* ---- Back ---- */

struct reading {
	const char *p, *end;
	bool is_bad;
};

static unsigned
take_byte(struct reading *r)
{
	if (r->p == r->end) {
		r->is_bad = true;
		return 0;
	}
	return (unsigned char)*r->p++;
}

static int64_t
take_varint(struct reading *r)
{
	uint64_t u = 0;
	unsigned byte;
	int shift = 0;

	do {
		byte = take_byte(r);
		if (shift < 64)
			u |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while ((byte & 0x80) && !r->is_bad && shift < 70);
	if (byte & 0x80)
		r->is_bad = true;
	return (int64_t)(u >> 1 ^ (uint64_t) - (int64_t)(u & 1));
}

static struct row
take_row(struct reading *in, const struct row *before)
{
	struct row r = *before;

	r.flags = take_byte(in);
	for (int c = 0; c < COLUMNS; c++)
		if (is_there(r.flags, (enum column)c))
			r.at[c] = (int64_t)((uint64_t)before->at[c] +
					    (uint64_t)take_varint(in));
	return r;
}

static float
get_float(const struct row *r, enum column c, float scale)
{
	return r->flags & flag_of[c] ? (float)r->at[c] / scale : NAN;
}

static struct track_fix
fix_of(const struct row *r)
{
	struct track_fix f = track_fix_at((uint64_t)r->at[OFFSET]);

	f.lat = (double)r->at[LAT] / 1e7;
	f.lon = (double)r->at[LON] / 1e7;
	if (r->flags & HAS_TIME)
		f.time_ms = r->at[TIME];
	if (r->flags & HAS_CLIP)
		f.clip_ms = r->at[CLIP];
	f.altitude_m = get_float(r, ALTITUDE, 100);
	f.speed_mps = get_float(r, SPEED, 100);
	f.course_deg = get_float(r, COURSE, 10);
	f.heading_deg = get_float(r, HEADING, 10);
	f.uncertainty_m = get_float(r, UNCERTAINTY, 10);
	f.segment = (uint32_t)r->at[SEGMENT];
	return f;
}

int
chunk_unpack(
    struct str bytes, struct track_fix *out, size_t *count, struct err *e)
{
	struct reading in = { bytes.p, bytes.p + bytes.len, false };
	struct row before = { 0 };
	unsigned version = take_byte(&in);
	int64_t n = take_varint(&in);

	if (in.is_bad || version != VERSION || n < 1 || n > CHUNK_FIXES_MAX)
		return err_set(e, ERR_CORRUPT,
		    "a stored piece of a track has no right beginning");
	for (int64_t i = 0; i < n; i++) {
		before = take_row(&in, &before);
		out[i] = fix_of(&before);
		if (in.is_bad || !(fabs(out[i].lat) <= 90) ||
		    !(fabs(out[i].lon) <= 180))
			return err_set(e, ERR_CORRUPT,
			    "a stored piece of a track is damaged at fix %d of "
			    "%d",
			    (int)i + 1, (int)n);
	}
	if (in.p != in.end)
		return err_set(e, ERR_CORRUPT,
		    "a stored piece of a track has bytes too many");
	*count = (size_t)n;
	return 0;
}

int
chunk_unpack_marks(
    struct str bytes, size_t count, unsigned char *out, struct err *e)
{
	struct reading in = { bytes.p, bytes.p + bytes.len, false };
	size_t done = 0;

	memset(out, TRACK_MARK_KEEP, count);
	while (in.p != in.end) {
		unsigned mark = take_byte(&in);
		int64_t run = take_varint(&in);

		if (in.is_bad || mark > TRACK_MARK_LINK || run < 1 ||
		    (uint64_t)run > count - done)
			return err_set(e, ERR_CORRUPT,
			    "the marks of a stored piece of a track are "
			    "damaged at fix %zu of %zu",
			    done + 1, count);
		memset(out + done, (int)mark, (size_t)run);
		done += (size_t)run;
	}
	if (bytes.len > 0 && done != count)
		return err_set(e, ERR_CORRUPT,
		    "a stored piece of a track has marks for %zu of %zu fixes",
		    done, count);
	return 0;
}
