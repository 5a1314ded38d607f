/* What differs between two texts, line by line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agent/base/str.h"
#include "agent/review/linediff.h"

static void
print(void *user, const struct linediff_line *l)
{
	struct buf *out = user;

	if (l->kind == LINEDIFF_SKIPPED)
		buf_addf(out, "~%zu;", l->count);
	else
		buf_addf(out, "%c%.*s;", " -+"[l->kind], STR_ARG(l->text));
}

static const struct {
	const char *before, *after, *want;
	size_t different;
} cases[] = {
	{ "", "", "", 0 },
	{ "a\n", "a\n", " a;", 0 },
	{ "", "a\nb\n", "+a;+b;", 2 },
	{ "a\nb\n", "", "-a;-b;", 2 },
	{ "a\nb\nc\n", "a\nx\nc\n", " a;-b;+x; c;", 2 },
	{ "a\nb\nc\nd\ne\nf\n", "a\nb\nc\nd\ne\nX\n", "~4; e;-f;+X;", 2 },
	{ "a\nb\nc\nd\n", "X\nb\nc\nd\n", "-a;+X; b;~2;", 2 },
	{ "1\n2\n3\n4\n5\n6\n7\n", "1\nx\n3\n4\n5\ny\n7\n",
	    " 1;-2;+x; 3; 4; 5;-6;+y; 7;", 4 },
	{ "1\n2\n3\n4\n5\n6\n7\n", "2\n3\n4\n5\n6\n", "-1; 2;~3; 6;-7;", 2 },
	{ "a\nb\nc\n", "b\nc\na\n", "-a; b; c;+a;", 2 },
	{ "a", "a\n", " a;", 0 },
	{ "\n\n", "\n", " ;-;", 1 },
};

static void
test_differences(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf out = { 0 };

		buf_reserve(&out, 1);
		out.p[0] = '\0';
		assert_int_equal(linediff_each(str_of(cases[i].before),
				     str_of(cases[i].after), 1, print, &out),
		    cases[i].different);
		assert_string_equal(out.p, cases[i].want);
		buf_clear(&out);
	}
}

/* Too large to look for what both have: all out, all in; and quickly. */
static void
test_large_texts(void **state)
{
	struct buf before = { 0 }, after = { 0 }, out = { 0 };

	(void)state;
	for (int i = 0; i < 60000; i++) {
		buf_addf(&before, "%d\n", i);
		buf_addf(&after, "%d\n", i + 1);
	}
	assert_int_equal(
	    linediff_each(buf_str(&before), buf_str(&after), 3, print, &out),
	    120000);
	buf_clear(&before);
	buf_clear(&after);
	buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_differences),
		cmocka_unit_test(test_large_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
