/*
 * incident: the record that flows down the road.
 *
 * One struct for a message (what a feed delivers) and for a record (what all
 * messages about one incident come to, see merge.h).  All text borrows from an
 * arena, and everything in it lives as long as that arena.  Absent members are
 * absent strs, CLOCK_NONE, NAN or counts of 0, as said at each.
 *
 * The JSON form is the canonical incident of docs/incident.schema.json: what
 * every feed decodes to, what "buzzard tag" reads, and what the JSON feed
 * takes.
 */
#ifndef INCIDENT_INCIDENT_H
#define INCIDENT_INCIDENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct arena;
struct err;
struct json;

/* Limits on what comes from outside; beyond them a message is refused. */
#define INCIDENT_ID_MAX      128       /* bytes of an id */
#define INCIDENT_BYTES_MAX   (4 << 20) /* bytes of one message */
#define INCIDENT_ENTRIES_MAX 5000      /* log entries of one message */
#define INCIDENT_LIST_MAX    1000      /* vehicles, resources, extras: each */
#define INCIDENT_NO_NUMBER   INT64_MIN /* a number that was not given */

/* One line of the log. */
struct incident_entry {
	int64_t at_ms;   /* CLOCK_NONE if not given */
	int64_t seq;     /* the source's own number, or INCIDENT_NO_NUMBER */
	struct str by;   /* CALL, OPERATOR, DISPATCH, UNIT, … as given */
	struct str text; /* original UTF-8; offsets of evidence point into it */
};

/* A unit sent to it; times CLOCK_NONE where not given. */
struct incident_resource {
	struct str callsign;
	int64_t allocated_ms, enroute_ms, arrived_ms, cleared_ms;
};

/* Who rang.  Personal data: shown to reviewers, in no log line or topic. */
struct incident_informant {
	bool is_given;
	struct str name, phone, address;
	int contact_ok; /* 1 yes, 0 no, -1 not said */
};

/* A member that we do not know: kept and shown. */
struct incident_extra {
	struct str name;
	struct str json; /* its value, compact JSON */
};

struct incident {
	struct str id;    /* the source's reference; never empty */
	bool partial;     /* only what is new, rather than all so far */
	int64_t revision; /* INCIDENT_NO_NUMBER if the source has none */
	int64_t opened_ms, updated_ms, closed_ms;
	struct str status, opening_code, closing_code, crime_no;
	struct str location_text, district, beat;
	struct str grade; /* as given: "2", "E" */
	int64_t grade_no; /* the same as a number, or INCIDENT_NO_NUMBER */
	double lat, lon;  /* WGS84 degrees, or both NAN */
	double easting, northing; /* National Grid metres, or both NAN */
	double accuracy_m;        /* NAN if not given */
	struct incident_informant informant;
	const struct incident_entry *log;
	size_t log_count;
	const struct str *vehicles; /* as given, not normalised */
	size_t vehicle_count;
	const struct incident_resource *resources;
	size_t resource_count;
	const struct incident_extra *extras;
	size_t extra_count;
};

/*
 * Read the canonical form.  Text is copied into arena, so root may be freed.
 * Refused with ERR_INVALID, naming the member ("log[2].at is not a date and
 * time: …"), are: no object, no id, an id with control characters, a whole
 * message (not partial) without opened_at, a log entry without text, a
 * resource without callsign, a known member of the wrong kind, a time, latitude,
 * longitude or grid coordinate that cannot be, or one without its other half;
 * with ERR_LIMIT what is beyond a limit above.  null is "not given"
 * everywhere, and so is empty text for a time or a number.  Coordinates may be
 * text ("51.7"), a grade text or a number.  Unknown members are kept as
 * extras; those that only the labelled corpus has (labels, vrms, setting,
 * hard, why) are not read.  On failure *out is not to be used.
 */
NODISCARD int incident_decode(const struct json *root, struct arena *arena,
    struct incident *out, struct err *e);

/* Parse text as one JSON value and decode it; line and column in e's text. */
NODISCARD int incident_parse(
    struct str text, struct arena *arena, struct incident *out, struct err *e);

/*
 * Append the canonical form as one line of JSON without the newline: known
 * members in the schema's order, then the extras.  Reading it gives the same
 * record (coordinates to 9 decimals, metres to 3).
 */
void incident_print(const struct incident *in, struct buf *out);

/* The number that a grade is, if it is plain digits, or INCIDENT_NO_NUMBER. */
int64_t incident_grade_number(struct str grade);

/* An incident with every member absent. */
void incident_init(struct incident *in);

/*
 * The first instant the record knows of: opened_ms, else its earliest log
 * entry, else CLOCK_NONE.
 */
int64_t incident_first_ms(const struct incident *in);

/* The last instant the record knows of, or CLOCK_NONE. */
int64_t incident_last_ms(const struct incident *in);

#endif /* INCIDENT_INCIDENT_H */
