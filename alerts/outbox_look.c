/*
 * outbox_look: the outbox as people and the status line see it.
 *
 * Only reads.  A list by state goes by the index on that state, since the
 * agent asks for it while it serves and the table keeps what was sent.
 */
#include "alerts/outbox.h"

#include <string.h>

#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/stmts.h"
#include "alerts/outbox_private.h"

enum {
	LOOK_LIST_QUEUED, /* in the order of the states */
	LOOK_LIST_INFLIGHT,
	LOOK_LIST_SENT,
	LOOK_LIST_DEAD,
	LOOK_LIST,
	LOOK_SHOW,
	LOOK_ATTEMPTS,
	LOOK_NUMBERS,
	LOOK_OLDEST,
	LOOK_COUNT
};

/* The plus sign: sort, so that the rows come by the index on their state. */
#define NEWEST " ORDER BY +o.id DESC LIMIT $1"

static const char *const sql[LOOK_COUNT] = {
	[LOOK_LIST_QUEUED] = OUTBOX_SELECT_ROW " WHERE o.state = 0" NEWEST,
	[LOOK_LIST_INFLIGHT] = OUTBOX_SELECT_ROW " WHERE o.state = 1" NEWEST,
	[LOOK_LIST_SENT] =
	    OUTBOX_SELECT_ROW " WHERE o.state >= 2 AND o.state = 2" NEWEST,
	[LOOK_LIST_DEAD] =
	    OUTBOX_SELECT_ROW " WHERE o.state >= 2 AND o.state = 3"
			      " AND o.aside_ms IS NULL" NEWEST,
	[LOOK_LIST] = OUTBOX_SELECT_ROW " ORDER BY o.id DESC LIMIT $1",
	[LOOK_SHOW] = OUTBOX_SELECT_ROW " WHERE o.id = $1",
	[LOOK_ATTEMPTS] = "SELECT n, begun_ms, ended_ms, verdict, reply"
			  " FROM attempt WHERE outbox_id = $1 ORDER BY n",
	[LOOK_NUMBERS] =
	    "SELECT 0, count(*) FROM outbox WHERE state = 0 UNION ALL"
	    " SELECT 1, count(*) FROM outbox WHERE state = 1 UNION ALL"
	    " SELECT 2, count(*) FROM outbox"
	    " WHERE state >= 2 AND state = 2 UNION ALL"
	    " SELECT 3, count(*) FROM outbox WHERE state >= 2 AND state = 3"
	    " AND aside_ms IS NULL",
	/* Rows are numbered as they are made; no more than that is read. */
	[LOOK_OLDEST] =
	    "SELECT channel, created_ms FROM outbox WHERE id IN"
	    " (SELECT min(id) FROM outbox WHERE state = 0 GROUP BY channel)",
};
_Static_assert(LOOK_COUNT <= OUTBOX_LOOK_MAX, "there is room for them all");

static const char *const verdict_names[] = {
	[OUTBOX_DELIVERED] = "delivered",
	[OUTBOX_TRY_LATER] = "try later",
	[OUTBOX_REFUSED] = "refused",
};

int
outbox_look_open(struct outbox *ob, struct err *e)
{
	return stmts_prepare(ob->db, sql, LOOK_COUNT, ob->look, e);
}

void
outbox_look_close(struct outbox *ob)
{
	stmts_finish(ob->look, LOOK_COUNT);
}

static int64_t
col_time(struct db_stmt *st, int i)
{
	return db_col_is_null(st, i) ? CLOCK_NONE : db_col_int(st, i);
}

void
outbox_look_row(struct db_stmt *st, struct outbox_row *out)
{
	*out = (struct outbox_row){
		.id = db_col_int(st, 0),
		.incident_id = db_col_int(st, 16),
		.aside_ms = col_time(st, 17),
		.ref = db_col_text(st, 1),
		.channel = db_col_text(st, 2),
		.recipient = db_col_text(st, 3),
		.theme = db_col_text(st, 4),
		.alert_id = db_col_text(st, 5),
		.key = db_col_text(st, 6),
		.level = (int)db_col_int(st, 7),
		.reason = (int)db_col_int(st, 8),
		.state = (enum outbox_state)db_col_int(st, 9),
		.attempts = (uint32_t)db_col_int(st, 10),
		.created_ms = db_col_int(st, 11),
		.due_ms = db_col_int(st, 12),
		.expires_ms = db_col_int(st, 13),
		.done_ms = col_time(st, 14),
		.last_error = db_col_text(st, 15),
	};
}

int
outbox_list(struct outbox *ob, int state, int64_t limit,
    void (*each)(void *user, const struct outbox_row *row), void *user,
    struct err *e)
{
	struct db_stmt *st =
	    ob->look[state < 0 ? LOOK_LIST : (int)LOOK_LIST_QUEUED + state];
	struct outbox_row row;
	int r;

	CHECK(state < OUTBOX_STATE_COUNT);
	db_bind_int(st, 1, limit);
	while ((r = db_step(st, e)) > 0) {
		outbox_look_row(st, &row);
		each(user, &row);
	}
	db_reset(st);
	return r;
}

static void
read_attempt(struct db_stmt *st, struct outbox_attempt *out)
{
	*out = (struct outbox_attempt){
		.n = (uint32_t)db_col_int(st, 0),
		.begun_ms = db_col_int(st, 1),
		.ended_ms = col_time(st, 2),
		.result = "no end",
		.reply = db_col_text(st, 4),
	};
	if (!db_col_is_null(st, 3)) {
		int64_t verdict = db_col_int(st, 3);
		bool is_known =
		    verdict >= OUTBOX_DELIVERED && verdict <= OUTBOX_REFUSED;
		out->result = is_known ? verdict_names[verdict] : "?";
	}
}

int
outbox_show(struct outbox *ob, int64_t id,
    void (*row)(void *user, const struct outbox_row *row),
    void (*attempt)(void *user, const struct outbox_attempt *attempt),
    void *user, struct err *e)
{
	struct db_stmt *st = ob->look[LOOK_SHOW];
	struct outbox_attempt one;
	struct outbox_row found;
	int r;

	db_bind_int(st, 1, id);
	r = db_step(st, e);
	if (r > 0) {
		outbox_look_row(st, &found);
		row(user, &found);
	}
	db_reset(st);
	if (r <= 0)
		return r;
	st = ob->look[LOOK_ATTEMPTS];
	db_bind_int(st, 1, id);
	while ((r = db_step(st, e)) > 0) {
		read_attempt(st, &one);
		attempt(user, &one);
	}
	db_reset(st);
	return r < 0 ? -1 : 1;
}

int
outbox_count(struct outbox *ob, int64_t out[OUTBOX_STATE_COUNT], struct err *e)
{
	struct db_stmt *st = ob->look[LOOK_NUMBERS];
	int r;

	memset(out, 0, OUTBOX_STATE_COUNT * sizeof(*out));
	while ((r = db_step(st, e)) > 0) {
		int64_t state = db_col_int(st, 0);
		CHECK(state >= 0 && state < OUTBOX_STATE_COUNT);
		out[state] = db_col_int(st, 1);
	}
	db_reset(st);
	return r;
}

int
outbox_oldest(struct outbox *ob,
    void (*each)(void *user, struct str channel, int64_t created_ms),
    void *user, struct err *e)
{
	struct db_stmt *st = ob->look[LOOK_OLDEST];
	int r;

	while ((r = db_step(st, e)) > 0)
		each(user, db_col_text(st, 0), db_col_int(st, 1));
	db_reset(st);
	return r;
}
