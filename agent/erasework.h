/*
 * erasework: what is too old is erased, in a thread of its own with its own
 * connection: tracks with their originals, files in done folders, quarantine,
 * incidents.
 *
 * It looks once an hour, and when told of another configuration.  Tracks older
 * than their class is kept are erased then, the audit log having a line for
 * each; the rest (retain.h) once a day, unless retention.erase is no, step by
 * step with pauses, so that intake never waits for long.  After that the
 * database's write-ahead log, which has what was erased here or elsewhere, is
 * cut, tried again each second while somebody uses it.
 */
#ifndef AGENT_ERASEWORK_H
#define AGENT_ERASEWORK_H

#include "agent/base/own.h"

struct conf;
struct db_turns;
struct err;
struct erasework; /* opaque */

/*
 * Start on the state folder, whose database is at this program's schema step.
 * Borrows conf until erasework_reload() gives another, and turns, by which
 * writing waits.  The caller owns *out (erasework_stop).
 */
NODISCARD int erasework_start(const struct conf *conf, struct db_turns *turns,
    struct erasework **out, struct err *e);

/*
 * Go by conf from now on; the one before is not used any more when it returns,
 * for which it may wait for one step.
 */
void erasework_reload(struct erasework *w, const struct conf *conf);

/* Finish the step in hand, join, release and set *w NULL.  NULL is fine. */
void erasework_stop(struct erasework **w);

#endif /* AGENT_ERASEWORK_H */
