/* posfeed_owntracks: OwnTracks messages from an MQTT broker, which is answered
 * when they are on disk. */
#ifndef LIVE_POSFEED_OWNTRACKS_H
#define LIVE_POSFEED_OWNTRACKS_H

#include "agent/live/posfeed.h"

/* The row of the table in posfeed.c. */
extern const struct posfeed_kind posfeed_owntracks_kind;

#endif /* LIVE_POSFEED_OWNTRACKS_H */
