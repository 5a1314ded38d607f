/*
 * linkcount: how many other incidents have to do with one, for a line of a
 * list: the same vehicle, the same caller, a series, the same place within
 * LINKCOUNT_DAYS.
 *
 * links.h finds and ranks them with all reasons; this only counts, by a few
 * questions to indexes, and no further than LINKCOUNT_MAX, so that a page of
 * fifty costs little however many incidents there are.  Up to there the count
 * is exact, and each reason is given that there is.  "The same place" is
 * narrowed in time: over years every place has many.
 */
#ifndef STORE_LINKCOUNT_H
#define STORE_LINKCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"

struct err;
struct linkcounts; /* opaque; one connection, one thread */
struct store;

/* Counted at most, and how far in time the same place reaches. */
#define LINKCOUNT_MAX  9
#define LINKCOUNT_DAYS 30

/* What was counted. */
struct linkcount {
	size_t count; /* others, each once; LINKCOUNT_MAX at most */
	bool is_more; /* there are more than LINKCOUNT_MAX */
	bool by_vehicle, by_caller, by_series, by_place;
};

/* Borrows store until linkcount_close().  The caller owns *out. */
NODISCARD int linkcount_open(
    struct store *store, struct linkcounts **out, struct err *e);

/* Release *l and set it NULL.  NULL is fine. */
void linkcount_close(struct linkcounts **l);

/* Count what has to do with an incident; one that is gone has nothing. */
NODISCARD int linkcount_of(struct linkcounts *l, int64_t incident_id,
    struct linkcount *out, struct err *e);

#endif /* STORE_LINKCOUNT_H */
