/*
 * Rules sleep until a word wakes them (compile_wake.c).  Logs made of the
 * packs' own words, at random, must be tagged the same by a set in which no
 * rule ever sleeps.
 */
#include "tests/unit/rules/ruleskit.h"

#include <string.h>

#include "agent/base/clock.h"
#include "rules/engine.h"

#define LOGS        20000
#define ENTRIES_MAX 4
#define WORDS_MAX   14

static uint32_t state = 2026;

static uint32_t
next(uint32_t below)
{
	state = state * 1664525U + 1013904223U;
	return (state >> 9) % below;
}

/* A set whose rules are all always awake, with all their grounds. */
static struct ruleset *
load_sleepless(const char *dir)
{
	struct ruleset *rs = ruleskit_load(dir);

	assert_non_null(rs);
	for (uint32_t i = 0; i < rs->rule_count; i++)
		rs->always[i / 64] |= UINT64_C(1) << (i % 64);
	for (uint32_t i = 0; i < rs->ground_count; i++)
		rs->open[i / 64] |= UINT64_C(1) << (i % 64);
	return rs;
}

static void
add_words(const struct ruleset *rs, struct buf *out)
{
	for (uint32_t n = next(WORDS_MAX); n > 0; n--) {
		uint32_t id = 1 + next(words_count(rs->words) - 1);

		buf_add_str(out, words_text(rs->words, id));
		buf_add_text(out, next(8) ? " " : next(2) ? ". " : ", ");
	}
}

static void
make_log(const struct ruleset *rs, struct arena *arena, struct incident *in,
    struct incident_entry *log)
{
	static const char *const writers[] = { "CALL", "UNIT", "OPERATOR",
		"DISPATCH" };
	struct buf text = { 0 };

	incident_init(in);
	in->id = str_of("1");
	in->opened_ms = INT64_C(1768387327000) + next(365) * INT64_C(86400000);
	in->grade_no = 1 + next(5);
	in->log = log;
	in->log_count = next(ENTRIES_MAX + 1);
	for (size_t i = 0; i < in->log_count; i++) {
		buf_reset(&text);
		add_words(rs, &text);
		log[i] = (struct incident_entry){
			.at_ms = CLOCK_NONE,
			.by = str_of(writers[next(4)]),
			.text = arena_str(arena, buf_str(&text)),
		};
	}
	buf_reset(&text);
	add_words(rs, &text);
	in->location_text = arena_str(arena, buf_str(&text));
	if (next(3) == 0)
		in->opening_code = in->location_text;
	buf_clear(&text);
}

static void
assert_same(const struct rules_tag *a, const struct rules_tag *b, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		assert_true(str_is_equal(a[i].theme, b[i].theme));
		assert_int_equal(a[i].score, b[i].score);
		assert_int_equal(a[i].level, b[i].level);
		assert_int_equal(a[i].hit_count, b[i].hit_count);
		for (size_t h = 0; h < a[i].hit_count; h++)
			assert_int_equal(a[i].hits[h].evidence_count,
			    b[i].hits[h].evidence_count);
	}
}

static void
test_sleeping_changes_nothing(void **unused)
{
	const char *dir = TEST_SOURCE_DIR "/rules/packs/essex";
	struct ruleset *rs = ruleskit_load(dir);
	struct ruleset *sleepless = load_sleepless(dir);
	struct rules_scratch *s = ruleset_scratch_new();
	struct rules_scratch *t = ruleset_scratch_new();
	struct arena *arena = arena_new();
	size_t tags = 0;

	(void)unused;
	for (int i = 0; i < LOGS; i++) {
		struct incident_entry log[ENTRIES_MAX];
		struct place place = place_unknown();
		struct incident in;
		struct rules_result a;
		struct rules_result b;

		make_log(rs, arena, &in, log);
		place.class = (enum place_class)next(4);
		ruleset_tag(rs, &in, &place, s, arena, &a);
		ruleset_tag(sleepless, &in, &place, t, arena, &b);
		assert_int_equal(a.tag_count, b.tag_count);
		assert_int_equal(a.flag_count, b.flag_count);
		assert_same(a.tags, b.tags, a.tag_count);
		assert_same(a.flags, b.flags, a.flag_count);
		assert_int_equal(a.rural_crime, b.rural_crime);
		tags += a.tag_count;
		arena_reset(arena);
	}
	print_message("%d logs, %zu tags\n", LOGS, tags);
	assert_true(tags > LOGS / 200);
	arena_free(&arena);
	ruleset_scratch_free(&s);
	ruleset_scratch_free(&t);
	ruleset_free(&rs);
	ruleset_free(&sleepless);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sleeping_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
