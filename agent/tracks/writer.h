/*
 * writer: a track as GPX, GeoJSON, KML or CSV, for others to read.
 *
 * Every form says what the track is, by its original's SHA-256, and how its
 * times were come by.  Times are UTC where the correction is known, and else as
 * recorded, without a zone.  Positions are as recorded.
 *
 * Text from outside is escaped for its form; a CSV field that a spreadsheet
 * would take for a formula gets an apostrophe.
 */
#ifndef TRACKS_WRITER_H
#define TRACKS_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/str.h"
#include "agent/tracks/track.h"

/* What stands above the positions; text borrowed. */
struct writer_head {
	struct str name, unit; /* unit absent: none */
	const char *class;     /* "dashcam" */
	const char *sha256;    /* hexadecimal; "": no original */
	const char *clock;     /* "utc" */
	int64_t correction_ms; /* CLOCK_NONE: unknown */
	int64_t uncertainty_ms;
	struct str clock_why;
	bool only_kept; /* the cleaned track */
	bool has_times;
};

struct writer;

/* A form; all append to w->out. */
struct writer_kind {
	const char *name; /* "gpx" */
	void (*begin)(struct writer *w);
	/* Fixes of one segment; is_first: no fix of it was written before. */
	void (*run)(struct writer *w, const struct track_fix *fixes,
	    const unsigned char *marks, size_t count, bool is_first);
	void (*end)(struct writer *w);
};

/* A track being written; begin with writer_init(). */
struct writer {
	const struct writer_kind *kind;
	const struct writer_head *head; /* borrowed */
	struct buf *out;                /* borrowed */
	bool has_run;                   /* something was written */
	uint32_t segment;               /* of the last fix */
	struct track_fix *kept; /* owned: a piece without what is left */
	unsigned char *marks;   /* owned */
};

/* The form called name, or NULL. */
const struct writer_kind *writer_kind_find(const char *name);

/* Begin a track in out; head and out are borrowed until writer_finish(). */
void writer_init(struct writer *w, const struct writer_kind *kind,
    const struct writer_head *head, struct buf *out);

/*
 * The next count (1 to CHUNK_FIXES_MAX) fixes and their marks.  The caller may
 * empty out between two calls.
 */
void writer_add(struct writer *w, const struct track_fix *fixes,
    const unsigned char *marks, size_t count);

/* The track is whole; releases w. */
void writer_finish(struct writer *w);

#endif /* TRACKS_WRITER_H */
