/*
 * wordwork: the index of words behind the intake, in a thread of its own.
 *
 * It takes in what was there before the index, and overwrites what was erased
 * in it (wordindex.h).  Each piece is a short transaction and the thread rests
 * after each several times as long as it took, so that the road of an incident
 * hardly waits for it.
 */
#ifndef AGENT_WORDWORK_H
#define AGENT_WORDWORK_H

#include "agent/base/own.h"

struct db_turns;
struct err;
struct wordwork; /* opaque */

/*
 * Start on the database file at path, which is at this program's schema step,
 * taking turns with those that write to it.
 * The caller owns *out (wordwork_stop).
 */
NODISCARD int wordwork_start(const char *path, struct db_turns *turns,
    struct wordwork **out, struct err *e);

/* End the piece in hand, join, release and set *w NULL.  NULL is fine. */
void wordwork_stop(struct wordwork **w);

#endif /* AGENT_WORDWORK_H */
