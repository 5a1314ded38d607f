/*
 * Series: what is counted, how near in time and place, and what then follows.
 * Like a rule's, a series' lines begin with their word, wherever that stands:
 * "at least 2 of flag precursor within 3 days and 5 km" is three of them.
 */
#include <string.h>

#include "agent/base/arena.h"
#include "rules/limits.h"
#include "rules/parse_private.h"
#include "rules/ruleset.h"
#include "rules/spell.h"

#define MINUTE_MS INT64_C(60000)
#define DAY_MS    (MINUTE_MS * 60 * 24)

/* Units: of time in milliseconds, of length in metres. */
static const struct {
	const char *one, *many;
	int64_t worth;
	bool is_time;
} units[] = {
	{ "minute", "minutes", MINUTE_MS, true },
	{ "hour", "hours", MINUTE_MS * 60, true },
	{ "day", "days", DAY_MS, true },
	{ "week", "weeks", DAY_MS * 7, true },
	{ "m", "m", 1, false },
	{ "km", "km", 1000, false },
};

static struct str
source_of(const struct parser *p, const struct lex_token *t)
{
	struct str text = p->d->files[t->span.file].text;

	return str_make(text.p + t->span.start, t->span.end - t->span.start);
}

static bool
report_quantity(struct parser *p, struct span at)
{
	diag_error(p->d, DIAG_R071, at, "this is no time and no distance");
	diag_note(p->d, "write a whole number, a space and minutes, hours, "
			"days, weeks, m or km: 36 hours, 1500 m");
	return false;
}

bool
parse_quantity(struct parser *p, struct parse_quantity *out)
{
	const struct lex_token *number = parse_peek(p);
	const struct lex_token *unit;

	*out = (struct parse_quantity){ .span = number->span };
	if (!parse_skip(p, LEX_NUMBER) || parse_peek(p)->begins_line)
		return report_quantity(p, number->span);
	unit = parse_peek(p);
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (!parse_is_word(p, units[i].one) &&
		    !parse_is_word(p, units[i].many))
			continue;
		(void)parse_take(p);
		out->span = diag_join(number->span, unit->span);
		out->is_time = units[i].is_time;
		out->worth = number->number * units[i].worth;
		return true;
	}
	return report_quantity(p, diag_join(number->span, unit->span));
}

static bool
report_range(struct parser *p, struct span at, const char *what, const char *to)
{
	diag_error(p->d, DIAG_R071, at, "this is too short or too long");
	diag_note(p->d, "%s %s", what, to);
	return false;
}

static bool
check_time(struct parser *p, const struct parse_quantity *q)
{
	if (q->worth > 0 && q->worth <= LIMITS_SERIES_WINDOW_DAYS_MAX * DAY_MS)
		return true;
	return report_range(p, q->span, "a series looks back",
	    "at least a minute and at most 90 days");
}

static bool
check_distance(struct parser *p, const struct parse_quantity *q)
{
	if (q->worth >= LIMITS_SERIES_PLACE_M_MIN &&
	    q->worth <= LIMITS_SERIES_WITHIN_M_MAX)
		return true;
	return report_range(p, q->span, "a series looks",
	    "at least 50 m and at most 50 km far");
}

static bool
check_place(struct parser *p, const struct parse_quantity *q)
{
	if (!q->is_time && q->worth >= LIMITS_SERIES_PLACE_M_MIN &&
	    q->worth <= LIMITS_SERIES_PLACE_M_MAX)
		return true;
	return report_range(
	    p, q->span, "a place is", "50 m to 5 km wide, for example 300 m");
}

static bool
report_twice(struct parser *p, struct span at, const char *what)
{
	diag_error(p->d, DIAG_R041, at, "this series has '%s' twice", what);
	diag_note(p->d, "take one of them out, or write a series for each");
	return false;
}

/* One of "3 days and 5 km". */
static bool
take_window(struct parser *p, struct ast_series *s)
{
	struct parse_quantity q;

	if (!parse_quantity(p, &q))
		return false;
	if ((q.is_time && s->window_ms > 0) || (!q.is_time && s->within_m > 0))
		return report_twice(p, q.span,
		    q.is_time ? "within a time" : "within a distance");
	if (q.is_time) {
		s->window_ms = q.worth;
		return check_time(p, &q);
	}
	s->within_m = (long)q.worth;
	return check_distance(p, &q);
}

/* within 3 days and 5 km */
static bool
line_within(struct parser *p, struct ast_series *s)
{
	struct span at = parse_last(p)->span;

	do {
		if (!take_window(p, s))
			return false;
	} while (parse_skip_word(p, "and"));
	s->window_span = diag_join(at, parse_last(p)->span);
	return true;
}

/* at least 2 */
static bool
line_least(struct parser *p, struct ast_series *s)
{
	struct span at = parse_last(p)->span;

	if (s->least > 0)
		return report_twice(p, at, "at least");
	if (!parse_skip_word(p, "least")) {
		parse_expected(p, "'least'", "for example: at least 2");
		return false;
	}
	if (!parse_number(p, "the number of incidents", 2,
		LIMITS_SERIES_LEAST_MAX, &s->least))
		return false;
	s->least_span = diag_join(at, parse_last(p)->span);
	return true;
}

/* theme hare-coursing alert; flag precursor; rule cut_locks */
static struct ast_sign *
parse_sign(struct parser *p)
{
	static const char *const kinds[] = { [AST_SIGN_THEME] = "theme",
		[AST_SIGN_FLAG] = "flag",
		[AST_SIGN_RULE] = "rule" };
	struct ast_sign *sign = arena_alloc(p->d->arena, 1, sizeof *sign);
	struct span at = parse_peek(p)->span;
	size_t kind = 0;

	while (kind < 3 && !parse_is_word(p, kinds[kind]))
		kind++;
	if (kind == 3) {
		parse_expected(p, "theme, flag or rule",
		    "say what is counted: of flag precursor or theme "
		    "hare-coursing or rule cut_locks");
		return NULL;
	}
	(void)parse_take(p);
	sign->kind = (enum ast_sign_kind)kind;
	if (!parse_name(p, "its name", &sign->name))
		return NULL;
	if (kind == AST_SIGN_THEME && !parse_peek(p)->begins_line)
		sign->is_alert = parse_skip_word(p, "alert");
	sign->span = diag_join(at, parse_last(p)->span);
	return sign;
}

static bool
parse_stage(struct parser *p, struct ast_series *s)
{
	struct ast_stage *stage = arena_alloc(p->d->arena, 1, sizeof *stage);
	struct ast_stage **end = &s->stages;
	struct ast_sign **sign = &stage->signs;
	size_t count = 0;

	stage->span = parse_last(p)->span;
	do {
		*sign = parse_sign(p);
		if (!*sign)
			return false;
		sign = &(*sign)->next;
		count++;
	} while (parse_skip_word(p, "or"));
	if (count > LIMITS_SERIES_STAGE_SIGNS_MAX) {
		diag_error(p->d, DIAG_R005, stage->span,
		    "this counts more than %d things",
		    LIMITS_SERIES_STAGE_SIGNS_MAX);
		diag_note(p->d, "write one rule that stands for several of "
				"them, and count that rule");
		return false;
	}
	while (*end)
		end = &(*end)->next;
	*end = stage;
	s->stage_count++;
	return true;
}

/* of flag precursor */
static bool
line_of(struct parser *p, struct ast_series *s)
{
	if (s->stage_count > 0 && !s->is_ordered)
		return report_twice(p, parse_last(p)->span, "of");
	return parse_stage(p, s);
}

static bool
report_mixed(struct parser *p, struct span at)
{
	diag_error(p->d, DIAG_R075, at,
	    "a series counts with 'of', or in order with 'first' and "
	    "'then', not both");
	diag_note(p->d, "take the line with 'of' out, or the others");
	return false;
}

/* first rule cut_chain, or then theme hare-coursing */
static bool
take_ordered(struct parser *p, struct ast_series *s, bool is_first)
{
	struct span at = parse_last(p)->span;

	if (s->stage_count > 0 && !s->is_ordered)
		return report_mixed(p, at);
	if (is_first && s->stage_count > 0)
		return report_twice(p, at, "first");
	if (!is_first && s->stage_count == 0) {
		diag_error(
		    p->d, DIAG_R070, at, "there is nothing before this 'then'");
		diag_note(p->d, "begin with: first rule cut_chain");
		return false;
	}
	s->is_ordered = true;
	return parse_stage(p, s);
}

static bool
line_first(struct parser *p, struct ast_series *s)
{
	return take_ordered(p, s, true);
}

static bool
line_then(struct parser *p, struct ast_series *s)
{
	return take_ordered(p, s, false);
}

/* A distance on the same line: "within 500 m", "500 m apart". */
static bool
parse_metres(struct parser *p, long *out)
{
	struct parse_quantity q;

	if (!parse_quantity(p, &q) || !check_place(p, &q))
		return false;
	*out = (long)q.worth;
	return true;
}

/* same vehicle, same place, same place within 500 m */
static bool
line_same(struct parser *p, struct ast_series *s)
{
	struct span at = parse_last(p)->span;

	if (parse_skip_word(p, "vehicle")) {
		if (s->same_vehicle)
			return report_twice(p, at, "same vehicle");
		s->same_vehicle = true;
	} else if (parse_skip_word(p, "place")) {
		if (s->same_place_m > 0)
			return report_twice(p, at, "same place");
		s->same_place_m = LIMITS_SERIES_PLACE_M;
		if (!parse_peek(p)->begins_line &&
		    parse_skip_word(p, "within") &&
		    !parse_metres(p, &s->same_place_m))
			return false;
	} else {
		parse_expected(p, "vehicle or place",
		    "for example: same vehicle, or same place within 500 m");
		return false;
	}
	s->same_span = diag_join(at, parse_last(p)->span);
	return true;
}

/* distinct places, distinct places 500 m apart, distinct days */
static bool
line_distinct(struct parser *p, struct ast_series *s)
{
	static const char *const words[AST_DISTINCT_COUNT] = { "places", "days",
		"vehicles" };
	struct span at = parse_last(p)->span;
	unsigned i = 0;

	while (i < AST_DISTINCT_COUNT && !parse_skip_word(p, words[i]))
		i++;
	if (i == AST_DISTINCT_COUNT) {
		parse_expected(p, "places, days or vehicles",
		    "for example: distinct places, so that one farm that "
		    "rings twice counts once");
		return false;
	}
	if (s->distinct & 1U << i)
		return report_twice(p, at, "distinct");
	s->distinct |= 1U << i;
	if (i == 0 && !parse_peek(p)->begins_line &&
	    parse_peek(p)->kind == LEX_NUMBER) {
		if (!parse_metres(p, &s->apart_m))
			return false;
		if (!parse_skip_word(p, "apart")) {
			parse_expected(p, "'apart'",
			    "for example: distinct places 500 m apart");
			return false;
		}
	} else if (i == 0) {
		s->apart_m = LIMITS_SERIES_PLACE_M;
	}
	s->distinct_spans[i] = diag_join(at, parse_last(p)->span);
	return true;
}

/* give 50 for review */
static bool
line_give(struct parser *p, struct ast_series *s)
{
	if (s->level != RULES_NONE)
		return report_twice(p, parse_last(p)->span, "give");
	if (!parse_number(
		p, "the number of points", 1, LIMITS_POINTS_MAX, &s->points))
		return false;
	if (parse_skip_word(p, "for")) {
		if (parse_skip_word(p, "review"))
			s->level = RULES_REVIEW;
		else if (parse_skip_word(p, "alert"))
			s->level = RULES_ALERT;
	}
	if (s->level != RULES_NONE)
		return true;
	parse_expected(p, "'for review' or 'for alert'",
	    "for example: give 50 for review");
	return false;
}

static bool
line_because(struct parser *p, struct ast_series *s)
{
	const struct lex_token *t = parse_peek(p);

	if (str_is_given(s->why))
		return report_twice(p, parse_last(p)->span, "because");
	if (!parse_skip(p, LEX_TEXT)) {
		parse_expected(p, "the reason in quotes",
		    "for example: because \"locks cut at several farms\"");
		return false;
	}
	s->why = t->text;
	s->why_span = t->span;
	return true;
}

static bool
line_theme(struct parser *p, struct ast_series *s)
{
	if (str_is_given(s->theme.text))
		return report_twice(p, parse_last(p)->span, "theme");
	return parse_name(p, "the theme's name", &s->theme);
}

static bool
line_shadow(struct parser *p, struct ast_series *s)
{
	(void)p;
	s->is_shadow = true;
	return true;
}

static const struct {
	const char *word;
	bool (*parse)(struct parser *p, struct ast_series *s);
} lines[] = {
	{ "theme", line_theme },
	{ "shadow", line_shadow },
	{ "of", line_of },
	{ "first", line_first },
	{ "then", line_then },
	{ "at", line_least },
	{ "within", line_within },
	{ "same", line_same },
	{ "distinct", line_distinct },
	{ "give", line_give },
	{ "because", line_because },
};
#define LINE_COUNT (sizeof lines / sizeof lines[0])

static bool
report_line(struct parser *p)
{
	const struct lex_token *t = parse_peek(p);
	const char *words[LINE_COUNT];
	const char *near;

	for (size_t i = 0; i < LINE_COUNT; i++)
		words[i] = lines[i].word;
	near = spell_nearest(t->text, words, LINE_COUNT);
	diag_error(p->d, DIAG_R008, t->span,
	    "no line of a series begins with '%.*s'", STR_ARG(source_of(p, t)));
	if (near)
		diag_note(p->d, "did you mean '%s'?", near);
	else if (parse_is_word(p, "flag"))
		diag_note(p->d, "a series gives a theme, not a flag; what it "
				"counts is written: of flag precursor");
	else
		diag_note(p->d, "a series' lines begin with theme, of, first, "
				"then, at least, within, same, distinct, give, "
				"because or shadow");
	return false;
}

static bool
parse_line(struct parser *p, struct ast_series *s)
{
	/* Several on one line read well, and stay there; but the reason. */
	if (parse_peek(p)->begins_line || parse_is_word(p, "because"))
		parse_begin(p, PARSE_LINE);
	for (size_t i = 0; i < LINE_COUNT; i++)
		if (parse_skip_word(p, lines[i].word))
			return lines[i].parse(p, s);
	/* A comma between two of them reads well and means nothing. */
	if (!parse_peek(p)->begins_line && parse_skip(p, LEX_COMMA))
		return true;
	return report_line(p);
}

bool
parse_series(struct parser *p)
{
	struct ast_series *s = arena_alloc(p->d->arena, 1, sizeof *s);
	const struct lex_token *t;

	if (!parse_name(p, "the series' name", &s->name))
		return false;
	t = parse_peek(p);
	if (!parse_skip(p, LEX_TEXT)) {
		parse_expected(p, "the series' title in quotes",
		    "for example: series cut_locks \"Locks cut at several "
		    "farms\"");
		return false;
	}
	s->title = t->text;
	s->title_span = t->span;
	while (!parse_at_item(p))
		if (!parse_line(p, s))
			return false;
	*p->series_end = s;
	p->series_end = &s->next;
	p->ast->series_count++;
	return true;
}
