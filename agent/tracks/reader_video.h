/*
 * reader_video: positions inside the videos of dashcams and action cameras.
 *
 * Known here: GoPro's gpmd tracks and bare GPMF payloads (gpmf.h), the "GPS "
 * box of 70mai, the "freeGPS " blocks of Novatek's chips in two layouts.  Only
 * positions are read; of pictures and sound nothing is.
 */
#ifndef TRACKS_READER_VIDEO_H
#define TRACKS_READER_VIDEO_H

#include "agent/tracks/reader.h"

/* The row of the table in reader.c. */
extern const struct reader_kind reader_video_kind;

#endif /* TRACKS_READER_VIDEO_H */
