/*
 * The tests in rule files.  Entries of a test are added one after the other,
 * and each expectation is held against the log as it is by then, as a growing
 * log is read in life.
 */
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/geo/place.h"
#include "agent/incident/incident.h"
#include "rules/diag.h"
#include "rules/engine.h"
#include "rules/eval.h"

/* A test's month without a day is its middle, at noon, of this year. */
#define TEST_YEAR 2026
#define TEST_DAY  15
#define TEST_HOUR 12

/* Somewhere in the middle of the county, for daylight. */
#define TEST_LAT 51.8
#define TEST_LON 0.6

struct runner {
	const struct ruleset *rs;
	const struct ast_test *test;
	struct rules_scratch *scratch;
	struct arena *arena;
	struct buf *report;
	struct incident incident;
	struct place place;
	struct incident_entry *log; /* room for all entries */
};

/* What came of a step's subject: does it stand, at what level and score? */
struct outcome {
	bool stands;
	enum rules_level level;
	int score;
};

static int64_t
opened_at(const struct ast_test *t)
{
	if (t->opened_ms != CLOCK_NONE || (t->month == 0 && t->hour < 0))
		return t->opened_ms;
	return clock_from_utc(TEST_YEAR, t->month ? t->month : 1, TEST_DAY,
	    t->hour >= 0 ? t->hour : TEST_HOUR, t->minute, 0);
}

static void
set_up(struct runner *r)
{
	const struct ast_test *t = r->test;
	struct incident *in = &r->incident;
	size_t entries = 0;

	for (const struct ast_step *s = t->steps; s; s = s->next)
		entries += s->kind == AST_STEP_ENTRY;
	incident_init(in);
	in->id = str_of("test");
	in->opened_ms = opened_at(t);
	if (t->grade)
		in->grade_no = t->grade;
	in->location_text = t->texts[FIELD_TEXT_LOCATION];
	in->opening_code = t->texts[FIELD_TEXT_OPENING];
	in->closing_code = t->texts[FIELD_TEXT_CLOSING];
	in->resource_count = (size_t)t->resources;
	in->resources = arena_alloc(
	    r->arena, in->resource_count + 1, sizeof *in->resources);
	r->log = arena_alloc(r->arena, entries + 1, sizeof *r->log);
	in->log = r->log;
	r->place = place_unknown();
	r->place.class = (enum place_class)t->place;
	r->place.district = t->texts[FIELD_TEXT_DISTRICT];
	if (r->place.class != PLACE_UNKNOWN) {
		r->place.lat = TEST_LAT;
		r->place.lon = TEST_LON;
	}
}

static void
add_entry(struct runner *r, const struct ast_step *s)
{
	r->log[r->incident.log_count++] = (struct incident_entry){
		.at_ms = CLOCK_NONE,
		.seq = INCIDENT_NO_NUMBER,
		.by = s->by,
		.text = s->text,
	};
}

static const struct rules_tag *
find_tag(const struct rules_tag *tags, size_t count, struct str name)
{
	for (size_t i = 0; i < count; i++)
		if (str_is_equal(tags[i].theme, name))
			return &tags[i];
	return NULL;
}

/* What one rule comes to, all its grounds looked at, as explain does. */
static struct outcome
outcome_of_rule(struct runner *r, uint32_t index)
{
	struct eval_rule found;

	eval_rule(r->rs, r->scratch, index, true, &found);
	return (struct outcome){ found.level != RULES_NONE, found.level,
		found.score };
}

/*
 * A theme as it was tagged.  If it does not stand, the best that one of its
 * rules came to; one that is barred came to nothing.
 */
static struct outcome
outcome_of_theme(
    struct runner *r, struct str name, const struct rules_result *got)
{
	const struct rules_tag *tag = find_tag(got->tags, got->tag_count, name);
	struct outcome best = { .stands = false };

	if (tag)
		return (struct outcome){ true, tag->level, tag->score };
	for (uint32_t i = 0; i < r->rs->rule_count; i++) {
		const struct engine_rule *rule = &r->rs->rules[i];
		struct eval_rule found;

		if (rule->is_shadow || rule->theme < 0 ||
		    !str_is_equal(r->rs->themes[rule->theme], name))
			continue;
		eval_rule(r->rs, r->scratch, i, true, &found);
		if (!found.is_barred && found.score > best.score)
			best.score = found.score;
	}
	return best;
}

static struct outcome
outcome_of(
    struct runner *r, const struct ast_step *s, const struct rules_result *got)
{
	if (s->kind == AST_STEP_EXPECT_THEME)
		return outcome_of_theme(r, s->name.text, got);
	for (uint32_t i = 0; i < r->rs->rule_count; i++)
		if (str_is_equal(r->rs->rules[i].name, s->name.text))
			return outcome_of_rule(r, i);
	return (struct outcome){ .stands = false };
}

static void
describe_outcome(struct buf *out, struct outcome o)
{
	buf_addf(out, "%s (score %d)",
	    o.stands ? rules_level_name(o.level) : "that it does not stand",
	    o.score);
}

static void
describe_score(struct buf *out, const struct ast_step *s)
{
	if (!s->has_score)
		return;
	buf_addf(out, "%s score %ld", s->is_negated ? " with" : "", s->low);
	if (s->high != s->low)
		buf_addf(out, "..%ld", s->high);
}

static void
describe_tags(struct buf *out, const struct rules_result *got)
{
	if (got->tag_count == 0)
		buf_add_text(out, "no theme");
	for (size_t i = 0; i < got->tag_count; i++)
		buf_addf(out, "%s%.*s %s (score %d)", i ? ", " : "",
		    STR_ARG(got->tags[i].theme),
		    rules_level_name(got->tags[i].level), got->tags[i].score);
}

static void
describe_step(struct buf *out, const struct ast_step *s)
{
	const char *no = s->is_negated ? "no " : "";

	switch (s->kind) {
	case AST_STEP_EXPECT_NONE: buf_add_text(out, "no theme"); break;
	case AST_STEP_EXPECT_CRIME: buf_addf(out, "%srural crime", no); break;
	case AST_STEP_EXPECT_FLAG:
		buf_addf(out, "%sflag %.*s", no, STR_ARG(s->name.text));
		break;
	case AST_STEP_EXPECT_THEME:
	case AST_STEP_EXPECT_RULE:
		buf_addf(out, "%s%s%.*s%s%s", no,
		    s->kind == AST_STEP_EXPECT_RULE ? "rule " : "",
		    STR_ARG(s->name.text), s->level ? " " : "",
		    s->level ? rules_level_name((enum rules_level)s->level)
			     : "");
		describe_score(out, s);
		break;
	case AST_STEP_ENTRY: break;
	}
}

/* Of a theme or a rule. */
static bool
is_as_expected(const struct ast_step *s, struct outcome o)
{
	if (o.stands == s->is_negated)
		return false;
	if (s->has_score && (o.score < s->low || o.score > s->high))
		return false;
	return s->level == RULES_NONE || o.level == (enum rules_level)s->level;
}

static bool
is_met(
    struct runner *r, const struct ast_step *s, const struct rules_result *got)
{
	const struct rules_tag *tag;

	switch (s->kind) {
	case AST_STEP_EXPECT_NONE: return got->tag_count == 0;
	case AST_STEP_EXPECT_CRIME: return got->rural_crime != s->is_negated;
	case AST_STEP_EXPECT_FLAG:
		tag = find_tag(got->flags, got->flag_count, s->name.text);
		return (tag != NULL) != s->is_negated;
	case AST_STEP_EXPECT_THEME:
	case AST_STEP_EXPECT_RULE:
		return is_as_expected(s, outcome_of(r, s, got));
	case AST_STEP_ENTRY: break;
	}
	return true;
}

static void
report_failure(
    struct runner *r, const struct ast_step *s, const struct rules_result *got)
{
	const struct ruleset_file *file = &r->rs->files[s->span.file];

	buf_addf(r->report, "%.*s:%zu: test \"%.*s\": expected ",
	    STR_ARG(file->name), diag_line(file->text, s->span.start),
	    STR_ARG(r->test->title));
	describe_step(r->report, s);
	buf_add_text(r->report, ", found ");
	if (s->kind == AST_STEP_EXPECT_FLAG || s->kind == AST_STEP_EXPECT_CRIME)
		buf_addf(r->report, "%s", s->is_negated ? "it" : "none");
	else if (s->kind == AST_STEP_EXPECT_RULE || s->has_score)
		describe_outcome(r->report, outcome_of(r, s, got));
	else
		describe_tags(r->report, got);
	buf_add_char(r->report, '\n');
}

/* True if all expectations of the test are met. */
static bool
run_test(struct runner *r)
{
	bool ok = true;

	set_up(r);
	for (const struct ast_step *s = r->test->steps; s; s = s->next) {
		struct rules_result got;

		if (s->kind == AST_STEP_ENTRY) {
			add_entry(r, s);
			continue;
		}
		ruleset_tag(
		    r->rs, &r->incident, &r->place, r->scratch, r->arena, &got);
		if (is_met(r, s, &got))
			continue;
		report_failure(r, s, &got);
		ok = false;
	}
	return ok;
}

size_t
ruleset_run_tests(const struct ruleset *rs, struct buf *report, size_t *run)
{
	struct runner r = { .rs = rs,
		.scratch = ruleset_scratch_new(),
		.arena = arena_new(),
		.report = report };
	size_t failed = 0;

	*run = 0;
	for (r.test = rs->ast->tests; r.test; r.test = r.test->next) {
		failed += !run_test(&r);
		(*run)++;
		arena_reset(r.arena);
	}
	arena_free(&r.arena);
	ruleset_scratch_free(&r.scratch);
	return failed;
}
