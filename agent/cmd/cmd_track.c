/*
 * buzzard track: the table of what can be done with recordings of positions.
 */
#include "agent/cmd/cmd_track.h"

#include <stdio.h>
#include <string.h>

#include "agent/cmd/cmd.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *words, *help;
} verbs[] = {
	{ "import", cmd_track_import, "FILE|FOLDER ...",
	    "seal, read, clean and store recordings" },
	{ "list", cmd_track_list, "", "what is stored" },
	{ "show", cmd_track_show, "ID",
	    "one track: clock, cleaning, original" },
	{ "export", cmd_track_export, "ID",
	    "its positions as GPX, GeoJSON, KML or CSV" },
	{ "clock", cmd_track_clock, "ID",
	    "its clock against a known place and time" },
	{ "together", cmd_track_together, "ID [ID]",
	    "what travels with it: another track, a plate" },
	{ "delete", cmd_track_delete, "ID ...",
	    "erase tracks and their originals" },
	{ "hold", cmd_track_hold, "ID ...", "keep tracks from retention" },
	{ "release", cmd_track_release, "ID ...", "end that" },
	{ "inspect", cmd_track_inspect, "FILE ...",
	    "what files hold, storing nothing" },
	{ "points", cmd_track_points, "FILE", "the positions in a file" },
};

#define VERB_COUNT (sizeof verbs / sizeof verbs[0])

static void
print_help(FILE *out)
{
	fputs("usage: buzzard track ", out);
	for (size_t i = 0; i < VERB_COUNT; i++)
		fprintf(out, "%s%s", i ? "|" : "", verbs[i].name);
	fputs(" [OPTION ...]\n\n", out);
	for (size_t i = 0; i < VERB_COUNT; i++)
		fprintf(out, "  %-8s %-15s %s\n", verbs[i].name, verbs[i].words,
		    verbs[i].help);
	fputs(
	    "  --help                   this text; after a word, its options\n",
	    out);
}

int
cmd_track(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		print_help(stdout);
		return CMD_OK;
	}
	for (size_t i = 0; argc > 1 && i < VERB_COUNT; i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			return verbs[i].run(argc - 1, argv + 1);
	if (argc > 1)
		cmd_complain("buzzard: track cannot \"%s\"\n", argv[1]);
	print_help(stderr);
	return CMD_USAGE;
}
