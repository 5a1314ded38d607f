#include "tracks_test.h"

#include <math.h>

static const struct {
	const char *label;
	const char *text;
	const char *map;
	size_t fixes, skips;
	const char *time; /* of the first */
	float altitude;   /* 0: not known */
} cases[] = {
	{ "AirData",
	    "time(millisecond),datetime(utc),latitude,longitude,"
	    "altitude_above_seaLevel(feet),speed(mph), compass_heading(degrees)"
	    "\n0,2026-01-14 10:42:07,51.7343,0.4691,100,10, 90\n",
	    NULL, 1, 0, "2026-01-14T10:42:07Z", 30.48F },
	{ "a DJI export",
	    "CUSTOM.updateTime,OSD.latitude,OSD.longitude,OSD.altitude [m]\n"
	    "2026/01/14 10:42:07.701,51.7343,0.4691,41.5\n",
	    NULL, 1, 0, "2026-01-14T10:42:07.701", 41.5F },
	{ "semicolons, byte-order mark, CRLF",
	    "\xef\xbb\xbfLat;Lon;Time\r\n51.7343;0.4691;2026-01-14T10:42:07Z\r\n",
	    NULL, 1, 0, "2026-01-14T10:42:07Z", 0 },
	{ "tabs and an epoch", "lat\tlng\tepoch\n51.7343\t0.4691\t1768387327\n",
	    NULL, 1, 0, "2026-01-14T10:42:07Z", 0 },
	{ "milliseconds", "lat,lon,time\n51.7343,0.4691,1768387327500\n", NULL,
	    1, 0, "2026-01-14T10:42:07.500Z", 0 },
	{ "without names",
	    "trk0,seg0,51.7343 0.4691,41,1768387327\n"
	    "trk0,seg0,51.7344 0.4691,41,1768387328\n",
	    NULL, 2, 0, "2026-01-14T10:42:07Z", 0 },
	{ "a map by names and numbers",
	    "Breite,x,Zeit,Hoehe (ft)\n51.7343,0.4691,2026-01-14 10:42,100\n",
	    "lat=breite,lon=2,time=ZEIT,altitude=hoehe", 1, 0,
	    "2026-01-14T10:42:00", 30.48F },
	{ "rows without a position",
	    "lat,lon\n,\n51.7343,0.4691\n0,0\nx,y\n91,0.4\n51.7343\n", NULL, 1,
	    5, "", 0 },
	{ "a quoted field over two lines",
	    "lat,lon,message\n51.7343,0.4691,\"one\ntwo\"\n51.8,0.5,ok\n", NULL,
	    2, 0, "", 0 },
	{ "no end of line at the end", "lat,lon\n51.7343,0.4691", NULL, 1, 0,
	    "", 0 },
};

static void
hear_mapped(struct heard *h, const char *text, const char *map)
{
	struct source *s = source_of(str_of(text), "x.csv");

	hear_source(h, s, map);
	source_close(&s);
}

static void
test_cases(void **state)
{
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char time[CLOCK_TEXT_MAX];
		const struct track_fix *f = h->fixes;

		hear_mapped(h, cases[i].text, cases[i].map);
		track_time_text(f->time_ms, h->about.clock, time);
		if (h->result < 0 || h->fix_count != cases[i].fixes ||
		    h->skip_count != cases[i].skips ||
		    strcmp(time, cases[i].time) != 0)
			fail_msg("%s: %zu fixes, %zu skipped, \"%s\" %s",
			    cases[i].label, h->fix_count, h->skip_count, time,
			    h->e.msg);
		assert_string_equal(h->about.format, "drone-csv");
		assert_true(f->lat == 51.7343 && f->lon == 0.4691);
		if (fabsf((isnan(f->altitude_m) ? 0 : f->altitude_m) -
			  cases[i].altitude) > 1e-3F)
			fail_msg("%s: height %g", cases[i].label,
			    (double)f->altitude_m);
	}
	free(h);
}

static void
test_members(void **state)
{
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	hear_mapped(h, cases[0].text, NULL);
	assert_true(fabsf(h->fixes[0].speed_mps - 4.4704F) < 1e-4F);
	assert_true(h->fixes[0].heading_deg == 90);
	hear_mapped(h, cases[8].text, NULL);
	assert_memory_equal(cases[8].text + h->fixes[0].offset, "51.7343,", 8);
	assert_memory_equal(cases[8].text + h->fixes[1].offset, "51.8,", 5);
	free(h);
}

static const struct {
	const char *text, *map, *said;
} refusals[] = {
	{ "a,b\n1,2\n", NULL, "name them with --map" },
	{ "a,b\n1,2\n", "lat=a,lon=c", "names the column \"c\"" },
	{ "a,b\n1,2\n", "lat=a,lon=3", "names the column \"3\"" },
	{ "a,b\n1,2\n", "lat=a", "no lat and lon" },
	{ "a,b\n1,2\n", "latt=a", "which is none of lat, lon" },
	{ "a,b\n1,2\n", "lat", "not ROLE=COLUMN" },
};

static void
test_refusals(void **state)
{
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	for (size_t i = 0; i < LENGTH(refusals); i++) {
		hear_mapped(h, refusals[i].text, refusals[i].map);
		assert_int_equal(h->result, -1);
		if (!strstr(h->e.msg, refusals[i].said))
			fail_msg("\"%s\" does not say \"%s\"", h->e.msg,
			    refusals[i].said);
	}
	free(h);
}

/*
 * Loggers that write the half of the Earth, the date and the time in columns of
 * their own.  Without the first, what is west of Greenwich would be east of it.
 */
static void
test_halves_and_dates(void **state)
{
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	hear(h,
	    str_of("INDEX,DATE,TIME,LATITUDE,N/S,LONGITUDE,E/W\n"
		   "1,2026/01/14,10:42:07,51.5,N,0.25,W\n"
		   "2,2026/01/14,10:42:08.5,33.5,S,70.25,E\n"
		   "3,2026/01/14,10:42:09,-33.5,S,-70.25,W\n"
		   "4,2026/01/14,10:42:10,51.5,,0.25,W\n"
		   "5,2026/01/14,10:42:10,51.5,N,0.25,north\n"
		   "6,,10:42:10,51.5,N,0.25,e\n"),
	    "x.csv");
	assert_int_equal(h->result, 0);
	assert_int_equal(h->fix_count, 4);
	assert_true(h->fixes[0].lat == 51.5 && h->fixes[0].lon == -0.25);
	assert_true(h->fixes[1].lat == -33.5 && h->fixes[1].lon == 70.25);
	assert_true(h->fixes[2].lat == -33.5 && h->fixes[2].lon == -70.25);
	assert_true(h->fixes[3].lon == 0.25);
	assert_int_equal(h->skip_count, 2);
	assert_true(h->fixes[0].time_ms == 1768387327000);
	assert_true(h->fixes[1].time_ms == 1768387328500);
	assert_true(h->fixes[3].time_ms == CLOCK_NONE);
	assert_int_equal(h->about.clock, TRACK_CLOCK_LOCAL);
	/* A date beside a whole date and time is left alone. */
	hear(h, str_of("lat,lon,date,time\n51.5,0.25,x,2026-01-14T10:42:07Z\n"),
	    "x.csv");
	assert_true(h->fixes[0].time_ms == 1768387327000);
	assert_int_equal(h->about.clock, TRACK_CLOCK_UTC);
	free(h);
}

/* The file beside 70mai's clips is no table. */
static void
test_mai(void **state)
{
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	hear(h,
	    str_of("$V02\n1768387327,A,51.7343,0.4691,7500,638,0,98\n"
		   "1768387328,V,0,0,0,0,0,0\n1768387329,A,95,0,0,0\n"
		   "1768387330,A,51\n"),
	    "x.txt");
	assert_string_equal(h->about.format, "video");
	assert_int_equal(h->fix_count, 1);
	assert_int_equal(h->skip_count, 2);
	assert_true(h->fixes[0].course_deg == 75);
	assert_true(h->fixes[0].time_ms == 1768387327000);
	free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_halves_and_dates),
		cmocka_unit_test(test_mai),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
