/*
 * Any bytes as an area and units moving about it: refused, or judged without
 * more events than there is room for.
 */
#include <stdint.h>
#include <string.h>

#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/tracks/area.h"
#include "agent/tracks/motion.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Fixes a second apart, each from two bytes, around the first of the area. */
static void
drive(const struct area *a, const uint8_t *data, size_t len)
{
	struct motion motion = { 0 };
	struct area_state state = { 0 };
	struct area_event out[AREA_EVENTS_MAX];

	for (size_t i = 0; i + 1 < len; i += 2) {
		struct track_fix fix = track_fix_at(0);
		struct motion_step step;

		fix.lat = 51.8 + (data[i] - 128) * 1e-3;
		fix.lon = 0.7 + (data[i + 1] - 128) * 1e-3;
		fix.time_ms = (int64_t)i * (data[i] % 7) * 500;
		fix.uncertainty_m = (float)(data[i + 1] % 50);
		step = motion_take(&motion, &fix);
		CHECK(
		    area_judge(a, &step, 1000, &state, out) <= AREA_EVENTS_MAX);
		CHECK(area_distance_m(a, fix.lat, fix.lon) >= 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct area *a = NULL;
	struct err e = { 0 };

	if (area_read(str_make((const char *)data, len), &a, &e) < 0) {
		CHECK(e.code != ERR_NONE);
		return 0;
	}
	drive(a, data, len);
	area_free(&a);
	return 0;
}
