/*
 * mapground: what lies under the map: the boundaries in force, read when they
 * are first asked for, and the tiles of the configuration.
 */
#ifndef REVIEW_MAPGROUND_H
#define REVIEW_MAPGROUND_H

#include <stdint.h>

struct conf;
struct mapground; /* opaque; any thread may ask */
struct outlines;

/* By conf, of which all that is needed is copied.  mapground_free(). */
struct mapground *mapground_new(const struct conf *conf);

/* Release *g and set it NULL.  NULL is fine. */
void mapground_free(struct mapground **g);

/*
 * The boundaries in force; NULL if none were imported, or they cannot be read,
 * which is logged once.  Borrowed.
 */
const struct outlines *mapground_outlines(struct mapground *g);

/* The tiles' address with {z}, {x}, {y}, and their owner's words; or NULL. */
const char *mapground_tiles(const struct mapground *g);
const char *mapground_credit(const struct mapground *g);

/* Where tiles come from, "https://tiles.example.org", or NULL. */
const char *mapground_origin(const struct mapground *g);

/* A unit's position that is older is stale. */
int64_t mapground_stale_ms(const struct mapground *g);

#endif /* REVIEW_MAPGROUND_H */
