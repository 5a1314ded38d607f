/*
 * mapstore: first the numbers of those in the piece, the newest first, out of
 * one index alone; then one by one what stands of each, until there are enough.
 * The index is in the order of time and has the place with it, so that nothing
 * is sorted.  An R*Tree was decided against: what it finds has to be sorted by
 * time, and its rows do not go with their incident.
 */
#include "agent/store/mapstore.h"

#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/stmts.h"
#include "agent/store/store.h"

enum {
	ST_BOX,
	ST_THEMES,
	ST_ROW,
	ST_COUNT
};

static const char *const sql[ST_COUNT] = {
	[ST_BOX] = "SELECT incident_id FROM tagged_spot WHERE at_ms <= $1"
		   " AND at_ms >= $2 AND (at_ms, incident_id) < ($3, $4)"
		   " AND lat BETWEEN $5 AND $6 AND lon BETWEEN $7 AND $8"
		   " ORDER BY at_ms DESC, incident_id DESC",
	[ST_THEMES] =
	    "SELECT t.theme, t.level FROM tag t WHERE t.incident_id = $1"
	    " AND t.ended_ms IS NULL AND NOT EXISTS (SELECT 1 FROM decision d"
	    " WHERE d.incident_id = t.incident_id AND d.theme = t.theme"
	    " AND d.undone_ms IS NULL AND d.verdict = 2)"
	    " UNION SELECT d.theme, 2 FROM decision d"
	    " WHERE d.incident_id = $1 AND d.undone_ms IS NULL"
	    " AND d.verdict = 3 ORDER BY 2 DESC, 1",
	[ST_ROW] = "SELECT ref, in_progress, coalesce(opened_ms, first_ms),"
		   " lat, lon, uncertainty_m, grid_ref, near_name,"
		   " near_bearing, district, doubt, near_m FROM incident"
		   " WHERE id = $1",
};

struct mapstore {
	struct db_stmt *st[ST_COUNT];
	struct buf themes; /* of the row in hand */
};

/* A list being given. */
struct giving {
	struct mapstore *m;
	const struct mapstore_filter *filter;
	void (*each)(void *user, const struct mapstore_row *row);
	void *user;
	int64_t given, count;
};

int
mapstore_open(struct store *store, struct mapstore **out, struct err *e)
{
	struct mapstore *m = alloc_zero(1, sizeof *m);

	if (stmts_prepare(store_db(store), sql, ST_COUNT, m->st, e) < 0) {
		mapstore_close(&m);
		return -1;
	}
	*out = m;
	return 0;
}

void
mapstore_close(struct mapstore **m)
{
	if (!*m)
		return;
	stmts_finish((*m)->st, ST_COUNT);
	buf_clear(&(*m)->themes);
	free(*m);
	*m = NULL;
}

/* The themes that stand, and does one pass the filter?  1, 0 or -1. */
static int
read_themes(
    struct giving *g, int64_t id, enum rules_level *level, struct err *e)
{
	const struct mapstore_filter *f = g->filter;
	struct db_stmt *st = g->m->st[ST_THEMES];
	bool passes = false;
	int r;

	*level = RULES_NONE;
	buf_reset(&g->m->themes);
	db_bind_int(st, 1, id);
	while ((r = db_step(st, e)) > 0) {
		struct str theme = db_col_text(st, 0);
		enum rules_level one = (enum rules_level)db_col_int(st, 1);

		if (g->m->themes.len > 0)
			buf_add_char(&g->m->themes, ',');
		buf_add_str(&g->m->themes, theme);
		*level = one > *level ? one : *level;
		passes |=
		    !str_is_given(f->theme) || str_is_equal(theme, f->theme);
	}
	db_reset(st);
	if (r < 0)
		return -1;
	return passes && (!f->alerts_only || *level == RULES_ALERT);
}

static void
read_row(struct db_stmt *st, struct mapstore_row *row)
{
	row->ref = db_col_text(st, 0);
	row->in_progress = db_col_int(st, 1) != 0;
	row->opened_ms = db_col_int(st, 2);
	row->lat = db_col_real(st, 3);
	row->lon = db_col_real(st, 4);
	row->uncertainty_m = db_col_real(st, 5);
	row->grid_ref = db_col_text(st, 6);
	row->near_name = db_col_text(st, 7);
	row->near_bearing = db_col_text(st, 8);
	row->district = db_col_text(st, 9);
	row->doubt = db_col_text(st, 10);
	row->near_m = db_col_real(st, 11);
}

/* One of the piece: given, counted, or passed over.  0 or -1. */
static int
consider(struct giving *g, int64_t id, struct err *e)
{
	struct mapstore_row row = { .id = id };
	struct db_stmt *st = g->m->st[ST_ROW];
	int r = read_themes(g, id, &row.level, e);

	if (r <= 0)
		return r;
	db_bind_int(st, 1, id);
	r = db_step(st, e);
	if (r > 0) {
		read_row(st, &row);
		row.themes = buf_str(&g->m->themes);
		if (row.in_progress || !g->filter->in_progress) {
			g->count++;
			if (g->given < g->filter->limit) {
				g->given++;
				g->each(g->user, &row);
			}
		}
	}
	db_reset(st);
	return r < 0 ? -1 : 0;
}

static void
bind_box(struct db_stmt *st, const struct mapstore_filter *f)
{
	db_bind_int(st, 1, f->to_ms);
	db_bind_int(st, 2, f->from_ms);
	db_bind_int(st, 3, f->after_id > 0 ? f->after_ms : INT64_MAX);
	db_bind_int(st, 4, f->after_id > 0 ? f->after_id : INT64_MAX);
	db_bind_real(st, 5, f->south);
	db_bind_real(st, 6, f->north);
	db_bind_real(st, 7, f->west);
	db_bind_real(st, 8, f->east);
}

int
mapstore_list(struct mapstore *m, const struct mapstore_filter *filter,
    void (*each)(void *user, const struct mapstore_row *row), void *user,
    int64_t *count, struct err *e)
{
	struct giving g = {
		.m = m, .filter = filter, .each = each, .user = user
	};
	struct db_stmt *st = m->st[ST_BOX];
	int r;

	bind_box(st, filter);
	while ((r = db_step(st, e)) > 0 && g.count < MAPSTORE_COUNT_MAX)
		if (consider(&g, db_col_int(st, 0), e) < 0) {
			r = -1;
			break;
		}
	db_reset(st);
	*count = g.count;
	return r < 0 ? -1 : 0;
}
