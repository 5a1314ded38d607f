/*
 * matches: which recordings could show which incident.
 *
 * A match is a row as it was when it was found and is never changed, only
 * ended.  It says with which place of the incident and which clock of the track
 * it was worked out; what is listed as standing is what has not ended and of
 * which both are still so.  Therefore a match is gone from sight in the very
 * transaction that moves the incident or corrects the clock, before anybody
 * has looked again.  Deleting a track deletes its matches.
 *
 * Two things say where there is something to look for: match_due, which
 * triggers fill in the transaction that adds to a track or corrects its clock,
 * and a position in the audit log, whose rows are never renumbered.  So a crash
 * loses no work, and the road of an incident has none.
 *
 * Everything that writes is in the caller's transaction.
 */
#ifndef STORE_MATCHES_H
#define STORE_MATCHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/tracks/approach.h"
#include "agent/tracks/track.h"

struct arena;
struct db;
struct err;
struct matches; /* opaque; one connection, one thread */

/* No position in the audit log. */
#define MATCHES_NOWHERE (-1)

/* One match. */
struct matches_row {
	int64_t incident_id, track_id;
	enum approach_word word; /* never APPROACH_NONE */
	enum approach_view view;
	double distance_m;         /* NAN: no position in that time */
	double least_m, most_m;    /* INFINITY: nothing limits it */
	int64_t at_ms, at_clip_ms; /* CLOCK_NONE, -1: not known */
	int64_t in_range_ms;
	double lat, lon, uncertainty_m; /* of the incident; NAN: not known */
	int64_t correction_ms;          /* of the track; TRACKSTORE_UNKNOWN */
	int64_t clock_ms;
	int64_t made_ms, ended_ms; /* set by the store; CLOCK_NONE: stands */
	struct str detail;         /* JSON object: finder.h */
	/* Of the track, when listed: */
	enum track_class class;
	struct str name, unit, clip;
	int64_t judgement; /* that its clock has now; 0: by its import alone */
};

/* The tables in db, borrowed.  The caller owns *out (matches_close). */
NODISCARD int matches_open(struct db *db, struct matches **out, struct err *e);

/* Release *m and set it NULL.  NULL is fine. */
void matches_close(struct matches **m);

/* Is there any track?  1, 0 or -1. */
NODISCARD int matches_has_tracks(struct matches *m, struct err *e);

/*
 * Make row the standing match of its incident and track: 1, or 0 if one stands
 * that says the same (its numbers to a tenth, its detail aside), or -1.
 */
NODISCARD int matches_put(struct matches *m, const struct matches_row *row,
    int64_t now_ms, struct err *e);

/* End the standing match of an incident and a track: 1, 0 if none, -1. */
NODISCARD int matches_withdraw(struct matches *m, int64_t incident_id,
    int64_t track_id, int64_t now_ms, struct err *e);

/*
 * The tracks that have not ended matches with an incident (track 0), or the
 * incidents with a track (incident 0), as an array of arena's.
 */
NODISCARD int matches_partners(struct matches *m, int64_t incident_id,
    int64_t track_id, struct arena *arena, int64_t **out, size_t *count,
    struct err *e);

/*
 * Call each for the matches of an incident that stand, the surest and nearest
 * first; with history for all.  Text is borrowed for the call.
 */
NODISCARD int matches_list(struct matches *m, int64_t incident_id, bool history,
    void (*each)(void *user, const struct matches_row *row), void *user,
    struct err *e);

/* A track that has to be looked at: 1 and its id, 0 if none, -1. */
NODISCARD int matches_due_next(
    struct matches *m, int64_t *track_id, struct err *e);

/* It has been looked at. */
NODISCARD int matches_due_done(
    struct matches *m, int64_t track_id, struct err *e);

/* How far the audit log has been looked through: 1, 0 if nowhere, -1. */
NODISCARD int matches_position(
    struct matches *m, int64_t *audit_id, struct err *e);

/* Set it. */
NODISCARD int matches_position_put(
    struct matches *m, int64_t audit_id, struct err *e);

#endif /* STORE_MATCHES_H */
