/*
 * outbox: the table, and the one way its rows move.
 *
 * moves[] holds every change of state there is.  Each update names the state
 * it expects and checks that one row changed; the table's constraints say the
 * same again.  Questions about queued rows are written so that the partial
 * indexes answer them (their WHERE is repeated word for word): they stay quick
 * however many rows have been sent.
 *
 * Decided against: a scheduler with a list of its own.  Claiming by index
 * costs microseconds, and what is not kept cannot disagree.
 */
#include "alerts/outbox.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/base/failpoint.h"
#include "agent/base/log.h"
#include "agent/base/random.h"
#include "agent/store/stmts.h"
#include "alerts/outbox_private.h"

/* After a restart, items are spread over this much. */
#define RECOVER_SPREAD_MS 500

#define NO_MOVE (-1)

static const int moves[OUTBOX_STATE_COUNT][OUTBOX_EVENT_COUNT] = {
	/* clang-format off */
	/*                   claim            deliver      later          refuse       expire       recover        retry */
	[OUTBOX_QUEUED] =   {OUTBOX_INFLIGHT, NO_MOVE,     NO_MOVE,       NO_MOVE,     OUTBOX_DEAD, NO_MOVE,       OUTBOX_QUEUED},
	[OUTBOX_INFLIGHT] = {NO_MOVE,         OUTBOX_SENT, OUTBOX_QUEUED, OUTBOX_DEAD, OUTBOX_DEAD, OUTBOX_QUEUED, NO_MOVE},
	[OUTBOX_SENT] =     {NO_MOVE,         NO_MOVE,     NO_MOVE,       NO_MOVE,     NO_MOVE,     NO_MOVE,       NO_MOVE},
	[OUTBOX_DEAD] =     {NO_MOVE,         NO_MOVE,     NO_MOVE,       NO_MOVE,     NO_MOVE,     NO_MOVE,       OUTBOX_QUEUED},
	/* clang-format on */
};
_Static_assert(OUTBOX_ON_RETRY + 1 == OUTBOX_EVENT_COUNT &&
		   OUTBOX_DEAD + 1 == OUTBOX_STATE_COUNT,
    "every state and event has its place in moves");

enum {
	ST_ADD,
	ST_DUE,
	ST_CLAIM,
	ST_ATTEMPT,
	ST_LOOK,
	ST_MOVE,
	ST_END,
	ST_EXPIRED,
	ST_LEASES,
	ST_INFLIGHT,
	ST_NEXT_DUE,
	ST_NEXT_EXPIRY,
	ST_RETRY,
	ST_RETRY_DEAD,
	ST_SUCCESSOR,
	ST_AHEAD,
	ST_HASTEN,
	ST_IS_ERASED,
	ST_ERASE_UNITS,
	ST_OLD,
	ST_PURGE_ATTEMPTS,
	ST_PURGE,
	ST_COUNT
};

/* Nothing of the same incident for the same recipient is before it. */
#define IS_FIRST                                                       \
	" AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.state < 2"    \
	" AND b.incident_id = o.incident_id AND b.channel = o.channel" \
	" AND b.recipient = o.recipient AND b.id < o.id)"

/*
 * What the recipient of o was told last of the theme (told.h), if that is
 * another alert than o's: n is its delivery, or NULL where it has been purged.
 */
#define TOLD_SINCE(o)                                                  \
	" FROM told t LEFT JOIN outbox n"                              \
	" ON n.key = t.alert_id || substr(" o ".key, length(" o        \
	".alert_id) + 1) WHERE t.incident_id = " o ".incident_id"      \
	" AND t.theme = " o ".theme AND t.recipient = " o ".recipient" \
	" AND t.alert_id <> " o ".alert_id"

#define OLD_SENT                                                \
	"(SELECT id FROM outbox WHERE state >= 2 AND state = 2" \
	" AND done_ms < $1 ORDER BY done_ms, id LIMIT $2)"

static const char *const sql[ST_COUNT] = {
	[ST_ADD] =
	    "INSERT INTO outbox (incident_id, channel, recipient, theme,"
	    " level, reason, alert_id, key, state, created_ms, due_ms,"
	    " expires_ms, body, area_event_id)"
	    " VALUES (nullif($1, 0), $2, $3, $4, $5, $6, $7, $8, 0, $9, $10,"
	    " $11, $12, nullif($13, 0))"
	    " ON CONFLICT (key) DO NOTHING",
	[ST_DUE] =
	    "SELECT id, incident_id, created_ms, expires_ms, attempts, level,"
	    " reason, alert_id, key, channel, recipient, theme, body,"
	    " area_event_id FROM outbox o WHERE channel = $1 AND state = 0"
	    " AND due_ms <= $2 AND expires_ms > $2" IS_FIRST
	    " ORDER BY due_ms, id LIMIT $3",
	[ST_CLAIM] = "UPDATE outbox SET state = $1, attempts = attempts + 1,"
		     " lease_ms = $2 WHERE id = $3 AND state = $4",
	[ST_ATTEMPT] = "INSERT INTO attempt (outbox_id, n, begun_ms)"
		       " VALUES ($1, $2, $3)",
	[ST_LOOK] = "SELECT state, attempts, created_ms, expires_ms"
		    " FROM outbox WHERE id = $1",
	[ST_MOVE] = "UPDATE outbox SET state = $1, lease_ms = NULL,"
		    " due_ms = coalesce($2, due_ms), done_ms = $3,"
		    " last_error = $4 WHERE id = $5 AND state = $6",
	[ST_END] = "UPDATE attempt SET ended_ms = $1, verdict = $2,"
		   " reply = $3 WHERE outbox_id = $4 AND n = $5",
	[ST_EXPIRED] = "SELECT id, attempts, created_ms, last_error"
		       " FROM outbox WHERE state = 0 AND expires_ms <= $1"
		       " ORDER BY expires_ms LIMIT 1",
	[ST_LEASES] = "SELECT id FROM outbox"
		      " WHERE state = 1 AND lease_ms <= $1 LIMIT 1",
	[ST_INFLIGHT] = "SELECT id FROM outbox WHERE state = 1 LIMIT 1",
	[ST_NEXT_DUE] = "SELECT due_ms FROM outbox o WHERE channel = $1"
			" AND state = 0" IS_FIRST " ORDER BY due_ms LIMIT 1",
	[ST_NEXT_EXPIRY] =
	    "SELECT min(t) FROM (SELECT min(expires_ms) AS t FROM outbox"
	    " WHERE state = 0 UNION ALL SELECT min(lease_ms) FROM outbox"
	    " WHERE state = 1)",
	[ST_RETRY] = "UPDATE outbox SET state = $1, due_ms = $2,"
		     " expires_ms = $3, done_ms = NULL,"
		     " aside_ms = NULL, aside_why = NULL"
		     " WHERE id = $4 AND state = $5",
	[ST_RETRY_DEAD] = "UPDATE outbox SET state = $1, due_ms = $2,"
			  " expires_ms = $3, done_ms = NULL"
			  " WHERE state >= 2 AND state = 3"
			  " AND aside_ms IS NULL"
			  " AND length(body) > 0 AND NOT EXISTS"
			  " (SELECT 1" TOLD_SINCE(
			      "outbox") " AND coalesce(n.state, 2) IN (1, 2))",
	[ST_SUCCESSOR] = "SELECT (SELECT coalesce(n.id, 0)" TOLD_SINCE(
	    "o") " AND coalesce(n.state, 2) <> 0) FROM outbox o WHERE o.id = $1",
	[ST_AHEAD] = "SELECT 1 FROM outbox WHERE channel = $1 AND state = 0"
		     " AND due_ms > $2 LIMIT 1",
	[ST_HASTEN] = "UPDATE outbox SET due_ms = $1 WHERE channel = $2"
		      " AND state = 0 AND due_ms > $3",
	[ST_IS_ERASED] =
	    "SELECT 1 FROM outbox WHERE id = $1 AND length(body) = 0",
	/* The member of render.c; within a text its quotes would be escaped. */
	[ST_ERASE_UNITS] =
	    "UPDATE outbox SET body = x'' WHERE state >= 2 AND state IN (2, 3)"
	    " AND done_ms >= $1 AND done_ms < $2"
	    " AND (incident_id IS NULL"
	    " OR instr(CAST(body AS TEXT), '\"units_near\"') > 0)",
	[ST_OLD] = "SELECT 1 FROM outbox WHERE state >= 2 AND state = 2"
		   " AND done_ms < $1 LIMIT 1",
	[ST_PURGE_ATTEMPTS] =
	    "DELETE FROM attempt WHERE outbox_id IN " OLD_SENT,
	[ST_PURGE] = "DELETE FROM outbox WHERE id IN " OLD_SENT,
};

_Static_assert(ST_COUNT <= OUTBOX_STMT_MAX, "there is room for them all");

static const char *const state_names[OUTBOX_STATE_COUNT] = {
	[OUTBOX_QUEUED] = "queued",
	[OUTBOX_INFLIGHT] = "in flight",
	[OUTBOX_SENT] = "sent",
	[OUTBOX_DEAD] = "dead",
};

/* A change of one row. */
struct change {
	int64_t id;
	enum outbox_state from;
	enum outbox_event event;
	int64_t now_ms;
	int64_t due_ms; /* CLOCK_NONE: as it was */
	struct str why; /* absent: none */
};

int
outbox_open(struct db *db, struct outbox **out, struct err *e)
{
	struct outbox *ob = alloc_zero(1, sizeof(*ob));

	ob->db = db;
	if (stmts_prepare(db, sql, ST_COUNT, ob->st, e) < 0 ||
	    outbox_look_open(ob, e) < 0) {
		outbox_close(&ob);
		return -1;
	}
	*out = ob;
	return 0;
}

void
outbox_close(struct outbox **ob)
{
	if (!*ob)
		return;
	stmts_finish((*ob)->st, ST_COUNT);
	outbox_look_close(*ob);
	free(*ob);
	*ob = NULL;
}

const char *
outbox_state_name(enum outbox_state state)
{
	CHECK(state >= OUTBOX_QUEUED && state <= OUTBOX_DEAD);
	return state_names[state];
}

int
outbox_move(enum outbox_state state, enum outbox_event event)
{
	CHECK(state >= OUTBOX_QUEUED && state <= OUTBOX_DEAD);
	CHECK(event >= OUTBOX_ON_CLAIM && event <= OUTBOX_ON_RETRY);
	return moves[state][event];
}

/* The statement has just changed the one row it must. */
static int
check_one(struct outbox *ob, int64_t id, struct err *e)
{
	if (db_changes(ob->db) == 1)
		return 0;
	return err_set(e, ERR_CORRUPT,
	    "outbox item %" PRId64 " is not in the state it was in", id);
}

/* Every end of waiting or of an attempt goes through here. */
static int
move_row(struct outbox *ob, const struct change *c, struct err *e)
{
	struct db_stmt *st = ob->st[ST_MOVE];
	int to = outbox_move(c->from, c->event);

	CHECK(to >= 0 && to != OUTBOX_INFLIGHT);
	db_bind_int(st, 1, to);
	if (c->due_ms != CLOCK_NONE)
		db_bind_int(st, 2, c->due_ms);
	if (to >= OUTBOX_SENT)
		db_bind_int(st, 3, c->now_ms);
	db_bind_text(st, 4, c->why);
	db_bind_int(st, 5, c->id);
	db_bind_int(st, 6, c->from);
	if (db_run(st, e) < 0)
		return -1;
	return check_one(ob, c->id, e);
}

int
outbox_add(struct outbox *ob, const struct outbox_new *item, struct err *e)
{
	struct db_stmt *st = ob->st[ST_ADD];

	CHECK(db_is_in_transaction(ob->db));
	CHECK((item->incident_id == 0) != (item->area_event_id == 0));
	CHECK(strlen(item->alert_id) < OUTBOX_KEY_MAX);
	CHECK(strlen(item->key) < OUTBOX_KEY_MAX);
	db_bind_int(st, 1, item->incident_id);
	db_bind_text(st, 2, str_of(item->channel));
	db_bind_text(st, 3, str_of(item->recipient));
	db_bind_text(st, 4, item->theme);
	db_bind_int(st, 5, item->level);
	db_bind_int(st, 6, item->reason);
	db_bind_text(st, 7, str_of(item->alert_id));
	db_bind_text(st, 8, str_of(item->key));
	db_bind_int(st, 9, item->created_ms);
	db_bind_int(st, 10, item->created_ms);
	db_bind_int(st, 11, item->expires_ms);
	db_bind_blob(st, 12, item->body.p ? item->body : str_of(""));
	db_bind_int(st, 13, item->area_event_id);
	if (db_run(st, e) < 0)
		return -1;
	return db_changes(ob->db) > 0;
}

void
outbox_item_clear(struct outbox_item *item)
{
	free(item->channel);
	free(item->recipient);
	free(item->theme);
	free(item->body);
	*item = (struct outbox_item){ 0 };
}

static int
end_transaction(struct outbox *ob, int result, struct err *e)
{
	if (result < 0) {
		db_rollback(ob->db);
		return -1;
	}
	return db_commit(ob->db, e) < 0 ? -1 : result;
}

/* Copy an id of ours; longer ones were never written. */
static int
copy_key(char out[OUTBOX_KEY_MAX], struct str key, struct err *e)
{
	if (key.len >= OUTBOX_KEY_MAX)
		return err_set(e, ERR_CORRUPT, "an outbox key is damaged");
	memcpy(out, key.p, key.len);
	out[key.len] = '\0';
	return 0;
}

static int
read_item(struct db_stmt *st, struct outbox_item *out, struct err *e)
{
	struct str body = db_col_blob(st, 12);

	*out = (struct outbox_item){
		.id = db_col_int(st, 0),
		.incident_id = db_col_int(st, 1),
		.area_event_id = db_col_int(st, 13),
		.created_ms = db_col_int(st, 2),
		.expires_ms = db_col_int(st, 3),
		.attempts = (uint32_t)db_col_int(st, 4) + 1,
		.level = (int)db_col_int(st, 5),
		.reason = (int)db_col_int(st, 6),
		.channel = str_copy(db_col_text(st, 9)),
		.recipient = str_copy(db_col_text(st, 10)),
		.theme = str_copy(db_col_text(st, 11)),
		.body = alloc_copy(body.p, body.len),
		.body_len = body.len,
	};
	if (copy_key(out->alert_id, db_col_text(st, 7), e) < 0)
		return -1;
	return copy_key(out->key, db_col_text(st, 8), e);
}

/* What is due, read but not yet taken.  Returns how many; items hold them. */
static int
read_due(struct outbox *ob, const char *channel, int64_t now_ms,
    struct outbox_item *items, size_t max, size_t *count, struct err *e)
{
	struct db_stmt *st = ob->st[ST_DUE];
	int r;

	*count = 0;
	db_bind_text(st, 1, str_of(channel));
	db_bind_int(st, 2, now_ms);
	db_bind_int(st, 3, (int64_t)max);
	while ((r = db_step(st, e)) > 0) {
		if (read_item(st, &items[(*count)++], e) < 0) {
			r = -1;
			break;
		}
	}
	db_reset(st);
	return r;
}

/* Count the attempt and mark item in flight. */
static int
take_item(struct outbox *ob, const struct outbox_item *item, int64_t now_ms,
    int64_t lease_ms, struct err *e)
{
	struct db_stmt *claim = ob->st[ST_CLAIM];
	struct db_stmt *attempt = ob->st[ST_ATTEMPT];

	db_bind_int(claim, 1, outbox_move(OUTBOX_QUEUED, OUTBOX_ON_CLAIM));
	db_bind_int(claim, 2, now_ms + lease_ms);
	db_bind_int(claim, 3, item->id);
	db_bind_int(claim, 4, OUTBOX_QUEUED);
	if (db_run(claim, e) < 0 || check_one(ob, item->id, e) < 0)
		return -1;
	db_bind_int(attempt, 1, item->id);
	db_bind_int(attempt, 2, item->attempts);
	db_bind_int(attempt, 3, now_ms);
	return db_run(attempt, e);
}

/* "given up after 3 attempts in 60 min: why", for people. */
static void
say_given_up(struct buf *out, uint32_t attempts, int64_t age_ms, struct str why)
{
	if (attempts == 0)
		buf_addf(out,
		    "given up: waited %" PRId64
		    " min and the channel was never ready",
		    age_ms / 60000);
	else
		buf_addf(out,
		    "given up after %" PRIu32 " attempt%s in %" PRId64 " min",
		    attempts, attempts == 1 ? "" : "s", age_ms / 60000);
	if (why.len)
		buf_addf(out, "; the last: %.*s", STR_ARG(why));
}

/* For the log: what outbox_claim() and outbox_expire() gave up. */
static void
log_given_up(int died)
{
	if (died > 0)
		log_error("alerts given up as too old count=%d: see \"buzzard "
			  "outbox list\"",
		    died);
}

/* One queued row that is too old: dead.  1, or 0 if there is none, or -1. */
static int
expire_one(struct outbox *ob, int64_t now_ms, struct err *e)
{
	AUTO(buf_clear) struct buf why = { 0 };
	struct db_stmt *st = ob->st[ST_EXPIRED];
	struct change c = { .from = OUTBOX_QUEUED,
		.event = OUTBOX_ON_EXPIRE,
		.now_ms = now_ms,
		.due_ms = CLOCK_NONE };
	int r;

	db_bind_int(st, 1, now_ms);
	r = db_step(st, e);
	if (r > 0) {
		c.id = db_col_int(st, 0);
		say_given_up(&why, (uint32_t)db_col_int(st, 1),
		    now_ms - db_col_int(st, 2), db_col_text(st, 3));
		c.why = buf_str(&why);
	}
	db_reset(st);
	if (r <= 0)
		return r;
	return move_row(ob, &c, e) < 0 ? -1 : 1;
}

static int
expire_queued(struct outbox *ob, int64_t now_ms, struct err *e)
{
	int count = 0;
	int r;

	while ((r = expire_one(ob, now_ms, e)) > 0)
		count++;
	return r < 0 ? -1 : count;
}

int
outbox_claim_here(struct outbox *ob, const char *channel, int64_t now_ms,
    int64_t lease_ms, struct outbox_item *items, size_t max, struct err *e)
{
	size_t count = 0;
	int r = read_due(ob, channel, now_ms, items, max, &count, e);

	for (size_t i = 0; r >= 0 && i < count; i++)
		r = take_item(ob, &items[i], now_ms, lease_ms, e);
	if (r >= 0)
		return (int)count;
	for (size_t i = 0; i < count; i++)
		outbox_item_clear(&items[i]);
	return -1;
}

int
outbox_claim(struct outbox *ob, const char *channel, int64_t now_ms,
    int64_t lease_ms, struct outbox_item *items, size_t max, struct err *e)
{
	int64_t due_ms;
	int died, count;

	/* To look needs no lock; another process may be writing. */
	if (outbox_next_due(ob, channel, &due_ms, e) < 0)
		return -1;
	if (due_ms > now_ms || max == 0)
		return 0;
	if (db_begin(ob->db, e) < 0)
		return -1;
	count = died = expire_queued(ob, now_ms, e);
	if (died >= 0)
		count = outbox_claim_here(
		    ob, channel, now_ms, lease_ms, items, max, e);
	if (end_transaction(ob, count, e) < 0) {
		for (int i = 0; i < count; i++)
			outbox_item_clear(&items[i]);
		return -1;
	}
	log_given_up(died);
	if (count > 0)
		FAILPOINT("after-claim");
	return count;
}

/* What is stored of an item whose attempt ends. */
struct flight {
	enum outbox_state state;
	uint32_t attempts;
	int64_t created_ms, expires_ms;
};

static int
look(struct outbox *ob, int64_t id, struct flight *out, struct err *e)
{
	struct db_stmt *st = ob->st[ST_LOOK];
	int r;

	db_bind_int(st, 1, id);
	r = db_step(st, e);
	if (r > 0)
		*out = (struct flight){
			.state = (enum outbox_state)db_col_int(st, 0),
			.attempts = (uint32_t)db_col_int(st, 1),
			.created_ms = db_col_int(st, 2),
			.expires_ms = db_col_int(st, 3),
		};
	db_reset(st);
	return r;
}

/* What an attempt that has to be made again leads to. */
static void
plan_later(const struct flight *f, const struct backoff_policy *policy,
    struct buf *why, struct change *c)
{
	bool is_spent =
	    policy->max_attempts && f->attempts >= policy->max_attempts;

	if (!is_spent && c->now_ms < f->expires_ms) {
		c->event = OUTBOX_ON_LATER;
		c->due_ms =
		    backoff_next(policy, f->attempts, c->now_ms, random_u32());
		return;
	}
	c->event = OUTBOX_ON_EXPIRE;
	say_given_up(why, f->attempts, c->now_ms - f->created_ms, c->why);
	c->why = buf_str(why);
}

static int
end_attempt(struct outbox *ob, const struct outbox_end *end, uint32_t n,
    int64_t now_ms, struct err *e)
{
	struct db_stmt *st = ob->st[ST_END];

	db_bind_int(st, 1, now_ms);
	db_bind_int(st, 2, end->verdict);
	db_bind_text(st, 3, str_of(end->why));
	db_bind_int(st, 4, end->id);
	db_bind_int(st, 5, n);
	return db_run(st, e);
}

/* 1 if recorded, 0 if the item is not in flight, or -1. */
static int
finish_one(struct outbox *ob, const struct outbox_end *end,
    const struct backoff_policy *policy, int64_t now_ms, struct err *e)
{
	AUTO(buf_clear) struct buf why = { 0 };
	struct change c = { .id = end->id,
		.from = OUTBOX_INFLIGHT,
		.now_ms = now_ms,
		.due_ms = CLOCK_NONE,
		.why = str_of(end->why) };
	struct flight f;
	int r = look(ob, end->id, &f, e);

	if (r <= 0 || f.state != OUTBOX_INFLIGHT)
		return r < 0 ? -1 : 0;
	switch (end->verdict) {
	case OUTBOX_DELIVERED:
		c.event = OUTBOX_ON_DELIVER;
		c.why = str_make(NULL, 0);
		break;
	case OUTBOX_REFUSED: c.event = OUTBOX_ON_REFUSE; break;
	case OUTBOX_TRY_LATER: plan_later(&f, policy, &why, &c); break;
	}
	if (end_attempt(ob, end, f.attempts, now_ms, e) < 0)
		return -1;
	return move_row(ob, &c, e) < 0 ? -1 : 1;
}

int
outbox_finish(struct outbox *ob, const struct outbox_end *ends, size_t count,
    const struct backoff_policy *policy, int64_t now_ms, struct err *e)
{
	int recorded = 0;
	int r = 0;

	if (count == 0)
		return 0;
	if (db_begin(ob->db, e) < 0)
		return -1;
	for (size_t i = 0; r >= 0 && i < count; i++) {
		r = finish_one(ob, &ends[i], policy, now_ms, e);
		recorded += r > 0;
	}
	FAILPOINT("before-finish");
	return end_transaction(ob, r < 0 ? -1 : recorded, e);
}

/* Back to the queue with all rows that the statement find gives, one a call. */
static int
requeue(struct outbox *ob, struct db_stmt *find, int64_t now_ms,
    const char *why, struct err *e)
{
	struct change c = { .from = OUTBOX_INFLIGHT,
		.event = OUTBOX_ON_RECOVER,
		.now_ms = now_ms,
		.why = str_of(why) };
	int count = 0;

	for (;;) {
		if (find == ob->st[ST_LEASES])
			db_bind_int(find, 1, now_ms);
		int r = db_step(find, e);
		c.id = r > 0 ? db_col_int(find, 0) : 0;
		db_reset(find);
		if (r <= 0)
			return r < 0 ? -1 : count;
		c.due_ms = now_ms + random_u32() % RECOVER_SPREAD_MS;
		if (move_row(ob, &c, e) < 0)
			return -1;
		count++;
	}
}

int
outbox_recover(struct outbox *ob, int64_t now_ms, struct err *e)
{
	if (db_begin(ob->db, e) < 0)
		return -1;
	return end_transaction(ob,
	    requeue(ob, ob->st[ST_INFLIGHT], now_ms,
		"the agent ended during the attempt", e),
	    e);
}

int
outbox_expire(struct outbox *ob, int64_t now_ms, struct err *e)
{
	int64_t due_ms;
	int died;

	if (outbox_next_expiry(ob, &due_ms, e) < 0)
		return -1;
	if (due_ms > now_ms)
		return 0;
	if (db_begin(ob->db, e) < 0)
		return -1;
	died = requeue(
	    ob, ob->st[ST_LEASES], now_ms, "the attempt had no end in time", e);
	if (died >= 0)
		died = expire_queued(ob, now_ms, e);
	died = end_transaction(ob, died, e);
	log_given_up(died);
	return died;
}

/* The one number that st gives; INT64_MAX for no row or NULL. */
static int
ask_time(struct db_stmt *st, int64_t *out, struct err *e)
{
	int r = db_step(st, e);

	if (r < 0)
		return -1;
	*out = r && !db_col_is_null(st, 0) ? db_col_int(st, 0) : INT64_MAX;
	db_reset(st);
	return 0;
}

int
outbox_next_due(
    struct outbox *ob, const char *channel, int64_t *due_ms, struct err *e)
{
	db_bind_text(ob->st[ST_NEXT_DUE], 1, str_of(channel));
	return ask_time(ob->st[ST_NEXT_DUE], due_ms, e);
}

int
outbox_next_expiry(struct outbox *ob, int64_t *due_ms, struct err *e)
{
	return ask_time(ob->st[ST_NEXT_EXPIRY], due_ms, e);
}

/*
 * Refuse item id if its recipient has since been told something else of the
 * same: told again, it would stand as the last word.
 */
static int
refuse_outdated(struct outbox *ob, int64_t id, struct err *e)
{
	struct db_stmt *st = ob->st[ST_SUCCESSOR];
	int64_t successor = 0;
	bool is_outdated;
	int r;

	db_bind_int(st, 1, id);
	r = db_step(st, e);
	is_outdated = r > 0 && !db_col_is_null(st, 0);
	if (is_outdated)
		successor = db_col_int(st, 0);
	db_reset(st);
	if (r < 0 || !is_outdated)
		return r < 0 ? -1 : 0;
	if (successor == 0)
		return err_set(e, ERR_INVALID,
		    "outbox item %" PRId64 " is out of date: its recipient was "
		    "told something later of the same",
		    id);
	return err_set(e, ERR_INVALID,
	    "outbox item %" PRId64 " is out of date: item %" PRId64
	    " tells its recipient something later of the same",
	    id, successor);
}

static int
refuse_erased(struct outbox *ob, int64_t id, struct err *e)
{
	struct db_stmt *st = ob->st[ST_IS_ERASED];
	int r;

	db_bind_int(st, 1, id);
	r = db_step(st, e);
	db_reset(st);
	if (r <= 0)
		return r;
	return err_set(e, ERR_INVALID,
	    "outbox item %" PRId64 " cannot be sent any more: its text said "
	    "where units were, and was erased after units.keep",
	    id);
}

int
outbox_retry(struct outbox *ob, int64_t id, int64_t keep_ms, int64_t now_ms,
    struct err *e)
{
	struct db_stmt *st = ob->st[ST_RETRY];
	struct flight f;
	int r;

	CHECK(db_is_in_transaction(ob->db));
	r = look(ob, id, &f, e);
	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(e, ERR_INVALID,
		    "there is no outbox item %" PRId64
		    ": buzzard outbox list shows what there is",
		    id);
	if (outbox_move(f.state, OUTBOX_ON_RETRY) < 0)
		return err_set(e, ERR_INVALID,
		    "outbox item %" PRId64 " is %s: only what is queued or "
		    "dead can be tried again",
		    id, outbox_state_name(f.state));
	if (refuse_outdated(ob, id, e) < 0 || refuse_erased(ob, id, e) < 0)
		return -1;
	db_bind_int(st, 1, outbox_move(f.state, OUTBOX_ON_RETRY));
	db_bind_int(st, 2, now_ms);
	db_bind_int(st, 3, now_ms + keep_ms);
	db_bind_int(st, 4, id);
	db_bind_int(st, 5, f.state);
	if (db_run(st, e) < 0)
		return -1;
	return check_one(ob, id, e);
}

int
outbox_retry_dead(
    struct outbox *ob, int64_t keep_ms, int64_t now_ms, struct err *e)
{
	struct db_stmt *st = ob->st[ST_RETRY_DEAD];

	CHECK(db_is_in_transaction(ob->db));
	db_bind_int(st, 1, outbox_move(OUTBOX_DEAD, OUTBOX_ON_RETRY));
	db_bind_int(st, 2, now_ms);
	db_bind_int(st, 3, now_ms + keep_ms);
	if (db_run(st, e) < 0)
		return -1;
	return (int)db_changes(ob->db);
}

/* Does st, with its parameters bound, give a row?  1, 0 or -1. */
static int
ask_any(struct db_stmt *st, struct err *e)
{
	int r = db_step(st, e);

	db_reset(st);
	return r;
}

int
outbox_hasten(struct outbox *ob, const char *channel, int64_t now_ms,
    int64_t most_ms, struct err *e)
{
	struct db_stmt *st = ob->st[ST_AHEAD];
	int r;

	db_bind_text(st, 1, str_of(channel));
	db_bind_int(st, 2, now_ms + most_ms);
	r = ask_any(st, e);
	if (r <= 0)
		return r;
	if (db_begin(ob->db, e) < 0)
		return -1;
	st = ob->st[ST_HASTEN];
	db_bind_int(st, 1, now_ms);
	db_bind_text(st, 2, str_of(channel));
	db_bind_int(st, 3, now_ms + most_ms);
	r = db_run(st, e);
	return end_transaction(ob, r < 0 ? -1 : (int)db_changes(ob->db), e);
}

int
outbox_erase_units(
    struct outbox *ob, int64_t from_ms, int64_t before_ms, struct err *e)
{
	struct db_stmt *st = ob->st[ST_ERASE_UNITS];

	CHECK(db_is_in_transaction(ob->db));
	if (db_exec(ob->db, "PRAGMA secure_delete = ON", e) < 0)
		return -1;
	db_bind_int(st, 1, from_ms);
	db_bind_int(st, 2, before_ms);
	return db_run(st, e) < 0 ? -1 : (int)db_changes(ob->db);
}

int
outbox_has_old(struct outbox *ob, int64_t before_ms, struct err *e)
{
	db_bind_int(ob->st[ST_OLD], 1, before_ms);
	return ask_any(ob->st[ST_OLD], e);
}

int
outbox_purge(struct outbox *ob, int64_t before_ms, int64_t limit, struct err *e)
{
	struct db_stmt *const order[] = { ob->st[ST_PURGE_ATTEMPTS],
		ob->st[ST_PURGE] };

	CHECK(db_is_in_transaction(ob->db));
	for (size_t i = 0; i < 2; i++) {
		db_bind_int(order[i], 1, before_ms);
		db_bind_int(order[i], 2, limit);
		if (db_run(order[i], e) < 0)
			return -1;
	}
	return (int)db_changes(ob->db);
}
