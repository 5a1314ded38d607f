#include "base_test.h"

#include "agent/base/hash.h"

/* FIPS 180-4's examples (NIST, "SHA256.pdf") and the empty message. */
static const struct {
	const char *text, *hex;
} vectors[] = {
	{ "", "e3b0c44298fc1c149afbf4c8996fb924"
	      "27ae41e4649b934ca495991b7852b855" },
	{ "abc", "ba7816bf8f01cfea414140de5dae2223"
		 "b00361a396177a9cb410ff61f20015ad" },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	    "248d6a61d20638b8e5c026930c3e6039"
	    "a33ce45964ff2167f6ecedd419db06c1" },
};

static void
test_vectors(void **state)
{
	uint8_t digest[HASH_BYTES];
	char hex[2 * HASH_BYTES + 1];

	(void)state;
	for (size_t i = 0; i < LENGTH(vectors); i++) {
		hash_sha256(str_of(vectors[i].text), digest);
		hash_hex(digest, sizeof(digest), hex);
		assert_string_equal(hex, vectors[i].hex);
	}
	hash_sha256(str_of(NULL), digest);
	hash_hex(digest, sizeof(digest), hex);
	assert_string_equal(hex, vectors[0].hex);
}

static void
test_in_pieces(void **state)
{
	uint8_t whole[HASH_BYTES];
	uint8_t pieces[HASH_BYTES];
	char text[1000];

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)(i * 7);
	hash_sha256(str_make(text, sizeof(text)), whole);
	struct hash *h = hash_new();
	for (size_t at = 0; at < sizeof(text); at += 50)
		hash_add(h, str_make(text + at, 50));
	hash_add(h, str_of(NULL));
	hash_finish(&h, pieces);
	assert_null(h);
	assert_memory_equal(whole, pieces, HASH_BYTES);
}

static void
test_text(void **state)
{
	uint8_t digest[HASH_BYTES];
	char text[HASH_TEXT_MAX];
	char hex[5];

	(void)state;
	hash_sha256(str_of("abc"), digest);
	assert_string_equal(hash_text(digest, text),
	    "sha256:ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	hash_hex((const uint8_t[]){ 0x0f, 0xa0 }, 2, hex);
	assert_string_equal(hex, "0fa0");
	hash_hex(NULL, 0, hex);
	assert_string_equal(hex, "");
}

/* RFC 4231, cases 1, 2 and 6. */
static void
test_hmac(void **state)
{
	static const struct {
		const char *key, *text, *want;
	} cases[] = {
		{ "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
		  "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b",
		    "Hi There",
		    "b0344c61d8db38535ca8afceaf0bf12b"
		    "881dc200c9833da726e9376c2e32cff7" },
		{ "Jefe", "what do ya want for nothing?",
		    "5bdcc146bf60754e6a042426089575c7"
		    "5a003f089d2739839dec58b964ec3843" },
	};
	char key[131], hex[2 * HASH_BYTES + 1];
	uint8_t mac[HASH_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		hash_hmac(str_of(cases[i].key), str_of(cases[i].text), mac);
		hash_hex(mac, HASH_BYTES, hex);
		assert_string_equal(hex, cases[i].want);
	}
	memset(key, 0xaa, sizeof(key));
	hash_hmac(str_make(key, sizeof(key)),
	    str_of("Test Using Larger Than Block-Size Key - Hash Key First"),
	    mac);
	hash_hex(mac, HASH_BYTES, hex);
	assert_string_equal(hex, "60e431591ee0b67f0d8a26aacbf5b77f"
				 "8e0bc6213728c5140546040f0ee37f54");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_in_pieces),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_hmac),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
