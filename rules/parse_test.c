/* Tests beside rules: facts, entries of a log in steps, and expectations. */
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/geo/place.h"
#include "rules/limits.h"
#include "rules/parse.h"
#include "rules/parse_private.h"
#include "rules/ruleset.h"

/* Units that a test can send. */
#define RESOURCES_MAX 99

static bool
is_capitals(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < 'A' || s.p[i] > 'Z')
			return false;
	return s.len > 0;
}

/* CALL "…" */
static bool
parse_entry(struct parser *p, struct ast_step *step)
{
	const struct lex_token *t = parse_take(p);
	const struct lex_token *text = parse_peek(p);

	step->kind = AST_STEP_ENTRY;
	step->by = t->text;
	step->span = t->span;
	if (!parse_skip(p, LEX_TEXT)) {
		parse_expected(p, "the entry's text in quotes",
		    "for example: CALL \"3 males with dogs on the stubble\"");
		return false;
	}
	step->text = text->text;
	return true;
}

static bool
parse_level(struct parser *p, struct ast_step *step)
{
	if (parse_at_item(p) || parse_peek(p)->begins_line)
		return true;
	if (parse_skip_word(p, "alert"))
		step->level = RULES_ALERT;
	else if (parse_skip_word(p, "review"))
		step->level = RULES_REVIEW;
	else if (parse_peek(p)->kind != LEX_COMMA &&
		 !parse_is_word(p, "score")) {
		diag_error(p->d, DIAG_R061, parse_peek(p)->span,
		    "a level or a score is expected here");
		diag_note(p->d, "write alert or review, nothing for either, "
				"or score 40..49");
		return false;
	}
	return true;
}

/* score 45, score 40..49, score at least 40, score at most 49 */
static bool
parse_score(struct parser *p, struct ast_step *step)
{
	bool at = false;
	bool most = false;

	if (parse_peek(p)->begins_line || !parse_skip_word(p, "score"))
		return true;
	step->has_score = true;
	step->high = LIMITS_POINTS_MAX;
	if (parse_skip_word(p, "at")) {
		at = true;
		most = parse_skip_word(p, "most");
		if (!most && !parse_skip_word(p, "least")) {
			parse_expected(p, "'least' or 'most'",
			    "for example: score at least 40");
			return false;
		}
	}
	if (!parse_number(p, "the score", 0, LIMITS_POINTS_MAX,
		most ? &step->high : &step->low))
		return false;
	if (at)
		return true;
	step->high = step->low;
	if (!parse_skip(p, LEX_RANGE))
		return true;
	if (!parse_number(
		p, "the highest score", 0, LIMITS_POINTS_MAX, &step->high))
		return false;
	if (step->low <= step->high)
		return true;
	diag_error(p->d, DIAG_R061, parse_last(p)->span,
	    "the highest score is below the lowest");
	diag_note(p->d, "write the smaller number first: score %ld..%ld",
	    step->high, step->low);
	return false;
}

/*
 * none; THEME [LEVEL] [score …]; rule or series NAME [LEVEL] [score …]; flag
 * NAME; rural crime; each but none with "no" before it
 */
static bool
parse_expectation(struct parser *p, struct ast_step *step)
{
	step->span = parse_peek(p)->span;
	if (parse_skip_word(p, "none")) {
		step->kind = AST_STEP_EXPECT_NONE;
		return true;
	}
	step->is_negated = parse_skip_word(p, "no");
	if (parse_skip_word(p, "rural")) {
		step->kind = AST_STEP_EXPECT_CRIME;
		if (parse_skip_word(p, "crime"))
			return true;
		parse_expected(p, "'crime'", "write: expect rural crime");
		return false;
	}
	step->kind = AST_STEP_EXPECT_THEME;
	if (parse_skip_word(p, "flag"))
		step->kind = AST_STEP_EXPECT_FLAG;
	else if (parse_skip_word(p, "rule") || parse_skip_word(p, "series"))
		step->kind = AST_STEP_EXPECT_RULE;
	if (!parse_name(
		p, "a theme, rule, flag, rural crime or none", &step->name))
		return false;
	step->span = diag_join(step->span, step->name.span);
	if (step->kind == AST_STEP_EXPECT_FLAG)
		return true;
	if (!step->is_negated && !parse_level(p, step))
		return false;
	return parse_score(p, step);
}

/* month jan; time 22:30; at "2026-01-14T10:42:00Z"; grade 2 */
static bool
parse_when(struct parser *p, struct ast_test *test)
{
	const struct lex_token *t = parse_take(p);
	const struct lex_token *value = parse_peek(p);
	long hour;
	long minute;

	if (str_is(t->text, "grade"))
		return parse_number(p, "the grade", 1, 9, &test->grade);
	if (str_is(t->text, "resources"))
		return parse_number(p, "the number of units", 0, RESOURCES_MAX,
		    &test->resources);
	if (str_is(t->text, "time")) {
		if (!parse_number(p, "the hour", 0, 23, &hour))
			return false;
		if (!parse_skip(p, LEX_COLON)) {
			parse_expected(p, "a colon", "for example: time 22:30");
			return false;
		}
		if (!parse_number(p, "the minute", 0, 59, &minute))
			return false;
		test->hour = (int)hour;
		test->minute = (int)minute;
		return true;
	}
	(void)parse_take(p);
	if (str_is(t->text, "month")) {
		test->month = field_value_find(FIELD_TYPE_MONTH, value->text);
		if (test->month > 0)
			return true;
	} else if (value->kind == LEX_TEXT &&
		   clock_parse(value->text, &test->opened_ms)) {
		return true;
	}
	diag_error(p->d, DIAG_R062, value->span, "this is not a %s",
	    str_is(t->text, "month") ? "month" : "time");
	diag_note(p->d, "write month jan, or at \"2026-01-14T10:42:00Z\"");
	return false;
}

/* Does "120 m from" stand here? */
static bool
is_metres(const struct parser *p)
{
	const struct lex_token *t = parse_peek(p);

	return t->kind == LEX_NUMBER && t[1].kind == LEX_WORD &&
	       str_is(t[1].text, "m") && t[2].kind == LEX_WORD &&
	       str_is(t[2].text, "from");
}

/* inside "sssi"; 120 m from "sssi" */
static bool
parse_near(struct parser *p, struct ast_test *test)
{
	struct ast_near *near = arena_alloc(p->d->arena, 1, sizeof *near);
	struct ast_name layer;

	near->is_inside = parse_skip_word(p, "inside");
	if (!near->is_inside) {
		near->distance_m = parse_take(p)->number;
		(void)parse_take(p);
		(void)parse_take(p);
	}
	if (!parse_layer(p, &layer))
		return false;
	near->layer = layer.text;
	near->next = test->near;
	test->near = near;
	return true;
}

static bool
parse_fact(struct parser *p, struct ast_test *test)
{
	const struct lex_token *t = parse_peek(p);
	int place = field_value_find(FIELD_TYPE_PLACE, t->text);
	int text = field_text_find(t->text);

	if (t->kind == LEX_WORD && place >= 0) {
		(void)parse_take(p);
		test->place = place;
		return true;
	}
	if (parse_is_word(p, "inside") || is_metres(p))
		return parse_near(p, test);
	if (t->kind == LEX_WORD && text > FIELD_TEXT_LOG) {
		(void)parse_take(p);
		test->texts[text] = parse_peek(p)->text;
		if (parse_skip(p, LEX_TEXT))
			return true;
		parse_expected(p, "the text in quotes",
		    "for example: location_text \"Hall Farm\"");
		return false;
	}
	if (parse_is_word(p, "month") || parse_is_word(p, "time") ||
	    parse_is_word(p, "at") || parse_is_word(p, "grade") ||
	    parse_is_word(p, "resources"))
		return parse_when(p, test);
	diag_error(p->d, DIAG_R062, t->span, "this is no line of a test");
	diag_note(p->d,
	    "a test has facts (grade 2, resources 1, rural, month jan, time "
	    "22:30, location_text \"…\", 120 m from \"sssi\"), entries (CALL \"…\"), expect, and "
	    "incident NAME where it is about several");
	return false;
}

/* A fact of the test, or of an incident of several (current is not test). */
static bool
parse_any_fact(
    struct parser *p, struct ast_test *test, struct ast_test *current)
{
	if (parse_is_word(p, "accurate"))
		return parse_incident_accuracy(p, current);
	if (current != test && parse_peek(p)->kind == LEX_NUMBER &&
	    !is_metres(p))
		return parse_incident_offset(p, test, current);
	return parse_fact(p, current);
}

static bool
parse_facts(struct parser *p, struct ast_test *test, struct ast_test *current)
{
	while (parse_any_fact(p, test, current)) {
		if (!parse_skip(p, LEX_COMMA))
			return true;
		parse_begin(p, PARSE_TERM);
	}
	return false;
}

/* *current is the incident that the lines are about. */
static bool
parse_test_line(struct parser *p, struct ast_test *test,
    struct ast_test **current, struct ast_step ***end)
{
	const struct lex_token *t = parse_peek(p);
	bool is_under = *current != test && !parse_is_word(p, "incident");
	bool is_expect;

	parse_begin(p, is_under ? PARSE_UNDER : PARSE_LINE);
	is_expect = parse_skip_word(p, "expect");
	if (parse_is_word(p, "incident") && !is_expect)
		return parse_incident_line(p, test, current);
	if (!is_expect && !(t->kind == LEX_WORD && is_capitals(t->text)))
		return parse_facts(p, test, *current);
	do {
		struct ast_step *step =
		    arena_alloc(p->d->arena, 1, sizeof *step);
		bool ok = is_expect ? parse_expectation(p, step)
				    : parse_entry(p, step);

		if (!ok)
			return false;
		step->of = *current == test ? NULL : *current;
		**end = step;
		*end = &step->next;
	} while (is_expect && parse_skip(p, LEX_COMMA));
	return true;
}

static void
check_steps(struct parser *p, const struct ast_test *test)
{
	const struct ast_step *s = test->steps;
	bool expects = false;

	for (; s; s = s->next)
		expects = expects || s->kind != AST_STEP_ENTRY;
	if (expects)
		return;
	diag_error(p->d, DIAG_R060, test->span, "this test expects nothing");
	diag_note(p->d, "end it with, for example, expect hare-coursing alert "
			"or expect none");
}

bool
parse_test(struct parser *p)
{
	struct ast_test *test = arena_alloc(p->d->arena, 1, sizeof *test);
	struct ast_step **end = &test->steps;
	struct ast_test *current = test;
	const struct lex_token *t = parse_peek(p);

	if (!parse_skip(p, LEX_TEXT)) {
		parse_expected(p, "the test's title in quotes",
		    "for example: test \"lads and long dogs on the stubble\"");
		return false;
	}
	test->title = t->text;
	test->span = t->span;
	test->opened_ms = CLOCK_NONE;
	test->hour = -1;
	while (!parse_at_item(p))
		if (!parse_test_line(p, test, &current, &end))
			return false;
	check_steps(p, test);
	*p->tests_end = test;
	p->tests_end = &test->next;
	p->ast->test_count++;
	return true;
}
