/*
 * buzzard config: the configuration in force, each value with its line in the
 * file, or the list of all options.
 */
#include <string.h>

#include "agent/base/str.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/options.h"
#include "agent/conf/conf.h"

#define USAGE "config show|options [-c FILE]"

static int
print(struct buf *text)
{
	size_t n = fwrite(text->p ? text->p : "", 1, text->len, stdout);
	int r = n == text->len && fflush(stdout) == 0 ? CMD_OK : CMD_IO;

	buf_clear(text);
	return r;
}

static int
show(const char *path)
{
	struct conf *conf = NULL;
	struct buf text = { 0 };
	int r = cmd_load_conf(path, &conf);

	if (r != CMD_OK)
		return r;
	conf_show(conf, &text);
	conf_free(&conf);
	return print(&text);
}

int
cmd_config(int argc, char **argv)
{
	const char *path = NULL;
	const struct option_row rows[] = {
		{ "-c", "FILE", NULL, &path, NULL,
		    "the configuration (/etc/buzzard/buzzard.yaml)" },
	};
	struct buf text = { 0 };
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc == 2 && strcmp(argv[1], "show") == 0)
		return show(path);
	if (argc != 2 || strcmp(argv[1], "options") != 0)
		return cmd_usage("say \"config show\" or \"config options\"");
	conf_print_options(&text);
	return print(&text);
}
