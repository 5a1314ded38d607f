/*
 * elements: words of a log that bear on the elements of the offences against
 * the law on game: how many there were, dogs, pursuit, trespass, threats,
 * arms.
 *
 * For a person who looks what is still to be asked; nothing is decided by it
 * and no rule reads it.  A word behind "no", "not" or "without" is passed over,
 * unless it is the phrase itself ("no permission").  Pure.
 */
#ifndef INCIDENT_ELEMENTS_H
#define INCIDENT_ELEMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/str.h"
#include "agent/incident/incident.h"

/* What a log can say. */
enum element {
	ELEMENT_PERSONS,
	ELEMENT_DOGS,
	ELEMENT_PURSUIT,
	ELEMENT_TRESPASS,
	ELEMENT_THREAT,
	ELEMENT_ARMS,
	ELEMENT_COUNT
};

/* Where it is said first. */
struct element_found {
	bool is_found;
	struct str words; /* borrowed from the incident */
	int entry;        /* of the log, from 0 */
	int number;       /* ELEMENT_PERSONS: the most that is said */
};

/* What the log of in says; out has a place for each. */
void elements_find(
    const struct incident *in, struct element_found out[ELEMENT_COUNT]);

#endif /* INCIDENT_ELEMENTS_H */
