/*
 * accounts: two tables, and the words for roles.
 */
#include "agent/store/accounts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/audit.h"
#include "agent/store/stmts.h"
#include "agent/store/store.h"

#define NAME_LEN_MAX    40
#define FAILURES_FREE   5
#define LOCK_FIRST_MS   INT64_C(30000)
#define LOCK_LONGEST_MS INT64_C(60000) /* more would lock its owner out */

enum {
	ST_ADD,
	ST_FIND,
	ST_FIND_ID,
	ST_LIST,
	ST_PAGE,
	ST_OTHER_ADMINISTRATORS,
	ST_ROLES,
	ST_PASSWORD,
	ST_ASK_CHANGE,
	ST_DISABLE,
	ST_FAILURES,
	ST_FAILED,
	ST_STRANGER,
	ST_STRANGERS,
	ST_SUCCEEDED,
	ST_SESSION_ADD,
	ST_SESSION_FIND,
	ST_SESSION_TOUCH,
	ST_SESSION_END,
	ST_SESSIONS_END,
	ST_SESSIONS_SWEEP,
	ST_COUNT
};

#define COLUMNS                                                \
	"a.id, a.name, a.roles, a.made_ms, a.locked_until_ms," \
	" a.disabled_ms, a.used_ms, a.changes, a.must_change"
#define COLUMN_COUNT 9

static const char *const sql[ST_COUNT] = {
	[ST_ADD] = "INSERT INTO account (name, roles, password, made_ms)"
		   " VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING",
	[ST_FIND] = "SELECT " COLUMNS ", a.password FROM account a"
		    " WHERE a.name = $1",
	[ST_FIND_ID] = "SELECT " COLUMNS " FROM account a WHERE a.id = $1",
	[ST_LIST] = "SELECT " COLUMNS " FROM account a ORDER BY a.name",
	[ST_PAGE] = "SELECT " COLUMNS " FROM account a WHERE a.id > $1"
		    " ORDER BY a.id LIMIT $2",
	[ST_OTHER_ADMINISTRATORS] =
	    "SELECT count(*) FROM account WHERE roles & $1 <> 0"
	    " AND disabled_ms IS NULL AND id <> $2",
	[ST_ROLES] = "UPDATE account SET roles = $1, changes = changes + 1"
		     " WHERE id = $2",
	[ST_PASSWORD] = "UPDATE account SET password = $1, failures = 0,"
			" locked_until_ms = NULL, must_change = 0,"
			" changes = changes + 1 WHERE id = $2",
	[ST_ASK_CHANGE] = "UPDATE account SET must_change = 1 WHERE id = $1",
	[ST_DISABLE] = "UPDATE account SET disabled_ms = $1,"
		       " changes = changes + 1 WHERE id = $2",
	[ST_FAILURES] = "SELECT failures FROM account WHERE id = $1",
	[ST_FAILED] = "UPDATE account SET failures = $1,"
		      " locked_until_ms = $2 WHERE id = $3",
	[ST_STRANGER] = "INSERT INTO refused (id, count, last_ms)"
			" VALUES (1, 1, $1) ON CONFLICT (id) DO UPDATE"
			" SET count = count + 1, last_ms = excluded.last_ms",
	[ST_STRANGERS] = "SELECT count, last_ms FROM refused",
	[ST_SUCCEEDED] = "UPDATE account SET failures = 0,"
			 " locked_until_ms = NULL, used_ms = $1 WHERE id = $2",
	[ST_SESSION_ADD] = "INSERT INTO session"
			   " (hash, account_id, made_ms, seen_ms)"
			   " VALUES ($1, $2, $3, $3)",
	[ST_SESSION_FIND] = "SELECT " COLUMNS ", s.made_ms, s.seen_ms"
			    " FROM session s JOIN account a"
			    " ON a.id = s.account_id WHERE s.hash = $1",
	[ST_SESSION_TOUCH] = "UPDATE session SET seen_ms = $1 WHERE hash = $2",
	[ST_SESSION_END] = "DELETE FROM session WHERE hash = $1",
	[ST_SESSIONS_END] = "DELETE FROM session WHERE account_id = $1",
	[ST_SESSIONS_SWEEP] = "DELETE FROM session"
			      " WHERE seen_ms < $1 OR made_ms < $2",
};

/* In the order of the bits. */
static const char *const role_words[ACCOUNT_ROLES] = { "officer", "reviewer",
	"auditor", "tracks", "analyst", "approver", "administrator" };

struct accounts {
	struct store *store; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

int
accounts_open(struct store *store, struct accounts **out, struct err *e)
{
	struct accounts *a = alloc_zero(1, sizeof *a);

	a->store = store;
	if (stmts_prepare(store_db(store), sql, ST_COUNT, a->st, e) < 0) {
		accounts_close(&a);
		return -1;
	}
	*out = a;
	return 0;
}

void
accounts_close(struct accounts **a)
{
	if (!*a)
		return;
	stmts_finish((*a)->st, ST_COUNT);
	free(*a);
	*a = NULL;
}

/* --- words --- */

bool
accounts_is_name(struct str name)
{
	if (name.len < 1 || name.len > NAME_LEN_MAX)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.p[i];
		bool is_letter =
		    (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

		if (!is_letter && (i == 0 || !strchr("._-", c) || !c))
			return false;
	}
	return true;
}

static int
role_of(struct str word, unsigned *role)
{
	for (size_t i = 0; i < ACCOUNT_ROLES; i++)
		if (str_is(word, role_words[i])) {
			*role = 1U << i;
			return 0;
		}
	return -1;
}

int
accounts_parse_roles(struct str words, unsigned *roles, struct err *e)
{
	*roles = 0;
	while (words.len > 0) {
		const char *comma = memchr(words.p, ',', words.len);
		size_t len = comma ? (size_t)(comma - words.p) : words.len;
		struct str word = str_trim(str_make(words.p, len));
		unsigned role;

		if (role_of(word, &role) < 0)
			return err_set(e, ERR_INVALID,
			    "\"%.*s\" is no role: those there are, separated "
			    "by commas: " ACCOUNT_ROLE_WORDS,
			    STR_ARG(word));
		*roles |= role;
		len += comma ? 1 : 0;
		words = str_make(words.p + len, words.len - len);
	}
	if (*roles == 0)
		return err_set(e, ERR_INVALID,
		    "an account needs a role: " ACCOUNT_ROLE_WORDS);
	return 0;
}

void
accounts_print_roles(unsigned roles, struct buf *out)
{
	const char *comma = "";

	for (size_t i = 0; i < ACCOUNT_ROLES; i++)
		if (roles & 1U << i) {
			buf_addf(out, "%s%s", comma, role_words[i]);
			comma = ",";
		}
}

/* --- accounts --- */

static int64_t
time_of(struct db_stmt *st, int column)
{
	return db_col_is_null(st, column) ? CLOCK_NONE : db_col_int(st, column);
}

static void
read_account(struct db_stmt *st, struct account *out)
{
	struct str name = db_col_text(st, 1);

	*out = (struct account){ .id = db_col_int(st, 0),
		.roles = (unsigned)db_col_int(st, 2),
		.made_ms = db_col_int(st, 3),
		.locked_until_ms = time_of(st, 4),
		.disabled_ms = time_of(st, 5),
		.used_ms = time_of(st, 6),
		.changes = db_col_int(st, 7),
		.must_change = db_col_int(st, 8) != 0 };
	(void)snprintf(out->name, sizeof out->name, "%.*s", STR_ARG(name));
}

/* A line that says who changed what of accounts. */
static int
add_line(struct accounts *a, struct str detail, int64_t now_ms,
    const char *actor, struct err *e)
{
	const struct audit_row row = { .at_ms = now_ms,
		.actor = str_of(actor),
		.event = AUDIT_ALTERATION,
		.detail = detail };

	return audit_add(store_audit(a->store), &row, e);
}

/* Names and words need no escaping: accounts_is_name(). */
static int
record_added(struct accounts *a, const char *name, unsigned roles,
    int64_t now_ms, const char *actor, struct err *e)
{
	struct buf detail = { 0 };
	int r;

	buf_addf(&detail, "{\"account added\":\"%s\",\"roles\":\"", name);
	accounts_print_roles(roles, &detail);
	buf_add_text(&detail, "\"}");
	r = add_line(a, buf_str(&detail), now_ms, actor, e);
	buf_clear(&detail);
	return r;
}

/* roles 0: they stay. */
static int
record(struct accounts *a, const char *what, int64_t id, unsigned roles,
    int64_t now_ms, const char *actor, struct err *e)
{
	struct buf detail = { 0 };
	int r;

	buf_addf(&detail, "{\"%s\":%" PRId64, what, id);
	if (roles != 0) {
		buf_add_text(&detail, ",\"roles\":\"");
		accounts_print_roles(roles, &detail);
		buf_add_char(&detail, '"');
	}
	buf_add_char(&detail, '}');
	r = add_line(a, buf_str(&detail), now_ms, actor, e);
	buf_clear(&detail);
	return r;
}

int
accounts_add(struct accounts *a, const char *name, unsigned roles,
    const char *kept, int64_t now_ms, const char *actor, struct err *e)
{
	struct db_stmt *st = a->st[ST_ADD];

	CHECK(accounts_is_name(str_of(name)) && roles != 0);
	db_bind_text(st, 1, str_of(name));
	db_bind_int(st, 2, roles);
	db_bind_text(st, 3, str_of(kept));
	db_bind_int(st, 4, now_ms);
	if (db_run(st, e) < 0)
		return -1;
	if (db_changes(store_db(a->store)) == 0)
		return err_set(
		    e, ERR_INVALID, "there is an account \"%s\" already", name);
	return record_added(a, name, roles, now_ms, actor, e);
}

int
accounts_find(struct accounts *a, struct str name, struct account *out,
    char kept[PASSWORD_KEPT_MAX], struct err *e)
{
	struct db_stmt *st = a->st[ST_FIND];
	int r;

	db_bind_text(st, 1, name);
	r = db_step(st, e);
	if (r > 0) {
		struct str password = db_col_text(st, COLUMN_COUNT);

		read_account(st, out);
		(void)snprintf(
		    kept, PASSWORD_KEPT_MAX, "%.*s", STR_ARG(password));
	}
	db_reset(st);
	return r;
}

/* Run a statement that selects the columns to its end. */
static int
give(struct db_stmt *st,
    void (*each)(void *user, const struct account *account), void *user,
    struct err *e)
{
	int r;

	while ((r = db_step(st, e)) > 0) {
		struct account account;

		read_account(st, &account);
		each(user, &account);
	}
	db_reset(st);
	return r;
}

int
accounts_list(struct accounts *a,
    void (*each)(void *user, const struct account *account), void *user,
    struct err *e)
{
	return give(a->st[ST_LIST], each, user, e);
}

int
accounts_page(struct accounts *a, int64_t after_id, int64_t limit,
    void (*each)(void *user, const struct account *account), void *user,
    struct err *e)
{
	db_bind_int(a->st[ST_PAGE], 1, after_id);
	db_bind_int(a->st[ST_PAGE], 2, limit);
	return give(a->st[ST_PAGE], each, user, e);
}

int
accounts_find_id(
    struct accounts *a, int64_t id, struct account *out, struct err *e)
{
	struct db_stmt *st = a->st[ST_FIND_ID];
	int r;

	db_bind_int(st, 1, id);
	r = db_step(st, e);
	if (r > 0)
		read_account(st, out);
	db_reset(st);
	return r;
}

/* How many administrators are there beside the account?  -1: error. */
static int64_t
count_others(struct accounts *a, int64_t id, struct err *e)
{
	struct db_stmt *st = a->st[ST_OTHER_ADMINISTRATORS];
	int64_t count;

	db_bind_int(st, 1, ACCOUNT_ADMINISTRATOR);
	db_bind_int(st, 2, id);
	count = db_step(st, e) > 0 ? db_col_int(st, 0) : -1;
	db_reset(st);
	return count;
}

/*
 * May actor take roles from the account, or close it?  0, or -1 and why.  Who
 * could would make themselves what they are not; and without an administrator
 * nobody could be let in any more.
 */
static int
check_change(struct accounts *a, int64_t id, unsigned left, const char *actor,
    struct err *e)
{
	struct account account;
	char own[ACCOUNT_NAME_MAX + 8];
	int64_t others;
	int r = accounts_find_id(a, id, &account, e);

	if (r <= 0)
		return r;
	(void)snprintf(own, sizeof own, "account:%s", account.name);
	if (strcmp(own, actor) == 0)
		return err_set(e, ERR_INVALID,
		    "Nobody changes the roles of their own account, or closes "
		    "it: ask another administrator.");
	if (!(account.roles & ACCOUNT_ADMINISTRATOR) ||
	    left & ACCOUNT_ADMINISTRATOR || account.disabled_ms != CLOCK_NONE)
		return 0;
	others = count_others(a, id, e);
	if (others != 0)
		return others < 0 ? -1 : 0;
	return err_set(e, ERR_INVALID,
	    "%s is the last administrator: make another one first.",
	    account.name);
}

static int
end_sessions(struct accounts *a, int64_t id, struct err *e)
{
	db_bind_int(a->st[ST_SESSIONS_END], 1, id);
	return db_run(a->st[ST_SESSIONS_END], e);
}

int
accounts_set_roles(struct accounts *a, int64_t id, unsigned roles,
    int64_t now_ms, const char *actor, struct err *e)
{
	struct db_stmt *st = a->st[ST_ROLES];

	CHECK(roles != 0);
	if (check_change(a, id, roles, actor, e) < 0)
		return -1;
	db_bind_int(st, 1, roles);
	db_bind_int(st, 2, id);
	if (db_run(st, e) < 0)
		return -1;
	return record(
	    a, "roles changed of account", id, roles, now_ms, actor, e);
}

int
accounts_set_password(struct accounts *a, int64_t id, const char *kept,
    int64_t now_ms, const char *actor, struct err *e)
{
	struct db_stmt *st = a->st[ST_PASSWORD];

	db_bind_text(st, 1, str_of(kept));
	db_bind_int(st, 2, id);
	if (db_run(st, e) < 0 || end_sessions(a, id, e) < 0)
		return -1;
	return record(
	    a, "password changed of account", id, 0, now_ms, actor, e);
}

int
accounts_ask_change(struct accounts *a, int64_t id, struct err *e)
{
	db_bind_int(a->st[ST_ASK_CHANGE], 1, id);
	return db_run(a->st[ST_ASK_CHANGE], e);
}

int
accounts_set_disabled(struct accounts *a, int64_t id, bool disabled,
    int64_t now_ms, const char *actor, struct err *e)
{
	struct db_stmt *st = a->st[ST_DISABLE];

	if (disabled && check_change(a, id, 0, actor, e) < 0)
		return -1;
	if (disabled)
		db_bind_int(st, 1, now_ms);
	else
		db_bind_null(st, 1);
	db_bind_int(st, 2, id);
	if (db_run(st, e) < 0 || end_sessions(a, id, e) < 0)
		return -1;
	return record(a, disabled ? "account closed" : "account opened again",
	    id, 0, now_ms, actor, e);
}

int
accounts_note_failure(
    struct accounts *a, int64_t id, int64_t now_ms, struct err *e)
{
	struct db_stmt *st = a->st[ST_FAILURES];
	int64_t failures, lock_ms = LOCK_FIRST_MS;
	int r;

	db_bind_int(st, 1, id);
	r = db_step(st, e);
	failures = r > 0 ? db_col_int(st, 0) + 1 : 0;
	db_reset(st);
	if (r <= 0)
		return r;
	for (int64_t n = FAILURES_FREE; n < failures; n++)
		lock_ms = lock_ms < LOCK_LONGEST_MS / 2 ? lock_ms * 2
							: LOCK_LONGEST_MS;
	st = a->st[ST_FAILED];
	db_bind_int(st, 1, failures);
	if (failures >= FAILURES_FREE)
		db_bind_int(st, 2, now_ms + lock_ms);
	else
		db_bind_null(st, 2);
	db_bind_int(st, 3, id);
	return db_run(st, e);
}

int
accounts_note_stranger(struct accounts *a, int64_t now_ms, struct err *e)
{
	db_bind_int(a->st[ST_STRANGER], 1, now_ms);
	return db_run(a->st[ST_STRANGER], e);
}

int
accounts_strangers(
    struct accounts *a, int64_t *count, int64_t *last_ms, struct err *e)
{
	struct db_stmt *st = a->st[ST_STRANGERS];
	int r = db_step(st, e);

	*count = r > 0 ? db_col_int(st, 0) : 0;
	*last_ms = r > 0 ? db_col_int(st, 1) : CLOCK_NONE;
	db_reset(st);
	return r < 0 ? -1 : 0;
}

/* --- sessions --- */

static struct str
digest_str(const uint8_t digest[HASH_BYTES])
{
	return str_make((const char *)digest, HASH_BYTES);
}

int
accounts_log_in(struct accounts *a, int64_t id,
    const uint8_t digest[HASH_BYTES], int64_t now_ms, struct err *e)
{
	struct db_stmt *st = a->st[ST_SESSION_ADD];

	db_bind_blob(st, 1, digest_str(digest));
	db_bind_int(st, 2, id);
	db_bind_int(st, 3, now_ms);
	if (db_run(st, e) < 0)
		return -1;
	db_bind_int(a->st[ST_SUCCEEDED], 1, now_ms);
	db_bind_int(a->st[ST_SUCCEEDED], 2, id);
	return db_run(a->st[ST_SUCCEEDED], e);
}

int
accounts_session(struct accounts *a, const uint8_t digest[HASH_BYTES],
    int64_t now_ms, const struct accounts_limits *limits, struct account *out,
    int64_t *seen_ms, struct err *e)
{
	struct db_stmt *st = a->st[ST_SESSION_FIND];
	int64_t made_ms = 0;
	int r;

	db_bind_blob(st, 1, digest_str(digest));
	r = db_step(st, e);
	if (r > 0) {
		read_account(st, out);
		made_ms = db_col_int(st, COLUMN_COUNT);
		*seen_ms = db_col_int(st, COLUMN_COUNT + 1);
	}
	db_reset(st);
	if (r <= 0)
		return r;
	return out->disabled_ms == CLOCK_NONE &&
	       now_ms - made_ms < limits->whole_ms &&
	       now_ms - *seen_ms < limits->idle_ms;
}

int
accounts_touch(struct accounts *a, const uint8_t digest[HASH_BYTES],
    int64_t now_ms, struct err *e)
{
	struct db_stmt *st = a->st[ST_SESSION_TOUCH];

	db_bind_int(st, 1, now_ms);
	db_bind_blob(st, 2, digest_str(digest));
	return db_run(st, e);
}

int
accounts_sweep(struct accounts *a, int64_t now_ms,
    const struct accounts_limits *limits, struct err *e)
{
	struct db_stmt *st = a->st[ST_SESSIONS_SWEEP];

	db_bind_int(st, 1, now_ms - limits->idle_ms);
	db_bind_int(st, 2, now_ms - limits->whole_ms);
	return db_run(st, e);
}

int
accounts_log_out(struct accounts *a, const uint8_t digest[HASH_BYTES],
    int64_t now_ms, const struct accounts_limits *limits, struct err *e)
{
	struct db_stmt *st = a->st[ST_SESSION_END];

	db_bind_blob(st, 1, digest_str(digest));
	if (db_run(st, e) < 0)
		return -1;
	return accounts_sweep(a, now_ms, limits, e);
}
