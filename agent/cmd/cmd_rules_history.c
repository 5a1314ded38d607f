/*
 * buzzard rules history: the versions of the force's own rule files, who
 * proposed and approved each, and whether what lies there is what was approved.
 */
#include <stdio.h>
#include <stdlib.h>

#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/cmd_rules.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/cmd/table.h"
#include "agent/conf/conf.h"
#include "agent/store/rulebook.h"
#include "agent/store/rulepack.h"
#include "agent/store/store.h"

#define USAGE "rules history -c CONF [FILE]"

static const struct table_column columns[] = {
	{ .key = "file", .title = "file" },
	{ .key = "version", .title = "version", .is_number = true },
	{ .key = "change", .title = "change", .is_number = true },
	{ .key = "kind", .title = "kind" },
	{ .key = "state", .title = "state" },
	{ .key = "in_force_at", .title = "from" },
	{ .key = "ended_at", .title = "until" },
	{ .key = "proposed_by", .title = "proposed by" },
	{ .key = "approved_by", .title = "approved by" },
	{ .key = "sha256", .title = "SHA-256", .width_max = 19 },
	{ .key = "reason" },
};

static void
print_version(void *user, const struct rulebook_change *c)
{
	struct table *t = user;
	char hex[2 * HASH_BYTES + 1];

	if (str_is_given(c->digest))
		hash_hex((const uint8_t *)c->digest.p, HASH_BYTES, hex);
	table_str(t, c->file);
	table_int(t, c->version);
	table_int(t, c->id);
	table_text(t, rulebook_kind_name(c->kind));
	table_text(t, rulebook_state_name(c->state));
	table_time(t, c->effected_ms);
	table_time(t, c->ended_ms);
	table_str(t, c->proposer);
	table_str(t, c->decider);
	table_text(t, str_is_given(c->digest) ? hex : NULL);
	table_str(t, c->reason);
	table_row(t);
}

/* What is wrong goes to standard error, as for every command. */
static void
print_finding(void *user, const struct rulebook_finding *f)
{
	(void)user;
	cmd_complain("buzzard: %.*s %s\n", STR_ARG(f->file), f->what);
}

static int
list(struct rulebook *book, const char *file, const struct output *o)
{
	struct table *t =
	    table_new(o, columns, sizeof columns / sizeof columns[0]);
	struct err e = { 0 };
	int r =
	    rulebook_list_versions(book, str_of(file), print_version, t, &e);

	table_free(&t);
	return r < 0 ? cmd_fail(&e) : CMD_OK;
}

/* Is what lies there what was approved? */
static int
verify(struct rulebook *book, const struct conf *conf)
{
	char *own = rulepack_own_dir(conf->state);
	struct err e = { 0 };
	int findings = rulebook_verify(book, own, print_finding, NULL, &e);

	free(own);
	if (findings < 0)
		return cmd_fail(&e);
	return findings > 0 ? CMD_FINDINGS : CMD_OK;
}

static int
run(const struct conf *conf, const char *file, const struct output *o)
{
	struct buf path = { 0 };
	struct store *store = NULL;
	struct rulebook *book = NULL;
	struct err e = { 0 };
	int r = CMD_OK;

	buf_addf(&path, "%s/" STORE_FILE_NAME, conf->state);
	if (store_open(path.p, DB_READ, &store, &e) < 0 ||
	    rulebook_open(store, &book, &e) < 0)
		r = cmd_fail(&e);
	if (r == CMD_OK)
		r = list(book, file, o);
	if (r == CMD_OK)
		r = verify(book, conf);
	rulebook_close(&book);
	store_close(&store);
	buf_clear(&path);
	return r;
}

int
cmd_rules_history(int argc, char **argv)
{
	const char *conf_path = NULL;
	bool json = false;
	const struct option_row rows[] = {
		{ "-c", "CONF", NULL, &conf_path, NULL,
		    "the agent's configuration" },
		{ "--json", NULL, &json, NULL, NULL,
		    "one JSON object a line (so when piped)" },
	};
	struct conf *conf = NULL;
	struct output o;
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc > 2)
		return cmd_usage("history takes one file's name");
	if (!conf_path)
		return cmd_usage("say which configuration with -c CONF");
	output_init(&o, json);
	r = cmd_load_conf(conf_path, &conf);
	if (r == CMD_OK)
		r = run(conf, argc == 2 ? argv[1] : NULL, &o);
	conf_free(&conf);
	return r;
}
