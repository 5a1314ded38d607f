/*
 * camps: what is asked of the register, and reading it; camps_write.c adds.
 */
#include "agent/store/camps.h"

#include <math.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/camps_private.h"
#include "agent/store/stmts.h"

/* Metres of a degree of latitude. */
#define METRES_LAT 111320.0

#define NEAR_MAX 20

/* A line l that no other corrects or takes out. */
#define STANDS \
	"NOT EXISTS (SELECT 1 FROM camp_line n WHERE n.corrects_id = l.id)"

/* What a member of the lines of a kind that stand is, the last said. */
#define LAST_SAID(member, kind)                                         \
	"(SELECT json_extract(l.body, '$." member "') FROM camp_line l" \
	" WHERE l.camp_id = camp.id AND l.kind = " kind " AND " STANDS  \
	" ORDER BY l.id DESC LIMIT 1)"

#define OF_VISITS \
	" FROM camp_line l WHERE l.camp_id = camp.id AND l.kind = 2 AND " STANDS

#define NUMBER(member) "coalesce(json_extract(l.body, '$." member "'), 0)"

/* s61(9): a caravan is a vehicle. */
#define VEHICLES                                                                                                                  \
	"(SELECT max(" NUMBER("caravans") " + " NUMBER("motorhomes") " + " NUMBER(                                                \
	    "vans") " + " NUMBER("cars") " + " NUMBER("other") ")" OF_VISITS                                                      \
							       " AND coalesce(json_extract(l.body, '$.caravans'),"                \
							       " json_extract(l.body, '$.motorhomes'),"                           \
							       " json_extract(l.body, '$.vans'), json_extract(l.body, '$.cars')," \
							       " json_extract(l.body, '$.other')) IS NOT NULL)"

#define SELECT_CAMP                                                       \
	"SELECT c.id, c.turns, c.opened_ms, a.name, c.place, c.land,"     \
	" c.district, c.lat, c.lon, c.rule_version, c.rule_text,"         \
	" c.return_days, c.move_m, c.moved_from, c.visits, c.visited_ms," \
	" coalesce(c.caravans_most, -1), coalesce(c.vehicles_most, -1),"  \
	" c.reported_ms, c.left_ms, c.away_ms, c.outcome,"                \
	" (SELECT min(d.due_ms) FROM camp_deadline d"                     \
	" WHERE d.camp_id = c.id)"                                        \
	" FROM camp c JOIN account a ON a.id = c.account_id"

#define LIST(condition)                                                    \
	SELECT_CAMP " WHERE " condition "(c.reported_ms, c.id) < ($1, $2)" \
		    " AND ($3 IS NULL OR c.district = $3 COLLATE NOCASE)"  \
		    " AND ($4 IS NULL OR c.land = $4)"                     \
		    " ORDER BY c.reported_ms DESC, c.id DESC LIMIT $5"

static const char *const sql[ST_COUNT] = {
	[ST_INCIDENT] =
	    "SELECT coalesce(opened_ms, first_ms), district, lat, lon"
	    " FROM incident WHERE id = $1",
	[ST_BEGIN] =
	    "INSERT INTO camp (reported_ms, opened_ms, account_id, district,"
	    " lat, lon, rule_version, rule_text, return_days, move_m,"
	    " moved_from) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
	    " $11)",
	[ST_STATE] = "SELECT turns, reported_ms, left_ms FROM camp"
		     " WHERE id = $1",
	[ST_ADD_LINE] =
	    "INSERT INTO camp_line (camp_id, kind, at_ms, made_ms, account_id,"
	    " corrects_id, refers_id, body)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
	[ST_LINE] = "SELECT l.kind, " STANDS ", l.refers_id,"
		    " EXISTS (SELECT 1 FROM camp_deadline d"
		    " WHERE d.line_id = l.id)"
		    " FROM camp_line l WHERE l.id = $1 AND l.camp_id = $2",
	[ST_DERIVE] =
	    "UPDATE camp SET turns = turns + 1,"
	    " place = coalesce(" LAST_SAID("place",
		"1") ", place),"
		     " land = coalesce(" LAST_SAID("land",
			 "1") ", land),"
			      " visits = (SELECT count(*)" OF_VISITS "),"
			      " visited_ms = (SELECT max(l.at_ms)" OF_VISITS
			      "),"
			      " caravans_most = (SELECT max(json_extract(l.body,"
			      " '$.caravans'))" OF_VISITS "),"
			      " vehicles_most = " VEHICLES " WHERE id = $1",
	[ST_NO_DEADLINES] = "DELETE FROM camp_deadline WHERE camp_id = $1",
	[ST_DEADLINES] =
	    "INSERT INTO camp_deadline (line_id, camp_id, due_ms)"
	    " SELECT l.id, l.camp_id, l.at_ms FROM camp_line l"
	    " JOIN camp c ON c.id = l.camp_id"
	    " WHERE l.camp_id = $1 AND l.kind = 8 AND c.left_ms IS NULL"
	    " AND " STANDS " AND NOT EXISTS (SELECT 1 FROM camp_line m"
	    " WHERE m.refers_id = l.id AND m.kind = 9 AND NOT EXISTS"
	    " (SELECT 1 FROM camp_line n WHERE n.corrects_id = m.id))",
	[ST_CLOSE] = "UPDATE camp SET left_ms = $1,"
		     " outcome = json_extract($2, '$.outcome') WHERE id = $3",
	[ST_REOPEN] = "UPDATE camp SET away_ms = away_ms"
		      " + CASE json_extract($1, '$.reason') WHEN 'returned'"
		      " THEN $2 - left_ms ELSE 0 END,"
		      " left_ms = NULL, outcome = NULL WHERE id = $3",
	[ST_JOIN] =
	    "INSERT INTO camp_incident (camp_id, incident_id, joined_ms,"
	    " joined_by) VALUES ($1, $2, $3, $4)",
	[ST_PART] =
	    "UPDATE camp_incident SET parted_ms = $1, parted_by = $2"
	    " WHERE camp_id = $3 AND incident_id = $4 AND parted_ms IS NULL"
	    " AND EXISTS (SELECT 1 FROM camp_incident o"
	    " WHERE o.camp_id = $3 AND o.incident_id <> $4"
	    " AND o.parted_ms IS NULL)",
	/* The first report is the earliest of those that belong to it. */
	[ST_REPORTED] =
	    "UPDATE camp SET reported_ms ="
	    " (SELECT min(coalesce(i.opened_ms, i.first_ms))"
	    " FROM camp_incident x JOIN incident i ON i.id = x.incident_id"
	    " WHERE x.camp_id = camp.id AND x.parted_ms IS NULL)"
	    " WHERE id = $1",
	[ST_FIND] = SELECT_CAMP " WHERE c.id = $1",
	[ST_OF_INCIDENT] = "SELECT camp_id FROM camp_incident"
			   " WHERE incident_id = $1 AND parted_ms IS NULL",
	[ST_LINES] =
	    "SELECT l.id, l.kind, l.at_ms, l.made_ms, a.name, l.corrects_id,"
	    " l.refers_id, n.id, n.kind, l.body FROM camp_line l"
	    " JOIN account a ON a.id = l.account_id"
	    " LEFT JOIN camp_line n ON n.corrects_id = l.id"
	    " WHERE l.camp_id = $1 ORDER BY l.id",
	[ST_INCIDENTS] =
	    "SELECT i.id, f.name, i.ref, coalesce(i.opened_ms, i.first_ms),"
	    " x.joined_ms, x.parted_ms, a.name, b.name FROM camp_incident x"
	    " JOIN incident i ON i.id = x.incident_id"
	    " JOIN feed f ON f.id = i.feed_id"
	    " JOIN account a ON a.id = x.joined_by"
	    " LEFT JOIN account b ON b.id = x.parted_by"
	    " WHERE x.camp_id = $1 ORDER BY x.id",
	[ST_REFS] = "SELECT i.id FROM feed f CROSS JOIN incident i"
		    " ON i.feed_id = f.id AND i.ref = $1 LIMIT 2",
	[ST_LIST_ALL] = LIST(""),
	[ST_LIST_OPEN] = LIST("c.left_ms IS NULL AND "),
	[ST_LIST_CLOSED] = LIST("c.left_ms IS NOT NULL AND "),
	[ST_NEAR] = SELECT_CAMP " WHERE c.lat BETWEEN $1 AND $2"
				" AND c.lon BETWEEN $3 AND $4"
				" AND (c.left_ms IS NULL OR c.left_ms >= $5)"
				" ORDER BY c.id DESC LIMIT $6",
	[ST_DUE] = "SELECT d.line_id, d.camp_id, d.due_ms, c.place, l.body"
		   " FROM camp_deadline d JOIN camp c ON c.id = d.camp_id"
		   " JOIN camp_line l ON l.id = d.line_id"
		   " WHERE d.due_ms <= $1 ORDER BY d.due_ms, d.line_id"
		   " LIMIT $2",
	[ST_MONTHS] = "SELECT reported_ms, left_ms, away_ms, outcome FROM camp"
		      " WHERE left_ms IS NULL AND reported_ms < $1 UNION ALL"
		      " SELECT reported_ms, left_ms, away_ms, outcome FROM camp"
		      " WHERE left_ms IS NOT NULL AND left_ms >= $2"
		      " AND reported_ms < $1",
};

int
camps_open(struct db *db, struct camps **out, struct err *e)
{
	struct camps *c = alloc_zero(1, sizeof *c);

	c->db = db;
	if (stmts_prepare(db, sql, ST_COUNT, c->st, e) < 0) {
		camps_close(&c);
		return -1;
	}
	*out = c;
	return 0;
}

void
camps_close(struct camps **c)
{
	if (!*c)
		return;
	stmts_finish((*c)->st, ST_COUNT);
	free(*c);
	*c = NULL;
}

/* --- entries --- */

static int64_t
time_of(struct db_stmt *st, int column)
{
	return db_col_is_null(st, column) ? CLOCK_NONE : db_col_int(st, column);
}

static void
read_camp(struct db_stmt *st, struct camp *out)
{
	*out = (struct camp){ .id = db_col_int(st, 0),
		.turns = db_col_int(st, 1),
		.opened_ms = db_col_int(st, 2),
		.opened_by = db_col_text(st, 3),
		.place = db_col_text(st, 4),
		.land = db_col_text(st, 5),
		.district = db_col_text(st, 6),
		.lat = db_col_real(st, 7),
		.lon = db_col_real(st, 8),
		.rule_version = db_col_int(st, 9),
		.rule_text = db_col_text(st, 10),
		.rule = { db_col_int(st, 11), db_col_int(st, 12) },
		.moved_from = db_col_int(st, 13),
		.visits = db_col_int(st, 14),
		.visited_ms = time_of(st, 15),
		.caravans_most = db_col_int(st, 16),
		.vehicles_most = db_col_int(st, 17),
		.span = { .reported_ms = db_col_int(st, 18),
		    .left_ms = time_of(st, 19),
		    .away_ms = db_col_int(st, 20),
		    .outcome = db_col_text(st, 21) },
		.due_ms = time_of(st, 22) };
}

static int
give_camps(struct db_stmt *st,
    void (*each)(void *user, const struct camp *camp), void *user,
    struct err *e)
{
	struct camp camp;
	int r;

	while ((r = db_step(st, e)) > 0) {
		read_camp(st, &camp);
		each(user, &camp);
	}
	db_reset(st);
	return r;
}

int
camps_find(struct camps *c, int64_t id, struct arena *arena, struct camp *out,
    struct err *e)
{
	struct db_stmt *st = c->st[ST_FIND];
	int r;

	db_bind_int(st, 1, id);
	r = db_step(st, e);
	if (r > 0) {
		read_camp(st, out);
		out->opened_by = arena_str(arena, out->opened_by);
		out->place = arena_str(arena, out->place);
		out->land = arena_str(arena, out->land);
		out->district = arena_str(arena, out->district);
		out->rule_text = arena_str(arena, out->rule_text);
		out->span.outcome = arena_str(arena, out->span.outcome);
	}
	db_reset(st);
	return r;
}

int64_t
camps_of_incident(struct camps *c, int64_t incident_id, struct err *e)
{
	struct db_stmt *st = c->st[ST_OF_INCIDENT];
	int64_t id = 0;
	int r;

	db_bind_int(st, 1, incident_id);
	r = db_step(st, e);
	if (r > 0)
		id = db_col_int(st, 0);
	db_reset(st);
	return r < 0 ? -1 : id;
}

int
camps_list(struct camps *c, const struct camp_filter *f,
    void (*each)(void *user, const struct camp *camp), void *user,
    struct err *e)
{
	struct db_stmt *st = c->st[ST_LIST_ALL + (int)f->state];

	db_bind_int(st, 1, f->after_id ? f->after_ms : INT64_MAX);
	db_bind_int(st, 2, f->after_id ? f->after_id : INT64_MAX);
	db_bind_text(st, 3, f->district);
	db_bind_text(st, 4, f->land);
	db_bind_int(st, 5, f->limit);
	return give_camps(st, each, user, e);
}

int
camps_near(struct camps *c, const struct camp_near *near,
    void (*each)(void *user, const struct camp *camp), void *user,
    struct err *e)
{
	struct db_stmt *st = c->st[ST_NEAR];
	double up = near->metres / METRES_LAT;
	double across = up / fmax(0.01, cos(near->lat * M_PI / 180));

	db_bind_real(st, 1, near->lat - up);
	db_bind_real(st, 2, near->lat + up);
	db_bind_real(st, 3, near->lon - across);
	db_bind_real(st, 4, near->lon + across);
	db_bind_int(st, 5, near->since_ms);
	db_bind_int(st, 6, NEAR_MAX);
	return give_camps(st, each, user, e);
}

/* --- what belongs to one --- */

int
camps_lines(struct camps *c, int64_t camp_id,
    void (*each)(void *user, const struct camp_line *line), void *user,
    struct err *e)
{
	struct db_stmt *st = c->st[ST_LINES];
	int r;

	db_bind_int(st, 1, camp_id);
	while ((r = db_step(st, e)) > 0) {
		const struct camp_line line = { .id = db_col_int(st, 0),
			.kind = (enum campword_kind)db_col_int(st, 1),
			.at_ms = db_col_int(st, 2),
			.made_ms = db_col_int(st, 3),
			.by = db_col_text(st, 4),
			.corrects_id = db_col_int(st, 5),
			.refers_id = db_col_int(st, 6),
			.corrected_by_id = db_col_int(st, 7),
			.corrected_by_kind =
			    (enum campword_kind)db_col_int(st, 8),
			.body = db_col_text(st, 9) };

		each(user, &line);
	}
	db_reset(st);
	return r;
}

int
camps_incidents(struct camps *c, int64_t camp_id,
    void (*each)(void *user, const struct camp_incident *i), void *user,
    struct err *e)
{
	struct db_stmt *st = c->st[ST_INCIDENTS];
	int r;

	db_bind_int(st, 1, camp_id);
	while ((r = db_step(st, e)) > 0) {
		const struct camp_incident i = { .incident_id =
						     db_col_int(st, 0),
			.feed = db_col_text(st, 1),
			.ref = db_col_text(st, 2),
			.opened_ms = db_col_int(st, 3),
			.joined_ms = db_col_int(st, 4),
			.parted_ms = time_of(st, 5),
			.joined_by = db_col_text(st, 6),
			.parted_by = db_col_text(st, 7) };

		each(user, &i);
	}
	db_reset(st);
	return r;
}

int
camps_refs(struct camps *c, struct str ref,
    void (*each)(void *user, int64_t incident_id), void *user, struct err *e)
{
	struct db_stmt *st = c->st[ST_REFS];
	int r;

	db_bind_text(st, 1, ref);
	while ((r = db_step(st, e)) > 0)
		each(user, db_col_int(st, 0));
	db_reset(st);
	return r;
}

int
camps_due(struct camps *c, int64_t until_ms, int64_t limit,
    void (*each)(void *user, const struct camp_due *due), void *user,
    struct err *e)
{
	struct db_stmt *st = c->st[ST_DUE];
	int r;

	db_bind_int(st, 1, until_ms);
	db_bind_int(st, 2, limit);
	while ((r = db_step(st, e)) > 0) {
		const struct camp_due due = { .line_id = db_col_int(st, 0),
			.camp_id = db_col_int(st, 1),
			.due_ms = db_col_int(st, 2),
			.place = db_col_text(st, 3),
			.body = db_col_text(st, 4) };

		each(user, &due);
	}
	db_reset(st);
	return r;
}

int
camps_months(struct camps *c, struct campcount_month *months, size_t count,
    struct err *e)
{
	struct db_stmt *st = c->st[ST_MONTHS];
	int r;

	db_bind_int(st, 1, months[count - 1].to_ms);
	db_bind_int(st, 2, months[0].from_ms);
	while ((r = db_step(st, e)) > 0) {
		const struct campcount_span span = { .reported_ms =
							 db_col_int(st, 0),
			.left_ms = time_of(st, 1),
			.away_ms = db_col_int(st, 2),
			.outcome = db_col_text(st, 3) };

		campcount_add(months, count, &span);
	}
	db_reset(st);
	return r;
}
