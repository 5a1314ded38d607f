/*
 * exiflines: positions out of the lines that exiftool prints.
 *
 * A line is "[Doc12]  GPSLatitude  : 51.7343"; the number is that of a sample
 * of the clip.  exiftool answers damaged clips with numbers that are nonsense
 * and says that all is well, and makes up times from the camera's clock where
 * the clip has none: neither is passed on.  Positions are kept until all lines
 * are read and then judged together, since what one line is worth is only seen
 * from the others.
 */
#ifndef TRACKS_EXIFLINES_H
#define TRACKS_EXIFLINES_H

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct exiflines; /* opaque */
struct reader_about;
struct reader_sink;

/* Positions of one clip, at the most: some 28 hours at 10 a second. */
#define EXIFLINES_FIXES_MAX 1000000

/* An empty one.  The caller owns it (exiflines_free). */
struct exiflines *exiflines_new(void);

/* Release *x and set it NULL. */
void exiflines_free(struct exiflines **x);

/* The next piece of what exiftool prints, cut anywhere.  0, or -1: ERR_LIMIT. */
NODISCARD int exiflines_feed(
    struct exiflines *x, struct str piece, struct err *e);

/*
 * All is read: tell sink the positions that are left, what is skipped and the
 * places marked.  Returns how many were told, or -1: it is nonsense.
 */
NODISCARD int exiflines_finish(
    struct exiflines *x, const struct reader_sink *sink, struct err *e);

#endif /* TRACKS_EXIFLINES_H */
