/*
 * merge: what all messages about one incident come to.
 *
 * The record is a pure function of the SET of messages: order of arrival and
 * repetition make no difference (DESIGN "What never breaks", 2).  Messages are
 * ranked by (revision, latest time in them, SHA-256 of their bytes), a message
 * without revision below one with.  Then:
 *
 *  - a whole message says all there was to say at its rank: the members of
 *    the highest-ranked whole message stand, those it lacks are absent, and
 *    lower-ranked messages add none;
 *  - partial messages ranked above it (or all, where there is no whole one)
 *    are laid over it in rank order: a member they give replaces, and where
 *    they give coordinates, all of position and accuracy is replaced, so that
 *    old and new ones never mix; vehicles are added, resources too, of which
 *    the times given replace those of the last with that callsign;
 *  - the log is the union over all messages, since a command-and-control log
 *    only grows: entries with the same seq are one entry, of which the higher
 *    rank's stands; one without seq that says the same (at, by, text) as
 *    another is that other.  It is sorted by time, those without one last;
 *    within one time by seq, then by the rank of the lowest-ranked message
 *    that has the entry and its place there, so that entries of one minute
 *    stay as the operator wrote them.
 */
#ifndef INCIDENT_MERGE_H
#define INCIDENT_MERGE_H

#include <stddef.h>
#include <stdint.h>

#include "agent/base/hash.h"
#include "agent/incident/incident.h"

/* A message and the digest of its bytes. */
struct merge_message {
	const struct incident *incident; /* borrowed */
	uint8_t hash[HASH_BYTES];        /* SHA-256 of the bytes it came as */
};

/*
 * Fold count (at least 1) messages with the same id into *out.  Sorts msgs in
 * place.  *out borrows the messages' text and takes what it adds from arena.
 * out->partial is true if there was no whole message.
 */
void merge_fold(struct merge_message *msgs, size_t count, struct arena *arena,
    struct incident *out);

/*
 * Where each entry of record, folded from the message given alone, stands in
 * given's log: an array of arena's, or NULL if they stand as they are.
 */
const size_t *merge_places(const struct incident *given,
    const struct incident *record, struct arena *arena);

#endif /* INCIDENT_MERGE_H */
