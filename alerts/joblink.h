/*
 * joblink: the link in an alert that opens the one screen of its incident.
 *
 *     URL/go/INCIDENT~EXPIRY~RECIPIENT~SIGNATURE
 *
 * Whoever has it may see that incident as far as the recipient may, and say "I
 * have it"; nothing else.  The signature is HMAC-SHA-256, cut to 128 bits, over
 * the incident's number, feed and reference, the recipient and the time it
 * ends: feed and reference too, so that the number of an erased incident that
 * is given to another opens nothing.  The key is 32 random bytes in the state
 * folder, made when first needed and readable by its owner alone; without it no
 * link can be made, and with another one all that were sent are void.
 */
#ifndef ALERTS_JOBLINK_H
#define ALERTS_JOBLINK_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct conf;
struct err;
struct joblink; /* opaque; any thread may use it once it is open */

/* The key's name in the state folder. */
#define JOBLINK_KEY_NAME "link.key"

/* The longest text behind "/go/" that is looked at. */
#define JOBLINK_TEXT_MAX 128

/* For whom and what a link is; texts borrowed. */
struct joblink_claim {
	int64_t incident_id;
	struct str feed, ref; /* of the incident */
	struct str recipient;
	int64_t expires_ms;
	struct str signature; /* as it came; joblink_add() does not read it */
};

/*
 * Read or make the key of conf's state folder.  Without review.url *out is
 * NULL.  ERR_INVALID: the key is not 32 bytes, or others may read it.  The
 * caller owns *out (joblink_close); everything needed of conf is copied.
 */
NODISCARD int joblink_open(
    const struct conf *conf, struct joblink **out, struct err *e);

/* Wipe and release *j and set it NULL.  NULL is fine. */
void joblink_close(struct joblink **j);

/*
 * Append the link for a recipient of an alert decided at now_ms; claim's
 * expires_ms is set.
 */
void joblink_add(const struct joblink *j, struct joblink_claim *claim,
    int64_t now_ms, struct buf *out);

/*
 * Take the text behind "/go/" apart; borrows it.  False if it has not that
 * form.  Says nothing of who made it.
 */
bool joblink_read(struct str text, struct joblink_claim *out);

/*
 * Did we make it, for the incident whose feed and reference stand in claim now,
 * and has it not ended by now_ms?
 */
bool joblink_is_good(
    const struct joblink *j, const struct joblink_claim *claim, int64_t now_ms);

#endif /* ALERTS_JOBLINK_H */
