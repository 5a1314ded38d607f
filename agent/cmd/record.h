/*
 * record: the record of a stored incident, for commands that show or explain
 * it.  Looking is recorded by the caller first (look.h).
 */
#ifndef CMD_RECORD_H
#define CMD_RECORD_H

#include <stdint.h>

#include "agent/base/own.h"

struct arena;
struct err;
struct incident;
struct store;

/*
 * Fold all messages of incident id into *out, which is the arena's.  One that
 * cannot be read any more is named on standard error and left out, as the
 * agent does; -1 if none can, or the store fails.
 */
NODISCARD int record_load(struct store *store, int64_t id, struct arena *arena,
    struct incident *out, struct err *e);

/* The same for who names them otherwise: left_out may be NULL. */
NODISCARD int record_fold(struct store *store, int64_t id, struct arena *arena,
    void (*left_out)(int64_t message_id, const char *why), struct incident *out,
    struct err *e);

#endif /* CMD_RECORD_H */
