/*
 * Each kind is one question; the answers are put together by incident, and no
 * more is read once there are more than are counted.
 *
 * Two places are one within PLACE_M and what both are unsure of.  What is
 * within PLACE_M and what the one is unsure of is that whatever the other is,
 * and found in the few cells that so short a reach touches; farther off are
 * only those that are unsure themselves, which have an index of their own.
 */
#include "agent/store/linkcount.h"

#include <math.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/links.h"
#include "agent/store/stmts.h"
#include "agent/store/store.h"
#include "agent/tracks/plane.h"

/* As links.c says what one place is. */
#define PLACE_M  100
#define UNSURE_M 300
#define DAY_MS   INT64_C(86400000)

enum {
	ST_VEHICLE,
	ST_CALLER,
	ST_SERIES,
	ST_OWN,
	ST_NEAR,
	ST_UNSURE,
	ST_COUNT
};

/* In a cell (schema_review.h), lately, in a box of degrees. */
#define IN_CELL(columns, index)                                      \
	"SELECT " columns " FROM incident INDEXED BY " index         \
	" WHERE CAST((lat + 90) * 200 AS INTEGER) * 100000"          \
	" + CAST((lon + 180) * 125 AS INTEGER) = $1"                 \
	" AND lat IS NOT NULL AND lon IS NOT NULL"                   \
	" AND opened_ms BETWEEN $2 AND $3 AND lat BETWEEN $4 AND $5" \
	" AND lon BETWEEN $6 AND $7 AND id <> $8"

static const char *const sql[ST_COUNT] = {
	[ST_VEHICLE] = "SELECT o.incident_id FROM sighting s"
		       " CROSS JOIN mark m ON m.id = s.mark_id"
		       " CROSS JOIN sighting o ON o.mark_id = s.mark_id"
		       " WHERE s.incident_id = $1 AND m.is_partial = 0"
		       " AND o.incident_id <> s.incident_id",
	[ST_CALLER] = "SELECT o.incident_id FROM caller c"
		      " CROSS JOIN caller o ON o.digest = c.digest"
		      " WHERE c.incident_id = $1"
		      " AND o.incident_id <> c.incident_id",
	/* A series of the rules counts one for another; people's have members. */
	[ST_SERIES] = "SELECT other_id FROM series_link WHERE incident_id = $1"
		      " UNION ALL SELECT incident_id FROM series_link"
		      " WHERE other_id = $1"
		      " UNION ALL SELECT o.incident_id FROM linkset_member m"
		      " CROSS JOIN linkset_member o"
		      " ON o.linkset_id = m.linkset_id"
		      " WHERE m.incident_id = $1 AND m.undone_ms IS NULL"
		      " AND o.undone_ms IS NULL AND o.incident_id <> $1",
	[ST_OWN] = "SELECT lat, lon, uncertainty_m,"
		   " coalesce(opened_ms, first_ms) FROM incident"
		   " WHERE id = $1 AND lat IS NOT NULL AND lon IS NOT NULL",
	[ST_NEAR] = IN_CELL("id, lat, lon, 0", "incident_cell"),
	[ST_UNSURE] = IN_CELL("id, lat, lon, uncertainty_m",
	    "incident_unsure") " AND uncertainty_m > 0",
};

struct linkcounts {
	struct db_stmt *st[ST_COUNT];
};

/* Those that were found, each once; one more than are counted is enough. */
struct found {
	int64_t ids[LINKCOUNT_MAX + 1];
	size_t count;
};

int
linkcount_open(struct store *store, struct linkcounts **out, struct err *e)
{
	struct linkcounts *l = alloc_zero(1, sizeof *l);

	if (stmts_prepare(store_db(store), sql, ST_COUNT, l->st, e) < 0) {
		linkcount_close(&l);
		return -1;
	}
	*out = l;
	return 0;
}

void
linkcount_close(struct linkcounts **l)
{
	if (!*l)
		return;
	stmts_finish((*l)->st, ST_COUNT);
	free(*l);
	*l = NULL;
}

static bool
is_full(const struct found *f)
{
	return f->count == sizeof f->ids / sizeof f->ids[0];
}

static void
add(struct found *f, int64_t id)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->ids[i] == id)
			return;
	if (!is_full(f))
		f->ids[f->count++] = id;
}

/* The others of a question about the incident; one is enough of too many. */
static int
count_kind(struct linkcounts *l, int kind, int64_t incident_id, struct found *f,
    bool *by, struct err *e)
{
	struct db_stmt *st = l->st[kind];
	int r;

	db_bind_int(st, 1, incident_id);
	while ((r = db_step(st, e)) > 0) {
		*by = true;
		add(f, db_col_int(st, 0));
		if (is_full(f))
			break;
	}
	db_reset(st);
	return r < 0 ? -1 : 0;
}

/* A number that rings about everything links nothing (links.h). */
static int
count_callers(struct linkcounts *l, int64_t incident_id, struct found *f,
    bool *by, struct err *e)
{
	struct db_stmt *st = l->st[ST_CALLER];
	int64_t ids[LINKS_CALLER_MAX + 1];
	size_t count = 0;
	int r = 0;

	db_bind_int(st, 1, incident_id);
	while (count <= LINKS_CALLER_MAX && (r = db_step(st, e)) > 0)
		ids[count++] = db_col_int(st, 0);
	db_reset(st);
	if (r < 0 || count > LINKS_CALLER_MAX)
		return r < 0 ? -1 : 0;
	for (size_t i = 0; i < count; i++)
		add(f, ids[i]);
	*by = count > 0;
	return 0;
}

/* --- the same place --- */

struct spot {
	double lat, lon, unsure_m;
	int64_t at_ms;
};

/* Where the incident is: 1, 0 if that is not known, -1. */
static int
read_spot(
    struct linkcounts *l, int64_t incident_id, struct spot *at, struct err *e)
{
	struct db_stmt *st = l->st[ST_OWN];
	int r;

	db_bind_int(st, 1, incident_id);
	r = db_step(st, e);
	if (r > 0)
		*at = (struct spot){ db_col_real(st, 0), db_col_real(st, 1),
			db_col_real(st, 2), db_col_int(st, 3) };
	db_reset(st);
	return r;
}

static double
same_m(double unsure_m, double other_unsure_m)
{
	double unsure = (isnan(unsure_m) ? 0 : unsure_m) +
			(isnan(other_unsure_m) ? 0 : other_unsure_m);

	return PLACE_M + (unsure > UNSURE_M ? UNSURE_M : unsure);
}

/* Part of the ground around a spot: degrees from it each way. */
struct reach {
	double lat_deg, lon_deg;
};

static void
bind_cell(struct db_stmt *st, int64_t cell, int64_t incident_id,
    const struct spot *at, const struct reach *reach)
{
	int64_t reach_ms = (int64_t)LINKCOUNT_DAYS * DAY_MS;

	db_bind_int(st, 1, cell);
	db_bind_int(st, 2, at->at_ms - reach_ms);
	db_bind_int(st, 3, at->at_ms + reach_ms);
	db_bind_real(st, 4, at->lat - reach->lat_deg);
	db_bind_real(st, 5, at->lat + reach->lat_deg);
	db_bind_real(st, 6, at->lon - reach->lon_deg);
	db_bind_real(st, 7, at->lon + reach->lon_deg);
	db_bind_int(st, 8, incident_id);
}

/* Is there nothing more to find out? */
static bool
is_done(const struct found *f, bool by)
{
	return by && is_full(f);
}

/* What was where, in one cell of the ground, lately. */
static int
count_cell(struct db_stmt *st, const struct spot *at, struct found *f, bool *by,
    struct err *e)
{
	int r = 0;

	while (!is_done(f, *by) && (r = db_step(st, e)) > 0) {
		double m = plane_distance_m(
		    at->lat, at->lon, db_col_real(st, 1), db_col_real(st, 2));

		if (!(m <= same_m(at->unsure_m, db_col_real(st, 3))))
			continue;
		add(f, db_col_int(st, 0));
		*by = true;
	}
	db_reset(st);
	return r < 0 ? -1 : 0;
}

static int64_t
cell_row(double lat)
{
	return (int64_t)((lat + 90) * 200);
}

static int64_t
cell_column(double lon)
{
	return (int64_t)((lon + 180) * 125);
}

/* The same in all cells that so many metres touch. */
static int
count_cells(struct db_stmt *st, int64_t incident_id, const struct spot *at,
    double reach_m, struct found *f, bool *by, struct err *e)
{
	const struct plane plane = { at->lat, at->lon };
	struct reach reach;

	plane_reach_deg(&plane, reach_m, &reach.lat_deg, &reach.lon_deg);
	for (int64_t row = cell_row(at->lat - reach.lat_deg);
	     row <= cell_row(at->lat + reach.lat_deg); row++)
		for (int64_t column = cell_column(at->lon - reach.lon_deg);
		     column <= cell_column(at->lon + reach.lon_deg); column++) {
			if (is_done(f, *by))
				return 0;
			bind_cell(
			    st, row * 100000 + column, incident_id, at, &reach);
			if (count_cell(st, at, f, by, e) < 0)
				return -1;
		}
	return 0;
}

static int
count_place(struct linkcounts *l, int64_t incident_id, struct found *f,
    bool *by, struct err *e)
{
	struct spot at;
	double near_m, far_m;
	int r = read_spot(l, incident_id, &at, e);

	if (r <= 0)
		return r;
	near_m = same_m(at.unsure_m, 0);
	far_m = same_m(at.unsure_m, UNSURE_M);
	if (count_cells(l->st[ST_NEAR], incident_id, &at, near_m, f, by, e) < 0)
		return -1;
	if (far_m <= near_m)
		return 0;
	return count_cells(l->st[ST_UNSURE], incident_id, &at, far_m, f, by, e);
}

int
linkcount_of(struct linkcounts *l, int64_t incident_id, struct linkcount *out,
    struct err *e)
{
	struct found f = { .count = 0 };

	*out = (struct linkcount){ 0 };
	if (count_kind(l, ST_VEHICLE, incident_id, &f, &out->by_vehicle, e) <
		0 ||
	    count_callers(l, incident_id, &f, &out->by_caller, e) < 0 ||
	    count_kind(l, ST_SERIES, incident_id, &f, &out->by_series, e) < 0 ||
	    count_place(l, incident_id, &f, &out->by_place, e) < 0)
		return -1;
	out->is_more = is_full(&f);
	out->count = out->is_more ? LINKCOUNT_MAX : f.count;
	return 0;
}
