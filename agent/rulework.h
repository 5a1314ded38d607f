/*
 * rulework: previews of changes of rules, in a thread of their own with its own
 * connection.
 *
 * What is asked for stands in the database (rulebook.h).  The thread compares
 * the rules in force with those of the change over the incidents of a span, one
 * after the other, resting as long as it works, so that intake and pages do not
 * wait for it.  It says how far it is once a second, and ends when that is no
 * longer wanted.  One that was cut short by a stop is begun anew.
 */
#ifndef AGENT_RULEWORK_H
#define AGENT_RULEWORK_H

#include "agent/base/own.h"

struct conf;
struct db_turns;
struct err;
struct rulework; /* opaque */

/* Messages that one preview reads at most, the newest. */
#define RULEWORK_MESSAGES_MAX 200000

/*
 * Start on the state folder.  Borrows conf until rulework_reload() gives
 * another, and turns.  The caller owns *out (rulework_stop).
 */
NODISCARD int rulework_start(const struct conf *conf, struct db_turns *turns,
    struct rulework **out, struct err *e);

/* Look whether one is asked for. */
void rulework_kick(struct rulework *w);

/* Go by conf from now on; the one before is not used any more. */
void rulework_reload(struct rulework *w, const struct conf *conf);

/* End what is in hand, join, release and set *w NULL.  NULL is fine. */
void rulework_stop(struct rulework **w);

#endif /* AGENT_RULEWORK_H */
