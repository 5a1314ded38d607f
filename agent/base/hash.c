/*
 * hash: SHA-256 through EVP, the only interface that OpenSSL 3 does not
 * deprecate.
 *
 * OpenSSL 3 looks an algorithm up by name each time unless it is fetched; that
 * costs more than a short digest itself, so it is fetched once for the
 * process.  What can fail here is only memory or a broken installation, and
 * neither can be gone on from.
 */
#include "agent/base/hash.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"

struct hash {
	EVP_MD_CTX *ctx; /* owned */
};

/* Fetched once, never changed or freed afterwards. */
static struct {
	pthread_once_t once;
	EVP_MD *md;
} sha256 = { PTHREAD_ONCE_INIT, NULL };

static void
fetch_sha256(void)
{
	sha256.md = EVP_MD_fetch(NULL, "SHA256", NULL);
}

static const EVP_MD *
get_sha256(void)
{
	CHECK(pthread_once(&sha256.once, fetch_sha256) == 0);
	CHECK(sha256.md != NULL);
	return sha256.md;
}

void
hash_sha256(struct str s, uint8_t out[HASH_BYTES])
{
	unsigned int len = 0;

	CHECK(EVP_Digest(
		  s.p ? s.p : "", s.len, out, &len, get_sha256(), NULL) == 1);
	CHECK(len == HASH_BYTES);
}

void
hash_hmac(struct str key, struct str s, uint8_t out[HASH_BYTES])
{
	unsigned int len = 0;

	CHECK(key.len > 0 && key.len <= INT_MAX);
	CHECK(HMAC(get_sha256(), key.p, (int)key.len,
		  (const unsigned char *)(s.p ? s.p : ""), s.len, out,
		  &len) != NULL);
	CHECK(len == HASH_BYTES);
}

struct hash *
hash_new(void)
{
	struct hash *h = alloc_zero(1, sizeof(*h));

	h->ctx = EVP_MD_CTX_new();
	CHECK(h->ctx != NULL);
	CHECK(EVP_DigestInit_ex2(h->ctx, get_sha256(), NULL) == 1);
	return h;
}

void
hash_add(struct hash *h, struct str s)
{
	if (s.len > 0)
		CHECK(EVP_DigestUpdate(h->ctx, s.p, s.len) == 1);
}

void
hash_finish(struct hash **h, uint8_t out[HASH_BYTES])
{
	unsigned int len = 0;

	CHECK(EVP_DigestFinal_ex((*h)->ctx, out, &len) == 1);
	CHECK(len == HASH_BYTES);
	EVP_MD_CTX_free((*h)->ctx);
	free(*h);
	*h = NULL;
}

void
hash_hex(const uint8_t *bytes, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 15];
	}
	*out = '\0';
}

const char *
hash_text(const uint8_t hash[HASH_BYTES], char out[HASH_TEXT_MAX])
{
	static const char name[] = "sha256:";

	memcpy(out, name, sizeof(name) - 1);
	hash_hex(hash, HASH_BYTES, out + sizeof(name) - 1);
	return out;
}
