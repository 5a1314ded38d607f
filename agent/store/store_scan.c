/*
 * Most incidents have one message, which then is at hand with its row; the
 * others cost a look whether an earlier message was theirs.
 */
#include "agent/store/store_scan.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/stmts.h"
#include "agent/store/store.h"

enum {
	ST_LAST,
	ST_STEP,
	ST_EARLIER,
	ST_FROM,
	ST_COUNT
};

static const char *const sql[] = {
	[ST_LAST] = "SELECT max(id) FROM message",
	[ST_STEP] =
	    "SELECT m.id, m.incident_id, i.message_count, f.name, i.ref,"
	    " i.place, i.lat, i.lon, i.uncertainty_m, i.source, i.edition,"
	    " i.area, i.district, m.hash, m.bytes"
	    " FROM message m JOIN incident i ON i.id = m.incident_id"
	    " JOIN feed f ON f.id = i.feed_id"
	    " WHERE m.id > $1 AND m.id <= $2 ORDER BY m.id",
	[ST_EARLIER] =
	    "SELECT 1 FROM message WHERE incident_id = $1 AND id < $2 LIMIT 1",
	[ST_FROM] = ("SELECT received_ms FROM message WHERE id >= $1"
		     " ORDER BY id LIMIT 1"),
};
_Static_assert(sizeof sql / sizeof sql[0] == ST_COUNT, "a text for each");

struct store_scan {
	struct store *store; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

/* Where an incident of a step is given to. */
struct step {
	struct store_scan *scan;
	struct arena *arena;
	void (*each)(void *user, const struct store_scan_row *row);
	void *user;
};

int
store_scan_open(struct store *st, struct store_scan **out, struct err *e)
{
	struct store_scan *scan = alloc_zero(1, sizeof *scan);

	scan->store = st;
	if (stmts_prepare(store_db(st), sql, ST_COUNT, scan->st, e) < 0) {
		free(scan);
		return -1;
	}
	*out = scan;
	return 0;
}

void
store_scan_close(struct store_scan **scan)
{
	if (!*scan)
		return;
	stmts_finish((*scan)->st, ST_COUNT);
	free(*scan);
	*scan = NULL;
}

int
store_scan_last(struct store_scan *scan, int64_t *last, struct err *e)
{
	struct db_stmt *st = scan->st[ST_LAST];

	if (db_step(st, e) < 0)
		return -1;
	*last = db_col_int(st, 0);
	db_reset(st);
	return 0;
}

/* Was the first message from id on received before that? */
static int
is_before(struct store_scan *scan, int64_t id, int64_t since_ms, bool *before,
    struct err *e)
{
	struct db_stmt *st = scan->st[ST_FROM];
	int r;

	db_bind_int(st, 1, id);
	r = db_step(st, e);
	*before = r > 0 && db_col_int(st, 0) < since_ms;
	db_reset(st);
	return r < 0 ? -1 : 0;
}

int
store_scan_before(
    struct store_scan *scan, int64_t since_ms, int64_t *id, struct err *e)
{
	int64_t low = 0, high;

	if (store_scan_last(scan, &high, e) < 0)
		return -1;
	while (low < high) {
		int64_t middle = low + (high - low + 1) / 2;
		bool before;

		if (is_before(scan, middle, since_ms, &before, e) < 0)
			return -1;
		if (before)
			low = middle;
		else
			high = middle - 1;
	}
	*id = low;
	return 0;
}

/* 1: incident has a message with an id below id; 0: not; -1. */
static int
has_earlier(
    struct store_scan *scan, int64_t incident, int64_t id, struct err *e)
{
	struct db_stmt *st = scan->st[ST_EARLIER];
	int r;

	db_bind_int(st, 1, incident);
	db_bind_int(st, 2, id);
	r = db_step(st, e);
	db_reset(st);
	return r;
}

static void
read_row(struct db_stmt *st, struct store_scan_row *row)
{
	*row = (struct store_scan_row){
		.number = db_col_int(st, 0),
		.incident_id = db_col_int(st, 1),
		.feed = db_col_text(st, 3),
		.ref = db_col_text(st, 4),
		.place = place_unknown(),
	};
	row->place.class = (enum place_class)db_col_int(st, 5);
	row->place.lat = db_col_real(st, 6);
	row->place.lon = db_col_real(st, 7);
	row->place.uncertainty_m = db_col_real(st, 8);
	row->place.source = db_col_text(st, 9);
	row->place.edition = db_col_text(st, 10);
	row->place.area = db_col_text(st, 11);
	row->place.district = db_col_text(st, 12);
}

static int
give_one(const struct step *s, struct db_stmt *st,
    const struct store_scan_row *row, struct err *e)
{
	struct str hash = db_col_blob(st, 13);
	struct store_message only = { .bytes = db_col_blob(st, 14) };
	struct store_scan_row given = *row;

	if (hash.len != HASH_BYTES)
		return err_set(e, ERR_CORRUPT,
		    "the digest of a stored message of incident %.*s is "
		    "damaged",
		    STR_ARG(row->ref));
	memcpy(only.hash, hash.p, HASH_BYTES);
	given.messages = &only;
	given.message_count = 1;
	s->each(s->user, &given);
	return 0;
}

static int
give_all(const struct step *s, struct store_scan_row *row, struct err *e)
{
	struct store_message *messages;

	if (store_messages_load(s->scan->store, row->incident_id, s->arena,
		&messages, &row->message_count, e) < 0)
		return -1;
	row->messages = messages;
	s->each(s->user, row);
	return 0;
}

static int
give(const struct step *s, struct db_stmt *st, struct err *e)
{
	struct store_scan_row row;
	int earlier;

	read_row(st, &row);
	if (db_col_int(st, 2) == 1)
		return give_one(s, st, &row, e);
	earlier = has_earlier(s->scan, row.incident_id, db_col_int(st, 0), e);
	return earlier != 0 ? (earlier > 0 ? 0 : -1) : give_all(s, &row, e);
}

int
store_scan_step(struct store_scan *scan, int64_t after, int64_t until,
    struct arena *arena,
    void (*each)(void *user, const struct store_scan_row *row), void *user,
    struct err *e)
{
	const struct step s = { scan, arena, each, user };
	struct db_stmt *st = scan->st[ST_STEP];
	int r;

	db_bind_int(st, 1, after);
	db_bind_int(st, 2, until);
	while ((r = db_step(st, e)) > 0) {
		r = give(&s, st, e);
		if (r < 0)
			break;
	}
	db_reset(st);
	return r;
}
