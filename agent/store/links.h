/*
 * links: incidents that may have to do with one, each with the reasons.
 *
 * A link is a proposal, worked out when it is asked for: that two incidents
 * have a vehicle, a caller or a place in common says nothing of anybody's part
 * in either.  The work and the answer are limited; the answer says so.
 */
#ifndef STORE_LINKS_H
#define STORE_LINKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct arena;
struct err;
struct links; /* opaque; one connection, one thread */
struct sightings;
struct store;
struct store_incident;

/* Incidents in an answer, and reasons for one of them. */
#define LINKS_MAX         40
#define LINKS_REASONS_MAX 6

/* A number that rang about more incidents than this is no link. */
#define LINKS_CALLER_MAX 50

/* Why; the stronger first.  Stored by linksets.h: only append. */
enum links_kind {
	LINKS_VEHICLE = 1, /* the same complete plate */
	LINKS_CALLER = 2,  /* the same number rang */
	LINKS_SERIES = 3,  /* a series of the rules counts both */
	LINKS_PLACE = 4,   /* the same place */
	LINKS_PARTIAL = 5, /* plates that could be the same */
	LINKS_NEAR = 6     /* near in time and space */
};

/* One reason. */
struct links_reason {
	enum links_kind kind;
	struct str what;  /* the plate or the series; else absent */
	struct str other; /* partial: the plate of the other one */
	int agree;        /* partial: characters that both have */
};

/* One incident, with all reasons for it; texts are the arena's. */
struct links_other {
	int64_t incident_id, opened_ms; /* CLOCK_NONE: not known */
	struct str ref, themes, near_name;
	double distance_m; /* NAN: a position is not known */
	int64_t apart_ms;  /* how much later it is; CLOCK_NONE */
	struct links_reason reasons[LINKS_REASONS_MAX];
	size_t reason_count;
};

/* What was found, the strongest first. */
struct links_found {
	struct links_other *others; /* the arena's */
	size_t count;
	bool is_capped;        /* there may be more */
	bool is_caller_common; /* the number rang too often to say anything */
};

/* Borrows store and sightings until links_close().  The caller owns *out. */
NODISCARD int links_open(struct store *store, struct sightings *sightings,
    struct links **out, struct err *e);

/* Release *l and set it NULL.  NULL is fine. */
void links_close(struct links **l);

/* Find what may have to do with row; *out is the arena's. */
NODISCARD int links_find(struct links *l, const struct store_incident *row,
    struct arena *arena, struct links_found *out, struct err *e);

/* "same-vehicle", … */
const char *links_kind_name(enum links_kind kind);

/* The kind of that name, or 0. */
int links_kind_find(struct str name);

#endif /* STORE_LINKS_H */
