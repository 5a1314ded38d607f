/* Borders are drawn once, and only those that say something. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/base/jsonw.h"
#include "agent/geo/outlines.h"

/* Four squares that meet: south rural and urban, north both rural. */
static const char four[] =
    "{\"type\":\"FeatureCollection\",\"features\":["
    "{\"type\":\"Feature\",\"properties\":{\"code\":\"A\",\"lad_name\":\"X\","
    "\"is_rural\":true},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
    "[[[0,51],[1,51],[1,52],[0,52],[0,51]]]}},"
    "{\"type\":\"Feature\",\"properties\":{\"code\":\"B\",\"lad_name\":\"X\","
    "\"is_rural\":false},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
    "[[[1,51],[2,51],[2,52],[1,52],[1,51]]]}},"
    "{\"type\":\"Feature\",\"properties\":{\"code\":\"C\",\"lad_name\":\"Y\","
    "\"is_rural\":true},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
    "[[[0,52],[1,52],[1,53],[0,53],[0,52]]]}},"
    "{\"type\":\"Feature\",\"properties\":{\"code\":\"D\",\"lad_name\":\"Y\","
    "\"is_rural\":true},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
    "[[[1,52],[2,52],[2,53],[1,53],[1,52]]]}}]}";

static struct outlines *
load(struct str text)
{
	struct outlines *o = NULL;
	struct err e = { 0 };

	if (outlines_load(text, &o, &e) < 0)
		fail_msg("%s", e.msg);
	return o;
}

static void
draw(const struct outlines *o, const struct outlines_view *v, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_array(&w);
	outlines_write(o, v, &w);
	jsonw_close(&w);
}

static size_t
count_of(const struct buf *b, const char *words)
{
	size_t n = 0;

	for (const char *at = b->p; (at = strstr(at, words)); at++)
		n++;
	return n;
}

static void
test_what_is_drawn(void **state)
{
	const struct outlines_view v = { -1, 50, 3, 54, 9 };
	struct outlines *o = load(str_of(four));
	struct buf got = { 0 };

	(void)state;
	assert_int_equal(outlines_count(o), 4);
	draw(o, &v, &got);
	/*
	 * Districts: the outside, and the line between X and Y, each once;
	 * rural-urban: B against A and against D, and not the outside.
	 */
	assert_int_equal(count_of(&got, "\"district\""), 1);
	assert_non_null(strstr(got.p, "\"rural-urban\""));
	assert_null(strstr(got.p, "\"area\""));
	buf_clear(&got);
	outlines_free(&o);
	outlines_free(&o);
}

static void
test_areas_near_by(void **state)
{
	const struct outlines_view v = { 0.4, 51.4, 0.6, 51.6, 13 };
	struct outlines *o = load(str_of(four));
	struct buf got = { 0 };

	(void)state;
	draw(o, &v, &got);
	assert_int_equal(count_of(&got, "\"kind\":\"area\""), 1);
	assert_non_null(strstr(got.p, "\"code\":\"A\",\"district\":\"X\","
				      "\"class\":\"rural\""));
	buf_clear(&got);
	outlines_free(&o);
}

/* What is between A and B, and B and D, is drawn once, in one line each. */
static void
test_a_border_once(void **state)
{
	const struct outlines_view v = { -1, 50, 3, 54, 9 };
	struct outlines *o = load(str_of(four));
	struct buf got = { 0 };

	(void)state;
	draw(o, &v, &got);
	/* Brackets: of coordinates, two lines, and two points each. */
	assert_int_equal(
	    count_of(
		&(struct buf){ .p = strstr(got.p, "\"rural-urban\"") }, "["),
	    1 + 2 + 2 * 2);
	buf_clear(&got);
	outlines_free(&o);
}

static void
test_what_is_refused(void **state)
{
	static const char *const bad[] = { "", "{}", "[]",
		"{\"type\":\"FeatureCollection\",\"features\":[{}]}",
		"{\"type\":\"FeatureCollection\",\"features\":[{\"type\":"
		"\"Feature\",\"properties\":{\"code\":\"A\",\"is_rural\":1},"
		"\"geometry\":null}]}" };
	struct outlines *o = NULL;
	struct err e = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_int_equal(outlines_load(str_of(bad[i]), &o, &e), -1);
		assert_null(o);
	}
}

/* The county's own, where it lies beside the tree: small at each zoom. */
static void
test_the_county(void **state)
{
	static const char path[] =
	    TEST_SOURCE_DIR "/../shared/data/geo/essex-lsoa.geojson";
	struct buf text = { 0 };
	struct outlines *o;
	struct err e = { 0 };

	(void)state;
	if (access(path, R_OK) != 0) {
		print_message("skipped: %s is not there\n", path);
		skip();
	}
	assert_int_equal(files_read(path, 64U << 20, &text, &e), 0);
	o = load(buf_str(&text));
	for (int zoom = 7; zoom <= 16; zoom++) {
		/* Some 1,300 by 700 pixels around Chelmsford. */
		double half = 360.0 / 256 / (1 << zoom) * 650;
		const struct outlines_view v = { 0.47 - half, 51.73 - half / 3,
			0.47 + half, 51.73 + half / 3, zoom };
		struct buf got = { 0 };

		draw(o, &v, &got);
		print_message("zoom %d: %zu bytes\n", zoom, got.len);
		assert_true(got.len < 200000);
		buf_clear(&got);
	}
	outlines_free(&o);
	buf_clear(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_drawn),
		cmocka_unit_test(test_areas_near_by),
		cmocka_unit_test(test_a_border_once),
		cmocka_unit_test(test_what_is_refused),
		cmocka_unit_test(test_the_county),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
