/*
 * Lines as exiftool 12.57 prints them, of whole, of odd and of damaged clips.
 */
#include "tracks_test.h"

#include <math.h>

#include "agent/tracks/exiflines.h"

/* Feed text in pieces of step bytes and hear what comes. */
static void
hear_lines(struct heard *h, const char *text, size_t step)
{
	const struct reader_sink sink = { .user = h,
		.fix = hear_fix,
		.waypoint = hear_waypoint,
		.skip = hear_skip };
	struct exiflines *x = exiflines_new();
	size_t len = strlen(text);

	memset(h, 0, sizeof(*h));
	for (size_t at = 0; at < len && h->result == 0; at += step)
		h->result = exiflines_feed(x,
		    str_make(text + at, len - at < step ? len - at : step),
		    &h->e);
	if (h->result == 0)
		h->result = exiflines_finish(x, &sink, &h->e);
	exiflines_free(&x);
	assert_null(x);
}

#define WARNING(text)  "[Main]          Warning   : " text "\n"
#define SAMPLE(doc, s) "[Doc" #doc "]   SampleTime    : " #s "\n"
#define TIME(doc, t)   "[Doc" #doc "]   GPSDateTime   : " t "\n"
#define PLACE(doc, lat, lon)                         \
	"[Doc" #doc "]   GPSLatitude   : " #lat "\n" \
	"[Doc" #doc "]   GPSLongitude  : " #lon "\n"
#define TAG(doc, name, v) "[Doc" #doc "]   " name "   : " v "\n"

static const struct {
	const char *text;
	int result;
	size_t fixes, waypoints, skips;
} cases[] = {
	/* nothing, and lines that are none of ours */
	{ "", 0, 0, 0, 0 },
	{ "no line\n[\n]: \n[Doc1] GPSLatitude\n", 0, 0, 0, 0 },
	/* a position a sample; several in one, each begun by its time */
	{ PLACE(1, 51.7, 0.4) PLACE(2, 51.8, 0.5), 2, 2, 0, 0 },
	{ TIME(1, "2026:01:14 10:42:07Z") PLACE(1, 51.7, 0.4)
		TIME(1, "2026:01:14 10:42:08Z") PLACE(1, 51.8, 0.4),
	    2, 2, 0, 0 },
	/* half a position is none */
	{ TAG(1, "GPSLatitude", "51.7") TAG(2, "GPSLongitude", "0.4"), 0, 0, 0,
	    0 },
	/* the whole clip's place is a mark */
	{ "[Main] GPSLatitude : 51.7\n[Main] GPSLongitude : 0.4\n", 1, 0, 1,
	    0 },
	/* the last line without its end */
	{ PLACE(1, 51.7, 0.4) "[Doc2] GPSLatitude : 51.8\n"
			      "[Doc2] GPSLongitude : 0.4",
	    2, 2, 0, 0 },
	/* a warning is passed on */
	{ WARNING("Truncated 'mdat' data") PLACE(1, 51.7, 0.4), 1, 1, 0, 1 },
	/* one of two is nonsense, so none is believed */
	{ PLACE(1, 51.7, 0.4) PLACE(2, 8059.6, 0.4), -1, 0, 0, 0 },
	{ PLACE(1, 51.7, 0.4) PLACE(2, 51.7, nan), -1, 0, 0, 0 },
	{ PLACE(1, 51.7, 0.4) TAG(1, "GPSSpeed", "111034"), -1, 0, 0, 0 },
	{ PLACE(1, 51.7, 0.4) TAG(1, "GPSAltitude", "1e30"), -1, 0, 0, 0 },
	/* one of twelve: the others are */
	{ PLACE(1, 51.7, 0.4) PLACE(2, 51.7, 0.4) PLACE(3, 51.7, 0.4) PLACE(
	      4, 51.7, 0.4) PLACE(5, 51.7, 0.4) PLACE(6, 51.7, 0.4)
		PLACE(7, 51.7, 0.4) PLACE(8, 51.7, 0.4) PLACE(9, 51.7, 0.4)
		    PLACE(10, 51.7, 0.4) PLACE(11, 51.7, 0.4) PLACE(12, 0, 0),
	    11, 11, 0, 1 },
};

static void
test_cases(void **state)
{
	static const size_t steps[] = { 1, 7, 100000 };
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++)
		for (size_t k = 0; k < LENGTH(steps); k++) {
			hear_lines(h, cases[i].text, steps[k]);
			if (h->result != cases[i].result ||
			    h->fix_count != cases[i].fixes ||
			    h->waypoints != cases[i].waypoints ||
			    h->skip_count != cases[i].skips)
				fail_msg("case %zu by %zu: result %d, %zu "
					 "fixes, %zu waypoints, %zu skips",
				    i, steps[k], h->result, h->fix_count,
				    h->waypoints, h->skip_count);
		}
	free(h);
}

static void
test_members(void **state)
{
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	hear_lines(h,
	    SAMPLE(1, 0) SAMPLE(2, 1.001) TIME(2, "2026:01:14 10:42:07.526Z")
		PLACE(2, 51.7, 0.4) TAG(2, "GPSAltitude", "15.5")
		    TAG(2, "GPSSpeed", "36") TAG(2, "GPSTrack", "271.5")
			TAG(2, "GPSImgDirection", "90")
			    TAG(2, "GPSHPositioningError", "4.5"),
	    9);
	assert_int_equal(h->fix_count, 1);
	assert_true(h->fixes[0].lat == 51.7 && h->fixes[0].lon == 0.4);
	assert_true(h->fixes[0].time_ms == 1768387327526);
	assert_int_equal(h->fixes[0].clip_ms, 1001);
	assert_true(h->fixes[0].offset == TRACK_OFFSET_NONE);
	assert_true(h->fixes[0].altitude_m == 15.5F);
	assert_true(fabsf(h->fixes[0].speed_mps - 10) < 1e-5F);
	assert_true(h->fixes[0].course_deg == 271.5F);
	assert_true(h->fixes[0].heading_deg == 90);
	assert_true(h->fixes[0].uncertainty_m == 4.5F);
	/* The next position has none of that; nor a time that is no time. */
	hear_lines(h,
	    PLACE(1, 51.7, 0.4) TAG(1, "GPSAltitude", "15.5")
		TIME(2, "0000:00:00 00:00:00") PLACE(2, 51.7, 0.4),
	    9);
	assert_int_equal(h->fix_count, 2);
	assert_true(isnan(h->fixes[1].altitude_m));
	assert_true(h->fixes[0].time_ms == CLOCK_NONE);
	assert_true(h->fixes[1].time_ms == CLOCK_NONE);
	assert_int_equal(h->fixes[1].clip_ms, -1);
	free(h);
}

/* Letters beside a number: which half of the Earth, which unit. */
static void
test_references(void **state)
{
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	hear_lines(h,
	    PLACE(1, 33.5, 70.25) TAG(1, "GPSLatitudeRef", "S")
		TAG(1, "GPSLongitudeRef", "W") TAG(1, "GPSSpeed", "10") TAG(
		    1, "GPSSpeedRef", "N") TAG(1, "GPSAltitude", "12")
		    TAG(1, "GPSAltitudeRef", "1") PLACE(2, -33.5, -70.25) TAG(
			2, "GPSLatitudeRef", "S") TAG(2, "GPSLongitudeRef", "W")
			TAG(2, "GPSSpeed", "10") TAG(2, "GPSSpeedRef", "M"),
	    11);
	assert_int_equal(h->fix_count, 2);
	for (size_t i = 0; i < 2; i++)
		assert_true(
		    h->fixes[i].lat == -33.5 && h->fixes[i].lon == -70.25);
	assert_true(fabsf(h->fixes[0].speed_mps - 5.14444F) < 1e-4F);
	assert_true(fabsf(h->fixes[1].speed_mps - 4.4704F) < 1e-4F);
	assert_true(h->fixes[0].altitude_m == -12);
	free(h);
}

/* Times that exiftool makes of the camera's clock are not the recorder's. */
static void
test_guessed_times(void **state)
{
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	hear_lines(h,
	    WARNING("[minor] Approximating GPSDateTime as CreateDate + "
		    "SampleTime") SAMPLE(1, 12.5)
		TIME(1, "2014:11:14 07:34:24.000Z") PLACE(1, 52.19, 20.78),
	    5);
	assert_int_equal(h->fix_count, 1);
	assert_true(h->fixes[0].time_ms == CLOCK_NONE);
	assert_int_equal(h->fixes[0].clip_ms, 12500);
	assert_int_equal(h->skip_count, 1);
	free(h);
}

/* What a hostile clip could make it say. */
static void
test_hostile(void **state)
{
	struct heard *h = malloc(sizeof(*h));
	struct buf text = { 0 };

	(void)state;
	/* a line without end, samples of absurd numbers and times */
	for (int i = 0; i < 100000; i++)
		buf_add_text(&text, "[Doc99999999999999999999] ");
	buf_add_text(&text,
	    "\n[Doc4000000000] SampleTime : 1\n[Doc5] SampleTime : -1\n"
	    "[Doc6] SampleTime : 1e300\n[Doc7] SampleTime : inf\n" PLACE(
		5, 51.7, 0.4) PLACE(6, 51.7, 0.4) PLACE(7, 51.7, 0.4)
		PLACE(4000000000, 51.7, 0.4));
	buf_add_char(&text, '\0');
	hear_lines(h, text.p, 4096);
	assert_int_equal(h->fix_count, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(h->fixes[i].clip_ms, -1);
	buf_clear(&text);
	free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_guessed_times),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
