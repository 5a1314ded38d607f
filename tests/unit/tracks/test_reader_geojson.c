#include "tracks_test.h"

#include "agent/tracks/reader_geojson.h"

#define LINE(at, more)                                                 \
	"{\"type\":\"Feature\",\"geometry\":{\"type\":\"LineString\"," \
	"\"coordinates\":[" at "]},\"properties\":{" more "}}"
#define ALL(features) \
	"{\"type\":\"FeatureCollection\",\"features\":[" features "]}"
#define TWO   "[0.4691,51.7343,41.5],[0.4692,51.7344,42]"
#define TIMES "[\"2026-01-14T10:42:07Z\",\"2026-01-14T10:42:08Z\"]"

static const struct {
	const char *label;
	const char *text;
	size_t fixes, timed, waypoints, skips;
	uint32_t last_segment;
	enum track_clock clock;
} cases[] = {
	{ "a line", ALL(LINE(TWO, "")), 2, 0, 0, 0, 0, TRACK_CLOCK_UNKNOWN },
	{ "times beside it", ALL(LINE(TWO, "\"coordTimes\":" TIMES)), 2, 2, 0,
	    0, 0, TRACK_CLOCK_UTC },
	{ "times deeper",
	    ALL(LINE(TWO, "\"coordinateProperties\":{\"times\":" TIMES "}")), 2,
	    2, 0, 0, 0, TRACK_CLOCK_UTC },
	{ "epochs", ALL(LINE(TWO, "\"times\":[1768387327,1768387328000]")), 2,
	    2, 0, 0, 0, TRACK_CLOCK_UTC },
	{ "two lines", ALL(LINE(TWO, "") "," LINE(TWO, "")), 4, 0, 0, 0, 1,
	    TRACK_CLOCK_UNKNOWN },
	{ "lines in one",
	    ALL("{\"type\":\"Feature\",\"geometry\":{\"coordinates\":[[" TWO
		"],[" TWO "]],\"type\":\"MultiLineString\"},\"properties\":{"
		"\"coordTimes\":[" TIMES "," TIMES "]}}"),
	    4, 4, 0, 0, 1, TRACK_CLOCK_UTC },
	{ "points, areas",
	    ALL("{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\","
		"\"coordinates\":[0.4,51.7]},\"properties\":{\"time\":"
		"\"2026-01-14T10:42:07Z\"}},{\"type\":\"Feature\","
		"\"geometry\":{\"type\":\"Point\",\"coordinates\":[0.4,51.7]},"
		"\"properties\":null},{\"type\":\"Feature\",\"geometry\":{"
		"\"type\":\"Polygon\",\"coordinates\":[[[0,51],[1,51],[1,52],"
		"[0,51]]]},\"properties\":{}}"),
	    1, 1, 1, 0, 0, TRACK_CLOCK_UTC },
	{ "one feature", LINE(TWO, ""), 2, 0, 0, 0, 0, TRACK_CLOCK_UNKNOWN },
	{ "one geometry", "{\"type\":\"LineString\",\"coordinates\":[" TWO "]}",
	    2, 0, 0, 0, 0, TRACK_CLOCK_UNKNOWN },
	{ "members in another order, brackets in text",
	    "{ \"note\": \"}{][ \\\"features\\\": [\", \"features\": [" LINE(
		TWO,
		"\"name\":\"a } \\\" [\"") "],"
					   "\"type\":\"FeatureCollection\"}",
	    2, 0, 0, 0, 0, TRACK_CLOCK_UNKNOWN },
	{ "a damaged feature",
	    ALL(LINE(TWO, "") ",{\"type\":\"Feature\",x}," LINE(TWO, "")), 4, 0,
	    0, 1, 1, TRACK_CLOCK_UNKNOWN },
	{ "damaged positions",
	    ALL(LINE("[0.4],[\"a\",51],[0.4,95],[0,0],[0.4,51.7]", "")), 1, 0,
	    0, 4, 0, TRACK_CLOCK_UNKNOWN },
	{ "cut off",
	    "{\"type\":\"FeatureCollection\",\"features\":[" LINE(
		TWO, "") ",{\"type\":\"Fea",
	    2, 0, 0, 1, 0, TRACK_CLOCK_UNKNOWN },
};

static void
test_cases(void **state)
{
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		size_t timed = 0;

		hear(h, str_of(cases[i].text), "x");
		for (size_t k = 0; k < h->fix_count; k++)
			timed += h->fixes[k].time_ms != CLOCK_NONE;
		if (h->result != due(h) || h->fix_count != cases[i].fixes ||
		    timed != cases[i].timed ||
		    h->waypoints != cases[i].waypoints ||
		    h->skip_count != cases[i].skips ||
		    h->about.clock != cases[i].clock)
			fail_msg("%s: %zu fixes, %zu timed, %zu waypoints, %zu "
				 "skipped (%s), clock %s",
			    cases[i].label, h->fix_count, timed, h->waypoints,
			    h->skip_count, h->skip_why[0],
			    track_clock_name(h->about.clock));
		assert_string_equal(h->about.format, "geojson");
		assert_int_equal(
		    h->fixes[h->fix_count - 1].segment, cases[i].last_segment);
	}
	free(h);
}

static void
test_members(void **state)
{
	static const char text[] = ALL(LINE(TWO, "") "," LINE(TWO, ""));
	struct heard *h = malloc(sizeof(*h));
	const struct track_fix *f = h->fixes;

	(void)state;
	hear(h, str_of(text), "x");
	assert_true(f->lat == 51.7343 && f->lon == 0.4691);
	assert_true(f->altitude_m == 41.5F);
	assert_memory_equal(text + f[0].offset, "{\"type\":\"Feature\",", 18);
	assert_memory_equal(text + f[2].offset, "{\"type\":\"Feature\",", 18);
	assert_true(f[2].offset > f[0].offset);
	free(h);
}

static void
test_large(void **state)
{
	struct heard *h = malloc(sizeof(*h));
	struct buf text = { 0 };

	(void)state;
	buf_add_text(&text, "{\"type\":\"FeatureCollection\",\"features\":[{"
			    "\"type\":\"Feature\",\"properties\":{\"x\":\"");
	for (int i = 0; i < READER_GEOJSON_FEATURE_MAX; i++)
		buf_add_char(&text, 'x');
	buf_add_text(&text, "\"}}," LINE(TWO, "") "]}");
	hear(h, buf_str(&text), "x");
	assert_int_equal(h->fix_count, 2);
	assert_int_equal(h->skip_count, 1);
	assert_non_null(strstr(h->skip_why[0], "give it as GPX"));
	buf_clear(&text);
	free(h);
}

/* As Qt writes it: names in order, so that the type comes last. */
static void
test_type_at_the_end(void **state)
{
	struct heard *h = malloc(sizeof(*h));
	struct buf text = { 0 };

	(void)state;
	buf_add_text(&text, "{\n \"features\": [\n  {\n   \"geometry\": {\n"
			    "    \"coordinates\": [\n");
	for (int i = 0; i < 1000; i++)
		buf_add_text(&text, "     [ 0.25, 51.5 ],\n");
	buf_add_text(&text,
	    "     [ 0.25, 51.5 ]\n    ],\n    \"type\": \"LineString\"\n"
	    "   },\n   \"properties\": {},\n   \"type\": \"Feature\"\n"
	    "  }\n ],\n \"type\": \"FeatureCollection\"\n}\n");
	hear(h, buf_str(&text), "x");
	assert_string_equal(h->about.format, "geojson");
	assert_int_equal(h->fix_count, 1001);
	assert_int_equal(h->skip_count, 0);
	buf_clear(&text);
	free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_type_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
