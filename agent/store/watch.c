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
#include "agent/store/stmts.h"
#include "agent/store/store.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS  (24 * HOUR_MS)

#define HISTORY_DAYS 28
#define WORKED_MIN   5  /* days of these, before its usual is known */
#define DAY_MIN      20 /* incidents; fewer are never unusual */

enum {
	ST_READ,
	ST_USUAL,
	ST_TOLD,
	ST_COUNT
};

/* What an actor did in a time, by its index. */
#define OF_ACTOR(since, before)                                      \
	" FROM audit INDEXED BY audit_people_actor WHERE actor = $1" \
	" AND actor <> 'agent' AND at_ms >= " since " AND at_ms < " before

static const char *const sql[] = {
	/* Incidents that were only looked at, and rows of files. */
	[ST_READ] = "SELECT (SELECT count(*) FROM (SELECT 1" OF_ACTOR("$2",
	    "$3") " AND incident_id IS NOT NULL GROUP BY incident_id"
		  " HAVING max(event <> 3) = 0))"
		  " + (SELECT coalesce(sum(json_extract(detail,"
		  " '$.rows')), 0)" OF_ACTOR("$2",
		      "$3") " AND event = 3 AND incident_id IS NULL"
			    " AND json_extract(detail, '$.form') IS NOT NULL)",
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
};

int
watch_open(struct store *store, struct watch **out, struct err *e)
{
	struct watch *w = alloc_zero(1, sizeof *w);

	w->store = store;
	if (stmts_prepare(store_db(store), sql, ST_COUNT, w->st, e) < 0) {
		free(w);
		return -1;
	}
	*out = w;
	return 0;
}

void
watch_close(struct watch **w)
{
	if (!*w)
		return;
	stmts_finish((*w)->st, ST_COUNT);
	free(*w);
	*w = NULL;
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

/* How many it read in the time before now: -1 on error. */
static int64_t
count_read(struct watch *w, const char *actor, int64_t now_ms, int64_t in_ms,
    struct err *e)
{
	struct db_stmt *st = w->st[ST_READ];
	int64_t count = -1;

	bind(st, actor, now_ms - in_ms + 1, now_ms + 1);
	if (db_step(st, e) > 0)
		count = db_col_int(st, 0);
	db_reset(st);
	return count;
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
    struct watch_finding *f, struct err *e)
{
	if (limits->hour == 0)
		return 0;
	f->limit = limits->hour;
	f->incidents = count_read(w, f->who, f->at_ms, HOUR_MS, e);
	if (f->incidents < 0)
		return -1;
	return f->incidents > f->limit ? tell(w, f, "hour", HOUR_MS, e) : 0;
}

/* Its past is read with each tenth only: it is four weeks long. */
static int
look_at_day(struct watch *w, const struct watch_limits *limits,
    struct watch_finding *f, struct err *e)
{
	int64_t most;

	if (limits->factor == 0)
		return 0;
	f->incidents = count_read(w, f->who, f->at_ms, DAY_MS, e);
	if (f->incidents < 0)
		return -1;
	if (f->incidents < DAY_MIN || f->incidents % 10 != 0)
		return 0;
	most = busiest_day(w, f->who, f->at_ms, e);
	if (most <= 0)
		return (int)most;
	f->limit = limits->factor * most;
	return f->incidents > f->limit ? tell(w, f, "day", DAY_MS, e) : 0;
}

int
watch_look(struct watch *w, const struct watch_limits *limits,
    const char *actor, int64_t now_ms, struct watch_finding *found,
    struct err *e)
{
	int r;

	*found = (struct watch_finding){ .at_ms = now_ms };
	(void)snprintf(found->who, sizeof found->who, "%s", actor);
	r = look_at_hour(w, limits, found, e);
	return r != 0 ? r : look_at_day(w, limits, found, e);
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
