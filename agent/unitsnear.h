/*
 * unitsnear: the units on disk, ranked by their distance from a place.
 *
 * For whoever answers "who is near?": the command, and the alerts.
 */
#ifndef AGENT_UNITSNEAR_H
#define AGENT_UNITSNEAR_H

#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/tracks/nearby.h"

struct arena;
struct err;
struct unitstore;

/* The question. */
struct unitsnear {
	double lat, lon;
	int64_t now_ms, stale_ms;
};

/* All units that have a place, nearest first, stale ones last; in arena. */
NODISCARD int unitsnear_find(struct unitstore *us, const struct unitsnear *q,
    struct arena *arena, struct nearby **out, size_t *count, struct err *e);

#endif /* AGENT_UNITSNEAR_H */
