#include "tracks_test.h"

#include <math.h>

#define CUE "7\n00:01:02,040 --> 00:01:02,080\n"

static const struct {
	const char *label;
	const char *text;
	double lat, lon;
	const char *time;
	int64_t clip_ms;
} cases[] = {
	{ "HOME and GPS",
	    CUE "HOME(0.4690,51.7340) 2017.8.5 14:11:51\n"
		"GPS(0.4691,51.7343,16) Hb:1.9 Hs:1.9\nISO:100\n",
	    51.7343, 0.4691, "2017-08-05T14:11:51", 62040 },
	{ "barometer",
	    CUE "HOME(149.0251,-20.2532) 2017.07.29 15:18:50\n"
		"GPS(149.0251,-20.2533,14) BAROMETER:0.0\n",
	    -20.2533, 149.0251, "2017-07-29T15:18:50", 62040 },
	{ "misspelt, no time line",
	    "1\n2017.08.05 14:11:51,393,525,393,525\n[latitude : -20.2533] "
	    "[longtitude : 149.0251] [iso : 100]\n",
	    -20.2533, 149.0251, "2017-08-05T14:11:51.393", -1 },
	{ "font, frames, byte-order mark",
	    "\xef\xbb\xbf" CUE
	    "<font size=\"36\">FrameCnt : 218, DiffTime : 40ms\n"
	    "2019-09-27 10:28:08,438,904\n[iso : 110] [latitude : 51.7343] "
	    "[longtitude : 0.4691] </font>\n",
	    51.7343, 0.4691, "2019-09-27T10:28:08.438", 62040 },
	{ "heights in one bracket, CRLF",
	    "7\r\n00:01:02,040 --> 00:01:02,080\r\n"
	    "2021-12-25 12:27:52.373\r\n[latitude: 51.7343] "
	    "[longitude: 0.4691] [rel_alt: -2.400 abs_alt: 40.5] </font>\r\n",
	    51.7343, 0.4691, "2021-12-25T12:27:52.373", 62040 },
	{ "one line, no time",
	    CUE "F/2.8, SS 30.15, ISO 260, EV -1.7, GPS (0.4691, 51.7343, 17), "
		"D 221.21m, H 200.70m, H.S 4.50m/s, V.S n/a\n",
	    51.7343, 0.4691, "", 62040 },
	{ "latitude first, told by the British Isles",
	    CUE "GPS (51.7343, 0.4691, 17), D 1m\n", 51.7343, 0.4691, "",
	    62040 },
	{ "latitude first, told by a longitude",
	    CUE "GPS(-20.2533, 149.0251, 17)\n", -20.2533, 149.0251, "",
	    62040 },
	{ "undecided is longitude first", CUE "GPS(8.2090, 47.4692, 18)\n",
	    47.4692, 8.209, "", 62040 },
	{ "an hour of more digits than milliseconds have",
	    "1\n00:99999999999999990:01,000 --> 1\n2017.08.05 14:11:51\n"
	    "[latitude: 51.7] [longitude: 0.4]\n",
	    51.7, 0.4, "2017-08-05T14:11:51", -1 },
	{ "a minute that is none",
	    "1\n00:60:01,000 --> 1\n2017.08.05 14:11:51\n"
	    "[latitude: 51.7] [longitude: 0.4]\n",
	    51.7, 0.4, "2017-08-05T14:11:51", -1 },
};

static void
test_cases(void **state)
{
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char time[CLOCK_TEXT_MAX];
		const struct track_fix *f = h->fixes;

		hear(h, str_of(cases[i].text), "x");
		if (h->result != due(h) || h->fix_count != 1 ||
		    h->skip_count > 0)
			fail_msg("%s: %zu fixes, skipped %s, %s",
			    cases[i].label, h->fix_count, h->skip_why[0],
			    h->e.msg);
		assert_string_equal(h->about.format, "dji-srt");
		track_time_text(f->time_ms, h->about.clock, time);
		if (f->lat != cases[i].lat || f->lon != cases[i].lon ||
		    f->clip_ms != cases[i].clip_ms ||
		    strcmp(time, cases[i].time) != 0)
			fail_msg("%s: %g %g at %s, clip %lld", cases[i].label,
			    f->lat, f->lon, time, (long long)f->clip_ms);
		assert_true(cases[i].text[f->offset] == '[' ||
			    cases[i].text[f->offset] == 'G');
	}
	free(h);
}

/* The order in GPS(…) is one for the file, though one position decides it. */
static void
test_order_is_the_files(void **state)
{
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	hear(h,
	    str_of("1\n00:00:01,000 --> 00:00:02,000\nGPS(8.2, 47.4, 9)\n\n"
		   "2\n00:00:02,000 --> 00:00:03,000\nGPS(8.2, 147.4, 9)\n"),
	    "x");
	assert_int_equal(h->fix_count, 2);
	assert_true(h->fixes[0].lat == 8.2 && h->fixes[0].lon == 47.4);
	free(h);
}

static void
test_damage(void **state)
{
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	hear(h,
	    str_of("1\n00:00:01,000 --> 00:00:02,000\nGPS(8.2, 47.4, 9)\n\n"
		   "2\n00:00:02,000 --> 00:00:03,000\nGPS(8.2, 4\n\n"
		   "3\n00:00:03,000 --> 00:00:04,000\nGPS(n/a, n/a, 0)\n\n"
		   "4\n00:00:04,000 --> 00:00:05,000\nISO:100\n\n"
		   "5\n00:00:xx --> 00:00:06,000\nGPS(8.2, 47.5, 9)\n\n"
		   "6\n00:00:06,000 --> 00:00:07,000\n"),
	    "x");
	assert_int_equal(h->fix_count, 2);
	assert_int_equal(h->skip_count, 4);
	assert_int_equal(h->fixes[1].clip_ms, -1);
	assert_non_null(strstr(h->skip_why[3], "without a position"));
	free(h);
}

static void
test_members(void **state)
{
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	hear(h, str_of(cases[4].text), "x");
	assert_true(h->fixes[0].altitude_m == 40.5F);
	assert_int_equal(h->about.clock, TRACK_CLOCK_LOCAL);
	hear(h, str_of(cases[5].text), "x");
	assert_true(h->fixes[0].speed_mps == 4.5F);
	assert_true(isnan(h->fixes[0].altitude_m));
	/* Subtitles of a film are none of ours. */
	hear(h, str_of(CUE "Where were you at ten?\n"), "x.srt");
	assert_string_equal(h->about.format, "unknown");
	free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_order_is_the_files),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
