/*
 * series: what rules say of several incidents together.
 *
 * A "series" of a rule file counts incidents: two with a cut padlock within 3
 * days and 5 km, the same vehicle in three, first a cut chain and then a
 * coursing.  It looks back: an incident is judged with those before it, and
 * the tag stands on the one that completes the series.  The order of incidents
 * is that of (time, reference, feed), so that an answer depends on the set of
 * incidents alone and on no order of arrival.
 *
 * A series reads nothing of an incident but its digest: who it is, when and
 * where, its complete plates and its signs, which are those things that rules
 * said of it by itself and that some series counts ("flag precursor").  What a
 * series finds is in no digest, so no series feeds on another.
 *
 * Only what is sure counts: "within 5 km" is true if it is at the far ends of
 * both uncertainties, "distinct places" if it is at the near ends.
 *
 * All of it is pure and in memory.  To judge stored or given incidents:
 *
 *     w = series_window_new(rs);
 *     for each incident, its result from ruleset_tag():
 *             series_digest_make(rs, feed, record, place, result, arena, &d);
 *             series_window_add(w, &d);
 *     for each incident again:
 *             count = series_window_judge(w, &d, arena, &hits);
 *             series_apply(hits, count, arena, result);
 *
 * after which result->tags are what the agent would hold when it has them all.
 */
#ifndef RULES_SERIES_H
#define RULES_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/str.h"
#include "rules/ruleset.h"

struct arena;
struct buf;
struct series_window; /* opaque; one thread */

/* What a series reads of an incident.  All borrowed. */
struct series_digest {
	int64_t id;               /* the caller's own number, given back */
	struct str feed, ref;     /* identity */
	int64_t at_ms;            /* CLOCK_NONE: it takes part in nothing */
	double lat, lon;          /* NAN if not known */
	double uncertainty_m;     /* NAN: LIMITS_SERIES_UNSTATED_M */
	const struct str *plates; /* complete, normalised, sorted */
	size_t plate_count;
	const struct str *signs; /* sorted; none: it takes part in nothing */
	size_t sign_count;
};

/* What one series found of one incident. */
struct series_hit {
	struct str theme; /* borrowed from the rule set, as are hit's texts */
	enum rules_level level;
	bool is_shadow;
	struct rules_hit hit;
};

/* What has to be known to judge an incident, or those after it, again. */
struct series_reach {
	const struct str *signs; /* arena's; that matter, sorted */
	size_t sign_count;
	int64_t window_ms; /* how far back, and on, in time */
};

/* How many series rs has. */
size_t series_count(const struct ruleset *rs);

/* All signs that the series of rs count, sorted; borrowed. */
size_t series_signs(const struct ruleset *rs, const struct str **out);

/* A series, for people; borrowed from the rule set. */
struct series_about {
	struct str name, title, theme;
	bool is_shadow;
	enum rules_level level;
	int points;
	struct str says; /* "at least 2 of flag precursor within …" */
};

/* Series number i of rs, below series_count(), in the order of the files. */
struct series_about series_about(const struct ruleset *rs, size_t i);

/*
 * The digest of the incident record of feed at place, of which the rules said
 * own (before series_apply()).  *out borrows from all of them and from arena;
 * its id is 0.
 */
void series_digest_make(const struct ruleset *rs, struct str feed,
    const struct incident *record, const struct place *place,
    const struct rules_result *own, struct arena *arena,
    struct series_digest *out);

/* True if no series can tell a from b; the id is not looked at. */
bool series_digest_is_equal(
    const struct series_digest *a, const struct series_digest *b);

/*
 * What must be in a window to judge d (reach before it) and to see what d
 * changes for others (reach on both sides): of each of the signs the nearest
 * LIMITS_SERIES_POOL_MAX incidents on a side, in the order of incidents, no
 * farther than window_ms.  More do no harm.  No signs: nothing.
 */
void series_reach_find(const struct ruleset *rs, const struct series_digest *d,
    struct arena *arena, struct series_reach *out);

/* A window without incidents.  Borrows rs.  The caller owns it. */
struct series_window *series_window_new(const struct ruleset *rs);

/* Release *w and set it NULL. */
void series_window_free(struct series_window **w);

/*
 * Add an incident; copies.  Its identity may not be in the window.  One that
 * takes part in nothing is left out.
 */
void series_window_add(struct series_window *w, const struct series_digest *d);

/* Take out an incident, known by its identity and time, if it is there. */
void series_window_remove(
    struct series_window *w, const struct series_digest *d);

/* How many incidents are in w. */
size_t series_window_count(const struct series_window *w);

/*
 * The incidents after d in the window (d need not be there itself), in order.
 * The array is the arena's, what it points to is w's until it changes.
 */
size_t series_window_after(struct series_window *w,
    const struct series_digest *d, struct arena *arena,
    const struct series_digest ***out);

/*
 * What the series say of d, which was added to w (or takes part in nothing),
 * together with those before it in w: the hits, in the order of the series.
 * They are the arena's and borrow from the rule set.
 */
size_t series_window_judge(struct series_window *w,
    const struct series_digest *d, struct arena *arena,
    const struct series_hit **out);

/* An incident that another one's change may have given another answer. */
struct series_touched {
	const struct series_digest *digest; /* w's, until it is taken out */
	bool has_changed;
	const struct series_hit *hits; /* what is said of it now */
	size_t hit_count;
};

/*
 * One incident has changed from was to is, which is in w if it takes part in
 * anything: the incidents after around, which is one of the two, no farther
 * than window_ms, that it can concern, in order; the arena's.
 */
size_t series_window_touched(struct series_window *w,
    const struct series_digest *around, const struct series_digest *was,
    const struct series_digest *is, int64_t window_ms, struct arena *arena,
    const struct series_touched **out);

/* True if two answers say the same, word by word. */
bool series_hits_are_equal(const struct series_hit *a, size_t a_count,
    const struct series_hit *b, size_t b_count);

/*
 * Add hits to what the rules said of the incident by itself: to the tag of
 * their theme, or as a new one (shadow series: to the shadows).  Flags and
 * rural crime are left as they are: they are about the incident alone.  New
 * arrays are the arena's.
 */
void series_apply(const struct series_hit *hits, size_t count,
    struct arena *arena, struct rules_result *result);

/*
 * Append to out what the series called name is, for people who explain one
 * incident: a series is about several and is not explained there.  Absent
 * name: one line for each.  Returns how many were named.
 */
size_t series_describe(
    const struct ruleset *rs, struct str name, struct buf *out);

#endif /* RULES_SERIES_H */
