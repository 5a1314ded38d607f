/*
 * store: the connection, the incidents and their messages.
 *
 * The road of a message costs five statements at most here: find the incident,
 * insert or update it, insert the message, and its audit line.  What repeats
 * within a batch (the feed's and the rule set's row) is looked up once a
 * transaction and forgotten at its end, since a row that was rolled back is
 * not there any more.
 *
 * Decided against: keeping the folded record as JSON beside the messages.  It
 * would be a second truth, twice the bytes, and is made in microseconds.
 */
#include "agent/store/store.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/incident/incident.h"
#include "agent/store/audit.h"
#include "agent/store/schema.h"
#include "agent/store/stmts.h"
#include "agent/store/store_private.h"

static const char *const sql[STORE_ST_COUNT] = {
	[STORE_ST_FIND] = STORE_SELECT_INCIDENT
	" FROM incident i WHERE i.feed_id = $1 AND i.ref = $2",
	[STORE_ST_FIND_ID] =
	    STORE_SELECT_INCIDENT " FROM incident i WHERE i.id = $1",
	[STORE_ST_ADD] =
	    "INSERT INTO incident (last_ms, opened_ms, updated_ms, closed_ms,"
	    " message_count, rural_crime, in_progress, targeted, basis,"
	    " rule_set_id, tagged_ms, place, lat, lon, uncertainty_m, source,"
	    " edition, area, district, grid_ref, near_name, near_m,"
	    " near_bearing, status, grade, flags, how, doubt, feed_id, ref,"
	    " first_ms, id)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
	    " $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,"
	    " $26, $27, $28, $29, $30, $31,"
	    /* Never that of one which was erased: the audit log has it. */
	    " 1 + max((SELECT coalesce(max(id), 0) FROM incident),"
	    " (SELECT coalesce(max(incident_id), 0) FROM erased)))",
	[STORE_ST_UPDATE] =
	    "UPDATE incident SET last_ms = $1, opened_ms = $2,"
	    " updated_ms = $3, closed_ms = $4, message_count = $5,"
	    " rural_crime = $6, in_progress = $7, targeted = $8, basis = $9,"
	    " rule_set_id = $10, tagged_ms = $11, place = $12, lat = $13,"
	    " lon = $14, uncertainty_m = $15, source = $16, edition = $17,"
	    " area = $18, district = $19, grid_ref = $20, near_name = $21,"
	    " near_m = $22, near_bearing = $23, status = $24, grade = $25,"
	    " flags = $26, how = $27, doubt = $28 WHERE id = $29",
	[STORE_ST_LIST] = STORE_SELECT_LISTED
	" FROM incident i"
	" ORDER BY i.opened_ms DESC, i.id DESC LIMIT $1",
	[STORE_ST_LIST_SINCE] = STORE_SELECT_LISTED
	" FROM incident i"
	" WHERE i.opened_ms >= $1"
	" ORDER BY i.opened_ms DESC, i.id DESC LIMIT $2",
	[STORE_ST_LIST_THEME] = STORE_SELECT_LISTED
	" FROM incident i"
	" JOIN tag t ON t.incident_id = i.id AND t.theme = $1"
	" AND t.ended_ms IS NULL"
	" WHERE $2 IS NULL OR i.opened_ms >= $2"
	" ORDER BY i.opened_ms DESC, i.id DESC LIMIT $3",
	[STORE_ST_LIST_REF] =
	    STORE_SELECT_LISTED " FROM incident i"
				" JOIN feed f ON f.id = i.feed_id"
				" WHERE i.ref = $1 ORDER BY f.name",
	[STORE_ST_NEAR] = "SELECT id FROM incident WHERE opened_ms BETWEEN $1"
			  " AND $2 AND lat BETWEEN $3 AND $4"
			  " AND lon BETWEEN $5 AND $6 ORDER BY id",
	[STORE_ST_MESSAGE_ADD] =
	    "INSERT INTO message (incident_id, hash, revision, received_ms,"
	    " file, line, bytes) VALUES ($1, $2, $3, $4, $5, $6, $7)"
	    " ON CONFLICT (incident_id, hash) DO NOTHING",
	[STORE_ST_MESSAGES] =
	    "SELECT id, hash, revision, received_ms, file, line, bytes"
	    " FROM message WHERE incident_id = $1 ORDER BY id",
	[STORE_ST_NUMBERS] = "SELECT (SELECT count(*) FROM incident),"
			     " (SELECT count(*) FROM message)",
	[STORE_ST_FEED_FIND] = "SELECT id FROM feed WHERE name = $1",
	[STORE_ST_FEED_ADD] = "INSERT INTO feed (name) VALUES ($1)",
	[STORE_ST_RULES_FIND] = "SELECT id FROM rule_set WHERE hash = $1",
	[STORE_ST_RULES_ADD] = "INSERT INTO rule_set (hash) VALUES ($1)",
};

static int
set_up(struct store *st, enum db_mode mode, struct err *e)
{
	size_t count;
	const struct schema_step *steps = schema_steps(&count);

	if (mode == DB_CREATE) {
		if (schema_upgrade(st->db, steps, count, e) < 0)
			return -1;
	} else if (schema_require(st->db, count, e) < 0) {
		return -1;
	}
	if (audit_open(st->db, &st->audit, e) < 0 ||
	    stmts_prepare(st->db, sql, STORE_ST_COUNT, st->st, e) < 0)
		return -1;
	return store_tags_open(st, e);
}

int
store_open(
    const char *path, enum db_mode mode, struct store **out, struct err *e)
{
	struct store *st = alloc_zero(1, sizeof(*st));

	if (db_open(path, mode, &st->db, e) < 0) {
		store_close(&st);
		return -1;
	}
	if (set_up(st, mode, e) < 0) {
		store_close(&st);
		return err_wrap(e, "%s", path);
	}
	*out = st;
	return 0;
}

void
store_close(struct store **st)
{
	struct store *s = *st;

	if (!s)
		return;
	*st = NULL;
	audit_close(&s->audit);
	stmts_finish(s->st, STORE_ST_COUNT);
	store_tags_close(s);
	db_close(&s->db);
	buf_clear(&s->buf);
	free(s);
}

struct db *
store_db(struct store *st)
{
	return st->db;
}

struct audit *
store_audit(struct store *st)
{
	return st->audit;
}

/* What was learnt in another transaction may not be so in the next. */
static void
forget(struct store *st)
{
	st->feed.id = 0;
	st->rule_set.id = 0;
	st->fresh_id = 0;
	audit_refresh(st->audit);
}

int
store_begin(struct store *st, struct err *e)
{
	forget(st);
	return db_begin(st->db, e);
}

int
store_commit(struct store *st, struct err *e)
{
	int r = db_commit(st->db, e);

	forget(st);
	return r;
}

void
store_rollback(struct store *st)
{
	db_rollback(st->db);
	forget(st);
}

/* Remember id for text until the transaction ends. */
static void
keep_name(struct store_name *name, struct str text, int64_t id)
{
	if (text.len > sizeof(name->text))
		return;
	memcpy(name->text, text.p, text.len);
	name->len = text.len;
	name->id = id;
}

static bool
is_kept(const struct store_name *name, struct str text)
{
	return name->id && text.p && name->len == text.len &&
	       memcmp(name->text, text.p, text.len) == 0;
}

/* Find text's id with the statement find: 1, 0 or -1. */
static int
find_name(struct store *st, struct db_stmt *find, struct store_name *name,
    struct str text, int64_t *id, struct err *e)
{
	int r;

	if (is_kept(name, text)) {
		*id = name->id;
		return 1;
	}
	db_bind_text(find, 1, text);
	r = db_step(find, e);
	if (r > 0)
		*id = db_col_int(find, 0);
	db_reset(find);
	if (r > 0 && db_is_in_transaction(st->db))
		keep_name(name, text, *id);
	return r;
}

/* As find_name(), and insert it with the statement add if it is new. */
static int
make_name(struct store *st, int find, struct store_name *name, struct str text,
    int64_t *id, struct err *e)
{
	struct db_stmt *add = st->st[find + 1];
	int r = find_name(st, st->st[find], name, text, id, e);

	if (r != 0)
		return r;
	db_bind_text(add, 1, text);
	if (db_run(add, e) < 0)
		return -1;
	*id = db_last_id(st->db);
	keep_name(name, text, *id);
	return 1;
}
_Static_assert(STORE_ST_FEED_ADD == STORE_ST_FEED_FIND + 1 &&
		   STORE_ST_RULES_ADD == STORE_ST_RULES_FIND + 1,
    "make_name() wants each insert after its search");

int
store_rule_set_id(struct store *st, struct str hash, int64_t *id, struct err *e)
{
	return make_name(st, STORE_ST_RULES_FIND, &st->rule_set, hash, id, e);
}

static int64_t
col_time(struct db_stmt *st, int i)
{
	return db_col_is_null(st, i) ? CLOCK_NONE : db_col_int(st, i);
}

static void
read_place(struct db_stmt *st, int i, struct place *out)
{
	*out = (struct place){
		.class = (enum place_class)db_col_int(st, i),
		.lat = db_col_real(st, i + 1),
		.lon = db_col_real(st, i + 2),
		.uncertainty_m = db_col_real(st, i + 3),
		.source = db_col_text(st, i + 4),
		.edition = db_col_text(st, i + 5),
		.area = db_col_text(st, i + 6),
		.district = db_col_text(st, i + 7),
		.grid_ref = db_col_text(st, i + 8),
		.near_name = db_col_text(st, i + 9),
		.near_m = db_col_real(st, i + 10),
		.near_bearing = db_col_text(st, i + 11),
	};
}

/* The present row of a STORE_SELECT_INCIDENT; text is the statement's. */
static void
read_incident(struct db_stmt *st, struct store_incident *out)
{
	*out = (struct store_incident){
		.id = db_col_int(st, 0),
		.feed = db_col_text(st, 1),
		.ref = db_col_text(st, 2),
		.first_ms = db_col_int(st, 3),
		.last_ms = db_col_int(st, 4),
		.opened_ms = col_time(st, 5),
		.updated_ms = col_time(st, 6),
		.closed_ms = col_time(st, 7),
		.message_count = db_col_int(st, 8),
		.rural_crime = db_col_int(st, 9) != 0,
		.in_progress = db_col_int(st, 10) != 0,
		.targeted = db_col_int(st, 11) != 0,
		.basis = db_col_text(st, 12),
		.rule_set = db_col_text(st, 13),
		.tagged_ms = col_time(st, 14),
		.status = db_col_text(st, 27),
		.grade = db_col_text(st, 28),
		.flags = db_col_text(st, 29),
	};
	read_place(st, 15, &out->place);
	out->place.how = db_col_text(st, 30);
	out->place.doubt = db_col_text(st, 31);
}

static void
copy_text(struct store_incident *row, struct arena *arena)
{
	struct place *p = &row->place;
	struct str *texts[] = { &row->feed, &row->ref, &row->basis,
		&row->rule_set, &row->status, &row->grade, &row->flags,
		&p->source, &p->edition, &p->area, &p->district, &p->grid_ref,
		&p->near_name, &p->near_bearing, &p->how, &p->doubt, NULL };

	for (struct str **text = texts; *text; text++)
		**text = arena_str(arena, **text);
}

static int
find_one(struct db_stmt *st, struct arena *arena, struct store_incident *out,
    struct err *e)
{
	int r = db_step(st, e);

	if (r > 0) {
		read_incident(st, out);
		copy_text(out, arena);
	}
	db_reset(st);
	return r;
}

int
store_incident_find(struct store *st, struct str feed, struct str ref,
    struct arena *arena, struct store_incident *out, struct err *e)
{
	int64_t feed_id;
	int r = find_name(
	    st, st->st[STORE_ST_FEED_FIND], &st->feed, feed, &feed_id, e);

	if (r <= 0)
		return r;
	db_bind_int(st->st[STORE_ST_FIND], 1, feed_id);
	db_bind_text(st->st[STORE_ST_FIND], 2, ref);
	return find_one(st->st[STORE_ST_FIND], arena, out, e);
}

int
store_incident_find_id(struct store *st, int64_t id, struct arena *arena,
    struct store_incident *out, struct err *e)
{
	db_bind_int(st->st[STORE_ST_FIND_ID], 1, id);
	return find_one(st->st[STORE_ST_FIND_ID], arena, out, e);
}

static void
bind_time(struct db_stmt *st, int i, int64_t ms)
{
	if (ms != CLOCK_NONE)
		db_bind_int(st, i, ms);
}

static void
bind_real(struct db_stmt *st, int i, double v)
{
	if (!isnan(v))
		db_bind_real(st, i, v);
}

static void
bind_place(struct db_stmt *st, int i, const struct place *p)
{
	db_bind_int(st, i, p->class);
	bind_real(st, i + 1, p->lat);
	bind_real(st, i + 2, p->lon);
	bind_real(st, i + 3, p->uncertainty_m);
	db_bind_text(st, i + 4, p->source);
	db_bind_text(st, i + 5, p->edition);
	db_bind_text(st, i + 6, p->area);
	db_bind_text(st, i + 7, p->district);
	db_bind_text(st, i + 8, p->grid_ref);
	db_bind_text(st, i + 9, p->near_name);
	if (p->near_name.p)
		bind_real(st, i + 10, p->near_m);
	db_bind_text(st, i + 11, p->near_bearing);
}

/* Parameters 1 to 28 of both statements; a NULL is what is not bound. */
static void
bind_derived(
    struct db_stmt *st, const struct store_incident *row, int64_t rule_set_id)
{
	db_bind_int(st, 1, row->last_ms);
	bind_time(st, 2, row->opened_ms);
	bind_time(st, 3, row->updated_ms);
	bind_time(st, 4, row->closed_ms);
	db_bind_int(st, 5, row->message_count);
	db_bind_int(st, 6, row->rural_crime);
	db_bind_int(st, 7, row->in_progress);
	db_bind_int(st, 8, row->targeted);
	db_bind_text(st, 9, row->basis.p ? row->basis : str_of("none"));
	if (rule_set_id)
		db_bind_int(st, 10, rule_set_id);
	bind_time(st, 11, row->tagged_ms);
	bind_place(st, 12, &row->place);
	db_bind_text(st, 24, row->status);
	db_bind_text(st, 25, row->grade);
	db_bind_text(st, 26, row->flags.p ? row->flags : str_of(""));
	db_bind_text(st, 27, row->place.how);
	db_bind_text(st, 28, row->place.doubt);
}

static int
add_incident(struct store *st, struct store_incident *row, int64_t rule_set_id,
    struct err *e)
{
	struct db_stmt *add = st->st[STORE_ST_ADD];
	int64_t feed_id;

	if (make_name(
		st, STORE_ST_FEED_FIND, &st->feed, row->feed, &feed_id, e) < 0)
		return -1;
	bind_derived(add, row, rule_set_id);
	db_bind_int(add, 29, feed_id);
	db_bind_text(add, 30, row->ref);
	db_bind_int(add, 31, row->first_ms);
	if (db_run(add, e) < 0)
		return -1;
	row->id = db_last_id(st->db);
	st->fresh_id = row->id;
	return 0;
}

int
store_incident_put(struct store *st, struct store_incident *row, struct err *e)
{
	struct db_stmt *update = st->st[STORE_ST_UPDATE];
	int64_t rule_set_id = 0;

	CHECK(db_is_in_transaction(st->db));
	CHECK(row->feed.p && row->ref.p);
	if (row->rule_set.p &&
	    store_rule_set_id(st, row->rule_set, &rule_set_id, e) < 0)
		return -1;
	if (row->id == 0)
		return add_incident(st, row, rule_set_id, e);
	bind_derived(update, row, rule_set_id);
	db_bind_int(update, 29, row->id);
	if (db_run(update, e) < 0)
		return -1;
	if (db_changes(st->db) != 1)
		return err_set(e, ERR_CORRUPT,
		    "incident %" PRId64 " has gone from the store", row->id);
	return 0;
}

/* The "collection" line: which message of which incident. */
static int
log_collection(struct store *st, int64_t incident_id,
    const struct store_message *msg, struct err *e)
{
	char detail[2 * HASH_BYTES + 32] = "{\"sha256\":\"";
	size_t len = strlen(detail);
	struct audit_row row = { .at_ms = msg->received_ms,
		.actor = STR_LIT("agent"),
		.event = AUDIT_COLLECTION,
		.incident_id = incident_id };

	hash_hex(msg->hash, HASH_BYTES, detail + len);
	len += 2 * (size_t)HASH_BYTES;
	detail[len++] = '"';
	detail[len++] = '}';
	row.detail = str_make(detail, len);
	return audit_add(st->audit, &row, e);
}

int
store_message_add(struct store *st, int64_t incident_id,
    struct store_message *msg, struct err *e)
{
	struct db_stmt *add = st->st[STORE_ST_MESSAGE_ADD];

	CHECK(db_is_in_transaction(st->db));
	db_bind_int(add, 1, incident_id);
	db_bind_blob(add, 2, str_make((const char *)msg->hash, HASH_BYTES));
	if (msg->revision != INCIDENT_NO_NUMBER)
		db_bind_int(add, 3, msg->revision);
	db_bind_int(add, 4, msg->received_ms);
	db_bind_text(add, 5, msg->file);
	db_bind_int(add, 6, msg->line);
	db_bind_blob(add, 7, msg->bytes.p ? msg->bytes : str_of(""));
	if (db_run(add, e) < 0)
		return -1;
	if (db_changes(st->db) == 0)
		return 0;
	msg->id = db_last_id(st->db);
	return log_collection(st, incident_id, msg, e) < 0 ? -1 : 1;
}

static int
read_message(struct db_stmt *st, struct arena *arena, struct store_message *out,
    struct err *e)
{
	struct str hash = db_col_blob(st, 1);

	*out = (struct store_message){
		.id = db_col_int(st, 0),
		.revision = db_col_is_null(st, 2) ? INCIDENT_NO_NUMBER
						  : db_col_int(st, 2),
		.received_ms = db_col_int(st, 3),
		.file = arena_str(arena, db_col_text(st, 4)),
		.line = db_col_int(st, 5),
		.bytes = arena_str(arena, db_col_blob(st, 6)),
	};
	if (hash.len != HASH_BYTES)
		return err_set(e, ERR_CORRUPT,
		    "the digest of stored message %" PRId64 " is damaged",
		    out->id);
	memcpy(out->hash, hash.p, HASH_BYTES);
	return 0;
}

/* Room for one more at the end of list. */
static struct store_message *
grow(struct arena *arena, struct store_message *list, size_t count, size_t *cap)
{
	struct store_message *more;

	if (count < *cap)
		return list;
	*cap = *cap ? 2 * *cap : 8;
	more = arena_alloc(arena, *cap, sizeof(*more));
	if (count)
		memcpy(more, list, count * sizeof(*more));
	return more;
}

int
store_messages_load(struct store *st, int64_t incident_id, struct arena *arena,
    struct store_message **out, size_t *count, struct err *e)
{
	struct db_stmt *all = st->st[STORE_ST_MESSAGES];
	struct store_message *list = NULL;
	size_t n = 0;
	size_t cap = 0;
	int r;

	db_bind_int(all, 1, incident_id);
	while ((r = db_step(all, e)) > 0) {
		list = grow(arena, list, n, &cap);
		if (read_message(all, arena, &list[n], e) < 0) {
			r = -1;
			break;
		}
		n++;
	}
	db_reset(all);
	*out = list;
	*count = n;
	return r;
}

void
store_read_listed(struct db_stmt *st, struct store_incident *row)
{
	read_incident(st, row);
	row->themes = db_col_text(st, 32);
}

/* Run a list statement to its end. */
static int
list_rows(struct db_stmt *st,
    void (*each)(void *user, const struct store_incident *row), void *user,
    struct err *e)
{
	struct store_incident row;
	int r;

	while ((r = db_step(st, e)) > 0) {
		store_read_listed(st, &row);
		each(user, &row);
	}
	db_reset(st);
	return r;
}

int
store_incident_list(struct store *st, const struct store_filter *filter,
    void (*each)(void *user, const struct store_incident *row), void *user,
    struct err *e)
{
	struct db_stmt *list;

	CHECK(filter->limit > 0);
	if (filter->theme.p) {
		list = st->st[STORE_ST_LIST_THEME];
		db_bind_text(list, 1, filter->theme);
		bind_time(list, 2, filter->since_ms);
		db_bind_int(list, 3, filter->limit);
	} else if (filter->since_ms != CLOCK_NONE) {
		list = st->st[STORE_ST_LIST_SINCE];
		db_bind_int(list, 1, filter->since_ms);
		db_bind_int(list, 2, filter->limit);
	} else {
		list = st->st[STORE_ST_LIST];
		db_bind_int(list, 1, filter->limit);
	}
	return list_rows(list, each, user, e);
}

int
store_incident_list_ref(struct store *st, struct str ref,
    void (*each)(void *user, const struct store_incident *row), void *user,
    struct err *e)
{
	db_bind_text(st->st[STORE_ST_LIST_REF], 1, ref);
	return list_rows(st->st[STORE_ST_LIST_REF], each, user, e);
}

int
store_incident_near(struct store *st, const struct store_near *near,
    void (*each)(void *user, int64_t id), void *user, struct err *e)
{
	struct db_stmt *q = st->st[STORE_ST_NEAR];
	int r;

	db_bind_int(q, 1, near->from_ms);
	db_bind_int(q, 2, near->to_ms);
	db_bind_real(q, 3, near->south);
	db_bind_real(q, 4, near->north);
	db_bind_real(q, 5, near->west);
	db_bind_real(q, 6, near->east);
	while ((r = db_step(q, e)) > 0)
		each(user, db_col_int(q, 0));
	db_reset(q);
	return r;
}

int
store_count(
    struct store *st, int64_t *incidents, int64_t *messages, struct err *e)
{
	struct db_stmt *numbers = st->st[STORE_ST_NUMBERS];

	if (db_step(numbers, e) < 0)
		return -1;
	*incidents = db_col_int(numbers, 0);
	*messages = db_col_int(numbers, 1);
	db_reset(numbers);
	return 0;
}
