/*
 * figures: a decimal of up to 15 digits and a small exponent is the exact
 * quotient or product of two exact doubles (Clinger 1990, "How to read
 * floating point numbers accurately"); whatever is longer goes to strtod().
 */
#include "agent/tracks/figures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/clock.h"

/* The longest text strtod() is asked about. */
#define NUMBER_MAX 64

struct decimal {
	uint64_t digits;
	int digit_count; /* without leading zeroes */
	int seen;        /* with them */
	int exponent;
	bool is_negative;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits at *at, after the point or before it. */
static void
take_digits(struct str s, size_t *at, bool is_fraction, struct decimal *d)
{
	for (; *at < s.len && is_digit(s.p[*at]); (*at)++) {
		d->seen++;
		if (d->digit_count < 19)
			d->digits = d->digits * 10 + (uint64_t)(s.p[*at] - '0');
		if (d->digits > 0)
			d->digit_count++;
		d->exponent -= is_fraction;
	}
}

/* "e-7" at *at; false if it is begun and not whole. */
static bool
take_exponent(struct str s, size_t *at, struct decimal *d)
{
	bool is_negative = false;
	int n = 0;

	if (*at == s.len || (s.p[*at] != 'e' && s.p[*at] != 'E'))
		return true;
	(*at)++;
	if (*at < s.len && (s.p[*at] == '-' || s.p[*at] == '+'))
		is_negative = s.p[(*at)++] == '-';
	if (*at == s.len)
		return false;
	for (; *at < s.len && is_digit(s.p[*at]); (*at)++)
		if (n < 1000)
			n = n * 10 + (s.p[*at] - '0');
	d->exponent += is_negative ? -n : n;
	return true;
}

static bool
take_decimal(struct str s, struct decimal *d)
{
	size_t at = 0;

	*d = (struct decimal){ 0 };
	if (s.len > 0 && (s.p[0] == '-' || s.p[0] == '+'))
		d->is_negative = s.p[at++] == '-';
	take_digits(s, &at, false, d);
	if (at < s.len && s.p[at] == '.') {
		at++;
		take_digits(s, &at, true, d);
	}
	return d->seen > 0 && take_exponent(s, &at, d) && at == s.len;
}

static bool
read_slowly(struct str s, double *out)
{
	char text[NUMBER_MAX + 1];

	if (s.len > NUMBER_MAX)
		return false;
	memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	*out = strtod(text, NULL);
	return isfinite(*out);
}

bool
figures_number(struct str s, double *out)
{
	static const double powers[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7,
		1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
		1e19, 1e20, 1e21, 1e22 };
	struct decimal d;
	double v;

	s = str_trim(s);
	if (!take_decimal(s, &d))
		return false;
	if (d.digit_count > 15 || d.exponent > 22 || d.exponent < -22)
		return read_slowly(s, out);
	v = (double)d.digits;
	v = d.exponent < 0 ? v / powers[-d.exponent] : v * powers[d.exponent];
	*out = d.is_negative ? -v : v;
	return true;
}

float
figures_float(struct str s)
{
	double v;

	return figures_number(s, &v) ? (float)v : NAN;
}

bool
figures_whole(struct str s, int64_t *out)
{
	int64_t v = 0;

	s = str_trim(s);
	if (s.len == 0 || s.len > 18)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (!is_digit(s.p[i]))
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	*out = v;
	return true;
}

/* ---- Times ---- */

struct reading {
	struct str s;
	size_t at;
};

/* One to max digits. */
static bool
take_part(struct reading *r, int max, int *out)
{
	int n = 0;

	*out = 0;
	while (n < max && r->at < r->s.len && is_digit(r->s.p[r->at])) {
		*out = *out * 10 + (r->s.p[r->at++] - '0');
		n++;
	}
	return n > 0;
}

static bool
take_one_of(struct reading *r, const char *chars)
{
	if (r->at >= r->s.len || !strchr(chars, r->s.p[r->at]) ||
	    r->s.p[r->at] == '\0')
		return false;
	r->at++;
	return true;
}

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool
is_date(int year, int month, int day)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };

	return year >= 1970 && year <= 2199 && month >= 1 && month <= 12 &&
	       day >= 1 &&
	       day <= days[month - 1] + (month == 2 && is_leap(year));
}

static bool
take_date(struct reading *r, int *year, int *month, int *day)
{
	return take_part(r, 4, year) && take_one_of(r, "-./") &&
	       take_part(r, 2, month) && take_one_of(r, "-./") &&
	       take_part(r, 2, day) && is_date(*year, *month, *day);
}

/* ".123456", ",123,456": thousandths of a second. */
static int
take_fraction(struct reading *r)
{
	int ms = 0, n = 0, rest;

	if (!take_one_of(r, ".,"))
		return 0;
	for (; r->at < r->s.len && is_digit(r->s.p[r->at]); r->at++, n++)
		if (n < 3)
			ms = ms * 10 + (r->s.p[r->at] - '0');
	for (; n < 3; n++)
		ms *= 10;
	while (take_one_of(r, ","))
		if (!take_part(r, 6, &rest))
			break;
	return ms;
}

/* "Z", "+01:00", "-0330", "+01": minutes east; false if malformed. */
static bool
take_zone(struct reading *r, int *minutes, bool *has_zone)
{
	int hours = 0, rest = 0;
	bool is_west;

	*minutes = 0;
	*has_zone = false;
	while (take_one_of(r, " "))
		;
	if (r->at == r->s.len)
		return true;
	*has_zone = true;
	if (take_one_of(r, "Zz"))
		return r->at == r->s.len;
	is_west = r->s.p[r->at] == '-';
	if (!take_one_of(r, "+-") || !take_part(r, 2, &hours))
		return false;
	(void)take_one_of(r, ":");
	(void)take_part(r, 2, &rest);
	*minutes = (hours * 60 + rest) * (is_west ? -1 : 1);
	return r->at == r->s.len && hours <= 15 && rest <= 59;
}

bool
figures_time(struct str s, int64_t *ms, bool *has_zone)
{
	struct reading r = { str_trim(s), 0 };
	int year, month, day, hour, minute, second = 0, fraction, zone;

	if (!take_date(&r, &year, &month, &day) || !take_one_of(&r, "Tt ") ||
	    !take_part(&r, 2, &hour) || !take_one_of(&r, ":") ||
	    !take_part(&r, 2, &minute))
		return false;
	if (take_one_of(&r, ":") && !take_part(&r, 2, &second))
		return false;
	fraction = take_fraction(&r);
	if (hour > 23 || minute > 59 || second > 60 ||
	    !take_zone(&r, &zone, has_zone))
		return false;
	*ms = clock_from_utc(
		  year, month, day, hour, minute, second > 59 ? 59 : second) +
	      (second > 59 ? 1000 : 0) + fraction - (int64_t)zone * 60000;
	return true;
}
