/*
 * One row a judgement, numbered within its track: a number that people say to
 * each other is small, and goes with the track.
 */
#include "agent/store/judgements.h"

#include <math.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/stmts.h"
#include "agent/store/trackstore.h"

enum {
	ST_ADD,
	ST_LAST,
	ST_FIND,
	ST_EACH,
	ST_COUNT
};

#define COLUMNS                                                         \
	"track_id, number, kind, clock, correction_ms, uncertainty_ms," \
	" made_ms, former, restates, lat, lon, within_m, known_ms,"     \
	" spread_ms, from_ms, to_ms, actor, clock_why, note"

static const char *const sql[ST_COUNT] = {
	[ST_ADD] = "INSERT INTO track_judgement (" COLUMNS ") VALUES ($1, $2,"
		   " $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,"
		   " $16, $17, $18, $19)",
	[ST_LAST] = "SELECT " COLUMNS " FROM track_judgement"
		    " WHERE track_id = $1 ORDER BY number DESC LIMIT 1",
	[ST_FIND] = "SELECT " COLUMNS " FROM track_judgement"
		    " WHERE track_id = $1 AND number = $2",
	[ST_EACH] = "SELECT " COLUMNS " FROM track_judgement"
		    " WHERE track_id = $1 ORDER BY number",
};

struct judgements {
	struct db *db; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

int
judgements_open(struct db *db, struct judgements **out, struct err *e)
{
	struct judgements *j = alloc_zero(1, sizeof(*j));

	j->db = db;
	if (stmts_prepare(db, sql, ST_COUNT, j->st, e) < 0) {
		judgements_close(&j);
		return -1;
	}
	*out = j;
	return 0;
}

void
judgements_close(struct judgements **j)
{
	if (!*j)
		return;
	stmts_finish((*j)->st, ST_COUNT);
	free(*j);
	*j = NULL;
}

const char *
judgement_kind_name(enum judgement_kind kind)
{
	switch (kind) {
	case JUDGEMENT_IMPORT: return "import";
	case JUDGEMENT_TWIN: return "same journey";
	case JUDGEMENT_PLACE: return "place";
	case JUDGEMENT_UNDO: return "undo";
	}
	return "?";
}

/* ---- Columns ---- */

static int64_t
col_time(struct db_stmt *q, int i)
{
	return db_col_is_null(q, i) ? CLOCK_NONE : db_col_int(q, i);
}

static double
col_real(struct db_stmt *q, int i)
{
	return db_col_is_null(q, i) ? (double)NAN : db_col_real(q, i);
}

/* The present row; its text is the statement's. */
static void
read_row(struct db_stmt *q, struct judgement *out)
{
	*out = (struct judgement){
		.track_id = db_col_int(q, 0),
		.number = db_col_int(q, 1),
		.kind = (enum judgement_kind)db_col_int(q, 2),
		.clock = (enum track_clock)db_col_int(q, 3),
		.correction_ms = col_time(q, 4),
		.uncertainty_ms = db_col_int(q, 5),
		.made_ms = db_col_int(q, 6),
		.former = db_col_int(q, 7),
		.restates = db_col_int(q, 8),
		.lat = col_real(q, 9),
		.lon = col_real(q, 10),
		.within_m = col_real(q, 11),
		.known_ms = col_time(q, 12),
		.spread_ms = db_col_int(q, 13),
		.from_ms = col_time(q, 14),
		.to_ms = col_time(q, 15),
		.actor = db_col_text(q, 16),
		.clock_why = db_col_text(q, 17),
		.note = db_col_text(q, 18),
	};
}

static void
bind_time(struct db_stmt *st, int i, int64_t ms)
{
	if (ms == CLOCK_NONE)
		db_bind_null(st, i);
	else
		db_bind_int(st, i, ms);
}

/* What is known, and the pass; or nothing. */
static void
bind_known(struct db_stmt *st, const struct judgement *row)
{
	bool is_known = row->kind == JUDGEMENT_PLACE;

	for (int i = 10; i <= 16; i++)
		db_bind_null(st, i);
	db_bind_int(st, 14, row->spread_ms);
	if (!is_known)
		return;
	db_bind_real(st, 10, row->lat);
	db_bind_real(st, 11, row->lon);
	db_bind_real(st, 12, row->within_m);
	db_bind_int(st, 13, row->known_ms);
	db_bind_int(st, 15, row->from_ms);
	db_bind_int(st, 16, row->to_ms);
}

static int
put(struct judgements *j, const struct judgement *row, struct err *e)
{
	struct db_stmt *st = j->st[ST_ADD];

	db_bind_int(st, 1, row->track_id);
	db_bind_int(st, 2, row->number);
	db_bind_int(st, 3, row->kind);
	db_bind_int(st, 4, row->clock);
	bind_time(st, 5, row->correction_ms);
	db_bind_int(st, 6, row->uncertainty_ms);
	db_bind_int(st, 7, row->made_ms);
	db_bind_int(st, 8, row->former);
	db_bind_int(st, 9, row->restates);
	bind_known(st, row);
	db_bind_text(st, 17, row->actor);
	db_bind_text(st, 18, row->clock_why);
	db_bind_text(st, 19, row->note);
	return db_run(st, e);
}

/* ---- Found ---- */

/* The row that a bound statement finds: 1, its text in arena, 0 or -1. */
static int
take_one(struct db_stmt *q, struct arena *arena, struct judgement *out,
    struct err *e)
{
	int r = db_step(q, e);

	if (r > 0) {
		read_row(q, out);
		out->actor = arena_str(arena, out->actor);
		out->clock_why = arena_str(arena, out->clock_why);
		out->note = arena_str(arena, out->note);
	}
	db_reset(q);
	return r;
}

/* What its import judged. */
static struct judgement
first_of(const struct trackstore_row *row)
{
	return (struct judgement){ .track_id = row->id,
		.number = 1,
		.kind = JUDGEMENT_IMPORT,
		.clock = row->clock,
		.correction_ms = row->correction_ms,
		.uncertainty_ms = row->uncertainty_ms,
		.clock_why = row->clock_why,
		.made_ms = row->imported_ms,
		.actor = row->actor,
		.known_ms = CLOCK_NONE,
		.from_ms = CLOCK_NONE,
		.to_ms = CLOCK_NONE };
}

int
judgements_standing(struct judgements *j, const struct trackstore_row *row,
    struct arena *arena, struct judgement *out, struct err *e)
{
	int r;

	db_bind_int(j->st[ST_LAST], 1, row->id);
	r = take_one(j->st[ST_LAST], arena, out, e);
	if (r == 0)
		*out = first_of(row);
	return r < 0 ? -1 : 1;
}

int
judgements_find(struct judgements *j, int64_t track_id, int64_t number,
    struct arena *arena, struct judgement *out, struct err *e)
{
	db_bind_int(j->st[ST_FIND], 1, track_id);
	db_bind_int(j->st[ST_FIND], 2, number);
	return take_one(j->st[ST_FIND], arena, out, e);
}

/* Number, kind and what it restates of the last: 1, 0 if none, -1. */
static int
look_last(struct judgements *j, int64_t track_id, struct judgement *out,
    struct err *e)
{
	struct db_stmt *q = j->st[ST_LAST];
	int r;

	db_bind_int(q, 1, track_id);
	r = db_step(q, e);
	if (r > 0)
		*out = (struct judgement){ .number = db_col_int(q, 1),
			.kind = (enum judgement_kind)db_col_int(q, 2),
			.restates = db_col_int(q, 8) };
	db_reset(q);
	return r;
}

int
judgements_add(struct judgements *j, const struct trackstore_row *row,
    struct judgement *next, struct err *e)
{
	struct judgement last;
	int r;

	CHECK(db_is_in_transaction(j->db));
	r = look_last(j, row->id, &last, e);
	if (r == 0) {
		last = first_of(row);
		r = put(j, &last, e);
	}
	if (r < 0)
		return -1;
	next->track_id = row->id;
	next->former = last.number;
	next->number = last.number + 1;
	return put(j, next, e);
}

int
judgements_is_by_person(struct judgements *j, int64_t track_id, struct err *e)
{
	struct judgement last;
	struct db_stmt *q = j->st[ST_FIND];
	int r = look_last(j, track_id, &last, e);

	if (r <= 0 || last.kind != JUDGEMENT_UNDO)
		return r <= 0 ? r : last.kind == JUDGEMENT_PLACE;
	db_bind_int(q, 1, track_id);
	db_bind_int(q, 2, last.restates);
	r = db_step(q, e);
	if (r > 0)
		r = db_col_int(q, 2) == JUDGEMENT_PLACE;
	db_reset(q);
	return r;
}

int
judgements_each(struct judgements *j, const struct trackstore_row *row,
    void (*each)(void *user, const struct judgement *judgement), void *user,
    struct err *e)
{
	struct db_stmt *q = j->st[ST_EACH];
	struct judgement one = first_of(row);
	bool has_any = false;
	int r;

	db_bind_int(q, 1, row->id);
	while ((r = db_step(q, e)) > 0) {
		has_any = true;
		read_row(q, &one);
		each(user, &one);
	}
	db_reset(q);
	if (r == 0 && !has_any)
		each(user, &one);
	return r;
}
