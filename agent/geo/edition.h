/*
 * edition: one set of boundaries, such as the census areas of 2021, read from
 * GeoJSON.
 *
 * Each feature needs an outline, a code and a rural-urban class; a district is
 * welcome.  They are looked for under the names that published files use
 * (docs/GEOGRAPHY.md lists them), in capitals or not.  Several class properties
 * may be given if they agree.  An edition is immutable once loaded and belongs
 * to one thread.
 */
#ifndef GEO_EDITION_H
#define GEO_EDITION_H

#include <stddef.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/geo/polygons.h"

struct err;
struct grid;
struct edition; /* opaque */
struct json;

/* Limits on a file; beyond them it is refused with ERR_LIMIT. */
#define EDITION_FEATURE_BYTES_MAX (4 << 20)
#define EDITION_FEATURES_MAX      200000 /* England and Wales have 188,880 */

/* What an edition holds. */
struct edition_counts {
	size_t areas;     /* features */
	size_t rural;     /* of them rural */
	size_t districts; /* distinct district names */
	size_t mended;    /* outlines that crossed themselves and were mended */
};

/*
 * Read an edition.  The text is copied; grid is used during the call only.
 * An error names the feature's number, its code if it was read, and the
 * property or the place in the outline.  The caller owns *out (edition_free).
 */
NODISCARD int edition_load(const char *name, struct str geojson,
    const struct grid *grid, struct edition **out, struct err *e);

/* Release *ed and set it NULL.  NULL is fine. */
void edition_free(struct edition **ed);

/* Its name.  Borrowed from ed. */
struct str edition_name(const struct edition *ed);

/* Its areas.  Borrowed from ed. */
const struct polygons *edition_polygons(const struct edition *ed);

/* What it holds. */
struct edition_counts edition_counts(const struct edition *ed);

/*
 * What a feature of such a file says of its area: its properties, by the names
 * they go by; text borrowed from feature.  Errors as edition_load().
 */
NODISCARD int edition_read_area(
    const struct json *feature, struct polygons_area *out, struct err *e);

#endif /* GEO_EDITION_H */
