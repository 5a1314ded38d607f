#include "base_test.h"

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/own.h"

static void
test_zeroed(void **state)
{
	(void)state;
	unsigned char *p = alloc_zero(1000, 3);
	for (size_t i = 0; i < 3000; i++)
		assert_int_equal(p[i], 0);
	free(p);
}

static void
test_nothing_is_not_null(void **state)
{
	(void)state;
	void *a = alloc_zero(0, 8);
	void *b = alloc_zero(8, 0);
	void *c = alloc_resize(NULL, 0, 4);
	c = alloc_resize(c, 0, 0);
	free(a);
	free(b);
	free(c);
}

static void
test_resize_keeps(void **state)
{
	(void)state;
	int *p = alloc_resize(NULL, 2, sizeof(*p));
	p[0] = 7;
	p[1] = 8;
	p = alloc_resize(p, 2000, sizeof(*p));
	assert_int_equal(p[0], 7);
	assert_int_equal(p[1], 8);
	free(p);
}

static void
test_copies(void **state)
{
	(void)state;
	AUTO(alloc_release_text) char *a = alloc_copy("a\0b", 3);
	assert_memory_equal(a, "a\0b", 4);
	AUTO(alloc_release_text) char *b = alloc_copy(NULL, 0);
	assert_string_equal(b, "");
	AUTO(alloc_release_text) char *c = alloc_text("text");
	assert_string_equal(c, "text");
	alloc_release_text(&c);
	assert_null(c);
}

static void
ask_too_much(void *arg)
{
	(void)arg;
	free(alloc_resize(NULL, SIZE_MAX / 2, 3));
}

static void
test_overflow_aborts(void **state)
{
	(void)state;
	assert_aborts(ask_too_much, NULL, "out of memory, stopping");
}

static void
fail_a_check(void *arg)
{
	const int *number = arg;

	CHECK(*number == 2);
}

static void
test_check(void **state)
{
	int number = 2;

	(void)state;
	fail_a_check(&number);
	number = 3;
	assert_aborts(fail_a_check, &number,
	    "bug: check failed, stopping: *number == 2 at ");
}

static void
test_take(void **state)
{
	(void)state;
	char *a = alloc_text("x");
	AUTO(alloc_release_text) char *b = TAKE(a);
	assert_null(a);
	assert_string_equal(b, "x");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zeroed),
		cmocka_unit_test(test_nothing_is_not_null),
		cmocka_unit_test(test_resize_keeps),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_overflow_aborts),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_take),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
