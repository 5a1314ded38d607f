/*
 * toldshare: how many informants were told the outcome, this month and last,
 * with what is counted.
 */
#ifndef REVIEW_TOLDSHARE_H
#define REVIEW_TOLDSHARE_H

#include "agent/base/own.h"

struct err;
struct visit;

/* Append the section. */
NODISCARD int toldshare_print(struct visit *v, struct err *e);

#endif /* REVIEW_TOLDSHARE_H */
