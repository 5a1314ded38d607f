/*
 * corpus: labelled incidents, for measuring rules.
 *
 * A record is a canonical incident with members beside it that say what a
 * careful reader found: labels, vrms, hard, setting and why.  Nothing else in
 * the program reads those.  Each id stands once in all files together, for a
 * record that is read twice would be counted twice.
 */
#ifndef AGENT_CORPUS_H
#define AGENT_CORPUS_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/incident/incident.h"

struct arena;
struct err;

/* A corpus file larger than this is refused. */
#define CORPUS_BYTES_MAX (256UL << 20)

/* On what a rural crime rests; the words of labels.basis. */
enum corpus_basis {
	CORPUS_BASIS_NONE,
	CORPUS_BASIS_LOCATION,
	CORPUS_BASIS_TARGETED,
	CORPUS_BASIS_COUNT
};

/* One record; all text is the corpus's. */
struct corpus_item {
	struct incident incident; /* one whole message */
	const struct str *themes; /* labels */
	size_t theme_count;
	bool rural_crime, in_progress;
	enum corpus_basis basis;
	const struct str *vrms; /* as given */
	size_t vrm_count;
	struct str hard, setting, why; /* absent if not said */
	const char *file;              /* as passed; borrowed */
	size_t line;
};

/* All that was read.  Begin with zeroes. */
struct corpus {
	struct arena *arena;       /* owned */
	struct corpus_item *items; /* owned */
	size_t count, cap;
	size_t refused; /* lines that could not be read */
};

/*
 * Append the records of file (NDJSON, or one JSON array) to c.  A line that is
 * no labelled incident is counted as refused and complain is called with one
 * sentence about it.  -1: the file cannot be read.  file outlives c.
 */
NODISCARD int corpus_read(struct corpus *c, const char *file,
    void (*complain)(const char *file, size_t line, const char *sentence),
    struct err *e);

/*
 * Take out of c what has an id that an earlier record has, as refused.  Once,
 * when all is read.
 */
void corpus_drop_repeats(struct corpus *c,
    void (*complain)(const char *file, size_t line, const char *sentence));

/* True if theme is among the labels. */
bool corpus_has_theme(const struct corpus_item *item, struct str theme);

/* "none", "location" or "targeted". */
const char *corpus_basis_name(enum corpus_basis basis);

/* The basis called name, or CORPUS_BASIS_COUNT. */
enum corpus_basis corpus_basis_find(struct str name);

/* Release what c has. */
void corpus_release(struct corpus *c);

#endif /* AGENT_CORPUS_H */
