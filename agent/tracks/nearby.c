/* nearby: the plane's distances, a sort, and words. */
#include "agent/tracks/nearby.h"

#include <stdlib.h>

#include "agent/tracks/plane.h"

#define TWO_MINUTES_S 120
#define TWO_HOURS_S   7200
#define TWO_DAYS_S    172800

static int
compare(const void *a, const void *b)
{
	const struct nearby *x = a;
	const struct nearby *y = b;

	if (x->is_stale != y->is_stale)
		return x->is_stale ? 1 : -1;
	if (x->distance_m < y->distance_m)
		return -1;
	if (x->distance_m > y->distance_m)
		return 1;
	return str_compare(x->unit, y->unit);
}

void
nearby_rank(struct nearby *units, size_t count, double lat, double lon,
    int64_t now_ms, int64_t stale_ms)
{
	const struct plane place = { lat, lon };

	for (size_t i = 0; i < count; i++) {
		struct nearby *u = &units[i];
		struct plane_point p = plane_point_of(&place, u->lat, u->lon);

		u->distance_m = plane_length_m(p);
		u->bearing_deg = plane_bearing_deg(p.east_m, p.north_m);
		u->age_ms = now_ms > u->time_ms ? now_ms - u->time_ms : 0;
		u->is_stale = u->is_gone || u->age_ms > stale_ms;
	}
	if (count > 0)
		qsort(units, count, sizeof(*units), compare);
}

const char *
nearby_compass(double bearing_deg)
{
	static const char *const eighths[] = { "N", "NE", "E", "SE", "S", "SW",
		"W", "NW" };

	return eighths[(size_t)(bearing_deg / 45 + 0.5) % 8];
}

void
nearby_add_age(struct buf *out, int64_t age_ms)
{
	long long s = (long long)(age_ms / 1000);

	if (s < TWO_MINUTES_S)
		buf_addf(out, "%lld s", s);
	else if (s < TWO_HOURS_S)
		buf_addf(out, "%lld min", s / 60);
	else if (s < TWO_DAYS_S)
		buf_addf(out, "%lld h", s / 3600);
	else
		buf_addf(out, "%lld d", s / 86400);
}

void
nearby_add_distance(struct buf *out, double distance_m)
{
	if (distance_m < 995)
		buf_addf(out, "%.0f m", distance_m);
	else
		buf_addf(out, "%.1f km", distance_m / 1000);
}
