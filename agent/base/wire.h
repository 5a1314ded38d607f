/*
 * wire: connections that libcurl makes and we speak over.  The one door to
 * libcurl.
 *
 * libcurl does what is hard: names, TCP, the greeting, STARTTLS with the check
 * of certificate and name, and the login (CURLOPT_CONNECT_ONLY).  When all of
 * that stands, and not before, the owner is told and speaks the rest of the
 * protocol itself.  So nothing is ever said to a server that did not give TLS
 * or take the login, which libcurl alone would do, and no call waits for a
 * reply, which libcurl's SMTP does after the final dot.
 *
 * All on the loop thread.  The program ignores SIGPIPE (loop_new()).
 */
#ifndef BASE_WIRE_H
#define BASE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"

struct err;
struct loop;
struct wire;      /* opaque; one connection */
struct wire_pool; /* opaque; libcurl on one loop */

#define WIRE_REPLY_MAX 160 /* a reply fit to be shown, with the NUL */

/* Where to connect; all borrowed while a wire made with it exists. */
struct wire_options {
	const char *name;   /* of the channel, for messages */
	const char *scheme; /* "smtp" */
	const char *host;
	int64_t port;
	const char *path;          /* SMTP: the name we give in EHLO */
	bool tls;                  /* STARTTLS, or it is no connection */
	const char *ca_file;       /* NULL: the system's authorities */
	const char *username;      /* NULL: no login; else it must be taken */
	const char *password_file; /* read at each connect; NULL: empty */
	int64_t timeout_ms;        /* to connect */
};

/* What the owner of a wire is told; never from within a call. */
struct wire_events {
	/* It stands (why NULL), or why not: one line with cause and cure. */
	void (*connected)(void *user, const char *why);
	/* The peer has something, can take something, or has gone. */
	void (*ready)(void *user);
	void *user;
};

/* Libcurl on loop, which is borrowed.  Owned (wire_pool_close). */
NODISCARD int wire_pool_open(
    struct loop *loop, struct wire_pool **out, struct err *e);

/* Release *p and set it NULL; its wires must be closed.  NULL is fine. */
void wire_pool_close(struct wire_pool **p);

/*
 * Begin to connect; connected() follows.  The caller owns *out (wire_close).
 * Fails at once if the password file cannot be read or host is none.
 */
NODISCARD int wire_connect(struct wire_pool *p,
    const struct wire_options *options, const struct wire_events *events,
    struct wire **out, struct err *e);

/*
 * Send what can be sent now of len bytes.  1: some or all went, *sent says how
 * much.  0: not now, ready() follows.  -1: the connection is gone.
 */
NODISCARD int wire_send(
    struct wire *w, const char *bytes, size_t len, size_t *sent);

/* Read at most cap bytes.  1: *got were read.  0: none now.  -1: gone. */
NODISCARD int wire_receive(struct wire *w, char *out, size_t cap, size_t *got);

/*
 * Close without a word, release *w and set it NULL.  No callback comes any
 * more.  NULL is fine.
 */
void wire_close(struct wire **w);

/* Connect and log in, blocking for at most the time-out, and leave. */
NODISCARD int wire_probe(const struct wire_options *options, struct err *e);

/*
 * A copy of len bytes that can be shown and logged: one line, printable, no
 * mail address (each becomes "[address]").
 */
void wire_scrub(const char *bytes, size_t len, char out[WIRE_REPLY_MAX]);

/* Does this reply of a server say that a login is wrong or wanting? */
bool wire_is_login_refusal(const char *reply);

#endif /* BASE_WIRE_H */
