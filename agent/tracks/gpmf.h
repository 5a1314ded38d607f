/*
 * gpmf: GoPro's telemetry (github.com/gopro/gpmf-parser, "GPMF introduction"):
 * keys with values in streams in devices, one payload a second or so.
 *
 * Known here: GPS5 (cameras up to Hero 10), GPS9 (from Hero 11), GLPI (Karma).
 */
#ifndef TRACKS_GPMF_H
#define TRACKS_GPMF_H

#include <stdint.h>

#include "agent/base/str.h"

struct reader_sink;

/* Where a payload stands. */
struct gpmf_place {
	uint64_t offset;     /* of its first byte in the file */
	int64_t clip_ms;     /* when it begins in the clip; -1: not known */
	int64_t duration_ms; /* what it covers */
};

/*
 * Tell the fixes of a payload.  Returns how many of them have a time, which is
 * UTC.  What is no fix by the receiver's own word is passed over; bytes that
 * are no GPMF end the payload and are told as skipped.
 */
uint64_t gpmf_read(struct str payload, const struct gpmf_place *place,
    const struct reader_sink *sink);

#endif /* TRACKS_GPMF_H */
