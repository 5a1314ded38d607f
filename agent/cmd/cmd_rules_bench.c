/*
 * buzzard rules bench: what rules cost.  Figures of one machine at one time:
 * they are compared with each other and with nothing else, so each row has what
 * it costs in costs of the first.
 */
#include <stdio.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/cmd_rules.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/cmd/table.h"
#include "agent/rulebench.h"
#include "agent/store/rulepack.h"
#include "rules/ruleset.h"

#define USAGE      "rules bench [--json] [DIR]"
#define MEASURE_MS 1000

static const struct table_column columns[] = {
	{ "rules", "RULES", true, 0 },
	{ "made_up", "OF THEM MADE UP", true, 0 },
	{ "incidents_per_second", "INCIDENTS/S", true, 0 },
	{ "microseconds", "EACH, US", true, 0 },
	{ "cost", "COST", true, 0 },
	{ "tagged_percent", "TAGGED, %", true, 0 },
	{ "compiled_ms", "COMPILED, MS", true, 0 },
};
#define COLUMN_COUNT (sizeof columns / sizeof columns[0])

/* Times as many made-up rules as there are others. */
static const uint32_t multiples[] = { 0, 10, 100 };

static int
load(const char *dir, uint32_t made_up, struct buf *text, struct ruleset **out)
{
	struct ruleset_file extra = { .name = STR_LIT("made-up.rules") };
	struct buf diag = { 0 };
	struct err e = { 0 };
	int r;

	rulebench_rules(made_up, text);
	extra.text = buf_str(text);
	r = rulepack_load_with(
	    dir, made_up > 0 ? &extra : NULL, &diag, out, &e);
	if (r < 0) {
		cmd_put(stderr, buf_str(&diag));
		cmd_complain("buzzard: %s\n", e.msg);
	}
	buf_clear(&diag);
	return r < 0 ? CMD_INVALID : CMD_OK;
}

/* Measure one row; *first_us is the first's, 0 before it. */
static int
measure(struct table *t, const char *dir, uint32_t made_up, double *first_us)
{
	int64_t begun_us = clock_mono_us();
	struct rulebench_figures figures;
	struct rulebench_texts texts;
	struct ruleset *rules;
	struct buf text = { 0 };
	double compiled_ms;

	if (load(dir, made_up, &text, &rules) != CMD_OK) {
		buf_clear(&text);
		return CMD_INVALID;
	}
	compiled_ms = (double)(clock_mono_us() - begun_us) / 1000;
	rulebench_texts_make(&texts, made_up);
	rulebench_measure(rules, &texts, MEASURE_MS, &figures);
	*first_us = *first_us > 0 ? *first_us : figures.us;
	table_int(t, (int64_t)ruleset_rule_count(rules));
	table_int(t, made_up);
	table_real(t, 1e6 / figures.us, 0);
	table_real(t, figures.us, 2);
	table_real(t, figures.us / *first_us, 2);
	table_real(t, 100 * figures.tagged, 1);
	table_real(t, compiled_ms, 1);
	table_row(t);
	rulebench_texts_release(&texts);
	ruleset_free(&rules);
	buf_clear(&text);
	return CMD_OK;
}

static int
run(const struct cmd_rules_dir *d, const struct output *o)
{
	struct table *t = table_new(o, columns, COLUMN_COUNT);
	uint32_t own = (uint32_t)ruleset_rule_count(d->rules);
	struct output_progress progress;
	double first_us = 0;
	int r = CMD_OK;

	output_progress_begin(
	    &progress, "sizes", sizeof multiples / sizeof multiples[0]);
	for (size_t i = 0;
	     i < sizeof multiples / sizeof multiples[0] && r == CMD_OK; i++) {
		uint32_t made_up = own * multiples[i];

		if (made_up <= RULEBENCH_RULES_MAX)
			r = measure(t, d->path, made_up, &first_us);
		output_progress_set(&progress, i + 1);
	}
	output_progress_end(&progress);
	table_free(&t);
	if (r == CMD_OK && !o->is_json)
		printf("%d incidents of %d bytes, decoded, on one core; every "
		       "%dth has words of a made-up rule\n",
		    RULEBENCH_TEXTS, RULEBENCH_TEXT_BYTES, RULEBENCH_HIT_EVERY);
	return r;
}

int
cmd_rules_bench(int argc, char **argv)
{
	struct cmd_rules_dir d = { 0 };
	struct output o;
	bool json = false;
	const struct option_row rows[] = {
		{ "--json", NULL, &json, NULL, NULL, "one JSON object a line" },
	};
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc > 2)
		return cmd_usage("bench takes one directory");
	r = cmd_rules_load(argv[1], &d);
	if (r == CMD_OK) {
		output_init(&o, json);
		r = run(&d, &o);
	}
	cmd_rules_dir_release(&d);
	return r;
}
