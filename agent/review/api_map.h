/*
 * api_map: what the map is asked for, and how its layers are written: GeoJSON
 * (RFC 7946) under /v1/map, each a FeatureCollection that GIS programs open.
 * A layer holds what lies in the piece of the map that is asked for, up to a
 * limit; "count" says how much there is and "more" whether some was left out.
 */
#ifndef REVIEW_API_MAP_H
#define REVIEW_API_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/store/mapstore.h"

struct err;
struct maplayer;
struct visit;

/* Rows of a layer of incidents, and of a page of the list beside the map. */
#define API_MAP_ROWS 200

/* Without another wish: the last days. */
#define API_MAP_DAYS     7
#define API_MAP_DAYS_MAX 366

/* The county, for who asks for no piece of the map. */
#define API_MAP_WEST  (-0.10)
#define API_MAP_SOUTH 51.42
#define API_MAP_EAST  1.35
#define API_MAP_NORTH 52.12

/*
 * Read the parameters that say which incidents: bbox (west,south,east,north in
 * degrees), days, until (a date, "2026-01-14"), theme, level ("alert"), progress ("yes").  0, or -1 and
 * *wrong, the parameter that cannot be read.
 */
NODISCARD int api_map_filter(
    struct visit *v, struct mapstore_filter *out, const char **wrong);

/* The same for the API: 0, or -1 and it was answered what is wrong. */
NODISCARD int api_map_ask(struct visit *v, struct mapstore_filter *out);

/* The days that filter goes back to. */
int64_t api_map_days(const struct mapstore_filter *f);

/*
 * Begin a layer: read its parameters into f, record the look as one at page if
 * that is not NULL.  0, or -1 and it was answered.
 */
NODISCARD int api_map_begin(struct maplayer *l, struct visit *v,
    struct mapstore_filter *f, const char *page);

/* Incidents where a theme stands. */
void api_map_incidents(struct visit *v);

/* The same as a list; also as CSV, page by page. */
void api_map_list(struct visit *v);

/* Boundaries in force, as fine as parameter zoom; without any, the towns. */
void api_map_boundaries(struct visit *v);

/* The built-in names of places; parameter zoom. */
void api_map_names(struct visit *v);

/* Where units last were. */
void api_map_units(struct visit *v);

/* Areas and lines that were drawn for units. */
void api_map_areas(struct visit *v);

/* Recorded tracks, for their role. */
void api_map_tracks(struct visit *v);

#endif /* REVIEW_API_MAP_H */
