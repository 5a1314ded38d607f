/*
 * holidays: the bank holidays of England and Wales.
 *
 * By the Banking and Financial Dealings Act 1971 as it has been kept since
 * 1978: what falls on a weekend moves to the next weekday, Easter by the
 * Gregorian rule, and what was proclaimed for one year only as a table.
 */
#ifndef RULES_HOLIDAYS_H
#define RULES_HOLIDAYS_H

#include <stdbool.h>

/* The first year for which this is known. */
#define HOLIDAYS_YEAR_MIN 1978

/*
 * True if that day is a bank holiday, substitute days instead of the days they
 * stand for.  month 1 to 12, day 1 to 31, year HOLIDAYS_YEAR_MIN or later.
 */
bool holidays_is_bank(int year, int month, int day);

#endif /* RULES_HOLIDAYS_H */
