/*
 * buzzard rules test: run the tests that stand in the rule files, and say what
 * of the conditions they have not seen.
 */
#include <stdio.h>
#include <string.h>

#include "agent/base/err.h"
#include "agent/base/jsonw.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/cmd_rules.h"
#include "agent/cmd/junit.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/cmd/table.h"
#include "rules/coverage.h"
#include "rules/ruleset.h"
#include "rules/testrun.h"

#define USAGE "rules test [DIR]"

struct request {
	const char *pattern, *junit_path;
	bool wants_coverage, json;
	int64_t threshold; /* 0: none */
	struct output output;
	struct output_progress progress;
	struct cmd_rules_dir dir;
	struct coverage *coverage;
	struct junit junit;
	size_t run, failed, leaves, covered;
};

/* ---- Tests ---- */

static void
test_json(const struct testrun_case *c)
{
	struct buf line = { 0 };
	struct jsonw w;

	jsonw_init(&w, &line);
	jsonw_object(&w);
	jsonw_key(&w, "kind");
	jsonw_text(&w, "test");
	jsonw_key(&w, "file");
	jsonw_str(&w, c->file);
	jsonw_key(&w, "line");
	jsonw_int(&w, (int64_t)c->line);
	jsonw_key(&w, "test");
	jsonw_str(&w, c->title);
	jsonw_key(&w, "passed");
	jsonw_bool(&w, c->passed);
	jsonw_key(&w, "failures");
	jsonw_str(&w, str_trim(c->failures));
	jsonw_close(&w);
	output_line(&line);
	buf_clear(&line);
}

static void
on_test(void *user, const struct testrun_case *c)
{
	struct request *rq = user;

	output_progress_set(&rq->progress, ++rq->run);
	if (rq->junit_path)
		junit_add(&rq->junit, c);
	if (rq->output.is_json)
		test_json(c);
	else if (!c->passed)
		cmd_put(stdout, c->failures);
}

/* ---- Coverage ---- */

/* What the tests have not shown of a leaf, for people. */
static const char *
missing(const struct coverage_leaf *leaf)
{
	if (!leaf->seen_true && !leaf->seen_false)
		return leaf->seen_unknown ? "true and false (only not known)"
					  : "true and false";
	if (leaf->seen_true)
		return leaf->seen_unknown ? "false (only not known)" : "false";
	return "true";
}

static const struct table_column leaf_columns[] = {
	{ .key = "kind" },
	{ .key = "file" },
	{ .key = "line" },
	{ .key = "column" },
	{ .title = "never seen at" },
	{ .key = "rule", .title = "rule" },
	{ .key = "missing", .title = "to be" },
	{ .key = "condition", .title = "condition" },
};

/* The condition with white space made one space. */
static void
one_line(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		bool space = strchr(" \t\r\n", text.p[i]) != NULL;

		if (!space)
			buf_add_char(out, text.p[i]);
		else if (out->len > 0 && out->p[out->len - 1] != ' ')
			buf_add_char(out, ' ');
	}
}

static void
add_leaf(struct table *t, const struct coverage_leaf *leaf)
{
	struct buf place = { 0 };
	struct buf text = { 0 };

	buf_addf(&place, "%.*s:%zu:%zu", STR_ARG(leaf->file), leaf->line,
	    leaf->column);
	one_line(&text, leaf->text);
	table_text(t, "uncovered");
	table_str(t, leaf->file);
	table_int(t, (int64_t)leaf->line);
	table_int(t, (int64_t)leaf->column);
	table_str(t, buf_str(&place));
	table_str(t, leaf->rule);
	table_tone(t, OUTPUT_WARN);
	table_text(t, missing(leaf));
	table_str(t, buf_str(&text));
	table_row(t);
	buf_clear(&place);
	buf_clear(&text);
}

static void
list_uncovered(struct request *rq)
{
	struct table *t = NULL;
	struct coverage_leaf leaf;
	size_t at = 0;

	while (coverage_next(rq->coverage, &at, &leaf)) {
		if (coverage_is_covered(&leaf))
			continue;
		if (!t)
			t = table_new(&rq->output, leaf_columns,
			    sizeof leaf_columns / sizeof leaf_columns[0]);
		add_leaf(t, &leaf);
	}
	table_free(&t);
}

/* ---- The end ---- */

static void
sum_json(const struct request *rq)
{
	struct buf line = { 0 };
	struct jsonw w;

	jsonw_init(&w, &line);
	jsonw_object(&w);
	jsonw_key(&w, "kind");
	jsonw_text(&w, "sum");
	jsonw_key(&w, "rules");
	jsonw_text(&w, rq->dir.path);
	jsonw_key(&w, "rule_set");
	jsonw_text(&w, ruleset_hash(rq->dir.rules));
	jsonw_key(&w, "passed");
	jsonw_int(&w, (int64_t)(rq->run - rq->failed));
	jsonw_key(&w, "failed");
	jsonw_int(&w, (int64_t)rq->failed);
	if (rq->coverage) {
		jsonw_key(&w, "leaves");
		jsonw_int(&w, (int64_t)rq->leaves);
		jsonw_key(&w, "covered");
		jsonw_int(&w, (int64_t)rq->covered);
	}
	jsonw_close(&w);
	output_line(&line);
	buf_clear(&line);
}

static void
print_sum(const struct request *rq)
{
	const struct output *o = &rq->output;

	if (o->is_json) {
		sum_json(rq);
		return;
	}
	printf("%s: %s%zu passed, %zu failed%s\n", rq->dir.path,
	    output_tone(o, rq->failed ? OUTPUT_BAD : OUTPUT_GOOD),
	    rq->run - rq->failed, rq->failed, output_tone(o, OUTPUT_PLAIN));
	if (rq->coverage)
		printf("covered: %zu of %zu leaves of conditions (%zu %%)\n",
		    rq->covered, rq->leaves,
		    rq->leaves ? 100 * rq->covered / rq->leaves : 100);
}

static int
judge(struct request *rq)
{
	if (100 * rq->covered < (size_t)rq->threshold * rq->leaves) {
		cmd_complain("buzzard: the tests cover %zu of %zu leaves of "
			     "conditions, under the threshold of %lld %%\n",
		    rq->covered, rq->leaves, (long long)rq->threshold);
		return CMD_FINDINGS;
	}
	return rq->failed > 0 ? CMD_FINDINGS : CMD_OK;
}

static int
run_tests(struct request *rq)
{
	struct testrun how = {
		.pattern = str_of(rq->pattern), .on_test = on_test, .user = rq
	};
	struct err e = { 0 };
	size_t run;

	if (rq->wants_coverage)
		rq->coverage = coverage_new(rq->dir.rules);
	how.coverage = rq->coverage;
	output_progress_begin(
	    &rq->progress, "tests", testrun_count(rq->dir.rules));
	rq->failed = testrun_all(rq->dir.rules, &how, &run);
	output_progress_end(&rq->progress);
	if (rq->pattern && run == 0)
		return cmd_usage("no test has \"%s\" in its title, and none "
				 "is at such a place",
		    rq->pattern);
	if (rq->coverage) {
		rq->leaves = coverage_count(rq->coverage, &rq->covered);
		list_uncovered(rq);
	}
	print_sum(rq);
	if (rq->junit_path && junit_write(&rq->junit, rq->junit_path, &e) < 0)
		return cmd_fail(&e);
	return judge(rq);
}

int
cmd_rules_test(int argc, char **argv)
{
	struct request rq = { 0 };
	const struct option_row rows[] = {
		{ "--run", "PATTERN", NULL, &rq.pattern, NULL,
		    "only tests with it in their title; * and ?; FILE:LINE" },
		{ "--junit", "FILE", NULL, &rq.junit_path, NULL,
		    "write what came of them as JUnit XML" },
		{ "--coverage", NULL, &rq.wants_coverage, NULL, NULL,
		    "list what of the conditions no test has seen" },
		{ "--coverage-threshold", "N", NULL, NULL, &rq.threshold,
		    "fail under so many per cent" },
		{ "--json", NULL, &rq.json, NULL, NULL,
		    "one JSON object a line (so when piped)" },
	};
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc > 2)
		return cmd_usage("test takes one directory");
	if (rq.threshold > 100)
		return cmd_usage("--coverage-threshold is a percentage");
	rq.wants_coverage = rq.wants_coverage || rq.threshold > 0;
	output_init(&rq.output, rq.json);
	r = cmd_rules_load(argc == 2 ? argv[1] : NULL, &rq.dir);
	if (r == CMD_OK)
		r = run_tests(&rq);
	coverage_free(&rq.coverage);
	junit_clear(&rq.junit);
	cmd_rules_dir_release(&rq.dir);
	return r;
}
