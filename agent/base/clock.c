/*
 * clock: the system's clocks, RFC 3339, and London's summer time.
 *
 * No call to localtime() or strftime(): their answers hang on the machine's
 * zone files and the process's environment, and rules must give the same
 * answer everywhere.  Days are counted in the proleptic Gregorian calendar
 * from 1 March of the year 0, as in "chrono-Compatible Low-Level Date
 * Algorithms" (Howard Hinnant).
 */
#include "agent/base/clock.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent/base/check.h"

#define SECOND_MS ((int64_t)1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

/* The tests' time; CLOCK_NONE means the system's. */
static _Atomic int64_t fake_ms = CLOCK_NONE;

static const char month_names[12][4] = { "Jan", "Feb", "Mar", "Apr", "May",
	"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
static const char day_names[7][4] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat",
	"Sun" };

static int64_t
read_us(clockid_t id)
{
	struct timespec ts;

	CHECK(clock_gettime(id, &ts) == 0);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t
clock_wall_ms(void)
{
	int64_t fake = atomic_load_explicit(&fake_ms, memory_order_relaxed);

	return fake != CLOCK_NONE ? fake : read_us(CLOCK_REALTIME) / 1000;
}

int64_t
clock_mono_us(void)
{
	int64_t fake = atomic_load_explicit(&fake_ms, memory_order_relaxed);

	return fake != CLOCK_NONE ? fake * 1000 : read_us(CLOCK_MONOTONIC);
}

int64_t
clock_kernel_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}

int64_t
clock_thread_us(void)
{
	return read_us(CLOCK_THREAD_CPUTIME_ID);
}

int64_t
clock_mono_ms(void)
{
	int64_t fake = atomic_load_explicit(&fake_ms, memory_order_relaxed);

	return fake != CLOCK_NONE ? fake : read_us(CLOCK_MONOTONIC) / 1000;
}

void
clock_set_fake(int64_t ms)
{
	atomic_store(&fake_ms, ms);
}

void
clock_clear_fake(void)
{
	atomic_store(&fake_ms, CLOCK_NONE);
}

/* a / b, rounded down; b > 0. */
static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Days since 1970-01-01. */
static int64_t
count_days(int64_t year, int month, int day)
{
	int64_t y = year - (month <= 2);
	int64_t era = floor_div(y, 400);
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 -
			     year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

struct date {
	int64_t year;
	int month, day;
};

static struct date
date_of_days(int64_t days)
{
	int64_t z = days + 719468;
	int64_t era = floor_div(z, 146097);
	int64_t doe = z - era * 146097; /* day of era, 0..146096 */
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t shifted = (5 * doy + 2) / 153; /* months since March */
	int month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);

	return (struct date){ yoe + era * 400 + (month <= 2), month,
		(int)(doy - (153 * shifted + 2) / 5 + 1) };
}

/* 0 Monday .. 6 Sunday; 1970-01-01 was a Thursday. */
static int
weekday_of_days(int64_t days)
{
	return (int)(days + 3 - floor_div(days + 3, 7) * 7);
}

static int
days_in_month(int year, int month)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : lengths[month - 1];
}

int64_t
clock_from_utc(int year, int month, int day, int hour, int minute, int second)
{
	CHECK(month >= 1 && month <= 12 && day >= 1 && day <= 31);
	return count_days(year, month, day) * DAY_MS + hour * HOUR_MS +
	       minute * MINUTE_MS + second * SECOND_MS;
}

/* A text being read from the left. */
struct cursor {
	const char *p;
	size_t left;
};

/* Exactly digits decimal digits, or -1. */
static int
read_number(struct cursor *c, size_t digits)
{
	int value = 0;

	if (c->left < digits)
		return -1;
	for (size_t i = 0; i < digits; i++) {
		if (c->p[i] < '0' || c->p[i] > '9')
			return -1;
		value = value * 10 + (c->p[i] - '0');
	}
	c->p += digits;
	c->left -= digits;
	return value;
}

/* One of the characters in set. */
static bool
read_char(struct cursor *c, const char *set)
{
	if (c->left == 0 || *c->p == '\0' || !strchr(set, *c->p))
		return false;
	c->p++;
	c->left--;
	return true;
}

static bool
is_between(int v, int min, int max)
{
	return v >= min && v <= max;
}

/* "2026-01-14" as days. */
static bool
read_date(struct cursor *c, int64_t *days)
{
	int year = read_number(c, 4);
	bool dash = read_char(c, "-");
	int month = read_number(c, 2);
	dash = read_char(c, "-") && dash;
	int day = read_number(c, 2);

	if (!dash || !is_between(year, 1900, 2199) ||
	    !is_between(month, 1, 12) ||
	    !is_between(day, 1, days_in_month(year, month)))
		return false;
	*days = count_days(year, month, day);
	return true;
}

/* "10:42:07.123" as ms of the day; the fraction is cut, not rounded. */
static bool
read_time(struct cursor *c, int64_t *ms, bool *is_leap)
{
	int hour = read_number(c, 2);
	bool colon = read_char(c, ":");
	int minute = read_number(c, 2);
	colon = read_char(c, ":") && colon;
	int second = read_number(c, 2);
	int fraction = 0;

	if (!colon || !is_between(hour, 0, 23) || !is_between(minute, 0, 59) ||
	    !is_between(second, 0, 60))
		return false;
	if (read_char(c, ".")) {
		int unit = 100;
		int digit = read_number(c, 1);
		if (digit < 0)
			return false;
		for (; digit >= 0; digit = read_number(c, 1), unit /= 10)
			fraction += digit * unit;
	}
	*is_leap = second == 60;
	*ms =
	    hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS + fraction;
	return true;
}

/* "Z" or "+01:00" as ms. */
static bool
read_offset(struct cursor *c, int64_t *ms)
{
	if (read_char(c, "Zz")) {
		*ms = 0;
		return true;
	}
	bool west = c->left > 0 && *c->p == '-';
	if (!read_char(c, "+-"))
		return false;
	int hour = read_number(c, 2);
	bool colon = read_char(c, ":");
	int minute = read_number(c, 2);
	if (!colon || !is_between(hour, 0, 23) || !is_between(minute, 0, 59))
		return false;
	*ms = (hour * HOUR_MS + minute * MINUTE_MS) * (west ? -1 : 1);
	return true;
}

bool
clock_parse(struct str s, int64_t *ms)
{
	struct cursor c = { s.p, s.len };
	int64_t days = 0;
	int64_t of_day = 0;
	int64_t offset = 0;
	bool is_leap = false;

	if (!read_date(&c, &days) || !read_char(&c, "Tt ") ||
	    !read_time(&c, &of_day, &is_leap) || !read_offset(&c, &offset) ||
	    c.left > 0)
		return false;
	int64_t utc = days * DAY_MS + of_day - offset;
	/* Leap seconds stand at the end of a UTC day only (RFC 3339, 5.7). */
	if (is_leap && utc - floor_div(utc, DAY_MS) * DAY_MS >= SECOND_MS)
		return false;
	*ms = utc;
	return true;
}

/* A time taken apart, UTC. */
struct parts {
	int64_t days;
	struct date date;
	int hour, minute, second, ms;
};

static struct parts
take_apart(int64_t ms)
{
	int64_t days = floor_div(ms, DAY_MS);
	int64_t of_day = ms % DAY_MS; /* days * DAY_MS may overflow */

	if (of_day < 0)
		of_day += DAY_MS;
	return (struct parts){ days, date_of_days(days),
		(int)(of_day / HOUR_MS), (int)(of_day / MINUTE_MS % 60),
		(int)(of_day / SECOND_MS % 60), (int)(of_day % 1000) };
}

static const char *
format_none(char out[CLOCK_TEXT_MAX])
{
	(void)snprintf(out, CLOCK_TEXT_MAX, "unknown");
	return out;
}

const char *
clock_format_utc(int64_t ms, char out[CLOCK_TEXT_MAX])
{
	if (ms == CLOCK_NONE)
		return format_none(out);
	struct parts t = take_apart(ms);
	char fraction[8] = "";

	if (t.ms != 0)
		(void)snprintf(fraction, sizeof(fraction), ".%03d", t.ms);
	(void)snprintf(out, CLOCK_TEXT_MAX,
	    "%04" PRId64 "-%02d-%02dT%02d:%02d:%02d%sZ", t.date.year,
	    t.date.month, t.date.day, t.hour, t.minute, t.second, fraction);
	return out;
}

/* 01:00 UTC on the last Sunday of a month of 31 days, in hours since 1970. */
static int64_t
find_change(int64_t year, int month)
{
	int64_t last = count_days(year, month, 31);

	return (last - (weekday_of_days(last) + 1) % 7) * 24 + 1;
}

static bool
is_summer(int64_t ms)
{
	int64_t hours = floor_div(ms, HOUR_MS);
	int64_t year = date_of_days(floor_div(hours, 24)).year;

	return hours >= find_change(year, 3) && hours < find_change(year, 10);
}

struct clock_local
clock_to_local(int64_t ms)
{
	int offset_min = is_summer(ms) ? 60 : 0;
	struct parts t = take_apart(ms + offset_min * MINUTE_MS);

	return (struct clock_local){
		.year = (int)t.date.year,
		.month = t.date.month,
		.day = t.date.day,
		.hour = t.hour,
		.minute = t.minute,
		.second = t.second,
		.weekday = weekday_of_days(t.days),
		.offset_min = offset_min,
	};
}

int64_t
clock_from_local(int64_t as_utc_ms)
{
	int64_t in_summer = as_utc_ms - 60 * MINUTE_MS;

	return is_summer(in_summer) ? in_summer : as_utc_ms;
}

const char *
clock_format_local(int64_t ms, char out[CLOCK_TEXT_MAX])
{
	if (ms == CLOCK_NONE)
		return format_none(out);
	struct clock_local t = clock_to_local(ms);

	(void)snprintf(out, CLOCK_TEXT_MAX, "%s %d %s %04d %02d:%02d %s",
	    day_names[t.weekday], t.day, month_names[t.month - 1], t.year,
	    t.hour, t.minute, t.offset_min != 0 ? "BST" : "GMT");
	return out;
}

bool
clock_parse_day(struct str s, int64_t *ms)
{
	char text[CLOCK_TEXT_MAX];
	int64_t noon;

	if (s.len != 10)
		return false;
	(void)snprintf(text, sizeof text, "%.10sT12:00:00Z", s.p);
	if (!clock_parse(str_of(text), &noon))
		return false;
	/* Midnight by the clock that holds then; no change falls on it. */
	*ms = noon + INT64_C(12) * 3600000;
	*ms -= clock_to_local(*ms).offset_min * INT64_C(60000);
	return true;
}
