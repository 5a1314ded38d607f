/*
 * reader_nmea: NMEA 0183 sentences as receivers log them.
 *
 * A fix is an RMC with status A; in a file without any RMC it is a GGA with a
 * fix.  Heights come from the GGA of the same second.  A sentence whose
 * checksum is wrong is skipped; one without a checksum counts only in a file
 * in which none has one.  Times are UTC as the receiver has them: one whose
 * week count has rolled over is wrong by 1,024 weeks and is told as it stands.
 */
#ifndef TRACKS_READER_NMEA_H
#define TRACKS_READER_NMEA_H

#include "agent/tracks/reader.h"

/* The row of the table in reader.c. */
extern const struct reader_kind reader_nmea_kind;

#endif /* TRACKS_READER_NMEA_H */
