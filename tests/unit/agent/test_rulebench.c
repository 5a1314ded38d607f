/*
 * Made-up rules and incidents: what a measurement rests on is as it says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agent/rulebench.h"
#include "rules/ruleset.h"

#define RULES 200

static struct str
word(struct buf *out, uint32_t rule, uint32_t i)
{
	buf_reset(out);
	rulebench_word(rule, i, out);
	return buf_str(out);
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A tenth of the words is shared, each by ten rules; no other word twice. */
static void
test_words_are_shared_as_said(void **state)
{
	char *all[RULES * RULEBENCH_WORDS];
	size_t count = 0;
	size_t distinct = 0;

	(void)state;
	for (uint32_t r = 0; r < RULES; r++) {
		for (uint32_t i = 0; i < RULEBENCH_WORDS; i++) {
			struct buf text = { 0 };

			assert_int_equal(word(&text, r, i).len, 10);
			all[count++] = buf_take(&text);
		}
	}
	qsort(all, count, sizeof all[0], compare);
	for (size_t i = 0; i < count; i++)
		distinct += i == 0 || strcmp(all[i - 1], all[i]) != 0;
	assert_int_equal(
	    distinct, RULES * (RULEBENCH_WORDS - 1) + RULES / RULEBENCH_SHARE);
	for (size_t i = 0; i < count; i++)
		free(all[i]);
}

static bool
has_made_up_word(struct str text)
{
	struct buf w = { 0 };
	bool has = false;

	for (uint32_t r = 0; r < RULES && !has; r++)
		for (uint32_t i = 0; i < RULEBENCH_WORDS && !has; i++) {
			struct str s = word(&w, r, i);

			has = memmem(text.p, text.len, s.p, s.len) != NULL;
		}
	buf_clear(&w);
	return has;
}

static void
test_one_text_in_twenty_has_a_word(void **state)
{
	struct rulebench_texts t;

	(void)state;
	rulebench_texts_make(&t, RULES);
	for (size_t i = 0; i < RULEBENCH_TEXTS; i++) {
		assert_int_equal(t.log[i].text.len, RULEBENCH_TEXT_BYTES);
		if (i < 60)
			assert_int_equal(has_made_up_word(t.log[i].text),
			    i % RULEBENCH_HIT_EVERY == 0);
	}
	rulebench_texts_release(&t);
}

/* The rules compile and tag exactly those texts. */
static void
test_rules_find_what_was_put_there(void **state)
{
	struct rulebench_figures figures;
	struct rulebench_texts t;
	struct ruleset_file file = { .name = STR_LIT("made-up.rules") };
	struct buf text = { 0 };
	struct buf diag = { 0 };
	struct ruleset *rs;

	(void)state;
	rulebench_rules(RULES, &text);
	file.text = buf_str(&text);
	if (ruleset_compile(&file, 1, &diag, &rs) < 0)
		fail_msg("%s", diag.p);
	assert_int_equal(diag.len, 0);
	assert_int_equal(ruleset_rule_count(rs), RULES);
	rulebench_texts_make(&t, RULES);
	rulebench_measure(rs, &t, 1, &figures);
	assert_float_equal(figures.tagged, 1.0 / RULEBENCH_HIT_EVERY, 1e-9);
	assert_true(figures.us > 0);
	rulebench_texts_release(&t);
	rulebench_texts_make(&t, 0);
	rulebench_measure(rs, &t, 1, &figures);
	assert_float_equal(figures.tagged, 0, 1e-9);
	rulebench_texts_release(&t);
	ruleset_free(&rs);
	buf_clear(&text);
	buf_clear(&diag);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_are_shared_as_said),
		cmocka_unit_test(test_one_text_in_twenty_has_a_word),
		cmocka_unit_test(test_rules_find_what_was_put_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
