/*
 * buzzard rules check: are the rules of a directory right, and is all of it
 * meant?  For people the problems come as the compiler prints them, on
 * standard error; for programs one object each, on standard output.
 */
#include <stdio.h>
#include <stdlib.h>

#include "agent/base/err.h"
#include "agent/base/jsonw.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/cmd_rules.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/cmd/table.h"
#include "agent/store/rulepack.h"
#include "rules/ruleset.h"
#include "rules/series.h"

#define USAGE "rules check [DIR]"

static const struct table_column columns[] = {
	{ .key = "kind" },
	{ .key = "severity" },
	{ .key = "code" },
	{ .key = "file" },
	{ .key = "line" },
	{ .key = "column" },
	{ .key = "end_line" },
	{ .key = "end_column" },
	{ .key = "message" },
	{ .key = "note" },
};

static void
tell_json(void *user, const struct ruleset_problem *p)
{
	struct table *t = user;

	table_text(t, "problem");
	table_text(t, p->is_warning ? "warning" : "error");
	table_text(t, p->code);
	table_str(t, p->file);
	table_int(t, (int64_t)p->line);
	table_int(t, (int64_t)p->column);
	table_int(t, (int64_t)p->end_line);
	table_int(t, (int64_t)p->end_column);
	table_str(t, p->message);
	table_str(t, p->note);
	table_row(t);
}

static void
sum_json(const char *path, const struct ruleset *rs, size_t problems)
{
	struct buf line = { 0 };
	struct jsonw w;

	jsonw_init(&w, &line);
	jsonw_object(&w);
	jsonw_key(&w, "kind");
	jsonw_text(&w, "sum");
	jsonw_key(&w, "rules");
	jsonw_text(&w, path);
	jsonw_key(&w, "rule_set");
	jsonw_text(&w, rs ? ruleset_hash(rs) : NULL);
	jsonw_key(&w, "rule_count");
	jsonw_int(&w, rs ? (int64_t)ruleset_rule_count(rs) : 0);
	jsonw_key(&w, "series_count");
	jsonw_int(&w, rs ? (int64_t)series_count(rs) : 0);
	jsonw_key(&w, "problems");
	jsonw_int(&w, (int64_t)problems);
	jsonw_close(&w);
	output_line(&line);
	buf_clear(&line);
}

static int
check_json(const char *path, const struct output *o)
{
	AUTO(rulepack_release) struct rulepack pack = { 0 };
	struct table *t;
	struct ruleset *rs = NULL;
	struct err e = { 0 };
	size_t problems;
	int r;

	if (rulepack_read(&pack, path, &e) < 0) {
		r = cmd_fail(&e);
		return e.code == ERR_INVALID ? CMD_INVALID : r;
	}
	t = table_new(o, columns, sizeof columns / sizeof columns[0]);
	r = ruleset_look(
	    pack.files, pack.count, &(struct ruleset_ear){ tell_json, t }, &rs);
	problems = table_row_count(t);
	table_free(&t);
	sum_json(path, rs, problems);
	ruleset_free(&rs);
	return r < 0 ? CMD_INVALID : problems > 0 ? CMD_FINDINGS : CMD_OK;
}

/* Warnings are findings. */
static int
check_text(const char *path, const struct output *o)
{
	struct cmd_rules_dir d = { 0 };
	int r = cmd_rules_load(path, &d);

	if (r == CMD_OK) {
		r = d.diag.len > 0 ? CMD_FINDINGS : CMD_OK;
		cmd_put(stderr, buf_str(&d.diag));
		printf("%s: %s%zu rules, %zu series, %s%s, %s\n", d.path,
		    output_tone(o, r == CMD_OK ? OUTPUT_GOOD : OUTPUT_WARN),
		    ruleset_rule_count(d.rules), series_count(d.rules),
		    r == CMD_OK ? "nothing to say" : "see above",
		    output_tone(o, OUTPUT_PLAIN), ruleset_hash(d.rules));
	}
	cmd_rules_dir_release(&d);
	return r;
}

int
cmd_rules_check(int argc, char **argv)
{
	bool json = false;
	const struct option_row rows[] = {
		{ "--json", NULL, &json, NULL, NULL,
		    "one JSON object a line (so when piped)" },
	};
	struct output o;
	struct err e = { 0 };
	char *path = NULL;
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc > 2)
		return cmd_usage("check takes one directory");
	output_init(&o, json);
	if (argc < 2 && rulepack_default_dir(&path, &e) < 0)
		return cmd_fail(&e);
	if (o.is_json)
		r = check_json(argc == 2 ? argv[1] : path, &o);
	else
		r = check_text(argc == 2 ? argv[1] : path, &o);
	free(path);
	return r;
}
