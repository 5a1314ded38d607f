/*
 * reader_exiftool: clips of makers that exiftool knows and we do not.
 *
 * Their format is "video" as that of ours.  MP4 and MOV come from
 * reader_video.c, which has looked at them first; AVI and MPEG transport
 * streams are recognised here.  A fix has the offset in the clip where the
 * clip says it, and no byte (tool.h).  Its clock is unknown: exiftool calls
 * every time UTC, also those that cameras write in local time.
 */
#ifndef TRACKS_READER_EXIFTOOL_H
#define TRACKS_READER_EXIFTOOL_H

#include "agent/base/own.h"
#include "agent/tracks/reader.h"

/* Clips that are neither MP4 nor MOV: AVI, MPEG transport streams. */
extern const struct reader_kind reader_exiftool_kind;

/*
 * Let exiftool read s.  0, or -1: it finds no position, what it finds is
 * nonsense, it is not installed, or it cannot be confined.
 */
NODISCARD int reader_exiftool_read(struct source *s,
    const struct reader_sink *sink, struct reader_about *about, struct err *e);

#endif /* TRACKS_READER_EXIFTOOL_H */
