/*
 * minimap: a small map as a drawing in the page itself (SVG): nothing to fetch
 * and no scripts, so that it comes with the page or not at all.
 *
 * It is drawn on the National Grid, north up, with the grid's lines numbered as
 * on the printed maps, the built-in names around, and a bar for scale.  What it
 * shows the page says in words as well: it is an image with a name.
 */
#ifndef REVIEW_MINIMAP_H
#define REVIEW_MINIMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/str.h"

struct grid;

/* What a mark is; each has a shape of its own. */
enum minimap_kind {
	MINIMAP_HERE,  /* a cross, with its circle */
	MINIMAP_MAYBE, /* a question mark, its circle broken */
	MINIMAP_OTHER, /* a square with a letter */
	MINIMAP_TRACK  /* a triangle with a letter */
};

/* One mark; text borrowed for the call. */
struct minimap_mark {
	enum minimap_kind kind;
	double lat, lon;
	double radius_m;  /* of the circle; NAN: none */
	struct str label; /* a letter or a word; or absent */
};

/* A point of a line; one that is no number lifts the pen. */
struct minimap_point {
	double lat, lon;
};

/* What to draw. */
struct minimap {
	const struct grid *grid;          /* borrowed for the call */
	const struct minimap_mark *marks; /* [0] is what it is about */
	size_t count;                     /* 1 or more */
	const struct minimap_point *line; /* where recordings went; or NULL */
	size_t line_count;
	const char *name; /* what is to be seen, for who does not see it */
};

/*
 * Append the drawing, wide enough for all marks within 20 km of the first; or
 * nothing, and false, if the first is not on the National Grid.
 */
bool minimap_add(const struct minimap *map, struct buf *out);

#endif /* REVIEW_MINIMAP_H */
