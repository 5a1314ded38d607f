/*
 * figures: numbers and times as recorders write them.
 *
 * Independent of the locale, strict (the whole text must be the figure, white
 * space around it aside), and exact: the same double strtod() gives.
 */
#ifndef TRACKS_FIGURES_H
#define TRACKS_FIGURES_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/str.h"

/* A decimal number, with exponent if there is one; no hex, NaN, infinity. */
bool figures_number(struct str s, double *out);

/* The same, given as NAN if s is anything else; for what may be missing. */
float figures_float(struct str s);

/* A whole number of digits only, at most 18 of them. */
bool figures_whole(struct str s, int64_t *out);

/*
 * A date and time: "2026-01-14T10:42:07.123Z", "2026-01-14 10:42:07+01:00",
 * "2026.01.14 10:42:07,123,456", "2017.8.5 14:11:51".  has_zone tells whether
 * it said where it is from; without, ms is as if it were UTC.  Digits after
 * the third of a fraction are cut.
 */
bool figures_time(struct str s, int64_t *ms, bool *has_zone);

#endif /* TRACKS_FIGURES_H */
