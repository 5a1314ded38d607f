/*
 * buzzard tag: what the rules say of incidents in files, storing nothing.
 *
 * The answer is the contract of docs/incident.schema.json's neighbour, one
 * object a line for each incident, in the order of first appearance.  All
 * messages are read before the first answer, because the last line may be an
 * update of the first incident.  "entry" counts in the log as it was given; of
 * several messages in the one that they come to, which merge.h describes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/gather.h"
#include "agent/cmd/options.h"
#include "agent/editions.h"
#include "agent/geo/geo.h"
#include "agent/incident/merge.h"
#include "agent/incident/plates.h"
#include "agent/store/rulepack.h"
#include "agent/store/tagjson.h"
#include "rules/ruleset.h"

#define USAGE                                                       \
	"tag [--rules DIR] [--boundaries FILE] [--gazetteer FILE] " \
	"[--layer NAME=FILE ...] "                                  \
	"[FILE ...]\n       (no FILE: standard input)"

struct request {
	const char *rules_dir, *boundaries, *gazetteer;
	const char *layers[OPTIONS_MANY];
	struct geo *geo;
	struct ruleset *rules;
	struct gather messages;
};

static int
answer_all(struct request *rq)
{
	struct rules_scratch *scratch = ruleset_scratch_new();
	struct arena *arena = arena_new();
	struct buf line = { 0 };

	for (size_t i = 0; i < rq->messages.group_count; i++) {
		struct gather_group *g = &rq->messages.groups[i];
		struct tagjson_input in = { .rule_set =
						ruleset_hash(rq->rules) };
		struct incident record;
		struct place place;
		struct rules_result result;

		arena_reset(arena);
		buf_reset(&line);
		merge_fold(g->messages, g->count, arena, &record);
		geo_locate(rq->geo, &record, arena, &place);
		ruleset_tag(
		    rq->rules, &record, &place, scratch, arena, &result);
		in.incident = &record;
		in.place = &place;
		in.result = &result;
		in.entry_places =
		    g->count == 1
			? merge_places(g->messages[0].incident, &record, arena)
			: NULL;
		in.plate_count = plates_find(&record, arena, &in.plates);
		tagjson_line(&in, &line);
		buf_add_char(&line, '\n');
		fwrite(line.p, 1, line.len, stdout);
	}
	buf_clear(&line);
	arena_free(&arena);
	ruleset_scratch_free(&scratch);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		cmd_complain("buzzard: standard output: %s\n", strerror(errno));
		return CMD_IO;
	}
	return rq->messages.refused ? CMD_FINDINGS : CMD_OK;
}

static int
load_rules(struct request *rq)
{
	struct buf diag = { 0 };
	struct err e = { 0 };
	char *dir = NULL;
	int r = 0;

	if (rq->rules_dir)
		dir = alloc_text(rq->rules_dir);
	else
		r = rulepack_default_dir(&dir, &e);
	if (r == 0)
		r = rulepack_load(dir, &diag, &rq->rules, &e);
	cmd_put(stderr, buf_str(&diag));
	if (r < 0)
		cmd_complain("buzzard: %s\n", e.msg);
	buf_clear(&diag);
	free(dir);
	return r < 0 ? CMD_INVALID : CMD_OK;
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

static void
release(struct request *rq)
{
	gather_release(&rq->messages);
	ruleset_free(&rq->rules);
	geo_free(&rq->geo);
}

int
cmd_tag(int argc, char **argv)
{
	struct err e = { 0 };
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
	};
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	r = load_rules(&rq);
	if (r == CMD_OK)
		r = load_geo(&rq);
	if (r == CMD_OK &&
	    gather_files(&rq.messages, argc - 1, argv + 1, &e) < 0)
		r = cmd_fail(&e);
	if (r == CMD_OK)
		r = answer_all(&rq);
	release(&rq);
	return r;
}
