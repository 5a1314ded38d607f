/*
 * buzzard import: official geography into the state folder.  What is imported
 * is checked whole first; the agent uses it from its next start or reload on.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/str.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/options.h"
#include "agent/conf/conf.h"
#include "agent/editions.h"
#include "agent/geo/geo.h"
#include "agent/geo/layer.h"

#define USAGE                                                         \
	"import boundaries FILE.geojson [--name EDITION] [-c FILE]\n" \
	"       buzzard import layer NAME FILE.geojson [-c FILE]"

/* "2021" for "/tmp/2021.geojson". */
static char *
name_of(const char *path)
{
	const char *base = strrchr(path, '/');
	const char *dot;

	base = base ? base + 1 : path;
	dot = strrchr(base, '.');
	return dot && dot > base
		   ? str_copy(str_make(base, (size_t)(dot - base)))
		   : str_copy(str_of(base));
}

static int
import_boundaries(const struct conf *conf, const char *name, const char *path)
{
	struct geo_edition_info info = { 0 };
	int64_t begun = clock_mono_ms();
	struct err e = { 0 };

	if (editions_import(conf, name, path, &info, &e) < 0) {
		cmd_complain("buzzard: %s\n", e.msg);
		return e.code == ERR_INVALID ? CMD_FINDINGS : CMD_IO;
	}
	printf("edition %s: %zu areas, %zu of them rural, in %zu districts; "
	       "loaded in %" PRId64 " ms\n",
	    name, info.areas, info.rural, info.districts,
	    clock_mono_ms() - begun);
	puts("The agent uses it once it is told to reload (systemctl reload "
	     "buzzard).");
	return CMD_OK;
}

static int
import_layer(const struct conf *conf, const char *name, const char *path)
{
	struct layer_counts n = { 0 };
	struct err e = { 0 };

	if (editions_import_layer(conf, str_of(name), path, &n, &e) < 0) {
		cmd_complain("buzzard: %s\n", e.msg);
		return e.code == ERR_INVALID ? CMD_FINDINGS : CMD_IO;
	}
	printf("layer %s: %zu points, %zu lines, %zu areas, of which %zu were "
	       "mended\n",
	    name, n.points, n.lines, n.areas, n.mended);
	puts("A rule asks for it by name; the agent uses it once it is told to "
	     "reload\n(systemctl reload buzzard).");
	return CMD_OK;
}

int
cmd_import(int argc, char **argv)
{
	const char *conf_path = NULL, *name = NULL;
	const struct option_row rows[] = {
		{ "-c", "FILE", NULL, &conf_path, NULL,
		    "the agent's configuration" },
		{ "--name", "EDITION", NULL, &name, NULL,
		    "boundaries: what to call it (the file's name)" },
	};
	struct conf *conf = NULL;
	char *own_name;
	bool is_layer;
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	is_layer = argc == 4 && strcmp(argv[1], "layer") == 0;
	if (!is_layer && !(argc == 3 && strcmp(argv[1], "boundaries") == 0))
		return cmd_usage("say boundaries and one GeoJSON file, or "
				 "layer, its name and one file");
	if (is_layer && name)
		return cmd_usage("a layer's name stands before its file; "
				 "--name is for boundaries");
	r = cmd_load_conf(conf_path, &conf);
	if (r != CMD_OK)
		return r;
	if (is_layer) {
		r = import_layer(conf, argv[2], argv[3]);
	} else {
		own_name = name ? str_copy(str_of(name)) : name_of(argv[2]);
		r = import_boundaries(conf, own_name, argv[2]);
		free(own_name);
	}
	conf_free(&conf);
	return r;
}
