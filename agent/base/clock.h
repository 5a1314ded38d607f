/*
 * clock: what time it is, and how times are written.
 *
 * Inside the program a time is UTC milliseconds since 1970 (_ms).  At the
 * edges it is RFC 3339 in UTC, or Europe/London for people.  London time is
 * computed from the rule in force since 1996 (Directive 2000/84/EC, kept in UK
 * law): summer time from 01:00 UTC on the last Sunday of March to 01:00 UTC on
 * the last Sunday of October.  Nobody else calls time() or clock_gettime().
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/str.h"

#define CLOCK_NONE     INT64_MIN /* a time that was not given */
#define CLOCK_TEXT_MAX 40        /* room for any text made here, with NUL */

/* A calendar time in London. */
struct clock_local {
	int year, month, day;     /* month 1..12, day 1..31 */
	int hour, minute, second; /* 0..23, 0..59, 0..59 */
	int weekday;              /* 0 Monday .. 6 Sunday */
	int offset_min;           /* 60 in summer, else 0 */
};

/* Wall time now, UTC ms.  Follows clock_set_fake(). */
int64_t clock_wall_ms(void);

/* Monotonic time now, ms, for waits; never goes back. */
int64_t clock_mono_ms(void);

/* Monotonic time now, microseconds, for measuring. */
int64_t clock_mono_us(void);

/* As clock_mono_us(), but never the tests' time: for the event loop. */
int64_t clock_kernel_us(void);

/* Processor time that this thread has used, microseconds, for measuring. */
int64_t clock_thread_us(void);

/* For tests: wall and monotonic time stand at ms until set again. */
void clock_set_fake(int64_t ms);

/* For tests: back to the system's clock. */
void clock_clear_fake(void);

/*
 * Read an RFC 3339 date-time ("2026-01-14T10:42:07Z", "…07.123+01:00"; a
 * space or lower-case t and z are taken too; digits after the third of a
 * fraction are cut; a leap second, which only ends a UTC day, counts as the
 * next second).  Returns false, *ms untouched, if s is anything else, or a day
 * that does not exist, or outside the years 1900 to 2199.
 */
bool clock_parse(struct str s, int64_t *ms);

/*
 * Read a day ("2026-01-14") and give the moment at which it ends in London.
 * Returns false, *ms untouched, if s is no such day of the years 1900 to 2199.
 */
bool clock_parse_day(struct str s, int64_t *ms);

/*
 * "2026-01-14T10:42:07Z", with ".123" only if there are milliseconds;
 * "unknown" for CLOCK_NONE.  Returns out.
 */
const char *clock_format_utc(int64_t ms, char out[CLOCK_TEXT_MAX]);

/* For people: "Wed 14 Jan 2026 10:42 GMT" or "… BST".  Returns out. */
const char *clock_format_local(int64_t ms, char out[CLOCK_TEXT_MAX]);

/* ms as a calendar time in London. */
struct clock_local clock_to_local(int64_t ms);

/* UTC ms of a calendar date and time taken as UTC; fields must be valid. */
int64_t clock_from_utc(
    int year, int month, int day, int hour, int minute, int second);

/*
 * UTC ms of a time on London's clocks, given as if it were UTC
 * (clock_from_utc).  One that comes twice, when summer time ends, is the
 * first; one that is skipped, when it begins, is an hour later.
 */
int64_t clock_from_local(int64_t as_utc_ms);

#endif /* BASE_CLOCK_H */
