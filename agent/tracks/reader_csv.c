/*
 * reader_csv: lines into libcsv one by one, so that a row's first byte is known
 * though a quoted field may span lines.
 */
#include "agent/tracks/reader_csv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/rows.h"
#include "agent/tracks/columns.h"
#include "agent/tracks/figures.h"
#include "agent/tracks/source.h"
#include "agent/tracks/zones.h"

/* The longest date and time that stand in two columns. */
#define TIME_MAX 64

/* Seconds beyond this are milliseconds. */
#define EPOCH_S_MAX 20000000000.0

struct csv {
	const struct reader_sink *sink;
	struct columns columns;
	struct zones zones;
	uint64_t epochs; /* times that are UTC by what they are */
	uint64_t row;    /* where the present row begins */
	bool is_begun;   /* a row is */
	bool has_columns;
	int failed; /* -1: the map does not fit */
	struct err *e;
};

/* The field of a role, or an absent str. */
static struct str
field(const struct csv *c, const struct str *fields, size_t count,
    enum columns_role role)
{
	int at = c->columns.at[role];

	return at >= 0 && (size_t)at < count ? fields[at] : (struct str){ 0 };
}

static float
figure(const struct csv *c, const struct str *fields, size_t count,
    enum columns_role role)
{
	double v;

	if (!figures_number(field(c, fields, count, role), &v))
		return NAN;
	return (float)(v * c->columns.factor[role]);
}

static float
angle(const struct csv *c, const struct str *fields, size_t count,
    enum columns_role role)
{
	float v = figure(c, fields, count, role);

	if (!(v >= -360 && v <= 360))
		return NAN;
	return v < 0 ? v + 360 : v;
}

static bool
read_place(const struct csv *c, const struct str *fields, size_t count,
    struct track_fix *f)
{
	struct str s = str_trim(field(c, fields, count, COLUMNS_PLACE));
	const char *space = s.len > 0 ? memchr(s.p, ' ', s.len) : NULL;

	if (!space)
		return figures_number(
			   field(c, fields, count, COLUMNS_LAT), &f->lat) &&
		       figures_number(
			   field(c, fields, count, COLUMNS_LON), &f->lon);
	return figures_number(str_make(s.p, (size_t)(space - s.p)), &f->lat) &&
	       figures_number(
		   str_make(space, s.len - (size_t)(space - s.p)), &f->lon);
}

/*
 * The sign that a column of its own gives a number, "N" or "S".  False if there
 * is such a column and the row does not say: half of the Earth is too much to
 * guess.
 */
static bool
read_half(const struct csv *c, const struct str *fields, size_t count,
    enum columns_role role, const char *halves, double *v)
{
	struct str s = str_trim(field(c, fields, count, role));

	if (c->columns.at[role] < 0)
		return true;
	if (s.len != 1)
		return false;
	if (s.p[0] == halves[1] || s.p[0] == halves[3])
		*v = -fabs(*v);
	return s.p[0] != '\0' && strchr(halves, s.p[0]) != NULL;
}

/* A time as it stands, or behind the date from the column that has it. */
static void
read_clock(struct csv *c, struct str date, struct str time, int64_t *ms)
{
	char both[TIME_MAX];
	int n;

	if (!str_is_given(date) || str_trim(time).len > 18) {
		zones_read(&c->zones, time, ms);
		return;
	}
	date = str_trim(date);
	time = str_trim(time);
	n = snprintf(
	    both, sizeof(both), "%.*s %.*s", STR_ARG(date), STR_ARG(time));
	if (n > 0 && n < TIME_MAX)
		zones_read(&c->zones, str_make(both, (size_t)n), ms);
}

static void
read_time(
    struct csv *c, const struct str *fields, size_t count, struct track_fix *f)
{
	struct str text = field(c, fields, count, COLUMNS_TIME);
	struct str epoch = field(c, fields, count, COLUMNS_EPOCH);
	double v;

	if (str_is_given(text))
		read_clock(c, field(c, fields, count, COLUMNS_DATE), text,
		    &f->time_ms);
	if (f->time_ms != CLOCK_NONE)
		return;
	if (!figures_number(str_is_given(epoch) ? epoch : text, &v) ||
	    v < 1e8 || v > 1e14)
		return;
	f->time_ms = (int64_t)(v > EPOCH_S_MAX ? v : v * 1000);
	c->epochs++;
}

static void
take_fix(struct csv *c, const struct str *fields, size_t count)
{
	struct track_fix f = track_fix_at(c->row);

	if (!read_place(c, fields, count, &f) ||
	    !read_half(c, fields, count, COLUMNS_NORTH, "NSns", &f.lat) ||
	    !read_half(c, fields, count, COLUMNS_EAST, "EWew", &f.lon) ||
	    !track_fix_is_place(&f)) {
		c->sink->skip(
		    c->sink->user, c->row, "a row without a position on Earth");
		return;
	}
	read_time(c, fields, count, &f);
	f.altitude_m = figure(c, fields, count, COLUMNS_ALTITUDE);
	f.speed_mps = figure(c, fields, count, COLUMNS_SPEED);
	f.uncertainty_m = figure(c, fields, count, COLUMNS_UNCERTAINTY);
	f.course_deg = angle(c, fields, count, COLUMNS_COURSE);
	f.heading_deg = angle(c, fields, count, COLUMNS_HEADING);
	c->sink->fix(c->sink->user, &f);
}

/* The first row: names of columns, or a row that is one of many. */
static void
take_first(struct csv *c, const struct str *fields, size_t count)
{
	bool has_names = false;

	c->has_columns = true;
	if (c->sink->csv_map) {
		c->failed = columns_by_map(
		    c->sink->csv_map, fields, count, &c->columns, c->e);
		has_names = true;
	} else {
		has_names = columns_by_name(fields, count, &c->columns);
	}
	if (!has_names && !columns_by_look(fields, count, &c->columns))
		c->failed = err_set(c->e, ERR_INVALID,
		    "no columns of latitude and longitude among the %zu of the "
		    "first row: name them with --map "
		    "lat=NAME,lon=NAME,time=NAME",
		    count);
	if (!has_names && c->failed == 0)
		take_fix(c, fields, count);
}

static void
on_row(void *user, const struct str *fields, size_t count)
{
	struct csv *c = user;

	if (c->failed < 0)
		return;
	if (c->has_columns)
		take_fix(c, fields, count);
	else
		take_first(c, fields, count);
	c->is_begun = false;
}

static enum track_clock
clock_of(const struct csv *c)
{
	if (c->epochs > 0)
		return c->zones.said + c->zones.unsaid > 0 ? TRACK_CLOCK_UNKNOWN
							   : TRACK_CLOCK_UTC;
	if (c->columns.is_utc && c->zones.unsaid + c->zones.said > 0)
		return TRACK_CLOCK_UTC;
	return zones_clock(&c->zones);
}

/* The separator that the first line has most of. */
static char
find_separator(struct str head)
{
	static const char separators[] = ",;\t";
	size_t counts[3] = { 0 };
	size_t best = 0;

	for (size_t i = 0; i < head.len && head.p[i] != '\n'; i++)
		for (size_t k = 0; k < 3; k++)
			counts[k] += head.p[i] == separators[k];
	for (size_t k = 1; k < 3; k++)
		if (counts[k] > counts[best])
			best = k;
	return counts[best] > 0 ? separators[best] : '\0';
}

static int
read_lines(struct csv *c, struct rows *rows, struct source *s, struct err *e)
{
	static const struct str newline = { "\n", 1 };
	uint64_t at = 0, begin = 0;
	struct str line;
	int r = 0;

	while (c->failed == 0 && (r = source_line(s, &at, &line, e)) > 0) {
		if (!c->is_begun)
			c->row = begin;
		c->is_begun = true;
		if (rows_feed(rows, line, e) < 0 ||
		    rows_feed(rows, newline, e) < 0)
			return -1;
		/* An empty line is no row and begins none. */
		c->is_begun = c->is_begun && str_trim(line).len > 0;
		begin = at;
	}
	if (c->failed < 0 || r < 0)
		return -1;
	return rows_finish(rows, e) < 0 ? -1 : c->failed;
}

static int
read_csv(struct source *s, const struct reader_sink *sink,
    struct reader_about *about, struct err *e)
{
	AUTO(rows_free) struct rows *rows = NULL;
	struct csv c = { .sink = sink, .e = e };
	struct str head;
	int r;

	if (source_head(s, READER_HEAD_MAX, &head, e) < 0)
		return -1;
	rows = rows_new(find_separator(head), on_row, &c);
	r = read_lines(&c, rows, s, e);
	about->clock = clock_of(&c);
	return r;
}

/* What the first row of head says, as far as it goes. */
struct first_row {
	struct columns columns;
	bool is_table, is_done;
};

static void
on_first_row(void *user, const struct str *fields, size_t count)
{
	struct first_row *f = user;

	if (!f->is_done)
		f->is_table = columns_by_name(fields, count, &f->columns) ||
			      columns_by_look(fields, count, &f->columns);
	f->is_done = true;
}

/* Text whose first row names a latitude and a longitude, or has them. */
static bool
is_csv(struct str head, const char *name)
{
	AUTO(rows_free) struct rows *rows = NULL;
	struct first_row first = { 0 };
	char separator = find_separator(head);
	size_t name_len = strlen(name);
	struct err e;

	if (separator == '\0' || memchr(head.p, '\0', head.len) ||
	    head.p[0] == '{' || head.p[0] == '[' || head.p[0] == '<')
		return false;
	rows = rows_new(separator, on_first_row, &first);
	if (rows_feed(rows, head, &e) < 0 || rows_finish(rows, &e) < 0)
		return false;
	/* With a map, or to be told why not, the ending is enough. */
	return first.is_table ||
	       (name_len > 4 && strcasecmp(name + name_len - 4, ".csv") == 0);
}

const struct reader_kind reader_csv_kind = {
	.name = "drone-csv",
	.is_mine = is_csv,
	.read = read_csv,
};
