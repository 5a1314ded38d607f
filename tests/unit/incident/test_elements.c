/* What a log says of the elements, and what it does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agent/incident/elements.h"

static const struct {
	const char *text;
	enum element element;
	const char *words; /* NULL: not found */
	int number;
} cases[] = {
	{ "4 males w lurchers", ELEMENT_PERSONS, "4 males", 4 },
	{ "4 males w lurchers", ELEMENT_DOGS, "lurchers", 0 },
	{ "Five or six lads", ELEMENT_PERSONS, "six lads", 6 },
	{ "five lads, then 7 men", ELEMENT_PERSONS, "7 men", 7 },
	{ "about 20 people", ELEMENT_PERSONS, "20 people", 20 },
	{ "2000 males", ELEMENT_PERSONS, NULL, 0 },
	{ "one white van", ELEMENT_PERSONS, NULL, 0 },
	{ "they have no dogs", ELEMENT_DOGS, NULL, 0 },
	{ "not seen any dogs", ELEMENT_DOGS, NULL, 0 },
	{ "hare coursing now", ELEMENT_PURSUIT, "coursing", 0 },
	{ "not hare coursing", ELEMENT_PURSUIT, NULL, 0 },
	{ "dogs slipped twice", ELEMENT_PURSUIT, "slipped", 0 },
	{ "they have no permission", ELEMENT_TRESPASS, "no permission", 0 },
	{ "was TOLD TO LEAVE", ELEMENT_TRESPASS, "TOLD TO LEAVE", 0 },
	{ "told to", ELEMENT_TRESPASS, NULL, 0 },
	{ "threatened the caller", ELEMENT_THREAT, "threatened", 0 },
	{ "no threats made", ELEMENT_THREAT, NULL, 0 },
	{ "one has a shotgun", ELEMENT_ARMS, "shotgun", 0 },
	{ "begun", ELEMENT_ARMS, NULL, 0 },
	{ "", ELEMENT_ARMS, NULL, 0 },
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct incident_entry log = { .text = str_of(cases[i].text) };
		struct incident in = { .log = &log, .log_count = 1 };
		struct element_found found[ELEMENT_COUNT];
		const struct element_found *f = &found[cases[i].element];

		elements_find(&in, found);
		if (f->is_found != (cases[i].words != NULL))
			fail_msg(
			    "\"%s\": found %d", cases[i].text, f->is_found);
		if (f->is_found && !str_is(f->words, cases[i].words))
			fail_msg("\"%s\": \"%.*s\"", cases[i].text,
			    STR_ARG(f->words));
		assert_int_equal(f->number, cases[i].number);
	}
}

static void
test_the_entry_is_said(void **state)
{
	struct incident_entry log[] = { { .text = str_of("van in the lane") },
		{ .text = str_of("three males with dogs") } };
	struct incident in = { .log = log, .log_count = 2 };
	struct element_found found[ELEMENT_COUNT];

	(void)state;
	elements_find(&in, found);
	assert_int_equal(found[ELEMENT_DOGS].entry, 1);
	assert_int_equal(found[ELEMENT_PERSONS].number, 3);
	assert_false(found[ELEMENT_ARMS].is_found);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_the_entry_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
