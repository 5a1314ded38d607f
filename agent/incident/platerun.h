/*
 * platerun: units in a row that may be a mark, and what speaks against it in
 * how they are written: where they are parted, everyday words among them, a
 * road, an amount, a number of another kind.
 */
#ifndef INCIDENT_PLATERUN_H
#define INCIDENT_PLATERUN_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/incident/idtext.h"
#include "agent/incident/idunits.h"
#include "agent/incident/plateform.h"

#define PLATERUN_UNITS_MAX 9

/* Units that follow each other, and the characters that they come to. */
struct platerun {
	struct idunit units[PLATERUN_UNITS_MAX];
	size_t count;
	char sym[PLATEFORM_LEN_MAX + 1]; /* NUL at its end */
	size_t len;
	size_t spoken; /* units said in words */
	bool has_sign; /* a character that was not read */
};

/* Put u at the end of r; false if it does not go on. */
bool platerun_add(struct platerun *r, const struct idunit *u);

/* The first token of r. */
size_t platerun_first(const struct platerun *r);

/* The token after its last. */
size_t platerun_last(const struct platerun *r);

/* True if letters of r are an everyday word. */
bool platerun_has_word(const struct idtext *t, const struct platerun *r);

/* True if another finder has taken a token of r. */
bool platerun_is_taken(const struct idtext *t, const struct platerun *r);

/*
 * What is added to the score of r, which has the form of fit, for how it is
 * written; mostly 0 or less.  linked: a word for the plate leads to it.
 */
int platerun_score(const struct idtext *t, const struct platerun *r,
    const struct plateform_fit *fit, bool linked);

#endif /* INCIDENT_PLATERUN_H */
