/*
 * audit_pages: what people did, page by page, the last first, as it is asked
 * for: of one account, about one incident, of one kind, in a time.  Lines of the
 * agent itself, one for each message, are not among them.
 */
#ifndef STORE_AUDIT_PAGES_H
#define STORE_AUDIT_PAGES_H

#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct audit_pages; /* opaque; one connection, one thread */
struct audit_row;
struct db;
struct err;

/* Which lines; absent, 0 and CLOCK_NONE: all. */
struct audit_pages_filter {
	struct str actor;    /* "account:NAME" */
	int64_t incident_id; /* about it */
	int event;           /* enum audit_event */
	int64_t since_ms;    /* then or later */
	int64_t before_ms;   /* earlier */
	/* Behind the line of that time and id; id 0: from the last one. */
	int64_t after_ms, after_id;
	int64_t limit; /* > 0 */
};

/* Borrows db until audit_pages_close().  The caller owns *out. */
NODISCARD int audit_pages_open(
    struct db *db, struct audit_pages **out, struct err *e);

/* Release *p and set it NULL.  NULL is fine. */
void audit_pages_close(struct audit_pages **p);

/* Call each for the lines of filter; text is borrowed for the call. */
NODISCARD int audit_pages_list(struct audit_pages *p,
    const struct audit_pages_filter *filter,
    void (*each)(void *user, const struct audit_row *row), void *user,
    struct err *e);

/*
 * The actor that a person means: "patrol" is "account:patrol"; what has a ":"
 * and what acts by itself ("watch", "sign-on") is meant as it stands.  Appended
 * to out.
 */
void audit_pages_actor(struct str words, struct buf *out);

#endif /* STORE_AUDIT_PAGES_H */
