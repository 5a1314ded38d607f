/*
 * The steps of a change, each with what must be so before it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/rulebook.h"
#include "agent/store/rulebook_private.h"
#include "agent/store/rulecheck.h"

#define HOUR_MS INT64_C(3600000)

/* --- what must be so --- */

/* The words of a reason: some, and not too many. */
static int
check_words(struct str words, const char *ask, struct err *e)
{
	if (str_trim(words).len == 0)
		return err_set(e, ERR_INVALID, "%s", ask);
	if (words.len > RULEBOOK_REASON_MAX)
		return err_set(e, ERR_INVALID,
		    "The reason is longer than %d bytes.", RULEBOOK_REASON_MAX);
	return rulebook_check_plain(words, e);
}

static int
check_draft(const struct rulebook_draft *d, struct err *e)
{
	if (!rulebook_is_file(d->file))
		return err_set(e, ERR_INVALID,
		    "That is no name for a file of rules: write small "
		    "letters, figures and . _ -, ending in .rules or .list, "
		    "at most %d of them.",
		    RULEBOOK_FILE_MAX);
	return check_words(d->reason,
	    "Say why the rules should be changed: whoever approves it reads "
	    "that first.",
	    e);
}

/* The roles of an account that is open; none if it is not. */
static int
find_roles(
    struct rulebook *b, int64_t account_id, unsigned *roles, struct err *e)
{
	struct db_stmt *st = b->st[ST_ROLES];
	int r;

	db_bind_int(st, 1, account_id);
	r = db_step(st, e);
	*roles = r > 0 ? (unsigned)db_col_int(st, 0) : 0;
	db_reset(st);
	return r < 0 ? -1 : 0;
}

/*
 * Has the account any of the roles, as the database says now?  The page asked
 * that of the session, which may be older.
 */
static int
ask_role(struct rulebook *b, const struct rulebook_hand *by, unsigned any,
    const char *refusal, struct err *e)
{
	unsigned roles;

	if (find_roles(b, by->account_id, &roles, e) < 0)
		return -1;
	return roles & any ? 0 : err_set(e, ERR_INVALID, "%s", refusal);
}

static int
ask_approver(struct rulebook *b, const struct rulebook_hand *by, struct err *e)
{
	return ask_role(b, by, ACCOUNT_APPROVER,
	    "Your account may not approve changes of rules: that needs the "
	    "role approver.",
	    e);
}

static int
ask_state(const struct rulebook_change *c, unsigned states, struct err *e)
{
	return states & 1U << c->state
		   ? 0
		   : err_set(e, ERR_INVALID,
			 "That cannot be done with a change that is %s.",
			 rulebook_state_name(c->state));
}

static int
ask_proposer(const struct rulebook_change *c, const struct rulebook_hand *by,
    struct err *e)
{
	return c->account_id == by->account_id
		   ? 0
		   : err_set(e, ERR_INVALID,
			 "Only %.*s, who made this change, can do that: "
			 "propose one of your own.",
			 STR_ARG(c->proposer));
}

/* Does what is in force stand as it did when the change was made? */
static bool
is_base(const struct rulebook_change *c, const struct rulecheck *check)
{
	if (!str_is_given(c->base))
		return !check->has_base;
	return check->has_base &&
	       memcmp(c->base.p, check->base, HASH_BYTES) == 0;
}

/* The preview that a change needs: of this text, over the rules of now. */
static int
ask_preview(const struct rulebook_change *c, const struct rulecheck *check,
    struct err *e)
{
	if (c->kind != RULEBOOK_TEXT)
		return 0;
	if (c->preview_state != RULEBOOK_PREVIEW_DONE)
		return err_set(e, ERR_INVALID,
		    "There is no finished preview of this text: run one, and "
		    "read what it would change.");
	if (!str_is(c->preview_set, check->set) ||
	    !str_is(c->preview_live, check->live))
		return err_set(e, ERR_INVALID,
		    "The preview is older than the rules that it compares: "
		    "run it again.");
	return 0;
}

int
rulebook_may_approve(const struct rulebook_change *c,
    const struct rulecheck *check, struct err *e)
{
	if (!is_base(c, check))
		return err_set(e, ERR_INVALID,
		    "%.*s has changed since this change was made from it: "
		    "send it back, to be made again from what is in force.",
		    STR_ARG(c->file));
	if (check->errors > 0)
		return err_set(e, ERR_INVALID,
		    "The rules with this change are wrong (%" PRId64
		    " errors): send it back.",
		    check->errors);
	if (check->failed > 0)
		return err_set(e, ERR_INVALID,
		    "%" PRId64 " of the %" PRId64 " tests in the rules fail "
		    "with this change: send it back.",
		    check->failed, check->tests);
	/* Leaving a wrong file out changes no rule, and mends the folder. */
	if (!check->own_left_out && strcmp(check->set, check->live) == 0)
		return err_set(e, ERR_INVALID,
		    "These are the rules that are in force already.");
	return ask_preview(c, check, e) < 0 ? -1 : 1;
}

/* --- the proposer's --- */

static void
bind_digest(struct db_stmt *st, int i, const uint8_t digest[HASH_BYTES])
{
	db_bind_blob(st, i, str_make((const char *)digest, HASH_BYTES));
}

/* A digest of the text, bound if there is one; digest lives until the run. */
static void
bind_text_digest(
    struct db_stmt *st, int i, struct str text, uint8_t digest[HASH_BYTES])
{
	if (!str_is_given(text))
		return;
	hash_sha256(text, digest);
	bind_digest(st, i, digest);
}

/* What the compiler found, from parameter i on: the set and four counts. */
static void
bind_check(struct db_stmt *st, int i, const struct rulecheck *check)
{
	if (check->set[0])
		db_bind_text(st, i, str_of(check->set));
	db_bind_int(st, i + 1, check->errors);
	db_bind_int(st, i + 2, check->warnings);
	db_bind_int(st, i + 3, check->tests);
	db_bind_int(st, i + 4, check->failed);
}

/* The row of a draft in that state. */
static int
insert(struct rulebook *b, const struct rulebook_draft *d,
    enum rulebook_state state, const struct rulebook_hand *by, int64_t *id,
    struct err *e)
{
	struct db_stmt *st = b->st[ST_ADD];
	uint8_t digest[HASH_BYTES];

	db_bind_text(st, 1, d->file);
	db_bind_int(st, 2, state);
	db_bind_int(st, 3, d->kind);
	db_bind_int(st, 4, by->account_id);
	db_bind_int(st, 5, by->now_ms);
	if (d->restores_id)
		db_bind_int(st, 6, d->restores_id);
	if (d->check->has_base)
		bind_digest(st, 7, d->check->base);
	bind_text_digest(st, 8, d->text, digest);
	bind_check(st, 9, d->check);
	db_bind_text(st, 14, str_trim(d->reason));
	db_bind_text(st, 15, buf_str(&d->check->report));
	db_bind_text(st, 16, d->text);
	if (db_run(st, e) < 0)
		return -1;
	*id = db_last_id(b->db);
	return 0;
}

int
rulebook_add(struct rulebook *b, const struct rulebook_draft *d,
    const struct rulebook_hand *by, int64_t *id, struct err *e)
{
	bool is_text = d->kind == RULEBOOK_TEXT;

	CHECK(db_is_in_transaction(b->db));
	CHECK(d->kind != RULEBOOK_SUSPENSION);
	if (check_draft(d, e) < 0 ||
	    ask_role(b, by,
		is_text ? ACCOUNT_ANALYST : ACCOUNT_ANALYST | ACCOUNT_APPROVER,
		"Your account may not propose changes of rules: that needs "
		"the role analyst.",
		e) < 0)
		return -1;
	if (insert(b, d, is_text ? RULEBOOK_DRAFT : RULEBOOK_AWAITING, by, id,
		e) < 0)
		return -1;
	return rulebook_record(b,
		   is_text ? "rule change made" : "rule version to put back",
		   *id, d->file, by, e) < 0
		   ? -1
		   : 1;
}

/* What every later step begins with: 1, 0 or -1; text is arena's. */
static int
begin(struct rulebook *b, int64_t id, int64_t seen, unsigned states,
    struct arena *arena, struct rulebook_change *c, struct err *e)
{
	int r = rulebook_find_seen(b, id, seen, arena, c, e);

	return r > 0 && ask_state(c, states, e) < 0 ? -1 : r;
}

#define IN(state) (1U << (state))

static int
write(struct rulebook *b, const struct rulebook_change *c,
    const struct rulebook_draft *d, const struct rulebook_hand *by,
    struct err *e)
{
	struct db_stmt *st = b->st[ST_WRITE];
	uint8_t digest[HASH_BYTES];

	if (ask_proposer(c, by, e) < 0 || check_draft(d, e) < 0)
		return -1;
	if (!str_is_equal(c->file, d->file))
		return err_set(e, ERR_INVALID,
		    "A change is of one file: make another for %.*s.",
		    STR_ARG(d->file));
	if (d->check->has_base)
		bind_digest(st, 1, d->check->base);
	bind_text_digest(st, 2, d->text, digest);
	bind_check(st, 3, d->check);
	db_bind_text(st, 8, str_trim(d->reason));
	db_bind_text(st, 9, buf_str(&d->check->report));
	db_bind_text(st, 10, d->text);
	db_bind_int(st, 11, c->id);
	if (db_run(st, e) < 0)
		return -1;
	db_bind_int(b->st[ST_FORGET_EXAMPLES], 1, c->id);
	if (db_run(b->st[ST_FORGET_EXAMPLES], e) < 0)
		return -1;
	return rulebook_record(b, "rule change written", c->id, c->file, by, e);
}

int
rulebook_write(struct rulebook *b, int64_t id, int64_t seen,
    const struct rulebook_draft *d, const struct rulebook_hand *by,
    struct err *e)
{
	struct arena *arena = arena_new();
	struct rulebook_change c;
	int r = begin(b, id, seen, IN(RULEBOOK_DRAFT) | IN(RULEBOOK_SENT_BACK),
	    arena, &c, e);

	if (r > 0 && write(b, &c, d, by, e) < 0)
		r = -1;
	arena_free(&arena);
	return r;
}

/* Another state and a line that says so. */
static int
move(struct rulebook *b, const struct rulebook_change *c,
    enum rulebook_state state, const char *what, const struct rulebook_hand *by,
    struct err *e)
{
	db_bind_int(b->st[ST_STATE], 1, state);
	db_bind_int(b->st[ST_STATE], 2, c->id);
	if (db_run(b->st[ST_STATE], e) < 0)
		return -1;
	return rulebook_record(b, what, c->id, c->file, by, e);
}

/* Nobody waits for the preview of what was decided or taken back. */
static int
stop_preview(struct rulebook *b, const struct rulebook_change *c, struct err *e)
{
	db_bind_int(b->st[ST_STOP_PREVIEW], 1, c->id);
	return db_run(b->st[ST_STOP_PREVIEW], e);
}

/* What keeps a draft from being proposed. */
static int
check_proposal(const struct rulebook_change *c, const struct rulebook_hand *by,
    struct err *e)
{
	if (ask_proposer(c, by, e) < 0)
		return -1;
	if (c->errors > 0)
		return err_set(e, ERR_INVALID,
		    "The rules with this change are wrong: mend the %" PRId64
		    " errors first.",
		    c->errors);
	if (c->failed > 0)
		return err_set(e, ERR_INVALID,
		    "%" PRId64 " of the %" PRId64 " tests in the rules fail: "
		    "mend that first.",
		    c->failed, c->tests);
	return 0;
}

int
rulebook_propose(struct rulebook *b, int64_t id, int64_t seen,
    const struct rulebook_hand *by, struct err *e)
{
	struct arena *arena = arena_new();
	struct rulebook_change c;
	int r = begin(b, id, seen, IN(RULEBOOK_DRAFT), arena, &c, e);

	if (r > 0 && (check_proposal(&c, by, e) < 0 ||
			 move(b, &c, RULEBOOK_AWAITING, "rule change proposed",
			     by, e) < 0))
		r = -1;
	arena_free(&arena);
	return r;
}

int
rulebook_withdraw(struct rulebook *b, int64_t id, int64_t seen,
    const struct rulebook_hand *by, struct err *e)
{
	struct arena *arena = arena_new();
	struct rulebook_change c;
	int r = begin(b, id, seen,
	    IN(RULEBOOK_DRAFT) | IN(RULEBOOK_AWAITING) | IN(RULEBOOK_SENT_BACK),
	    arena, &c, e);

	if (r > 0 &&
	    (ask_proposer(&c, by, e) < 0 || stop_preview(b, &c, e) < 0 ||
		move(b, &c, RULEBOOK_WITHDRAWN, "rule change withdrawn", by,
		    e) < 0))
		r = -1;
	arena_free(&arena);
	return r;
}

/* --- the approver's --- */

/* One at a time, so that each is compared with what it will stand beside. */
static int
ask_nothing_pending(struct rulebook *b, struct err *e)
{
	struct db_stmt *st = b->st[ST_APPROVED_COUNT];
	int r = db_step(st, e);
	int64_t count = r > 0 ? db_col_int(st, 0) : 0;

	db_reset(st);
	if (r < 0)
		return -1;
	return count == 0 ? 0
			  : err_set(e, ERR_INVALID,
				"Another change is just being put in force: "
				"try again in a moment.");
}

static int
decide(struct rulebook *b, const struct rulebook_change *c,
    enum rulebook_state state, struct str answer, const char *what,
    const struct rulebook_hand *by, struct err *e)
{
	struct db_stmt *st = b->st[ST_DECIDE];

	db_bind_int(st, 1, state);
	db_bind_int(st, 2, by->account_id);
	db_bind_int(st, 3, by->now_ms);
	if (str_trim(answer).len > 0)
		db_bind_text(st, 4, str_trim(answer));
	db_bind_int(st, 5, c->id);
	if (db_run(st, e) < 0)
		return -1;
	return rulebook_record(b, what, c->id, c->file, by, e);
}

/* Nobody judges a change of their own. */
static int
ask_another(const struct rulebook_change *c, const struct rulebook_hand *by,
    struct err *e)
{
	return c->account_id != by->account_id
		   ? 0
		   : err_set(e, ERR_INVALID,
			 "You proposed this change yourself: another account "
			 "with the role approver has to look at it.");
}

int
rulebook_approve(struct rulebook *b, int64_t id, int64_t seen,
    const struct rulecheck *check, const struct rulebook_hand *by,
    struct err *e)
{
	struct arena *arena = arena_new();
	struct rulebook_change c;
	int r = begin(b, id, seen, IN(RULEBOOK_AWAITING), arena, &c, e);

	if (r > 0 &&
	    (ask_approver(b, by, e) < 0 || ask_another(&c, by, e) < 0 ||
		rulebook_may_approve(&c, check, e) < 0 ||
		ask_nothing_pending(b, e) < 0 || stop_preview(b, &c, e) < 0 ||
		decide(b, &c, RULEBOOK_APPROVED, (struct str){ 0 },
		    "rule change approved", by, e) < 0))
		r = -1;
	arena_free(&arena);
	return r;
}

int
rulebook_send_back(struct rulebook *b, int64_t id, int64_t seen, struct str why,
    const struct rulebook_hand *by, struct err *e)
{
	struct arena *arena = arena_new();
	struct rulebook_change c;
	int r = begin(b, id, seen, IN(RULEBOOK_AWAITING), arena, &c, e);

	if (r > 0 &&
	    (ask_approver(b, by, e) < 0 || ask_another(&c, by, e) < 0 ||
		check_words(why,
		    "Say why it goes back, so that its proposer can "
		    "mend it.",
		    e) < 0 ||
		decide(b, &c, RULEBOOK_SENT_BACK, why, "rule change sent back",
		    by, e) < 0))
		r = -1;
	arena_free(&arena);
	return r;
}

int
rulebook_may_suspend(
    const struct rulebook_change *c, int64_t now_ms, struct err *e)
{
	if (c->kind == RULEBOOK_SUSPENSION)
		return err_set(e, ERR_INVALID,
		    "A suspension cannot be suspended by one person: propose "
		    "to put a version back.");
	if (c->kind == RULEBOOK_PUT_BACK)
		return err_set(e, ERR_INVALID,
		    "This put an earlier version back, and one person alone "
		    "cannot bring in again what two took out: propose to put "
		    "a version back.");
	if (now_ms - c->effected_ms > RULEBOOK_SUSPEND_HOURS * HOUR_MS)
		return err_set(e, ERR_INVALID,
		    "This has been in force for more than %d hours, and one "
		    "person alone can only suspend it sooner: propose to put "
		    "a version back.",
		    RULEBOOK_SUSPEND_HOURS);
	return 1;
}

/* The change that suspends c: made and approved by one person. */
static int
add_suspension(struct rulebook *b, const struct rulebook_change *c,
    const struct rulebook_draft *d, const struct rulebook_hand *by,
    int64_t *made_id, struct err *e)
{
	struct rulebook_change made = { .file = c->file };

	if (rulebook_may_suspend(c, by->now_ms, e) < 0)
		return -1;
	if (d->check->errors > 0 || d->check->failed > 0)
		return err_set(e, ERR_INVALID,
		    "The version before it does not fit the other rules any "
		    "more: propose a change instead.");
	if (insert(b, d, RULEBOOK_DRAFT, by, made_id, e) < 0)
		return -1;
	made.id = *made_id;
	return decide(b, &made, RULEBOOK_APPROVED, (struct str){ 0 },
	    "rule change suspended", by, e);
}

int
rulebook_suspend(struct rulebook *b, int64_t id, int64_t seen,
    const struct rulebook_draft *d, const struct rulebook_hand *by,
    int64_t *made_id, struct err *e)
{
	struct arena *arena = arena_new();
	struct rulebook_change c;
	int r = begin(b, id, seen, IN(RULEBOOK_IN_FORCE), arena, &c, e);

	CHECK(d->kind == RULEBOOK_SUSPENSION);
	if (r > 0 && (ask_approver(b, by, e) < 0 || check_draft(d, e) < 0 ||
			 ask_nothing_pending(b, e) < 0 ||
			 add_suspension(b, &c, d, by, made_id, e) < 0))
		r = -1;
	arena_free(&arena);
	return r;
}

/* --- the agent's --- */

static struct rulebook_hand
agent_at(int64_t now_ms)
{
	return (struct rulebook_hand){ .actor = "agent", .now_ms = now_ms };
}

int
rulebook_effect(struct rulebook *b, int64_t id, int64_t now_ms, struct err *e)
{
	const struct rulebook_hand by = agent_at(now_ms);
	struct arena *arena = arena_new();
	struct rulebook_change c;
	int r = begin(b, id, 0, IN(RULEBOOK_APPROVED), arena, &c, e);

	if (r > 0) {
		db_bind_int(b->st[ST_END], 1, now_ms);
		db_bind_text(b->st[ST_END], 2, c.file);
		db_bind_int(b->st[ST_EFFECT], 1, now_ms);
		db_bind_int(b->st[ST_EFFECT], 2, id);
		if (db_run(b->st[ST_END], e) < 0 ||
		    db_run(b->st[ST_EFFECT], e) < 0 ||
		    rulebook_record(
			b, "rule change in force", id, c.file, &by, e) < 0)
			r = -1;
	}
	arena_free(&arena);
	return r;
}

int
rulebook_refuse(struct rulebook *b, int64_t id, struct str why, int64_t now_ms,
    struct err *e)
{
	const struct rulebook_hand by = agent_at(now_ms);
	struct arena *arena = arena_new();
	struct rulebook_change c;
	int r = begin(b, id, 0, IN(RULEBOOK_APPROVED), arena, &c, e);

	if (r > 0) {
		db_bind_text(b->st[ST_REFUSE], 1, why);
		db_bind_int(b->st[ST_REFUSE], 2, id);
		if (db_run(b->st[ST_REFUSE], e) < 0 ||
		    rulebook_record(
			b, "rule change refused", id, c.file, &by, e) < 0)
			r = -1;
	}
	arena_free(&arena);
	return r;
}
