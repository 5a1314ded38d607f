/* buzzard agent: run until told to stop.  What it does is in agent/agent.c. */
#include "agent/agent.h"
#include "agent/base/err.h"
#include "agent/base/log.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/options.h"

static int
exit_code(enum agent_trouble trouble)
{
	switch (trouble) {
	case AGENT_TROUBLE_NONE: return CMD_OK;
	case AGENT_TROUBLE_CONFIG: return CMD_CONFIG;
	case AGENT_TROUBLE_LOCKED: return CMD_REFUSED;
	case AGENT_TROUBLE_OTHER: return CMD_IO;
	}
	return CMD_IO;
}

int
cmd_agent(int argc, char **argv)
{
	const char *path = "/etc/buzzard/buzzard.yaml";
	const struct option_row rows[] = {
		{ "-c", "FILE", NULL, &path, NULL,
		    "the configuration (/etc/buzzard/buzzard.yaml)" },
	};
	enum agent_trouble trouble = AGENT_TROUBLE_NONE;
	struct agent *agent = NULL;
	struct err e = { 0 };
	int r = options_read("agent [-c FILE]", rows,
	    sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc != 1)
		return cmd_usage("agent takes no \"%s\"", argv[1]);
	if (agent_open(path, &agent, &trouble, &e) < 0) {
		if (e.msg[0] != '\0')
			log_error("the agent cannot start: %s", e.msg);
		return exit_code(trouble);
	}
	r = agent_run(agent, &e);
	agent_close(&agent);
	if (r < 0)
		log_error("the agent stopped: %s", e.msg);
	return r < 0 ? CMD_IO : CMD_OK;
}
