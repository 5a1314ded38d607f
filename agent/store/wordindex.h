/*
 * wordindex: what incidents are found by: the words of their logs, places,
 * codes and references, their registration marks, who rang.
 *
 * It is derived from the messages and is kept in the transaction of each.
 * What is written goes with its incident, by triggers.  Incidents that were
 * there before these tables are taken in piece by piece, the newest first,
 * and until then are not found by it; wordindex_left() says how many.
 *
 * SQLite's full-text index keeps a word that is taken out until it merges the
 * part that holds it.  wordindex_clean() merges, piece by piece, after
 * something was erased.
 */
#ifndef STORE_WORDINDEX_H
#define STORE_WORDINDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct arena;
struct err;
struct incident;
struct place;
struct store;
struct wordindex; /* opaque; one connection, one thread */

/* Bytes of a log that are looked at; the rest is not found. */
#define WORDINDEX_LOG_MAX (512 << 10)

/* Borrows store until wordindex_close().  The caller owns *out. */
NODISCARD int wordindex_open(
    struct store *store, struct wordindex **out, struct err *e);

/* Release *w and set it NULL.  NULL is fine. */
void wordindex_close(struct wordindex **w);

/* Put or replace what an incident is found by, in the caller's transaction. */
NODISCARD int wordindex_put(struct wordindex *w, int64_t incident_id,
    const struct incident *record, const struct place *place,
    struct arena *arena, struct err *e);

/*
 * Take in at most count incidents that were there before, in a transaction of
 * its own, which is short: their records are read before it.  1: there are
 * more; 0: all are in; -1.  Uses and resets arena.
 */
NODISCARD int wordindex_build(
    struct wordindex *w, int64_t count, struct arena *arena, struct err *e);

/* How many are still to be taken in (an upper limit), of how many. */
NODISCARD int wordindex_left(
    struct wordindex *w, int64_t *left, int64_t *all, struct err *e);

/*
 * After something was erased, overwrite a piece of what the index keeps of it,
 * in a transaction of its own.  1: there is more to do; 0: nothing; -1.
 */
NODISCARD int wordindex_clean(struct wordindex *w, struct err *e);

/*
 * What is kept of a caller's number, of out's 16 bytes: false if it is none
 * that tells one caller from another (withheld, too short).
 */
bool wordindex_caller(struct str phone, struct str secret, uint8_t out[16]);

#endif /* STORE_WORDINDEX_H */
