/*
 * Each layer is written straight from its source; none is kept.  What shows
 * where officers or suspects were is recorded as looked at before it is read.
 */
#include "agent/review/api_map.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/base/jsonw.h"
#include "agent/geo/outlines.h"
#include "agent/geo/towns.h"
#include "agent/geo/villages.h"
#include "agent/review/api.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/mapground.h"
#include "agent/review/maplayer.h"
#include "agent/review/service_private.h"
#include "agent/store/areastore.h"
#include "agent/store/unitstore.h"

#define DAY_MS      INT64_C(86400000)
#define NAMES_MAX   250
#define ZOOM_PRESET 9

/* From this zoom on villages are named, too. */
#define VILLAGES_ZOOM 11

/* --- what is asked for --- */

static bool
read_degrees(const char **at, double least, double most, double *out)
{
	char *end;

	*out = strtod(*at, &end);
	if (end == *at || !isfinite(*out) || *out < least || *out > most)
		return false;
	*at = end;
	return true;
}

/* "west,south,east,north", or the county if it is not given. */
static bool
read_box(struct visit *v, struct mapstore_filter *f)
{
	struct str text = http_query(v->rq, "bbox");
	const char *at;

	f->west = API_MAP_WEST;
	f->south = API_MAP_SOUTH;
	f->east = API_MAP_EAST;
	f->north = API_MAP_NORTH;
	if (!str_is_given(text) || text.len == 0)
		return true;
	at = arena_str(v->desk->arena, text).p;
	if (strlen(at) != text.len || strspn(at, "0123456789.,-") != text.len)
		return false;
	return read_degrees(&at, -180, 180, &f->west) && *at++ == ',' &&
	       read_degrees(&at, -90, 90, &f->south) && *at++ == ',' &&
	       read_degrees(&at, f->west, 180, &f->east) && *at++ == ',' &&
	       read_degrees(&at, f->south, 90, &f->north) && *at == '\0';
}

/* A whole number from least to most; preset if it is not given. */
static bool
read_number(struct visit *v, const char *name, int64_t preset, int64_t most,
    int64_t *out)
{
	struct str text = http_query(v->rq, name);

	*out = preset;
	if (!str_is_given(text) || text.len == 0)
		return true;
	*out = str_is(text, "0") ? 0 : visit_number(text);
	return (*out > 0 || str_is(text, "0")) && *out <= most;
}

/* One word or nothing. */
static bool
read_word(struct visit *v, const char *name, const char *word, bool *out)
{
	struct str text = http_query(v->rq, name);

	*out = str_is(text, word);
	return *out || !str_is_given(text) || text.len == 0;
}

/* The end of a day in London; without one, an hour on, for clocks differ. */
static bool
read_until(struct visit *v, int64_t *ms)
{
	struct str text = http_query(v->rq, "until");

	*ms = v->now_ms + DAY_MS / 24;
	if (!str_is_given(text) || text.len == 0)
		return true;
	if (text.len != sizeof "2026-01-14" - 1 || !visit_time(text, ms))
		return false;
	*ms += DAY_MS - 1;
	return true;
}

int
api_map_filter(struct visit *v, struct mapstore_filter *f, const char **wrong)
{
	int64_t days = API_MAP_DAYS;

	*f = (struct mapstore_filter){ .limit = API_MAP_ROWS };
	f->theme = http_query(v->rq, "theme");
	if (f->theme.len == 0)
		f->theme = (struct str){ 0 };
	*wrong = "bbox";
	if (!read_box(v, f))
		return -1;
	*wrong = "days";
	if (!read_number(v, "days", API_MAP_DAYS, API_MAP_DAYS_MAX, &days) ||
	    days == 0)
		return -1;
	*wrong = "theme";
	if (str_is_given(f->theme) && !html_is_theme(f->theme))
		return -1;
	*wrong = "level";
	if (!read_word(v, "level", "alert", &f->alerts_only))
		return -1;
	*wrong = "progress";
	if (!read_word(v, "progress", "yes", &f->in_progress))
		return -1;
	*wrong = "until";
	if (!read_until(v, &f->to_ms))
		return -1;
	f->from_ms = f->to_ms - days * DAY_MS;
	return 0;
}

int64_t
api_map_days(const struct mapstore_filter *f)
{
	return (f->to_ms - f->from_ms) / DAY_MS;
}

/* The filter, or -1 and a problem was answered. */
static void
refuse(struct visit *v, const char *wrong)
{
	api_problem_of(v, 400, wrong,
	    "bbox is west,south,east,north in degrees; zoom is 0 to 18; days "
	    "1 to 366; until a date; theme one of the guide's; level alert; "
	    "progress yes.");
}

int
api_map_ask(struct visit *v, struct mapstore_filter *f)
{
	const char *wrong;

	if (api_map_filter(v, f, &wrong) == 0)
		return 0;
	refuse(v, wrong);
	return -1;
}

static int
read_filter(struct visit *v, struct mapstore_filter *f, int64_t *zoom)
{
	if (api_map_ask(v, f) < 0)
		return -1;
	if (read_number(v, "zoom", ZOOM_PRESET, OUTLINES_ZOOM_MAX, zoom))
		return 0;
	refuse(v, "zoom");
	return -1;
}

/* --- incidents --- */

static void
write_incident(void *user, const struct mapstore_row *row)
{
	struct jsonw *w = user;

	maplayer_feature(w, "incident");
	jsonw_member_int(w, "id", row->id);
	jsonw_member_str(w, "ref", row->ref);
	jsonw_key(w, "themes");
	api_words(w, row->themes);
	jsonw_member_str(w, "level", str_of(rules_level_name(row->level)));
	jsonw_member_bool(w, "in_progress", row->in_progress);
	jsonw_member_time(w, "opened_at", row->opened_ms);
	jsonw_member_str(w, "grid_ref", row->grid_ref);
	maplayer_metres(w, "uncertainty_m", row->uncertainty_m);
	jsonw_member_str(w, "near", row->near_name);
	maplayer_metres(w, "near_m", row->near_m);
	jsonw_member_str(w, "near_bearing", row->near_bearing);
	jsonw_member_str(w, "district", row->district);
	jsonw_member_str(w, "doubt", row->doubt);
	maplayer_at(w, row->lat, row->lon);
}

void
api_map_incidents(struct visit *v)
{
	struct mapstore_filter f;
	struct err e = { 0 };
	struct jsonw w;
	int64_t count, zoom;

	if (read_filter(v, &f, &zoom) < 0)
		return;
	if (visit_record_look(v, 0, "v1/map/incidents", &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	maplayer_begin(v, &w);
	if (mapstore_list(v->desk->map, &f, write_incident, &w, &count, &e) <
	    0) {
		visit_fail(v, &e);
		return;
	}
	maplayer_end(v, &w, count, count > API_MAP_ROWS);
}

/* --- boundaries and names --- */

static bool
is_within(const struct mapstore_filter *f, double lat, double lon)
{
	return lat >= f->south && lat <= f->north && lon >= f->west &&
	       lon <= f->east;
}

/* Without boundaries: the circles that stand for towns. */
static int64_t
write_towns(const struct mapstore_filter *f, struct jsonw *w)
{
	int64_t count = 0;

	for (size_t i = 0; i < towns_count(); i++) {
		const struct town *t = towns_get(i);

		if (t->radius_m <= 0 || !is_within(f, t->lat, t->lon))
			continue;
		maplayer_feature(w, "town");
		jsonw_member_str(w, "name", str_of(t->name));
		maplayer_metres(w, "radius_m", t->radius_m);
		maplayer_at(w, t->lat, t->lon);
		count++;
	}
	return count;
}

void
api_map_boundaries(struct visit *v)
{
	const struct outlines *o = mapground_outlines(v->service->ground);
	struct mapstore_filter f;
	struct jsonw w;
	int64_t zoom, count;

	if (read_filter(v, &f, &zoom) < 0)
		return;
	maplayer_begin(v, &w);
	if (o) {
		const struct outlines_view view = { f.west, f.south, f.east,
			f.north, (int)zoom };

		outlines_write(o, &view, &w);
		count = (int64_t)outlines_count(o);
	} else
		count = write_towns(&f, &w);
	maplayer_end(v, &w, count, false);
}

/* One name, if there is room and it is in the piece. */
static void
write_name(struct jsonw *w, const struct mapstore_filter *f, const char *name,
    const char *kind, double lat, double lon, int64_t *count)
{
	if (*count >= NAMES_MAX || !is_within(f, lat, lon))
		return;
	maplayer_feature(w, kind);
	jsonw_member_str(w, "name", str_of(name));
	maplayer_at(w, lat, lon);
	++*count;
}

void
api_map_names(struct visit *v)
{
	struct mapstore_filter f;
	struct jsonw w;
	int64_t zoom, count = 0;

	if (read_filter(v, &f, &zoom) < 0)
		return;
	maplayer_begin(v, &w);
	for (size_t i = 0; i < towns_count(); i++) {
		const struct town *t = towns_get(i);

		if (t->is_centre && (t->radius_m > 0 || zoom >= VILLAGES_ZOOM))
			write_name(&w, &f, t->name,
			    t->radius_m > 0 ? "town" : "village", t->lat,
			    t->lon, &count);
	}
	for (size_t i = 0; zoom >= VILLAGES_ZOOM && i < villages_count(); i++) {
		const struct village *g = villages_get(i);

		write_name(&w, &f, g->name, "village", g->lat, g->lon, &count);
	}
	maplayer_end(v, &w, count, count == NAMES_MAX);
}

/* --- units and areas --- */

static void
write_unit(void *user, const struct unitstore_unit *u)
{
	struct maplayer *l = user;
	int64_t age_ms = l->v->now_ms - u->fix.time_ms;

	if (u->fix.time_ms == CLOCK_NONE ||
	    !is_within(l->f, u->fix.lat, u->fix.lon))
		return;
	maplayer_feature(&l->w, "unit");
	jsonw_member_str(&l->w, "unit", u->name);
	jsonw_member_time(&l->w, "at", u->fix.time_ms);
	jsonw_member_int(&l->w, "age_s", age_ms / 1000);
	jsonw_member_bool(&l->w, "is_stale",
	    age_ms > mapground_stale_ms(l->v->service->ground) ||
		u->gone_ms != CLOCK_NONE);
	maplayer_metres(&l->w, "uncertainty_m", (double)u->fix.uncertainty_m);
	maplayer_at(&l->w, u->fix.lat, u->fix.lon);
	l->count++;
}

int
api_map_begin(struct maplayer *l, struct visit *v, struct mapstore_filter *f,
    const char *page)
{
	int64_t zoom;

	*l = (struct maplayer){ .v = v, .f = f };
	if (read_filter(v, f, &zoom) < 0)
		return -1;
	if (page && visit_record_look(v, 0, page, &l->e) < 0) {
		visit_fail(v, &l->e);
		return -1;
	}
	maplayer_begin(v, &l->w);
	return 0;
}

void
api_map_units(struct visit *v)
{
	struct mapstore_filter f;
	struct maplayer l;

	if (api_map_begin(&l, v, &f, "v1/map/units") < 0)
		return;
	if (unitstore_each(v->desk->units, write_unit, &l, &l.e) < 0)
		visit_fail(v, &l.e);
	else
		maplayer_end(v, &l.w, l.count, false);
}

/* As it was given: a geometry, a Feature around one, or a list of one. */
static const struct json *
geometry_of(const struct json *root)
{
	const struct json *list = json_member(root, "features");
	const struct json *feature = list ? json_item(list, 0) : root;
	const struct json *inner = json_member(feature, "geometry");

	return inner ? inner : feature;
}

/* No deeper than the reader of JSON lets text be. */
static void
// NOLINTNEXTLINE(misc-no-recursion): the reader of JSON bounds the depth
write_number_tree(struct jsonw *w, const struct json *value)
{
	double x = json_number(value);

	if (!isnan(x)) {
		jsonw_real(w, x, 6);
		return;
	}
	jsonw_array(w);
	for (size_t i = 0; i < json_count(value); i++)
		write_number_tree(w, json_item(value, i));
	jsonw_close(w);
}

static void
write_area(void *user, const struct areastore_row *row)
{
	AUTO(json_free) struct json *root = NULL;
	const struct json *geometry;
	struct maplayer *l = user;
	struct json_place where;
	struct err e = { 0 };

	if (json_parse(row->geojson, &root, &where, &e) < 0)
		return;
	geometry = geometry_of(root);
	maplayer_feature(&l->w, "area");
	jsonw_member_str(&l->w, "name", row->name);
	jsonw_close(&l->w);
	jsonw_key(&l->w, "geometry");
	jsonw_object(&l->w);
	jsonw_member_str(
	    &l->w, "type", json_text(json_member(geometry, "type")));
	jsonw_key(&l->w, "coordinates");
	write_number_tree(&l->w, json_member(geometry, "coordinates"));
	jsonw_close(&l->w);
	jsonw_close(&l->w);
	l->count++;
}

void
api_map_areas(struct visit *v)
{
	struct mapstore_filter f;
	struct maplayer l;

	if (api_map_begin(&l, v, &f, NULL) < 0)
		return;
	if (areastore_each(v->desk->areas, write_area, &l, &l.e) < 0)
		visit_fail(v, &l.e);
	else
		maplayer_end(v, &l.w, l.count, false);
}
