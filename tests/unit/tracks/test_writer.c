/*
 * What others are given of a track: golden files in each form, with hostile
 * names, and the same fixes when they are read again.
 */
#include "tracks_test.h"

#include <math.h>

#include "agent/tracks/chunk.h"
#include "agent/tracks/writer.h"
#include "tests/unit/conf/golden.h"

#define T0     INT64_C(1783680127000) /* 2026-07-10 10:42:07 */
#define GOLDEN TEST_SOURCE_DIR "/tests/golden/tracks"

static const char *const forms[] = { "gpx", "geojson", "kml", "csv" };

/* Six fixes in two segments, one of them marked, after a link. */
static size_t
make_fixes(struct track_fix *f, unsigned char *marks)
{
	for (size_t i = 0; i < 7; i++) {
		f[i] = track_fix_at(100 * i);
		f[i].lat = 51.7343 + (double)i * 1e-4;
		f[i].lon = 0.4691 - (double)i * 1e-4;
		f[i].time_ms = T0 + (int64_t)i * 1500;
		f[i].segment = i >= 4;
		marks[i] = TRACK_MARK_KEEP;
	}
	marks[0] = TRACK_MARK_LINK;
	marks[2] = TRACK_MARK_OUTLIER;
	f[1].altitude_m = 31.5F;
	f[1].speed_mps = 12.25F;
	f[1].course_deg = 341.5F;
	f[3].heading_deg = 90.5F;
	f[3].uncertainty_m = 4.5F;
	f[3].clip_ms = 751000;
	return 7;
}

static struct writer_head
a_head(void)
{
	return (struct writer_head){
		.name = str_of("=cmd|' /C calc'!A0 <b>&\"\x01\xff\xef\xbf\xbf"
			       "]]> caf\xc3\xa9.gpx"),
		.unit = str_of("EP12,\"quoted\""),
		.class = "dashcam",
		.sha256 = "00ff",
		.clock = "local",
		.correction_ms = -3600000,
		.uncertainty_ms = 300000,
		.clock_why = str_of("it was recorded in Britain, where clocks "
				    "show BST"),
		.has_times = true,
	};
}

static void
write_form(const char *form, const struct writer_head *head,
    const struct track_fix *f, const unsigned char *marks, size_t count,
    struct buf *out)
{
	struct writer w;

	writer_init(&w, writer_kind_find(form), head, out);
	writer_add(&w, f, marks, count);
	writer_finish(&w);
}

static bool
is_golden(const char *name, const char *form, const struct writer_head *head,
    bool with_fixes)
{
	struct track_fix f[8];
	unsigned char marks[8];
	size_t count = make_fixes(f, marks);
	struct buf out = { 0 }, path = { 0 };
	bool same;

	write_form(form, head, f, marks, with_fixes ? count : 0, &out);
	buf_addf(&path, "%s/%s.%s", GOLDEN, name, form);
	same = golden_matches(path.p, buf_str(&out));
	buf_clear(&out);
	buf_clear(&path);
	return same;
}

static void
test_golden(void **state)
{
	bool same = true;

	(void)state;
	for (size_t i = 0; i < LENGTH(forms); i++) {
		struct writer_head head = a_head();

		same = is_golden("corrected", forms[i], &head, true) && same;
		head.name = str_of("front.gpx");
		head.unit = (struct str){ 0 };
		head.only_kept = true;
		head.correction_ms = CLOCK_NONE;
		head.clock_why = str_of("the time in UTC is unknown");
		same = is_golden("unknown", forms[i], &head, true) && same;
		head.has_times = false;
		head.sha256 = "";
		same = is_golden("empty", forms[i], &head, false) && same;
	}
	assert_true(same);
	assert_null(writer_kind_find("fit"));
}

/* What a form keeps of a fix beside place and time. */
static void
expect_near(float got, float want, float by)
{
	assert_true((isnan(got) && isnan(want)) || fabsf(got - want) <= by);
}

static void
expect_fix(const char *form, const struct track_fix *got,
    const struct track_fix *want, int64_t correction_ms)
{
	assert_true(fabs(got->lat - want->lat) < 1e-7);
	assert_true(fabs(got->lon - want->lon) < 1e-7);
	assert_true(got->time_ms == (want->time_ms == CLOCK_NONE
					    ? CLOCK_NONE
					    : want->time_ms + correction_ms));
	if (want->clip_ms < 0) /* else the row has another altitude */
		expect_near(got->altitude_m, want->altitude_m, 0.011F);
	if (strcmp(form, "gpx") == 0 || strcmp(form, "csv") == 0) {
		expect_near(got->speed_mps, want->speed_mps, 0.011F);
		expect_near(got->course_deg, want->course_deg, 0.11F);
	}
}

/* Thousands of fixes, in pieces, with and without times, come back. */
static void
test_read_again(void **state)
{
	static struct track_fix f[3 * CHUNK_FIXES_MAX];
	static unsigned char marks[3 * CHUNK_FIXES_MAX];
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	for (size_t i = 0; i < LENGTH(f); i++) {
		f[i] = track_fix_at(i);
		f[i].lat = 51.7 + (double)i * 1e-5;
		f[i].lon = -0.5 + (double)i * 1e-5;
		f[i].segment = (uint32_t)(i / 150);
		f[i].time_ms =
		    i % 17 == 5 ? CLOCK_NONE : T0 + (int64_t)i * 1001;
		f[i].altitude_m = i % 3 ? (float)i / 7 : NAN;
		f[i].speed_mps = i % 4 ? (float)i / 50 : NAN;
		f[i].course_deg = i % 5 ? (float)(i % 360) : NAN;
	}
	for (size_t k = 0; k < 2 * LENGTH(forms); k++) {
		const char *form = forms[k / 2];
		struct writer_head head = a_head();
		struct buf out = { 0 };
		struct writer w;

		head.has_times = k % 2 == 0;
		writer_init(&w, writer_kind_find(form), &head, &out);
		for (size_t i = 0; i < LENGTH(f); i += CHUNK_FIXES_MAX) {
			for (size_t n = 0; k % 2 && n < CHUNK_FIXES_MAX; n++)
				f[i + n].time_ms = CLOCK_NONE;
			writer_add(&w, f + i, marks + i, CHUNK_FIXES_MAX);
		}
		writer_finish(&w);
		hear(h, buf_str(&out), strcmp(form, "csv") ? "x" : "x.csv");
		if (h->result != 0 || h->fix_count != LENGTH(f))
			fail_msg("%s: %d, %zu fixes: %s", form, h->result,
			    h->fix_count, h->e.msg);
		assert_int_equal(h->skip_count, 0);
		for (size_t i = 0; i < LENGTH(f); i++)
			expect_fix(form, &h->fixes[i], &f[i], -3600000);
		if (strcmp(form, "gpx") == 0)
			assert_int_equal(h->fixes[LENGTH(f) - 1].segment, 2);
		buf_clear(&out);
		for (size_t i = 0; i < LENGTH(f); i++)
			f[i].time_ms =
			    i % 17 == 5 ? CLOCK_NONE : T0 + (int64_t)i * 1001;
	}
	free(h);
}

/* A fix from an outside program has no byte, and none is written. */
static void
test_no_byte(void **state)
{
	const struct writer_head head = a_head();
	struct track_fix f = track_fix_at(TRACK_OFFSET_NONE);
	const unsigned char mark = TRACK_MARK_KEEP;
	struct buf out = { 0 };

	(void)state;
	f.lat = 51.7;
	f.lon = 0.4;
	write_form("csv", &head, &f, &mark, 1, &out);
	assert_non_null(strstr(out.p, ",0,,kept,"));
	assert_null(strstr(out.p, "18446744073709551615"));
	buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_read_again),
		cmocka_unit_test(test_no_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
