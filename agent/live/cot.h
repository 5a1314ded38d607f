/*
 * cot: one Cursor on Target event (MIL-STD "CoT 2.0" XML) as a position.
 *
 * From strangers, so through base/xml: no entities, no depth.  Only what is
 * looked at is kept, and only as much of it as fits.  Pure.
 */
#ifndef LIVE_COT_H
#define LIVE_COT_H

#include <stdbool.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/tracks/track.h"

struct err;

#define COT_TEXT_MAX 64

/* What an event says.  Texts are "" if absent or too long to be a name. */
struct cot_event {
	char type[COT_TEXT_MAX];     /* "a-f-G-E-V" */
	char uid[COT_TEXT_MAX];      /* of the device */
	char callsign[COT_TEXT_MAX]; /* of its user, from contact */
	struct track_fix fix; /* time_ms, lat and lon unknown if not there */
};

/*
 * Read text as one event.  ERR_INVALID, saying where, if it is no well-formed
 * XML or no event.
 */
NODISCARD int cot_read(struct str text, struct cot_event *out, struct err *e);

/* Is it one of ours: a friendly unit, "a-f-…"? */
bool cot_is_friend(const struct cot_event *event);

/*
 * The next event in a stream: 1 and *event, from "<event" to its end; 0 if
 * none is whole.  *done is the bytes before what is not whole.
 */
int cot_next(struct str stream, struct str *event, size_t *done);

#endif /* LIVE_COT_H */
