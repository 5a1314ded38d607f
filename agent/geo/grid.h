/*
 * grid: WGS84 degrees to British National Grid metres and back, and grid
 * references in letters and figures.  The one door to PROJ.
 *
 * The way is the seven-parameter shift that Ordnance Survey publishes, as an
 * explicit PROJ pipeline: no proj.db, no grid files, no network.  It is within
 * 2.4 m of OSTN15 in Essex and within 5 m in Great Britain.  A struct grid
 * belongs to one thread.
 */
#ifndef GEO_GRID_H
#define GEO_GRID_H

#include <stdbool.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct arena;
struct err;
struct grid; /* opaque */

/* A converter.  The caller owns *out (grid_free). */
NODISCARD int grid_new(struct grid **out, struct err *e);

/* Release *g and set it NULL.  NULL is fine. */
void grid_free(struct grid **g);

/*
 * Degrees to metres.  False, outputs untouched, if the point is not on the
 * National Grid (0 to 700 km east, 0 to 1,300 km north) or not finite.
 */
bool grid_from_degrees(const struct grid *g, double lat, double lon,
    double *easting, double *northing);

/* Metres to degrees; false as above. */
bool grid_to_degrees(const struct grid *g, double easting, double northing,
    double *lat, double *lon);

/*
 * The grid reference of a point, "TL 7059 0683": the south-west corner of the
 * square that holds it.  As many figures as the uncertainty (radius in metres;
 * NAN: not known) bears: the 10 m square up to 15 m and when not known, the
 * 100 m square up to 150 m, the 1 km square up to 1,500 m, else the 10 km
 * square.  The 1 m square is never given: the shift itself is worse.  Absent
 * off the National Grid.  Arena text.
 */
struct str grid_reference(
    struct arena *arena, double easting, double northing, double uncertainty_m);

#endif /* GEO_GRID_H */
