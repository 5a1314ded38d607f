/*
 * coverage: what the tests of rules have seen of their conditions.
 *
 * A leaf of a condition (one "text has …", one fact, one flag, one number) is
 * covered when tests have seen it true and have seen it false, where it was
 * asked: what stands after a part of an "and" that is false, or after a veto
 * that holds, is not.  "Not known" is neither true nor false.
 */
#ifndef RULES_COVERAGE_H
#define RULES_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/str.h"

struct coverage; /* opaque */
struct rules_scratch;
struct ruleset;

/* One leaf; texts are borrowed from the rule set. */
struct coverage_leaf {
	struct str file;
	size_t line, column; /* from 1; columns are characters */
	struct str rule;
	struct str text; /* as the author wrote it, perhaps on several lines */
	bool seen_true, seen_false, seen_unknown;
};

/* Nothing seen yet of rs, which outlives it. */
struct coverage *coverage_new(const struct ruleset *rs);

/* Release *c and set it NULL. */
void coverage_free(struct coverage **c);

/*
 * Look at all rules, awake or not, with the incident that s was last used to
 * tag with c's rule set.
 */
void coverage_look(struct coverage *c, struct rules_scratch *s);

/* Number of leaves; *covered: of those covered. */
size_t coverage_count(const struct coverage *c, size_t *covered);

/*
 * The next leaf, in the order of the text; *at is 0 at first and the
 * iterator's own.  Returns false at the end.
 */
bool coverage_next(
    const struct coverage *c, size_t *at, struct coverage_leaf *out);

/* Seen true and seen false. */
bool coverage_is_covered(const struct coverage_leaf *leaf);

#endif /* RULES_COVERAGE_H */
