/* The approved wordings: how they are read, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/base/err.h"
#include "agent/review/html.h"
#include "agent/review/wordings.h"

#define ALL_MAX 1000
#define CARDS                                   \
	"[any/card] Next time\nRing at once.\n" \
	"[any/ring] Whom\nRing 999.\n"

static struct wordings *
read_text(const char *text, struct err *e)
{
	char path[] = "/tmp/buzzard-wordings-XXXXXX";
	int fd = mkstemp(path);
	struct wordings *w = NULL;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (int)strlen(text));
	close(fd);
	if (wordings_load(path, &w, e) < 0)
		assert_null(w);
	unlink(path);
	return w;
}

static void
count(void *user, const struct wording *one)
{
	char *all = user;
	size_t len = strlen(all);

	assert_true(len < ALL_MAX);
	(void)snprintf(all + len, ALL_MAX - len, "%.*s/%.*s ",
	    STR_ARG(one->theme), STR_ARG(one->outcome));
}

static void
test_a_theme_of_its_own_goes_first(void **state)
{
	struct err e = { 0 };
	struct wordings *w =
	    read_text("# a note\n" CARDS "[any/attended] We went\nWe\n  went.\n"
		      "[any/agency] Passed on\nPassed.\n"
		      "[fuel/attended] We went\nTo the tank.\n",
		&e);
	char all[ALL_MAX] = "";

	(void)state;
	assert_non_null(w);
	wordings_each(w, str_of("fuel"), count, all);
	assert_string_equal(all, "any/agency fuel/attended ");
	all[0] = '\0';
	wordings_each(w, str_of("equine"), count, all);
	assert_string_equal(all, "any/attended any/agency ");
	assert_true(
	    str_is(wordings_find(w, str_of("fuel"), str_of("attended"))->text,
		"To the tank."));
	assert_true(
	    str_is(wordings_find(w, str_of("equine"), str_of("attended"))->text,
		"We went."));
	assert_null(wordings_find(w, str_of("fuel"), str_of("court")));
	assert_null(wordings_named(w, str_of("fuel/agency")));
	assert_null(wordings_named(w, str_of("any/card")));
	assert_null(wordings_named(w, str_of("")));
	assert_null(wordings_named(w, str_of("x")));
	assert_true(
	    str_is(wordings_named(w, str_of("any/agency"))->text, "Passed."));
	wordings_free(&w);
	wordings_free(&w);
}

static void
test_what_is_refused(void **state)
{
	static char longer[2000] = CARDS "[any/a] T\n";
	static const struct {
		const char *text, *words;
	} cases[] = {
		{ "", "any/card and any/ring must be" },
		{ "Officers went.\n", ":1: error: begin with [theme/outcome]" },
		{ CARDS "[attended] We went\n", ":5: error: write [theme/" },
		{ CARDS "[any/attended We went\n", ":5: error: write [theme/" },
		{ CARDS "[hares/attended] X\n", ":5: error: there is no such" },
		{ CARDS "[any/At tended] X\n", ":5: error: an outcome is" },
		{ CARDS "[any/] X\n", ":5: error: an outcome is" },
		{ CARDS "[any/attended]\n", ":5: error: a wording needs a t" },
		{ CARDS "[any/card] X\n", ":5: error: this wording is there" },
		{ CARDS "[any/a] X\n[any/b] Y\n",
		    ":6: error: the wording bef" },
		{ CARDS "[any/a] X\n", "has no text" },
		{ CARDS "[any/a] X\nY\xff\n", "no text in UTF-8" },
		{ CARDS "[any/a] X\nY\x1b[0m\n", "no text in UTF-8" },
		{ longer, "too long" },
	};
	struct wordings *w = NULL;
	struct err e = { 0 };

	(void)state;
	memset(longer + strlen(longer), 'x', 1200);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		e = (struct err){ 0 };
		assert_null(read_text(cases[i].text, &e));
		assert_int_equal(e.code, ERR_INVALID);
		if (!strstr(e.msg, cases[i].words))
			fail_msg("\"%s\" lacks \"%s\"", e.msg, cases[i].words);
	}
	assert_int_equal(wordings_load("/nowhere/at/all", &w, &e), -1);
}

/* Ours: something to say for each theme, and a card; no promise, no blame. */
static void
test_the_built_in_set(void **state)
{
	static const char *const not_said[] = { "we will", "promise",
		"your fault", "you should have", "busy", "understaffed" };
	static const char *const themes[] = { "encampment", "equine",
		"fly-tipping", "fuel", "hare-coursing", "heritage", "livestock",
		"machinery", "poaching", "rural-asb", "wildlife" };
	struct wordings *w = NULL;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(wordings_load(NULL, &w, &e), 0);
	for (size_t i = 0; i < sizeof themes / sizeof themes[0]; i++) {
		char all[ALL_MAX] = "";

		assert_true(html_is_theme(str_of(themes[i])));
		wordings_each(w, str_of(themes[i]), count, all);
		assert_non_null(strstr(all, "/attended "));
		assert_non_null(strstr(all, "/not-attended "));
		assert_non_null(
		    wordings_find(w, str_of(themes[i]), str_of("card")));
		for (const char *key = strtok(all, " "); key;
		     key = strtok(NULL, " ")) {
			char *text =
			    str_copy(wordings_named(w, str_of(key))->text);

			for (size_t n = 0;
			     n < sizeof not_said / sizeof not_said[0]; n++)
				assert_null(strcasestr(text, not_said[n]));
			free(text);
		}
	}
	wordings_free(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_theme_of_its_own_goes_first),
		cmocka_unit_test(test_what_is_refused),
		cmocka_unit_test(test_the_built_in_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
