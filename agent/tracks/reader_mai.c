/*
 * reader_mai: five fields of a line, split at commas; no field is ever quoted.
 */
#include "agent/tracks/reader_mai.h"

#include <math.h>
#include <string.h>

#include "agent/base/err.h"
#include "agent/tracks/figures.h"
#include "agent/tracks/source.h"

#define FIELDS 5

/* The first fields of a line; false if it has fewer. */
static bool
split(struct str line, struct str out[FIELDS])
{
	for (size_t i = 0; i < FIELDS; i++) {
		const char *comma =
		    line.len > 0 ? memchr(line.p, ',', line.len) : NULL;
		size_t n = comma ? (size_t)(comma - line.p) : line.len;

		if (!comma && i + 1 < FIELDS)
			return false;
		out[i] = str_make(line.p, n);
		n += comma != NULL;
		line = str_make(line.p + n, line.len - n);
	}
	return true;
}

static void
take_line(const struct reader_sink *sink, struct str line, uint64_t offset)
{
	struct track_fix f = track_fix_at(offset);
	struct str field[FIELDS];
	int64_t epoch;

	if (str_has_prefix(line, "$V") || str_trim(line).len == 0)
		return;
	if (!split(line, field)) {
		sink->skip(sink->user, offset, "a line that is cut short");
		return;
	}
	if (!str_is(field[1], "A"))
		return;
	if (!figures_whole(field[0], &epoch) ||
	    !figures_number(field[2], &f.lat) ||
	    !figures_number(field[3], &f.lon) || !track_fix_is_place(&f)) {
		sink->skip(sink->user, offset,
		    "a line without a time or a position on Earth");
		return;
	}
	f.time_ms = epoch > INT64_C(7258118400) ? epoch : epoch * 1000;
	f.course_deg = figures_float(field[4]) / 100;
	if (!(f.course_deg >= 0 && f.course_deg <= 360))
		f.course_deg = NAN;
	sink->fix(sink->user, &f);
}

static int
read_mai(struct source *s, const struct reader_sink *sink,
    struct reader_about *about, struct err *e)
{
	about->clock = TRACK_CLOCK_UTC;
	return reader_each_line(s, sink, take_line, e);
}

static bool
is_mai(struct str head, const char *name)
{
	(void)name;
	return str_has_prefix(head, "$V01") || str_has_prefix(head, "$V02");
}

const struct reader_kind reader_mai_kind = {
	.name = "video",
	.is_mine = is_mai,
	.read = read_mai,
};
