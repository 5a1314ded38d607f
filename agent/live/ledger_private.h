/* ledger_private: what ledger.c and ledger_pack.c share. */
#ifndef LIVE_LEDGER_PRIVATE_H
#define LIVE_LEDGER_PRIVATE_H

#include "agent/live/ledger.h"
#include "agent/store/areastore.h"
#include "agent/store/trackstore.h"
#include "agent/store/unitstore.h"
#include "agent/tracks/leap.h"
#include "agent/tracks/motion.h"

/* One unit in memory. */
struct ledger_unit {
	int64_t id;   /* 0: not on disk yet */
	char *name;   /* owned */
	char *source; /* owned */
	struct track_fix fix;
	int64_t received_ms, gone_ms;
	struct motion motion;
	struct leap leap;
	int64_t waiting;           /* positions that are not packed */
	int64_t oldest_ms;         /* when the first of them was received */
	struct area_state *states; /* owned; one for each area */
	bool is_changed;
};

/* One area in memory. */
struct ledger_area {
	int64_t id;
	char *name;        /* owned */
	struct area *area; /* owned */
	int64_t dwell_ms;
};

struct ledger {
	struct store *store; /* borrowed */
	struct ledger_teller teller;
	struct unitstore *units_on_disk;
	struct areastore *areas_on_disk;
	struct trackstore *tracks;
	struct ledger_unit **units; /* owned; by name */
	size_t unit_count, unit_cap;
	struct ledger_area *areas; /* owned */
	size_t area_count;
	struct ledger_event *events; /* owned; of the last batch */
	size_t event_count;
};

#endif /* LIVE_LEDGER_PRIVATE_H */
