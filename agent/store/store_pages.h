/*
 * store_pages: the stored incidents page by page, where a page costs the same
 * wherever it stands: it begins behind a row, not at a count.
 *
 * Without a theme they come by opening, the last first, and behind them those
 * that have none; with one, by id, the last first, since the index of standing
 * tags is in that order.
 */
#ifndef STORE_STORE_PAGES_H
#define STORE_STORE_PAGES_H

#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct store;
struct store_incident;
struct store_pages; /* opaque; one connection, one thread */

/* Which incidents; absent texts and CLOCK_NONE: all. */
struct store_pages_filter {
	struct str theme;    /* it stands */
	struct str district; /* in any case */
	int64_t since_ms;    /* opened then or later */
	int64_t before_ms;   /* opened earlier */
	/* Behind the incident with that opening and id; id 0: from the start. */
	int64_t after_ms, after_id;
	int64_t limit; /* > 0 */
};

/* Borrows st until store_pages_close().  The caller owns *out. */
NODISCARD int store_pages_open(
    struct store *st, struct store_pages **out, struct err *e);

/* Release *p and set it NULL.  NULL is fine. */
void store_pages_close(struct store_pages **p);

/* Call each for those of filter, with their themes. */
NODISCARD int store_pages_list(struct store_pages *p,
    const struct store_pages_filter *filter,
    void (*each)(void *user, const struct store_incident *row), void *user,
    struct err *e);

#endif /* STORE_STORE_PAGES_H */
