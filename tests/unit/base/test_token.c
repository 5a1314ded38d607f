/* Words nobody can guess. */
#include "base_test.h"

#include "agent/base/token.h"

static void
test_new_ones_differ(void **state)
{
	char a[TOKEN_TEXT_MAX], b[TOKEN_TEXT_MAX];

	(void)state;
	assert_int_equal(strlen(token_new(a)), TOKEN_TEXT_MAX - 1);
	assert_string_not_equal(a, token_new(b));
	assert_int_equal(
	    strspn(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvw"
		      "xyz0123456789-_"),
	    TOKEN_TEXT_MAX - 1);
}

static void
test_derived_ones(void **state)
{
	char one[TOKEN_TEXT_MAX], same[TOKEN_TEXT_MAX], other[TOKEN_TEXT_MAX];
	struct str token = str_of("abc");

	(void)state;
	/* printf 'form\0abc' | sha256sum | xxd -r -p | basenc --base64url */
	assert_string_equal(token_derive(token, "form", one),
	    "LcC6dAYDLmRa4Wtr6bEzO3TGLqadUjq1okx9__Wrggg");
	assert_string_equal(token_derive(token, "form", same), one);
	assert_string_not_equal(token_derive(token, "link", other), one);
}

static void
test_equal(void **state)
{
	(void)state;
	assert_true(token_is_equal(str_of("abc"), str_of("abc")));
	assert_false(token_is_equal(str_of("abc"), str_of("abd")));
	assert_false(token_is_equal(str_of("abc"), str_of("ab")));
	assert_false(token_is_equal(str_of(""), str_of("")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_new_ones_differ),
		cmocka_unit_test(test_derived_ones),
		cmocka_unit_test(test_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
