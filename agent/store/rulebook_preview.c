/*
 * Previews of changes: asked for by people, run by the agent's thread.
 */
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/rulebook.h"
#include "agent/store/rulebook_private.h"

/* Proposer and approver may, while it can still be decided. */
static int
check_asker(const struct rulebook_change *c, struct err *e)
{
	if (c->state != RULEBOOK_DRAFT && c->state != RULEBOOK_AWAITING &&
	    c->state != RULEBOOK_SENT_BACK)
		return err_set(e, ERR_INVALID,
		    "There is no preview of a change that is %s.",
		    rulebook_state_name(c->state));
	if (c->errors > 0)
		return err_set(e, ERR_INVALID,
		    "Rules that are wrong cannot be tried: mend the errors "
		    "first.");
	return 0;
}

static int
ask(struct rulebook *b, const struct rulebook_change *c, int64_t days,
    const struct rulebook_hand *by, struct err *e)
{
	struct db_stmt *st = b->st[ST_ASK_PREVIEW];

	if (check_asker(c, e) < 0)
		return -1;
	db_bind_int(b->st[ST_FORGET_EXAMPLES], 1, c->id);
	db_bind_int(st, 1, days);
	db_bind_int(st, 2, c->id);
	if (db_run(b->st[ST_FORGET_EXAMPLES], e) < 0 || db_run(st, e) < 0)
		return -1;
	return rulebook_record(
	    b, "rule change previewed", c->id, c->file, by, e);
}

int
rulebook_ask_preview(struct rulebook *b, int64_t id, int64_t seen, int64_t days,
    const struct rulebook_hand *by, struct err *e)
{
	struct arena *arena = arena_new();
	struct rulebook_change c;
	int r = rulebook_find_seen(b, id, seen, arena, &c, e);

	if (r > 0 && ask(b, &c, days, by, e) < 0)
		r = -1;
	arena_free(&arena);
	return r;
}

int
rulebook_stop_preview(struct rulebook *b, int64_t id, int64_t seen,
    const struct rulebook_hand *by, struct err *e)
{
	struct arena *arena = arena_new();
	struct rulebook_change c;
	int r = rulebook_find_seen(b, id, seen, arena, &c, e);

	if (r > 0) {
		db_bind_int(b->st[ST_STOP_PREVIEW], 1, id);
		r = db_run(b->st[ST_STOP_PREVIEW], e) < 0
			? -1
			: (int)db_changes(b->db);
	}
	if (r > 0 &&
	    rulebook_record(b, "rule preview stopped", id, c.file, by, e) < 0)
		r = -1;
	arena_free(&arena);
	return r;
}

int
rulebook_next_preview(struct rulebook *b, struct arena *arena,
    struct rulebook_change *out, struct err *e)
{
	return rulebook_read_one(b->st[ST_NEXT_PREVIEW], arena, out, e);
}

int
rulebook_take_preview(
    struct rulebook *b, int64_t id, int64_t changes, struct err *e)
{
	struct db_stmt *st = b->st[ST_TAKE_PREVIEW];

	CHECK(db_is_in_transaction(b->db));
	db_bind_int(st, 1, id);
	db_bind_int(st, 2, changes);
	return db_run(st, e) < 0 ? -1 : (int)db_changes(b->db);
}

int
rulebook_note_preview(
    struct rulebook *b, int64_t id, int64_t done, int64_t of, struct err *e)
{
	struct db_stmt *st = b->st[ST_NOTE_PREVIEW];

	CHECK(db_is_in_transaction(b->db));
	db_bind_int(st, 1, done);
	db_bind_int(st, 2, of);
	db_bind_int(st, 3, id);
	return db_run(st, e) < 0 ? -1 : (int)db_changes(b->db);
}

int
rulebook_keep_preview(struct rulebook *b, int64_t id,
    const struct rulebook_result *r, struct err *e)
{
	struct db_stmt *st = b->st[ST_KEEP_PREVIEW];

	CHECK(db_is_in_transaction(b->db));
	db_bind_int(st, 1, r->state);
	db_bind_int(st, 2, r->now_ms);
	db_bind_text(st, 3, r->set);
	db_bind_text(st, 4, r->live);
	db_bind_text(st, 5, r->figures);
	db_bind_int(st, 6, id);
	return db_run(st, e) < 0 ? -1 : (int)db_changes(b->db);
}

int
rulebook_keep_example(struct rulebook *b, int64_t id,
    const struct rulebook_example *x, struct err *e)
{
	struct db_stmt *st = b->st[ST_KEEP_EXAMPLE];

	CHECK(db_is_in_transaction(b->db));
	db_bind_int(st, 1, id);
	db_bind_text(st, 2, x->theme);
	db_bind_text(st, 3, x->kind);
	db_bind_text(st, 4, x->live);
	db_bind_text(st, 5, x->candidate);
	db_bind_int(st, 6, x->incident_id);
	return db_run(st, e) < 0 ? -1 : 1;
}

int
rulebook_list_examples(struct rulebook *b, int64_t id,
    void (*each)(void *user, const struct rulebook_example *x), void *user,
    struct err *e)
{
	struct db_stmt *st = b->st[ST_LIST_EXAMPLES];
	int r;

	db_bind_int(st, 1, id);
	while ((r = db_step(st, e)) > 0) {
		const struct rulebook_example x = { .incident_id =
							db_col_int(st, 0),
			.theme = db_col_text(st, 1),
			.kind = db_col_text(st, 2),
			.live = db_col_text(st, 3),
			.candidate = db_col_text(st, 4) };

		each(user, &x);
	}
	db_reset(st);
	return r;
}
