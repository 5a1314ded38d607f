/* unitsnear: a walk over the table of units, which a force has hundreds of. */
#include "agent/unitsnear.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/store/unitstore.h"

struct list {
	struct arena *arena;
	struct nearby *units; /* owned while it grows */
	size_t count, cap;
};

static void
add(void *user, const struct unitstore_unit *unit)
{
	struct list *l = user;

	if (unit->fix.time_ms == CLOCK_NONE)
		return;
	if (l->count == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 64;
		l->units = alloc_resize(l->units, l->cap, sizeof(l->units[0]));
	}
	l->units[l->count++] = (struct nearby){
		.unit = arena_str(l->arena, unit->name),
		.lat = unit->fix.lat,
		.lon = unit->fix.lon,
		.uncertainty_m = (double)unit->fix.uncertainty_m,
		.time_ms = unit->fix.time_ms,
		.is_gone = unit->gone_ms != CLOCK_NONE,
	};
}

int
unitsnear_find(struct unitstore *us, const struct unitsnear *q,
    struct arena *arena, struct nearby **out, size_t *count, struct err *e)
{
	struct list l = { .arena = arena };
	int r = unitstore_each(us, add, &l, e);

	*count = 0;
	if (r == 0 && l.count > 0) {
		nearby_rank(
		    l.units, l.count, q->lat, q->lon, q->now_ms, q->stale_ms);
		*out = arena_alloc(arena, l.count, sizeof(**out));
		memcpy(*out, l.units, l.count * sizeof(**out));
		*count = l.count;
	}
	free(l.units);
	return r;
}
