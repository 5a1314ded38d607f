/*
 * clean: which fixes of a track are the way its recorder went.
 *
 * Nothing is changed and nothing left out: each fix comes back in its order
 * with a mark (enum track_mark), and the derived track is those marked
 * TRACK_MARK_KEEP.  What is marked and why:
 *
 * - same time: a second position for the time of the fix before;
 * - clock back: an earlier time than the fix before, unless the clock goes on
 *   from there (CLEAN_STEP fixes): then it was set, and a new stretch begins;
 * - jump: a place farther off than any such recorder travels in that time,
 *   unless it is there that the track goes on (CLEAN_AGREE fixes): then the
 *   jump was right, or, if fewer stood before it, those were the wrong ones;
 * - outlier: a place beside the line between the fixes before and after it,
 *   farther than 1 g of acceleration would take the recorder there and back;
 * - still: standing within CLEAN_STILL_M for CLEAN_STILL_MS and longer; one
 *   fix in CLEAN_STILL_GAP_MS is kept, and the last before it moves on.
 *
 * Fixes without a time are kept: nothing of this can be said of them.  A new
 * segment begins anew.
 */
#ifndef TRACKS_CLEAN_H
#define TRACKS_CLEAN_H

#include "agent/tracks/track.h"

struct clean; /* opaque; one track, one thread */

#define CLEAN_STEP         30 /* fixes after which a clock was set */
#define CLEAN_AGREE        5  /* fixes that show where the track goes on */
#define CLEAN_OUTLIER_M    30.0
#define CLEAN_STILL_M      10.0
#define CLEAN_STILL_MS     10000
#define CLEAN_STILL_GAP_MS 60000

/* The fastest that a recorder of the class travels, metres a second. */
double clean_speed_max_mps(enum track_class class);

/*
 * Begin a track; each fix comes back to on_fix, in order, some fixes later.
 * Never NULL; released by clean_free().
 */
struct clean *clean_new(enum track_class class,
    void (*on_fix)(
	void *user, const struct track_fix *fix, enum track_mark mark),
    void *user);

/* The next fix. */
void clean_add(struct clean *c, const struct track_fix *fix);

/* There are no more: give back what is still held. */
void clean_finish(struct clean *c);

/* Release *c and set it NULL; what is held is not given back.  NULL is fine. */
void clean_free(struct clean **c);

#endif /* TRACKS_CLEAN_H */
