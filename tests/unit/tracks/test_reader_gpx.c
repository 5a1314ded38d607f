#include "tracks_test.h"

#include <math.h>

#define POINT(lat, lon, rest) \
	"<trkpt lat=\"" lat "\" lon=\"" lon "\">" rest "</trkpt>\n"
#define GPX(body)                                        \
	"<?xml version=\"1.0\"?>\n<gpx version=\"1.1\" " \
	"xmlns=\"http://www.topografix.com/GPX/1/1\">" body "</gpx>"
#define TRACK(points) "<trk><trkseg>" points "</trkseg></trk>"

static const struct {
	const char *label;
	const char *text;
	size_t fixes, waypoints, skips;
	enum track_clock clock;
} cases[] = {
	{ "one point", GPX(TRACK(POINT("51.7", "0.5", ""))), 1, 0, 0,
	    TRACK_CLOCK_UNKNOWN },
	{ "a time in UTC",
	    GPX(TRACK(
		POINT("51.7", "0.5", "<time>2026-01-14T10:42:07Z</time>"))),
	    1, 0, 0, TRACK_CLOCK_UTC },
	{ "a time without zone",
	    GPX(TRACK(
		POINT("51.7", "0.5", "<time>2026-01-14T10:42:07</time>"))),
	    1, 0, 0, TRACK_CLOCK_LOCAL },
	{ "both sorts of time",
	    GPX(TRACK(POINT("51.7", "0.5", "<time>2026-01-14T10:42:07</time>")
		    POINT("51.7", "0.6", "<time>2026-01-14T10:42:08Z</time>"))),
	    2, 0, 0, TRACK_CLOCK_UNKNOWN },
	{ "waypoints and routes are no fixes",
	    GPX("<wpt lat=\"1\" lon=\"2\"><ele>3</ele></wpt><rte><rtept "
		"lat=\"1\" lon=\"2\"><time>2026-01-14T10:42:07Z</time></rtept>"
		"</rte>" TRACK(POINT("51.7", "0.5", ""))),
	    1, 1, 0, TRACK_CLOCK_UNKNOWN },
	{ "damaged points",
	    GPX(TRACK(POINT("51.7", "0.5", "") POINT("abc", "0.5", "") POINT(
		"91", "0.5", "") POINT("0", "0", "") POINT("51.7", "0.6", ""))),
	    2, 0, 3, TRACK_CLOCK_UNKNOWN },
	{ "no longitude", GPX(TRACK("<trkpt lat=\"51.7\"/>")), 0, 0, 1,
	    TRACK_CLOCK_UNKNOWN },
	{ "cut off in a point",
	    "<gpx><trk><trkseg>" POINT("51.7", "0.5", "") "<trkpt lat=\"51", 1,
	    0, 1, TRACK_CLOCK_UNKNOWN },
	{ "damage in the middle",
	    GPX(TRACK(
		POINT("51.7", "0.5", "") "<trkpt lat=\"51.8\" lo<<<<&" POINT(
		    "51.9", "0.5", "") POINT("52", "0.5", ""))),
	    3, 0, 1, TRACK_CLOCK_UNKNOWN },
	{ "two damages",
	    GPX(TRACK(POINT("51.7", "0.5", "") "<a></b>" POINT(
		"51.9", "0.5", "") "\x01" POINT("52", "0.5", ""))),
	    3, 0, 2, TRACK_CLOCK_UNKNOWN },
	{ "a prefix",
	    "<g:gpx xmlns:g='u'><g:trk><g:trkseg><g:trkpt lat='51.7' "
	    "lon='0.5'/></g:trkseg></g:trk></g:gpx>",
	    1, 0, 0, TRACK_CLOCK_UNKNOWN },
	{ "an encoding expat does not know",
	    "<?xml version='1.0' encoding='windows-1252'?><gpx><trk><name>\xe9"
	    "</name><trkseg>" POINT("51.7", "0.5", "") "</trkseg></trk></gpx>",
	    1, 0, 0, TRACK_CLOCK_UNKNOWN },
	{ "entities are refused",
	    "<!DOCTYPE gpx [<!ENTITY a \"b\">]><gpx>" TRACK(
		POINT("51.7", "0.5", "")) "</gpx>",
	    1, 0, 1, TRACK_CLOCK_UNKNOWN },
};

static void
test_cases(void **state)
{
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		hear(h, str_of(cases[i].text), "x");
		if (h->result != due(h) || h->fix_count != cases[i].fixes ||
		    h->waypoints != cases[i].waypoints ||
		    h->skip_count != cases[i].skips ||
		    h->about.clock != cases[i].clock)
			fail_msg("%s: %d, %zu fixes, %zu waypoints, %zu "
				 "skipped (%s), clock %s",
			    cases[i].label, h->result, h->fix_count,
			    h->waypoints, h->skip_count, h->skip_why[0],
			    track_clock_name(h->about.clock));
		assert_string_equal(h->about.format, "gpx");
	}
	free(h);
}

/* Every member of a fix, and the byte it stands at. */
static void
test_members(void **state)
{
	static const char text[] = GPX(TRACK(POINT("51.7", "0.5",
	    "<ele>41.5</ele><time>2026-01-14T10:42:07.5Z</time>"
	    "<extensions><x:TrackPointExtension xmlns:x='u'><x:speed>7.25"
	    "</x:speed><x:course>270</x:course><x:time>1999-01-01T00:00:00Z"
	    "</x:time></x:TrackPointExtension></extensions>"))
		TRACK(POINT(
		    "51.8", "0.6", "<speed>3</speed><course>12.5</course>")));
	struct heard *h = malloc(sizeof(*h));
	const struct track_fix *f = h->fixes;
	char time[CLOCK_TEXT_MAX];

	(void)state;
	hear(h, str_of(text), "x");
	assert_int_equal(h->fix_count, 2);
	assert_true(f[0].lat == 51.7 && f[0].lon == 0.5);
	assert_true(f[0].altitude_m == 41.5F && f[0].speed_mps == 7.25F);
	assert_true(f[0].course_deg == 270 && isnan(f[0].heading_deg));
	assert_string_equal(
	    clock_format_utc(f[0].time_ms, time), "2026-01-14T10:42:07.500Z");
	assert_memory_equal(text + f[0].offset, "<trkpt lat=\"51.7\"", 17);
	assert_int_equal(f[0].segment, 0);
	assert_memory_equal(text + f[1].offset, "<trkpt lat=\"51.8\"", 17);
	assert_int_equal(f[1].segment, 1);
	assert_true(f[1].time_ms == CLOCK_NONE && f[1].course_deg == 12.5F);
	assert_int_equal(f[1].clip_ms, -1);
	free(h);
}

/* After damage, offsets are still those of the file. */
static void
test_offsets_after_damage(void **state)
{
	static const char text[] = "<gpx><trk><trkseg>" POINT("51.7", "0.5",
	    "") "<trkpt <" POINT("51.9", "0.5", "") "</trkseg></trk></gpx>";
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	hear(h, str_of(text), "x");
	assert_int_equal(h->fix_count, 2);
	assert_memory_equal(
	    text + h->fixes[1].offset, "<trkpt lat=\"51.9\"", 17);
	assert_int_equal(h->fixes[1].segment, 1);
	assert_int_equal(h->skip_count, 1);
	assert_true(h->skip_at[0] > h->fixes[0].offset &&
		    h->skip_at[0] < h->fixes[1].offset);
	assert_non_null(strstr(h->skip_why[0], "line"));
	free(h);
}

static void
test_what_it_is_not(void **state)
{
	static const char *const texts[] = { "", "<kml></kml>", "gpx",
		"<gpxx/>", "<!-- <gpx> -->", "\xff\xfe<", "<?xml" };
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++) {
		hear(h, str_of(texts[i]), "x.gpx");
		assert_string_not_equal(h->about.format, "gpx");
	}
	free(h);
}

/* What it is, is said; text with a few zeroes is none of it. */
static void
test_wide_text(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *why;
	} wide[] = {
		{ "\xff\xfe<\0g\0p\0x\0", 10, "UTF-16" },
		{ "\xfe\xff\0<\0g\0p\0x", 10, "UTF-16" },
		{ "<\0?\0x\0m\0l\0 \0v\0e\0r\0", 18, "UTF-16" },
		{ "\0<\0?\0x\0m\0l\0 \0v\0e\0r", 18, "UTF-16" },
		{ "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 18,
		    "no track format" },
		{ "<\0?x\0ml version and so on", 24, "no track format" },
	};
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	for (size_t i = 0; i < LENGTH(wide); i++) {
		hear(h, str_make(wide[i].bytes, wide[i].len), "a.gpx");
		assert_int_equal(h->result, -1);
		assert_non_null(strstr(h->e.msg, wide[i].why));
	}
	free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wide_text),
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_offsets_after_damage),
		cmocka_unit_test(test_what_it_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
