#include "tracks_test.h"

#define HEAD                                                                 \
	"<?xml version='1.0'?>\n<kml xmlns='http://www.opengis.net/kml/2.2'" \
	" xmlns:gx='http://www.google.com/kml/ext/2.2'><Document>"
#define TAIL         "</Document></kml>"
#define TRACK(body)  "<Placemark><gx:Track>" body "</gx:Track></Placemark>"
#define WHEN(second) "<when>2026-01-14T10:42:0" second "Z</when>"
#define COORD(text)  "<gx:coord>" text "</gx:coord>"
#define LINE(text)                                  \
	"<Placemark><LineString><coordinates>" text \
	"</coordinates></LineString>"               \
	"</Placemark>"

/* Seconds of the fixes' times in their order; "-" for none. */
static const struct {
	const char *label;
	const char *text;
	const char *seconds;
	size_t waypoints, skips;
	uint32_t last_segment;
} cases[] = {
	{ "times first",
	    HEAD TRACK(WHEN("1") WHEN("2") COORD("0.4 51.7 9")
		    COORD("0.5 51.8 9")) TAIL,
	    "12", 0, 0, 0 },
	{ "in turn, time first",
	    HEAD TRACK(WHEN("1") COORD("0.4 51.7 9") WHEN("2")
		    COORD("0.5 51.8 9")) TAIL,
	    "12", 0, 0, 0 },
	{ "in turn, place first",
	    HEAD TRACK(COORD("0.4 51.7 9") WHEN("1") COORD("0.5 51.8 9")
		    WHEN("2")) TAIL,
	    "12", 0, 0, 0 },
	{ "places first",
	    HEAD TRACK(COORD("0.4 51.7 9") COORD("0.5 51.8 9") WHEN("1")
		    WHEN("2")) TAIL,
	    "12", 0, 0, 0 },
	{ "a place too many",
	    HEAD TRACK(WHEN("1") COORD("0.4 51.7 9") COORD("0.5 51.8")) TAIL,
	    "1-", 0, 0, 0 },
	{ "a time too many stays in its track",
	    HEAD TRACK(WHEN("1") WHEN("2") COORD("0.4 51.7"))
		TRACK(WHEN("3") COORD("0.5 51.8")) TAIL,
	    "13", 0, 0, 1 },
	{ "a damaged place uses its time up",
	    HEAD TRACK(WHEN("1") WHEN("2") COORD("x 51.7") COORD("0.5 51.8"))
		TAIL,
	    "2", 0, 1, 0 },
	{ "a damaged place before its time",
	    HEAD TRACK(COORD("x 51.7") WHEN("1") COORD("0.5 51.8") WHEN("2"))
		TAIL,
	    "2", 0, 1, 0 },
	{ "a time stamp of a placemark is no time of the track",
	    HEAD "<Placemark><TimeStamp>" WHEN(
		"7") "</TimeStamp><Point>"
		     "<coordinates>0.4,51.7,0</coordinates></Point></Placemark>" TRACK(
			 WHEN("1") COORD("0.4 51.7")) TAIL,
	    "1", 1, 0, 0 },
	{ "lines are drawings where there is a track",
	    HEAD LINE("0.4,51.7 0.5,51.8") TRACK(WHEN("1") COORD("0.4 51.7"))
		TAIL,
	    "1", 0, 0, 0 },
	{ "lines alone",
	    HEAD LINE("\n 0.4,51.7,9 0.5,51.8,9\n\t0.6,51.9,9 ")
		LINE("0.4,51.7") TAIL,
	    "----", 0, 0, 1 },
	{ "a damaged corner", HEAD LINE("0.4,51.7 0.5 0.6,51.9") TAIL, "--", 0,
	    1, 0 },
	{ "damaged XML",
	    HEAD TRACK(WHEN("1") COORD("0.4 51.7") "<x></y>" WHEN("2")
		    COORD("0.5 51.8")) TAIL,
	    "1-", 0, 1, 1 },
	{ "two files in one",
	    HEAD TRACK(WHEN("1") COORD("0.4 51.7")) TAIL HEAD TRACK(
		WHEN("2") WHEN("3") COORD("0.5 51.8") COORD("0.6 51.9")) TAIL,
	    "123", 0, 1, 1 },
	{ "a declaration behind a line",
	    "\n" HEAD TRACK(
		WHEN("1") WHEN("2") COORD("0.4 51.7") COORD("0.5 51.8")) TAIL,
	    "12", 0, 1, 0 },
	{ "a declaration that is damaged, and comes again",
	    HEAD TRACK(WHEN("1") COORD("0.4 51.7")) TAIL
	    "<?xml <?xml <?xml " TRACK(WHEN("2") COORD("0.5 51.8")),
	    "1-", 0, 3, 1 },
};

static char
second_of(const struct track_fix *f)
{
	static const char digits[] = "0123456789";

	return f->time_ms == CLOCK_NONE ? '-' : digits[f->time_ms / 1000 % 10];
}

static void
test_cases(void **state)
{
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char seconds[16] = "";

		hear(h, str_of(cases[i].text), "x");
		assert_string_equal(h->about.format, "kml");
		for (size_t k = 0; k < h->fix_count && k < 15; k++)
			seconds[k] = second_of(&h->fixes[k]);
		if (h->result != due(h) ||
		    strcmp(seconds, cases[i].seconds) != 0 ||
		    h->waypoints != cases[i].waypoints ||
		    h->skip_count != cases[i].skips)
			fail_msg("%s: \"%s\", %zu waypoints, %zu skipped (%s)",
			    cases[i].label, seconds, h->waypoints,
			    h->skip_count, h->skip_why[0]);
		assert_int_equal(
		    h->fixes[h->fix_count - 1].segment, cases[i].last_segment);
	}
	free(h);
}

static void
test_members(void **state)
{
	static const char text[] =
	    HEAD TRACK(WHEN("1") COORD(" 0.4691 51.7343 41.5 ")) TAIL;
	struct heard *h = malloc(sizeof(*h));
	const struct track_fix *f = h->fixes;

	(void)state;
	hear(h, str_of(text), "x");
	assert_true(f->lat == 51.7343 && f->lon == 0.4691);
	assert_true(f->altitude_m == 41.5F);
	assert_memory_equal(text + f->offset, "<gx:coord>", 10);
	assert_int_equal(h->about.clock, TRACK_CLOCK_UTC);
	hear(h, str_of(HEAD LINE("0.4,51.7 0.5,51.8") TAIL), "x");
	assert_int_equal(h->fix_count, 2);
	assert_memory_equal(
	    HEAD LINE("0.4,51.7 0.5,51.8") + h->fixes[1].offset, "0.5,51.8", 8);
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
