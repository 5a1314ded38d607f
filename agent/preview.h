/*
 * preview: what a candidate rule set would say otherwise than the live one.
 *
 * Counting and a few examples; pure, no I/O.  Each thread counts into a preview
 * of its own, and preview_merge() puts them together: the result does not
 * depend on which thread saw what.
 */
#ifndef AGENT_PREVIEW_H
#define AGENT_PREVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/str.h"
#include "agent/geo/place.h"
#include "rules/ruleset.h"

struct incident;

/* What became of a theme on one incident. */
enum preview_kind {
	PREVIEW_GAINED,   /* the candidate says it, the live set does not */
	PREVIEW_LOST,     /* the other way round */
	PREVIEW_RAISED,   /* review is now alert */
	PREVIEW_LOWERED,  /* alert is now review */
	PREVIEW_RESCORED, /* same level, another score */
	PREVIEW_KIND_COUNT
};

#define PREVIEW_LEVEL_COUNT (RULES_ALERT + 1)
#define PREVIEW_HOUR_NONE   24 /* it is not known when it was opened */
#define PREVIEW_MONTH_NONE  (-1)

/* Differences by kind. */
struct preview_counts {
	int64_t n[PREVIEW_KIND_COUNT];
};

/* One row of a breakdown. */
struct preview_row {
	int month;  /* year * 12 + month from 0; or PREVIEW_MONTH_NONE */
	char *name; /* owned: a district, NULL if it is not known */
	struct preview_counts counts;
};

/* Rows in the order of first appearance, until preview_finish(). */
struct preview_rows {
	struct preview_row *items; /* owned */
	size_t count, cap;
};

/* One incident as an example of a difference. */
struct preview_example {
	uint64_t rank; /* the lowest are kept: any incident as likely */
	char *feed, *ref, *district, *location; /* owned; NULL: not known */
	int64_t opened_ms;
	enum rules_level live, candidate;
	int live_score, candidate_score;
	/* JSON of tagjson_rules(), owned; NULL: nothing stands */
	char *live_rules, *candidate_rules;
};

/* What a person decided about a theme of an incident. */
struct preview_verdict {
	int64_t number; /* of the incident in its source */
	char theme[40];
	enum {
		PREVIEW_CONFIRMED = 1,
		PREVIEW_REJECTED,
		PREVIEW_BY_HAND
	} said;
};

/* The two sets, as indices. */
enum preview_side {
	PREVIEW_LIVE,
	PREVIEW_CANDIDATE,
	PREVIEW_SIDE_COUNT
};

/* One rule: the incidents on which it gave points to a tag. */
struct preview_rule {
	struct str theme, rule; /* borrowed from a rule set */
	int64_t live, candidate, gained, lost;
};

/* One theme. */
struct preview_theme {
	struct str name;                        /* borrowed from a rule set */
	int64_t live[PREVIEW_LEVEL_COUNT];      /* tags, by level */
	int64_t candidate[PREVIEW_LEVEL_COUNT]; /* likewise */
	struct preview_counts counts;           /* differences */
	/* Of its tags, those that people confirmed and rejected, by side; of
	   those that people added by hand, those it has. */
	int64_t right[PREVIEW_SIDE_COUNT], wrong[PREVIEW_SIDE_COUNT];
	int64_t added, found[PREVIEW_SIDE_COUNT];
	struct preview_rows months, districts;                /* of them */
	struct preview_counts hours[PREVIEW_HOUR_NONE + 1];   /* London time */
	struct preview_example *examples[PREVIEW_KIND_COUNT]; /* owned */
	size_t example_count[PREVIEW_KIND_COUNT];
};

/* A yes-or-no answer: how often each set says yes, and only one of them. */
struct preview_question {
	int64_t live, candidate, gained, lost;
};

/* All of it. */
struct preview {
	struct preview_theme *themes; /* owned; by name */
	size_t theme_count;
	struct preview_rule *rules; /* owned; by theme and name when finished */
	size_t rule_count, rule_cap;
	size_t examples_max;          /* kept of each theme and kind */
	int64_t incidents, different; /* different: in a theme or an answer */
	int64_t first_ms, last_ms;    /* opened; CLOCK_NONE: none was */
	struct preview_question rural, progress;
};

/* An incident and what both sets say of it; all borrowed for the call. */
struct preview_case {
	const struct incident *incident;
	const struct place *place;
	struct str feed; /* absent: from a file */
	const struct rules_result *live, *candidate;
	const struct preview_verdict *verdicts; /* about it; NULL if none */
	size_t verdict_count;
};

/* Begin, with the themes of both sets, which outlive p. */
void preview_init(struct preview *p, const struct ruleset *live,
    const struct ruleset *candidate, size_t examples_max);

/* Count one incident. */
void preview_add(struct preview *p, const struct preview_case *c);

/*
 * Take back what preview_add() counted for the same incident and answers, to
 * count it with others.  The span of time stays.
 */
void preview_remove(struct preview *p, const struct preview_case *c);

/* Add what from counted to into; from keeps its memory and nothing else. */
void preview_merge(struct preview *into, struct preview *from);

/* Sort rows and examples.  Once, after the last. */
void preview_finish(struct preview *p);

/* Release what p has. */
void preview_release(struct preview *p);

/* "gained", "lost", "raised", "lowered" or "rescored". */
const char *preview_kind_name(enum preview_kind kind);

/* True if any of counts is not 0. */
bool preview_counts_any(const struct preview_counts *c);

#endif /* AGENT_PREVIEW_H */
