#include "base_test.h"

#include "agent/base/err.h"
#include "agent/base/rows.h"
#include "agent/base/str.h"

static void
on_row(void *user, const struct str *fields, size_t count)
{
	struct buf *out = user;

	for (size_t i = 0; i < count; i++)
		buf_addf(out, "[%.*s]", STR_ARG(fields[i]));
	buf_add_char(out, '/');
}

static const struct {
	char separator;
	const char *text, *rows;
} cases[] = {
	{ ',', "a,b\nc,d\n", "[a][b]/[c][d]/" },
	{ ',', "a,b\r\n\r\nc,d", "[a][b]/[c][d]/" },
	{ ';', "a,1;b\n", "[a,1][b]/" },
	{ '\t', "a\tb\n", "[a][b]/" },
	{ ',', "\"one\ntwo\",\"say \"\"yes\"\"\"\n",
	    "[one\ntwo][say \"yes\"]/" },
	{ ',', ",,\n", "[][][]/" },
	{ ',', "", "" },
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++)
		for (size_t step = 1; step < 20; step += 9) {
			struct buf out = { 0 };
			struct rows *r =
			    rows_new(cases[i].separator, on_row, &out);
			struct str s = str_of(cases[i].text);
			struct err e;

			for (size_t at = 0; at < s.len; at += step) {
				size_t n =
				    s.len - at < step ? s.len - at : step;

				assert_int_equal(
				    rows_feed(r, str_make(s.p + at, n), &e), 0);
			}
			assert_int_equal(rows_finish(r, &e), 0);
			assert_string_equal(out.p ? out.p : "", cases[i].rows);
			rows_free(&r);
			buf_clear(&out);
		}
}

/* What is beyond the limits is cut; nothing is written past them. */
static void
test_limits(void **state)
{
	struct buf text = { 0 }, out = { 0 };
	struct rows *r = rows_new(',', on_row, &out);
	struct err e;

	(void)state;
	for (size_t i = 0; i < ROWS_FIELDS_MAX + 10; i++)
		buf_add_text(&text, "x,");
	buf_add_text(&text, "\n");
	assert_int_equal(rows_feed(r, buf_str(&text), &e), 0);
	assert_int_equal(out.len, ROWS_FIELDS_MAX * 3 + 1);
	buf_reset(&out);
	buf_reset(&text);
	for (size_t i = 0; i < ROWS_BYTES_MAX + 100; i++)
		buf_add_char(&text, 'x');
	buf_add_text(&text, ",y\n");
	assert_int_equal(rows_feed(r, buf_str(&text), &e), 0);
	assert_int_equal(out.len, ROWS_BYTES_MAX + 5);
	rows_free(&r);
	buf_clear(&text);
	buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
