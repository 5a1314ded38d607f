/*
 * The tables of matches.  NULL stands for what is not known, and for a largest
 * distance that nothing limits.
 *
 * "IS" compares what a match was worked out with to what is so now: two NULLs
 * are the same.
 */
#include "agent/store/matches.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/stmts.h"

enum {
	ST_HAS_TRACKS,
	ST_SAME,
	ST_END,
	ST_ADD,
	ST_TRACKS,
	ST_INCIDENTS,
	ST_LIST,
	ST_DUE_NEXT,
	ST_DUE_DONE,
	ST_POSITION,
	ST_POSITION_PUT,
	ST_COUNT
};

#define VALUES                                                        \
	"word, view, distance_m, least_m, most_m, at_ms, at_clip_ms," \
	" in_range_ms, lat, lon, uncertainty_m, correction_ms, clock_ms"

/* Both to a tenth: $n is what is new. */
#define TENTH(column, n) " AND round(" column ", 1) IS round($" #n ", 1)"

static const char *const sql[ST_COUNT] = {
	[ST_HAS_TRACKS] = "SELECT EXISTS (SELECT 1 FROM track)",
	[ST_SAME] = "SELECT 1 FROM track_match WHERE word = $1 AND view = $2" TENTH(
	    "distance_m", 3) TENTH("least_m", 4) TENTH("most_m",
	    5) " AND at_ms IS $6 AND at_clip_ms IS $7 AND in_range_ms = $8"
	       " AND lat IS $9 AND lon IS $10 AND uncertainty_m IS $11"
	       " AND correction_ms IS $12 AND clock_ms = $13"
	       " AND incident_id = $14 AND track_id = $15 AND ended_ms IS NULL",
	[ST_END] = "UPDATE track_match SET ended_ms = $1"
		   " WHERE incident_id = $2 AND track_id = $3"
		   " AND ended_ms IS NULL",
	[ST_ADD] = "INSERT INTO track_match (" VALUES
		   ", incident_id, track_id, made_ms, detail) VALUES ($1, $2,"
		   " $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,"
		   " $16, $17)",
	[ST_TRACKS] = "SELECT track_id FROM track_match WHERE incident_id = $1"
		      " AND ended_ms IS NULL ORDER BY track_id",
	[ST_INCIDENTS] = "SELECT incident_id FROM track_match"
			 " WHERE track_id = $1 AND ended_ms IS NULL"
			 " ORDER BY incident_id",
	[ST_LIST] =
	    "SELECT m.word, m.view, m.distance_m, m.least_m, m.most_m,"
	    " m.at_ms, m.at_clip_ms, m.in_range_ms, m.lat, m.lon,"
	    " m.uncertainty_m, m.correction_ms, m.clock_ms, m.incident_id,"
	    " m.track_id, m.made_ms, m.detail, m.ended_ms,"
	    " t.class, t.name, t.unit, t.clip,"
	    " (SELECT max(number) FROM track_judgement"
	    " WHERE track_id = m.track_id)"
	    " FROM track_match m JOIN track t ON t.id = m.track_id"
	    " JOIN incident i ON i.id = m.incident_id"
	    " WHERE m.incident_id = $1 AND ($2 OR (m.ended_ms IS NULL"
	    " AND m.lat IS i.lat AND m.lon IS i.lon"
	    " AND m.uncertainty_m IS i.uncertainty_m"
	    " AND m.correction_ms IS t.correction_ms"
	    " AND m.clock_ms = t.uncertainty_ms))"
	    " ORDER BY m.ended_ms IS NOT NULL, m.word DESC, m.view DESC,"
	    " m.distance_m, m.in_range_ms DESC, m.id",
	[ST_DUE_NEXT] = "SELECT track_id FROM match_due"
			" ORDER BY track_id LIMIT 1",
	[ST_DUE_DONE] = "DELETE FROM match_due WHERE track_id = $1",
	[ST_POSITION] = "SELECT audit_id FROM match_position"
			" WHERE audit_id >= 0",
	[ST_POSITION_PUT] = "INSERT INTO match_position (id, audit_id)"
			    " VALUES (1, $1) ON CONFLICT (id)"
			    " DO UPDATE SET audit_id = excluded.audit_id",
};

struct matches {
	struct db *db; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

int
matches_open(struct db *db, struct matches **out, struct err *e)
{
	struct matches *m = alloc_zero(1, sizeof(*m));

	m->db = db;
	if (stmts_prepare(db, sql, ST_COUNT, m->st, e) < 0) {
		matches_close(&m);
		return -1;
	}
	*out = m;
	return 0;
}

void
matches_close(struct matches **m)
{
	if (!*m)
		return;
	stmts_finish((*m)->st, ST_COUNT);
	free(*m);
	*m = NULL;
}

/* The one number that q gives in *v: 1, 0 if no row, -1. */
static int
ask(struct db_stmt *q, int64_t *v, struct err *e)
{
	int r = db_step(q, e);

	if (r > 0)
		*v = db_col_int(q, 0);
	db_reset(q);
	return r;
}

int
matches_has_tracks(struct matches *m, struct err *e)
{
	int64_t has = 0;

	return ask(m->st[ST_HAS_TRACKS], &has, e) < 0 ? -1 : has != 0;
}

static void
bind_time(struct db_stmt *st, int i, int64_t ms)
{
	if (ms == CLOCK_NONE)
		db_bind_null(st, i);
	else
		db_bind_int(st, i, ms);
}

static void
bind_finite(struct db_stmt *st, int i, double v)
{
	if (isfinite(v))
		db_bind_real(st, i, v);
	else
		db_bind_null(st, i);
}

/* What two matches are compared by. */
static void
bind_values(struct db_stmt *st, const struct matches_row *row)
{
	db_bind_int(st, 1, row->word);
	db_bind_int(st, 2, row->view);
	bind_finite(st, 3, row->distance_m);
	bind_finite(st, 4, row->least_m);
	bind_finite(st, 5, row->most_m);
	bind_time(st, 6, row->at_ms);
	bind_time(st, 7, row->at_clip_ms < 0 ? CLOCK_NONE : row->at_clip_ms);
	db_bind_int(st, 8, row->in_range_ms);
	db_bind_real(st, 9, row->lat);
	db_bind_real(st, 10, row->lon);
	bind_finite(st, 11, row->uncertainty_m);
	bind_time(st, 12, row->correction_ms);
	db_bind_int(st, 13, row->clock_ms);
	db_bind_int(st, 14, row->incident_id);
	db_bind_int(st, 15, row->track_id);
}

int
matches_withdraw(struct matches *m, int64_t incident_id, int64_t track_id,
    int64_t now_ms, struct err *e)
{
	struct db_stmt *st = m->st[ST_END];

	CHECK(db_is_in_transaction(m->db));
	db_bind_int(st, 1, now_ms);
	db_bind_int(st, 2, incident_id);
	db_bind_int(st, 3, track_id);
	if (db_run(st, e) < 0)
		return -1;
	return db_changes(m->db) > 0;
}

int
matches_put(struct matches *m, const struct matches_row *row, int64_t now_ms,
    struct err *e)
{
	struct db_stmt *st = m->st[ST_ADD];
	int64_t one;
	int r;

	CHECK(row->word != APPROACH_NONE);
	bind_values(m->st[ST_SAME], row);
	r = ask(m->st[ST_SAME], &one, e);
	if (r != 0)
		return r < 0 ? -1 : 0;
	if (matches_withdraw(m, row->incident_id, row->track_id, now_ms, e) < 0)
		return -1;
	bind_values(st, row);
	db_bind_int(st, 16, now_ms);
	db_bind_text(st, 17, row->detail);
	return db_run(st, e) < 0 ? -1 : 1;
}

int
matches_partners(struct matches *m, int64_t incident_id, int64_t track_id,
    struct arena *arena, int64_t **out, size_t *count, struct err *e)
{
	struct db_stmt *q = m->st[track_id == 0 ? ST_TRACKS : ST_INCIDENTS];
	struct buf ids = { 0 };
	int64_t id;
	int r;

	CHECK((incident_id == 0) != (track_id == 0));
	db_bind_int(q, 1, track_id == 0 ? incident_id : track_id);
	while ((r = db_step(q, e)) > 0) {
		id = db_col_int(q, 0);
		buf_add(&ids, (const char *)&id, sizeof(id));
	}
	db_reset(q);
	*count = ids.len / sizeof(id);
	*out = arena_alloc(arena, *count + 1, sizeof(id));
	if (ids.len > 0)
		memcpy(*out, ids.p, ids.len);
	buf_clear(&ids);
	return r;
}

static int64_t
col_time(struct db_stmt *q, int i)
{
	return db_col_is_null(q, i) ? CLOCK_NONE : db_col_int(q, i);
}

static void
read_row(struct db_stmt *q, struct matches_row *out)
{
	*out = (struct matches_row){
		.word = (enum approach_word)db_col_int(q, 0),
		.view = (enum approach_view)db_col_int(q, 1),
		.distance_m = db_col_real(q, 2),
		.least_m = db_col_real(q, 3),
		.most_m = db_col_real(q, 4),
		.at_ms = col_time(q, 5),
		.at_clip_ms = db_col_is_null(q, 6) ? -1 : db_col_int(q, 6),
		.in_range_ms = db_col_int(q, 7),
		.lat = db_col_real(q, 8),
		.lon = db_col_real(q, 9),
		.uncertainty_m = db_col_real(q, 10),
		.correction_ms = col_time(q, 11),
		.clock_ms = db_col_int(q, 12),
		.incident_id = db_col_int(q, 13),
		.track_id = db_col_int(q, 14),
		.made_ms = db_col_int(q, 15),
		.detail = db_col_text(q, 16),
		.ended_ms = col_time(q, 17),
		.class = (enum track_class)db_col_int(q, 18),
		.name = db_col_text(q, 19),
		.unit = db_col_text(q, 20),
		.clip = db_col_text(q, 21),
		.judgement = db_col_int(q, 22),
	};
	if (isnan(out->least_m))
		out->least_m = (double)INFINITY;
	if (isnan(out->most_m))
		out->most_m = (double)INFINITY;
}

int
matches_list(struct matches *m, int64_t incident_id, bool history,
    void (*each)(void *user, const struct matches_row *row), void *user,
    struct err *e)
{
	struct db_stmt *q = m->st[ST_LIST];
	struct matches_row row;
	int r;

	db_bind_int(q, 1, incident_id);
	db_bind_int(q, 2, history);
	while ((r = db_step(q, e)) > 0) {
		read_row(q, &row);
		each(user, &row);
	}
	db_reset(q);
	return r;
}

int
matches_due_next(struct matches *m, int64_t *track_id, struct err *e)
{
	return ask(m->st[ST_DUE_NEXT], track_id, e);
}

int
matches_due_done(struct matches *m, int64_t track_id, struct err *e)
{
	CHECK(db_is_in_transaction(m->db));
	db_bind_int(m->st[ST_DUE_DONE], 1, track_id);
	return db_run(m->st[ST_DUE_DONE], e);
}

int
matches_position(struct matches *m, int64_t *audit_id, struct err *e)
{
	return ask(m->st[ST_POSITION], audit_id, e);
}

int
matches_position_put(struct matches *m, int64_t audit_id, struct err *e)
{
	CHECK(db_is_in_transaction(m->db));
	db_bind_int(m->st[ST_POSITION_PUT], 1, audit_id);
	return db_run(m->st[ST_POSITION_PUT], e);
}
