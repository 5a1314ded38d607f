/*
 * whereis: where something is that a visitor typed: a grid reference, degrees,
 * or the name of a town or village.
 */
#ifndef REVIEW_WHEREIS_H
#define REVIEW_WHEREIS_H

#include <stdbool.h>

#include "agent/base/str.h"

struct arena;
struct gazetteer;
struct grid;

/* What was understood. */
struct whereis_spot {
	double lat, lon;
	struct str name; /* as published, or as it was typed */
};

/* Find text; false if it is no place that is known.  Names are the arena's. */
bool whereis_find(const struct gazetteer *places, const struct grid *grid,
    struct arena *arena, struct str text, struct whereis_spot *out);

#endif /* REVIEW_WHEREIS_H */
