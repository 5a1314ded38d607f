#include "agent/store/feedday.h"

#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/stmts.h"

#define DAY_MS INT64_C(86400000)

enum {
	ST_ADD,
	ST_FORGET,
	ST_LIST,
	ST_COUNT
};

static const char *const sql[ST_COUNT] = {
	[ST_ADD] = "INSERT INTO feed_day (feed, day, messages, repeated,"
		   " incidents, faults, last_ms, file, behind_ms)"
		   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
		   " ON CONFLICT (feed, day) DO UPDATE SET"
		   " messages = messages + excluded.messages,"
		   " repeated = repeated + excluded.repeated,"
		   " incidents = incidents + excluded.incidents,"
		   " faults = faults + excluded.faults,"
		   " last_ms = excluded.last_ms, file = excluded.file,"
		   " behind_ms = iif(excluded.behind_ms < 0, behind_ms,"
		   " excluded.behind_ms)",
	[ST_FORGET] = "DELETE FROM feed_day WHERE feed = $1 AND day < $2",
	[ST_LIST] = "SELECT feed, day, messages, repeated, incidents, faults,"
		    " last_ms, file, behind_ms FROM feed_day WHERE feed = $1"
		    " ORDER BY day DESC LIMIT $2",
};

struct feedday {
	struct db *db; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

int
feedday_open(struct db *db, struct feedday **out, struct err *e)
{
	struct feedday *f = alloc_zero(1, sizeof(*f));

	f->db = db;
	if (stmts_prepare(db, sql, ST_COUNT, f->st, e) < 0) {
		feedday_close(&f);
		return -1;
	}
	*out = f;
	return 0;
}

void
feedday_close(struct feedday **f)
{
	if (!*f)
		return;
	stmts_finish((*f)->st, ST_COUNT);
	free(*f);
	*f = NULL;
}

int64_t
feedday_of(int64_t ms)
{
	struct clock_local t = clock_to_local(ms);

	return ((int64_t)t.year * 100 + t.month) * 100 + t.day;
}

static int
forget(struct feedday *f, const struct feedday_row *row, struct err *e)
{
	struct db_stmt *st = f->st[ST_FORGET];

	db_bind_text(st, 1, row->feed);
	db_bind_int(st, 2, feedday_of(row->last_ms - FEEDDAY_KEEP * DAY_MS));
	return db_run(st, e);
}

int
feedday_add(struct feedday *f, const struct feedday_row *row, struct err *e)
{
	struct db_stmt *st = f->st[ST_ADD];

	CHECK(db_is_in_transaction(f->db));
	db_bind_text(st, 1, row->feed);
	db_bind_int(st, 2, feedday_of(row->last_ms));
	db_bind_int(st, 3, row->messages);
	db_bind_int(st, 4, row->repeated);
	db_bind_int(st, 5, row->incidents);
	db_bind_int(st, 6, row->faults);
	db_bind_int(st, 7, row->last_ms);
	db_bind_text(st, 8, row->file);
	db_bind_int(st, 9, row->behind_ms);
	if (db_run(st, e) < 0)
		return -1;
	return forget(f, row, e);
}

int
feedday_list(struct feedday *f, struct str feed, int64_t limit,
    void (*each)(void *user, const struct feedday_row *row), void *user,
    struct err *e)
{
	struct db_stmt *st = f->st[ST_LIST];
	int r;

	db_bind_text(st, 1, feed);
	db_bind_int(st, 2, limit);
	while ((r = db_step(st, e)) > 0) {
		const struct feedday_row row = {
			.feed = db_col_text(st, 0),
			.day = db_col_int(st, 1),
			.messages = db_col_int(st, 2),
			.repeated = db_col_int(st, 3),
			.incidents = db_col_int(st, 4),
			.faults = db_col_int(st, 5),
			.last_ms = db_col_int(st, 6),
			.file = db_col_text(st, 7),
			.behind_ms = db_col_int(st, 8),
		};

		each(user, &row);
	}
	db_reset(st);
	return r;
}
