/*
 * preview_run: all incidents of a source through two rule sets, on as many
 * threads as there are processors.
 *
 * A source is numbered from 1; each thread takes the next stretch of numbers,
 * reads it through a reader of its own and counts for itself, so that memory
 * does not grow with the source.  Rule sets are shared, being immutable.
 * Incidents that complete a series (preview_series.h) are read once more.
 */
#ifndef AGENT_PREVIEW_RUN_H
#define AGENT_PREVIEW_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/geo/place.h"
#include "agent/incident/incident.h"
#include "agent/preview.h"

struct arena;
struct err;
struct geo;

/* Takes the incident of a number; all borrowed for the call. */
struct preview_run_sink {
	void (*take)(void *user, int64_t number, const struct incident *in,
	    const struct place *place, struct str feed);
	void *user;
	int64_t unread; /* incidents that could not be read: counted here */
};

/*
 * Where incidents come from.  open, read and close are called on the thread
 * that the reader is for.  read gives the incidents numbered above after and
 * not above until, in any order; what it makes for them is arena's, which may
 * be reset when take has returned.
 */
struct preview_run_source {
	int64_t first; /* only those with a number above it */
	int64_t last;  /* the highest number; 0: there are none */
	int64_t step;  /* how many one thread takes at once */
	int (*open)(void *user, void **reader, struct err *e);
	int (*read)(void *reader, int64_t after, int64_t until,
	    struct arena *arena, struct preview_run_sink *sink, struct err *e);
	void (*close)(void **reader);
	void *user; /* passed to open, by several threads at once */
};

/* What to compare. */
struct preview_run {
	const struct ruleset *live, *candidate;
	const struct preview_run_source *source;
	size_t threads; /* 0: one for each processor that may be used */
	/* Called now and then on the caller's thread; NULL: nobody waits. */
	void (*progress)(void *user, int64_t done, int64_t of);
	void *progress_user;
	/* Becomes true: end early; NULL: nobody stops it. */
	const _Atomic bool *stop;
	/* Rest as long as each stretch took: others need the processors. */
	bool is_gentle;
	/* By number and then theme; NULL: none. */
	const struct preview_verdict *verdicts;
	size_t verdict_count;
	int64_t unread; /* out: incidents that could not be read */
};

/*
 * Count all of the source into out, which preview_init() has begun.  Does not
 * call preview_finish().  -1: a reader failed; out has a part.
 */
NODISCARD int preview_run(
    struct preview_run *run, struct preview *out, struct err *e);

/* The agent's database as a source. */
struct preview_run_store {
	const char *path;
	const struct geo
	    *layers; /* that rules ask for; NULL: they ask for none */
};

/* A source over a database, borrowed; its last number is found. */
NODISCARD int preview_run_store(struct preview_run_store *where,
    struct preview_run_source *out, struct err *e);

#endif /* AGENT_PREVIEW_RUN_H */
