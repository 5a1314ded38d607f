/*
 * inlet: bytes from a socket for those who make sense of them.
 *
 * A TCP connection that is made again when it is lost (link.h), or a UDP port.
 * The struct of a kind of source that has one begins with it.
 */
#ifndef LIVE_INLET_H
#define LIVE_INLET_H

#include "agent/base/str.h"
#include "agent/live/link.h"
#include "agent/live/posfeed.h"

struct loop_source;

/* What has no end after so many bytes is not what we were promised. */
#define INLET_BYTES_MAX 65536

/* All but base belongs to inlet. */
struct inlet {
	struct posfeed base;
	struct loop *loop;
	struct link link;
	/*
	 * Make sense of data and return how many bytes of it are done with.
	 * A datagram is given whole, and what is left of it is lost.
	 */
	size_t (*take)(struct inlet *in, struct str data);
	int fd;
	struct loop_source *watch; /* owns fd */
	struct buf rest;           /* not made sense of yet; TCP */
};

/* Begin, with take for what comes. */
NODISCARD int inlet_open(struct inlet *in, struct loop *loop,
    size_t (*take)(struct inlet *in, struct str data), struct err *e);

/* Stop. */
void inlet_close(struct inlet *in);

/* For posfeed_kind. */
NODISCARD int inlet_probe(const struct conf_source *conf, struct err *e);

#endif /* LIVE_INLET_H */
