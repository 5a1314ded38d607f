/* told: what each recipient was last told of each theme of an incident. */
#ifndef ALERTS_TOLD_H
#define ALERTS_TOLD_H

#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "rules/ruleset.h"

struct arena;
struct db;
struct err;
struct told; /* opaque; one connection, one thread */

/* One row: no row is the same as level RULES_NONE. */
struct told_row {
	struct str theme;
	struct str recipient;
	enum rules_level level;
	struct str alert_id; /* by which they were told */
};

/* Who a recipient was last told has the incident. */
struct told_taker {
	struct str recipient;
	struct str actor; /* empty: nobody */
};

/* The tables in db, borrowed.  The caller owns *out (told_close). */
NODISCARD int told_open(struct db *db, struct told **out, struct err *e);

/* Release *t and set it NULL.  NULL is fine. */
void told_close(struct told **t);

/* All rows of an incident by theme and recipient, in arena. */
NODISCARD int told_load(struct told *t, int64_t incident_id,
    struct arena *arena, struct told_row **out, size_t *count, struct err *e);

/* Insert or replace, in the caller's transaction. */
NODISCARD int told_put(struct told *t, int64_t incident_id,
    const struct told_row *row, struct err *e);

/* All that was told of who has an incident, in arena. */
NODISCARD int told_load_takers(struct told *t, int64_t incident_id,
    struct arena *arena, struct told_taker **out, size_t *count, struct err *e);

/* Insert or replace, in the caller's transaction. */
NODISCARD int told_put_taker(struct told *t, int64_t incident_id,
    const struct told_taker *row, struct err *e);

#endif /* ALERTS_TOLD_H */
