/*
 * buzzard rules eval: how good rules are, on incidents that people labelled.
 *
 * Each incident is folded, located and tagged by the functions that the agent
 * uses; the members that only a corpus has are read here and nowhere else.
 */
#include <stdio.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/cmd_rules.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/cmd/verdict.h"
#include "agent/editions.h"
#include "agent/geo/geo.h"
#include "agent/incident/merge.h"

#define USAGE                                                             \
	"rules eval [--rules DIR] [--boundaries FILE] [--gazetteer FILE]" \
	" [--layer NAME=FILE ...]"                                        \
	"\n       [--theme T] [--grounds] [--json|--table] CORPUS ..."

struct request {
	const char *rules_dir, *boundaries, *gazetteer;
	const char *layers[OPTIONS_MANY];
	bool json, table;
	struct cmd_rules_dir rules;
	struct geo *geo;
	struct verdict v;
};

static void
complain(const char *file, size_t line, const char *sentence)
{
	cmd_complain("%s:%zu: %s\n", file, line, sentence);
}

static int
load_geo(struct request *rq)
{
	struct err e = { 0 };
	int r;

	if (geo_new(&rq->geo, &e) < 0)
		return cmd_fail(&e);
	if (rq->boundaries && editions_add_file(rq->geo, rq->boundaries,
				  rq->boundaries, NULL, &e) < 0)
		return cmd_fail(&e);
	r = cmd_add_gazetteer(rq->geo, rq->gazetteer);
	return r == CMD_OK ? cmd_add_layers(rq->geo, rq->layers) : r;
}

static int
read_corpora(struct request *rq, int count, char **files)
{
	struct err e = { 0 };

	for (int i = 0; i < count; i++)
		if (corpus_read(&rq->v.corpus, files[i], complain, &e) < 0)
			return cmd_fail(&e);
	corpus_drop_repeats(&rq->v.corpus, complain);
	return CMD_OK;
}

static void
check_evidence(struct verdict *v, struct verdict_item *i)
{
	struct arena *arena = v->corpus.arena;

	for (size_t t = 0; t < i->result.tag_count; t++) {
		const struct rules_tag *tag = &i->result.tags[t];

		if (!i->evidence_fault)
			i->evidence_fault =
			    evidence_fault(tag, &i->record, arena);
		evidence_add_single(&v->words, tag, i->item, arena);
	}
	v->fault_count += i->evidence_fault != NULL;
}

static void
judge_item(
    struct request *rq, const struct corpus_item *item, struct verdict_item *i)
{
	struct verdict *v = &rq->v;
	struct arena *arena = v->corpus.arena;
	struct merge_message message = { .incident = &item->incident };

	i->item = item;
	merge_fold(&message, 1, arena, &i->record);
	i->places = merge_places(&item->incident, &i->record, arena);
	geo_locate(rq->geo, &i->record, arena, &i->place);
	ruleset_tag(
	    v->rules, &i->record, &i->place, v->scratch, arena, &i->result);
	i->plate_count = plates_find(&i->record, arena, &i->plates);
	i->wrong = tally_add(&v->tally, item,
	    &(struct tally_said){ &i->result, i->plates, i->plate_count });
	check_evidence(v, i);
}

static void
judge_all(struct request *rq)
{
	struct verdict *v = &rq->v;

	v->rules = rq->rules.rules;
	v->edition = geo_edition_name(rq->geo);
	v->scratch = ruleset_scratch_new();
	v->items = alloc_zero(v->corpus.count + 1, sizeof *v->items);
	tally_init(&v->tally, v->rules);
	for (size_t i = 0; i < v->corpus.count; i++)
		judge_item(rq, &v->corpus.items[i], &v->items[i]);
	tally_finish(&v->tally);
	evidence_keep_common(&v->words, &v->corpus);
}

static int
answer(struct request *rq)
{
	struct verdict *v = &rq->v;
	struct buf out = { 0 };
	struct output how;

	output_init(&how, rq->json);
	if (rq->table || !how.is_json)
		verdict_print(v, &out);
	else
		verdict_json(v, &out);
	cmd_put(stdout, buf_str(&out));
	buf_clear(&out);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		struct err e = { 0 };

		(void)err_sys(&e, "standard output cannot be written");
		return cmd_fail(&e);
	}
	return v->corpus.refused > 0 || v->fault_count > 0 ? CMD_FINDINGS
							   : CMD_OK;
}

static void
release(struct request *rq)
{
	tally_release(&rq->v.tally);
	evidence_words_release(&rq->v.words);
	free(rq->v.items);
	corpus_release(&rq->v.corpus);
	ruleset_scratch_free(&rq->v.scratch);
	cmd_rules_dir_release(&rq->rules);
	geo_free(&rq->geo);
}

static int
run(struct request *rq, int count, char **files)
{
	int r = cmd_rules_load(rq->rules_dir, &rq->rules);

	if (r == CMD_OK)
		r = load_geo(rq);
	if (r == CMD_OK)
		r = read_corpora(rq, count, files);
	if (r == CMD_OK && rq->v.corpus.count == 0) {
		cmd_complain("buzzard: there is no labelled incident to "
			     "measure by\n");
		r = CMD_FINDINGS;
	} else if (r == CMD_OK) {
		judge_all(rq);
		r = answer(rq);
	}
	release(rq);
	return r;
}

int
cmd_rules_eval(int argc, char **argv)
{
	struct request rq = { 0 };
	const struct option_row rows[] = {
		{ "--rules", "DIR", NULL, &rq.rules_dir, NULL,
		    "the rule files (the packs installed)" },
		{ "--boundaries", "FILE", NULL, &rq.boundaries, NULL,
		    "GeoJSON areas with a rural-urban class (built-in towns)" },
		{ "--gazetteer", "FILE", NULL, &rq.gazetteer, NULL,
		    "OS Open Names, a CSV file or a folder of them" },
		{ "--layer", "NAME=FILE", NULL, rq.layers, NULL,
		    "GeoJSON of a layer that rules ask for; may be repeated" },
		{ "--theme", "T", NULL, &rq.v.theme, NULL,
		    "list only what is wrong about this theme" },
		{ "--grounds", NULL, &rq.v.grounds, NULL, NULL,
		    "show each rule's grounds, right and wrong, too" },
		{ "--json", NULL, &rq.json, NULL, NULL, "one JSON object" },
		{ "--table", NULL, &rq.table, NULL, NULL,
		    "tables, where the output is no terminal, too" },
	};
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc < 2)
		return cmd_usage("say which file of labelled incidents");
	if (rq.json && rq.table)
		return cmd_usage("--json and --table: say one of the two");
	return run(&rq, argc - 1, argv + 1);
}
