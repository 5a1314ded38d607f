/*
 * refcard: the reference card of an informant, as plain text that is safe in a
 * group chat: the number to quote, the day, what to do next time, whom to
 * ring.  Nothing of the record is on it but the reference, the day, the theme
 * and, where official boundaries gave it, the district.
 */
#ifndef REVIEW_REFCARD_H
#define REVIEW_REFCARD_H

#include <stdbool.h>

#include "agent/base/str.h"

struct incident;
struct place;
struct wordings;

/* What the card is made from; borrowed for the call. */
struct refcard {
	struct str ref;
	const struct incident *record;
	const struct place *place;
	struct str theme; /* absent: none stands */
	const struct wordings *wordings;
};

/*
 * May ref be on a card?  It is of letters, digits and "/._-", has a digit, is
 * no telephone number, and is nothing else that the record says: who rang, a
 * plate, a call sign.
 */
bool refcard_may_show(struct str ref, const struct incident *record);

/* Append the card. */
void refcard_print(struct buf *out, const struct refcard *card);

#endif /* REVIEW_REFCARD_H */
