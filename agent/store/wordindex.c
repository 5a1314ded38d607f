/*
 * The texts, and the walk over what was there before.
 *
 * The texts that are indexed are kept beside the index (search_text), though
 * the messages hold them too: to take words out of the index SQLite has to be
 * given exactly what was put in, and the way a record is folded may change
 * with the program.
 */
#include "agent/store/wordindex.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/geo/place.h"
#include "agent/incident/incident.h"
#include "agent/store/record.h"
#include "agent/store/sightings.h"
#include "agent/store/stmts.h"
#include "agent/store/store.h"

#define PHONE_DIGITS_MIN 10 /* with the 0 */
#define PHONE_DIGITS_MAX 18
#define DIGEST_BYTES     16
#define PIECE_MAX        256
#define CLEAN_PAGES      64 /* of the index that are merged in a piece */

enum {
	ST_PUT,
	ST_CALLER_PUT,
	ST_CALLER_GONE,
	ST_STATE,
	ST_BEHIND,
	ST_IS_IN,
	ST_SPOT,
	ST_BUILT,
	ST_CHANGES,
	ST_MERGE,
	ST_CLEANING,
	ST_COUNT
};

static const char *const sql[ST_COUNT] = {
	[ST_PUT] = "INSERT INTO search_text (id, refs, place, log)"
		   " VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET"
		   " refs = excluded.refs, place = excluded.place,"
		   " log = excluded.log"
		   " WHERE refs <> excluded.refs OR place <> excluded.place"
		   " OR log <> excluded.log",
	[ST_CALLER_PUT] = "INSERT INTO caller (incident_id, digest)"
			  " VALUES ($1, $2) ON CONFLICT (incident_id)"
			  " DO UPDATE SET digest = excluded.digest"
			  " WHERE digest <> excluded.digest",
	[ST_CALLER_GONE] = "DELETE FROM caller WHERE incident_id = $1",
	[ST_STATE] = "SELECT first_id, build_id, erased, secret"
		     " FROM search_state",
	[ST_BEHIND] = "SELECT id FROM incident WHERE id <= $1"
		      " ORDER BY id DESC LIMIT $2",
	[ST_IS_IN] = "SELECT 1 FROM search_text WHERE id = $1",
	[ST_SPOT] = "INSERT INTO incident_spot"
		    " SELECT id, x, x, y, y, s, s FROM incident_spot_new n"
		    " WHERE id = $1 AND NOT EXISTS"
		    " (SELECT 1 FROM incident_spot s WHERE s.id = n.id)",
	[ST_BUILT] = "UPDATE search_state SET build_id = $1",
	[ST_CHANGES] = "SELECT total_changes()",
	[ST_MERGE] = "INSERT INTO search_words (search_words, rank)"
		     " VALUES ('merge', $1)",
	[ST_CLEANING] = "UPDATE search_state SET erased = $1"
			" WHERE erased = $2",
};

struct wordindex {
	struct store *store;         /* borrowed */
	struct sightings *sightings; /* owned */
	struct db_stmt *st[ST_COUNT];
	uint8_t secret[HASH_BYTES]; /* of this database, for callers */
	struct buf refs, place, log;
};

/* What search_state says. */
struct state {
	int64_t first_id, build_id, erased;
};

static int
read_state(struct wordindex *w, struct state *out, struct err *e)
{
	struct db_stmt *st = w->st[ST_STATE];
	struct str secret;

	if (db_step(st, e) <= 0) {
		db_reset(st);
		return err_set(e, ERR_CORRUPT,
		    "the table search_state has no row: restore the last "
		    "backup");
	}
	*out = (struct state){ db_col_int(st, 0), db_col_int(st, 1),
		db_col_int(st, 2) };
	secret = db_col_blob(st, 3);
	CHECK(secret.len == sizeof w->secret);
	memcpy(w->secret, secret.p, sizeof w->secret);
	db_reset(st);
	return 0;
}

int
wordindex_open(struct store *store, struct wordindex **out, struct err *e)
{
	struct wordindex *w = alloc_zero(1, sizeof *w);
	struct state state;

	w->store = store;
	if (stmts_prepare(store_db(store), sql, ST_COUNT, w->st, e) < 0 ||
	    sightings_open(store_db(store), &w->sightings, e) < 0 ||
	    read_state(w, &state, e) < 0) {
		wordindex_close(&w);
		return -1;
	}
	*out = w;
	return 0;
}

void
wordindex_close(struct wordindex **w)
{
	struct wordindex *x = *w;

	if (!x)
		return;
	*w = NULL;
	sightings_close(&x->sightings);
	stmts_finish(x->st, ST_COUNT);
	buf_clear(&x->refs);
	buf_clear(&x->place);
	buf_clear(&x->log);
	free(x);
}

/* --- the texts --- */

/*
 * Add a line.  Control characters become spaces: the marks that are put round
 * what was found are two of them.
 */
static void
add_line(struct buf *b, struct str text)
{
	size_t from = b->len;

	if (text.len == 0)
		return;
	if (b->len > 0)
		buf_add_char(b, '\n');
	buf_add_str(b, text);
	for (size_t i = from + (from > 0); i < b->len; i++)
		if ((unsigned char)b->p[i] < ' ' && b->p[i] != '\n')
			b->p[i] = ' ';
}

/* The whole characters of text that fit into room bytes. */
static struct str
cut(struct str text, size_t room)
{
	if (text.len <= room)
		return text;
	while (room > 0 && ((unsigned char)text.p[room] & 0xc0) == 0x80)
		room--;
	return str_make(text.p, room);
}

static void
write_texts(
    struct wordindex *w, const struct incident *in, const struct place *place)
{
	const struct str refs[] = { in->id, in->crime_no, in->opening_code,
		in->closing_code };
	const struct str places[] = { in->location_text, place->near_name,
		place->district, in->beat, place->grid_ref };

	buf_reset(&w->refs);
	buf_reset(&w->place);
	buf_reset(&w->log);
	for (size_t i = 0; i < sizeof refs / sizeof refs[0]; i++)
		add_line(&w->refs, refs[i]);
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
		add_line(&w->place, places[i]);
	for (size_t i = 0; i < in->log_count && w->log.len < WORDINDEX_LOG_MAX;
	     i++)
		add_line(&w->log,
		    cut(in->log[i].text, WORDINDEX_LOG_MAX - w->log.len));
}

/* A text that is given, if empty. */
static struct str
given(const struct buf *b)
{
	return b->len > 0 ? buf_str(b) : str_of("");
}

static int
put_texts(struct wordindex *w, int64_t id, struct err *e)
{
	struct db_stmt *st = w->st[ST_PUT];

	db_bind_int(st, 1, id);
	db_bind_text(st, 2, given(&w->refs));
	db_bind_text(st, 3, given(&w->place));
	db_bind_text(st, 4, given(&w->log));
	return db_run(st, e);
}

/* --- the caller --- */

/* The digits of phone; their number, 0 if there are too many. */
static size_t
read_digits(struct str phone, char out[PHONE_DIGITS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < phone.len; i++) {
		if (phone.p[i] < '0' || phone.p[i] > '9')
			continue;
		if (n == PHONE_DIGITS_MAX)
			return 0;
		out[n++] = phone.p[i];
	}
	return n;
}

/* How many of the digits say no more than "Britain": "44", "0044". */
static size_t
country(const char *digits, size_t n)
{
	if (n > 4 && memcmp(digits, "0044", 4) == 0)
		return 4;
	return n >= 12 && memcmp(digits, "44", 2) == 0 ? 2 : 0;
}

bool
wordindex_caller(struct str phone, struct str secret, uint8_t out[DIGEST_BYTES])
{
	char digits[PHONE_DIGITS_MAX];
	uint8_t digest[HASH_BYTES];
	struct hash *h;
	size_t n = read_digits(phone, digits);
	size_t from = country(digits, n);

	/* "+44 (0)7…" has the national 0 too, which others lack. */
	while (from < n && digits[from] == '0')
		from++;
	if (n - from < PHONE_DIGITS_MIN - 1)
		return false;
	h = hash_new();
	hash_add(h, secret);
	hash_add(h, str_make(digits + from, n - from));
	hash_finish(&h, digest);
	memcpy(out, digest, DIGEST_BYTES);
	return true;
}

static int
put_caller(struct wordindex *w, int64_t id, struct str phone, struct err *e)
{
	uint8_t digest[DIGEST_BYTES];
	bool is_known = wordindex_caller(
	    phone, str_make((const char *)w->secret, sizeof w->secret), digest);
	struct db_stmt *st = w->st[is_known ? ST_CALLER_PUT : ST_CALLER_GONE];

	db_bind_int(st, 1, id);
	if (is_known)
		db_bind_blob(
		    st, 2, str_make((const char *)digest, sizeof digest));
	return db_run(st, e);
}

int
wordindex_put(struct wordindex *w, int64_t incident_id,
    const struct incident *record, const struct place *place,
    struct arena *arena, struct err *e)
{
	write_texts(w, record, place);
	if (put_texts(w, incident_id, e) < 0 ||
	    put_caller(w, incident_id, record->informant.phone, e) < 0)
		return -1;
	return sightings_put(w->sightings, incident_id, record, arena, e);
}

/* --- what was there before --- */

/* One that was there before, as it was read ahead of the transaction. */
struct behind {
	int64_t id;
	bool is_readable;
	struct incident record;
	struct store_incident row;
};

/* The next ids at and below from; their number, or -1. */
static int
find_behind(struct wordindex *w, int64_t from, int64_t count,
    struct behind *out, struct err *e)
{
	struct db_stmt *st = w->st[ST_BEHIND];
	int n = 0, r;

	db_bind_int(st, 1, from);
	db_bind_int(st, 2, count);
	while ((r = db_step(st, e)) > 0)
		out[n++].id = db_col_int(st, 0);
	db_reset(st);
	return r < 0 ? -1 : n;
}

/* One that cannot be read any more is found by its place alone. */
static int
read_behind(
    struct wordindex *w, struct behind *b, struct arena *arena, struct err *e)
{
	struct err why = { 0 };
	int r = store_incident_find_id(w->store, b->id, arena, &b->row, e);

	if (r <= 0)
		return r;
	if (record_load(w->store, b->id, arena, NULL, &b->record, &why) == 0) {
		b->is_readable = true;
		return 0;
	}
	if (why.code == ERR_CORRUPT)
		return 0;
	*e = why;
	return -1;
}

/*
 * Is it in?  A message that came since it was read has put it in, newer than
 * it was read.
 */
static int
is_in(struct wordindex *w, int64_t id, struct err *e)
{
	struct db_stmt *st = w->st[ST_IS_IN];
	int r;

	db_bind_int(st, 1, id);
	r = db_step(st, e);
	db_reset(st);
	return r;
}

static int
put_behind(struct wordindex *w, const struct behind *b, struct arena *arena,
    struct err *e)
{
	struct db_stmt *st = w->st[ST_SPOT];
	struct store_incident now;
	int r;

	/* It may have been erased since. */
	r = store_incident_find_id(w->store, b->id, arena, &now, e);
	if (r <= 0)
		return r;
	db_bind_int(st, 1, b->id);
	if (db_run(st, e) < 0)
		return -1;
	r = b->is_readable ? is_in(w, b->id, e) : 1;
	if (r != 0)
		return r < 0 ? -1 : 0;
	return wordindex_put(w, b->id, &b->record, &b->row.place, arena, e);
}

static int
put_piece(struct wordindex *w, const struct behind *piece, int count,
    struct arena *arena, struct err *e)
{
	for (int i = 0; i < count; i++)
		if (put_behind(w, &piece[i], arena, e) < 0)
			return -1;
	db_bind_int(
	    w->st[ST_BUILT], 1, count > 0 ? piece[count - 1].id - 1 : 0);
	return db_run(w->st[ST_BUILT], e);
}

int
wordindex_build(
    struct wordindex *w, int64_t count, struct arena *arena, struct err *e)
{
	struct behind *piece;
	struct state state;
	int n;

	CHECK(count > 0 && count <= PIECE_MAX);
	if (read_state(w, &state, e) < 0)
		return -1;
	if (state.build_id == 0)
		return 0;
	arena_reset(arena);
	piece = arena_alloc(arena, (size_t)count, sizeof *piece);
	n = find_behind(w, state.build_id, count, piece, e);
	for (int i = 0; i < n; i++)
		if (read_behind(w, &piece[i], arena, e) < 0)
			return -1;
	if (n < 0 || store_begin(w->store, e) < 0)
		return -1;
	if (put_piece(w, piece, n, arena, e) < 0) {
		store_rollback(w->store);
		return -1;
	}
	if (store_commit(w->store, e) < 0)
		return -1;
	return n > 0;
}

int
wordindex_left(struct wordindex *w, int64_t *left, int64_t *all, struct err *e)
{
	struct state state;

	if (read_state(w, &state, e) < 0)
		return -1;
	*left = state.build_id;
	*all = state.first_id;
	return 0;
}

/* --- what was erased --- */

static int
count_changes(struct wordindex *w, int64_t *out, struct err *e)
{
	int r = db_step(w->st[ST_CHANGES], e);

	if (r > 0)
		*out = db_col_int(w->st[ST_CHANGES], 0);
	db_reset(w->st[ST_CHANGES]);
	return r < 0 ? -1 : 0;
}

/*
 * Merge some pages: all parts of the index if it is the first time since
 * something was erased, else on with what was begun, so that parts that are
 * newer than the erasure do not make it begin anew.  1 if there was anything
 * to merge ("less than 2 changes" says that there was not: FTS5, 6.8).
 */
static int
merge(struct wordindex *w, bool is_first, struct err *e)
{
	int64_t before = 0, after = 0;

	if (count_changes(w, &before, e) < 0)
		return -1;
	db_bind_int(w->st[ST_MERGE], 1, is_first ? -CLEAN_PAGES : CLEAN_PAGES);
	if (db_run(w->st[ST_MERGE], e) < 0 || count_changes(w, &after, e) < 0)
		return -1;
	return after - before >= 2;
}

static int
set_cleaning(struct wordindex *w, int64_t to, int64_t from, struct err *e)
{
	db_bind_int(w->st[ST_CLEANING], 1, to);
	db_bind_int(w->st[ST_CLEANING], 2, from);
	return db_run(w->st[ST_CLEANING], e);
}

static int
clean(struct wordindex *w, bool is_first, struct err *e)
{
	int more = merge(w, is_first, e);

	if (more < 0)
		return -1;
	if (is_first && set_cleaning(w, 2, 1, e) < 0)
		return -1;
	if (!more && !is_first && set_cleaning(w, 0, 2, e) < 0)
		return -1;
	return is_first || more;
}

int
wordindex_clean(struct wordindex *w, struct err *e)
{
	struct state state;
	int r;

	if (read_state(w, &state, e) < 0)
		return -1;
	if (state.erased == 0)
		return 0;
	if (store_begin(w->store, e) < 0)
		return -1;
	r = clean(w, state.erased == 1, e);
	if (r < 0) {
		store_rollback(w->store);
		return -1;
	}
	return store_commit(w->store, e) < 0 ? -1 : r;
}
