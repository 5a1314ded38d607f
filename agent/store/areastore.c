/* areastore: three tables that go with their areas and units. */
#include "agent/store/areastore.h"

#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/stmts.h"

enum {
	ST_ADD,
	ST_DELETE,
	ST_EACH,
	ST_PUT_STATE,
	ST_STATES,
	ST_ADD_EVENT,
	ST_EVENTS,
	ST_PURGE,
	ST_COUNT
};

static const char *const sql[ST_COUNT] = {
	[ST_ADD] = "INSERT INTO area (name, geojson, dwell_ms, made_ms, actor)"
		   " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name) DO NOTHING",
	[ST_DELETE] = "DELETE FROM area WHERE name = $1",
	[ST_EACH] = "SELECT id, name, geojson, dwell_ms, made_ms, actor"
		    " FROM area ORDER BY name",
	[ST_PUT_STATE] =
	    "INSERT INTO area_state (area_id, unit_id, side, since_ms,"
	    " has_dwelt, has_doubt, lat, lon, clear_ms)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
	    " ON CONFLICT (area_id, unit_id) DO UPDATE SET"
	    " side = excluded.side, since_ms = excluded.since_ms,"
	    " has_dwelt = excluded.has_dwelt, has_doubt = excluded.has_doubt,"
	    " lat = excluded.lat, lon = excluded.lon,"
	    " clear_ms = excluded.clear_ms",
	[ST_STATES] = "SELECT area_id, unit_id, side, since_ms, has_dwelt,"
		      " has_doubt, lat, lon, clear_ms FROM area_state",
	[ST_ADD_EVENT] =
	    "INSERT INTO area_event (area_id, unit_id, kind, time_ms, lat,"
	    " lon, uncertainty_m, is_passing, made_ms)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
	[ST_EVENTS] =
	    "SELECT e.id, a.name, u.name, e.kind, e.time_ms, e.lat, e.lon,"
	    " e.uncertainty_m, e.is_passing, e.made_ms FROM area_event e"
	    " JOIN area a ON a.id = e.area_id JOIN unit u ON u.id = e.unit_id"
	    " ORDER BY e.id DESC LIMIT $1",
	[ST_PURGE] = "DELETE FROM area_event WHERE time_ms < $1",
};

struct areastore {
	struct db *db; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

int
areastore_open(struct db *db, struct areastore **out, struct err *e)
{
	struct areastore *as = alloc_zero(1, sizeof(*as));

	as->db = db;
	if (stmts_prepare(db, sql, ST_COUNT, as->st, e) < 0) {
		areastore_close(&as);
		return -1;
	}
	*out = as;
	return 0;
}

void
areastore_close(struct areastore **as)
{
	if (!*as)
		return;
	stmts_finish((*as)->st, ST_COUNT);
	free(*as);
	*as = NULL;
}

int
areastore_add(
    struct areastore *as, const struct areastore_row *row, struct err *e)
{
	struct db_stmt *st = as->st[ST_ADD];

	CHECK(db_is_in_transaction(as->db));
	db_bind_text(st, 1, row->name);
	db_bind_text(st, 2, row->geojson);
	db_bind_int(st, 3, row->dwell_ms);
	db_bind_int(st, 4, row->made_ms);
	db_bind_text(st, 5, row->actor);
	return db_run(st, e) < 0 ? -1 : (int)db_changes(as->db);
}

int
areastore_delete(struct areastore *as, struct str name, struct err *e)
{
	struct db_stmt *st = as->st[ST_DELETE];

	CHECK(db_is_in_transaction(as->db));
	db_bind_text(st, 1, name);
	return db_run(st, e) < 0 ? -1 : (int)db_changes(as->db);
}

int
areastore_each(struct areastore *as,
    void (*each)(void *user, const struct areastore_row *row), void *user,
    struct err *e)
{
	struct db_stmt *st = as->st[ST_EACH];
	int r;

	while ((r = db_step(st, e)) > 0) {
		const struct areastore_row row = { .id = db_col_int(st, 0),
			.name = db_col_text(st, 1),
			.geojson = db_col_text(st, 2),
			.dwell_ms = db_col_int(st, 3),
			.made_ms = db_col_int(st, 4),
			.actor = db_col_text(st, 5) };

		each(user, &row);
	}
	db_reset(st);
	return r;
}

int
areastore_put_state(struct areastore *as, int64_t area_id, int64_t unit_id,
    const struct area_state *state, struct err *e)
{
	struct db_stmt *st = as->st[ST_PUT_STATE];

	CHECK(db_is_in_transaction(as->db));
	db_bind_int(st, 1, area_id);
	db_bind_int(st, 2, unit_id);
	db_bind_int(st, 3, state->side);
	db_bind_int(st, 4, state->since_ms);
	db_bind_int(st, 5, state->has_dwelt);
	db_bind_int(st, 6, state->has_doubt);
	db_bind_real(st, 7, state->lat);
	db_bind_real(st, 8, state->lon);
	db_bind_int(st, 9, state->clear_ms);
	return db_run(st, e);
}

int
areastore_each_state(struct areastore *as,
    void (*each)(void *user, int64_t area_id, int64_t unit_id,
	const struct area_state *state),
    void *user, struct err *e)
{
	struct db_stmt *st = as->st[ST_STATES];
	int r;

	while ((r = db_step(st, e)) > 0) {
		const struct area_state state = {
			.side = (enum area_side)db_col_int(st, 2),
			.since_ms = db_col_int(st, 3),
			.has_dwelt = db_col_int(st, 4) != 0,
			.has_doubt = db_col_int(st, 5) != 0,
			.lat = db_col_real(st, 6),
			.lon = db_col_real(st, 7),
			.clear_ms = db_col_int(st, 8),
		};

		each(user, db_col_int(st, 0), db_col_int(st, 1), &state);
	}
	db_reset(st);
	return r;
}

int
areastore_add_event(struct areastore *as, int64_t area_id, int64_t unit_id,
    const struct area_event *event, int64_t made_ms, int64_t *id, struct err *e)
{
	struct db_stmt *st = as->st[ST_ADD_EVENT];

	CHECK(db_is_in_transaction(as->db));
	db_bind_int(st, 1, area_id);
	db_bind_int(st, 2, unit_id);
	db_bind_int(st, 3, event->kind);
	db_bind_int(st, 4, event->time_ms);
	db_bind_real(st, 5, event->lat);
	db_bind_real(st, 6, event->lon);
	db_bind_real(st, 7, event->uncertainty_m);
	db_bind_int(st, 8, event->is_passing);
	db_bind_int(st, 9, made_ms);
	if (db_run(st, e) < 0)
		return -1;
	*id = db_last_id(as->db);
	return 0;
}

int
areastore_each_event(struct areastore *as, int64_t limit,
    void (*each)(void *user, const struct areastore_event *event), void *user,
    struct err *e)
{
	struct db_stmt *st = as->st[ST_EVENTS];
	int r;

	db_bind_int(st, 1, limit);
	while ((r = db_step(st, e)) > 0) {
		const struct areastore_event row = { .id = db_col_int(st, 0),
			.area = db_col_text(st, 1),
			.unit = db_col_text(st, 2),
			.event = { .kind =
				       (enum area_event_kind)db_col_int(st, 3),
			    .time_ms = db_col_int(st, 4),
			    .lat = db_col_real(st, 5),
			    .lon = db_col_real(st, 6),
			    .uncertainty_m = db_col_real(st, 7),
			    .is_passing = db_col_int(st, 8) != 0 },
			.made_ms = db_col_int(st, 9) };

		each(user, &row);
	}
	db_reset(st);
	return r;
}

int
areastore_purge(struct areastore *as, int64_t before_ms, struct err *e)
{
	struct db_stmt *st = as->st[ST_PURGE];

	CHECK(db_is_in_transaction(as->db));
	db_bind_int(st, 1, before_ms);
	return db_run(st, e) < 0 ? -1 : (int)db_changes(as->db);
}
