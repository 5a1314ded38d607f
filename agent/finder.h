/*
 * finder: which recordings could show an incident.
 *
 * The question is made of the incident's place with its uncertainty and of the
 * time in which it will have happened (when.h), the answer of approach.h for
 * each track that was near.  How far a camera sees anything depends on what it
 * is: the table of finder_ranges().
 *
 * finder_turn() keeps the stored matches (matches.h) up to date and is called
 * by the agent behind the intake, in a thread of its own (findwork.h): it reads
 * without a lock, and writes what it found in a short transaction that begins
 * by seeing whether what it read is still so.
 *
 * Every look that reads positions writes a "consultation" line to the audit log,
 * every new match a "combination" line.
 */
#ifndef AGENT_FINDER_H
#define AGENT_FINDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/incident/when.h"
#include "agent/store/trackstore.h"
#include "agent/tracks/approach.h"

struct arena;
struct err;
struct finder; /* opaque; one store, one thread */
struct incident;
struct jsonw;
struct matches_row;
struct store;
struct store_incident;

/*
 * A place that is less certain than this is nobody's place: a recording from
 * somewhere in it is no match unless somebody asks.
 */
#define FINDER_PLACE_MAX_M 2000.0

/* What a place is taken to be off by if nobody said. */
#define FINDER_PLACE_M 100.0

/* How far a recorder of a class sees anything, and how. */
struct finder_range {
	double within_m;
	double fov_deg; /* NAN: not known */
	bool is_ahead;  /* its lens looks the way it moves */
};

/* What is asked. */
struct finder_ask {
	const struct store_incident *row; /* borrowed */
	const struct incident *record;    /* borrowed */
	double within_m;    /* in range; NAN: by class of recorder */
	int64_t spread_ms;  /* of the time, both ends; -1: as the log says */
	int64_t only_track; /* 0: all */
	bool is_wide; /* also unknown clocks and places of any uncertainty */
};

/* A recording that could show it. */
struct finder_hit {
	struct trackstore_row track; /* text is the arena's */
	struct approach_question question;
	struct approach approach;
};

/* What was found, the best first. */
struct finder_list {
	struct finder_hit *hits; /* the arena's */
	size_t count;
	size_t looked;           /* tracks of which positions were read */
	int64_t *unreadable;     /* tracks near that are damaged; the arena's */
	size_t unreadable_count; /* nothing is said of them */
	struct when when;        /* the time that was asked about */
	const char
	    *why_not; /* nothing could be asked, and why; static; or NULL */
};

/* The range of a class. */
const struct finder_range *finder_range_of(enum track_class class);

/* A finder on st, borrowed.  The caller owns *out (finder_free). */
NODISCARD int finder_new(struct store *st, struct finder **out, struct err *e);

/* Release *f and set it NULL.  NULL is fine. */
void finder_free(struct finder **f);

/*
 * Answer ask, in arena.  Writes nothing.  A track whose positions are damaged
 * on disk is passed over, which the log says.
 */
NODISCARD int finder_search(struct finder *f, const struct finder_ask *ask,
    struct arena *arena, struct finder_list *out, struct err *e);

/*
 * Make the stored matches of an incident those of list, which is what
 * finder_search() said of ask without is_wide, within and spread; in the
 * caller's transaction.  actor stands in the audit log.  Returns the number of
 * matches made or ended, or -1.  The matches of tracks that cannot be read
 * stay as they are.
 */
NODISCARD int finder_keep(struct finder *f, const struct finder_ask *ask,
    const struct finder_list *list, const char *actor, int64_t now_ms,
    struct err *e);

/*
 * Look once: for a track that is new or whose clock was corrected, at the
 * incidents; else for the next incidents that messages came of, at the tracks.
 * 1 if there may be more to do, 0 if not, -1.
 */
NODISCARD int finder_turn(struct finder *f, int64_t now_ms, struct err *e);

/* Members of a JSON object that say all about a hit. */
void finder_json(struct jsonw *w, const struct finder_hit *hit);

#endif /* AGENT_FINDER_H */
