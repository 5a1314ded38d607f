/*
 * london: dates and times that officers choose in forms, and those shown to
 * them: London's.
 */
#ifndef REVIEW_LONDON_H
#define REVIEW_LONDON_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/str.h"

/* A day that has no time ends then: minutes after midnight. */
#define LONDON_END_OF_DAY (23 * 60 + 59)

/*
 * The time that a date field ("2026-01-14") and a time field ("17:00") give in
 * London; an empty or absent time is minute, after midnight.  False, *ms
 * untouched, if they are no date and time.
 */
bool london_read(struct str day, struct str time, int minute, int64_t *ms);

/* The midnight in London that begins the day of ms, or days later or before. */
int64_t london_midnight(int64_t ms, int days);

/* Append a date as a date field has it, and a time as a time field has it. */
void london_add_day(struct buf *out, int64_t ms);
void london_add_time(struct buf *out, int64_t ms);

/*
 * Append by when something is due, in a <time> element: "14 Jan 2026", with
 * the time unless it is that of LONDON_END_OF_DAY.
 */
void london_add_due(struct buf *out, int64_t ms);

#endif /* REVIEW_LONDON_H */
