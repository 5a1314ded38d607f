/*
 * refs: numbers that are given to things: incidents, crimes, holdings, animals,
 * officers.
 *
 * Incident references and crime numbers have the force's own patterns, from the
 * configuration: "#" stands for a figure, "@" for a letter, all else for
 * itself.
 */
#ifndef INCIDENT_REFS_H
#define INCIDENT_REFS_H

#include <stddef.h>

#include "agent/incident/finding.h"
#include "agent/incident/idtext.h"

struct arena;

#define REFS_PATTERN_MAX 40 /* bytes of a pattern */

/* The force's patterns; lists end with NULL. */
struct refs_patterns {
	const char *const *incident;
	const char *const *crime;
};

/* Those that apply where the configuration has none. */
const struct refs_patterns *refs_default_patterns(void);

/* Tokens taken from token i on, and *out filled; 0 if there is none. */
size_t refs_read(struct idtext *t, size_t i, const struct refs_patterns *p,
    struct arena *arena, struct finding *out);

#endif /* INCIDENT_REFS_H */
