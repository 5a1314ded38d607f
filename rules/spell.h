/* spell: how many letters two words differ in, and the nearest of some. */
#ifndef RULES_SPELL_H
#define RULES_SPELL_H

#include <stddef.h>

#include "agent/base/str.h"

/*
 * The least number of letters to add, drop, change or swap with their
 * neighbour to make a of b (optimal string alignment), or max + 1 if it is
 * more than max.  Words of up to LIMITS_WORD_MAX bytes; longer ones are equal
 * or infinitely far.
 */
int spell_distance(struct str a, struct str b, int max);

/* The candidate within two letters of word, or NULL; for "did you mean". */
const char *spell_nearest(
    struct str word, const char *const *candidates, size_t count);

/* True if a could have been meant by who wrote b: for "did you mean". */
int spell_distance_name(struct str a, struct str b);

#endif /* RULES_SPELL_H */
