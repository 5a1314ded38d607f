/*
 * reader_mai: the text file that 70mai cameras write beside their clips.
 *
 * After a line $V01 or $V02, a line a second: seconds since 1970, A or V,
 * latitude, longitude, course in hundredths of degrees, and more that is not
 * read because nobody says what it is.
 */
#ifndef TRACKS_READER_MAI_H
#define TRACKS_READER_MAI_H

#include "agent/tracks/reader.h"

/* The row of the table in reader.c. */
extern const struct reader_kind reader_mai_kind;

#endif /* TRACKS_READER_MAI_H */
