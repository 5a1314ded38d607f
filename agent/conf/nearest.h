/*
 * nearest: which of some words somebody probably meant.
 *
 * Offer every valid word; the best so far is kept if it is close enough that
 * a misspelling explains the difference.
 */
#ifndef CONF_NEAREST_H
#define CONF_NEAREST_H

#include <stddef.h>

#include "agent/base/str.h"

#define NEAREST_LEN_MAX 64 /* longer words are near nothing */

struct nearest {
	struct str word;     /* borrowed: what was written */
	struct str best;     /* borrowed: the nearest offered, or absent */
	size_t distance_max; /* worse than this is no misspelling */
};

/* Begin to look for what word may have meant. */
void nearest_init(struct nearest *n, struct str word);

/* Consider candidate, which must live as long as n.  The first of equals. */
void nearest_offer(struct nearest *n, struct str candidate);

/*
 * How many letters must be added, dropped, replaced or swapped with their
 * neighbour to make b of a (optimal string alignment, ASCII case ignored).
 * NEAREST_LEN_MAX + 1 if either is longer than NEAREST_LEN_MAX.
 */
size_t nearest_distance(struct str a, struct str b);

#endif /* CONF_NEAREST_H */
