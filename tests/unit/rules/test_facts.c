/* Facts that are computed: bank holidays, daylight, number plates. */
#include "tests/unit/rules/ruleskit.h"

#include "agent/base/clock.h"
#include "rules/facts.h"
#include "rules/holidays.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

/* As the government published them, and the days beside them. */
static const struct {
	int year, month, day;
} published[] = {
	{ 1999, 1, 1 },
	{ 1999, 4, 2 },
	{ 1999, 4, 5 },
	{ 1999, 5, 3 },
	{ 1999, 5, 31 },
	{ 1999, 8, 30 },
	{ 1999, 12, 27 },
	{ 1999, 12, 28 },
	{ 1999, 12, 31 },
	{ 2011, 1, 3 },
	{ 2011, 4, 22 },
	{ 2011, 4, 25 },
	{ 2011, 4, 29 },
	{ 2011, 5, 2 },
	{ 2011, 5, 30 },
	{ 2011, 8, 29 },
	{ 2011, 12, 26 },
	{ 2011, 12, 27 },
	{ 2012, 1, 2 },
	{ 2012, 4, 6 },
	{ 2012, 4, 9 },
	{ 2012, 5, 7 },
	{ 2012, 6, 4 },
	{ 2012, 6, 5 },
	{ 2012, 8, 27 },
	{ 2012, 12, 25 },
	{ 2012, 12, 26 },
	{ 2020, 1, 1 },
	{ 2020, 4, 10 },
	{ 2020, 4, 13 },
	{ 2020, 5, 8 },
	{ 2020, 5, 25 },
	{ 2020, 8, 31 },
	{ 2020, 12, 25 },
	{ 2020, 12, 28 },
	{ 2021, 1, 1 },
	{ 2021, 4, 2 },
	{ 2021, 4, 5 },
	{ 2021, 5, 3 },
	{ 2021, 5, 31 },
	{ 2021, 8, 30 },
	{ 2021, 12, 27 },
	{ 2021, 12, 28 },
	{ 2022, 1, 3 },
	{ 2022, 4, 15 },
	{ 2022, 4, 18 },
	{ 2022, 5, 2 },
	{ 2022, 6, 2 },
	{ 2022, 6, 3 },
	{ 2022, 8, 29 },
	{ 2022, 9, 19 },
	{ 2022, 12, 26 },
	{ 2022, 12, 27 },
	{ 2023, 1, 2 },
	{ 2023, 4, 7 },
	{ 2023, 4, 10 },
	{ 2023, 5, 1 },
	{ 2023, 5, 8 },
	{ 2023, 5, 29 },
	{ 2023, 8, 28 },
	{ 2023, 12, 25 },
	{ 2023, 12, 26 },
	{ 2026, 1, 1 },
	{ 2026, 4, 3 },
	{ 2026, 4, 6 },
	{ 2026, 5, 4 },
	{ 2026, 5, 25 },
	{ 2026, 8, 31 },
	{ 2026, 12, 25 },
	{ 2026, 12, 28 },
};

static bool
is_published(int year, int month, int day)
{
	for (size_t i = 0; i < LENGTH(published); i++)
		if (published[i].year == year && published[i].month == month &&
		    published[i].day == day)
			return true;
	return false;
}

/* Every day of the years in the table, so that no other day is one. */
static void
test_bank_holidays(void **state)
{
	int year = 0;
	size_t found = 0;

	(void)state;
	for (size_t i = 0; i < LENGTH(published); i++) {
		if (published[i].year == year)
			continue;
		year = published[i].year;
		for (int month = 1; month <= 12; month++)
			for (int day = 1; day <= 28 + 3 * (month != 2); day++) {
				bool is = holidays_is_bank(year, month, day);

				if (day == 31 && (month == 4 || month == 6 ||
						     month == 9 || month == 11))
					continue;
				if (is != is_published(year, month, day))
					fail_msg(
					    "%d-%02d-%02d", year, month, day);
				found += is;
			}
	}
	assert_int_equal(found, LENGTH(published));
}

/* Easter Monday, from the tables of the Book of Common Prayer. */
static void
test_easter(void **state)
{
	static const struct {
		int year, month, day;
	} easters[] = { { 1981, 4, 20 }, { 2000, 4, 24 }, { 2008, 3, 24 },
		{ 2038, 4, 26 }, { 2049, 4, 19 }, { 2076, 4, 20 } };

	(void)state;
	for (size_t i = 0; i < LENGTH(easters); i++)
		assert_true(holidays_is_bank(
		    easters[i].year, easters[i].month, easters[i].day));
}

/* Chelmsford; sunrise and dusk as almanacs have them, five minutes each way. */
static void
test_daylight(void **state)
{
	static const struct {
		int month, day, hour, minute; /* UTC, 2026 */
		int light;
	} rows[] = {
		{ 6, 21, 3, 45, 2 }, /* sunrise 03:38 */
		{ 6, 21, 3, 30, 1 },
		{ 6, 21, 2, 40, 0 },   /* civil dawn 02:50 */
		{ 12, 21, 15, 40, 2 }, /* sunset 15:46 */
		{ 12, 21, 15, 55, 1 },
		{ 12, 21, 16, 40, 0 }, /* civil dusk 16:27 */
		{ 3, 20, 12, 0, 2 },
		{ 3, 20, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		assert_int_equal(
		    facts_daylight(51.7356, 0.4685,
			clock_from_utc(2026, rows[i].month, rows[i].day,
			    rows[i].hour, rows[i].minute, 0)),
		    rows[i].light);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bank_holidays),
		cmocka_unit_test(test_easter),
		cmocka_unit_test(test_daylight),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
