/*
 * rulechange: what the pages and the API about changes of rules share.
 */
#ifndef REVIEW_RULECHANGE_H
#define REVIEW_RULECHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/store/rulebook.h"
#include "agent/store/rulecheck.h"

struct err;
struct visit;

/* Where the rules in force are: both are the desk's arena's. */
NODISCARD int rulechange_place(
    struct visit *v, struct rulecheck_place *place, struct err *e);

/* Who asks. */
struct rulebook_hand rulechange_hand(const struct visit *v);

/* What the compiler and the tests say of the change now. */
NODISCARD int rulechange_check(struct visit *v, const struct rulebook_change *c,
    struct rulecheck *out, struct err *e);

/* What a step needs. */
struct rulechange_step {
	int64_t id, seen;
	struct str why;
	int64_t days;
	/* check is of now, made before the transaction; NULL: not asked for */
	const struct rulecheck *check;
	const struct rulebook_draft *draft; /* likewise */
	int64_t made_id;                    /* out: of a new change */
};

/* The steps, as changes for visit_change(); user is a rulechange_step. */
int rulechange_add(void *user, struct visit *v, struct err *e);
int rulechange_write(void *user, struct visit *v, struct err *e);
int rulechange_propose(void *user, struct visit *v, struct err *e);
int rulechange_withdraw(void *user, struct visit *v, struct err *e);
int rulechange_preview(void *user, struct visit *v, struct err *e);
int rulechange_stop(void *user, struct visit *v, struct err *e);
int rulechange_approve(void *user, struct visit *v, struct err *e);
int rulechange_send_back(void *user, struct visit *v, struct err *e);
int rulechange_suspend(void *user, struct visit *v, struct err *e);

/* How many days a preview may look back; the first is offered first. */
#define RULECHANGE_DAYS_MAX 366

#endif /* REVIEW_RULECHANGE_H */
