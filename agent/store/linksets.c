/* The tables of linksets.h. */
#include "agent/store/linksets.h"

#include <inttypes.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/stmts.h"

enum {
	ST_MAKE,
	ST_EXISTS,
	ST_IS_IN,
	ST_ADD,
	ST_UNDO,
	ST_UNDO_WHICH,
	ST_LIST,
	ST_FIND,
	ST_MEMBERS,
	ST_OF,
	ST_STANDS,
	ST_DECIDE,
	ST_END,
	ST_VERDICT_WHICH,
	ST_VERDICTS,
	ST_FOUND,
	ST_COUNT
};

#define LISTED                                                 \
	"SELECT s.id, s.made_ms, s.name, a.name, count(m.id)," \
	" min(i.opened_ms), max(i.opened_ms) FROM linkset s"   \
	" JOIN account a ON a.id = s.account_id"               \
	" LEFT JOIN linkset_member m ON m.linkset_id = s.id"   \
	" AND m.undone_ms IS NULL LEFT JOIN incident i ON i.id = m.incident_id"

#define THEMES                                      \
	"(SELECT group_concat(theme, ',') FROM tag" \
	" WHERE incident_id = i.id AND ended_ms IS NULL)"

#define MEMBERS                                                         \
	"SELECT m.id, m.linkset_id, m.incident_id, s.name, m.kind,"     \
	" m.reason, a.name, m.at_ms, m.undone_ms, u.name, i.opened_ms," \
	" i.ref, i.near_name, " THEMES " FROM linkset_member m"         \
	" JOIN linkset s ON s.id = m.linkset_id"                        \
	" JOIN incident i ON i.id = m.incident_id"                      \
	" JOIN account a ON a.id = m.account_id"                        \
	" LEFT JOIN account u ON u.id = m.undone_by"

static const char *const sql[ST_COUNT] = {
	[ST_MAKE] = "INSERT INTO linkset (name, made_ms, account_id)"
		    " VALUES ($1, $2, $3)",
	[ST_EXISTS] = "SELECT 1 FROM linkset WHERE id = $1",
	[ST_IS_IN] = "SELECT 1 FROM linkset_member WHERE linkset_id = $1"
		     " AND incident_id = $2 AND undone_ms IS NULL",
	[ST_ADD] =
	    "INSERT INTO linkset_member (linkset_id, incident_id, kind,"
	    " reason, at_ms, account_id) VALUES ($1, $2, $3, $4, $5, $6)",
	[ST_UNDO] = "UPDATE linkset_member SET undone_ms = $1, undone_by = $2"
		    " WHERE id = $3 AND undone_ms IS NULL",
	[ST_UNDO_WHICH] = "SELECT incident_id FROM linkset_member"
			  " WHERE id = $1",
	[ST_LIST] = LISTED " WHERE s.id IN (SELECT id FROM linkset"
			   " WHERE id < $1 ORDER BY id DESC LIMIT $2)"
			   " GROUP BY s.id ORDER BY s.id DESC",
	[ST_FIND] = LISTED " WHERE s.id = $1 GROUP BY s.id",
	[ST_MEMBERS] = MEMBERS " WHERE m.linkset_id = $1"
			       " ORDER BY i.opened_ms, m.id",
	[ST_OF] = MEMBERS " WHERE m.incident_id = $1 AND m.undone_ms IS NULL"
			  " ORDER BY m.id",
	[ST_STANDS] = "SELECT id FROM link_verdict WHERE incident_id = $1"
		      " AND other_id = $2 AND kind = $3 AND undone_ms IS NULL",
	[ST_DECIDE] = "INSERT INTO link_verdict (incident_id, other_id, kind,"
		      " verdict, at_ms, account_id)"
		      " VALUES ($1, $2, $3, $4, $5, $6)",
	[ST_END] = "UPDATE link_verdict SET undone_ms = $1, undone_by = $2"
		   " WHERE id = $3 AND undone_ms IS NULL",
	[ST_VERDICT_WHICH] = "SELECT incident_id FROM link_verdict"
			     " WHERE id = $1",
	[ST_VERDICTS] =
	    "SELECT v.id, v.other_id, v.kind, v.verdict, v.at_ms, a.name"
	    " FROM link_verdict v JOIN account a ON a.id = v.account_id"
	    " WHERE v.incident_id = $1 AND v.undone_ms IS NULL UNION ALL"
	    " SELECT v.id, v.incident_id, v.kind, v.verdict, v.at_ms, a.name"
	    " FROM link_verdict v JOIN account a ON a.id = v.account_id"
	    " WHERE v.other_id = $1 AND v.undone_ms IS NULL",
	[ST_FOUND] = "SELECT l.incident_id, l.series, count(*), i.opened_ms,"
		     " i.ref, " THEMES " FROM series_link l"
		     " JOIN incident i ON i.id = l.incident_id"
		     " WHERE l.incident_id < $1 GROUP BY l.incident_id,"
		     " l.series ORDER BY l.incident_id DESC, l.series DESC"
		     " LIMIT $2",
};

struct linksets {
	struct db *db; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

int
linksets_open(struct db *db, struct linksets **out, struct err *e)
{
	struct linksets *l = alloc_zero(1, sizeof *l);

	l->db = db;
	if (stmts_prepare(db, sql, ST_COUNT, l->st, e) < 0) {
		linksets_close(&l);
		return -1;
	}
	*out = l;
	return 0;
}

void
linksets_close(struct linksets **l)
{
	struct linksets *x = *l;

	if (!x)
		return;
	*l = NULL;
	stmts_finish(x->st, ST_COUNT);
	free(x);
}

static int64_t
time_of(struct db_stmt *st, int column)
{
	return db_col_is_null(st, column) ? CLOCK_NONE : db_col_int(st, column);
}

/* The number that st, which is bound, gives: 1, 0 if none, or -1. */
static int
one_number(struct db_stmt *st, int64_t *out, struct err *e)
{
	int r = db_step(st, e);

	if (r > 0)
		*out = db_col_int(st, 0);
	db_reset(st);
	return r;
}

/* --- series --- */

int64_t
linksets_make(struct linksets *l, struct str name, const struct linksets_by *by,
    struct err *e)
{
	struct db_stmt *st = l->st[ST_MAKE];

	if (name.len == 0 || name.len > LINKSETS_NAME_MAX)
		return err_set(e, ERR_INVALID,
		    "The name of a series has from 1 to %d characters.",
		    LINKSETS_NAME_MAX);
	db_bind_text(st, 1, name);
	db_bind_int(st, 2, by->now_ms);
	db_bind_int(st, 3, by->account_id);
	return db_run(st, e) < 0 ? -1 : db_last_id(l->db);
}

int
linksets_add(struct linksets *l, int64_t linkset_id, int64_t incident_id,
    int kind, struct str reason, const struct linksets_by *by, struct err *e)
{
	struct db_stmt *st = l->st[ST_IS_IN];
	int64_t found;
	int r;

	if (reason.len > LINKSETS_REASON_MAX)
		return err_set(e, ERR_INVALID,
		    "A reason has at most %d characters.", LINKSETS_REASON_MAX);
	db_bind_int(l->st[ST_EXISTS], 1, linkset_id);
	r = one_number(l->st[ST_EXISTS], &found, e);
	if (r <= 0)
		return r;
	db_bind_int(st, 1, linkset_id);
	db_bind_int(st, 2, incident_id);
	r = one_number(st, &found, e);
	if (r != 0)
		return r < 0 ? -1
			     : err_set(e, ERR_INVALID,
				   "It is in that series already.");
	st = l->st[ST_ADD];
	db_bind_int(st, 1, linkset_id);
	db_bind_int(st, 2, incident_id);
	db_bind_int(st, 3, kind);
	db_bind_text(st, 4, reason.p ? reason : str_of(""));
	db_bind_int(st, 5, by->now_ms);
	db_bind_int(st, 6, by->account_id);
	return db_run(st, e) < 0 ? -1 : 1;
}

/* Undo row id by st; which says what incident it is about. */
static int
undo(struct linksets *l, struct db_stmt *st, struct db_stmt *which, int64_t id,
    const struct linksets_by *by, int64_t *incident_id, struct err *e)
{
	int r;

	db_bind_int(which, 1, id);
	r = one_number(which, incident_id, e);
	if (r <= 0)
		return r;
	db_bind_int(st, 1, by->now_ms);
	db_bind_int(st, 2, by->account_id);
	db_bind_int(st, 3, id);
	return db_run(st, e) < 0 ? -1 : db_changes(l->db) > 0;
}

int
linksets_undo_member(struct linksets *l, int64_t member_id,
    const struct linksets_by *by, int64_t *incident_id, struct err *e)
{
	return undo(l, l->st[ST_UNDO], l->st[ST_UNDO_WHICH], member_id, by,
	    incident_id, e);
}

static void
give_set(struct db_stmt *st,
    void (*each)(void *user, const struct linkset *set), void *user)
{
	const struct linkset s = { .id = db_col_int(st, 0),
		.made_ms = db_col_int(st, 1),
		.name = db_col_text(st, 2),
		.by = db_col_text(st, 3),
		.member_count = db_col_int(st, 4),
		.first_ms = time_of(st, 5),
		.last_ms = time_of(st, 6) };

	each(user, &s);
}

int
linksets_list(struct linksets *l, int64_t before_id, int64_t limit,
    void (*each)(void *user, const struct linkset *set), void *user,
    struct err *e)
{
	struct db_stmt *st = l->st[ST_LIST];
	int r;

	db_bind_int(st, 1, before_id);
	db_bind_int(st, 2, limit);
	while ((r = db_step(st, e)) > 0)
		give_set(st, each, user);
	db_reset(st);
	return r;
}

int
linksets_find(struct linksets *l, int64_t linkset_id,
    void (*each)(void *user, const struct linkset *set), void *user,
    struct err *e)
{
	struct db_stmt *st = l->st[ST_FIND];
	int r;

	db_bind_int(st, 1, linkset_id);
	r = db_step(st, e);
	if (r > 0)
		give_set(st, each, user);
	db_reset(st);
	return r;
}

static int
give_members(struct db_stmt *st, int64_t id,
    void (*each)(void *user, const struct linkset_member *member), void *user,
    struct err *e)
{
	int r;

	db_bind_int(st, 1, id);
	while ((r = db_step(st, e)) > 0) {
		const struct linkset_member m = { .id = db_col_int(st, 0),
			.linkset_id = db_col_int(st, 1),
			.incident_id = db_col_int(st, 2),
			.name = db_col_text(st, 3),
			.kind = (int)db_col_int(st, 4),
			.reason = db_col_text(st, 5),
			.by = db_col_text(st, 6),
			.at_ms = db_col_int(st, 7),
			.undone_ms = time_of(st, 8),
			.undone_by = db_col_text(st, 9),
			.opened_ms = time_of(st, 10),
			.ref = db_col_text(st, 11),
			.near_name = db_col_text(st, 12),
			.themes = db_col_text(st, 13) };

		each(user, &m);
	}
	db_reset(st);
	return r;
}

int
linksets_members(struct linksets *l, int64_t linkset_id,
    void (*each)(void *user, const struct linkset_member *member), void *user,
    struct err *e)
{
	return give_members(l->st[ST_MEMBERS], linkset_id, each, user, e);
}

int
linksets_of(struct linksets *l, int64_t incident_id,
    void (*each)(void *user, const struct linkset_member *member), void *user,
    struct err *e)
{
	return give_members(l->st[ST_OF], incident_id, each, user, e);
}

/* --- verdicts --- */

int
linksets_decide(struct linksets *l, const struct linksets_wish *wish,
    const struct linksets_by *by, struct err *e)
{
	/* A link has no direction: the lower number stands first. */
	bool is_up = wish->incident_id < wish->other_id;
	int64_t a = is_up ? wish->incident_id : wish->other_id;
	int64_t b = is_up ? wish->other_id : wish->incident_id;
	struct db_stmt *st = l->st[ST_STANDS];
	int64_t stands = 0, ended_id;
	int r;

	db_bind_int(st, 1, a);
	db_bind_int(st, 2, b);
	db_bind_int(st, 3, wish->kind);
	if (one_number(st, &stands, e) < 0)
		return -1;
	if (stands != wish->seen)
		return 0;
	if (stands > 0) {
		r = linksets_undo_verdict(l, stands, by, &ended_id, e);
		if (r <= 0)
			return r;
	}
	st = l->st[ST_DECIDE];
	db_bind_int(st, 1, a);
	db_bind_int(st, 2, b);
	db_bind_int(st, 3, wish->kind);
	db_bind_int(st, 4, wish->verdict);
	db_bind_int(st, 5, by->now_ms);
	db_bind_int(st, 6, by->account_id);
	return db_run(st, e) < 0 ? -1 : 1;
}

int
linksets_undo_verdict(struct linksets *l, int64_t verdict_id,
    const struct linksets_by *by, int64_t *incident_id, struct err *e)
{
	return undo(l, l->st[ST_END], l->st[ST_VERDICT_WHICH], verdict_id, by,
	    incident_id, e);
}

int
linksets_verdicts(struct linksets *l, int64_t incident_id,
    void (*each)(void *user, const struct linkset_verdict *verdict), void *user,
    struct err *e)
{
	struct db_stmt *st = l->st[ST_VERDICTS];
	int r;

	db_bind_int(st, 1, incident_id);
	while ((r = db_step(st, e)) > 0) {
		const struct linkset_verdict v = { .id = db_col_int(st, 0),
			.other_id = db_col_int(st, 1),
			.kind = (int)db_col_int(st, 2),
			.verdict = (enum linksets_verdict)db_col_int(st, 3),
			.at_ms = db_col_int(st, 4),
			.by = db_col_text(st, 5) };

		each(user, &v);
	}
	db_reset(st);
	return r;
}

/* --- what the rules found --- */

int
linksets_found(struct linksets *l, int64_t before_id, int64_t limit,
    void (*each)(void *user, const struct linkset_found *found), void *user,
    struct err *e)
{
	struct db_stmt *st = l->st[ST_FOUND];
	int r;

	db_bind_int(st, 1, before_id);
	db_bind_int(st, 2, limit);
	while ((r = db_step(st, e)) > 0) {
		const struct linkset_found f = { .incident_id =
						     db_col_int(st, 0),
			.series = db_col_text(st, 1),
			.count = db_col_int(st, 2),
			.opened_ms = time_of(st, 3),
			.ref = db_col_text(st, 4),
			.themes = db_col_text(st, 5) };

		each(user, &f);
	}
	db_reset(st);
	return r;
}
