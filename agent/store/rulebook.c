/*
 * rulebook: the statements, and reading.  The steps are in rulebook_steps.c,
 * previews in rulebook_preview.c.
 */
#include "agent/store/rulebook.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/store/audit.h"
#include "agent/store/rulebook_private.h"
#include "agent/store/rulepack.h"
#include "agent/store/stmts.h"
#include "agent/store/store.h"

/* All but the long texts, which are NULL here; the order of read_row(). */
#define COLUMNS                                                          \
	"SELECT c.id, c.file, c.state, c.kind, c.changes, c.account_id," \
	" c.made_ms, a.name, c.decided_by, d.name, c.decided_ms,"        \
	" c.restores_id, c.version, c.effected_ms, c.ended_ms, c.base,"  \
	" c.digest, c.checked_set, c.errors, c.warnings, c.tests,"       \
	" c.failed, c.preview_state, c.preview_done, c.preview_of,"      \
	" c.preview_days, c.preview_ms, c.preview_set, c.preview_live,"  \
	" c.reason, c.answer"
#define TABLES                                                      \
	" FROM rule_change c JOIN account a ON a.id = c.account_id" \
	" LEFT JOIN account d ON d.id = c.decided_by"
#define BRIEF COLUMNS ", NULL, NULL, NULL" TABLES
#define WHOLE COLUMNS ", c.report, c.preview, c.text" TABLES

/* Written under an update of a row: it is another than before. */
#define CHANGED " changes = changes + 1"

static const char *const sql[ST_COUNT] = {
	[ST_FIND] = WHOLE " WHERE c.id = $1",
	[ST_LIST] = BRIEF " WHERE c.id < $1 ORDER BY c.id DESC LIMIT $2",
	[ST_LIST_STATE] = BRIEF " WHERE c.state = $1 AND c.id < $2"
				" ORDER BY c.id DESC LIMIT $3",
	[ST_COUNT_AWAITING] = "SELECT count(*) FROM rule_change"
			      " WHERE state = 2",
	[ST_LIST_IN_FORCE] = BRIEF " WHERE c.state = 4 ORDER BY c.file",
	[ST_FIND_IN_FORCE] = WHOLE " WHERE c.state = 4 AND c.file = $1",
	[ST_LIST_VERSIONS] = BRIEF " WHERE c.version IS NOT NULL"
				   " ORDER BY c.file, c.version DESC",
	[ST_LIST_VERSIONS_OF] =
	    BRIEF " WHERE c.version IS NOT NULL AND c.file = $1"
		  " ORDER BY c.version DESC",
	[ST_FIND_VERSION] = WHOLE " WHERE c.file = $1 AND c.version = $2",
	[ST_NEXT] = WHOLE " WHERE c.state = 3",
	/* Of what can still be decided: draft, awaiting, sent back. */
	[ST_NEXT_PREVIEW] = WHOLE " WHERE c.preview_state IN (1, 2)"
				  " AND c.state IN (1, 2, 6)"
				  " ORDER BY c.id LIMIT 1",
	[ST_ADD] = "INSERT INTO rule_change (file, state, kind, account_id,"
		   " made_ms, restores_id, base, digest, checked_set, errors,"
		   " warnings, tests, failed, reason, report, text)"
		   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,"
		   " $12, $13, $14, $15, $16)",
	[ST_WRITE] = "UPDATE rule_change SET state = 1, base = $1,"
		     " digest = $2, checked_set = $3, errors = $4,"
		     " warnings = $5, tests = $6, failed = $7, reason = $8,"
		     " report = $9, text = $10, decided_by = NULL,"
		     " decided_ms = NULL, answer = NULL, preview_state = 0,"
		     " preview_set = NULL, preview_live = NULL,"
		     " preview = NULL," CHANGED " WHERE id = $11",
	[ST_STATE] =
	    "UPDATE rule_change SET state = $1," CHANGED " WHERE id = $2",
	[ST_DECIDE] = "UPDATE rule_change SET state = $1, decided_by = $2,"
		      " decided_ms = $3, answer = $4," CHANGED " WHERE id = $5",
	[ST_END] = "UPDATE rule_change SET state = 5, ended_ms = $1," CHANGED
		   " WHERE state = 4 AND file = $2",
	[ST_EFFECT] =
	    "UPDATE rule_change SET state = 4, effected_ms = $1, version ="
	    " 1 + (SELECT coalesce(max(v.version), 0) FROM rule_change v"
	    " WHERE v.file = rule_change.file)," CHANGED " WHERE id = $2",
	[ST_REFUSE] = "UPDATE rule_change SET state = 7, answer = $1," CHANGED
		      " WHERE id = $2",
	[ST_APPROVED_COUNT] = "SELECT count(*) FROM rule_change"
			      " WHERE state = 3",
	[ST_ROLES] = "SELECT roles FROM account"
		     " WHERE id = $1 AND disabled_ms IS NULL",
	[ST_ASK_PREVIEW] =
	    "UPDATE rule_change SET preview_state = 1, preview_days = $1,"
	    " preview_done = 0, preview_of = 0, preview = NULL,"
	    " preview_set = NULL, preview_live = NULL," CHANGED
	    " WHERE id = $2",
	[ST_STOP_PREVIEW] = "UPDATE rule_change SET preview_state = 4," CHANGED
			    " WHERE id = $1 AND preview_state IN (1, 2)",
	/* No change of the record: who reads it waits for its end. */
	[ST_TAKE_PREVIEW] =
	    "UPDATE rule_change SET preview_state = 2, preview_done = 0,"
	    " preview_of = 0 WHERE id = $1 AND changes = $2"
	    " AND preview_state IN (1, 2)",
	/* It is 2 until another text, another wish, or its end. */
	[ST_NOTE_PREVIEW] = "UPDATE rule_change SET preview_done = $1,"
			    " preview_of = $2 WHERE id = $3"
			    " AND preview_state = 2",
	[ST_KEEP_PREVIEW] =
	    "UPDATE rule_change SET preview_state = $1, preview_ms = $2,"
	    " preview_set = $3, preview_live = $4, preview = $5," CHANGED
	    " WHERE id = $6 AND preview_state = 2",
	[ST_FORGET_EXAMPLES] = "DELETE FROM rule_example WHERE change_id = $1",
	[ST_KEEP_EXAMPLE] = "INSERT INTO rule_example (change_id, incident_id,"
			    " theme, kind, live, candidate)"
			    " SELECT $1, id, $2, $3, $4, $5 FROM incident"
			    " WHERE id = $6",
	[ST_LIST_EXAMPLES] = "SELECT incident_id, theme, kind, live,"
			     " candidate FROM rule_example"
			     " WHERE change_id = $1 ORDER BY theme, kind, id",
};

int
rulebook_open(struct store *store, struct rulebook **out, struct err *e)
{
	struct rulebook *b = alloc_zero(1, sizeof *b);

	b->store = store;
	b->db = store_db(store);
	if (stmts_prepare(b->db, sql, ST_COUNT, b->st, e) < 0) {
		rulebook_close(&b);
		return -1;
	}
	*out = b;
	return 0;
}

void
rulebook_close(struct rulebook **b)
{
	if (!*b)
		return;
	stmts_finish((*b)->st, ST_COUNT);
	free(*b);
	*b = NULL;
}

/* --- words --- */

const char *
rulebook_state_name(enum rulebook_state state)
{
	static const char *const words[] = { [RULEBOOK_DRAFT] = "draft",
		[RULEBOOK_AWAITING] = "awaiting",
		[RULEBOOK_APPROVED] = "approved",
		[RULEBOOK_IN_FORCE] = "in-force",
		[RULEBOOK_ENDED] = "ended",
		[RULEBOOK_SENT_BACK] = "sent-back",
		[RULEBOOK_REFUSED] = "refused",
		[RULEBOOK_WITHDRAWN] = "withdrawn" };

	CHECK(state >= RULEBOOK_DRAFT && state <= RULEBOOK_WITHDRAWN);
	return words[state];
}

enum rulebook_state
rulebook_state_of(struct str name)
{
	for (int i = RULEBOOK_DRAFT; i <= RULEBOOK_WITHDRAWN; i++)
		if (str_is(name, rulebook_state_name((enum rulebook_state)i)))
			return (enum rulebook_state)i;
	return (enum rulebook_state)0;
}

const char *
rulebook_kind_name(enum rulebook_kind kind)
{
	static const char *const words[] = { [RULEBOOK_TEXT] = "text",
		[RULEBOOK_PUT_BACK] = "put-back",
		[RULEBOOK_SUSPENSION] = "suspension" };

	CHECK(kind >= RULEBOOK_TEXT && kind <= RULEBOOK_SUSPENSION);
	return words[kind];
}

const char *
rulebook_preview_name(enum rulebook_preview state)
{
	static const char *const words[] = { [RULEBOOK_PREVIEW_NONE] = "none",
		[RULEBOOK_PREVIEW_ASKED] = "asked",
		[RULEBOOK_PREVIEW_RUNNING] = "running",
		[RULEBOOK_PREVIEW_DONE] = "done",
		[RULEBOOK_PREVIEW_STOPPED] = "stopped",
		[RULEBOOK_PREVIEW_FAILED] = "failed" };

	CHECK(state <= RULEBOOK_PREVIEW_FAILED);
	return words[state];
}

static bool
ends_in(struct str name, const char *suffix)
{
	size_t len = strlen(suffix);

	return name.len > len &&
	       memcmp(name.p + name.len - len, suffix, len) == 0;
}

bool
rulebook_is_file(struct str name)
{
	if (name.len > RULEBOOK_FILE_MAX ||
	    !(ends_in(name, ".rules") || ends_in(name, ".list")))
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.p[i];
		bool is_plain =
		    (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

		if (!is_plain && (i == 0 || (c != '.' && c != '_' && c != '-')))
			return false;
	}
	return true;
}

int
rulebook_check_plain(struct str text, struct err *e)
{
	for (size_t at = 0, len; at < text.len; at += len) {
		unsigned c;

		len = str_utf8_len(text.p + at, text.len - at);
		if (len == 0)
			len = 1; /* others look at that */
		c = str_hidden(text.p + at, len);
		if (c != 0)
			return err_set(e, ERR_INVALID,
			    "There is a character (U+%04X) at byte %zu that "
			    "shows nothing, and may make the text look other "
			    "than it is: take it out.",
			    c, at + 1);
	}
	return 0;
}

int
rulebook_tidy(struct str text, struct buf *out, struct err *e)
{
	if (str_trim(text).len == 0)
		return err_set(e, ERR_INVALID,
		    "The text is empty. To leave the file out, say so with "
		    "the box below it.");
	if (text.len > (size_t)2 * RULEBOOK_TEXT_MAX || !str_is_utf8(text))
		return err_set(e, ERR_INVALID,
		    text.len > (size_t)2 * RULEBOOK_TEXT_MAX
			? "The text is longer than 128 KiB: put some of it "
			  "into another file."
			: "The text is not UTF-8, or has a NUL character in "
			  "it: save it as UTF-8 without that.");
	if (rulebook_check_plain(text, e) < 0)
		return -1;
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == '\r')
			continue;
		if ((c < ' ' && c != '\n' && c != '\t') || c == 127)
			return err_set(e, ERR_INVALID,
			    "The text has a control character (%u) at byte "
			    "%zu: take it out.",
			    c, i + 1);
		buf_add_char(out, (char)c);
	}
	if (out->len > 0 && out->p[out->len - 1] != '\n')
		buf_add_char(out, '\n');
	if (out->len > RULEBOOK_TEXT_MAX)
		return err_set(e, ERR_INVALID,
		    "The text is longer than 128 KiB: put some of it into "
		    "another file.");
	return 0;
}

/* --- reading --- */

static int64_t
col_time(struct db_stmt *st, int i)
{
	return db_col_is_null(st, i) ? CLOCK_NONE : db_col_int(st, i);
}

/* The row of BRIEF or WHOLE, borrowed. */
static void
read_row(struct db_stmt *st, struct rulebook_change *c)
{
	*c = (struct rulebook_change){ .id = db_col_int(st, 0),
		.file = db_col_text(st, 1),
		.state = (enum rulebook_state)db_col_int(st, 2),
		.kind = (enum rulebook_kind)db_col_int(st, 3),
		.changes = db_col_int(st, 4),
		.account_id = db_col_int(st, 5),
		.made_ms = db_col_int(st, 6),
		.proposer = db_col_text(st, 7),
		.decided_by = db_col_int(st, 8),
		.decider = db_col_text(st, 9),
		.decided_ms = col_time(st, 10),
		.restores_id = db_col_int(st, 11),
		.version = db_col_int(st, 12),
		.effected_ms = col_time(st, 13),
		.ended_ms = col_time(st, 14),
		.base = db_col_blob(st, 15),
		.digest = db_col_blob(st, 16),
		.checked_set = db_col_text(st, 17),
		.errors = db_col_int(st, 18),
		.warnings = db_col_int(st, 19),
		.tests = db_col_int(st, 20),
		.failed = db_col_int(st, 21),
		.preview_state = (enum rulebook_preview)db_col_int(st, 22),
		.preview_done = db_col_int(st, 23),
		.preview_of = db_col_int(st, 24),
		.preview_days = db_col_int(st, 25),
		.preview_ms = col_time(st, 26),
		.preview_set = db_col_text(st, 27),
		.preview_live = db_col_text(st, 28),
		.reason = db_col_text(st, 29),
		.answer = db_col_text(st, 30),
		.report = db_col_text(st, 31),
		.preview = db_col_text(st, 32),
		.text = db_col_text(st, 33) };
}

/* Its texts into the arena. */
static void
keep(struct arena *arena, struct rulebook_change *c)
{
	struct str *const texts[] = { &c->file, &c->proposer, &c->decider,
		&c->base, &c->digest, &c->checked_set, &c->preview_set,
		&c->preview_live, &c->reason, &c->answer, &c->report,
		&c->preview, &c->text };

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		*texts[i] = arena_str(arena, *texts[i]);
}

int
rulebook_read_one(struct db_stmt *st, struct arena *arena,
    struct rulebook_change *out, struct err *e)
{
	int r = db_step(st, e);

	if (r > 0) {
		read_row(st, out);
		keep(arena, out);
	}
	db_reset(st);
	return r;
}

static int
give_rows(struct db_stmt *st,
    void (*each)(void *user, const struct rulebook_change *c), void *user,
    struct err *e)
{
	int r;

	while ((r = db_step(st, e)) > 0) {
		struct rulebook_change c;

		read_row(st, &c);
		each(user, &c);
	}
	db_reset(st);
	return r;
}

int
rulebook_find(struct rulebook *b, int64_t id, struct arena *arena,
    struct rulebook_change *out, struct err *e)
{
	db_bind_int(b->st[ST_FIND], 1, id);
	return rulebook_read_one(b->st[ST_FIND], arena, out, e);
}

int
rulebook_find_seen(struct rulebook *b, int64_t id, int64_t seen,
    struct arena *arena, struct rulebook_change *out, struct err *e)
{
	int r;

	CHECK(db_is_in_transaction(b->db));
	r = rulebook_find(b, id, arena, out, e);
	if (r == 0)
		return err_set(e, ERR_INVALID,
		    "There is no change of rules with the number %" PRId64 ".",
		    id);
	return r < 0 ? -1 : seen == 0 || out->changes == seen;
}

int
rulebook_list(struct rulebook *b, int64_t before, enum rulebook_state state,
    int64_t limit, void (*each)(void *user, const struct rulebook_change *c),
    void *user, struct err *e)
{
	struct db_stmt *st = b->st[state ? ST_LIST_STATE : ST_LIST];
	int i = 1;

	if (state)
		db_bind_int(st, i++, state);
	db_bind_int(st, i++, before);
	db_bind_int(st, i, limit);
	return give_rows(st, each, user, e);
}

int
rulebook_count_awaiting(struct rulebook *b, int64_t *count, struct err *e)
{
	struct db_stmt *st = b->st[ST_COUNT_AWAITING];
	int r = db_step(st, e);

	*count = r > 0 ? db_col_int(st, 0) : 0;
	db_reset(st);
	return r < 0 ? -1 : 0;
}

int
rulebook_list_in_force(struct rulebook *b,
    void (*each)(void *user, const struct rulebook_change *c), void *user,
    struct err *e)
{
	return give_rows(b->st[ST_LIST_IN_FORCE], each, user, e);
}

int
rulebook_find_in_force(struct rulebook *b, struct str file, struct arena *arena,
    struct rulebook_change *out, struct err *e)
{
	db_bind_text(b->st[ST_FIND_IN_FORCE], 1, file);
	return rulebook_read_one(b->st[ST_FIND_IN_FORCE], arena, out, e);
}

int
rulebook_list_versions(struct rulebook *b, struct str file,
    void (*each)(void *user, const struct rulebook_change *c), void *user,
    struct err *e)
{
	if (!str_is_given(file))
		return give_rows(b->st[ST_LIST_VERSIONS], each, user, e);
	db_bind_text(b->st[ST_LIST_VERSIONS_OF], 1, file);
	return give_rows(b->st[ST_LIST_VERSIONS_OF], each, user, e);
}

int
rulebook_find_version(struct rulebook *b, struct str file, int64_t version,
    struct arena *arena, struct rulebook_change *out, struct err *e)
{
	db_bind_text(b->st[ST_FIND_VERSION], 1, file);
	db_bind_int(b->st[ST_FIND_VERSION], 2, version);
	return rulebook_read_one(b->st[ST_FIND_VERSION], arena, out, e);
}

int
rulebook_next(struct rulebook *b, struct arena *arena,
    struct rulebook_change *out, struct err *e)
{
	return rulebook_read_one(b->st[ST_NEXT], arena, out, e);
}

int
rulebook_record(struct rulebook *b, const char *what, int64_t id,
    struct str file, const struct rulebook_hand *by, struct err *e)
{
	char detail[200];
	struct audit_row row = { .at_ms = by->now_ms,
		.actor = str_of(by->actor),
		.event = AUDIT_ALTERATION };

	/* The file's name needs no escape: rulebook_is_file(). */
	(void)snprintf(detail, sizeof detail,
	    "{\"change\":\"%s\",\"rule_change\":%" PRId64 ",\"file\":\"%.*s\"}",
	    what, id, STR_ARG(file));
	row.detail = str_of(detail);
	return audit_add(store_audit(b->store), &row, e);
}

/* --- is what lies there what was approved? --- */

/* The files of the folder, and what was approved of them. */
struct comparison {
	struct rulepack pack;
	void (*each)(void *user, const struct rulebook_finding *f);
	void *user;
	struct str pending; /* file that is just being put in force */
	int count;
};

static void
find(struct comparison *x, struct str file, const char *what)
{
	const struct rulebook_finding f = { .file = file, .what = what };

	if (str_is_given(x->pending) && str_is_equal(file, x->pending))
		return;
	x->count++;
	x->each(x->user, &f);
}

/* What is in force against its file, which is then crossed out. */
static void
compare(void *user, const struct rulebook_change *c)
{
	struct comparison *x = user;
	const struct ruleset_file *file = rulepack_find(&x->pack, c->file);
	uint8_t digest[HASH_BYTES];

	if (!file && str_is_given(c->digest))
		find(x, c->file, "is not there: somebody took it away");
	if (!file)
		return;
	hash_sha256(file->text, digest);
	if (!str_is_given(c->digest))
		find(x, c->file, "is there, and was to be left out");
	else if (memcmp(digest, c->digest.p, HASH_BYTES) != 0)
		find(x, c->file,
		    "is not as it was approved: somebody wrote "
		    "to it");
	rulepack_leave_out(&x->pack, c->file);
}

int
rulebook_verify(struct rulebook *b, const char *own,
    void (*each)(void *user, const struct rulebook_finding *f), void *user,
    struct err *e)
{
	struct comparison x = { .each = each, .user = user };
	struct arena *arena = arena_new();
	struct rulebook_change next;
	int r = rulebook_next(b, arena, &next, e);

	if (r > 0)
		x.pending = next.file;
	if (r >= 0)
		r = rulepack_lay_over(&x.pack, own, e);
	if (r == 0)
		r = rulebook_list_in_force(b, compare, &x, e);
	for (size_t i = 0; r == 0 && i < x.pack.count; i++)
		find(&x, x.pack.files[i].name,
		    "was approved by nobody: somebody put it there");
	rulepack_release(&x.pack);
	arena_free(&arena);
	return r < 0 ? -1 : x.count;
}
