/*
 * findwork: the finder behind the intake, in a thread of its own.
 *
 * The thread has its own connection.  It sleeps until it is told that something
 * was committed, gathers a moment, and then turns the finder until nothing is
 * left.  What there is to do stands in the database, so that nothing is lost
 * with the thread, and the road of an incident has no part in it: without
 * tracks a turn is one question that reads one page.
 */
#ifndef AGENT_FINDWORK_H
#define AGENT_FINDWORK_H

#include "agent/base/own.h"

struct err;
struct findwork; /* opaque */

/*
 * Start on the database file at path, which is at this program's schema step.
 * The caller owns *out (findwork_stop).
 */
NODISCARD int findwork_start(
    const char *path, struct findwork **out, struct err *e);

/* Something was committed: look.  From any thread. */
void findwork_kick(struct findwork *w);

/* End the turn in hand, join, release and set *w NULL.  NULL is fine. */
void findwork_stop(struct findwork **w);

#endif /* AGENT_FINDWORK_H */
