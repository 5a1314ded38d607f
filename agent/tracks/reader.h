/*
 * reader: what every format of track file has in common.
 *
 * A reader takes a source and reports, in the order of the file, each fix, each
 * waypoint and each place it could not make sense of.  It changes nothing: no
 * clock is corrected, no position moved, nothing left out that can be read.  A
 * damaged point is skipped with the reason and its offset and the rest is used.
 * A format is one file, reader_NAME.c, and one row in reader.c; which one a
 * file is in is found from its content, never from its name alone.
 */
#ifndef TRACKS_READER_H
#define TRACKS_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/tracks/track.h"

struct err;
struct source;

/* Bytes of the beginning that a format is recognised by. */
#define READER_HEAD_MAX 4096

/* The longest name of a format, with what is behind a colon. */
#define READER_FORMAT_MAX 40

/* What is read goes here. */
struct reader_sink {
	void *user;
	void (*fix)(void *user, const struct track_fix *fix);
	void (*waypoint)(void *user); /* a place marked, not a position had */
	/* offset may be TRACK_OFFSET_NONE; why is one line. */
	void (*skip)(void *user, uint64_t offset, const char *why);
	const char *csv_map; /* columns of a table (columns.h), or NULL */
};

/* What a reader says of the file as a whole. */
struct reader_about {
	char format[READER_FORMAT_MAX]; /* "gpx"; "unknown" if none fits */
	enum track_clock clock;
	int64_t created_ms; /* of a video, by the camera's clock; 0: unknown */
};

/* A kind of file. */
struct reader_kind {
	const char *name; /* "gpx" */
	/* Is it such a file?  head is its beginning. */
	bool (*is_mine)(struct str head, const char *name);
	/*
	 * Read all of it; about->format is set already.  0, or -1: nothing of
	 * it can be used, and e says why.
	 */
	int (*read)(struct source *s, const struct reader_sink *sink,
	    struct reader_about *about, struct err *e);
};

/*
 * Recognise s and read it.  Returns 0, or -1 with the reason: no format fits,
 * nothing in it can be used, or the disk failed.  about is filled either way.
 */
NODISCARD int reader_read(struct source *s, const struct reader_sink *sink,
    struct reader_about *about, struct err *e);

/*
 * For kinds whose lines stand alone: take each with the offset of its first
 * byte.  0, or -1 if the disk failed.
 */
NODISCARD int reader_each_line(struct source *s, const struct reader_sink *sink,
    void (*take)(
	const struct reader_sink *sink, struct str line, uint64_t offset),
    struct err *e);

/* All kinds, for the manual; count by the return. */
size_t reader_kinds(const struct reader_kind *const **out);

#endif /* TRACKS_READER_H */
