/* namemap: names to things, for the checker; names borrow, things are void. */
#ifndef RULES_NAMEMAP_H
#define RULES_NAMEMAP_H

#include <stddef.h>

#include "agent/base/str.h"

struct arena;
struct namemap; /* opaque; the arena's */

/* An empty map with room for count names; it grows with more. */
struct namemap *namemap_new(struct arena *arena, size_t count);

/* What is under name, or NULL. */
void *namemap_find(const struct namemap *m, struct str name);

/* Put thing under name; returns what was there already, and then keeps it. */
void *namemap_add(struct namemap *m, struct str name, void *thing);

/* The name nearest to name ("did you mean"), or absent. */
struct str namemap_nearest(const struct namemap *m, struct str name);

#endif /* RULES_NAMEMAP_H */
