/* Lines of the register: what can be said in one, and what is refused. */
#include "tests/unit/store/storekit.h"

#include "agent/base/json.h"
#include "agent/store/campcount.h"
#include "agent/store/campwords.h"

/* What was filled in. */
struct form {
	const char *const *pairs;
};

/* Fields as a form has them: name, value, name, value, NULL. */
static struct str
get(void *user, const char *name)
{
	const char *const *pairs = ((const struct form *)user)->pairs;

	for (; *pairs; pairs += 2)
		if (strcmp(pairs[0], name) == 0)
			return str_of(pairs[1]);
	return (struct str){ 0 };
}

static int
read_line(enum campword_kind kind, const char *const *pairs, struct buf *body,
    const char **field, struct err *e)
{
	struct arena *arena = arena_new();
	struct form form = { pairs };
	int r;

	buf_reset(body);
	r = campwords_read(
	    campwords_kind(kind)->fields, get, &form, arena, body, field, e);
	arena_free(&arena);
	return r;
}

static void
test_each_kind_can_be_read_back(void **state)
{
	static const char *const visit[] = { "unit", " RC21 ", "caravans", "8",
		"dogs", "", "waste", "none", "seen", "Gate open\nTrack clear",
		NULL };
	struct buf body = { 0 };
	const char *field;

	(void)state;
	OK(read_line(CAMP_VISIT, visit, &body, &field, e));
	assert_string_equal(body.p,
	    "{\"unit\":\"RC21\",\"caravans\":8,\"waste\":\"none\","
	    "\"seen\":\"Gate open\\nTrack clear\"}");
	assert_null(field);
	buf_clear(&body);
}

static void
test_what_is_refused(void **state)
{
	static const struct {
		enum campword_kind kind;
		const char *const pairs[9];
		const char *field, *words;
	} cases[] = {
		{ CAMP_VISIT, { NULL }, "unit", "Fill in “Unit”" },
		{ CAMP_VISIT, { "unit", "  ", NULL }, "unit", "Fill in" },
		{ CAMP_VISIT, { "unit", "A", "vans", "-1", NULL }, "vans",
		    "whole number from 0 to 999" },
		{ CAMP_VISIT, { "unit", "A", "vans", "1000", NULL }, "vans",
		    "leave it empty" },
		{ CAMP_VISIT, { "unit", "A", "vans", "1 ", "cars", "x", NULL },
		    "cars", "whole number" },
		{ CAMP_VISIT, { "unit", "A", "waste", "gold", NULL }, "waste",
		    "Choose one of the answers for “Waste”" },
		{ CAMP_STEP, { "who", "owner", NULL }, "what", "Choose" },
		{ CAMP_EVIDENCE,
		    { "test", "s99", "side", "for", "source", "seen", NULL },
		    "test", "Choose" },
		{ CAMP_VISIT, { "unit", "A\tB", NULL }, "unit",
		    "cannot be shown" },
		{ CAMP_VISIT, { "unit", "A", "seen", "Two Irish vans", NULL },
		    "seen", "holds the word “irish”" },
		{ CAMP_VISIT,
		    { "unit", "A", "seen", "white males at the gate", NULL },
		    "seen", "holds the word “white”" },
		{ CAMP_DECISION,
		    { "what", "watch", "role", "sergeant", "text",
			"The gypsies agreed", NULL },
		    "text", "says who people are" },
	};
	struct buf body = { 0 };

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct err e = { 0 };
		const char *field = NULL;

		assert_int_equal(
		    read_line(cases[i].kind, cases[i].pairs, &body, &field, &e),
		    -1);
		assert_int_equal(e.code, ERR_INVALID);
		assert_string_equal(field, cases[i].field);
		if (!strstr(e.msg, cases[i].words))
			fail_msg("%zu: %s", i, e.msg);
	}
	buf_clear(&body);
}

static void
test_names_of_places_and_animals_may_stand(void **state)
{
	static const char *const texts[] = { "Gypsy Lane, opposite the inn",
		"an Irish wolfhound on a chain", "a white van and a black car",
		"Polish Avenue" };
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++)
		OK(campwords_check_text(
		    arena, "Place", str_of(texts[i]), 120, e));
	arena_free(&arena);
}

static bool
is_unique(const struct campword_choice *c)
{
	for (; c->word; c++)
		for (const struct campword_choice *d = c + 1; d->word; d++)
			if (strcmp(c->word, d->word) == 0)
				return false;
	return true;
}

static void
test_tables_are_whole(void **state)
{
	size_t count, outcomes = 0;
	const struct campword_test *tests = campwords_tests(&count);
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < count; i++) {
		bool is_all = strcmp(tests[i].power, "all") == 0;

		assert_true(is_all || campwords_label(campwords_powers(),
					  str_of(tests[i].power)));
		assert_ptr_equal(
		    campwords_test(str_of(tests[i].word)), &tests[i]);
		/* The register's own words pass its own check. */
		OK(campwords_check_text(
		    arena, "x", str_of(tests[i].text), 500, e));
	}
	/* Each power has its tests. */
	for (const struct campword_choice *p = campwords_powers(); p->word;
	     p++) {
		bool has_any = false;

		for (size_t i = 0; i < count; i++)
			has_any |= strcmp(tests[i].power, p->word) == 0;
		assert_true(has_any);
	}
	for (int k = CAMP_PLACE; k < CAMP_KIND_COUNT; k++) {
		const struct campword_form *w =
		    campwords_kind((enum campword_kind)k);

		assert_int_equal(campwords_find(str_of(w->word)), k);
		for (const struct campword_field *f = w->fields; f->name; f++)
			assert_true(
			    f->type != CAMP_CHOICE || is_unique(f->choices));
	}
	assert_int_equal(campwords_find(str_of("none")), 0);
	while (campwords_outcomes()[outcomes].word)
		outcomes++;
	assert_true(outcomes <= CAMPCOUNT_OUTCOMES);
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_kind_can_be_read_back),
		cmocka_unit_test(test_what_is_refused),
		cmocka_unit_test(test_names_of_places_and_animals_may_stand),
		cmocka_unit_test(test_tables_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
