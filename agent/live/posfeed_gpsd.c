/*
 * posfeed_gpsd: one gpsd, connected to again whenever it is lost.
 *
 * A report counts from mode 2 on and with finite coordinates: the first ones
 * after a start say mode 3 and nothing else.  A receiver without a fix is
 * counted and never said, since every receiver in a garage is one.
 */
#include <math.h>
#include <string.h>

#include "agent/base/err.h"
#include "agent/base/errand.h"
#include "agent/base/gpsd.h"
#include "agent/base/loop.h"
#include "agent/live/link.h"
#include "agent/live/posfeed_gpsd.h"

/* Reports taken in one turn of the loop; it is level-triggered. */
#define TURN_MAX 256

struct posfeed_gpsd {
	struct posfeed base;
	struct loop *loop;
	struct link link;
	struct gpsd *gpsd;
	struct loop_source *watch;
};

static void *
run_connect(void *input, struct err *e)
{
	const struct link_peer *peer = input;
	struct gpsd *g;

	return gpsd_connect(peer->host, peer->port, &g, e) < 0 ? NULL : g;
}

static void
free_answer(void *answer)
{
	struct gpsd *g = answer;

	gpsd_close(&g);
}

static const struct errand_job job = {
	.run = run_connect,
	.free_input = link_peer_free,
	.free_answer = free_answer,
};

static void
take(struct posfeed_gpsd *s, const struct gpsd_fix *r)
{
	struct track_fix fix = track_fix_at(0);
	const char *device = s->base.conf->device;

	if (device && strcmp(device, r->device) != 0) {
		posfeed_aside(&s->base, POSFEED_FOREIGN, NULL);
		return;
	}
	fix.lat = r->lat;
	fix.lon = r->lon;
	fix.time_ms = r->time_ms;
	fix.altitude_m = r->mode > GPSD_MODE_2D ? r->altitude_m : NAN;
	fix.speed_mps = r->speed_mps;
	fix.course_deg = r->course_deg;
	fix.uncertainty_m = r->uncertainty_m;
	if (r->mode < GPSD_MODE_2D || !isfinite(r->lat) || !isfinite(r->lon))
		posfeed_aside(&s->base, POSFEED_NO_PLACE, NULL);
	else
		s->base.sink->report(s->base.sink->user, &s->base,
		    str_of(s->base.conf->unit), &fix);
}

static void
on_ready(void *user, int fd, unsigned events)
{
	struct posfeed_gpsd *s = user;
	enum gpsd_news news = GPSD_OTHER;
	struct gpsd_fix fix;

	(void)fd;
	(void)events;
	for (int i = 0; i < TURN_MAX && news > GPSD_NOTHING; i++) {
		news = gpsd_next(s->gpsd, &fix);
		if (news == GPSD_FIX)
			take(s, &fix);
		if (news > GPSD_NOTHING)
			link_heard(&s->link);
	}
	if (news == GPSD_GONE)
		link_lost(&s->link, "gpsd has ended the connection: check "
				    "that it runs");
}

static void *
input(void *user)
{
	const struct posfeed_gpsd *s = user;

	return link_peer_of(s->base.conf);
}

static int
connected(void *user, void *answer, struct err *e)
{
	struct posfeed_gpsd *s = user;

	s->gpsd = answer;
	if (loop_add_fd(s->loop, gpsd_fd(s->gpsd), LOOP_READ | LOOP_DUP_FD,
		on_ready, s, &s->watch, e) == 0)
		return 0;
	gpsd_close(&s->gpsd);
	return -1;
}

static void
cut(void *user)
{
	struct posfeed_gpsd *s = user;

	loop_remove(&s->watch);
	gpsd_close(&s->gpsd);
}

static int
open_gpsd(struct posfeed *base, struct loop *loop, struct err *e)
{
	struct posfeed_gpsd *s = (struct posfeed_gpsd *)(void *)base;
	const struct link_events events = { .job = &job,
		.input = input,
		.connected = connected,
		.cut = cut,
		.user = s };

	s->loop = loop;
	return link_open(&s->link, base->conf->name, loop, &events,
	    base->conf->timeout_ms, e);
}

static void
close_gpsd(struct posfeed *base)
{
	struct posfeed_gpsd *s = (struct posfeed_gpsd *)(void *)base;

	link_close(&s->link);
}

static int
probe_gpsd(const struct conf_source *conf, struct err *e)
{
	struct gpsd *g = NULL;
	int r = gpsd_connect(conf->host, conf->port, &g, e);

	gpsd_close(&g);
	return r;
}

const struct posfeed_kind posfeed_gpsd_kind = {
	.name = "gpsd",
	.size = sizeof(struct posfeed_gpsd),
	.open = open_gpsd,
	.close = close_gpsd,
	.probe = probe_gpsd,
};
