/*
 * columns: which column of a table of positions is what.
 */
#ifndef TRACKS_COLUMNS_H
#define TRACKS_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;

/* What a column can be. */
enum columns_role {
	COLUMNS_LAT,
	COLUMNS_LON,
	COLUMNS_PLACE, /* "51.7343 0.4691" in one */
	COLUMNS_NORTH, /* "N" or "S": which half of the Earth lat is in */
	COLUMNS_EAST,  /* "E" or "W": the same of lon */
	COLUMNS_DATE, /* a date, where the time stands in a column of its own */
	COLUMNS_TIME, /* a date and time, or the time of the date */
	COLUMNS_EPOCH, /* seconds or milliseconds since 1970 */
	COLUMNS_ALTITUDE,
	COLUMNS_SPEED,
	COLUMNS_COURSE,
	COLUMNS_HEADING,
	COLUMNS_UNCERTAINTY,
	COLUMNS_COUNT
};

/* Where each stands; what it is multiplied with to be metres or m/s. */
struct columns {
	int at[COLUMNS_COUNT]; /* from 0; -1: not there */
	double factor[COLUMNS_COUNT];
	bool is_utc; /* the name of the time says so */
};

/* By the names of the first row; false if there is no place among them. */
bool columns_by_name(
    const struct str *names, size_t count, struct columns *out);

/* By what stands in a row without names; false if that tells nothing. */
bool columns_by_look(
    const struct str *fields, size_t count, struct columns *out);

/*
 * By a map that a person gives, "lat=Breite,lon=4,time=Zeit": roles and names
 * of columns, or their numbers from 1.  A column that is not there, or no
 * place: ERR_INVALID, saying what the table has.
 */
NODISCARD int columns_by_map(const char *map, const struct str *names,
    size_t count, struct columns *out, struct err *e);

#endif /* TRACKS_COLUMNS_H */
