/* batchwords: what is said of a batch and of each incident in it. */
#ifndef REVIEW_BATCHWORDS_H
#define REVIEW_BATCHWORDS_H

#include "agent/store/joint.h"

/* "Confirm"; "Reject"; "Change". */
const char *batchwords_verb(enum joint_verdict verdict);

/* "confirmed"; "rejected"; "changed to ", before the theme. */
const char *batchwords_done(enum joint_verdict verdict);

/* Headings: of the page that asks, and of the list of those that will be. */
const char *batchwords_ask(enum joint_verdict verdict);
const char *batchwords_title(enum joint_verdict verdict);

/* Why it was left out, as a sentence without its full stop. */
const char *batchwords_outcome(enum joint_outcome outcome);

/* What undoing made of it, likewise. */
const char *batchwords_back(enum joint_back back);

#endif /* REVIEW_BATCHWORDS_H */
