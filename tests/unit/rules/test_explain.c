/*
 * What is said of rules that stand and of rules that do not, and that it is
 * so: tests/golden/explain/NAME.in is an incident, the rule to explain, some
 * changes with the level that each must bring, and after a blank line rules;
 * NAME.ok is the explanation.  The changes are those that the explanation
 * names, made to the incident, and the engine's word is final.
 * BUZZARD_GOLDEN_UPDATE=1 writes the .ok files.
 */
#include "tests/unit/rules/ruleskit.h"

#include <string.h>

#include "agent/base/clock.h"
#include "rules/explain.h"

#define GOLDEN    TEST_SOURCE_DIR "/tests/golden/explain"
#define ENTRY_MAX 8

struct scene {
	struct arena *arena;
	struct ruleset *rs;
	struct incident in;
	struct incident_entry log[ENTRY_MAX];
	struct place place;
	struct str rule;
	const char *name;
	size_t flips;
};

static struct str
word(struct str *line)
{
	const char *space = memchr(line->p, ' ', line->len);
	struct str first = *line;

	if (!space) {
		*line = str_make("", 0);
		return first;
	}
	first.len = (size_t)(space - line->p);
	*line = str_make(space + 1, line->len - first.len - 1);
	return first;
}

static long
number(struct str s)
{
	return s.len > 0 ? s.p[0] - '0' : 0;
}

static void
set_place(struct scene *s, struct str name)
{
	for (int i = 0; i < 4; i++)
		if (str_is(name, place_class_name((enum place_class)i)))
			s->place.class = (enum place_class)i;
}

/* One fact of the incident, or a change to it. */
static void
set(struct scene *s, struct str line)
{
	struct str what = word(&line);

	if (str_is(what, "place")) {
		set_place(s, line);
	} else if (str_is(what, "grade")) {
		s->in.grade_no = number(line);
	} else if (str_is(what, "opened")) {
		assert_true(clock_parse(line, &s->in.opened_ms));
	} else if (str_is(what, "location")) {
		s->in.location_text = line;
	} else if (str_is(what, "drop")) {
		s->log[number(line)].text = str_of("");
	} else if (str_is(what, "log")) {
		struct str by = word(&line);

		assert_true(s->in.log_count < ENTRY_MAX);
		s->log[s->in.log_count++] = (struct incident_entry){
			.at_ms = CLOCK_NONE, .by = by, .text = line
		};
	} else {
		fail_msg("%s: what is \"%.*s\"?", s->name, STR_ARG(what));
	}
}

/* The level of the rule, as the tagger has it; a flag is at review. */
static const char *
level_now(struct scene *s)
{
	struct rules_scratch *scratch = ruleset_scratch_new();
	enum rules_level level = RULES_NONE;
	struct rules_result result;

	ruleset_tag(s->rs, &s->in, &s->place, scratch, s->arena, &result);
	for (size_t i = 0; i < result.tag_count; i++)
		for (size_t k = 0; k < result.tags[i].hit_count; k++)
			if (str_is_equal(result.tags[i].hits[k].rule, s->rule))
				level = result.tags[i].level;
	for (size_t i = 0; i < result.flag_count; i++)
		for (size_t k = 0; k < result.flags[i].hit_count; k++)
			if (str_is_equal(result.flags[i].hits[k].rule, s->rule))
				level = result.flags[i].level;
	ruleset_scratch_free(&scratch);
	return rules_level_name(level);
}

/* "flip place edge, grade 2 => alert": on a copy, each from the beginning. */
static void
flip(const struct scene *s, struct str line)
{
	struct scene then = *s;
	struct str all = line;
	struct str changes = line;
	const char *arrow = strstr(line.p, " => ");

	assert_non_null(arrow);
	changes.len = (size_t)(arrow - line.p);
	line = str_make(arrow + 4, line.len - changes.len - 4);
	then.in.log = then.log;
	while (changes.len > 0) {
		const char *and = strstr(changes.p, " && ");
		size_t len =
		    and&&and < arrow ? (size_t)(and-changes.p) : changes.len;

		set(&then, str_make(changes.p, len));
		changes = len < changes.len ? str_make(changes.p + len + 4,
						  changes.len - len - 4)
					    : str_make("", 0);
	}
	if (!str_is(line, level_now(&then)))
		fail_msg("%s: %.*s, but it is %s", s->name, STR_ARG(all),
		    level_now(&then));
}

static void
say(struct scene *s, struct buf *out)
{
	struct rules_scratch *scratch = ruleset_scratch_new();
	const struct explain_rule *rules;
	bool one = !str_is(s->rule, "-");
	size_t count = explain_rules(s->rs, &s->in, &s->place, scratch,
	    one ? s->rule : str_of(NULL), s->arena, &rules);

	for (size_t i = 0; i < count; i++)
		explain_print(&rules[i], !one, out);
	if (one)
		assert_string_equal(
		    rules_level_name(rules[0].level), level_now(s));
	ruleset_scratch_free(&scratch);
}

/* Lines up to a blank one are the incident; what follows are rules. */
static void
run(struct scene *s, const struct buf *text, struct buf *out)
{
	const char *rules = strstr(text->p, "\n\n");
	const char *at = text->p;

	assert_non_null(rules);
	s->rs = ruleskit_compile(rules + 2);
	incident_init(&s->in);
	s->in.id = str_of("1");
	s->in.log = s->log;
	s->place = place_unknown();
	for (int pass = 0; pass < 2; pass++) {
		for (at = text->p; at < rules + 1; at = strchr(at, '\n') + 1) {
			struct str line =
			    str_make(at, (size_t)(strchr(at, '\n') - at));
			bool is_flip = str_has_prefix(line, "flip ");

			if (str_has_prefix(line, "rule ")) {
				s->rule = str_make(line.p + 5, line.len - 5);
			} else if (pass == 0 && !is_flip) {
				set(s, line);
			} else if (pass == 1 && is_flip) {
				flip(s, str_make(line.p + 5, line.len - 5));
				s->flips++;
			}
		}
	}
	say(s, out);
}

static void
read_file(const char *name, const char *suffix, struct buf *out)
{
	struct buf path = { 0 };
	struct err e;

	buf_reserve(out, 1);
	buf_addf(&path, "%s/%s%s", GOLDEN, name, suffix);
	if (files_read(path.p, 1 << 22, out, &e) == -1)
		buf_addf(out, "(%s)", e.msg);
	buf_clear(&path);
}

static void
write_file(const char *name, struct str text)
{
	struct buf path = { 0 };
	struct err e;

	buf_addf(&path, "%s/%s.ok", GOLDEN, name);
	assert_int_equal(files_write_atomic(path.p, 0644, text, &e), 0);
	buf_clear(&path);
}

static void
test_golden(void **state)
{
	struct files_list names;
	struct err e;
	size_t wrong = 0;
	size_t flips = 0;

	(void)state;
	assert_int_equal(files_list(GOLDEN, ".in", &names, &e), 0);
	assert_true(names.count > 5);
	for (size_t i = 0; i < names.count; i++) {
		struct scene s = { .arena = arena_new() };
		struct buf text = { 0 };
		struct buf said = { 0 };
		struct buf expected = { 0 };

		names.names[i][strlen(names.names[i]) - 3] = '\0';
		s.name = names.names[i];
		read_file(s.name, ".in", &text);
		run(&s, &text, &said);
		flips += s.flips;
		if (getenv("BUZZARD_GOLDEN_UPDATE"))
			write_file(s.name, buf_str(&said));
		read_file(s.name, ".ok", &expected);
		if (!str_is_equal(buf_str(&said), buf_str(&expected))) {
			print_message("%s says\n%s", s.name, said.p);
			wrong++;
		}
		ruleset_free(&s.rs);
		arena_free(&s.arena);
		buf_clear(&text);
		buf_clear(&said);
		buf_clear(&expected);
	}
	files_list_release(&names);
	assert_int_equal(wrong, 0);
	assert_true(flips > 20);
}

static void
test_no_such_rule(void **state)
{
	struct ruleset *rs = ruleskit_compile(
	    "themes t\nrule r \"R\"\n theme t\n"
	    " give 30 when log has \"dog\"\n review from 30\n");
	struct rules_scratch *s = ruleset_scratch_new();
	struct arena *arena = arena_new();
	const struct explain_rule *rules;
	struct place place = place_unknown();
	struct incident in;

	(void)state;
	incident_init(&in);
	in.id = str_of("1");
	assert_int_equal(
	    explain_rules(rs, &in, &place, s, str_of("no"), arena, &rules), 0);
	arena_free(&arena);
	ruleset_scratch_free(&s);
	ruleset_free(&rs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_no_such_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
