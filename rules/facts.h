/* facts: the values of an incident's fields, as numbers. */
#ifndef RULES_FACTS_H
#define RULES_FACTS_H

#include "rules/engine.h"

struct incident;
struct place;
struct place_layer;

/*
 * Work out the facts that some rule reads into s: facts and facts_known.  A
 * fact that the incident does not give is not known.  So are the layers.
 */
void facts_compute(const struct ruleset *rs, const struct incident *in,
    const struct place *place, struct rules_scratch *s);

/* The distance to a layer in whole metres, as rules compare it. */
long facts_metres(const struct place_layer *layer);

/*
 * 0 dark (the sun more than 6 degrees below the horizon), 1 twilight, 2 light,
 * at a place and a time, by the low precision formulae of the Astronomical
 * Almanac: right to a minute or so.
 */
int facts_daylight(double lat, double lon, int64_t at_ms);

#endif /* RULES_FACTS_H */
