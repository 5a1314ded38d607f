#include "base_test.h"

#include <math.h>

#include "agent/base/clock.h"
#include "agent/base/jsonw.h"
#include "agent/base/own.h"

static void
test_nested(void **state)
{
	AUTO(buf_clear) struct buf out = { 0 };
	struct jsonw w;

	(void)state;
	buf_add_text(&out, "> ");
	jsonw_init(&w, &out);
	jsonw_object(&w);
	jsonw_key(&w, "id");
	jsonw_text(&w, "EX-1");
	jsonw_key_str(&w, str_of("a\"b"));
	jsonw_array(&w);
	jsonw_int(&w, INT64_MIN);
	jsonw_object(&w);
	jsonw_close(&w);
	jsonw_array(&w);
	jsonw_close(&w);
	jsonw_bool(&w, true);
	jsonw_bool(&w, false);
	jsonw_null(&w);
	jsonw_close(&w);
	jsonw_key(&w, "raw");
	jsonw_raw(&w, str_of("{\"x\":1}"));
	jsonw_close(&w);
	assert_string_equal(out.p,
	    "> {\"id\":\"EX-1\",\"a\\\"b\":[-9223372036854775808,{},[],true,"
	    "false,null],\"raw\":{\"x\":1}}");
	assert_int_equal(w.depth, 0);
}

static void
test_text(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "", "\"\"" },
		{ "plain", "\"plain\"" },
		{ "\b\t\n\f\r\"\\/", "\"\\b\\t\\n\\f\\r\\\"\\\\/\"" },
		{ "\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\"" },
		{ "\xc2\x80\xc2\x9b"
		  "2J\xc2\x9f\xc2\xa0",
		    "\"\\u0080\\u009b2J\\u009f\xc2\xa0\"" },
		{ "a\u202eb\u2028\u2069\u200f",
		    "\"a\\u202eb\\u2028\\u2069\\u200f\"" },
		{ "\u200d\u2010\u2027\u202f\u2065\u206a\u3000",
		    "\"\u200d\u2010\u2027\u202f\u2065\u206a\u3000\"" },
		{ "caf\xc3\xa9 \xf0\x9f\x90\xbe",
		    "\"caf\xc3\xa9 \xf0\x9f\x90\xbe\"" },
		{ "a\xff"
		  "b",
		    "\"a\xef\xbf\xbd"
		    "b\"" },
		{ "\xe2\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ NULL, "null" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		AUTO(buf_clear) struct buf out = { 0 };
		struct jsonw w;
		jsonw_init(&w, &out);
		jsonw_text(&w, cases[i].in);
		assert_string_equal(out.p, cases[i].out);
	}
	AUTO(buf_clear) struct buf out = { 0 };
	struct jsonw w;
	jsonw_init(&w, &out);
	jsonw_str(&w, str_make("a\0b", 3));
	assert_string_equal(out.p, "\"a\\u0000b\"");
}

static void
test_real(void **state)
{
	static const struct {
		double v;
		int decimals;
		const char *out;
	} cases[] = {
		{ 51.8943659999, 6, "51.894366" },
		{ 0.5, 6, "0.5" },
		{ -0.0000001, 6, "0" },
		{ -1.25, 2, "-1.25" },
		{ 100, 0, "100" },
		{ 100, 3, "100" },
		{ 1e300, 0,
		    "1000000000000000052504760255204420248704468581108159" },
		{ (double)NAN, 2, "null" },
		{ (double)INFINITY, 2, "null" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		AUTO(buf_clear) struct buf out = { 0 };
		struct jsonw w;
		jsonw_init(&w, &out);
		jsonw_real(&w, cases[i].v, cases[i].decimals);
		assert_int_equal(
		    strncmp(out.p, cases[i].out, strlen(cases[i].out)), 0);
		if (i != 6)
			assert_int_equal(out.len, strlen(cases[i].out));
	}
}

static void
test_time(void **state)
{
	AUTO(buf_clear) struct buf out = { 0 };
	struct jsonw w;

	(void)state;
	jsonw_init(&w, &out);
	jsonw_array(&w);
	jsonw_time(&w, 1768387327123);
	jsonw_time(&w, CLOCK_NONE);
	jsonw_close(&w);
	assert_string_equal(out.p, "[\"2026-01-14T10:42:07.123Z\",null]");
}

static void
misuse(void *arg)
{
	struct buf out = { 0 };
	struct jsonw w;

	jsonw_init(&w, &out);
	switch (*(const int *)arg) {
	case 0: jsonw_close(&w); break;
	case 1:
		jsonw_object(&w);
		jsonw_int(&w, 1); /* no key */
		break;
	case 2:
		jsonw_array(&w);
		jsonw_key(&w, "x");
		break;
	case 3:
		jsonw_object(&w);
		jsonw_key(&w, "x");
		jsonw_close(&w);
		break;
	case 4:
		jsonw_object(&w);
		jsonw_key(&w, "x");
		jsonw_key(&w, "y");
		break;
	case 5:
		for (int i = 0; i <= JSONW_DEPTH_MAX; i++)
			jsonw_array(&w);
		break;
	case 6: jsonw_key(&w, "x"); break;
	}
}

static void
test_misuse_aborts(void **state)
{
	(void)state;
	for (int i = 0; i < 7; i++)
		assert_aborts(misuse, &i, "check failed");
}

/* Each is its name and its value. */
static void
test_members(void **state)
{
	AUTO(buf_clear) struct buf out = { 0 };
	struct jsonw w;

	(void)state;
	jsonw_init(&w, &out);
	jsonw_object(&w);
	jsonw_member_str(&w, "a", (struct str){ 0 });
	jsonw_member_text(&w, "b", "x");
	jsonw_member_int(&w, "c", -1);
	jsonw_member_real(&w, "d", 0.25, 1);
	jsonw_member_bool(&w, "e", true);
	jsonw_member_time(&w, "f", CLOCK_NONE);
	jsonw_member_id(&w, "g", 0);
	jsonw_member_id(&w, "h", 7);
	jsonw_close(&w);
	assert_string_equal(out.p,
	    "{\"a\":null,\"b\":\"x\",\"c\":-1,\"d\":0.2,\"e\":true,"
	    "\"f\":null,\"g\":null,\"h\":7}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_real),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_misuse_aborts),
		cmocka_unit_test(test_members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
