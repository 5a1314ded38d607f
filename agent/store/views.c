/* The tables of views.h. */
#include "agent/store/views.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/audit.h"
#include "agent/store/stmts.h"
#include "agent/store/store.h"

enum {
	ST_LIST,
	ST_PAGE,
	ST_FIND,
	ST_START,
	ST_COUNT_OWN,
	ST_NAMED,
	ST_ADD,
	ST_CHANGE,
	ST_DELETE,
	ST_FORGET_START,
	ST_SET_START,
	ST_COUNT
};

/* What an account sees; $1 is its number. */
#define SEEN                                                               \
	"SELECT v.id, v.account_id, v.name, v.query, a.name, v.is_shared," \
	" s.view_id IS NOT NULL, v.made_ms, v.turns FROM saved_view v"     \
	" JOIN account a ON a.id = v.account_id"                           \
	" LEFT JOIN view_start s ON s.view_id = v.id"                      \
	" AND s.account_id = $1"                                           \
	" WHERE (v.account_id = $1 OR v.is_shared = 1)"

static const char *const sql[ST_COUNT] = {
	[ST_LIST] = SEEN " ORDER BY v.account_id <> $1, v.name COLLATE NOCASE",
	[ST_PAGE] = SEEN " AND v.id > $2 ORDER BY v.id LIMIT $3",
	[ST_FIND] = SEEN " AND v.id = $2",
	[ST_START] = SEEN " AND s.view_id IS NOT NULL",
	[ST_COUNT_OWN] =
	    "SELECT count(*) FROM saved_view WHERE account_id = $1",
	[ST_NAMED] = "SELECT id FROM saved_view WHERE account_id = $1"
		     " AND name = $2 COLLATE NOCASE",
	[ST_ADD] = "INSERT INTO saved_view (account_id, name, query, is_shared,"
		   " made_ms, turns) VALUES ($1, $2, $3, $4, $5, 1)",
	[ST_CHANGE] = "UPDATE saved_view SET name = coalesce($1, name),"
		      " query = coalesce($2, query), is_shared = $3,"
		      " turns = turns + 1 WHERE id = $4",
	[ST_DELETE] = "DELETE FROM saved_view WHERE id = $1",
	[ST_FORGET_START] = "DELETE FROM view_start WHERE account_id = $1",
	[ST_SET_START] = "INSERT INTO view_start (account_id, view_id)"
			 " VALUES ($1, $2)",
};

struct views {
	struct store *store; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

int
views_open(struct store *store, struct views **out, struct err *e)
{
	struct views *v = alloc_zero(1, sizeof *v);

	v->store = store;
	if (stmts_prepare(store_db(store), sql, ST_COUNT, v->st, e) < 0) {
		views_close(&v);
		return -1;
	}
	*out = v;
	return 0;
}

void
views_close(struct views **v)
{
	if (!*v)
		return;
	stmts_finish((*v)->st, ST_COUNT);
	free(*v);
	*v = NULL;
}

/* --- reading --- */

static void
read_view(struct db_stmt *st, const struct views_by *by, struct view *view)
{
	*view = (struct view){ .id = db_col_int(st, 0),
		.account_id = db_col_int(st, 1),
		.name = db_col_text(st, 2),
		.query = db_col_text(st, 3),
		.by = db_col_text(st, 4),
		.is_shared = db_col_int(st, 5) != 0,
		.is_start = db_col_int(st, 6) != 0,
		.made_ms = db_col_int(st, 7),
		.turns = db_col_int(st, 8) };
	view->may_change = view->account_id == by->account_id ||
			   (view->is_shared && by->is_administrator);
}

/* Call each for the rows of st, bound already: 1 if there were any, 0, -1. */
static int
walk(struct db_stmt *st, const struct views_by *by,
    void (*each)(void *user, const struct view *view), void *user,
    struct err *e)
{
	int any = 0, found;

	while ((found = db_step(st, e)) > 0) {
		struct view view;

		read_view(st, by, &view);
		each(user, &view);
		any = 1;
	}
	db_reset(st);
	return found < 0 ? -1 : any;
}

int
views_list(struct views *v, const struct views_by *by,
    void (*each)(void *user, const struct view *view), void *user,
    struct err *e)
{
	db_bind_int(v->st[ST_LIST], 1, by->account_id);
	return walk(v->st[ST_LIST], by, each, user, e) < 0 ? -1 : 0;
}

int
views_page(struct views *v, const struct views_by *by, int64_t after_id,
    int64_t limit, void (*each)(void *user, const struct view *view),
    void *user, struct err *e)
{
	struct db_stmt *st = v->st[ST_PAGE];

	db_bind_int(st, 1, by->account_id);
	db_bind_int(st, 2, after_id);
	db_bind_int(st, 3, limit);
	return walk(st, by, each, user, e) < 0 ? -1 : 0;
}

int
views_find(struct views *v, const struct views_by *by, int64_t id,
    void (*each)(void *user, const struct view *view), void *user,
    struct err *e)
{
	db_bind_int(v->st[ST_FIND], 1, by->account_id);
	db_bind_int(v->st[ST_FIND], 2, id);
	return walk(v->st[ST_FIND], by, each, user, e);
}

int
views_start(struct views *v, const struct views_by *by,
    void (*each)(void *user, const struct view *view), void *user,
    struct err *e)
{
	db_bind_int(v->st[ST_START], 1, by->account_id);
	return walk(v->st[ST_START], by, each, user, e);
}

/* --- changing --- */

static int
record(struct views *v, const struct views_by *by, int64_t id, const char *what,
    struct err *e)
{
	char detail[64];
	struct audit_row row = { .at_ms = by->now_ms,
		.actor = str_of(by->actor),
		.event = AUDIT_ALTERATION };

	(void)snprintf(detail, sizeof detail,
	    "{\"view\":%" PRId64 ",\"change\":\"%s\"}", id, what);
	row.detail = str_of(detail);
	return audit_add(store_audit(v->store), &row, e);
}

/* The one number of st, bound already; *n stays if there is none. */
static int
ask(struct db_stmt *st, int64_t *n, struct err *e)
{
	int found = db_step(st, e);

	if (found > 0)
		*n = db_col_int(st, 0);
	db_reset(st);
	return found;
}

/* Can a view of the account, with that id or a new one, be called name? */
static int
check_name(struct views *v, int64_t account_id, int64_t id, struct str name,
    struct err *e)
{
	int64_t other = 0;

	if (name.len == 0 || name.len > VIEWS_NAME_MAX)
		return err_set(e, ERR_INVALID,
		    "A view has a name, of %d bytes at most.", VIEWS_NAME_MAX);
	db_bind_int(v->st[ST_NAMED], 1, account_id);
	db_bind_text(v->st[ST_NAMED], 2, name);
	if (ask(v->st[ST_NAMED], &other, e) < 0)
		return -1;
	if (other == 0 || other == id)
		return 0;
	return err_set(e, ERR_INVALID,
	    "There is a view of that name already: choose another.");
}

static int
check_query(struct str query, struct err *e)
{
	if (query.len <= VIEWS_QUERY_MAX)
		return 0;
	return err_set(
	    e, ERR_INVALID, "A filter has %d bytes at most.", VIEWS_QUERY_MAX);
}

int64_t
views_add(struct views *v, const struct views_by *by,
    const struct view_wish *wish, struct err *e)
{
	struct db_stmt *st = v->st[ST_ADD];
	int64_t count = 0, id;

	db_bind_int(v->st[ST_COUNT_OWN], 1, by->account_id);
	if (check_name(v, by->account_id, 0, wish->name, e) < 0 ||
	    check_query(wish->query, e) < 0 ||
	    ask(v->st[ST_COUNT_OWN], &count, e) < 0)
		return -1;
	if (count >= VIEWS_OF_ONE)
		return err_set(e, ERR_INVALID,
		    "You have %d views, which is all that there can be: "
		    "delete one first.",
		    VIEWS_OF_ONE);
	db_bind_int(st, 1, by->account_id);
	db_bind_text(st, 2, wish->name);
	db_bind_text(st, 3, wish->query.p ? wish->query : str_of(""));
	db_bind_int(st, 4, wish->is_shared);
	db_bind_int(st, 5, by->now_ms);
	if (db_run(st, e) < 0)
		return -1;
	id = db_last_id(store_db(v->store));
	return record(v, by, id, "added", e) < 0 ? -1 : id;
}

/* What is looked at before a change; texts are not kept. */
static void
keep_view(void *user, const struct view *view)
{
	struct view *kept = user;

	*kept = *view;
	kept->name = kept->query = kept->by = (struct str){ 0 };
}

/* May it be changed, and is it as it was seen?  1, 0 or -1. */
static int
open_view(struct views *v, const struct views_by *by, int64_t id, int64_t seen,
    struct view *view, struct err *e)
{
	int r = views_find(v, by, id, keep_view, view, e);

	if (r <= 0)
		return r;
	if (!view->may_change)
		return err_set(e, ERR_INVALID,
		    "A shared view is changed by whoever made it or an "
		    "administrator.");
	return view->turns == seen;
}

int
views_change(struct views *v, const struct views_by *by, int64_t id,
    int64_t seen, const struct view_wish *wish, struct err *e)
{
	struct db_stmt *st = v->st[ST_CHANGE];
	struct view view;
	int r = open_view(v, by, id, seen, &view, e);

	if (r <= 0)
		return r;
	if ((wish->name.p &&
		check_name(v, view.account_id, id, wish->name, e) < 0) ||
	    check_query(wish->query, e) < 0)
		return -1;
	db_bind_text(st, 1, wish->name);
	db_bind_text(st, 2, wish->query);
	db_bind_int(st, 3, wish->is_shared);
	db_bind_int(st, 4, id);
	if (db_run(st, e) < 0)
		return -1;
	return record(v, by, id, "changed", e) < 0 ? -1 : 1;
}

int
views_delete(struct views *v, const struct views_by *by, int64_t id,
    int64_t seen, struct err *e)
{
	struct view view;
	int r = open_view(v, by, id, seen, &view, e);

	if (r <= 0)
		return r;
	db_bind_int(v->st[ST_DELETE], 1, id);
	if (db_run(v->st[ST_DELETE], e) < 0)
		return -1;
	return record(v, by, id, "deleted", e) < 0 ? -1 : 1;
}

int
views_set_start(
    struct views *v, const struct views_by *by, int64_t id, struct err *e)
{
	struct view view;
	int r = id == 0 ? 1 : views_find(v, by, id, keep_view, &view, e);

	if (r <= 0)
		return r;
	db_bind_int(v->st[ST_FORGET_START], 1, by->account_id);
	if (db_run(v->st[ST_FORGET_START], e) < 0)
		return -1;
	if (id != 0) {
		db_bind_int(v->st[ST_SET_START], 1, by->account_id);
		db_bind_int(v->st[ST_SET_START], 2, id);
		if (db_run(v->st[ST_SET_START], e) < 0)
			return -1;
	}
	return record(v, by, id, "start", e) < 0 ? -1 : 1;
}
