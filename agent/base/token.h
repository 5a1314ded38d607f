/*
 * token: words that nobody can guess, for sessions and links.
 */
#ifndef BASE_TOKEN_H
#define BASE_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/hash.h"
#include "agent/base/str.h"

#define TOKEN_TEXT_MAX 44 /* 256 bits in base64url (RFC 4648, 5), and a NUL */

/* A new one, from the kernel's generator.  Returns out. */
const char *token_new(char out[TOKEN_TEXT_MAX]);

/*
 * A word derived from a token for another use: whoever knows it does not know
 * the token.  SHA-256 over the use, a NUL and the token.  Returns out.
 */
const char *token_derive(
    struct str token, const char *use, char out[TOKEN_TEXT_MAX]);

/* What is kept of a token: its SHA-256. */
void token_keep(struct str token, uint8_t out[HASH_BYTES]);

/* Are they equal?  The time taken does not depend on where they differ. */
bool token_is_equal(struct str a, struct str b);

#endif /* BASE_TOKEN_H */
