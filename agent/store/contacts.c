/*
 * contacts: entries are only ever added; which one counts follows from who
 * corrects whom.  What contradicts itself is refused here, so that a count of
 * informants told is a count of people who were spoken to.
 */
#include "agent/store/contacts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/audit.h"
#include "agent/store/contactwords.h"
#include "agent/store/stmts.h"
#include "agent/store/store.h"

/* Clocks of a desk and of this machine differ by so much at most. */
#define AHEAD_MS INT64_C(300000)

enum {
	ST_ADD,
	ST_LIST,
	ST_FIND,
	ST_CORRECTED,
	ST_COUNT
};

#define COLUMNS                                                               \
	"SELECT c.id, c.incident_id, c.account_id, c.at_ms, c.happened_ms,"   \
	" coalesce(c.corrects, 0), coalesce(k.id, 0), c.way, c.outcome,"      \
	" c.advice, c.visit_by, c.visit, c.visit_ms, c.intelligence, c.card," \
	" c.told, c.told_text, c.note, a.name FROM contact c"                 \
	" JOIN account a ON a.id = c.account_id"                              \
	" LEFT JOIN contact k ON k.corrects = c.id"

static const char *const sql[ST_COUNT] = {
	[ST_ADD] = "INSERT INTO contact (incident_id, at_ms, account_id,"
		   " corrects, happened_ms, way, outcome, advice, visit_by,"
		   " visit, visit_ms, intelligence, card, told, told_text,"
		   " note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
		   " $11, $12, $13, $14, $15, $16)",
	[ST_LIST] = COLUMNS " WHERE c.incident_id = $1"
			    " ORDER BY c.happened_ms DESC, c.id DESC",
	[ST_FIND] = COLUMNS " WHERE c.id = $1",
	/* That what is corrected is of this incident, and by what it is. */
	[ST_CORRECTED] = "SELECT c.incident_id, k.id IS NOT NULL"
			 " FROM contact c"
			 " LEFT JOIN contact k ON k.corrects = c.id"
			 " WHERE c.id = $1",
};

struct contacts {
	struct store *store; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

int
contacts_open(struct store *store, struct contacts **out, struct err *e)
{
	struct contacts *c = alloc_zero(1, sizeof *c);

	c->store = store;
	if (stmts_prepare(store_db(store), sql, ST_COUNT, c->st, e) < 0) {
		contacts_close(&c);
		return -1;
	}
	*out = c;
	return 0;
}

void
contacts_close(struct contacts **c)
{
	if (!*c)
		return;
	stmts_finish((*c)->st, ST_COUNT);
	free(*c);
	*c = NULL;
}

/* --- what an entry may say --- */

static bool
says_nothing(const struct contact_entry *n)
{
	return n->way == CONTACT_NONE && n->advice == 0 && n->visit == 0 &&
	       n->intelligence == 0 && !n->card && !str_is_given(n->told) &&
	       n->note.len == 0;
}

/* Was there somebody to tell? */
static bool
has_listener(const struct contact_entry *n)
{
	return n->way != CONTACT_NONE &&
	       (!contactwords_is_call(n->way) || n->outcome == CONTACT_REACHED);
}

static const char *
fault_of_visit(const struct contact_entry *n, int64_t now_ms)
{
	bool is_over = n->visit == CONTACT_VISIT_DONE ||
		       n->visit == CONTACT_VISIT_NOBODY_THERE;

	if ((n->visit == 0) != (n->visit_by == 0))
		return "Say both who visits and how it stands.";
	if ((is_over || n->visit == CONTACT_VISIT_WANTED) &&
	    n->visit_ms == CLOCK_NONE)
		return "Give the date of the visit.";
	if (is_over && n->visit_ms > now_ms + AHEAD_MS)
		return "A visit that has been cannot be in the future.";
	return NULL;
}

/* What contradicts, as a sentence; NULL: nothing. */
static const char *
fault_of(const struct contact_entry *n, int64_t now_ms)
{
	if (n->happened_ms > now_ms + AHEAD_MS)
		return "The contact cannot be in the future.";
	if (contactwords_is_call(n->way) != (n->outcome != 0))
		return "Say what came of the call; only a call has an outcome.";
	if (says_nothing(n))
		return "There is nothing to record yet.";
	if (!has_listener(n) && (str_is_given(n->told) || n->card))
		return "Only somebody who was reached can be told the outcome "
		       "or given the card.";
	if (!has_listener(n) && n->advice != 0)
		return "Only somebody who was reached can be given advice.";
	if (n->note.len > CONTACT_NOTE_MAX ||
	    n->told_text.len > CONTACT_TOLD_MAX)
		return "The note is too long: 1,000 bytes at most.";
	return fault_of_visit(n, now_ms);
}

/* 1: it may be corrected, or nothing is; 0: somebody was faster; -1. */
static int
check_corrects(struct contacts *c, const struct contact_entry *n, struct err *e)
{
	struct db_stmt *st = c->st[ST_CORRECTED];
	int found, may = 0;

	if (n->corrects == 0)
		return 1;
	db_bind_int(st, 1, n->corrects);
	found = db_step(st, e);
	if (found > 0 && db_col_int(st, 0) == n->incident_id)
		may = db_col_int(st, 1) == 0;
	else if (found >= 0)
		found = err_set(e, ERR_INVALID,
		    "What you want to correct is not of this incident.");
	db_reset(st);
	return found < 0 ? -1 : may;
}

/* --- writing --- */

static void
bind_id(struct db_stmt *st, int i, int64_t id)
{
	if (id != 0)
		db_bind_int(st, i, id);
	else
		db_bind_null(st, i);
}

static void
bind_entry(struct db_stmt *st, const struct contact_entry *n, int64_t now_ms)
{
	db_bind_int(st, 1, n->incident_id);
	db_bind_int(st, 2, now_ms);
	db_bind_int(st, 3, n->account_id);
	bind_id(st, 4, n->corrects);
	db_bind_int(st, 5, n->happened_ms);
	db_bind_int(st, 6, n->way);
	db_bind_int(st, 7, n->outcome);
	db_bind_int(st, 8, n->advice);
	db_bind_int(st, 9, n->visit_by);
	db_bind_int(st, 10, n->visit);
	if (n->visit_ms == CLOCK_NONE)
		db_bind_null(st, 11);
	else
		db_bind_int(st, 11, n->visit_ms);
	db_bind_int(st, 12, n->intelligence);
	db_bind_int(st, 13, n->card);
	db_bind_text(st, 14, n->told);
	db_bind_text(st, 15, n->told_text);
	db_bind_text(st, 16, str_is_given(n->note) ? n->note : str_of(""));
}

static int
record(struct contacts *c, const struct contact_entry *n, int64_t id,
    const char *actor, int64_t now_ms, struct err *e)
{
	char detail[96];
	struct audit_row row = { .at_ms = now_ms,
		.actor = str_of(actor),
		.event = AUDIT_ALTERATION,
		.incident_id = n->incident_id };

	if (n->corrects != 0)
		(void)snprintf(detail, sizeof detail,
		    "{\"contact\":%" PRId64 ",\"corrects\":%" PRId64 "}", id,
		    n->corrects);
	else
		(void)snprintf(
		    detail, sizeof detail, "{\"contact\":%" PRId64 "}", id);
	row.detail = str_of(detail);
	return audit_add(store_audit(c->store), &row, e);
}

int64_t
contacts_add(struct contacts *c, const struct contact_entry *entry,
    const char *actor, int64_t now_ms, struct err *e)
{
	const char *fault = fault_of(entry, now_ms);
	int64_t id;
	int may;

	if (fault)
		return err_set(e, ERR_INVALID, "%s", fault);
	may = check_corrects(c, entry, e);
	if (may <= 0)
		return may;
	bind_entry(c->st[ST_ADD], entry, now_ms);
	if (db_run(c->st[ST_ADD], e) < 0)
		return -1;
	id = db_last_id(store_db(c->store));
	return record(c, entry, id, actor, now_ms, e) < 0 ? -1 : id;
}

/* --- reading --- */

static int
read_all(struct db_stmt *st, int64_t id,
    void (*each)(void *user, const struct contact_entry *entry), void *user,
    struct err *e)
{
	int found, count = 0;

	db_bind_int(st, 1, id);
	while ((found = db_step(st, e)) > 0) {
		const struct contact_entry n = {
			.id = db_col_int(st, 0),
			.incident_id = db_col_int(st, 1),
			.account_id = db_col_int(st, 2),
			.at_ms = db_col_int(st, 3),
			.happened_ms = db_col_int(st, 4),
			.corrects = db_col_int(st, 5),
			.corrected_by = db_col_int(st, 6),
			.way = (int)db_col_int(st, 7),
			.outcome = (int)db_col_int(st, 8),
			.advice = db_col_int(st, 9),
			.visit_by = (int)db_col_int(st, 10),
			.visit = (int)db_col_int(st, 11),
			.visit_ms = db_col_is_null(st, 12) ? CLOCK_NONE
							   : db_col_int(st, 12),
			.intelligence = (int)db_col_int(st, 13),
			.card = db_col_int(st, 14) != 0,
			.told = db_col_text(st, 15),
			.told_text = db_col_text(st, 16),
			.note = db_col_text(st, 17),
			.by = db_col_text(st, 18),
		};

		each(user, &n);
		count++;
	}
	db_reset(st);
	return found < 0 ? -1 : count;
}

int
contacts_list(struct contacts *c, int64_t incident_id,
    void (*each)(void *user, const struct contact_entry *entry), void *user,
    struct err *e)
{
	return read_all(c->st[ST_LIST], incident_id, each, user, e) < 0 ? -1
									: 0;
}

int
contacts_find(struct contacts *c, int64_t id,
    void (*each)(void *user, const struct contact_entry *entry), void *user,
    struct err *e)
{
	return read_all(c->st[ST_FIND], id, each, user, e);
}
