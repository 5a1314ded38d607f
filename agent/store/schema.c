/*
 * schema: the steps in their order, and the walk from one to the next.
 *
 * Their text is in schema_core.h and schema_review.h.  All numbers that stand
 * for words are enums of the headers that own the table.  Large columns come
 * last, so that the rest of a row can be read without them.  An index is there
 * because a question of this program needs it; each costs every message.
 */
#include "agent/store/schema.h"

#include "agent/base/check.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/schema_core.h"
#include "agent/store/schema_review.h"

static const struct schema_step steps_of_this_program[] = {
	{ { INCIDENT_TABLES, ALERT_TABLES, INPUT_TABLES, AUDIT_TABLES } },
	{ { SHADOW_TABLES } },
	{ { SERIES_TABLES } },
	{ { PLACE_COLUMNS } },
	{ { TRACK_TABLES } },
	{ { MATCH_TABLES } },
	{ { UNIT_TABLES, AREA_TABLES } },
	{ { ACCOUNT_TABLES, REVIEW_TABLES } },
	{ { ASIDE_COLUMNS } },
	{ { FEED_DAY_TABLES } },
	{ { TAKER_TABLES } },
	{ { ACCOUNT_COLUMNS, AUDIT_INDEXES } },
	{ { CONTACT_TABLES } },
	{ { WORD_TABLES, SPOT_TABLES, MARK_TABLES } },
	{ { QUEUE_COLUMNS, QUEUE_TABLES, QUEUE_TRIGGERS, LOOKED_COLUMNS } },
	{ { DUTY_TABLES } },
	{ { CAMP_TABLES } },
	{ { MAP_TABLES } },
	{ { HANDOVER_TABLES } },
	{ { TIPPING_TABLES } },
	{ { LINKSET_TABLES } },
	{ { RETENTION_TABLES, RETENTION_STATE_TABLES } },
	{ { AREA_OUTBOX } },
	{ { CELL_INDEX } },
	{ { JUDGEMENT_TABLES } },
	{ { POSITION_MARK } },
	{ { BATCH_TABLES } },
	{ { VIEW_TABLES } },
	{ { RULEBOOK_TABLES } },
	{ { UNSURE_INDEX } },
	{ { QUEUE_MINE_TABLE, QUEUE_MINE_FOUND, QUEUE_MINE_TRIGGERS } },
	{ { TWIN_COLUMNS } },
	{ { SERIES_ERASURE } },
};

const struct schema_step *
schema_steps(size_t *count)
{
	*count = sizeof(steps_of_this_program) / sizeof(*steps_of_this_program);
	return steps_of_this_program;
}

static int
refuse_newer(int stands, size_t count, struct err *e)
{
	return err_set(e, ERR_PERMANENT,
	    "the database is at schema step %d and this program knows only up "
	    "to step %zu: install the buzzard that wrote it or a later one, or "
	    "restore the backup from before the upgrade; nothing was changed",
	    stands, count);
}

static int
run_parts(struct db *db, const struct schema_step *step, struct err *e)
{
	for (size_t i = 0; i < SCHEMA_PARTS_MAX && step->sql[i]; i++)
		if (db_exec(db, step->sql[i], e) < 0)
			return -1;
	return 0;
}

/* One step, or none if another process was faster.  1, 0 or -1. */
static int
do_step(
    struct db *db, const struct schema_step *steps, int number, struct err *e)
{
	int stands;

	if (db_begin(db, e) < 0)
		return -1;
	if (db_version(db, &stands, e) < 0)
		goto undo;
	if (stands >= number) {
		db_rollback(db);
		return 0;
	}
	CHECK(stands == number - 1);
	if (run_parts(db, &steps[number - 1], e) < 0 ||
	    db_set_version(db, number, e) < 0)
		goto undo;
	if (db_commit(db, e) < 0)
		return err_wrap(e, "schema step %d", number);
	return 1;
undo:
	db_rollback(db);
	return err_wrap(e, "schema step %d", number);
}

int
schema_upgrade(
    struct db *db, const struct schema_step *steps, size_t count, struct err *e)
{
	int stands;
	int done = 0;

	if (db_version(db, &stands, e) < 0)
		return -1;
	if (stands > (int)count)
		return refuse_newer(stands, count, e);
	for (int n = stands + 1; n <= (int)count; n++) {
		int r = do_step(db, steps, n, e);
		if (r < 0)
			return -1;
		done += r;
	}
	return done;
}

int
schema_require(struct db *db, size_t count, struct err *e)
{
	int stands;

	if (db_version(db, &stands, e) < 0)
		return -1;
	if (stands > (int)count)
		return refuse_newer(stands, count, e);
	if (stands < (int)count)
		return err_set(e, ERR_PERMANENT,
		    "the database is at schema step %d and this program needs "
		    "step %zu: start the agent once, which makes the steps "
		    "that are missing",
		    stands, count);
	return 0;
}
