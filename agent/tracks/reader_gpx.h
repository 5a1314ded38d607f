/*
 * reader_gpx: GPX 1.0 and 1.1 (topografix.com/GPX).
 *
 * Track points are fixes; waypoints are counted; route points are a plan and
 * no recording, and are neither.  Times with a zone are UTC, as the schema
 * demands; those without one are somebody's local time.
 */
#ifndef TRACKS_READER_GPX_H
#define TRACKS_READER_GPX_H

#include "agent/tracks/reader.h"

/* The row of the table in reader.c. */
extern const struct reader_kind reader_gpx_kind;

#endif /* TRACKS_READER_GPX_H */
