/*
 * reader_srt: the subtitles in which DJI drones write their telemetry.
 *
 * Dialects differ by model and year: HOME(…) and GPS(…) lines, bracketed
 * [latitude : …] [longtitude : …] (so misspelt by many), one line with GPS (…).
 * GPS(…) is longitude before latitude in most models and the other way round in
 * a few: what can be no latitude tells, else what lies in the British Isles,
 * else it is taken as most models have it.  Times are the drone's wall clock
 * without a zone; the cue gives the place in the clip.  Heights are taken only
 * where they are above the sea, which abs_alt is and the others are not.
 */
#ifndef TRACKS_READER_SRT_H
#define TRACKS_READER_SRT_H

#include "agent/tracks/reader.h"

/* The row of the table in reader.c. */
extern const struct reader_kind reader_srt_kind;

#endif /* TRACKS_READER_SRT_H */
