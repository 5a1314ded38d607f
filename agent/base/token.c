#include "agent/base/token.h"

#include "agent/base/random.h"

#define TOKEN_BYTES HASH_BYTES

static const char letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* 32 bytes as 43 characters. */
static const char *
print(const uint8_t bytes[TOKEN_BYTES], char out[TOKEN_TEXT_MAX])
{
	size_t n = 0;

	for (size_t bit = 0; bit < (size_t)TOKEN_BYTES * 8; bit += 6) {
		size_t i = bit / 8;
		unsigned pair = (unsigned)bytes[i] << 8;

		if (i + 1 < TOKEN_BYTES)
			pair |= bytes[i + 1];
		out[n++] = letters[pair >> (10 - bit % 8) & 63];
	}
	out[n] = '\0';
	return out;
}

const char *
token_new(char out[TOKEN_TEXT_MAX])
{
	uint8_t bytes[TOKEN_BYTES];

	random_secret(bytes, sizeof bytes);
	return print(bytes, out);
}

const char *
token_derive(struct str token, const char *use, char out[TOKEN_TEXT_MAX])
{
	uint8_t digest[HASH_BYTES];
	struct hash *h = hash_new();
	struct str label = str_of(use);

	hash_add(h, str_make(label.p, label.len + 1));
	hash_add(h, token);
	hash_finish(&h, digest);
	return print(digest, out);
}

void
token_keep(struct str token, uint8_t out[HASH_BYTES])
{
	hash_sha256(token, out);
}

bool
token_is_equal(struct str a, struct str b)
{
	unsigned differ = 0;

	if (a.len != b.len || a.len == 0)
		return false;
	for (size_t i = 0; i < a.len; i++)
		differ |= (unsigned char)a.p[i] ^ (unsigned char)b.p[i];
	return differ == 0;
}
