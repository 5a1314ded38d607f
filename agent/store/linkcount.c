/*
 * Each kind is one question; the answers are put together by incident.
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

/* Cells that such a reach can touch where there are people to ring. */
#define CELLS_MAX 9

enum {
	ST_VEHICLE,
	ST_CALLER,
	ST_SERIES,
	ST_OWN,
	ST_PLACE,
	ST_UNSURE,
	ST_COUNT
};

static const char *const sql[ST_COUNT] = {
	[ST_VEHICLE] = "SELECT o.incident_id FROM sighting s"
		       " CROSS JOIN mark m ON m.id = s.mark_id"
		       " CROSS JOIN sighting o ON o.mark_id = s.mark_id"
		       " WHERE s.incident_id = $1 AND m.is_partial = 0"
		       " AND o.incident_id <> s.incident_id LIMIT $2",
	[ST_CALLER] = "SELECT o.incident_id FROM caller c"
		      " CROSS JOIN caller o ON o.digest = c.digest"
		      " WHERE c.incident_id = $1"
		      " AND o.incident_id <> c.incident_id LIMIT $2",
	/* A series of the rules counts one for another; people's have members. */
	[ST_SERIES] = "SELECT other_id FROM series_link WHERE incident_id = $1"
		      " UNION ALL SELECT incident_id FROM series_link"
		      " WHERE other_id = $1"
		      " UNION ALL SELECT o.incident_id FROM linkset_member m"
		      " CROSS JOIN linkset_member o"
		      " ON o.linkset_id = m.linkset_id"
		      " WHERE m.incident_id = $1 AND m.undone_ms IS NULL"
		      " AND o.undone_ms IS NULL AND o.incident_id <> $1"
		      " LIMIT $2",
	[ST_OWN] = "SELECT lat, lon, uncertainty_m,"
		   " coalesce(opened_ms, first_ms) FROM incident"
		   " WHERE id = $1 AND lat IS NOT NULL AND lon IS NOT NULL",
	/* A cell of incident_cell (schema_review.h), as in links.c. */
	[ST_PLACE] = "SELECT id, lat, lon FROM incident"
		     " WHERE CAST((lat + 90) * 200 AS INTEGER) * 100000"
		     " + CAST((lon + 180) * 125 AS INTEGER) = $1"
		     " AND lat IS NOT NULL AND lon IS NOT NULL"
		     " AND opened_ms BETWEEN $2 AND $3 AND id <> $4"
		     " LIMIT $5",
	[ST_UNSURE] = "SELECT uncertainty_m FROM incident WHERE id = $1",
};

struct linkcounts {
	struct db_stmt *st[ST_COUNT];
};

/* Those that were found, each once. */
struct found {
	int64_t ids[(3 + CELLS_MAX) * (LINKCOUNT_MAX + 1)];
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

static void
add(struct found *f, int64_t id)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->ids[i] == id)
			return;
	if (f->count < sizeof f->ids / sizeof f->ids[0])
		f->ids[f->count++] = id;
}

/* The answers to a question about the incident: how many, or -1. */
static int
read_ids(struct db_stmt *st, int64_t incident_id,
    int64_t ids[LINKCOUNT_MAX + 1], struct err *e)
{
	int count = 0;
	int r;

	db_bind_int(st, 1, incident_id);
	db_bind_int(st, 2, LINKCOUNT_MAX + 1);
	while ((r = db_step(st, e)) > 0)
		ids[count++] = db_col_int(st, 0);
	db_reset(st);
	return r < 0 ? -1 : count;
}

static int
count_kind(struct linkcounts *l, int kind, int64_t incident_id, struct found *f,
    struct linkcount *out, bool *by, struct err *e)
{
	int64_t ids[LINKCOUNT_MAX + 1];
	int count = read_ids(l->st[kind], incident_id, ids, e);

	if (count < 0)
		return -1;
	/* A number that rings about everything links nothing (links.h). */
	if (kind == ST_CALLER && count > LINKS_CALLER_MAX)
		return 0;
	for (int i = 0; i < count; i++)
		add(f, ids[i]);
	*by = count > 0;
	out->is_more |= count > LINKCOUNT_MAX;
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

/*
 * Is it the same place, so many metres off?  1, 0 or -1.  How unsure the other
 * is stands in its row, which is read where it matters only: not in the index,
 * by which most are known to be too far or near enough.
 */
static int
is_same(struct linkcounts *l, double unsure_m, int64_t other_id, double m,
    struct err *e)
{
	struct db_stmt *st = l->st[ST_UNSURE];
	int r;

	if (m <= same_m(unsure_m, 0))
		return 1;
	if (!(m <= PLACE_M + UNSURE_M))
		return 0;
	db_bind_int(st, 1, other_id);
	r = db_step(st, e);
	if (r > 0)
		r = m <= same_m(unsure_m, db_col_real(st, 0));
	db_reset(st);
	return r;
}

/* What was where, in one cell of the ground, lately. */
static int
count_cell(struct linkcounts *l, int64_t cell, int64_t incident_id,
    const struct spot *at, struct found *f, struct linkcount *out,
    struct err *e)
{
	struct db_stmt *st = l->st[ST_PLACE];
	int64_t reach_ms = (int64_t)LINKCOUNT_DAYS * DAY_MS;
	int rows = 0;
	int r = 0, same = 0;

	db_bind_int(st, 1, cell);
	db_bind_int(st, 2, at->at_ms - reach_ms);
	db_bind_int(st, 3, at->at_ms + reach_ms);
	db_bind_int(st, 4, incident_id);
	db_bind_int(st, 5, LINKCOUNT_MAX + 1);
	while (same >= 0 && (r = db_step(st, e)) > 0) {
		double m = plane_distance_m(
		    at->lat, at->lon, db_col_real(st, 1), db_col_real(st, 2));

		rows++;
		same = is_same(l, at->unsure_m, db_col_int(st, 0), m, e);
		if (same <= 0)
			continue;
		add(f, db_col_int(st, 0));
		out->by_place = true;
	}
	db_reset(st);
	out->is_more |= out->by_place && rows > LINKCOUNT_MAX;
	return same < 0 ? -1 : r;
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

static int
count_place(struct linkcounts *l, int64_t incident_id, struct found *f,
    struct linkcount *out, struct err *e)
{
	struct spot at;
	double lat_deg, lon_deg;
	int r = read_spot(l, incident_id, &at, e);

	if (r <= 0)
		return r;
	const struct plane plane = { at.lat, at.lon };

	plane_reach_deg(
	    &plane, same_m(at.unsure_m, UNSURE_M), &lat_deg, &lon_deg);
	for (int64_t row = cell_row(at.lat - lat_deg);
	     row <= cell_row(at.lat + lat_deg); row++)
		for (int64_t column = cell_column(at.lon - lon_deg);
		     column <= cell_column(at.lon + lon_deg); column++)
			if (count_cell(l, row * 100000 + column, incident_id,
				&at, f, out, e) < 0)
				return -1;
	return 0;
}

int
linkcount_of(struct linkcounts *l, int64_t incident_id, struct linkcount *out,
    struct err *e)
{
	struct found f = { .count = 0 };

	*out = (struct linkcount){ 0 };
	if (count_kind(
		l, ST_VEHICLE, incident_id, &f, out, &out->by_vehicle, e) < 0 ||
	    count_kind(l, ST_CALLER, incident_id, &f, out, &out->by_caller, e) <
		0 ||
	    count_kind(l, ST_SERIES, incident_id, &f, out, &out->by_series, e) <
		0 ||
	    count_place(l, incident_id, &f, out, e) < 0)
		return -1;
	out->count = f.count;
	return 0;
}
