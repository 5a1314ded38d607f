/*
 * trackjudge: what a track's clock is held to be is written down, and what was
 * judged by it is judged anew.
 *
 * A track that shows the same journey as another (tracktwin.h) names it, and by
 * how much its times are apart from the other's as both recorded them, which
 * nothing ever changes.  Whenever the clock of the one is judged the other's
 * follows, and the next one that names that; but what a person has judged stays.
 * So it does not matter which came first, nor which was set right first.
 *
 * All of it is in the caller's transaction.
 */
#ifndef TRACKJUDGE_H
#define TRACKJUDGE_H

#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/tracks/clockbasis.h"

struct arena;
struct err;
struct judgement;
struct judgements;
struct store;
struct trackstore;
struct trackstore_row;

/* On what; all borrowed, and on one connection. */
struct trackjudge {
	struct store *store;
	struct trackstore *tracks;
	struct judgements *judgements;
	struct arena *arena;
};

/* Who has something judged, and by which command; borrowed. */
struct trackjudge_word {
	const char *command; /* "track clock" */
	const char *actor;
	int64_t now_ms;
};

/* The facts of a track that stand in its row: all but place and twin. */
void trackjudge_facts(
    const struct trackstore_row *row, struct clockbasis_facts *out);

/*
 * What another track says of the clock of one whose times are ahead_ms more
 * than the other's as both recorded them: by how its clock stands, or, while
 * that is unknown since others contradict it, by what it would be without them.
 * 1, 0 if its time in UTC cannot be known even so, -1.
 */
NODISCARD int trackjudge_twin(const struct trackjudge *j,
    const struct trackstore_row *other, int64_t ahead_ms,
    struct clockbasis_twin *out, struct err *e);

/*
 * Let next follow on what stands, which it then names (judgements_add); the
 * track's row and boxes say the same from then on, and the audit log has a
 * line.
 */
NODISCARD int trackjudge_write(const struct trackjudge *j,
    const struct trackstore_row *row, struct judgement *next,
    const struct trackjudge_word *word, struct err *e);

/*
 * The clock of track id was judged: judge anew what names it, and so on; how
 * many clocks that changed, or -1.
 */
NODISCARD int64_t trackjudge_follow(const struct trackjudge *j, int64_t id,
    const struct trackjudge_word *word, struct err *e);

/*
 * The clock of track id is again as it was before something else was judged:
 * judge it anew by the one that it names, unless that one follows it.  1 if it
 * has changed, 0 or -1.
 */
NODISCARD int trackjudge_refresh(const struct trackjudge *j, int64_t id,
    const struct trackjudge_word *word, struct err *e);

/*
 * A stored track names a twin, which is to know of that: it is judged anew by
 * the newcomer, and follows it from now on if it followed none or is now known
 * better.  How many clocks that changed, or -1.
 */
NODISCARD int64_t trackjudge_meet(const struct trackjudge *j, int64_t id,
    const struct trackjudge_word *word, struct err *e);

#endif /* TRACKJUDGE_H */
