#include "agent/store/rulestats.h"

#include <math.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/stmts.h"

enum {
	ST_LIST,
	ST_DECISIONS,
	ST_COUNT
};

/* The rules of one tag's evidence, each with its theme. */
#define RULES(from, subject)                                             \
	" json_extract(h.value, '$.rule') AS rule, " subject " AS theme" \
	" FROM " from ", json_each(t.evidence) h"

static const char *const sql[ST_COUNT] = {
	[ST_LIST] =
	    "SELECT rule, theme, sum(tags), sum(confirmed), sum(rejected),"
	    " sum(shadows) FROM ("
	    "SELECT 1 AS tags, 0 AS confirmed, 0 AS rejected, 0 AS shadows," RULES(
		"(SELECT theme, evidence FROM tag ORDER BY id DESC LIMIT $1) t",
		"t.theme") " UNION ALL"
			   " SELECT 0, 0, 0, 1," RULES(
			       "(SELECT subject, evidence FROM shadow"
			       " ORDER BY id DESC LIMIT $1) t",
			       "t.subject") " UNION ALL"
					    " SELECT 0, d.verdict = 1, d.verdict = 2, 0," RULES(
						"(SELECT incident_id, theme, verdict, at_ms"
						" FROM decision WHERE undone_ms IS NULL"
						" AND verdict IN (1, 2)"
						" ORDER BY id DESC LIMIT $1) d"
						" JOIN tag t ON t.id = (SELECT max(x.id)"
						" FROM tag x WHERE x.incident_id ="
						" d.incident_id AND x.theme = d.theme"
						" AND x.made_ms <= d.at_ms"
						" AND x.evidence <> '[]')",
						"d.theme") ") WHERE rule IS NOT NULL"
							   " GROUP BY theme, rule ORDER BY theme, rule",
	[ST_DECISIONS] =
	    "SELECT (SELECT min(m.id) FROM message m"
	    "  WHERE m.incident_id = d.incident_id) AS number, d.theme,"
	    " d.verdict FROM (SELECT incident_id, theme, verdict FROM decision"
	    "  WHERE undone_ms IS NULL AND verdict IN (1, 2, 3)"
	    "  ORDER BY id DESC LIMIT $1) d ORDER BY number, d.theme",
};

struct rulestats {
	struct db_stmt *st[ST_COUNT];
};

int
rulestats_open(struct db *db, struct rulestats **out, struct err *e)
{
	struct rulestats *r = alloc_zero(1, sizeof *r);

	if (stmts_prepare(db, sql, ST_COUNT, r->st, e) < 0) {
		rulestats_close(&r);
		return -1;
	}
	*out = r;
	return 0;
}

void
rulestats_close(struct rulestats **r)
{
	if (!*r)
		return;
	stmts_finish((*r)->st, ST_COUNT);
	free(*r);
	*r = NULL;
}

int
rulestats_list(struct rulestats *r,
    void (*each)(void *user, const struct rulestats_row *row), void *user,
    struct err *e)
{
	struct db_stmt *st = r->st[ST_LIST];
	int n;

	db_bind_int(st, 1, RULESTATS_NEWEST);
	while ((n = db_step(st, e)) > 0) {
		const struct rulestats_row row = { .rule = db_col_text(st, 0),
			.theme = db_col_text(st, 1),
			.tags = db_col_int(st, 2),
			.confirmed = db_col_int(st, 3),
			.rejected = db_col_int(st, 4),
			.shadows = db_col_int(st, 5) };

		each(user, &row);
	}
	db_reset(st);
	return n;
}

int
rulestats_decisions(struct rulestats *r,
    void (*each)(void *user, const struct rulestats_decision *d), void *user,
    struct err *e)
{
	struct db_stmt *st = r->st[ST_DECISIONS];
	int n;

	db_bind_int(st, 1, RULESTATS_NEWEST);
	while ((n = db_step(st, e)) > 0) {
		const struct rulestats_decision d = { .number =
							  db_col_int(st, 0),
			.theme = db_col_text(st, 1),
			.verdict = (int)db_col_int(st, 2) };

		each(user, &d);
	}
	db_reset(st);
	return n;
}

void
rulestats_wilson(int64_t k, int64_t n, double *low, double *high)
{
	const double z = 1.959963984540054; /* 97.5 % of the normal */
	double count = (double)n, p = (double)k / (double)n;
	double scale = 1 + z * z / count;
	double middle = (p + z * z / (2 * count)) / scale;
	double half =
	    z / scale * sqrt(p * (1 - p) / count + z * z / (4 * count * count));

	CHECK(n > 0 && k >= 0 && k <= n);
	*low = fmax(0, middle - half);
	*high = fmin(1, middle + half);
}
