/*
 * mail: handing mails to one SMTP server (RFC 5321).
 *
 * base/wire makes the connection, TLS and login included; the dialogue that
 * follows is here, because libcurl's own waits for the answer to the final dot
 * inside the call, which would stop the whole loop for as long as a server
 * scans a mail, and sends without login where none is offered.
 *
 * One mail has one recipient and so one verdict.  Connections are used again
 * and kept for a little while.  A server that closes one that has been used
 * before, ahead of the final dot, is tried once more on a new one.
 *
 * All on the loop thread.  The program ignores SIGPIPE (loop_new()).
 */
#ifndef BASE_MAIL_H
#define BASE_MAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct loop;
struct mail; /* opaque; belongs to the loop thread */

/* How to reach the server; all borrowed until mail_close(). */
struct mail_options {
	const char *name; /* of the channel, for messages */
	const char *host;
	int64_t port;
	bool tls;                  /* STARTTLS or nothing is sent */
	const char *ca_file;       /* NULL: the system's authorities */
	const char *username;      /* NULL: no login */
	const char *password_file; /* read at each connect; NULL: empty */
	const char *helo;          /* the name we give in EHLO */
	int64_t timeout_ms;        /* to connect, and again to hand over */
};

/* What became of a mail. */
enum mail_verdict {
	MAIL_TAKEN,  /* 2xx to the final dot: it is the server's now */
	MAIL_LATER,  /* not taken as far as we know: try again */
	MAIL_REFUSED /* 5xx: the server will never take it */
};

/* The end of one mail. */
struct mail_result {
	enum mail_verdict verdict;
	/*
	 * The way to the server is broken, whatever the mail: away, TLS,
	 * login.  false also for MAIL_LATER that is about this mail.
	 */
	bool is_down;
	/*
	 * One line: the last reply, or cause and cure.  No mail address: each
	 * is replaced by "[address]".
	 */
	const char *why;
};

/* Called once for each mail sent, from the loop, never from mail_send(). */
typedef void (*mail_done)(
    void *user, int64_t id, const struct mail_result *result);

/*
 * Ready to send; nothing is contacted yet.  Borrows loop and the texts of
 * options until mail_close().  The caller owns *out (mail_close).
 */
NODISCARD int mail_open(const struct mail_options *options, struct loop *loop,
    mail_done done, void *user, struct mail **out, struct err *e);

/*
 * Begin to send; done() follows with this id.  from and to must be
 * mime_address_is_valid(); bytes is the whole mail with CRLF line ends.  All
 * is copied.  Each mail under way has a connection of its own.
 */
void mail_send(struct mail *m, int64_t id, struct str from, struct str to,
    struct str bytes);

/*
 * Drop all connections and mails (no done() any more), release *m and set it
 * NULL.  NULL is fine.
 */
void mail_close(struct mail **m);

/*
 * Connect, log in and leave, blocking for at most options->timeout_ms.  The
 * error says what to do about it.
 */
NODISCARD int mail_probe(const struct mail_options *options, struct err *e);

#endif /* BASE_MAIL_H */
