#include "base_test.h"

#include "agent/base/err.h"
#include "agent/base/lock.h"

static void
test_exclusive(void **state)
{
	char path[256];
	char expected[400];
	struct lock *one = NULL;
	struct lock *two = NULL;
	struct err e = { 0 };

	path_in(*state, "lock", path);
	assert_int_equal(lock_take(path, &one, &e), 0);
	assert_int_equal(lock_take(path, &two, &e), -1);
	assert_null(two);
	assert_int_equal(e.code, ERR_TEMPORARY);
	(void)snprintf(expected, sizeof(expected),
	    "%s is held by process %d: only one agent may use this state "
	    "folder; stop that one first",
	    path, (int)getpid());
	assert_string_equal(e.msg, expected);
	lock_release(&one);
	assert_null(one);
	lock_release(&one);
	assert_int_equal(lock_take(path, &two, &e), 0);
	lock_release(&two);
}

static void
hold_and_die(void *path)
{
	struct lock *lock = NULL;
	struct err e;

	if (lock_take(path, &lock, &e) == 0)
		(void)!write(STDERR_FILENO, "held", 4);
	(void)raise(SIGKILL);
}

/* The kernel gives the lock of a dead process back; its id may remain. */
static void
test_dead_holder(void **state)
{
	char path[256];
	char text[64];
	struct lock *lock = NULL;
	struct err e = { 0 };

	path_in(*state, "lock", path);
	(void)run_apart(hold_and_die, path, text, sizeof(text));
	assert_string_equal(text, "held");
	assert_int_equal(lock_take(path, &lock, &e), 0);
	lock_release(&lock);
}

static void
test_cannot_open(void **state)
{
	struct lock *lock = NULL;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(lock_take("/nonexistent/lock", &lock, &e), -1);
	assert_int_equal(e.code, ERR_SYSTEM);
	assert_non_null(strstr(e.msg, "/nonexistent/lock"));
}

#define IN_FOLDER(test) \
	cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_exclusive),
		IN_FOLDER(test_dead_holder),
		cmocka_unit_test(test_cannot_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
