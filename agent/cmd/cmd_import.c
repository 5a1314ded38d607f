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
#include "agent/geo/opennames.h"

#define USAGE                                                               \
	"import boundaries FILE.geojson [--name EDITION] [-c FILE]\n"       \
	"       buzzard import layer NAME FILE.geojson [-c FILE]\n"         \
	"       buzzard import gazetteer FILE.csv|FOLDER [--name EDITION] " \
	"[-c FILE]"

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

static int
import_gazetteer(const struct conf *conf, const char *name, const char *path)
{
	struct opennames_counts n = { 0 };
	struct err e = { 0 };

	if (editions_import_gazetteer(conf, name, path, &n, &e) < 0) {
		cmd_complain("buzzard: %s\n", e.msg);
		return e.code == ERR_INVALID ? CMD_FINDINGS : CMD_IO;
	}
	printf("gazetteer %s: %zu settlements, %zu roads, %zu postcodes; left "
	       "out of %zu rows: %zu of other kinds, %zu too far away\n",
	    name, n.settlements, n.roads, n.postcodes, n.rows, n.other, n.far);
	puts("The agent uses it once it is told to reload (systemctl reload "
	     "buzzard).");
	return CMD_OK;
}

/* The import of one file or folder that is called name or after it. */
static int
import_named(const struct conf *conf, const char *name, const char *path,
    int (*import)(const struct conf *conf, const char *name, const char *path))
{
	char *own_name = name ? str_copy(str_of(name)) : name_of(path);
	int r = import(conf, own_name, path);

	free(own_name);
	return r;
}

int
cmd_import(int argc, char **argv)
{
	const char *conf_path = NULL, *name = NULL;
	const struct option_row rows[] = {
		{ "-c", "FILE", NULL, &conf_path, NULL,
		    "the agent's configuration" },
		{ "--name", "EDITION", NULL, &name, NULL,
		    "what to call it (the file's name); not for layers" },
	};
	struct conf *conf = NULL;
	bool is_layer, is_names;
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	is_layer = argc == 4 && strcmp(argv[1], "layer") == 0;
	is_names = argc == 3 && strcmp(argv[1], "gazetteer") == 0;
	if (!is_layer && !is_names &&
	    !(argc == 3 && strcmp(argv[1], "boundaries") == 0))
		return cmd_usage("say boundaries and one GeoJSON file, layer, "
				 "its name and one file, or gazetteer and a "
				 "CSV file or folder of OS Open Names");
	if (is_layer && name)
		return cmd_usage("a layer's name stands before its file; "
				 "--name is for the others");
	r = cmd_load_conf(conf_path, &conf);
	if (r != CMD_OK)
		return r;
	if (is_layer)
		r = import_layer(conf, argv[2], argv[3]);
	else
		r = import_named(conf, name, argv[2],
		    is_names ? import_gazetteer : import_boundaries);
	conf_free(&conf);
	return r;
}
