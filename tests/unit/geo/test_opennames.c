/*
 * OS Open Names in its published form, and the gazetteer made of it.  The rows
 * are invented; only their form is real.
 */
#include "geo_test.h"

#include "agent/geo/gazetteer.h"
#include "agent/geo/grid.h"
#include "agent/geo/opennames.h"

/* A row: name, local type, easting, northing, box, district, settlement. */
#define ROW(name, name2, type, local, x, y, box, code, within, borough) \
	"osgb1,http://data.example.org/id," name ",," name2 ",," type   \
	"," local "," x "," y ",25000,1000," box "," code ",," within   \
	",,," borough ",,,Essex,,,Eastern,,England,,,,\n"

#define VILLAGE                                                          \
	ROW("Invented Green", "", "populatedPlace", "Village", "560300", \
	    "237900", "559800,237400,560800,238400", "CM99", "", "Uttlesford")
#define ROAD                                                                   \
	ROW("Imaginary Lane", "", "transportNetwork", "Named Road", "560700",  \
	    "238100", "560500,238000,560900,238200", "CM99", "Invented Green", \
	    "Uttlesford")
#define POSTCODE_A                                                          \
	ROW("CM99 1AA", "", "other", "Postcode", "560310", "237910", ",,,", \
	    "CM99", "Invented Green", "Uttlesford")
#define POSTCODE_B                                                          \
	ROW("CM99 1AB", "", "other", "Postcode", "562310", "237910", ",,,", \
	    "CM99", "Invented Green", "Uttlesford")
#define FAR                                                               \
	ROW("Farawick", "", "populatedPlace", "Town", "300000", "600000", \
	    ",,,", "TD9", "", "Nowhere")
#define LAKE                                                              \
	ROW("Invented Mere", "", "hydrography", "Inland Water", "560000", \
	    "238000", ",,,", "CM99", "", "Uttlesford")

struct fixture {
	struct grid *grid;
	struct gazetteer *names;
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct err e;

	if (!f || grid_new(&f->grid, &e) < 0)
		return -1;
	f->names = gazetteer_new(f->grid);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	gazetteer_free(&f->names);
	grid_free(&f->grid);
	free(f);
	return 0;
}

static void
keep_last(void *user, const struct gazetteer_place *place)
{
	*(struct gazetteer_place *)user = *place;
}

/* How many places of that key there are; *out is one of them. */
static size_t
find(const struct fixture *f, const char *key, struct gazetteer_place *out)
{
	memset(out, 0, sizeof(*out));
	return gazetteer_find(f->names, str_of(key), keep_last, out);
}

static void
test_built_in(void **state)
{
	static const struct {
		const char *key;
		double easting, northing, within_m;
	} cases[] = {
		{ "RADWINTER", 560500, 237500, 1500 },
		{ "CHELMSFORD", 570600, 206800, 1500 },
		{ "CLACTON", 617400, 214900, 2000 },
		{ "TOLLESHUNT D ARCY", 592900, 211800, 2000 },
		{ "TOLLESHUNT DARCY", 592900, 211800, 2000 },
		{ "BURNHAM ON CROUCH", 594900, 196200, 2000 },
		{ "GREAT DUNMOW", 562600, 221700, 2000 },
		{ "DUNMOW", 562600, 221700, 2000 },
	};
	const struct fixture *f = *state;
	struct gazetteer_place p;
	size_t i;

	for (i = 0; i < LENGTH(cases); i++) {
		if (find(f, cases[i].key, &p) == 0)
			fail_msg("%s is not found", cases[i].key);
		if (hypot(p.easting - cases[i].easting,
			p.northing - cases[i].northing) > cases[i].within_m)
			fail_msg("%s is at %.0f %.0f", cases[i].key, p.easting,
			    p.northing);
		assert_true(p.radius_m >= 400 && p.radius_m < 8000);
	}
	assert_int_equal(find(f, "NOWHERE", &p), 0);
	assert_int_equal(find(f, "GREAT", &p), 0);
	assert_true(gazetteer_may_begin(f->names, str_of("GREAT")));
	assert_int_equal(gazetteer_count(f->names), 0);
}

static void
test_import(void **state)
{
	struct fixture *f = *state;
	struct opennames_counts n;
	struct gazetteer_place p;
	struct opennames *o = opennames_new(f->names, NULL);
	struct err e = { 0 };

	assert_int_equal(
	    opennames_read(o, str_of(VILLAGE ROAD POSTCODE_A), &e), 0);
	assert_int_equal(opennames_read(o, str_of(POSTCODE_B FAR LAKE), &e), 0);
	assert_int_equal(opennames_finish(o, &n, &e), 0);
	opennames_free(&o);
	assert_int_equal(n.rows, 6);
	assert_int_equal(n.settlements, 1);
	assert_int_equal(n.roads, 1);
	assert_int_equal(n.postcodes, 2);
	assert_int_equal(n.other, 1);
	assert_int_equal(n.far, 1);
	assert_int_equal(find(f, "INVENTED GREEN", &p), 1);
	assert_int_equal(p.kind, GAZETTEER_VILLAGE);
	assert_true(p.easting == 560300 && p.northing == 237900);
	assert_true(p.radius_m == 2000);
	assert_true(str_is(p.district, "Uttlesford"));
	assert_int_equal(find(f, "IMAGINARY LANE", &p), 1);
	assert_int_equal(p.kind, GAZETTEER_ROAD);
	assert_true(str_is(p.within, "Invented Green"));
	assert_true(fabs(p.radius_m - 223.6) < 0.1);
	assert_int_equal(find(f, "CM99 1AA", &p), 1);
	assert_int_equal(p.kind, GAZETTEER_POSTCODE);
	/* The district is where its postcodes are. */
	assert_int_equal(find(f, "CM99", &p), 1);
	assert_int_equal(p.kind, GAZETTEER_DISTRICT);
	assert_true(p.easting == 561310 && p.radius_m == 1000);
	assert_int_equal(find(f, "FARAWICK", &p), 0);
	assert_int_equal(find(f, "INVENTED MERE", &p), 0);
}

/* An imported name outranks the built-in one, and all of it are found. */
static void
test_outranks(void **state)
{
	static const char rows[] = ROW("Radwinter", "Radwinter Cross",
	    "populatedPlace", "Village", "560600", "237600", ",,,", "CM99", "",
	    "Uttlesford") ROW("Tye Green", "", "populatedPlace", "Hamlet",
	    "577500", "220600", ",,,", "CM77", "", "Braintree")
	    ROW("Tye Green", "", "populatedPlace", "Hamlet", "555000", "224000",
		",,,", "CM22", "", "Uttlesford");
	struct fixture *f = *state;
	struct opennames_counts n;
	struct gazetteer_place p;
	struct opennames *o = opennames_new(f->names, NULL);
	struct err e = { 0 };

	assert_int_equal(opennames_read(o, str_of(rows), &e), 0);
	assert_int_equal(opennames_finish(o, &n, &e), 0);
	opennames_free(&o);
	assert_int_equal(find(f, "RADWINTER", &p), 1);
	assert_true(p.easting == 560600);
	assert_int_equal(find(f, "RADWINTER CROSS", &p), 1);
	assert_int_equal(find(f, "TYE GREEN", &p), 2);
	assert_int_equal(find(f, "THAXTED", &p), 1);
}

/* What is kept of an import gives the same gazetteer. */
static void
test_kept_is_the_same(void **state)
{
	static const char quoted[] = ROW("\"Invented, Green\"",
	    "\"The \"\"Green\"\"\"", "populatedPlace", "Village", "560300",
	    "237900", "559800,237400,560800,238400", "CM99", "", "Uttlesford");
	struct fixture *f = *state;
	struct buf kept = { 0 }, again = { 0 };
	struct opennames_counts n, m;
	struct opennames *o = opennames_new(f->names, &kept);
	struct err e = { 0 };

	assert_int_equal(opennames_read(o, str_of(quoted), &e), 0);
	assert_int_equal(
	    opennames_read(o, str_of(VILLAGE ROAD FAR LAKE POSTCODE_A), &e), 0);
	assert_int_equal(opennames_finish(o, &n, &e), 0);
	opennames_free(&o);
	o = opennames_new(f->names, &again);
	assert_int_equal(opennames_read(o, buf_str(&kept), &e), 0);
	assert_int_equal(opennames_finish(o, &m, &e), 0);
	opennames_free(&o);
	assert_int_equal(n.settlements, m.settlements);
	assert_int_equal(n.roads, m.roads);
	assert_int_equal(n.postcodes, m.postcodes);
	assert_int_equal(m.other + m.far, 0);
	assert_string_equal(kept.p, again.p);
	assert_null(strstr(kept.p, "http"));
	buf_clear(&kept);
	buf_clear(&again);
}

static void
test_faults(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "a,b,c\n", "row 1 has 3 values, not the 34" },
		{ VILLAGE "a,b\n", "row 2 has 2 values" },
		{ ROW("X", "", "populatedPlace", "Village", "far", "237900",
		      ",,,", "", "", ""),
		    "row 1: GEOMETRY_X or GEOMETRY_Y is no number of metres: "
		    "\"far\"" },
		{ ROW("", "", "populatedPlace", "Village", "560300", "237900",
		      ",,,", "", "", ""),
		    "row 1: NAME1 is empty" },
		{ "\xff\xfe", "is not text in UTF-8" },
	};
	struct fixture *f = *state;
	struct opennames_counts n;
	struct err e;
	size_t i;

	for (i = 0; i < LENGTH(cases); i++) {
		struct opennames *o = opennames_new(f->names, NULL);

		memset(&e, 0, sizeof(e));
		assert_int_equal(
		    opennames_read(o, str_of(cases[i].text), &e), -1);
		assert_int_equal(e.code, ERR_INVALID);
		assert_has(e.msg, cases[i].says);
		opennames_free(&o);
	}
	for (i = 0; i < 2; i++) {
		struct opennames *o = opennames_new(f->names, NULL);

		memset(&e, 0, sizeof(e));
		assert_int_equal(
		    opennames_read(o, str_of(i == 0 ? "" : FAR LAKE), &e), 0);
		assert_int_equal(opennames_finish(o, &n, &e), -1);
		assert_has(e.msg, "has no settlement, road or postcode");
		opennames_free(&o);
	}
}

/* A byte order mark and a header, which somebody may have put there. */
static void
test_header(void **state)
{
	struct fixture *f = *state;
	struct buf text = { 0 };
	struct opennames_counts n;
	struct opennames *o = opennames_new(f->names, NULL);
	struct err e = { 0 };
	int i;

	buf_add_text(&text, "\xef\xbb\xbfID,NAMES_URI,NAME1");
	for (i = 3; i < OPENNAMES_COLUMNS; i++)
		buf_addf(&text, ",COLUMN%d", i);
	buf_add_text(&text, "\r\n" VILLAGE);
	assert_int_equal(opennames_read(o, buf_str(&text), &e), 0);
	assert_int_equal(opennames_finish(o, &n, &e), 0);
	assert_int_equal(n.rows, 1);
	opennames_free(&o);
	buf_clear(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_built_in, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_import, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_outranks, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_kept_is_the_same, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_faults, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_header, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
