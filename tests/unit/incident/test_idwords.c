/* The table of words is looked up by halves, so it must be sorted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* For the table. */
// NOLINTNEXTLINE(bugprone-suspicious-include)
#include "agent/incident/idwords.c"

static void
test_sorted(void **state)
{
	size_t i;

	(void)state;
	for (i = 1; i < COUNT(table); i++)
		if (strcmp(table[i - 1].word, table[i].word) >= 0)
			fail_msg("%s stands after %s", table[i].word,
			    table[i - 1].word);
}

static void
test_find(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(table); i++) {
		assert_true(
		    strnlen(table[i].word, IDWORDS_LEN_MAX) < IDWORDS_LEN_MAX);
		assert_ptr_equal(
		    idwords_find(str_of(table[i].word)), &table[i]);
	}
	assert_null(idwords_find(str_of("VANS")));
	assert_null(idwords_find(str_of("VA")));
	assert_null(idwords_find(str_of("")));
	assert_null(idwords_find(str_of("AVERYLONGWORDINDEED")));
	assert_int_equal(idwords_find(str_of("GOLF"))->letter, 'G');
	assert_true(idwords_find(str_of("GOLF"))->flags & W_VEHICLE);
	assert_string_equal(idwords_find(str_of("NINETEEN"))->digits, "19");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sorted),
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
