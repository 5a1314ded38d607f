/* Words that stand in the log and do not count are found, with why. */
#include "tests/unit/rules/ruleskit.h"

#include <string.h>

#include "agent/base/clock.h"
#include "rules/uncounted.h"

static const char rules[] =
    "themes t, u\n"
    "context denied\n"
    "    next 4: no\n"
    "context past\n"
    "    next 4: \"last year\"\n"
    "words dogs: dog, dogs\n"
    "\n"
    "rule r \"R\"\n"
    "    theme t\n"
    "    give 30 when text has @dogs\n"
    "    give 30 when text has \"hare coursing\"\n"
    "    take 5 when text has \"cat\"\n"
    "    cancelled when log by UNIT has \"all in order\"\n"
    "    alert from 60, review from 30\n"
    "\n"
    "rule s \"S\"\n"
    "    theme u\n"
    "    give 30 when text has @dogs\n"
    "    review from 30\n";

/* The log, a line each; "UNIT …" is by a unit. */
struct scene {
	struct arena *arena;
	struct ruleset *rs;
	struct rules_scratch *scratch;
	struct incident in;
	struct incident_entry log[4];
	const struct uncounted *found;
	size_t count;
};

static void
look(struct scene *s, const char *const *lines)
{
	struct place place = place_unknown();

	*s = (struct scene){ .arena = arena_new(),
		.rs = ruleskit_compile(rules),
		.scratch = ruleset_scratch_new() };
	incident_init(&s->in);
	s->in.id = str_of("x");
	for (; *lines; lines++) {
		bool is_unit = strncmp(*lines, "UNIT ", 5) == 0;

		s->log[s->in.log_count++] = (struct incident_entry){
			.at_ms = CLOCK_NONE,
			.seq = INCIDENT_NO_NUMBER,
			.by = str_of(is_unit ? "UNIT" : "CALL"),
			.text = str_of(*lines + (is_unit ? 5 : 0)),
		};
	}
	s->in.log = s->log;
	s->count = uncounted_find(
	    s->rs, &s->in, &place, s->scratch, s->arena, &s->found);
}

static void
end(struct scene *s)
{
	ruleset_scratch_free(&s->scratch);
	ruleset_free(&s->rs);
	arena_free(&s->arena);
}

static void
is(const struct scene *s, size_t i, int entry, const char *words,
    const char *why)
{
	const struct uncounted *u = &s->found[i];

	assert_true(i < s->count);
	assert_string_equal(u->field, "log");
	assert_int_equal(u->entry, entry);
	assert_true(
	    str_is(str_make(s->log[entry].text.p + u->start, u->end - u->start),
		words));
	assert_true(str_is(u->why, why));
	assert_true(str_is(u->theme, "t"));
}

static void
test_denied(void **state)
{
	struct scene s;

	(void)state;
	look(&s, (const char *const[]){ "a man with no dogs there",
		     "Hare coursing; last year a dog", NULL });
	assert_int_equal(s.count, 2);
	is(&s, 0, 0, "dogs", "denied");
	is(&s, 1, 1, "dog", "past");
	end(&s);
}

/* What counts is not listed, nor what takes points, nor what nobody seeks. */
static void
test_what_counts(void **state)
{
	struct scene s;

	(void)state;
	look(&s, (const char *const[]){ "dogs, hare coursing, no cat", NULL });
	assert_int_equal(s.count, 0);
	end(&s);
	look(&s, (const char *const[]){ NULL });
	assert_int_equal(s.count, 0);
	end(&s);
}

static void
test_cancelled(void **state)
{
	struct scene s;

	(void)state;
	look(&s, (const char *const[]){ "dogs", "UNIT all in order", NULL });
	assert_int_equal(s.count, 1);
	is(&s, 0, 0, "dogs", "cancelled");
	end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_denied),
		cmocka_unit_test(test_what_counts),
		cmocka_unit_test(test_cancelled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
