/*
 * gpsd: a connection to a gpsd, for what its receivers report.  The one door
 * to libgps (whose own names begin with gps_, so ours do not).
 *
 * Connecting blocks: it is an errand's work (errand.h).  Once connected, the
 * descriptor is watched and gpsd_next() called until it has nothing more.
 * What is reported is as the receiver says; whether that is any good is the
 * caller's to judge.  A struct gpsd may change threads, but has one at a time.
 */
#ifndef BASE_GPSD_H
#define BASE_GPSD_H

#include <stdint.h>

#include "agent/base/own.h"

struct err;
struct gpsd; /* opaque */

#define GPSD_DEVICE_MAX 256

/* The least mode that has a place; 3 has a height too. */
#define GPSD_MODE_2D 2

/* A report of position; what is not known is NAN or CLOCK_NONE. */
struct gpsd_fix {
	char device[GPSD_DEVICE_MAX]; /* "" if it is not said */
	int mode;
	int64_t time_ms;
	double lat, lon;
	float altitude_m, speed_mps, course_deg;
	float uncertainty_m; /* horizontal, as the daemon estimates it */
};

/* What gpsd_next() has read. */
enum gpsd_news {
	GPSD_GONE = -1,
	GPSD_NOTHING = 0,
	GPSD_FIX,
	GPSD_OTHER /* it lives, and spoke of something else */
};

/*
 * Connect to host and port and ask for reports.  Blocks as long as the system
 * takes to connect.  The caller owns *out (gpsd_close).
 */
NODISCARD int gpsd_connect(
    const char *host, int64_t port, struct gpsd **out, struct err *e);

/* The descriptor to watch; libgps closes it: LOOP_DUP_FD. */
int gpsd_fd(const struct gpsd *g);

/* The next report that is there; *fix is filled for GPSD_FIX. */
enum gpsd_news gpsd_next(struct gpsd *g, struct gpsd_fix *fix);

/* Disconnect, release *g and set it NULL.  NULL is fine. */
void gpsd_close(struct gpsd **g);

#endif /* BASE_GPSD_H */
