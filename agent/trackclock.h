/*
 * trackclock: a person's word on a track's clock.
 *
 * What a known place and time say of it (clockplace.h), and how a correction
 * becomes what stands: one transaction with the judgement before it kept, the
 * track's row and boxes changed, a line in the audit log, the same of each track
 * whose clock was judged by this one (trackjudge.h), and all of them due for the
 * finder.  Matches by the clock before are out of sight from that instant
 * (matches.h).  Killed at any step it has happened or has not.  The original,
 * and the times of its fixes, are never touched.
 */
#ifndef TRACKCLOCK_H
#define TRACKCLOCK_H

#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/tracks/clockplace.h"

struct err;
struct store;
struct trackclock; /* opaque; one store, one thread */
struct trackstore_row;

/* Bytes of how something is known, for people. */
#define TRACKCLOCK_NOTE_MAX 300

/* Who, and how it is known; borrowed. */
struct trackclock_word {
	const char *actor;
	struct str note; /* or absent */
	int64_t now_ms;
};

/* What was done. */
struct trackclock_result {
	int64_t number;   /* of the judgement that stands */
	int64_t followed; /* clocks of the same journey that changed by it */
};

/* A trackclock on store, borrowed.  The caller owns *out. */
NODISCARD int trackclock_open(
    struct store *store, struct trackclock **out, struct err *e);

/* Release *tc and set it NULL.  NULL is fine. */
void trackclock_close(struct trackclock **tc);

/*
 * Walk along a track and finish *out (clockplace_finish): where it passes what
 * is known.  Writes nothing.
 */
NODISCARD int trackclock_look(struct trackclock *tc,
    const struct trackstore_row *row, const struct clockplace_known *known,
    struct clockplace *out, struct err *e);

/*
 * Let what a pass says stand, and judge anew what was judged by this track
 * (trackjudge.h).  ERR_TEMPORARY if the track is no more as row has it.
 */
NODISCARD int trackclock_correct(struct trackclock *tc,
    const struct trackstore_row *row, const struct clockplace *walk,
    const struct clockplace_pass *pass, const struct trackclock_word *word,
    struct trackclock_result *out, struct err *e);

/*
 * Let stand again what the judgement that stands has replaced: 1, 0 if it has
 * replaced none, -1 as above.
 */
NODISCARD int trackclock_undo(struct trackclock *tc,
    const struct trackstore_row *row, const struct trackclock_word *word,
    struct trackclock_result *out, struct err *e);

#endif /* TRACKCLOCK_H */
