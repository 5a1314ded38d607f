/*
 * tracktwin: the same journey in another stored track.
 *
 * A journey is known again by places of it that are 200 m and more apart: the
 * other track passes them all, each the same time earlier or later.  The same
 * road on another day is not the same journey, since nobody drives it at the
 * same pace to a few seconds.
 */
#ifndef TRACKTWIN_H
#define TRACKTWIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/tracks/track.h"

struct err;
struct trackstore;

/* Places that are looked for; with fewer than the least nothing is. */
#define TRACKTWIN_PLACES_MAX 16
#define TRACKTWIN_PLACES_MIN 8

/* Places of a journey, spread over all of it; begin with zeroes. */
struct tracktwin_places {
	struct track_fix at[TRACKTWIN_PLACES_MAX];
	size_t count;
	double apart_m; /* 0: not begun */
};

/* Another track with the same journey. */
struct tracktwin {
	int64_t track_id; /* 0: there is none */
	bool is_known;    /* its time in UTC is */
	int64_t ahead_ms; /* our times less the twin's, both as recorded */
};

/* The next kept fix of the journey; those without a time are passed over. */
void tracktwin_add(struct tracktwin_places *p, const struct track_fix *fix);

/*
 * Look for the same journey, within half a day and what zones differ of it.
 * Fills *out and returns 1, 0 if there is none, or -1.  Of several, one whose
 * time in UTC is known and least uncertain.  except: a track that is not
 * looked at, or 0.
 */
NODISCARD int tracktwin_find(struct trackstore *ts,
    const struct tracktwin_places *p, int64_t except, struct tracktwin *out,
    struct err *e);

#endif /* TRACKTWIN_H */
