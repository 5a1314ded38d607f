/*
 * judgements: what a track's clock was held to be, by whom and why, one after
 * another.
 *
 * The track's row (trackstore.h) has what stands.  As long as nothing but the
 * import has judged it there is no judgement here: the first is written down
 * when a second comes.  None is ever changed.  Each names the one that stood
 * before it; one that undoes another says again what an earlier one said, and
 * names that too.  All of them go with their track.
 *
 * Everything that writes is in the caller's transaction.  Text given to
 * callbacks is borrowed for the call.
 */
#ifndef STORE_JUDGEMENTS_H
#define STORE_JUDGEMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/tracks/track.h"

struct arena;
struct db;
struct err;
struct judgements; /* opaque; one connection, one thread */
struct trackstore_row;

/* By what.  Stored: never renumber, only append. */
enum judgement_kind {
	JUDGEMENT_IMPORT = 1, /* when it was brought in (clockbasis.h) */
	JUDGEMENT_TWIN = 2,   /* the same journey in a later track */
	JUDGEMENT_PLACE = 3,  /* a person: a known place and time */
	JUDGEMENT_UNDO = 4    /* a person: as it was before */
};

/* One judgement. */
struct judgement {
	int64_t track_id;
	int64_t number; /* of the track, from 1; set by the store */
	enum judgement_kind kind;
	enum track_clock clock;
	int64_t correction_ms; /* TRACKSTORE_UNKNOWN */
	int64_t uncertainty_ms;
	struct str clock_why; /* as the track's row has it */
	int64_t made_ms;
	struct str actor;
	int64_t former;   /* the one that stood; 0: the first */
	int64_t restates; /* of an undo: the one that holds again, else 0 */
	/* Of JUDGEMENT_PLACE: what is known, and where the track passes. */
	double lat, lon, within_m;
	int64_t known_ms, spread_ms, from_ms, to_ms;
	struct str note; /* how that is known; or absent */
};

/* The judgements kept in db, borrowed.  The caller owns *out. */
NODISCARD int judgements_open(
    struct db *db, struct judgements **out, struct err *e);

/* Release *j and set it NULL.  NULL is fine. */
void judgements_close(struct judgements **j);

/* "import", "same journey", "place" or "undo". */
const char *judgement_kind_name(enum judgement_kind kind);

/*
 * The judgement that stands: 1, its text in arena, or -1.  That of a track
 * which only its import has judged is made of row.
 */
NODISCARD int judgements_standing(struct judgements *j,
    const struct trackstore_row *row, struct arena *arena,
    struct judgement *out, struct err *e);

/* One by its number, likewise: 1, 0 if there is none, -1. */
NODISCARD int judgements_find(struct judgements *j, int64_t track_id,
    int64_t number, struct arena *arena, struct judgement *out, struct err *e);

/*
 * Let next follow on the one that stands, which it then names; its number goes
 * to next.  row is the track as it is.  That the track's row says the same from
 * then on is for the caller (trackstore_set_clock).
 */
NODISCARD int judgements_add(struct judgements *j,
    const struct trackstore_row *row, struct judgement *next, struct err *e);

/* Did a person judge what stands?  1, 0 or -1. */
NODISCARD int judgements_is_by_person(
    struct judgements *j, int64_t track_id, struct err *e);

/* Call each for those of a track, the first first. */
NODISCARD int judgements_each(struct judgements *j,
    const struct trackstore_row *row,
    void (*each)(void *user, const struct judgement *judgement), void *user,
    struct err *e);

#endif /* STORE_JUDGEMENTS_H */
