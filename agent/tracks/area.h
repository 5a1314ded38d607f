/*
 * area: places and lines drawn on the map, and what a unit does with them.
 *
 * A polygon is entered, left and dwelt in, a line is crossed.  What is asked
 * is a movement (motion.h) from one place to another, so that a crossing
 * between two fixes is found and a unit that stands does nothing.  After a
 * change of side the next one counts when the unit is further over than its
 * uncertainty, or is seen to go that way: wandering along a border rings once.
 *
 * An area is immutable; its state for one unit is plain data that the owner
 * keeps.  Pure.
 */
#ifndef TRACKS_AREA_H
#define TRACKS_AREA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/tracks/motion.h"

struct area; /* opaque */
struct err;

/* A file with more positions is refused; an outline of a county has fewer. */
#define AREA_POINTS_MAX 100000

/* Without fixes for longer, what lay between two of them is not known. */
#define AREA_GAP_MS INT64_C(600000)

/* Events that one step can give rise to. */
#define AREA_EVENTS_MAX 3

/* On which side of a polygon's border.  Stored: never renumber. */
enum area_side {
	AREA_SIDE_UNKNOWN = 0,
	AREA_SIDE_OUT = 1,
	AREA_SIDE_IN = 2
};

/* What can happen.  Stored: never renumber, only append. */
enum area_event_kind {
	AREA_ENTERED = 1,
	AREA_LEFT = 2,
	AREA_DWELT = 3,
	AREA_CROSSED = 4
};

/* One unit and one area; all zero: nothing is known. */
struct area_state {
	enum area_side side; /* polygons */
	int64_t since_ms;    /* on that side */
	bool has_dwelt;      /* said since it came in */
	bool has_doubt;      /* lines: the last step ended too near to tell */
	double lat, lon;     /* has_doubt: where it was clear of the line */
	int64_t clear_ms;    /* has_doubt: and when */
};

/* One event. */
struct area_event {
	enum area_event_kind kind;
	int64_t time_ms; /* on the way between the two fixes */
	double lat, lon; /* where that was */
	double uncertainty_m;
	bool is_passing; /* both fixes lie on one side, the way did not */
};

/*
 * Read GeoJSON: a Polygon, MultiPolygon, LineString or MultiLineString, a
 * Feature of one, or a FeatureCollection of one Feature.  The caller owns *out
 * (area_free).  The error says what is wrong and where.
 */
NODISCARD int area_read(struct str geojson, struct area **out, struct err *e);

/* Release *a and set it NULL.  NULL is fine. */
void area_free(struct area **a);

/* True for a line, which is crossed; else it is entered and left. */
bool area_is_line(const struct area *a);

/*
 * What the step means for the area: up to AREA_EVENTS_MAX events, in order of
 * time, and the state after it.  dwell_ms of 0: dwelling is not told.
 */
size_t area_judge(const struct area *a, const struct motion_step *step,
    int64_t dwell_ms, struct area_state *state,
    struct area_event out[AREA_EVENTS_MAX]);

/* True if the point is in the polygon; false for a line. */
bool area_holds(const struct area *a, double lat, double lon);

/* Metres from the point to the border or line. */
double area_distance_m(const struct area *a, double lat, double lon);

/* Is all that the one says what the other says? */
bool area_state_is_equal(
    const struct area_state *a, const struct area_state *b);

/* "entered", "left", "dwelt", "crossed". */
const char *area_event_name(enum area_event_kind kind);

#endif /* TRACKS_AREA_H */
