/*
 * linecells: a byte for each square.  A stretch of the line marks all squares
 * of the box around it, which is more than it passes, and never less; it is
 * short, so that it is not many more.
 */
#include "agent/geo/linecells.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"

#define SIDE_M 500.0

struct linecells {
	double x_min, y_min;
	size_t columns, rows;
	uint8_t *marked; /* owned; row by row */
};

/* The column or row of a coordinate, of count from begin on. */
static size_t
cell_of(double v, double begin, size_t count)
{
	double cell = floor((v - begin) / SIDE_M);

	if (!(cell > 0))
		return 0;
	return cell < (double)count ? (size_t)cell : count - 1;
}

struct linecells *
linecells_new(double x_min, double y_min, double x_max, double y_max)
{
	struct linecells *c = alloc_zero(1, sizeof(*c));

	CHECK(x_min <= x_max && y_min <= y_max);
	c->x_min = x_min;
	c->y_min = y_min;
	c->columns = (size_t)((x_max - x_min) / SIDE_M) + 1;
	c->rows = (size_t)((y_max - y_min) / SIDE_M) + 1;
	c->marked = alloc_zero(c->columns * c->rows, 1);
	return c;
}

void
linecells_free(struct linecells **c)
{
	if (!*c)
		return;
	free((*c)->marked);
	free(*c);
	*c = NULL;
}

void
linecells_add(struct linecells *c, double x0, double y0, double x1, double y1)
{
	size_t left = cell_of(fmin(x0, x1), c->x_min, c->columns);
	size_t right = cell_of(fmax(x0, x1), c->x_min, c->columns);
	size_t low = cell_of(fmin(y0, y1), c->y_min, c->rows);
	size_t high = cell_of(fmax(y0, y1), c->y_min, c->rows);

	for (size_t row = low; row <= high; row++)
		for (size_t column = left; column <= right; column++)
			c->marked[row * c->columns + column] = 1;
}

bool
linecells_may_be_within(
    const struct linecells *c, double x, double y, double metres)
{
	size_t left = cell_of(x - metres, c->x_min, c->columns);
	size_t right = cell_of(x + metres, c->x_min, c->columns);
	size_t low = cell_of(y - metres, c->y_min, c->rows);
	size_t high = cell_of(y + metres, c->y_min, c->rows);

	for (size_t row = low; row <= high; row++)
		for (size_t column = left; column <= right; column++)
			if (c->marked[row * c->columns + column])
				return true;
	return false;
}
