/*
 * The tables of series.  Signs are rows of their own, keyed by the order of
 * incidents, so that those around an incident are one walk along the index on
 * each side, and a limit cuts where the order says and not where rows happen
 * to lie.
 *
 * Decided against: an R*Tree over time and place.  A sign is rare, so few rows
 * stand in its window; they are looked at in memory, and those that need no
 * place (same vehicle) are found the same way.
 */
#include "agent/store/digests.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/stmts.h"
#include "agent/store/store.h"
#include "rules/limits.h"

enum {
	ST_FIND,
	ST_PUT,
	ST_SIGN_DROP,
	ST_SIGN_ADD,
	ST_BEFORE,
	ST_AFTER,
	ST_BETWEEN,
	ST_ERASED,
	ST_LINK_DROP,
	ST_LINK_ADD,
	ST_LINK_LIST,
	ST_COUNT
};

#define COLUMNS                                                       \
	" d.at_ms, d.lat, d.lon, d.uncertainty_m, d.plates, d.signs," \
	" d.rule_set_id, d.turns"

#define SELECT_AROUND                                             \
	"SELECT s.incident_id," COLUMNS                           \
	", s.ref, s.feed FROM series_sign s JOIN series_digest d" \
	" ON d.incident_id = s.incident_id WHERE s.sign = $1"

static const char *const sql[ST_COUNT] = {
	[ST_FIND] = "SELECT d.incident_id," COLUMNS
		    " FROM series_digest d WHERE d.incident_id = $1",
	[ST_PUT] =
	    "INSERT INTO series_digest (incident_id, at_ms, lat, lon,"
	    " uncertainty_m, rule_set_id, turns, plates, signs)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
	    " ON CONFLICT (incident_id) DO UPDATE SET at_ms = excluded.at_ms,"
	    " lat = excluded.lat, lon = excluded.lon,"
	    " uncertainty_m = excluded.uncertainty_m,"
	    " rule_set_id = excluded.rule_set_id, turns = excluded.turns,"
	    " plates = excluded.plates, signs = excluded.signs",
	[ST_SIGN_DROP] = "DELETE FROM series_sign WHERE sign = $1"
			 " AND at_ms = $2 AND ref = $3 AND feed = $4",
	[ST_SIGN_ADD] = "INSERT INTO series_sign (sign, at_ms, ref, feed,"
			" incident_id) VALUES ($1, $2, $3, $4, $5)",
	[ST_BEFORE] = SELECT_AROUND
	" AND s.at_ms >= $2 AND (s.at_ms, s.ref, s.feed) < ($3, $4, $5)"
	" ORDER BY s.at_ms DESC, s.ref DESC, s.feed DESC LIMIT $6",
	[ST_AFTER] = SELECT_AROUND
	" AND s.at_ms <= $2 AND (s.at_ms, s.ref, s.feed) > ($3, $4, $5)"
	" ORDER BY s.at_ms, s.ref, s.feed LIMIT $6",
	[ST_BETWEEN] = SELECT_AROUND " AND s.at_ms BETWEEN $2 AND $3 LIMIT $4",
	[ST_ERASED] = "SELECT count FROM series_erasure",
	[ST_LINK_DROP] = "DELETE FROM series_link WHERE incident_id = $1",
	[ST_LINK_ADD] = "INSERT INTO series_link (incident_id, series,"
			" other_id) VALUES ($1, $2, $3)",
	[ST_LINK_LIST] =
	    "SELECT l.series, f.name, i.ref FROM series_link l"
	    " JOIN incident i ON i.id = l.incident_id"
	    " JOIN feed f ON f.id = i.feed_id WHERE l.other_id = $1"
	    " ORDER BY i.opened_ms, i.ref, f.name, l.series",
};

struct digests {
	struct store *store; /* borrowed */
	struct db_stmt *st[ST_COUNT];
	struct buf plates, signs; /* owned; being written */
};

int
digests_open(struct store *st, struct digests **out, struct err *e)
{
	struct digests *d = alloc_zero(1, sizeof(*d));

	d->store = st;
	if (stmts_prepare(store_db(st), sql, ST_COUNT, d->st, e) < 0) {
		digests_close(&d);
		return -1;
	}
	*out = d;
	return 0;
}

void
digests_close(struct digests **d)
{
	if (!*d)
		return;
	stmts_finish((*d)->st, ST_COUNT);
	buf_clear(&(*d)->plates);
	buf_clear(&(*d)->signs);
	free(*d);
	*d = NULL;
}

/* ---- Lists in a column ---- */

#define SEPARATOR ','

static struct str
join(struct buf *out, const struct str *list, size_t count)
{
	buf_reset(out);
	buf_add_text(out, "");
	buf_reserve(out, 1);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_add_char(out, SEPARATOR);
		buf_add_str(out, list[i]);
	}
	return str_make(out->p, out->len);
}

static const struct str *
split(struct str text, struct arena *arena, size_t *count)
{
	struct str s = arena_str(arena, text);
	struct str *list;
	size_t most = 1;

	for (size_t i = 0; i < s.len; i++)
		most += s.p[i] == SEPARATOR;
	list = arena_alloc(arena, most, sizeof(*list));
	*count = 0;
	while (s.len > 0) {
		const char *end = memchr(s.p, SEPARATOR, s.len);
		size_t len = end ? (size_t)(end - s.p) : s.len;

		list[(*count)++] = str_make(s.p, len);
		len += end != NULL;
		s = str_make(s.p + len, s.len - len);
	}
	return list;
}

/* ---- Rows ---- */

static void
read_row(struct db_stmt *q, struct arena *arena, struct digests_row *out)
{
	struct series_digest *d = &out->digest;

	*out = (struct digests_row){ .rule_set_id = db_col_int(q, 7),
		.turns = db_col_int(q, 8) };
	d->id = db_col_int(q, 0);
	d->at_ms = db_col_is_null(q, 1) ? CLOCK_NONE : db_col_int(q, 1);
	d->lat = db_col_real(q, 2);
	d->lon = db_col_real(q, 3);
	d->uncertainty_m = db_col_real(q, 4);
	d->plates = split(db_col_text(q, 5), arena, &d->plate_count);
	d->signs = split(db_col_text(q, 6), arena, &d->sign_count);
}

int
digests_find(struct digests *d, int64_t incident_id, struct arena *arena,
    struct digests_row *out, struct err *e)
{
	struct db_stmt *q = d->st[ST_FIND];
	int r;

	db_bind_int(q, 1, incident_id);
	r = db_step(q, e);
	if (r > 0)
		read_row(q, arena, out);
	db_reset(q);
	return r;
}

/* Run st for each sign of digest, whose rows it drops or adds. */
static int
each_sign(struct db_stmt *st, const struct series_digest *digest, bool with_id,
    struct err *e)
{
	for (size_t i = 0; i < digest->sign_count; i++) {
		db_bind_text(st, 1, digest->signs[i]);
		db_bind_int(st, 2, digest->at_ms);
		db_bind_text(st, 3, digest->ref);
		db_bind_text(st, 4, digest->feed);
		if (with_id)
			db_bind_int(st, 5, digest->id);
		if (db_run(st, e) < 0)
			return -1;
	}
	return 0;
}

static int
put_row(struct digests *d, const struct digests_row *row, struct err *e)
{
	const struct series_digest *digest = &row->digest;
	struct db_stmt *put = d->st[ST_PUT];

	db_bind_int(put, 1, digest->id);
	if (digest->at_ms == CLOCK_NONE)
		db_bind_null(put, 2);
	else
		db_bind_int(put, 2, digest->at_ms);
	db_bind_real(put, 3, digest->lat);
	db_bind_real(put, 4, digest->lon);
	db_bind_real(put, 5, digest->uncertainty_m);
	db_bind_int(put, 6, row->rule_set_id);
	db_bind_int(put, 7, row->turns);
	db_bind_text(
	    put, 8, join(&d->plates, digest->plates, digest->plate_count));
	db_bind_text(
	    put, 9, join(&d->signs, digest->signs, digest->sign_count));
	return db_run(put, e);
}

int
digests_put(struct digests *d, const struct digests_row *row,
    const struct series_digest *was, struct err *e)
{
	CHECK(db_is_in_transaction(store_db(d->store)));
	if (put_row(d, row, e) < 0)
		return -1;
	if (was && series_digest_is_equal(was, &row->digest))
		return 0;
	if (was && each_sign(d->st[ST_SIGN_DROP], was, false, e) < 0)
		return -1;
	return each_sign(d->st[ST_SIGN_ADD], &row->digest, true, e);
}

/* ---- Around an incident ---- */

/* Rows while they are read; the arena's. */
struct list {
	struct digests_row *rows;
	size_t count, cap;
	struct arena *arena;
};

static void
add_row(struct list *l, struct db_stmt *q)
{
	struct digests_row *row;

	if (l->count == l->cap) {
		struct digests_row *more;

		l->cap = l->cap ? 2 * l->cap : 64;
		more = arena_alloc(l->arena, l->cap, sizeof(*more));
		if (l->count > 0)
			memcpy(more, l->rows, l->count * sizeof(*more));
		l->rows = more;
	}
	row = &l->rows[l->count++];
	read_row(q, l->arena, row);
	row->digest.ref = arena_str(l->arena, db_col_text(q, 9));
	row->digest.feed = arena_str(l->arena, db_col_text(q, 10));
}

/* Those with sign on one side of digest, as far as until_ms. */
static int
read_side(struct db_stmt *q, struct str sign,
    const struct series_digest *digest, int64_t until_ms, struct list *l,
    struct err *e)
{
	size_t before = l->count;
	int r;

	db_bind_text(q, 1, sign);
	db_bind_int(q, 2, until_ms);
	db_bind_int(q, 3, digest->at_ms);
	db_bind_text(q, 4, digest->ref);
	db_bind_text(q, 5, digest->feed);
	db_bind_int(q, 6, LIMITS_SERIES_POOL_MAX);
	while ((r = db_step(q, e)) > 0)
		add_row(l, q);
	db_reset(q);
	if (r < 0)
		return -1;
	return l->count - before == LIMITS_SERIES_POOL_MAX;
}

static int
compare_ids(const void *a, const void *b)
{
	int64_t x = ((const struct digests_row *)a)->digest.id;
	int64_t y = ((const struct digests_row *)b)->digest.id;

	return x < y ? -1 : x > y;
}

/* One row for each incident, whichever signs it was found by. */
static size_t
keep_once(struct digests_row *rows, size_t count)
{
	size_t kept = 0;

	if (count > 1)
		qsort(rows, count, sizeof(*rows), compare_ids);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || rows[i].digest.id != rows[kept - 1].digest.id)
			rows[kept++] = rows[i];
	return kept;
}

static void
give_list(const struct list *l, struct digests_list *out)
{
	out->rows = l->rows;
	out->count = keep_once(l->rows, l->count);
}

int
digests_around(struct digests *d, const struct series_digest *digest,
    const struct series_reach *reach, struct arena *arena,
    struct digests_list *out, struct err *e)
{
	struct list l = { .arena = arena };

	*out = (struct digests_list){ .is_full = false };
	for (size_t i = 0; i < reach->sign_count; i++) {
		int before = read_side(d->st[ST_BEFORE], reach->signs[i],
		    digest, digest->at_ms - reach->window_ms, &l, e);
		int after =
		    before < 0
			? -1
			: read_side(d->st[ST_AFTER], reach->signs[i], digest,
			      digest->at_ms + reach->window_ms, &l, e);

		if (after < 0)
			return -1;
		out->is_full = out->is_full || before > 0 || after > 0;
	}
	give_list(&l, out);
	return 0;
}

int
digests_between(struct digests *d, const struct digests_span *span,
    struct arena *arena, struct digests_list *out, struct err *e)
{
	struct db_stmt *q = d->st[ST_BETWEEN];
	struct list l = { .arena = arena };

	*out = (struct digests_list){ .is_full = false };
	for (size_t i = 0; i < span->sign_count; i++) {
		size_t before = l.count;
		int r;

		db_bind_text(q, 1, span->signs[i]);
		db_bind_int(q, 2, span->from_ms);
		db_bind_int(q, 3, span->until_ms);
		db_bind_int(q, 4, (int64_t)span->limit + 1);
		while ((r = db_step(q, e)) > 0)
			add_row(&l, q);
		db_reset(q);
		if (r < 0)
			return -1;
		out->is_full = out->is_full || l.count - before > span->limit;
	}
	give_list(&l, out);
	return 0;
}

/* ---- Links ---- */

static int
add_links(struct digests *d, int64_t incident_id, const struct rules_hit *hit,
    struct err *e)
{
	struct db_stmt *add = d->st[ST_LINK_ADD];

	for (size_t i = 0; i < hit->evidence_count; i++) {
		if (!hit->evidence[i].link)
			continue;
		db_bind_int(add, 1, incident_id);
		db_bind_text(add, 2, hit->rule);
		db_bind_int(add, 3, hit->evidence[i].link->id);
		if (db_run(add, e) < 0)
			return -1;
	}
	return 0;
}

int
digests_erased(struct digests *d, int64_t *out, struct err *e)
{
	struct db_stmt *q = d->st[ST_ERASED];
	int r = db_step(q, e);

	*out = r > 0 ? db_col_int(q, 0) : 0;
	db_reset(q);
	return r < 0 ? -1 : 0;
}

int
digests_link_put(struct digests *d, int64_t incident_id,
    const struct series_hit *hits, size_t count, struct err *e)
{
	struct db_stmt *drop = d->st[ST_LINK_DROP];

	CHECK(db_is_in_transaction(store_db(d->store)));
	db_bind_int(drop, 1, incident_id);
	if (db_run(drop, e) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (!hits[i].is_shadow &&
		    add_links(d, incident_id, &hits[i].hit, e) < 0)
			return -1;
	return 0;
}

int
digests_link_list(struct digests *d, int64_t incident_id,
    void (*each)(void *user, const struct digests_link *link), void *user,
    struct err *e)
{
	struct db_stmt *q = d->st[ST_LINK_LIST];
	int r;

	db_bind_int(q, 1, incident_id);
	while ((r = db_step(q, e)) > 0) {
		const struct digests_link link = {
			.series = db_col_text(q, 0),
			.feed = db_col_text(q, 1),
			.ref = db_col_text(q, 2),
		};
		each(user, &link);
	}
	db_reset(q);
	return r;
}
