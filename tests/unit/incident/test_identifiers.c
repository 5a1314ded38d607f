/*
 * Everything that is found in text beside plates: a table of text and what is
 * in it, one line a finding.  Plates have their own table.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/incident/identifiers.h"

/*
 * "kind value", one after the other with ", " between; a grid reference and
 * degrees are followed by their uncertainty in metres, "?" says doubtful.
 */
static const struct {
	const char *text;
	const char *found;
} cases[] = {
	/* National Grid: figures, spacing, small letters, voice. */
	{ "grid TL 60 37", "grid reference TL 60 37 ~1414" },
	{ "at TL 6037", "grid reference TL 60 37 ~1414" },
	{ "grid TL 63", "grid reference TL 6 3 ~14142" },
	{ "field at TL 6 3", "" },
	{ "TL 603 379", "grid reference TL 603 379 ~141" },
	{ "TL603379", "grid reference TL 603 379 ~141" },
	{ "tl 603379 by the wood", "grid reference TL 603 379 ~141" },
	{ "TL 6030 3790", "grid reference TL 6030 3790 ~14" },
	{ "TL60303790.", "grid reference TL 6030 3790 ~14" },
	{ "TL 60301 37902", "grid reference TL 60301 37902 ~5" },
	{ "TL6030137902", "grid reference TL 60301 37902 ~5" },
	{ "TL-603-379", "grid reference TL 603 379 ~141" },
	{ "TL 603,379", "grid reference TL 603 379 ~141" },
	{ "TL 603 379 3 males", "grid reference TL 603 379 ~141" },
	{ "NGR TQ883855", "grid reference TQ 883 855 ~141" },
	{ "TM 263 324", "grid reference TM 263 324 ~141" },
	{ "TR 046 951", "grid reference TR 046 951 ~141" },
	{ "tango lima six zero three three seven nine",
	    "grid reference TL 603 379 ~141" },
	{ "Tango Lima 6 0 3, 3 7 9", "grid reference TL 603 379 ~141" },
	{ "tango mike 2 6 3 3 2 4", "grid reference TM 263 324 ~141" },
	{ "TL 60 379", "" },
	{ "TL 603 3790", "" },
	{ "TL603379A", "" },
	{ "HARE CORSING ON GOING AT TOP ROAD TL 9945 2572 OR W3W "
	  "LAMP.STUBBLE.GATES",
	    "grid reference TL 9945 2572 ~14, "
	    "what3words ///lamp.stubble.gates ?" },
	/* Far away, and words that are no squares. */
	{ "SO 123 456", "" },
	{ "grid SO 123 456", "grid reference SO 123 456 ~141?" },
	{ "NO 12 MALES", "" },
	{ "HE 1234", "" },
	{ "to 12 34", "" },
	{ "index TL 1234", "" },
	{ "TI 123 456", "" },
	{ "AB 123 456", "" },
	/* Eastings and northings in full. */
	{ "560300 237900", "grid reference 560300 237900 ~5" },
	{ "560300,237900", "grid reference 560300 237900 ~5" },
	{ "easting 560300 northing 237900", "grid reference 560300 237900 ~5" },
	{ "E 560300 N 237900", "grid reference 560300 237900 ~5" },
	{ "560300E 237900N", "grid reference 560300 237900 ~5" },
	{ "123456 654321", "phone number 123456654321" },
	/* Degrees. */
	{ "51.7343, 0.4691", "latitude and longitude 51.734300,0.469100 ~10" },
	{ "51.7343 0.4691", "latitude and longitude 51.734300,0.469100 ~10" },
	{ "51.7343,0.4691", "latitude and longitude 51.734300,0.469100 ~10" },
	{ "at 51.734,0.469.", "latitude and longitude 51.734000,0.469000 ~65" },
	{ "51.73, 0.47", "" },
	{ "lat 51.73 long 0.47",
	    "latitude and longitude 51.730000,0.470000 ~654" },
	{ "Lat: 51.7343, Lon: -0.0231",
	    "latitude and longitude 51.734300,-0.023100 ~10" },
	{ "51.7343N 0.4691E", "latitude and longitude 51.734300,0.469100 ~10" },
	{ "N51.7343 E0.4691", "latitude and longitude 51.734300,0.469100 ~10" },
	{ "N 51.7343 W 0.0231",
	    "latitude and longitude 51.734300,-0.023100 ~10" },
	{ "51.7343\xc2\xb0 N, 0.4691\xc2\xb0 E",
	    "latitude and longitude 51.734300,0.469100 ~10" },
	{ "51.7343\xc2\xb0N 0.0231\xc2\xb0W",
	    "latitude and longitude 51.734300,-0.023100 ~10" },
	{ "51\xc2\xb0"
	  "44'03.5\"N 0\xc2\xb0"
	  "28'08.8\"E",
	    "latitude and longitude 51.734306,0.469111 ~10" },
	{ "51\xc2\xb0"
	  "44\xe2\x80\xb2"
	  "03\xe2\x80\xb3N "
	  "0\xc2\xb0"
	  "28\xe2\x80\xb2"
	  "09\xe2\x80\xb3"
	  "E",
	    "latitude and longitude 51.734167,0.469167 ~18" },
	{ "51 44 03 N 0 28 09 E",
	    "latitude and longitude 51.734167,0.469167 ~18" },
	{ "51 44.058 N 0 28.146 E",
	    "latitude and longitude 51.734300,0.469100 ~10" },
	{ "51\xc2\xb0"
	  "44.058'N 0\xc2\xb0"
	  "28.146'E",
	    "latitude and longitude 51.734300,0.469100 ~10" },
	{ "https://maps.example.org/@51.7343,0.4691,15z",
	    "latitude and longitude 51.734300,0.469100 ~10" },
	{ "https://maps.example.org/?q=51.7343,0.4691",
	    "latitude and longitude 51.734300,0.469100 ~10" },
	{ "0.4691, 51.7343", "latitude and longitude 51.734300,0.469100 ~10?" },
	{ "0.4691E 51.7343N", "latitude and longitude 51.734300,0.469100 ~10" },
	{ "51.7343, 100.4691", "" },
	{ "40.7127, 0.0059", "" },
	{ "at 51 0 clock", "" },
	{ "paid 51.734 for 0.5 t", "" },
	{ "51.7343", "" },
	/* Postcodes. */
	{ "CM1 2AB", "postcode CM1 2AB" },
	{ "cm1 2ab", "postcode CM1 2AB" },
	{ "CM12AB", "postcode CM1 2AB" },
	{ "CM77 8XY", "postcode CM77 8XY" },
	{ "postcode CB11 4TB", "postcode CB11 4TB" },
	{ "E10 0AB", "postcode E10 0AB" },
	{ "EC1A 1BB", "postcode EC1A 1BB" },
	{ "CM12 OAB", "postcode CM12 0AB" },
	{ "CM1 2AC", "postcode district CM1" },
	{ "XX1 2AB", "" },
	{ "E1 2ND turning", "" },
	{ "CM77 area", "postcode district CM77" },
	{ "postcode E17", "postcode district E17" },
	{ "E17", "" },
	{ "index CM77 ABC", "plate CM77ABC" },
	/* what3words. */
	{ "///lamp.stubble.gates", "what3words ///lamp.stubble.gates ?" },
	{ "///lamp.stubble.gate", "what3words ///lamp.stubble.gate ?" },
	{ "what3words is lamp.stubble.gate on the B1053",
	    "what3words ///lamp.stubble.gate, road B1053" },
	{ "w3w Lamp Stubble Gate, CM77 8XY",
	    "what3words ///lamp.stubble.gate, postcode CM77 8XY" },
	{ "what three words: lamp.stubble.gate",
	    "what3words ///lamp.stubble.gate ?" },
	{ "seen on.the.track", "" },
	{ "www.example.org", "" },
	{ "w3w not known", "" },
	{ "at 10.30.00", "" },
	/* Telephone numbers. */
	{ "07700 900123", "phone number 07700900123" },
	{ "07700900123", "phone number 07700900123" },
	{ "+44 7700 900123", "phone number +447700900123" },
	{ "(01632) 960 123", "phone number 01632960123" },
	{ "01632-960-123", "phone number 01632960123" },
	{ "oh double seven oh oh nine double oh one two three",
	    "phone number 07700900123" },
	{ "o7700 900123", "phone number 07700900123" },
	{ "900123", "" },
	{ "12345678", "" },
	/* Numbers given to things. */
	{ "EP-20260114-0412", "incident reference EP-20260114-0412" },
	{ "link 0412 of 14/01/26", "incident reference 0412 of 14/01/26" },
	{ "crime 42/12345/26", "crime number 42/12345/26" },
	{ "crime 42/123456/26", "crime number 42/123456/26" },
	{ "CPH 12/345/6789", "holding number 12/345/6789" },
	{ "tag UK 123456 700123", "ear tag UK 123456 700123" },
	{ "tag UK123456 70012", "ear tag UK123456 70012" },
	{ "UK123456700123", "ear tag UK123456700123" },
	{ "PC 1234 attending", "collar number PC 1234" },
	{ "PCSO 70123", "collar number PCSO 70123" },
	/* Roads. */
	{ "B1053 towards Radwinter", "road B1053" },
	{ "on the A12", "road A12" },
	{ "A120 lay-by", "road A120" },
	{ "M11 J8", "road M11" },
	{ "a1017", "road A1017" },
	{ "M1 hi vis, M2 cap", "" },
	{ "A4 paper", "" },
	{ "B0123", "" },
	{ "A12345", "" },
	/* Together. */
	{ "EA19 XPZ on the B1053 at TL 603 379, rang from 07700 900123",
	    "plate EA19XPZ, road B1053, grid reference TL 603 379 ~141, "
	    "phone number 07700900123" },
	{ "PART INDEX EK05 ??L", "part of a plate EK05??L" },
	{ "part index EA19", "part of a plate EA19???" },
	{ "index ends XPZ", "part of a plate ????XPZ" },
	{ "silver van E?19 XPZ", "part of a plate E?19XPZ" },
	{ "x4 males 1x van, IC1, 6ft, 20MPH, 12JAN, S61, 4X4", "" },
	{ "", "" },
};

/* What is found in text, as above. */
static void
say_findings(const struct identifiers *ids, struct buf *out)
{
	size_t i;

	buf_reset(out);
	buf_add_text(out, "");
	for (i = 0; i < ids->count; i++) {
		const struct finding *f = &ids->findings[i];

		buf_addf(out, "%s%s %.*s", i > 0 ? ", " : "",
		    finding_kind_name(f->kind), STR_ARG(f->value));
		if (isfinite(f->uncertainty_m))
			buf_addf(out, " ~%.0f", f->uncertainty_m);
		else if (f->is_doubtful)
			buf_add_char(out, ' ');
		if (f->is_doubtful)
			buf_add_char(out, '?');
	}
}

static void
find_in(const char *text, struct arena *arena, struct identifiers *out)
{
	struct incident_entry *entry = arena_alloc(arena, 1, sizeof(*entry));
	struct incident in;

	incident_init(&in);
	*entry = (struct incident_entry){ CLOCK_NONE, INCIDENT_NO_NUMBER,
		{ NULL, 0 }, str_of(text) };
	in.log = entry;
	in.log_count = 1;
	identifiers_find(&in, NULL, arena, out);
}

static void
test_table(void **state)
{
	struct arena *arena = arena_new();
	struct buf got = { NULL, 0, 0 };
	struct identifiers ids;
	size_t i, wrong = 0;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		arena_reset(arena);
		find_in(cases[i].text, arena, &ids);
		say_findings(&ids, &got);
		if (str_is(buf_str(&got), cases[i].found))
			continue;
		print_error("%s\n  found \"%.*s\"\n  not   \"%s\"\n",
		    cases[i].text, STR_ARG(buf_str(&got)), cases[i].found);
		wrong++;
	}
	buf_clear(&got);
	arena_free(&arena);
	assert_int_equal(wrong, 0);
}

/* The finding is of the text between its offsets, in the entry it names. */
static void
test_offsets(void **state)
{
	static const struct str vehicles[] = { STR_LIT("ab12 cde") };
	static const struct incident_entry log[] = {
		{ CLOCK_NONE, 0, { NULL, 0 }, STR_LIT("nothing") },
		{ CLOCK_NONE, 0, { NULL, 0 },
		    STR_LIT("caf\xc3\xa9, van EA19 XPZ at TL 603 379") },
	};
	struct arena *arena = arena_new();
	struct identifiers ids;
	struct incident in;

	(void)state;
	incident_init(&in);
	in.vehicles = vehicles;
	in.vehicle_count = 1;
	in.location_text = str_of("Top Rd, CM77 8XY");
	in.log = log;
	in.log_count = 2;
	identifiers_find(&in, NULL, arena, &ids);
	assert_int_equal(ids.count, 4);
	assert_int_equal(ids.text_count, 3);
	assert_int_equal(ids.findings[0].entry, FINDING_IN_LOCATION);
	assert_int_equal(ids.findings[0].start, 8);
	assert_int_equal(ids.findings[0].end, 16);
	assert_int_equal(ids.findings[1].entry, FINDING_IN_VEHICLES);
	assert_true(str_is(ids.findings[1].value, "AB12CDE"));
	assert_int_equal(ids.findings[2].entry, 1);
	assert_int_equal(ids.findings[2].start, 11);
	assert_int_equal(ids.findings[2].end, 19);
	assert_int_equal(ids.findings[3].start, 23);
	assert_int_equal(ids.findings[3].end, 33);
	arena_free(&arena);
}

/* A reference is of its square's centre. */
static void
test_grid_position(void **state)
{
	static const struct {
		const char *text;
		double easting, northing;
	} squares[] = {
		{ "TL 7059 0683", 570595, 206835 },
		{ "TL 994 257", 599450, 225750 },
		{ "TM 2611 3245", 626115, 232455 },
		{ "TQ 8829 8557", 588295, 185575 },
		{ "TR 0466 9515", 604665, 195155 },
		{ "grid TL 70 06", 570500, 206500 },
		{ "570595 206835", 570595, 206835 },
	};
	struct arena *arena = arena_new();
	const struct finding *f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(squares) / sizeof(*squares); i++) {
		assert_int_equal(identifiers_find_text(
				     str_of(squares[i].text), NULL, arena, &f),
		    1);
		assert_true(fabs(f->easting - squares[i].easting) < 0.6);
		assert_true(fabs(f->northing - squares[i].northing) < 0.6);
	}
	arena_free(&arena);
}

/* Patterns of another force. */
static void
test_patterns(void **state)
{
	static const char *const incident[] = { "INC######@", NULL };
	static const char *const crime[] = { "XX/#####", NULL };
	static const struct refs_patterns patterns = { incident, crime };
	struct arena *arena = arena_new();
	const struct finding *f;

	(void)state;
	assert_int_equal(
	    identifiers_find_text(str_of("inc123456b, xx/12345, 42/12345/26"),
		&patterns, arena, &f),
	    2);
	assert_int_equal(f[0].kind, FINDING_INCIDENT);
	assert_int_equal(f[1].kind, FINDING_CRIME);
	arena_free(&arena);
}

/* A text of nothing but findings ends at the limit. */
static void
test_limit(void **state)
{
	struct arena *arena = arena_new();
	struct buf text = { NULL, 0, 0 };
	const struct finding *f;
	int i;

	(void)state;
	for (i = 0; i < 2 * IDENTIFIERS_MAX; i++)
		buf_add_text(&text, "B1053 ");
	assert_int_equal(identifiers_find_text(buf_str(&text), NULL, arena, &f),
	    IDENTIFIERS_MAX);
	buf_clear(&text);
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_offsets),
		cmocka_unit_test(test_grid_position),
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
