/*
 * reader_igc: IGC flight logs (FAI technical specification for GNSS flight
 * recorders, appendix A), as aircraft and gliders write them.
 *
 * B records are fixes.  Times are UTC: the day is the H record's, and a day
 * more each time the clock passes midnight.  The height is the receiver's, which
 * the specification puts above the ellipsoid.
 */
#ifndef TRACKS_READER_IGC_H
#define TRACKS_READER_IGC_H

#include "agent/tracks/reader.h"

/* The row of the table in reader.c. */
extern const struct reader_kind reader_igc_kind;

#endif /* TRACKS_READER_IGC_H */
