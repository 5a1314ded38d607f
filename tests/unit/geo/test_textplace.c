/*
 * Where an incident without coordinates is: a table of texts, and what is said
 * of how the place was come by.
 */
#include "geo_test.h"

#include "agent/base/clock.h"
#include "agent/geo/gazetteer.h"
#include "agent/geo/geo.h"
#include "agent/geo/opennames.h"

#define ROW(name, type, local, x, y, box, within)                           \
	"osgb1,," name ",,,," type "," local "," x "," y ",25000,1000," box \
	",CM99,," within ",,,Uttlesford,,,Essex,,,Eastern,,England,,,,\n"

/* Invented places near Radwinter, and a name that is held twice. */
static const char names[] = ROW("Invented Green", "populatedPlace", "Hamlet",
    "561300", "238900", ",,,", "") ROW("Imaginary Lane", "transportNetwork",
    "Named Road", "561500", "239000", "561400,238900,561600,239100",
    "Invented Green") ROW("Imaginary Lane", "transportNetwork", "Named Road",
    "601500", "229000", "601400,228900,601600,229100", "Elsewhere")
    ROW("CM99 1AA", "other", "Postcode", "561310", "238910", ",,,", "")
	ROW("CM99 1AB", "other", "Postcode", "561210", "238810", ",,,", "")
	    ROW("Twice Green", "populatedPlace", "Hamlet", "562300", "239900",
		",,,", "") ROW("Twice Green", "populatedPlace", "Hamlet",
		"612300", "219900", ",,,", "");

/*
 * Location text and log, "|" between the entries of the log; an entry may begin
 * with who wrote it and ">".  What is said of it: the class and the clause,
 * and "; doubt" if there is one.
 */
static const struct {
	const char *location, *log, *says;
} cases[] = {
	/* Exact. */
	{ "", "Four males at TL 603 379 now",
	    "rural grid reference TL 603 379 in the log, within 141 m" },
	{ "Hedge Lane, TL 6030 3790", "",
	    "rural grid reference TL 6030 3790 in the location text, within "
	    "14 m" },
	{ "", "he is at 51.98765, 0.33210",
	    "rural latitude and longitude 51.987650,0.332100 in the log, "
	    "within 10 m" },
	{ "", "pin says 0.33210, 51.98765",
	    "rural latitude and longitude 51.987650,0.332100 in the log (put "
	    "the right way round), within 10 m" },
	{ "", "UNIT>now at TL 603 379",
	    "rural grid reference TL 603 379 in the log, within 141 m" },
	/* The finer of two that agree. */
	{ "TL 60 37 grid", "UNIT>in fact TL 6035 3795",
	    "rural grid reference TL 6035 3795 in the log, within 14 m" },
	{ "Radwinter", "field at TL 603 379",
	    "rural grid reference TL 603 379 in the log, within 141 m" },
	/* A correction, and a contradiction that is told. */
	{ "", "TL 603 379|correction, grid is TL 653 339",
	    "rural grid reference TL 653 339 in the log, within 141 m; but "
	    "grid reference TL 603 379 in the log is 6 km away" },
	{ "TL 603 379", "or was it TL 953 239",
	    "rural grid reference TL 603 379 in the location text, within "
	    "141 m; but grid reference TL 953 239 in the log is 38 km away" },
	{ "Dedham", "caller reads TL 603 379",
	    "rural grid reference TL 603 379 in the log, within 141 m; but "
	    "the name Dedham in the location text is 46 km away" },
	/* Names. */
	{ "Radwinter", "",
	    "rural the name Radwinter in the location text, within 2.0 km" },
	{ "field at RADWINTER", "",
	    "rural the name Radwinter in the location text, within 2.0 km" },
	{ "Gt. Sampford", "",
	    "rural the name Great Sampford in the location text, within "
	    "2.0 km" },
	{ "st osyth", "",
	    "rural the name St Osyth in the location text, within 2.0 km" },
	{ "Tolleshunt D'Arcy", "",
	    "rural the name Tolleshunt D'Arcy in the location text, within "
	    "2.0 km" },
	{ "W Bergholt", "",
	    "rural the name West Bergholt in the location text, within "
	    "2.0 km" },
	{ "Burnham on Crouch", "",
	    "rural the name Burnham-on-Crouch in the location text, within "
	    "2.0 km" },
	/* A town is urban; its country is an edge. */
	{ "Moulsham St, Chelmsford", "",
	    "urban the name Chelmsford in the location text, within 5.1 km" },
	{ "fields at Halstead", "",
	    "edge the name Halstead in the location text, within 1.2 km" },
	{ "nr Halstead", "",
	    "edge the name Halstead (near it) in the location text, within "
	    "2.7 km" },
	/* Words that widen or move. */
	{ "off Radwinter", "",
	    "rural the name Radwinter (near it) in the location text, within "
	    "3.5 km" },
	{ "N of Radwinter", "",
	    "rural the name Radwinter (the direction said of it) in the "
	    "location text, within 4.0 km" },
	{ "2 miles N of Radwinter", "",
	    "rural the name Radwinter (at the distance said) in the location "
	    "text, within 3.3 km" },
	{ "half a mile from Radwinter", "",
	    "rural the name Radwinter (at the distance said) in the location "
	    "text, within 2.8 km" },
	{ "Radwinter End", "",
	    "rural the name Radwinter (beside it) in the location text, "
	    "within 3.0 km" },
	{ "between Radwinter and Thaxted", "",
	    "rural between Radwinter and Thaxted in the location text, within "
	    "3.6 km" },
	{ "between Radwinter & Thaxted", "",
	    "rural between Radwinter and Thaxted in the location text, within "
	    "3.6 km" },
	/* A name in a road's, a unit's, a direction. */
	{ "Thaxted Road", "", "unknown" },
	{ "Radwinter Road, Thaxted", "",
	    "rural the name Thaxted in the location text, within 2.0 km" },
	{ "A120 towards Braintree", "",
	    "edge the name Braintree (the direction of it) in the location "
	    "text, within 8.6 km" },
	/* In the log only where it says so. */
	{ "", "four males in the field at Radwinter",
	    "rural the name Radwinter in the log, within 2.0 km" },
	{ "", "FOUR MALES IN RADWINTER",
	    "rural the name Radwinter in the log, within 2.0 km" },
	{ "", "Nearest unit Thaxted", "unknown" },
	{ "", "unit from Thaxted, made off to Dunmow", "unknown" },
	{ "", "DISPATCH>unit at Thaxted", "unknown" },
	{ "", "he is in stock", "unknown" },
	{ "", "cattle in steeple formation", "unknown" },
	{ "Radwinter", "location correction, it is Great Sampford",
	    "rural the name Great Sampford in the log, within 2.0 km" },
	{ "Dedham", "location correction, it is Great Sampford",
	    "rural the name Great Sampford in the log, within 2.0 km; but the "
	    "name Dedham in the location text is 42 km away" },
	/* Nothing. */
	{ "", "", "unknown" },
	{ "///lamp.stubble.gate", "", "unknown" },
	{ "by the old oak", "it is the usual field", "unknown" },
	{ "CM77 8XY", "", "unknown" },
};

/* The same with the names above. */
static const struct {
	const char *location, *log, *says;
} imported[] = {
	{ "CM99 1AA", "",
	    "rural postcode CM99 1AA in the location text, within 300 m" },
	{ "CM99 9ZZ", "",
	    "rural postcode CM99 9ZZ in the location text, within 1.0 km" },
	{ "postcode CM99", "",
	    "rural postcode district CM99 in the location text, within "
	    "1.0 km" },
	{ "Invented Green CM99 1AA", "",
	    "rural postcode CM99 1AA in the location text, within 300 m" },
	{ "Imaginary Lane", "", "unknown" },
	{ "Imaginary Ln, Invented Green", "",
	    "rural the road Imaginary Lane in the location text, within "
	    "200 m" },
	{ "Twice Green", "", "unknown" },
	{ "Twice Green nr Invented Green", "",
	    "rural the name Twice Green in the location text, within 1.5 km" },
};

struct fixture {
	struct geo *geo;
	struct arena *arena;
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct err e;

	if (!f || geo_new(&f->geo, &e) < 0)
		return -1;
	f->arena = arena_new();
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	geo_free(&f->geo);
	arena_free(&f->arena);
	free(f);
	return 0;
}

/* The entries of a log written as above. */
static size_t
make_log(const char *text, struct incident_entry *log, size_t max)
{
	size_t n = 0;

	while (*text != '\0' && n < max) {
		const char *end = strchr(text, '|');
		size_t len = end ? (size_t)(end - text) : strlen(text);
		const char *by = memchr(text, '>', len);
		size_t who = by ? (size_t)(by - text) + 1 : 0;

		log[n++] =
		    (struct incident_entry){ CLOCK_NONE, INCIDENT_NO_NUMBER,
			    who > 0 ? str_make(text, who - 1) : str_of("CALL"),
			    str_make(text + who, len - who) };
		text += len + (end != NULL);
	}
	return n;
}

static void
locate(
    struct fixture *f, const char *location, const char *log, struct place *out)
{
	struct incident_entry *entries =
	    arena_alloc(f->arena, 4, sizeof(*entries));
	struct incident in;

	incident_init(&in);
	in.location_text = str_of(location);
	in.log = entries;
	in.log_count = make_log(log, entries, 4);
	geo_locate(f->geo, &in, f->arena, out);
}

static void
say(const struct place *p, struct buf *out)
{
	buf_reset(out);
	buf_addf(out, "%s%s%.*s%s%.*s", place_class_name(p->class),
	    p->how.len > 0 ? " " : "", STR_ARG(p->how),
	    p->doubt.len > 0 ? "; " : "", STR_ARG(p->doubt));
}

static size_t
check(
    struct fixture *f, const char *location, const char *log, const char *says)
{
	struct buf got = { 0 };
	struct place p;
	size_t wrong;

	arena_reset(f->arena);
	locate(f, location, log, &p);
	say(&p, &got);
	wrong = strcmp(got.p, says) != 0;
	if (wrong)
		print_error("%s | %s\n  said \"%s\"\n  not  \"%s\"\n", location,
		    log, got.p, says);
	assert_int_equal(isnan(p.lat), p.class == PLACE_UNKNOWN);
	assert_int_equal(str_is(p.source, "text"), p.class != PLACE_UNKNOWN);
	buf_clear(&got);
	return wrong;
}

static void
test_table(void **state)
{
	size_t i, wrong = 0;

	for (i = 0; i < LENGTH(cases); i++)
		wrong += check(
		    *state, cases[i].location, cases[i].log, cases[i].says);
	assert_int_equal(wrong, 0);
}

static void
test_imported(void **state)
{
	struct fixture *f = *state;
	struct gazetteer *g = geo_new_gazetteer(f->geo);
	struct opennames *o = opennames_new(g, NULL);
	struct opennames_counts n;
	struct err e = { 0 };
	size_t i, wrong = 0;

	assert_int_equal(opennames_read(o, str_of(names), &e), 0);
	assert_int_equal(opennames_finish(o, &n, &e), 0);
	opennames_free(&o);
	geo_take_gazetteer(f->geo, &g);
	assert_null(g);
	for (i = 0; i < LENGTH(imported); i++)
		wrong += check(*state, imported[i].location, imported[i].log,
		    imported[i].says);
	assert_int_equal(wrong, 0);
}

/* Where it says, not only that it does. */
static void
test_positions(void **state)
{
	static const struct {
		const char *location;
		double lat, lon, within_m;
	} where[] = {
		{ "TL 7059 0683", 51.7343, 0.4691, 20 },
		{ "Radwinter", 52.009, 0.337, 200 },
		{ "2 miles N of Radwinter", 52.038, 0.337, 300 },
		{ "between Radwinter and Thaxted", 51.9815, 0.3405, 300 },
	};
	struct fixture *f = *state;
	struct place p;
	size_t i;

	for (i = 0; i < LENGTH(where); i++) {
		locate(f, where[i].location, "", &p);
		if (hypot((p.lat - where[i].lat) * 111200,
			(p.lon - where[i].lon) * 68700) > where[i].within_m)
			fail_msg(
			    "%s is at %f %f", where[i].location, p.lat, p.lon);
	}
}

/* Coordinates that came with the incident win, whatever the text says. */
static void
test_given_wins(void **state)
{
	struct fixture *f = *state;
	struct incident in;
	struct place p;

	incident_init(&in);
	in.lat = 51.95;
	in.lon = 0.45;
	in.accuracy_m = 25;
	in.location_text = str_of("TL 994 257");
	geo_locate(f->geo, &in, f->arena, &p);
	assert_true(p.lat == 51.95 && p.uncertainty_m == 25);
	assert_true(str_is(p.source, "coordinates"));
	assert_true(
	    str_is(p.how, "coordinates given with the incident, within 25 m"));
	assert_true(str_is(p.doubt, "but grid reference TL 994 257 in the "
				    "location text is 31 km away"));
	in.lat = in.lon = (double)NAN;
	in.easting = 563000;
	in.northing = 231000;
	geo_locate(f->geo, &in, f->arena, &p);
	assert_true(str_is(p.source, "grid"));
	assert_true(str_is(p.how,
	    "easting and northing given with the incident, within 25 m"));
}

/* All that geo_locate() reads decides whether two are the same to it. */
static void
test_same_input(void **state)
{
	const struct incident_entry log = { CLOCK_NONE, 0, str_of("CALL"),
		str_of("a") };
	const struct incident_entry other = { CLOCK_NONE, 1, str_of("UNIT"),
		str_of("a") };
	struct incident a, b;

	(void)state;
	incident_init(&a);
	incident_init(&b);
	assert_true(geo_is_same_input(&a, &b));
	b.grade = str_of("1");
	assert_true(geo_is_same_input(&a, &b));
	b.location_text = str_of("x");
	assert_false(geo_is_same_input(&a, &b));
	b.location_text = a.location_text;
	a.log = &log;
	a.log_count = 1;
	assert_false(geo_is_same_input(&a, &b));
	b.log = &other;
	b.log_count = 1;
	assert_false(geo_is_same_input(&a, &b));
	b.log = &log;
	assert_true(geo_is_same_input(&a, &b));
	b.lat = 1;
	assert_false(geo_is_same_input(&a, &b));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_table, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_imported, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_positions, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_given_wins, set_up, tear_down),
		cmocka_unit_test(test_same_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
