/*
 * ledger: what is known of units and areas, on disk and in memory.
 *
 * Memory holds each unit's last place, its movement and its state in each
 * area, so that a position costs one row.  It is read from disk by
 * ledger_load(), changed by ledger_take() in a transaction, and as good as the
 * disk again once that has been committed; if it was not, load anew.
 *
 * Also the slow work behind it: positions are packed into the tracks of their
 * units and days, and what is older than the configuration wants is removed,
 * which the audit log calls erasure.
 */
#ifndef LIVE_LEDGER_H
#define LIVE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/live/posfeed.h"
#include "agent/tracks/area.h"

struct err;
struct ledger; /* opaque; one connection, one thread */
struct store;

/*
 * Far more than any force has.  Where a source takes datagrams from anybody,
 * names cost nothing, and each is looked at whenever somebody asks who is near.
 */
#define LEDGER_UNITS_MAX 20000

/* A position, or the news that a device is gone. */
struct ledger_report {
	char unit[POSFEED_UNIT_MAX + 1];
	const char *source; /* borrowed: its name */
	bool is_gone;
	struct track_fix fix;
	int64_t received_ms;
	bool is_crowd; /* out: of a unit more than LEDGER_UNITS_MAX */
};

/* An event to be told of after the commit. */
struct ledger_event {
	int64_t id;
	struct area_event event;
};

/* Who is asked, within the transaction, to have an event told to people. */
struct ledger_teller {
	/* -1: the transaction is to be undone.  Texts are borrowed. */
	int (*tell)(void *user, const struct ledger_event *event,
	    struct str area, struct str unit, int64_t now_ms, struct err *e);
	void *user;
};

/*
 * Nothing is loaded yet.  Borrows store; copies teller, which is NULL where
 * nobody is to be told.  The caller owns *out.
 */
NODISCARD int ledger_open(struct store *store,
    const struct ledger_teller *teller, struct ledger **out, struct err *e);

/* Release *l and set it NULL.  NULL is fine. */
void ledger_close(struct ledger **l);

/* Read all from disk, in the place of what is known. */
NODISCARD int ledger_load(struct ledger *l, struct err *e);

/*
 * Take reports into the caller's transaction; how many positions were new, or
 * -1: the transaction is to be undone, and ledger_load() called.  A unit comes
 * to be with its first position; beyond LEDGER_UNITS_MAX none does.
 */
NODISCARD int ledger_take(struct ledger *l, struct ledger_report *reports,
    size_t count, int64_t now_ms, struct err *e);

/* The events of the last ledger_take(); their number. */
size_t ledger_events(const struct ledger *l, const struct ledger_event **out);

/*
 * Pack positions of some units that have enough or have had them for long, in
 * a transaction of its own.  1 if there may be more to do, 0 if not, -1: then
 * ledger_load() is to be called.
 */
NODISCARD int ledger_pack(struct ledger *l, int64_t now_ms, struct err *e);

/*
 * Remove what is older than keep_ms in a transaction of its own: positions,
 * live tracks that ended before, events, and units of which nothing is left.  Whether something was removed:
 * 1 (memory has been read anew), 0, or -1.
 */
NODISCARD int ledger_purge(
    struct ledger *l, int64_t keep_ms, int64_t now_ms, struct err *e);

/* Units that are known. */
size_t ledger_unit_count(const struct ledger *l);

#endif /* LIVE_LEDGER_H */
