/*
 * duties: small tables of their own, so that neither the count of informants
 * told nor the look at what nobody attended walks over all incidents.
 */
#include "agent/store/duties.h"

#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/stmts.h"
#include "agent/store/store.h"

enum {
	ST_INFORMANT,
	ST_WATCH,
	ST_UNWATCH,
	ST_NEXT,
	ST_CONFIRMED,
	ST_TOLD,
	ST_TOLD_BY_THEME,
	ST_COUNT
};

/* Each informant of the time with each theme; the indexes are walked from n. */
#define INFORMANTS                                                           \
	"WITH n AS (SELECT incident_id, reach, EXISTS (SELECT 1"             \
	" FROM contact c WHERE c.incident_id = i.incident_id"                \
	" AND c.told IS NOT NULL AND NOT EXISTS (SELECT 1 FROM contact k"    \
	" WHERE k.corrects = c.id)) AS told FROM informant i"                \
	" WHERE closed_ms >= $1 AND closed_ms < $2),"                        \
	" themes AS (SELECT n.incident_id, reach, n.told, t.theme FROM n"    \
	" CROSS JOIN tag t ON t.incident_id = n.incident_id"                 \
	" WHERE t.ended_ms IS NULL AND NOT EXISTS (SELECT 1 FROM decision d" \
	" WHERE d.incident_id = t.incident_id AND d.theme = t.theme"         \
	" AND d.undone_ms IS NULL AND d.verdict = 2)"                        \
	" UNION SELECT n.incident_id, reach, n.told, d.theme FROM n"         \
	" CROSS JOIN decision d ON d.incident_id = n.incident_id"            \
	" WHERE d.undone_ms IS NULL AND d.verdict IN (1, 3))"

#define COUNTS                                                       \
	" count(DISTINCT CASE WHEN reach = 1 THEN incident_id END)," \
	" count(DISTINCT CASE WHEN reach = 1 AND told"               \
	" THEN incident_id END),"                                    \
	" count(DISTINCT CASE WHEN reach = 2 THEN incident_id END)"  \
	" FROM themes"

static const char *const sql[ST_COUNT] = {
	[ST_INFORMANT] = "INSERT INTO informant (incident_id, reach,"
			 " closed_ms) VALUES ($1, $2, $3)"
			 " ON CONFLICT (incident_id) DO UPDATE"
			 " SET reach = excluded.reach,"
			 " closed_ms = excluded.closed_ms"
			 " WHERE reach <> excluded.reach"
			 " OR closed_ms IS NOT excluded.closed_ms",
	[ST_WATCH] = "INSERT INTO attend_watch (incident_id, due_ms)"
		     " VALUES ($1, $2) ON CONFLICT (incident_id) DO UPDATE"
		     " SET due_ms = excluded.due_ms"
		     " WHERE due_ms <> excluded.due_ms",
	[ST_UNWATCH] = "DELETE FROM attend_watch WHERE incident_id = $1"
		       " AND due_ms <= $2",
	[ST_NEXT] = "SELECT incident_id FROM attend_watch WHERE due_ms <= $1"
		    " AND incident_id > $2 ORDER BY incident_id LIMIT 1",
	[ST_CONFIRMED] = "SELECT 1 FROM decision WHERE incident_id = $1"
			 " AND theme = $2 AND undone_ms IS NULL"
			 " AND verdict IN (1, 3)",
	[ST_TOLD] = INFORMANTS " SELECT NULL," COUNTS,
	[ST_TOLD_BY_THEME] =
	    INFORMANTS " SELECT theme," COUNTS " GROUP BY theme ORDER BY theme",
};

struct duties {
	struct db_stmt *st[ST_COUNT];
};

int
duties_open(struct store *store, struct duties **out, struct err *e)
{
	struct duties *d = alloc_zero(1, sizeof *d);

	if (stmts_prepare(store_db(store), sql, ST_COUNT, d->st, e) < 0) {
		duties_close(&d);
		return -1;
	}
	*out = d;
	return 0;
}

void
duties_close(struct duties **d)
{
	if (!*d)
		return;
	stmts_finish((*d)->st, ST_COUNT);
	free(*d);
	*d = NULL;
}

int
duties_put_informant(struct duties *d, int64_t incident_id,
    enum duties_reach reach, int64_t closed_ms, struct err *e)
{
	struct db_stmt *st = d->st[ST_INFORMANT];

	db_bind_int(st, 1, incident_id);
	db_bind_int(st, 2, (int64_t)reach);
	if (closed_ms == CLOCK_NONE)
		db_bind_null(st, 3);
	else
		db_bind_int(st, 3, closed_ms);
	return db_run(st, e);
}

int
duties_watch(
    struct duties *d, int64_t incident_id, int64_t due_ms, struct err *e)
{
	struct db_stmt *st = d->st[ST_WATCH];

	db_bind_int(st, 1, incident_id);
	db_bind_int(st, 2, due_ms);
	return db_run(st, e);
}

int
duties_unwatch(
    struct duties *d, int64_t incident_id, int64_t by_ms, struct err *e)
{
	struct db_stmt *st = d->st[ST_UNWATCH];

	db_bind_int(st, 1, incident_id);
	db_bind_int(st, 2, by_ms);
	return db_run(st, e);
}

int
duties_next(struct duties *d, int64_t now_ms, int64_t after,
    int64_t *incident_id, struct err *e)
{
	struct db_stmt *st = d->st[ST_NEXT];
	int found;

	db_bind_int(st, 1, now_ms);
	db_bind_int(st, 2, after);
	found = db_step(st, e);
	if (found > 0)
		*incident_id = db_col_int(st, 0);
	db_reset(st);
	return found;
}

int
duties_is_confirmed(
    struct duties *d, int64_t incident_id, struct str theme, struct err *e)
{
	struct db_stmt *st = d->st[ST_CONFIRMED];
	int found;

	db_bind_int(st, 1, incident_id);
	db_bind_text(st, 2, theme);
	found = db_step(st, e);
	db_reset(st);
	return found;
}

static int
count_told(struct db_stmt *st, int64_t from_ms, int64_t to_ms,
    void (*each)(void *user, const struct duties_told *told), void *user,
    struct err *e)
{
	int found;

	db_bind_int(st, 1, from_ms);
	db_bind_int(st, 2, to_ms);
	while ((found = db_step(st, e)) > 0) {
		const struct duties_told told = { .theme = db_col_text(st, 0),
			.informants = db_col_int(st, 1),
			.told = db_col_int(st, 2),
			.unreachable = db_col_int(st, 3) };

		each(user, &told);
	}
	db_reset(st);
	return found;
}

int
duties_count_told(struct duties *d, int64_t from_ms, int64_t to_ms,
    void (*each)(void *user, const struct duties_told *told), void *user,
    struct err *e)
{
	if (count_told(d->st[ST_TOLD], from_ms, to_ms, each, user, e) < 0)
		return -1;
	return count_told(
	    d->st[ST_TOLD_BY_THEME], from_ms, to_ms, each, user, e);
}
