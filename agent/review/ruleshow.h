/* ruleshow: the parts of the page of a change of rules. */
#ifndef REVIEW_RULESHOW_H
#define REVIEW_RULESHOW_H

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct rulebook_change;
struct visit;

/* Its state in words for people: "awaits an approver". */
const char *ruleshow_state(const struct rulebook_change *c);

/*
 * What the compiler and the tests said: errors by line and column with the
 * caret line.  The first has the focus if focus is true.
 */
void ruleshow_check(
    struct visit *v, const struct rulebook_change *c, bool focus);

/* The lines that it removes and adds; what is in force is before. */
void ruleshow_difference(
    struct visit *v, const struct rulebook_change *c, struct str before);

/*
 * What the preview came to; incidents are named to who may read them.  -1: the
 * store failed.
 */
NODISCARD int ruleshow_preview(
    struct visit *v, const struct rulebook_change *c, struct err *e);

#endif /* REVIEW_RULESHOW_H */
