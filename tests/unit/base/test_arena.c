#include "base_test.h"

#include "agent/base/arena.h"
#include "agent/base/own.h"

static void
test_zeroed_and_aligned(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (size_t size = 0; size < 600; size++) {
			unsigned char *p = arena_alloc(a, size, 1);
			assert_int_equal(
			    (uintptr_t)p % _Alignof(max_align_t), 0);
			for (size_t i = 0; i < size; i++)
				assert_int_equal(p[i], 0);
			memset(p, 0xee, size);
		}
		assert_true(arena_used_bytes(a) >= (size_t)600 * 599 / 2);
		arena_reset(a);
		assert_int_equal(arena_used_bytes(a), 0);
	}
}

static void
test_large(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();

	(void)state;
	char *small = arena_alloc(a, 10, 1);
	char *large = arena_alloc(a, 10, 1 << 20);
	memset(large, 1, (size_t)10 << 20);
	assert_int_equal(small[9], 0);
	arena_reset(a);
	assert_int_equal(*(char *)arena_alloc(a, 1, 1), 0);
}

static void
test_keeps_memory_for_the_next_round(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	const char *first = NULL;

	(void)state;
	for (int round = 0; round < 10; round++) {
		const char *p = arena_alloc(a, 1, 300000);
		if (round == 0)
			first = p;
		assert_ptr_equal(p, first);
		arena_reset(a);
	}
}

static void
test_text(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct str s = arena_str(a, str_make("abcdef", 3));

	(void)state;
	assert_string_equal(s.p, "abc");
	assert_int_equal(s.len, 3);
	assert_false(str_is_given(arena_str(a, str_of(NULL))));
	assert_true(str_is_given(arena_str(a, str_of(""))));
	s = arena_strf(a, "%s-%05d", "id", 42);
	assert_string_equal(s.p, "id-00042");
	assert_int_equal(s.len, 8);
}

static void
overflow(void *arg)
{
	(void)arena_alloc(arg, SIZE_MAX / 2, 3);
}

static void
test_overflow_aborts(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();

	(void)state;
	assert_aborts(overflow, a, "check failed");
}

static void
test_free_twice(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	(void)arena_alloc(a, 1, 100000);
	arena_free(&a);
	assert_null(a);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zeroed_and_aligned),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_keeps_memory_for_the_next_round),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_overflow_aborts),
		cmocka_unit_test(test_free_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
