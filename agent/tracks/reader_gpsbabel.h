/*
 * reader_gpsbabel: what gpsbabel reads and we do not, by a table of its formats
 * that have a mark of their own.
 *
 * "gpsbabel:NAME" is the format then, NAME being gpsbabel's.  It is run
 * confined (tool.h) and writes GPX, which reader_gpx.c reads.
 */
#ifndef TRACKS_READER_GPSBABEL_H
#define TRACKS_READER_GPSBABEL_H

#include <stddef.h>

#include "agent/tracks/reader.h"

/* Files with the mark of a format of gpsbabel's. */
extern const struct reader_kind reader_gpsbabel_kind;

/* The name of a format of the table, for the manual; NULL behind the last. */
const char *reader_gpsbabel_format(size_t i);

#endif /* TRACKS_READER_GPSBABEL_H */
