/*
 * The reasons beside a log: each stays what the evidence said, however many
 * there are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <cmocka.h>

#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/base/own.h"
#include "agent/review/marks.h"

/* The evidence of one rule: grounds with words, and words of a weigh. */
static void
write_evidence(struct buf *out, int grounds)
{
	buf_add_text(out, "[{\"rule\":\"r\",\"evidence\":[");
	for (int i = 0; i < grounds; i++)
		buf_addf(out,
		    "{\"field\":\"log\",\"entry\":0,\"start\":%d,\"end\":%d,"
		    "\"text\":\"word\",\"why\":\"ground %d\",\"points\":5},",
		    i * 5, i * 5 + 4, i);
	buf_add_text(out,
	    "{\"field\":\"log\",\"entry\":0,\"start\":0,\"end\":4,"
	    "\"text\":\"dogs\",\"points\":3,\"weighed\":true},"
	    "{\"field\":\"log\",\"entry\":0,\"start\":5,\"end\":9,"
	    "\"text\":\"hare\",\"points\":2,\"weighed\":true}]}]");
}

/*
 * With 16 and with 32 grounds the weigh's reason is the one for which they
 * all move.
 */
static void
test_reasons_stay_what_they_were(void **state)
{
	(void)state;
	for (int grounds = 0; grounds < 40; grounds++) {
		struct arena *arena = arena_new();
		struct mark_list list = { .arena = arena };
		struct buf evidence = { 0 }, says = { 0 };
		struct err e = { 0 };
		const struct mark_reason *weighed;

		write_evidence(&evidence, grounds);
		assert_int_equal(
		    marks_add(&list, str_of("theme"), buf_str(&evidence), &e),
		    0);
		assert_int_equal(list.reason_count, grounds + 1);
		for (int i = 0; i < grounds; i++) {
			buf_reset(&says);
			buf_addf(&says, "ground %d", i);
			assert_true(
			    str_is_equal(list.reasons[i].why, buf_str(&says)));
			assert_int_equal(list.reasons[i].points, 5);
			assert_true(list.has_words[i]);
			assert_false(list.reasons[i].is_weighed);
		}
		weighed = &list.reasons[grounds];
		assert_true(weighed->is_weighed);
		assert_true(str_is(weighed->why, "dogs, hare"));
		assert_false(list.has_words[grounds]);
		buf_clear(&says);
		buf_clear(&evidence);
		arena_free(&arena);
	}
}

/*
 * That it is told as something else too belongs to no word, and people are to
 * see it; what any log is says nothing of this one.
 */
static void
test_rivals_are_reasons_of_their_own(void **state)
{
	struct arena *arena = arena_new();
	struct mark_list list = { .arena = arena };
	struct buf out = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(
	    marks_add(&list, str_of("fuel"),
		str_of(
		    "[{\"rule\":\"r\",\"evidence\":["
		    "{\"field\":\"entries\",\"text\":\"2\",\"why\":\"any log\","
		    "\"points\":-90,\"weighed\":true},"
		    "{\"field\":\"flag\",\"text\":\"explained\","
		    "\"why\":\"in the end\",\"points\":-90},"
		    "{\"field\":\"flag\",\"text\":\"other-matter\","
		    "\"why\":\"told as\",\"points\":-9,\"weighed\":true},"
		    "{\"field\":\"theme\",\"text\":\"machinery\","
		    "\"why\":\"told more as\",\"points\":-12,"
		    "\"weighed\":true}]}]"),
		&e),
	    0);
	assert_int_equal(list.reason_count, 3);
	marks_print_wordless(&out, &list, str_of("fuel"));
	assert_non_null(strstr(out.p, "<li>told as: other-matter "));
	assert_non_null(strstr(out.p, "<li>told more as: machinery "));
	assert_non_null(strstr(out.p, "-12</span>"));
	assert_non_null(strstr(out.p, "<li>in the end "));
	assert_null(strstr(out.p, "any log"));
	buf_clear(&out);
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reasons_stay_what_they_were),
		cmocka_unit_test(test_rivals_are_reasons_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
