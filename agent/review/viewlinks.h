/*
 * viewlinks: the saved views above the queue, and where an account starts
 * (page_views.c).
 */
#ifndef REVIEW_VIEWLINKS_H
#define REVIEW_VIEWLINKS_H

#include <stdbool.h>

#include "agent/base/own.h"

struct err;
struct review_filter;
struct visit;

/* May the visitor share a view with everybody? */
bool viewlinks_may_share(const struct visit *v);

/* Write the links, and the form that keeps what f shows. */
NODISCARD int viewlinks_print(
    struct visit *v, const struct review_filter *f, struct err *e);

/*
 * The address asks for nothing, and the account has a view to start with: 1,
 * and answered with the way there; else 0; -1.
 */
NODISCARD int viewlinks_start(struct visit *v, struct err *e);

#endif /* REVIEW_VIEWLINKS_H */
