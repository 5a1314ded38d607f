/*
 * sockets: a TCP connection made, a UDP port listened on.
 *
 * Both block while names are looked up and connections made: they are an
 * errand's work (errand.h).  What they give does not block and is not
 * inherited.
 */
#ifndef BASE_SOCKETS_H
#define BASE_SOCKETS_H

#include <stdint.h>

#include "agent/base/own.h"

struct err;

/*
 * Connect to host (a name or address) and port, trying its addresses in turn.
 * The descriptor, or -1 with what to check.
 */
NODISCARD int sockets_connect(const char *host, int64_t port, struct err *e);

/*
 * Receive what is sent to port at the address host of this machine, or to the
 * multicast group host.  The descriptor, or -1.
 */
NODISCARD int sockets_listen_udp(const char *host, int64_t port, struct err *e);

#endif /* BASE_SOCKETS_H */
