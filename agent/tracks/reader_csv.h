/*
 * reader_csv: flight logs and other tables of positions, as separated values.
 *
 * Columns are found by their names: AirData, the exports of DJI's TXT logs and
 * whatever calls its columns latitude and longitude; their units, too, where
 * the name has one in brackets.  Names of the sink's columns come first.  A
 * table without names is read if one of its columns has a latitude and a
 * longitude with a space between them.
 */
#ifndef TRACKS_READER_CSV_H
#define TRACKS_READER_CSV_H

#include "agent/tracks/reader.h"

/* The row of the table in reader.c. */
extern const struct reader_kind reader_csv_kind;

#endif /* TRACKS_READER_CSV_H */
