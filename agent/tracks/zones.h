/*
 * zones: what the times of a text format turn out to be.
 *
 * Each time says its zone or does not; a file whose times all do is in UTC, one
 * whose times all do not is in somebody's local time, and of a file that mixes
 * them nothing can be said.
 */
#ifndef TRACKS_ZONES_H
#define TRACKS_ZONES_H

#include <stdint.h>

#include "agent/base/str.h"
#include "agent/tracks/track.h"

/* How many times of each sort there were; begin with zeroes. */
struct zones {
	uint64_t said, unsaid;
};

/* Read a time into *ms and count it; CLOCK_NONE if it cannot be read. */
void zones_read(struct zones *z, struct str text, int64_t *ms);

/* What the clock of such a file is. */
enum track_clock zones_clock(const struct zones *z);

#endif /* TRACKS_ZONES_H */
