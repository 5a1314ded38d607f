/*
 * feedday: what each feed has brought, a row for each day of London.
 *
 * Written with each batch, in its transaction, so that what a page says of
 * today is what is on disk, also after a restart.  Days are kept for
 * FEEDDAY_KEEP; a row holds numbers and the name of a file.
 */
#ifndef STORE_FEEDDAY_H
#define STORE_FEEDDAY_H

#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct db;
struct err;
struct feedday; /* opaque; one connection, one thread */

#define FEEDDAY_KEEP 92 /* days */

/* What a batch adds to its day, and what a day came to. */
struct feedday_row {
	struct str feed;   /* borrowed for the call */
	int64_t day;       /* 20260114, of London */
	int64_t messages;  /* new ones */
	int64_t repeated;  /* known already */
	int64_t incidents; /* seen for the first time */
	int64_t faults;    /* set aside */
	int64_t last_ms;   /* when the last batch was taken in */
	struct str file;   /* where that came from */
	int64_t behind_ms; /* how old its newest entry was then; -1: no entry */
};

/* The table in db, borrowed.  The caller owns *out (feedday_close). */
NODISCARD int feedday_open(struct db *db, struct feedday **out, struct err *e);

/* Release *f and set it NULL.  NULL is fine. */
void feedday_close(struct feedday **f);

/* The day in London of a time, as 20260114. */
int64_t feedday_of(int64_t ms);

/*
 * Add row to its feed and day, which is that of last_ms (its own is ignored),
 * in the caller's transaction.
 */
NODISCARD int feedday_add(
    struct feedday *f, const struct feedday_row *row, struct err *e);

/* Call each for a feed's days, the last first, at most limit. */
NODISCARD int feedday_list(struct feedday *f, struct str feed, int64_t limit,
    void (*each)(void *user, const struct feedday_row *row), void *user,
    struct err *e);

#endif /* STORE_FEEDDAY_H */
