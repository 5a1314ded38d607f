/*
 * The map, and beside it the list that says the same.  Without scripts the
 * list is the page; with them the map is drawn over it (static/map.js) and the
 * list follows the map.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/geo/towns.h"
#include "agent/review/api_map.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/mapground.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "agent/store/areastore.h"
#include "agent/store/trackstore.h"
#include "agent/store/unitstore.h"

#define TRACKS_SHOWN 50

/* The letter that a theme has on the map, beside its shape. */
static const struct letter {
	const char *theme;
	char letter;
} letters[] = {
	{ "encampment", 'E' },
	{ "equine", 'Q' },
	{ "fly-tipping", 'F' },
	{ "fuel", 'U' },
	{ "hare-coursing", 'H' },
	{ "heritage", 'R' },
	{ "livestock", 'L' },
	{ "machinery", 'M' },
	{ "poaching", 'P' },
	{ "rural-asb", 'A' },
	{ "wildlife", 'W' },
};

/* The page being written. */
struct mapping {
	struct visit *v;
	struct mapstore_filter filter;
	int64_t rows, last_ms, last_id;
	int64_t seen_track;
	bool has_begun; /* the list of a section has its first row */
};

static struct str
first_word(struct str words)
{
	size_t len = 0;

	while (len < words.len && words.p[len] != ',')
		len++;
	return str_make(words.p, len);
}

static char
letter_of(struct str theme)
{
	for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
		if (str_is(theme, letters[i].theme))
			return letters[i].letter;
	return '?';
}

/* --- what is asked for --- */

static void
print_days(struct mapping *m)
{
	static const struct {
		int64_t days;
		const char *words;
	} spans[] = {
		{ 1, "24 hours" },
		{ 7, "7 days" },
		{ 28, "28 days" },
		{ 92, "3 months" },
		{ 366, "a year" },
	};
	int64_t chosen = api_map_days(&m->filter);

	buf_add_text(m->v->out, "<p><label for=\"days\">Opened within</label>"
				"<select id=\"days\" name=\"days\">");
	for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++)
		buf_addf(m->v->out,
		    "<option value=\"%" PRId64 "\"%s>%s</option>",
		    spans[i].days, spans[i].days == chosen ? " selected" : "",
		    spans[i].words);
	buf_add_text(m->v->out,
	    "</select></p><p><label for=\"until\">Up to (empty: now)</label>"
	    "<input type=\"date\" id=\"until\" name=\"until\" value=\"");
	html_text(m->v->out, http_query(m->v->rq, "until"));
	buf_add_text(m->v->out, "\"></p>");
}

static void
print_form(struct mapping *m)
{
	struct buf *out = m->v->out;
	const struct mapstore_filter *f = &m->filter;

	buf_addf(out,
	    "<form class=\"filter\" id=\"mapfilter\" method=\"get\" "
	    "action=\"/map\"><input type=\"hidden\" id=\"bbox\" name=\"bbox\" "
	    "value=\"%.5f,%.5f,%.5f,%.5f\">"
	    "<p><label for=\"theme\">Theme</label><select id=\"theme\" "
	    "name=\"theme\"><option value=\"\">All themes</option>",
	    f->west, f->south, f->east, f->north);
	html_theme_options(out, f->theme);
	buf_add_text(out, "</select></p>");
	print_days(m);
	buf_addf(out,
	    "<p><label><input type=\"checkbox\" name=\"level\" "
	    "value=\"alert\"%s> Alerts only</label></p>"
	    "<p><label><input type=\"checkbox\" name=\"progress\" "
	    "value=\"yes\"%s> In progress only</label></p>"
	    "<p><button>Show</button></p></form>",
	    f->alerts_only ? " checked" : "", f->in_progress ? " checked" : "");
}

/* What the script draws, and what it draws on. */
static void
print_canvas(struct mapping *m)
{
	const struct mapground *g = m->v->service->ground;
	struct buf *out = m->v->out;

	buf_add_text(out,
	    "<div class=\"mapframe\" hidden><fieldset class=\"layers\"><legend>"
	    "Layers</legend>"
	    "<label><input type=\"checkbox\" data-layer=\"incidents\" checked> "
	    "Incidents</label>"
	    "<label><input type=\"checkbox\" data-layer=\"boundaries\" checked>"
	    " Boundaries</label>"
	    "<label><input type=\"checkbox\" data-layer=\"names\" checked> "
	    "Names</label>"
	    "<label><input type=\"checkbox\" data-layer=\"units\"> Units"
	    "</label><label><input type=\"checkbox\" data-layer=\"areas\"> "
	    "Areas</label>");
	if (visit_may(m->v, ACCOUNT_TRACKS))
		buf_add_text(out, "<label><input type=\"checkbox\" "
				  "data-layer=\"tracks\"> Recordings</label>");
	buf_add_text(out,
	    "</fieldset><div id=\"map\" role=\"region\" "
	    "aria-label=\"Map; the list beside it says the same\"");
	if (mapground_tiles(g)) {
		buf_add_text(out, " data-tiles=\"");
		html_words(out, mapground_tiles(g));
		buf_add_text(out, "\" data-credit=\"");
		html_words(out, mapground_credit(g) ? mapground_credit(g) : "");
		buf_add_text(out, "\"");
	}
	buf_add_text(out,
	    "></div><p class=\"legend\">Square: alert; circle: for review; "
	    "double edge: in progress; a number: so many at one place. Letters "
	    "are those of the list. Broken circle: how sure the place is. "
	    "Units are where they last said they were, with their age.</p>"
	    "<p id=\"mapproblem\" class=\"problem\" role=\"alert\" hidden></p>"
	    "</div>");
}

/* --- the list --- */

static void
print_place(struct buf *out, const struct mapstore_row *row)
{
	buf_add_text(out, "<br><span class=\"where\">");
	if (str_is_given(row->near_name)) {
		if (!isnan(row->near_m) && row->near_m >= 100) {
			buf_addf(out, "%.1f km ", row->near_m / 1000);
			html_text(out, row->near_bearing);
			buf_add_text(out, " of ");
		}
		html_text(out, row->near_name);
		buf_add_text(out, ", ");
	}
	html_text(out, row->grid_ref);
	buf_add_text(out, "</span>");
}

static void
print_row(void *user, const struct mapstore_row *row)
{
	struct mapping *m = user;
	struct buf *out = m->v->out;

	buf_addf(out,
	    "<li data-id=\"%" PRId64
	    "\"><span class=\"sign %s%s\" aria-hidden=\"true\">%c</span>"
	    "<div><a href=\"/incident/%" PRId64 "\">",
	    row->id, row->level == RULES_ALERT ? "alert" : "review",
	    row->in_progress ? " progress" : "",
	    letter_of(first_word(row->themes)), row->id);
	html_themes(out, row->themes);
	buf_addf(out, "</a>, %s%s<br><span class=\"when\">",
	    row->level == RULES_ALERT ? "alert" : "for review",
	    row->in_progress ? ", in progress" : "");
	html_time(out, row->opened_ms);
	buf_add_text(out, "</span>");
	print_place(out, row);
	buf_add_text(out, "</div></li>");
	m->rows++;
	m->last_ms = row->opened_ms;
	m->last_id = row->id;
}

static void
print_count(struct mapping *m, int64_t count)
{
	const char *more = count >= MAPSTORE_COUNT_MAX ? " or more" : "";
	struct buf *out = m->v->out;

	buf_add_text(out, "<p id=\"mapcount\" role=\"status\">");
	if (count == 0)
		buf_add_text(out, "No tagged incident lies here in this time.");
	else if (count <= m->rows)
		buf_addf(out, "<strong>%" PRId64 "</strong> %s.", count,
		    count == 1 ? "incident" : "incidents");
	else
		buf_addf(out,
		    "The latest <strong>%" PRId64 "</strong> of %" PRId64
		    "%s incidents.",
		    m->rows, count, more);
	buf_add_text(out, "</p>");
}

static void
print_next(struct mapping *m, int64_t count)
{
	const struct mapstore_filter *f = &m->filter;
	struct buf *out = m->v->out;

	if (count <= m->rows)
		return;
	buf_addf(out,
	    "<p class=\"next\" id=\"mapnext\"><a rel=\"next\" href=\"/map?after="
	    "%" PRId64 ".%" PRId64
	    "&amp;bbox=%.5f,%.5f,%.5f,%.5f&amp;days=%" PRId64 "&amp;theme=",
	    m->last_ms, m->last_id, f->west, f->south, f->east, f->north,
	    api_map_days(f));
	html_url(out, f->theme);
	buf_add_text(out, "&amp;until=");
	html_url(out, http_query(m->v->rq, "until"));
	buf_addf(out, "%s%s\">Older ones</a></p>",
	    f->alerts_only ? "&amp;level=alert" : "",
	    f->in_progress ? "&amp;progress=yes" : "");
}

/* The list into the answer, behind its count, which is known after it. */
static int
print_incidents(struct mapping *m, struct err *e)
{
	static const char *const params[] = { "bbox", "days", "until", "theme",
		"level", "progress", NULL };
	struct buf rows = { 0 }, *page = m->v->out;
	int64_t count = 0;
	int r;

	m->v->out = &rows;
	r = mapstore_list(m->v->desk->map, &m->filter, print_row, m, &count, e);
	m->v->out = page;
	buf_add_text(page, "<section class=\"maplist\" aria-labelledby="
			   "\"incidents\"><h2 id=\"incidents\">Incidents</h2>");
	print_count(m, count);
	buf_add_text(page, "<ol id=\"maplist\">");
	buf_add_str(page, buf_str(&rows));
	buf_add_text(page, "</ol>");
	visit_csv_with(m->v, "/v1/map/list", params, "what lies here");
	print_next(m, count);
	buf_add_text(page, "</section>");
	buf_clear(&rows);
	return r;
}

/* --- what else there is --- */

/* A table begins with its first row, and not without one. */
static void
begin_table(struct mapping *m, const char *id, const char *heads)
{
	if (!m->has_begun)
		buf_addf(m->v->out,
		    "<section aria-labelledby=\"%s\"><h2 id=\"%s\">%s</h2>"
		    "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
		    "aria-label=\"Table of %s\"><table class=\"words\">"
		    "<thead><tr>%s</tr></thead><tbody>",
		    id, id, id, id, heads);
	m->has_begun = true;
}

static void
end_table(struct mapping *m)
{
	if (m->has_begun)
		buf_add_text(m->v->out, "</tbody></table></div></section>");
	m->has_begun = false;
}

static void
print_near(struct buf *out, double lat, double lon)
{
	struct towns_near near;

	if (!towns_find_near(lat, lon, &near))
		return;
	if (near.distance_m >= 100)
		buf_addf(out, "%.1f km %s of ", near.distance_m / 1000,
		    near.bearing);
	html_words(out, near.name);
}

static void
print_unit(void *user, const struct unitstore_unit *u)
{
	struct mapping *m = user;
	const struct mapstore_filter *f = &m->filter;
	struct buf *out = m->v->out;
	int64_t age_ms = m->v->now_ms - u->fix.time_ms;

	if (u->fix.time_ms == CLOCK_NONE || u->fix.lat < f->south ||
	    u->fix.lat > f->north || u->fix.lon < f->west ||
	    u->fix.lon > f->east)
		return;
	begin_table(m, "Units",
	    "<th scope=\"col\">Unit</th><th scope=\"col\">Last place</th>"
	    "<th scope=\"col\">When</th>");
	buf_add_text(out, "<tr><th scope=\"row\">");
	html_text(out, u->name);
	buf_add_text(out, "</th><td>");
	print_near(out, u->fix.lat, u->fix.lon);
	buf_add_text(out, "</td><td>");
	html_ago(out, u->fix.time_ms, m->v->now_ms);
	if (age_ms > mapground_stale_ms(m->v->service->ground) ||
	    u->gone_ms != CLOCK_NONE)
		buf_add_text(out, " <strong>stale</strong>");
	buf_add_text(out, "</td></tr>");
}

static void
print_area(void *user, const struct areastore_row *row)
{
	struct mapping *m = user;
	struct buf *out = m->v->out;

	begin_table(m, "Areas",
	    "<th scope=\"col\">Area</th><th scope=\"col\">Drawn</th>");
	buf_add_text(out, "<tr><th scope=\"row\">");
	html_text(out, row->name);
	buf_add_text(out, "</th><td>");
	html_time(out, row->made_ms);
	buf_add_text(out, "</td></tr>");
}

static void
print_track(void *user, const struct trackstore_row *row,
    const struct trackstore_piece *piece)
{
	struct mapping *m = user;
	struct buf *out = m->v->out;

	(void)piece;
	if (row->id == m->seen_track || m->rows >= TRACKS_SHOWN)
		return;
	m->seen_track = row->id;
	m->rows++;
	begin_table(m, "Recordings",
	    "<th scope=\"col\">Recording</th><th scope=\"col\">Of</th>"
	    "<th scope=\"col\">From</th><th scope=\"col\">To</th>");
	buf_addf(out, "<tr><th scope=\"row\">Track %" PRId64 "</th><td>%s ",
	    row->id, track_class_name(row->class));
	html_text(out, row->unit);
	buf_add_text(out, "</td><td>");
	html_time(out, trackstore_utc(row, row->first_ms));
	buf_add_text(out, "</td><td>");
	html_time(out, trackstore_utc(row, row->last_ms));
	buf_add_text(out, "</td></tr>");
}

static int
print_tracks(struct mapping *m, struct err *e)
{
	const struct mapstore_filter *f = &m->filter;
	const struct trackstore_window window = { .south = f->south,
		.north = f->north,
		.west = f->west,
		.east = f->east,
		.from_ms = f->from_ms,
		.to_ms = f->to_ms };

	if (!visit_may(m->v, ACCOUNT_TRACKS))
		return 0;
	m->rows = 0;
	return trackstore_find(m->v->desk->tracks, &window, print_track, m, e);
}

static int
print_rest(struct mapping *m, struct err *e)
{
	struct desk *d = m->v->desk;

	if (unitstore_each(d->units, print_unit, m, e) < 0)
		return -1;
	end_table(m);
	if (areastore_each(d->areas, print_area, m, e) < 0)
		return -1;
	end_table(m);
	if (print_tracks(m, e) < 0)
		return -1;
	end_table(m);
	return 0;
}

/* --- the page --- */

/* "1768387327000.17", the row that the page begins behind. */
static void
read_after(struct mapping *m)
{
	struct str after = http_query(m->v->rq, "after");
	size_t dot = 0;

	while (dot < after.len && after.p[dot] != '.')
		dot++;
	if (dot == after.len)
		return;
	m->filter.after_ms = visit_number(str_make(after.p, dot));
	m->filter.after_id =
	    visit_number(str_make(after.p + dot + 1, after.len - dot - 1));
}

static int
print_page(struct mapping *m, struct err *e)
{
	struct buf *out = m->v->out;

	visit_page(m->v, "Map");
	buf_add_text(out,
	    "<link rel=\"stylesheet\" href=\"/static/leaflet.css\">"
	    "<link rel=\"stylesheet\" href=\"/static/map.css\">"
	    "<script src=\"/static/leaflet.js\" defer></script>"
	    "<script type=\"module\" src=\"/static/map.js\"></script>");
	print_form(m);
	buf_add_text(out, "<div class=\"mapview\">");
	print_canvas(m);
	if (print_incidents(m, e) < 0)
		return -1;
	buf_add_text(out, "</div>");
	if (print_rest(m, e) < 0)
		return -1;
	visit_page_end(m->v);
	return 0;
}

void
page_map(struct visit *v)
{
	struct mapping m = { .v = v };
	struct err e = { 0 };
	const char *wrong;

	if (api_map_filter(v, &m.filter, &wrong) < 0) {
		visit_say(v, 400, "This address cannot be read",
		    "What is behind the question mark is no piece of the map, "
		    "time or theme. Go to the map and choose again.");
		return;
	}
	read_after(&m);
	if (visit_record_look(v, 0,
		visit_may(v, ACCOUNT_TRACKS) ? "map, recordings" : "map",
		&e) < 0 ||
	    print_page(&m, &e) < 0)
		visit_fail(v, &e);
}
