/*
 * reader_geojson: tracks in GeoJSON (RFC 7946).
 *
 * LineStrings and MultiLineStrings are tracks; their times, where there are
 * any, stand in a property coordTimes or times, or in coordinateProperties.times
 * (as togeojson and its kin write them), one for each position.  A Point with a
 * property time or timestamp is a fix, another one a waypoint.  Polygons are
 * neither.
 */
#ifndef TRACKS_READER_GEOJSON_H
#define TRACKS_READER_GEOJSON_H

#include "agent/tracks/reader.h"

/* Bytes of one feature; a longer one is skipped. */
#define READER_GEOJSON_FEATURE_MAX (1 << 20)

/* The row of the table in reader.c. */
extern const struct reader_kind reader_geojson_kind;

#endif /* TRACKS_READER_GEOJSON_H */
