/* unitstore: two tables; what is not known is NULL. */
#include "agent/store/unitstore.h"

#include <math.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/stmts.h"

enum {
	ST_INSERT,
	ST_UPDATE,
	ST_ADD,
	ST_UNMARK,
	ST_EACH,
	ST_WAITING,
	ST_TAKE,
	ST_DROP,
	ST_PURGE,
	ST_PURGE_UNITS,
	ST_COUNT
};

#define UNIT_COLUMNS                                                      \
	"name, source, time_ms, lat, lon, altitude_m, speed_mps,"         \
	" course_deg, uncertainty_m, received_ms, gone_ms, held_ms,"      \
	" stands_ms, held_lat, held_lon, held_uncertainty_m, held_count," \
	" is_parked"

static const char *const sql[ST_COUNT] = {
	[ST_INSERT] = "INSERT INTO unit (" UNIT_COLUMNS ") VALUES ($1, $2, $3,"
		      " $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,"
		      " $16, $17, $18)",
	[ST_UPDATE] = "UPDATE unit SET (" UNIT_COLUMNS ") = ($1, $2, $3, $4,"
		      " $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,"
		      " $17, $18) WHERE id = $19",
	[ST_ADD] =
	    "INSERT INTO position (unit_id, time_ms, received_ms, lat,"
	    " lon, altitude_m, speed_mps, course_deg, uncertainty_m, mark)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
	    " ON CONFLICT (unit_id, time_ms) DO NOTHING",
	[ST_UNMARK] = "UPDATE position SET mark = 0 WHERE unit_id = $1"
		      " AND time_ms BETWEEN $2 AND $3 AND mark > 0",
	[ST_EACH] = "SELECT " UNIT_COLUMNS ", id FROM unit ORDER BY name",
	[ST_WAITING] = "SELECT count(*), min(received_ms) FROM position"
		       " WHERE unit_id = $1",
	[ST_TAKE] = "SELECT time_ms, lat, lon, altitude_m, speed_mps,"
		    " course_deg, uncertainty_m, mark FROM position"
		    " WHERE unit_id = $1 ORDER BY time_ms LIMIT $2",
	[ST_DROP] = "DELETE FROM position WHERE unit_id = $1 AND"
		    " time_ms BETWEEN $2 AND $3",
	[ST_PURGE] = "DELETE FROM position WHERE time_ms < $1",
	[ST_PURGE_UNITS] =
	    "DELETE FROM unit WHERE coalesce(time_ms, received_ms) < $1 AND"
	    " NOT EXISTS"
	    " (SELECT 1 FROM position WHERE unit_id = unit.id)",
};

struct unitstore {
	struct db *db; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

int
unitstore_open(struct db *db, struct unitstore **out, struct err *e)
{
	struct unitstore *us = alloc_zero(1, sizeof(*us));

	us->db = db;
	if (stmts_prepare(db, sql, ST_COUNT, us->st, e) < 0) {
		unitstore_close(&us);
		return -1;
	}
	*out = us;
	return 0;
}

void
unitstore_close(struct unitstore **us)
{
	if (!*us)
		return;
	stmts_finish((*us)->st, ST_COUNT);
	free(*us);
	*us = NULL;
}

static void
bind_real(struct db_stmt *st, int i, double v)
{
	if (isfinite(v))
		db_bind_real(st, i, v);
	else
		db_bind_null(st, i);
}

static void
bind_time(struct db_stmt *st, int i, int64_t ms)
{
	if (ms == CLOCK_NONE)
		db_bind_null(st, i);
	else
		db_bind_int(st, i, ms);
}

static int64_t
col_time(struct db_stmt *st, int i)
{
	return db_col_is_null(st, i) ? CLOCK_NONE : db_col_int(st, i);
}

/* Where a fix is and how it moves, from parameter i on. */
static void
bind_fix(struct db_stmt *st, int i, const struct track_fix *f)
{
	bind_real(st, i, f->lat);
	bind_real(st, i + 1, f->lon);
	bind_real(st, i + 2, (double)f->altitude_m);
	bind_real(st, i + 3, (double)f->speed_mps);
	bind_real(st, i + 4, (double)f->course_deg);
	bind_real(st, i + 5, (double)f->uncertainty_m);
}

static struct track_fix
col_fix(struct db_stmt *st, int i, int64_t time_ms)
{
	struct track_fix f = track_fix_at(0);

	f.time_ms = time_ms;
	f.lat = db_col_real(st, i);
	f.lon = db_col_real(st, i + 1);
	f.altitude_m = (float)db_col_real(st, i + 2);
	f.speed_mps = (float)db_col_real(st, i + 3);
	f.course_deg = (float)db_col_real(st, i + 4);
	f.uncertainty_m = (float)db_col_real(st, i + 5);
	return f;
}

static void
bind_motion(struct db_stmt *st, int i, const struct motion *m)
{
	db_bind_int(st, i, m->time_ms);
	db_bind_int(st, i + 1, m->stands_ms);
	db_bind_real(st, i + 2, m->lat);
	db_bind_real(st, i + 3, m->lon);
	db_bind_real(st, i + 4, m->uncertainty_m);
	db_bind_int(st, i + 5, m->count);
	db_bind_int(st, i + 6, m->is_parked);
}

static struct motion
col_motion(struct db_stmt *st, int i)
{
	return (struct motion){ .time_ms = db_col_int(st, i),
		.stands_ms = db_col_int(st, i + 1),
		.lat = db_col_real(st, i + 2),
		.lon = db_col_real(st, i + 3),
		.uncertainty_m = db_col_real(st, i + 4),
		.count = db_col_int(st, i + 5),
		.is_parked = db_col_int(st, i + 6) != 0 };
}

int
unitstore_put(struct unitstore *us, struct unitstore_unit *u, struct err *e)
{
	struct db_stmt *st = us->st[u->id ? ST_UPDATE : ST_INSERT];

	CHECK(db_is_in_transaction(us->db));
	db_bind_text(st, 1, u->name);
	db_bind_text(st, 2, u->source);
	bind_time(st, 3, u->fix.time_ms);
	bind_fix(st, 4, &u->fix);
	db_bind_int(st, 10, u->received_ms);
	bind_time(st, 11, u->gone_ms);
	bind_motion(st, 12, &u->motion);
	if (u->id)
		db_bind_int(st, 19, u->id);
	if (db_run(st, e) < 0)
		return -1;
	if (!u->id)
		u->id = db_last_id(us->db);
	return 0;
}

int
unitstore_add(struct unitstore *us, int64_t unit_id,
    const struct track_fix *fix, enum track_mark mark, int64_t received_ms,
    struct err *e)
{
	struct db_stmt *st = us->st[ST_ADD];

	CHECK(db_is_in_transaction(us->db));
	db_bind_int(st, 1, unit_id);
	db_bind_int(st, 2, fix->time_ms);
	db_bind_int(st, 3, received_ms);
	bind_fix(st, 4, fix);
	db_bind_int(st, 10, mark);
	if (db_run(st, e) < 0)
		return -1;
	return (int)db_changes(us->db);
}

int
unitstore_unmark(struct unitstore *us, int64_t unit_id, int64_t first_ms,
    int64_t last_ms, struct err *e)
{
	struct db_stmt *st = us->st[ST_UNMARK];

	CHECK(db_is_in_transaction(us->db));
	db_bind_int(st, 1, unit_id);
	db_bind_int(st, 2, first_ms);
	db_bind_int(st, 3, last_ms);
	return db_run(st, e);
}

int
unitstore_each(struct unitstore *us,
    void (*each)(void *user, const struct unitstore_unit *unit), void *user,
    struct err *e)
{
	struct db_stmt *st = us->st[ST_EACH];
	int r;

	while ((r = db_step(st, e)) > 0) {
		const struct unitstore_unit u = { .name = db_col_text(st, 0),
			.source = db_col_text(st, 1),
			.fix = col_fix(st, 3, col_time(st, 2)),
			.received_ms = db_col_int(st, 9),
			.gone_ms = col_time(st, 10),
			.motion = col_motion(st, 11),
			.id = db_col_int(st, 18) };

		each(user, &u);
	}
	db_reset(st);
	return r;
}

int
unitstore_count(struct unitstore *us, int64_t unit_id, int64_t *count,
    int64_t *oldest_ms, struct err *e)
{
	struct db_stmt *st = us->st[ST_WAITING];
	int r;

	db_bind_int(st, 1, unit_id);
	r = db_step(st, e);
	if (r > 0) {
		*count = db_col_int(st, 0);
		*oldest_ms = col_time(st, 1);
	}
	db_reset(st);
	return r < 0 ? -1 : 0;
}

int
unitstore_take(struct unitstore *us, int64_t unit_id, struct track_fix *out,
    unsigned char *marks, size_t max, struct err *e)
{
	struct db_stmt *st = us->st[ST_TAKE];
	int count = 0;
	int r;

	db_bind_int(st, 1, unit_id);
	db_bind_int(st, 2, (int64_t)max);
	while ((r = db_step(st, e)) > 0) {
		marks[count] = (unsigned char)db_col_int(st, 7);
		out[count++] = col_fix(st, 1, db_col_int(st, 0));
	}
	db_reset(st);
	return r < 0 ? -1 : count;
}

int
unitstore_drop(struct unitstore *us, int64_t unit_id, int64_t first_ms,
    int64_t last_ms, struct err *e)
{
	struct db_stmt *st = us->st[ST_DROP];

	CHECK(db_is_in_transaction(us->db));
	db_bind_int(st, 1, unit_id);
	db_bind_int(st, 2, first_ms);
	db_bind_int(st, 3, last_ms);
	return db_run(st, e);
}

static int
purge_by(
    struct unitstore *us, struct db_stmt *st, int64_t before_ms, struct err *e)
{
	db_bind_int(st, 1, before_ms);
	return db_run(st, e) < 0 ? -1 : (int)db_changes(us->db);
}

int
unitstore_purge(struct unitstore *us, int64_t before_ms, struct err *e)
{
	int positions, units;

	CHECK(db_is_in_transaction(us->db));
	positions = purge_by(us, us->st[ST_PURGE], before_ms, e);
	if (positions < 0)
		return -1;
	units = purge_by(us, us->st[ST_PURGE_UNITS], before_ms, e);
	return units < 0 ? -1 : positions + units;
}
