#include "agent/store/position.h"

#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/stmts.h"

enum {
	ST_FIND,
	ST_PUT,
	ST_REMOVE,
	ST_COUNT
};

static const char *const sql[ST_COUNT] = {
	[ST_FIND] = "SELECT dev, inode, size_bytes, mtime_ns, byte_offset,"
		    " line, in_array, at_end FROM feed_position"
		    " WHERE feed = $1 AND file = $2",
	[ST_PUT] = "INSERT INTO feed_position (feed, file, dev, inode,"
		   " size_bytes, mtime_ns, byte_offset, line, in_array, at_end)"
		   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
		   " ON CONFLICT (feed, file) DO UPDATE SET"
		   " dev = excluded.dev, inode = excluded.inode,"
		   " size_bytes = excluded.size_bytes,"
		   " mtime_ns = excluded.mtime_ns,"
		   " byte_offset = excluded.byte_offset,"
		   " line = excluded.line, in_array = excluded.in_array,"
		   " at_end = excluded.at_end",
	[ST_REMOVE] = "DELETE FROM feed_position WHERE feed = $1 AND file = $2",
};

struct position_store {
	struct db *db; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

int
position_open(struct db *db, struct position_store **out, struct err *e)
{
	struct position_store *ps = alloc_zero(1, sizeof(*ps));

	ps->db = db;
	if (stmts_prepare(db, sql, ST_COUNT, ps->st, e) < 0) {
		position_close(&ps);
		return -1;
	}
	*out = ps;
	return 0;
}

void
position_close(struct position_store **ps)
{
	if (!*ps)
		return;
	stmts_finish((*ps)->st, ST_COUNT);
	free(*ps);
	*ps = NULL;
}

int
position_find(struct position_store *ps, struct str feed, struct str file,
    struct position *out, struct err *e)
{
	struct db_stmt *st = ps->st[ST_FIND];

	db_bind_text(st, 1, feed);
	db_bind_text(st, 2, file);
	int r = db_step(st, e);
	if (r > 0)
		*out = (struct position){
			.dev = db_col_int(st, 0),
			.inode = db_col_int(st, 1),
			.size_bytes = db_col_int(st, 2),
			.mtime_ns = db_col_int(st, 3),
			.offset = db_col_int(st, 4),
			.line = db_col_int(st, 5),
			.in_array = db_col_int(st, 6) != 0,
			.at_end = db_col_int(st, 7) != 0,
		};
	db_reset(st);
	return r;
}

int
position_put(struct position_store *ps, struct str feed, struct str file,
    const struct position *pos, struct err *e)
{
	struct db_stmt *st = ps->st[ST_PUT];

	CHECK(db_is_in_transaction(ps->db));
	db_bind_text(st, 1, feed);
	db_bind_text(st, 2, file);
	db_bind_int(st, 3, pos->dev);
	db_bind_int(st, 4, pos->inode);
	db_bind_int(st, 5, pos->size_bytes);
	db_bind_int(st, 6, pos->mtime_ns);
	db_bind_int(st, 7, pos->offset);
	db_bind_int(st, 8, pos->line);
	db_bind_int(st, 9, pos->in_array);
	db_bind_int(st, 10, pos->at_end);
	return db_run(st, e);
}

int
position_remove(
    struct position_store *ps, struct str feed, struct str file, struct err *e)
{
	struct db_stmt *st = ps->st[ST_REMOVE];

	CHECK(db_is_in_transaction(ps->db));
	db_bind_text(st, 1, feed);
	db_bind_text(st, 2, file);
	return db_run(st, e);
}
