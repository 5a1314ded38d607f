#include "base_test.h"

#include "agent/base/random.h"

/* splitmix64 from the seed 1234567, the high halves of the known values. */
static void
test_seed(void **state)
{
	static const uint64_t known[] = { UINT64_C(6457827717110365317),
		UINT64_C(3203168211198807973), UINT64_C(9817491932198370423),
		UINT64_C(4593380528125082431), UINT64_C(16408922859458223821) };

	(void)state;
	for (int round = 0; round < 2; round++) {
		random_set_seed(1234567);
		for (size_t i = 0; i < LENGTH(known); i++)
			assert_int_equal(
			    random_u32(), (uint32_t)(known[i] >> 32));
	}
	random_set_seed(0);
}

static void
test_kernel(void **state)
{
	uint32_t all_or = 0;
	uint32_t all_and = UINT32_MAX;

	(void)state;
	for (int i = 0; i < 200; i++) {
		uint32_t v = random_u32();
		all_or |= v;
		all_and &= v;
	}
	assert_int_equal(all_or, UINT32_MAX);
	assert_int_equal(all_and, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seed),
		cmocka_unit_test(test_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
