/*
 * buzzard rules explain: why a rule says what it says of an incident, and why
 * not, and what the smallest change would be that made it say something else.
 * Incidents come from files, standard input or, with -c, the agent's record;
 * looking there is recorded.
 */
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/base/jsonw.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/cmd_rules.h"
#include "agent/cmd/gather.h"
#include "agent/cmd/look.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/conf/conf.h"
#include "agent/editions.h"
#include "agent/geo/geo.h"
#include "agent/incident/incident.h"
#include "agent/store/record.h"
#include "agent/store/store.h"
#include "rules/explain.h"
#include "rules/ruleset.h"
#include "rules/series.h"

#define USAGE                                                           \
	"rules explain [--rules DIR] [--rule NAME] [--gazetteer FILE] " \
	"[--layer NAME=FILE ...] FILE|-\n"                              \
	"       buzzard rules explain -c CONF [--rule NAME] REFERENCE"

struct explain {
	const char *rules_dir, *rule, *conf_path, *gazetteer;
	const char *layers[OPTIONS_MANY];
	bool json;
	struct output output;
	struct cmd_rules_dir dir;
	struct geo *geo;
	struct rules_scratch *scratch;
	struct arena *arena;
	struct conf *conf;   /* with -c */
	struct store *store; /* with -c */
	struct gather messages;
	int64_t *found; /* ids of stored incidents; owned */
	size_t found_count;
};

/* ---- JSON ---- */

static void
set_json(struct jsonw *w, const struct explain_set *set)
{
	jsonw_array(w);
	for (size_t i = 0; i < set->count; i++) {
		jsonw_object(w);
		jsonw_key(w, "condition");
		jsonw_str(w, set->changes[i].condition);
		jsonw_key(w, "now");
		jsonw_str(w, set->changes[i].now);
		jsonw_close(w);
	}
	jsonw_close(w);
}

static void
flip_json(struct jsonw *w, const char *key, bool is_given,
    const struct explain_flip *f)
{
	jsonw_key(w, key);
	if (!is_given) {
		jsonw_null(w);
		return;
	}
	jsonw_object(w);
	jsonw_key(w, "level");
	jsonw_text(w, rules_level_name(f->level));
	jsonw_key(w, "any_of");
	jsonw_array(w);
	for (size_t i = 0; i < f->count; i++)
		set_json(w, &f->sets[i]);
	jsonw_close(w);
	jsonw_close(w);
}

static void
ground_json(struct jsonw *w, const struct explain_ground *g)
{
	jsonw_object(w);
	jsonw_key(w, "kind");
	jsonw_text(w, g->kind);
	jsonw_key(w, "holds");
	jsonw_bool(w, g->holds);
	jsonw_key(w, "points");
	jsonw_int(w, g->points);
	jsonw_key(w, "why");
	jsonw_str(w, g->why);
	jsonw_key(w, "says");
	jsonw_str(w, g->says);
	jsonw_key(w, "file");
	jsonw_str(w, g->file);
	jsonw_key(w, "line");
	jsonw_int(w, (int64_t)g->line);
	jsonw_close(w);
}

static void
rule_json(const struct incident *in, const struct place *place,
    const struct explain_rule *r)
{
	struct buf line = { 0 };
	struct jsonw w;

	jsonw_init(&w, &line);
	jsonw_object(&w);
	jsonw_key(&w, "incident");
	jsonw_str(&w, in->id);
	jsonw_key(&w, "place");
	jsonw_text(&w, place_class_name(place->class));
	jsonw_key(&w, "located_by");
	jsonw_str(&w, place->how);
	jsonw_key(&w, "doubt");
	jsonw_str(&w, place->doubt);
	jsonw_key(&w, "rule");
	jsonw_str(&w, r->rule);
	jsonw_key(&w, r->is_flag ? "flag" : "theme");
	jsonw_str(&w, r->subject);
	jsonw_key(&w, "shadow");
	jsonw_bool(&w, r->is_shadow);
	jsonw_key(&w, "level");
	jsonw_text(&w, rules_level_name(r->level));
	jsonw_key(&w, "score");
	jsonw_int(&w, r->score);
	jsonw_key(&w, "barred");
	jsonw_bool(&w, r->is_barred);
	jsonw_key(&w, "grounds");
	jsonw_array(&w);
	for (size_t i = 0; i < r->ground_count; i++)
		ground_json(&w, &r->grounds[i]);
	jsonw_close(&w);
	flip_json(&w, "up", r->has_up, &r->up);
	flip_json(&w, "down", r->has_down, &r->down);
	jsonw_close(&w);
	output_line(&line);
	buf_clear(&line);
}

/* A series: what it is, and that one incident cannot be judged by it. */
static void
series_json(const struct incident *in, const struct series_about *s)
{
	struct buf line = { 0 };
	struct jsonw w;

	jsonw_init(&w, &line);
	jsonw_object(&w);
	jsonw_key(&w, "incident");
	jsonw_str(&w, in->id);
	jsonw_key(&w, "series");
	jsonw_str(&w, s->name);
	jsonw_key(&w, "theme");
	jsonw_str(&w, s->theme);
	jsonw_key(&w, "shadow");
	jsonw_bool(&w, s->is_shadow);
	jsonw_key(&w, "judged");
	jsonw_bool(&w, false);
	jsonw_key(&w, "says");
	jsonw_str(&w, s->says);
	jsonw_close(&w);
	output_line(&line);
	buf_clear(&line);
}

/* ---- Incidents ---- */

/* How the place was come by, and what says otherwise. */
static void
say_place(const struct place *place, struct buf *out)
{
	if (str_is_given(place->how))
		buf_addf(out, "  located by %.*s\n", STR_ARG(place->how));
	if (str_is_given(place->doubt))
		buf_addf(out, "  %.*s\n", STR_ARG(place->doubt));
}

static void
print_text(const struct explain *x, const struct incident *in,
    const struct place *place, const struct explain_rule *rules, size_t count)
{
	struct buf out = { 0 };

	buf_addf(&out, "%.*s, %s\n", STR_ARG(in->id),
	    place_class_name(place->class));
	say_place(place, &out);
	for (size_t i = 0; i < count; i++)
		explain_print(&rules[i], !x->rule, &out);
	(void)series_describe(x->dir.rules, str_of(x->rule), &out);
	cmd_put(stdout, buf_str(&out));
	buf_clear(&out);
}

static void
print_json(const struct explain *x, const struct incident *in,
    const struct place *place, const struct explain_rule *rules, size_t count)
{
	for (size_t i = 0; i < count; i++)
		rule_json(in, place, &rules[i]);
	for (size_t i = 0; i < series_count(x->dir.rules); i++) {
		struct series_about s = series_about(x->dir.rules, i);

		if (!x->rule || str_is(s.name, x->rule))
			series_json(in, &s);
	}
}

/* Explain one incident; CMD_USAGE if no rule has the name. */
static int
explain_one(struct explain *x, const struct incident *in)
{
	const struct explain_rule *rules;
	struct buf series = { 0 };
	struct place place;
	size_t count;
	size_t named;

	geo_locate(x->geo, in, x->arena, &place);
	count = explain_rules(x->dir.rules, in, &place, x->scratch,
	    str_of(x->rule), x->arena, &rules);
	named = series_describe(x->dir.rules, str_of(x->rule), &series);
	buf_clear(&series);
	if (x->rule && count == 0 && named == 0)
		return cmd_usage("no rule is called %s", x->rule);
	if (x->output.is_json)
		print_json(x, in, &place, rules, count);
	else
		print_text(x, in, &place, rules, count);
	return CMD_OK;
}

static int
explain_files(struct explain *x, char *name)
{
	struct err e = { 0 };
	int r = CMD_OK;

	if (gather_files(
		&x->messages, strcmp(name, "-") == 0 ? 0 : 1, &name, &e) < 0)
		return cmd_fail(&e);
	for (size_t i = 0; i < x->messages.group_count && r == CMD_OK; i++) {
		struct gather_group *g = &x->messages.groups[i];
		struct incident record;

		arena_reset(x->arena);
		merge_fold(g->messages, g->count, x->arena, &record);
		r = explain_one(x, &record);
	}
	return r == CMD_OK && x->messages.refused ? CMD_FINDINGS : r;
}

static void
keep_id(void *user, const struct store_incident *row)
{
	struct explain *x = user;

	x->found = alloc_resize(x->found, x->found_count + 1, sizeof *x->found);
	x->found[x->found_count++] = row->id;
}

static int
explain_stored(struct explain *x, const char *ref)
{
	struct err e = { 0 };
	int r = CMD_OK;

	if (store_incident_list_ref(x->store, str_of(ref), keep_id, x, &e) < 0)
		return cmd_fail(&e);
	if (x->found_count == 0) {
		cmd_complain(
		    "buzzard: no incident has the reference \"%s\"\n", ref);
		return CMD_FINDINGS;
	}
	for (size_t i = 0; i < x->found_count && r == CMD_OK; i++) {
		struct incident record;

		arena_reset(x->arena);
		r = look_record(
		    x->store, x->found[i], "rules explain", x->rule);
		if (r != CMD_OK)
			return r;
		if (record_load(x->store, x->found[i], x->arena,
			look_unreadable, &record, &e) < 0)
			return cmd_fail(&e);
		r = explain_one(x, &record);
	}
	return r;
}

/* ---- What is needed ---- */

/* The rules asked for, else the configuration's, else the packs. */
static int
load_rules(struct explain *x)
{
	int r = x->conf && !x->rules_dir
		    ? cmd_rules_load_conf(x->conf, &x->dir)
		    : cmd_rules_load(x->rules_dir, &x->dir);

	if (r == CMD_OK)
		cmd_put(stderr, buf_str(&x->dir.diag));
	return r;
}

/* Boundaries and layers: the agent's, or the built-in and those named. */
static int
load_geo(struct explain *x)
{
	const struct str *layers;
	struct err e = { 0 };
	size_t count = ruleset_layers(x->dir.rules, &layers);
	int r;

	if (x->conf ? editions_load(x->conf, layers, count, &x->geo, &e) < 0
		    : geo_new(&x->geo, &e) < 0)
		return cmd_fail(&e);
	r = cmd_add_gazetteer(x->geo, x->gazetteer);
	return r == CMD_OK ? cmd_add_layers(x->geo, x->layers) : r;
}

static int
run(struct explain *x, char *what)
{
	int r = CMD_OK;

	if (x->conf_path)
		r = cmd_open_store(x->conf_path, 1, &x->conf, &x->store);
	if (r == CMD_OK)
		r = load_rules(x);
	if (r == CMD_OK)
		r = load_geo(x);
	if (r == CMD_OK)
		r = x->conf ? explain_stored(x, what) : explain_files(x, what);
	return r;
}

static void
release(struct explain *x)
{
	free(x->found);
	gather_release(&x->messages);
	arena_free(&x->arena);
	ruleset_scratch_free(&x->scratch);
	cmd_rules_dir_release(&x->dir);
	geo_free(&x->geo);
	store_close(&x->store);
	conf_free(&x->conf);
}

int
cmd_rules_explain(int argc, char **argv)
{
	struct explain x = { 0 };
	const struct option_row rows[] = {
		{ "-c", "CONF", NULL, &x.conf_path, NULL,
		    "the agent's configuration: explain what it has stored" },
		{ "--rules", "DIR", NULL, &x.rules_dir, NULL,
		    "the rule files (the agent's, or the packs installed)" },
		{ "--rule", "NAME", NULL, &x.rule, NULL,
		    "this rule only, with all its grounds" },
		{ "--gazetteer", "FILE", NULL, &x.gazetteer, NULL,
		    "OS Open Names, a CSV file or a folder of them" },
		{ "--layer", "NAME=FILE", NULL, x.layers, NULL,
		    "GeoJSON of a layer that rules ask for; may be repeated" },
		{ "--json", NULL, &x.json, NULL, NULL,
		    "one JSON object a line (so when piped)" },
	};
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc != 2)
		return cmd_usage(x.conf_path ? "say the incident's reference"
					     : "say which file of incidents");
	output_init(&x.output, x.json);
	x.scratch = ruleset_scratch_new();
	x.arena = arena_new();
	r = run(&x, argv[1]);
	release(&x);
	return r;
}
