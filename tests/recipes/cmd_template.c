/* buzzard template: a subcommand to copy; says where the agent keeps things. */
#include <stdio.h>

#include "agent/cmd/cmd.h"
#include "agent/cmd/options.h"
#include "agent/conf/conf.h"

#define USAGE "template [-c FILE] [--short]"

int
cmd_template(int argc, char **argv)
{
	const char *path = NULL;
	bool is_short = false;
	const struct option_row rows[] = {
		{ "-c", "FILE", NULL, &path, NULL,
		    "the configuration (/etc/buzzard/buzzard.yaml)" },
		{ "--short", NULL, &is_short, NULL, NULL,
		    "the folder alone, without words" },
	};
	struct conf *conf = NULL;
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc != 1)
		return cmd_usage("template takes no \"%s\"", argv[1]);
	r = cmd_load_conf(path, &conf);
	if (r != CMD_OK)
		return r;
	printf(is_short ? "%s\n" : "state is kept in %s\n", conf->state);
	conf_free(&conf);
	return CMD_OK;
}
