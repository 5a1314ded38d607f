/*
 * toldshare: how many informants were told the outcome, this month and last,
 * with what is counted.
 */
#ifndef REVIEW_TOLDSHARE_H
#define REVIEW_TOLDSHARE_H

#include <stdint.h>

#include "agent/base/own.h"

struct err;
struct visit;

/* London's midnight that begins the month of ms, or months earlier. */
int64_t toldshare_month(int64_t ms, int months_ago);

/* Append the section. */
NODISCARD int toldshare_print(struct visit *v, struct err *e);

#endif /* REVIEW_TOLDSHARE_H */
