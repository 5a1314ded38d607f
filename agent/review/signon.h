/*
 * signon: who a visitor is without a password.
 *
 * On the socket of the file system a proxy that the force trusts names the
 * account in a field; there nothing else counts, and on the port the field
 * means nothing.  On the port, with TLS, a certificate of a person names it.
 * Either is looked at with each request: a session follows from it and ends
 * when it names somebody else, so that closing an account or handing on a
 * browser needs no log-out.
 */
#ifndef REVIEW_SIGNON_H
#define REVIEW_SIGNON_H

#include "agent/base/own.h"

struct err;
struct visit;

/*
 * After the cookie was looked at: let in whom the request names.  Sets the
 * visit's is_named, or refused where it may not come in.  0, or -1 if the store
 * failed.
 */
NODISCARD int signon_begin(struct visit *v, struct err *e);

#endif /* REVIEW_SIGNON_H */
