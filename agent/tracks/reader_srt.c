/*
 * reader_srt: line by line; a position is told when its line has been read,
 * with the time and the cue that stood above it.
 */
#include "agent/tracks/reader_srt.h"

#include <math.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/tracks/figures.h"
#include "agent/tracks/source.h"
#include "agent/tracks/zones.h"

struct srt {
	const struct reader_sink *sink;
	struct zones zones;
	bool is_lat_first;        /* in GPS(…), as the first pass found */
	int64_t time_ms, clip_ms; /* of the present cue */
	uint64_t cue;             /* where it begins */
	bool has_place;           /* or there is no cue */
};

/* What stands behind text in line, or an absent str. */
static struct str
behind(struct str line, const char *text)
{
	size_t len = strlen(text);
	const char *p = memmem(line.p, line.len, text, len);

	if (!p)
		return (struct str){ 0 };
	p += len;
	return str_make(p, (size_t)(line.p + line.len - p));
}

/* s up to the first of the characters in ends; all of it if none stands. */
static struct str
up_to(struct str s, const char *ends)
{
	for (size_t i = 0; i < s.len; i++)
		if (strchr(ends, s.p[i]) && s.p[i] != '\0')
			return str_make(s.p, i);
	return s;
}

/* "[latitude : 51.7]": the value behind a name and a colon, with its end. */
static bool
read_named(struct str line, const char *name, double *out)
{
	struct str s = str_trim(behind(line, name));

	if (!str_has_prefix(s, ":") || !memchr(s.p, ']', s.len))
		return false;
	return figures_number(up_to(str_make(s.p + 1, s.len - 1), "]"), out);
}

/* "(149.0251,-20.2533,16)": the first two; false if it is not whole. */
static bool
read_pair(struct str s, double *first, double *second)
{
	struct str one, two;

	s = str_trim(s);
	if (!str_has_prefix(s, "(") || !memchr(s.p, ')', s.len))
		return false;
	s = up_to(str_make(s.p + 1, s.len - 1), ")");
	one = up_to(s, ",");
	if (one.len == s.len)
		return false;
	two = up_to(str_make(s.p + one.len + 1, s.len - one.len - 1), ",");
	return figures_number(one, first) && figures_number(two, second);
}

/* "00:00:01,040" as ms; -1 if it is none. */
static int64_t
cue_ms(struct str s)
{
	static const int64_t most[] = { 99999, 59, 59, 999 };
	int64_t part[4] = { 0 };

	for (int i = 0; i < 4; i++) {
		struct str one = up_to(s, ":,.");

		if (!figures_whole(one, &part[i]) || part[i] > most[i])
			return -1;
		if (one.len < s.len)
			one.len++;
		else if (i < 3)
			return -1;
		s = str_make(s.p + one.len, s.len - one.len);
	}
	return ((part[0] * 60 + part[1]) * 60 + part[2]) * 1000 + part[3];
}

/* The present cue is over: was there a position in it? */
static void
end_cue(struct srt *r)
{
	if (!r->has_place)
		r->sink->skip(
		    r->sink->user, r->cue, "a subtitle without a position");
	r->has_place = true;
}

/* The number above it has begun a cue already that has a time line too. */
static void
begin_cue(struct srt *r, uint64_t offset, bool is_numbered)
{
	if (is_numbered) {
		end_cue(r);
		r->cue = offset;
		r->has_place = false;
	}
	r->time_ms = CLOCK_NONE;
	r->clip_ms = -1;
}

/* A line that says when: the cue's place in the clip, a date and time. */
static void
take_when(struct srt *r, struct str line, uint64_t offset)
{
	struct str home = behind(line, "HOME");
	struct str date = line;
	int64_t number;

	if (memmem(line.p, line.len, "-->", 3)) {
		begin_cue(r, offset, false);
		r->clip_ms = cue_ms(str_trim(up_to(line, "-")));
		return;
	}
	if (figures_whole(line, &number)) {
		begin_cue(r, offset, true);
		return;
	}
	if (str_is_given(home))
		date = behind(home, ")");
	date = str_trim(up_to(date, "<"));
	if (date.len >= 14 && date.p[0] >= '0' && date.p[0] <= '9')
		zones_read(&r->zones, date, &r->time_ms);
}

/* Is there a position in line, and where does it begin? */
static const char *
find_place(struct str line)
{
	const char *p = memmem(line.p, line.len, "[latitude", 9);

	return p ? p : memmem(line.p, line.len, "GPS", 3);
}

static bool
read_place(const struct srt *r, struct str line, struct track_fix *f)
{
	double one, two;

	if (read_named(line, "[latitude", &f->lat))
		return read_named(line, "[longitude", &f->lon) ||
		       read_named(line, "[longtitude", &f->lon);
	if (!read_pair(behind(line, "GPS"), &one, &two))
		return false;
	f->lat = r->is_lat_first ? one : two;
	f->lon = r->is_lat_first ? two : one;
	return true;
}

static void
take_place(struct srt *r, struct str line, uint64_t offset)
{
	const char *place = find_place(line);
	struct track_fix f;
	struct str speed;

	if (!place)
		return;
	f = track_fix_at(offset + (uint64_t)(place - line.p));
	r->has_place = true;
	if (!read_place(r, line, &f) || !track_fix_is_place(&f)) {
		r->sink->skip(r->sink->user, f.offset,
		    "a position that is not whole or not on Earth");
		return;
	}
	f.time_ms = r->time_ms;
	f.clip_ms = r->clip_ms;
	f.altitude_m =
	    figures_float(up_to(str_trim(behind(line, "abs_alt:")), " ]"));
	speed = behind(line, "H.S ");
	if (str_is_given(speed))
		f.speed_mps = figures_float(up_to(speed, "m"));
	r->sink->fix(r->sink->user, &f);
}

static bool
is_british(double lat, double lon)
{
	return lat >= 49 && lat <= 61 && lon >= -9 && lon <= 2.5;
}

/* Which of the two in GPS(…) is the latitude?  Decided once for the file. */
static int
survey(struct srt *r, struct source *s, struct err *e)
{
	uint64_t at = 0;
	struct str line;
	double one, two;
	int found;

	while ((found = source_line(s, &at, &line, e)) > 0) {
		struct str pair = behind(line, "GPS");

		if (!str_is_given(pair) || !read_pair(pair, &one, &two))
			continue;
		if (fabs(one) > 90)
			return 0;
		if (fabs(two) > 90 ||
		    (is_british(one, two) && !is_british(two, one))) {
			r->is_lat_first = true;
			return 0;
		}
	}
	return found;
}

static int
read_srt(struct source *s, const struct reader_sink *sink,
    struct reader_about *about, struct err *e)
{
	struct srt r = { .sink = sink,
		.time_ms = CLOCK_NONE,
		.clip_ms = -1,
		.has_place = true };
	uint64_t at = 0, begin = 0;
	struct str line;
	int found;

	if (survey(&r, s, e) < 0)
		return -1;
	while ((found = source_line(s, &at, &line, e)) > 0) {
		take_when(&r, line, begin);
		take_place(&r, line, begin);
		begin = at;
	}
	end_cue(&r);
	about->clock = zones_clock(&r.zones);
	return found;
}

/* A cue, or a number and a date, and a position such as drones write. */
static bool
is_srt(struct str head, const char *name)
{
	struct str first;
	int64_t number;

	(void)name;
	if (str_has_prefix(head, "\xef\xbb\xbf"))
		head = str_make(head.p + 3, head.len - 3);
	head = str_trim(head);
	first = up_to(head, "\r\n");
	return figures_whole(first, &number) && find_place(head) != NULL;
}

const struct reader_kind reader_srt_kind = {
	.name = "dji-srt",
	.is_mine = is_srt,
	.read = read_srt,
};
