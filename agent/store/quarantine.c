/*
 * quarantine: faulty input in a table, and the moves between its states.
 *
 * The digest that finds a repeat is over the bytes that are kept and the whole
 * size, so that two long messages with the same beginning are two rows unless
 * they are also equally long.
 */
#include "agent/store/quarantine.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/incident/incident.h"
#include "agent/store/stmts.h"

enum {
	ST_ADD,
	ST_LIST,
	ST_FIND,
	ST_ASK,
	ST_NEXT,
	ST_RESOLVE,
	ST_NUMBER,
	ST_PAGE,
	ST_GROUPS,
	ST_ASK_GROUP,
	ST_SINCE,
	ST_HELD,
	ST_COUNT
};

#define COLUMNS                                               \
	"id, feed, file, line, col, byte_offset, size_bytes," \
	" reason, first_ms, changed_ms, state, bytes, replacement"

static const char *const sql[ST_COUNT] = {
	[ST_ADD] = "INSERT INTO quarantine (feed, file, line, col,"
		   " byte_offset, hash, size_bytes, reason, first_ms,"
		   " changed_ms, state, bytes)"
		   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11)"
		   " ON CONFLICT (feed, line, col, hash) DO NOTHING",
	[ST_LIST] = "SELECT " COLUMNS " FROM quarantine"
		    " WHERE $1 < 0 OR state = $1 ORDER BY id DESC LIMIT $2",
	[ST_FIND] = "SELECT " COLUMNS " FROM quarantine WHERE id = $1",
	[ST_ASK] = "UPDATE quarantine SET state = 1, changed_ms = $1,"
		   " replacement = $2 WHERE id = $3 AND state IN (0, 1)",
	[ST_NEXT] = "SELECT " COLUMNS " FROM quarantine"
		    " WHERE state = 1 ORDER BY id LIMIT 1",
	[ST_RESOLVE] = "UPDATE quarantine SET state = $1, changed_ms = $2,"
		       " reason = coalesce($3, reason)"
		       " WHERE id = $4 AND state = $5",
	[ST_NUMBER] = "SELECT count(*) FROM quarantine WHERE state = $1",
	[ST_PAGE] = "SELECT id, feed, file, line, col, byte_offset,"
		    " size_bytes, reason, first_ms, changed_ms, state,"
		    " NULL, NULL FROM quarantine"
		    " WHERE state = $1 AND id < $2"
		    " AND ($3 IS NULL OR feed = $3)"
		    " AND ($4 IS NULL OR reason = $4)"
		    " ORDER BY id DESC LIMIT $5",
	[ST_GROUPS] = "SELECT feed, reason, count(*), min(first_ms),"
		      " max(first_ms) FROM quarantine WHERE state = 0"
		      " GROUP BY feed, reason ORDER BY 3 DESC, feed, reason"
		      " LIMIT $1",
	[ST_ASK_GROUP] =
	    "UPDATE quarantine SET state = 1, changed_ms = $1,"
	    " replacement = NULL WHERE id IN (SELECT id FROM quarantine"
	    " WHERE state = 0 AND feed = $2 AND reason = $3"
	    " AND size_bytes = length(bytes) ORDER BY id LIMIT $4)",
	[ST_SINCE] = "SELECT state, count(*) FROM quarantine"
		     " WHERE changed_ms >= $1 AND changed_ms > first_ms"
		     " GROUP BY state",
	[ST_HELD] = "SELECT count(*) FROM quarantine"
		    " WHERE state = 0 AND feed = $1",
};

static const char *const state_names[] = {
	[QUARANTINE_HELD] = "held",
	[QUARANTINE_ASKED] = "replay asked",
	[QUARANTINE_REPLAYED] = "replayed",
	[QUARANTINE_DROPPED] = "dropped",
};
_Static_assert(
    sizeof(state_names) / sizeof(*state_names) == QUARANTINE_DROPPED + 1,
    "every state has its word");

/* From a state (row) to another (column) by quarantine_resolve(). */
static const bool leads_to[4][4] = {
	[QUARANTINE_HELD] = { [QUARANTINE_DROPPED] = true },
	[QUARANTINE_ASKED] = { [QUARANTINE_HELD] = true,
	    [QUARANTINE_REPLAYED] = true,
	    [QUARANTINE_DROPPED] = true },
};

struct quarantine {
	struct db *db; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

int
quarantine_open(struct db *db, struct quarantine **out, struct err *e)
{
	struct quarantine *q = alloc_zero(1, sizeof(*q));

	q->db = db;
	if (stmts_prepare(db, sql, ST_COUNT, q->st, e) < 0) {
		quarantine_close(&q);
		return -1;
	}
	*out = q;
	return 0;
}

void
quarantine_close(struct quarantine **q)
{
	if (!*q)
		return;
	stmts_finish((*q)->st, ST_COUNT);
	free(*q);
	*q = NULL;
}

const char *
quarantine_state_name(enum quarantine_state state)
{
	CHECK(state >= QUARANTINE_HELD && state <= QUARANTINE_DROPPED);
	return state_names[state];
}

static void
digest(struct str bytes, int64_t size_bytes, uint8_t out[HASH_BYTES])
{
	struct hash *h = hash_new();
	int64_t size = size_bytes;

	hash_add(h, str_make((const char *)&size, sizeof(size)));
	hash_add(h, bytes);
	hash_finish(&h, out);
}

static struct str
given(struct str s)
{
	return s.p ? s : str_of("");
}

int
quarantine_add(
    struct quarantine *q, const struct quarantine_item *item, struct err *e)
{
	struct db_stmt *st = q->st[ST_ADD];
	struct str bytes = given(item->bytes);
	int64_t size = item->size_bytes;
	uint8_t hash[HASH_BYTES];

	CHECK(db_is_in_transaction(q->db));
	if (size < (int64_t)bytes.len)
		size = (int64_t)bytes.len;
	if (bytes.len > QUARANTINE_BYTES_MAX)
		bytes.len = QUARANTINE_BYTES_MAX;
	digest(bytes, size, hash);
	db_bind_text(st, 1, given(item->feed));
	db_bind_text(st, 2, given(item->file));
	db_bind_int(st, 3, item->line);
	db_bind_int(st, 4, item->column);
	db_bind_int(st, 5, item->offset);
	db_bind_blob(st, 6, str_make((const char *)hash, HASH_BYTES));
	db_bind_int(st, 7, size);
	db_bind_text(st, 8, given(item->reason));
	db_bind_int(st, 9, item->first_ms);
	db_bind_int(st, 10, item->first_ms);
	db_bind_blob(st, 11, bytes);
	if (db_run(st, e) < 0)
		return -1;
	return db_changes(q->db) > 0;
}

static void
read_row(struct db_stmt *st, struct quarantine_item *out)
{
	*out = (struct quarantine_item){
		.id = db_col_int(st, 0),
		.feed = db_col_text(st, 1),
		.file = db_col_text(st, 2),
		.line = db_col_int(st, 3),
		.column = db_col_int(st, 4),
		.offset = db_col_int(st, 5),
		.size_bytes = db_col_int(st, 6),
		.reason = db_col_text(st, 7),
		.first_ms = db_col_int(st, 8),
		.changed_ms = db_col_int(st, 9),
		.state = (enum quarantine_state)db_col_int(st, 10),
		.bytes = db_col_blob(st, 11),
		.replacement = db_col_blob(st, 12),
	};
}

/* Step st once and copy the row it gives. */
static int
read_one(struct db_stmt *st, struct arena *arena, struct quarantine_item *out,
    struct err *e)
{
	int r = db_step(st, e);

	if (r > 0) {
		read_row(st, out);
		out->feed = arena_str(arena, out->feed);
		out->file = arena_str(arena, out->file);
		out->reason = arena_str(arena, out->reason);
		out->bytes = arena_str(arena, out->bytes);
		out->replacement = arena_str(arena, out->replacement);
	}
	db_reset(st);
	return r;
}

int
quarantine_list(struct quarantine *q, int state, int64_t limit,
    void (*each)(void *user, const struct quarantine_item *item), void *user,
    struct err *e)
{
	struct db_stmt *st = q->st[ST_LIST];
	struct quarantine_item item;
	int count = 0;
	int r;

	db_bind_int(st, 1, state);
	db_bind_int(st, 2, limit);
	while ((r = db_step(st, e)) > 0) {
		read_row(st, &item);
		each(user, &item);
		count++;
	}
	db_reset(st);
	return r < 0 ? -1 : count;
}

int
quarantine_find(struct quarantine *q, int64_t id, struct arena *arena,
    struct quarantine_item *out, struct err *e)
{
	db_bind_int(q->st[ST_FIND], 1, id);
	return read_one(q->st[ST_FIND], arena, out, e);
}

/* The state of row id and whether its bytes were cut: 1, 0 or -1. */
static int
look(struct quarantine *q, int64_t id, enum quarantine_state *state,
    bool *is_cut, struct err *e)
{
	struct db_stmt *st = q->st[ST_FIND];
	struct quarantine_item item;

	db_bind_int(st, 1, id);
	int r = db_step(st, e);
	if (r > 0) {
		read_row(st, &item);
		*state = item.state;
		*is_cut = item.size_bytes > (int64_t)item.bytes.len;
	}
	db_reset(st);
	if (r == 0)
		return err_set(e, ERR_INVALID,
		    "there is no quarantined input %" PRId64
		    ": buzzard quarantine list shows what there is",
		    id);
	return r;
}

int
quarantine_ask_replay(struct quarantine *q, int64_t id, struct str replacement,
    int64_t now_ms, struct err *e)
{
	struct db_stmt *st = q->st[ST_ASK];
	enum quarantine_state state = QUARANTINE_HELD;
	bool is_cut = false;

	CHECK(db_is_in_transaction(q->db));
	if (look(q, id, &state, &is_cut, e) < 0)
		return -1;
	if (state != QUARANTINE_HELD && state != QUARANTINE_ASKED)
		return err_set(e, ERR_INVALID,
		    "quarantined input %" PRId64 " is %s already", id,
		    quarantine_state_name(state));
	if (is_cut && !replacement.p)
		return err_set(e, ERR_INVALID,
		    "only the first %d bytes of quarantined input %" PRId64
		    " were kept: give the corrected message in a file",
		    QUARANTINE_BYTES_MAX, id);
	db_bind_int(st, 1, now_ms);
	db_bind_blob(st, 2, replacement);
	db_bind_int(st, 3, id);
	return db_run(st, e);
}

int
quarantine_next_replay(struct quarantine *q, struct arena *arena,
    struct quarantine_item *out, struct err *e)
{
	return read_one(q->st[ST_NEXT], arena, out, e);
}

int
quarantine_resolve(struct quarantine *q, int64_t id,
    enum quarantine_state state, struct str reason, int64_t now_ms,
    struct err *e)
{
	struct db_stmt *st = q->st[ST_RESOLVE];
	enum quarantine_state from = QUARANTINE_HELD;
	bool is_cut = false;

	CHECK(db_is_in_transaction(q->db));
	if (look(q, id, &from, &is_cut, e) < 0)
		return -1;
	if (!leads_to[from][state])
		return err_set(e, ERR_INVALID,
		    "quarantined input %" PRId64
		    " is %s, which does not lead to %s",
		    id, quarantine_state_name(from),
		    quarantine_state_name(state));
	db_bind_int(st, 1, state);
	db_bind_int(st, 2, now_ms);
	db_bind_text(st, 3, reason);
	db_bind_int(st, 4, id);
	db_bind_int(st, 5, from);
	if (db_run(st, e) < 0)
		return -1;
	CHECK(db_changes(q->db) == 1);
	return 0;
}

int
quarantine_count(struct quarantine *q, enum quarantine_state state,
    int64_t *out, struct err *e)
{
	struct db_stmt *st = q->st[ST_NUMBER];

	db_bind_int(st, 1, state);
	if (db_step(st, e) < 0)
		return -1;
	*out = db_col_int(st, 0);
	db_reset(st);
	return 0;
}

/* Call each for what st gives, and make it ready again. */
static int
give_rows(struct db_stmt *st,
    void (*each)(void *user, const struct quarantine_item *item), void *user,
    struct err *e)
{
	struct quarantine_item item;
	int r;

	while ((r = db_step(st, e)) > 0) {
		read_row(st, &item);
		each(user, &item);
	}
	db_reset(st);
	return r;
}

int
quarantine_page(struct quarantine *q, const struct quarantine_filter *filter,
    void (*each)(void *user, const struct quarantine_item *item), void *user,
    struct err *e)
{
	struct db_stmt *st = q->st[ST_PAGE];

	db_bind_int(st, 1, filter->state);
	db_bind_int(
	    st, 2, filter->before_id > 0 ? filter->before_id : INT64_MAX);
	db_bind_text(st, 3, filter->feed);
	db_bind_text(st, 4, filter->reason);
	db_bind_int(st, 5, filter->limit);
	return give_rows(st, each, user, e);
}

int
quarantine_groups(struct quarantine *q, int64_t limit,
    void (*each)(void *user, const struct quarantine_group *group), void *user,
    struct err *e)
{
	struct db_stmt *st = q->st[ST_GROUPS];
	int r;

	db_bind_int(st, 1, limit);
	while ((r = db_step(st, e)) > 0) {
		const struct quarantine_group group = {
			.feed = db_col_text(st, 0),
			.reason = db_col_text(st, 1),
			.count = db_col_int(st, 2),
			.first_ms = db_col_int(st, 3),
			.last_ms = db_col_int(st, 4),
		};

		each(user, &group);
	}
	db_reset(st);
	return r;
}

int
quarantine_ask_group(struct quarantine *q, struct str feed, struct str reason,
    int64_t limit, int64_t now_ms, struct err *e)
{
	struct db_stmt *st = q->st[ST_ASK_GROUP];

	CHECK(db_is_in_transaction(q->db));
	db_bind_int(st, 1, now_ms);
	db_bind_text(st, 2, feed);
	db_bind_text(st, 3, reason);
	db_bind_int(st, 4, limit);
	return db_run(st, e) < 0 ? -1 : (int)db_changes(q->db);
}

int
quarantine_try(
    const struct quarantine_item *item, struct arena *arena, struct err *e)
{
	struct incident in;

	return incident_parse(
	    str_is_given(item->replacement) ? item->replacement : item->bytes,
	    arena, &in, e);
}

int
quarantine_since(struct quarantine *q, int64_t since_ms,
    int64_t out[QUARANTINE_STATES], struct err *e)
{
	struct db_stmt *st = q->st[ST_SINCE];
	int r;

	memset(out, 0, QUARANTINE_STATES * sizeof(*out));
	db_bind_int(st, 1, since_ms);
	while ((r = db_step(st, e)) > 0) {
		int64_t state = db_col_int(st, 0);

		CHECK(state >= 0 && state < QUARANTINE_STATES);
		out[state] = db_col_int(st, 1);
	}
	db_reset(st);
	return r;
}

int
quarantine_held(
    struct quarantine *q, struct str feed, int64_t *out, struct err *e)
{
	struct db_stmt *st = q->st[ST_HELD];

	db_bind_text(st, 1, feed);
	if (db_step(st, e) < 0)
		return -1;
	*out = db_col_int(st, 0);
	db_reset(st);
	return 0;
}
