#include "tracks_test.h"

#include <math.h>

/* Add each sentence with its checksum and a line end. */
static void
add(struct buf *out, const char *sentence)
{
	unsigned sum = 0;

	for (const char *p = sentence + 1; *p; p++)
		sum ^= (unsigned char)*p;
	buf_addf(out, "%s*%02X\r\n", sentence, sum);
}

/* Sentences with "|" between; one that begins with "!" comes as it stands. */
static struct buf
log_of(const char *sentences)
{
	char *copy = strdup(sentences);
	char *rest = copy, *one;
	struct buf out = { 0 };

	while ((one = strsep(&rest, "|")) != NULL)
		if (one[0] == '!')
			buf_addf(&out, "%s\r\n", one + 1);
		else
			add(&out, one);
	free(copy);
	return out;
}

#define RMC(time, status, date)                                               \
	"$GPRMC," time "," status ",5144.0580,N,00028.1460,E,10.0,90.5," date \
	",,"
#define GGA(time, quality, height)                                            \
	"$GPGGA," time ",5144.0580,N,00028.1460,E," quality ",08,1.0," height \
	",M,47.0,M,,"

static const struct {
	const char *label;
	const char *sentences;
	size_t fixes, timed, skips;
	float height;     /* of the first fix; 0: not known */
	const char *last; /* time of the last fix */
} cases[] = {
	{ "RMC", RMC("104207.5", "A", "140126"), 1, 1, 0, 0,
	    "2026-01-14T10:42:07.500Z" },
	{ "void is no fix", RMC("104207", "V", "140126"), 0, 0, 0, 0, "" },
	{ "another talker", "$GNRMC,104207,A,5144.0,N,00028.0,W,,,140126,,", 1,
	    1, 0, 0, "2026-01-14T10:42:07Z" },
	{ "height before",
	    GGA("104207", "1", "41.5") "|" RMC("104207", "A", "140126"), 1, 1,
	    0, 41.5F, "2026-01-14T10:42:07Z" },
	{ "height behind",
	    RMC("104207", "A", "140126") "|" GGA("104207", "1", "41.5"), 1, 1,
	    0, 41.5F, "2026-01-14T10:42:07Z" },
	{ "height of another second",
	    RMC("104207", "A", "140126") "|" GGA("104208", "1", "41.5"), 1, 1,
	    0, 0, "2026-01-14T10:42:07Z" },
	{ "GGA does not count beside RMC",
	    RMC("104207", "V", "140126") "|" GGA("104207", "1", "41.5"), 0, 0,
	    0, 0, "" },
	{ "GGA alone", GGA("104207", "1", "41.5") "|" GGA("104208", "0", ""), 1,
	    0, 0, 41.5F, "" },
	{ "GGA dated by ZDA, past midnight",
	    "$GPZDA,235959,14,01,2026,00,00|" GGA(
		"235959", "1", "41.5") "|" GGA("000000", "1", "41.5"),
	    2, 2, 0, 41.5F, "2026-01-15T00:00:00Z" },
	{ "past midnight",
	    RMC("235959", "A", "140126") "|" RMC("000000", "A", "150126"), 2, 2,
	    0, 0, "2026-01-15T00:00:00Z" },
	{ "a rolled over week stands as it is", RMC("104207", "A", "010606"), 1,
	    1, 0, 0, "2006-06-01T10:42:07Z" },
	{ "last century", RMC("104207", "A", "010699"), 1, 1, 0, 0,
	    "1999-06-01T10:42:07Z" },
	{ "no date", RMC("104207", "A", ""), 1, 0, 0, 0, "" },
	{ "wrong checksum",
	    "!" RMC("104207", "A", "140126") "*00|" RMC(
		"104208", "A", "140126"),
	    1, 1, 1, 0, "2026-01-14T10:42:08Z" },
	{ "no checksum among others",
	    "!" RMC("104207", "A", "140126") "|" RMC("104208", "A", "140126"),
	    1, 1, 1, 0, "2026-01-14T10:42:08Z" },
	{ "no checksums at all",
	    "!" RMC("104207", "A", "140126") "|!" RMC("104208", "A", "140126"),
	    2, 2, 0, 0, "2026-01-14T10:42:08Z" },
	{ "noise before a sentence",
	    "!\x01\x02$GPRM$GPRMC,104207,A,5144.0,N,00028.0,E,,,140126,,*13", 1,
	    1, 0, 0, "2026-01-14T10:42:07Z" },
	{ "a banner and comments", "!# log|!|" RMC("104207", "A", "140126"), 1,
	    1, 0, 0, "2026-01-14T10:42:07Z" },
	{ "no place on Earth",
	    "$GPRMC,104207,A,9944.0,N,00028.0,E,,,140126,,|"
	    "$GPRMC,104208,A,5161.0,N,00028.0,E,,,140126,,|"
	    "$GPRMC,104209,A,,,,,,,140126,,",
	    0, 0, 3, 0, "" },
	{ "impossible times",
	    "$GPRMC,254207,A,5144.0,N,00028.0,E,,,140126,,|"
	    "$GPRMC,104207,A,5144.0,N,00028.0,E,,,321326,,",
	    2, 0, 0, 0, "" },
};

static void
expect_case(const struct heard *h, size_t i)
{
	char time[CLOCK_TEXT_MAX] = "";
	const struct track_fix *f = h->fixes;
	size_t timed = 0;

	for (size_t k = 0; k < h->fix_count; k++)
		timed += f[k].time_ms != CLOCK_NONE;
	if (h->fix_count > 0)
		track_time_text(
		    f[h->fix_count - 1].time_ms, TRACK_CLOCK_UTC, time);
	if (h->result != due(h) || h->fix_count != cases[i].fixes ||
	    timed != cases[i].timed || h->skip_count != cases[i].skips ||
	    strcmp(time, cases[i].last) != 0)
		fail_msg("%s: %zu fixes, %zu timed, %zu skipped (%s), last %s",
		    cases[i].label, h->fix_count, timed, h->skip_count,
		    h->skip_why[0], time);
	if (h->fix_count > 0 &&
	    (isnan(f->altitude_m) ? 0 : f->altitude_m) != cases[i].height)
		fail_msg(
		    "%s: height %g", cases[i].label, (double)f->altitude_m);
}

static void
test_cases(void **state)
{
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct buf text = log_of(cases[i].sentences);

		hear(h, buf_str(&text), "x");
		assert_string_equal(h->about.format, "nmea");
		expect_case(h, i);
		buf_clear(&text);
	}
	free(h);
}

static void
test_members(void **state)
{
	struct heard *h = malloc(sizeof(*h));
	struct buf text = log_of("!banner|" RMC(
	    "104207", "A", "140126") "|$GPRMC,104208,A,"
				     "2712.6522,S,00028.1460,W,0.0,,140126,,");
	const struct track_fix *f = h->fixes;

	(void)state;
	hear(h, buf_str(&text), "x");
	assert_int_equal(h->fix_count, 2);
	assert_true(fabs(f[0].lat - 51.7343) < 1e-9);
	assert_true(fabs(f[0].lon - 0.4691) < 1e-9);
	assert_true(fabsf(f[0].speed_mps - 5.14444F) < 1e-4F);
	assert_true(f[0].course_deg == 90.5F && isnan(f[1].course_deg));
	assert_true(fabs(f[1].lat + 27.21087) < 1e-9 && f[1].lon < 0);
	assert_memory_equal(text.p + f[0].offset, "$GPRMC,104207", 13);
	assert_memory_equal(text.p + f[1].offset, "$GPRMC,104208", 13);
	assert_int_equal(h->about.clock, TRACK_CLOCK_UTC);
	buf_clear(&text);
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
