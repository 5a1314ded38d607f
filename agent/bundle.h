/*
 * bundle: what a court needs of the recordings that could show an incident.
 *
 *     DIR/STATEMENT.txt       in plain words: what each is, how all was derived
 *     DIR/originals/ID-NAME   byte for byte, each checked against its digest
 *     DIR/tracks/ID-cleaned.gpx, ID-cleaned.csv    the derived track
 *     DIR/tracks/ID-near.csv  every position in the time asked about, the
 *                             marked ones too
 *     DIR/matches.json        what "buzzard evidence --json" says
 *     DIR/SHA256SUMS          of all these; "sha256sum -c SHA256SUMS" is enough
 *
 * It is made as DIR.part, the sums last, and gets its name only when whole and
 * on disk.  What fails is taken away again; of a program that was killed a
 * DIR.part without sums is left.
 */
#ifndef AGENT_BUNDLE_H
#define AGENT_BUNDLE_H

#include <stdint.h>

#include "agent/base/hash.h"
#include "agent/base/own.h"

struct arena;
struct bundle; /* opaque */
struct err;
struct finder_list;
struct store;
struct store_incident;

/* What goes in; all borrowed for the call. */
struct bundle_request {
	const char *dir;   /* must not be there */
	const char *state; /* the state folder, with the originals */
	struct store *store;
	const struct store_incident *row;
	const struct finder_list *list;
	const char *actor;
	int64_t now_ms;
	struct arena *arena;
};

/*
 * Make all of it as DIR.part.  The caller owns *out and ends it by
 * bundle_publish() or bundle_drop().
 */
NODISCARD int bundle_make(
    const struct bundle_request *rq, struct bundle **out, struct err *e);

/* The digest of SHA256SUMS, which stands for all of it. */
void bundle_digest(const struct bundle *b, uint8_t out[HASH_BYTES]);

/* Give it its name; releases *b, and takes it away if that fails. */
NODISCARD int bundle_publish(struct bundle **b, struct err *e);

/* Take it away, release *b and set it NULL.  NULL is fine. */
void bundle_drop(struct bundle **b);

#endif /* AGENT_BUNDLE_H */
