/* posfeed_gpsd: what the receivers of a gpsd report, from mode 2 on. */
#ifndef LIVE_POSFEED_GPSD_H
#define LIVE_POSFEED_GPSD_H

#include "agent/live/posfeed.h"

/* The row of the table in posfeed.c. */
extern const struct posfeed_kind posfeed_gpsd_kind;

#endif /* LIVE_POSFEED_GPSD_H */
