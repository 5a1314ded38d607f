/* Folding, the dictionary against a naive look, distances and phrases. */
#include "tests/unit/rules/ruleskit.h"

#include <string.h>

#include "rules/fold.h"
#include "rules/spell.h"
#include "rules/terms.h"
#include "rules/words.h"

static void
test_fold(void **state)
{
	static const struct {
		const char *text;
		const char *words; /* each with what stood before it */
	} cases[] = {
		{ "", "" },
		{ "  ,.", "" },
		{ "Dog", ".dog" },
		{ "a,b. cat? d! e;f\ng", ".a,b.cat?d.e.f.g" },
		{ "EK05 ??L EK?? KLT K?", ".ek05 l ek klt k" },
		{ "fly-tip - here \u2013 now", ".fly tip,here,now" },
		{ "don't DON\u2019T 'quoted'", ".dont dont quoted" },
		{ "4x4 3.5 w/ s.61", ".4x4 3 5 w s 61" },
		{ "Hare & Hounds", ".hare and hounds" },
		{ "\u00C9t\u00E9 na\u00EFve \u0141\u00F3d\u017A \u00DFe",
		    ".ete naive lodz sse" },
		{ "e\u0301te\u0301", ".ete" },
		{ "ha\u200Bre so\u00ADft", ".hare soft" },
		{ "3\u00D7 males", ".3x males" },
		{ "\u0441\u043E\u0431\u0430\u043A\u0430",
		    ".\u0441\u043E\u0431\u0430\u043A\u0430" },
		{ "bad\xFF\xC3(byte", ".bad,byte" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct fold f;
		struct buf got = { 0 };

		fold_init(&f, str_of(cases[i].text));
		while (fold_next(&f)) {
			buf_add_char(&got, f.before & FOLD_ASKED      ? '?'
					   : f.before & FOLD_SENTENCE ? '.'
					   : f.before & FOLD_CLAUSE   ? ','
								      : ' ');
			buf_add_str(&got, fold_word(&f));
			assert_true(f.start < f.end);
			assert_true(f.end <= strlen(cases[i].text));
		}
		assert_string_equal(got.p ? got.p : "", cases[i].words);
		buf_clear(&got);
	}
}

static void
test_long_words_are_cut(void **state)
{
	struct fold f;
	char text[300];

	(void)state;
	memset(text, 'a', sizeof text);
	fold_init(&f, str_make(text, sizeof text));
	assert_true(fold_next(&f));
	assert_int_equal(f.word_len, LIMITS_WORD_MAX);
	assert_int_equal(f.end, sizeof text);
	assert_false(fold_next(&f));
}

static void
test_distance(void **state)
{
	static const struct {
		const char *a, *b;
		int max, distance;
	} cases[] = {
		{ "", "", 2, 0 },
		{ "hare", "hare", 2, 0 },
		{ "hare", "hair", 2, 2 },
		{ "lurcher", "lurtcher", 1, 1 },
		{ "lurcher", "luchrer", 1, 2 },
		{ "lurcher", "lurhcer", 1, 1 },
		{ "coursing", "corsing", 1, 1 },
		{ "coursing", "crosnig", 2, 3 },
		{ "a", "abcdef", 2, 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct str a = str_of(cases[i].a);
		struct str b = str_of(cases[i].b);

		assert_int_equal(
		    spell_distance(a, b, cases[i].max), cases[i].distance);
		assert_int_equal(
		    spell_distance(b, a, cases[i].max), cases[i].distance);
	}
}

/* What words_find() must find, looked for one by one. */
static bool
is_match(const struct words *w, uint32_t id, struct str word)
{
	struct str text = words_text(w, id);
	long number = words_number(word);

	switch (words_kind(w, id)) {
	case WORDS_EXACT:
		return str_is_equal(text, word) ||
		       (number >= 0 && number == words_number(text) &&
			   text.p[0] != 'x' && text.p[text.len - 1] != 'x');
	case WORDS_STEM:
		return word.len >= text.len &&
		       memcmp(word.p, text.p, text.len) == 0;
	case WORDS_SLACK1: return spell_distance(text, word, 1) <= 1;
	case WORDS_SLACK2: return spell_distance(text, word, 2) <= 2;
	}
	return false;
}

static uint32_t
next(uint32_t *state, uint32_t below)
{
	*state = *state * 1664525U + 1013904223U;
	return (*state >> 10) % below;
}

static size_t
random_word(uint32_t *state, size_t min, size_t max, char *out)
{
	size_t len = min + next(state, (uint32_t)(max - min + 1));

	for (size_t i = 0; i < len; i++)
		out[i] = (char)('a' + next(state, 3));
	return len;
}

/* Words of three letters only, so that much is near to much. */
static void
test_dictionary_against_a_naive_look(void **state)
{
	struct words *w = words_new();
	uint32_t seed = 7;
	char text[16];
	size_t matches = 0;

	(void)state;
	for (int i = 0; i < 300; i++) {
		enum words_kind kind = (enum words_kind)(i % 4);
		size_t min = kind == WORDS_SLACK2   ? LIMITS_SLACK2_MIN
			     : kind == WORDS_SLACK1 ? LIMITS_SLACK1_MIN
						    : LIMITS_STEM_MIN;
		size_t len = random_word(&seed, min, min + 3, text);

		(void)words_add(w, kind, str_make(text, len));
	}
	(void)words_add(w, WORDS_EXACT, str_of("3"));
	(void)words_add(w, WORDS_EXACT, str_of("twelve"));
	words_freeze(w);
	for (int i = 0; i < 20000; i++) {
		size_t len = random_word(&seed, 1, 12, text);
		uint32_t ids[WORDS_IDS_MAX];
		size_t count;
		size_t at = 0;

		if (i < 20)
			len = (size_t)snprintf(
			    text, sizeof text, i % 2 ? "x%d" : "%d", i);
		count = words_find(w, str_make(text, len), ids);
		if (count == WORDS_IDS_MAX)
			continue;
		at += count > 0 && ids[0] == WORDS_NUMBER;
		for (uint32_t id = 1; id < words_count(w); id++) {
			if (!is_match(w, id, str_make(text, len)))
				continue;
			assert_true(at < count);
			assert_int_equal(ids[at], id);
			at++;
			matches++;
		}
		assert_int_equal(at, count);
	}
	assert_true(matches > 10000);
	words_free(&w);
	words_free(&w);
}

static void
test_numbers(void **state)
{
	static const struct {
		const char *word;
		long n;
	} cases[] = {
		{ "3", 3 },
		{ "x3", 3 },
		{ "12x", 12 },
		{ "three", 3 },
		{ "six", 6 }, /* whose x is its own */
		{ "dozen", 12 },
		{ "4x4", -1 },
		{ "x", -1 },
		{ "dog", -1 },
		{ "99999999", -1 },
		{ "", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(
		    words_number(str_of(cases[i].word)), cases[i].n);
}

static void
test_terms(void **state)
{
	static const struct {
		const char *text;
		enum terms_fault fault;
		size_t count;
	} cases[] = {
		{ "dog", TERMS_FINE, 1 },
		{ "c/van*", TERMS_FINE, 2 },
		{ "cut * chain", TERMS_FINE, 3 },
		{ "dog ... \u2026 hare", TERMS_FINE, 4 },
		{ "a ... b ... c ... d", TERMS_EDGE_GAP, 0 },
		{ "* dog", TERMS_EDGE_GAP, 0 },
		{ "dog ...", TERMS_EDGE_GAP, 0 },
		{ "# #", TERMS_NO_WORDS, 0 },
		{ "d*g", TERMS_INNER_STAR, 0 },
		{ "-*", TERMS_INNER_STAR, 0 },
		{ "do*", TERMS_SHORT_STEM, 0 },
		{ "1 2 3 4 5 6 7 8 9 10 11", TERMS_TOO_LONG, 0 },
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct term_part parts[LIMITS_PHRASE_WORDS_MAX];
		size_t count;

		assert_int_equal(
		    terms_split(arena, str_of(cases[i].text), parts, &count),
		    cases[i].fault);
		if (cases[i].fault == TERMS_FINE)
			assert_int_equal(count, cases[i].count);
	}
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_long_words_are_cut),
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_dictionary_against_a_naive_look),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_terms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
