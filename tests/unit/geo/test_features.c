#include "geo_test.h"

#include "agent/geo/features.h"

/* Walks the text; the pieces with bars between, or the error. */
static void
walk(const char *text, struct buf *out)
{
	struct features f;
	struct str piece;
	struct err e;

	if (features_open(&f, str_of(text), &e) != 0) {
		buf_addf(out, "error: %s", e.msg);
		return;
	}
	while (features_next(&f, &piece) == 1)
		buf_addf(out, "%.*s|", STR_ARG(piece));
	buf_addf(out, "%zu", f.count);
}

static void
test_pieces(void **state)
{
	static const struct {
		const char *text, *pieces;
	} cases[] = {
		{ "{\"type\":\"FeatureCollection\",\"features\":[]}", "0" },
		{ "{\"type\":\"FeatureCollection\",\"features\":[1]}", "1|1" },
		{ "\xef\xbb\xbf { \"features\" : [ {} , [1,2],\n\"x\" ] , "
		  "\"type\" : \"FeatureCollection\" } \n",
		    "{}|[1,2]|\"x\"|3" },
		{ "{\"crs\":{\"features\":[9]},\"features\":[{\"a\":\"]}\\\"\"}"
		  ",{\"b\":[[],{}]}],\"type\":\"FeatureCollection\"}",
		    "{\"a\":\"]}\\\"\"}|{\"b\":[[],{}]}|2" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		AUTO(buf_clear) struct buf out = { 0 };

		walk(cases[i].text, &out);
		assert_string_equal(out.p, cases[i].pieces);
	}
}

#define FC "{\"type\":\"FeatureCollection\",\"features\":"

static void
test_errors(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{ "", "does not begin with a {" },
		{ "[]", "does not begin with a {" },
		{ "code,name\nE01,Somewhere\n", "does not begin with a {" },
		{ "{}", "its type is not given" },
		{ "{\"type\":\"Feature\",\"features\":[]}",
		    "its type is \"Feature\"" },
		{ "{\"type\":\"FeatureCollection\"}", "no list of features" },
		{ FC "{}}", "no list of features" },
		{ FC "[],\"features\":[]}", "given twice" },
		{ "{", "cut short" },
		{ "{\"type", "cut short" },
		{ "{\"type\"", "cut short" },
		{ "{\"type\":", "cut short" },
		{ "{\"type\":\"Feature", "cut short" },
		{ FC, "cut short" },
		{ FC "[", "feature 1: the text ends too soon" },
		{ FC "[{},{},{\"a\":[1,2",
		    "feature 3: the text ends too soon" },
		{ FC "[{},{}", "feature 2: the text ends too soon" },
		{ FC "[{},", "feature 2: the text ends too soon" },
		{ FC "[{}]", "cut short" },
		{ FC "[{\"a\":]}]}", "feature 1: this is not JSON" },
		{ FC "[{},,{}]}", "feature 2: this is not JSON" },
		{ FC "[{},]}", "feature 2: this is not JSON" },
		{ FC "[{} {}]}", "feature 1: this is not JSON" },
		{ FC "[]} {}", "something stands behind" },
		{ "{type:1}", "not JSON" },
		{ "{\"type\"}", "not JSON" },
		{ "{\"a\":}", "not JSON" },
		{ "{\"a\":[}]}", "not JSON" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		AUTO(buf_clear) struct buf out = { 0 };

		walk(cases[i].text, &out);
		assert_has(out.p, "error: ");
		assert_has(out.p, cases[i].error);
	}
}

/* Every prefix of a sound file is refused. */
static void
test_every_cut(void **state)
{
	static const char whole[] =
	    FC "[{\"a\":\"\\\"\",\"b\":[1,-2.5e3]},{}],\"c\":null}";

	(void)state;
	for (size_t len = 0; len < sizeof(whole) - 1; len++) {
		char *cut = malloc(len > 0 ? len : 1);
		struct features f;
		struct err e;

		assert_non_null(cut);
		memcpy(cut, whole, len); /* exact, for the sanitizer */
		assert_int_equal(features_open(&f, str_make(cut, len), &e), -1);
		assert_int_equal(e.code, ERR_INVALID);
		free(cut);
	}
}

static void
test_nesting(void **state)
{
	(void)state;
	for (size_t depth = FEATURES_DEPTH_MAX; depth < 100000;
	     depth = depth * 7 + 1) {
		AUTO(buf_clear) struct buf b = { 0 };
		struct features f;
		struct err e;
		int rc;

		buf_add_text(&b, FC "[");
		for (size_t i = 0; i < depth; i++)
			buf_add_char(&b, '[');
		for (size_t i = 0; i < depth; i++)
			buf_add_char(&b, ']');
		buf_add_text(&b, "]}");
		rc = features_open(&f, buf_str(&b), &e);
		if (depth <= FEATURES_DEPTH_MAX) {
			assert_int_equal(rc, 0);
			continue;
		}
		assert_int_equal(rc, -1);
		assert_int_equal(e.code, ERR_LIMIT);
		assert_has(e.msg, "feature 1: brackets are nested more than");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_nesting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
