/*
 * zones: counted, not guessed.
 */
#include "agent/tracks/zones.h"

#include "agent/base/clock.h"
#include "agent/tracks/figures.h"

void
zones_read(struct zones *z, struct str text, int64_t *ms)
{
	bool has_zone;

	if (!figures_time(text, ms, &has_zone)) {
		*ms = CLOCK_NONE;
		return;
	}
	if (has_zone)
		z->said++;
	else
		z->unsaid++;
}

enum track_clock
zones_clock(const struct zones *z)
{
	if (z->said > 0)
		return z->unsaid > 0 ? TRACK_CLOCK_UNKNOWN : TRACK_CLOCK_UTC;
	return z->unsaid > 0 ? TRACK_CLOCK_LOCAL : TRACK_CLOCK_UNKNOWN;
}
