/*
 * main: the table of subcommands.
 *
 * The program is one file to install and one name to know.  What a subcommand
 * does is in agent/cmd/cmd_NAME.c; what the agent does is in agent/agent.c and,
 * for the road of an incident, agent/intake.c.
 */
#include <stdio.h>
#include <string.h>

#include "agent/cmd/cmd.h"
#include "agent/version.h"

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
};

static const struct command commands[] = {
	{ "agent", cmd_agent, "take in incidents, tag them, deliver alerts" },
	{ "area", cmd_area, "areas and lines that units are watched for" },
	{ "audit", cmd_audit, "verify or list the log of who did what" },
	{ "check", cmd_check, "look at a configuration and all it names" },
	{ "config", cmd_config, "show the configuration or its options" },
	{ "evidence", cmd_evidence, "recordings that could show an incident" },
	{ "import", cmd_import, "load boundaries" },
	{ "incident", cmd_incident, "list or show what is stored" },
	{ "outbox", cmd_outbox, "list, show or retry alerts" },
	{ "quarantine", cmd_quarantine, "list, show or replay bad input" },
	{ "retention", cmd_retention,
	    "what is erased by age, and the proof of it" },
	{ "rules", cmd_rules, "check and test rules" },
	{ "tag", cmd_tag, "tag incidents from files, storing nothing" },
	{ "track", cmd_track,
	    "import, list or export recordings of positions" },
	{ "units", cmd_units, "which units are near a place" },
	{ "user", cmd_user, "accounts of the review service" },
};

static void
print_help(FILE *out)
{
	fputs("usage: buzzard COMMAND [OPTION ...]\n\n", out);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		fprintf(
		    out, "  %-11s %s\n", commands[i].name, commands[i].help);
	fputs(
	    "\n\"buzzard COMMAND --help\" says more.\n"
	    "Exit status: 0 fine, 1 findings or some input refused, 2 usage,\n"
	    "3 rules or configuration invalid, 4 input, output or peer,\n"
	    "5 refused (rights, lock).\n",
	    out);
}

int
main(int argc, char **argv)
{
	if (argc < 2) {
		print_help(stderr);
		return CMD_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		print_help(stdout);
		return CMD_OK;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("buzzard " BUZZARD_VERSION_TEXT);
		return CMD_OK;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	return cmd_usage("there is no command \"%s\"", argv[1]);
}
