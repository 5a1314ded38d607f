/* What clocks are judged to be, with the words of the evidence. */
#include "tracks_test.h"

#include "agent/tracks/clockbasis.h"

#define NONE   CLOCK_NONE
#define HOUR   INT64_C(3600000)
#define MINUTE INT64_C(60000)

/* 2026-07-10 and 2026-01-14, 10:42:07 each; imported a day later. */
#define SUMMER INT64_C(1783680127000)
#define WINTER INT64_C(1768387327000)
#define DAY    INT64_C(86400000)

#define ESSEX .has_place = true, .lat = 51.7343, .lon = 0.4691
#define PARIS .has_place = true, .lat = 48.85, .lon = 2.35
#define TRACK(c, f, t)                                            \
	.clock = TRACK_CLOCK_##c, .format = (f), .first_ms = (t), \
	.last_ms = (t) + 10 * MINUTE, .imported_ms = (t) + DAY

static const struct clockbasis_twin
    twin_receiver = { 7, HOUR, 1000, true, false },
    twin_software = { 7, HOUR, 2000, false, false },
    twin_behind = { 7, -HOUR, 2000, false, false },
    twin_near = { 7, 193000, 1000, true, false },
    twin_same = { 7, 1500, 1000, true, false },
    twin_odd = { 7, 40 * MINUTE, 2000, false, false },
    twin_set = { 7, 193000, 60000, false, true },
    twin_convoy = { 7, 7000, 2000, false, false };

static const struct {
	const char *what;
	struct clockbasis_facts facts;
	const char *name;
	enum track_clock clock;
	int64_t correction_ms, uncertainty_ms;
	const char *words; /* in the evidence */
} cases[] = {
	{ "a receiver's log", { TRACK(UTC, "nmea", SUMMER), ESSEX }, "a.nmea",
	    TRACK_CLOCK_UTC, 0, 1000, "from the satellites" },
	{ "an application's GPX", { TRACK(UTC, "gpx", SUMMER), ESSEX }, "a.gpx",
	    TRACK_CLOCK_UTC, 0, 2000, "say that they are UTC" },
	{ "GPS time", { TRACK(GPS, "nmea", SUMMER), ESSEX }, "a",
	    TRACK_CLOCK_GPS, -18000, 1000, "18 s ahead of UTC" },
	{ "a drone in summer", { TRACK(LOCAL, "dji-srt", SUMMER), ESSEX }, "a",
	    TRACK_CLOCK_LOCAL, -HOUR, MINUTE, "BST, an hour ahead" },
	{ "a drone in winter", { TRACK(LOCAL, "dji-srt", WINTER), ESSEX }, "a",
	    TRACK_CLOCK_LOCAL, 0, MINUTE, "GMT" },
	{ "a wall clock in Paris", { TRACK(LOCAL, "gpx", SUMMER), PARIS }, "a",
	    TRACK_CLOCK_LOCAL, NONE, 0, "the time in UTC is unknown" },
	{ "a wall clock nobody knows where", { TRACK(LOCAL, "gpx", SUMMER) },
	    "a", TRACK_CLOCK_LOCAL, NONE, 0, "unknown" },
	{ "the hour that comes twice",
	    /* 2026-10-25 01:20 on the wall */
	    { TRACK(LOCAL, "dji-srt", INT64_C(1792891200000)), ESSEX }, "a",
	    TRACK_CLOCK_LOCAL, 0, HOUR + MINUTE, "which hour it is" },
	{ "no zone, winter", { TRACK(UNKNOWN, "video", WINTER), ESSEX }, "a",
	    TRACK_CLOCK_UNKNOWN, 0, 5 * MINUTE, "both are the same" },
	{ "no zone, summer", { TRACK(UNKNOWN, "video", SUMMER), ESSEX }, "a",
	    TRACK_CLOCK_UNKNOWN, NONE, 0, "differ by an hour" },
	{ "no times", { .format = "kml", .first_ms = NONE, .last_ms = NONE },
	    "a", TRACK_CLOCK_UNKNOWN, NONE, 0, "no fix has a time" },
	{ "times of the name and the clip",
	    { TRACK(LOCAL, "video", SUMMER), ESSEX, .is_by_name = true },
	    "NO20260710-104207-000121.MP4", TRACK_CLOCK_LOCAL, -HOUR,
	    5 * MINUTE, "of the file's name" },
	{ "the BST hour, by its import",
	    { .clock = TRACK_CLOCK_UTC,
		.format = "gpx",
		.first_ms = SUMMER,
		.last_ms = SUMMER + 10 * MINUTE,
		.imported_ms = SUMMER - 40 * MINUTE,
		ESSEX },
	    "a.gpx", TRACK_CLOCK_LOCAL, -HOUR, 5 * MINUTE,
	    "written as if it were UTC" },
	{ "in the future",
	    { .clock = TRACK_CLOCK_UTC,
		.format = "gpx",
		.first_ms = SUMMER,
		.last_ms = SUMMER,
		.imported_ms = SUMMER - 3 * HOUR,
		ESSEX },
	    "a.gpx", TRACK_CLOCK_UNKNOWN, NONE, 0,
	    "ends 3 h 0 min 0 s after it was brought in" },
	{ "in the future, in winter",
	    { .clock = TRACK_CLOCK_UTC,
		.format = "gpx",
		.first_ms = WINTER,
		.last_ms = WINTER,
		.imported_ms = WINTER - 30 * MINUTE,
		ESSEX },
	    "a.gpx", TRACK_CLOCK_UNKNOWN, NONE, 0, "wrong by an unknown" },
	{ "the BST hour, by another track",
	    { TRACK(UTC, "gpx", SUMMER), ESSEX, .twin = &twin_software },
	    "a.gpx", TRACK_CLOCK_LOCAL, -HOUR, 4000,
	    "local time was written here" },
	{ "the other track has the BST hour",
	    { TRACK(UTC, "gpx", SUMMER), ESSEX, .twin = &twin_behind }, "a.gpx",
	    TRACK_CLOCK_UTC, 0, 2000, "local time was written there" },
	{ "the car behind in a convoy",
	    { TRACK(UTC, "gpx", SUMMER), ESSEX, .twin = &twin_convoy }, "a.gpx",
	    TRACK_CLOCK_UTC, 0, 2000, "one car drove behind the other" },
	{ "two that differ by no hour",
	    { TRACK(UTC, "gpx", SUMMER), ESSEX, .twin = &twin_odd }, "a.gpx",
	    TRACK_CLOCK_UNKNOWN, NONE, 0, "which of them is right" },
	{ "an hour in winter is no summer time",
	    { TRACK(UTC, "gpx", WINTER), ESSEX, .twin = &twin_software },
	    "a.gpx", TRACK_CLOCK_UNKNOWN, NONE, 0, "which of them is right" },
	{ "adrift against GPS sentences",
	    { TRACK(LOCAL, "dji-srt", WINTER), ESSEX, .twin = &twin_near },
	    "a.srt", TRACK_CLOCK_DRIFT, -193000, 3000,
	    "3 min 13 s earlier; that one has the satellites' time" },
	{ "a wall clock abroad, by another track",
	    { TRACK(LOCAL, "gpx", SUMMER), PARIS, .twin = &twin_receiver },
	    "a.gpx", TRACK_CLOCK_LOCAL, -HOUR, 3000,
	    "the same journey is track 7, in UTC 1 h 0 min 0 s earlier" },
	{ "adrift against one that somebody has set",
	    { TRACK(UTC, "gpx", SUMMER), ESSEX, .twin = &twin_set }, "a.gpx",
	    TRACK_CLOCK_DRIFT, -193000, 62000,
	    "set by a known place and time: this clock is adrift" },
	{ "beside a clock that somebody has set, a receiver",
	    { TRACK(UTC, "nmea", SUMMER), ESSEX, .twin = &twin_set }, "a.nmea",
	    TRACK_CLOCK_UTC, 0, 1000, "the satellites' time is believed" },
	{ "another track agrees",
	    { TRACK(UTC, "gpx", SUMMER), ESSEX, .twin = &twin_same }, "a.gpx",
	    TRACK_CLOCK_UTC, 0, 2000, "the same journey, agrees" },
	{ "a receiver is not overturned",
	    { TRACK(UTC, "nmea", SUMMER), ESSEX, .twin = &twin_software },
	    "a.nmea", TRACK_CLOCK_UTC, 0, 1000,
	    "satellites' time is believed" },
	{ "1,024 weeks behind its name",
	    { .clock = TRACK_CLOCK_UTC,
		.format = "nmea",
		.first_ms = SUMMER - 1024 * 7 * DAY,
		.last_ms = SUMMER - 1024 * 7 * DAY,
		.imported_ms = SUMMER + DAY,
		ESSEX },
	    "20260710_104200.nmea", TRACK_CLOCK_DRIFT, 1024 * 7 * DAY, 1000,
	    "rolled over" },
	{ "a camera's own clock, in BST, is slow",
	    { TRACK(UTC, "video", SUMMER), ESSEX },
	    "NO20260710-113855-000121.MP4", TRACK_CLOCK_UTC, 0, 1000,
	    "is 3 min 12 s behind" },
	{ "positions an hour behind a video's name",
	    { TRACK(UNKNOWN, "video", SUMMER), ESSEX },
	    "2026_0710_114207_730.MP4", TRACK_CLOCK_UNKNOWN, 0, 5 * MINUTE,
	    "its name is an hour ahead of them: they are UTC" },
	{ "positions an hour ahead of a video's creation time",
	    { TRACK(UNKNOWN, "video", SUMMER), ESSEX,
		.created_ms = SUMMER - HOUR - 20000 },
	    "a.mp4", TRACK_CLOCK_LOCAL, -HOUR, 5 * MINUTE,
	    "creation time is an hour behind them: they are London's time" },
	{ "a name of the same clock",
	    { TRACK(UNKNOWN, "video", SUMMER), ESSEX },
	    "2026_0710_104207_730.MP4", TRACK_CLOCK_UNKNOWN, NONE, 0,
	    "its name is of the clock that its times are of, which may show "
	    "either; the time in UTC is unknown" },
	{ "a name that says one thing and a creation time another",
	    { TRACK(UNKNOWN, "video", SUMMER), ESSEX, .created_ms = SUMMER },
	    "a.mp4", TRACK_CLOCK_UNKNOWN, NONE, 0, "may show either" },
	{ "a video that has nothing to compare",
	    { TRACK(UNKNOWN, "video", SUMMER), ESSEX }, "a.mp4",
	    TRACK_CLOCK_UNKNOWN, NONE, 0, "neither a time in its name" },
	{ "no hour, but three", { TRACK(UNKNOWN, "video", SUMMER), ESSEX },
	    "2026_0710_134207_730.MP4", TRACK_CLOCK_UNKNOWN, NONE, 0,
	    "differ by an hour; the time in UTC is unknown" },
	{ "a video made by a clock that shows UTC",
	    { TRACK(UTC, "video", SUMMER), ESSEX, .created_ms = SUMMER }, "a",
	    TRACK_CLOCK_UTC, 0, 1000, "creation time, as UTC, agrees" },
	{ "a video made by a clock that shows BST, when it was closed",
	    { TRACK(UTC, "video", SUMMER), ESSEX,
		.created_ms = SUMMER + HOUR + 11 * MINUTE },
	    "a", TRACK_CLOCK_UTC, 0, 1000,
	    "creation time, as London's time, agrees" },
	{ "a video made by a clock that is years off",
	    { TRACK(UTC, "video", WINTER), ESSEX,
		.created_ms = WINTER - 1000 * DAY },
	    "a", TRACK_CLOCK_UTC, 0, 1000,
	    "the camera's own clock is 1000 days behind UTC: that is not "
	    "believed" },
	{ "a video whose positions have no known time stays so",
	    { TRACK(UNKNOWN, "video", SUMMER), .created_ms = SUMMER }, "a",
	    TRACK_CLOCK_UNKNOWN, NONE, 0, "the time in UTC is unknown" },
	{ "a camera's own clock agrees", { TRACK(UTC, "video", SUMMER), ESSEX },
	    "2026_0710_114207_730.MP4", TRACK_CLOCK_UTC, 0, 1000,
	    "by the file's name, agrees" },
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct clockbasis_facts f = cases[i].facts;
		struct clockbasis b;

		f.name = str_of(cases[i].name);
		clockbasis_judge(&f, &b);
		if (b.clock != cases[i].clock ||
		    b.correction_ms != cases[i].correction_ms ||
		    b.uncertainty_ms != cases[i].uncertainty_ms ||
		    !strstr(b.why.p, cases[i].words))
			fail_msg("%s: clock %s, correction %lld, uncertainty "
				 "%lld: %s",
			    cases[i].what, track_clock_name(b.clock),
			    (long long)b.correction_ms,
			    (long long)b.uncertainty_ms, b.why.p);
		clockbasis_release(&b);
	}
}

static void
test_names(void **state)
{
	static const struct {
		const char *name, *time; /* "": none */
	} names[] = {
		{ "NO20191130-120156-000121.MP4", "2019-11-30T12:01:56Z" },
		{ "2021_1013_153757_730.MP4", "2021-10-13T15:37:57Z" },
		{ "2026-01-14 10.42.07.gpx", "2026-01-14T10:42:07Z" },
		{ "DJI_20231222115612_0001_D.SRT", "2023-12-22T11:56:12Z" },
		{ "front-2026-01-14T10:42:07.gpx", "2026-01-14T10:42:07Z" },
		{ "20260230_104207.gpx", "" },
		{ "20260229_104207.gpx", "" },
		{ "20240229_104207.gpx", "2024-02-29T10:42:07Z" },
		{ "20260114.gpx", "" },
		{ "20260114_256007.gpx", "" },
		{ "1234567890123456.gpx", "" },
		{ "GH010042.MP4", "" },
		{ "", "" },
	};
	char text[CLOCK_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < LENGTH(names); i++) {
		int64_t ms = clockbasis_name_time(str_of(names[i].name));

		assert_string_equal(
		    ms == CLOCK_NONE ? "" : clock_format_utc(ms, text),
		    names[i].time);
	}
}

static void
test_british(void **state)
{
	(void)state;
	assert_true(clockbasis_is_british(51.7343, 0.4691)); /* Chelmsford */
	assert_true(clockbasis_is_british(51.95, 1.29));     /* Harwich */
	assert_true(clockbasis_is_british(52.48, 1.76));     /* Lowestoft */
	assert_true(clockbasis_is_british(49.96, -5.2));     /* Lizard */
	assert_true(clockbasis_is_british(60.15, -1.15));    /* Lerwick */
	assert_true(clockbasis_is_british(51.13, 1.31));     /* Dover */
	assert_false(clockbasis_is_british(50.95, 1.85));    /* Calais */
	assert_false(clockbasis_is_british(49.92, 1.08));    /* Dieppe */
	assert_false(clockbasis_is_british(51.2, 2.9));      /* Ostend */
	assert_false(clockbasis_is_british(48.85, 2.35));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_british),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
