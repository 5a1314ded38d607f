#include "agent/base/password.h"

#include <sodium.h>
#include <string.h>

#include "agent/base/err.h"
#include "agent/base/random.h"

_Static_assert(PASSWORD_KEPT_MAX >= crypto_pwhash_STRBYTES,
    "room for what libsodium keeps");

static int
enter(struct password_gate *gate, struct err *e)
{
	if (sodium_init() < 0)
		return err_set(e, ERR_TEMPORARY, "libsodium does not start");
	if (atomic_fetch_add(&gate->at_work, 1) < PASSWORD_AT_ONCE)
		return 0;
	atomic_fetch_sub(&gate->at_work, 1);
	return err_set(e, ERR_TEMPORARY,
	    "too many log-ins at this moment: try again in a second");
}

static void
leave(struct password_gate *gate)
{
	atomic_fetch_sub(&gate->at_work, 1);
}

static size_t
count_characters(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

static bool
is_one_over_and_over(struct str s)
{
	for (size_t i = 1; i < s.len; i++)
		if (s.p[i] != s.p[0])
			return false;
	return true;
}

int
password_is_fit(struct str plain, struct str account, struct err *e)
{
	if (plain.len > PASSWORD_MAX)
		return err_set(e, ERR_INVALID,
		    "a password has %d bytes at most", PASSWORD_MAX);
	if (!str_is_utf8(plain))
		return err_set(e, ERR_INVALID, "a password is UTF-8 text");
	if (count_characters(plain) < PASSWORD_MIN)
		return err_set(e, ERR_INVALID,
		    "a password has %d characters at least: three words that "
		    "do not belong together are a good one",
		    PASSWORD_MIN);
	if (is_one_over_and_over(plain) || str_is_equal(plain, account))
		return err_set(
		    e, ERR_INVALID, "that password is too easily guessed");
	return 0;
}

const char *
password_new(char out[PASSWORD_NEW_MAX])
{
	/* 32, so that the low bits of a byte choose evenly. */
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz123456789";
	uint8_t bytes[20];
	size_t n = 0;

	_Static_assert(sizeof letters - 1 == 32, "as many as five bits");
	random_secret(bytes, sizeof bytes);
	for (size_t i = 0; i < sizeof bytes; i++) {
		if (i > 0 && i % 5 == 0)
			out[n++] = '-';
		out[n++] = letters[bytes[i] & 31];
	}
	out[n] = '\0';
	return out;
}

int
password_keep(struct password_gate *gate, struct str plain,
    char out[PASSWORD_KEPT_MAX], struct err *e)
{
	int r;

	if (enter(gate, e) < 0)
		return -1;
	r = crypto_pwhash_str(out, plain.p, plain.len,
	    crypto_pwhash_OPSLIMIT_INTERACTIVE,
	    crypto_pwhash_MEMLIMIT_INTERACTIVE);
	leave(gate);
	if (r != 0)
		return err_set(e, ERR_TEMPORARY,
		    "not enough memory to keep a password (64 MiB)");
	return 0;
}

/* Takes the time of a check. */
static void
waste_time(struct str plain)
{
	char kept[crypto_pwhash_STRBYTES];

	(void)!crypto_pwhash_str(kept, plain.p, plain.len,
	    crypto_pwhash_OPSLIMIT_INTERACTIVE,
	    crypto_pwhash_MEMLIMIT_INTERACTIVE);
}

int
password_check(struct password_gate *gate, const char *kept, struct str plain,
    struct err *e)
{
	int r = 0;

	/* Never right, and no quicker. */
	if (plain.len > PASSWORD_MAX) {
		plain = str_of("");
		kept = NULL;
	}
	if (enter(gate, e) < 0)
		return -1;
	if (kept)
		r = crypto_pwhash_str_verify(kept, plain.p, plain.len) == 0;
	else
		waste_time(plain);
	leave(gate);
	return r;
}
