#include "geo_test.h"

#include "agent/geo/edition.h"
#include "agent/geo/grid.h"

/* Loads the text; on failure *e is filled and NULL returned. */
static struct edition *
load(struct str text, struct err *e)
{
	AUTO(grid_free) struct grid *grid = NULL;
	struct edition *ed = NULL;

	assert_int_equal(grid_new(&grid, e), 0);
	if (edition_load("test", text, grid, &ed, e) != 0)
		assert_null(ed);
	return ed;
}

static void
test_counts(void **state)
{
	AUTO(buf_clear) struct buf b = { 0 };
	AUTO(edition_free) struct edition *ed = NULL;
	struct edition_counts counts;
	struct err e;

	(void)state;
	add_four_areas(&b);
	ed = load(buf_str(&b), &e);
	assert_non_null(ed);
	counts = edition_counts(ed);
	assert_int_equal(counts.areas, 4);
	assert_int_equal(counts.rural, 3);
	assert_int_equal(counts.districts, 2);
	assert_int_equal(counts.mended, 0);
	assert_true(str_is(edition_name(ed), "test"));
}

/* What the class properties of published files say. */
static void
test_classes(void **state)
{
	static const struct {
		const char *properties;
		bool is_rural;
	} cases[] = {
		{ "\"RUC21CD\":\"UN1\"", false },
		{ "\"RUC21CD\":\"UF1\"", false },
		{ "\"RUC21CD\":\"RLN1\"", true },
		{ "\"RUC21CD\":\"RLF1\"", true },
		{ "\"RUC21CD\":\"RSN1\"", true },
		{ "\"RUC21CD\":\"RSF1\"", true },
		{ "\"RUC11CD\":\"A1\"", false },
		{ "\"RUC11CD\":\"B1\"", false },
		{ "\"RUC11CD\":\"C1\"", false },
		{ "\"RUC11CD\":\"C2\"", false },
		{ "\"RUC11CD\":\"D1\"", true },
		{ "\"RUC11CD\":\"D2\"", true },
		{ "\"RUC11CD\":\"E1\"", true },
		{ "\"RUC11CD\":\"E2\"", true },
		{ "\"RUC11CD\":\"F1\"", true },
		{ "\"RUC11CD\":\"F2\"", true },
		{ "\"ruc21cd\":\" rsn1 \"", true },
		{ "\"RUC11NM\":\"Urban city and town in a sparse setting\"",
		    false },
		{ "\"RUC11NM\":\"Rural town and fringe\"", true },
		{ "\"RUC21NM\":\"Larger rural: Nearer to a major town\"",
		    true },
		{ "\"RUC21NM\":\"Smaller rural: Further from one\"", true },
		{ "\"RUC21NM\":\"Urban: Nearer to a major town\"", false },
		{ "\"Urban_rural_flag\":\"Rural\"", true },
		{ "\"Urban_rural_flag\":\"Urban\"", false },
		{ "\"is_rural\":true", true },
		{ "\"is_rural\":false", false },
		{ "\"is_rural\":1", true },
		{ "\"is_rural\":0", false },
		{ "\"is_rural\":\"1\"", true },
		{ "\"is_rural\":\"False\"", false },
		{ "\"RUC21CD\":\"RLN1\",\"is_rural\":true", true },
		{ "\"RUC21CD\":null,\"is_rural\":true", true },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		AUTO(buf_clear) struct buf b = { 0 };
		AUTO(edition_free) struct edition *ed = NULL;
		char properties[256];
		struct err e = { .msg = "" };

		(void)snprintf(properties, sizeof(properties),
		    "\"LSOA21CD\":\"E01\",%s", cases[i].properties);
		buf_add_text(&b, COLLECTION_BEGIN);
		add_square(&b, properties, 0.4, 51.8, 0.1);
		buf_add_text(&b, COLLECTION_END);
		ed = load(buf_str(&b), &e);
		if (!ed)
			print_error("%s: %s\n", properties, e.msg);
		assert_non_null(ed);
		assert_int_equal(
		    edition_counts(ed).rural, cases[i].is_rural ? 1 : 0);
	}
}

#define SOUND "\"code\":\"E01\",\"is_rural\":true"

/* What is wrong with the second feature's properties. */
static void
test_bad_properties(void **state)
{
	static const struct {
		const char *properties, *error;
	} cases[] = {
		{ "", "feature 2: it has no property with the area's code" },
		{ "\"is_rural\":true", "feature 2: it has no property with" },
		{ "\"code\":7,\"is_rural\":true",
		    "feature 2: property code is a whole number, not text" },
		{ "\"code\":\" \",\"is_rural\":true",
		    "feature 2: property code is empty" },
		{ "\"code\":\"E02\"",
		    "feature 2: E02: it has no property with a rural-urban "
		    "class" },
		{ "\"code\":\"E02\",\"RUC21CD\":\"X9\"",
		    "feature 2: E02: property RUC21CD is \"X9\", which is no" },
		{ "\"code\":\"E02\",\"RUC21CD\":\"UN11\"",
		    "property RUC21CD is \"UN11\", which is no" },
		{ "\"code\":\"E02\",\"RUC11CD\":\"\"",
		    "property RUC11CD is \"\", which is no" },
		{ "\"code\":\"E02\",\"is_rural\":2",
		    "feature 2: E02: property is_rural is a whole number, not a" },
		{ "\"code\":\"E02\",\"is_rural\":[]",
		    "feature 2: E02: property is_rural is a list, not a" },
		{ "\"code\":\"E02\",\"RUC21CD\":\"UN1\",\"is_rural\":true",
		    "property RUC21CD says urban and is_rural says rural" },
		{ SOUND ",\"lad_name\":4",
		    "feature 2: E01: property lad_name is a whole number, not text" },
		{ SOUND ",\"is_rural\":true", "feature 2: its line 1, column" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		AUTO(buf_clear) struct buf b = { 0 };
		AUTO(edition_free) struct edition *ed = NULL;
		struct err e = { .msg = "" };

		buf_add_text(&b, COLLECTION_BEGIN);
		add_square(&b, SOUND, 0.4, 51.8, 0.1);
		buf_add_char(&b, ',');
		add_square(&b, cases[i].properties, 0.5, 51.8, 0.1);
		buf_add_text(&b, COLLECTION_END);
		ed = load(buf_str(&b), &e);
		assert_null(ed);
		assert_int_equal(e.code, ERR_INVALID);
		assert_has(e.msg, cases[i].error);
	}
}

#define RING  "[0.4,51.8],[0.5,51.8],[0.5,51.9],[0.4,51.8]"
#define POLY  "\"type\":\"Polygon\",\"coordinates\":"
#define MULTI "\"type\":\"MultiPolygon\",\"coordinates\":"

/* What is wrong with the only feature's geometry. */
static void
test_bad_geometry(void **state)
{
	static const struct {
		const char *geometry, *error;
	} cases[] = {
		{ "null", "feature 1: E01: its geometry: is missing or" },
		{ "{}", "its geometry: is missing or has no type" },
		{ "{\"type\":\"Point\",\"coordinates\":[0.4,51.8]}",
		    "feature 1: E01: its geometry: is a Point; an area is" },
		{ "{\"type\":\"Polygon\"}", "has no list of rings" },
		{ "{" POLY "[]}", "has no list of rings" },
		{ "{" POLY "[3]}", "ring 1: is not a list of positions" },
		{ "{" POLY "[[]]}", "ring 1: has 0 positions; it needs 4" },
		{ "{" POLY "[[[0,1],[0,1],[0,1]]]}",
		    "ring 1: has 3 positions; it needs 4" },
		{ "{" POLY "[[[0.4,51.8],[0.5,51.8],[0.5,51.9],[0.4,51.9]]]}",
		    "feature 1: E01: its geometry: ring 1: is not closed" },
		{ "{" POLY "[[" RING "],[[0.4,51.8],[0.5,51.8],[0.5,51.9],"
		  "[0.4,51.9]]]}",
		    "ring 2: is not closed" },
		{ "{" POLY "[[[0.4,51.8],[0.5],[0.5,51.9],[0.4,51.8]]]}",
		    "ring 1: position 2: is not a list of two numbers" },
		{ "{" POLY "[[[0.4,51.8],[0.5,\"x\"],[0.5,51.9],[0.4,51.8]]]}",
		    "ring 1: position 2: is not a list of two numbers" },
		{ "{" POLY "[[[570000,206000],[571000,206000],[571000,207000],"
		  "[570000,206000]]]}",
		    "position 1: (570000.0 206000.0) is no longitude and" },
		{ "{" MULTI "[]}", "has no list of polygons" },
		{ "{" MULTI "[[[" RING "]],[]]}",
		    "polygon 2: has no list of rings" },
		{ "{" MULTI "[[" RING "]]}", "polygon 1: ring 1: has 2" },
		{ "{" POLY "[[[0.4,51.8],[0.5,51.8],[0.4,51.8],[0.4,51.8]]]}",
		    "feature 1: E01: the outline holds no area" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		AUTO(buf_clear) struct buf b = { 0 };
		AUTO(edition_free) struct edition *ed = NULL;
		struct err e = { .msg = "" };

		buf_addf(&b,
		    COLLECTION_BEGIN
		    "{\"type\":\"Feature\",\"properties\":{" SOUND
		    "},\"geometry\":%s}" COLLECTION_END,
		    cases[i].geometry);
		ed = load(buf_str(&b), &e);
		assert_null(ed);
		assert_int_equal(e.code, ERR_INVALID);
		assert_has(e.msg, cases[i].error);
	}
}

/* What is wrong with the file. */
static void
test_bad_files(void **state)
{
	static const struct {
		const char *text, *error;
		enum err_code code;
	} cases[] = {
		{ "", "not a GeoJSON FeatureCollection", ERR_INVALID },
		{ "{\"type\":\"Feature\"}", "its type is", ERR_INVALID },
		{ COLLECTION_BEGIN COLLECTION_END, "it has no features",
		    ERR_INVALID },
		{ COLLECTION_BEGIN "{}" COLLECTION_END,
		    "feature 1: it is no GeoJSON Feature", ERR_INVALID },
		{ COLLECTION_BEGIN "7" COLLECTION_END,
		    "feature 1: it is no GeoJSON Feature", ERR_INVALID },
		{ COLLECTION_BEGIN "{\"type\" \"Feature\"}" COLLECTION_END,
		    "feature 1: its line 1, column", ERR_INVALID },
		{ COLLECTION_BEGIN "{\"type\":\"Feature\"", "cut short",
		    ERR_INVALID },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		AUTO(edition_free) struct edition *ed = NULL;
		struct err e = { .msg = "" };

		ed = load(str_of(cases[i].text), &e);
		assert_null(ed);
		assert_int_equal(e.code, cases[i].code);
		assert_has(e.msg, cases[i].error);
	}
}

static void
test_large_feature(void **state)
{
	AUTO(buf_clear) struct buf b = { 0 };
	AUTO(edition_free) struct edition *ed = NULL;
	struct err e;

	(void)state;
	buf_add_text(&b, COLLECTION_BEGIN "{\"type\":\"");
	for (size_t i = 0; i < EDITION_FEATURE_BYTES_MAX; i++)
		buf_add_char(&b, 'x');
	buf_add_text(&b, "\"}" COLLECTION_END);
	ed = load(buf_str(&b), &e);
	assert_null(ed);
	assert_int_equal(e.code, ERR_LIMIT);
	assert_has(e.msg, "feature 1: it has 41943");
}

/* A bow tie is mended and counted. */
static void
test_mended(void **state)
{
	AUTO(edition_free) struct edition *ed = NULL;
	const struct polygons_area *area;
	struct err e;

	(void)state;
	ed = load(str_of(COLLECTION_BEGIN
		      "{\"type\":\"Feature\",\"properties\":{" SOUND
		      "},\"geometry\":{" POLY
		      "[[[0.4,51.8],[0.5,51.9],[0.5,51.8],[0.4,51.9],"
		      "[0.4,51.8]]]}}" COLLECTION_END),
	    &e);
	assert_non_null(ed);
	assert_int_equal(edition_counts(ed).mended, 1);
	area = polygons_find(edition_polygons(ed), 51.85, 0.41);
	assert_non_null(area);
	assert_true(str_is(area->code, "E01"));
	assert_null(polygons_find(edition_polygons(ed), 51.89, 0.45));
}

/* A spike folded flat is dropped, and the line can still be drawn. */
static void
test_spike(void **state)
{
	AUTO(buf_clear) struct buf b = { 0 };
	AUTO(edition_free) struct edition *ed = NULL;
	struct err e = { .msg = "" };

	(void)state;
	buf_add_text(&b, COLLECTION_BEGIN
	    "{\"type\":\"Feature\",\"properties\":{" SOUND
	    "},\"geometry\":{" POLY
	    "[[[0.4,51.8],[0.5,51.8],[0.5,51.9],[0.5,51.95],[0.5,51.9],"
	    "[0.4,51.9],[0.4,51.8]]]}},");
	add_square(&b, "\"code\":\"U\",\"is_rural\":false", 0.5, 51.8, 0.1);
	buf_add_text(&b, COLLECTION_END);
	ed = load(buf_str(&b), &e);
	if (!ed)
		fail_msg("%s", e.msg);
	assert_int_equal(edition_counts(ed).mended, 1);
	assert_null(polygons_find(edition_polygons(ed), 51.93, 0.5));
	assert_true(
	    isfinite(polygons_line_m(edition_polygons(ed), 570000, 220000)));
}

/* The next number of a fixed sequence (Numerical Recipes' generator). */
static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

/* Bytes changed, dropped and doubled: loaded or refused with a reason. */
static void
test_damage(void **state)
{
	static const char spice[] = "{}[],:\"\\0123456789.-eE tfn\0\xff";
	AUTO(buf_clear) struct buf whole = { 0 };
	const char *given = getenv("BUZZARD_TEST_SEED");
	uint32_t seed = given ? (uint32_t)strtoul(given, NULL, 10) : 2021;
	size_t loaded = 0;

	(void)state;
	printf("BUZZARD_TEST_SEED=%u\n", seed);
	add_four_areas(&whole);
	for (int round = 0; round < 1500; round++) {
		AUTO(edition_free) struct edition *ed = NULL;
		struct err e = { .msg = "" };
		size_t len = whole.len;
		char *text = malloc(len);

		assert_non_null(text);
		memcpy(text, whole.p, len);
		for (int i = round % 3; i >= 0; i--)
			text[next_random(&seed) % len] =
			    spice[next_random(&seed) % (sizeof(spice) - 1)];
		if (round % 5 == 0)
			len = next_random(&seed) % len;
		ed = load(str_make(text, len), &e);
		loaded += ed ? 1 : 0;
		assert_true(ed || (e.code != ERR_NONE && e.msg[0] != '\0'));
		free(text);
	}
	printf("%zu of 1500 damaged files were still sound\n", loaded);
	assert_true(loaded > 0 && loaded < 1500);
}

/* Areas of both classes that meet abroad: no National Grid, no line. */
static void
test_abroad(void **state)
{
	AUTO(buf_clear) struct buf b = { 0 };
	AUTO(edition_free) struct edition *ed = NULL;
	struct err e;

	(void)state;
	buf_add_text(&b, COLLECTION_BEGIN);
	add_square(&b, "\"code\":\"A\",\"is_rural\":true", 10.4, 51.8, 0.1);
	buf_add_char(&b, ',');
	add_square(&b, "\"code\":\"B\",\"is_rural\":false", 10.5, 51.8, 0.1);
	buf_add_text(&b, COLLECTION_END);
	ed = load(buf_str(&b), &e);
	assert_null(ed);
	assert_has(e.msg, "not in Great Britain");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_bad_properties),
		cmocka_unit_test(test_bad_geometry),
		cmocka_unit_test(test_bad_files),
		cmocka_unit_test(test_large_feature),
		cmocka_unit_test(test_mended),
		cmocka_unit_test(test_spike),
		cmocka_unit_test(test_abroad),
		cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
