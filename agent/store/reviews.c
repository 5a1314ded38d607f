/*
 * reviews: decisions, the queue that follows from them and from the tags, and
 * who looked when.
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
#include "agent/store/stmts.h"
#include "agent/store/store.h"

enum {
	ST_RANK,
	ST_PUT,
	ST_REMOVE,
	ST_VERSION,
	ST_TAG,
	ST_SUPERSEDE,
	ST_ADD,
	ST_SET_ACT,
	ST_ACT_INCIDENT,
	ST_UNDO,
	ST_LIST,
	ST_QUEUE,
	ST_QUEUE_ALL,
	ST_QUEUE_COUNT,
	ST_STANDING,
	ST_UNTOLD,
	ST_TOLD,
	ST_LOOKED,
	ST_LOOK_OF,
	ST_COUNT
};

/* A tag t that stands and of which nothing was decided. */
#define OPEN_TAG                                                      \
	"t.ended_ms IS NULL AND NOT EXISTS (SELECT 1 FROM decision d" \
	" WHERE d.incident_id = t.incident_id AND d.theme = t.theme"  \
	" AND d.undone_ms IS NULL)"

/* What waits by a filter; parameters are numbered as they first appear. */
#define WAITING(theme, district, in_progress)                       \
	" WHERE (" theme " IS NULL OR EXISTS (SELECT 1 FROM tag t"  \
	" WHERE t.incident_id = q.incident_id AND t.theme = " theme \
	" AND " OPEN_TAG "))"                                       \
	" AND (" district " IS NULL OR i.district = " district      \
	" COLLATE NOCASE)"                                          \
	" AND (" in_progress " = 0 OR q.rank IN (0, 2))"

static const char *const sql[ST_COUNT] = {
	[ST_RANK] =
	    "SELECT min((t.level < 2) * 2 + (i.in_progress = 0)),"
	    " coalesce(i.opened_ms, i.first_ms) FROM tag t"
	    " JOIN incident i ON i.id = t.incident_id"
	    " WHERE t.incident_id = $1 AND " OPEN_TAG " GROUP BY t.incident_id",
	[ST_PUT] = "INSERT INTO queue (incident_id, rank, since_ms)"
		   " VALUES ($1, $2, $3) ON CONFLICT (incident_id) DO UPDATE"
		   " SET rank = excluded.rank, since_ms = excluded.since_ms"
		   " WHERE rank <> excluded.rank"
		   " OR since_ms <> excluded.since_ms",
	[ST_REMOVE] = "DELETE FROM queue WHERE incident_id = $1",
	[ST_VERSION] = "SELECT coalesce(max(id), 0), count(ended_ms),"
		       " (SELECT coalesce(max(id), 0) FROM decision"
		       " WHERE incident_id = $1),"
		       " (SELECT count(undone_ms) FROM decision"
		       " WHERE incident_id = $1),"
		       " (SELECT message_count FROM incident WHERE id = $1)"
		       " FROM tag WHERE incident_id = $1",
	[ST_TAG] = "SELECT 1 FROM tag WHERE incident_id = $1 AND theme = $2"
		   " AND ended_ms IS NULL",
	[ST_SUPERSEDE] = "UPDATE decision SET undone_ms = $1, undone_by = $2"
			 " WHERE incident_id = $3 AND theme = $4"
			 " AND undone_ms IS NULL",
	[ST_ADD] = "INSERT INTO decision (incident_id, act_id, theme,"
		   " verdict, at_ms, account_id, note)"
		   " VALUES ($1, $2, $3, $4, $5, $6, $7)",
	[ST_SET_ACT] = "UPDATE decision SET act_id = $1 WHERE id = $1",
	[ST_ACT_INCIDENT] = "SELECT incident_id FROM decision"
			    " WHERE act_id = $1 AND undone_ms IS NULL LIMIT 1",
	[ST_UNDO] = "UPDATE decision SET undone_ms = $1, undone_by = $2,"
		    " told = 0 WHERE act_id = $3 AND undone_ms IS NULL",
	[ST_LIST] = "SELECT d.id, d.act_id, d.theme, a.name, d.note,"
		    " d.verdict, d.at_ms, d.undone_ms, u.name"
		    " FROM decision d JOIN account a ON a.id = d.account_id"
		    " LEFT JOIN account u ON u.id = d.undone_by"
		    " WHERE d.incident_id = $1 ORDER BY d.id",
	[ST_QUEUE] =
	    "SELECT q.incident_id, f.name, i.ref, i.grade, i.status,"
	    " i.district, i.near_name, i.near_bearing, i.grid_ref,"
	    " i.near_m, i.opened_ms, i.last_ms, q.rank, q.since_ms,"
	    " i.in_progress,"
	    " (SELECT group_concat(theme, ',') FROM (SELECT * FROM tag t"
	    " WHERE t.incident_id = q.incident_id AND " OPEN_TAG
	    " ORDER BY t.level DESC, t.score DESC)),"
	    /* The ground that gave most, with its words. */
	    " (SELECT json_extract(p.value, '$.why') || coalesce("
	    " ': “' || json_extract(p.value, '$.text') || '”', '')"
	    " FROM tag t, json_each(t.evidence, '$[0].evidence') p"
	    " WHERE t.incident_id = q.incident_id AND " OPEN_TAG
	    " ORDER BY t.level DESC, t.score DESC,"
	    " json_extract(p.value, '$.points') DESC LIMIT 1),"
	    " l.at_ms FROM queue q CROSS JOIN incident i"
	    " ON i.id = q.incident_id JOIN feed f ON f.id = i.feed_id"
	    " LEFT JOIN looked l ON l.incident_id = q.incident_id"
	    " AND l.account_id = $1" WAITING("$2", "$3",
		"$4") " AND (q.rank, q.since_ms, q.incident_id) > ($5, $6, $7)"
		      " ORDER BY q.rank, q.since_ms, q.incident_id LIMIT $8",
	[ST_QUEUE_ALL] = "SELECT count(*), min(since_ms) FROM queue",
	/* CROSS JOIN: the queue outside, it is the smaller by far. */
	[ST_QUEUE_COUNT] =
	    "SELECT count(*), min(q.since_ms) FROM queue q"
	    " CROSS JOIN incident i ON i.id = q.incident_id" WAITING(
		"$1", "$2", "$3"),
	/* With the gravest level that the theme ever had. */
	[ST_STANDING] = "SELECT theme, verdict, undone_ms IS NOT NULL,"
			" (SELECT max(level) FROM tag t"
			" WHERE t.incident_id = d.incident_id"
			" AND t.theme = d.theme)"
			" FROM decision d WHERE incident_id = $1",
	[ST_UNTOLD] = "SELECT incident_id FROM decision WHERE told = 0"
		      " AND incident_id > $1 ORDER BY incident_id LIMIT 1",
	[ST_TOLD] = "UPDATE decision SET told = 1 WHERE incident_id = $1"
		    " AND told = 0",
	[ST_LOOKED] = "INSERT INTO looked (account_id, incident_id, at_ms)"
		      " VALUES ($1, $2, $3) ON CONFLICT DO UPDATE"
		      " SET at_ms = excluded.at_ms",
	[ST_LOOK_OF] = "SELECT at_ms FROM looked WHERE account_id = $1"
		       " AND incident_id = $2",
};

static const char *const verdict_names[] = {
	[REVIEW_CONFIRMED] = "confirmed",
	[REVIEW_REJECTED] = "rejected",
	[REVIEW_ADDED] = "added",
};

struct reviews {
	struct store *store; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

int
reviews_open(struct store *store, struct reviews **out, struct err *e)
{
	struct reviews *r = alloc_zero(1, sizeof *r);

	r->store = store;
	if (stmts_prepare(store_db(store), sql, ST_COUNT, r->st, e) < 0) {
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
	stmts_finish((*r)->st, ST_COUNT);
	free(*r);
	*r = NULL;
}

const char *
review_verdict_name(enum review_verdict verdict)
{
	CHECK(verdict >= REVIEW_CONFIRMED && verdict <= REVIEW_ADDED);
	return verdict_names[verdict];
}

static int64_t
time_of(struct db_stmt *st, int column)
{
	return db_col_is_null(st, column) ? CLOCK_NONE : db_col_int(st, column);
}

/* --- the queue --- */

int
reviews_refresh(struct reviews *r, int64_t incident_id, struct err *e)
{
	struct db_stmt *st = r->st[ST_RANK];
	int64_t rank = 0, since_ms = 0;
	int found;

	db_bind_int(st, 1, incident_id);
	found = db_step(st, e);
	if (found > 0) {
		rank = db_col_int(st, 0);
		since_ms = db_col_int(st, 1);
	}
	db_reset(st);
	if (found < 0)
		return -1;
	st = r->st[found ? ST_PUT : ST_REMOVE];
	db_bind_int(st, 1, incident_id);
	if (found) {
		db_bind_int(st, 2, rank);
		db_bind_int(st, 3, since_ms);
	}
	return db_run(st, e);
}

static void
bind_filter(struct db_stmt *st, int first, const struct review_filter *f)
{
	db_bind_text(st, first, f->theme);
	db_bind_text(st, first + 1, f->district);
	db_bind_int(st, first + 2, f->in_progress);
}

static void
read_item(struct db_stmt *st, struct review_item *item)
{
	*item = (struct review_item){ .incident_id = db_col_int(st, 0),
		.feed = db_col_text(st, 1),
		.ref = db_col_text(st, 2),
		.grade = db_col_text(st, 3),
		.status = db_col_text(st, 4),
		.district = db_col_text(st, 5),
		.near_name = db_col_text(st, 6),
		.near_bearing = db_col_text(st, 7),
		.grid_ref = db_col_text(st, 8),
		.near_m = db_col_real(st, 9),
		.opened_ms = time_of(st, 10),
		.last_ms = db_col_int(st, 11),
		.rank = db_col_int(st, 12),
		.since_ms = db_col_int(st, 13),
		.in_progress = db_col_int(st, 14) != 0,
		.themes = db_col_text(st, 15),
		.why = db_col_text(st, 16),
		.looked_ms = time_of(st, 17) };
}

int
reviews_queue(struct reviews *r, const struct review_filter *f,
    void (*each)(void *user, const struct review_item *item), void *user,
    struct err *e)
{
	struct db_stmt *st = r->st[ST_QUEUE];
	int found;

	db_bind_int(st, 1, f->account_id);
	bind_filter(st, 2, f);
	db_bind_int(st, 5, f->after_rank);
	db_bind_int(st, 6, f->after_since_ms);
	db_bind_int(st, 7, f->after_id);
	db_bind_int(st, 8, f->limit);
	while ((found = db_step(st, e)) > 0) {
		struct review_item item;

		read_item(st, &item);
		each(user, &item);
	}
	db_reset(st);
	return found;
}

int
reviews_count(struct reviews *r, const struct review_filter *f, int64_t *count,
    int64_t *oldest_ms, struct err *e)
{
	bool is_all = !f->theme.p && !f->district.p && !f->in_progress;
	struct db_stmt *st = r->st[is_all ? ST_QUEUE_ALL : ST_QUEUE_COUNT];
	int found;

	if (!is_all)
		bind_filter(st, 1, f);
	found = db_step(st, e);
	if (found > 0) {
		*count = db_col_int(st, 0);
		*oldest_ms = time_of(st, 1);
	}
	db_reset(st);
	return found < 0 ? -1 : 0;
}

/* --- decisions --- */

int
reviews_version(struct reviews *r, int64_t incident_id,
    char out[REVIEW_VERSION_MAX], struct err *e)
{
	struct db_stmt *st = r->st[ST_VERSION];
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
	struct db_stmt *st = r->st[ST_TAG];
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
	struct db_stmt *st = r->st[ST_SUPERSEDE];

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
	struct db_stmt *st = r->st[ST_ADD];

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
	db_bind_int(r->st[ST_SET_ACT], 1, *act_id);
	return db_run(r->st[ST_SET_ACT], e);
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
reviews_undo(struct reviews *r, int64_t act_id, int64_t account_id,
    const char *actor, int64_t now_ms, int64_t *incident_id, struct err *e)
{
	struct db_stmt *st = r->st[ST_ACT_INCIDENT];
	int found;

	db_bind_int(st, 1, act_id);
	found = db_step(st, e);
	if (found > 0)
		*incident_id = db_col_int(st, 0);
	db_reset(st);
	if (found <= 0)
		return found;
	st = r->st[ST_UNDO];
	db_bind_int(st, 1, now_ms);
	db_bind_int(st, 2, account_id);
	db_bind_int(st, 3, act_id);
	const struct review_act undone = {
		.incident_id = *incident_id, .actor = actor, .now_ms = now_ms
	};
	if (db_run(st, e) < 0 || record(r, &undone, act_id, e) < 0 ||
	    reviews_refresh(r, *incident_id, e) < 0)
		return -1;
	return 1;
}

int
reviews_list(struct reviews *r, int64_t incident_id,
    void (*each)(void *user, const struct review_decision *d), void *user,
    struct err *e)
{
	struct db_stmt *st = r->st[ST_LIST];
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
			.undone_ms = time_of(st, 7),
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
	struct db_stmt *st = r->st[ST_STANDING];
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
	struct db_stmt *st = r->st[ST_UNTOLD];
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
	db_bind_int(r->st[ST_TOLD], 1, incident_id);
	return db_run(r->st[ST_TOLD], e);
}

/* --- looks --- */

int
reviews_looked(struct reviews *r, int64_t account_id, int64_t incident_id,
    int64_t now_ms, struct err *e)
{
	struct db_stmt *st = r->st[ST_LOOKED];

	db_bind_int(st, 1, account_id);
	db_bind_int(st, 2, incident_id);
	db_bind_int(st, 3, now_ms);
	return db_run(st, e);
}

int
reviews_look_of(struct reviews *r, int64_t account_id, int64_t incident_id,
    int64_t *at_ms, struct err *e)
{
	struct db_stmt *st = r->st[ST_LOOK_OF];
	int found;

	db_bind_int(st, 1, account_id);
	db_bind_int(st, 2, incident_id);
	found = db_step(st, e);
	*at_ms = found > 0 ? db_col_int(st, 0) : CLOCK_NONE;
	db_reset(st);
	return found < 0 ? -1 : 0;
}
