/* posfeed_nmea: sentences of the receiver in a vehicle's router. */
#ifndef LIVE_POSFEED_NMEA_H
#define LIVE_POSFEED_NMEA_H

#include "agent/live/posfeed.h"

/* The row of the table in posfeed.c. */
extern const struct posfeed_kind posfeed_nmea_kind;

#endif /* LIVE_POSFEED_NMEA_H */
