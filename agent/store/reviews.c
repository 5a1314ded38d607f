/*
 * reviews: decisions and who looked when; the queue is in reviews_queue.c.
 */
#include "agent/store/reviews.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/base/jsonw.h"
#include "agent/store/audit.h"
#include "agent/store/reviews_private.h"
#include "agent/store/stmts.h"
#include "agent/store/store.h"

static const char *const sql[REVIEWS_ST_COUNT] = {
	[REVIEWS_ST_VERSION] =
	    "SELECT coalesce(max(id), 0), count(ended_ms),"
	    " (SELECT coalesce(max(id), 0) FROM decision"
	    " WHERE incident_id = $1),"
	    " (SELECT count(undone_ms) FROM decision"
	    " WHERE incident_id = $1),"
	    " (SELECT message_count FROM incident WHERE id = $1)"
	    " FROM tag WHERE incident_id = $1",
	[REVIEWS_ST_TAG] =
	    "SELECT 1 FROM tag WHERE incident_id = $1 AND theme = $2"
	    " AND ended_ms IS NULL",
	[REVIEWS_ST_SUPERSEDE] =
	    "UPDATE decision SET undone_ms = $1, undone_by = $2"
	    " WHERE incident_id = $3 AND theme = $4"
	    " AND undone_ms IS NULL",
	[REVIEWS_ST_ADD] = "INSERT INTO decision (incident_id, act_id, theme,"
			   " verdict, at_ms, account_id, note)"
			   " VALUES ($1, $2, $3, $4, $5, $6, $7)",
	[REVIEWS_ST_SET_ACT] = "UPDATE decision SET act_id = $1 WHERE id = $1",
	[REVIEWS_ST_ACT_INCIDENT] =
	    "SELECT incident_id FROM decision"
	    " WHERE act_id = $1 AND undone_ms IS NULL LIMIT 1",
	[REVIEWS_ST_UNDO] =
	    "UPDATE decision SET undone_ms = $1, undone_by = $2,"
	    " told = 0 WHERE act_id = $3 AND undone_ms IS NULL",
	[REVIEWS_ST_LIST] =
	    "SELECT d.id, d.act_id, d.theme, a.name, d.note,"
	    " d.verdict, d.at_ms, d.undone_ms, u.name"
	    " FROM decision d JOIN account a ON a.id = d.account_id"
	    " LEFT JOIN account u ON u.id = d.undone_by"
	    " WHERE d.incident_id = $1 ORDER BY d.id",
	/* With the gravest level that the theme ever had. */
	[REVIEWS_ST_STANDING] = "SELECT theme, verdict, undone_ms IS NOT NULL,"
				" (SELECT max(level) FROM tag t"
				" WHERE t.incident_id = d.incident_id"
				" AND t.theme = d.theme)"
				" FROM decision d WHERE incident_id = $1",
	[REVIEWS_ST_UNTOLD] =
	    "SELECT incident_id FROM decision WHERE told = 0"
	    " AND incident_id > $1 ORDER BY incident_id LIMIT 1",
	[REVIEWS_ST_TOLD] =
	    "UPDATE decision SET told = 1 WHERE incident_id = $1"
	    " AND told = 0",
	/* Of two pages shown at once the later look stands. */
	[REVIEWS_ST_LOOKED] = "INSERT INTO looked (account_id, incident_id,"
			      " at_ms, message_id) VALUES ($1, $2, $3, $4)"
			      " ON CONFLICT DO UPDATE SET"
			      " at_ms = max(at_ms, excluded.at_ms),"
			      " message_id ="
			      " max(message_id, excluded.message_id)",
	[REVIEWS_ST_LOOK_OF] = "SELECT at_ms, message_id FROM looked"
			       " WHERE account_id = $1 AND incident_id = $2",
	[REVIEWS_ST_NEWEST] = "SELECT coalesce(max(id), 0) FROM message"
			      " WHERE incident_id = $1",
};

static const char *const verdict_names[] = {
	[REVIEW_CONFIRMED] = "confirmed",
	[REVIEW_REJECTED] = "rejected",
	[REVIEW_ADDED] = "added",
};

int
reviews_open(struct store *store, struct reviews **out, struct err *e)
{
	struct reviews *r = alloc_zero(1, sizeof *r);

	r->store = store;
	if (stmts_prepare(store_db(store), sql, REVIEWS_ST_COUNT, r->st, e) <
		0 ||
	    reviews_queue_open(r, e) < 0) {
		reviews_close(&r);
		return -1;
	}
	*out = r;
	return 0;
}

void
reviews_close(struct reviews **r)
{
	if (!*r)
		return;
	stmts_finish((*r)->st, REVIEWS_ST_COUNT);
	reviews_queue_close(*r);
	free(*r);
	*r = NULL;
}

const char *
review_verdict_name(enum review_verdict verdict)
{
	CHECK(verdict >= REVIEW_CONFIRMED && verdict <= REVIEW_ADDED);
	return verdict_names[verdict];
}

int64_t
reviews_time_of(struct db_stmt *st, int column)
{
	return db_col_is_null(st, column) ? CLOCK_NONE : db_col_int(st, column);
}

/* --- decisions --- */

int
reviews_version(struct reviews *r, int64_t incident_id,
    char out[REVIEW_VERSION_MAX], struct err *e)
{
	struct db_stmt *st = r->st[REVIEWS_ST_VERSION];
	int found;

	db_bind_int(st, 1, incident_id);
	found = db_step(st, e);
	if (found > 0)
		(void)snprintf(out, REVIEW_VERSION_MAX,
		    "%" PRId64 ".%" PRId64 ".%" PRId64 ".%" PRId64 ".%" PRId64,
		    db_col_int(st, 0), db_col_int(st, 1), db_col_int(st, 2),
		    db_col_int(st, 3), db_col_int(st, 4));
	db_reset(st);
	return found < 0 ? -1 : 0;
}

/* Does a tag of theme stand?  1, 0 or -1. */
static int
has_tag(struct reviews *r, int64_t incident_id, struct str theme, struct err *e)
{
	struct db_stmt *st = r->st[REVIEWS_ST_TAG];
	int found;

	db_bind_int(st, 1, incident_id);
	db_bind_text(st, 2, theme);
	found = db_step(st, e);
	db_reset(st);
	return found;
}

static int
check_wish(struct reviews *r, int64_t incident_id,
    const struct review_wish *wish, struct err *e)
{
	int stands = has_tag(r, incident_id, wish->theme, e);
	bool adds = wish->verdict == REVIEW_ADDED;

	if (stands < 0 || (stands == 1) == !adds)
		return stands < 0 ? -1 : 0;
	return err_set(e, ERR_INVALID,
	    adds ? "%.*s is tagged already: confirm or reject it"
		 : "%.*s is not tagged (any more): add it instead",
	    STR_ARG(wish->theme));
}

/* The decision that stood for the theme does no more. */
static int
supersede(struct reviews *r, const struct review_act *act, struct str theme,
    struct err *e)
{
	struct db_stmt *st = r->st[REVIEWS_ST_SUPERSEDE];

	db_bind_int(st, 1, act->now_ms);
	db_bind_int(st, 2, act->account_id);
	db_bind_int(st, 3, act->incident_id);
	db_bind_text(st, 4, theme);
	return db_run(st, e);
}

/* Add the decision that wish asks for; *act_id is set by the first. */
static int
add_decision(struct reviews *r, const struct review_act *act,
    const struct review_wish *wish, int64_t *act_id, struct err *e)
{
	struct db_stmt *st = r->st[REVIEWS_ST_ADD];

	if (supersede(r, act, wish->theme, e) < 0)
		return -1;
	db_bind_int(st, 1, act->incident_id);
	db_bind_int(st, 2, *act_id);
	db_bind_text(st, 3, wish->theme);
	db_bind_int(st, 4, wish->verdict);
	db_bind_int(st, 5, act->now_ms);
	db_bind_int(st, 6, act->account_id);
	db_bind_text(st, 7, str_is_given(act->note) ? act->note : str_of(""));
	if (db_run(st, e) < 0)
		return -1;
	if (*act_id != 0)
		return 0;
	*act_id = db_last_id(store_db(r->store));
	db_bind_int(r->st[REVIEWS_ST_SET_ACT], 1, *act_id);
	return db_run(r->st[REVIEWS_ST_SET_ACT], e);
}

/* A line of the audit log: what was decided, or undone, without the note. */
static int
record(struct reviews *r, const struct review_act *act, int64_t act_id,
    struct err *e)
{
	struct buf detail = { 0 };
	struct audit_row row = { .at_ms = act->now_ms,
		.actor = str_of(act->actor),
		.event = AUDIT_ALTERATION,
		.incident_id = act->incident_id };
	struct jsonw w;
	int done;

	jsonw_init(&w, &detail);
	jsonw_object(&w);
	jsonw_key(&w, act->count > 0 ? "act" : "undone");
	jsonw_int(&w, act_id);
	if (act->batch_id != 0) {
		jsonw_key(&w, "batch");
		jsonw_int(&w, act->batch_id);
	}
	for (size_t i = 0; i < act->count; i++) {
		char theme[64];

		(void)snprintf(
		    theme, sizeof theme, "%.*s", STR_ARG(act->wishes[i].theme));
		jsonw_key(&w, theme);
		jsonw_text(&w, review_verdict_name(act->wishes[i].verdict));
	}
	jsonw_close(&w);
	row.detail = buf_str(&detail);
	done = audit_add(store_audit(r->store), &row, e);
	buf_clear(&detail);
	return done;
}

int64_t
reviews_decide(struct reviews *r, const struct review_act *act, struct err *e)
{
	char version[REVIEW_VERSION_MAX];
	int64_t act_id = 0;

	CHECK(act->count > 0 && act->count <= REVIEW_ACT_MAX);
	if (act->note.len > REVIEW_NOTE_MAX)
		return err_set(e, ERR_INVALID, "a note has %d bytes at most",
		    REVIEW_NOTE_MAX);
	if (reviews_version(r, act->incident_id, version, e) < 0)
		return -1;
	if (strcmp(act->version, version) != 0)
		return 0;
	for (size_t i = 0; i < act->count; i++)
		if (check_wish(r, act->incident_id, &act->wishes[i], e) < 0)
			return -1;
	for (size_t i = 0; i < act->count; i++)
		if (add_decision(r, act, &act->wishes[i], &act_id, e) < 0)
			return -1;
	if (record(r, act, act_id, e) < 0 ||
	    reviews_refresh(r, act->incident_id, e) < 0)
		return -1;
	return act_id;
}

int
reviews_undo(struct reviews *r, const struct review_undo *undo,
    int64_t *incident_id, struct err *e)
{
	struct review_act undone = { .actor = undo->actor,
		.batch_id = undo->batch_id,
		.now_ms = undo->now_ms };
	struct db_stmt *st = r->st[REVIEWS_ST_ACT_INCIDENT];
	int found;

	db_bind_int(st, 1, undo->act_id);
	found = db_step(st, e);
	if (found > 0)
		*incident_id = db_col_int(st, 0);
	db_reset(st);
	if (found <= 0)
		return found;
	undone.incident_id = *incident_id;
	st = r->st[REVIEWS_ST_UNDO];
	db_bind_int(st, 1, undo->now_ms);
	db_bind_int(st, 2, undo->account_id);
	db_bind_int(st, 3, undo->act_id);
	if (db_run(st, e) < 0 || record(r, &undone, undo->act_id, e) < 0 ||
	    reviews_refresh(r, *incident_id, e) < 0)
		return -1;
	return 1;
}

int
reviews_list(struct reviews *r, int64_t incident_id,
    void (*each)(void *user, const struct review_decision *d), void *user,
    struct err *e)
{
	struct db_stmt *st = r->st[REVIEWS_ST_LIST];
	int found;

	db_bind_int(st, 1, incident_id);
	while ((found = db_step(st, e)) > 0) {
		const struct review_decision d = {
			.id = db_col_int(st, 0),
			.act_id = db_col_int(st, 1),
			.theme = db_col_text(st, 2),
			.by = db_col_text(st, 3),
			.note = db_col_text(st, 4),
			.verdict = (enum review_verdict)db_col_int(st, 5),
			.at_ms = db_col_int(st, 6),
			.undone_ms = reviews_time_of(st, 7),
			.undone_by = db_col_text(st, 8),
		};

		each(user, &d);
	}
	db_reset(st);
	return found;
}

/* --- what outranks the rules --- */

/* Room for count and those that can be added. */
static struct rules_tag *
copy_tags(struct arena *arena, const struct rules_tag *tags, size_t count,
    size_t more)
{
	struct rules_tag *out = arena_alloc(arena, count + more, sizeof *out);

	if (count > 0)
		memcpy(out, tags, count * sizeof *out);
	return out;
}

/* Where theme is, or would be, among tags. */
static size_t
place_of(const struct rules_tag *tags, size_t count, struct str theme)
{
	size_t i = 0;

	while (i < count && str_compare(tags[i].theme, theme) < 0)
		i++;
	return i;
}

/* One decision over tags, which have room for one more. */
static void
apply_one(struct rules_tag *tags, size_t *count, struct str theme,
    enum review_verdict verdict, enum rules_level level)
{
	size_t i = place_of(tags, *count, theme);
	bool is_there = i < *count && str_is_equal(tags[i].theme, theme);

	if (verdict == REVIEW_REJECTED) {
		if (is_there) {
			(*count)--;
			memmove(&tags[i], &tags[i + 1],
			    (*count - i) * sizeof *tags);
		}
		return;
	}
	if (!is_there) {
		memmove(&tags[i + 1], &tags[i], (*count - i) * sizeof *tags);
		tags[i] = (struct rules_tag){
			.theme = theme, .level = level, .score = 100
		};
		(*count)++;
	} else if (tags[i].level < level)
		tags[i].level = level;
}

int
reviews_apply(struct reviews *r, int64_t incident_id, struct arena *arena,
    const struct rules_tag **tags, size_t *count, int64_t *turns, struct err *e)
{
	struct db_stmt *st = r->st[REVIEWS_ST_STANDING];
	struct rules_tag *own = NULL;
	size_t room = 0;
	int found;

	*turns = 0;
	db_bind_int(st, 1, incident_id);
	while ((found = db_step(st, e)) > 0) {
		struct str theme = arena_str(arena, db_col_text(st, 0));
		bool undone = db_col_int(st, 2) != 0;
		enum rules_level level = RULES_ALERT;

		if (db_col_int(st, 1) == REVIEW_CONFIRMED)
			level = (enum rules_level)db_col_int(st, 3);

		*turns += undone ? 2 : 1;
		if (undone)
			continue;

		if (room == 0) {
			own = copy_tags(arena, *tags, *count, REVIEW_ACT_MAX);
			room = REVIEW_ACT_MAX;
			*tags = own;
		}
		apply_one(own, count, theme,
		    (enum review_verdict)db_col_int(st, 1), level);
		room--;
	}
	db_reset(st);
	return found;
}

int
reviews_untold(
    struct reviews *r, int64_t after, int64_t *incident_id, struct err *e)
{
	struct db_stmt *st = r->st[REVIEWS_ST_UNTOLD];
	int found;

	db_bind_int(st, 1, after);
	found = db_step(st, e);
	if (found > 0)
		*incident_id = db_col_int(st, 0);
	db_reset(st);
	return found;
}

int
reviews_told(struct reviews *r, int64_t incident_id, struct err *e)
{
	db_bind_int(r->st[REVIEWS_ST_TOLD], 1, incident_id);
	return db_run(r->st[REVIEWS_ST_TOLD], e);
}

/* --- looks --- */

int
reviews_newest(
    struct reviews *r, int64_t incident_id, int64_t *message_id, struct err *e)
{
	struct db_stmt *st = r->st[REVIEWS_ST_NEWEST];
	int found;

	db_bind_int(st, 1, incident_id);
	found = db_step(st, e);
	*message_id = found > 0 ? db_col_int(st, 0) : 0;
	db_reset(st);
	return found < 0 ? -1 : 0;
}

int
reviews_looked(struct reviews *r, int64_t account_id, int64_t incident_id,
    const struct review_look *look, struct err *e)
{
	struct db_stmt *st = r->st[REVIEWS_ST_LOOKED];

	db_bind_int(st, 1, account_id);
	db_bind_int(st, 2, incident_id);
	db_bind_int(st, 3, look->at_ms);
	db_bind_int(st, 4, look->message_id);
	return db_run(st, e);
}

int
reviews_look_of(struct reviews *r, int64_t account_id, int64_t incident_id,
    struct review_look *look, struct err *e)
{
	struct db_stmt *st = r->st[REVIEWS_ST_LOOK_OF];
	int found;

	db_bind_int(st, 1, account_id);
	db_bind_int(st, 2, incident_id);
	found = db_step(st, e);
	*look = (struct review_look){
		.at_ms = found > 0 ? db_col_int(st, 0) : CLOCK_NONE,
		.message_id = found > 0 ? db_col_int(st, 1) : 0,
	};
	db_reset(st);
	return found < 0 ? -1 : 0;
}
