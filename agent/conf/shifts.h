/*
 * shifts: when shifts begin, in London, and from when to when one lasts: over
 * the nights in which the clocks change, too.
 */
#ifndef CONF_SHIFTS_H
#define CONF_SHIFTS_H

#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;

#define SHIFTS_MAX 8

/* The beginnings, in order. */
struct shifts {
	int minutes[SHIFTS_MAX]; /* after midnight */
	size_t count;            /* at least 1 */
};

/*
 * Read "07:00, 15:00, 23:00".  ERR_INVALID if it is anything else, is not in
 * order, or has more than SHIFTS_MAX.
 */
NODISCARD int shifts_parse(struct str text, struct shifts *out, struct err *e);

/* The shift in which ms is: from *from_ms to before *to_ms. */
void shifts_at(
    const struct shifts *s, int64_t ms, int64_t *from_ms, int64_t *to_ms);

#endif /* CONF_SHIFTS_H */
