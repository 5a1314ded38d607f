/* How commands print: what is cut, what is escaped, tables as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/base/clock.h"
#include "agent/base/str.h"
#include "agent/cmd/output.h"
#include "agent/cmd/table.h"

static void
test_escape(void **state)
{
	static const struct {
		const char *in;
		size_t width_max;
		const char *out;
		size_t columns;
	} cases[] = {
		{ "lurcher", 0, "lurcher", 7 },
		{ "lurcher", 7, "lurcher", 7 },
		{ "lurcher", 6, "lurch…", 6 },
		{ "lurcher", 1, "…", 1 },
		{ "\x1b[2J", 0, "\\x1b[2J", 7 },
		{ "a\x1bz", 4, "a…", 2 },
		{ "caf\u00e9s", 5, "caf\u00e9s", 5 },
		{ "caf\u00e9s", 4, "caf…", 4 },
		{ "a\nb", 0, "a\\x0ab", 6 },
		{ "", 3, "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf out = { 0 };

		buf_add_char(&out, '>');
		assert_int_equal(output_escape(&out, str_of(cases[i].in),
				     cases[i].width_max),
		    cases[i].columns);
		assert_int_equal(out.len, strlen(cases[i].out) + 1);
		assert_memory_equal(out.p + 1, cases[i].out, out.len - 1);
		buf_clear(&out);
	}
}

static const struct table_column columns[] = {
	{ .key = "rule", .title = "rule", .width_max = 6 },
	{ .key = "n", .title = "n", .is_number = true },
	{ .key = "share", .title = "share", .is_number = true },
	{ .key = "at" },
	{ .title = "mark" },
	{ .key = "ok", .title = "ok" },
};

static void
fill(const struct output *o)
{
	struct table *t =
	    table_new(o, columns, sizeof columns / sizeof columns[0]);

	table_str(t, str_of("hare\tcoursing"));
	table_int(t, 7);
	table_real(t, 0.5, 2);
	table_time(t, 0);
	table_text(t, "*");
	table_bool(t, true);
	table_row(t);
	table_text(t, "a");
	table_int(t, -100);
	table_none(t);
	table_time(t, CLOCK_NONE);
	table_none(t);
	table_tone(t, OUTPUT_BAD);
	table_bool(t, false);
	table_row(t);
	assert_int_equal(table_row_count(t), 2);
	table_free(&t);
	assert_null(t);
	table_free(&t);
}

/* What fill() prints to a reader such as o. */
static void
take(const struct output *o, struct buf *out)
{
	char name[] = "/tmp/buzzard-output-XXXXXX";
	int file = mkstemp(name);
	int saved;

	assert_true(file >= 0);
	fflush(stdout);
	saved = dup(STDOUT_FILENO);
	assert_true(saved >= 0 && dup2(file, STDOUT_FILENO) >= 0);
	fill(o);
	fflush(stdout);
	assert_true(dup2(saved, STDOUT_FILENO) >= 0);
	close(saved);
	buf_reserve(out, 4096);
	out->len = (size_t)pread(file, out->p, 4095, 0);
	out->p[out->len] = '\0';
	close(file);
	unlink(name);
}

static void
test_table(void **state)
{
	static const struct {
		struct output o;
		const char *said;
	} cases[] = {
		{ { .is_json = true },
		    "{\"rule\":\"hare\\tcoursing\",\"n\":7,\"share\":0.5,"
		    "\"at\":\"1970-01-01T00:00:00Z\",\"ok\":true}\n"
		    "{\"rule\":\"a\",\"n\":-100,\"share\":null,"
		    "\"at\":null,\"ok\":false}\n" },
		{ { .is_json = false }, "rule      n  share  mark  ok\n"
					"hare…     7   0.50  *     yes\n"
					"a      -100      -  -     no\n" },
		{ { .has_colour = true },
		    "\x1b[1mrule\x1b[0m      \x1b[1mn\x1b[0m  "
		    "\x1b[1mshare\x1b[0m  \x1b[1mmark\x1b[0m  "
		    "\x1b[1mok\x1b[0m\n"
		    "hare…     7   0.50  *     yes\n"
		    "a      -100      -  -     \x1b[31mno\x1b[0m\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf out = { 0 };

		take(&cases[i].o, &out);
		assert_string_equal(out.p, cases[i].said);
		buf_clear(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
