/*
 * Counting rules against labels: a corpus of five incidents whose figures are
 * worked out by hand beside the test, reading such a corpus, and the check of
 * evidence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/corpus.h"
#include "agent/evidence.h"
#include "agent/incident/plates.h"
#include "agent/tally.h"
#include "rules/nearest.h"
#include "rules/ruleset.h"

static const char rules[] =
    "themes hare-coursing, fly-tipping, fuel\n"
    "rule courses \"Coursing\"\n"
    "    theme hare-coursing\n"
    "    give 30 when text has \"dog\"\n"
    "    give 40 when text has \"hare\"\n"
    "    take 50 when text has \"pub\"\n"
    "    alert from 60, review from 30\n"
    "rule tips \"Tipping\"\n"
    "    theme fly-tipping\n"
    "    give 50 when text has \"rubbish\" because \"there is rubbish\"\n"
    "    need text has \"dumped\"\n"
    "    review from 50\n"
    "rule tips_too \"Tipping, tried\"\n"
    "    theme fly-tipping\n"
    "    shadow\n"
    "    give 50 when text has \"rubbish\"\n"
    "    review from 50\n"
    "rule a_crime \"A crime\"\n"
    "    flag crime\n"
    "    give 60 when text has \"stolen\"\n"
    "    review from 60\n"
    "rule now \"Now\"\n"
    "    flag in-progress\n"
    "    give 60 when text has \"now\"\n"
    "    review from 60\n";

#define LABELS(themes, crime, basis, now)                            \
	"\"labels\":{\"themes\":[" themes "],\"rural_crime\":" crime \
	",\"basis\":\"" basis "\",\"in_progress\":" now "}"
#define RECORD(id, text, rest)                                       \
	"{\"id\":\"" id "\",\"opened_at\":\"2026-01-14T10:42:00Z\"," \
	"\"log\":[{\"text\":\"" text "\"}]," rest "}\n"

/*
 *    id  labelled        said                    rural crime    in progress
 *    a   hare-coursing   hare-coursing, alert    yes, yes       yes, yes
 *    b   -               hare-coursing, review   no,  yes       no,  no
 *    c   fly-tipping     nothing                 yes, no        no,  yes
 *    d   fly-tipping     fly-tipping, review     yes, yes       no,  no
 *    e   poaching        nothing                 no,  no        yes, no
 */
static const char corpus_text[] =
    RECORD("a", "a dog and a hare now, AB12 CDE in a Ford car",
	"\"vrms\":[\"AB12CDE\",\"XY55ZZZ\"],\"hard\":\"plain\","
	"\"setting\":\"rural\"," LABELS("\"hare-coursing\"", "true", "location",
	    "true")) RECORD("b", "a lost dog, stolen",
	"\"hard\":\"false-friend\",\"setting\":\"urban\"," LABELS(
	    "", "false", "none", "false")) RECORD("c", "rubbish left there now",
	"\"hard\":\"plain\",\"setting\":\"rural\"," LABELS(
	    "\"fly-tipping\"", "true", "location", "false")) RECORD("d",
	"rubbish dumped, dog hare pub, stolen",
	"\"hard\":\"multi\",\"setting\":\"rural\"," LABELS("\"fly-tipping\"",
	    "true", "targeted", "false")) RECORD("e", "pheasants",
	"\"hard\":\"plain\",\"setting\":\"fringe\"," LABELS(
	    "\"poaching\"", "false", "none", "true"));

struct scene {
	struct ruleset *rules;
	struct rules_scratch *scratch;
	struct corpus corpus;
	struct tally tally;
	char file[64];
};

static size_t complaints;
static char complaint[512];

static void
complain(const char *file, size_t line, const char *sentence)
{
	(void)file;
	complaints++;
	(void)snprintf(complaint, sizeof complaint, "%zu: %s", line, sentence);
}

static void
read_text(struct scene *s, const char *text)
{
	struct err e = { 0 };

	complaints = 0;
	assert_int_equal(
	    files_write_atomic(s->file, 0600, str_of(text), &e), 0);
	assert_int_equal(corpus_read(&s->corpus, s->file, complain, &e), 0);
	corpus_drop_repeats(&s->corpus, complain);
}

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof *s);
	const struct ruleset_file file = { STR_LIT("a.rules"), STR_LIT(rules) };
	struct buf diag = { 0 };
	int fd;

	assert_non_null(s);
	(void)snprintf(s->file, sizeof s->file, "/tmp/test_tally_XXXXXX");
	fd = mkstemp(s->file);
	assert_true(fd >= 0);
	close(fd);
	if (ruleset_compile(&file, 1, &diag, &s->rules) < 0)
		fail_msg("%s", diag.p);
	buf_clear(&diag);
	s->scratch = ruleset_scratch_new();
	tally_init(&s->tally, s->rules);
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	struct scene *s = *state;

	tally_release(&s->tally);
	corpus_release(&s->corpus);
	ruleset_scratch_free(&s->scratch);
	ruleset_free(&s->rules);
	(void)unlink(s->file);
	free(s);
	return 0;
}

static struct place
rural(void)
{
	struct place place = place_unknown();

	place.class = PLACE_RURAL;
	return place;
}

static unsigned
judge(struct scene *s, size_t i, struct rules_result *result)
{
	const struct corpus_item *item = &s->corpus.items[i];
	struct place place = rural();
	struct tally_said said = { .result = result };

	ruleset_tag(s->rules, &item->incident, &place, s->scratch,
	    s->corpus.arena, result);
	said.plate_count =
	    plates_find(&item->incident, s->corpus.arena, &said.plates);
	return tally_add(&s->tally, item, &said);
}

static void
judge_all(struct scene *s)
{
	struct rules_result result;

	read_text(s, corpus_text);
	assert_int_equal(complaints, 0);
	assert_int_equal(s->corpus.count, 5);
	for (size_t i = 0; i < s->corpus.count; i++)
		(void)judge(s, i, &result);
	tally_finish(&s->tally);
}

static void
check_counts(const struct tally_counts *c, size_t right, size_t wrong,
    size_t missed, size_t absent)
{
	assert_int_equal(c->right, right);
	assert_int_equal(c->wrong, wrong);
	assert_int_equal(c->missed, missed);
	assert_int_equal(c->absent, absent);
}

static const struct tally_theme *
theme(const struct scene *s, const char *name)
{
	for (size_t i = 0; i < s->tally.theme_count; i++)
		if (str_is(s->tally.themes[i].name, name))
			return &s->tally.themes[i];
	fail_msg("no theme %s", name);
	return NULL;
}

/* a right, b wrong; of alerts a alone; d has 20 points of 30. */
static void
test_themes_by_hand(void **state)
{
	struct scene *s = *state;
	struct tally_ratios r;

	judge_all(s);
	assert_int_equal(s->tally.theme_count, 4);
	check_counts(&theme(s, "hare-coursing")->any, 1, 1, 0, 3);
	check_counts(&theme(s, "hare-coursing")->alert, 1, 0, 0, 4);
	check_counts(&theme(s, "fly-tipping")->any, 1, 0, 1, 3);
	check_counts(&theme(s, "fly-tipping")->alert, 0, 0, 2, 3);
	check_counts(&theme(s, "fuel")->any, 0, 0, 0, 5);
	check_counts(&theme(s, "poaching")->any, 0, 0, 1, 4);
	assert_true(theme(s, "fuel")->is_declared);
	assert_false(theme(s, "poaching")->is_declared);
	check_counts(&s->tally.micro, 2, 1, 2, 15);
	r = tally_ratios(&s->tally.micro);
	assert_float_equal(r.precision, 2.0 / 3, 1e-9);
	assert_float_equal(r.recall, 0.5, 1e-9);
	assert_float_equal(r.f1, 4.0 / 7, 1e-9);
}

/*
 * Three themes have cases: precision 1/2, 1 and none (0); recall 1, 1/2, 0;
 * F1 2/3, 2/3, 0.
 */
static void
test_average_counts_silence_as_nothing(void **state)
{
	struct scene *s = *state;
	struct tally_ratios r;

	judge_all(s);
	r = tally_macro(&s->tally);
	assert_float_equal(r.precision, 0.5, 1e-9);
	assert_float_equal(r.recall, 0.5, 1e-9);
	assert_float_equal(r.f1, 4.0 / 9, 1e-9);
	r = tally_ratios(&theme(s, "fuel")->any);
	assert_true(r.precision != r.precision);
	assert_true(r.recall != r.recall);
	assert_true(r.f1 != r.f1);
	assert_float_equal(r.accuracy, 1, 1e-9);
}

static void
test_questions_by_hand(void **state)
{
	struct scene *s = *state;

	judge_all(s);
	check_counts(&s->tally.rural, 2, 1, 1, 1);
	check_counts(&s->tally.progress, 1, 1, 1, 2);
	check_counts(&s->tally.plates, 1, 0, 1, 0);
	/* a and e; b and d say location wrongly, c says none. */
	assert_float_equal(tally_basis_accuracy(&s->tally), 0.4, 1e-9);
	assert_int_equal(
	    s->tally.basis[CORPUS_BASIS_NONE][CORPUS_BASIS_LOCATION], 1);
	assert_int_equal(
	    s->tally.basis[CORPUS_BASIS_TARGETED][CORPUS_BASIS_LOCATION], 1);
	assert_int_equal(s->tally.incidents, 5);
	assert_int_equal(s->tally.all_right, 0);
}

static void
test_classes_by_hand(void **state)
{
	struct scene *s = *state;
	const struct tally_group *plain;

	judge_all(s);
	assert_int_equal(s->tally.hard_count, 3);
	assert_int_equal(s->tally.setting_count, 3);
	plain = &s->tally.hard[2];
	assert_true(str_is(plain->name, "plain"));
	assert_int_equal(plain->incidents, 3);
	check_counts(&plain->themes, 1, 0, 2, 0);
	check_counts(&plain->rural, 1, 0, 1, 1);
}

static const struct tally_rule *
rule(const struct scene *s, const char *name)
{
	for (size_t i = 0; i < s->tally.rule_count; i++)
		if (str_is(s->tally.rules[i].name, name))
			return &s->tally.rules[i];
	fail_msg("no rule %s", name);
	return NULL;
}

/* courses stood on a with 70 and on b with 30; its dog ground on both. */
static void
test_rules_by_hand(void **state)
{
	struct scene *s = *state;
	const struct tally_rule *r;

	judge_all(s);
	r = rule(s, "courses");
	assert_int_equal(r->right, 1);
	assert_int_equal(r->wrong, 1);
	assert_int_equal(r->points_right, 70);
	assert_int_equal(r->points_wrong, 30);
	assert_int_equal(r->ground_count, 2);
	assert_int_equal(r->grounds[0].right, 1);
	assert_int_equal(r->grounds[0].wrong, 1);
	assert_int_equal(r->grounds[1].points, 40);
	assert_int_equal(r->grounds[1].wrong, 0);
	r = rule(s, "tips_too");
	assert_true(r->is_shadow);
	assert_int_equal(r->right, 2);
	r = rule(s, "a_crime");
	assert_true(r->is_flag);
	assert_int_equal(r->right, 1);
}

static void
test_what_is_wrong_with_one(void **state)
{
	struct scene *s = *state;
	struct rules_result result;

	read_text(s, corpus_text);
	assert_int_equal(judge(s, 0, &result), TALLY_PLATES);
	assert_int_equal(
	    judge(s, 1, &result), TALLY_THEMES | TALLY_RURAL | TALLY_BASIS);
	assert_int_equal(judge(s, 2, &result),
	    TALLY_THEMES | TALLY_RURAL | TALLY_BASIS | TALLY_PROGRESS);
	assert_int_equal(judge(s, 3, &result), TALLY_BASIS);
	assert_int_equal(judge(s, 4, &result), TALLY_THEMES | TALLY_PROGRESS);
}

static void
test_nearest_says_what_is_lacking(void **state)
{
	struct scene *s = *state;
	struct place place = rural();
	struct nearest n;

	read_text(s, corpus_text);
	assert_true(nearest_find(s->rules, &s->corpus.items[2].incident, &place,
	    s->scratch, str_of("fly-tipping"), false, &n));
	assert_true(str_is(n.rule, "tips"));
	assert_int_equal(n.score, 50);
	assert_true(str_is(n.barred_by, "text has \"dumped\""));
	assert_false(n.is_veto);
	assert_false(str_is_given(n.lacks));
	assert_true(nearest_find(s->rules, &s->corpus.items[3].incident, &place,
	    s->scratch, str_of("in-progress"), true, &n));
	assert_int_equal(n.lowest, 60);
	assert_int_equal(n.lacks_points, 60);
	assert_true(str_is(n.lacks, "text has \"now\""));
	assert_false(nearest_find(s->rules, &s->corpus.items[4].incident,
	    &place, s->scratch, str_of("fuel"), false, &n));
}

/* ---- Reading ---- */

static void
test_bad_records_are_named(void **state)
{
	static const struct {
		const char *record, *said;
	} cases[] = {
		{ "{\"id\":\"x\"", "1: " },
		{ RECORD("x", "t", "\"hard\":\"plain\""),
		    "1: labels.themes is missing" },
		{ RECORD("x", "t", LABELS("3", "true", "none", "true")),
		    "1: labels.themes[0] is a whole number, not text" },
		{ RECORD("x", "t", LABELS("", "1", "none", "true")),
		    "1: labels.rural_crime is a whole number, not true or false" },
		{ RECORD("x", "t", LABELS("", "true", "here", "true")),
		    "1: labels.basis is not location, targeted or none" },
		{ RECORD("x", "t",
		      "\"partial\":true," LABELS("", "true", "none", "true")),
		    "1: partial is true" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct scene *s = *state;

		read_text(s, cases[i].record);
		assert_int_equal(complaints, 1);
		if (strncmp(complaint, cases[i].said, strlen(cases[i].said)) !=
		    0)
			fail_msg("%s", complaint);
		assert_int_equal(s->corpus.count, 0);
		assert_int_equal(s->corpus.refused, i + 1);
	}
}

static void
test_a_repeated_id_counts_once(void **state)
{
	struct scene *s = *state;

	read_text(s,
	    RECORD("x", "one", LABELS("", "true", "none", "true"))
		RECORD("y", "two", LABELS("", "true", "none", "true"))
		    RECORD("x", "three", LABELS("", "true", "none", "true")));
	assert_int_equal(s->corpus.count, 2);
	assert_int_equal(s->corpus.refused, 1);
	assert_non_null(strstr(complaint, "3: the id x stands before, in "));
	assert_true(str_is(s->corpus.items[0].incident.log[0].text, "one"));
}

/* ---- Evidence ---- */

static struct rules_tag
tag_of(const struct rules_hit *hit)
{
	return (struct rules_tag){ .theme = STR_LIT("t"),
		.level = RULES_REVIEW,
		.score = 30,
		.hits = hit,
		.hit_count = 1 };
}

static void
test_evidence_must_stand_where_it_says(void **state)
{
	struct scene *s = *state;
	const struct incident *in;
	struct rules_evidence ev = { .field = STR_LIT("log"),
		.has_span = true,
		.start = 7,
		.end = 10,
		.text = STR_LIT("dog"),
		.points = 30 };
	struct rules_hit hit = {
		.rule = STR_LIT("r"), .evidence = &ev, .evidence_count = 1
	};
	struct rules_tag tag = tag_of(&hit);

	read_text(s, corpus_text);
	in = &s->corpus.items[1].incident; /* "a lost dog" */
	assert_null(evidence_fault(&tag, in, s->corpus.arena));
	ev.start = 6;
	ev.end = 9;
	assert_non_null(evidence_fault(&tag, in, s->corpus.arena));
	ev.start = 7;
	ev.end = 11;
	assert_non_null(evidence_fault(&tag, in, s->corpus.arena));
	ev.end = 10;
	ev.entry = 1;
	assert_non_null(evidence_fault(&tag, in, s->corpus.arena));
	ev.entry = 0;
	ev.points = 0;
	assert_non_null(evidence_fault(&tag, in, s->corpus.arena));
	tag.hit_count = 0;
	assert_non_null(evidence_fault(&tag, in, s->corpus.arena));
}

/* "dog" alone made b's tag, and d and two more without the label have it. */
static void
test_a_common_word_alone(void **state)
{
	struct scene *s = *state;
	struct evidence_words words = { 0 };
	struct rules_result result;
	struct buf text = { 0 };

	buf_add_text(&text, corpus_text);
	buf_add_text(
	    &text, RECORD("f", "Dog!", LABELS("", "true", "none", "true")));
	read_text(s, text.p);
	buf_clear(&text);
	for (size_t i = 0; i < s->corpus.count; i++) {
		(void)judge(s, i, &result);
		for (size_t t = 0; t < result.tag_count; t++)
			evidence_add_single(&words, &result.tags[t],
			    &s->corpus.items[i], s->corpus.arena);
	}
	assert_int_equal(words.count, 2); /* "dog" and "rubbish" */
	evidence_keep_common(&words, &s->corpus);
	assert_int_equal(words.count, 1);
	assert_true(str_is(words.items[0].word, "dog"));
	assert_true(str_is(words.items[0].first_id, "b"));
	assert_int_equal(words.items[0].tags, 2);
	assert_int_equal(words.items[0].right, 0);
	assert_int_equal(words.items[0].others, 5);
	assert_int_equal(words.items[0].others_with, 3);
	evidence_words_release(&words);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_themes_by_hand, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_average_counts_silence_as_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_questions_by_hand, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_classes_by_hand, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_rules_by_hand, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_what_is_wrong_with_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_nearest_says_what_is_lacking, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_bad_records_are_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_a_repeated_id_counts_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_evidence_must_stand_where_it_says, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_a_common_word_alone, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
