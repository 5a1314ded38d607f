/*
 * plates: vehicle registration marks found in text.
 *
 * Here the current form (DVLA INF104, since 1 September 2001: AB12CDE) and the
 * prefix form (A123BCD, 1983 to 2001), complete ones only, and only with a
 * vehicle word (VRM, PLATE, a make, a colour …) or another mark near, so that roads, postcodes, grid references and collar
 * numbers are not taken for plates.  A mark may have one space or hyphen in
 * it; O for 0 and I for 1 are put right where only a digit can stand, 0 for O
 * where only a letter can.
 */
#ifndef INCIDENT_PLATES_H
#define INCIDENT_PLATES_H

#include <stddef.h>

#include "agent/base/str.h"
#include "agent/incident/incident.h"

#define PLATES_MAX 256 /* distinct marks of one incident; the rest is left */

/* One complete mark, normalised: capitals and digits, no spaces. */
struct plate {
	struct str mark;   /* in the arena */
	int entry;         /* log entry it was found in, -1: vehicles member */
	size_t start, end; /* bytes in that entry's text, end exclusive */
};

/*
 * All distinct complete marks of the incident, from its vehicles member and
 * its log, in the order of first appearance.  The array is the arena's.
 * Returns their number.
 */
size_t plates_find(
    const struct incident *in, struct arena *arena, const struct plate **out);

/*
 * Normalise text as one whole mark (spaces and hyphens dropped, capitals).
 * Absent if it is not a complete mark of a form known here.
 */
struct str plates_normalise(struct str text, struct arena *arena);

#endif /* INCIDENT_PLATES_H */
