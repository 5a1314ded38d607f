/*
 * agent: the long-running program: feeds, intake and delivery on one loop.
 *
 * agent_open() opens everything in order, agent_run() serves until SIGTERM or
 * SIGINT, agent_close() closes in reverse.  SIGHUP builds the new
 * configuration, rules, boundaries and feeds beside the old and swaps them all
 * or not at all.
 */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include "agent/base/own.h"

struct agent; /* opaque */
struct err;

/* Why agent_open() failed, for the exit status. */
enum agent_trouble {
	AGENT_TROUBLE_NONE,
	AGENT_TROUBLE_CONFIG, /* configuration or rules: said on stderr */
	AGENT_TROUBLE_LOCKED, /* another agent has the state folder */
	AGENT_TROUBLE_OTHER
};

/*
 * Open all that the configuration file at path names.  On failure e says why,
 * unless *trouble is AGENT_TROUBLE_CONFIG, when all errors have been printed.
 * The caller owns *out (agent_close).
 */
NODISCARD int agent_open(const char *path, struct agent **out,
    enum agent_trouble *trouble, struct err *e);

/* Serve until told to stop.  0, or -1 if the loop itself broke. */
NODISCARD int agent_run(struct agent *a, struct err *e);

/*
 * Finish what is in hand, close everything and set *a NULL.  NULL is fine.
 */
void agent_close(struct agent **a);

#endif /* AGENT_AGENT_H */
