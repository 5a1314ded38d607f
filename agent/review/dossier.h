/*
 * dossier: an entry of the encampment register with all its lines, and how they
 * are shown.
 */
#ifndef REVIEW_DOSSIER_H
#define REVIEW_DOSSIER_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/store/camps.h"

struct err;
struct json;
struct visit;

/* One line of an entry, with its fields. */
struct dossier_line {
	struct camp_line line;
	struct json *body; /* owned by the dossier */
	struct dossier_line *next, *before;
};

/* An entry with its lines; text is the desk's arena's. */
struct dossier {
	struct visit *v;
	struct camp camp;
	struct dossier_line *notes, *last;
};

/*
 * Read one and record the look as one at page: 1; 0 if there is none; or -1.
 * Ended by dossier_clear().
 */
NODISCARD int dossier_load(struct dossier *d, struct visit *v, int64_t id,
    const char *page, struct err *e);

/* Release what it owns. */
void dossier_clear(struct dossier *d);

/* The line of that number, or NULL. */
const struct dossier_line *dossier_find(const struct dossier *d, int64_t id);

/* Does it stand: nothing corrects it or takes it out? */
bool dossier_line_stands(const struct dossier_line *n);

/* Was it taken out for what its words say?  Then they are not shown. */
bool dossier_line_is_hidden(
    const struct dossier *d, const struct dossier_line *n);

/* A field of it as it is stored: a word, a text; absent if not given. */
struct str dossier_line_word(const struct dossier_line *n, const char *field);

/* Is it a deadline that is still due? */
bool dossier_is_due(const struct dossier *d, const struct dossier_line *n);

/* The statutory tests of its powers, beside the evidence for each. */
void dossier_print_tests(const struct dossier *d);

/* All its lines, the last first, with ways to correct them. */
void dossier_print_lines(const struct dossier *d);

#endif /* REVIEW_DOSSIER_H */
