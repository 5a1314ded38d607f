/*
 * digests: what series read of each incident, and what they made of it.
 *
 * One row for each incident that series have counted (rules/series.h); one for
 * each of its signs, by which those of a time are found; and one for each
 * incident that a series which stands has counted.  All are written in the
 * transaction of the message that changed them, so that after a restart
 * nothing has to be worked out again.
 *
 * A row stays when its incident counts as nothing any more: its turns must
 * never be counted anew, since alerts are told apart by them.
 */
#ifndef STORE_DIGESTS_H
#define STORE_DIGESTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "rules/series.h"

struct arena;
struct digests; /* opaque; one connection, one thread */
struct err;
struct store;

/* One incident as series know it. */
struct digests_row {
	struct series_digest digest; /* its id is the incident's */
	int64_t rule_set_id;         /* by which series judged it last */
	int64_t turns; /* how often another incident changed its answer */
};

/* A standing series that counts an incident. */
struct digests_link {
	struct str series;
	struct str feed, ref; /* the incident on which its tag stands */
};

/* The tables in st, borrowed.  The caller owns *out (digests_close). */
NODISCARD int digests_open(
    struct store *st, struct digests **out, struct err *e);

/* Release *d and set it NULL.  NULL is fine. */
void digests_close(struct digests **d);

/*
 * The row of an incident, in arena: 1, or 0 if there is none, or -1.  Feed and
 * reference of the digest are left absent.
 */
NODISCARD int digests_find(struct digests *d, int64_t incident_id,
    struct arena *arena, struct digests_row *out, struct err *e);

/*
 * Make row, with its feed and reference, that of incident row->digest.id.  was
 * is the one that stood, or NULL.  In the caller's transaction.
 */
NODISCARD int digests_put(struct digests *d, const struct digests_row *row,
    const struct series_digest *was, struct err *e);

/* Incidents that were looked for, each once; rows and text are an arena's. */
struct digests_list {
	struct digests_row *rows;
	size_t count;
	bool is_full; /* a sign had as many as are looked at */
};

/*
 * What series_reach_find() asks for around digest, which is itself left out,
 * on both sides, in arena.
 */
NODISCARD int digests_around(struct digests *d,
    const struct series_digest *digest, const struct series_reach *reach,
    struct arena *arena, struct digests_list *out, struct err *e);

/* A stretch of time and what is looked for in it. */
struct digests_span {
	int64_t from_ms, until_ms; /* both inclusive */
	const struct str *signs;
	size_t sign_count;
	size_t limit; /* rows of one sign at most */
};

/*
 * All incidents of a span, in arena.  is_full: a sign has more than the limit,
 * and some are missing.
 */
NODISCARD int digests_between(struct digests *d,
    const struct digests_span *span, struct arena *arena,
    struct digests_list *out, struct err *e);

/* How often rows were erased: 0, the number to *out, or -1. */
NODISCARD int digests_erased(struct digests *d, int64_t *out, struct err *e);

/*
 * Make the incidents that the series of an incident count those of hits;
 * shadow series count for nothing.  In the caller's transaction.
 */
NODISCARD int digests_link_put(struct digests *d, int64_t incident_id,
    const struct series_hit *hits, size_t count, struct err *e);

/* Call each for the series that count an incident.  Text is borrowed. */
NODISCARD int digests_link_list(struct digests *d, int64_t incident_id,
    void (*each)(void *user, const struct digests_link *link), void *user,
    struct err *e);

#endif /* STORE_DIGESTS_H */
