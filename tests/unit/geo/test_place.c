#include "geo_test.h"

#include "agent/geo/place.h"

static void
test_names(void **state)
{
	static const struct {
		enum place_class class;
		const char *name;
	} cases[] = {
		{ PLACE_UNKNOWN, "unknown" },
		{ PLACE_RURAL, "rural" },
		{ PLACE_URBAN, "urban" },
		{ PLACE_EDGE, "edge" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_string_equal(
		    place_class_name(cases[i].class), cases[i].name);
}

static void
test_numbers_are_frozen(void **state)
{
	(void)state;
	assert_int_equal(PLACE_UNKNOWN, 0);
	assert_int_equal(PLACE_RURAL, 1);
	assert_int_equal(PLACE_URBAN, 2);
	assert_int_equal(PLACE_EDGE, 3);
}

static void
test_unknown(void **state)
{
	struct place p = place_unknown();

	(void)state;
	assert_int_equal(p.class, PLACE_UNKNOWN);
	assert_true(isnan(p.lat) && isnan(p.lon) && isnan(p.uncertainty_m));
	assert_true(isnan(p.near_m));
	assert_false(str_is_given(p.source));
	assert_false(str_is_given(p.edition));
	assert_false(str_is_given(p.area));
	assert_false(str_is_given(p.grid_ref));
	assert_false(str_is_given(p.near_name));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_numbers_are_frozen),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
