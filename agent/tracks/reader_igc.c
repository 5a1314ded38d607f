/*
 * reader_igc: fixed columns, one record a line.
 */
#include "agent/tracks/reader_igc.h"

#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/tracks/figures.h"
#include "agent/tracks/source.h"

/* A B record up to its heights: BHHMMSSDDMMmmmNDDDMMmmmEAPPPPPGGGGG. */
#define B_LEN_MIN 25
#define B_LEN     35
#define DAY_MS    86400000

struct igc {
	const struct reader_sink *sink;
	int64_t day_ms;  /* CLOCK_NONE until an H record says */
	int64_t last_ms; /* time of day of the fix before */
	uint64_t timed;
};

/* len digits from column from; -1 if there are others. */
static int64_t
digits(struct str line, size_t from, size_t len)
{
	int64_t v;

	if (line.len < from + len ||
	    !figures_whole(str_make(line.p + from, len), &v) ||
	    line.p[from] == ' ')
		return -1;
	return v;
}

/* HFDTE030416, HFDTEDATE:030416,01 */
static void
take_date(struct igc *g, struct str line)
{
	size_t from = 5;
	int64_t v;

	while (from < line.len && (line.p[from] < '0' || line.p[from] > '9'))
		from++;
	v = digits(line, from, 6);
	if (v < 0 || v / 10000 < 1 || v / 10000 > 31 || v / 100 % 100 < 1 ||
	    v / 100 % 100 > 12)
		return;
	g->day_ms =
	    clock_from_utc((int)(v % 100 >= 80 ? 1900 : 2000) + (int)(v % 100),
		(int)(v / 100 % 100), (int)(v / 10000), 0, 0, 0);
	g->last_ms = -1;
}

static void
take_time(struct igc *g, struct str line, struct track_fix *f)
{
	int64_t v = digits(line, 1, 6);
	int64_t at;

	if (v < 0 || v / 10000 > 23 || v / 100 % 100 > 59 || v % 100 > 59 ||
	    g->day_ms == CLOCK_NONE)
		return;
	at = (v / 10000 * 3600 + v / 100 % 100 * 60 + v % 100) * 1000;
	if (at < g->last_ms - DAY_MS / 2)
		g->day_ms += DAY_MS;
	g->last_ms = at;
	f->time_ms = g->day_ms + at;
	g->timed++;
}

/* Degrees of degree_len digits, minutes and thousandths, and a hemisphere. */
static bool
read_angle(struct str line, size_t from, size_t degree_len, const char *sides,
    double *out)
{
	int64_t degrees = digits(line, from, degree_len);
	int64_t minutes = digits(line, from + degree_len, 5);
	char side = line.p[from + degree_len + 5];

	if (degrees < 0 || minutes < 0 || minutes >= 60000 || side == '\0' ||
	    !strchr(sides, side))
		return false;
	*out = (double)degrees + (double)minutes / 60000;
	if (side == sides[1])
		*out = -*out;
	return true;
}

static void
take_fix(struct igc *g, struct str line, uint64_t offset)
{
	struct track_fix f = track_fix_at(offset);

	if (line.len < B_LEN_MIN || !read_angle(line, 7, 2, "NS", &f.lat) ||
	    !read_angle(line, 15, 3, "EW", &f.lon) || !track_fix_is_place(&f)) {
		g->sink->skip(g->sink->user, offset,
		    "a B record that is cut short or not on Earth");
		return;
	}
	take_time(g, line, &f);
	/* V: no height from the receiver. */
	if (line.len >= B_LEN && line.p[24] == 'A')
		f.altitude_m = figures_float(str_make(line.p + 30, 5));
	g->sink->fix(g->sink->user, &f);
}

static int
read_igc(struct source *s, const struct reader_sink *sink,
    struct reader_about *about, struct err *e)
{
	struct igc g = { .sink = sink, .day_ms = CLOCK_NONE, .last_ms = -1 };
	uint64_t at = 0, begin = 0;
	struct str line;
	int r;

	while ((r = source_line(s, &at, &line, e)) > 0) {
		if (str_has_prefix(line, "HFDTE") ||
		    str_has_prefix(line, "HPDTE"))
			take_date(&g, line);
		else if (str_has_prefix(line, "B"))
			take_fix(&g, line, begin);
		begin = at;
	}
	if (g.timed > 0)
		about->clock = TRACK_CLOCK_UTC;
	return r;
}

/* An A record first, and a date or a fix among what follows. */
static bool
is_igc(struct str head, const char *name)
{
	(void)name;
	return head.len > 7 && head.p[0] == 'A' &&
	       (memmem(head.p, head.len, "\nHFDTE", 6) ||
		   memmem(head.p, head.len, "\nHPDTE", 6));
}

const struct reader_kind reader_igc_kind = {
	.name = "igc",
	.is_mine = is_igc,
	.read = read_igc,
};
