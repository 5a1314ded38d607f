/*
 * Series: are they whole, can they ever stand, does what they count exist?
 *
 * A series reads what rules said of each incident by itself and never what a
 * series found, so that there are no circles and no order to work them out in;
 * who counts a series by name is told so.
 */
#include "rules/check.h"

#include "rules/check_private.h"
#include "rules/check_refuse.h"
#include "rules/limits.h"
#include "rules/namemap.h"
#include "rules/ruleset.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

static void
report_missing(struct checker *c, const struct ast_series *s, const char *what,
    const char *note)
{
	diag_error(c->d, DIAG_R070, s->name.span, "the series '%.*s' has no %s",
	    STR_ARG(s->name.text), what);
	diag_note(c->d, "add a line: %s", note);
}

static void
check_whole(struct checker *c, const struct ast_series *s)
{
	if (!str_is_given(s->theme.text))
		report_missing(c, s, "theme", "theme hare-coursing");
	if (s->stage_count == 0)
		report_missing(c, s, "incidents to count",
		    "of flag precursor; or first rule cut_chain, and then "
		    "theme hare-coursing");
	else if (s->is_ordered && s->stage_count < 2)
		report_missing(c, s, "'then' after its 'first'",
		    "then theme hare-coursing");
	else if (!s->is_ordered && s->least == 0)
		report_missing(c, s, "number of incidents", "at least 2");
	if (s->window_ms == 0)
		report_missing(c, s, "time", "within 14 days");
	if (s->level == RULES_NONE)
		report_missing(c, s, "points and level", "give 50 for review");
}

/* Without a tie it would count all the county's incidents. */
static void
check_tie(struct checker *c, const struct ast_series *s)
{
	if (s->within_m > 0 || s->same_vehicle || s->same_place_m > 0)
		return;
	diag_error(c->d, DIAG_R073, s->name.span,
	    "nothing ties the incidents of '%.*s' to each other",
	    STR_ARG(s->name.text));
	diag_note(c->d, "add a distance (within 3 days and 5 km), same vehicle "
			"or same place: many incidents in a whole county are "
			"no pattern");
}

static void
report_clash(
    struct checker *c, struct span at, const char *what, const char *note)
{
	diag_error(c->d, DIAG_R075, at, "%s", what);
	diag_note(c->d, "%s", note);
}

static void
check_places(struct checker *c, const struct ast_series *s)
{
	bool apart = s->distinct & AST_DISTINCT_PLACES;
	struct span places = s->distinct_spans[0];

	if (s->same_place_m > 0 && apart)
		report_clash(c, places,
		    "the same place and distinct places cannot both be",
		    "take one of the two out");
	else if (s->within_m > 0 && apart && s->apart_m >= s->within_m)
		report_clash(c, places,
		    "no two places are so far apart and so near each other",
		    "make the distance after 'within' greater, or that before "
		    "'apart' smaller");
	if (s->same_place_m > 0 && s->within_m > 0)
		report_clash(c, s->same_span,
		    "the same place needs no distance beside it",
		    "take the distance after 'within' out, or write: same "
		    "place within 500 m");
}

static size_t
count_needed(const struct ast_series *s)
{
	return s->is_ordered ? s->stage_count : (size_t)s->least;
}

static void
check_clashes(struct checker *c, const struct ast_series *s)
{
	check_places(c, s);
	if (s->is_ordered && s->least > 0)
		report_clash(c, s->least_span,
		    "'at least' does not go with 'first' and 'then'",
		    "write a 'then' for each incident that has to follow");
	if (s->same_vehicle && s->distinct & AST_DISTINCT_VEHICLES)
		report_clash(c, s->distinct_spans[2],
		    "the same vehicle and distinct vehicles cannot both be",
		    "take one of the two out");
	/* A window touches one calendar day more than it is long, or two. */
	if (s->distinct & AST_DISTINCT_DAYS && s->window_ms > 0 &&
	    (int64_t)count_needed(s) > s->window_ms / DAY_MS + 2)
		report_clash(c, s->distinct_spans[1],
		    "there are not so many days in that time",
		    "make the time after 'within' longer");
}

static void
check_rule_sign(struct checker *c, const struct ast_sign *sign)
{
	const struct ast_rule *rule = namemap_find(c->rules, sign->name.text);

	if (namemap_find(c->series, sign->name.text)) {
		diag_error(c->d, DIAG_R072, sign->span,
		    "'%.*s' is a series, and no series counts what a series "
		    "found",
		    STR_ARG(sign->name.text));
		diag_note(c->d, "count what that one counts: its own line "
				"with 'of'");
	} else if (!rule) {
		diag_error(c->d, DIAG_R074, sign->name.span,
		    "no rule is called '%.*s'", STR_ARG(sign->name.text));
		check_note_nearest(c, c->rules, sign->name.text, "",
		    "name a rule that is in one of the files, or count a "
		    "theme or a flag");
	} else if (rule->is_shadow) {
		diag_error(c->d, DIAG_R074, sign->name.span,
		    "the rule '%.*s' is a shadow, and never counts",
		    STR_ARG(sign->name.text));
		diag_note(c->d, "take 'shadow' out of the rule, or write "
				"'shadow' in a series that counts another");
	}
}

/* Is there a rule that gives what this counts? */
static bool
is_given(const struct checker *c, const struct ast_sign *sign)
{
	for (const struct ast_rule *r = c->ast->rules; r; r = r->next) {
		struct str aim =
		    sign->kind == AST_SIGN_THEME ? r->theme.text : r->flag.text;

		if (str_is_equal(aim, sign->name.text) && !r->is_shadow &&
		    (!sign->is_alert || r->alert > 0))
			return true;
	}
	return false;
}

static void
check_subject_sign(struct checker *c, const struct ast_sign *sign)
{
	size_t errors = c->d->errors;

	if (sign->kind == AST_SIGN_THEME)
		check_theme(c, sign->name);
	else
		check_flag(c, sign->name);
	if (c->d->errors > errors || is_given(c, sign))
		return;
	diag_warn(c->d, DIAG_R074, sign->span,
	    "no rule gives this, so it never counts");
	diag_note(c->d, "write the rule, or count what some rule gives");
}

static void
check_sign(struct checker *c, const struct ast_sign *sign)
{
	if (sign->kind == AST_SIGN_RULE)
		check_rule_sign(c, sign);
	else
		check_subject_sign(c, sign);
}

static void
check_one(struct checker *c, const struct ast_series *s)
{
	check_refuse_text(c->d, s->title, s->title_span);
	check_refuse_text(c->d, s->name.text, s->name.span);
	if (str_is_given(s->why))
		check_refuse_text(c->d, s->why, s->why_span);
	check_whole(c, s);
	if (str_is_given(s->theme.text))
		check_theme(c, s->theme);
	for (const struct ast_stage *g = s->stages; g; g = g->next)
		for (const struct ast_sign *i = g->signs; i; i = i->next)
			check_sign(c, i);
	if (s->stage_count > LIMITS_SERIES_STAGES_MAX) {
		diag_error(c->d, DIAG_R005, s->name.span,
		    "this series has more than %d lines with 'first' and "
		    "'then'",
		    LIMITS_SERIES_STAGES_MAX);
		diag_note(c->d, "leave out what need not be seen");
	}
	check_tie(c, s);
	check_clashes(c, s);
}

/* How many signs there are at most: the same one twice is counted twice. */
static size_t
count_signs(const struct ast *ast)
{
	size_t count = 0;

	for (const struct ast_series *s = ast->series; s; s = s->next)
		for (const struct ast_stage *g = s->stages; g; g = g->next)
			for (const struct ast_sign *i = g->signs; i;
			     i = i->next)
				count++;
	return count;
}

void
check_series(struct checker *c)
{
	struct diags *d = c->d;

	if (c->ast->series_count > LIMITS_SERIES_MAX ||
	    count_signs(c->ast) > LIMITS_SERIES_SIGNS_MAX) {
		diag_error(d, DIAG_R005, c->ast->series->name.span,
		    "there are more than %d series, or more than %d things "
		    "that they count",
		    LIMITS_SERIES_MAX, LIMITS_SERIES_SIGNS_MAX);
		diag_note(d, "one rule that stands for several things is "
			     "counted as one");
	}
	for (const struct ast_series *s = c->ast->series; s && !diag_is_full(d);
	     s = s->next)
		check_one(c, s);
}
