/*
 * picks: ticking several incidents of the queue, to decide them together
 * (page_batch.c).  The boxes belong to the form of the bar by its name, so
 * they can stand anywhere.
 */
#ifndef REVIEW_PICKS_H
#define REVIEW_PICKS_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/str.h"

struct review_filter;
struct visit;

/* May the visitor decide several?  Else write neither boxes nor bar. */
bool picks_may(const struct visit *v);

/* The box of an incident; ticked if the address asks for the whole page. */
void picks_box(struct visit *v, int64_t incident_id, struct str ref);

/*
 * The bar: what can be done with those ticked or, up to BATCH_MAX, with all
 * that match f, of which there are count.
 */
void picks_bar(struct visit *v, const struct review_filter *f, int64_t count);

#endif /* REVIEW_PICKS_H */
