/*
 * The cells of a list, in each of its forms.
 */
#include "agent/review/apilist.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/review/api.h"
#include "agent/review/visit.h"

/* What stands before a cell. */
static void
begin_cell(struct apilist *l)
{
	CHECK(l->kind->columns[l->column]);
	if (l->form == APILIST_CSV) {
		if (l->column > 0)
			buf_add_char(l->v->out, ',');
		l->column++;
		return;
	}
	if (l->column == 0) {
		jsonw_object(&l->w);
		if (l->form == APILIST_GEOJSON) {
			jsonw_member_text(&l->w, "type", "Feature");
			jsonw_key(&l->w, "properties");
			jsonw_object(&l->w);
		}
	}
	jsonw_key(&l->w, l->kind->columns[l->column++]);
}

/*
 * Would a spreadsheet take it for a formula?  Some also take the wide forms of
 * the signs, and pass over spaces before them.
 */
static bool
is_formula(struct str s)
{
	static const char *const wide[] = { "\xef\xbc\x9d", "\xef\xbc\x8b",
		"\xef\xbc\x8d", "\xef\xbc\xa0" };

	while (s.len > 0 && s.p[0] == ' ')
		s = str_make(s.p + 1, s.len - 1);
	if (s.len > 0 && s.p[0] && strchr("=+-@\t\r\n", s.p[0]))
		return true;
	for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
		if (s.len >= 3 && memcmp(s.p, wide[i], 3) == 0)
			return true;
	return false;
}

/*
 * A text of a CSV.  One that begins like a formula is made text (OWASP, CSV
 * injection); all are in quotes, so that nothing in them ends a cell; a byte
 * that is no UTF-8 is U+FFFD, as in JSON.
 */
static void
csv_text(struct buf *out, struct str s)
{
	buf_add_char(out, '"');
	if (is_formula(s))
		buf_add_char(out, '\'');
	for (size_t i = 0; i < s.len;) {
		size_t len = str_utf8_len(s.p + i, s.len - i);

		if (s.p[i] == '"')
			buf_add_char(out, '"');
		if (len == 0)
			buf_add_text(out, "\xef\xbf\xbd");
		else
			buf_add(out, s.p + i, len);
		i += len > 0 ? len : 1;
	}
	buf_add_char(out, '"');
}

void
apilist_str(struct apilist *l, struct str s)
{
	begin_cell(l);
	if (l->form != APILIST_CSV)
		jsonw_str(&l->w, s);
	else if (s.len > 0)
		csv_text(l->v->out, s);
}

void
apilist_text(struct apilist *l, const char *s)
{
	apilist_str(l, str_of(s));
}

void
apilist_int(struct apilist *l, int64_t n)
{
	begin_cell(l);
	if (l->form != APILIST_CSV)
		jsonw_int(&l->w, n);
	else
		buf_add_int(l->v->out, n);
}

/* The number that a value of jsonw would be, for a CSV. */
static void
csv_number(struct apilist *l, double x, int decimals)
{
	struct jsonw w;

	if (isnan(x))
		return;
	jsonw_init(&w, l->v->out);
	jsonw_real(&w, x, decimals);
}

void
apilist_real(struct apilist *l, double x, int decimals)
{
	begin_cell(l);
	if (l->form == APILIST_CSV)
		csv_number(l, x, decimals);
	else if (isnan(x))
		jsonw_null(&l->w);
	else
		jsonw_real(&l->w, x, decimals);
}

void
apilist_bool(struct apilist *l, bool b)
{
	begin_cell(l);
	if (l->form != APILIST_CSV)
		jsonw_bool(&l->w, b);
	else
		buf_add_text(l->v->out, b ? "true" : "false");
}

void
apilist_time_ms(struct apilist *l, int64_t ms)
{
	char text[CLOCK_TEXT_MAX];

	begin_cell(l);
	if (l->form != APILIST_CSV)
		jsonw_time(&l->w, ms);
	else if (ms != CLOCK_NONE)
		buf_add_text(l->v->out, clock_format_utc(ms, text));
}

void
apilist_none(struct apilist *l)
{
	apilist_time_ms(l, CLOCK_NONE);
}

void
apilist_id(struct apilist *l, int64_t id)
{
	if (id > 0)
		apilist_int(l, id);
	else
		apilist_none(l);
}

void
apilist_month(struct apilist *l, int year, int month)
{
	char name[32];

	(void)snprintf(name, sizeof name, "%04d-%02d", year, month);
	apilist_text(l, name);
}

void
apilist_words(struct apilist *l, struct str words)
{
	if (l->form == APILIST_CSV) {
		apilist_str(l, words);
		return;
	}
	begin_cell(l);
	api_words(&l->w, words);
}

void
apilist_json(struct apilist *l, struct str json)
{
	if (l->form == APILIST_CSV) {
		apilist_str(l, json);
		return;
	}
	begin_cell(l);
	jsonw_raw(&l->w, json);
}

void
apilist_point(struct apilist *l, double lat, double lon)
{
	CHECK(l->kind->has_point);
	if (l->form != APILIST_GEOJSON) {
		apilist_real(l, lat, 6);
		apilist_real(l, lon, 6);
		return;
	}
	l->lat = lat;
	l->lon = lon;
	l->column += 2;
}

/* After the properties: where it is, if that is known (RFC 7946, 3.2). */
static void
write_geometry(struct apilist *l)
{
	jsonw_key(&l->w, "geometry");
	if (isnan(l->lat) || isnan(l->lon)) {
		jsonw_null(&l->w);
		return;
	}
	jsonw_object(&l->w);
	jsonw_member_text(&l->w, "type", "Point");
	jsonw_key(&l->w, "coordinates");
	jsonw_array(&l->w);
	jsonw_real(&l->w, l->lon, 6);
	jsonw_real(&l->w, l->lat, 6);
	jsonw_close(&l->w);
	jsonw_close(&l->w);
}

void
apilist_row(struct apilist *l, const int64_t *place)
{
	CHECK(!l->kind->columns[l->column]);
	memcpy(l->last, place, l->kind->place_count * sizeof *place);
	l->column = 0;
	l->row_count++;
	if (l->form == APILIST_CSV) {
		buf_add_text(l->v->out, "\r\n");
		return;
	}
	jsonw_close(&l->w);
	if (l->form == APILIST_GEOJSON) {
		write_geometry(l);
		jsonw_close(&l->w);
	}
}
