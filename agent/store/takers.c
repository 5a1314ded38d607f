/*
 * takers: one table of presses; a partial index keeps two from standing.
 */
#include "agent/store/takers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/stmts.h"
#include "agent/store/store.h"

enum {
	ST_ADD,
	ST_NOW,
	ST_TURNS,
	ST_END,
	ST_LIST,
	ST_UNTOLD,
	ST_TOLD,
	ST_COUNT
};

static const char *const sql[ST_COUNT] = {
	[ST_ADD] = "INSERT INTO taker (incident_id, word, actor, at_ms, note,"
		   " once, told) VALUES ($1, $2, $3, $4, $5, $6, $7)"
		   " ON CONFLICT (incident_id, once) DO NOTHING",
	[ST_NOW] = "SELECT actor, once, at_ms FROM taker"
		   " WHERE incident_id = $1 AND word = 1"
		   " AND ended_ms IS NULL",
	[ST_TURNS] = "SELECT count(*) + count(ended_ms) FROM taker"
		     " WHERE incident_id = $1 AND word = 1",
	[ST_END] = "UPDATE taker SET ended_ms = $1, told = 0"
		   " WHERE incident_id = $2 AND word = 1"
		   " AND ended_ms IS NULL",
	[ST_LIST] = "SELECT id, word, actor, note, once, at_ms, ended_ms"
		    " FROM taker WHERE incident_id = $1 ORDER BY id",
	[ST_UNTOLD] = "SELECT incident_id FROM taker WHERE told = 0"
		      " AND incident_id > $1 ORDER BY incident_id LIMIT 1",
	[ST_TOLD] = "UPDATE taker SET told = 1 WHERE incident_id = $1"
		    " AND told = 0",
};

/* In the audit log. */
static const char *const word_names[] = {
	[TAKER_TAKES] = "takes",
	[TAKER_RELEASES] = "releases",
	[TAKER_NOT_FOR_US] = "not for us",
	[TAKER_NOTE] = "note",
	[TAKER_SECOND] = "takes, second",
};

struct takers {
	struct store *store; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

int
takers_open(struct store *store, struct takers **out, struct err *e)
{
	struct takers *t = alloc_zero(1, sizeof *t);

	t->store = store;
	if (stmts_prepare(store_db(store), sql, ST_COUNT, t->st, e) < 0) {
		takers_close(&t);
		return -1;
	}
	*out = t;
	return 0;
}

void
takers_close(struct takers **t)
{
	if (!*t)
		return;
	stmts_finish((*t)->st, ST_COUNT);
	free(*t);
	*t = NULL;
}

struct str
taker_name(struct str actor)
{
	const char *colon =
	    actor.len > 0 ? memchr(actor.p, ':', actor.len) : NULL;

	if (!colon)
		return actor;
	return str_make(colon + 1, actor.len - (size_t)(colon + 1 - actor.p));
}

bool
taker_is_recipient(struct str actor, const char *recipient)
{
	return str_has_prefix(actor, "link:") &&
	       str_is(taker_name(actor), recipient);
}

/* --- who has it --- */

static void
keep(struct str text, char *out, size_t cap)
{
	CHECK(text.len < cap);
	memcpy(out, text.p, text.len);
	out[text.len] = '\0';
}

int
takers_now(
    struct takers *t, int64_t incident_id, struct taker_now *out, struct err *e)
{
	struct db_stmt *st = t->st[ST_TURNS];
	int r;

	*out = (struct taker_now){ .at_ms = CLOCK_NONE };
	db_bind_int(st, 1, incident_id);
	r = db_step(st, e);
	if (r > 0)
		out->turns = db_col_int(st, 0);
	db_reset(st);
	if (r < 0 || out->turns == 0)
		return r < 0 ? -1 : 0;
	st = t->st[ST_NOW];
	db_bind_int(st, 1, incident_id);
	r = db_step(st, e);
	if (r > 0) {
		keep(db_col_text(st, 0), out->actor, sizeof out->actor);
		keep(db_col_text(st, 1), out->once, sizeof out->once);
		out->at_ms = db_col_int(st, 2);
	}
	db_reset(st);
	return r;
}

/* --- a press --- */

static int
check_press(const struct taker_press *p, struct err *e)
{
	if (p->once.len < TAKER_ONCE_MIN || p->once.len > TAKER_ONCE_MAX)
		return err_set(e, ERR_INVALID,
		    "The form is incomplete: open the page again.");
	if (p->note.len > TAKER_NOTE_MAX)
		return err_set(e, ERR_INVALID,
		    "The note is too long: %d letters at most. Nothing was "
		    "recorded.",
		    TAKER_NOTE_MAX);
	if (p->word == TAKER_NOTE && p->note.len == 0)
		return err_set(e, ERR_INVALID,
		    "There is nothing in the note. Nothing was recorded.");
	return 0;
}

static int
log_press(struct takers *t, const struct taker_press *p, enum taker_word word,
    struct err *e)
{
	char detail[64];

	(void)snprintf(
	    detail, sizeof detail, "{\"taker\":\"%s\"}", word_names[word]);
	return audit_add(store_audit(t->store),
	    &(struct audit_row){ .at_ms = p->now_ms,
		.actor = p->actor,
		.event = AUDIT_ALTERATION,
		.incident_id = p->incident_id,
		.detail = str_of(detail) },
	    e);
}

/* 1 added, 0 there already, -1. */
static int
add_press(struct takers *t, const struct taker_press *p, enum taker_word word,
    struct err *e)
{
	struct db_stmt *st = t->st[ST_ADD];

	db_bind_int(st, 1, p->incident_id);
	db_bind_int(st, 2, word);
	db_bind_text(st, 3, p->actor);
	db_bind_int(st, 4, p->now_ms);
	db_bind_text(st, 5, p->note);
	db_bind_text(st, 6, p->once);
	db_bind_int(st, 7, word != TAKER_TAKES);
	if (db_run(st, e) < 0)
		return -1;
	if (db_changes(store_db(t->store)) == 0)
		return 0;
	return log_press(t, p, word, e) < 0 ? -1 : 1;
}

/* Does what p says end what stands? */
static bool
is_end(const struct taker_press *p, const struct taker_now *now)
{
	bool is_own = str_is(p->actor, now->actor);

	if (now->actor[0] == '\0')
		return false;
	return (p->word == TAKER_RELEASES && (is_own || p->may_release)) ||
	       (p->word == TAKER_NOT_FOR_US && is_own);
}

static int
end_take(struct takers *t, const struct taker_press *p, struct err *e)
{
	struct db_stmt *st = t->st[ST_END];

	db_bind_int(st, 1, p->now_ms);
	db_bind_int(st, 2, p->incident_id);
	return db_run(st, e);
}

int
takers_press(struct takers *t, const struct taker_press *p, struct err *e)
{
	enum taker_word word = p->word;
	struct taker_now now;
	int r;

	CHECK(word >= TAKER_TAKES && word <= TAKER_NOTE);
	if (check_press(p, e) < 0 || takers_now(t, p->incident_id, &now, e) < 0)
		return -1;
	if (word == TAKER_TAKES && now.actor[0] != '\0')
		word = TAKER_SECOND;
	r = add_press(t, p, word, e);
	if (r <= 0)
		return r;
	if (is_end(p, &now))
		return end_take(t, p, e) < 0 ? -1 : 1;
	if (word == TAKER_RELEASES)
		return err_set(e, ERR_INVALID,
		    "You do not have it, so there is nothing to give up.");
	return 1;
}

/* --- looking --- */

int
takers_list(struct takers *t, int64_t incident_id,
    void (*each)(void *user, const struct taker_row *row), void *user,
    struct err *e)
{
	struct db_stmt *st = t->st[ST_LIST];
	int r;

	db_bind_int(st, 1, incident_id);
	while ((r = db_step(st, e)) > 0) {
		const struct taker_row row = { .id = db_col_int(st, 0),
			.word = (enum taker_word)db_col_int(st, 1),
			.actor = db_col_text(st, 2),
			.note = db_col_text(st, 3),
			.once = db_col_text(st, 4),
			.at_ms = db_col_int(st, 5),
			.ended_ms = db_col_is_null(st, 6) ? CLOCK_NONE
							  : db_col_int(st, 6) };

		each(user, &row);
	}
	db_reset(st);
	return r;
}

int
takers_untold(
    struct takers *t, int64_t after, int64_t *incident_id, struct err *e)
{
	struct db_stmt *st = t->st[ST_UNTOLD];
	int r;

	db_bind_int(st, 1, after);
	r = db_step(st, e);
	if (r > 0)
		*incident_id = db_col_int(st, 0);
	db_reset(st);
	return r;
}

int
takers_told(struct takers *t, int64_t incident_id, struct err *e)
{
	db_bind_int(t->st[ST_TOLD], 1, incident_id);
	return db_run(t->st[ST_TOLD], e);
}
