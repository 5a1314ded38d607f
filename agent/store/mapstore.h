/*
 * mapstore: the incidents in a piece of the map and a time, where a theme
 * stands: what the rules say of it, and over that what people decided.
 *
 * They come by time, the newest first, and are read only as far as is asked
 * for.
 */
#ifndef STORE_MAPSTORE_H
#define STORE_MAPSTORE_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "rules/ruleset.h"

struct err;
struct mapstore; /* opaque; one connection, one thread */
struct store;

/* No more than so many are counted. */
#define MAPSTORE_COUNT_MAX 2000

/* Which incidents. */
struct mapstore_filter {
	double west, south, east, north; /* degrees */
	int64_t from_ms, to_ms;          /* opened, inclusive */
	struct str theme;                /* it stands; absent: any */
	bool alerts_only;                /* a theme of level alert stands */
	bool in_progress;                /* only those */
	/*
	 * Behind the incident with that id, opened then or before; id 0: from
	 * the newest.
	 */
	int64_t after_ms, after_id;
	int64_t limit; /* rows given; the rest is only counted */
};

/* One; text is borrowed for the call that shows it. */
struct mapstore_row {
	int64_t id;
	struct str ref, themes; /* "hare-coursing,fuel", gravest first */
	enum rules_level level; /* the gravest */
	bool in_progress;
	int64_t opened_ms;
	double lat, lon, uncertainty_m; /* NAN: not known */
	struct str grid_ref, near_name, near_bearing, district, doubt;
	double near_m;
};

/* Borrows store until mapstore_close().  The caller owns *out. */
NODISCARD int mapstore_open(
    struct store *store, struct mapstore **out, struct err *e);

/* Release *m and set it NULL.  NULL is fine. */
void mapstore_close(struct mapstore **m);

/*
 * Call each for those of filter, the last opened first.  *count is how many
 * there are, of which MAPSTORE_COUNT_MAX means as many or more.
 */
NODISCARD int mapstore_list(struct mapstore *m,
    const struct mapstore_filter *filter,
    void (*each)(void *user, const struct mapstore_row *row), void *user,
    int64_t *count, struct err *e);

#endif /* STORE_MAPSTORE_H */
