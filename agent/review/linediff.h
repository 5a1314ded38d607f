/*
 * linediff: what differs between two texts, line by line.
 *
 * What both begin and end with is passed over; between, the longest common
 * sequence of lines, unless that is too large to look for: then all of it is
 * removed and added.  Pure.
 */
#ifndef REVIEW_LINEDIFF_H
#define REVIEW_LINEDIFF_H

#include <stddef.h>

#include "agent/base/str.h"

/* What a line is. */
enum linediff_kind {
	LINEDIFF_SAME,
	LINEDIFF_REMOVED,
	LINEDIFF_ADDED,
	LINEDIFF_SKIPPED /* count lines that are the same are left out */
};

/* A line without its end; borrowed from the texts. */
struct linediff_line {
	enum linediff_kind kind;
	struct str text;
	size_t before, after; /* its number in each, from 1; 0: not in it */
	size_t count;         /* of LINEDIFF_SKIPPED */
};

/*
 * Call each for the lines of both in order, of those that are the same only
 * context lines around a difference.  Returns how many differ.
 */
size_t linediff_each(struct str before, struct str after, size_t context,
    void (*each)(void *user, const struct linediff_line *line), void *user);

#endif /* REVIEW_LINEDIFF_H */
