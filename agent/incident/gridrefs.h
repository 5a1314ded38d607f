/*
 * gridrefs: National Grid references in text, of two to ten figures, spoken or
 * written, and eastings with northings in full.
 *
 * A reference names the south-west corner of a square; its position is the
 * square's centre.  People round as well as cut, so the uncertainty is the
 * square's diagonal: 141 m for six figures.  Two and four figures are like much
 * else and need the county's squares, two the word for it too; what is far from
 * the county needs the word and is doubtful.
 */
#ifndef INCIDENT_GRIDREFS_H
#define INCIDENT_GRIDREFS_H

#include <stddef.h>

#include "agent/incident/finding.h"
#include "agent/incident/idtext.h"

struct arena;

/* Tokens taken from token i on, and *out filled; 0 if there is none. */
size_t gridrefs_read(
    struct idtext *t, size_t i, struct arena *arena, struct finding *out);

#endif /* INCIDENT_GRIDREFS_H */
