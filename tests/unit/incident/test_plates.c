/* Registration marks in text, and what only looks like them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* For its word lists, which must be sorted. */
// NOLINTNEXTLINE(bugprone-suspicious-include)
#include "agent/incident/plates.c"

static const struct {
	const char *text;
	const char *marks; /* space between */
} cases[] = {
	{ "VRM AB12CDE", "AB12CDE" },
	{ "vrm ab12 cde", "AB12CDE" },
	{ "silver van AB12-CDE left", "AB12CDE" },
	{ "silver van AB12  CDE left", "" },
	{ "blue Ford, AB 12CDE", "AB12CDE" },
	{ "index A123 BCD", "A123BCD" },
	{ "index A1BCD", "A1BCD" },
	{ "index M123BCD.", "M123BCD" },
	{ "AB12CDE", "" },
	{ "THE FARMER SAYS AB12CDE", "" },
	{ "AB12 CDE WAS THE CAR", "AB12CDE" },
	/* O and 0, I and 1: only where the slot says which. */
	{ "REG ABI2CDE", "AB12CDE" },
	{ "REG AB1OCDE", "AB10CDE" },
	{ "REG A80 2CDE", "" },
	{ "REG E012CDO", "EO12CDO" },
	{ "REG ABIOCDE", "" },
	{ "REG AB12C0E", "AB12COE" },
	{ "car PRIORTY", "" },
	/* Several at once. */
	{ "VEHS AB12CDE, CD34EFG AND EF56GHJ", "AB12CDE CD34EFG EF56GHJ" },
	{ "van AB12CDE, again AB12 CDE", "AB12CDE" },
	/* Slots that are never filled so. */
	{ "VRM QB12CDE", "" },
	{ "VRM AI12CDE", "A112CDE" },
	{ "VRM AB01CDE", "" },
	{ "VRM AB00CDE", "" },
	{ "VRM AB12CQE", "" },
	{ "VRM I123BCD", "" },
	{ "VRM A023BCD", "AO23BCD" },
	{ "VRM A123BCDE", "" },
	{ "VRM AB12CD", "" },
	/* Roads, postcodes, grid references, collar numbers, other figures. */
	{ "car on the A12 van behind", "" },
	{ "car M11 THE slip road", "" },
	{ "veh on A120 off slip", "" },
	{ "car at CM12 0AB", "" },
	{ "car at E10 0AB", "" },
	{ "car at CM1 2AB", "" },
	{ "car at CM77 now gone", "" },
	{ "car at TL 1234 5678", "" },
	{ "car at TL12 ABC", "" },
	{ "car seen by PC 1234 ABC", "" },
	{ "van at 20MPH", "" },
	{ "van slowed to AT 20MPH", "" },
	{ "car AT 12ABC", "" },
	{ "VRM partial AB12", "" },
	{ "VRM AB12 C?E", "" },
	{ "VRM XAB12CDE", "" },
	/* Near is near: four words for the old form, more for the new. */
	{ "van one two three A123BCD", "A123BCD" },
	{ "van one two three four A123BCD", "" },
	{ "van one two three four AB12CDE", "AB12CDE" },
	{ "", "" },
	{ "caf\xc3\xa9 van \xe2\x80\x9c"
	  "AB12CDE\xe2\x80\x9d",
	    "AB12CDE" },
	{ "vans AB12CDE", "AB12CDE" },
};

static void
test_text(void **state)
{
	struct arena *arena = arena_new();
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct incident_entry entry = { 0, 0, { NULL, 0 },
			str_of(cases[i].text) };
		struct buf got = { NULL, 0, 0 };
		const struct plate *plates;
		struct incident in;
		size_t n;

		incident_init(&in);
		in.log = &entry;
		in.log_count = 1;
		n = plates_find(&in, arena, &plates);
		buf_add_text(&got, "");
		for (k = 0; k < n; k++)
			buf_addf(&got, "%s%.*s", k > 0 ? " " : "",
			    STR_ARG(plates[k].mark));
		if (!str_is(buf_str(&got), cases[i].marks))
			fail_msg("%s: found \"%.*s\"", cases[i].text,
			    STR_ARG(buf_str(&got)));
		buf_clear(&got);
	}
	arena_free(&arena);
}

static void
test_places(void **state)
{
	static const struct str given[] = { STR_LIT("ab12 cde"),
		STR_LIT("PART AB12"), STR_LIT("A1 BCD") };
	static const struct incident_entry log[] = {
		{ 0, 0, { NULL, 0 }, STR_LIT("no car") },
		{ 0, 0, { NULL, 0 }, STR_LIT("the car CD34 EFG and AB12CDE") },
	};
	struct arena *arena = arena_new();
	const struct plate *plates;
	struct incident in;

	(void)state;
	incident_init(&in);
	in.vehicles = given;
	in.vehicle_count = 3;
	in.log = log;
	in.log_count = 2;
	assert_int_equal(plates_find(&in, arena, &plates), 3);
	assert_non_null(plates);
	if (plates == NULL)
		return; /* for the analyser, which cannot see that */
	assert_true(str_is(plates[0].mark, "AB12CDE"));
	assert_int_equal(plates[0].entry, -1);
	assert_true(str_is(plates[1].mark, "A1BCD"));
	assert_true(str_is(plates[2].mark, "CD34EFG"));
	assert_int_equal(plates[2].entry, 1);
	assert_int_equal(plates[2].start, 8);
	assert_int_equal(plates[2].end, 16);
	arena_free(&arena);
}

/* Text made of nothing but marks ends at the limit. */
static void
test_limit(void **state)
{
	struct arena *arena = arena_new();
	struct incident_entry entry = { 0, 0, { NULL, 0 }, { NULL, 0 } };
	struct buf text = { NULL, 0, 0 };
	const struct plate *plates;
	struct incident in;
	int i;

	(void)state;
	buf_add_text(&text, "CAR");
	for (i = 0; i < 2 * PLATES_MAX; i++)
		buf_addf(&text, " AB%02dC%c%c", 10 + i % 50, 'B' + i / 50 % 7,
		    'R' + i / 350);
	incident_init(&in);
	entry.text = buf_str(&text);
	in.log = &entry;
	in.log_count = 1;
	assert_int_equal(plates_find(&in, arena, &plates), PLATES_MAX);
	buf_clear(&text);
	arena_free(&arena);
}

static void
test_normalise(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	assert_true(str_is(
	    plates_normalise(str_of(" ab-12 c d e "), arena), "AB12CDE"));
	assert_true(
	    str_is(plates_normalise(str_of("A123bcd"), arena), "A123BCD"));
	assert_false(str_is_given(plates_normalise(str_of(""), arena)));
	assert_false(str_is_given(plates_normalise(str_of("AB12"), arena)));
	assert_false(
	    str_is_given(plates_normalise(str_of("AB12CDE AB12CDE"), arena)));
	assert_false(str_is_given(plates_normalise(str_make(NULL, 0), arena)));
	arena_free(&arena);
}

static void
assert_sorted(const char *const *words, size_t count)
{
	size_t i;

	for (i = 1; i < count; i++)
		if (strcmp(words[i - 1], words[i]) >= 0)
			fail_msg("%s stands after %s", words[i], words[i - 1]);
}

static void
test_lists_are_sorted(void **state)
{
	(void)state;
	assert_sorted(vehicle_words, COUNT(vehicle_words));
	assert_sorted(common_words, COUNT(common_words));
	assert_sorted(head_words, COUNT(head_words));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_normalise),
		cmocka_unit_test(test_lists_are_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
