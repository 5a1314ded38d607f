/*
 * A log says the same whoever the caller says people are.
 */
#include "ruleskit.h"

#include "rules/neutral.h"

static const struct {
	const char *word, *reads; /* NULL: itself */
} words[] = {
	{ "travellers", "people" },
	{ "gypsies", "people" },
	{ "romanians", "people" },
	{ "irishmen", "people" },
	{ "irishman", "person" },
	{ "traveller", "person" },
	{ "gypsy", "person" },
	{ "irish", NULL },
	{ "polish", NULL },
	{ "german", NULL },
	{ "chinese", NULL },
	{ "males", NULL },
	{ "men", NULL },
	{ "dogs", NULL },
	{ "travelling", NULL },
	{ "", NULL },
};

static void
test_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		struct str reads = neutral_word(str_of(words[i].word));

		if (str_is_given(reads) != (words[i].reads != NULL) ||
		    (words[i].reads && !str_is(reads, words[i].reads)))
			fail_msg(
			    "%s reads as %.*s", words[i].word, STR_ARG(reads));
	}
}

static const struct {
	const char *before, *next; /* NULL: the end */
	bool is_noun;
} nouns[] = {
	{ "a", "with", true },
	{ "the", NULL, true },
	{ "one", "has", true },
	{ "a", "throwing", true },
	{ "the", "jumped", true },
	{ "this", "morning", false },
	{ "a", "caravan", false },
	{ "the", "males", false },
	{ "old", "with", false },
	{ NULL, "with", false },
};

static void
test_nouns(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof nouns / sizeof nouns[0]; i++)
		assert_int_equal(neutral_is_noun(str_of(nouns[i].before),
				     str_of(nouns[i].next)),
		    nouns[i].is_noun);
}

static const char rules[] = "themes hare-coursing\n"
			    "words people: people, person, males, male, men\n"
			    "names roads: \"gypsy lane\", \"travellers rest\"\n"
			    "rule a \"A\"\n    theme hare-coursing\n"
			    "    give 40 when log has @people near 3 \"dogs\"\n"
			    "    give 20 each up to 60 when log has @people\n"
			    "    give 10 when log has \"two people\"\n"
			    "    take 5 when log has @roads\n"
			    "    alert from 60, review from 10\n";

/* Each pair gets one score. */
static const struct {
	const char *neutral, *other;
	int score;
} pairs[] = {
	{ "people with dogs", "travellers with dogs", 60 },
	{ "two people with dogs", "two gypsies with dogs", 70 },
	{ "two certain males with dogs", "two Irish males with dogs", 60 },
	{ "two certain males with dogs", "two gypsy males with dogs", 60 },
	{ "a person with dogs", "a traveller with dogs", 60 },
	{ "two people males with dogs", "two travellers males with dogs", 90 },
	{ "a certain caravan, dogs", "a gypsy caravan, dogs", 0 },
	{ "certain IC9 males, dogs", "certain IC3 males, dogs", 60 },
	{ "people and males", "travellers and males", 40 },
	{ "dogs in gypsy lane, people there",
	    "dogs in gypsy lane, travellers there", 15 },
	{ "people in the Travellers Rest", "foreigners in the Travellers Rest",
	    35 },
};

static int
score_of(struct ruleset *rs, const char *text, struct rules_result *out,
    struct arena *arena)
{
	struct rules_scratch *s = ruleset_scratch_new();
	struct incident_entry entry = { .by = str_of("CALL"),
		.text = str_of(text) };
	struct incident in;
	struct place place = place_unknown();

	incident_init(&in);
	in.id = str_of("1");
	in.log = &entry;
	in.log_count = 1;
	ruleset_tag(rs, &in, &place, s, arena, out);
	ruleset_scratch_free(&s);
	return out->tag_count > 0 ? out->tags[0].score : 0;
}

/* What a tag rests on never has a word for a group in it. */
static void
expect_no_group(const struct rules_result *r, const char *text)
{
	for (size_t h = 0; r->tag_count > 0 && h < r->tags[0].hit_count; h++)
		for (size_t i = 0; i < r->tags[0].hits[h].evidence_count; i++) {
			struct str s = r->tags[0].hits[h].evidence[i].text;

			if (str_is(s, "travellers") || str_is(s, "gypsies") ||
			    str_is(s, "traveller") || str_is(s, "foreigners") ||
			    str_is(s, "two gypsies"))
				fail_msg("%s: evidence %.*s", text, STR_ARG(s));
		}
}

static void
test_pairs(void **state)
{
	struct arena *arena = arena_new();
	struct rules_result result;
	struct ruleset *rs = ruleskit_compile(rules);

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		int a = score_of(rs, pairs[i].neutral, &result, arena);
		int b = score_of(rs, pairs[i].other, &result, arena);

		if (a != b || a != pairs[i].score)
			fail_msg("\"%s\" %d, \"%s\" %d, due %d",
			    pairs[i].neutral, a, pairs[i].other, b,
			    pairs[i].score);
		expect_no_group(&result, pairs[i].other);
	}
	ruleset_free(&rs);
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_nouns),
		cmocka_unit_test(test_pairs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
