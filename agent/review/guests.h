/*
 * guests: who may come without an account, by the link in an alert: the
 * recipients of the configuration, each for what it is told of.
 */
#ifndef REVIEW_GUESTS_H
#define REVIEW_GUESTS_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/str.h"

struct conf;
struct guests; /* opaque; never changed once made, any thread may ask */
struct joblink;

/* One recipient. */
struct guest {
	char *name;   /* owned, as all here */
	bool is_team; /* sees plates, matched words, the exact place */
	bool review_too;
	char **themes; /* none: all */
	size_t theme_count;
};

/*
 * Those of conf, all copied.  Without review.url, or if the key cannot be read,
 * which is logged, no link is good.  The caller owns it (guests_free).
 */
struct guests *guests_new(const struct conf *conf);

/* Release *g and set it NULL.  NULL is fine. */
void guests_free(struct guests **g);

/* What links are held against, borrowed; NULL: none is good. */
const struct joblink *guests_links(const struct guests *g);

/* The recipient of that name, borrowed, or NULL. */
const struct guest *guests_find(const struct guests *g, struct str name);

/* Is the recipient told of that theme? */
bool guest_wants(const struct guest *guest, struct str theme);

#endif /* REVIEW_GUESTS_H */
