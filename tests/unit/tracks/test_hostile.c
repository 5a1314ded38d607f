/*
 * Files made to hurt: whatever they say, the reader comes to an end, tells no
 * place that is none and uses what is sound.
 */
#include "tracks_test.h"

#define POINT                              \
	"<trkpt lat=\"51.7\" lon=\"0.4\">" \
	"<time>2026-01-14T22:42:07Z</time></trkpt>"
#define GPX(points) "<gpx><trk><trkseg>" points "</trkseg></trk></gpx>"
#define FTYP         \
	"\0\0\0\x10" \
	"ftypmp42\0\0\0\0"

static const struct {
	const char *what, *name;
	struct str bytes;
	size_t fixes, skips;
} cases[] = {
	{ "a bomb of entities", "x.gpx",
	    STR_LIT("<?xml version='1.0'?><!DOCTYPE gpx [<!ENTITY a 'aaaaaa'>"
		    "<!ENTITY b '&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>]>"
		    "<gpx><trk><name>&c;</name><trkseg>" POINT),
	    1, 2 },
	{ "another file as an entity", "x.gpx",
	    STR_LIT("<!DOCTYPE gpx [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
		    "<gpx><trk><name>&a;</name><trkseg>" POINT
		    "</trkseg></trk></gpx>"),
	    1, 1 },
	{ "numbers that are none", "x.gpx",
	    STR_LIT(GPX(
		"<trkpt lat='nan' lon='0'/><trkpt lat='inf' lon='0'/>"
		"<trkpt lat='1e400' lon='0'/><trkpt lat='0x33' lon='1'/>"
		"<trkpt lat='' lon=''/><trkpt/>"
		"<trkpt lat='-91' lon='0'/><trkpt lat='1' lon='181'/>" POINT)),
	    1, 8 },
	{ "a box of all the bytes there could be", "x.mp4",
	    STR_LIT(FTYP "\0\0\0\1moov\xff\xff\xff\xff\xff\xff\xff\xff"), 0,
	    0 },
	{ "a box as long as its size is signed", "x.mp4",
	    STR_LIT(FTYP "\0\0\0\1moov\x80\0\0\0\0\0\0\0trak"), 0, 0 },
	{ "a box shorter than its header", "x.mp4",
	    STR_LIT(FTYP "\0\0\0\7moov\0\0\0\x1emoov"), 0, 0 },
	{ "a long size that ends with the file", "x.mp4",
	    STR_LIT(FTYP "\0\0\0\1moov\0\0\0"), 0, 0 },
	{ "a long size of nothing", "x.mp4",
	    STR_LIT(FTYP "\0\0\0\1moov\0\0\0\0\0\0\0\0"), 0, 0 },
	{ "a box to the end of the file, in itself", "x.mp4",
	    STR_LIT(FTYP "\0\0\0\0moov\0\0\0\0trak\0\0\0\0mdia\0\0\0\0moov"), 0,
	    0 },
	{ "a message from beyond time", "x.rec",
	    STR_LIT("{\"_type\":\"location\",\"lat\":51.7,\"lon\":0.4,"
		    "\"tst\":1e308}\n"
		    "{\"_type\":\"location\",\"lat\":51.7,\"lon\":0.4,"
		    "\"tst\":-1}\n"
		    "{\"_type\":\"location\",\"lat\":51.7,\"lon\":0.4,"
		    "\"tst\":1768387327}\n"),
	    1, 2 },
};

static void
test_cases(void **state)
{
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		hear(h, cases[i].bytes, cases[i].name);
		if (h->fix_count != cases[i].fixes ||
		    h->skip_count != cases[i].skips)
			fail_msg("%s: %zu fixes, %zu skips (%s)", cases[i].what,
			    h->fix_count, h->skip_count,
			    h->skip_count ? h->skip_why[0] : h->e.msg);
		for (size_t k = 0; k < h->fix_count; k++)
			assert_true(track_fix_is_place(&h->fixes[k]));
	}
	free(h);
}

/* Head, then piece many times: what format and how many fixes it comes to. */
static const struct {
	const char *what, *name;
	struct str head, piece;
	size_t times, fixes;
} repeated[] = {
	{ "a million elements deep", "x.gpx", STR_LIT("<gpx>"), STR_LIT("<a>"),
	    200000, 0 },
	{ "a damage at each point", "x.gpx", STR_LIT("<gpx><trk><trkseg>"),
	    STR_LIT("<trkpt lat='51.7' lon='0.4'></x>"), 20000, 0 },
	{ "an attribute without end", "x.gpx", STR_LIT("<gpx a='"),
	    STR_LIT("x"), 3000000, 0 },
	{ "a line without end", "x.nmea", STR_LIT("$GPRMC,"), STR_LIT("1"),
	    400000, 0 },
	{ "a row without end", "x.csv", STR_LIT("lat,lon\n"), STR_LIT(","),
	    400000, 0 },
	{ "a quotation without end", "x.csv", STR_LIT("lat,lon\n51.7,\""),
	    STR_LIT("x\n"), 200000, 0 },
	{ "lists in lists", "x.json",
	    STR_LIT("{\"type\":\"FeatureCollection\",\"features\":"),
	    STR_LIT("["), 200000, 0 },
	{ "objects in objects", "x.json",
	    STR_LIT("{\"type\":\"FeatureCollection\",\"features\":[{\"type\":"
		    "\"Feature\",\"geometry\":"),
	    STR_LIT("{\"a\":"), 100000, 0 },
	{ "boxes of nothing", "x.mp4", STR_LIT(FTYP),
	    STR_LIT("\0\0\0\x8"
		    "free"),
	    200000, 0 },
	{ "boxes of nothing with a long size", "x.mp4", STR_LIT(FTYP),
	    STR_LIT("\0\0\0\1"
		    "free\0\0\0\0\0\0\0\x10"),
	    100000, 0 },
	{ "blocks in blocks", "x.mp4", STR_LIT(FTYP), STR_LIT("freeGPS "),
	    200000, 0 },
	{ "a cue without end", "x.srt",
	    STR_LIT("1\n00:00:00,000 --> 00:00:01,000\n"),
	    STR_LIT("[latitude: 51.7] "), 100000, 0 },
	{ "an absurd record again and again", "x.igc",
	    STR_LIT("AXXX\nHFDTE991399\n"),
	    STR_LIT("B9999999999999N99999999EA9999999999\n"), 20000, 0 },
	{ "a place again and again", "x.kml",
	    STR_LIT("<kml><Placemark><LineString><coordinates>"),
	    STR_LIT("0.4,51.7,0 "), 100000, 100000 },
};

static void
test_repeated(void **state)
{
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	for (size_t i = 0; i < LENGTH(repeated); i++) {
		struct buf text = { 0 };

		buf_add_str(&text, repeated[i].head);
		for (size_t k = 0; k < repeated[i].times; k++)
			buf_add_str(&text, repeated[i].piece);
		hear(h, buf_str(&text), repeated[i].name);
		assert_string_not_equal(h->about.format, "unknown");
		if (h->fix_count != repeated[i].fixes)
			fail_msg(
			    "%s: %zu fixes", repeated[i].what, h->fix_count);
		buf_clear(&text);
	}
	free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_repeated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
