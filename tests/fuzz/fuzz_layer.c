/*
 * Any bytes as a layer: refused with a reason, or a layer that answers: what is
 * inside is at no distance, and every distance is a number from 0.
 */
#include <math.h>
#include <stdint.h>

#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/geo/grid.h"
#include "agent/geo/layer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct grid *grid;
	struct layer *l = NULL;
	struct err e = { 0 };

	if (!grid)
		CHECK(grid_new(&grid, &e) == 0);
	if (layer_load(str_of("x"), str_make((const char *)data, len), grid, &l,
		&e) < 0) {
		CHECK(e.code != ERR_NONE);
		return 0;
	}
	for (double x = 500000; x < 640000; x += 35000) {
		double distance_m = layer_distance_m(l, x, 206000);

		CHECK(isfinite(distance_m) && distance_m >= 0);
		CHECK(!layer_is_inside(l, x, 206000) || distance_m <= 0);
	}
	layer_free(&l);
	return 0;
}
