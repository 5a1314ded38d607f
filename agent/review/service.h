/*
 * service: the review service: pages for the Watch Liaison Officer and the
 * rural team, served by the agent.
 *
 * It runs in threads of its own with connections of its own.  A page waits for
 * no writer but the one that records looks (scribe.h), and is sent after that.
 * What is decided is written in a short transaction; then the agent's loop is
 * woken to tell people of it.
 */
#ifndef REVIEW_SERVICE_H
#define REVIEW_SERVICE_H

#include <stdint.h>

#include "agent/base/own.h"
#include "agent/store/accounts.h"

struct conf;
struct db_turns;
struct err;
struct pulse;
struct ruleset;
struct service; /* opaque */

/*
 * Serve as conf says (its review options, whose port is given), which is
 * borrowed until service_close(), as are turns, by which writing waits.  wake
 * is called in any thread after a decision.  The caller owns *out
 * (service_close).  Errors as http_open(), and the store's.
 */
NODISCARD int service_open(const struct conf *conf, struct db_turns *turns,
    void (*wake)(void *user), void *user, struct service **out, struct err *e);

/*
 * Explain by these rules from now on, borrowed until service_close().  Until
 * it is called pages that need rules say so.
 */
void service_use_rules(struct service *s, const struct ruleset *rules);

/* Stop, waiting for requests that run, and release *s; set it NULL. */
void service_close(struct service **s);

/* How the agent is, now; copies.  Called on the loop. */
void service_tell(struct service *s, const struct pulse *pulse);

/* What was last told. */
void service_pulse(struct service *s, struct pulse *out);

/* The port served on; 0: none, only the socket. */
int64_t service_port(const struct service *s);

#endif /* REVIEW_SERVICE_H */
