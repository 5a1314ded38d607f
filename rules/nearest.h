/*
 * nearest: the rule that came nearest to a theme or flag that does not stand.
 *
 * For whoever asks why something was not said: which of its rules lacks least,
 * and what would have been enough.
 */
#ifndef RULES_NEAREST_H
#define RULES_NEAREST_H

#include "rules/ruleset.h"

/* A rule that does not stand, and why not. */
struct nearest {
	struct str rule; /* borrowed from the rule set */
	int score;       /* what its own grounds come to, without weighs */
	int lowest;      /* what they have to, beside the log's words */
	/* A veto that holds or a need that does not: its words, or absent. */
	struct str barred_by;
	bool is_veto;
	/*
	 * If points are lacking: the ground that gives the fewest that would
	 * be enough, or the most that any gives; absent if all hold.
	 */
	struct str lacks;
	int lacks_points;
};

/*
 * Of the rules for subject (a theme, or a flag if is_flag) that do not stand on in
 * at place, the one that lacks the fewest points.  Shadow rules are passed
 * over.  False if there is none.
 */
bool nearest_find(const struct ruleset *rs, const struct incident *in,
    const struct place *place, struct rules_scratch *scratch,
    struct str subject, bool is_flag, struct nearest *out);

#endif /* RULES_NEAREST_H */
