/*
 * "buzzard check" and "buzzard config": what they say and with which exit
 * status, in a folder of their own in which nothing may change.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/base/str.h"
#include "agent/cmd/cmd.h"

struct scene {
	char folder[64];
	struct buf path, said;
};

static const char rules[] = "themes hare-coursing\n"
			    "rule hare_coursing \"Hare coursing\"\n"
			    "    theme hare-coursing\n"
			    "    give 60 when text has \"hare coursing\"\n"
			    "    alert from 60, review from 30\n"
			    "test \"said\"\n"
			    "    CALL \"hare coursing behind the wood\"\n"
			    "    expect hare-coursing alert\n";

static const char head[] = "state: state\n"
			   "rules: rules\n"
			   "feeds: [{name: a, type: directory, path: in}]\n";

/* Port 1 on this machine: nobody answers. */
static const char tail[] =
    "channels:\n"
    "  - {name: broker, type: mqtt, host: 127.0.0.1, port: 1, tls: none,\n"
    "     timeout: 1s}\n"
    "recipients:\n"
    "  - {name: r, channel: broker, audience: team, topic: a}\n";

static const char *
in_folder(struct scene *s, const char *name)
{
	buf_reset(&s->path);
	buf_addf(&s->path, "%s/%s", s->folder, name);
	return s->path.p;
}

static void
put(struct scene *s, const char *name, const char *text)
{
	struct err e = { 0 };

	assert_int_equal(
	    files_write_atomic(in_folder(s, name), 0640, str_of(text), &e), 0);
}

static void
put_conf(struct scene *s, const char *middle)
{
	struct buf text = { 0 };

	buf_addf(&text, "%s%s%s", head, middle, tail);
	put(s, "b.yaml", text.p);
	buf_clear(&text);
}

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	memcpy(s->folder, "/tmp/buzzard-check-XXXXXX", 26);
	assert_non_null(mkdtemp(s->folder));
	assert_int_equal(mkdir(in_folder(s, "state"), 0750), 0);
	assert_int_equal(mkdir(in_folder(s, "rules"), 0750), 0);
	assert_int_equal(mkdir(in_folder(s, "in"), 0750), 0);
	put(s, "rules/a.rules", rules);
	put_conf(s, "");
	*state = s;
	return 0;
}

/* Also checks that nothing is there that was not put there. */
static int
tear_down(void **state)
{
	struct scene *s = *state;

	(void)unlink(in_folder(s, "said"));
	assert_int_equal(unlink(in_folder(s, "b.yaml")), 0);
	assert_int_equal(unlink(in_folder(s, "rules/a.rules")), 0);
	assert_int_equal(rmdir(in_folder(s, "rules")), 0);
	assert_int_equal(rmdir(in_folder(s, "state")), 0);
	assert_int_equal(rmdir(in_folder(s, "in")), 0);
	assert_int_equal(rmdir(s->folder), 0);
	buf_clear(&s->path);
	buf_clear(&s->said);
	free(s);
	return 0;
}

/* Run command with words, both its outputs to a file that is then read. */
static int
run(struct scene *s, int (*command)(int, char **), const char *const *words)
{
	char *argv[8] = { NULL };
	int out = dup(STDOUT_FILENO), error = dup(STDERR_FILENO), argc = 0, r;
	struct err e = { 0 };
	FILE *file;

	for (; words[argc]; argc++)
		argv[argc] = strdup(words[argc]);
	fflush(NULL);
	file = fopen(in_folder(s, "said"), "w");
	assert_non_null(file);
	dup2(fileno(file), STDOUT_FILENO);
	dup2(fileno(file), STDERR_FILENO);
	{
		char *order[8];

		/* The command may put argv in another order. */
		memcpy(order, argv, sizeof(order));
		r = command(argc, order);
	}
	fflush(NULL);
	dup2(out, STDOUT_FILENO);
	dup2(error, STDERR_FILENO);
	close(out);
	close(error);
	fclose(file);
	for (int i = 0; i < argc; i++)
		free(argv[i]);
	buf_reset(&s->said);
	assert_int_equal(
	    files_read(in_folder(s, "said"), 1 << 20, &s->said, &e), 0);
	return r;
}

static void
expect(struct scene *s, int got, int want, const char *words)
{
	if (got != want || !strstr(s->said.len > 0 ? s->said.p : "", words))
		fail_msg("wanted %d and \"%s\", got %d and:\n%s", want, words,
		    got, s->said.p);
}

static int
check(struct scene *s, const char *extra)
{
	char conf[128];
	const char *words[] = { "check", "-c", conf, extra, NULL };

	(void)snprintf(conf, sizeof(conf), "%s/b.yaml", s->folder);
	return run(s, cmd_check, words);
}

static const char layer_rules[] = "themes hare-coursing\n"
				  "rule hare_coursing \"Hare coursing\"\n"
				  "    theme hare-coursing\n"
				  "    give 60 when inside \"sssi\"\n"
				  "    alert from 60, review from 30\n"
				  "test \"inside\"\n"
				  "    inside \"sssi\"\n"
				  "    expect hare-coursing alert\n";

/* A layer that is not there is a warning, one that is broken a finding. */
static void
test_layers(void **state)
{
	struct scene *s = *state;
	struct err e = { 0 };

	put(s, "rules/a.rules", layer_rules);
	expect(s, check(s, NULL), CMD_OK,
	    "warning: a rule asks for the layer \"sssi\", which was not "
	    "imported");
	assert_non_null(
	    strstr(s->said.p, "note: buzzard import layer sssi FILE.geojson"));
	assert_int_equal(
	    files_make_dirs(in_folder(s, "state/layers"), 0750, &e), 0);
	put(s, "state/layers/sssi.geojson",
	    "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":"
	    "\"Feature\",\"geometry\":{\"type\":\"Point\","
	    "\"coordinates\":[0.6,51.8]}}]}");
	expect(s, check(s, NULL), CMD_OK, "1 rule, 1 test passed");
	assert_null(strstr(s->said.p, "warning"));
	put(s, "state/layers/sssi.geojson", "{}");
	expect(s, check(s, NULL), CMD_FINDINGS, "sssi.geojson: ");
	assert_int_equal(unlink(in_folder(s, "state/layers/sssi.geojson")), 0);
	assert_int_equal(rmdir(in_folder(s, "state/layers")), 0);
}

static void
test_fine(void **state)
{
	struct scene *s = *state;

	expect(s, check(s, NULL), CMD_OK,
	    "fine: 1 feed, 1 channel, 1 recipient; 1 rule, 1 test passed");
}

static void
test_invalid(void **state)
{
	struct scene *s = *state;

	put_conf(s, "colour: green\n");
	expect(s, check(s, NULL), CMD_INVALID, "b.yaml:4:1: error:");
}

static void
test_findings(void **state)
{
	struct scene *s = *state;

	put_conf(s, "boundaries: {edition: \"1066\"}\n");
	expect(s, check(s, NULL), CMD_FINDINGS, "1066");
	put_conf(s, "");
	assert_int_equal(rmdir(in_folder(s, "in")), 0);
	expect(s, check(s, NULL), CMD_FINDINGS, "mkdir -p");
	assert_int_equal(mkdir(in_folder(s, "in"), 0750), 0);
}

static void
test_theme(void **state)
{
	struct scene *s = *state;
	struct buf text = { 0 };

	buf_addf(&text,
	    "%s%s  - {name: t, channel: broker, audience: team, topic: b,\n"
	    "     themes: [hare-corsing]}\n",
	    head, tail);
	put(s, "b.yaml", text.p);
	expect(s, check(s, NULL), CMD_FINDINGS, "\"hare-coursing\"?");
	buf_clear(&text);
}

static void
test_rules(void **state)
{
	struct scene *s = *state;

	put(s, "rules/a.rules", "rule\n");
	expect(s, check(s, NULL), CMD_INVALID, "a.rules:");
	put(s, "rules/a.rules",
	    "themes hare-coursing\n"
	    "rule hare_coursing \"Hare coursing\"\n"
	    "    theme hare-coursing\n"
	    "    give 60 when text has \"hare coursing\"\n"
	    "    alert from 60, review from 30\n"
	    "test \"said\"\n"
	    "    CALL \"a pub\"\n"
	    "    expect hare-coursing alert\n");
	expect(s, check(s, NULL), CMD_INVALID, "1 of the 1 tests");
}

static void
test_connect(void **state)
{
	struct scene *s = *state;

	expect(s, check(s, "--connect"), CMD_IO,
	    "channel broker: mqtt at 127.0.0.1 port 1:");
}

static void
test_usage(void **state)
{
	struct scene *s = *state;
	const char *help[] = { "check", "--help", NULL };

	expect(s, check(s, "--conect"), CMD_USAGE, "--conect");
	expect(s, check(s, "more"), CMD_USAGE, "more");
	expect(s, run(s, cmd_check, help), CMD_OK, "--connect");
}

static void
test_config(void **state)
{
	struct scene *s = *state;
	char conf[128];
	const char *show[] = { "config", "show", "-c", conf, NULL };
	const char *options[] = { "config", "options", NULL };
	const char *nothing[] = { "config", NULL };
	const char *wrong[] = { "config", "shwo", NULL };

	(void)snprintf(conf, sizeof(conf), "%s/b.yaml", s->folder);
	expect(s, run(s, cmd_config, show), CMD_OK,
	    "channels[broker].host: 127.0.0.1  # ");
	expect(s, run(s, cmd_config, show), CMD_OK,
	    "marking: OFFICIAL-SENSITIVE  # default\n");
	expect(s, run(s, cmd_config, options), CMD_OK, "\nfeeds[].path: ");
	expect(s, run(s, cmd_config, nothing), CMD_USAGE, "config show");
	expect(s, run(s, cmd_config, wrong), CMD_USAGE, "config show");
	put_conf(s, "colour: green\n");
	expect(s, run(s, cmd_config, show), CMD_INVALID, "colour");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_fine),
		CASE(test_layers),
		CASE(test_invalid),
		CASE(test_findings),
		CASE(test_theme),
		CASE(test_rules),
		CASE(test_connect),
		CASE(test_usage),
		CASE(test_config),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
