/*
 * preview_series: the series of two rule sets over all incidents of a preview.
 *
 * A series is judged with incidents before it, which another thread may have,
 * or nobody yet.  So threads hand over digests while they count each incident
 * by itself; then all are judged together, and the few incidents that complete
 * a series in either set are counted anew.  Memory grows with the incidents
 * that have a sign that some series counts, and with nothing else.
 */
#ifndef AGENT_PREVIEW_SERIES_H
#define AGENT_PREVIEW_SERIES_H

#include <stddef.h>
#include <stdint.h>

#include "agent/preview.h"
#include "rules/ruleset.h"

struct arena;
struct preview_series; /* opaque */

/* For the series of both sets, which outlive it.  The caller owns it. */
struct preview_series *preview_series_new(
    const struct ruleset *live, const struct ruleset *candidate);

/* Release *s and set it NULL.  NULL is fine. */
void preview_series_free(struct preview_series **s);

/*
 * Hand over one incident, number of its source, and what the rules of each set
 * said of it by itself.  Any thread; copies.
 */
void preview_series_add(struct preview_series *s, int64_t number,
    const struct preview_case *c, struct arena *arena);

/*
 * The numbers of the incidents that complete a series of either set, sorted.
 * One thread, after the last was added.  The array is s's.
 */
size_t preview_series_numbers(
    struct preview_series *s, const int64_t **numbers);

/*
 * Add what the series say of c to live and candidate, which are what the rules
 * of each set said of it by itself.  As for the numbers; new parts are arena's.
 */
void preview_series_apply(struct preview_series *s,
    const struct preview_case *c, struct rules_result *live,
    struct rules_result *candidate, struct arena *arena);

#endif /* AGENT_PREVIEW_SERIES_H */
