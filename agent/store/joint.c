/*
 * joint: what a wish makes of each incident, and the two tables that keep it.
 *
 * One transaction for all was chosen over several small ones: nothing has to
 * be resumed after a crash and nobody ever sees half of it.  JOINT_MAX bounds
 * how long intake waits for it.
 */
#include "agent/store/joint.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/base/failpoint.h"
#include "agent/store/audit.h"
#include "agent/store/stmts.h"
#include "agent/store/store.h"
#include "rules/ruleset.h"

enum {
	ST_FACTS,
	ST_OPEN_TAGS,
	ST_STANDS,
	ST_ONCE,
	ST_MAKE,
	ST_PUT,
	ST_COUNTS,
	ST_ACTS,
	ST_SINCE,
	ST_BACK,
	ST_UNDONE,
	ST_LIST,
	ST_FIND,
	ST_ITEMS,
	ST_COUNT
};

#define BATCHES                                                   \
	"SELECT b.id, b.at_ms, b.verdict, b.theme, a.name,"       \
	" b.decided, b.left_out, b.undone_ms, u.name, b.restored" \
	" FROM batch b JOIN account a ON a.id = b.account_id"     \
	" LEFT JOIN account u ON u.id = b.undone_by"

static const char *const sql[ST_COUNT] = {
	/* An incident, whether anybody was told of it, and who has it. */
	[ST_FACTS] = "SELECT i.in_progress,"
		     " EXISTS (SELECT 1 FROM outbox o"
		     " WHERE o.incident_id = i.id),"
		     " (SELECT actor FROM taker t WHERE t.incident_id = i.id"
		     " AND t.word = 1 AND t.ended_ms IS NULL)"
		     " FROM incident i WHERE i.id = $1",
	[ST_OPEN_TAGS] =
	    "SELECT t.theme, t.level FROM tag t WHERE t.incident_id = $1"
	    " AND t.ended_ms IS NULL AND NOT EXISTS (SELECT 1 FROM decision d"
	    " WHERE d.incident_id = t.incident_id AND d.theme = t.theme"
	    " AND d.undone_ms IS NULL)"
	    " ORDER BY t.level DESC, t.score DESC, t.theme",
	[ST_STANDS] = "SELECT verdict FROM decision WHERE incident_id = $1"
		      " AND theme = $2 AND undone_ms IS NULL",
	[ST_ONCE] = "SELECT id FROM batch WHERE account_id = $1 AND once = $2",
	[ST_MAKE] = "INSERT INTO batch (at_ms, account_id, verdict, theme,"
		    " once) VALUES ($1, $2, $3, $4, $5)",
	[ST_PUT] = "INSERT INTO batch_item (batch_id, incident_id, outcome,"
		   " act_id) VALUES ($1, $2, $3, $4)",
	[ST_COUNTS] = "UPDATE batch SET decided = $1, left_out = $2"
		      " WHERE id = $3",
	[ST_ACTS] = "SELECT incident_id, act_id FROM batch_item"
		    " WHERE batch_id = $1 AND act_id IS NOT NULL",
	/* Is some of an act undone?  Does anything decided later stand? */
	[ST_SINCE] = "SELECT NOT EXISTS (SELECT 1 FROM decision"
		     " WHERE act_id = $1) OR EXISTS (SELECT 1 FROM decision"
		     " WHERE act_id = $1 AND undone_ms IS NOT NULL),"
		     " EXISTS (SELECT 1 FROM decision WHERE incident_id = $2"
		     " AND act_id > $1 AND undone_ms IS NULL)",
	[ST_BACK] = "UPDATE batch_item SET back = $1 WHERE batch_id = $2"
		    " AND incident_id = $3",
	[ST_UNDONE] = "UPDATE batch SET undone_ms = $1, undone_by = $2,"
		      " restored = $3 WHERE id = $4",
	[ST_LIST] = BATCHES " WHERE b.id < $1 ORDER BY b.id DESC LIMIT $2",
	[ST_FIND] = BATCHES " WHERE b.id = $1",
	[ST_ITEMS] = "SELECT m.incident_id, i.ref, i.near_name, i.district,"
		     " (SELECT group_concat(d.theme || CASE d.verdict"
		     " WHEN 1 THEN ' confirmed' WHEN 2 THEN ' rejected'"
		     " ELSE ' added' END) FROM decision d"
		     " WHERE d.act_id = m.act_id), m.outcome, m.act_id, m.back"
		     " FROM batch_item m JOIN incident i"
		     " ON i.id = m.incident_id WHERE m.batch_id = $1"
		     " ORDER BY m.incident_id",
};

static const char *const verdict_names[] = {
	[JOINT_CONFIRM] = "confirm",
	[JOINT_REJECT] = "reject",
	[JOINT_CHANGE] = "change",
};

static const char *const outcome_names[] = {
	[JOINT_DECIDED] = "decided",
	[JOINT_GONE] = "gone",
	[JOINT_NOTHING] = "nothing-open",
	[JOINT_CHANGED] = "changed",
	[JOINT_HELD] = "held",
	[JOINT_GRAVE] = "grave",
	[JOINT_THEME] = "theme",
};

static const char *const back_names[] = {
	[JOINT_RESTORED] = "restored",
	[JOINT_UNDONE_BEFORE] = "undone-before",
	[JOINT_DECIDED_SINCE] = "decided-since",
};

struct joints {
	struct store *store;     /* borrowed */
	struct reviews *reviews; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

int
joint_open(struct store *store, struct reviews *reviews, struct joints **out,
    struct err *e)
{
	struct joints *b = alloc_zero(1, sizeof *b);

	b->store = store;
	b->reviews = reviews;
	if (stmts_prepare(store_db(store), sql, ST_COUNT, b->st, e) < 0) {
		joint_close(&b);
		return -1;
	}
	*out = b;
	return 0;
}

void
joint_close(struct joints **b)
{
	if (!*b)
		return;
	stmts_finish((*b)->st, ST_COUNT);
	free(*b);
	*b = NULL;
}

const char *
joint_verdict_name(enum joint_verdict verdict)
{
	CHECK(verdict >= JOINT_CONFIRM && verdict <= JOINT_CHANGE);
	return verdict_names[verdict];
}

enum joint_verdict
joint_verdict_find(struct str name)
{
	for (int i = JOINT_CONFIRM; i <= JOINT_CHANGE; i++)
		if (str_is(name, verdict_names[i]))
			return (enum joint_verdict)i;
	return (enum joint_verdict)0;
}

const char *
joint_outcome_name(enum joint_outcome outcome)
{
	CHECK(outcome >= JOINT_DECIDED && outcome <= JOINT_THEME);
	return outcome_names[outcome];
}

const char *
joint_back_name(enum joint_back back)
{
	CHECK((int)back >= 0 && back <= JOINT_DECIDED_SINCE);
	return back_names[back];
}

/* --- planning --- */

/* What is known of the incident: 1, 0 if it is gone, -1. */
static int
read_facts(struct joints *b, int64_t incident_id, struct arena *arena,
    struct joint_plan *p, struct err *e)
{
	struct db_stmt *st = b->st[ST_FACTS];
	int found;

	db_bind_int(st, 1, incident_id);
	found = db_step(st, e);
	if (found > 0) {
		p->in_progress = db_col_int(st, 0) != 0;
		p->was_told = db_col_int(st, 1) != 0;
		if (!db_col_is_null(st, 2))
			p->holder = arena_str(arena, db_col_text(st, 2));
	}
	db_reset(st);
	if (found <= 0)
		return found;
	return reviews_version(b->reviews, incident_id, p->version, e) < 0 ? -1
									   : 1;
}

/* The open themes; one of theme is confirmed.  One place stays free. */
static int
read_open(struct joints *b, int64_t incident_id, const struct joint_wish *wish,
    struct arena *arena, struct joint_plan *p, struct err *e)
{
	struct db_stmt *st = b->st[ST_OPEN_TAGS];
	int found;

	db_bind_int(st, 1, incident_id);
	while ((found = db_step(st, e)) > 0 && p->count < REVIEW_ACT_MAX - 1) {
		struct review_wish *w = &p->wishes[p->count++];
		bool is_it;

		w->theme = arena_str(arena, db_col_text(st, 0));
		p->levels[p->count - 1] = (enum rules_level)db_col_int(st, 1);
		is_it = wish->verdict == JOINT_CHANGE
			    ? str_is_equal(w->theme, wish->theme)
			    : wish->verdict == JOINT_CONFIRM;
		w->verdict = is_it ? REVIEW_CONFIRMED : REVIEW_REJECTED;
		p->is_alert |= db_col_int(st, 1) == RULES_ALERT;
	}
	db_reset(st);
	return found < 0 ? -1 : 0;
}

/* The theme it is to have, unless it is among the open ones. */
static int
add_theme(struct joints *b, int64_t incident_id, struct str theme,
    struct joint_plan *p, struct err *e)
{
	struct db_stmt *st = b->st[ST_STANDS];
	int found;

	for (size_t i = 0; i < p->count; i++)
		if (str_is_equal(p->wishes[i].theme, theme))
			return 0;
	db_bind_int(st, 1, incident_id);
	db_bind_text(st, 2, theme);
	found = db_step(st, e);
	if (found > 0 && db_col_int(st, 0) == REVIEW_REJECTED)
		p->outcome = JOINT_THEME;
	db_reset(st);
	if (found == 0)
		p->wishes[p->count++] =
		    (struct review_wish){ theme, REVIEW_ADDED };
	return found < 0 ? -1 : 0;
}

int
joint_plan(struct joints *b, const struct joint_wish *wish, int64_t incident_id,
    struct arena *arena, struct joint_plan *out, struct err *e)
{
	int found;

	*out = (struct joint_plan){ .outcome = JOINT_DECIDED };
	found = read_facts(b, incident_id, arena, out, e);
	if (found < 0 || read_open(b, incident_id, wish, arena, out, e) < 0)
		return -1;
	if (found == 0)
		out->outcome = JOINT_GONE;
	else if (out->count == 0)
		out->outcome = JOINT_NOTHING;
	else if (out->holder.p && !str_is(out->holder, wish->actor))
		out->outcome = JOINT_HELD;
	else if (wish->verdict == JOINT_CHANGE &&
		 add_theme(b, incident_id, wish->theme, out, e) < 0)
		return -1;
	for (size_t i = 0; i < out->count; i++)
		out->is_grave |= out->wishes[i].verdict == REVIEW_REJECTED;
	out->is_grave &= out->in_progress || out->is_alert || out->was_told;
	return 0;
}

/* --- doing --- */

static int
check(const struct joint_wish *wish, const struct joint_item *items,
    size_t count, struct err *e)
{
	if (count == 0 || count > JOINT_MAX)
		return err_set(e, ERR_INVALID,
		    "1 to %d incidents are decided together, not %zu",
		    JOINT_MAX, count);
	if (wish->once.len < JOINT_ONCE_MIN || wish->once.len > JOINT_ONCE_MAX)
		return err_set(e, ERR_INVALID,
		    "the word that makes it one of its kind has %d to %d bytes",
		    JOINT_ONCE_MIN, JOINT_ONCE_MAX);
	if (wish->note.len > REVIEW_NOTE_MAX)
		return err_set(e, ERR_INVALID, "a reason has %d bytes at most",
		    REVIEW_NOTE_MAX);
	if (wish->verdict != JOINT_CONFIRM && wish->note.len == 0)
		return err_set(e, ERR_INVALID,
		    "Say why: whoever looks at one of these later has nothing "
		    "else to go by.");
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < i; k++)
			if (items[i].incident_id == items[k].incident_id)
				return err_set(e, ERR_INVALID,
				    "incident %" PRId64 " is named twice",
				    items[i].incident_id);
	return 0;
}

/* The batch that the account has made with that word: 1, 0 or -1. */
static int
find_once(struct joints *b, const struct joint_wish *wish, int64_t *batch_id,
    struct err *e)
{
	struct db_stmt *st = b->st[ST_ONCE];
	int found;

	db_bind_int(st, 1, wish->account_id);
	db_bind_text(st, 2, wish->once);
	found = db_step(st, e);
	if (found > 0)
		*batch_id = db_col_int(st, 0);
	db_reset(st);
	return found;
}

static int
make(struct joints *b, const struct joint_wish *wish, int64_t *batch_id,
    struct err *e)
{
	struct db_stmt *st = b->st[ST_MAKE];

	db_bind_int(st, 1, wish->now_ms);
	db_bind_int(st, 2, wish->account_id);
	db_bind_int(st, 3, wish->verdict);
	db_bind_text(st, 4,
	    wish->verdict == JOINT_CHANGE ? wish->theme : (struct str){ 0 });
	db_bind_text(st, 5, wish->once);
	if (db_run(st, e) < 0)
		return -1;
	*batch_id = db_last_id(store_db(b->store));
	return 0;
}

/* The decisions of one incident: the act, or -1. */
static int64_t
decide(struct joints *b, const struct joint_wish *wish, int64_t batch_id,
    int64_t incident_id, const struct joint_plan *plan, struct err *e)
{
	const struct review_act act = { .incident_id = incident_id,
		.version = plan->version,
		.wishes = plan->wishes,
		.count = plan->count,
		.account_id = wish->account_id,
		.actor = wish->actor,
		.note = wish->note,
		.batch_id = batch_id,
		.now_ms = wish->now_ms };

	return reviews_decide(b->reviews, &act, e);
}

/* What is made of one: its act, 0 if it is left out, or -1. */
static int64_t
do_one(struct joints *b, const struct joint_wish *wish, int64_t batch_id,
    struct joint_item *item, struct arena *arena, struct err *e)
{
	struct joint_plan plan;

	if (joint_plan(b, wish, item->incident_id, arena, &plan, e) < 0)
		return -1;
	item->outcome = plan.outcome;
	if (plan.outcome != JOINT_DECIDED)
		return 0;
	if (!str_is(item->version, plan.version))
		item->outcome = JOINT_CHANGED;
	else if (plan.is_grave && !item->is_ticked)
		item->outcome = JOINT_GRAVE;
	if (item->outcome != JOINT_DECIDED)
		return 0;
	return decide(b, wish, batch_id, item->incident_id, &plan, e);
}

static int
put_item(struct joints *b, int64_t batch_id, const struct joint_item *item,
    int64_t act_id, struct err *e)
{
	struct db_stmt *st = b->st[ST_PUT];

	/* What is gone can have no row. */
	if (item->outcome == JOINT_GONE)
		return 0;
	db_bind_int(st, 1, batch_id);
	db_bind_int(st, 2, item->incident_id);
	db_bind_int(st, 3, item->outcome);
	if (act_id > 0)
		db_bind_int(st, 4, act_id);
	else
		db_bind_null(st, 4);
	return db_run(st, e);
}

/* The line of the act itself. */
static int
record(struct joints *b, const struct joint_by *by, struct str detail,
    struct err *e)
{
	const struct audit_row row = { .at_ms = by->now_ms,
		.actor = str_of(by->actor),
		.event = AUDIT_ALTERATION,
		.detail = detail };

	return audit_add(store_audit(b->store), &row, e);
}

static int
finish(struct joints *b, const struct joint_wish *wish, int64_t batch_id,
    size_t decided, size_t left_out, struct err *e)
{
	const struct joint_by by = { wish->account_id, wish->actor,
		wish->now_ms };
	struct db_stmt *st = b->st[ST_COUNTS];
	struct buf detail = { 0 };
	int r;

	db_bind_int(st, 1, (int64_t)decided);
	db_bind_int(st, 2, (int64_t)left_out);
	db_bind_int(st, 3, batch_id);
	if (db_run(st, e) < 0)
		return -1;
	buf_addf(&detail,
	    "{\"batch\":%" PRId64
	    ",\"verdict\":\"%s\",\"decided\":%zu,\"left_out\":%zu}",
	    batch_id, joint_verdict_name(wish->verdict), decided, left_out);
	r = record(b, &by, buf_str(&detail), e);
	buf_clear(&detail);
	return r;
}

int
joint_do(struct joints *b, const struct joint_wish *wish,
    struct joint_item *items, size_t count, struct arena *arena,
    int64_t *batch_id, struct err *e)
{
	size_t decided = 0;
	int r;

	if (check(wish, items, count, e) < 0)
		return -1;
	r = find_once(b, wish, batch_id, e);
	if (r != 0)
		return r;
	if (make(b, wish, batch_id, e) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		int64_t act_id =
		    do_one(b, wish, *batch_id, &items[i], arena, e);

		if (act_id < 0 ||
		    put_item(b, *batch_id, &items[i], act_id, e) < 0)
			return -1;
		decided += act_id > 0;
		FAILPOINT("batch-one");
	}
	if (decided == 0)
		return 0;
	r = finish(b, wish, *batch_id, decided, count - decided, e);
	FAILPOINT("batch-before-commit");
	return r < 0 ? -1 : 1;
}

/* --- undoing --- */

/* One incident of a batch with its act. */
struct act {
	int64_t incident_id, act_id;
};

/* All of a batch that have one: how many, or -1. */
static int
read_acts(struct joints *b, int64_t batch_id, struct act *acts, struct err *e)
{
	struct db_stmt *st = b->st[ST_ACTS];
	int count = 0;
	int found;

	db_bind_int(st, 1, batch_id);
	while ((found = db_step(st, e)) > 0 && count < JOINT_MAX)
		acts[count++] =
		    (struct act){ db_col_int(st, 0), db_col_int(st, 1) };
	db_reset(st);
	return found < 0 ? -1 : count;
}

/* What undoing would make of one: an enum joint_back, or -1. */
static int
look_back(struct joints *b, const struct act *act, struct err *e)
{
	struct db_stmt *st = b->st[ST_SINCE];
	int back = JOINT_RESTORED;
	int found;

	db_bind_int(st, 1, act->act_id);
	db_bind_int(st, 2, act->incident_id);
	found = db_step(st, e);
	if (found > 0 && db_col_int(st, 0) != 0)
		back = JOINT_UNDONE_BEFORE;
	else if (found > 0 && db_col_int(st, 1) != 0)
		back = JOINT_DECIDED_SINCE;
	db_reset(st);
	return found < 0 ? -1 : back;
}

/* 1: it is again as it was; 0: it is left as it is; -1. */
static int
undo_one(struct joints *b, int64_t batch_id, const struct act *act,
    const struct joint_by *by, struct err *e)
{
	const struct review_undo undo = { .act_id = act->act_id,
		.account_id = by->account_id,
		.actor = by->actor,
		.batch_id = batch_id,
		.now_ms = by->now_ms };
	struct db_stmt *st = b->st[ST_BACK];
	int64_t incident_id;
	int back = look_back(b, act, e);

	if (back < 0 ||
	    (back == JOINT_RESTORED &&
		reviews_undo(b->reviews, &undo, &incident_id, e) < 0))
		return -1;
	db_bind_int(st, 1, back);
	db_bind_int(st, 2, batch_id);
	db_bind_int(st, 3, act->incident_id);
	if (db_run(st, e) < 0)
		return -1;
	return back == JOINT_RESTORED;
}

static int
finish_undo(struct joints *b, int64_t batch_id, const struct joint_by *by,
    int restored, struct err *e)
{
	struct db_stmt *st = b->st[ST_UNDONE];
	struct buf detail = { 0 };
	int r;

	db_bind_int(st, 1, by->now_ms);
	db_bind_int(st, 2, by->account_id);
	db_bind_int(st, 3, restored);
	db_bind_int(st, 4, batch_id);
	if (db_run(st, e) < 0)
		return -1;
	buf_addf(&detail, "{\"batch_undone\":%" PRId64 ",\"restored\":%d}",
	    batch_id, restored);
	r = record(b, by, buf_str(&detail), e);
	buf_clear(&detail);
	return r;
}

static void
keep_undone(void *user, const struct joint *batch)
{
	bool *is_undone = user;

	*is_undone = batch->undone_ms != CLOCK_NONE;
}

int
joint_undo(struct joints *b, int64_t batch_id, const struct joint_by *by,
    struct arena *arena, struct err *e)
{
	struct act *acts = arena_alloc(arena, JOINT_MAX, sizeof *acts);
	bool is_undone = false;
	int restored = 0, count;
	int r = joint_find(b, batch_id, keep_undone, &is_undone, e);

	if (r <= 0)
		return r;
	if (is_undone)
		return err_set(e, ERR_INVALID, "That was undone already.");
	count = read_acts(b, batch_id, acts, e);
	for (int i = 0; i < count; i++) {
		r = undo_one(b, batch_id, &acts[i], by, e);
		if (r < 0)
			return -1;
		restored += r;
		FAILPOINT("batch-undo-one");
	}
	if (count < 0)
		return -1;
	if (restored == 0)
		return err_set(e, ERR_INVALID,
		    "Nothing of it stands any more: each was decided again or "
		    "undone since.");
	r = finish_undo(b, batch_id, by, restored, e);
	FAILPOINT("batch-undo-before-commit");
	return r < 0 ? -1 : 1;
}

/* --- lists --- */

static void
read_batch(struct db_stmt *st, struct joint *batch)
{
	*batch = (struct joint){ .id = db_col_int(st, 0),
		.at_ms = db_col_int(st, 1),
		.verdict = (enum joint_verdict)db_col_int(st, 2),
		.theme = db_col_text(st, 3),
		.by = db_col_text(st, 4),
		.decided = db_col_int(st, 5),
		.left_out = db_col_int(st, 6),
		.undone_ms =
		    db_col_is_null(st, 7) ? CLOCK_NONE : db_col_int(st, 7),
		.undone_by = db_col_text(st, 8),
		.restored = db_col_int(st, 9) };
}

/* Call each for the rows of st, bound already: 1 if there were any, 0, -1. */
static int
walk(struct db_stmt *st, void (*each)(void *user, const struct joint *batch),
    void *user, struct err *e)
{
	int any = 0, found;

	while ((found = db_step(st, e)) > 0) {
		struct joint batch;

		read_batch(st, &batch);
		each(user, &batch);
		any = 1;
	}
	db_reset(st);
	return found < 0 ? -1 : any;
}

int
joint_list(struct joints *b, int64_t before_id, int64_t limit,
    void (*each)(void *user, const struct joint *batch), void *user,
    struct err *e)
{
	struct db_stmt *st = b->st[ST_LIST];

	db_bind_int(st, 1, before_id);
	db_bind_int(st, 2, limit);
	return walk(st, each, user, e) < 0 ? -1 : 0;
}

int
joint_find(struct joints *b, int64_t batch_id,
    void (*each)(void *user, const struct joint *batch), void *user,
    struct err *e)
{
	struct db_stmt *st = b->st[ST_FIND];

	db_bind_int(st, 1, batch_id);
	return walk(st, each, user, e);
}

int
joint_items(struct joints *b, int64_t batch_id,
    void (*each)(void *user, const struct joint_row *row), void *user,
    struct err *e)
{
	struct db_stmt *st = b->st[ST_ITEMS];
	int found;

	db_bind_int(st, 1, batch_id);
	while ((found = db_step(st, e)) > 0) {
		const struct joint_row row = { .incident_id = db_col_int(st, 0),
			.ref = db_col_text(st, 1),
			.near_name = db_col_text(st, 2),
			.district = db_col_text(st, 3),
			.decided = db_col_text(st, 4),
			.outcome = (enum joint_outcome)db_col_int(st, 5),
			.act_id = db_col_int(st, 6),
			.back = (enum joint_back)db_col_int(st, 7) };

		each(user, &row);
	}
	db_reset(st);
	return found < 0 ? -1 : 0;
}
