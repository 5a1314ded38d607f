/*
 * arena: many small allocations with one end.
 *
 * Used for a batch of incidents, one turn of the loop, a rule set or a
 * configuration.  Nothing taken from an arena is freed alone; all of it goes
 * with arena_reset() or arena_free().  Not thread-safe: one owner at a time.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "agent/base/str.h"

struct arena; /* opaque */

/* A new, empty arena.  Never NULL; released by arena_free(). */
struct arena *arena_new(void);

/* Release *a and all that was taken from it, and set it NULL.  NULL is fine. */
void arena_free(struct arena **a);

/* Forget all that was taken; keep memory for the next round. */
void arena_reset(struct arena *a);

/* Zeroed memory for count objects of size bytes, aligned for any type. */
void *arena_alloc(struct arena *a, size_t count, size_t size)
    __attribute__((returns_nonnull));

/* Copy s into the arena, with a NUL after it.  Absent stays absent. */
struct str arena_str(struct arena *a, struct str s);

/* Formatted text in the arena, NUL-terminated. */
struct str arena_strf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Bytes taken since the last reset, for limits and metrics. */
size_t arena_used_bytes(const struct arena *a);

#endif /* BASE_ARENA_H */
