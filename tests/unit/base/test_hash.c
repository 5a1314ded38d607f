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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_in_pieces),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
