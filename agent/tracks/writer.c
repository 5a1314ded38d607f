/*
 * writer: four forms, each a row of three functions.
 *
 * A chunk is the longest piece any of them writes at once, so none holds a
 * whole track: GeoJSON and KML get a feature or a gx:Track for each, since
 * their positions and times are two lists that must both be complete.
 */
#include "agent/tracks/writer.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/jsonw.h"
#include "agent/tracks/chunk.h"

/* ---- What all have in common ---- */

/* The time of a fix as it is written; "" if it has none. */
static const char *
time_text(
    const struct writer *w, const struct track_fix *f, char out[CLOCK_TEXT_MAX])
{
	if (f->time_ms == CLOCK_NONE || w->head->correction_ms == CLOCK_NONE)
		return track_time_text(f->time_ms, TRACK_CLOCK_LOCAL, out);
	return track_time_text(
	    f->time_ms + w->head->correction_ms, TRACK_CLOCK_UTC, out);
}

/* How the times were come by, in one sentence. */
static void
add_note(const struct writer_head *h, struct buf *out)
{
	if (h->sha256[0])
		buf_addf(out, "Original sha256 %s. ", h->sha256);
	buf_add_text(out,
	    h->only_kept ? "Cleaned: fixes found wrong, and standing still, "
			   "are left out. "
			 : "All fixes as recorded. ");
	buf_addf(out, "Clock %s; ", h->clock);
	if (h->correction_ms == CLOCK_NONE)
		buf_add_text(out, "times are as recorded, UTC is unknown");
	else
		buf_addf(out,
		    "%s%.3f s added to the recorded times to get UTC, give or "
		    "take %.3f s",
		    h->correction_ms < 0 ? "" : "+",
		    (double)h->correction_ms / 1000,
		    (double)h->uncertainty_ms / 1000);
	buf_addf(out, ": %.*s.", STR_ARG(h->clock_why));
}

/* Append text for XML: what XML cannot hold becomes "?". */
static void
add_xml(struct buf *out, struct str s)
{
	while (s.len > 0) {
		size_t n = str_utf8_len(s.p, s.len);
		char c = s.p[0];

		if (c == '&')
			buf_add_text(out, "&amp;");
		else if (c == '<')
			buf_add_text(out, "&lt;");
		else if (c == '>')
			buf_add_text(out, "&gt;");
		else if (c == '"')
			buf_add_text(out, "&quot;");
		else if (n == 0 ||
			 ((unsigned char)c < 0x20 && c != '\t' && c != '\n') ||
			 (n == 3 && memcmp(s.p, "\xef\xbf", 2) == 0))
			buf_add_char(out, '?');
		else
			buf_add(out, s.p, n);
		n = n > 0 ? n : 1;
		s = str_make(s.p + n, s.len - n);
	}
}

static void
add_xml_note(struct writer *w)
{
	struct buf note = { 0 };

	add_note(w->head, &note);
	add_xml(w->out, buf_str(&note));
	buf_clear(&note);
}

/* "<name>value</name>" if there is a value. */
static void
add_float(struct buf *out, const char *before, float v, int decimals,
    const char *after)
{
	if (isfinite(v))
		buf_addf(out, "%s%.*f%s", before, decimals, (double)v, after);
}

/* ---- GPX ---- */

static void
gpx_begin(struct writer *w)
{
	buf_add_text(w->out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<gpx version=\"1.1\" creator=\"Buzzard\""
	    " xmlns=\"http://www.topografix.com/GPX/1/1\""
	    " xmlns:m=\"https://example.org/buzzard/motion\">\n"
	    "<metadata><desc>");
	add_xml_note(w);
	buf_add_text(w->out, "</desc></metadata>\n<trk><name>");
	add_xml(w->out, w->head->name);
	buf_addf(w->out, "</name><src>%s", w->head->class);
	if (w->head->unit.len > 0) {
		buf_add_char(w->out, ' ');
		add_xml(w->out, w->head->unit);
	}
	buf_add_text(w->out, "</src>\n");
}

static void
gpx_fix(struct writer *w, const struct track_fix *f)
{
	char text[CLOCK_TEXT_MAX];
	bool moves = isfinite(f->speed_mps) || isfinite(f->course_deg);

	buf_addf(w->out, "<trkpt lat=\"%.7f\" lon=\"%.7f\">", f->lat, f->lon);
	add_float(w->out, "<ele>", f->altitude_m, 2, "</ele>");
	if (f->time_ms != CLOCK_NONE)
		buf_addf(w->out, "<time>%s</time>", time_text(w, f, text));
	if (moves)
		buf_add_text(w->out, "<extensions>");
	add_float(w->out, "<m:speed>", f->speed_mps, 2, "</m:speed>");
	add_float(w->out, "<m:course>", f->course_deg, 1, "</m:course>");
	if (moves)
		buf_add_text(w->out, "</extensions>");
	buf_add_text(w->out, "</trkpt>\n");
}

static void
gpx_run(struct writer *w, const struct track_fix *fixes,
    const unsigned char *marks, size_t count, bool is_first)
{
	(void)marks;
	if (is_first)
		buf_add_text(w->out,
		    w->has_run ? "</trkseg>\n<trkseg>\n" : "<trkseg>\n");
	for (size_t i = 0; i < count; i++)
		gpx_fix(w, &fixes[i]);
}

static void
gpx_end(struct writer *w)
{
	if (w->has_run)
		buf_add_text(w->out, "</trkseg>\n");
	buf_add_text(w->out, "</trk></gpx>\n");
}

/* ---- KML ---- */

static void
kml_begin(struct writer *w)
{
	buf_add_text(w->out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<kml xmlns=\"http://www.opengis.net/kml/2.2\""
	    " xmlns:gx=\"http://www.google.com/kml/ext/2.2\">\n"
	    "<Placemark><name>");
	add_xml(w->out, w->head->name);
	buf_add_text(w->out, "</name><description>");
	add_xml_note(w);
	buf_add_text(w->out, "</description>\n");
	buf_add_text(w->out,
	    w->head->has_times ? "<gx:MultiTrack>\n" : "<MultiGeometry>\n");
}

static void
kml_track(struct writer *w, const struct track_fix *fixes, size_t count)
{
	char text[CLOCK_TEXT_MAX];

	buf_add_text(
	    w->out, "<gx:Track><altitudeMode>absolute</altitudeMode>\n");
	for (size_t i = 0; i < count; i++)
		buf_addf(
		    w->out, "<when>%s</when>\n", time_text(w, &fixes[i], text));
	for (size_t i = 0; i < count; i++) {
		const struct track_fix *f = &fixes[i];

		buf_addf(w->out, "<gx:coord>%.7f %.7f", f->lon, f->lat);
		add_float(w->out, " ", f->altitude_m, 2, "");
		buf_add_text(w->out, "</gx:coord>\n");
	}
	buf_add_text(w->out, "</gx:Track>\n");
}

static void
kml_line(struct writer *w, const struct track_fix *fixes, size_t count)
{
	buf_add_text(w->out, "<LineString><coordinates>\n");
	for (size_t i = 0; i < count; i++) {
		buf_addf(w->out, "%.7f,%.7f", fixes[i].lon, fixes[i].lat);
		add_float(w->out, ",", fixes[i].altitude_m, 2, "");
		buf_add_char(w->out, '\n');
	}
	buf_add_text(w->out, "</coordinates></LineString>\n");
}

static void
kml_run(struct writer *w, const struct track_fix *fixes,
    const unsigned char *marks, size_t count, bool is_first)
{
	(void)marks;
	(void)is_first;
	if (w->head->has_times)
		kml_track(w, fixes, count);
	else
		kml_line(w, fixes, count);
}

static void
kml_end(struct writer *w)
{
	buf_add_text(w->out,
	    w->head->has_times ? "</gx:MultiTrack>\n" : "</MultiGeometry>\n");
	buf_add_text(w->out, "</Placemark></kml>\n");
}

/* ---- GeoJSON ---- */

static void
geojson_begin(struct writer *w)
{
	const struct writer_head *h = w->head;
	struct buf note = { 0 };
	struct jsonw j;

	add_note(h, &note);
	buf_add_text(w->out, "{\"type\":\"FeatureCollection\",\"properties\":");
	jsonw_init(&j, w->out);
	jsonw_object(&j);
	jsonw_key(&j, "name");
	jsonw_str(&j, h->name);
	jsonw_key(&j, "unit");
	jsonw_str(&j, h->unit);
	jsonw_key(&j, "class");
	jsonw_text(&j, h->class);
	jsonw_key(&j, "sha256");
	jsonw_text(&j, h->sha256[0] ? h->sha256 : NULL);
	jsonw_key(&j, "clock");
	jsonw_text(&j, h->clock);
	jsonw_key(&j, "correction_ms");
	if (h->correction_ms == CLOCK_NONE)
		jsonw_null(&j);
	else
		jsonw_int(&j, h->correction_ms);
	jsonw_key(&j, "uncertainty_ms");
	jsonw_int(&j, h->uncertainty_ms);
	jsonw_key(&j, "note");
	jsonw_str(&j, buf_str(&note));
	jsonw_close(&j);
	buf_add_text(w->out, ",\"features\":[\n");
	buf_clear(&note);
}

static void
geojson_place(struct jsonw *j, const struct track_fix *f)
{
	jsonw_array(j);
	jsonw_real(j, f->lon, 7);
	jsonw_real(j, f->lat, 7);
	if (isfinite(f->altitude_m))
		jsonw_real(j, (double)f->altitude_m, 2);
	jsonw_close(j);
}

static void
geojson_time(struct writer *w, struct jsonw *j, const struct track_fix *f)
{
	char text[CLOCK_TEXT_MAX];

	if (f->time_ms == CLOCK_NONE)
		jsonw_null(j);
	else
		jsonw_text(j, time_text(w, f, text));
}

static void
geojson_geometry(struct jsonw *j, const struct track_fix *fixes, size_t count)
{
	jsonw_key(j, "geometry");
	jsonw_object(j);
	jsonw_key(j, "type");
	jsonw_text(j, count == 1 ? "Point" : "LineString");
	jsonw_key(j, "coordinates");
	if (count == 1) {
		geojson_place(j, fixes);
	} else {
		jsonw_array(j);
		for (size_t i = 0; i < count; i++)
			geojson_place(j, &fixes[i]);
		jsonw_close(j);
	}
	jsonw_close(j);
}

static void
geojson_run(struct writer *w, const struct track_fix *fixes,
    const unsigned char *marks, size_t count, bool is_first)
{
	struct jsonw j;

	(void)marks;
	(void)is_first;
	if (w->has_run)
		buf_add_text(w->out, ",\n");
	jsonw_init(&j, w->out);
	jsonw_object(&j);
	jsonw_key(&j, "type");
	jsonw_text(&j, "Feature");
	jsonw_key(&j, "properties");
	jsonw_object(&j);
	jsonw_key(&j, "part");
	jsonw_int(&j, fixes->segment);
	if (count == 1) {
		jsonw_key(&j, "time");
		geojson_time(w, &j, fixes);
	} else if (w->head->has_times) {
		jsonw_key(&j, "coordTimes");
		jsonw_array(&j);
		for (size_t i = 0; i < count; i++)
			geojson_time(w, &j, &fixes[i]);
		jsonw_close(&j);
	}
	jsonw_close(&j);
	geojson_geometry(&j, fixes, count);
	jsonw_close(&j);
}

static void
geojson_end(struct writer *w)
{
	buf_add_text(w->out, "\n]}\n");
}

/* ---- CSV ---- */

/* A quoted field; one that a spreadsheet would reckon with is made text. */
static void
add_field(struct buf *out, struct str s)
{
	buf_add_char(out, '"');
	if (s.len > 0 && strchr("=+-@\t\r", s.p[0]))
		buf_add_char(out, '\'');
	while (s.len > 0) {
		size_t n = str_utf8_len(s.p, s.len);

		if (s.p[0] == '"')
			buf_add_char(out, '"');
		if (n == 0 || (unsigned char)s.p[0] < 0x20)
			buf_add_char(out, '?');
		else
			buf_add(out, s.p, n);
		n = n > 0 ? n : 1;
		s = str_make(s.p + n, s.len - n);
	}
	buf_add_char(out, '"');
}

static void
csv_begin(struct writer *w)
{
	buf_add_text(w->out,
	    "time,latitude,longitude,altitude,speed,course,heading,accuracy,"
	    "clip_ms,part,byte,mark,time_recorded,correction_s,"
	    "uncertainty_s,sha256,name,unit,class,note\r\n");
}

static void
csv_number(struct buf *out, float v, int decimals)
{
	add_float(out, "", v, decimals, "");
	buf_add_char(out, ',');
}

/* The columns that are the same in every row. */
static void
csv_same(struct writer *w)
{
	const struct writer_head *h = w->head;
	struct buf note = { 0 };

	if (h->correction_ms != CLOCK_NONE)
		buf_addf(w->out, "%.3f,%.3f,", (double)h->correction_ms / 1000,
		    (double)h->uncertainty_ms / 1000);
	else
		buf_add_text(w->out, ",,");
	buf_addf(w->out, "%s,", h->sha256);
	add_field(w->out, h->name);
	buf_add_char(w->out, ',');
	add_field(w->out, h->unit);
	buf_addf(w->out, ",%s,", h->class);
	if (!w->has_run) {
		add_note(h, &note);
		add_field(w->out, buf_str(&note));
		buf_clear(&note);
	}
}

static void
csv_run(struct writer *w, const struct track_fix *fixes,
    const unsigned char *marks, size_t count, bool is_first)
{
	char text[CLOCK_TEXT_MAX];

	(void)is_first;
	for (size_t i = 0; i < count; i++) {
		const struct track_fix *f = &fixes[i];

		buf_addf(w->out, "%s,%.7f,%.7f,", time_text(w, f, text), f->lat,
		    f->lon);
		csv_number(w->out, f->altitude_m, 2);
		csv_number(w->out, f->speed_mps, 2);
		csv_number(w->out, f->course_deg, 1);
		csv_number(w->out, f->heading_deg, 1);
		csv_number(w->out, f->uncertainty_m, 1);
		if (f->clip_ms >= 0)
			buf_addf(w->out, "%" PRId64, f->clip_ms);
		buf_addf(w->out, ",%" PRIu32 ",", f->segment);
		if (f->offset != TRACK_OFFSET_NONE)
			buf_addf(w->out, "%" PRIu64, f->offset);
		buf_addf(w->out, ",%s,%s,",
		    track_mark_name((enum track_mark)marks[i]),
		    track_time_text(f->time_ms, TRACK_CLOCK_LOCAL, text));
		csv_same(w);
		buf_add_text(w->out, "\r\n");
		w->has_run = true;
	}
}

static void
csv_end(struct writer *w)
{
	(void)w;
}

/* ---- The table ---- */

static const struct writer_kind kinds[] = {
	{ "gpx", gpx_begin, gpx_run, gpx_end },
	{ "geojson", geojson_begin, geojson_run, geojson_end },
	{ "kml", kml_begin, kml_run, kml_end },
	{ "csv", csv_begin, csv_run, csv_end },
};

const struct writer_kind *
writer_kind_find(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

void
writer_init(struct writer *w, const struct writer_kind *kind,
    const struct writer_head *head, struct buf *out)
{
	*w = (struct writer){ .kind = kind, .head = head, .out = out };
	w->kept = alloc_zero(CHUNK_FIXES_MAX, sizeof(*w->kept));
	w->marks = alloc_zero(CHUNK_FIXES_MAX, sizeof(*w->marks));
	kind->begin(w);
}

/* Those from begin on that are of one segment. */
static size_t
run_length(const struct writer *w, size_t begin, size_t count)
{
	size_t n = 1;

	while (begin + n < count &&
	       w->kept[begin + n].segment == w->kept[begin].segment)
		n++;
	return n;
}

void
writer_add(struct writer *w, const struct track_fix *fixes,
    const unsigned char *marks, size_t count)
{
	size_t kept = 0;

	CHECK(count <= CHUNK_FIXES_MAX);
	for (size_t i = 0; i < count; i++) {
		if (marks[i] == TRACK_MARK_LINK ||
		    (w->head->only_kept && marks[i] != TRACK_MARK_KEEP))
			continue;
		w->kept[kept] = fixes[i];
		w->marks[kept++] = marks[i];
	}
	for (size_t i = 0; i < kept;) {
		size_t n = run_length(w, i, kept);
		bool is_first = !w->has_run || w->kept[i].segment != w->segment;

		w->kind->run(w, w->kept + i, w->marks + i, n, is_first);
		w->has_run = true;
		w->segment = w->kept[i].segment;
		i += n;
	}
}

void
writer_finish(struct writer *w)
{
	w->kind->end(w);
	free(w->kept);
	free(w->marks);
	w->kept = NULL;
	w->marks = NULL;
}
