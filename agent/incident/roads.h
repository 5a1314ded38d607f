/*
 * roads: classified roads, "A12", "B1053", "M11", "A1(M)".
 *
 * Three figures and more are a road; one and two are a paper size or a male as
 * well ("M1", "A4") and need a word that leads to a road or a direction after.
 */
#ifndef INCIDENT_ROADS_H
#define INCIDENT_ROADS_H

#include <stddef.h>

#include "agent/incident/finding.h"
#include "agent/incident/idtext.h"

struct arena;

/* Tokens taken from token i on, and *out filled; 0 if there is none. */
size_t roads_read(
    struct idtext *t, size_t i, struct arena *arena, struct finding *out);

#endif /* INCIDENT_ROADS_H */
