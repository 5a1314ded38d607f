/*
 * finding: one identifier found in text, as plain data.
 *
 * What it is, its canonical value, where it stands, how sure that is and why.
 * What says where something is has a position too, or only its value
 * (postcodes, roads), which a gazetteer knows.
 */
#ifndef INCIDENT_FINDING_H
#define INCIDENT_FINDING_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/str.h"

/* What it is. */
enum finding_kind {
	FINDING_PLATE,      /* a whole registration mark: "AB12CDE" */
	FINDING_PLATE_PART, /* a pattern: "AB12??E" */
	FINDING_GRID,       /* National Grid: "TL 603 379" */
	FINDING_DEGREES,    /* latitude, longitude: "51.734300,0.469100" */
	FINDING_POSTCODE,   /* "CM1 2AB" */
	FINDING_DISTRICT,   /* the first half of one: "CM77" */
	FINDING_WHAT3WORDS, /* "///lamp.stubble.gates": a hint only */
	FINDING_ROAD,       /* "B1053" */
	FINDING_PHONE,      /* digits only: to be kept out of messages */
	FINDING_INCIDENT,   /* a reference of the force's pattern */
	FINDING_CRIME,      /* a crime number of the force's pattern */
	FINDING_HOLDING,    /* county, parish, holding: "12/345/6789" */
	FINDING_EARTAG,     /* "UK 123456 700123" */
	FINDING_COLLAR      /* "PC 1234" */
};

#define FINDING_KINDS 14

/* Where it stands, if not in a log entry. */
#define FINDING_IN_VEHICLES (-1)
#define FINDING_IN_LOCATION (-2)

struct finding {
	enum finding_kind kind;
	struct str value;  /* canonical; in the arena */
	int entry;         /* log entry from 0, or as above */
	size_t start, end; /* bytes in that text, end exclusive */
	int certainty;     /* 0 to 100 */
	bool is_gone;      /* a later word has put it right */
	bool is_doubtful;  /* swapped, out of the county, easily misheard */
	const char *why;   /* static, one clause */
	/* Where it is: one pair or the other or neither; NAN if not. */
	double lat, lon;
	double easting, northing; /* National Grid metres, its centre */
	double uncertainty_m;     /* radius; NAN without a position */
};

/* "plate", "grid", … */
const char *finding_kind_name(enum finding_kind kind);

/* A finding of nothing, without position. */
struct finding finding_make(
    enum finding_kind kind, size_t start, size_t end, const char *why);

#endif /* INCIDENT_FINDING_H */
