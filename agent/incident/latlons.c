/*
 * latlons: read one angle, what parts them, and another; then see whether they
 * can be a place.  Works on the bytes, since a degree sign is no token.
 */
#include "agent/incident/latlons.h"

#include <math.h>
#include <string.h>

#include "agent/base/arena.h"

#define PLACES_MAX 12 /* decimals that count */
#define PLACES_MIN 3  /* of a bare pair */

/* The British Isles. */
#define LAT_MIN 49.0
#define LAT_MAX 61.0
#define LON_MIN (-9.0)
#define LON_MAX 2.5

/* Metres in a degree of latitude, and of longitude at 52 degrees. */
#define LAT_M 111200.0
#define LON_M 68700.0

/* Nobody stands still for better than this. */
#define LEAST_M 10.0

/* What is left to read. */
struct cursor {
	const char *p, *end;
};

/* One angle as written. */
struct angle {
	double degrees;
	double step;     /* the size of its last place, in degrees */
	char hemisphere; /* N, S, E, W or NUL */
	bool marked;     /* it has a degree sign, or minutes */
	bool decimal;
	int places;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	c = idtext_upper(c);
	return c >= 'A' && c <= 'Z';
}

/* Move over one of the words, separated by NUL, ending with an empty one. */
static bool
skip_one(struct cursor *c, const char *words)
{
	for (; *words != '\0'; words += strlen(words) + 1) {
		size_t k = 0, len = strlen(words);

		while (k < len && c->p + k < c->end &&
		       idtext_upper(c->p[k]) == words[k])
			k++;
		if (k == len) {
			c->p += len;
			return true;
		}
	}
	return false;
}

static void
skip_spaces(struct cursor *c)
{
	while (c->p < c->end && (*c->p == ' ' || *c->p == '\t'))
		c->p++;
	while (skip_one(c, "\xc2\xa0\0"))
		;
}

/* N, S, E or W that stands by itself, else NUL. */
static char
read_hemisphere(struct cursor *c)
{
	struct cursor at = *c;
	char letter;

	skip_spaces(&at);
	if (at.p == at.end || !strchr("NSEW", idtext_upper(*at.p)))
		return '\0';
	letter = idtext_upper(*at.p++);
	if (skip_one(&at, "ORTH\0OUTH\0AST\0EST\0"))
		letter = idtext_upper(letter);
	if (at.p < at.end && is_letter(*at.p))
		return '\0';
	*c = at;
	return letter;
}

/* Digits with at most one point; false if there are none. */
static bool
read_number(struct cursor *c, double *value, int *places)
{
	double scale = 1;
	size_t digits = 0;

	*value = 0;
	*places = 0;
	for (; c->p < c->end && is_digit(*c->p) && digits < 4; digits++)
		*value = *value * 10 + (*c->p++ - '0');
	if (digits == 0 || (c->p < c->end && is_digit(*c->p)))
		return false;
	if (c->end - c->p < 2 || *c->p != '.' || !is_digit(c->p[1]))
		return true;
	for (c->p++; c->p < c->end && is_digit(*c->p); c->p++) {
		if (*places == PLACES_MAX)
			continue;
		scale /= 10;
		*value += (*c->p - '0') * scale;
		++*places;
	}
	return true;
}

static bool
skip_degree_mark(struct cursor *c)
{
	struct cursor at = *c;

	skip_spaces(&at);
	if (!skip_one(&at, "\xc2\xb0\0\xc2\xba\0DEGREES\0DEGS\0DEG\0") &&
	    !(at.p < at.end && idtext_upper(*at.p) == 'D' &&
		at.p + 1 < at.end && (is_digit(at.p[1]) || at.p[1] == ' ') &&
		skip_one(&at, "D\0")))
		return false;
	*c = at;
	return true;
}

static bool
skip_minute_mark(struct cursor *c)
{
	struct cursor at = *c;

	skip_spaces(&at);
	if (!skip_one(
		&at, "\xe2\x80\xb2\0\xe2\x80\x99\0'\0MINUTES\0MINS\0MIN\0M\0"))
		return false;
	*c = at;
	return true;
}

static bool
skip_second_mark(struct cursor *c)
{
	struct cursor at = *c;

	skip_spaces(&at);
	if (!skip_one(&at,
		"\xe2\x80\xb3\0\xe2\x80\x9d\0\"\0''\0SECONDS\0SECS\0SEC\0S\0"))
		return false;
	*c = at;
	return true;
}

/* A whole part of sixty at c, if one stands there. */
static bool
read_sixtieth(struct cursor *c, double *value, int *places)
{
	struct cursor at = *c;

	skip_spaces(&at);
	if (!read_number(&at, value, places) || *value >= 60)
		return false;
	*c = at;
	return true;
}

/* Minutes and seconds after degrees, marked or with spaces. */
static void
read_minutes(struct cursor *c, struct angle *a)
{
	struct cursor at = *c;
	double minutes, seconds;
	int places;
	bool spaced = at.p < at.end && *at.p == ' ';

	if ((!a->marked && !spaced) || !read_sixtieth(&at, &minutes, &places))
		return;
	/* Without any sign it may be the other angle. */
	if (!skip_minute_mark(&at) && !a->marked && a->hemisphere == '\0') {
		struct cursor look = at;
		int ignored;

		if (read_sixtieth(&look, &seconds, &ignored))
			(void)skip_second_mark(&look);
		if (read_hemisphere(&look) == '\0')
			return;
	}
	a->marked = true;
	a->decimal = false;
	a->degrees += minutes / 60;
	a->step = pow(10, -places) / 60;
	*c = at;
	if (places > 0 || !read_sixtieth(&at, &seconds, &places))
		return;
	(void)skip_second_mark(&at);
	a->degrees += seconds / 3600;
	a->step = pow(10, -places) / 3600;
	*c = at;
}

static bool
read_angle(struct cursor *c, struct angle *a)
{
	bool negative = false;

	memset(a, 0, sizeof(*a));
	a->hemisphere = read_hemisphere(c);
	skip_spaces(c);
	if (c->p < c->end && (*c->p == '-' || *c->p == '+'))
		negative = *c->p++ == '-';
	else if (skip_one(c, "\xe2\x88\x92\0"))
		negative = true;
	if (!read_number(c, &a->degrees, &a->places) || a->degrees > 180)
		return false;
	a->decimal = a->places > 0;
	a->step = pow(10, -a->places);
	a->marked = skip_degree_mark(c);
	if (!a->decimal)
		read_minutes(c, a);
	if (a->hemisphere == '\0')
		a->hemisphere = read_hemisphere(c);
	if (negative || a->hemisphere == 'S' || a->hemisphere == 'W')
		a->degrees = -a->degrees;
	return true;
}

/* What may stand between the two; false if they do not belong together. */
static bool
skip_between(struct cursor *c)
{
	const char *from = c->p;

	for (;;) {
		skip_spaces(c);
		if (c->p < c->end && strchr(",;/:=", *c->p))
			c->p++;
		else if (!skip_one(
			     c, "LONGITUDE\0LONG\0LON\0LNG\0AND\0BY\0&\0"))
			break;
	}
	return c->p > from && c->p < c->end;
}

/* Does the angle say that it is one, rather than any number? */
static bool
is_plain(const struct angle *a)
{
	return a->hemisphere == '\0' && !a->marked;
}

static bool
is_lat(double degrees)
{
	return degrees >= LAT_MIN && degrees <= LAT_MAX;
}

static bool
is_lon(double degrees)
{
	return degrees >= LON_MIN && degrees <= LON_MAX;
}

/* "N" and "S" are of latitudes, "E" and "W" of longitudes. */
static bool
may_be(const struct angle *a, const char *hemispheres)
{
	return a->hemisphere == '\0' || strchr(hemispheres, a->hemisphere);
}

/* Are the two angles a place?  Swaps them if they are the other way round. */
static bool
is_place(struct angle *lat, struct angle *lon, bool led, bool *swapped)
{
	struct angle first = *lat;
	int least = led ? 1 : PLACES_MIN;

	*swapped = is_lon(lat->degrees) && is_lat(lon->degrees);
	if (*swapped) {
		*lat = *lon;
		*lon = first;
	}
	if (!is_lat(lat->degrees) || !is_lon(lon->degrees) ||
	    !may_be(lat, "NS") || !may_be(lon, "EW"))
		return false;
	/* Longitude before latitude is no slip where both are named. */
	if (*swapped && lat->hemisphere != '\0' && lon->hemisphere != '\0')
		*swapped = false;
	return (!is_plain(lat) && !is_plain(lon)) ||
	       (lat->decimal && lon->decimal && lat->places >= least &&
		   lon->places >= least);
}

static double
place_uncertainty(const struct angle *lat, const struct angle *lon)
{
	double north = lat->step * LAT_M / 2, east = lon->step * LON_M / 2;

	return fmax(sqrt(north * north + east * east), LEAST_M);
}

/* Does "lat" or the like stand right before byte at? */
static bool
is_led(const struct idtext *t, size_t i)
{
	static const char *const words[] = { "LAT", "LATITUDE", "LATLONG",
		"LATLON", "LL", "COORDS", "COORDINATES", "COORD", "GPS", "LON",
		"LONG", "LONGITUDE", "WGS84", "Q" };
	size_t n, k;

	for (n = 0; n < 3 && i > 0; n++, i--)
		for (k = 0; k < sizeof(words) / sizeof(*words); k++)
			if (idtext_is(t, i - 1, words[k]))
				return true;
	return false;
}

/* Where to begin to read for token i: at its sign, if it has one. */
static const char *
begin_of(const struct idtext *t, size_t i)
{
	const char *p = t->text.p + t->tokens[i].start;

	if (p > t->text.p && (p[-1] == '-' || p[-1] == '+') &&
	    (p - 1 == t->text.p || !is_letter(p[-2])))
		return p - 1;
	return p;
}

/* Can token i begin an angle?  Most cannot, which keeps this cheap. */
static bool
may_begin(const struct idtext *t, size_t i)
{
	struct str s = idtext_str(t, i);
	size_t k = strchr("NSEWnsew", s.p[0]) != NULL;

	if (t->tokens[i].kind == IDTEXT_SIGNS || s.len > 5)
		return false;
	if (k == s.len) /* "N 51…" */
		return i + 1 < t->count &&
		       t->tokens[i + 1].kind == IDTEXT_DIGITS &&
		       t->tokens[i].gap == IDTEXT_SPACE;
	return is_digit(s.p[k]) &&
	       (k + 1 >= s.len || k + 3 >= s.len || !is_digit(s.p[k + 1]) ||
		   !is_digit(s.p[k + 2]));
}

size_t
latlons_read(
    struct idtext *t, size_t i, struct arena *arena, struct finding *out)
{
	struct cursor c;
	struct angle lat, lon;
	size_t last = i, start, end;
	bool swapped, led;

	if (!may_begin(t, i))
		return 0;
	c.p = begin_of(t, i);
	c.end = t->text.p + t->text.len;
	start = (size_t)(c.p - t->text.p);
	if (!read_angle(&c, &lat) || !skip_between(&c) || !read_angle(&c, &lon))
		return 0;
	/* Words before it matter only to what lies in the British Isles. */
	if (!is_lat(lat.degrees) && !is_lat(lon.degrees))
		return 0;
	led = is_led(t, i) || (start > 0 && t->text.p[start - 1] == '@');
	if (!is_place(&lat, &lon, led, &swapped))
		return 0;
	end = (size_t)(c.p - t->text.p);
	while (last < t->count && t->tokens[last].start < end)
		last++;
	*out = finding_make(FINDING_DEGREES, start, end,
	    swapped ? "latitude and longitude, put the right way round"
		    : "latitude and longitude");
	out->lat = lat.degrees;
	out->lon = lon.degrees;
	out->uncertainty_m = place_uncertainty(&lat, &lon);
	out->certainty = swapped ? 75 : led || lat.marked ? 97 : 90;
	out->is_doubtful = swapped;
	out->value = arena_strf(arena, "%.6f,%.6f", lat.degrees, lon.degrees);
	idtext_take(t, i, last, IDTEXT_DEGREES);
	return last - i;
}
