#include "base_test.h"

#include <math.h>

#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/base/own.h"

/* What cannot be read, where, and in which words. */
static const struct {
	const char *text;
	int line, column;
	size_t offset;
	const char *words;
} bad_cases[] = {
	{ "", 1, 1, 0, "the text ends too early" },
	{ "  ", 1, 3, 2, "the text ends too early" },
	{ "{\"a\":1,}", 1, 8, 7, "string or '}' expected" },
	{ "{\"a\" \"a long text, longer than what is quoted\"}", 1, 6, 5,
	    "':' expected" },
	{ "[1,2", 1, 5, 4, "the text ends too early" },
	{ "[\"abc", 1, 6, 5, "the text ends too early" },
	{ "{\"a\":1,\"a\":2}", 1, 8, 7, "the same name twice in an object" },
	{ "[1] x", 1, 5, 4, "something follows the JSON value" },
	{ "{} {}", 1, 4, 3, "something follows the JSON value" },
	{ "tru", 1, 1, 0, "invalid token" },
	{ "[1, nul]", 1, 5, 4, "invalid token" },
	{ "[01]", 1, 2, 1, "invalid token" },
	{ "[-]", 1, 2, 1, "invalid token" },
	{ "[1.]", 1, 2, 1, "invalid token" },
	{ "[1 2]", 1, 4, 3, "']' expected" },
	{ "{1:2}", 1, 2, 1, "string or '}' expected" },
	{ "{\"a\":[}", 1, 7, 6, "unexpected token" },
	{ "[\"\xc3\xa9\x01\"]", 1, 5, 4, "control character 0x1" },
	{ "[\"a\tb\"]", 1, 4, 3, "control character 0x9" },
	{ "{\"a\nb\":1}", 1, 4, 3, "unexpected newline" },
	{ "[\"a\\q\"]", 1, 4, 3, "invalid escape" },
	{ "[\"\\n\x01\"]", 1, 5, 4, "control character 0x1" },
	{ "[\"\\n\\\\\\q\"]", 1, 7, 6, "invalid escape" },
	{ "[\"a\\u12g4\"]", 1, 4, 3, "invalid escape" },
	{ "[\"\\ud800x\"]", 1, 2, 1, "invalid Unicode '\\uD800'" },
	{ "[\"a\xff\"]", 1, 4, 3, "not UTF-8" },
	{ "\xff", 1, 1, 0, "not UTF-8" },
	{ "[\"a\xed\xa0\x80\"]", 1, 4, 3, "not UTF-8" },
	{ "[\"a\\u0000\"]", 1, 2, 1, "NUL (\\u0000) in a text" },
	{ "{\"a\\u0000\":1}", 1, 2, 1, "NUL (\\u0000) in a name" },
	{ "[123456789012345678901234]", 1, 2, 1, "the number is too large" },
	{ "[9223372036854775808]", 1, 2, 1, "the number is too large" },
	{ "[1e999]", 1, 2, 1, "the number is too large" },
	{ "{\n\t\"\xc3\xa9\": 1,\n  \"b\": wat\n}", 3, 8, 19, "invalid token" },
	{ "[1,\r\n2,,3]", 2, 3, 7, "unexpected token" },
	{ "\n\n", 3, 1, 2, "the text ends too early" },
	{ "\xef\xbb\xbf{}", 1, 1, 0, "invalid token" },
};

static void
check_bad(size_t i)
{
	struct json_place where = { 0 };
	struct json *root = NULL;
	struct err e = { 0 };

	int rc = json_parse(str_of(bad_cases[i].text), &root, &where, &e);
	if (rc != -1 || e.code != ERR_INVALID ||
	    strcmp(e.msg, bad_cases[i].words) != 0 ||
	    where.line != bad_cases[i].line ||
	    where.column != bad_cases[i].column ||
	    where.offset != bad_cases[i].offset)
		fail_msg("case %zu %s: %d %d:%d @%zu %s", i, bad_cases[i].text,
		    rc, where.line, where.column, where.offset, e.msg);
	assert_null(root);
}

static struct json *
parse(const char *text)
{
	struct json *root = NULL;
	struct err e = { 0 };

	if (json_parse(str_of(text), &root, NULL, &e) < 0)
		fail_msg("%s: %s", text, e.msg);
	return root;
}

static void
test_bad(void **state)
{
	struct json *root = NULL;
	struct err e;

	(void)state;
	for (size_t i = 0; i < LENGTH(bad_cases); i++)
		check_bad(i);
	assert_int_equal(json_parse(str_of("["), &root, NULL, &e), -1);
	assert_int_equal(json_parse(str_of(NULL), &root, NULL, &e), -1);
	assert_int_equal(json_parse(str_make("7\0", 2), &root, NULL, &e), -1);
}

/* The second of two equal names is the fault, among few and among many. */
static void
test_twice(void **state)
{
	AUTO(buf_clear) struct buf text = { 0 };
	struct json_place where;
	struct json *root = NULL;
	struct err e = { 0 };
	size_t second;

	(void)state;
	for (int count = 2; count < 200; count *= 3) {
		buf_reset(&text);
		buf_add_text(&text, "{\"n1\":0");
		for (int i = 0; i < count; i++)
			buf_addf(&text, ",\"n%d\":0", count - i);
		second = text.len - strlen("\"n1\":0");
		buf_add_char(&text, '}');
		assert_int_equal(
		    json_parse(buf_str(&text), &root, &where, &e), -1);
		assert_string_equal(e.msg, "the same name twice in an object");
		assert_int_equal(where.offset, second);
		text.p[second + 1] = 'x';
		root = parse(text.p);
		assert_int_equal(json_count(root), (size_t)count + 1);
		json_free(&root);
	}
}

/* Nesting: 64 levels are fine, one more is refused where it begins. */
static void
test_depth(void **state)
{
	char text[400] = "";
	struct json_place where;
	struct json *root = NULL;
	struct err e;

	(void)state;
	memset(text, '[', 64);
	memset(text + 64, ']', 64);
	root = parse(text);
	json_free(&root);
	text[0] = '\n';
	memset(text + 1, '[', 65);
	memset(text + 66, ']', 65);
	assert_int_equal(json_parse(str_of(text), &root, &where, &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
	assert_string_equal(e.msg, "nested more than 64 levels deep");
	assert_int_equal(where.line, 2);
	assert_int_equal(where.column, 65);
	assert_int_equal(where.offset, 65);
}

/* 65,536 objects are fine, one more is refused where it begins. */
static void
test_too_many_objects(void **state)
{
	AUTO(buf_clear) struct buf text = { 0 };
	struct json_place where;
	struct json *root = NULL;
	struct err e;

	(void)state;
	buf_add_text(&text, "[\"{\"");
	for (int i = 0; i < 65536; i++)
		buf_add_text(&text, ",{}");
	buf_add_char(&text, ']');
	root = parse(text.p);
	json_free(&root);
	text.p[text.len - 1] = ',';
	buf_add_text(&text, "{}]");
	assert_int_equal(json_parse(buf_str(&text), &root, &where, &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
	assert_string_equal(e.msg, "more than 65536 objects");
	assert_int_equal(where.offset, text.len - 3);
}

/* The list is a value as well; one more item is refused where it stands. */
static void
test_too_many_values(void **state)
{
	AUTO(buf_clear) struct buf text = { 0 };
	struct json_place where;
	struct json *root = NULL;
	struct err e;

	(void)state;
	buf_add_text(&text, "[0");
	for (int i = 0; i < 4194302; i++)
		buf_add_text(&text, ",0");
	buf_add_char(&text, ']');
	root = parse(text.p);
	assert_int_equal(json_count(root), 4194303);
	json_free(&root);
	text.p[text.len - 1] = ',';
	buf_add_text(&text, "0]");
	assert_int_equal(json_parse(buf_str(&text), &root, &where, &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
	assert_string_equal(e.msg, "more than 4194304 values");
	assert_int_equal(where.offset, text.len - 2);
}

/* Refused by its length, before a byte of it is read. */
static void
test_too_long(void **state)
{
	struct json_place where = { 0 };
	struct json *root = NULL;
	struct err e;

	(void)state;
	assert_int_equal(
	    json_parse(str_make("[]", UINT32_MAX), &root, &where, &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
	assert_int_equal(where.line, 1);
	assert_null(root);
}

/* Brackets in texts and side by side are no nesting. */
static void
test_many_brackets(void **state)
{
	AUTO(buf_clear) struct buf text = { 0 };
	struct json *root = NULL;

	(void)state;
	buf_add_text(&text, "[\"\\\"[[[[{{{{\"");
	for (int i = 0; i < 200; i++)
		buf_add_text(&text, ",[{}]");
	buf_add_char(&text, ']');
	root = parse(text.p);
	assert_int_equal(json_count(root), 201);
	json_free(&root);
}

static void
test_kinds(void **state)
{
	static const struct {
		const char *text;
		enum json_kind kind;
		const char *name;
	} cases[] = {
		{ "null", JSON_KIND_NULL, "null" },
		{ "true", JSON_KIND_BOOL, "true or false" },
		{ "false", JSON_KIND_BOOL, "true or false" },
		{ "-7", JSON_KIND_INT, "a whole number" },
		{ "9223372036854775807", JSON_KIND_INT, "a whole number" },
		{ "1.0", JSON_KIND_REAL, "a number" },
		{ "1e3", JSON_KIND_REAL, "a number" },
		{ "\"x\"", JSON_KIND_TEXT, "text" },
		{ "[]", JSON_KIND_ARRAY, "a list" },
		{ "{}", JSON_KIND_OBJECT, "an object" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct json *v = parse(cases[i].text);
		assert_int_equal(json_kind(v), cases[i].kind);
		assert_string_equal(
		    json_kind_name(json_kind(v)), cases[i].name);
		json_free(&v);
		assert_null(v);
	}
	assert_int_equal(json_kind(NULL), JSON_KIND_ABSENT);
	assert_string_equal(json_kind_name(JSON_KIND_ABSENT), "nothing");
}

static void
test_values(void **state)
{
	struct json *v = parse(" {\"id\":\"\\u00e9\\n\",\"n\":-9,\"x\":0.5,"
			       "\"yes\":true,\"no\":false,\"list\":[1,\"\"]}");

	(void)state;
	assert_true(str_is(json_text(json_member(v, "id")), "\xc3\xa9\n"));
	assert_int_equal(json_int(json_member(v, "n")), -9);
	assert_true(json_number(json_member(v, "n")) == -9.0);
	assert_true(json_number(json_member(v, "x")) == 0.5);
	assert_int_equal(json_int(json_member(v, "x")), 0);
	assert_true(json_is_true(json_member(v, "yes")));
	assert_false(json_is_true(json_member(v, "no")));
	assert_false(json_is_true(json_member(v, "n")));
	assert_int_equal(json_count(v), 6);
	assert_int_equal(json_count(json_member(v, "list")), 2);
	assert_int_equal(json_count(json_member(v, "id")), 0);
	assert_true(
	    str_is_given(json_text(json_item(json_member(v, "list"), 1))));
	assert_null(json_item(json_member(v, "list"), 2));
	assert_null(json_item(v, 0));
	assert_null(json_member(v, "none"));
	assert_null(json_member(json_member(v, "list"), "x"));
	json_free(&v);
}

/* What a value was parsed from, without the space around it. */
static void
test_source(void **state)
{
	struct str text = str_of(" {\"a\" : [1, \"\\u00e9\"] ,\"b\": 2.50}");
	struct json *v = parse(text.p);

	(void)state;
	assert_true(
	    str_is(json_source(json_member(v, "a"), text), "[1, \"\\u00e9\"]"));
	assert_true(str_is(json_source(json_member(v, "b"), text), "2.50"));
	assert_true(str_is_equal(
	    json_source(v, text), str_make(text.p + 1, text.len - 1)));
	assert_false(str_is_given(json_source(NULL, text)));
	json_free(&v);
}

/* A path that leaves the document is absent, not an error. */
static void
test_absent(void **state)
{
	struct str name;
	const struct json *value = NULL;
	size_t next = 0;

	(void)state;
	assert_null(json_member(NULL, "x"));
	assert_null(json_item(NULL, 0));
	assert_int_equal(json_count(NULL), 0);
	assert_false(str_is_given(json_text(NULL)));
	assert_int_equal(json_int(NULL), 0);
	assert_true(isnan(json_number(NULL)));
	assert_false(json_is_true(NULL));
	assert_false(json_next_member(NULL, &next, &name, &value));
	struct json *none = NULL;
	json_free(&none);
}

static void
test_walk(void **state)
{
	static const char *const names[] = { "zebra", "", "apple", "m" };
	struct json *v = parse("{\"zebra\":0,\"\":1,\"apple\":2,\"m\":3}");
	const struct json *value = NULL;
	size_t next = 0;
	struct str name;
	size_t i = 0;

	(void)state;
	while (json_next_member(v, &next, &name, &value)) {
		assert_true(i < LENGTH(names));
		assert_true(str_is(name, names[i]));
		assert_int_equal(json_int(value), i);
		i++;
	}
	assert_int_equal(i, LENGTH(names));
	json_free(&v);
}

static void
test_print(void **state)
{
	static const struct {
		const char *in, *out; /* NULL: as it was */
	} cases[] = {
		{ "{\"b\":[1,-2,[],{}],\"a\":{\"x\":null}}", NULL },
		{ "[true,false,null]", NULL },
		{ "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u007f\"", NULL },
		{ "51.894366", NULL },
		{ "[0.1,1.5e300,-0.0,5e-324]",
		    "[0.1,1.5e+300,-0.0,4.94065645841247e-324]" },
		{ "1.0", NULL },
		{ "0.30000000000000004", NULL },
		{ " [ 1 , \"\\u00e9\\/\" ] ", "[1,\"\xc3\xa9/\"]" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		AUTO(buf_clear) struct buf out = { 0 };
		struct json *v = parse(cases[i].in);
		json_print(v, &out);
		assert_string_equal(
		    out.p, cases[i].out ? cases[i].out : cases[i].in);
		json_free(&v);
	}
	AUTO(buf_clear) struct buf out = { 0 };
	json_print(NULL, &out);
	assert_string_equal(out.p, "null");
}

/* No byte string may crash the parser or put its fault outside the text. */
static void
test_damaged(void **state)
{
	static const char whole[] = "{\"id\":\"\xc3\xa9\\u20ac\",\"n\":[1.5e3,"
				    "true,null],\"o\":{\"a\":\"b\"}}";
	char text[sizeof(whole)];

	(void)state;
	for (size_t at = 0; at + 1 < sizeof(whole); at++) {
		for (int byte = 0; byte < 256; byte++) {
			struct json_place where = { 0 };
			struct json *root = NULL;
			struct err e;
			memcpy(text, whole, sizeof(whole));
			text[at] = (char)byte;
			if (json_parse(str_make(text, sizeof(whole) - 1), &root,
				&where, &e) == 0)
				json_free(&root);
			assert_true(where.offset < sizeof(whole));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_too_many_objects),
		cmocka_unit_test(test_too_many_values),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_many_brackets),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_source),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_print),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
