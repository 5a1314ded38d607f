/*
 * followups: each change is a line, and the row of followup holds what its last
 * line says, so that what is due is one walk along an index.
 */
#include "agent/store/followups.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/audit.h"
#include "agent/store/contactwords.h"
#include "agent/store/stmts.h"
#include "agent/store/store.h"

enum {
	ST_ADD,
	ST_LINE,
	ST_SET,
	ST_STATE,
	ST_BY_ITSELF,
	ST_CAUSE,
	ST_LIST,
	ST_LIST_HELD,
	ST_OF,
	ST_FIND,
	ST_LINES,
	ST_COUNT_ALL,
	ST_COUNT_HELD,
	ST_COUNT
};

#define COLUMNS                                                         \
	"SELECT f.id, f.incident_id, f.last_line, f.made_ms, f.due_ms," \
	" coalesce(f.holder_id, 0), f.ended_ms, f.kind, f.falls_to,"    \
	" (SELECT ending FROM followup_line WHERE id = f.last_line),"   \
	" i.ref, i.district, (SELECT group_concat(theme, ',') FROM"     \
	" (SELECT theme FROM tag WHERE incident_id = f.incident_id"     \
	" AND ended_ms IS NULL ORDER BY level DESC, score DESC)),"      \
	" f.cause, a.name, h.name, f.note FROM followup f"              \
	" CROSS JOIN incident i ON i.id = f.incident_id"                \
	" LEFT JOIN account a ON a.id = f.account_id"                   \
	" LEFT JOIN account h ON h.id = f.holder_id"

static const char *const sql[ST_COUNT] = {
	[ST_ADD] = "INSERT INTO followup (incident_id, contact_id, kind,"
		   " cause, made_ms, account_id, note, due_ms, falls_to,"
		   " holder_id, last_line) VALUES ($1, $2, $3, $4, $5, $6, $7,"
		   " $8, $9, $10, 0)",
	[ST_LINE] = "INSERT INTO followup_line (followup_id, at_ms,"
		    " account_id, what, due_ms, falls_to, holder_id, ending,"
		    " note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
	[ST_SET] = "UPDATE followup SET due_ms = $1, falls_to = $2,"
		   " holder_id = $3, ended_ms = $4, last_line = $5"
		   " WHERE id = $6",
	[ST_STATE] = "SELECT incident_id, last_line, due_ms, falls_to,"
		     " coalesce(holder_id, 0), ended_ms FROM followup"
		     " WHERE id = $1",
	[ST_BY_ITSELF] =
	    "SELECT id, cause, due_ms, ended_ms, EXISTS (SELECT 1 FROM"
	    " followup_line l WHERE l.followup_id = f.id"
	    " AND l.account_id IS NOT NULL), last_line FROM followup f"
	    " WHERE incident_id = $1 AND cause IS NOT NULL",
	[ST_CAUSE] = "UPDATE followup SET cause = $1 WHERE id = $2",
	[ST_LIST] = COLUMNS " WHERE f.ended_ms IS NULL"
			    " AND (f.due_ms, f.id) > ($1, $2)"
			    " AND f.due_ms < $3"
			    " ORDER BY f.due_ms, f.id LIMIT $4",
	[ST_LIST_HELD] =
	    COLUMNS " WHERE f.ended_ms IS NULL AND f.holder_id = $1"
		    " AND (f.due_ms, f.id) > ($2, $3) AND f.due_ms < $4"
		    " ORDER BY f.due_ms, f.id LIMIT $5",
	[ST_OF] = COLUMNS " WHERE f.incident_id = $1 ORDER BY f.id",
	[ST_FIND] = COLUMNS " WHERE f.id = $1",
	[ST_LINES] =
	    "SELECT l.id, l.at_ms, l.due_ms, l.what, l.falls_to, l.ending,"
	    " a.name, h.name, l.note FROM followup_line l"
	    " LEFT JOIN account a ON a.id = l.account_id"
	    " LEFT JOIN account h ON h.id = l.holder_id"
	    " WHERE l.followup_id = $1 ORDER BY l.id",
	[ST_COUNT_ALL] = "SELECT count(*) FROM (SELECT 1 FROM followup"
			 " WHERE ended_ms IS NULL AND due_ms < $1 LIMIT $2)",
	[ST_COUNT_HELD] = "SELECT count(*) FROM (SELECT 1 FROM followup"
			  " WHERE ended_ms IS NULL AND holder_id = $1"
			  " AND due_ms < $2 LIMIT $3)",
};

struct followups {
	struct store *store; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

/* How one stands, and with the next line. */
struct state {
	int64_t id, incident_id, last_line, due_ms, holder_id, ended_ms;
	int falls_to;
};

/* Who writes a line, and what. */
struct writer {
	int64_t account_id; /* 0: the agent */
	const char *actor;
	int64_t now_ms;
	int what, ending;
	struct str note;
};

int
followups_open(struct store *store, struct followups **out, struct err *e)
{
	struct followups *f = alloc_zero(1, sizeof *f);

	f->store = store;
	if (stmts_prepare(store_db(store), sql, ST_COUNT, f->st, e) < 0) {
		followups_close(&f);
		return -1;
	}
	*out = f;
	return 0;
}

void
followups_close(struct followups **f)
{
	if (!*f)
		return;
	stmts_finish((*f)->st, ST_COUNT);
	free(*f);
	*f = NULL;
}

/* 0 and CLOCK_NONE are NULL. */
static void
bind_maybe(struct db_stmt *st, int i, int64_t v)
{
	if (v == 0 || v == CLOCK_NONE)
		db_bind_null(st, i);
	else
		db_bind_int(st, i, v);
}

static struct str
text_of(struct str s)
{
	return str_is_given(s) ? s : str_of("");
}

static int64_t
time_of(struct db_stmt *st, int column)
{
	return db_col_is_null(st, column) ? CLOCK_NONE : db_col_int(st, column);
}

/* --- writing --- */

static int
record(struct followups *f, const struct state *s, const struct writer *w,
    struct err *e)
{
	char detail[128];
	const struct contactword *what =
	    contactwords_of(CONTACTWORDS_WHATS, w->what);
	struct audit_row row = { .at_ms = w->now_ms,
		.actor = str_of(w->actor),
		.event = AUDIT_ALTERATION,
		.incident_id = s->incident_id };

	(void)snprintf(detail, sizeof detail,
	    "{\"followup\":%" PRId64 ",\"what\":\"%s\"}", s->id, what->word);
	row.detail = str_of(detail);
	return audit_add(store_audit(f->store), &row, e);
}

/* Append a line after which s is how it stands. */
static int
add_line(struct followups *f, const struct state *s, const struct writer *w,
    struct err *e)
{
	struct db_stmt *st = f->st[ST_LINE];

	db_bind_int(st, 1, s->id);
	db_bind_int(st, 2, w->now_ms);
	bind_maybe(st, 3, w->account_id);
	db_bind_int(st, 4, w->what);
	db_bind_int(st, 5, s->due_ms);
	db_bind_int(st, 6, s->falls_to);
	bind_maybe(st, 7, s->holder_id);
	db_bind_int(st, 8, w->ending);
	db_bind_text(st, 9, text_of(w->note));
	if (db_run(st, e) < 0)
		return -1;
	int64_t line = db_last_id(store_db(f->store));
	st = f->st[ST_SET];
	db_bind_int(st, 1, s->due_ms);
	db_bind_int(st, 2, s->falls_to);
	bind_maybe(st, 3, s->holder_id);
	bind_maybe(st, 4, s->ended_ms);
	db_bind_int(st, 5, line);
	db_bind_int(st, 6, s->id);
	if (db_run(st, e) < 0)
		return -1;
	return record(f, s, w, e);
}

/* Open one, for a cause or (absent) for a person.  Its id, or -1. */
static int64_t
add(struct followups *f, const struct followup_wish *wish, struct str cause,
    struct str why, struct err *e)
{
	struct db_stmt *st = f->st[ST_ADD];
	struct state s = { .incident_id = wish->incident_id,
		.due_ms = wish->due_ms,
		.holder_id = wish->holder_id,
		.ended_ms = CLOCK_NONE,
		.falls_to = wish->falls_to };
	const struct writer w = { .account_id = wish->account_id,
		.actor = wish->actor,
		.now_ms = wish->now_ms,
		.what = FOLLOWUP_OPENED,
		.note = why };

	db_bind_int(st, 1, wish->incident_id);
	bind_maybe(st, 2, wish->contact_id);
	db_bind_int(st, 3, wish->kind);
	db_bind_text(st, 4, cause);
	db_bind_int(st, 5, wish->now_ms);
	bind_maybe(st, 6, wish->account_id);
	db_bind_text(st, 7, text_of(wish->note));
	db_bind_int(st, 8, wish->due_ms);
	db_bind_int(st, 9, wish->falls_to);
	bind_maybe(st, 10, wish->holder_id);
	if (db_run(st, e) < 0)
		return -1;
	s.id = db_last_id(store_db(f->store));
	return add_line(f, &s, &w, e) < 0 ? -1 : s.id;
}

static int
refuse_long(struct err *e)
{
	return err_set(
	    e, ERR_INVALID, "The note is too long: 1,000 bytes at most.");
}

int64_t
followups_add(
    struct followups *f, const struct followup_wish *wish, struct err *e)
{
	if (wish->note.len > FOLLOWUP_NOTE_MAX)
		return refuse_long(e);
	return add(f, wish, (struct str){ 0 }, (struct str){ 0 }, e);
}

/* 1, 0 if there is none, -1. */
static int
find_state(struct followups *f, int64_t id, struct state *s, struct err *e)
{
	struct db_stmt *st = f->st[ST_STATE];
	int found;

	db_bind_int(st, 1, id);
	found = db_step(st, e);
	if (found > 0)
		*s = (struct state){ .id = id,
			.incident_id = db_col_int(st, 0),
			.last_line = db_col_int(st, 1),
			.due_ms = db_col_int(st, 2),
			.falls_to = (int)db_col_int(st, 3),
			.holder_id = db_col_int(st, 4),
			.ended_ms = time_of(st, 5) };
	db_reset(st);
	return found;
}

static const char *
fault_of(const struct followup_change *c, const struct state *s)
{
	bool is_open = s->ended_ms == CLOCK_NONE;

	if (c->what == FOLLOWUP_REOPENED && is_open)
		return "It is open already.";
	if (c->what != FOLLOWUP_REOPENED && !is_open)
		return "It is closed. Open it again first.";
	if (c->what == FOLLOWUP_MOVED && c->note.len == 0)
		return "Say why it is moved: whoever looks after it next has "
		       "to know.";
	return NULL;
}

/* How it stands after c. */
static void
apply(struct state *s, const struct followup_change *c)
{
	switch (c->what) {
	case FOLLOWUP_MOVED: s->due_ms = c->due_ms; return;
	case FOLLOWUP_GIVEN:
		s->falls_to = c->falls_to;
		s->holder_id = c->holder_id;
		return;
	case FOLLOWUP_CLOSED: s->ended_ms = c->now_ms; return;
	case FOLLOWUP_REOPENED:
		s->ended_ms = CLOCK_NONE;
		s->due_ms = c->due_ms;
		return;
	case FOLLOWUP_OPENED: return;
	}
}

int
followups_change(
    struct followups *f, const struct followup_change *change, struct err *e)
{
	const struct writer w = { .account_id = change->account_id,
		.actor = change->actor,
		.now_ms = change->now_ms,
		.what = (int)change->what,
		.ending = change->what == FOLLOWUP_CLOSED ? change->ending : 0,
		.note = change->note };
	struct state s;
	const char *fault;
	int found = find_state(f, change->id, &s, e);

	if (found < 0)
		return -1;
	if (found == 0)
		return err_set(e, ERR_INVALID,
		    "There is no such follow-up. It may have been erased.");
	if (s.last_line != change->version)
		return 0;
	if (change->note.len > FOLLOWUP_NOTE_MAX)
		return refuse_long(e);
	fault = fault_of(change, &s);
	if (fault)
		return err_set(e, ERR_INVALID, "%s", fault);
	apply(&s, change);
	return add_line(f, &s, &w, e) < 0 ? -1 : 1;
}

/* --- what the agent finds --- */

static int
open_by_itself(struct followups *f, int64_t incident_id, struct str cause,
    int64_t due_ms, struct str why, int64_t now_ms, struct err *e)
{
	const struct followup_wish wish = { .incident_id = incident_id,
		.kind = FOLLOWUP_TEAM_VISIT,
		.falls_to = FOLLOWUP_TEAM,
		.due_ms = due_ms,
		.actor = "agent",
		.now_ms = now_ms };

	return add(f, &wish, cause, why, e) < 0 ? -1 : 1;
}

/* The cause is another one now: the line that says why goes with it. */
static int
set_cause(struct followups *f, int64_t id, struct str cause, struct err *e)
{
	db_bind_text(f->st[ST_CAUSE], 1, cause);
	db_bind_int(f->st[ST_CAUSE], 2, id);
	return db_run(f->st[ST_CAUSE], e);
}

int
followups_judge(struct followups *f, int64_t incident_id, struct str cause,
    int64_t due_ms, struct str why, int64_t now_ms, struct err *e)
{
	struct db_stmt *st = f->st[ST_BY_ITSELF];
	struct state s = { .incident_id = incident_id,
		.due_ms = due_ms,
		.falls_to = FOLLOWUP_TEAM };
	struct writer w = { .actor = "agent", .now_ms = now_ms, .note = why };
	bool is_wanted = str_is_given(cause), is_touched, is_other;
	int found;

	db_bind_int(st, 1, incident_id);
	found = db_step(st, e);
	if (found <= 0) {
		db_reset(st);
		return found < 0 || !is_wanted
			   ? found
			   : open_by_itself(
				 f, incident_id, cause, due_ms, why, now_ms, e);
	}
	s.id = db_col_int(st, 0);
	is_other = is_wanted && !str_is_equal(cause, db_col_text(st, 1));
	s.due_ms = is_wanted ? due_ms : db_col_int(st, 2);
	is_other |= is_wanted && due_ms != db_col_int(st, 2);
	s.ended_ms = time_of(st, 3);
	is_touched = db_col_int(st, 4) != 0;
	db_reset(st);
	if (is_touched ||
	    (is_wanted == (s.ended_ms == CLOCK_NONE) && !is_other))
		return 0;
	w.what = !is_wanted                 ? FOLLOWUP_CLOSED
		 : s.ended_ms == CLOCK_NONE ? FOLLOWUP_MOVED
					    : FOLLOWUP_REOPENED;
	w.ending = is_wanted ? 0 : FOLLOWUP_WITHDRAWN;
	s.ended_ms = is_wanted ? CLOCK_NONE : now_ms;
	if (is_wanted && set_cause(f, s.id, cause, e) < 0)
		return -1;
	return add_line(f, &s, &w, e) < 0 ? -1 : 1;
}

/* --- reading --- */

static void
read_one(struct db_stmt *st, struct followup *out)
{
	*out = (struct followup){ .id = db_col_int(st, 0),
		.incident_id = db_col_int(st, 1),
		.version = db_col_int(st, 2),
		.made_ms = db_col_int(st, 3),
		.due_ms = db_col_int(st, 4),
		.holder_id = db_col_int(st, 5),
		.ended_ms = time_of(st, 6),
		.kind = (int)db_col_int(st, 7),
		.falls_to = (int)db_col_int(st, 8),
		.ending = (int)db_col_int(st, 9),
		.ref = db_col_text(st, 10),
		.district = db_col_text(st, 11),
		.themes = db_col_text(st, 12),
		.cause = db_col_text(st, 13),
		.by = db_col_text(st, 14),
		.holder = db_col_text(st, 15),
		.note = db_col_text(st, 16) };
}

/* Run st, whose parameters are bound: how many rows, or -1. */
static int
read_all(struct db_stmt *st,
    void (*each)(void *user, const struct followup *one), void *user,
    struct err *e)
{
	int found, count = 0;

	while ((found = db_step(st, e)) > 0) {
		struct followup one;

		read_one(st, &one);
		each(user, &one);
		count++;
	}
	db_reset(st);
	return found < 0 ? -1 : count;
}

int
followups_list(struct followups *f, const struct followup_filter *filter,
    void (*each)(void *user, const struct followup *one), void *user,
    struct err *e)
{
	bool is_held = filter->holder_id != 0;
	struct db_stmt *st = f->st[is_held ? ST_LIST_HELD : ST_LIST];
	int i = 1;

	if (is_held)
		db_bind_int(st, i++, filter->holder_id);
	db_bind_int(st, i++, filter->after_due_ms);
	db_bind_int(st, i++, filter->after_id);
	db_bind_int(st, i++, filter->before_ms);
	db_bind_int(st, i, filter->limit);
	return read_all(st, each, user, e) < 0 ? -1 : 0;
}

int
followups_of(struct followups *f, int64_t incident_id,
    void (*each)(void *user, const struct followup *one), void *user,
    struct err *e)
{
	db_bind_int(f->st[ST_OF], 1, incident_id);
	return read_all(f->st[ST_OF], each, user, e) < 0 ? -1 : 0;
}

int
followups_find(struct followups *f, int64_t id,
    void (*each)(void *user, const struct followup *one), void *user,
    struct err *e)
{
	db_bind_int(f->st[ST_FIND], 1, id);
	return read_all(f->st[ST_FIND], each, user, e);
}

int
followups_lines(struct followups *f, int64_t id,
    void (*each)(void *user, const struct followup_line *line), void *user,
    struct err *e)
{
	struct db_stmt *st = f->st[ST_LINES];
	int found;

	db_bind_int(st, 1, id);
	while ((found = db_step(st, e)) > 0) {
		const struct followup_line line = { .id = db_col_int(st, 0),
			.at_ms = db_col_int(st, 1),
			.due_ms = db_col_int(st, 2),
			.what = (int)db_col_int(st, 3),
			.falls_to = (int)db_col_int(st, 4),
			.ending = (int)db_col_int(st, 5),
			.by = db_col_text(st, 6),
			.holder = db_col_text(st, 7),
			.note = db_col_text(st, 8) };

		each(user, &line);
	}
	db_reset(st);
	return found;
}

int
followups_count(struct followups *f, int64_t holder_id, int64_t before_ms,
    int64_t most, int64_t *count, struct err *e)
{
	struct db_stmt *st =
	    f->st[holder_id != 0 ? ST_COUNT_HELD : ST_COUNT_ALL];
	int i = 1, found;

	if (holder_id != 0)
		db_bind_int(st, i++, holder_id);
	db_bind_int(st, i++, before_ms);
	db_bind_int(st, i, most);
	found = db_step(st, e);
	*count = found > 0 ? db_col_int(st, 0) : 0;
	db_reset(st);
	return found < 0 ? -1 : 0;
}
