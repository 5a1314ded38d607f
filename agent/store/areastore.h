/*
 * areastore: areas that people have drawn, what units are doing with them, and
 * what has happened.
 *
 * The state of a unit and an area is stored with the positions that made it,
 * so that a restart goes on where it was.  Events are positions of officers
 * too and are purged as those are.  Everything that writes is in the caller's
 * transaction.  Text in rows given to callbacks is borrowed for the call.
 */
#ifndef STORE_AREASTORE_H
#define STORE_AREASTORE_H

#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/tracks/area.h"

struct areastore; /* opaque; one connection, one thread */
struct db;
struct err;

/* One area. */
struct areastore_row {
	int64_t id;
	struct str name;
	struct str geojson; /* as it was given */
	int64_t dwell_ms;   /* 0: dwelling is not told */
	int64_t made_ms;
	struct str actor; /* who drew it */
};

/* One event, for lists. */
struct areastore_event {
	int64_t id;
	struct str area, unit;
	struct area_event event;
	int64_t made_ms; /* when it was noticed */
};

/* The areas kept in db, borrowed.  The caller owns *out. */
NODISCARD int areastore_open(
    struct db *db, struct areastore **out, struct err *e);

/* Release *as and set it NULL.  NULL is fine. */
void areastore_close(struct areastore **as);

/* Add an area: 1, or 0 if the name is taken, or -1. */
NODISCARD int areastore_add(
    struct areastore *as, const struct areastore_row *row, struct err *e);

/* Remove the area of that name, with its states and events: 1, 0, -1. */
NODISCARD int areastore_delete(
    struct areastore *as, struct str name, struct err *e);

/* Call each for all areas, by name. */
NODISCARD int areastore_each(struct areastore *as,
    void (*each)(void *user, const struct areastore_row *row), void *user,
    struct err *e);

/* Keep the state of a unit and an area. */
NODISCARD int areastore_put_state(struct areastore *as, int64_t area_id,
    int64_t unit_id, const struct area_state *state, struct err *e);

/* Call each for all states. */
NODISCARD int areastore_each_state(struct areastore *as,
    void (*each)(void *user, int64_t area_id, int64_t unit_id,
	const struct area_state *state),
    void *user, struct err *e);

/* Keep an event; *id is its row. */
NODISCARD int areastore_add_event(struct areastore *as, int64_t area_id,
    int64_t unit_id, const struct area_event *event, int64_t made_ms,
    int64_t *id, struct err *e);

/* Call each for the events, the newest first, at most limit. */
NODISCARD int areastore_each_event(struct areastore *as, int64_t limit,
    void (*each)(void *user, const struct areastore_event *event), void *user,
    struct err *e);

/* Remove events before that time; their number, or -1. */
NODISCARD int areastore_purge(
    struct areastore *as, int64_t before_ms, struct err *e);

#endif /* STORE_AREASTORE_H */
