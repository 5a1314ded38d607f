/*
 * logwork: what commits have put into the database's log is moved into the
 * database, in a thread of its own.
 *
 * A commit is safe once it is in the log.  To move the log costs two flushes
 * of the disk and the pages of a hundred incidents: the loop, and an incident
 * that comes at that moment, do not wait for it.
 */
#ifndef AGENT_LOGWORK_H
#define AGENT_LOGWORK_H

#include "agent/base/own.h"

struct db;
struct err;
struct logwork; /* opaque */

/*
 * Start on the database file at path, and watch the log that commits of db, a
 * connection to the same file, write to.  db is borrowed until logwork_stop().
 * The caller owns *out.
 */
NODISCARD int logwork_start(
    const char *path, struct db *db, struct logwork **out, struct err *e);

/*
 * Join, release and set *w NULL; db moves its log by itself again.  NULL is
 * fine.
 */
void logwork_stop(struct logwork **w);

#endif /* AGENT_LOGWORK_H */
