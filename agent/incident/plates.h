/*
 * plates: the vehicle registration marks of an incident.
 *
 * platefind.h says what a mark in text is.  Here those of all entries come
 * together: a mark that a later word puts right ("correction, index is …",
 * "not …, it's …") no longer counts, one of two readings left open counts as
 * both, and a part of a mark is a pattern and never a mark.
 */
#ifndef INCIDENT_PLATES_H
#define INCIDENT_PLATES_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/str.h"
#include "agent/incident/incident.h"
#include "agent/incident/plateform.h"

struct idtext;

#define PLATES_MAX 256 /* distinct marks of one incident; the rest is left */

/* Where a mark was found, if not in a log entry. */
#define PLATES_MEMBER   (-1) /* the vehicles member */
#define PLATES_LOCATION (-2) /* the text of the location */

/* One mark, normalised: capitals and figures, no spaces. */
struct plate {
	struct str mark;   /* in the arena; '?' where not read */
	int entry;         /* log entry it was first found in, or as above */
	size_t start, end; /* bytes in that entry's text, end exclusive */
	enum plateform_kind kind;
	bool is_partial; /* a pattern: never a mark */
	bool is_gone;    /* put right or denied by a later word */
	int score;       /* platefind.h; PLATES_GIVEN from the member */
	const char *why; /* static */
};

/* The score of what the source itself gave as a vehicle. */
#define PLATES_GIVEN 9

/*
 * All distinct complete marks that stand, from the incident's vehicles member,
 * its location text and its log, in the order of first appearance.  The array
 * is the arena's.  Returns their number.
 */
size_t plates_find(
    const struct incident *in, struct arena *arena, const struct plate **out);

/*
 * The same with parts of marks and with marks that no longer stand, from texts
 * that are cut already: texts[0] is the location text, texts[1 + i] log entry
 * i.
 */
size_t plates_find_all(const struct incident *in, const struct idtext *texts,
    struct arena *arena, const struct plate **out);

/*
 * Normalise text as one whole mark (spaces, hyphens and full stops dropped,
 * capitals).  Absent if it is not a complete mark.
 */
struct str plates_normalise(struct str text, struct arena *arena);

#endif /* INCIDENT_PLATES_H */
