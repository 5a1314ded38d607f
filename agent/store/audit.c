/*
 * audit: rows that hold on to each other.
 *
 * The digest of the last row is kept between two rows of one transaction and
 * read again at the start of the next, since a command may have written in
 * between.  Were that forgotten, the id (last + 1) would be taken and the
 * insert fail: the chain cannot fork.
 *
 * The text that is digested is put together by hand: it is done for every
 * message, and snprintf() would cost more than the digest.
 */
#include "agent/store/audit.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/stmts.h"

#define NUMBER_MAX 20 /* digits and sign of 64 bits */
#define TEXT_MAX                                                  \
	(2 * HASH_BYTES + 3 * NUMBER_MAX + AUDIT_ACTOR_MAX + 16 + \
	    AUDIT_DETAIL_MAX + 8)

enum {
	ST_HEAD,
	ST_TIME,
	ST_ADD,
	ST_ALL,
	ST_COLLECTED,
	ST_CHANGED,
	ST_OF_INCIDENT,
	ST_PEOPLE,
	ST_FIND,
	ST_COUNT
};

#define COLUMNS "id, at_ms, actor, event, incident_id, detail, prev, hash"

static const char *const sql[ST_COUNT] = {
	[ST_HEAD] = "SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1",
	[ST_TIME] = "SELECT at_ms FROM audit WHERE id = $1",
	[ST_ADD] = "INSERT INTO audit (" COLUMNS ")"
		   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
	[ST_ALL] = "SELECT " COLUMNS " FROM audit ORDER BY id",
	[ST_COLLECTED] = "SELECT id, incident_id FROM audit WHERE id > $1"
			 " AND event = 1 AND incident_id IS NOT NULL"
			 " ORDER BY id LIMIT $2",
	/* All but consultation and disclosure. */
	[ST_CHANGED] = "SELECT id, incident_id FROM audit WHERE id > $1"
		       " AND event NOT IN (3, 4) AND incident_id IS NOT NULL"
		       " ORDER BY id LIMIT $2",
	[ST_OF_INCIDENT] = "SELECT " COLUMNS " FROM audit"
			   " WHERE incident_id = $1 ORDER BY id",
	[ST_PEOPLE] = "SELECT " COLUMNS " FROM audit"
		      " WHERE actor <> 'agent' AND id < $1"
		      " ORDER BY id DESC LIMIT $2",
	[ST_FIND] = "SELECT " COLUMNS " FROM audit WHERE id = $1",
};

static const char *const event_names[] = {
	[AUDIT_COLLECTION] = "collection",
	[AUDIT_ALTERATION] = "alteration",
	[AUDIT_CONSULTATION] = "consultation",
	[AUDIT_DISCLOSURE] = "disclosure",
	[AUDIT_COMBINATION] = "combination",
	[AUDIT_ERASURE] = "erasure",
};
_Static_assert(sizeof(event_names) / sizeof(*event_names) == AUDIT_ERASURE + 1,
    "every event has its word");

struct audit {
	struct db *db; /* borrowed */
	struct db_stmt *st[ST_COUNT];
	bool has_head;            /* id and hash are those of the last row */
	int64_t id;               /* 0: the log is empty */
	uint8_t hash[HASH_BYTES]; /* zeros if it is */
};

int
audit_open(struct db *db, struct audit **out, struct err *e)
{
	struct audit *a = alloc_zero(1, sizeof(*a));

	a->db = db;
	if (stmts_prepare(db, sql, ST_COUNT, a->st, e) < 0) {
		audit_close(&a);
		return -1;
	}
	*out = a;
	return 0;
}

void
audit_close(struct audit **a)
{
	if (!*a)
		return;
	stmts_finish((*a)->st, ST_COUNT);
	free(*a);
	*a = NULL;
}

void
audit_refresh(struct audit *a)
{
	a->has_head = false;
}

const char *
audit_event_name(enum audit_event event)
{
	if (event < AUDIT_COLLECTION || event > AUDIT_ERASURE)
		return "?";
	return event_names[event];
}

/* A text being put together; big enough for all that check_row() lets by. */
struct text {
	char p[TEXT_MAX];
	size_t len;
};

static void
put(struct text *t, const char *p, size_t len)
{
	CHECK(len < sizeof(t->p) - t->len);
	memcpy(t->p + t->len, p, len);
	t->len += len;
	t->p[t->len++] = '\n';
}

static void
put_number(struct text *t, int64_t v)
{
	char digits[NUMBER_MAX];
	size_t at = sizeof(digits);
	uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (v < 0)
		digits[--at] = '-';
	put(t, digits + at, sizeof(digits) - at);
}

static void
digest(const struct audit_row *row, const uint8_t prev[HASH_BYTES],
    uint8_t out[HASH_BYTES])
{
	char hex[2 * HASH_BYTES + 1];
	struct text t;
	const char *event = audit_event_name(row->event);

	t.len = 0;
	hash_hex(prev, HASH_BYTES, hex);
	put(&t, hex, sizeof(hex) - 1);
	put_number(&t, row->id);
	put_number(&t, row->at_ms);
	put(&t, row->actor.p, row->actor.len);
	put(&t, event, strlen(event));
	if (row->incident_id)
		put_number(&t, row->incident_id);
	else
		put(&t, "-", 1);
	put(&t, row->detail.p, row->detail.len);
	hash_sha256(str_make(t.p, t.len), out);
}

static bool
is_one_line(struct str s, size_t max)
{
	if (!s.p || s.len == 0 || s.len > max)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return true;
}

static int
check_row(const struct audit_row *row, struct err *e)
{
	CHECK(row->event >= AUDIT_COLLECTION && row->event <= AUDIT_ERASURE);
	if (!is_one_line(row->actor, AUDIT_ACTOR_MAX))
		return err_set(e, ERR_INVALID,
		    "an audit actor is 1 to %d bytes on one line",
		    AUDIT_ACTOR_MAX);
	if (!is_one_line(row->detail, AUDIT_DETAIL_MAX))
		return err_set(e, ERR_INVALID,
		    "an audit detail is 1 to %d bytes on one line",
		    AUDIT_DETAIL_MAX);
	return 0;
}

/* Copy a stored digest; zeros if it is not one. */
static void
copy_digest(struct str blob, uint8_t out[HASH_BYTES])
{
	memset(out, 0, HASH_BYTES);
	if (blob.len == HASH_BYTES)
		memcpy(out, blob.p, HASH_BYTES);
}

static int
read_head(struct audit *a, struct err *e)
{
	int r = db_step(a->st[ST_HEAD], e);

	if (r < 0)
		return -1;
	a->id = r ? db_col_int(a->st[ST_HEAD], 0) : 0;
	copy_digest(
	    r ? db_col_blob(a->st[ST_HEAD], 1) : str_make(NULL, 0), a->hash);
	db_reset(a->st[ST_HEAD]);
	return 0;
}

static int
insert(struct audit *a, const struct audit_row *row,
    const uint8_t hash[HASH_BYTES], struct err *e)
{
	struct db_stmt *st = a->st[ST_ADD];

	db_bind_int(st, 1, row->id);
	db_bind_int(st, 2, row->at_ms);
	db_bind_text(st, 3, row->actor);
	db_bind_int(st, 4, row->event);
	if (row->incident_id)
		db_bind_int(st, 5, row->incident_id);
	db_bind_text(st, 6, row->detail);
	db_bind_blob(st, 7, str_make((const char *)a->hash, HASH_BYTES));
	db_bind_blob(st, 8, str_make((const char *)hash, HASH_BYTES));
	return db_run(st, e);
}

int
audit_add(struct audit *a, const struct audit_row *row, struct err *e)
{
	struct audit_row r = *row;
	uint8_t hash[HASH_BYTES];

	CHECK(db_is_in_transaction(a->db));
	if (!r.detail.p)
		r.detail = str_of("{}");
	if (check_row(&r, e) < 0)
		return -1;
	if (!a->has_head && read_head(a, e) < 0)
		return -1;
	r.id = a->id + 1;
	digest(&r, a->hash, hash);
	if (insert(a, &r, hash, e) < 0) {
		a->has_head = false;
		return err_wrap(e, "audit log");
	}
	a->id = r.id;
	memcpy(a->hash, hash, HASH_BYTES);
	a->has_head = true;
	return 0;
}

int
audit_head(
    struct audit *a, int64_t *id, uint8_t hash[HASH_BYTES], struct err *e)
{
	if (read_head(a, e) < 0)
		return -1;
	*id = a->id;
	memcpy(hash, a->hash, HASH_BYTES);
	return a->id > 0;
}

/* Is row id before at_ms?  One that is not there (there is none) is not. */
static int
is_before(struct audit *a, int64_t id, int64_t at_ms, struct err *e)
{
	struct db_stmt *st = a->st[ST_TIME];
	int found;

	db_bind_int(st, 1, id);
	found = db_step(st, e);
	if (found > 0)
		found = db_col_int(st, 0) < at_ms;
	db_reset(st);
	return found;
}

int
audit_find_time(struct audit *a, int64_t at_ms, int64_t *id, struct err *e)
{
	uint8_t hash[HASH_BYTES];
	int64_t low = 1, high;

	if (audit_head(a, &high, hash, e) < 0)
		return -1;
	high++; /* low to high: where it can be */
	while (low < high) {
		int64_t middle = low + (high - low) / 2;
		int before = is_before(a, middle, at_ms, e);

		if (before < 0)
			return -1;
		if (before)
			low = middle + 1;
		else
			high = middle;
	}
	*id = low;
	return 0;
}

static void
read_row(struct db_stmt *st, struct audit_row *row)
{
	*row = (struct audit_row){
		.id = db_col_int(st, 0),
		.at_ms = db_col_int(st, 1),
		.actor = db_col_text(st, 2),
		.event = (enum audit_event)db_col_int(st, 3),
		.incident_id = db_col_int(st, 4),
		.detail = db_col_text(st, 5),
	};
}

static int
find_fault(struct audit_finding *f, int64_t id, const char *what)
{
	f->id = id;
	(void)snprintf(f->what, sizeof(f->what), "%s", what);
	return 1;
}

/*
 * Compare the present row of st with what must follow the digest in last, and
 * put its own there.  Returns 0, or 1 with the fault in f.
 */
static int
verify_row(
    struct db_stmt *st, uint8_t last[HASH_BYTES], struct audit_finding *f)
{
	uint8_t prev[HASH_BYTES], stored[HASH_BYTES], own[HASH_BYTES];
	struct audit_row row;

	read_row(st, &row);
	copy_digest(db_col_blob(st, 6), prev);
	copy_digest(db_col_blob(st, 7), stored);
	if (row.id != f->rows + 1)
		return find_fault(
		    f, f->rows + 1, "is missing: rows were taken out");
	if (!is_one_line(row.actor, AUDIT_ACTOR_MAX) ||
	    !is_one_line(row.detail, AUDIT_DETAIL_MAX))
		return find_fault(f, row.id, "was altered: not a line of ours");
	digest(&row, prev, own);
	if (memcmp(own, stored, HASH_BYTES) != 0)
		return find_fault(
		    f, row.id, "was altered: its digest is not its own");
	if (memcmp(prev, last, HASH_BYTES) != 0)
		return find_fault(f, row.id,
		    "does not follow the row before it: rows were "
		    "exchanged, taken out or written anew");
	memcpy(last, own, HASH_BYTES);
	f->rows++;
	return 0;
}

int
audit_verify(struct audit *a, struct audit_finding *found, struct err *e)
{
	struct db_stmt *st = a->st[ST_ALL];
	uint8_t last[HASH_BYTES] = { 0 };
	int fault = 0;
	int r;

	*found = (struct audit_finding){ 0 };
	while (fault == 0 && (r = db_step(st, e)) != 0) {
		if (r < 0)
			return -1;
		fault = verify_row(st, last, found);
	}
	db_reset(st);
	return fault;
}

int
audit_list_people(struct audit *a, int64_t before, int64_t limit,
    void (*each)(void *user, const struct audit_row *row), void *user,
    struct err *e)
{
	struct db_stmt *st = a->st[ST_PEOPLE];
	int r;

	db_bind_int(st, 1, before);
	db_bind_int(st, 2, limit);
	while ((r = db_step(st, e)) > 0) {
		struct audit_row row;

		read_row(st, &row);
		each(user, &row);
	}
	db_reset(st);
	return r;
}

int
audit_list(struct audit *a, int64_t incident_id,
    void (*each)(void *user, const struct audit_row *row), void *user,
    struct err *e)
{
	struct db_stmt *st = a->st[incident_id ? ST_OF_INCIDENT : ST_ALL];
	struct audit_row row;
	int r;

	if (incident_id)
		db_bind_int(st, 1, incident_id);
	while ((r = db_step(st, e)) > 0) {
		read_row(st, &row);
		each(user, &row);
	}
	db_reset(st);
	return r;
}

/* Call each for what the statement q gives after a row. */
static int
list_ids(struct db_stmt *q, int64_t after_id, int64_t limit,
    void (*each)(void *user, int64_t id, int64_t incident_id), void *user,
    struct err *e)
{
	int r;

	db_bind_int(q, 1, after_id);
	db_bind_int(q, 2, limit);
	while ((r = db_step(q, e)) > 0)
		each(user, db_col_int(q, 0), db_col_int(q, 1));
	db_reset(q);
	return r;
}

int
audit_find(struct audit *a, int64_t id, struct arena *arena,
    struct audit_row *out, uint8_t hash[HASH_BYTES], struct err *e)
{
	struct db_stmt *st = a->st[ST_FIND];
	int r;

	db_bind_int(st, 1, id);
	r = db_step(st, e);
	if (r > 0) {
		struct str digest = db_col_blob(st, 7);

		read_row(st, out);
		out->actor = arena_str(arena, out->actor);
		out->detail = arena_str(arena, out->detail);
		memset(hash, 0, HASH_BYTES);
		if (digest.len == HASH_BYTES)
			memcpy(hash, digest.p, HASH_BYTES);
	}
	db_reset(st);
	return r;
}

int
audit_collected(struct audit *a, int64_t after_id, int64_t limit,
    void (*each)(void *user, int64_t id, int64_t incident_id), void *user,
    struct err *e)
{
	return list_ids(a->st[ST_COLLECTED], after_id, limit, each, user, e);
}

int
audit_changed(struct audit *a, int64_t after_id, int64_t limit,
    void (*each)(void *user, int64_t id, int64_t incident_id), void *user,
    struct err *e)
{
	return list_ids(a->st[ST_CHANGED], after_id, limit, each, user, e);
}
