/*
 * Opening entries, adding lines and incidents, and what is derived of both.
 */
#include <inttypes.h>

#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/camps.h"
#include "agent/store/camps_private.h"

#define MINUTE_MS INT64_C(60000)
#define DAY_MS    INT64_C(86400000)

/* What an entry is at the moment of a change. */
struct state {
	int64_t turns, reported_ms, left_ms;
};

/* --- what is derived --- */

/* Work out anew what lists need, and count the change. */
static int
derive(struct camps *c, int64_t camp_id, struct err *e)
{
	static const int steps[] = { ST_DERIVE, ST_NO_DEADLINES, ST_DEADLINES };

	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		db_bind_int(c->st[steps[i]], 1, camp_id);
		if (db_run(c->st[steps[i]], e) < 0)
			return -1;
	}
	return 0;
}

static int
add_line(struct camps *c, const struct camp_entry *w, struct err *e)
{
	struct db_stmt *st = c->st[ST_ADD_LINE];

	db_bind_int(st, 1, w->camp_id);
	db_bind_int(st, 2, w->kind);
	db_bind_int(st, 3, w->at_ms);
	db_bind_int(st, 4, w->now_ms);
	db_bind_int(st, 5, w->account_id);
	if (w->corrects_id)
		db_bind_int(st, 6, w->corrects_id);
	else
		db_bind_null(st, 6);
	if (w->refers_id)
		db_bind_int(st, 7, w->refers_id);
	else
		db_bind_null(st, 7);
	db_bind_text(st, 8, w->body);
	return db_run(st, e);
}

/* --- opening --- */

static int
bind_incident(struct camps *c, const struct camp_opening *o,
    int64_t *reported_ms, struct err *e)
{
	struct db_stmt *from = c->st[ST_INCIDENT], *to = c->st[ST_BEGIN];
	int r;

	db_bind_int(from, 1, o->incident_id);
	r = db_step(from, e);
	if (r <= 0) {
		db_reset(from);
		return r < 0 ? -1
			     : err_set(e, ERR_INVALID,
				   "That incident is not there any more.");
	}
	*reported_ms = db_col_int(from, 0);
	db_bind_int(to, 1, *reported_ms);
	db_bind_int(to, 2, o->now_ms);
	db_bind_int(to, 3, o->account_id);
	db_bind_text(to, 4, db_col_text(from, 1));
	for (int i = 2; i < 4; i++)
		if (db_col_is_null(from, i))
			db_bind_null(to, i + 3);
		else
			db_bind_real(to, i + 3, db_col_real(from, i));
	return 0;
}

static int
insert(struct camps *c, const struct camp_opening *o, int64_t *reported_ms,
    struct err *e)
{
	struct db_stmt *st = c->st[ST_BEGIN];
	struct buf rule = { 0 };
	int r;

	if (bind_incident(c, o, reported_ms, e) < 0)
		return -1;
	campcount_text(o->rule, &rule);
	db_bind_int(st, 7, CAMPCOUNT_VERSION);
	db_bind_text(st, 8, buf_str(&rule));
	db_bind_int(st, 9, o->rule->return_days);
	db_bind_int(st, 10, o->rule->move_m);
	if (o->moved_from)
		db_bind_int(st, 11, o->moved_from);
	else
		db_bind_null(st, 11);
	r = db_run(st, e);
	db_reset(c->st[ST_INCIDENT]);
	buf_clear(&rule);
	return r;
}

/* 1, 0 if there is no such entry, -1. */
static int
look(struct camps *c, int64_t camp_id, struct state *s, struct err *e)
{
	struct db_stmt *st = c->st[ST_STATE];
	int r;

	db_bind_int(st, 1, camp_id);
	r = db_step(st, e);
	if (r > 0)
		*s = (struct state){ db_col_int(st, 0), db_col_int(st, 1),
			db_col_is_null(st, 2) ? CLOCK_NONE
					      : db_col_int(st, 2) };
	db_reset(st);
	return r;
}

/* The incident belongs to no entry: 0, or -1 with a sentence. */
static int
check_free(struct camps *c, int64_t incident_id, struct err *e)
{
	int64_t other = camps_of_incident(c, incident_id, e);

	if (other <= 0)
		return (int)other;
	return err_set(e, ERR_INVALID,
	    "That incident belongs to entry %" PRId64
	    " already, and an encampment is counted once. If it belongs here, "
	    "take it out of that entry first.",
	    other);
}

static int
put_incident(struct camps *c, int64_t camp_id, int64_t incident_id,
    int64_t account_id, int64_t now_ms, struct err *e)
{
	struct db_stmt *st = c->st[ST_JOIN];

	db_bind_int(st, 1, camp_id);
	db_bind_int(st, 2, incident_id);
	db_bind_int(st, 3, now_ms);
	db_bind_int(st, 4, account_id);
	return db_run(st, e);
}

static int
check_opening(struct camps *c, const struct camp_opening *o, struct err *e)
{
	struct state before;
	int r;

	if (check_free(c, o->incident_id, e) < 0)
		return -1;
	if (o->moved_from == 0)
		return 0;
	r = look(c, o->moved_from, &before, e);
	if (r == 0)
		return err_set(e, ERR_INVALID,
		    "There is no entry %" PRId64
		    " that they could have moved from.",
		    o->moved_from);
	return r < 0 ? -1 : 0;
}

int64_t
camps_begin(struct camps *c, const struct camp_opening *o, struct err *e)
{
	struct camp_entry first = { .kind = CAMP_PLACE,
		.body = o->body,
		.account_id = o->account_id,
		.now_ms = o->now_ms };

	if (check_opening(c, o, e) < 0 || insert(c, o, &first.at_ms, e) < 0)
		return -1;
	first.camp_id = db_last_id(c->db);
	if (add_line(c, &first, e) < 0 ||
	    put_incident(c, first.camp_id, o->incident_id, o->account_id,
		o->now_ms, e) < 0 ||
	    derive(c, first.camp_id, e) < 0)
		return -1;
	return first.camp_id;
}

/* --- lines --- */

static int
check_open(const struct camp_entry *w, const struct state *s, struct err *e)
{
	bool is_open = s->left_ms == CLOCK_NONE;

	if (w->kind == CAMP_REOPENED && is_open)
		return err_set(e, ERR_INVALID, "The entry is open already.");
	if (is_open || w->kind == CAMP_REOPENED || w->corrects_id)
		return 0;
	return err_set(e, ERR_INVALID,
	    "The entry is closed. Reopen it to add to it; what stands in it "
	    "can still be corrected.");
}

static int
check_time(const struct camp_entry *w, const struct state *s, struct err *e)
{
	bool is_due = w->kind == CAMP_DEADLINE;

	if (w->at_ms > w->now_ms + (is_due ? 731 * DAY_MS : 5 * MINUTE_MS))
		return err_set(e, ERR_INVALID,
		    is_due ? "That is more than two years ahead: look at the "
			     "year."
			   : "That time has not come yet: look at the date.");
	if (w->at_ms < s->reported_ms - 366 * DAY_MS)
		return err_set(e, ERR_INVALID,
		    "That is more than a year before the first report: look "
		    "at the year.");
	if (w->kind == CAMP_CLOSED && w->at_ms < s->reported_ms)
		return err_set(e, ERR_INVALID,
		    "They cannot have left before the first report.");
	if (w->kind == CAMP_REOPENED && w->at_ms < s->left_ms)
		return err_set(e, ERR_INVALID, "That is before they had left.");
	return 0;
}

/* What a line is that another one is about. */
struct target {
	enum campword_kind kind;
	bool stands, is_due;
	int64_t refers_id;
};

static int
look_line(struct camps *c, const struct camp_entry *w, int64_t id,
    struct target *t, struct err *e)
{
	struct db_stmt *st = c->st[ST_LINE];
	int r;

	db_bind_int(st, 1, id);
	db_bind_int(st, 2, w->camp_id);
	r = db_step(st, e);
	if (r > 0)
		*t = (struct target){ (enum campword_kind)db_col_int(st, 0),
			db_col_int(st, 1) != 0, db_col_int(st, 3) != 0,
			db_col_int(st, 2) };
	db_reset(st);
	return r;
}

static int
check_corrected(struct camps *c, struct camp_entry *w, struct err *e)
{
	struct target t = { 0 };
	int r;

	if (!w->corrects_id)
		return w->kind == CAMP_WITHDRAWN
			   ? err_set(e, ERR_INVALID,
				 "Choose the line that is to be taken out.")
			   : 0;
	r = look_line(c, w, w->corrects_id, &t, e);
	if (r < 0)
		return -1;
	if (r == 0 || !t.stands)
		return err_set(e, ERR_INVALID,
		    "That line does not stand any more: correct the one that "
		    "took its place.");
	if (!campwords_kind(t.kind)->is_correctable)
		return err_set(e, ERR_INVALID,
		    "A closing is mended by reopening the entry, and the other "
		    "way round.");
	if (w->kind == CAMP_WITHDRAWN && t.kind == CAMP_PLACE)
		return err_set(e, ERR_INVALID,
		    "The place can be corrected and not be taken out.");
	if (w->kind != CAMP_WITHDRAWN && w->kind != t.kind)
		return err_set(e, ERR_INVALID,
		    "A line is corrected by one of its own kind.");
	w->refers_id = w->kind == CAMP_MET ? t.refers_id : 0;
	return 0;
}

static int
check_referred(struct camps *c, const struct camp_entry *w, struct err *e)
{
	struct target t = { 0 };
	int r;

	if (w->kind != CAMP_MET || w->corrects_id)
		return 0;
	r = look_line(c, w, w->refers_id, &t, e);
	if (r < 0)
		return -1;
	if (r == 0 || t.kind != CAMP_DEADLINE || !t.is_due)
		return err_set(
		    e, ERR_INVALID, "That deadline is not due any more.");
	return 0;
}

/* Closing and reopening change the entry itself. */
static int
turn(struct camps *c, const struct camp_entry *w, struct err *e)
{
	bool is_closing = w->kind == CAMP_CLOSED;
	struct db_stmt *st = c->st[is_closing ? ST_CLOSE : ST_REOPEN];

	if (!is_closing && w->kind != CAMP_REOPENED)
		return 0;
	if (is_closing)
		db_bind_int(st, 1, w->at_ms);
	else
		db_bind_text(st, 1, w->body);
	if (is_closing)
		db_bind_text(st, 2, w->body);
	else
		db_bind_int(st, 2, w->at_ms);
	db_bind_int(st, 3, w->camp_id);
	return db_run(st, e);
}

int64_t
camps_add(struct camps *c, const struct camp_entry *wanted, struct err *e)
{
	struct camp_entry w = *wanted;
	struct state s = { 0 };
	int64_t id;
	int r = look(c, w.camp_id, &s, e);

	if (r <= 0 || s.turns != w.turns)
		return r < 0 ? -1 : 0;
	if (w.kind != CAMP_MET)
		w.refers_id = 0;
	if (check_open(&w, &s, e) < 0 || check_time(&w, &s, e) < 0 ||
	    check_corrected(c, &w, e) < 0 || check_referred(c, &w, e) < 0)
		return -1;
	if (add_line(c, &w, e) < 0)
		return -1;
	id = db_last_id(c->db);
	if (turn(c, &w, e) < 0 || derive(c, w.camp_id, e) < 0)
		return -1;
	return id;
}

/* --- incidents --- */

static int
report(struct camps *c, int64_t camp_id, struct err *e)
{
	db_bind_int(c->st[ST_REPORTED], 1, camp_id);
	return db_run(c->st[ST_REPORTED], e) < 0 || derive(c, camp_id, e) < 0
		   ? -1
		   : 1;
}

int
camps_join(struct camps *c, int64_t camp_id, int64_t turns, int64_t incident_id,
    int64_t account_id, int64_t now_ms, struct err *e)
{
	struct state s = { 0 };
	int r = look(c, camp_id, &s, e);

	if (r <= 0 || s.turns != turns)
		return r < 0 ? -1 : 0;
	if (check_free(c, incident_id, e) < 0 ||
	    put_incident(c, camp_id, incident_id, account_id, now_ms, e) < 0)
		return -1;
	return report(c, camp_id, e);
}

int
camps_part(struct camps *c, int64_t camp_id, int64_t turns, int64_t incident_id,
    int64_t account_id, int64_t now_ms, struct err *e)
{
	struct db_stmt *st = c->st[ST_PART];
	struct state s = { 0 };
	int r = look(c, camp_id, &s, e);

	if (r <= 0 || s.turns != turns)
		return r < 0 ? -1 : 0;
	db_bind_int(st, 1, now_ms);
	db_bind_int(st, 2, account_id);
	db_bind_int(st, 3, camp_id);
	db_bind_int(st, 4, incident_id);
	if (db_run(st, e) < 0)
		return -1;
	if (db_changes(c->db) == 0)
		return err_set(e, ERR_INVALID,
		    "It is the only incident of the entry, which would say "
		    "nothing without it: join another one first, or close the "
		    "entry as not counted.");
	return report(c, camp_id, e);
}
