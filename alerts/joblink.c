/*
 * joblink: the key, and what is signed with it.
 *
 * Decided against: a random word kept in a table.  It could be called back one
 * by one, but each alert would write rows that have to be erased again, and a
 * copy of the database would open every link.
 */
#include "alerts/joblink.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/base/hash.h"
#include "agent/base/random.h"
#include "agent/base/token.h"
#include "agent/conf/conf.h"

#define KEY_BYTES       32
#define SIGNATURE_BYTES 16
#define DIGITS_MAX      18

struct joblink {
	char key[KEY_BYTES];
	char *url; /* owned; without a slash at its end */
	int64_t life_ms;
};

/* --- the key --- */

static int
make_key(struct joblink *j, const char *path, struct err *e)
{
	random_secret(j->key, KEY_BYTES);
	return files_write_atomic(path, 0600, str_make(j->key, KEY_BYTES), e);
}

static int
read_key(
    struct joblink *j, const char *path, const struct stat *st, struct err *e)
{
	struct buf text = { 0 };
	int r;

	if (st->st_mode & 077)
		return err_set(e, ERR_INVALID,
		    "%s: others may read the key that signs links: chmod 600, "
		    "and if somebody may have read it remove it, which makes "
		    "all links sent so far void",
		    path);
	r = files_read(path, 2 * (size_t)KEY_BYTES, &text, e);
	if (r == 0 && text.len != KEY_BYTES)
		r = err_set(e, ERR_INVALID,
		    "%s: has %zu bytes instead of %d: restore it, or remove it "
		    "for a new one, which makes all links sent so far void",
		    path, text.len, KEY_BYTES);
	if (r == 0)
		memcpy(j->key, text.p, KEY_BYTES);
	if (text.p)
		explicit_bzero(text.p, text.len);
	buf_clear(&text);
	return r;
}

static int
load_key(struct joblink *j, const char *state, struct err *e)
{
	struct buf path = { 0 };
	struct stat st;
	int r;

	buf_addf(&path, "%s/" JOBLINK_KEY_NAME, state);
	if (lstat(path.p, &st) == 0)
		r = read_key(j, path.p, &st, e);
	else if (errno == ENOENT)
		r = make_key(j, path.p, e);
	else
		r = err_sys(e, "%s", path.p);
	buf_clear(&path);
	return r;
}

int
joblink_open(const struct conf *conf, struct joblink **out, struct err *e)
{
	struct joblink *j;

	*out = NULL;
	if (!conf->review.url)
		return 0;
	j = alloc_zero(1, sizeof *j);
	j->url = alloc_text(conf->review.url);
	j->life_ms = conf->review.link_ms;
	if (load_key(j, conf->state, e) < 0) {
		joblink_close(&j);
		return -1;
	}
	*out = j;
	return 0;
}

void
joblink_close(struct joblink **j)
{
	if (!*j)
		return;
	explicit_bzero((*j)->key, KEY_BYTES);
	free((*j)->url);
	free(*j);
	*j = NULL;
}

/* --- what is signed --- */

/* No part holds a NUL: names of the configuration, and text from JSON. */
static void
sign(const struct joblink *j, const struct joblink_claim *c,
    char hex[2 * SIGNATURE_BYTES + 1])
{
	uint8_t mac[HASH_BYTES];
	struct buf text = { 0 };

	buf_addf(&text, "job %" PRId64 " %" PRId64, c->incident_id,
	    c->expires_ms / 1000);
	buf_add_char(&text, '\0');
	buf_add_str(&text, c->recipient);
	buf_add_char(&text, '\0');
	buf_add_str(&text, c->feed);
	buf_add_char(&text, '\0');
	buf_add_str(&text, c->ref);
	hash_hmac(str_make(j->key, KEY_BYTES), buf_str(&text), mac);
	hash_hex(mac, SIGNATURE_BYTES, hex);
	buf_clear(&text);
}

void
joblink_add(const struct joblink *j, struct joblink_claim *claim,
    int64_t now_ms, struct buf *out)
{
	char hex[2 * SIGNATURE_BYTES + 1];

	claim->expires_ms = (now_ms + j->life_ms) / 1000 * 1000;
	sign(j, claim, hex);
	buf_addf(out, "%s/go/%" PRId64 "~%" PRId64 "~%.*s~%s", j->url,
	    claim->incident_id, claim->expires_ms / 1000,
	    STR_ARG(claim->recipient), hex);
}

/* The part up to the next "~", or all; text is what follows. */
static struct str
cut(struct str *text)
{
	const char *end =
	    text->len > 0 ? memchr(text->p, '~', text->len) : NULL;
	struct str part = *text;

	if (!end) {
		*text = (struct str){ 0 };
		return part;
	}
	part.len = (size_t)(end - text->p);
	*text = str_make(end + 1, text->len - part.len - 1);
	return part;
}

static bool
read_number(struct str text, int64_t *out)
{
	*out = 0;
	if (text.len == 0 || text.len > DIGITS_MAX || text.p[0] == '0')
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		*out = *out * 10 + (text.p[i] - '0');
	}
	return true;
}

bool
joblink_read(struct str text, struct joblink_claim *out)
{
	int64_t expires_s;

	*out = (struct joblink_claim){ 0 };
	if (text.len > JOBLINK_TEXT_MAX ||
	    !read_number(cut(&text), &out->incident_id) ||
	    !read_number(cut(&text), &expires_s) ||
	    expires_s > INT64_MAX / 1000)
		return false;
	out->expires_ms = expires_s * 1000;
	out->recipient = cut(&text);
	out->signature = cut(&text);
	return out->recipient.len > 0 &&
	       out->signature.len == 2 * (size_t)SIGNATURE_BYTES &&
	       !str_is_given(text);
}

bool
joblink_is_good(
    const struct joblink *j, const struct joblink_claim *claim, int64_t now_ms)
{
	char hex[2 * SIGNATURE_BYTES + 1];

	sign(j, claim, hex);
	return token_is_equal(claim->signature, str_of(hex)) &&
	       now_ms < claim->expires_ms;
}
