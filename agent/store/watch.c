/*
 * What accounts read is counted in memory (readers.h): of an account its last
 * day is read from the audit log once, and from then on what people add to the
 * log, each line once.  To count it in the log at every look would take longer
 * the more is read, in the one transaction at a time that all wait for.
 */
#include "agent/store/watch.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/store/audit.h"
#include "agent/store/readers.h"
#include "agent/store/stmts.h"
#include "agent/store/store.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS  (24 * HOUR_MS)

#define HISTORY_DAYS 28
#define WORKED_MIN   5       /* days of these, before its usual is known */
#define DAY_MIN      20      /* incidents; fewer are never unusual */
#define USUAL_MS     HOUR_MS /* its usual is read again after it */

enum {
	ST_LAST,
	ST_OWN,
	ST_SINCE,
	ST_USUAL,
	ST_TOLD,
	ST_COUNT
};

/* What an actor did in a time, by its index. */
#define OF_ACTOR(since, before)                                      \
	" FROM audit INDEXED BY audit_people_actor WHERE actor = $1" \
	" AND actor <> 'agent' AND at_ms >= " since " AND at_ms < " before

/* A line: whose, when, what, of which incident or how many rows of a file. */
#define LINE                                              \
	"SELECT id, actor, at_ms, event, incident_id,"    \
	" CASE WHEN event = 3 AND incident_id IS NULL"    \
	" AND json_extract(detail, '$.form') IS NOT NULL" \
	" THEN coalesce(json_extract(detail, '$.rows'), 0) ELSE 0 END"

static const char *const sql[] = {
	[ST_LAST] = "SELECT coalesce(max(id), 0) FROM audit",
	[ST_OWN] = LINE OF_ACTOR("$2", "$3"),
	[ST_SINCE] = LINE " FROM audit INDEXED BY audit_people"
			  " WHERE actor <> 'agent' AND id > $1 ORDER BY id",
	[ST_USUAL] = "SELECT count(*), coalesce(max(n), 0) FROM (SELECT"
		     " count(DISTINCT incident_id) n" OF_ACTOR("$2",
			 "$3") " AND event = 3 AND incident_id IS NOT NULL"
			       " GROUP BY (at_ms - $2) / 86400000)",
	[ST_TOLD] = "SELECT 1" OF_ACTOR(
	    "$2", "$3") " AND json_extract(detail, '$.who') = $4"
			" AND json_extract(detail, '$.unusual') = $5 LIMIT 1",
};
_Static_assert(sizeof sql / sizeof sql[0] == ST_COUNT, "a text for each");

struct watch {
	struct store *store; /* borrowed */
	struct db_stmt *st[ST_COUNT];
	struct readers *readers; /* owned */
	int64_t last_id;         /* the last line they know; -1: none yet */
};

int
watch_open(struct store *store, struct watch **out, struct err *e)
{
	struct watch *w = alloc_zero(1, sizeof *w);

	w->store = store;
	w->last_id = -1;
	if (stmts_prepare(store_db(store), sql, ST_COUNT, w->st, e) < 0) {
		free(w);
		return -1;
	}
	w->readers = readers_new(DAY_MS);
	*out = w;
	return 0;
}

void
watch_close(struct watch **w)
{
	if (!*w)
		return;
	stmts_finish((*w)->st, ST_COUNT);
	readers_free(&(*w)->readers);
	free(*w);
	*w = NULL;
}

void
watch_forget(struct watch *w)
{
	readers_clear(w->readers);
	w->last_id = -1;
}

/* --- counting --- */

/* Bind an actor and a time that ends with now. */
static void
bind(struct db_stmt *st, const char *actor, int64_t since_ms, int64_t until_ms)
{
	db_bind_text(st, 1, str_of(actor));
	db_bind_int(st, 2, since_ms);
	db_bind_int(st, 3, until_ms);
}

/* The present LINE is one more of what r did. */
static void
note_line(struct reader *r, struct db_stmt *st)
{
	int64_t at_ms = db_col_int(st, 2), rows = db_col_int(st, 5);

	if (!db_col_is_null(st, 4))
		reader_note(r, db_col_int(st, 4), at_ms,
		    db_col_int(st, 3) == AUDIT_CONSULTATION);
	else if (rows > 0)
		reader_note_file(r, rows, at_ms);
}

/* The lines that were added since the last time, of those who are known. */
static int
note_added(struct watch *w, struct err *e)
{
	struct db_stmt *st = w->st[w->last_id < 0 ? ST_LAST : ST_SINCE];
	int r;

	if (w->last_id < 0) {
		if (db_step(st, e) > 0)
			w->last_id = db_col_int(st, 0);
		db_reset(st);
		return w->last_id < 0 ? -1 : 0;
	}
	db_bind_int(st, 1, w->last_id);
	while ((r = db_step(st, e)) > 0) {
		char who[WATCH_WHO_MAX];
		struct reader *one;

		(void)snprintf(
		    who, sizeof who, "%.*s", STR_ARG(db_col_text(st, 1)));
		one = readers_find(w->readers, who);
		if (one)
			note_line(one, st);
		w->last_id = db_col_int(st, 0);
	}
	db_reset(st);
	return r;
}

/* What the actor did up to now, its last day read if need be; NULL: failed. */
static struct reader *
reader_of(struct watch *w, const char *actor, int64_t now_ms, struct err *e)
{
	struct db_stmt *st = w->st[ST_OWN];
	struct reader *one;
	int r;

	if (note_added(w, e) < 0)
		return NULL;
	one = readers_find(w->readers, actor);
	if (one)
		return one;
	one = readers_add(w->readers, actor);
	bind(st, actor, now_ms - DAY_MS + 1, INT64_MAX);
	while ((r = db_step(st, e)) > 0)
		note_line(one, st);
	db_reset(st);
	if (r == 0)
		return one;
	watch_forget(w);
	return NULL;
}

/* Its busiest day before this one; 0 if too little is known of it; -1. */
static int64_t
busiest_day(struct watch *w, const char *actor, int64_t now_ms, struct err *e)
{
	struct db_stmt *st = w->st[ST_USUAL];
	int64_t most = -1;

	bind(st, actor, now_ms - (HISTORY_DAYS + 1) * DAY_MS, now_ms - DAY_MS);
	if (db_step(st, e) > 0)
		most = db_col_int(st, 0) < WORKED_MIN ? 0 : db_col_int(st, 1);
	db_reset(st);
	return most;
}

/* Was it reported in the time before now?  1, 0 or -1. */
static int
is_told(struct watch *w, const struct watch_finding *f, int64_t in_ms,
    struct err *e)
{
	struct db_stmt *st = w->st[ST_TOLD];
	int r;

	bind(st, WATCH_ACTOR, f->at_ms - in_ms + 1, f->at_ms + 1);
	db_bind_text(st, 4, str_of(f->who));
	db_bind_text(st, 5, str_of(f->over));
	r = db_step(st, e);
	db_reset(st);
	return r;
}

/* --- reporting --- */

/* Names and words here need no escaping: accounts_is_name(). */
static int
report(struct watch *w, const struct watch_finding *f, struct err *e)
{
	struct buf detail = { 0 };
	struct audit_row row = { .at_ms = f->at_ms,
		.actor = str_of(WATCH_ACTOR),
		.event = AUDIT_CONSULTATION };
	int r;

	buf_addf(&detail,
	    "{\"unusual\":\"%s\",\"who\":\"%s\",\"incidents\":%" PRId64
	    ",\"limit\":%" PRId64 "}",
	    f->over, f->who, f->incidents, f->limit);
	row.detail = buf_str(&detail);
	r = audit_add(store_audit(w->store), &row, e);
	buf_clear(&detail);
	return r;
}

/* 1 if it is reported now, 0 if it has been, -1. */
static int
tell(struct watch *w, struct watch_finding *f, const char *over, int64_t in_ms,
    struct err *e)
{
	int told;

	(void)snprintf(f->over, sizeof f->over, "%s", over);
	told = is_told(w, f, in_ms, e);
	if (told != 0)
		return told < 0 ? -1 : 0;
	return report(w, f, e) < 0 ? -1 : 1;
}

static int
look_at_hour(struct watch *w, const struct watch_limits *limits,
    const struct reader *r, struct watch_finding *f, struct err *e)
{
	if (limits->hour == 0)
		return 0;
	f->limit = limits->hour;
	f->incidents = reader_count(r, f->at_ms - HOUR_MS + 1);
	return f->incidents > f->limit ? tell(w, f, "hour", HOUR_MS, e) : 0;
}

/* Its past is four weeks long. */
static int
find_usual(struct watch *w, struct reader *r, const struct watch_finding *f,
    int64_t *most, struct err *e)
{
	if (reader_knows(r, f->at_ms - USUAL_MS, most))
		return 0;
	*most = busiest_day(w, f->who, f->at_ms, e);
	if (*most < 0)
		return -1;
	reader_know(r, *most, f->at_ms);
	return 0;
}

static int
look_at_day(struct watch *w, const struct watch_limits *limits,
    struct reader *r, struct watch_finding *f, struct err *e)
{
	int64_t most;

	if (limits->factor == 0)
		return 0;
	f->incidents = reader_count(r, f->at_ms - DAY_MS + 1);
	if (f->incidents < DAY_MIN)
		return 0;
	if (find_usual(w, r, f, &most, e) < 0)
		return -1;
	f->limit = limits->factor * most;
	return most > 0 && f->incidents > f->limit
		   ? tell(w, f, "day", DAY_MS, e)
		   : 0;
}

int
watch_look(struct watch *w, const struct watch_limits *limits,
    const char *actor, int64_t now_ms, struct watch_finding *found,
    struct err *e)
{
	struct reader *r;
	int told;

	*found = (struct watch_finding){ .at_ms = now_ms };
	(void)snprintf(found->who, sizeof found->who, "%s", actor);
	r = reader_of(w, found->who, now_ms, e);
	if (!r)
		return -1;
	told = look_at_hour(w, limits, r, found, e);
	return told != 0 ? told : look_at_day(w, limits, r, found, e);
}

int
watch_read(
    const struct audit_row *row, struct watch_finding *out, struct err *e)
{
	struct json *detail = NULL;
	struct str who, over;

	if (json_parse(row->detail, &detail, NULL, e) < 0)
		return -1;
	who = json_text(json_member(detail, "who"));
	over = json_text(json_member(detail, "unusual"));
	*out = (struct watch_finding){ .at_ms = row->at_ms,
		.incidents = json_int(json_member(detail, "incidents")),
		.limit = json_int(json_member(detail, "limit")) };
	(void)snprintf(out->who, sizeof out->who, "%.*s", STR_ARG(who));
	(void)snprintf(out->over, sizeof out->over, "%.*s", STR_ARG(over));
	json_free(&detail);
	return str_is(row->actor, WATCH_ACTOR) && out->over[0] != '\0'
		   ? 0
		   : err_set(e, ERR_INVALID, "no line of the watch");
}
