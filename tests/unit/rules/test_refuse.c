/*
 * What is refused and what is not: one term a row, in a list of its kind.  The
 * golden files have the messages; here is that neither ways round the refusal
 * nor words of conduct are mistaken for each other.
 */
#include "tests/unit/rules/ruleskit.h"

#include <string.h>

static const struct {
	const char *kind, *term;
	bool is_refused;
} rows[] = {
	/* Said of people. */
	{ "words", "gypsy", true },
	{ "words", "GYPSIES", true },
	{ "words", "g\u00FDpsy", true },
	{ "words", "\"gyp-sy camp\"", true },
	{ "words", "\"jew\u2019s\"", true },
	{ "words", "irishmen", true },
	{ "words", "\"dutch women\"", true },
	{ "words", "not irish", true },
	{ "words", "\"# polish males\"", true },
	{ "words", "\"ic 1\"", true },
	{ "words", "ic9", true },
	{ "words", "\"i c 1\"", true },
	{ "words", "\"travelling folk\"", true },
	{ "words", "\"of travelling heritage\"", true },
	{ "words", "\"white skinned\"", true },
	{ "words", "\"gypsy lane\"", true },
	{ "words", "\"german shepherd\"", true },
	{ "names", "gypsy", true },
	{ "names", "\"irish lads\"", true },
	{ "names", "\"lane gypsy\"", true },
	{ "names", "\"black male\"", true },
	{ "names", "\"german shepherd\"", true },
	{ "animals", "\"gypsy lane\"", true },
	{ "animals", "\"ic1 shepherd\"", true },
	/* Names of animals and places. */
	{ "names", "\"gypsy lane\"", false },
	{ "names", "\"Gipsy Rd\"", false },
	{ "names", "\"travellers rest\"", false },
	{ "names", "\"traveller's joy\"", false },
	{ "names", "\"black boy inn\"", false },
	{ "names", "\"methodist chapel roof\"", false },
	{ "animals", "\"german shepherd*\"", false },
	{ "animals", "\"gypsy cob\" ~1", false },
	{ "animals", "\"welsh mountain sheep\"", false },
	{ "animals", "\"irish wolfhound*\"", false },
	/* Conduct and things. */
	{ "words", "\"black van\"", false },
	{ "words", "\"white transit\"", false },
	{ "words", "\"brown hare*\"", false },
	{ "words", "\"dark clothing\"", false },
	{ "words", "travelling", false },
	{ "words", "travelled", false },
	{ "words", "\"travelling at speed\"", false },
	{ "words", "scout*", false },
	{ "words", "trucks ~1", false },
	{ "words", "caravan ~1", false },
	{ "words", "mosquito", false },
	{ "words", "jewel*", false },
	{ "words", "\"chapel roof\"", false },
	{ "words", "indust*", false },
	{ "words", "s61", false },
	{ "words", "pic, ice, icy", false },
	{ "words", "aroma", false },
	{ "words", "\"gypsum board\"", false },
};

static bool
is_refused(const char *kind, const char *term)
{
	struct buf text = { 0 };
	struct buf diag = { 0 };
	struct ruleset_file file = { .name = str_of("test.rules") };
	struct ruleset *rs = NULL;
	bool refused;

	buf_addf(&text,
	    "themes t\n%s x: %s, plough\nrule r \"T\"\n    theme t\n"
	    "    give 60 when text has @x\n    alert from 60\n",
	    kind, term);
	file.text = buf_str(&text);
	refused = ruleset_compile(&file, 1, &diag, &rs) == -1;
	if (refused && !strstr(diag.p, "[R050]"))
		fail_msg("%s", diag.p);
	ruleset_free(&rs);
	buf_clear(&diag);
	buf_clear(&text);
	return refused;
}

static void
test_rows(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (is_refused(rows[i].kind, rows[i].term) ==
		    rows[i].is_refused)
			continue;
		print_message("%s: %s is %srefused\n", rows[i].kind,
		    rows[i].term, rows[i].is_refused ? "not " : "");
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
