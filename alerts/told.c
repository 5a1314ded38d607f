#include "alerts/told.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/stmts.h"

enum {
	ST_LOAD,
	ST_PUT,
	ST_TAKERS,
	ST_PUT_TAKER,
	ST_COUNT
};

static const char *const sql[ST_COUNT] = {
	[ST_LOAD] = "SELECT theme, recipient, level, alert_id FROM told"
		    " WHERE incident_id = $1 ORDER BY theme, recipient",
	[ST_PUT] = "INSERT INTO told (incident_id, theme, recipient, level,"
		   " alert_id) VALUES ($1, $2, $3, $4, $5)"
		   " ON CONFLICT (incident_id, theme, recipient) DO UPDATE"
		   " SET level = excluded.level, alert_id = excluded.alert_id",
	[ST_TAKERS] = "SELECT recipient, actor FROM told_taker"
		      " WHERE incident_id = $1",
	[ST_PUT_TAKER] = "INSERT INTO told_taker (incident_id, recipient,"
			 " actor) VALUES ($1, $2, $3)"
			 " ON CONFLICT (incident_id, recipient) DO UPDATE"
			 " SET actor = excluded.actor",
};

struct told {
	struct db *db; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

int
told_open(struct db *db, struct told **out, struct err *e)
{
	struct told *t = alloc_zero(1, sizeof(*t));

	t->db = db;
	if (stmts_prepare(db, sql, ST_COUNT, t->st, e) < 0) {
		told_close(&t);
		return -1;
	}
	*out = t;
	return 0;
}

void
told_close(struct told **t)
{
	if (!*t)
		return;
	stmts_finish((*t)->st, ST_COUNT);
	free(*t);
	*t = NULL;
}

/* Room for one more item of size bytes at the end of list. */
static void *
grow(struct arena *arena, void *list, size_t size, size_t count, size_t *cap)
{
	void *more;

	if (count < *cap)
		return list;
	*cap = *cap ? 2 * *cap : 8;
	more = arena_alloc(arena, *cap, size);
	if (count)
		memcpy(more, list, count * size);
	return more;
}

int
told_load(struct told *t, int64_t incident_id, struct arena *arena,
    struct told_row **out, size_t *count, struct err *e)
{
	struct db_stmt *st = t->st[ST_LOAD];
	struct told_row *list = NULL;
	size_t n = 0;
	size_t cap = 0;
	int r;

	db_bind_int(st, 1, incident_id);
	while ((r = db_step(st, e)) > 0) {
		list = grow(arena, list, sizeof(*list), n, &cap);
		list[n++] = (struct told_row){
			.theme = arena_str(arena, db_col_text(st, 0)),
			.recipient = arena_str(arena, db_col_text(st, 1)),
			.level = (enum rules_level)db_col_int(st, 2),
			.alert_id = arena_str(arena, db_col_text(st, 3)),
		};
	}
	db_reset(st);
	*out = list;
	*count = n;
	return r;
}

int
told_put(struct told *t, int64_t incident_id, const struct told_row *row,
    struct err *e)
{
	struct db_stmt *st = t->st[ST_PUT];

	CHECK(db_is_in_transaction(t->db));
	db_bind_int(st, 1, incident_id);
	db_bind_text(st, 2, row->theme);
	db_bind_text(st, 3, row->recipient);
	db_bind_int(st, 4, row->level);
	db_bind_text(st, 5, row->alert_id);
	return db_run(st, e);
}

int
told_load_takers(struct told *t, int64_t incident_id, struct arena *arena,
    struct told_taker **out, size_t *count, struct err *e)
{
	struct db_stmt *st = t->st[ST_TAKERS];
	struct told_taker *list = NULL;
	size_t n = 0, cap = 0;
	int r;

	db_bind_int(st, 1, incident_id);
	while ((r = db_step(st, e)) > 0) {
		list = grow(arena, list, sizeof(*list), n, &cap);
		list[n++] = (struct told_taker){
			.recipient = arena_str(arena, db_col_text(st, 0)),
			.actor = arena_str(arena, db_col_text(st, 1)),
		};
	}
	db_reset(st);
	*out = list;
	*count = n;
	return r;
}

int
told_put_taker(struct told *t, int64_t incident_id,
    const struct told_taker *row, struct err *e)
{
	struct db_stmt *st = t->st[ST_PUT_TAKER];

	CHECK(db_is_in_transaction(t->db));
	db_bind_int(st, 1, incident_id);
	db_bind_text(st, 2, row->recipient);
	db_bind_text(
	    st, 3, str_is_given(row->actor) ? row->actor : str_make("", 0));
	return db_run(st, e);
}
