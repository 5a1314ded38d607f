/* opennames: one row at a time, each checked before it is taken. */
#include "agent/geo/opennames.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"
#include "agent/base/rows.h"
#include "agent/geo/gazetteer.h"

/* The columns that are needed, from 0. */
enum column {
	ID = 0,
	NAME1 = 2,
	NAME2 = 4,
	TYPE = 6,
	LOCAL_TYPE = 7,
	GEOMETRY_X = 8,
	GEOMETRY_Y = 9,
	MBR_XMIN = 12,
	MBR_YMAX = 15,
	POSTCODE_DISTRICT = 16,
	POPULATED_PLACE = 18,
	DISTRICT_BOROUGH = 21
};

/* The county and 30 km around, in metres. */
#define EAST_MIN  507000
#define EAST_MAX  662000
#define NORTH_MIN 143000
#define NORTH_MAX 276000

#define NUMBER_MAX   24
#define DISTRICT_MAX 4 /* "CM77" */

/* A kind of thing, by the column LOCAL_TYPE. */
struct type {
	const char *local_type;
	enum gazetteer_kind kind;
	double radius_m; /* what is called so is within this, at least */
};

static const struct type types[] = {
	{ "City", GAZETTEER_TOWN, 5000 },
	{ "Town", GAZETTEER_TOWN, 2500 },
	{ "Village", GAZETTEER_VILLAGE, 2000 },
	{ "Hamlet", GAZETTEER_VILLAGE, 1500 },
	{ "Suburban Area", GAZETTEER_VILLAGE, 1500 },
	{ "Other Settlement", GAZETTEER_VILLAGE, 1500 },
	{ "Named Road", GAZETTEER_ROAD, 100 },
	{ "Numbered Road", GAZETTEER_ROAD, 100 },
	{ "Section Of Named Road", GAZETTEER_ROAD, 100 },
	{ "Section Of Numbered Road", GAZETTEER_ROAD, 100 },
	{ "Postcode", GAZETTEER_POSTCODE, 300 },
};

/* Where the postcodes of one district are. */
struct district {
	char name[DISTRICT_MAX + 1];
	double east, north; /* sums */
	double min_e, max_e, min_n, max_n;
	size_t count;
};

struct opennames {
	struct gazetteer *gazetteer; /* borrowed */
	struct buf *kept;            /* borrowed, or NULL */
	struct opennames_counts counts;
	struct district *districts; /* owned */
	size_t district_count;
	size_t row;     /* of the file, from 1 */
	struct err *e;  /* of the present call */
	bool is_broken; /* *e is set */
};

struct opennames *
opennames_new(struct gazetteer *g, struct buf *kept)
{
	struct opennames *o = alloc_zero(1, sizeof(*o));

	o->gazetteer = g;
	o->kept = kept;
	return o;
}

void
opennames_free(struct opennames **o)
{
	if (!*o)
		return;
	free((*o)->districts);
	free(*o);
	*o = NULL;
}

static const struct type *
find_type(struct str local_type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (str_is(local_type, types[i].local_type))
			return &types[i];
	return NULL;
}

/* A number of metres; false if it is none. */
static bool
read_metres(struct str s, double *out)
{
	char text[NUMBER_MAX];
	char *end;

	s = str_trim(s);
	if (s.len == 0 || s.len >= sizeof(text))
		return false;
	memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	*out = strtod(text, &end);
	return *end == '\0' && isfinite(*out);
}

static void
refuse(struct opennames *o, const char *what, struct str value)
{
	o->is_broken = true;
	(void)err_set(o->e, ERR_INVALID, "row %zu: %s: \"%.*s\"", o->row, what,
	    (int)(value.len < 60 ? value.len : 60), value.p ? value.p : "");
}

/* Half the diagonal of the bounding box, or least if there is none. */
static double
read_radius(const struct str *f, double least)
{
	double box[4];

	for (size_t i = 0; i < 4; i++)
		if (!read_metres(f[MBR_XMIN + i], &box[i]))
			return least;
	return fmax(least, hypot(box[2] - box[0], box[3] - box[1]) / 2);
}

static struct district *
district_of(struct opennames *o, struct str name)
{
	struct district *d;

	for (size_t i = 0; i < o->district_count; i++)
		if (str_is(name, o->districts[i].name))
			return &o->districts[i];
	o->districts =
	    alloc_resize(o->districts, o->district_count + 1, sizeof(*d));
	d = &o->districts[o->district_count++];
	*d = (struct district){ .min_e = (double)INFINITY,
		.max_e = -(double)INFINITY,
		.min_n = (double)INFINITY,
		.max_n = -(double)INFINITY };
	memcpy(d->name, name.p, name.len);
	return d;
}

/* Note where a postcode of its district is. */
static void
note_district(struct opennames *o, const struct gazetteer_place *p)
{
	const char *space = memchr(p->name.p, ' ', p->name.len);
	size_t len = space ? (size_t)(space - p->name.p) : 0;
	struct district *d;

	if (len < 2 || len > DISTRICT_MAX)
		return;
	d = district_of(o, str_make(p->name.p, len));
	d->east += p->easting;
	d->north += p->northing;
	d->min_e = fmin(d->min_e, p->easting);
	d->max_e = fmax(d->max_e, p->easting);
	d->min_n = fmin(d->min_n, p->northing);
	d->max_n = fmax(d->max_n, p->northing);
	d->count++;
}

static void
count_kind(struct opennames *o, enum gazetteer_kind kind)
{
	switch (kind) {
	case GAZETTEER_TOWN:
	case GAZETTEER_VILLAGE: o->counts.settlements++; break;
	case GAZETTEER_ROAD: o->counts.roads++; break;
	case GAZETTEER_POSTCODE: o->counts.postcodes++; break;
	case GAZETTEER_DISTRICT: break;
	}
}

/* A value as a row has it: in quotes if it needs them. */
static void
put_value(struct buf *out, struct str s)
{
	bool quoted = false;

	for (size_t i = 0; i < s.len; i++)
		quoted = quoted || s.p[i] == ',' || s.p[i] == '"' ||
			 s.p[i] == '\n' || s.p[i] == '\r';
	if (!quoted) {
		buf_add_str(out, s);
		return;
	}
	buf_add_char(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '"')
			buf_add_char(out, '"');
		buf_add_char(out, s.p[i]);
	}
	buf_add_char(out, '"');
}

static bool
is_needed(size_t column)
{
	return column == ID || column == NAME1 || column == NAME2 ||
	       column == TYPE || column == LOCAL_TYPE || column == GEOMETRY_X ||
	       column == GEOMETRY_Y ||
	       (column >= MBR_XMIN && column <= MBR_YMAX) ||
	       column == POSTCODE_DISTRICT || column == POPULATED_PLACE ||
	       column == DISTRICT_BOROUGH;
}

static void
put_row(struct buf *out, const struct str *f)
{
	for (size_t i = 0; i < OPENNAMES_COLUMNS; i++) {
		if (i > 0)
			buf_add_char(out, ',');
		if (is_needed(i))
			put_value(out, f[i]);
	}
	buf_add_char(out, '\n');
}

/* Take a row that has a kind; both its names. */
static void
take(struct opennames *o, const struct type *type, const struct str *f)
{
	struct gazetteer_place p = { .name = str_trim(f[NAME1]),
		.kind = type->kind,
		.within = f[POPULATED_PLACE],
		.district = f[DISTRICT_BOROUGH] };

	if (!read_metres(f[GEOMETRY_X], &p.easting) ||
	    !read_metres(f[GEOMETRY_Y], &p.northing)) {
		refuse(o, "GEOMETRY_X or GEOMETRY_Y is no number of metres",
		    f[GEOMETRY_X]);
		return;
	}
	if (p.easting < EAST_MIN || p.easting > EAST_MAX ||
	    p.northing < NORTH_MIN || p.northing > NORTH_MAX) {
		o->counts.far++;
		return;
	}
	p.radius_m = read_radius(f, type->radius_m);
	if (!gazetteer_add(o->gazetteer, &p)) {
		o->counts.other++;
		return;
	}
	count_kind(o, p.kind);
	if (p.kind == GAZETTEER_POSTCODE)
		note_district(o, &p);
	if (o->kept)
		put_row(o->kept, f);
	p.name = str_trim(f[NAME2]);
	if (p.name.len > 0)
		(void)gazetteer_add(o->gazetteer, &p);
}

static void
on_row(void *user, const struct str *f, size_t count)
{
	struct opennames *o = user;
	const struct type *type;

	o->row++;
	if (o->is_broken)
		return;
	if (count != OPENNAMES_COLUMNS) {
		o->is_broken = true;
		(void)err_set(o->e, ERR_INVALID,
		    "row %zu has %zu values, not the %d of OS Open Names",
		    o->row, count, OPENNAMES_COLUMNS);
		return;
	}
	if (o->row == 1 && (str_is(f[NAME1], "NAME1")))
		return; /* a header that somebody put there */
	o->counts.rows++;
	type = find_type(f[LOCAL_TYPE]);
	if (!type)
		o->counts.other++;
	else if (f[NAME1].len == 0)
		refuse(o, "NAME1 is empty", f[ID]);
	else
		take(o, type, f);
}

int
opennames_read(struct opennames *o, struct str text, struct err *e)
{
	struct rows *rows;
	int r;

	if (str_has_prefix(text, "\xef\xbb\xbf"))
		text = str_make(text.p + 3, text.len - 3);
	if (!str_is_utf8(text))
		return err_set(e, ERR_INVALID, "is not text in UTF-8");
	o->row = 0;
	o->e = e;
	rows = rows_new(',', on_row, o);
	r = rows_feed(rows, text, e);
	if (r == 0)
		r = rows_finish(rows, e);
	rows_free(&rows);
	return r < 0 || o->is_broken ? -1 : 0;
}

int
opennames_finish(
    struct opennames *o, struct opennames_counts *counts, struct err *e)
{
	const struct opennames_counts *c = &o->counts;

	*counts = *c;
	if (c->settlements + c->roads + c->postcodes == 0)
		return err_set(e, ERR_INVALID,
		    "has no settlement, road or postcode within 30 km of the "
		    "county (%zu rows, %zu too far away)",
		    c->rows, c->far);
	for (size_t i = 0; i < o->district_count; i++) {
		const struct district *d = &o->districts[i];
		struct gazetteer_place p = { .name = str_of(d->name),
			.kind = GAZETTEER_DISTRICT,
			.easting = d->east / (double)d->count,
			.northing = d->north / (double)d->count,
			.radius_m =
			    hypot(d->max_e - d->min_e, d->max_n - d->min_n) /
			    2 };

		p.radius_m = fmax(p.radius_m, 1000);
		(void)gazetteer_add(o->gazetteer, &p);
	}
	return 0;
}
