/*
 * place: where something is, as plain data that any layer may read.
 *
 * WGS84 degrees with an uncertainty in metres.  Every place says how it was
 * come by (source) and, if it was looked up, in what (edition).
 */
#ifndef GEO_PLACE_H
#define GEO_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/str.h"

/* Rural or urban.  Stored in the database: never renumber, only append. */
enum place_class {
	PLACE_UNKNOWN = 0, /* no position */
	PLACE_RURAL = 1,
	PLACE_URBAN = 2,
	PLACE_EDGE =
	    3 /* within 300 m (or its uncertainty) of the other class */
};

/* What is known of a layer at a place. */
struct place_layer {
	struct str name;
	bool is_inside;    /* in one of its areas */
	double distance_m; /* to the nearest of it; 0 inside */
};

struct place {
	enum place_class class;
	double lat, lon;      /* NAN if unknown */
	double uncertainty_m; /* radius; NAN if unknown */
	struct str source;    /* "coordinates", "grid", "text"; absent: none */
	struct str how;       /* how it was come by, as a clause; or absent */
	struct str doubt;     /* what says otherwise, as a clause; or absent */
	struct str edition;   /* "towns" (built in) or the edition's name */
	struct str area;      /* census area code, absent with "towns" */
	struct str district;  /* name; from the area, else as the source said */
	struct str grid_ref;  /* "TL 7059 0683" as precise as is honest */
	struct str near_name; /* nearest named place, absent if none */
	double near_m;        /* metres to its centre */
	struct str near_bearing; /* "NE": from the named place to here */
	const struct place_layer *layers; /* that are loaded; not stored */
	size_t layer_count;
};

/* "rural", "urban", "edge" or "unknown". */
const char *place_class_name(enum place_class class);

/* A place of which nothing is known. */
struct place place_unknown(void);

#endif /* GEO_PLACE_H */
