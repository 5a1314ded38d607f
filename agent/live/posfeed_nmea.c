/*
 * posfeed_nmea: the receiver in a vehicle's router.
 *
 * Sentences must have checksums, since a line may break off, and places come
 * from RMC, which alone has a date.  GGA gives the dilution, from which the
 * uncertainty is estimated: a receiver whose ranges are good to 5 m.  Receivers
 * send the sentences of a second together, so the end of what was read is the
 * end of a fix.
 */
#include <math.h>
#include <string.h>

#include "agent/base/err.h"
#include "agent/live/inlet.h"
#include "agent/live/posfeed_nmea.h"
#include "agent/tracks/nmea.h"
#include "agent/tracks/reader.h"

#define RANGE_ERROR_M 5
#define LINE_BYTES    1024
#define DRY_LINES     200 /* without an RMC: something is to be said */

struct posfeed_nmea {
	struct inlet inlet;
	struct nmea nmea;
	struct reader_sink sink;
	size_t dry; /* sentences since the last RMC */
};

static void
on_fix(void *user, const struct track_fix *from)
{
	struct posfeed_nmea *s = user;
	struct posfeed *base = &s->inlet.base;
	struct track_fix fix = *from;

	s->dry = 0;
	fix.offset = 0;
	if (s->nmea.hdop > 0)
		fix.uncertainty_m = s->nmea.hdop * RANGE_ERROR_M;
	base->sink->report(
	    base->sink->user, base, str_of(base->conf->unit), &fix);
}

static void
on_waypoint(void *user)
{
	(void)user;
}

static void
on_skip(void *user, uint64_t offset, const char *why)
{
	struct posfeed_nmea *s = user;

	(void)offset;
	posfeed_aside(&s->inlet.base, POSFEED_UNREADABLE, why);
}

static void
take_line(struct posfeed_nmea *s, struct str line)
{
	if (line.len == 0)
		return;
	if (!nmea_take(&s->nmea, line, 0)) {
		posfeed_aside(
		    &s->inlet.base, POSFEED_UNREADABLE, "no NMEA sentence");
		return;
	}
	if (++s->dry % DRY_LINES == 0)
		posfeed_aside(&s->inlet.base, POSFEED_NO_PLACE, NULL);
	if (s->dry == DRY_LINES)
		posfeed_aside(&s->inlet.base, POSFEED_NO_TIME,
		    "many sentences, and none is an RMC with a fix");
}

static size_t
take(struct inlet *in, struct str data)
{
	struct posfeed_nmea *s = (struct posfeed_nmea *)(void *)in;
	bool is_whole = in->base.conf->transport == CONF_TRANSPORT_UDP;
	size_t done = 0;

	while (done < data.len) {
		const char *p = data.p + done;
		const char *end = memchr(p, '\n', data.len - done);

		if (!end && data.len - done > LINE_BYTES) {
			posfeed_aside(
			    &in->base, POSFEED_UNREADABLE, "no lines");
			done = data.len;
			break;
		}
		if (!end && !is_whole)
			break;
		if (!end)
			end = data.p + data.len - 1;
		take_line(s, str_trim(str_make(p, (size_t)(end - p) + 1)));
		done += (size_t)(end - p) + 1;
	}
	nmea_flush(&s->nmea);
	return done;
}

static int
open_nmea(struct posfeed *base, struct loop *loop, struct err *e)
{
	struct posfeed_nmea *s = (struct posfeed_nmea *)(void *)base;

	s->sink = (struct reader_sink){ .user = s,
		.fix = on_fix,
		.waypoint = on_waypoint,
		.skip = on_skip };
	nmea_init(&s->nmea, &s->sink);
	s->nmea.has_rmc = true;
	s->nmea.has_checksums = true;
	return inlet_open(&s->inlet, loop, take, e);
}

static void
close_nmea(struct posfeed *base)
{
	inlet_close((struct inlet *)(void *)base);
}

const struct posfeed_kind posfeed_nmea_kind = {
	.name = "nmea",
	.size = sizeof(struct posfeed_nmea),
	.open = open_nmea,
	.close = close_nmea,
	.probe = inlet_probe,
};
