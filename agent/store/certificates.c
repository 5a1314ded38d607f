#include "agent/store/certificates.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/base/random.h"
#include "agent/store/audit.h"
#include "agent/store/stmts.h"
#include "agent/store/store.h"

#define SALT_BYTES 16

enum {
	ST_OPEN_OF,
	ST_OPEN_NEXT,
	ST_ADD,
	ST_LOOK,
	ST_ITEM,
	ST_DIGEST,
	ST_COUNTS,
	ST_END,
	ST_LIST,
	ST_FIND,
	ST_ITEMS,
	ST_ALL,
	ST_HAS_ITEM,
	ST_COUNT
};

#define SELECT_CERTIFICATE                                        \
	"SELECT id, class, rule, actor, begun_ms, ended_ms,"      \
	" incidents, messages, tags, deliveries, decisions,"      \
	" quarantined, files, digest, audit_id, audit_hash, salt" \
	" FROM certificate"

static const char *const sql[ST_COUNT] = {
	[ST_OPEN_OF] = "SELECT id, rule FROM certificate"
		       " WHERE class = $1 AND ended_ms IS NULL",
	[ST_OPEN_NEXT] = "SELECT id FROM certificate WHERE ended_ms IS NULL"
			 " ORDER BY class LIMIT 1",
	[ST_ADD] = "INSERT INTO certificate (class, rule, actor, begun_ms,"
		   " salt, digest) VALUES ($1, $2, $3, $4, $5, zeroblob(32))",
	[ST_LOOK] = "SELECT salt, digest, incidents FROM certificate"
		    " WHERE id = $1",
	[ST_ITEM] = "INSERT INTO erased (incident_id, certificate_id, digest)"
		    " VALUES ($1, $2, $3)",
	[ST_DIGEST] = "UPDATE certificate SET digest = $1 WHERE id = $2",
	[ST_COUNTS] = "UPDATE certificate SET incidents = incidents + $1,"
		      " messages = messages + $2, tags = tags + $3,"
		      " deliveries = deliveries + $4,"
		      " decisions = decisions + $5,"
		      " quarantined = quarantined + $6, files = files + $7"
		      " WHERE id = $8",
	[ST_END] = "UPDATE certificate SET ended_ms = $1, audit_id = $2,"
		   " audit_hash = $3 WHERE id = $4 AND ended_ms IS NULL",
	[ST_LIST] =
	    SELECT_CERTIFICATE " WHERE id < $1 ORDER BY id DESC LIMIT $2",
	[ST_FIND] = SELECT_CERTIFICATE " WHERE id = $1",
	[ST_ITEMS] = "SELECT digest FROM erased WHERE certificate_id = $1"
		     " ORDER BY n",
	[ST_ALL] = SELECT_CERTIFICATE " ORDER BY id",
	[ST_HAS_ITEM] = "SELECT 1 FROM erased WHERE certificate_id = $1"
			" AND digest = $2",
};

struct certificates {
	struct store *store; /* borrowed */
	struct db *db;       /* its own */
	struct db_stmt *st[ST_COUNT];
};

int
certificates_open(struct store *store, struct certificates **out, struct err *e)
{
	struct certificates *c = alloc_zero(1, sizeof *c);

	c->store = store;
	c->db = store_db(store);
	if (stmts_prepare(c->db, sql, ST_COUNT, c->st, e) < 0) {
		certificates_close(&c);
		return -1;
	}
	*out = c;
	return 0;
}

void
certificates_close(struct certificates **c)
{
	if (!*c)
		return;
	stmts_finish((*c)->st, ST_COUNT);
	free(*c);
	*c = NULL;
}

/* --- digests --- */

static struct str
as_str(const uint8_t digest[HASH_BYTES])
{
	return str_make((const char *)digest, HASH_BYTES);
}

static void
item_of(
    struct str salt, struct str feed, struct str ref, uint8_t out[HASH_BYTES])
{
	struct hash *h = hash_new();

	hash_add(h, salt);
	hash_add(h, feed);
	hash_add(h, str_of("\n"));
	hash_add(h, ref);
	hash_finish(&h, out);
}

/* The digest with one more item. */
static void
chain(uint8_t digest[HASH_BYTES], struct str item)
{
	struct hash *h = hash_new();

	hash_add(h, as_str(digest));
	hash_add(h, item);
	hash_finish(&h, digest);
}

/* A column's digest; one of another length is none of ours. */
static int
copy_digest(struct str column, uint8_t out[HASH_BYTES], struct err *e)
{
	if (column.len != HASH_BYTES)
		return err_set(
		    e, ERR_CORRUPT, "the digest of a certificate is damaged");
	memcpy(out, column.p, HASH_BYTES);
	return 0;
}

/* --- while a run goes on --- */

/* What is written of one when it is ended. */
struct ending {
	int64_t id, incidents;
	uint8_t digest[HASH_BYTES];
};

static int
look(struct certificates *c, struct ending *out, struct err *e)
{
	struct db_stmt *st = c->st[ST_LOOK];
	int r;

	db_bind_int(st, 1, out->id);
	r = db_step(st, e);
	if (r > 0) {
		out->incidents = db_col_int(st, 2);
		r = copy_digest(db_col_blob(st, 1), out->digest, e);
	} else if (r == 0)
		r = err_set(e, ERR_CORRUPT,
		    "certificate %" PRId64 " is not there", out->id);
	db_reset(st);
	return r;
}

/* The line of the audit log that binds it: its id and digest. */
static int
log_end(struct certificates *c, const struct ending *end, const char *actor,
    int64_t now_ms, int64_t *audit_id, uint8_t hash[HASH_BYTES], struct err *e)
{
	char hex[2 * HASH_BYTES + 1];
	char detail[192];
	struct audit_row row = {
		.at_ms = now_ms, .actor = str_of(actor), .event = AUDIT_ERASURE
	};

	hash_hex(end->digest, HASH_BYTES, hex);
	(void)snprintf(detail, sizeof detail,
	    "{\"certificate\":%" PRId64 ",\"incidents\":%" PRId64
	    ",\"digest\":\"%s\"}",
	    end->id, end->incidents, hex);
	row.detail = str_of(detail);
	if (audit_add(store_audit(c->store), &row, e) < 0)
		return -1;
	return audit_head(store_audit(c->store), audit_id, hash, e) < 0 ? -1
									: 0;
}

static int
end_one(struct certificates *c, int64_t id, const char *actor, int64_t now_ms,
    struct err *e)
{
	struct db_stmt *st = c->st[ST_END];
	struct ending end = { .id = id };
	uint8_t hash[HASH_BYTES];
	int64_t audit_id = 0;

	if (look(c, &end, e) < 0 ||
	    log_end(c, &end, actor, now_ms, &audit_id, hash, e) < 0)
		return -1;
	db_bind_int(st, 1, now_ms);
	db_bind_int(st, 2, audit_id);
	db_bind_blob(st, 3, as_str(hash));
	db_bind_int(st, 4, id);
	return db_run(st, e);
}

int
certificates_end(
    struct certificates *c, const char *actor, int64_t now_ms, struct err *e)
{
	struct db_stmt *st = c->st[ST_OPEN_NEXT];
	int r;

	CHECK(db_is_in_transaction(c->db));
	while ((r = db_step(st, e)) > 0) {
		int64_t id = db_col_int(st, 0);

		db_reset(st);
		if (end_one(c, id, actor, now_ms, e) < 0)
			return -1;
	}
	db_reset(st);
	return r;
}

int
certificates_is_open(struct certificates *c, struct err *e)
{
	int r = db_step(c->st[ST_OPEN_NEXT], e);

	db_reset(c->st[ST_OPEN_NEXT]);
	return r;
}

int
certificates_begin(struct certificates *c, struct str class, struct str rule,
    const char *actor, int64_t now_ms, int64_t *id, struct err *e)
{
	struct db_stmt *st = c->st[ST_OPEN_OF];
	uint8_t salt[SALT_BYTES];
	bool is_same = false;
	int r;

	CHECK(db_is_in_transaction(c->db));
	db_bind_text(st, 1, class);
	r = db_step(st, e);
	if (r > 0) {
		*id = db_col_int(st, 0);
		is_same = str_is_equal(db_col_text(st, 1), rule);
	}
	db_reset(st);
	if (r < 0 || is_same)
		return r < 0 ? -1 : 0;
	if (r > 0 && end_one(c, *id, actor, now_ms, e) < 0)
		return -1;
	random_secret(salt, sizeof salt);
	st = c->st[ST_ADD];
	db_bind_text(st, 1, class);
	db_bind_text(st, 2, rule);
	db_bind_text(st, 3, str_of(actor));
	db_bind_int(st, 4, now_ms);
	db_bind_blob(st, 5, str_make((const char *)salt, sizeof salt));
	if (db_run(st, e) < 0)
		return -1;
	*id = db_last_id(c->db);
	return 0;
}

/* The digest of one more incident, and the certificate's with it. */
static int
make_item(struct certificates *c, int64_t id, struct str feed, struct str ref,
    uint8_t item[HASH_BYTES], uint8_t digest[HASH_BYTES], struct err *e)
{
	struct db_stmt *st = c->st[ST_LOOK];
	int r;

	db_bind_int(st, 1, id);
	r = db_step(st, e);
	if (r > 0) {
		item_of(db_col_blob(st, 0), feed, ref, item);
		r = copy_digest(db_col_blob(st, 1), digest, e);
	} else if (r == 0)
		r = err_set(
		    e, ERR_CORRUPT, "certificate %" PRId64 " is gone", id);
	db_reset(st);
	if (r == 0)
		chain(digest, as_str(item));
	return r;
}

int
certificates_add_incident(struct certificates *c, int64_t id,
    int64_t incident_id, struct str feed, struct str ref, struct err *e)
{
	struct db_stmt *st = c->st[ST_ITEM];
	uint8_t item[HASH_BYTES], digest[HASH_BYTES];

	CHECK(db_is_in_transaction(c->db));
	if (make_item(c, id, feed, ref, item, digest, e) < 0)
		return -1;
	db_bind_int(st, 1, incident_id);
	db_bind_int(st, 2, id);
	db_bind_blob(st, 3, as_str(item));
	if (db_run(st, e) < 0)
		return -1;
	st = c->st[ST_DIGEST];
	db_bind_blob(st, 1, as_str(digest));
	db_bind_int(st, 2, id);
	return db_run(st, e);
}

int
certificates_count(struct certificates *c, int64_t id,
    const struct certificate_counts *counts, struct err *e)
{
	struct db_stmt *st = c->st[ST_COUNTS];

	CHECK(db_is_in_transaction(c->db));
	db_bind_int(st, 1, counts->incidents);
	db_bind_int(st, 2, counts->messages);
	db_bind_int(st, 3, counts->tags);
	db_bind_int(st, 4, counts->deliveries);
	db_bind_int(st, 5, counts->decisions);
	db_bind_int(st, 6, counts->quarantined);
	db_bind_int(st, 7, counts->files);
	db_bind_int(st, 8, id);
	return db_run(st, e);
}

/* --- showing --- */

static int
read_one(struct db_stmt *st, struct certificate *out, struct err *e)
{
	*out = (struct certificate){ .id = db_col_int(st, 0),
		.class = db_col_text(st, 1),
		.rule = db_col_text(st, 2),
		.actor = db_col_text(st, 3),
		.begun_ms = db_col_int(st, 4),
		.ended_ms =
		    db_col_is_null(st, 5) ? CLOCK_NONE : db_col_int(st, 5),
		.counts = { .incidents = db_col_int(st, 6),
		    .messages = db_col_int(st, 7),
		    .tags = db_col_int(st, 8),
		    .deliveries = db_col_int(st, 9),
		    .decisions = db_col_int(st, 10),
		    .quarantined = db_col_int(st, 11),
		    .files = db_col_int(st, 12) },
		.audit_id = db_col_int(st, 14) };
	if (copy_digest(db_col_blob(st, 13), out->digest, e) < 0)
		return -1;
	if (db_col_is_null(st, 15))
		return 0;
	return copy_digest(db_col_blob(st, 15), out->audit_hash, e);
}

/* Call each for what st gives: how many, or -1. */
static int
give_rows(struct db_stmt *st,
    void (*each)(void *user, const struct certificate *one), void *user,
    struct err *e)
{
	struct certificate one;
	int count = 0;
	int r;

	while ((r = db_step(st, e)) > 0) {
		r = read_one(st, &one, e);
		if (r < 0)
			break;
		each(user, &one);
		count++;
	}
	db_reset(st);
	return r < 0 ? -1 : count;
}

int
certificates_list(struct certificates *c, int64_t before, int64_t limit,
    void (*each)(void *user, const struct certificate *one), void *user,
    struct err *e)
{
	struct db_stmt *st = c->st[ST_LIST];

	db_bind_int(st, 1, before > 0 ? before : INT64_MAX);
	db_bind_int(st, 2, limit);
	return give_rows(st, each, user, e) < 0 ? -1 : 0;
}

int
certificates_find(struct certificates *c, int64_t id,
    void (*each)(void *user, const struct certificate *one), void *user,
    struct err *e)
{
	db_bind_int(c->st[ST_FIND], 1, id);
	return give_rows(c->st[ST_FIND], each, user, e);
}

/* --- verifying --- */

static void
keep(void *user, const struct certificate *one)
{
	*(struct certificate *)user = *one;
}

/* The digest of its items, and their number. */
static int
work_out(struct certificates *c, int64_t id, uint8_t digest[HASH_BYTES],
    int64_t *count, struct err *e)
{
	struct db_stmt *st = c->st[ST_ITEMS];
	int r;

	memset(digest, 0, HASH_BYTES);
	*count = 0;
	db_bind_int(st, 1, id);
	while ((r = db_step(st, e)) > 0) {
		chain(digest, db_col_blob(st, 0));
		++*count;
	}
	db_reset(st);
	return r;
}

/* Does its line of the audit log say what it says?  0, 1 and *why, -1. */
static int
verify_place(struct certificates *c, const struct certificate *one,
    struct arena *arena, struct str *why, struct err *e)
{
	char hex[2 * HASH_BYTES + 1];
	uint8_t hash[HASH_BYTES];
	struct audit_row row;
	int r;

	if (one->ended_ms == CLOCK_NONE)
		return 0; /* it has none yet */
	r = audit_find(
	    store_audit(c->store), one->audit_id, arena, &row, hash, e);
	if (r < 0)
		return -1;
	hash_hex(one->digest, HASH_BYTES, hex);
	if (r == 0 || memcmp(hash, one->audit_hash, HASH_BYTES) != 0 ||
	    !memmem(row.detail.p, row.detail.len, hex, strlen(hex))) {
		*why = arena_strf(arena,
		    "row %" PRId64 " of the audit log is not the one that was "
		    "written for it",
		    one->audit_id);
		return 1;
	}
	return 0;
}

int
certificates_verify(struct certificates *c, int64_t id, struct arena *arena,
    struct str *why, struct err *e)
{
	struct certificate one;
	uint8_t digest[HASH_BYTES];
	int64_t count;
	int r = certificates_find(c, id, keep, &one, e);

	if (r <= 0) {
		*why =
		    arena_strf(arena, "there is no certificate %" PRId64, id);
		return r < 0 ? -1 : 1;
	}
	if (work_out(c, id, digest, &count, e) < 0)
		return -1;
	if (count != one.counts.incidents) {
		*why = arena_strf(arena,
		    "it covers %" PRId64 " incidents and says %" PRId64, count,
		    one.counts.incidents);
		return 1;
	}
	if (memcmp(digest, one.digest, HASH_BYTES) != 0) {
		*why = arena_strf(arena, "its incidents are not those that "
					 "were erased: the digest differs");
		return 1;
	}
	return verify_place(c, &one, arena, why, e);
}

/* Does the certificate in the present row of st cover that reference? */
static int
covers(struct certificates *c, struct db_stmt *st, struct str feed,
    struct str ref, struct err *e)
{
	struct db_stmt *has = c->st[ST_HAS_ITEM];
	uint8_t item[HASH_BYTES];
	int r;

	item_of(db_col_blob(st, 16), feed, ref, item);
	db_bind_int(has, 1, db_col_int(st, 0));
	db_bind_blob(has, 2, as_str(item));
	r = db_step(has, e);
	db_reset(has);
	return r;
}

int
certificates_of(struct certificates *c, struct str feed, struct str ref,
    void (*each)(void *user, const struct certificate *one), void *user,
    struct err *e)
{
	struct db_stmt *st = c->st[ST_ALL];
	struct certificate one;
	int r, does;

	while ((r = db_step(st, e)) > 0) {
		does = covers(c, st, feed, ref, e);
		if (does < 0 || (does > 0 && read_one(st, &one, e) < 0)) {
			r = -1;
			break;
		}
		if (does > 0)
			each(user, &one);
	}
	db_reset(st);
	return r;
}
