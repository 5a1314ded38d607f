/*
 * trackwork: recordings taken in beside the loop, in a thread of its own with
 * its own connection.
 *
 * A watched folder asks for one file after the other (trackwork_put) and is
 * woken when there is an answer.
 */
#ifndef AGENT_TRACKWORK_H
#define AGENT_TRACKWORK_H

#include <stdint.h>

#include "agent/base/own.h"

struct conf;
struct err;
struct feed_whole;
struct trackwork; /* opaque */

/*
 * Start on the state folder that conf names, whose database is at this
 * program's schema step.  imported, called in the thread, is told that a track was stored.  The caller owns *out (trackwork_stop).
 */
NODISCARD int trackwork_start(const struct conf *conf,
    void (*imported)(void *user), void *user, struct trackwork **out,
    struct err *e);

/* Take a file in; copies.  Returns a ticket, never 0. */
uint64_t trackwork_put(struct trackwork *w, const struct feed_whole *file);

/*
 * What became of a ticket: 0 not done yet; 1 stored, now or before, the original
 * too; 2 refused, e says why; 3 stored before without its original, or that has
 * gone; -1 it could not be tried, e says why.  Any answer but 0 ends the
 * ticket.
 */
int trackwork_ask(struct trackwork *w, uint64_t ticket, struct err *e);

/* Nobody waits for the ticket: its wake is not woken any more. */
void trackwork_cancel(struct trackwork *w, uint64_t ticket);

/* Finish the file in hand, join, release and set *w NULL.  NULL is fine. */
void trackwork_stop(struct trackwork **w);

#endif /* AGENT_TRACKWORK_H */
