/* series_private: what the files of series share and nobody else sees. */
#ifndef RULES_SERIES_PRIVATE_H
#define RULES_SERIES_PRIVATE_H

#include "rules/engine.h"
#include "rules/series.h"

/* An incident in a window: one block of the heap, the texts behind it. */
struct series_entry {
	struct series_digest digest; /* its lists and texts are here below */
	struct engine_signs signs;   /* those of the rule set */
	int64_t day;                 /* calendar day in London, numbered */
	struct str lists[];
};

/* Incidents in order, for one rule set. */
struct series_window {
	const struct ruleset *rs;      /* borrowed */
	struct series_entry **entries; /* owned, and so is each */
	size_t count, cap;
	bool is_sorted; /* as far as it was read last … */
	bool is_read;   /* … since when each addition goes to its place */
	const struct series_entry **pool; /* owned; of one judgement */
};

/* How many entries stand before d. */
size_t series_window_rank(
    struct series_window *w, const struct series_digest *d);

/* Where d's identity stands, or w->count. */
size_t series_window_find(
    struct series_window *w, const struct series_digest *d);

/* d as an entry for w, outside it; the caller frees it. */
struct series_entry *series_entry_new(
    const struct ruleset *rs, const struct series_digest *d);

/* The signs of the rule set that d has. */
struct engine_signs series_signs_of(
    const struct ruleset *rs, const struct series_digest *d);

/* One that may be counted together with the incident that is judged. */
struct series_member {
	const struct series_entry *entry;
	double distance_m, uncertainty_m; /* to the one judged */
};

/* Incidents that make a series, the one judged not among them. */
struct series_found {
	struct series_member *members; /* the newest first */
	size_t count;
	struct str plate; /* that all have, if that is asked */
};

/* The order of incidents: by time, reference, feed. */
int series_compare(
    const struct series_digest *a, const struct series_digest *b);

/* True if a and b have a sign in common. */
bool series_signs_meet(
    const struct engine_signs *a, const struct engine_signs *b);

/*
 * Could s count e together with last at all, whatever else there is?  e is
 * before last.
 */
bool series_may_count(const struct engine_series *s,
    const struct series_entry *e, const struct series_entry *last);

/*
 * Do before[0] to before[count - 1], in the order of incidents, and then last
 * make s?  Returns true and fills *out (arena's).
 */
bool series_find(const struct engine_series *s,
    const struct series_entry *const *before, size_t count,
    const struct series_entry *last, struct arena *arena,
    struct series_found *out);

/* What was found, as evidence: the hit of s. */
void series_evidence(const struct ruleset *rs, const struct engine_series *s,
    const struct series_found *found, struct arena *arena,
    struct rules_hit *out);

#endif /* RULES_SERIES_PRIVATE_H */
