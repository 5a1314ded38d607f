/*
 * reader_kml: KML 2.2 (OGC 07-147r2) and Google's gx:Track.
 *
 * The n-th <when> of a track belongs to its n-th <gx:coord>.  A file without a
 * gx:Track may hold its recording as lines: their corners are fixes without a
 * time.  Points are waypoints.
 */
#ifndef TRACKS_READER_KML_H
#define TRACKS_READER_KML_H

#include "agent/tracks/reader.h"

/* The row of the table in reader.c. */
extern const struct reader_kind reader_kml_kind;

#endif /* TRACKS_READER_KML_H */
