/*
 * buzzard rules explain: why a rule says what it says of an incident, and why
 * not.  Each line of the file is one incident as a whole.
 */
#include <stdlib.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/cmd_rules.h"
#include "agent/cmd/options.h"
#include "agent/geo/geo.h"
#include "agent/incident/incident.h"
#include "rules/explain.h"
#include "rules/ruleset.h"

#define USAGE                                                           \
	"rules explain [--rules DIR] [--rule NAME] [--layer NAME=FILE " \
	"...] FILE"

/* More is no file that a person would have explained. */
#define FILE_BYTES_MAX (64 << 20)

struct explain {
	const char *rules_dir, *rule, *layers[OPTIONS_MANY];
	struct cmd_rules_dir dir;
	struct geo *geo;
	struct rules_scratch *scratch;
	struct arena *arena;
	bool refused;
};

static int
load(struct explain *x)
{
	struct err e = { 0 };
	int r = cmd_rules_load(x->rules_dir, &x->dir);

	if (r != CMD_OK)
		return r;
	cmd_put(stderr, buf_str(&x->dir.diag));
	if (geo_new(&x->geo, &e) < 0)
		return cmd_fail(&e);
	return cmd_add_layers(x->geo, x->layers);
}

/* Explain one line; returns how many rules had something to say. */
static size_t
explain_line(struct explain *x, const char *file, size_t line, struct str text)
{
	struct buf out = { 0 };
	struct incident in;
	struct place place;
	struct err e = { 0 };
	size_t explained;

	arena_reset(x->arena);
	if (incident_parse(text, x->arena, &in, &e) < 0) {
		cmd_complain("%s:%zu: %s\n", file, line, e.msg);
		x->refused = true;
		return 1;
	}
	geo_locate(x->geo, &in, x->arena, &place);
	buf_addf(
	    &out, "%.*s, %s\n", STR_ARG(in.id), place_class_name(place.class));
	explained = explain_rules(
	    x->dir.rules, &in, &place, x->scratch, str_of(x->rule), &out);
	cmd_put(stdout, buf_str(&out));
	buf_clear(&out);
	return explained;
}

static int
explain_file(struct explain *x, const char *file)
{
	struct buf text = { 0 };
	struct err e = { 0 };
	size_t explained = 1;
	size_t line = 0;

	if (files_read(file, FILE_BYTES_MAX, &text, &e) < 0)
		return cmd_fail(&e);
	for (size_t at = 0; at < text.len && explained > 0;) {
		const char *end = memchr(text.p + at, '\n', text.len - at);
		size_t len = end ? (size_t)(end - text.p) - at : text.len - at;
		struct str s = str_trim(str_make(text.p + at, len));

		line++;
		at += len + 1;
		if (s.len > 0)
			explained = explain_line(x, file, line, s);
	}
	buf_clear(&text);
	if (explained == 0)
		return cmd_usage("no rule is called %s", x->rule);
	return x->refused ? CMD_FINDINGS : CMD_OK;
}

int
cmd_rules_explain(int argc, char **argv)
{
	struct explain x = { 0 };
	const struct option_row rows[] = {
		{ "--rules", "DIR", NULL, &x.rules_dir, NULL,
		    "the rule files (the packs installed)" },
		{ "--rule", "NAME", NULL, &x.rule, NULL,
		    "this rule only, with all its grounds" },
		{ "--layer", "NAME=FILE", NULL, x.layers, NULL,
		    "GeoJSON of a layer that rules ask for; may be repeated" },
	};
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc != 2)
		return cmd_usage("say which file of incidents");
	x.scratch = ruleset_scratch_new();
	x.arena = arena_new();
	r = load(&x);
	if (r == CMD_OK)
		r = explain_file(&x, argv[1]);
	arena_free(&x.arena);
	ruleset_scratch_free(&x.scratch);
	cmd_rules_dir_release(&x.dir);
	geo_free(&x.geo);
	return r;
}
