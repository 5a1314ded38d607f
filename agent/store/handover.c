/*
 * handover: which incidents changed is read from the audit log, which has a
 * line for each message in the order of time: the place where a shift begins in
 * it is found by halving, so that no index is kept of when messages came.
 */
#include "agent/store/handover.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/audit.h"
#include "agent/store/stmts.h"
#include "agent/store/store.h"
#include "agent/store/takers.h"

#define DAY_MS INT64_C(86400000)

enum {
	ST_CHANGED,
	ST_STANDING,
	ST_DECISIONS,
	ST_TAKEN,
	ST_HELD,
	ST_NOTES,
	ST_ADD,
	ST_ERASE,
	ST_COUNT
};

/* The themes of the incidents of c. */
#define THEMES                                                             \
	" themes AS (SELECT c.id, t.theme FROM c CROSS JOIN tag t"         \
	" ON t.incident_id = c.id WHERE t.ended_ms IS NULL AND NOT EXISTS" \
	" (SELECT 1 FROM decision d WHERE d.incident_id = c.id"            \
	" AND d.theme = t.theme AND d.undone_ms IS NULL"                   \
	" AND d.verdict = 2) UNION SELECT c.id, d.theme FROM c"            \
	" CROSS JOIN decision d ON d.incident_id = c.id"                   \
	" WHERE d.undone_ms IS NULL AND d.verdict IN (1, 3))"
#define INCIDENTS                                                \
	" SELECT h.theme, i.id, i.ref, i.district, i.opened_ms," \
	" i.first_ms, i.in_progress, i.closed_ms FROM themes h"  \
	" CROSS JOIN incident i ON i.id = h.id"

static const char *const sql[ST_COUNT] = {
	[ST_CHANGED] =
	    ("WITH c AS (SELECT DISTINCT incident_id AS id FROM audit"
	     " WHERE id >= $1 AND id < $2 AND event = 1"
	     " AND incident_id IS NOT NULL)," THEMES INCIDENTS
	     " ORDER BY h.theme, i.id LIMIT $3"),
	[ST_STANDING] =
	    ("WITH c AS (SELECT incident_id AS id FROM tag"
	     " WHERE theme = 'encampment' AND ended_ms IS NULL"
	     " UNION SELECT incident_id FROM decision"
	     " WHERE theme = 'encampment' AND undone_ms IS NULL)," THEMES
		    INCIDENTS
	     " WHERE h.theme = 'encampment' AND i.closed_ms IS NULL"
	     " AND NOT EXISTS (SELECT 1 FROM camp_incident m"
	     " WHERE m.incident_id = i.id AND m.parted_ms IS NULL)"
	     " ORDER BY i.id DESC LIMIT $1"),
	[ST_DECISIONS] =
	    "SELECT d.incident_id, i.ref, d.theme, a.name, d.verdict, d.at_ms,"
	    " d.undone_ms IS NOT NULL FROM decision d"
	    " CROSS JOIN incident i ON i.id = d.incident_id"
	    " JOIN account a ON a.id = d.account_id"
	    " WHERE d.at_ms >= $1 AND d.at_ms < $2"
	    " ORDER BY d.at_ms, d.id LIMIT $3",
	[ST_TAKEN] = "SELECT t.actor, t.incident_id, i.ref, t.at_ms"
		     " FROM taker t CROSS JOIN incident i"
		     " ON i.id = t.incident_id WHERE t.word = 1"
		     " AND t.ended_ms IS NULL AND i.closed_ms IS NULL"
		     " ORDER BY t.at_ms DESC LIMIT $1",
	[ST_HELD] = "SELECT a.name, count(*), min(f.due_ms) FROM followup f"
		    " JOIN account a ON a.id = f.holder_id"
		    " WHERE f.ended_ms IS NULL AND f.holder_id IS NOT NULL"
		    " GROUP BY f.holder_id ORDER BY a.name LIMIT $1",
	[ST_NOTES] = "SELECT n.id, n.at_ms, a.name, n.note"
		     " FROM handover_note n JOIN account a"
		     " ON a.id = n.account_id WHERE n.at_ms >= $1"
		     " AND n.at_ms < $2 ORDER BY n.at_ms DESC, n.id DESC",
	[ST_ADD] = "INSERT INTO handover_note (at_ms, account_id, note)"
		   " VALUES ($1, $2, $3)",
	[ST_ERASE] = "DELETE FROM handover_note WHERE at_ms < $1",
};

struct handover {
	struct store *store; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

int
handover_open(struct store *store, struct handover **out, struct err *e)
{
	struct handover *h = alloc_zero(1, sizeof *h);

	h->store = store;
	if (stmts_prepare(store_db(store), sql, ST_COUNT, h->st, e) < 0) {
		handover_close(&h);
		return -1;
	}
	*out = h;
	return 0;
}

void
handover_close(struct handover **h)
{
	if (!*h)
		return;
	stmts_finish((*h)->st, ST_COUNT);
	free(*h);
	*h = NULL;
}

/* --- incidents --- */

/* Run st, whose parameters are bound. */
static int
read_incidents(struct db_stmt *st, int64_t from_ms,
    void (*each)(void *user, const struct handover_incident *one), void *user,
    struct err *e)
{
	int found;

	while ((found = db_step(st, e)) > 0) {
		const struct handover_incident one = {
			.theme = db_col_text(st, 0),
			.incident_id = db_col_int(st, 1),
			.ref = db_col_text(st, 2),
			.district = db_col_text(st, 3),
			.opened_ms = db_col_is_null(st, 4) ? CLOCK_NONE
							   : db_col_int(st, 4),
			.is_new = db_col_int(st, 5) >= from_ms,
			.in_progress = db_col_int(st, 6) != 0,
			.is_closed = !db_col_is_null(st, 7),
		};

		each(user, &one);
	}
	db_reset(st);
	return found;
}

int
handover_incidents(struct handover *h, int64_t from_ms, int64_t to_ms,
    int64_t limit,
    void (*each)(void *user, const struct handover_incident *one), void *user,
    struct err *e)
{
	struct audit *audit = store_audit(h->store);
	struct db_stmt *st = h->st[ST_CHANGED];
	int64_t from, to;

	if (audit_find_time(audit, from_ms, &from, e) < 0 ||
	    audit_find_time(audit, to_ms, &to, e) < 0)
		return -1;
	db_bind_int(st, 1, from);
	db_bind_int(st, 2, to);
	db_bind_int(st, 3, limit);
	return read_incidents(st, from_ms, each, user, e);
}

int
handover_standing(struct handover *h, int64_t limit,
    void (*each)(void *user, const struct handover_incident *one), void *user,
    struct err *e)
{
	struct db_stmt *st = h->st[ST_STANDING];

	db_bind_int(st, 1, limit);
	return read_incidents(st, INT64_MAX, each, user, e);
}

/* --- decisions and who has what --- */

int
handover_decisions(struct handover *h, int64_t from_ms, int64_t to_ms,
    int64_t limit,
    void (*each)(void *user, const struct handover_decision *one), void *user,
    struct err *e)
{
	struct db_stmt *st = h->st[ST_DECISIONS];
	int found;

	db_bind_int(st, 1, from_ms);
	db_bind_int(st, 2, to_ms);
	db_bind_int(st, 3, limit);
	while ((found = db_step(st, e)) > 0) {
		const struct handover_decision one = {
			.incident_id = db_col_int(st, 0),
			.ref = db_col_text(st, 1),
			.theme = db_col_text(st, 2),
			.by = db_col_text(st, 3),
			.verdict = (enum review_verdict)db_col_int(st, 4),
			.at_ms = db_col_int(st, 5),
			.is_undone = db_col_int(st, 6) != 0,
		};

		each(user, &one);
	}
	db_reset(st);
	return found;
}

int
handover_holders(struct handover *h, int64_t limit,
    void (*each)(void *user, const struct handover_holder *one), void *user,
    struct err *e)
{
	struct db_stmt *st = h->st[ST_TAKEN];
	int found;

	db_bind_int(st, 1, limit);
	while ((found = db_step(st, e)) > 0) {
		const struct handover_holder one = {
			.who = taker_name(db_col_text(st, 0)),
			.incident_id = db_col_int(st, 1),
			.ref = db_col_text(st, 2),
			.since_ms = db_col_int(st, 3),
		};

		each(user, &one);
	}
	db_reset(st);
	if (found < 0)
		return -1;
	st = h->st[ST_HELD];
	db_bind_int(st, 1, limit);
	while ((found = db_step(st, e)) > 0) {
		const struct handover_holder one = {
			.who = db_col_text(st, 0),
			.count = db_col_int(st, 1),
			.due_ms = db_col_int(st, 2),
		};

		each(user, &one);
	}
	db_reset(st);
	return found;
}

/* --- notes --- */

int
handover_notes(struct handover *h, int64_t from_ms, int64_t to_ms,
    void (*each)(void *user, const struct handover_note *one), void *user,
    struct err *e)
{
	struct db_stmt *st = h->st[ST_NOTES];
	int found;

	db_bind_int(st, 1, from_ms);
	db_bind_int(st, 2, to_ms);
	while ((found = db_step(st, e)) > 0) {
		const struct handover_note one = { .id = db_col_int(st, 0),
			.at_ms = db_col_int(st, 1),
			.by = db_col_text(st, 2),
			.text = db_col_text(st, 3) };

		each(user, &one);
	}
	db_reset(st);
	return found;
}

static int
record(struct handover *h, const char *actor, enum audit_event event,
    const char *name, int64_t number, int64_t now_ms, struct err *e)
{
	char detail[64];
	struct audit_row row = {
		.at_ms = now_ms, .actor = str_of(actor), .event = event
	};

	(void)snprintf(
	    detail, sizeof detail, "{\"%s\":%" PRId64 "}", name, number);
	row.detail = str_of(detail);
	return audit_add(store_audit(h->store), &row, e);
}

/* Those that are too old go. */
static int
erase_old(struct handover *h, int64_t now_ms, struct err *e)
{
	int64_t gone;

	db_bind_int(h->st[ST_ERASE], 1, now_ms - HANDOVER_KEEP_DAYS * DAY_MS);
	if (db_run(h->st[ST_ERASE], e) < 0)
		return -1;
	gone = db_changes(store_db(h->store));
	return gone == 0 ? 0
			 : record(h, "agent", AUDIT_ERASURE, "handover_notes",
			       gone, now_ms, e);
}

int64_t
handover_add_note(struct handover *h, int64_t account_id, const char *actor,
    struct str text, int64_t now_ms, struct err *e)
{
	struct db_stmt *st = h->st[ST_ADD];
	int64_t id;

	if (text.len == 0)
		return err_set(
		    e, ERR_INVALID, "There is nothing to hand over yet.");
	if (text.len > HANDOVER_NOTE_MAX)
		return err_set(e, ERR_INVALID,
		    "The note is too long: 4,000 bytes at most.");
	if (erase_old(h, now_ms, e) < 0)
		return -1;
	db_bind_int(st, 1, now_ms);
	db_bind_int(st, 2, account_id);
	db_bind_text(st, 3, text);
	if (db_run(st, e) < 0)
		return -1;
	id = db_last_id(store_db(h->store));
	return record(h, actor, AUDIT_ALTERATION, "handover_note", id, now_ms,
		   e) < 0
		   ? -1
		   : id;
}
