/*
 * posfeed: what every source of units' positions gives to the agent.
 *
 * A kind of source is one file and one row in the table of posfeed.c.  It hands
 * each position to its sink at once, under the name of the unit, and may then
 * ask for all it has handed over to be settled: settled() is called when that
 * is on disk.  What cannot be used is set aside: counted by its reason, and
 * said once in the log with the cause and the cure.  Nothing of it is kept,
 * since the next position comes in a moment.
 *
 * All of it is on the loop thread.  A sink is never called from within open().
 */
#ifndef LIVE_POSFEED_H
#define LIVE_POSFEED_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/conf/conf.h"
#include "agent/tracks/track.h"

struct err;
struct loop;
struct posfeed;

/* Bytes of a unit's name. */
#define POSFEED_UNIT_MAX 32

/* Why something was set aside. */
enum posfeed_fault {
	POSFEED_UNREADABLE, /* not what this kind of source speaks */
	POSFEED_ENCRYPTED,
	POSFEED_NO_PLACE, /* no fix, or none on Earth */
	POSFEED_NO_TIME,
	POSFEED_NO_NAME,
	POSFEED_COARSE, /* less certain than the configuration wants */
	POSFEED_OLD,
	POSFEED_FUTURE,
	POSFEED_RETAINED,
	POSFEED_FOREIGN, /* readable, and of no concern to us */
	POSFEED_FULL,    /* the disk takes nothing and memory is full */
	POSFEED_CROWD,   /* of one unit more than there can be */
	POSFEED_FAULTS   /* their number */
};

/* Who takes what sources have; all borrowed for the call. */
struct posfeed_sink {
	/* A position with a place and, if it has one, its own time. */
	void (*report)(void *user, struct posfeed *s, struct str unit,
	    const struct track_fix *fix);
	/* The unit's device is gone, by its last will. */
	void (*gone)(void *user, struct posfeed *s, struct str unit);
	/* Put all on disk and call settled(). */
	void (*settle)(void *user, struct posfeed *s);
	void *user;
};

/* What has come through a source since it was opened. */
struct posfeed_counts {
	uint64_t taken;
	uint64_t aside[POSFEED_FAULTS];
};

/* An open source.  The struct of a kind begins with it. */
struct posfeed {
	const struct posfeed_kind *kind;
	const struct conf_source *conf;  /* borrowed */
	const struct posfeed_sink *sink; /* borrowed */
	struct posfeed_counts counts;
	bool waits; /* asked to be settled; the sink's */
};

/* One kind of source. */
struct posfeed_kind {
	const char *name;
	/* Bytes of its struct, zeroed before open(). */
	size_t size;
	/* Begin.  A peer that is away is no error. */
	int (*open)(struct posfeed *s, struct loop *loop, struct err *e);
	/* What it asked for is on disk; NULL: it never asks. */
	void (*settled)(struct posfeed *s);
	/* Stop at once and release what it holds, but not s itself. */
	void (*close)(struct posfeed *s);
	/* For "check --connect": is the peer there?  Blocks. */
	int (*probe)(const struct conf_source *conf, struct err *e);
};

/*
 * Open the source that conf describes; borrows all until posfeed_close().  The
 * caller owns *out; the error names the source.
 */
NODISCARD int posfeed_open(const struct conf_source *conf, struct loop *loop,
    const struct posfeed_sink *sink, struct posfeed **out, struct err *e);

/* Stop, release *s and set it NULL.  NULL is fine. */
void posfeed_close(struct posfeed **s);

/* Try to reach the peer of conf, blocking for its timeout at most. */
NODISCARD int posfeed_probe(const struct conf_source *conf, struct err *e);

/*
 * Something was set aside; detail (may be NULL) says more of it in the log,
 * the first time, and holds no personal data.
 */
void posfeed_aside(
    struct posfeed *s, enum posfeed_fault fault, const char *detail);

/* The word for a kind, "gpsd". */
const char *posfeed_kind_name(enum conf_source_kind kind);

/* The word for a fault in logs and figures, "coarse". */
const char *posfeed_fault_name(enum posfeed_fault fault);

#endif /* LIVE_POSFEED_H */
