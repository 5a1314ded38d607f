/* The rule set as its header promises it, and hostile texts. */
#include "tests/unit/rules/ruleskit.h"

#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/hash.h"

#define RULE(name, theme, rest)                        \
	"rule " name " \"T\"\n theme " theme "\n" rest \
	"\n alert from 60, review from 30\n"

static void
tag(const struct ruleset *rs, struct rules_scratch *s, struct arena *arena,
    enum place_class class, const char *text, struct rules_result *out)
{
	struct incident_entry entry = { .at_ms = CLOCK_NONE,
		.by = str_of("CALL"),
		.text = arena_str(arena, str_of(text)) };
	struct incident_entry *log = arena_alloc(arena, 1, sizeof *log);
	struct incident in;
	struct place place = place_unknown();

	*log = entry;
	incident_init(&in);
	in.id = str_of("1");
	in.log = log;
	in.log_count = 1;
	place.class = class;
	ruleset_tag(rs, &in, &place, s, arena, out);
}

static void
test_hash_is_over_names_lengths_and_texts(void **state)
{
	struct ruleset_file files[] = {
		{ STR_LIT("b.rules"), STR_LIT("words a: x\n") },
		{ STR_LIT("a.rules"), STR_LIT("# é\n") },
	};
	static const char bytes[] = "a.rules\0"
				    "5\0"
				    "# \xC3\xA9\n"
				    "b.rules\0"
				    "11\0"
				    "words a: x\n";
	uint8_t digest[HASH_BYTES];
	char text[HASH_TEXT_MAX];
	struct buf diag = { 0 };
	struct ruleset *rs = NULL;

	(void)state;
	assert_int_equal(ruleset_compile(files, 2, &diag, &rs), 0);
	hash_sha256(str_make(bytes, sizeof bytes - 1), digest);
	assert_string_equal(ruleset_hash(rs), hash_text(digest, text));
	/* A warning alone does not fail. */
	assert_non_null(strstr(diag.p, "warning"));
	ruleset_free(&rs);
	assert_null(rs);
	buf_clear(&diag);
}

static void
test_an_error_makes_nothing(void **state)
{
	struct ruleset_file files[] = {
		{ STR_LIT("a.rules"), STR_LIT("themes a\n") },
		{ STR_LIT("b.rules"), STR_LIT("rule\n") },
	};
	struct buf diag = { 0 };
	struct ruleset *rs = NULL;

	(void)state;
	assert_int_equal(ruleset_compile(files, 2, &diag, &rs), -1);
	assert_null(rs);
	assert_non_null(strstr(diag.p, "b.rules:1:"));
	buf_clear(&diag);
	assert_int_equal(ruleset_compile(NULL, 0, &diag, &rs), 0);
	assert_int_equal(ruleset_rule_count(rs), 0);
	ruleset_free(&rs);
	ruleset_free(&rs);
	buf_clear(&diag);
}

static void
test_tags_are_by_theme_and_the_strongest_rule_decides(void **state)
{
	struct ruleset *rs = ruleskit_compile("themes zeta, alpha\n" RULE(
	    "one", "zeta", " give 40 when text has \"dog\"") RULE("two",
	    "alpha", " give 30 when text has \"dog\"") RULE("three", "alpha",
	    " give 70 when text has \"dog\" and \"hare\"\n"
	    " take 5 when text has \"cat\"") RULE("four", "alpha",
	    " shadow\n give 90 when text has \"dog\""));
	struct rules_scratch *s = ruleset_scratch_new();
	struct arena *arena = arena_new();
	const struct str *themes;
	struct rules_result r;

	(void)state;
	assert_int_equal(ruleset_themes(rs, &themes), 2);
	assert_true(str_is(themes[0], "alpha"));
	tag(rs, s, arena, PLACE_RURAL, "a dog, a hare, a cat", &r);
	assert_int_equal(r.tag_count, 2);
	assert_true(str_is(r.tags[0].theme, "alpha"));
	assert_int_equal(r.tags[0].level, RULES_ALERT);
	assert_int_equal(r.tags[0].score, 65);
	assert_int_equal(r.tags[0].hit_count, 2);
	assert_true(str_is(r.tags[0].hits[0].rule, "two"));
	assert_int_equal(r.tags[0].hits[1].points, 65);
	assert_int_equal(r.tags[0].hits[1].evidence[2].points, -5);
	assert_int_equal(r.tags[1].level, RULES_REVIEW);
	assert_int_equal(r.shadow_count, 1);
	assert_true(str_is(r.shadows[0].hits[0].rule, "four"));
	assert_true(r.rural_crime);
	assert_string_equal(r.basis, "location");
	tag(rs, s, arena, PLACE_URBAN, "a dog", &r);
	assert_false(r.rural_crime);
	assert_string_equal(r.basis, "none");
	tag(rs, s, arena, PLACE_RURAL, "", &r);
	assert_int_equal(r.tag_count + r.flag_count + r.shadow_count, 0);
	arena_free(&arena);
	ruleset_scratch_free(&s);
	ruleset_scratch_free(&s);
	ruleset_free(&rs);
}

/* A weigh says what its grounds would say if each rule had them. */
static void
test_a_weigh_counts_in_every_rule_of_its_theme(void **state)
{
#define WEIGHED                                                       \
	" give 5 each up to 10 when log has \"stubble\" | \"gate\"\n" \
	" take 20 when log has \"stadium\"\n"
#define FIRST  " give 40 when log has \"dog\"\n"
#define SECOND " give 50 when log has \"hare\"\n"
	static const char *const logs[] = { "a dog", "a dog, the gate, stubble",
		"stubble, stubble, gate", "a hare at the stadium, a dog",
		"a hare, a dog, the gate", "" };
	struct ruleset *weighed = ruleskit_compile(
	    "themes t, u\n"
	    "weigh w \"W\"\n theme t\n" WEIGHED RULE("one", "t", FIRST)
		RULE("two", "t", SECOND) RULE("other", "u", FIRST));
	struct ruleset *written =
	    ruleskit_compile("themes t, u\n" RULE("one", "t", FIRST WEIGHED)
		    RULE("two", "t", SECOND WEIGHED) RULE("other", "u", FIRST));
	struct rules_scratch *s = ruleset_scratch_new();
	struct arena *arena = arena_new();
	struct rules_result first;

	(void)state;
	for (size_t i = 0; i < sizeof logs / sizeof logs[0]; i++) {
		struct rules_result a, b;

		tag(weighed, s, arena, PLACE_RURAL, logs[i], &a);
		tag(written, s, arena, PLACE_RURAL, logs[i], &b);
		assert_int_equal(a.tag_count, b.tag_count);
		for (size_t t = 0; t < a.tag_count; t++) {
			assert_int_equal(a.tags[t].score, b.tags[t].score);
			assert_int_equal(a.tags[t].level, b.tags[t].level);
			assert_int_equal(
			    a.tags[t].hit_count, b.tags[t].hit_count);
		}
	}
	tag(weighed, s, arena, PLACE_RURAL, logs[1], &first);
	assert_int_equal(first.tags[0].score, 50);
	tag(weighed, s, arena, PLACE_RURAL, logs[3], &first);
	assert_int_equal(first.tags[0].score, 30);
	arena_free(&arena);
	ruleset_scratch_free(&s);
	ruleset_free(&written);
	ruleset_free(&weighed);
#undef WEIGHED
#undef FIRST
#undef SECOND
}

/* A rule may be one that only weighs bring to its level. */
static void
test_a_rule_may_live_by_its_weigh(void **state)
{
	struct ruleset *rs = ruleskit_compile(
	    "themes t\n"
	    "weigh w \"W\"\n theme t\n"
	    " give 30 each up to 90 when log has \"mallet\" | \"font\" | "
	    "\"lead\"\n"
	    "rule r \"R\"\n theme t\n"
	    " take 50 when log has \"plumber\"\n"
	    " review from 60\n");
	static const struct {
		const char *log;
		size_t tags;
	} cases[] = { { "the lead", 0 }, { "the lead, the font", 1 },
		{ "the lead, the font, the plumber", 0 } };
	struct rules_scratch *s = ruleset_scratch_new();
	struct arena *arena = arena_new();
	struct rules_result r;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		tag(rs, s, arena, PLACE_RURAL, cases[i].log, &r);
		assert_int_equal(r.tag_count, cases[i].tags);
	}
	arena_free(&arena);
	ruleset_scratch_free(&s);
	ruleset_free(&rs);
}

static void
test_needs_vetoes_and_caps(void **state)
{
	struct ruleset *rs = ruleskit_compile("themes t\n" RULE("r", "t",
	    " give 20 each up to 50 when text has \"dog\"\n"
	    " need text has \"field\"\n veto text has \"pub\""));
	static const struct {
		const char *text;
		int score; /* 0: no tag */
	} cases[] = {
		{ "dog field", 0 },
		{ "dog dog field", 40 },
		{ "dog dog dog dog field", 50 },
		{ "dog dog dog", 0 },
		{ "dog dog field pub", 0 },
	};
	struct rules_scratch *s = ruleset_scratch_new();
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct rules_result r;

		tag(rs, s, arena, PLACE_RURAL, cases[i].text, &r);
		assert_int_equal(r.tag_count, cases[i].score > 0);
		if (r.tag_count > 0)
			assert_int_equal(r.tags[0].score, cases[i].score);
	}
	arena_free(&arena);
	ruleset_scratch_free(&s);
	ruleset_free(&rs);
}

static void
test_brief_leaves_out_why_flags_stand(void **state)
{
	struct ruleset *rs = ruleskit_compile("themes t\n" RULE("r", "t",
	    " give 60 when text has \"theft\"") "rule c \"C\"\n flag crime\n give 60 when text has \"theft\"\n"
						" review from 50\n");
	struct rules_scratch *s = ruleset_scratch_new();
	struct arena *arena = arena_new();
	struct rules_result r;

	(void)state;
	tag(rs, s, arena, PLACE_RURAL, "theft", &r);
	assert_int_equal(r.flags[0].hits[0].evidence_count, 1);
	ruleset_scratch_set_brief(s);
	tag(rs, s, arena, PLACE_RURAL, "theft", &r);
	assert_int_equal(r.flag_count, 1);
	assert_int_equal(r.flags[0].score, 60);
	assert_int_equal(r.flags[0].hits[0].evidence_count, 0);
	assert_int_equal(r.tags[0].hits[0].evidence_count, 1);
	assert_true(r.rural_crime);
	arena_free(&arena);
	ruleset_scratch_free(&s);
	ruleset_free(&rs);
}

static void
test_flags_decide_rural_crime(void **state)
{
	struct ruleset *rs = ruleskit_compile(
	    "rule c \"C\"\n flag crime\n give 60 when text has \"theft\"\n"
	    " review from 50\n"
	    "rule f \"F\"\n flag rural\n give 60 when text has \"farm\"\n"
	    " review from 50\n"
	    "rule g \"G\"\n flag targeted\n give 60 when text has \"dealer\"\n"
	    " review from 50\n"
	    "rule p \"P\"\n flag in-progress\n give 60 when text has \"now\"\n"
	    " review from 50\n");
	static const struct {
		const char *text;
		enum place_class class;
		bool crime;
		const char *basis;
	} cases[] = {
		{ "theft", PLACE_RURAL, true, "location" },
		{ "theft", PLACE_EDGE, false, "none" },
		{ "theft farm", PLACE_EDGE, true, "location" },
		{ "theft", PLACE_URBAN, false, "none" },
		{ "theft", PLACE_UNKNOWN, false, "none" },
		{ "theft farm", PLACE_UNKNOWN, true, "location" },
		{ "theft farm", PLACE_URBAN, true, "location" },
		{ "theft dealer", PLACE_URBAN, true, "targeted" },
		{ "theft dealer", PLACE_RURAL, true, "location" },
		{ "farm dealer now", PLACE_RURAL, false, "none" },
	};
	struct rules_scratch *s = ruleset_scratch_new();
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct rules_result r;

		tag(rs, s, arena, cases[i].class, cases[i].text, &r);
		assert_int_equal(r.rural_crime, cases[i].crime);
		assert_string_equal(r.basis, cases[i].basis);
		assert_int_equal(
		    r.in_progress, strstr(cases[i].text, "now") != NULL);
	}
	arena_free(&arena);
	ruleset_scratch_free(&s);
	ruleset_free(&rs);
}

/*
 * What people are to look at first is a crime if the rules say so; where none
 * of them can, it is one.
 */
static void
test_a_review_is_no_crime_by_itself(void **state)
{
	static const char theme[] = "themes t\n" RULE("r", "t",
	    " give 40 when text has \"dog\"\n"
	    " give 40 when text has \"hare\"");
	static const char flag[] =
	    "rule c \"C\"\n flag crime\n give 60 when text has \"theft\"\n"
	    " review from 50\n";
	char both[sizeof theme + sizeof flag];
	struct rules_scratch *s = ruleset_scratch_new();
	struct arena *arena = arena_new();

	(void)state;
	(void)snprintf(both, sizeof both, "%s%s", theme, flag);
	for (int knows = 0; knows < 2; knows++) {
		struct ruleset *rs = ruleskit_compile(knows ? both : theme);
		struct rules_result r;

		tag(rs, s, arena, PLACE_RURAL, "a dog", &r);
		assert_int_equal(r.tags[0].level, RULES_REVIEW);
		assert_int_equal(r.rural_crime, !knows);
		tag(rs, s, arena, PLACE_RURAL, "a dog, a hare", &r);
		assert_int_equal(r.tags[0].level, RULES_ALERT);
		assert_true(r.rural_crime);
		tag(rs, s, arena, PLACE_RURAL, "a dog, a theft", &r);
		assert_int_equal(r.rural_crime, true);
		ruleset_free(&rs);
	}
	arena_free(&arena);
	ruleset_scratch_free(&s);
}

/* Three themes of one log: each loses by the firmest of the others. */
static void
test_themes_lose_by_each_other(void **state)
{
	struct ruleset *rs = ruleskit_compile(
	    "themes a, b, c\n"
	    "weigh wa \"W\"\n theme a\n"
	    " take 3 each up to 30 when another theme because \"told of b\"\n"
	    "rule ra \"A\"\n theme a\n give 50 when text has \"dog\"\n"
	    " review from 40\n"
	    "rule rb \"B\"\n theme b\n give 90 when text has \"hare\"\n"
	    " take 10 when another theme and text has \"cat\"\n"
	    " review from 40\n"
	    "rule rc \"C\"\n theme c\n give 50 when text has \"dog\"\n"
	    " veto another theme\n review from 40\n");
	struct rules_scratch *s = ruleset_scratch_new();
	struct arena *arena = arena_new();
	const struct rules_evidence *last;
	struct rules_result r;

	(void)state;
	/* b alone, and then a cat: nobody is there to lose by. */
	tag(rs, s, arena, PLACE_RURAL, "a hare, a cat", &r);
	assert_int_equal(r.tag_count, 1);
	assert_int_equal(r.tags[0].score, 90);
	/* a and c: 10 above their levels, so each stands twice. */
	tag(rs, s, arena, PLACE_RURAL, "a dog", &r);
	assert_int_equal(r.tag_count, 1);
	assert_true(str_is(r.tags[0].theme, "a"));
	assert_int_equal(r.tags[0].score, 44);
	/* b stands 1 + 50 / 10 times: a is below its level, c has a veto. */
	tag(rs, s, arena, PLACE_RURAL, "a dog, a hare", &r);
	assert_int_equal(r.tag_count, 1);
	assert_true(str_is(r.tags[0].theme, "b"));
	/* b is told of a and c as they stood before they knew of b. */
	tag(rs, s, arena, PLACE_RURAL, "a dog, a hare, a cat", &r);
	assert_int_equal(r.tag_count, 1);
	assert_int_equal(r.tags[0].score, 80);
	last = &r.tags[0].hits[0].evidence[1];
	assert_true(str_is(last->field, "theme"));
	assert_true(str_is(last->text, "a"));
	assert_int_equal(last->points, -10);
	assert_false(last->has_span);
	arena_free(&arena);
	ruleset_scratch_free(&s);
	ruleset_free(&rs);
}

/* Where no rule speaks of the text, the edge of a town counts as country. */
static void
test_edge_without_a_rule_for_rural(void **state)
{
	struct ruleset *rs = ruleskit_compile(
	    "rule c \"C\"\n flag crime\n give 60 when text has \"theft\"\n"
	    " review from 50\n"
	    "rule f \"F\"\n flag rural\n shadow\n"
	    " give 60 when text has \"farm\"\n review from 50\n");
	struct rules_scratch *s = ruleset_scratch_new();
	struct arena *arena = arena_new();
	struct rules_result r;

	(void)state;
	tag(rs, s, arena, PLACE_EDGE, "theft", &r);
	assert_true(r.rural_crime);
	tag(rs, s, arena, PLACE_URBAN, "theft", &r);
	assert_false(r.rural_crime);
	tag(rs, s, arena, PLACE_UNKNOWN, "theft", &r);
	assert_false(r.rural_crime);
	arena_free(&arena);
	ruleset_scratch_free(&s);
	ruleset_free(&rs);
}

/* One scratch serves many rule sets, in any order. */
static void
test_scratch_is_for_any_rule_set(void **state)
{
	struct ruleset *dogs = ruleskit_compile("themes t\n" RULE(
	    "r", "t", " give 60 when text has \"lurcher\" ~1"));
	struct ruleset *cats = ruleskit_compile("themes t\n" RULE(
	    "r", "t", " give 60 when text has \"cat\" near 2 \"lurcher\""));
	struct rules_scratch *s = ruleset_scratch_new();
	struct arena *arena = arena_new();

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct rules_result r;

		tag(dogs, s, arena, PLACE_RURAL, "a cat, a lercher", &r);
		assert_int_equal(r.tag_count, 1);
		tag(cats, s, arena, PLACE_RURAL, "a cat, a lercher", &r);
		assert_int_equal(r.tag_count, 0);
	}
	arena_free(&arena);
	ruleset_scratch_free(&s);
	ruleset_free(&dogs);
	ruleset_free(&cats);
}

/* More different words than are remembered, in one text and over many. */
static void
test_words_beyond_what_is_remembered(void **state)
{
	struct ruleset *rs = ruleskit_compile("themes t\n" RULE("r", "t",
	    " give 60 when text has \"lurcher\" ~1 near 3 \"field*\""));
	struct rules_scratch *s = ruleset_scratch_new();
	struct arena *arena = arena_new();
	struct buf text = { 0 };
	struct rules_result r;

	(void)state;
	for (int i = 0; i < 9000; i++)
		buf_addf(&text, "w%dx long-word-number-%d ", i, i);
	buf_add_text(&text, "a lurchers fieldwork");
	for (int i = 0; i < 3; i++) {
		tag(rs, s, arena, PLACE_RURAL, text.p, &r);
		assert_int_equal(r.tag_count, 1);
		tag(rs, s, arena, PLACE_RURAL, "lurcher lurcher fields", &r);
		assert_int_equal(r.tag_count, 1);
	}
	buf_clear(&text);
	arena_free(&arena);
	ruleset_scratch_free(&s);
	ruleset_free(&rs);
}

/*
 * The same few words a hundred thousand times: the time must grow with the
 * length, not with its square.  Four times the text may take eight times as
 * long, by the processor's time of this thread; the best of three counts.
 */
static int64_t
time_hostile(const struct ruleset *rs, struct rules_scratch *s, size_t words)
{
	int64_t best = INT64_MAX;
	struct buf text = { 0 };

	for (size_t i = 0; i < words; i++)
		buf_add_text(&text, i % 5 == 4 ? "no " : "dog hare ");
	for (int i = 0; i < 3; i++) {
		struct arena *arena = arena_new();
		int64_t begun = clock_thread_us();
		struct rules_result r;
		int64_t took;

		tag(rs, s, arena, PLACE_RURAL, text.p, &r);
		took = clock_thread_us() - begun;
		if (took < best)
			best = took;
		arena_free(&arena);
	}
	buf_clear(&text);
	return best;
}

static void
test_hostile_text_stays_linear(void **state)
{
	struct ruleset *rs = ruleskit_compile(
	    "themes t\n"
	    "context denied\n next 200: no\n"
	    "context past\n sentence: no\n"
	    "words dogs: dog, \"dog hare\", not \"hare dog hare\"\n" RULE("r",
		"t",
		" give 60 when text has any @dogs near 200 \"hare\"\n"
		" give 5 when text has any \"hare\" not near 3 \"cat\"\n"
		" give 5 when text has any \"dog\" same sentence \"hare\" near"
		" 200 \"dog hare\" same entry \"dog\"\n"
		" give 5 when text has \"dog ... hare ... dog\""));
	struct rules_scratch *s = ruleset_scratch_new();
	int64_t small;
	int64_t large;

	(void)state;
	(void)time_hostile(rs, s, 1000);
	small = time_hostile(rs, s, 10000);
	large = time_hostile(rs, s, 40000);
	print_message("%lld us, four times the text %lld us\n",
	    (long long)small, (long long)large);
	assert_true(large < 8 * small + 20000);
	ruleset_scratch_free(&s);
	ruleset_free(&rs);
}

/* A log as long as the limits allow, and texts that are no text. */
static void
test_odd_incidents(void **state)
{
	struct ruleset *rs = ruleskit_compile("themes t\n" RULE("r", "t",
	    " give 60 when last entry has \"dog\" or location_text has "
	    "\"dog\""));
	struct rules_scratch *s = ruleset_scratch_new();
	struct arena *arena = arena_new();
	struct incident_entry *log =
	    arena_alloc(arena, INCIDENT_ENTRIES_MAX, sizeof *log);
	struct place place = place_unknown();
	struct incident in;
	struct rules_result r;

	(void)state;
	incident_init(&in);
	in.id = str_of("1");
	ruleset_tag(rs, &in, &place, s, arena, &r);
	assert_int_equal(r.tag_count, 0);
	for (size_t i = 0; i < INCIDENT_ENTRIES_MAX; i++)
		log[i].text = str_make("\xFF\xC3( dog\xE2\x80", 9);
	in.log = log;
	in.log_count = INCIDENT_ENTRIES_MAX;
	ruleset_tag(rs, &in, &place, s, arena, &r);
	assert_int_equal(r.tag_count, 1);
	assert_int_equal(
	    r.tags[0].hits[0].evidence[0].entry, INCIDENT_ENTRIES_MAX - 1);
	assert_int_equal(r.tags[0].hits[0].evidence[0].start, 4);
	log[INCIDENT_ENTRIES_MAX - 1].text = (struct str){ 0 };
	ruleset_tag(rs, &in, &place, s, arena, &r);
	assert_int_equal(r.tag_count, 0);
	arena_free(&arena);
	ruleset_scratch_free(&s);
	ruleset_free(&rs);
}

static void
test_failing_tests_are_reported(void **state)
{
	struct ruleset *rs = ruleskit_compile("themes t\n" RULE("r", "t",
	    " give 40 when text has \"dog\"") "test \"right\"\n"
					      " CALL \"dog\"\n"
					      " expect t review\n"
					      "test \"wrong\"\n"
					      " CALL \"dog\"\n"
					      " expect t alert\n"
					      " expect none, no t\n"
					      " expect flag crime\n"
					      " expect rural crime\n");
	struct buf report = { 0 };
	size_t run = 0;

	(void)state;
	assert_int_equal(ruleset_run_tests(rs, &report, &run), 1);
	assert_int_equal(run, 2);
	assert_string_equal(report.p,
	    "test.rules:11: test \"wrong\": expected t alert, found t review "
	    "(score 40)\n"
	    "test.rules:12: test \"wrong\": expected no theme, found t review "
	    "(score 40)\n"
	    "test.rules:12: test \"wrong\": expected no t, found t review "
	    "(score 40)\n"
	    "test.rules:13: test \"wrong\": expected flag crime, found none\n"
	    "test.rules:14: test \"wrong\": expected rural crime, found "
	    "none\n");
	buf_clear(&report);
	ruleset_free(&rs);
}

/* What a layer says is known only of a place that has it. */
static void
test_layers(void **state)
{
	static const struct place_layer inside = { { "sssi", 4 }, true, 0 };
	static const struct place_layer near = { { "sssi", 4 }, false, 299.6 };
	static const struct place_layer far = { { "sssi", 4 }, false, 301 };
	struct ruleset *rs = ruleskit_compile("themes t\n" RULE("a", "t",
	    " give 30 when inside \"sssi\" because \"in it\"\n"
	    " give 30 when distance to \"sssi\" at most 300 m\n"
	    " give 40 when not inside \"sssi\"\n"
	    " give 5 when distance to \"wells\" at least 0\n") "test \"places\"\n"
							       " inside \"sssi\"\n expect rule a score 60\n"
							       "test \"near\"\n"
							       " rural, 120 m from \"sssi\", 7 m from \"wells\"\n"
							       " expect rule a score 75\n"
							       "test \"far\"\n 301 m from \"sssi\"\n expect rule a score 40\n"
							       "test \"not known\"\n rural\n expect no rule a score 0\n");
	const struct {
		const struct place_layer *layer;
		int score;
		const char *text;
	} cases[] = { { &inside, 60, "inside sssi" },
		{ &near, 70, "300 m from sssi" }, { &far, 40, "" },
		{ NULL, 0, "" } };
	struct rules_scratch *s = ruleset_scratch_new();
	struct arena *arena = arena_new();
	struct buf report = { 0 };
	const struct str *names;
	size_t run = 0;

	(void)state;
	assert_int_equal(ruleset_layers(rs, &names), 2);
	assert_true(str_is(names[0], "sssi"));
	assert_true(str_is(names[1], "wells"));
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct place place = place_unknown();
		struct rules_result r;
		struct incident in;

		incident_init(&in);
		place.layers = cases[i].layer;
		place.layer_count = cases[i].layer != NULL;
		ruleset_tag(rs, &in, &place, s, arena, &r);
		assert_int_equal(r.tag_count, cases[i].score > 0);
		if (r.tag_count == 0)
			continue;
		assert_int_equal(r.tags[0].score, cases[i].score);
		assert_true(
		    str_is(r.tags[0].hits[0].evidence[0].text, cases[i].text));
	}
	assert_int_equal(ruleset_run_tests(rs, &report, &run), 0);
	assert_int_equal(run, 4);
	buf_clear(&report);
	arena_free(&arena);
	ruleset_scratch_free(&s);
	ruleset_free(&rs);
}

/* A score pins how near a near miss is: of a theme, a rule, a shadow. */
static void
test_scores_are_expected(void **state)
{
	struct ruleset *rs = ruleskit_compile("themes t\n" RULE("r", "t",
	    " give 20 when text has \"dog\"\n give 20 when text has \"cat\"") RULE("v",
	    "t",
	    " give 50 when text has \"dog\"\n veto text has \"dog\"") RULE("s",
	    "t",
	    " shadow\n give 70 when text has \"dog\"") "test \"right\"\n"
						       " CALL \"a cow\"\n"
						       " expect no t score 0, no rule s\n"
						       " CALL \"dog\"\n"
						       " expect no t score 20, none\n"
						       " expect no t score 15..25\n"
						       " expect no rule v score 50, rule s alert\n"
						       " expect rule s score at least 70\n"
						       " expect rule s alert score at most 70\n"
						       "test \"wrong\"\n"
						       " CALL \"dog\"\n"
						       " expect t score 20\n"
						       " expect no t score 21..25\n"
						       " expect rule s score at most 69, no rule s\n"
						       " expect rule r\n");
	struct buf report = { 0 };
	size_t run = 0;

	(void)state;
	assert_int_equal(ruleset_run_tests(rs, &report, &run), 1);
	assert_int_equal(run, 2);
	assert_string_equal(report.p,
	    "test.rules:28: test \"wrong\": expected t score 20, found that "
	    "it does not stand (score 20)\n"
	    "test.rules:29: test \"wrong\": expected no t with score 21..25, "
	    "found that it does not stand (score 20)\n"
	    "test.rules:30: test \"wrong\": expected rule s score 0..69, "
	    "found alert (score 70)\n"
	    "test.rules:30: test \"wrong\": expected no rule s, found alert "
	    "(score 70)\n"
	    "test.rules:31: test \"wrong\": expected rule r, found that it "
	    "does not stand (score 20)\n");
	buf_clear(&report);
	ruleset_free(&rs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hash_is_over_names_lengths_and_texts),
		cmocka_unit_test(test_an_error_makes_nothing),
		cmocka_unit_test(
		    test_tags_are_by_theme_and_the_strongest_rule_decides),
		cmocka_unit_test(
		    test_a_weigh_counts_in_every_rule_of_its_theme),
		cmocka_unit_test(test_a_rule_may_live_by_its_weigh),
		cmocka_unit_test(test_needs_vetoes_and_caps),
		cmocka_unit_test(test_brief_leaves_out_why_flags_stand),
		cmocka_unit_test(test_flags_decide_rural_crime),
		cmocka_unit_test(test_a_review_is_no_crime_by_itself),
		cmocka_unit_test(test_themes_lose_by_each_other),
		cmocka_unit_test(test_edge_without_a_rule_for_rural),
		cmocka_unit_test(test_scratch_is_for_any_rule_set),
		cmocka_unit_test(test_words_beyond_what_is_remembered),
		cmocka_unit_test(test_hostile_text_stays_linear),
		cmocka_unit_test(test_odd_incidents),
		cmocka_unit_test(test_failing_tests_are_reported),
		cmocka_unit_test(test_scores_are_expected),
		cmocka_unit_test(test_layers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
