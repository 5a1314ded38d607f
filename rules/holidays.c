/*
 * Days are counted from 1 January 1970, which makes weekdays and differences
 * plain arithmetic.
 */
#include "rules/holidays.h"

#include <stddef.h>

#include "agent/base/clock.h"

#define DAY_MS 86400000

/* Weekdays as clock_local has them. */
enum {
	MONDAY = 0,
	SATURDAY = 5,
	SUNDAY = 6
};

/* A day that was added or left out by proclamation. */
static const struct {
	int year, month, day;
	bool is_holiday;
} proclaimed[] = {
	{ 1981, 7, 29, true }, /* wedding of the Prince of Wales */
	{ 1995, 5, 1, false }, /* moved to VE Day */
	{ 1995, 5, 8, true }, { 1999, 12, 31, true }, /* the millennium */
	{ 2002, 5, 27, false }, /* moved for the Golden Jubilee */
	{ 2002, 6, 3, true }, { 2002, 6, 4, true },
	{ 2011, 4, 29, true },  /* wedding of Prince William */
	{ 2012, 5, 28, false }, /* moved for the Diamond Jubilee */
	{ 2012, 6, 4, true }, { 2012, 6, 5, true },
	{ 2020, 5, 4, false }, /* moved to VE Day */
	{ 2020, 5, 8, true },
	{ 2022, 5, 30, false }, /* moved for the Platinum Jubilee */
	{ 2022, 6, 2, true }, { 2022, 6, 3, true },
	{ 2022, 9, 19, true }, /* funeral of Queen Elizabeth II */
	{ 2023, 5, 8, true },  /* coronation of King Charles III */
};

static long
days_of(int year, int month, int day)
{
	return (long)(clock_from_utc(year, month, day, 0, 0, 0) / DAY_MS);
}

/* 1 January 1970 was a Thursday. */
static int
weekday_of(long days)
{
	return (int)(((days + 3) % 7 + 7) % 7);
}

/* Easter Sunday: the anonymous Gregorian algorithm. */
static long
easter_of(int year)
{
	int a = year % 19;
	int b = year / 100;
	int c = year % 100;
	int e = b % 4;
	int g = (8 * b + 13) / 25;
	int h = (19 * a + b - b / 4 - g + 15) % 30;
	int k = c % 4;
	int l = (32 + 2 * e + 2 * (c / 4) - h - k) % 7;
	int m = (a + 11 * h + 22 * l) / 451;
	int n = h + l - 7 * m + 114;

	return days_of(year, n / 31, n % 31 + 1);
}

/* The first Monday on or after a day. */
static long
monday_from(int year, int month, int day)
{
	long days = days_of(year, month, day);

	return days + (7 - weekday_of(days)) % 7;
}

/* New Year's Day, or the Monday after it. */
static long
new_year_of(int year)
{
	long days = days_of(year, 1, 1);
	int weekday = weekday_of(days);

	return weekday == SATURDAY ? days + 2
	       : weekday == SUNDAY ? days + 1
				   : days;
}

/* Is it Christmas Day, Boxing Day, or what stands for them? */
static bool
is_christmas(int year, long days)
{
	long christmas = days_of(year, 12, 25);
	long boxing = christmas + 1;

	switch (weekday_of(christmas)) {
	case SATURDAY - 1: boxing += 2; break; /* Boxing Day on Saturday */
	case SATURDAY:
		christmas += 2;
		boxing += 2;
		break;
	case SUNDAY: christmas += 2; break; /* Boxing Day stays on Monday */
	default: break;
	}
	return days == christmas || days == boxing;
}

bool
holidays_is_bank(int year, int month, int day)
{
	long days = days_of(year, month, day);
	long easter = easter_of(year);

	for (size_t i = 0; i < sizeof proclaimed / sizeof proclaimed[0]; i++)
		if (proclaimed[i].year == year &&
		    proclaimed[i].month == month && proclaimed[i].day == day)
			return proclaimed[i].is_holiday;
	return days == new_year_of(year) || days == easter - 2 ||
	       days == easter + 1 || days == monday_from(year, 5, 1) ||
	       days == monday_from(year, 5, 25) ||
	       days == monday_from(year, 8, 25) || is_christmas(year, days);
}
