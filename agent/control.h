/*
 * control: how a command tells the running agent that there is work.
 *
 * A Unix datagram socket "control" in the state folder, mode 0660: whoever may
 * write in the group's name may wake the agent, and that is all a datagram
 * can do.  What there is to do stands in the database.
 */
#ifndef AGENT_CONTROL_H
#define AGENT_CONTROL_H

#include <stdbool.h>

#include "agent/base/own.h"

struct control; /* opaque; the agent's end */
struct err;
struct loop;

/*
 * Listen in the folder state, in place of a socket that a dead agent left.
 * Only for who holds the folder's lock.  wake is called on the loop thread.
 * The caller owns *out (control_close).
 */
NODISCARD int control_open(const char *state, struct loop *loop,
    void (*wake)(void *user), void *user, struct control **out, struct err *e);

/* Stop listening, remove the socket and set *c NULL.  NULL is fine. */
void control_close(struct control **c);

/* Wake the agent of the folder state; false if none is running. */
bool control_wake(const char *state);

#endif /* AGENT_CONTROL_H */
