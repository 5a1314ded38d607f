/*
 * idunits: what tokens say when they are read as characters of a mark.
 *
 * "echo", "E for echo" and "E" are one unit E; "nineteen" and "one nine" are 19
 * and two units 1, 9; "double five" is 55; "EA19" is itself.  A unit takes one
 * token or a few.
 */
#ifndef INCIDENT_IDUNITS_H
#define INCIDENT_IDUNITS_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/incident/idtext.h"

#define IDUNITS_LEN_MAX 8

/* One unit. */
struct idunit {
	char sym[IDUNITS_LEN_MAX]; /* capitals, figures, '?'; no NUL */
	size_t len;
	size_t first, last; /* its tokens, last exclusive */
	bool is_spoken;     /* a word of a spelling alphabet or a number */
	bool is_weak;       /* such a word that is more often something else */
	bool is_common;     /* letters that are an everyday word: "THE" */
};

/* The unit that begins at token i; false if that is no character. */
bool idunits_read(const struct idtext *t, size_t i, struct idunit *out);

/*
 * The unit that goes on after prev in the same mark: what stands between is a
 * space, a hyphen, a full stop, or between single characters a comma or "then".
 */
bool idunits_next(
    const struct idtext *t, const struct idunit *prev, struct idunit *out);

#endif /* INCIDENT_IDUNITS_H */
