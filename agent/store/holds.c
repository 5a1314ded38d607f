#include "agent/store/holds.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/audit.h"
#include "agent/store/stmts.h"
#include "agent/store/store.h"

enum {
	ST_LAPSE,
	ST_PUT,
	ST_END,
	ST_OF,
	ST_LIST,
	ST_HAS,
	ST_COUNT
};

#define SELECT_HOLD                                                    \
	"SELECT h.id, h.incident_id, i.ref, f.name, h.at_ms, h.actor," \
	" h.why, h.until_ms, h.ended_ms, h.ended_by FROM hold h"       \
	" JOIN incident i ON i.id = h.incident_id"                     \
	" JOIN feed f ON f.id = i.feed_id"

static const char *const sql[ST_COUNT] = {
	/* One whose day came makes way for the next. */
	[ST_LAPSE] = "UPDATE hold SET ended_ms = until_ms, ended_by = 'until'"
		     " WHERE incident_id = $1 AND ended_ms IS NULL"
		     " AND until_ms <= $2",
	[ST_PUT] = "INSERT INTO hold (incident_id, at_ms, actor, until_ms, why)"
		   " VALUES ($1, $2, $3, $4, $5)"
		   " ON CONFLICT (incident_id) WHERE ended_ms IS NULL"
		   " DO NOTHING",
	[ST_END] = "UPDATE hold SET ended_ms = $1, ended_by = $2"
		   " WHERE incident_id = $3 AND ended_ms IS NULL",
	[ST_OF] = SELECT_HOLD " WHERE h.incident_id = $1 ORDER BY h.id DESC",
	[ST_LIST] = SELECT_HOLD " WHERE h.ended_ms IS NULL"
				" AND coalesce(h.until_ms, $1 + 1) > $1"
				" AND h.id > $2 ORDER BY h.id LIMIT $3",
	[ST_HAS] = "SELECT 1 FROM incident WHERE id = $1",
};

struct holds {
	struct store *store; /* borrowed */
	struct db *db;       /* its own */
	struct db_stmt *st[ST_COUNT];
};

int
holds_open(struct store *store, struct holds **out, struct err *e)
{
	struct holds *h = alloc_zero(1, sizeof *h);

	h->store = store;
	h->db = store_db(store);
	if (stmts_prepare(h->db, sql, ST_COUNT, h->st, e) < 0) {
		holds_close(&h);
		return -1;
	}
	*out = h;
	return 0;
}

void
holds_close(struct holds **h)
{
	if (!*h)
		return;
	stmts_finish((*h)->st, ST_COUNT);
	free(*h);
	*h = NULL;
}

bool
holds_stands(const struct hold *hold, int64_t now_ms)
{
	return hold->ended_ms == CLOCK_NONE &&
	       (hold->until_ms == CLOCK_NONE || hold->until_ms > now_ms);
}

/* "alteration": the hold, not its reason. */
static int
log_change(struct holds *h, int64_t incident_id, const char *change,
    const char *actor, int64_t now_ms, struct err *e)
{
	char detail[64];
	struct audit_row row = { .at_ms = now_ms,
		.actor = str_of(actor),
		.event = AUDIT_ALTERATION,
		.incident_id = incident_id };

	(void)snprintf(detail, sizeof detail, "{\"change\":\"%s\"}", change);
	row.detail = str_of(detail);
	return audit_add(store_audit(h->store), &row, e);
}

/* What can be wrong with a hold that is asked for. */
static int
check(struct holds *h, int64_t incident_id, struct str why, int64_t until_ms,
    int64_t now_ms, struct err *e)
{
	struct db_stmt *st = h->st[ST_HAS];
	int r;

	if (str_trim(why).len == 0)
		return err_set(e, ERR_INVALID,
		    "Say why it must be kept: a hold without a reason cannot "
		    "be judged by the next person.");
	if (why.len > HOLDS_WHY_MAX)
		return err_set(e, ERR_INVALID,
		    "The reason is longer than %d bytes.", HOLDS_WHY_MAX);
	if (until_ms != CLOCK_NONE && until_ms <= now_ms)
		return err_set(e, ERR_INVALID,
		    "The hold would end before it begins: choose a day to "
		    "come, or none.");
	db_bind_int(st, 1, incident_id);
	r = db_step(st, e);
	db_reset(st);
	if (r == 0)
		return err_set(e, ERR_INVALID,
		    "There is no incident %" PRId64 ".", incident_id);
	return r < 0 ? -1 : 0;
}

int
holds_put(struct holds *h, int64_t incident_id, struct str why,
    int64_t until_ms, const char *actor, int64_t now_ms, struct err *e)
{
	struct db_stmt *st = h->st[ST_LAPSE];

	CHECK(db_is_in_transaction(h->db));
	if (check(h, incident_id, why, until_ms, now_ms, e) < 0)
		return -1;
	db_bind_int(st, 1, incident_id);
	db_bind_int(st, 2, now_ms);
	if (db_run(st, e) < 0)
		return -1;
	st = h->st[ST_PUT];
	db_bind_int(st, 1, incident_id);
	db_bind_int(st, 2, now_ms);
	db_bind_text(st, 3, str_of(actor));
	if (until_ms != CLOCK_NONE)
		db_bind_int(st, 4, until_ms);
	db_bind_text(st, 5, str_trim(why));
	if (db_run(st, e) < 0)
		return -1;
	if (db_changes(h->db) == 0)
		return 0;
	return log_change(h, incident_id, "hold", actor, now_ms, e) < 0 ? -1
									: 1;
}

int
holds_end(struct holds *h, int64_t incident_id, const char *actor,
    int64_t now_ms, struct err *e)
{
	struct db_stmt *st = h->st[ST_END];

	CHECK(db_is_in_transaction(h->db));
	db_bind_int(st, 1, now_ms);
	db_bind_text(st, 2, str_of(actor));
	db_bind_int(st, 3, incident_id);
	if (db_run(st, e) < 0)
		return -1;
	if (db_changes(h->db) == 0)
		return 0;
	return log_change(h, incident_id, "hold ended", actor, now_ms, e) < 0
		   ? -1
		   : 1;
}

static int64_t
col_time(struct db_stmt *st, int i)
{
	return db_col_is_null(st, i) ? CLOCK_NONE : db_col_int(st, i);
}

static int
give_rows(struct db_stmt *st, void (*each)(void *user, const struct hold *hold),
    void *user, struct err *e)
{
	int r;

	while ((r = db_step(st, e)) > 0) {
		const struct hold hold = { .id = db_col_int(st, 0),
			.incident_id = db_col_int(st, 1),
			.ref = db_col_text(st, 2),
			.feed = db_col_text(st, 3),
			.at_ms = db_col_int(st, 4),
			.actor = db_col_text(st, 5),
			.why = db_col_text(st, 6),
			.until_ms = col_time(st, 7),
			.ended_ms = col_time(st, 8),
			.ended_by = db_col_text(st, 9) };

		each(user, &hold);
	}
	db_reset(st);
	return r;
}

int
holds_of(struct holds *h, int64_t incident_id,
    void (*each)(void *user, const struct hold *hold), void *user,
    struct err *e)
{
	db_bind_int(h->st[ST_OF], 1, incident_id);
	return give_rows(h->st[ST_OF], each, user, e);
}

int
holds_list(struct holds *h, int64_t now_ms, int64_t after_id, int64_t limit,
    void (*each)(void *user, const struct hold *hold), void *user,
    struct err *e)
{
	db_bind_int(h->st[ST_LIST], 1, now_ms);
	db_bind_int(h->st[ST_LIST], 2, after_id);
	db_bind_int(h->st[ST_LIST], 3, limit);
	return give_rows(h->st[ST_LIST], each, user, e);
}
