/*
 * inspect: what a track file holds, without storing any of it.
 */
#ifndef TRACKS_INSPECT_H
#define TRACKS_INSPECT_H

#include <stddef.h>
#include <stdint.h>

#include "agent/base/err.h"
#include "agent/tracks/reader.h"

struct jsonw;
struct source;

/* Places of which the reason is kept; of the rest only the number. */
#define INSPECT_SKIPS_MAX 1000

/* A place that was passed over. */
struct inspect_skip {
	uint64_t offset;
	char *why; /* owned */
};

/* What was found. */
struct inspect {
	struct reader_about about;
	uint64_t fixes, timed, waypoints, skipped;
	int64_t first_ms, last_ms;  /* earliest and latest; CLOCK_NONE */
	struct inspect_skip *skips; /* owned; INSPECT_SKIPS_MAX at most */
	size_t skip_count;
	bool is_refused;
	struct err refused; /* why, if it is */
};

/* Read s, with columns of a table or NULL, and fill out (inspect_release). */
void inspect_file(struct source *s, const char *csv_map, struct inspect *out);

/* Release what it holds. */
void inspect_release(struct inspect *in);

/*
 * Write one object: file, format, fixes, timed, waypoints, first, last, clock,
 * skipped, refused; and skipped_count where not all are shown.
 */
void inspect_write(const struct inspect *in, const char *file, struct jsonw *w);

#endif /* TRACKS_INSPECT_H */
