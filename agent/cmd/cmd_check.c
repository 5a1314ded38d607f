/*
 * buzzard check: everything that would keep the agent from working, found
 * before it is told to reload.
 *
 * In this order, each going on after findings of the one before: the
 * configuration, the files and folders that it names, the rules and their
 * tests, the boundaries, and with --connect the peers.  Without --connect
 * nothing is contacted, and nothing is ever created.
 */
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"
#include "agent/base/str.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/options.h"
#include "agent/conf/conf.h"
#include "agent/conf/nearest.h"
#include "agent/editions.h"
#include "agent/geo/geo.h"
#include "agent/live/posfeed.h"
#include "agent/review/wordings.h"
#include "agent/store/rulepack.h"
#include "alerts/channel.h"
#include "rules/ruleset.h"

#define USAGE "check [-c FILE] [--connect]"

struct check {
	struct conf *conf;
	struct ruleset *rules;
	size_t tests;    /* that the rules carry */
	size_t findings; /* of the machine and the options */
	size_t invalid;  /* of the rules */
	size_t failed;   /* peers and files that did not answer */
};

/* Print text on standard error and empty it. */
static void
say(struct buf *text)
{
	cmd_put(stderr, buf_str(text));
	buf_clear(text);
}

static void
check_files(struct check *c)
{
	struct buf diag = { 0 };

	c->findings += conf_check_files(c->conf, &diag);
	say(&diag);
}

/* What informants are told. */
static void
check_wordings(struct check *c)
{
	struct wordings *wordings = NULL;
	struct err e = { 0 };

	if (c->conf->review.wordings &&
	    wordings_load(c->conf->review.wordings, &wordings, &e) < 0) {
		c->findings++;
		cmd_complain("%s\n", e.msg);
	}
	wordings_free(&wordings);
}

static void
check_rules(struct check *c)
{
	struct buf diag = { 0 };
	struct err e = { 0 };
	char *dir = NULL;
	char *own = rulepack_own_dir(c->conf->state);
	size_t failed = 0;
	int r = 0;

	if (c->conf->rules)
		dir = alloc_text(c->conf->rules);
	else
		r = rulepack_default_dir(&dir, &e);
	if (r == 0)
		r = rulepack_load_over(dir, own, &diag, &c->rules, &e);
	if (r == 0)
		failed = ruleset_run_tests(c->rules, &diag, &c->tests);
	say(&diag);
	if (r < 0)
		cmd_complain("buzzard: %s\n", e.msg);
	if (failed > 0)
		cmd_complain("buzzard: %zu of the %zu tests in %s fail\n",
		    failed, c->tests, dir);
	if (r < 0 || failed > 0)
		c->invalid++;
	free(own);
	free(dir);
}

/* A theme that no rule gives is never told of: probably misspelt. */
static void
check_theme(struct check *c, const struct conf_recipient *to, struct str theme)
{
	const struct str *themes;
	size_t count = ruleset_themes(c->rules, &themes);
	struct nearest near;

	nearest_init(&near, theme);
	for (size_t i = 0; i < count; i++) {
		if (str_is_equal(themes[i], theme))
			return;
		nearest_offer(&near, themes[i]);
	}
	c->findings++;
	cmd_complain(
	    "%s: error: recipient \"%s\" wants the theme \"%.*s\", which no "
	    "rule gives\n",
	    c->conf->file, to->name, STR_ARG(theme));
	if (str_is_given(near.best))
		cmd_complain(
		    "note: did you mean \"%.*s\"?\n", STR_ARG(near.best));
}

static void
check_themes(struct check *c)
{
	for (size_t i = 0; c->rules && i < c->conf->recipient_count; i++) {
		const struct conf_recipient *to = &c->conf->recipients[i];

		for (size_t t = 0; t < to->theme_count; t++)
			check_theme(c, to, str_of(to->themes[t]));
	}
}

/* What rules ask of a layer that is not there, they are not told. */
static void
check_layers(struct check *c)
{
	const struct str *layers = NULL;
	size_t count = c->rules ? ruleset_layers(c->rules, &layers) : 0;
	struct geo *geo = NULL;
	struct err e = { 0 };

	if (count > 0 && geo_new(&geo, &e) < 0)
		cmd_complain("buzzard: %s\n", e.msg);
	for (size_t i = 0; i < count && geo; i++) {
		if (!editions_has_layer(c->conf, layers[i])) {
			cmd_complain(
			    "%s: warning: a rule asks for the layer "
			    "\"%.*s\", which was not imported: what it asks "
			    "is not known\n"
			    "note: buzzard import layer %.*s FILE.geojson\n",
			    c->conf->file, STR_ARG(layers[i]),
			    STR_ARG(layers[i]));
		} else if (editions_load_layer(c->conf, layers[i], geo, &e) <
			   0) {
			c->findings++;
			cmd_complain("buzzard: %s\n", e.msg);
		}
	}
	geo_free(&geo);
}

static void
check_boundaries(struct check *c)
{
	struct geo *geo = NULL;
	struct err e = { 0 };

	if (editions_load(c->conf, NULL, 0, &geo, &e) < 0) {
		c->findings++;
		cmd_complain("buzzard: %s\n", e.msg);
	}
	geo_free(&geo);
}

static void
check_peers(struct check *c)
{
	for (size_t i = 0; i < c->conf->channel_count; i++) {
		const struct conf_channel *ch = &c->conf->channels[i];
		const struct channel_kind *kind = channel_kind_get(ch->kind);
		struct err e = { 0 };

		if (kind->probe(ch, &e) == 0) {
			printf("channel %s: %s at %s port %d answers\n",
			    ch->name, kind->name, ch->host, (int)ch->port);
			continue;
		}
		c->failed++;
		cmd_complain("channel %s: %s at %s port %d: %s\n", ch->name,
		    kind->name, ch->host, (int)ch->port, e.msg);
	}
}

static void
check_sources(struct check *c)
{
	for (size_t i = 0; i < c->conf->source_count; i++) {
		const struct conf_source *s = &c->conf->sources[i];
		const char *kind = posfeed_kind_name(s->kind);
		struct err e = { 0 };

		if (posfeed_probe(s, &e) == 0) {
			printf("position source %s: %s at %s port %d %s\n",
			    s->name, kind, s->host, (int)s->port,
			    s->transport == CONF_TRANSPORT_UDP
				? "can be listened on"
				: "answers");
			continue;
		}
		c->failed++;
		cmd_complain("position source %s: %s at %s port %d: %s\n",
		    s->name, kind, s->host, (int)s->port, e.msg);
	}
}

static const char *
plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static int
conclude(const struct check *c)
{
	const struct conf *conf = c->conf;

	if (c->invalid > 0)
		return CMD_INVALID;
	if (c->failed > 0)
		return CMD_IO;
	if (c->findings > 0)
		return CMD_FINDINGS;
	printf("%s: fine: %zu feed%s, %zu channel%s, %zu recipient%s; %zu "
	       "rule%s, %zu test%s passed\n",
	    conf->file, conf->feed_count, plural(conf->feed_count),
	    conf->channel_count, plural(conf->channel_count),
	    conf->recipient_count, plural(conf->recipient_count),
	    ruleset_rule_count(c->rules), plural(ruleset_rule_count(c->rules)),
	    c->tests, plural(c->tests));
	return CMD_OK;
}

int
cmd_check(int argc, char **argv)
{
	const char *path = NULL;
	bool connect = false;
	const struct option_row rows[] = {
		{ "-c", "FILE", NULL, &path, NULL,
		    "the configuration (/etc/buzzard/buzzard.yaml)" },
		{ "--connect", NULL, &connect, NULL, NULL,
		    "try the brokers, mail servers and position sources "
		    "too" },
	};
	struct check c = { 0 };
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc != 1)
		return cmd_usage("check takes no \"%s\"", argv[1]);
	r = cmd_load_conf(path, &c.conf);
	if (r != CMD_OK)
		return r;
	check_files(&c);
	check_wordings(&c);
	check_rules(&c);
	check_themes(&c);
	check_boundaries(&c);
	check_layers(&c);
	if (connect) {
		check_peers(&c);
		check_sources(&c);
	}
	r = conclude(&c);
	ruleset_free(&c.rules);
	conf_free(&c.conf);
	return r;
}
