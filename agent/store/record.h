/*
 * record: the record of a stored incident, folded from its messages, for
 * whoever shows or explains it.  Looking is recorded by the caller first.
 */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include <stdint.h>

#include "agent/base/own.h"

struct arena;
struct err;
struct incident;
struct store;

/*
 * Fold all messages of incident id into *out, which is the arena's.  One that
 * cannot be read any more is left out, as the agent does, and told to
 * unreadable (NULL: to nobody); -1 if none can, or the store fails.
 */
NODISCARD int record_load(struct store *store, int64_t id, struct arena *arena,
    void (*unreadable)(int64_t message_id, const char *why),
    struct incident *out, struct err *e);

/* The same of the messages up to that one. */
NODISCARD int record_load_until(struct store *store, int64_t id,
    struct arena *arena, int64_t message_id, struct incident *out,
    struct err *e);

#endif /* STORE_RECORD_H */
