/*
 * The queue: what waits for a decision.
 *
 * Everything that a line of the list shows of the tags stands in the queue's
 * own row, made when the tags change, so that to list fifty reads no evidence.
 * A rank is asked for at a time, and whatever it is narrowed by comes first in
 * an index with the rank, the time and the id behind it: a page of the list
 * reads its own rows and no others, however many wait.  How many do is kept by
 * triggers (queue_tally) for theme, district and rank; with a time or what was
 * looked at, rows are counted.  Who has it is kept by triggers too (queue_mine):
 * few have anything, so that what one has is listed and counted from there, and
 * what nobody has is the rest, passed over in a list and taken off a count.
 */
#include "agent/store/reviews.h"

#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/reviews_private.h"
#include "agent/store/stmts.h"
#include "agent/store/store.h"

#define RANKS 4

/* A tag t that stands and of which nothing was decided. */
#define OPEN_TAG                                                      \
	"t.ended_ms IS NULL AND NOT EXISTS (SELECT 1 FROM decision d" \
	" WHERE d.incident_id = t.incident_id AND d.theme = t.theme"  \
	" AND d.undone_ms IS NULL)"

/* The newest message of q's incident. */
#define NEWEST                             \
	"(SELECT max(m.id) FROM message m" \
	" WHERE m.incident_id = q.incident_id)"

/* What was looked at: 1 never, 2 and it has changed since. */
#define MARKED(mark)                                               \
	" AND (" mark " = 0 OR (" mark " = 1 AND l.at_ms IS NULL)" \
	" OR (" mark " = 2 AND " NEWEST " > l.message_id))"

#define LOOKED                                                 \
	" LEFT JOIN looked l ON l.incident_id = q.incident_id" \
	" AND l.account_id = $1"

/* A page of one rank, from a source with the queue's own row, w, beside it. */
#define LIST(from, narrowed, limit)                                       \
	"SELECT q.incident_id, f.name, i.ref, i.grade, i.status,"         \
	" i.district, i.near_name, i.near_bearing, i.grid_ref, i.near_m," \
	" i.opened_ms, i.last_ms, q.rank, q.since_ms, i.in_progress,"     \
	" w.themes, w.why, l.at_ms, " NEWEST " > l.message_id"            \
	" FROM " from " CROSS JOIN incident i ON i.id = q.incident_id"    \
	" JOIN feed f ON f.id = i.feed_id" LOOKED                         \
	" WHERE q.rank = $2 AND (q.since_ms, q.incident_id) > ($3, $4)"   \
	" AND q.since_ms <= $5" MARKED("$6") narrowed                     \
	    " ORDER BY q.since_ms, q.incident_id LIMIT " limit

#define OLDEST(from, narrowed)                                       \
	"SELECT q.since_ms FROM " from " WHERE q.rank = $1" narrowed \
	" ORDER BY q.since_ms LIMIT 1"

/* The same rows as LIST, counted. */
#define SCAN(from, narrowed)                                            \
	"SELECT count(*), min(q.since_ms) FROM " from LOOKED            \
	" WHERE q.rank = $2 AND (q.since_ms, q.incident_id) > ($3, $4)" \
	" AND q.since_ms <= $5" MARKED("$6") narrowed

/* The sources, and the queue's own row beside one. */
#define OWN    "queue q"
#define THEMES "queue_theme q"
#define BESIDE " CROSS JOIN queue w ON w.incident_id = q.incident_id"

/* What one has, whatever else it is narrowed by: that is looked up of each. */
#define HELD "queue_mine q" BESIDE
#define OF_THEME(theme)                            \
	" AND EXISTS (SELECT 1 FROM queue_theme x" \
	" WHERE x.incident_id = q.incident_id AND x.theme = " theme ")"
#define OF_ONE " AND q.account_id = $1"

/* What nobody has. */
#define OF_NOBODY                                                            \
	" AND NOT EXISTS (SELECT 1 FROM queue_mine h WHERE h.account_id = 0" \
	" AND h.rank = q.rank AND h.since_ms = q.since_ms"                   \
	" AND h.incident_id = q.incident_id)"

static const char *const sql[REVIEWS_Q_COUNT] = {
	[REVIEWS_Q_READ] =
	    "SELECT min((t.level < 2) * 2 + (i.in_progress = 0)),"
	    " coalesce(i.opened_ms, i.first_ms), i.district,"
	    " (SELECT group_concat(theme, ',') FROM (SELECT t.theme"
	    " FROM tag t WHERE t.incident_id = $1 AND " OPEN_TAG
	    " ORDER BY t.level DESC, t.score DESC, t.theme)),"
	    /* The ground that gave most, with its words; of a weigh if need be. */
	    " (SELECT json_extract(p.value, '$.why') || coalesce("
	    " ': “' || json_extract(p.value, '$.text') || '”', '')"
	    " FROM tag t, json_each(t.evidence, '$[0].evidence') p"
	    " WHERE t.incident_id = $1 AND " OPEN_TAG
	    " ORDER BY t.level DESC, t.score DESC, t.theme,"
	    " json_extract(p.value, '$.weighed') IS NOT NULL,"
	    " json_extract(p.value, '$.points') DESC LIMIT 1)"
	    " FROM tag t JOIN incident i ON i.id = t.incident_id"
	    " WHERE t.incident_id = $1 AND " OPEN_TAG " GROUP BY t.incident_id",
	[REVIEWS_Q_PUT] =
	    "INSERT INTO queue (incident_id, rank, since_ms, district, themes,"
	    " why) VALUES ($1, $2, $3, $4, $5, $6)"
	    " ON CONFLICT (incident_id) DO UPDATE SET rank = excluded.rank,"
	    " since_ms = excluded.since_ms, district = excluded.district,"
	    " themes = excluded.themes, why = excluded.why"
	    " WHERE (rank, since_ms, district, themes, why) IS NOT"
	    " (excluded.rank, excluded.since_ms, excluded.district,"
	    " excluded.themes, excluded.why)",
	[REVIEWS_Q_REMOVE] = "DELETE FROM queue WHERE incident_id = $1",
	[REVIEWS_Q_THEMES_CLEAR] =
	    "DELETE FROM queue_theme WHERE incident_id = $1",
	[REVIEWS_Q_THEMES_ADD] =
	    "INSERT INTO queue_theme (theme, rank, since_ms, incident_id,"
	    " district) SELECT t.theme, $1, $2, t.incident_id, $3 FROM tag t"
	    " WHERE t.incident_id = $4 AND " OPEN_TAG,
	[REVIEWS_Q_PLACE] =
	    "SELECT rank, since_ms FROM queue WHERE incident_id = $1",
	[REVIEWS_Q_TALLY] = "SELECT coalesce(sum(count), 0) FROM queue_tally"
			    " WHERE theme = $1 AND rank = $2"
			    " AND ($3 IS NULL OR district = $3)",
	[REVIEWS_Q_LIST] = LIST(OWN BESIDE, "", "$7"),
	[REVIEWS_Q_LIST + 1] = LIST(THEMES BESIDE, " AND q.theme = $7", "$8"),
	[REVIEWS_Q_LIST + 2] = LIST(OWN BESIDE, " AND q.district = $7", "$8"),
	[REVIEWS_Q_LIST + 3] =
	    LIST(THEMES BESIDE, " AND q.theme = $7 AND q.district = $8", "$9"),
	[REVIEWS_Q_LIST + 4] = LIST(HELD, OF_ONE, "$7"),
	[REVIEWS_Q_LIST + 5] = LIST(HELD, OF_ONE OF_THEME("$7"), "$8"),
	[REVIEWS_Q_LIST + 6] = LIST(HELD, OF_ONE " AND w.district = $7", "$8"),
	[REVIEWS_Q_LIST + 7] =
	    LIST(HELD, OF_ONE OF_THEME("$7") " AND w.district = $8", "$9"),
	[REVIEWS_Q_LIST + 8] = LIST(OWN BESIDE, OF_NOBODY, "$7"),
	[REVIEWS_Q_LIST + 9] =
	    LIST(THEMES BESIDE, " AND q.theme = $7" OF_NOBODY, "$8"),
	[REVIEWS_Q_LIST + 10] =
	    LIST(OWN BESIDE, " AND q.district = $7" OF_NOBODY, "$8"),
	[REVIEWS_Q_LIST + 11] = LIST(THEMES BESIDE,
	    " AND q.theme = $7 AND q.district = $8" OF_NOBODY, "$9"),
	[REVIEWS_Q_OLDEST] = OLDEST(OWN, ""),
	[REVIEWS_Q_OLDEST + 1] = OLDEST(THEMES, " AND q.theme = $2"),
	[REVIEWS_Q_OLDEST + 2] = OLDEST(OWN, " AND q.district = $2"),
	[REVIEWS_Q_OLDEST + 3] =
	    OLDEST(THEMES, " AND q.theme = $2 AND q.district = $3"),
	[REVIEWS_Q_OLDEST_NOBODY] = OLDEST(OWN, OF_NOBODY),
	[REVIEWS_Q_OLDEST_NOBODY + 1] =
	    OLDEST(THEMES, " AND q.theme = $2" OF_NOBODY),
	[REVIEWS_Q_OLDEST_NOBODY + 2] =
	    OLDEST(OWN, " AND q.district = $2" OF_NOBODY),
	[REVIEWS_Q_OLDEST_NOBODY + 3] =
	    OLDEST(THEMES, " AND q.theme = $2 AND q.district = $3" OF_NOBODY),
	[REVIEWS_Q_SCAN] = SCAN(OWN, ""),
	[REVIEWS_Q_SCAN + 1] = SCAN(THEMES, " AND q.theme = $7"),
	[REVIEWS_Q_SCAN + 2] = SCAN(OWN, " AND q.district = $7"),
	[REVIEWS_Q_SCAN + 3] =
	    SCAN(THEMES, " AND q.theme = $7 AND q.district = $8"),
	[REVIEWS_Q_SCAN + 4] = SCAN(HELD, OF_ONE),
	[REVIEWS_Q_SCAN + 5] = SCAN(HELD, OF_ONE OF_THEME("$7")),
	[REVIEWS_Q_SCAN + 6] = SCAN(HELD, OF_ONE " AND w.district = $7"),
	[REVIEWS_Q_SCAN + 7] =
	    SCAN(HELD, OF_ONE OF_THEME("$7") " AND w.district = $8"),
	[REVIEWS_Q_SCAN + 8] = SCAN(OWN, OF_NOBODY),
	[REVIEWS_Q_SCAN + 9] = SCAN(THEMES, " AND q.theme = $7" OF_NOBODY),
	[REVIEWS_Q_SCAN + 10] = SCAN(OWN, " AND q.district = $7" OF_NOBODY),
	[REVIEWS_Q_SCAN + 11] =
	    SCAN(THEMES, " AND q.theme = $7 AND q.district = $8" OF_NOBODY),
};

int
reviews_queue_open(struct reviews *r, struct err *e)
{
	return stmts_prepare(
	    store_db(r->store), sql, REVIEWS_Q_COUNT, r->queue, e);
}

void
reviews_queue_close(struct reviews *r)
{
	stmts_finish(r->queue, REVIEWS_Q_COUNT);
}

/* --- its rows --- */

/* The row of an incident as it is to be. */
struct row {
	int64_t rank, since_ms;
	struct str district, themes, why;
};

/* The incident has another place in the lists of its themes. */
static int
put_themes(struct reviews *r, int64_t incident_id, const struct row *row,
    struct err *e)
{
	struct db_stmt *st = r->queue[REVIEWS_Q_THEMES_CLEAR];

	db_bind_int(st, 1, incident_id);
	if (db_run(st, e) < 0)
		return -1;
	st = r->queue[REVIEWS_Q_THEMES_ADD];
	db_bind_int(st, 1, row->rank);
	db_bind_int(st, 2, row->since_ms);
	db_bind_text(st, 3, row->district);
	db_bind_int(st, 4, incident_id);
	return db_run(st, e);
}

static int
put(struct reviews *r, int64_t incident_id, const struct row *row,
    struct err *e)
{
	struct db_stmt *st = r->queue[REVIEWS_Q_PUT];

	db_bind_int(st, 1, incident_id);
	db_bind_int(st, 2, row->rank);
	db_bind_int(st, 3, row->since_ms);
	db_bind_text(st, 4, row->district);
	db_bind_text(st, 5, row->themes);
	db_bind_text(st, 6, row->why.p ? row->why : str_of(""));
	if (db_run(st, e) < 0)
		return -1;
	if (db_changes(store_db(r->store)) == 0)
		return 0;
	return put_themes(r, incident_id, row, e);
}

int
reviews_refresh(struct reviews *r, int64_t incident_id, struct err *e)
{
	struct db_stmt *read = r->queue[REVIEWS_Q_READ];
	struct db_stmt *st = r->queue[REVIEWS_Q_REMOVE];
	int found, done;

	db_bind_int(read, 1, incident_id);
	found = db_step(read, e);
	if (found > 0) {
		const struct row row = { .rank = db_col_int(read, 0),
			.since_ms = db_col_int(read, 1),
			.district = db_col_text(read, 2),
			.themes = db_col_text(read, 3),
			.why = db_col_text(read, 4) };

		done = put(r, incident_id, &row, e);
		db_reset(read);
		return done;
	}
	db_reset(read);
	if (found < 0)
		return -1;
	db_bind_int(st, 1, incident_id);
	return db_run(st, e);
}

int
reviews_place(struct reviews *r, int64_t incident_id, struct review_place *out,
    struct err *e)
{
	struct db_stmt *st = r->queue[REVIEWS_Q_PLACE];
	int found;

	db_bind_int(st, 1, incident_id);
	found = db_step(st, e);
	if (found > 0)
		*out = (struct review_place){ db_col_int(st, 0),
			db_col_int(st, 1) };
	db_reset(st);
	return found;
}

/* --- lists --- */

static size_t
narrowed_by(const struct review_filter *f)
{
	return (f->theme.p ? 1U : 0U) + (f->district.p ? 2U : 0U);
}

static size_t
source_of(const struct review_filter *f)
{
	return (size_t)f->who * REVIEWS_NARROWED + narrowed_by(f);
}

/* Theme and district, as far as given, from parameter i on; the next one. */
static int
bind_narrowed(struct db_stmt *st, int i, const struct review_filter *f)
{
	if (f->theme.p)
		db_bind_text(st, i++, f->theme);
	if (f->district.p)
		db_bind_text(st, i++, f->district);
	return i;
}

/* Is that rank asked for?  0 and 2 are in progress, 0 and 1 are alerts. */
static bool
has_rank(const struct review_filter *f, int64_t rank)
{
	if (f->in_progress && rank % 2 != 0)
		return false;
	return f->level == 0 || (f->level == RULES_ALERT) == (rank < 2);
}

/* Where a rank's rows begin, and what else they are narrowed by. */
static void
bind_rank(struct db_stmt *st, const struct review_filter *f, int64_t rank)
{
	bool is_within = rank == f->after_rank;
	int64_t since_ms = is_within ? f->after_since_ms : INT64_MIN;
	int64_t id = is_within ? f->after_id : INT64_MIN;

	if (f->from_ms != 0 && since_ms < f->from_ms) {
		since_ms = f->from_ms;
		id = INT64_MIN;
	}
	db_bind_int(st, 1, f->account_id);
	db_bind_int(st, 2, rank);
	db_bind_int(st, 3, since_ms);
	db_bind_int(st, 4, id);
	db_bind_int(st, 5, f->until_ms != 0 ? f->until_ms : INT64_MAX);
	db_bind_int(st, 6, f->mark);
}

static void
read_item(struct db_stmt *st, struct review_item *item)
{
	*item = (struct review_item){ .incident_id = db_col_int(st, 0),
		.feed = db_col_text(st, 1),
		.ref = db_col_text(st, 2),
		.grade = db_col_text(st, 3),
		.status = db_col_text(st, 4),
		.district = db_col_text(st, 5),
		.near_name = db_col_text(st, 6),
		.near_bearing = db_col_text(st, 7),
		.grid_ref = db_col_text(st, 8),
		.near_m = db_col_real(st, 9),
		.opened_ms = reviews_time_of(st, 10),
		.last_ms = db_col_int(st, 11),
		.rank = db_col_int(st, 12),
		.since_ms = db_col_int(st, 13),
		.in_progress = db_col_int(st, 14) != 0,
		.themes = db_col_text(st, 15),
		.why = db_col_text(st, 16),
		.looked_ms = reviews_time_of(st, 17),
		.has_changed = db_col_int(st, 18) != 0 };
}

/* Those of one rank, at most limit: how many, or -1. */
static int64_t
list_rank(struct reviews *r, const struct review_filter *f, int64_t rank,
    int64_t limit, void (*each)(void *user, const struct review_item *item),
    void *user, struct err *e)
{
	struct db_stmt *st = r->queue[REVIEWS_Q_LIST + source_of(f)];
	int64_t count = 0;
	int found;

	bind_rank(st, f, rank);
	db_bind_int(st, bind_narrowed(st, 7, f), limit);
	while ((found = db_step(st, e)) > 0) {
		struct review_item item;

		read_item(st, &item);
		each(user, &item);
		count++;
	}
	db_reset(st);
	return found < 0 ? -1 : count;
}

int
reviews_queue(struct reviews *r, const struct review_filter *f,
    void (*each)(void *user, const struct review_item *item), void *user,
    struct err *e)
{
	int64_t left = f->limit;

	for (int64_t rank = 0; rank < RANKS && left > 0; rank++) {
		int64_t count;

		if (rank < f->after_rank || !has_rank(f, rank))
			continue;
		count = list_rank(r, f, rank, left, each, user, e);
		if (count < 0)
			return -1;
		left -= count;
	}
	return 0;
}

/* --- how many --- */

static void
keep_older(int64_t ms, int64_t *oldest_ms)
{
	if (ms != CLOCK_NONE && (*oldest_ms == CLOCK_NONE || ms < *oldest_ms))
		*oldest_ms = ms;
}

static int
scan_rank(struct reviews *r, const struct review_filter *f, int64_t rank,
    int64_t *count, int64_t *oldest_ms, struct err *e)
{
	struct db_stmt *st = r->queue[REVIEWS_Q_SCAN + source_of(f)];
	int found;

	bind_rank(st, f, rank);
	(void)bind_narrowed(st, 7, f);
	found = db_step(st, e);
	if (found > 0) {
		*count += db_col_int(st, 0);
		keep_older(reviews_time_of(st, 1), oldest_ms);
	}
	db_reset(st);
	return found < 0 ? -1 : 0;
}

/* The first row of a rank. */
static int
oldest_of_rank(struct reviews *r, const struct review_filter *f, int64_t rank,
    int64_t *oldest_ms, struct err *e)
{
	int first = f->who == REVIEW_NOBODY ? REVIEWS_Q_OLDEST_NOBODY
					    : REVIEWS_Q_OLDEST;
	struct db_stmt *st = r->queue[(size_t)first + narrowed_by(f)];
	int found;

	db_bind_int(st, 1, rank);
	(void)bind_narrowed(st, 2, f);
	found = db_step(st, e);
	if (found > 0)
		keep_older(db_col_int(st, 0), oldest_ms);
	db_reset(st);
	return found < 0 ? -1 : 0;
}

/* What somebody has is not among what nobody has. */
static int
take_off_held(struct reviews *r, const struct review_filter *f, int64_t rank,
    int64_t *count, struct err *e)
{
	struct review_filter held = *f;
	int64_t held_count = 0, oldest_ms = CLOCK_NONE;

	held.who = REVIEW_MINE;
	held.account_id = 0; /* anybody's */
	if (scan_rank(r, &held, rank, &held_count, &oldest_ms, e) < 0)
		return -1;
	*count -= held_count;
	return 0;
}

/* What the triggers keep of a rank, and its first row. */
static int
tally_rank(struct reviews *r, const struct review_filter *f, int64_t rank,
    int64_t *count, int64_t *oldest_ms, struct err *e)
{
	struct db_stmt *st = r->queue[REVIEWS_Q_TALLY];
	int found;

	db_bind_text(st, 1, f->theme.p ? f->theme : str_of(""));
	db_bind_int(st, 2, rank);
	db_bind_text(st, 3, f->district);
	found = db_step(st, e);
	if (found > 0)
		*count += db_col_int(st, 0);
	db_reset(st);
	if (found < 0 || (f->who == REVIEW_NOBODY &&
			     take_off_held(r, f, rank, count, e) < 0))
		return -1;
	return oldest_of_rank(r, f, rank, oldest_ms, e);
}

int
reviews_count(struct reviews *r, const struct review_filter *filter,
    int64_t *count, int64_t *oldest_ms, struct err *e)
{
	bool is_kept = filter->from_ms == 0 && filter->until_ms == 0 &&
		       filter->mark == REVIEW_ANY && filter->who != REVIEW_MINE;
	struct review_filter f = *filter;

	f.after_rank = -1; /* all of it, not what comes behind a page */
	*count = 0;
	*oldest_ms = CLOCK_NONE;
	for (int64_t rank = 0; rank < RANKS; rank++)
		if (has_rank(&f, rank) &&
		    (is_kept ? tally_rank : scan_rank)(
			r, &f, rank, count, oldest_ms, e) < 0)
			return -1;
	return 0;
}
