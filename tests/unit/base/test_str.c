#include "base_test.h"

#include "agent/base/own.h"
#include "agent/base/str.h"

static const struct {
	const char *text;
	size_t len;
	bool ok;
} utf8_cases[] = {
	{ "", 0, true },
	{ "ASCII that is longer than eight bytes", 37, true },
	{ "12345678\0", 9, false },
	{ "1234\0"
	  "5678",
	    9, false },
	{ "\0", 1, false },
	{ "\x7f", 1, true },
	{ "\x80", 1, false },
	{ "\xc0\x80", 2, false },
	{ "\xc1\xbf", 2, false },
	{ "\xc2\x80", 2, true },
	{ "\xdf\xbf", 2, true },
	{ "\xc2", 1, false },
	{ "\xc2x", 2, false },
	{ "\xe0\x9f\xbf", 3, false },
	{ "\xe0\xa0\x80", 3, true },
	{ "\xe2\x80\x94", 3, true },
	{ "\xed\x9f\xbf", 3, true },
	{ "\xed\xa0\x80", 3, false },
	{ "\xee\x80\x80", 3, true },
	{ "\xef\xbf\xbf", 3, true },
	{ "\xe2\x80", 2, false },
	{ "\xe2\x80x", 3, false },
	{ "\xf0\x8f\xbf\xbf", 4, false },
	{ "\xf0\x90\x80\x80", 4, true },
	{ "\xf4\x8f\xbf\xbf", 4, true },
	{ "\xf4\x90\x80\x80", 4, false },
	{ "\xf5\x80\x80\x80", 4, false },
	{ "\xf0\x9f\x90", 3, false },
	{ "\xff", 1, false },
	{ "12345678\xc3\xa9"
	  "12345678",
	    18, true },
	{ "1234567\xc3\xa9"
	  "1234567\xc3",
	    17, false },
};

static void
test_utf8(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(utf8_cases); i++) {
		/* A copy of the exact size, so that reading on is found. */
		size_t len = utf8_cases[i].len;
		char *copy = malloc(len > 0 ? len : 1);
		memcpy(copy, utf8_cases[i].text, len);
		if (str_is_utf8(str_make(copy, len)) != utf8_cases[i].ok)
			fail_msg("case %zu", i);
		free(copy);
	}
	assert_true(str_is_utf8(str_of(NULL)));
}

static void
test_what_hides(void **state)
{
	static const struct {
		const char *text;
		unsigned code;
	} cases[] = { { "a", 0 }, { "\xc3\xa9", 0 }, { "\xc2\x9b", 0x9b },
		{ "\xc2\xa0", 0 }, { "\xe2\x80\x8e", 0x200e },
		{ "\xe2\x80\x93", 0 }, { "\xe2\x80\xa9", 0x2029 },
		{ "\xe2\x81\xa6", 0x2066 }, { "\xe2\x81\xaa", 0 },
		{ "\xe2\x82\xac", 0 }, { "\xf0\x9f\x9a\x9c", 0 } };

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_int_equal(
		    str_hidden(cases[i].text, strlen(cases[i].text)),
		    cases[i].code);
}

/* Every code point, coded by the rules, is taken; and no surrogate. */
static void
test_utf8_all(void **state)
{
	(void)state;
	for (uint32_t c = 1; c < 0x110000; c++) {
		char out[4];
		size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
		static const unsigned char marks[] = { 0, 0xc0, 0xe0, 0xf0 };
		for (size_t i = len - 1; i > 0; i--)
			out[i] =
			    (char)(0x80 | ((c >> (6 * (len - 1 - i))) & 0x3f));
		out[0] = (char)(marks[len - 1] | (c >> (6 * (len - 1))));
		bool surrogate = c >= 0xd800 && c < 0xe000;
		assert_int_equal(str_utf8_len(out, len), surrogate ? 0 : len);
		assert_int_equal(str_utf8_len(out, len - 1), 0);
	}
}

static void
test_given(void **state)
{
	(void)state;
	assert_false(str_is_given(str_of(NULL)));
	assert_true(str_is_given(str_of("")));
	assert_true(str_is_equal(str_of(NULL), str_of("")));
	assert_null(str_copy(str_of(NULL)));
	char *empty = str_copy(str_make("x", 0));
	assert_string_equal(empty, "");
	free(empty);
}

static void
test_compare(void **state)
{
	static const struct str lit = STR_LIT("field");

	(void)state;
	assert_true(str_is(lit, "field"));
	assert_false(str_is(lit, "fields"));
	assert_true(str_has_prefix(lit, "fie"));
	assert_true(str_has_prefix(lit, ""));
	assert_true(str_has_prefix(str_of(NULL), ""));
	assert_false(str_has_prefix(lit, "fields"));
	assert_true(str_compare(str_of("a"), str_of("b")) < 0);
	assert_true(str_compare(str_of("ab"), str_of("a")) > 0);
	assert_true(str_compare(str_of("\xff"), str_of("a")) > 0);
	assert_int_equal(str_compare(str_of(NULL), str_of("")), 0);
}

static void
test_trim(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "", "" }, { " \t\r\n\v\f ", "" }, { " a b ", "a b" },
		{ "\xc2\xa0x", "\xc2\xa0x" }, /* not ASCII, so kept */
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_true(
		    str_is(str_trim(str_of(cases[i].in)), cases[i].out));
	assert_false(str_is_given(str_trim(str_of(NULL))));
}

static void
test_buf_grows(void **state)
{
	AUTO(buf_clear) struct buf b = { 0 };

	(void)state;
	for (int i = 0; i < 10000; i++)
		buf_add_char(&b, (char)('a' + i % 26));
	assert_int_equal(b.len, 10000);
	assert_int_equal(b.p[9999], 'a' + 9999 % 26);
	assert_int_equal(b.p[10000], '\0');
	buf_reset(&b);
	assert_int_equal(b.len, 0);
	assert_string_equal(b.p, "");
	buf_add_str(&b, str_of(NULL));
	buf_add_text(&b, "text");
	buf_add(&b, "\0", 1);
	assert_int_equal(b.len, 5);
}

/* Formatted lengths around every growth. */
static void
test_buf_format(void **state)
{
	char text[300];

	(void)state;
	for (int len = 0; len < 290; len++) {
		AUTO(buf_clear) struct buf b = { 0 };
		memset(text, 'x', (size_t)len);
		text[len] = '\0';
		buf_addf(&b, "%s", text);
		buf_addf(&b, "%s|", text);
		assert_int_equal(b.len, 2 * len + 1);
		assert_int_equal(strlen(b.p), b.len);
		assert_true(b.cap > b.len);
	}
}

static void
test_buf_int(void **state)
{
	static const struct {
		int64_t v;
		const char *text;
	} cases[] = { { 0, "0" }, { 7, "7" }, { -7, "-7" }, { 10, "10" },
		{ 1768387327000, "1768387327000" },
		{ INT64_MAX, "9223372036854775807" },
		{ INT64_MIN, "-9223372036854775808" } };
	AUTO(buf_clear) struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		buf_reset(&b);
		buf_add_int(&b, cases[i].v);
		assert_string_equal(b.p, cases[i].text);
	}
}

static void
test_buf_take(void **state)
{
	struct buf b = { 0 };

	(void)state;
	assert_true(str_is_given(buf_str(&b)));
	char *empty = buf_take(&b);
	assert_string_equal(empty, "");
	free(empty);
	buf_add_text(&b, "mine");
	char *mine = buf_take(&b);
	assert_string_equal(mine, "mine");
	assert_int_equal(b.len, 0);
	assert_null(b.p);
	free(mine);
	buf_reset(&b);
	buf_clear(&b);
}

static void
reserve_too_much(void *arg)
{
	buf_reserve(arg, SIZE_MAX - 10);
}

static void
test_reserve_overflow(void **state)
{
	AUTO(buf_clear) struct buf b = { 0 };

	(void)state;
	buf_add_text(&b, "x");
	assert_aborts(reserve_too_much, &b, "check failed");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_utf8_all),
		cmocka_unit_test(test_what_hides),
		cmocka_unit_test(test_given),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_trim),
		cmocka_unit_test(test_buf_grows),
		cmocka_unit_test(test_buf_format),
		cmocka_unit_test(test_buf_int),
		cmocka_unit_test(test_buf_take),
		cmocka_unit_test(test_reserve_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
