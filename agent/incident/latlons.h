/*
 * latlons: latitude and longitude in text, in every form that callers and
 * officers write.
 *
 * Decimal degrees, with or without N and E before or after, degrees and
 * minutes, degrees, minutes and seconds, a map's address ("@51.7343,0.4691").
 * Only the British Isles are looked for, so a pair the other way round is
 * recognised, put right and marked doubtful.  A bare pair of decimals needs
 * three places, since prices and measures have two.
 */
#ifndef INCIDENT_LATLONS_H
#define INCIDENT_LATLONS_H

#include <stddef.h>

#include "agent/incident/finding.h"
#include "agent/incident/idtext.h"

struct arena;

/* Tokens taken from token i on, and *out filled; 0 if there is none. */
size_t latlons_read(
    struct idtext *t, size_t i, struct arena *arena, struct finding *out);

#endif /* INCIDENT_LATLONS_H */
