/* Registration marks in text, and what only looks like them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/incident/idwords.h"
#include "agent/incident/plates.h"
#include "plate_cases.h"

#define CASES (sizeof(plate_cases) / sizeof(*plate_cases))

/* Parts text at "|" into the entries of a log; returns their number. */
static size_t
make_log(const char *text, struct incident_entry *log, size_t max)
{
	size_t n = 0;

	while (n < max) {
		const char *end = strchr(text, '|');
		size_t len = end ? (size_t)(end - text) : strlen(text);

		log[n++] = (struct incident_entry){ CLOCK_NONE,
			INCIDENT_NO_NUMBER, { NULL, 0 }, str_make(text, len) };
		if (!end)
			break;
		text = end + 1;
	}
	return n;
}

/* The marks found in text, a space between. */
static void
find_marks(const char *text, struct arena *arena, struct buf *out)
{
	struct incident_entry log[4];
	const struct plate *plates;
	struct incident in;
	size_t i, n;

	incident_init(&in);
	in.log = log;
	in.log_count = make_log(text, log, 4);
	n = plates_find(&in, arena, &plates);
	buf_reset(out);
	buf_add_text(out, "");
	for (i = 0; i < n; i++)
		buf_addf(
		    out, "%s%.*s", i > 0 ? " " : "", STR_ARG(plates[i].mark));
}

static void
test_text(void **state)
{
	struct arena *arena = arena_new();
	struct buf got = { NULL, 0, 0 };
	size_t i, wrong = 0;

	(void)state;
	for (i = 0; i < CASES; i++) {
		arena_reset(arena);
		find_marks(plate_cases[i].text, arena, &got);
		if (str_is(buf_str(&got), plate_cases[i].marks))
			continue;
		print_error("%s\n  found \"%.*s\", not \"%s\"\n",
		    plate_cases[i].text, STR_ARG(buf_str(&got)),
		    plate_cases[i].marks);
		wrong++;
	}
	buf_clear(&got);
	arena_free(&arena);
	assert_int_equal(wrong, 0);
}

static void
test_places(void **state)
{
	static const struct str given[] = { STR_LIT("ab12 cde"),
		STR_LIT("PART AB12"), STR_LIT("A1 BCD") };
	static const struct incident_entry log[] = {
		{ CLOCK_NONE, 0, { NULL, 0 }, STR_LIT("no car") },
		{ CLOCK_NONE, 0, { NULL, 0 },
		    STR_LIT("the car CD34 EFG and AB12CDE") },
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
	struct incident_entry entry = { CLOCK_NONE, 0, { NULL, 0 },
		{ NULL, 0 } };
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_normalise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
