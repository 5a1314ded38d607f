/*
 * outbox_desk: lists by state and cursor.
 *
 * What is done is read by the index on state and time of its end, in whose
 * order it is shown.  What waits is little, or the broker is away; it is
 * sorted.
 */
#include "alerts/outbox_desk.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/stmts.h"
#include "alerts/outbox.h"
#include "alerts/outbox_private.h"

enum {
	DESK_WAITING, /* in the order of the views */
	DESK_DEAD,
	DESK_SENT,
	DESK_ASIDE,
	DESK_OF,
	DESK_SUMS,
	DESK_SET_ASIDE,
	DESK_WHY,
	DESK_COUNT
};

#define OF_WHOM                             \
	" AND ($3 IS NULL OR channel = $3)" \
	" AND ($4 IS NULL OR recipient = $4)"

#define LATEST                                    \
	" AND (done_ms, o.id) < ($1, $2)" OF_WHOM \
	" ORDER BY done_ms DESC, o.id DESC LIMIT $5"

static const char *const sql[DESK_COUNT] = {
	[DESK_WAITING] = OUTBOX_SELECT_ROW
	" WHERE o.state < 2 AND (created_ms, o.id) > ($1, $2)" OF_WHOM
	" ORDER BY created_ms, o.id LIMIT $5",
	[DESK_DEAD] = OUTBOX_SELECT_ROW " WHERE o.state >= 2 AND o.state = 3"
					" AND aside_ms IS NULL" LATEST,
	[DESK_SENT] =
	    OUTBOX_SELECT_ROW " WHERE o.state >= 2 AND o.state = 2" LATEST,
	[DESK_ASIDE] = OUTBOX_SELECT_ROW " WHERE o.state >= 2 AND o.state = 3"
					 " AND aside_ms IS NOT NULL" LATEST,
	[DESK_OF] = OUTBOX_SELECT_ROW " WHERE o.incident_id = $1 ORDER BY o.id",
	[DESK_SUMS] =
	    "SELECT recipient, channel, sum(state = 0), sum(state = 1),"
	    " sum(state = 3), sum(state = 2),"
	    " min(CASE WHEN state < 2 THEN created_ms END) FROM ("
	    "SELECT recipient, channel, state, created_ms FROM outbox"
	    " WHERE state < 2 UNION ALL"
	    " SELECT recipient, channel, state, created_ms FROM outbox"
	    " WHERE state >= 2 AND state = 3 AND aside_ms IS NULL UNION ALL"
	    " SELECT recipient, channel, state, created_ms FROM outbox"
	    " WHERE state >= 2 AND state = 2 AND done_ms >= $1)"
	    " GROUP BY recipient, channel ORDER BY recipient, channel",
	[DESK_SET_ASIDE] = "UPDATE outbox SET aside_ms = $1, aside_why = $2"
			   " WHERE id = $3 AND state = 3 AND aside_ms IS NULL",
	[DESK_WHY] = "SELECT aside_why FROM outbox"
		     " WHERE id = $1 AND aside_ms IS NOT NULL",
};
_Static_assert((int)OUTBOX_DESK_VIEW_ASIDE == (int)DESK_ASIDE &&
		   OUTBOX_DESK_VIEW_COUNT == (int)DESK_OF,
    "each view has its question");

struct outbox_desk {
	struct db *db; /* borrowed */
	struct db_stmt *st[DESK_COUNT];
};

static const struct {
	const char *name, *words;
} asides[OUTBOX_DESK_ASIDE_COUNT] = {
	{ "told", "They were told in another way" },
	{ "past", "It does not matter any more" },
	{ "wrong", "The recipient was the wrong one" },
	{ "test", "It was a test" },
};
_Static_assert(
    OUTBOX_DESK_ASIDE_TEST == OUTBOX_DESK_ASIDE_COUNT, "each has its words");

int
outbox_desk_open(struct db *db, struct outbox_desk **out, struct err *e)
{
	struct outbox_desk *d = alloc_zero(1, sizeof *d);

	d->db = db;
	if (stmts_prepare(db, sql, DESK_COUNT, d->st, e) < 0) {
		outbox_desk_close(&d);
		return -1;
	}
	*out = d;
	return 0;
}

void
outbox_desk_close(struct outbox_desk **d)
{
	if (!*d)
		return;
	stmts_finish((*d)->st, DESK_COUNT);
	free(*d);
	*d = NULL;
}

/* Call each for what st gives, and make it ready again. */
static int
give_rows(struct db_stmt *st,
    void (*each)(void *user, const struct outbox_row *row), void *user,
    struct err *e)
{
	struct outbox_row row;
	int r;

	while ((r = db_step(st, e)) > 0) {
		outbox_look_row(st, &row);
		each(user, &row);
	}
	db_reset(st);
	return r;
}

int
outbox_desk_list(struct outbox_desk *d, const struct outbox_desk_filter *filter,
    void (*each)(void *user, const struct outbox_row *row), void *user,
    struct err *e)
{
	struct db_stmt *st = d->st[filter->view];
	bool is_up = filter->view == OUTBOX_DESK_VIEW_WAITING;
	bool is_start = filter->after_id == 0;
	int64_t start = is_up ? INT64_MIN : INT64_MAX;

	db_bind_int(st, 1, is_start ? start : filter->after_ms);
	db_bind_int(st, 2, is_start ? start : filter->after_id);
	db_bind_text(st, 3, filter->channel);
	db_bind_text(st, 4, filter->recipient);
	db_bind_int(st, 5, filter->limit);
	return give_rows(st, each, user, e);
}

int64_t
outbox_desk_place(enum outbox_desk_view view, const struct outbox_row *row)
{
	return view == OUTBOX_DESK_VIEW_WAITING ? row->created_ms
						: row->done_ms;
}

int
outbox_desk_of(struct outbox_desk *d, int64_t incident_id,
    void (*each)(void *user, const struct outbox_row *row), void *user,
    struct err *e)
{
	db_bind_int(d->st[DESK_OF], 1, incident_id);
	return give_rows(d->st[DESK_OF], each, user, e);
}

int
outbox_desk_sums(struct outbox_desk *d, int64_t since_ms,
    void (*each)(void *user, const struct outbox_desk_sum *sum), void *user,
    struct err *e)
{
	struct db_stmt *st = d->st[DESK_SUMS];
	int r;

	db_bind_int(st, 1, since_ms);
	while ((r = db_step(st, e)) > 0) {
		const struct outbox_desk_sum sum = {
			.recipient = db_col_text(st, 0),
			.channel = db_col_text(st, 1),
			.queued = db_col_int(st, 2),
			.in_flight = db_col_int(st, 3),
			.dead = db_col_int(st, 4),
			.sent = db_col_int(st, 5),
			.oldest_ms = db_col_is_null(st, 6) ? CLOCK_NONE
							   : db_col_int(st, 6),
		};

		each(user, &sum);
	}
	db_reset(st);
	return r;
}

int
outbox_desk_set_aside(struct outbox_desk *d, int64_t id,
    enum outbox_desk_aside why, int64_t now_ms, struct err *e)
{
	struct db_stmt *st = d->st[DESK_SET_ASIDE];

	CHECK(db_is_in_transaction(d->db));
	db_bind_int(st, 1, now_ms);
	db_bind_int(st, 2, why);
	db_bind_int(st, 3, id);
	return db_run(st, e) < 0 ? -1 : db_changes(d->db) > 0;
}

int
outbox_desk_why(struct outbox_desk *d, int64_t id, enum outbox_desk_aside *why,
    struct err *e)
{
	struct db_stmt *st = d->st[DESK_WHY];
	int64_t n = 0;
	int r;

	db_bind_int(st, 1, id);
	r = db_step(st, e);
	if (r > 0)
		n = db_col_int(st, 0);
	db_reset(st);
	if (r <= 0)
		return r;
	if (n < OUTBOX_DESK_ASIDE_TOLD || n > OUTBOX_DESK_ASIDE_TEST)
		return err_set(e, ERR_CORRUPT,
		    "an outbox item was set aside for a reason that is none");
	*why = (enum outbox_desk_aside)n;
	return 1;
}

const char *
outbox_desk_aside_name(enum outbox_desk_aside why)
{
	CHECK(why >= OUTBOX_DESK_ASIDE_TOLD && why <= OUTBOX_DESK_ASIDE_TEST);
	return asides[why - 1].name;
}

const char *
outbox_desk_aside_words(enum outbox_desk_aside why)
{
	CHECK(why >= OUTBOX_DESK_ASIDE_TOLD && why <= OUTBOX_DESK_ASIDE_TEST);
	return asides[why - 1].words;
}

int
outbox_desk_aside_find(struct str name, enum outbox_desk_aside *out)
{
	for (int i = 0; i < OUTBOX_DESK_ASIDE_COUNT; i++)
		if (str_is(name, asides[i].name)) {
			*out = (enum outbox_desk_aside)(i + 1);
			return 1;
		}
	return 0;
}
