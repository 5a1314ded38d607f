/*
 * gpsd: libgps with its descriptor kept from children.
 *
 * gps_read() hands out one line of what it has buffered at a time and says 0
 * when there was none; gps_waiting() looks at its buffer as well as the socket.
 */
#include "agent/base/gpsd.h"

#include <fcntl.h>
#include <gps.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"

struct gpsd {
	struct gps_data_t data;
};

int
gpsd_connect(const char *host, int64_t port, struct gpsd **out, struct err *e)
{
	struct gpsd *g = alloc_zero(1, sizeof(*g));
	char service[8];
	int rc;

	(void)snprintf(service, sizeof(service), "%d", (int)port);
	rc = gps_open(host, service, &g->data);
	if (rc != 0) {
		free(g);
		return err_set(e, ERR_TEMPORARY,
		    "no gpsd at %s port %s (%s): check that it runs and "
		    "listens there (gpsd -G)",
		    host, service, gps_errstr(rc));
	}
	(void)fcntl(g->data.gps_fd, F_SETFD, FD_CLOEXEC);
	if (gps_stream(&g->data, WATCH_ENABLE | WATCH_JSON, NULL) != 0) {
		gpsd_close(&g);
		return err_set(e, ERR_TEMPORARY,
		    "the gpsd at %s port %s does not take our wish for "
		    "reports: check that it is a gpsd of 3.0 or later",
		    host, service);
	}
	*out = g;
	return 0;
}

int
gpsd_fd(const struct gpsd *g)
{
	return (int)g->data.gps_fd;
}

static int64_t
time_of(const struct gps_fix_t *f)
{
	if (f->time.tv_sec <= 0)
		return CLOCK_NONE;
	return (int64_t)f->time.tv_sec * 1000 + f->time.tv_nsec / 1000000;
}

static float
uncertainty_of(const struct gps_fix_t *f)
{
	if (isfinite(f->eph))
		return (float)f->eph;
	return (float)hypot(f->epx, f->epy);
}

static void
fill(const struct gps_data_t *d, struct gpsd_fix *out)
{
	const struct gps_fix_t *f = &d->fix;

	*out = (struct gpsd_fix){ .mode = f->mode,
		.time_ms = time_of(f),
		.lat = f->latitude,
		.lon = f->longitude,
		.altitude_m = (float)f->altMSL,
		.speed_mps = (float)f->speed,
		.course_deg = (float)f->track,
		.uncertainty_m = uncertainty_of(f) };
	(void)snprintf(out->device, sizeof(out->device), "%.255s", d->dev.path);
}

enum gpsd_news
gpsd_next(struct gpsd *g, struct gpsd_fix *fix)
{
	int n;

	if (!gps_waiting(&g->data, 0))
		return GPSD_NOTHING;
	n = gps_read(&g->data, NULL, 0);
	if (n < 0)
		return GPSD_GONE;
	if (n == 0)
		return GPSD_NOTHING;
	if (!(g->data.set & MODE_SET))
		return GPSD_OTHER;
	fill(&g->data, fix);
	return GPSD_FIX;
}

void
gpsd_close(struct gpsd **g)
{
	if (!*g)
		return;
	(void)gps_close(&(*g)->data);
	free(*g);
	*g = NULL;
}
