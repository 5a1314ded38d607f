/* hash: SHA-256 (FIPS 180-4), HMAC and hexadecimal.  The one door to libcrypto. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "agent/base/str.h"

#define HASH_BYTES    32
#define HASH_TEXT_MAX 72 /* "sha256:" and 64 digits and a NUL */

struct hash; /* opaque; a digest being built */

/* The digest of s in one call.  Thread-safe. */
void hash_sha256(struct str s, uint8_t out[HASH_BYTES]);

/* Begin a digest; never NULL.  Ended by hash_finish(). */
struct hash *hash_new(void);

/* Add bytes. */
void hash_add(struct hash *h, struct str s);

/* Give the digest, release *h and set it NULL. */
void hash_finish(struct hash **h, uint8_t out[HASH_BYTES]);

/*
 * HMAC-SHA-256 (RFC 2104) of s under key: who does not know the key cannot make
 * it.  Thread-safe.
 */
void hash_hmac(struct str key, struct str s, uint8_t out[HASH_BYTES]);

/* len bytes as 2*len lower-case digits and a NUL at out. */
void hash_hex(const uint8_t *bytes, size_t len, char *out);

/* "sha256:…", the form shown to people and stored with tags. */
const char *hash_text(const uint8_t hash[HASH_BYTES], char out[HASH_TEXT_MAX]);

#endif /* BASE_HASH_H */
