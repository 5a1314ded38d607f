/*
 * uncounted: words that rules look for, that stand in the texts of an incident
 * and do not count: denied, supposed, past, a part of a name, cancelled later.
 *
 * Whoever reads a log sees the words; this says why the program passed them
 * over.
 */
#ifndef RULES_UNCOUNTED_H
#define RULES_UNCOUNTED_H

#include <stddef.h>

#include "agent/base/str.h"
#include "rules/ruleset.h"

/* At most so many for an incident; the rest is left. */
#define UNCOUNTED_MAX 200

/* One passage, for the first theme that looks for it. */
struct uncounted {
	struct str theme; /* borrowed from the rule set */
	const char *field;
	int entry; /* log entry from 0; -1 if not in the log */
	size_t start, end;
	struct str why; /* contexts by the rules' names, or "cancelled" */
};

/*
 * The passages that would have given points to a theme but for what stands
 * round them, each once for each why, in the order of the rules.  The array is
 * the arena's; returns its count.
 */
size_t uncounted_find(const struct ruleset *rs, const struct incident *in,
    const struct place *place, struct rules_scratch *scratch,
    struct arena *arena, const struct uncounted **out);

#endif /* RULES_UNCOUNTED_H */
