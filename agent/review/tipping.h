/* tipping: what the pages about fly-tipping share. */
#ifndef REVIEW_TIPPING_H
#define REVIEW_TIPPING_H

#include "agent/store/tippings.h"

struct visit;

/* A record as a list of what is known. */
void tipping_print(struct visit *v, const struct tipping *r);

#endif /* REVIEW_TIPPING_H */
