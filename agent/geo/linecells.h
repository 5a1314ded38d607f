/*
 * linecells: the squares that a line passes, to tell quickly of most points
 * that it is not near them.
 *
 * The squares cover the box around the line.  What is said to be far is far;
 * what may be near is for somebody to measure.
 */
#ifndef GEO_LINECELLS_H
#define GEO_LINECELLS_H

#include <stdbool.h>

struct linecells; /* opaque; never changed once all is added */

/* No squares yet, for a line within the box, in metres. */
struct linecells *linecells_new(
    double x_min, double y_min, double x_max, double y_max);

/* Release *c and set it NULL.  NULL is fine. */
void linecells_free(struct linecells **c);

/* The line goes straight from one point to another, both within the box. */
void linecells_add(
    struct linecells *c, double x0, double y0, double x1, double y1);

/* False if the line is farther from the point than so many metres. */
bool linecells_may_be_within(
    const struct linecells *c, double x, double y, double metres);

#endif /* GEO_LINECELLS_H */
