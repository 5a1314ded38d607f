/*
 * incident_skim: a quick second reading of a message.
 *
 * For work that goes over everything that is stored: the bytes were parsed,
 * judged and taken once, so what is left is to find the members again, which
 * takes a tenth of the time.  What is out of the ordinary is left to
 * incident_parse(), whose answer this one's is a part of.
 */
#ifndef INCIDENT_INCIDENT_SKIM_H
#define INCIDENT_INCIDENT_SKIM_H

#include <stdbool.h>

#include "agent/base/str.h"
#include "agent/incident/incident.h"

struct arena;

/*
 * Read of bytes, which incident_parse() has taken before, what rules and
 * merge_fold() ask for: all of *out but position and accuracy, informant, crime
 * number, beat and extras, which are absent.  Text borrows bytes, or is arena's
 * if there are escapes in it.  False: read it with incident_parse() instead;
 * *out is then not to be used.  Bytes that are no JSON do no harm, and what
 * comes of them means nothing.
 */
bool incident_skim(struct str bytes, struct arena *arena, struct incident *out);

#endif /* INCIDENT_INCIDENT_SKIM_H */
