/*
 * buzzard rules fairness: the same logs with other words for who people are,
 * and every tag, level or score that changes with them.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/base/jsonw.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/cmd_rules.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/cmd/table.h"
#include "agent/corpus.h"
#include "agent/editions.h"
#include "agent/fairness.h"
#include "agent/geo/geo.h"
#include "agent/incident/merge.h"

#define USAGE \
	"rules fairness [--rules DIR] [--boundaries FILE] [--json] CORPUS ..."

struct request {
	const char *rules_dir, *boundaries;
	bool json;
	struct cmd_rules_dir rules;
	struct geo *geo;
	struct corpus corpus;
	struct output output;
	struct table *table;
};

static const struct table_column columns[] = {
	{ .key = "id", .title = "incident" },
	{ .key = "set", .title = "exchanged" },
	{ .key = "neutral", .title = "instead of" },
	{ .key = "word", .title = "word" },
	{ .key = "subject", .title = "what changed" },
	{ .key = "level_before", .title = "from" },
	{ .key = "score_before", .title = "score", .is_number = true },
	{ .key = "level_after", .title = "to" },
	{ .key = "score_after", .title = "score", .is_number = true },
};

static void
complain(const char *file, size_t line, const char *sentence)
{
	cmd_complain("%s:%zu: %s\n", file, line, sentence);
}

static void
on_change(
    void *user, const struct incident *in, const struct fairness_change *c)
{
	struct request *rq = user;

	table_str(rq->table, in->id);
	table_text(rq->table, c->set);
	table_text(rq->table, c->neutral);
	table_text(rq->table, c->word);
	table_str(rq->table, c->subject);
	table_text(rq->table, rules_level_name(c->level_before));
	table_int(rq->table, c->score_before);
	table_text(rq->table, rules_level_name(c->level_after));
	table_int(rq->table, c->score_after);
	table_row(rq->table);
}

static int
load(struct request *rq, int count, char **files)
{
	struct err e = { 0 };
	int r = cmd_rules_load(rq->rules_dir, &rq->rules);

	if (r != CMD_OK)
		return r;
	if (geo_new(&rq->geo, &e) < 0)
		return cmd_fail(&e);
	if (rq->boundaries && editions_add_file(rq->geo, rq->boundaries,
				  rq->boundaries, NULL, &e) < 0)
		return cmd_fail(&e);
	for (int i = 0; i < count; i++)
		if (corpus_read(&rq->corpus, files[i], complain, &e) < 0)
			return cmd_fail(&e);
	return CMD_OK;
}

static void
check_item(struct request *rq, const struct fairness_reader *reader,
    const struct corpus_item *item, struct fairness_count *count)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct merge_message message = { .incident = &item->incident };
	struct incident record;
	struct place place;

	merge_fold(&message, 1, arena, &record);
	geo_locate(rq->geo, &record, arena, &place);
	fairness_check(reader, &record, &place, count);
}

static void
print_count(const struct request *rq, const struct fairness_count *n)
{
	struct buf line = { 0 };
	struct jsonw w;

	if (!rq->output.is_json) {
		printf("%zu incidents, %zu readings with exchanged words, %zu "
		       "with another answer\n",
		    n->incidents, n->readings, n->changed);
		return;
	}
	jsonw_init(&w, &line);
	jsonw_object(&w);
	jsonw_key(&w, "incidents");
	jsonw_int(&w, (int64_t)n->incidents);
	jsonw_key(&w, "readings");
	jsonw_int(&w, (int64_t)n->readings);
	jsonw_key(&w, "changed");
	jsonw_int(&w, (int64_t)n->changed);
	jsonw_close(&w);
	output_line(&line);
	buf_clear(&line);
}

static int
check_all(struct request *rq)
{
	struct rules_scratch *scratch = ruleset_scratch_new();
	const struct fairness_reader reader = { rq->rules.rules, scratch,
		on_change, rq };
	struct fairness_count count = { 0 };
	struct output_progress progress;

	rq->table = table_new(
	    &rq->output, columns, sizeof(columns) / sizeof(columns[0]));
	output_progress_begin(&progress, "incidents", rq->corpus.count);
	for (size_t i = 0; i < rq->corpus.count; i++) {
		check_item(rq, &reader, &rq->corpus.items[i], &count);
		output_progress_set(&progress, i + 1);
	}
	output_progress_end(&progress);
	table_free(&rq->table);
	print_count(rq, &count);
	ruleset_scratch_free(&scratch);
	return count.changed > 0 || rq->corpus.refused > 0 ? CMD_FINDINGS
							   : CMD_OK;
}

int
cmd_rules_fairness(int argc, char **argv)
{
	struct request rq = { 0 };
	const struct option_row rows[] = {
		{ "--rules", "DIR", NULL, &rq.rules_dir, NULL,
		    "the rule files (the packs installed)" },
		{ "--boundaries", "FILE", NULL, &rq.boundaries, NULL,
		    "GeoJSON areas with a rural-urban class (built-in towns)" },
		{ "--json", NULL, &rq.json, NULL, NULL,
		    "one JSON object a change, and one at the end" },
	};
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc < 2)
		return cmd_usage("say which labelled incidents");
	output_init(&rq.output, rq.json);
	r = load(&rq, argc - 1, argv + 1);
	if (r == CMD_OK)
		r = check_all(&rq);
	cmd_rules_dir_release(&rq.rules);
	corpus_release(&rq.corpus);
	geo_free(&rq.geo);
	return r;
}
