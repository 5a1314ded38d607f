/* Passwords: what is kept, what is right, what is fit. */
#include "base_test.h"

#include <pthread.h>

#include "agent/base/err.h"
#include "agent/base/password.h"

/* What the threads of a test share. */
static struct password_gate gate;

static void
test_right_and_wrong(void **state)
{
	char kept[PASSWORD_KEPT_MAX], again[PASSWORD_KEPT_MAX];
	struct str right = str_of("barley gate lantern");
	struct err e = { 0 };

	(void)state;
	assert_int_equal(password_keep(&gate, right, kept, &e), 0);
	assert_int_equal(password_keep(&gate, right, again, &e), 0);
	assert_string_not_equal(kept, again);
	assert_null(strstr(kept, "barley"));
	assert_int_equal(password_check(&gate, kept, right, &e), 1);
	assert_int_equal(
	    password_check(&gate, kept, str_of("barley gate lanterm"), &e), 0);
	assert_int_equal(password_check(&gate, kept, str_of(""), &e), 0);
	assert_int_equal(password_check(&gate, NULL, right, &e), 0);
	assert_int_equal(password_check(&gate, "nonsense", right, &e), 0);
}

static void
test_what_is_fit(void **state)
{
	static const struct {
		const char *plain, *why;
	} cases[] = {
		{ "three words apart", NULL },
		{ "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
		  "abcdef",
		    NULL },
		{ "short", "12 characters" },
		{ "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9",
		    "12 characters" },
		{ "aaaaaaaaaaaaaaaa", "easily guessed" },
		{ "liaison.officer", "easily guessed" },
		{ "abcdefghijkl\xff", "UTF-8" },
	};
	char large[PASSWORD_MAX + 2];
	struct err e;

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		int r = password_is_fit(
		    str_of(cases[i].plain), str_of("liaison.officer"), &e);

		assert_int_equal(r, cases[i].why ? -1 : 0);
		if (cases[i].why)
			assert_non_null(strstr(e.msg, cases[i].why));
	}
	memset(large, 'a', sizeof large - 1);
	large[0] = 'b';
	large[sizeof large - 1] = '\0';
	assert_int_equal(password_is_fit(str_of(large), str_of("x"), &e), -1);
	assert_int_equal(password_check(&gate, NULL, str_of(large), &e), 0);
}

static void *
check_some(void *arg)
{
	int *busy = arg;
	struct err e = { 0 };

	for (int i = 0; i < 5; i++)
		*busy += password_check(&gate, NULL, str_of("x"), &e) < 0;
	return NULL;
}

/* Many at once: some are sent away, and none waits for the others. */
static void
test_a_flood_is_sent_away(void **state)
{
	pthread_t threads[6];
	int busy[6] = { 0 };
	int all = 0;
	struct err e = { 0 };

	(void)state;
	for (size_t i = 0; i < LENGTH(threads); i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, check_some, &busy[i]), 0);
	for (size_t i = 0; i < LENGTH(threads); i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		all += busy[i];
	}
	assert_true(all > 0);
	assert_int_equal(password_check(&gate, NULL, str_of("x"), &e), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_right_and_wrong),
		cmocka_unit_test(test_what_is_fit),
		cmocka_unit_test(test_a_flood_is_sent_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
