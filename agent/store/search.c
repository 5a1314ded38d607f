/*
 * Finding: candidates from the index that leads to fewest, each held against
 * all else that is asked, until a page is full or the work is enough.
 *
 * A full-text query over millions of rows may walk long before it gives its
 * first; so it is asked of a slice of the numbers at a time.  What is asked of
 * an area is likewise asked of a slice of time, wider and wider.
 */
#include "agent/store/search.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/asking.h"
#include "agent/store/sightings.h"
#include "agent/store/spots.h"
#include "agent/store/stmts.h"
#include "agent/store/store.h"
#include "agent/tracks/plane.h"

#define SCAN_ROWS  20000  /* candidates that one request looks at */
#define SCAN_MS    120    /* and how long */
#define SLICE      250000 /* numbers asked at once */
#define BOUND_ROWS 100000 /* incidents of a time whose numbers are looked up */
#define SPOT_ROWS  5000   /* of one slice of time in an area */
#define MARK_ROWS  2000   /* incidents of the marks that were found */
#define WALK_TIMES 8      /* rows walked over for one that is shown */
#define DAY_S      86400

enum {
	ST_WORDS,
	ST_RANKED,
	ST_THEME,
	ST_PLAIN,
	ST_SPOT,
	ST_ONE,
	ST_BOUNDS,
	ST_LAST,
	ST_ROW,
	ST_SNIPPETS,
	ST_BEGINNING,
	ST_TERM,
	ST_COUNT
};

#define UNDECIDED(verdict)                                    \
	"SELECT 1 FROM decision d WHERE d.incident_id = i.id" \
	" AND d.undone_ms IS NULL AND d.verdict = " verdict

/* Does incident i pass p? */
#define PASSES                                                                \
	"(p.from_ms IS NULL OR i.opened_ms >= p.from_ms)"                     \
	" AND (p.to_ms IS NULL OR i.opened_ms < p.to_ms)"                     \
	" AND (p.district IS NULL OR i.district = p.district COLLATE NOCASE)" \
	" AND (p.progress = 0 OR i.in_progress)"                              \
	" AND (p.level = 0 OR EXISTS (SELECT 1 FROM tag t"                    \
	" WHERE t.incident_id = i.id AND t.ended_ms IS NULL"                  \
	" AND (p.theme IS NULL OR t.theme = p.theme) AND t.level >= p.level"  \
	" AND NOT EXISTS (" UNDECIDED(                                        \
	    "2") " AND d.theme = t.theme))"                                   \
		 " OR EXISTS (" UNDECIDED(                                    \
		     "3") " AND (p.theme IS NULL OR d.theme = p.theme)))"

/*
 * The candidates are c; p is what they are held against.  A CROSS JOIN is not
 * reordered, so that they come as c has them.
 */
#define CANDIDATES(select)                                                \
	"WITH p (from_ms, to_ms, district, progress, theme, level) AS"    \
	" (SELECT $1, $2, $3, $4, $5, $6), c (id, score) AS (" select ")" \
	" SELECT i.id, coalesce(i.opened_ms, i.first_ms), i.lat, i.lon,"  \
	" c.score, " PASSES                                               \
	" FROM p CROSS JOIN c CROSS JOIN incident i ON i.id = c.id"

#define IN_WORDS(score)                                            \
	"SELECT rowid, " score " FROM search_words"                \
	" WHERE search_words MATCH $7 AND rowid BETWEEN $8 AND $9" \
	" ORDER BY rowid DESC LIMIT $10"

/* A reference is worth more than a place, and that more than the log. */
static const char *const sql[ST_COUNT] = {
	[ST_WORDS] = CANDIDATES(IN_WORDS("0")),
	[ST_RANKED] = CANDIDATES(IN_WORDS("db_rank(search_words, 8, 3, 1)")),
	[ST_THEME] = CANDIDATES(
	    "SELECT incident_id, 0 FROM tag WHERE theme = $7"
	    " AND ended_ms IS NULL AND incident_id BETWEEN $8 AND $9"
	    " UNION SELECT incident_id, 0 FROM decision WHERE theme = $7"
	    " AND undone_ms IS NULL AND verdict = 3"
	    " AND incident_id BETWEEN $8 AND $9 ORDER BY 1 DESC LIMIT $10"),
	[ST_PLAIN] = CANDIDATES(
	    "SELECT id, 0 FROM incident WHERE (opened_ms, id) < ($7, $8)"
	    " ORDER BY opened_ms DESC, id DESC LIMIT $9"),
	[ST_SPOT] = CANDIDATES(
	    "SELECT id, 0 FROM incident_spot WHERE west <= $7 AND east >= $8"
	    " AND south <= $9 AND north >= $10 AND first_s <= $11"
	    " AND last_s > $12 LIMIT $13"),
	[ST_ONE] = CANDIDATES("SELECT $7, 0"),
	[ST_BOUNDS] = "SELECT count(*), min(id), max(id) FROM"
		      " (SELECT id FROM incident WHERE opened_ms >= $1"
		      " AND opened_ms < $2 LIMIT $3)",
	[ST_LAST] = "SELECT coalesce(max(id), 0) FROM incident",
	[ST_ROW] =
	    "SELECT i.ref, i.grade, i.status, i.district, i.near_name,"
	    " i.near_bearing, i.near_m, i.in_progress, i.opened_ms, i.lat,"
	    " i.lon, (SELECT group_concat(theme, ',') FROM (SELECT t.theme"
	    " FROM tag t WHERE t.incident_id = i.id AND t.ended_ms IS NULL"
	    " AND NOT EXISTS (" UNDECIDED(
		"2") " AND d.theme = t.theme)"
		     " UNION SELECT d.theme FROM decision d"
		     " WHERE d.incident_id = i.id AND d.undone_ms IS NULL"
		     " AND d.verdict = 3)) FROM incident i WHERE i.id = $1",
	[ST_SNIPPETS] =
	    "SELECT rowid, snippet(search_words, -1, char(1), char(2), '…', 30)"
	    " FROM search_words WHERE search_words MATCH $1"
	    " AND rowid BETWEEN $2 AND $3 ORDER BY rowid DESC",
	[ST_BEGINNING] = ("SELECT substr(log, 1, 180), length(log) > 180"
			  " FROM search_text WHERE id = $1"),
	[ST_TERM] = "SELECT term FROM search_terms WHERE term >= $1 LIMIT 1",
};

/* What is first asked for candidates, and so their order. */
enum driver {
	BY_WORDS,
	BY_RANK,
	BY_MARK,
	BY_THEME,
	BY_SPOT,
	BY_TIME
};

/* Of each, in cursors. */
static const char letters[] = "wrmtsp";

/* One that passes. */
struct pick {
	int64_t id, at_ms;
	int64_t score;      /* in millionths */
	struct str snippet; /* find_snippets() */
};

struct search {
	struct store *store;         /* borrowed */
	struct sightings *sightings; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

/* One question on its way. */
struct hunt {
	struct search *s;
	const struct search_query *q;
	struct arena *arena;
	struct search_answer *out;
	struct asking asking;
	enum driver driver;
	int64_t low, high;   /* numbers to look at, both included */
	int64_t after_ms;    /* cursor of BY_SPOT, BY_TIME: before this */
	int64_t after_id;    /* and of that, below this */
	int64_t after_score; /* cursor of BY_RANK */
	struct pick *picks;  /* that passed */
	size_t count, room;
	int64_t scanned, end_ms;  /* candidates; when it is enough */
	int64_t last_id, last_ms; /* the candidate looked at last */
};

int
search_open(struct store *store, struct sightings *sightings,
    struct search **out, struct err *e)
{
	struct search *s = alloc_zero(1, sizeof *s);

	s->store = store;
	s->sightings = sightings;
	if (stmts_prepare(store_db(store), sql, ST_COUNT, s->st, e) < 0) {
		search_close(&s);
		return -1;
	}
	*out = s;
	return 0;
}

void
search_close(struct search **s)
{
	struct search *x = *s;

	if (!x)
		return;
	*s = NULL;
	stmts_finish(x->st, ST_COUNT);
	free(x);
}

/* --- understanding --- */

/* Words of the index that begin with prefix: see struct asking_words. */
static int
find_terms(
    void *user, struct str prefix, int max, struct buf *list, struct err *e)
{
	struct search *s = user;
	struct db_stmt *st = s->st[ST_TERM];
	struct buf from = { 0 };
	int n = 0, r;

	buf_add_str(&from, prefix);
	for (size_t i = 0; i < from.len; i++)
		if (from.p[i] >= 'A' && from.p[i] <= 'Z')
			from.p[i] = (char)(from.p[i] - 'A' + 'a');
	prefix = str_of(from.p);
	for (;;) {
		struct str term;

		db_bind_text(st, 1, buf_str(&from));
		r = db_step(st, e);
		term = r > 0 ? db_col_text(st, 0) : str_of("");
		if (r <= 0 || term.len < prefix.len ||
		    memcmp(term.p, from.p, prefix.len) != 0 || n++ == max)
			break;
		asking_add(list, term);
		/* The next word is behind it, whatever follows its letters. */
		buf_reset(&from);
		buf_add_str(&from, term);
		buf_add_char(&from, '\1');
		db_reset(st);
	}
	db_reset(st);
	buf_clear(&from);
	return r < 0 ? -1 : n;
}

static int
read_words(struct hunt *h, struct err *e)
{
	const struct asking_words words = { find_terms, h->s };

	if (asking_read(h->q->words, &words, h->arena, &h->asking, e) < 0)
		return -1;
	h->out->is_cut = h->asking.is_cut;
	h->out->is_ends_cut = h->asking.is_ends_cut;
	h->out->is_only_nots = h->asking.is_only_nots;
	return 0;
}

static enum driver
choose(const struct hunt *h)
{
	const struct search_query *q = h->q;

	if (q->mark)
		return BY_MARK;
	if (str_is_given(h->asking.match))
		return q->is_ranked ? BY_RANK : BY_WORDS;
	if (!isnan(q->lat))
		return BY_SPOT;
	return str_is_given(q->theme) ? BY_THEME : BY_TIME;
}

/* Read numbers with points between them; how many, at most max. */
static size_t
read_numbers(const char *text, int64_t *out, size_t max)
{
	size_t n = 0;
	char *end;

	while (n < max) {
		out[n] = strtoll(text, &end, 10);
		if (end == text)
			break;
		n++;
		if (*end != '.')
			break;
		text = end + 1;
	}
	return n;
}

/* A cursor is the driver's letter and two or three numbers. */
static void
read_cursor(struct hunt *h)
{
	struct str c = h->q->cursor;
	char text[SEARCH_CURSOR_MAX];
	int64_t n[3] = { 0 };

	if (c.len == 0 || c.len >= sizeof text)
		return;
	memcpy(text, c.p, c.len);
	text[c.len] = '\0';
	if (text[0] != letters[h->driver] || read_numbers(text + 1, n, 3) < 2)
		return;
	if (h->driver == BY_SPOT || h->driver == BY_TIME) {
		h->after_ms = n[0];
		h->after_id = n[1];
	} else if (h->driver == BY_RANK) {
		h->high = n[0];
		h->after_score = n[1];
		h->after_id = n[2];
	} else if (n[0] > 0)
		h->high = n[0] - 1;
}

static int
one_number(struct db_stmt *st, int64_t *out, struct err *e)
{
	int r = db_step(st, e);

	if (r > 0)
		*out = db_col_int(st, 0);
	db_reset(st);
	return r < 0 ? -1 : 0;
}

/*
 * The numbers to look at.  Those of a time are looked up if they are few; of
 * a long time it would take longer than it saves.
 */
static int
find_bounds(struct hunt *h, struct err *e)
{
	struct db_stmt *st = h->s->st[ST_BOUNDS];
	const struct search_query *q = h->q;
	int64_t last = 0;
	int r;

	if (one_number(h->s->st[ST_LAST], &last, e) < 0)
		return -1;
	if (h->high > last)
		h->high = last;
	if (h->driver == BY_SPOT || h->driver == BY_TIME ||
	    (q->from_ms == CLOCK_NONE && q->to_ms == CLOCK_NONE))
		return 0;
	db_bind_int(st, 1, q->from_ms == CLOCK_NONE ? INT64_MIN : q->from_ms);
	db_bind_int(st, 2, q->to_ms == CLOCK_NONE ? INT64_MAX : q->to_ms);
	db_bind_int(st, 3, BOUND_ROWS + 1);
	r = db_step(st, e);
	if (r > 0 && db_col_int(st, 0) <= BOUND_ROWS) {
		int64_t most = db_col_int(st, 2);

		h->low = db_col_int(st, 1);
		h->high = most < h->high ? most : h->high;
	}
	db_reset(st);
	return r < 0 ? -1 : 0;
}

/* --- candidates --- */

/* What every candidate is held against. */
static void
bind_filter(const struct hunt *h, struct db_stmt *st)
{
	const struct search_query *q = h->q;
	bool is_tagged = str_is_given(q->theme) || q->level != RULES_NONE;

	if (q->from_ms != CLOCK_NONE)
		db_bind_int(st, 1, q->from_ms);
	if (q->to_ms != CLOCK_NONE)
		db_bind_int(st, 2, q->to_ms);
	db_bind_text(st, 3, q->district);
	db_bind_int(st, 4, q->in_progress);
	db_bind_text(st, 5, q->theme);
	db_bind_int(st, 6,
	    !is_tagged               ? 0
	    : q->level == RULES_NONE ? RULES_REVIEW
				     : q->level);
}

static bool
is_near(const struct search_query *q, double lat, double lon)
{
	return isnan(q->lat) || (!isnan(lat) && plane_distance_m(q->lat, q->lon,
						    lat, lon) <= q->within_m);
}

static void
add_pick(struct hunt *h, const struct pick *p)
{
	if (h->count == h->room) {
		size_t room = h->room ? h->room * 2 : 64;
		struct pick *more = arena_alloc(h->arena, room, sizeof *more);

		if (h->count > 0)
			memcpy(more, h->picks, h->count * sizeof *more);
		h->picks = more;
		h->room = room;
	}
	h->picks[h->count++] = *p;
}

/* Is it enough?  Time is looked at now and then. */
static bool
is_spent(const struct hunt *h)
{
	return h->scanned >= SCAN_ROWS ||
	       (h->scanned % 64 == 0 && clock_mono_ms() >= h->end_ms);
}

/* Take the present row of a candidates' statement. */
static void
take(struct hunt *h, struct db_stmt *st)
{
	struct pick p = { .id = db_col_int(st, 0),
		.at_ms = db_col_int(st, 1),
		.score = llround(db_col_real(st, 4) * 1e6) };

	h->scanned++;
	h->last_id = p.id;
	h->last_ms = p.at_ms;
	if (db_col_int(st, 5) &&
	    is_near(h->q, db_col_real(st, 2), db_col_real(st, 3)))
		add_pick(h, &p);
}

/*
 * Take rows of st, which is bound, until there are enough: 1 if rows may be
 * left, 0 if not, -1.
 */
static int
take_rows(struct hunt *h, struct db_stmt *st, size_t enough, struct err *e)
{
	int r = 0;

	while (h->count < enough && !is_spent(h)) {
		r = db_step(st, e);
		if (r <= 0)
			break;
		take(h, st);
	}
	db_reset(st);
	return h->count >= enough || (r >= 0 && is_spent(h)) ? 1 : r;
}

/* A page, and one more to know that there is more. */
static size_t
page_of(const struct hunt *h)
{
	return (size_t)h->q->limit + 1;
}

/* Slices of numbers, downward, of words or of a theme. */
static int
by_number(
    struct hunt *h, int which, struct str what, size_t enough, struct err *e)
{
	struct db_stmt *st = h->s->st[which];
	int64_t top = h->high;
	int r = 0;

	for (; top >= h->low && r == 0; top -= SLICE) {
		int64_t low = top - SLICE + 1;

		bind_filter(h, st);
		db_bind_text(st, 7, what);
		db_bind_int(st, 8, low > h->low ? low : h->low);
		db_bind_int(st, 9, top);
		db_bind_int(st, 10, SCAN_ROWS - h->scanned);
		r = take_rows(h, st, enough, e);
		if (r == 0 && clock_mono_ms() >= h->end_ms && low > h->low) {
			h->last_id = low;
			r = 1;
		}
	}
	return r;
}

/* --- marks --- */

/* The incidents of the marks that were found. */
struct ids {
	struct arena *arena;
	int64_t *id;
	size_t count;
};

static void
keep_incident(void *user, int64_t incident_id, int64_t entry)
{
	struct ids *ids = user;

	(void)entry;
	if (ids->count < MARK_ROWS)
		ids->id[ids->count++] = incident_id;
}

static int
downward(const void *a, const void *b)
{
	const int64_t *x = a;
	const int64_t *y = b;

	return (*x < *y) - (*x > *y);
}

static int
find_marked(struct hunt *h, struct ids *ids, struct err *e)
{
	struct sightings_found found;
	size_t kept = 0;

	ids->id = arena_alloc(h->arena, MARK_ROWS, sizeof *ids->id);
	if (sightings_find(h->s->sightings, h->q->mark, h->arena, &found, e) <
	    0)
		return -1;
	h->out->is_mark_cut = found.is_capped;
	for (size_t i = 0; i < found.count; i++)
		if (found.marks[i].is_answer &&
		    sightings_incidents(h->s->sightings, found.marks[i].id,
			h->high + 1, MARK_ROWS, keep_incident, ids, e) < 0)
			return -1;
	h->out->is_mark_cut |= ids->count == MARK_ROWS;
	if (ids->count > 0)
		qsort(ids->id, ids->count, sizeof *ids->id, downward);
	for (size_t i = 0; i < ids->count; i++)
		if (i == 0 || ids->id[i] != ids->id[i - 1])
			ids->id[kept++] = ids->id[i];
	ids->count = kept;
	return 0;
}

static int
by_mark(struct hunt *h, struct err *e)
{
	bool has_words = str_is_given(h->asking.match);
	struct db_stmt *st = h->s->st[has_words ? ST_WORDS : ST_ONE];
	struct ids ids = { 0 };
	int r = find_marked(h, &ids, e);

	for (size_t i = 0; i < ids.count && r == 0; i++) {
		if (ids.id[i] < h->low)
			break;
		bind_filter(h, st);
		if (has_words) {
			db_bind_text(st, 7, h->asking.match);
			db_bind_int(st, 8, ids.id[i]);
			db_bind_int(st, 9, ids.id[i]);
			db_bind_int(st, 10, 1);
		} else
			db_bind_int(st, 7, ids.id[i]);
		r = take_rows(h, st, page_of(h), e);
		h->last_id = ids.id[i];
	}
	return r;
}

/* --- time and place --- */

static int
newest_first(const void *a, const void *b)
{
	const struct pick *x = a;
	const struct pick *y = b;

	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? 1 : -1;
	return (x->id < y->id) - (x->id > y->id);
}

static int
by_time(struct hunt *h, struct err *e)
{
	struct db_stmt *st = h->s->st[ST_PLAIN];
	int64_t to_ms = h->q->to_ms;
	bool is_before = to_ms != CLOCK_NONE && to_ms <= h->after_ms;
	int r;

	bind_filter(h, st);
	db_bind_int(st, 7, is_before ? to_ms : h->after_ms);
	db_bind_int(st, 8, is_before ? 0 : h->after_id);
	db_bind_int(st, 9, SCAN_ROWS + 1);
	while ((r = db_step(st, e)) > 0) {
		take(h, st);
		if (h->q->from_ms != CLOCK_NONE && h->last_ms < h->q->from_ms) {
			r = 0;
			break;
		}
		if (h->count >= page_of(h) || is_spent(h))
			break;
	}
	db_reset(st);
	return r;
}

/* The area's incidents of from_s (not included) to to_s: rows, or -1. */
static int64_t
ask_spots(struct hunt *h, int64_t from_s, int64_t to_s, struct err *e)
{
	const struct search_query *q = h->q;
	struct db_stmt *st = h->s->st[ST_SPOT];
	int64_t before = h->scanned;
	int r;

	bind_filter(h, st);
	spots_bind_box(st, 7, q->lat, q->lon, q->within_m);
	db_bind_int(st, 11, to_s);
	db_bind_int(st, 12, from_s);
	db_bind_int(st, 13, SPOT_ROWS);
	while ((r = db_step(st, e)) > 0)
		take(h, st);
	db_reset(st);
	return r < 0 ? -1 : h->scanned - before;
}

/* Drop picks from the cursor on or of no time, which have another order. */
static void
drop_seen(struct hunt *h, size_t from)
{
	size_t kept = from;

	for (size_t i = from; i < h->count; i++) {
		const struct pick *p = &h->picks[i];

		if (p->at_ms < h->after_ms ||
		    (p->at_ms == h->after_ms && p->id < h->after_id))
			h->picks[kept++] = *p;
	}
	h->count = kept;
}

/*
 * Slices of time, backward, wider while they are thin.  One with too many for
 * one look is cut; a second that has too many still is taken as it is, and
 * said to be capped.
 */
static int
by_spot(struct hunt *h, struct err *e)
{
	const struct search_query *q = h->q;
	int64_t end_s = q->from_ms == CLOCK_NONE ? -SPOTS_MAX_S - 1
						 : spots_second(q->from_ms) - 1;
	int64_t top_ms = q->to_ms != CLOCK_NONE && q->to_ms < h->after_ms
			     ? q->to_ms
			     : h->after_ms;
	int64_t top_s = spots_second(top_ms), width_s = INT64_C(30) * DAY_S;

	while (top_s > end_s) {
		int64_t low_s =
		    top_s - width_s > end_s ? top_s - width_s : end_s;
		size_t had = h->count;
		int64_t rows = ask_spots(h, low_s, top_s, e);

		if (rows < 0)
			return -1;
		if (rows == SPOT_ROWS && top_s - low_s > 1 && !is_spent(h)) {
			h->count = had;
			width_s = (top_s - low_s + 7) / 8;
			continue;
		}
		h->out->is_capped |= rows == SPOT_ROWS;
		drop_seen(h, had);
		top_s = low_s;
		h->last_ms = (low_s + SPOTS_EPOCH_S + 1) * 1000;
		h->last_id = 0;
		if (h->count >= page_of(h) || h->scanned >= SCAN_ROWS ||
		    clock_mono_ms() >= h->end_ms)
			return top_s > end_s;
		if (rows < SPOT_ROWS / 16)
			width_s *= 8;
	}
	return 0;
}

/* --- rank --- */

static int
best_first(const void *a, const void *b)
{
	const struct pick *x = a;
	const struct pick *y = b;

	if (x->score != y->score)
		return x->score < y->score ? 1 : -1;
	return (x->id < y->id) - (x->id > y->id);
}

/* Rank what the newest slices have, and drop what was shown. */
static int
by_rank(struct hunt *h, struct err *e)
{
	int r = by_number(h, ST_RANKED, h->asking.match, SEARCH_RANKED_MAX, e);
	size_t from = 0;

	if (r < 0)
		return -1;
	h->out->ranked = (int64_t)h->count;
	h->out->is_capped = r > 0;
	if (h->count > 0)
		qsort(h->picks, h->count, sizeof *h->picks, best_first);
	while (h->after_id > 0 && from < h->count &&
	       (h->picks[from].score > h->after_score ||
		   (h->picks[from].score == h->after_score &&
		       h->picks[from].id >= h->after_id)))
		from++;
	h->picks += from;
	h->count -= from;
	return 0;
}

/* --- answering --- */

/* How the log begins, where no words were asked for. */
static int
find_beginning(struct hunt *h, int64_t id, struct str *out, struct err *e)
{
	struct db_stmt *st = h->s->st[ST_BEGINNING];
	int r;

	db_bind_int(st, 1, id);
	r = db_step(st, e);
	if (r > 0)
		*out = arena_strf(h->arena, "%.*s%s",
		    STR_ARG(db_col_text(st, 0)), db_col_int(st, 1) ? "…" : "");
	db_reset(st);
	return r < 0 ? -1 : 0;
}

/* The words that were found, marked, of n picks from p on, downward. */
static int
walk_snippets(struct hunt *h, struct pick *p, size_t n, struct err *e)
{
	struct db_stmt *st = h->s->st[ST_SNIPPETS];
	size_t at = 0;
	int r;

	db_bind_text(st, 1, h->asking.match);
	db_bind_int(st, 2, p[n - 1].id);
	db_bind_int(st, 3, p[0].id);
	while ((r = db_step(st, e)) > 0) {
		while (at < n && p[at].id > db_col_int(st, 0))
			at++;
		if (at < n && p[at].id == db_col_int(st, 0))
			p[at].snippet = arena_str(h->arena, db_col_text(st, 1));
	}
	db_reset(st);
	return r;
}

/*
 * Those of the first n picks: in one walk if few others are in between, since
 * to begin a walk takes longer than ten steps of it.
 */
static int
find_snippets(struct hunt *h, size_t n, struct err *e)
{
	bool is_dense =
	    h->driver == BY_WORDS && h->scanned <= (int64_t)n * WALK_TIMES;
	size_t step = is_dense ? n : 1;

	if (!str_is_given(h->asking.match))
		return 0;
	for (size_t i = 0; i < n; i += step)
		if (walk_snippets(h, &h->picks[i], step, e) < 0)
			return -1;
	return 0;
}

static void
read_row(struct hunt *h, struct db_stmt *st, struct search_row *row)
{
	const struct search_query *q = h->q;
	double lat = db_col_real(st, 9), lon = db_col_real(st, 10);

	row->ref = db_col_text(st, 0);
	row->grade = db_col_text(st, 1);
	row->status = db_col_text(st, 2);
	row->district = db_col_text(st, 3);
	row->near_name = db_col_text(st, 4);
	row->near_bearing = db_col_text(st, 5);
	row->near_m = db_col_real(st, 6);
	row->in_progress = db_col_int(st, 7) != 0;
	row->opened_ms = db_col_is_null(st, 8) ? CLOCK_NONE : db_col_int(st, 8);
	row->distance_m = isnan(q->lat) || isnan(lat)
			      ? (double)NAN
			      : plane_distance_m(q->lat, q->lon, lat, lon);
	row->themes = db_col_text(st, 11);
}

static int
give(struct hunt *h, const struct pick *p,
    void (*each)(void *user, const struct search_row *row), void *user,
    struct err *e)
{
	struct search_row row = { .incident_id = p->id, .snippet = p->snippet };
	struct db_stmt *st = h->s->st[ST_ROW];
	int r;

	if (!str_is_given(h->asking.match) &&
	    find_beginning(h, p->id, &row.snippet, e) < 0)
		return -1;
	db_bind_int(st, 1, p->id);
	r = db_step(st, e);
	if (r > 0) {
		read_row(h, st, &row);
		each(user, &row);
		h->out->count++;
	}
	db_reset(st);
	return r < 0 ? -1 : 0;
}

/* Where to go on: behind last, or where the looking ended. */
static void
write_cursor(struct hunt *h, const struct pick *last)
{
	char *to = h->out->next;
	size_t size = sizeof h->out->next;
	char letter = letters[h->driver];
	int64_t id = last ? last->id : h->last_id;

	if (h->driver == BY_SPOT || h->driver == BY_TIME)
		(void)snprintf(to, size, "%c%" PRId64 ".%" PRId64, letter,
		    last ? last->at_ms : h->last_ms, id);
	else if (h->driver == BY_RANK)
		(void)snprintf(to, size, "%c%" PRId64 ".%" PRId64 ".%" PRId64,
		    letter, h->high, last ? last->score : 0, id);
	else
		(void)snprintf(to, size, "%c%" PRId64 ".0", letter, id);
}

static int
look(struct hunt *h, struct err *e)
{
	switch (h->driver) {
	case BY_WORDS:
		return by_number(h, ST_WORDS, h->asking.match, page_of(h), e);
	case BY_RANK: return by_rank(h, e);
	case BY_MARK: return by_mark(h, e);
	case BY_THEME:
		return by_number(h, ST_THEME, h->q->theme, page_of(h), e);
	case BY_SPOT: return by_spot(h, e);
	case BY_TIME: return by_time(h, e);
	}
	return 0;
}

static int
answer(struct hunt *h, bool is_unfinished,
    void (*each)(void *user, const struct search_row *row), void *user,
    struct err *e)
{
	size_t limit = (size_t)h->q->limit;
	bool is_full = h->count > limit;

	if (h->driver == BY_SPOT && h->count > 0)
		qsort(h->picks, h->count, sizeof *h->picks, newest_first);
	if (find_snippets(h, is_full ? limit : h->count, e) < 0)
		return -1;
	for (size_t i = 0; i < h->count && i < limit; i++)
		if (give(h, &h->picks[i], each, user, e) < 0)
			return -1;
	if (is_full)
		write_cursor(h, &h->picks[limit - 1]);
	else if (is_unfinished)
		write_cursor(h, NULL);
	h->out->is_capped |= is_unfinished && !is_full;
	return 0;
}

int
search_find(struct search *s, const struct search_query *q, struct arena *arena,
    void (*each)(void *user, const struct search_row *row), void *user,
    struct search_answer *out, struct err *e)
{
	struct hunt h = { .s = s,
		.q = q,
		.arena = arena,
		.out = out,
		.low = 1,
		.high = INT64_MAX - 1,
		.after_ms = INT64_MAX,
		.after_id = INT64_MAX,
		.end_ms = clock_mono_ms() + SCAN_MS };
	int r;

	*out = (struct search_answer){ .ranked = -1 };
	if (read_words(&h, e) < 0)
		return -1;
	h.driver = choose(&h);
	if (h.driver == BY_RANK)
		h.after_id = 0;
	read_cursor(&h);
	if (find_bounds(&h, e) < 0)
		return -1;
	r = look(&h, e);
	return r < 0 ? -1 : answer(&h, r > 0, each, user, e);
}
