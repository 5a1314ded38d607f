/*
 * mime: composing one mail (RFC 5322, 2045, 2047) from text.
 *
 * Pure functions.  What comes out has CRLF line ends, no line over 78 bytes
 * but for addresses and ids, and is 7-bit throughout: texts are UTF-8 in
 * quoted-printable, a subject that needs it is in encoded words.  Text of any
 * content can be passed: no header can be added through it.
 */
#ifndef BASE_MIME_H
#define BASE_MIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/str.h"

/* One further header line. */
struct mime_header {
	const char *name;
	struct str value; /* printable ASCII; other bytes become "?" */
};

/* What a mail is made of; all borrowed. */
struct mime_mail {
	struct str from, to;   /* both mime_address_is_valid() */
	struct str message_id; /* local part of the id: printable ASCII */
	struct str thread_id;  /* the same for the thread; absent: none */
	struct str subject;
	struct str text; /* plain text */
	struct str html; /* absent: the mail is plain text alone */
	int64_t date_ms;
	const struct mime_header *extra;
	size_t extra_count;
};

/*
 * True if a is one plain mailbox (local@domain, ASCII, no quoting, no blanks
 * or control characters; RFC 5321 4.1.2 dot-strings; a domain of letters,
 * digits, "-" and "."), safe to stand in a header and in an SMTP command.
 */
bool mime_address_is_valid(struct str a);

/* The part of a valid address after its "@". */
struct str mime_address_domain(struct str a);

/*
 * Append the whole mail.  Message-ID is <message_id@domain of from>;
 * In-Reply-To and References are <thread_id@domain of from>, so all mails of
 * one thread are shown together.
 */
void mime_compose(const struct mime_mail *mail, struct buf *out);

/* Append text as quoted-printable; LF, CRLF and CR end a line. */
void mime_quote(struct str text, struct buf *out);

/* Append a subject as it stands in the header, folded, without line end. */
void mime_subject(struct str subject, struct buf *out);

#endif /* BASE_MIME_H */
