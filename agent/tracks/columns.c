/*
 * columns: names as makers write them, in the order in which they are wanted.
 *
 * A name is compared without case, white space and its unit in brackets.
 */
#include "agent/tracks/columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/err.h"
#include "agent/tracks/figures.h"

#define NAME_MAX 96

/* The name of a column in each role; earlier rows are preferred. */
static const struct {
	enum columns_role role;
	const char *name;
} names_known[] = {
	{ COLUMNS_LAT, "latitude" },
	{ COLUMNS_LAT, "lat" },
	{ COLUMNS_LAT, "osd.latitude" },
	{ COLUMNS_LAT, "gps_lat" },
	{ COLUMNS_LAT, "gps.latitude" },
	{ COLUMNS_LAT, "gpslatitude" },
	{ COLUMNS_LON, "longitude" },
	{ COLUMNS_LON, "lon" },
	{ COLUMNS_LON, "lng" },
	{ COLUMNS_LON, "long" },
	{ COLUMNS_LON, "osd.longitude" },
	{ COLUMNS_LON, "gps_lon" },
	{ COLUMNS_LON, "gps.longitude" },
	{ COLUMNS_LON, "gpslongitude" },
	{ COLUMNS_NORTH, "n/s" },
	{ COLUMNS_NORTH, "ns" },
	{ COLUMNS_NORTH, "latitudehemisphere" },
	{ COLUMNS_EAST, "e/w" },
	{ COLUMNS_EAST, "ew" },
	{ COLUMNS_EAST, "longitudehemisphere" },
	{ COLUMNS_DATE, "date" },
	{ COLUMNS_DATE, "utcdate" },
	{ COLUMNS_TIME, "datetime" },
	{ COLUMNS_TIME, "custom.updatetime" },
	{ COLUMNS_TIME, "timestamp" },
	{ COLUMNS_TIME, "time" },
	{ COLUMNS_TIME, "date_time" },
	{ COLUMNS_TIME, "utc" },
	{ COLUMNS_TIME, "utctime" },
	{ COLUMNS_TIME, "gps.datetime" },
	{ COLUMNS_EPOCH, "epoch" },
	{ COLUMNS_EPOCH, "unixtime" },
	{ COLUMNS_EPOCH, "tst" },
	{ COLUMNS_ALTITUDE, "altitude_above_sealevel" },
	{ COLUMNS_ALTITUDE, "osd.altitude" },
	{ COLUMNS_ALTITUDE, "ele" },
	{ COLUMNS_ALTITUDE, "elevation" },
	{ COLUMNS_ALTITUDE, "altitude" },
	{ COLUMNS_ALTITUDE, "alt" },
	{ COLUMNS_SPEED, "speed" },
	{ COLUMNS_SPEED, "custom.hspeed" },
	{ COLUMNS_SPEED, "osd.hspeed" },
	{ COLUMNS_SPEED, "vel" },
	{ COLUMNS_COURSE, "course" },
	{ COLUMNS_COURSE, "cog" },
	{ COLUMNS_COURSE, "track" },
	{ COLUMNS_HEADING, "gimbal_heading" },
	{ COLUMNS_HEADING, "compass_heading" },
	{ COLUMNS_HEADING, "gimbal.yaw" },
	{ COLUMNS_HEADING, "osd.yaw" },
	{ COLUMNS_HEADING, "heading" },
	{ COLUMNS_UNCERTAINTY, "accuracy" },
	{ COLUMNS_UNCERTAINTY, "acc" },
	{ COLUMNS_UNCERTAINTY, "hacc" },
};

/* What a unit in brackets is in metres, or in metres a second. */
static const struct {
	const char *unit;
	double factor;
} units[] = { { "feet", 0.3048 }, { "ft", 0.3048 }, { "mph", 0.44704 },
	{ "km/h", 1 / 3.6 }, { "kmh", 1 / 3.6 }, { "kph", 1 / 3.6 },
	{ "knots", 1852.0 / 3600 }, { "kn", 1852.0 / 3600 } };

/* The roles by the words of a map. */
static const char *const role_names[COLUMNS_COUNT] = { "lat", "lon", "place",
	"north", "east", "date", "time", "epoch", "altitude", "speed", "course",
	"heading", "uncertainty" };

static void
clear(struct columns *c)
{
	*c = (struct columns){ 0 };
	for (size_t i = 0; i < COLUMNS_COUNT; i++) {
		c->at[i] = -1;
		c->factor[i] = 1;
	}
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Name and unit of a column, in small letters without white space. */
static void
part_name(struct str s, char name[NAME_MAX], char unit[NAME_MAX])
{
	size_t n = 0, u = 0;
	bool in_unit = false;

	if (str_has_prefix(s, "\xef\xbb\xbf"))
		s = str_make(s.p + 3, s.len - 3);
	for (size_t i = 0; i < s.len; i++) {
		char c = lower(s.p[i]);

		if (c == '(' || c == '[')
			in_unit = true;
		else if (strchr(" \t)]\"", c))
			continue;
		else if (in_unit && u + 1 < NAME_MAX)
			unit[u++] = c;
		else if (!in_unit && n + 1 < NAME_MAX)
			name[n++] = c;
	}
	name[n] = '\0';
	unit[u] = '\0';
}

static void
set(struct columns *c, enum columns_role role, size_t at, const char *unit)
{
	c->at[role] = (int)at;
	c->factor[role] = 1;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(units[i].unit, unit) == 0)
			c->factor[role] = units[i].factor;
	if (role == COLUMNS_TIME || role == COLUMNS_DATE)
		c->is_utc |= strcmp(unit, "utc") == 0;
}

static bool
has_place(const struct columns *c)
{
	return c->at[COLUMNS_PLACE] >= 0 ||
	       (c->at[COLUMNS_LAT] >= 0 && c->at[COLUMNS_LON] >= 0);
}

bool
columns_by_name(const struct str *names, size_t count, struct columns *out)
{
	clear(out);
	for (size_t k = 0; k < sizeof(names_known) / sizeof(names_known[0]);
	     k++) {
		enum columns_role role = names_known[k].role;

		for (size_t i = 0; i < count && out->at[role] < 0; i++) {
			char name[NAME_MAX], unit[NAME_MAX];

			part_name(names[i], name, unit);
			if (strcmp(name, names_known[k].name) == 0)
				set(out, role, i, unit);
		}
	}
	if (out->at[COLUMNS_TIME] >= 0)
		out->at[COLUMNS_EPOCH] = -1;
	return has_place(out);
}

/* "51.7343 0.4691": two numbers that can be a place. */
static bool
is_place(struct str s)
{
	const char *space;
	double lat, lon;

	s = str_trim(s);
	space = s.len > 0 ? memchr(s.p, ' ', s.len) : NULL;
	if (!space)
		return false;
	return figures_number(str_make(s.p, (size_t)(space - s.p)), &lat) &&
	       figures_number(
		   str_make(space, s.len - (size_t)(space - s.p)), &lon) &&
	       fabs(lat) <= 90 && fabs(lon) <= 180;
}

bool
columns_by_look(const struct str *fields, size_t count, struct columns *out)
{
	clear(out);
	for (size_t i = 0; i < count; i++) {
		int64_t whole, ms;
		bool has_zone;

		if (is_place(fields[i]) && out->at[COLUMNS_PLACE] < 0)
			set(out, COLUMNS_PLACE, i, "");
		else if (figures_time(fields[i], &ms, &has_zone) &&
			 out->at[COLUMNS_TIME] < 0)
			set(out, COLUMNS_TIME, i, "");
		else if (figures_whole(fields[i], &whole) &&
			 whole > 500000000 && whole < INT64_C(5000000000000) &&
			 out->at[COLUMNS_EPOCH] < 0)
			set(out, COLUMNS_EPOCH, i, "");
	}
	if (out->at[COLUMNS_TIME] >= 0)
		out->at[COLUMNS_EPOCH] = -1;
	return has_place(out);
}

static int
find_role(struct str word)
{
	for (int i = 0; i < COLUMNS_COUNT; i++)
		if (str_is(word, role_names[i]))
			return i;
	return -1;
}

/* The column of a name or number, or -1; its unit goes to unit. */
static int
find_column(const struct str *names, size_t count, struct str wanted,
    char unit[NAME_MAX])
{
	char want[NAME_MAX], ignored[NAME_MAX], name[NAME_MAX];
	int64_t number;

	unit[0] = '\0';
	if (figures_whole(wanted, &number))
		return number >= 1 && number <= (int64_t)count ? (int)number - 1
							       : -1;
	part_name(wanted, want, ignored);
	for (size_t i = 0; i < count; i++) {
		part_name(names[i], name, unit);
		if (strcmp(name, want) == 0)
			return (int)i;
	}
	return -1;
}

/* One "role=column". */
static int
take_pair(struct str pair, const struct str *names, size_t count,
    struct columns *out, struct err *e)
{
	const char *equals =
	    pair.len > 0 ? memchr(pair.p, '=', pair.len) : NULL;
	char unit[NAME_MAX];
	struct str role, column;
	int r, at;

	if (!equals)
		return err_set(e, ERR_INVALID,
		    "\"%.*s\" in the map is not ROLE=COLUMN", STR_ARG(pair));
	role = str_make(pair.p, (size_t)(equals - pair.p));
	column = str_make(equals + 1, pair.len - role.len - 1);
	r = find_role(role);
	if (r < 0)
		return err_set(e, ERR_INVALID,
		    "the map says \"%.*s\", which is none of lat, lon, place, "
		    "north, east, date, time, epoch, altitude, speed, course, heading, "
		    "uncertainty",
		    STR_ARG(role));
	at = find_column(names, count, column, unit);
	if (at < 0)
		return err_set(e, ERR_INVALID,
		    "the map names the column \"%.*s\", and the table has %zu "
		    "columns of which none is called so",
		    STR_ARG(column), count);
	set(out, (enum columns_role)r, (size_t)at, unit);
	return 0;
}

int
columns_by_map(const char *map, const struct str *names, size_t count,
    struct columns *out, struct err *e)
{
	clear(out);
	while (*map) {
		size_t n = strcspn(map, ",");

		if (take_pair(str_make(map, n), names, count, out, e) < 0)
			return -1;
		map += n + (map[n] == ',');
	}
	if (!has_place(out))
		return err_set(
		    e, ERR_INVALID, "the map has no lat and lon, and no place");
	return 0;
}
