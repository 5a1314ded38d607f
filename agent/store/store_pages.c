#include "agent/store/store_pages.h"

#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/store/stmts.h"
#include "agent/store/store.h"
#include "agent/store/store_private.h"

enum {
	ST_OPENED,
	ST_UNDATED,
	ST_THEME,
	ST_COUNT
};

#define IN_DISTRICT(n) \
	" AND (" n " IS NULL OR i.district = " n " COLLATE NOCASE)"

static const char *const sql[] = {
	[ST_OPENED] = STORE_SELECT_LISTED
	" FROM incident i WHERE i.opened_ms >= $1 AND i.opened_ms < $2"
	" AND (i.opened_ms, i.id) < ($3, $4)" IN_DISTRICT(
	    "$5") " ORDER BY i.opened_ms DESC, i.id DESC LIMIT $6",
	[ST_UNDATED] = STORE_SELECT_LISTED
	" FROM incident i WHERE i.opened_ms IS NULL AND i.id < $1" IN_DISTRICT(
	    "$2") " ORDER BY i.id DESC LIMIT $3",
	/* CROSS JOIN: the tags outside, whose index is in the order. */
	[ST_THEME] = STORE_SELECT_LISTED
	" FROM tag t CROSS JOIN incident i ON i.id = t.incident_id"
	" WHERE t.theme = $1 AND t.ended_ms IS NULL AND t.incident_id < $2"
	" AND ($3 IS NULL OR i.opened_ms >= $3)"
	" AND ($4 IS NULL OR i.opened_ms < $4)" IN_DISTRICT(
	    "$5") " ORDER BY t.incident_id DESC LIMIT $6",
};
_Static_assert(sizeof sql / sizeof sql[0] == ST_COUNT, "a text for each");

struct store_pages {
	struct db_stmt *st[ST_COUNT];
};

/* A list that is being given. */
struct giving {
	const struct store_pages_filter *filter;
	void (*each)(void *user, const struct store_incident *row);
	void *user;
	int64_t left; /* rows that there is room for */
};

int
store_pages_open(struct store *st, struct store_pages **out, struct err *e)
{
	struct store_pages *p = alloc_zero(1, sizeof *p);

	if (stmts_prepare(store_db(st), sql, ST_COUNT, p->st, e) < 0) {
		free(p);
		return -1;
	}
	*out = p;
	return 0;
}

void
store_pages_close(struct store_pages **p)
{
	if (!*p)
		return;
	stmts_finish((*p)->st, ST_COUNT);
	free(*p);
	*p = NULL;
}

/* Run a statement to its end. */
static int
give(struct giving *g, struct db_stmt *st, struct err *e)
{
	struct store_incident row;
	int r;

	while ((r = db_step(st, e)) > 0) {
		store_read_listed(st, &row);
		g->each(g->user, &row);
		g->left--;
	}
	db_reset(st);
	return r;
}

static void
bind_time(struct db_stmt *st, int i, int64_t ms)
{
	if (ms == CLOCK_NONE)
		db_bind_null(st, i);
	else
		db_bind_int(st, i, ms);
}

static int
give_theme(struct store_pages *p, struct giving *g, struct err *e)
{
	const struct store_pages_filter *f = g->filter;
	struct db_stmt *st = p->st[ST_THEME];

	db_bind_text(st, 1, f->theme);
	db_bind_int(st, 2, f->after_id ? f->after_id : INT64_MAX);
	bind_time(st, 3, f->since_ms);
	bind_time(st, 4, f->before_ms);
	db_bind_text(st, 5, f->district);
	db_bind_int(st, 6, g->left);
	return give(g, st, e);
}

static int
give_opened(struct store_pages *p, struct giving *g, struct err *e)
{
	const struct store_pages_filter *f = g->filter;
	struct db_stmt *st = p->st[ST_OPENED];

	/* No time is before INT64_MIN, which CLOCK_NONE is. */
	db_bind_int(st, 1, f->since_ms);
	db_bind_int(
	    st, 2, f->before_ms == CLOCK_NONE ? INT64_MAX : f->before_ms);
	db_bind_int(st, 3, f->after_id ? f->after_ms : INT64_MAX);
	db_bind_int(st, 4, f->after_id ? f->after_id : INT64_MAX);
	db_bind_text(st, 5, f->district);
	db_bind_int(st, 6, g->left);
	return give(g, st, e);
}

static int
give_undated(struct store_pages *p, struct giving *g, struct err *e)
{
	const struct store_pages_filter *f = g->filter;
	bool is_among = f->after_id && f->after_ms == CLOCK_NONE;
	struct db_stmt *st = p->st[ST_UNDATED];

	db_bind_int(st, 1, is_among ? f->after_id : INT64_MAX);
	db_bind_text(st, 2, f->district);
	db_bind_int(st, 3, g->left);
	return give(g, st, e);
}

int
store_pages_list(struct store_pages *p, const struct store_pages_filter *filter,
    void (*each)(void *user, const struct store_incident *row), void *user,
    struct err *e)
{
	struct giving g = { filter, each, user, filter->limit };

	CHECK(filter->limit > 0);
	if (str_is_given(filter->theme))
		return give_theme(p, &g, e);
	if ((filter->after_id == 0 || filter->after_ms != CLOCK_NONE) &&
	    give_opened(p, &g, e) < 0)
		return -1;
	if (g.left == 0 || filter->since_ms != CLOCK_NONE ||
	    filter->before_ms != CLOCK_NONE)
		return 0;
	return give_undated(p, &g, e);
}
