/*
 * live: the positions of units, from their sources to the disk.
 *
 *     source ─► report ─► check ─► batch ─► ledger, one transaction ─► settled
 *
 * A batch is committed when a source asks for it (a broker waits for its
 * answer), when it is large, or a moment after its first position.  If the
 * disk takes nothing it waits in memory, and those who are to be answered wait
 * with it.  Belongs to the loop thread.
 */
#ifndef LIVE_LIVE_H
#define LIVE_LIVE_H

#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct conf;
struct err;
struct ledger_event;
struct live; /* opaque */
struct loop;
struct store;

/* What has come since the start. */
struct live_counts {
	uint64_t taken; /* positions on disk */
	uint64_t known; /* had already */
	uint64_t aside; /* set aside, by all sources */
	uint64_t units; /* that are known now */
};

/* What live tells its owner of areas; on the loop thread. */
struct live_events {
	/*
	 * Within the transaction of the position: an event, to be put in the
	 * outbox.  -1 undoes the transaction, which is tried again.
	 */
	int (*tell)(void *user, const struct ledger_event *event,
	    struct str area, struct str unit, int64_t now_ms, struct err *e);
	/* Events have been committed. */
	void (*told)(void *user);
	void *user;
};

/*
 * Open all sources of conf.  Borrows all three until live_close() (conf until
 * live_reload()); copies events.  The caller owns *out.
 */
NODISCARD int live_open(const struct conf *conf, struct loop *loop,
    struct store *store, const struct live_events *events, struct live **out,
    struct err *e);

/*
 * Work with conf from now on.  On failure the old sources are gone on with as
 * far as they can be opened.
 */
NODISCARD int live_reload(
    struct live *l, const struct conf *conf, struct err *e);

/* A command may have changed the areas: look. */
void live_refresh(struct live *l);

/* Take nothing more; what has come is put on disk if that can be done. */
void live_close(struct live **l);

/* The counts since live_open(). */
struct live_counts live_counts(const struct live *l);

#endif /* LIVE_LIVE_H */
