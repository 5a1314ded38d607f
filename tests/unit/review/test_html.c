/* What is written into pages: always text, never markup. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/html.h"
#include "agent/review/marks.h"

#define NOW INT64_C(1800000000000)

static void
expect(struct buf *out, const char *text)
{
	buf_add_char(out, '\0');
	assert_string_equal(out->p, text);
	buf_clear(out);
}

static void
test_text(void **state)
{
	struct buf out = { 0 };

	(void)state;
	html_words(&out, "<a href=\"x\" id='y'>&amp;\x01\x7f\n\t\xc3\xa9");
	expect(&out, "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;"
		     "\xef\xbf\xbd\xef\xbf\xbd\n\t\xc3\xa9");
	html_text(&out, str_make("a\0b", 3));
	expect(&out, "a\xef\xbf\xbd"
		     "b");
	html_url(&out, str_of("a b/\xc3\xa9?&=~-._9"));
	expect(&out, "a%20b%2F%C3%A9%3F%26%3D~-._9");
}

static void
test_times(void **state)
{
	struct buf out = { 0 };

	(void)state;
	html_time(&out, CLOCK_NONE);
	expect(&out, "not known");
	html_time(&out, clock_from_utc(2026, 7, 1, 22, 30, 0));
	expect(&out, "<time datetime=\"2026-07-01T22:30:00Z\">"
		     "1&nbsp;Jul&nbsp;2026 23:30</time>");
	html_ago(&out, NOW - 59000, NOW);
	expect(&out, "just now");
	html_ago(&out, NOW - 60000, NOW);
	expect(&out, "1 minute ago");
	html_ago(&out, NOW - 7200000, NOW);
	expect(&out, "2 hours ago");
	html_ago(&out, NOW - 3 * INT64_C(86400000), NOW);
	expect(&out, "3 days ago");
	html_ago(&out, NOW + 5000, NOW);
	expect(&out, "just now");
}

static void
test_themes(void **state)
{
	struct buf out = { 0 };

	(void)state;
	html_themes(&out, str_of("hare-coursing,rural-asb"));
	expect(&out, "Hare coursing, Rural anti-social behaviour");
	html_theme(&out, str_of("<b>"));
	expect(&out, "&lt;b&gt;");
}

#define EVIDENCE                                                  \
	"[{\"rule\":\"r\",\"points\":60,\"evidence\":["           \
	"{\"field\":\"log\",\"entry\":0,\"start\":0,\"end\":4,"   \
	"\"text\":\"dogs\",\"why\":\"dogs\",\"points\":20},"      \
	"{\"field\":\"log\",\"entry\":0,\"start\":2,\"end\":7,"   \
	"\"text\":\"gs <i\",\"why\":\"a <b>\",\"points\":30},"    \
	"{\"field\":\"log\",\"entry\":0,\"start\":90,\"end\":99," \
	"\"text\":\"far\",\"why\":\"beyond\",\"points\":30},"     \
	"{\"field\":\"log\",\"entry\":1,\"start\":0,\"end\":3,"   \
	"\"text\":\"not\",\"why\":\"here\",\"points\":30},"       \
	"{\"field\":\"log\",\"entry\":0,\"start\":8,\"end\":9,"   \
	"\"text\":\"x\",\"why\":\"needed\",\"points\":0},"        \
	"{\"field\":\"place\",\"entry\":null,\"why\":\"rural\","  \
	"\"points\":10}]}]"

static void
test_marks(void **state)
{
	struct arena *arena = arena_new();
	struct mark_list list = { .arena = arena };
	struct buf out = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(
	    marks_add(&list, str_of("poaching"), str_of(EVIDENCE), &e), 0);
	marks_print(&out, &list, "log", 0, str_of("dogs <i> x"));
	expect(&out,
	    "<div class=\"text\"><mark>dogs &lt;i</mark><sup>"
	    "<a href=\"#e0r1\">1</a> <a href=\"#e0r2\">2</a></sup>&gt; x"
	    "</div><ol class=\"reasons\"><li id=\"e0r1\" value=\"1\">"
	    "Poaching: dogs <span class=\"points\">+20</span></li>"
	    "<li id=\"e0r2\" value=\"2\">Poaching: a &lt;b&gt; "
	    "<span class=\"points\">+30</span></li></ol>");
	marks_print_wordless(&out, &list, str_of("poaching"));
	expect(&out, "<li>rural <span class=\"points\">+10</span></li>");
	marks_print(&out, &list, "log", 7, str_of("nothing & here"));
	expect(&out, "<div class=\"text\">nothing &amp; here</div>");
	assert_int_equal(
	    marks_add(&list, str_of("x"), str_of("{not json"), &e), -1);
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_themes),
		cmocka_unit_test(test_marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
