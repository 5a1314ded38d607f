/*
 * password: what is kept of a password, and whether one is right.  The one
 * door to libsodium.
 *
 * Kept is Argon2id (RFC 9106) with libsodium's INTERACTIVE cost: 64 MiB and
 * some 30 ms a time.  So at most PASSWORD_AT_ONCE are worked out at a time;
 * who comes then is told to come again, so that a flood of log-ins takes
 * neither all memory nor all threads.
 */
#ifndef BASE_PASSWORD_H
#define BASE_PASSWORD_H

#include <stdatomic.h>
#include <stdbool.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;

#define PASSWORD_KEPT_MAX 128 /* bytes of what is kept, with its NUL */
#define PASSWORD_MIN      12  /* characters of a new one */
#define PASSWORD_MAX      256 /* bytes of any */
#define PASSWORD_AT_ONCE  2
#define PASSWORD_NEW_MAX  24 /* a made one: 20 characters, 3 hyphens, NUL */

/* Those at work; starts as all zeros, and all who share memory share one. */
struct password_gate {
	atomic_int at_work;
};

/*
 * Is plain fit to be a new password: PASSWORD_MIN characters at least,
 * PASSWORD_MAX bytes at most, UTF-8, not one character over and over, and not
 * the account's name?  0, or -1 and why (NCSC's advice: length, no rules of
 * what must be in it).
 */
NODISCARD int password_is_fit(
    struct str plain, struct str account, struct err *e);

/*
 * A password for somebody else to begin with: 20 letters and figures that are
 * not mistaken for each other, 100 bits, in groups.  Returns out.
 */
const char *password_new(char out[PASSWORD_NEW_MAX]);

/* What to keep of plain.  ERR_TEMPORARY: busy, or no memory. */
NODISCARD int password_keep(struct password_gate *gate, struct str plain,
    char out[PASSWORD_KEPT_MAX], struct err *e);

/*
 * Is plain the password of which kept was kept?  1, 0, or -1 (ERR_TEMPORARY:
 * busy).  kept NULL takes as long and is never right, so that the time does
 * not tell which accounts exist.
 */
NODISCARD int password_check(struct password_gate *gate, const char *kept,
    struct str plain, struct err *e);

#endif /* BASE_PASSWORD_H */
