/*
 * accounts: who may use the review service, and who is logged in.
 *
 * An account has a name, roles and what is kept of a password (password.h).
 * A session is known by a token (token.h) of which only the digest is stored.
 * Every change of an account is an "alteration" line of the audit log, with
 * who made it.  All that writes is called inside the caller's transaction.
 */
#ifndef STORE_ACCOUNTS_H
#define STORE_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/hash.h"
#include "agent/base/own.h"
#include "agent/base/password.h"
#include "agent/base/str.h"

struct accounts; /* opaque; one connection, one thread */
struct err;
struct store;

#define ACCOUNT_NAME_MAX 48 /* bytes with the NUL */

/* What an account may do, as bits.  Stored: never renumber, only append. */
enum account_role {
	ACCOUNT_OFFICER = 1,  /* reads the queue and incidents */
	ACCOUNT_REVIEWER = 2, /* decides too */
	ACCOUNT_AUDITOR = 4,  /* reads who looked, not at what it says */
	ACCOUNT_TRACKS = 8,   /* sees which recordings could show an incident */
	ACCOUNT_ANALYST = 16, /* reads incidents, and how the rules do */
	ACCOUNT_APPROVER = 32, /* reads how the rules do, without incidents */
	ACCOUNT_ADMINISTRATOR = 64 /* accounts, feeds, retention; no incident */
};
#define ACCOUNT_ROLES 7

/* The words for the roles, in the order of the bits, for messages. */
#define ACCOUNT_ROLE_WORDS                                        \
	"officer, reviewer, auditor, tracks, analyst, approver, " \
	"administrator"

/* An account, without its password. */
struct account {
	int64_t id;
	char name[ACCOUNT_NAME_MAX];
	unsigned roles;
	int64_t made_ms;
	int64_t locked_until_ms; /* CLOCK_NONE: is not */
	int64_t disabled_ms;     /* CLOCK_NONE: is not */
	int64_t used_ms;         /* last log-in; CLOCK_NONE: never */
	int64_t changes;         /* grows with each change by somebody */
	bool must_change;        /* somebody else made its password */
};

/* How long a session lives. */
struct accounts_limits {
	int64_t idle_ms;  /* without a request */
	int64_t whole_ms; /* in all */
};

/* Borrows store until accounts_close().  The caller owns *out. */
NODISCARD int accounts_open(
    struct store *store, struct accounts **out, struct err *e);

/* Release *a and set it NULL.  NULL is fine. */
void accounts_close(struct accounts **a);

/*
 * Is name fit to be an account's: 1 to 40 of a-z 0-9 . _ -, beginning with a
 * letter or digit?  A collar number or a function is better than a name.
 */
bool accounts_is_name(struct str name);

/*
 * Roles as bits from words separated by commas, "officer,auditor": 0 and
 * *roles, or -1 with the words there are.
 */
NODISCARD int accounts_parse_roles(
    struct str words, unsigned *roles, struct err *e);

/* Append the words of roles, separated by commas. */
void accounts_print_roles(unsigned roles, struct buf *out);

/*
 * Make an account; actor is who does it ("user:NAME").  kept is what
 * password_keep() gave.  ERR_INVALID if the name is taken.
 */
NODISCARD int accounts_add(struct accounts *a, const char *name, unsigned roles,
    const char *kept, int64_t now_ms, const char *actor, struct err *e);

/* The account called name: 1, 0 or -1; with what is kept of its password. */
NODISCARD int accounts_find(struct accounts *a, struct str name,
    struct account *out, char kept[PASSWORD_KEPT_MAX], struct err *e);

/* Call each for all accounts, by name. */
NODISCARD int accounts_list(struct accounts *a,
    void (*each)(void *user, const struct account *account), void *user,
    struct err *e);

/* The same by id, those after after_id, at most limit. */
NODISCARD int accounts_page(struct accounts *a, int64_t after_id, int64_t limit,
    void (*each)(void *user, const struct account *account), void *user,
    struct err *e);

/* The account with that id: 1, 0 or -1. */
NODISCARD int accounts_find_id(
    struct accounts *a, int64_t id, struct account *out, struct err *e);

/*
 * Change the roles; its sessions go on with the new ones.  ERR_INVALID where
 * actor is "account:" and the account's own name, and where it is the last
 * open one of an administrator and would be none.
 */
NODISCARD int accounts_set_roles(struct accounts *a, int64_t id, unsigned roles,
    int64_t now_ms, const char *actor, struct err *e);

/*
 * Change the password, lift any lock and end its sessions.  Its owner may go on
 * using it, unless accounts_ask_change() follows.
 */
NODISCARD int accounts_set_password(struct accounts *a, int64_t id,
    const char *kept, int64_t now_ms, const char *actor, struct err *e);

/*
 * Somebody else made its password and knows it: nothing can be done with the
 * account before its owner has set another.
 */
NODISCARD int accounts_ask_change(
    struct accounts *a, int64_t id, struct err *e);

/*
 * Close the account and end its sessions, or open it again.  Closing is
 * refused as accounts_set_roles() refuses.
 */
NODISCARD int accounts_set_disabled(struct accounts *a, int64_t id,
    bool disabled, int64_t now_ms, const char *actor, struct err *e);

/*
 * A wrong password was given: from the fifth in a row on the account is locked,
 * 30 s first, then a minute: long enough against guessing twelve characters,
 * and too short for who would keep its owner out.
 */
NODISCARD int accounts_note_failure(
    struct accounts *a, int64_t id, int64_t now_ms, struct err *e);

/*
 * A log-in for an account that there is not, or that is closed or waits, was
 * refused.  That is counted; and it takes the time that noting a wrong password
 * of an account takes, a write that reaches the disk.
 */
NODISCARD int accounts_note_stranger(
    struct accounts *a, int64_t now_ms, struct err *e);

/* How many were, and when the last; CLOCK_NONE: none. */
NODISCARD int accounts_strangers(
    struct accounts *a, int64_t *count, int64_t *last_ms, struct err *e);

/* A log-in: a session under the digest of its token; failures are forgotten. */
NODISCARD int accounts_log_in(struct accounts *a, int64_t id,
    const uint8_t digest[HASH_BYTES], int64_t now_ms, struct err *e);

/*
 * Whose session has that digest: 1, 0 if none, or it is too old or idle or the
 * account is disabled, -1.  Reads only.
 */
NODISCARD int accounts_session(struct accounts *a,
    const uint8_t digest[HASH_BYTES], int64_t now_ms,
    const struct accounts_limits *limits, struct account *out, int64_t *seen_ms,
    struct err *e);

/* The session was used now. */
NODISCARD int accounts_touch(struct accounts *a,
    const uint8_t digest[HASH_BYTES], int64_t now_ms, struct err *e);

/* Sessions that have run out are taken away. */
NODISCARD int accounts_sweep(struct accounts *a, int64_t now_ms,
    const struct accounts_limits *limits, struct err *e);

/* End a session; sessions that have run out go with it. */
NODISCARD int accounts_log_out(struct accounts *a,
    const uint8_t digest[HASH_BYTES], int64_t now_ms,
    const struct accounts_limits *limits, struct err *e);

#endif /* STORE_ACCOUNTS_H */
