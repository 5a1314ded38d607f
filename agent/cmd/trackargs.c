/* trackargs: see trackargs.h. */
#include "agent/cmd/trackargs.h"

#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/look.h"
#include "agent/cmd/options.h"
#include "agent/conf/conf.h"
#include "agent/store/store.h"
#include "agent/store/trackstore.h"

int
trackargs_read(const char *usage, const char *json_help, const char **map,
    struct output *o, int *argc, char **argv)
{
	bool json = false;
	const struct option_row rows[] = {
		{ "--map", "MAP", NULL, map, NULL,
		    "columns of a CSV: lat=NAME,lon=NAME,time=NAME ..." },
		{ "--json", NULL, &json, NULL, NULL, json_help },
	};
	int r = options_read(
	    usage, rows, sizeof(rows) / sizeof(rows[0]), argc, argv);

	if (r == 0)
		output_init(o, json);
	return r;
}

int
trackargs_open(struct trackargs *ta)
{
	struct err e = { 0 };
	int r;

	output_init(&ta->output, ta->json);
	r = cmd_open_store(ta->conf_path, 1, &ta->conf, &ta->store);
	if (r != CMD_OK)
		return r;
	ta->arena = arena_new();
	if (trackstore_open(store_db(ta->store), &ta->tracks, &e) < 0)
		return cmd_fail(&e);
	return CMD_OK;
}

void
trackargs_close(struct trackargs *ta)
{
	trackstore_close(&ta->tracks);
	arena_free(&ta->arena);
	store_close(&ta->store);
	conf_free(&ta->conf);
}

int
trackargs_find(struct trackargs *ta, const char *id, struct trackstore_row *out)
{
	struct err e = { 0 };
	int64_t number = look_id(id);
	int r;

	if (number < 1)
		return cmd_usage(
		    "\"%s\" is no number of a track: \"buzzard track list\" "
		    "shows them",
		    id);
	r = trackstore_find_id(ta->tracks, number, ta->arena, out, &e);
	if (r < 0)
		return cmd_fail(&e);
	if (r > 0)
		return CMD_OK;
	cmd_complain("buzzard: there is no track %s: \"buzzard track list\" "
		     "shows what there is\n",
	    id);
	return CMD_FINDINGS;
}
