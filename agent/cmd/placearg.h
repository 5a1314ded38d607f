/*
 * placearg: a place on the command line.
 *
 * It is the reference of an incident, or whatever the text of an incident could
 * say of a place: "51.80,0.70", a grid reference, a postcode, a name.
 */
#ifndef CMD_PLACEARG_H
#define CMD_PLACEARG_H

#include <stddef.h>
#include <stdint.h>

#include "agent/geo/place.h"

struct arena;
struct conf;
struct store;

/* What was understood. */
struct placearg {
	int64_t incident_id; /* 0: the text was no incident */
	struct place place;  /* has a position; text is the arena's */
};

/*
 * Find text: incidents first, of several the newest that has a place.  Returns
 * CMD_OK, or another code after saying why there is no place.
 */
int placearg_find(struct store *store, const struct conf *conf,
    struct arena *arena, const char *text, struct placearg *out);

#endif /* CMD_PLACEARG_H */
