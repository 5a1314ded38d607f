/*
 * The tables of tracks: a row for the whole, a row for each chunk, and a box
 * for each chunk in an R*Tree over place and time.
 *
 * The R*Tree's numbers are 32-bit floats, rounded outward by SQLite: seconds
 * since 2020 are good to 16 s until 2028 and to 32 s until 2037, so a window
 * finds some chunks too many and never one too few.  Who asks looks at the
 * fixes themselves.
 *
 * Decided against: a box for each fix (100 million rows of 60 bytes); the time
 * outside the R*Tree (a place that every patrol passes has thousands of chunks,
 * of which a time leaves a few).
 */
#include "agent/store/trackstore.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/stmts.h"

/* 2020-01-01, where the R*Tree's seconds begin. */
#define BOX_EPOCH_MS INT64_C(1577836800000)

#define M_PER_DEG 111195.0

enum {
	ST_ADD,
	ST_COUNT_MORE,
	ST_FIND_ID,
	ST_FIND_SHA,
	ST_EACH,
	ST_CLOCK,
	ST_TWIN,
	ST_TWINS,
	ST_HOLD,
	ST_DELETE,
	ST_OLD,
	ST_FIND_LIVE,
	ST_OLD_LIVE,
	ST_CHUNK_ADD,
	ST_CHUNK_LAST,
	ST_CHUNK_FIND,
	ST_CHUNK_EACH,
	ST_BOX_ADD,
	ST_BOX_TIME,
	ST_BOX_DELETE,
	ST_BOX_FIND,
	ST_COUNT
};

#define COLUMNS                                                              \
	"t.id, t.class, t.name, t.unit, t.format, t.sha256, t.size_bytes,"   \
	" t.origin, t.is_kept, t.clip, t.clock, t.correction_ms,"            \
	" t.uncertainty_ms, t.clock_why, t.fixes, t.timed, t.kept,"          \
	" t.skipped, t.first_ms, t.last_ms, t.imported_ms, t.actor, t.hold," \
	" t.stated, t.created_ms, t.is_by_name, t.twin_id, t.twin_ahead_ms"
#define COLUMN_COUNT 28

/* No incident that it could show is held (holds.h). */
#define FOR_NOBODY                                                 \
	" AND NOT EXISTS (SELECT 1 FROM track_match m JOIN hold h" \
	" ON h.incident_id = m.incident_id AND h.ended_ms IS NULL" \
	" WHERE m.track_id = track.id)"

static const char *const sql[ST_COUNT] = {
	[ST_ADD] =
	    "INSERT INTO track (class, name, unit, format, sha256, size_bytes,"
	    " origin, is_kept, clip, clock, correction_ms, uncertainty_ms,"
	    " clock_why, skipped, imported_ms, actor, hold, stated, created_ms,"
	    " is_by_name, twin_id, twin_ahead_ms, fixes, timed, kept)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
	    " $14, $15, $16, $17, $18, nullif($19, 0), $20,"
	    " nullif($21, 0), $22, 0, 0, 0) ON CONFLICT (sha256) DO NOTHING",
	[ST_COUNT_MORE] =
	    "UPDATE track SET fixes = fixes + $1, timed = timed + $2,"
	    " kept = kept + $3,"
	    " first_ms = CASE WHEN first_ms <= $4 OR $4 IS NULL"
	    " THEN first_ms ELSE $4 END,"
	    " last_ms = CASE WHEN last_ms >= $5 OR $5 IS NULL"
	    " THEN last_ms ELSE $5 END WHERE id = $6",
	[ST_FIND_ID] = "SELECT " COLUMNS " FROM track t WHERE t.id = $1",
	[ST_FIND_SHA] = "SELECT " COLUMNS " FROM track t WHERE t.sha256 = $1",
	[ST_EACH] = "SELECT " COLUMNS " FROM track t"
		    " WHERE ($1 = 0 OR t.class = $1)"
		    " AND ($2 IS NULL OR t.unit = $2)"
		    " AND ($3 = 0 OR t.sha256 IS NULL)"
		    " AND ($4 IS NULL OR t.correction_ms IS NULL"
		    " OR t.last_ms IS NULL"
		    " OR t.last_ms + t.correction_ms >= $4)"
		    " AND ($5 IS NULL OR t.correction_ms IS NULL"
		    " OR t.first_ms IS NULL"
		    " OR t.first_ms + t.correction_ms <= $5)"
		    " ORDER BY t.imported_ms DESC, t.id DESC LIMIT $6",
	[ST_CLOCK] = "UPDATE track SET clock = $1, correction_ms = $2,"
		     " uncertainty_ms = $3, clock_why = $4 WHERE id = $5",
	[ST_TWIN] = "UPDATE track SET twin_id = nullif($1, 0),"
		    " twin_ahead_ms = $2"
		    " WHERE id = $3",
	[ST_TWINS] = "SELECT id FROM track WHERE twin_id = $1 ORDER BY id",
	[ST_HOLD] = "UPDATE track SET hold = $1 WHERE id = $2",
	[ST_DELETE] = "DELETE FROM track WHERE id = $1 AND hold = 0" FOR_NOBODY,
	[ST_OLD] =
	    "SELECT id FROM track WHERE class = $1 AND hold = 0" FOR_NOBODY
	    " AND min(imported_ms, CASE WHEN class = 1 AND"
	    " last_ms + correction_ms IS NOT NULL"
	    " THEN last_ms + correction_ms ELSE imported_ms END) < $2 AND id > $3"
	    " ORDER BY id LIMIT 1",
	/* By track_unit; the plus keeps SQLite from the index of sha256, where
	 * every live track is alike. */
	[ST_FIND_LIVE] =
	    "SELECT id FROM track WHERE unit = $1 AND class = $2 AND name = $3"
	    " AND +sha256 IS NULL ORDER BY imported_ms DESC, id DESC LIMIT 1",
	[ST_OLD_LIVE] =
	    "SELECT id FROM track WHERE class = $1"
	    " AND +sha256 IS NULL AND hold = 0" FOR_NOBODY " AND last_ms < $2"
	    " AND id > $3 ORDER BY id LIMIT 1",
	[ST_CHUNK_ADD] =
	    "INSERT INTO track_chunk (track_id, seq, count, first_ms, last_ms,"
	    " marks, bytes) VALUES ($1, $2, $3, $4, $5, $6, $7)",
	[ST_CHUNK_LAST] = "SELECT seq, marks, bytes FROM track_chunk"
			  " WHERE track_id = $1 ORDER BY seq DESC LIMIT 1",
	[ST_CHUNK_FIND] = "SELECT marks, bytes FROM track_chunk WHERE id = $1",
	[ST_CHUNK_EACH] = "SELECT id, seq, first_ms, last_ms FROM track_chunk"
			  " WHERE track_id = $1 ORDER BY seq",
	[ST_BOX_ADD] = "INSERT INTO track_box (id, west, east, south, north,"
		       " first_s, last_s)"
		       " VALUES ($1, $2, $3, $4, $5, $6, $7)",
	[ST_BOX_TIME] =
	    "UPDATE track_box SET first_s = $1, last_s = $2 WHERE id = $3",
	[ST_BOX_DELETE] =
	    "DELETE FROM track_box WHERE id IN"
	    " (SELECT c.id FROM track t JOIN track_chunk c ON c.track_id = t.id"
	    " WHERE t.id = $1 AND t.hold = 0)",
	[ST_BOX_FIND] =
	    "SELECT " COLUMNS ", c.id, c.seq, c.first_ms, c.last_ms"
	    " FROM track_box b CROSS JOIN track_chunk c ON c.id = b.id"
	    " CROSS JOIN track t ON t.id = c.track_id"
	    " WHERE b.east >= $1 AND b.west <= $2 AND b.north >= $3"
	    " AND b.south <= $4 AND b.last_s >= $5 AND b.first_s <= $6"
	    " AND (($7 AND c.first_ms + t.correction_ms IS NULL)"
	    " OR (c.last_ms + t.correction_ms + t.uncertainty_ms >= $8"
	    " AND c.first_ms + t.correction_ms - t.uncertainty_ms <= $9))"
	    " ORDER BY c.track_id, c.seq",
};

struct trackstore {
	struct db *db; /* borrowed */
	struct db_stmt *st[ST_COUNT];
	struct buf bytes, marks; /* owned; being written */
	/* The chunk being written or read before, the link first. */
	struct track_fix fixes[CHUNK_FIXES_MAX];
	unsigned char mark_of[CHUNK_FIXES_MAX];
};

int
trackstore_open(struct db *db, struct trackstore **out, struct err *e)
{
	struct trackstore *ts = alloc_zero(1, sizeof(*ts));

	ts->db = db;
	if (stmts_prepare(db, sql, ST_COUNT, ts->st, e) < 0) {
		trackstore_close(&ts);
		return -1;
	}
	*out = ts;
	return 0;
}

void
trackstore_close(struct trackstore **ts)
{
	if (!*ts)
		return;
	stmts_finish((*ts)->st, ST_COUNT);
	buf_clear(&(*ts)->bytes);
	buf_clear(&(*ts)->marks);
	free(*ts);
	*ts = NULL;
}

int64_t
trackstore_utc(const struct trackstore_row *row, int64_t time_ms)
{
	if (time_ms == CLOCK_NONE || row->correction_ms == TRACKSTORE_UNKNOWN)
		return CLOCK_NONE;
	return time_ms + row->correction_ms;
}

/* ---- Columns ---- */

static int64_t
col_time(struct db_stmt *st, int i)
{
	return db_col_is_null(st, i) ? CLOCK_NONE : db_col_int(st, i);
}

static void
bind_time(struct db_stmt *st, int i, int64_t ms)
{
	if (ms == CLOCK_NONE)
		db_bind_null(st, i);
	else
		db_bind_int(st, i, ms);
}

/* The present row, text and all borrowed from the statement. */
static void
read_row(struct db_stmt *q, struct trackstore_row *out)
{
	struct str sha = db_col_blob(q, 5);

	*out = (struct trackstore_row){
		.id = db_col_int(q, 0),
		.class = (enum track_class)db_col_int(q, 1),
		.name = db_col_text(q, 2),
		.unit = db_col_text(q, 3),
		.format = db_col_text(q, 4),
		.is_live = !str_is_given(sha),
		.size_bytes = db_col_int(q, 6),
		.origin = db_col_text(q, 7),
		.is_kept = db_col_int(q, 8) != 0,
		.clip = db_col_text(q, 9),
		.clock = (enum track_clock)db_col_int(q, 10),
		.correction_ms = col_time(q, 11),
		.uncertainty_ms = db_col_int(q, 12),
		.clock_why = db_col_text(q, 13),
		.fixes = db_col_int(q, 14),
		.timed = db_col_int(q, 15),
		.kept = db_col_int(q, 16),
		.skipped = db_col_int(q, 17),
		.first_ms = col_time(q, 18),
		.last_ms = col_time(q, 19),
		.imported_ms = db_col_int(q, 20),
		.actor = db_col_text(q, 21),
		.hold = db_col_int(q, 22) != 0,
		.has_stated = !db_col_is_null(q, 23),
		.stated = (enum track_clock)db_col_int(q, 23),
		.created_ms = db_col_int(q, 24),
		.is_by_name = db_col_int(q, 25) != 0,
		.twin_id = db_col_int(q, 26),
		.twin_ahead_ms = db_col_int(q, 27),
	};
	if (sha.len == HASH_BYTES)
		memcpy(out->sha256, sha.p, HASH_BYTES);
}

static void
copy_text(struct trackstore_row *row, struct arena *arena)
{
	struct str *texts[] = { &row->name, &row->unit, &row->format,
		&row->origin, &row->clip, &row->clock_why, &row->actor };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = arena_str(arena, *texts[i]);
}

static int
find_one(struct db_stmt *q, struct arena *arena, struct trackstore_row *out,
    struct err *e)
{
	int r = db_step(q, e);

	if (r > 0) {
		read_row(q, out);
		copy_text(out, arena);
	}
	db_reset(q);
	return r;
}

int
trackstore_find_id(struct trackstore *ts, int64_t id, struct arena *arena,
    struct trackstore_row *out, struct err *e)
{
	db_bind_int(ts->st[ST_FIND_ID], 1, id);
	return find_one(ts->st[ST_FIND_ID], arena, out, e);
}

static struct str
sha_str(const uint8_t sha256[HASH_BYTES])
{
	return str_make((const char *)sha256, HASH_BYTES);
}

int
trackstore_find_sha256(struct trackstore *ts, const uint8_t sha256[HASH_BYTES],
    struct arena *arena, struct trackstore_row *out, struct err *e)
{
	db_bind_blob(ts->st[ST_FIND_SHA], 1, sha_str(sha256));
	return find_one(ts->st[ST_FIND_SHA], arena, out, e);
}

/* ---- A track ---- */

static int
find_same(struct trackstore *ts, const uint8_t sha256[HASH_BYTES], int64_t *id,
    struct err *e)
{
	struct db_stmt *q = ts->st[ST_FIND_SHA];
	int r;

	db_bind_blob(q, 1, sha_str(sha256));
	r = db_step(q, e);
	CHECK(r != 0);
	if (r > 0)
		*id = db_col_int(q, 0);
	db_reset(q);
	return r < 0 ? -1 : 0;
}

int
trackstore_add(struct trackstore *ts, const struct trackstore_row *row,
    int64_t *id, struct err *e)
{
	struct db_stmt *st = ts->st[ST_ADD];

	CHECK(db_is_in_transaction(ts->db));
	db_bind_int(st, 1, row->class);
	db_bind_text(st, 2, row->name);
	db_bind_text(st, 3, row->unit);
	db_bind_text(st, 4, row->format);
	if (row->is_live)
		db_bind_null(st, 5);
	else
		db_bind_blob(st, 5, sha_str(row->sha256));
	db_bind_int(st, 6, row->size_bytes);
	db_bind_text(st, 7, row->origin);
	db_bind_int(st, 8, row->is_kept);
	db_bind_text(st, 9, row->clip);
	db_bind_int(st, 10, row->clock);
	bind_time(st, 11, row->correction_ms);
	db_bind_int(st, 12, row->uncertainty_ms);
	db_bind_text(st, 13, row->clock_why);
	db_bind_int(st, 14, row->skipped);
	db_bind_int(st, 15, row->imported_ms);
	db_bind_text(st, 16, row->actor);
	db_bind_int(st, 17, row->hold);
	if (row->has_stated)
		db_bind_int(st, 18, row->stated);
	else
		db_bind_null(st, 18);
	db_bind_int(st, 19, row->created_ms);
	db_bind_int(st, 20, row->is_by_name);
	db_bind_int(st, 21, row->twin_id);
	db_bind_int(st, 22, row->twin_ahead_ms);
	if (db_run(st, e) < 0)
		return -1;
	if (db_changes(ts->db) == 0)
		return find_same(ts, row->sha256, id, e);
	*id = db_last_id(ts->db);
	return 1;
}

int
trackstore_hold(struct trackstore *ts, int64_t id, bool hold, struct err *e)
{
	struct db_stmt *st = ts->st[ST_HOLD];

	CHECK(db_is_in_transaction(ts->db));
	db_bind_int(st, 1, hold);
	db_bind_int(st, 2, id);
	if (db_run(st, e) < 0)
		return -1;
	return db_changes(ts->db) > 0;
}

int
trackstore_delete(struct trackstore *ts, int64_t id, struct err *e)
{
	CHECK(db_is_in_transaction(ts->db));
	db_bind_int(ts->st[ST_BOX_DELETE], 1, id);
	if (db_run(ts->st[ST_BOX_DELETE], e) < 0)
		return -1;
	db_bind_int(ts->st[ST_DELETE], 1, id);
	if (db_run(ts->st[ST_DELETE], e) < 0)
		return -1;
	return db_changes(ts->db) > 0;
}

/* The one id that a bound statement finds: 1, 0 or -1. */
static int
take_id(struct db_stmt *q, int64_t *id, struct err *e)
{
	int r = db_step(q, e);

	if (r > 0)
		*id = db_col_int(q, 0);
	db_reset(q);
	return r;
}

static int
find_old(struct db_stmt *q, enum track_class class, int64_t before_ms,
    int64_t after_id, int64_t *id, struct err *e)
{
	db_bind_int(q, 1, class);
	db_bind_int(q, 2, before_ms);
	db_bind_int(q, 3, after_id);
	return take_id(q, id, e);
}

int
trackstore_find_old(struct trackstore *ts, enum track_class class,
    int64_t before_ms, int64_t after_id, int64_t *id, struct err *e)
{
	return find_old(ts->st[ST_OLD], class, before_ms, after_id, id, e);
}

int
trackstore_find_old_live(struct trackstore *ts, enum track_class class,
    int64_t before_ms, int64_t after_id, int64_t *id, struct err *e)
{
	return find_old(ts->st[ST_OLD_LIVE], class, before_ms, after_id, id, e);
}

int
trackstore_find_live(struct trackstore *ts, struct str unit,
    enum track_class class, struct str name, int64_t *id, struct err *e)
{
	struct db_stmt *q = ts->st[ST_FIND_LIVE];

	db_bind_text(q, 1, unit);
	db_bind_int(q, 2, class);
	db_bind_text(q, 3, name);
	return take_id(q, id, e);
}

int
trackstore_each(struct trackstore *ts, const struct trackstore_filter *filter,
    void (*each)(void *user, const struct trackstore_row *row), void *user,
    struct err *e)
{
	struct db_stmt *q = ts->st[ST_EACH];
	struct trackstore_row row;
	int r;

	db_bind_int(q, 1, filter->class);
	db_bind_text(q, 2, filter->unit);
	db_bind_int(q, 3, filter->live_only);
	bind_time(q, 4, filter->from_ms);
	bind_time(q, 5, filter->to_ms);
	db_bind_int(q, 6, filter->limit > 0 ? filter->limit : -1);
	while ((r = db_step(q, e)) > 0) {
		read_row(q, &row);
		each(user, &row);
	}
	db_reset(q);
	return r;
}

/* ---- Boxes ---- */

/* The times a box has: those of the chunk, or all if they are not known. */
struct box_span {
	double first_s, last_s;
};

static struct box_span
span_of(int64_t first_ms, int64_t last_ms, const struct trackstore_row *clock)
{
	int64_t first = trackstore_utc(clock, first_ms);
	int64_t last = trackstore_utc(clock, last_ms);
	int64_t unsure = clock->uncertainty_ms;

	if (first == CLOCK_NONE)
		return (struct box_span){ -(double)FLT_MAX, (double)FLT_MAX };
	return (struct box_span){
		(double)(first - unsure - BOX_EPOCH_MS) / 1000,
		(double)(last + unsure - BOX_EPOCH_MS) / 1000,
	};
}

static int
add_box(struct trackstore *ts, int64_t chunk_id, const struct chunk_cover *c,
    const struct trackstore_row *clock, struct err *e)
{
	struct db_stmt *st = ts->st[ST_BOX_ADD];
	struct box_span span = span_of(c->first_ms, c->last_ms, clock);
	double slack_m = fmin((double)c->uncertainty_m, TRACKSTORE_SLACK_MAX_M);
	double lat = slack_m / M_PER_DEG;
	double most = fmin(fmax(fabs(c->south), fabs(c->north)) + lat, 89);
	double lon = lat / cos(most * M_PI / 180);

	db_bind_int(st, 1, chunk_id);
	db_bind_real(st, 2, c->west - lon);
	db_bind_real(st, 3, c->east + lon);
	db_bind_real(st, 4, c->south - lat);
	db_bind_real(st, 5, c->north + lat);
	db_bind_real(st, 6, span.first_s);
	db_bind_real(st, 7, span.last_s);
	return db_run(st, e);
}

/* ---- Chunks ---- */

/* What a chunk's columns hold, into room for CHUNK_FIXES_MAX. */
static int
unpack(struct str bytes, struct str packed_marks, struct track_fix *out,
    unsigned char *marks, size_t *count, struct err *e)
{
	if (chunk_unpack(bytes, out, count, e) < 0)
		return -1;
	return chunk_unpack_marks(packed_marks, *count, marks, e);
}

/* What a new chunk of a track needs to know of the one before. */
struct before {
	int64_t seq; /* -1: there is none */
	bool has_link;
	struct track_fix link;
};

static int
look_before(
    struct trackstore *ts, int64_t track_id, struct before *out, struct err *e)
{
	struct db_stmt *q = ts->st[ST_CHUNK_LAST];
	size_t count = 0;
	int r;

	*out = (struct before){ .seq = -1 };
	db_bind_int(q, 1, track_id);
	r = db_step(q, e);
	if (r > 0) {
		out->seq = db_col_int(q, 0);
		r = unpack(db_col_blob(q, 2), db_col_blob(q, 1), ts->fixes,
		    ts->mark_of, &count, e);
	}
	db_reset(q);
	if (r < 0)
		return -1;
	while (count > 0 && !track_mark_is_line(ts->mark_of[count - 1]))
		count--;
	if (count > 0) {
		out->has_link = true;
		out->link = ts->fixes[count - 1];
	}
	return 0;
}

/* The link, if the line goes on, and the fixes: how many in all. */
static size_t
join(struct trackstore *ts, const struct before *b,
    const struct track_fix *fixes, const unsigned char *marks, size_t count)
{
	size_t first = 0;

	if (b->has_link && b->link.segment == fixes->segment) {
		ts->fixes[0] = b->link;
		ts->mark_of[0] = TRACK_MARK_LINK;
		first = 1;
	}
	memcpy(ts->fixes + first, fixes, count * sizeof(*fixes));
	if (marks)
		memcpy(ts->mark_of + first, marks, count);
	else
		memset(ts->mark_of + first, TRACK_MARK_KEEP, count);
	return first + count;
}

/* The counts of a chunk's own fixes. */
struct tally {
	int64_t fixes, timed, kept;
	int64_t first_ms, last_ms; /* of all that have a time */
};

static struct tally
count_fixes(const struct trackstore *ts, size_t count)
{
	struct tally t = { .first_ms = CLOCK_NONE, .last_ms = CLOCK_NONE };

	for (size_t i = 0; i < count; i++) {
		int64_t ms = ts->fixes[i].time_ms;

		if (ts->mark_of[i] == TRACK_MARK_LINK)
			continue;
		t.fixes++;
		t.kept += ts->mark_of[i] == TRACK_MARK_KEEP;
		if (ms == CLOCK_NONE)
			continue;
		t.timed++;
		if (t.first_ms == CLOCK_NONE || ms < t.first_ms)
			t.first_ms = ms;
		if (t.last_ms == CLOCK_NONE || ms > t.last_ms)
			t.last_ms = ms;
	}
	return t;
}

static int
count_more(struct trackstore *ts, int64_t track_id, const struct tally *t,
    struct err *e)
{
	struct db_stmt *st = ts->st[ST_COUNT_MORE];

	db_bind_int(st, 1, t->fixes);
	db_bind_int(st, 2, t->timed);
	db_bind_int(st, 3, t->kept);
	bind_time(st, 4, t->first_ms);
	bind_time(st, 5, t->last_ms);
	db_bind_int(st, 6, track_id);
	return db_run(st, e);
}

/* The correction and uncertainty of a track, which is there. */
static int
look_clock(struct trackstore *ts, int64_t track_id, struct trackstore_row *out,
    struct err *e)
{
	struct db_stmt *q = ts->st[ST_FIND_ID];
	int r;

	db_bind_int(q, 1, track_id);
	r = db_step(q, e);
	CHECK(r != 0);
	if (r > 0)
		*out = (struct trackstore_row){
			.correction_ms = col_time(q, 11),
			.uncertainty_ms = db_col_int(q, 12),
		};
	db_reset(q);
	return r;
}

/* The row of a chunk made of the count fixes in ts; its id. */
static int
put_chunk(struct trackstore *ts, int64_t track_id, int64_t seq, size_t count,
    const struct chunk_cover *cover, int64_t *id, struct err *e)
{
	struct db_stmt *st = ts->st[ST_CHUNK_ADD];

	buf_reset(&ts->bytes);
	buf_reset(&ts->marks);
	chunk_pack(ts->fixes, count, &ts->bytes);
	chunk_pack_marks(ts->mark_of, count, &ts->marks);
	db_bind_int(st, 1, track_id);
	db_bind_int(st, 2, seq);
	db_bind_int(st, 3, (int64_t)count);
	bind_time(st, 4, cover->first_ms);
	bind_time(st, 5, cover->last_ms);
	if (ts->marks.len > 0)
		db_bind_blob(st, 6, buf_str(&ts->marks));
	else
		db_bind_null(st, 6);
	db_bind_blob(st, 7, buf_str(&ts->bytes));
	if (db_run(st, e) < 0)
		return -1;
	*id = db_last_id(ts->db);
	return 0;
}

int
trackstore_add_chunk(struct trackstore *ts, int64_t track_id,
    const struct track_fix *fixes, const unsigned char *marks, size_t count,
    struct err *e)
{
	struct chunk_cover cover = { .first_ms = CLOCK_NONE,
		.last_ms = CLOCK_NONE };
	struct trackstore_row clock;
	struct before before;
	struct tally tally;
	bool has_line;
	int64_t id;
	size_t all;

	CHECK(db_is_in_transaction(ts->db));
	CHECK(count > 0 && count <= TRACKSTORE_FIXES_MAX);
	if (look_clock(ts, track_id, &clock, e) < 0 ||
	    look_before(ts, track_id, &before, e) < 0)
		return -1;
	all = join(ts, &before, fixes, marks, count);
	tally = count_fixes(ts, all);
	has_line = chunk_cover_find(ts->fixes, ts->mark_of, all, &cover);
	if (put_chunk(ts, track_id, before.seq + 1, all, &cover, &id, e) < 0)
		return -1;
	if (has_line && add_box(ts, id, &cover, &clock, e) < 0)
		return -1;
	return count_more(ts, track_id, &tally, e);
}

/* ---- The clock ---- */

static int
move_boxes(struct trackstore *ts, int64_t track_id,
    const struct trackstore_row *clock, struct err *e)
{
	struct db_stmt *q = ts->st[ST_CHUNK_EACH];
	struct db_stmt *st = ts->st[ST_BOX_TIME];
	int r;

	db_bind_int(q, 1, track_id);
	while ((r = db_step(q, e)) > 0) {
		struct box_span span =
		    span_of(col_time(q, 2), col_time(q, 3), clock);

		db_bind_real(st, 1, span.first_s);
		db_bind_real(st, 2, span.last_s);
		db_bind_int(st, 3, db_col_int(q, 0));
		if (db_run(st, e) < 0) {
			r = -1;
			break;
		}
	}
	db_reset(q);
	return r;
}

int
trackstore_set_clock(struct trackstore *ts, int64_t track_id,
    const struct trackstore_row *clock, struct err *e)
{
	struct db_stmt *st = ts->st[ST_CLOCK];

	CHECK(db_is_in_transaction(ts->db));
	db_bind_int(st, 1, clock->clock);
	bind_time(st, 2, clock->correction_ms);
	db_bind_int(st, 3, clock->uncertainty_ms);
	db_bind_text(st, 4, clock->clock_why);
	db_bind_int(st, 5, track_id);
	if (db_run(st, e) < 0)
		return -1;
	return move_boxes(ts, track_id, clock, e);
}

/* ---- The same journey ---- */

int
trackstore_set_twin(struct trackstore *ts, int64_t track_id, int64_t twin_id,
    int64_t ahead_ms, struct err *e)
{
	struct db_stmt *st = ts->st[ST_TWIN];

	CHECK(db_is_in_transaction(ts->db));
	db_bind_int(st, 1, twin_id);
	db_bind_int(st, 2, ahead_ms);
	db_bind_int(st, 3, track_id);
	return db_run(st, e);
}

int
trackstore_twins(struct trackstore *ts, int64_t twin_id,
    void (*each)(void *user, int64_t track_id), void *user, struct err *e)
{
	struct db_stmt *q = ts->st[ST_TWINS];
	int r;

	db_bind_int(q, 1, twin_id);
	while ((r = db_step(q, e)) > 0)
		each(user, db_col_int(q, 0));
	db_reset(q);
	return r;
}

/* ---- Found ---- */

static struct trackstore_piece
read_piece(struct db_stmt *q, int i)
{
	return (struct trackstore_piece){ .id = db_col_int(q, i),
		.seq = db_col_int(q, i + 1),
		.first_ms = col_time(q, i + 2),
		.last_ms = col_time(q, i + 3) };
}

static double
box_s(int64_t ms)
{
	return ((double)ms - (double)BOX_EPOCH_MS) / 1000;
}

/* Those between two meridians, west not beyond east. */
static int
find_between(struct trackstore *ts, const struct trackstore_window *w,
    double west, double east,
    void (*each)(void *user, const struct trackstore_row *row,
	const struct trackstore_piece *piece),
    void *user, struct err *e)
{
	struct db_stmt *q = ts->st[ST_BOX_FIND];
	struct trackstore_row row;
	struct trackstore_piece piece;
	int r;

	db_bind_real(q, 1, west);
	db_bind_real(q, 2, east);
	db_bind_real(q, 3, w->south);
	db_bind_real(q, 4, w->north);
	db_bind_real(q, 5, box_s(w->from_ms));
	db_bind_real(q, 6, box_s(w->to_ms));
	db_bind_int(q, 7, w->with_unknown);
	db_bind_int(q, 8, w->from_ms);
	db_bind_int(q, 9, w->to_ms);
	while ((r = db_step(q, e)) > 0) {
		read_row(q, &row);
		piece = read_piece(q, COLUMN_COUNT);
		each(user, &row, &piece);
	}
	db_reset(q);
	return r;
}

int
trackstore_find(struct trackstore *ts, const struct trackstore_window *w,
    void (*each)(void *user, const struct trackstore_row *row,
	const struct trackstore_piece *piece),
    void *user, struct err *e)
{
	if (w->west <= w->east)
		return find_between(ts, w, w->west, w->east, each, user, e);
	if (find_between(ts, w, w->west, 180, each, user, e) < 0)
		return -1;
	return find_between(ts, w, -180, w->east, each, user, e);
}

int
trackstore_pieces(struct trackstore *ts, int64_t track_id,
    void (*each)(void *user, const struct trackstore_piece *piece), void *user,
    struct err *e)
{
	struct db_stmt *q = ts->st[ST_CHUNK_EACH];
	struct trackstore_piece piece;
	int r;

	db_bind_int(q, 1, track_id);
	while ((r = db_step(q, e)) > 0) {
		piece = read_piece(q, 0);
		each(user, &piece);
	}
	db_reset(q);
	return r;
}

int
trackstore_chunk(struct trackstore *ts, int64_t chunk_id, struct track_fix *out,
    unsigned char *marks, size_t *count, struct err *e)
{
	struct db_stmt *q = ts->st[ST_CHUNK_FIND];
	int r;

	db_bind_int(q, 1, chunk_id);
	r = db_step(q, e);
	if (r > 0 && unpack(db_col_blob(q, 1), db_col_blob(q, 0), out, marks,
			 count, e) < 0) {
		r = -1;
		(void)err_wrap(e, "track_chunk %" PRId64, chunk_id);
	}
	db_reset(q);
	return r;
}

int
trackstore_chunk_get(struct trackstore *ts, int64_t chunk_id,
    struct track_fix *out, unsigned char *marks, size_t *count, struct err *e)
{
	int r = trackstore_chunk(ts, chunk_id, out, marks, count, e);

	if (r != 0)
		return r;
	*count = 0;
	return err_set(e, ERR_CORRUPT,
	    "track_chunk %" PRId64 " has a place and no row", chunk_id);
}
