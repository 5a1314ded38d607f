/*
 * campcount: what counts as one encampment, and the figures by it.
 *
 * Three offices once counted the same encampments of a year in three ways.  So
 * the rule is a text with a version and two numbers from the configuration; an
 * entry of the register keeps the whole of it as it was when it was opened, and
 * figures are by those.
 */
#ifndef STORE_CAMPCOUNT_H
#define STORE_CAMPCOUNT_H

#include <stddef.h>
#include <stdint.h>

#include "agent/base/str.h"

/* Grows whenever the words of the rule change. */
#define CAMPCOUNT_VERSION 1

/* Most outcomes there are. */
#define CAMPCOUNT_OUTCOMES 16

/* What the configuration says of it. */
struct campcount_rule {
	int64_t return_days; /* back on the same land within: the same */
	int64_t move_m;      /* the same group farther away: another */
};

/* How long an encampment stood, and what became of it; borrowed. */
struct campcount_span {
	int64_t reported_ms;
	int64_t left_ms; /* CLOCK_NONE: it stands */
	int64_t away_ms; /* of that, between leaving and coming back */
	struct str outcome;
};

/* The figures of one month in London. */
struct campcount_month {
	int year, month; /* 1 to 12 */
	int64_t from_ms, to_ms;
	int64_t opened, ended, standing; /* reported, left in it; at its end */
	int64_t days;        /* that those which ended in it stood, together */
	int64_t not_counted; /* of those reported in it */
	int64_t outcomes[CAMPCOUNT_OUTCOMES]; /* as campwords_outcomes() */
};

/* The rule in words. */
void campcount_text(const struct campcount_rule *rule, struct buf *out);

/* Days begun that it stood, up to now_ms if it stands. */
int64_t campcount_days(const struct campcount_span *s, int64_t now_ms);

/* Begin the figures: count months, the last being that of now_ms. */
void campcount_begin(
    struct campcount_month *months, size_t count, int64_t now_ms);

/* Count an encampment in. */
void campcount_add(struct campcount_month *months, size_t count,
    const struct campcount_span *s);

#endif /* STORE_CAMPCOUNT_H */
