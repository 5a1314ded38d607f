/*
 * The reasons beside a log: each stays what the evidence said, however many
 * there are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reasons_stay_what_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
