/*
 * ruleeffect: what was approved of the rules comes into force.
 *
 * One file of the folder rules.d is written atomically, the agent reads the
 * rules again, and the database says that it is in force; where the rules are
 * refused the former file is put back, and the database says that.  A fault
 * that is not the rules' own leaves the change approved, to be tried again.
 * Killed at any instant, the file is the old or the new one and the change
 * still stands as approved: the next start does the same again, to the end.
 *
 *     approved ──► file written ──► reloaded ──► in force
 *                                      └── not ──► file put back ──► refused
 */
#ifndef AGENT_RULEEFFECT_H
#define AGENT_RULEEFFECT_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"

struct err;
struct ruleeffect; /* opaque; belongs to the loop thread */
struct store;

/* What the agent does for it. */
struct ruleeffect_agent {
	/*
	 * Read the rules again, and nothing else of the configuration: 0, or -1
	 * and all is as before.  ERR_INVALID: the rules are wrong or their
	 * tests fail; alone_if_wrong takes the packs alone then, as at a start.
	 */
	int (*reload)(void *user, bool alone_if_wrong, struct err *e);
	void *user;
};

/*
 * On the loop's store, borrowed, and the state folder, copied.  The caller owns
 * *out (ruleeffect_close).
 */
NODISCARD int ruleeffect_open(struct store *store, const char *state,
    const struct ruleeffect_agent *agent, struct ruleeffect **out,
    struct err *e);

/* Release *r and set it NULL.  NULL is fine. */
void ruleeffect_close(struct ruleeffect **r);

/*
 * Put in force what is approved.  1 if something was decided, 0 if there is
 * nothing to do, -1 if it has to be tried again: a file or the database could
 * not be written, or the rules not be read for a reason that is not theirs.
 */
NODISCARD int ruleeffect_settle(
    struct ruleeffect *r, int64_t now_ms, struct err *e);

/* Say in the log which files are not as they were approved. */
NODISCARD int ruleeffect_verify(struct ruleeffect *r, struct err *e);

#endif /* AGENT_RULEEFFECT_H */
