/*
 * explain: why a rule says what it says of an incident, and why not.
 *
 * For each rule every ground with what it gave, the words that made it true
 * and in which contexts they stand, or the first part of it that failed with
 * the actual value; where words were found but do not count (denied, past, in
 * a name, cancelled later), that is said; what bars the rule; and the smallest
 * change that would take it to its next level, or from the level it has
 * (flip.h).
 */
#ifndef RULES_EXPLAIN_H
#define RULES_EXPLAIN_H

#include "rules/ruleset.h"

/* One ground, as it came out. */
struct explain_ground {
	const char *kind; /* give, take, need, veto, … */
	bool holds;
	int points;      /* given (> 0) or taken (< 0) */
	struct str why;  /* the author's words, or the condition */
	struct str says; /* what was found, or what failed and how it is */
	struct str file;
	size_t line;
};

/* One change of several: what would be so, and how it is. */
struct explain_change {
	struct str condition, now;
};

/* Changes that together do it. */
struct explain_set {
	const struct explain_change *changes;
	size_t count;
};

/* The smallest changes to one level; each set would do alone. */
struct explain_flip {
	enum rules_level level; /* of the rule then, at least or at most */
	const struct explain_set *sets;
	size_t count; /* 0: none was found */
};

/* One rule.  All of it is the arena's or borrowed from what was explained. */
struct explain_rule {
	struct str rule, title;
	struct str subject; /* the theme or flag */
	bool is_flag, is_shadow;
	enum rules_level level;
	int score;
	bool is_barred;
	bool is_found; /* some ground holds */
	const struct explain_ground *grounds;
	size_t ground_count;
	int alert, review; /* from so many points; 0: it has no such level */
	bool has_up, has_down;
	struct explain_flip up, down;
};

/*
 * Explain the rule called name, or every rule if name is absent, of in at
 * place; *out is the arena's, flags come first.  Returns how many; 0 means
 * that no rule has that name (a series is about several incidents and is not
 * explained: series_describe()).  Flips are looked for in the rule that is
 * named, or in all that some word woke.
 */
size_t explain_rules(const struct ruleset *rs, const struct incident *in,
    const struct place *place, struct rules_scratch *scratch, struct str name,
    struct arena *arena, const struct explain_rule **out);

/* Append r for people, in some lines; in one line if brief and not found. */
void explain_print(const struct explain_rule *r, bool brief, struct buf *out);

#endif /* RULES_EXPLAIN_H */
