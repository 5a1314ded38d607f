/*
 * nmea: sentences of NMEA 0183 receivers, one at a time, from a log or live.
 *
 * What is wanted of them is in RMC (place, date, speed, course), GGA (height,
 * dilution; alone, with a ZDA for the date, where there is no RMC) and ZDA.  A
 * sentence with a wrong checksum is skipped, one without any too where others
 * have them.  A fix is reported when the next one begins, or by nmea_flush().
 */
#ifndef TRACKS_NMEA_H
#define TRACKS_NMEA_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/str.h"
#include "agent/tracks/track.h"

struct reader_sink;

/* A stream of sentences.  All but the four first belong to nmea. */
struct nmea {
	bool has_rmc;       /* GGA is only for the height */
	bool has_checksums; /* what has none is broken off */
	float hdop;         /* of the last GGA, or NAN */
	uint64_t timed;     /* fixes with a time */
	const struct reader_sink *sink;
	struct track_fix fix; /* waits for its height */
	bool is_waiting;
	int64_t height_ms; /* time of day of the last GGA; -1 */
	float height_m;
	int64_t day_ms;  /* date of the last ZDA, for GGA; CLOCK_NONE */
	int64_t last_ms; /* time of day of what was dated last */
};

/* Begin.  sink is borrowed as long as *n is used; its skip is told why. */
void nmea_init(struct nmea *n, const struct reader_sink *sink);

/* Learn from a line what the stream has, before it is read again. */
void nmea_survey(struct nmea *n, struct str line);

/*
 * Read a line whose first byte is at offset.  False if there is no sentence in
 * it at all.
 */
bool nmea_take(struct nmea *n, struct str line, uint64_t offset);

/* Nothing more comes for the fix in hand: report it. */
void nmea_flush(struct nmea *n);

#endif /* TRACKS_NMEA_H */
