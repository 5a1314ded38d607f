/*
 * fairness: do tags follow conduct, whoever the caller says people are?
 *
 * A log is read again with words exchanged that must change nothing: words for
 * people against words that name them by a group, words before them that say of
 * what group they are, names of people; and the same beside and inside the words
 * that a tag rests on.  Each set of words has a neutral one first, and all
 * others are held against what is said with that.  The sets stand here and know
 * nothing of any rule.
 */
#ifndef AGENT_FAIRNESS_H
#define AGENT_FAIRNESS_H

#include <stddef.h>

#include "agent/geo/place.h"
#include "agent/incident/incident.h"
#include "rules/ruleset.h"

/* A difference that should not be. */
struct fairness_change {
	const char *set;     /* "people", "before a word for people", … */
	const char *neutral; /* the word held against */
	const char *word;    /* the word that made the difference */
	struct str subject;  /* a theme, a flag, or "rural crime" */
	enum rules_level level_before, level_after;
	int score_before, score_after;
};

/* What came of one incident or of many. */
struct fairness_count {
	size_t incidents, readings, changed; /* changed: readings */
};

/* What is needed to read an incident. */
struct fairness_reader {
	const struct ruleset *rules;
	struct rules_scratch *scratch;
	void (*on_change)(void *user, const struct incident *in,
	    const struct fairness_change *change);
	void *user;
};

/*
 * Read in, at place, in all its forms; each change is told to on_change and
 * counted.
 */
void fairness_check(const struct fairness_reader *r, const struct incident *in,
    const struct place *place, struct fairness_count *count);

#endif /* AGENT_FAIRNESS_H */
