/*
 * areatell: tells recipients what units do in areas that people have drawn.
 *
 * Whom, of which areas and of what is the configuration's ("areas",
 * "area_events").  Each delivery is a row of the outbox and a "disclosure" line
 * of the audit log, in the transaction of the position that made the event, so
 * that a crash at any instant loses none and a repeat has the same id.
 *
 * Where officers are is told as little as will do: the area, the unit and the
 * time, never a place.  The ids are made by chance and not from those, since
 * the audit log keeps them for longer than positions are kept.
 */
#ifndef ALERTS_AREATELL_H
#define ALERTS_AREATELL_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/tracks/area.h"

struct areatell; /* opaque; one connection, one thread */
struct conf;
struct err;
struct store;

/* What has happened; texts are borrowed. */
struct areatell_event {
	int64_t id; /* of its row */
	struct str area, unit;
	enum area_event_kind kind;
	bool is_passing; /* in and out again between two positions */
	int64_t time_ms;
};

/*
 * Borrows store and conf until areatell_close().  Names of areas in conf that
 * are not drawn are said in the log.  On success *out is owned by the caller.
 */
NODISCARD int areatell_open(struct store *store, const struct conf *conf,
    struct areatell **out, struct err *e);

/* Release *t and set it NULL.  NULL is fine. */
void areatell_close(struct areatell **t);

/*
 * Add the deliveries of an event to the outbox, inside the caller's
 * transaction, which has added the event's row.  Their number, or -1.
 */
NODISCARD int areatell_add(struct areatell *t,
    const struct areatell_event *event, int64_t now_ms, struct err *e);

#endif /* ALERTS_AREATELL_H */
