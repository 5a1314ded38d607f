/*
 * postcodes: whole ones ("CM1 2AB") and their first halves ("CM77").
 *
 * A postcode has an area that exists and the letters that its second half may
 * have.  A first half alone is much like a plate's beginning or a road, so it
 * needs the word for it or an area of the county, and is coarse.
 */
#ifndef INCIDENT_POSTCODES_H
#define INCIDENT_POSTCODES_H

#include <stddef.h>

#include "agent/incident/finding.h"
#include "agent/incident/idtext.h"

struct arena;

/* Tokens taken from token i on, and *out filled; 0 if there is none. */
size_t postcodes_read(
    struct idtext *t, size_t i, struct arena *arena, struct finding *out);

#endif /* INCIDENT_POSTCODES_H */
