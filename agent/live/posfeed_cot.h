/* posfeed_cot: Cursor on Target events of friendly units. */
#ifndef LIVE_POSFEED_COT_H
#define LIVE_POSFEED_COT_H

#include "agent/live/posfeed.h"

/* The row of the table in posfeed.c. */
extern const struct posfeed_kind posfeed_cot_kind;

#endif /* LIVE_POSFEED_COT_H */
