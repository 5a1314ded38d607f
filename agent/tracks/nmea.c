/*
 * nmea: a fix waits until its second is over, since receivers differ in whether
 * the GGA with the height comes before the RMC or behind it.
 */
#include "agent/tracks/nmea.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/tracks/figures.h"
#include "agent/tracks/reader.h"

#define FIELDS_MAX   32
#define MPS_PER_KNOT (1852.0 / 3600)
#define DAY_MS       86400000

/* A sentence: its address and what follows, between commas. */
struct sentence {
	uint64_t offset;
	struct str field[FIELDS_MAX];
	size_t count;
};

enum verdict {
	VERDICT_NONE, /* no sentence */
	VERDICT_GOOD,
	VERDICT_BARE, /* without a checksum */
	VERDICT_BAD
};

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Is the checksum behind "*" that of what stands before it? */
static enum verdict
judge(struct str s, size_t *body_len)
{
	const char *star = memchr(s.p, '*', s.len);
	unsigned sum = 0;
	int high, low;

	*body_len = star ? (size_t)(star - s.p) : s.len;
	if (!star)
		return VERDICT_BARE;
	if (s.len < *body_len + 3)
		return VERDICT_BAD;
	for (size_t i = 1; i < *body_len; i++)
		sum ^= (unsigned char)s.p[i];
	high = hex_digit(star[1]);
	low = hex_digit(star[2]);
	return high >= 0 && low >= 0 && (unsigned)(high * 16 + low) == sum
		   ? VERDICT_GOOD
		   : VERDICT_BAD;
}

static void
split(struct str body, struct sentence *out)
{
	const char *p = body.p + 1;
	const char *end = body.p + body.len;

	out->count = 0;
	while (out->count < FIELDS_MAX) {
		const char *comma = memchr(p, ',', (size_t)(end - p));
		const char *stop = comma ? comma : end;

		out->field[out->count++] = str_make(p, (size_t)(stop - p));
		if (!comma)
			break;
		p = comma + 1;
	}
}

/*
 * The last sentence of a line: what stands before it is noise of the line or a
 * sentence that broke off.
 */
static enum verdict
find_sentence(struct str line, uint64_t offset, struct sentence *out)
{
	const char *dollar =
	    line.len > 0 ? memrchr(line.p, '$', line.len) : NULL;
	enum verdict v;
	size_t body_len;

	if (!dollar)
		return VERDICT_NONE;
	out->offset = offset + (uint64_t)(dollar - line.p);
	line = str_make(dollar, line.len - (size_t)(dollar - line.p));
	v = judge(line, &body_len);
	split(str_make(line.p, body_len), out);
	return v;
}

static bool
is_type(const struct sentence *s, const char *type)
{
	struct str address = s->field[0];

	return address.len == 5 && memcmp(address.p + 2, type, 3) == 0;
}

static struct str
field(const struct sentence *s, size_t i)
{
	return i < s->count ? s->field[i] : (struct str){ 0 };
}

/* "hhmmss.sss" as ms of the day, or -1. */
static int64_t
time_of_day(struct str s)
{
	double seconds;
	int64_t whole;

	if (s.len < 6 || !figures_whole(str_make(s.p, 4), &whole) ||
	    !figures_number(str_make(s.p + 4, s.len - 4), &seconds) ||
	    whole / 100 > 23 || whole % 100 > 59 || seconds < 0 ||
	    seconds >= 61)
		return -1;
	return (whole / 100 * 3600 + whole % 100 * 60) * 1000 +
	       (int64_t)floor(seconds * 1000 + 0.5);
}

static bool
is_day(int64_t day, int64_t month)
{
	return day >= 1 && day <= 31 && month >= 1 && month <= 12;
}

/* "ddmmyy" as ms since 1970, or CLOCK_NONE; 80 and later are of last century. */
static int64_t
date_of(struct str s)
{
	int64_t v, year;

	if (s.len != 6 || !figures_whole(s, &v) ||
	    !is_day(v / 10000, v / 100 % 100))
		return CLOCK_NONE;
	year = v % 100 >= 80 ? 1900 + v % 100 : 2000 + v % 100;
	return clock_from_utc(
	    (int)year, (int)(v / 100 % 100), (int)(v / 10000), 0, 0, 0);
}

/* "ddmm.mmmm" with its hemisphere as degrees; false if it is none. */
static bool
read_angle(struct str s, struct str side, const char *sides, double *out)
{
	double v, degrees;

	if (!figures_number(s, &v) || v < 0 || side.len != 1 ||
	    !strchr(sides, side.p[0]))
		return false;
	degrees = floor(v / 100);
	*out = degrees + (v - degrees * 100) / 60;
	if (side.p[0] == sides[1])
		*out = -*out;
	return v - degrees * 100 < 60;
}

static bool
read_place(struct nmea *n, const struct sentence *s, size_t at)
{
	return read_angle(field(s, at), field(s, at + 1), "NS", &n->fix.lat) &&
	       read_angle(
		   field(s, at + 2), field(s, at + 3), "EW", &n->fix.lon) &&
	       track_fix_is_place(&n->fix);
}

void
nmea_flush(struct nmea *n)
{
	if (n->is_waiting)
		n->sink->fix(n->sink->user, &n->fix);
	n->is_waiting = false;
}

static int64_t
day_part(int64_t ms)
{
	return (ms % DAY_MS + DAY_MS) % DAY_MS;
}

/* The place of a sentence is damaged. */
static void
complain(struct nmea *n, const struct sentence *s)
{
	char why[80];

	snprintf(why, sizeof(why),
	    "a sentence %.*s without a place that can be read",
	    STR_ARG(s->field[0]));
	n->sink->skip(n->sink->user, s->offset, why);
}

static void
take_rmc(struct nmea *n, const struct sentence *s)
{
	int64_t day = date_of(field(s, 9));
	int64_t at = time_of_day(field(s, 1));

	nmea_flush(n);
	if (!str_is(field(s, 2), "A"))
		return;
	n->fix = track_fix_at(s->offset);
	if (!read_place(n, s, 3)) {
		complain(n, s);
		return;
	}
	if (day != CLOCK_NONE && at >= 0) {
		n->fix.time_ms = day + at;
		n->timed++;
	}
	n->fix.speed_mps =
	    (float)((double)figures_float(field(s, 7)) * MPS_PER_KNOT);
	n->fix.course_deg = figures_float(field(s, 8));
	if (at >= 0 && at == n->height_ms)
		n->fix.altitude_m = n->height_m;
	n->is_waiting = true;
}

/* Without RMC there is no date but a ZDA's; past midnight is a day later. */
static void
date_gga(struct nmea *n, int64_t at)
{
	if (n->day_ms == CLOCK_NONE || at < 0)
		return;
	if (at < n->last_ms - DAY_MS / 2)
		n->day_ms += DAY_MS;
	n->last_ms = at;
	n->fix.time_ms = n->day_ms + at;
	n->timed++;
}

static void
take_gga(struct nmea *n, const struct sentence *s)
{
	int64_t at = time_of_day(field(s, 1));
	int64_t quality;

	if (!figures_whole(field(s, 6), &quality) || quality == 0)
		return;
	n->height_ms = at;
	n->height_m = figures_float(field(s, 9));
	n->hdop = figures_float(field(s, 8));
	if (n->has_rmc) {
		if (n->is_waiting && n->fix.time_ms != CLOCK_NONE &&
		    day_part(n->fix.time_ms) == at)
			n->fix.altitude_m = n->height_m;
		return;
	}
	nmea_flush(n);
	n->fix = track_fix_at(s->offset);
	if (!read_place(n, s, 2)) {
		complain(n, s);
		return;
	}
	n->fix.altitude_m = n->height_m;
	date_gga(n, at);
	n->is_waiting = true;
}

static void
take_zda(struct nmea *n, const struct sentence *s)
{
	int64_t at = time_of_day(field(s, 1));
	int64_t day, month, year;

	if (at < 0 || !figures_whole(field(s, 2), &day) ||
	    !figures_whole(field(s, 3), &month) ||
	    !figures_whole(field(s, 4), &year) || !is_day(day, month) ||
	    year < 1980 || year > 2199)
		return;
	n->day_ms = clock_from_utc((int)year, (int)month, (int)day, 0, 0, 0);
	n->last_ms = at;
}

/* Is it good, in this file? */
static bool
is_good(struct nmea *n, enum verdict v, const struct sentence *s)
{
	if (v == VERDICT_GOOD || (v == VERDICT_BARE && !n->has_checksums))
		return true;
	if (v != VERDICT_NONE)
		n->sink->skip(n->sink->user, s->offset,
		    v == VERDICT_BARE ? "a sentence that breaks off"
				      : "a sentence with a wrong checksum");
	return false;
}

static void
take(struct nmea *n, const struct sentence *s)
{
	if (is_type(s, "RMC"))
		take_rmc(n, s);
	else if (is_type(s, "GGA"))
		take_gga(n, s);
	else if (is_type(s, "ZDA"))
		take_zda(n, s);
}

void
nmea_init(struct nmea *n, const struct reader_sink *sink)
{
	*n = (struct nmea){
		.sink = sink, .height_ms = -1, .hdop = NAN, .day_ms = CLOCK_NONE
	};
}

void
nmea_survey(struct nmea *n, struct str line)
{
	struct sentence sentence;
	enum verdict v = find_sentence(line, 0, &sentence);

	if (v == VERDICT_NONE || v == VERDICT_BAD)
		return;
	n->has_checksums = n->has_checksums || v == VERDICT_GOOD;
	n->has_rmc = n->has_rmc || is_type(&sentence, "RMC");
}

bool
nmea_take(struct nmea *n, struct str line, uint64_t offset)
{
	struct sentence sentence;
	enum verdict v = find_sentence(line, offset, &sentence);

	if (is_good(n, v, &sentence))
		take(n, &sentence);
	return v != VERDICT_NONE;
}
