#include "tracks_test.h"

#include <math.h>

#define LOCATION(more)                                            \
	"{\"_type\":\"location\",\"lat\":51.7343,\"lon\":0.4691," \
	"\"tst\":1768387327" more "}"

static const struct {
	const char *label;
	const char *text;
	size_t fixes, skips;
} cases[] = {
	{ "JSON alone", LOCATION("") "\n" LOCATION("") "\n", 2, 0 },
	{ "the Recorder's form",
	    "2026-01-14T10:42:09Z\t*                 \t" LOCATION("") "\n", 1,
	    0 },
	{ "last will, transition, waypoint",
	    "{\"_type\":\"lwt\",\"tst\":\"1768387327\"}\n"
	    "{\"_type\":\"transition\",\"lat\":51,\"lon\":1,\"tst\":1}\n"
	    "{\"_type\":\"waypoint\",\"lat\":51,\"lon\":1,\"tst\":1}\n",
	    0, 0 },
	{ "numbers as text",
	    "{\"_type\":\"location\",\"lat\":\"51.7\",\"lon\":\"0.4\",\"tst\":"
	    "\"1768387327\"}",
	    1, 0 },
	{ "damaged",
	    LOCATION("") "\n{\"_type\":\"location\",\"lat\":51.7\n"
			 "{\"_type\":\"location\",\"lat\":95,\"lon\":1,"
			 "\"tst\":1}\n{\"_type\":\"location\",\"lat\":51,"
			 "\"lon\":1}\n\n" LOCATION(""),
	    2, 3 },
};

static void
test_cases(void **state)
{
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		hear(h, str_of(cases[i].text), "x");
		if (h->result != due(h) || h->fix_count != cases[i].fixes ||
		    h->skip_count != cases[i].skips ||
		    strcmp(h->about.format, "owntracks") != 0)
			fail_msg("%s: %s, %zu fixes, %zu skipped (%s)",
			    cases[i].label, h->about.format, h->fix_count,
			    h->skip_count, h->skip_why[0]);
	}
	free(h);
}

static void
test_members(void **state)
{
	static const char text[] = "2026-01-14T10:42:09Z\t* \t" LOCATION(
	    ",\"acc\":12,\"alt\":41,\"vel\":36,\"cog\":270") "\n" LOCATION(",\"acc\":0,\"vel\":-1,\"cog\":-1");
	struct heard *h = malloc(sizeof(*h));
	const struct track_fix *f = h->fixes;

	(void)state;
	hear(h, str_of(text), "x");
	assert_int_equal(h->fix_count, 2);
	assert_true(f[0].lat == 51.7343 && f[0].lon == 0.4691);
	assert_true(f[0].time_ms == 1768387327000);
	assert_true(f[0].uncertainty_m == 12 && f[0].altitude_m == 41);
	assert_true(fabsf(f[0].speed_mps - 10) < 1e-4F);
	assert_true(f[0].course_deg == 270);
	assert_true(isnan(f[1].uncertainty_m) && isnan(f[1].speed_mps) &&
		    isnan(f[1].course_deg));
	assert_int_equal(text[f[0].offset], '{');
	assert_int_equal(h->about.clock, TRACK_CLOCK_UTC);
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
