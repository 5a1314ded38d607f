#include "tracks_test.h"

#include <math.h>

#define HEAD             "AXXX001\r\nHFDTE140126\r\nHFPLTPILOT:\r\n"
#define FIX(time, valid) "B" time "5144058N00028146E" valid "0010000110\r\n"

static const struct {
	const char *label;
	const char *text;
	size_t fixes, timed, skips;
	const char *last;
} cases[] = {
	{ "one", HEAD FIX("104207", "A"), 1, 1, 0, "2026-01-14T10:42:07Z" },
	{ "the newer form of the date",
	    "AXXX\nHFDTEDATE:140126,01\n" FIX("104207", "A"), 1, 1, 0,
	    "2026-01-14T10:42:07Z" },
	{ "last century", "AXXX\nHFDTE140199\n" FIX("104207", "A"), 1, 1, 0,
	    "1999-01-14T10:42:07Z" },
	{ "past midnight", HEAD FIX("235959", "A") FIX("000001", "A"), 2, 2, 0,
	    "2026-01-15T00:00:01Z" },
	{ "a second back is no new day",
	    HEAD FIX("104207", "A") FIX("104206", "A"), 2, 2, 0,
	    "2026-01-14T10:42:06Z" },
	{ "a second flight in the file",
	    HEAD FIX("235959", "A") "HFDTE160126\r\n" FIX("000001", "A"), 2, 2,
	    0, "2026-01-16T00:00:01Z" },
	{ "no such time", HEAD FIX("256199", "A"), 1, 0, 0, "" },
	{ "cut short", HEAD "B1042075144058N0002", 0, 0, 1, "" },
	{ "without heights", HEAD "B1042075144058N00028146EA", 1, 1, 0,
	    "2026-01-14T10:42:07Z" },
	{ "letters in the figures", HEAD "B1042075144O58N00028146EA0010000110",
	    0, 0, 1, "" },
	{ "seventy minutes", HEAD "B1042075170000N00028146EA0010000110", 0, 0,
	    1, "" },
	{ "no date", "AXXX\nHFDTE991326\n" FIX("104207", "A"), 1, 0, 0, "" },
};

static void
test_cases(void **state)
{
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char last[CLOCK_TEXT_MAX] = "";
		size_t timed = 0;

		hear(h, str_of(cases[i].text), "x");
		assert_string_equal(h->about.format, "igc");
		for (size_t k = 0; k < h->fix_count; k++) {
			timed += h->fixes[k].time_ms != CLOCK_NONE;
			track_time_text(
			    h->fixes[k].time_ms, h->about.clock, last);
		}
		if (h->result != due(h) || h->fix_count != cases[i].fixes ||
		    timed != cases[i].timed ||
		    h->skip_count != cases[i].skips ||
		    strcmp(last, cases[i].last) != 0)
			fail_msg("%s: %zu fixes, %zu timed, %zu skipped, %s",
			    cases[i].label, h->fix_count, timed, h->skip_count,
			    last);
	}
	free(h);
}

static void
test_members(void **state)
{
	static const char text[] = HEAD FIX("104207", "A")
	    FIX("104208", "V") "B1042092712652S02813146WA-0050-0045\r\n";
	struct heard *h = malloc(sizeof(*h));
	const struct track_fix *f = h->fixes;

	(void)state;
	hear(h, str_of(text), "x");
	assert_true(fabs(f[0].lat - 51.7343) < 1e-9);
	assert_true(fabs(f[0].lon - 0.4691) < 1e-9);
	assert_true(f[0].altitude_m == 110 && isnan(f[1].altitude_m));
	assert_true(f[2].lat < -27.2 && f[2].lon < -28.2);
	assert_true(f[2].altitude_m == -45);
	assert_memory_equal(text + f[1].offset, "B104208", 7);
	free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
