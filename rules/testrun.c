/*
 * The tests in rule files.  Entries of a test are added one after the other,
 * and each expectation is held against the log as it is by then, as a growing
 * log is read in life.
 */
#include <math.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/geo/place.h"
#include "agent/incident/incident.h"
#include "rules/coverage.h"
#include "rules/diag.h"
#include "rules/engine.h"
#include "rules/eval.h"
#include "rules/series.h"
#include "rules/testrun.h"

/* A test's month without a day is its middle, at noon, of this year. */
#define TEST_YEAR 2026
#define TEST_DAY  15
#define TEST_HOUR 12

/* Somewhere in the middle of the county, for daylight. */
#define TEST_LAT 51.8
#define TEST_LON 0.6

/* Metres on a degree of latitude, and how many of them one of longitude is. */
#define DEGREE_M 111195.0
#define RADIAN   0.017453292519943295

/* An incident of a test, as it is by now. */
struct scene {
	const struct ast_test *facts;
	struct incident incident;
	struct place place;
	struct incident_entry *log; /* room for all entries */
	bool has_begun;             /* it has been named */
};

struct runner {
	const struct ruleset *rs;
	const struct testrun *how;
	const struct ast_test *test;
	struct rules_scratch *scratch;
	struct arena *arena;
	struct buf report;    /* of the test in hand */
	struct scene *scenes; /* the test itself, then its incidents */
	size_t scene_count;
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

/* The scene of an incident, or of the test itself for NULL. */
static struct scene *
scene_of(const struct runner *r, const struct ast_test *of)
{
	struct scene *s = r->scenes;

	while (of && s->facts != of)
		s++;
	return s;
}

/* Only the layers that the test speaks of are known. */
static void
set_layers(const struct runner *r, struct scene *s)
{
	struct place_layer *layers;
	size_t count = 0;

	for (const struct ast_near *n = s->facts->near; n; n = n->next)
		count++;
	layers = arena_alloc(r->arena, count + 1, sizeof *layers);
	count = 0;
	for (const struct ast_near *n = s->facts->near; n; n = n->next)
		layers[count++] = (struct place_layer){ n->layer, n->is_inside,
			(double)n->distance_m };
	s->place.layers = layers;
	s->place.layer_count = count;
}

static void
set_facts(const struct runner *r, struct scene *s)
{
	const struct ast_test *t = s->facts;
	struct incident *in = &s->incident;

	incident_init(in);
	in->id = str_is_given(t->name.text) ? t->name.text : str_of("test");
	in->opened_ms = opened_at(t);
	if (t->grade)
		in->grade_no = t->grade;
	in->location_text = t->texts[FIELD_TEXT_LOCATION];
	in->opening_code = t->texts[FIELD_TEXT_OPENING];
	in->closing_code = t->texts[FIELD_TEXT_CLOSING];
	in->resource_count = (size_t)t->resources;
	in->resources = arena_alloc(
	    r->arena, in->resource_count + 1, sizeof *in->resources);
	in->log = s->log;
	s->place = place_unknown();
	s->place.class = (enum place_class)t->place;
	s->place.district = t->texts[FIELD_TEXT_DISTRICT];
	set_layers(r, s);
	if (s->place.class != PLACE_UNKNOWN) {
		s->place.lat = TEST_LAT;
		s->place.lon = TEST_LON;
	}
}

/* Of several incidents each has a time and a place, by another's if it says. */
static void
set_apart(const struct runner *r, struct scene *s)
{
	const struct ast_offset *where = &s->facts->where;
	const struct ast_offset *when = &s->facts->when;

	if (s->incident.opened_ms == CLOCK_NONE)
		s->incident.opened_ms =
		    clock_from_utc(TEST_YEAR, 1, TEST_DAY, TEST_HOUR, 0, 0);
	if (when->base)
		s->incident.opened_ms =
		    scene_of(r, when->base)->incident.opened_ms + when->amount;
	if (s->facts->accuracy_m > 0)
		s->place.uncertainty_m = (double)s->facts->accuracy_m;
	if (where->base) {
		const struct place *from = &scene_of(r, where->base)->place;
		double degrees = (double)where->amount / DEGREE_M;
		double bearing = where->bearing * RADIAN;

		s->place.lat = from->lat + degrees * cos(bearing);
		s->place.lon = from->lon +
			       degrees * sin(bearing) / cos(from->lat * RADIAN);
	}
}

static void
set_up(struct runner *r)
{
	size_t entries = 0;
	size_t count = 1;

	for (const struct ast_step *s = r->test->steps; s; s = s->next)
		entries += s->kind == AST_STEP_ENTRY;
	for (const struct ast_test *t = r->test->incidents; t; t = t->next)
		count++;
	r->scenes = arena_alloc(r->arena, count, sizeof *r->scenes);
	r->scene_count = count;
	r->scenes[0].facts = r->test;
	for (size_t i = 1; i < count; i++)
		r->scenes[i].facts =
		    i == 1 ? r->test->incidents : r->scenes[i - 1].facts->next;
	for (size_t i = 0; i < count; i++) {
		r->scenes[i].log = arena_alloc(
		    r->arena, entries + 1, sizeof *r->scenes[i].log);
		set_facts(r, &r->scenes[i]);
		if (i > 0)
			set_apart(r, &r->scenes[i]);
	}
}

static void
add_entry(struct scene *scene, const struct ast_step *s)
{
	scene->log[scene->incident.log_count++] = (struct incident_entry){
		.at_ms = CLOCK_NONE,
		.seq = INCIDENT_NO_NUMBER,
		.by = s->by,
		.text = s->text,
	};
}

/* ---- What the rules say ---- */

static void
digest_scene(const struct runner *r, const struct scene *s,
    struct rules_result *own, struct series_digest *out)
{
	ruleset_tag(r->rs, &s->incident, &s->place, r->scratch, r->arena, own);
	series_digest_make(
	    r->rs, str_of("test"), &s->incident, &s->place, own, r->arena, out);
}

/* What is said of one of several incidents, with those named so far. */
static void
judge_scene(
    const struct runner *r, const struct scene *of, struct rules_result *got)
{
	struct series_window *w = series_window_new(r->rs);
	const struct series_hit *hits;
	struct series_digest digest;
	size_t count;

	for (size_t i = 1; i < r->scene_count; i++) {
		struct rules_result own;

		if (!r->scenes[i].has_begun || &r->scenes[i] == of)
			continue;
		digest_scene(r, &r->scenes[i], &own, &digest);
		series_window_add(w, &digest);
	}
	digest_scene(r, of, got, &digest);
	series_window_add(w, &digest);
	count = series_window_judge(w, &digest, r->arena, &hits);
	series_apply(hits, count, r->arena, got);
	series_window_free(&w);
}

static void
judge(const struct runner *r, const struct scene *s, struct rules_result *got)
{
	if (s == r->scenes)
		ruleset_tag(
		    r->rs, &s->incident, &s->place, r->scratch, r->arena, got);
	else
		judge_scene(r, s, got);
}

/* ---- Expectations ---- */

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
static bool
has_hit(const struct rules_tag *tags, size_t count, struct str name)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < tags[i].hit_count; k++)
			if (str_is_equal(tags[i].hits[k].rule, name))
				return true;
	return false;
}

/* A series, shadow or not: all or nothing. */
static struct outcome
outcome_of_series(
    const struct runner *r, struct str name, const struct rules_result *got)
{
	const struct engine_series *s = r->rs->series;

	if (!has_hit(got->tags, got->tag_count, name) &&
	    !has_hit(got->shadows, got->shadow_count, name))
		return (struct outcome){ .stands = false };
	while (!str_is_equal(s->name, name))
		s++;
	return (struct outcome){ true, s->level, s->points };
}

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
	return outcome_of_series(r, s->name.text, got);
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

	buf_addf(&r->report, "%.*s:%zu: test \"%.*s\": expected ",
	    STR_ARG(file->name), diag_line(file->text, s->span.start),
	    STR_ARG(r->test->title));
	describe_step(&r->report, s);
	if (s->of)
		buf_addf(&r->report, " of %.*s", STR_ARG(s->of->name.text));
	buf_add_text(&r->report, ", found ");
	if (s->kind == AST_STEP_EXPECT_FLAG || s->kind == AST_STEP_EXPECT_CRIME)
		buf_addf(&r->report, "%s", s->is_negated ? "it" : "none");
	else if (s->kind == AST_STEP_EXPECT_RULE || s->has_score)
		describe_outcome(&r->report, outcome_of(r, s, got));
	else
		describe_tags(&r->report, got);
	buf_add_char(&r->report, '\n');
}

/* True if all expectations of the test are met. */
static bool
run_test(struct runner *r)
{
	bool ok = true;

	set_up(r);
	for (const struct ast_step *s = r->test->steps; s; s = s->next) {
		struct scene *scene = scene_of(r, s->of);
		struct rules_result got;

		scene->has_begun = true;
		if (s->kind == AST_STEP_ENTRY) {
			add_entry(scene, s);
			continue;
		}
		judge(r, scene, &got);
		if (r->how->coverage)
			coverage_look(r->how->coverage, r->scratch);
		if (is_met(r, s, &got))
			continue;
		report_failure(r, s, &got);
		ok = false;
	}
	return ok;
}

/* ---- Which tests ---- */

static char
lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Does all of text fit glob, where * is any letters and ? is any one? */
static bool
is_glob(struct str glob, struct str text)
{
	size_t star = glob.len;
	size_t star_at = 0;
	size_t g = 0;
	size_t t = 0;

	while (t < text.len) {
		if (g < glob.len && glob.p[g] == '*') {
			star = g++;
			star_at = t;
		} else if (g < glob.len &&
			   (glob.p[g] == '?' ||
			       lower(glob.p[g]) == lower(text.p[t]))) {
			g++;
			t++;
		} else if (star < glob.len) {
			g = star + 1;
			t = ++star_at;
		} else {
			return false;
		}
	}
	while (g < glob.len && glob.p[g] == '*')
		g++;
	return g == glob.len;
}

/* True if the pattern, unless it has marks of its own, is in text. */
static bool
fits(struct arena *arena, struct str pattern, struct str text)
{
	if (!memchr(pattern.p, '*', pattern.len) &&
	    !memchr(pattern.p, '?', pattern.len))
		pattern = arena_strf(arena, "*%.*s*", STR_ARG(pattern));
	return is_glob(pattern, text);
}

static bool
is_wanted(struct runner *r, const struct testrun_case *c)
{
	if (!r->how->pattern.p)
		return true;
	return fits(r->arena, r->how->pattern, c->title) ||
	       is_glob(r->how->pattern, arena_strf(r->arena, "%.*s:%zu",
					    STR_ARG(c->file), c->line)) ||
	       is_glob(r->how->pattern, c->file);
}

/* Run one test if it is wanted; returns 1 if it failed. */
static size_t
run_one(struct runner *r, size_t *run)
{
	const struct ruleset_file *file = &r->rs->files[r->test->span.file];
	struct testrun_case c = { .file = file->name,
		.line = diag_line(file->text, r->test->span.start),
		.title = r->test->title };

	if (!is_wanted(r, &c))
		return 0;
	buf_reset(&r->report);
	c.passed = run_test(r);
	c.failures = buf_str(&r->report);
	(*run)++;
	if (r->how->on_test)
		r->how->on_test(r->how->user, &c);
	return !c.passed;
}

size_t
testrun_all(const struct ruleset *rs, const struct testrun *how, size_t *run)
{
	struct runner r = { .rs = rs,
		.how = how,
		.scratch = ruleset_scratch_new(),
		.arena = arena_new() };
	size_t failed = 0;

	*run = 0;
	for (r.test = rs->ast->tests; r.test; r.test = r.test->next) {
		failed += run_one(&r, run);
		arena_reset(r.arena);
	}
	buf_clear(&r.report);
	arena_free(&r.arena);
	ruleset_scratch_free(&r.scratch);
	return failed;
}

size_t
testrun_count(const struct ruleset *rs)
{
	return rs->ast->test_count;
}

static void
add_failures(void *user, const struct testrun_case *c)
{
	buf_add_str(user, c->failures);
}

size_t
ruleset_run_tests(const struct ruleset *rs, struct buf *report, size_t *run)
{
	const struct testrun how = { .on_test = add_failures, .user = report };

	return testrun_all(rs, &how, run);
}
