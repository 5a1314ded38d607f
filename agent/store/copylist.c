#include "agent/store/copylist.h"

#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/stmts.h"

enum {
	ST_NOTE,
	ST_SETTLE,
	ST_MARK,
	ST_MARKED,
	ST_FORGET,
	ST_COUNT
};

static const char *const sql[ST_COUNT] = {
	[ST_NOTE] = "INSERT INTO copy (feed, name, seen_ms, there_ms)"
		    " VALUES ($1, $2, $3, $3) ON CONFLICT DO UPDATE"
		    " SET there_ms = excluded.there_ms",
	[ST_SETTLE] = "DELETE FROM copy WHERE feed = $1 AND erasing = 0"
		      " AND there_ms <> $2",
	[ST_MARK] = "UPDATE copy SET erasing = 1 WHERE feed = $1"
		    " AND name IN (SELECT name FROM copy WHERE feed = $1"
		    " AND seen_ms < $2 AND erasing = 0 ORDER BY name LIMIT $3)",
	[ST_MARKED] = "SELECT name FROM copy WHERE feed = $1 AND erasing = 1",
	[ST_FORGET] = "DELETE FROM copy WHERE feed = $1 AND name = $2",
};

struct copylist {
	struct db *db; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

int
copylist_open(struct db *db, struct copylist **out, struct err *e)
{
	struct copylist *c = alloc_zero(1, sizeof *c);

	c->db = db;
	if (stmts_prepare(db, sql, ST_COUNT, c->st, e) < 0) {
		copylist_close(&c);
		return -1;
	}
	*out = c;
	return 0;
}

void
copylist_close(struct copylist **c)
{
	if (!*c)
		return;
	stmts_finish((*c)->st, ST_COUNT);
	free(*c);
	*c = NULL;
}

int
copylist_note(struct copylist *c, const char *feed, const char *name,
    int64_t now_ms, struct err *e)
{
	struct db_stmt *st = c->st[ST_NOTE];

	CHECK(db_is_in_transaction(c->db));
	db_bind_text(st, 1, str_of(feed));
	db_bind_text(st, 2, str_of(name));
	db_bind_int(st, 3, now_ms);
	return db_run(st, e);
}

int
copylist_settle(
    struct copylist *c, const char *feed, int64_t now_ms, struct err *e)
{
	struct db_stmt *st = c->st[ST_SETTLE];

	CHECK(db_is_in_transaction(c->db));
	db_bind_text(st, 1, str_of(feed));
	db_bind_int(st, 2, now_ms);
	return db_run(st, e);
}

int
copylist_mark(struct copylist *c, const char *feed, int64_t before_ms,
    int64_t limit, struct err *e)
{
	struct db_stmt *st = c->st[ST_MARK];

	CHECK(db_is_in_transaction(c->db));
	db_bind_text(st, 1, str_of(feed));
	db_bind_int(st, 2, before_ms);
	db_bind_int(st, 3, limit);
	return db_run(st, e) < 0 ? -1 : (int)db_changes(c->db);
}

int
copylist_marked(struct copylist *c, const char *feed,
    void (*each)(void *user, const char *name), void *user, struct err *e)
{
	struct db_stmt *st = c->st[ST_MARKED];
	int r;

	db_bind_text(st, 1, str_of(feed));
	while ((r = db_step(st, e)) > 0) {
		char *name = str_copy(db_col_text(st, 0));

		each(user, name);
		free(name);
	}
	db_reset(st);
	return r;
}

int
copylist_forget(
    struct copylist *c, const char *feed, const char *name, struct err *e)
{
	struct db_stmt *st = c->st[ST_FORGET];

	CHECK(db_is_in_transaction(c->db));
	db_bind_text(st, 1, str_of(feed));
	db_bind_text(st, 2, str_of(name));
	return db_run(st, e);
}
