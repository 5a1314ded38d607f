#include "agent/store/stmts.h"

#include "agent/base/db.h"

int
stmts_prepare(struct db *db, const char *const *sql, size_t count,
    struct db_stmt **out, struct err *e)
{
	for (size_t i = 0; i < count; i++) {
		if (db_prepare(db, sql[i], &out[i], e) < 0) {
			stmts_finish(out, i);
			return -1;
		}
	}
	return 0;
}

void
stmts_finish(struct db_stmt **st, size_t count)
{
	for (size_t i = 0; i < count; i++)
		db_finish(&st[i]);
}
