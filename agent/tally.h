/*
 * tally: how often what the rules said was what the labels say.
 *
 * A theme counts as said if its tag stands at either level; "alert" counts the
 * tags of that level alone.  Ratios without cases (nothing was said, nothing
 * was to be found) are NAN.  In an average over themes they count as 0, so
 * that silence is never rewarded.  Pure counting: no I/O.
 */
#ifndef AGENT_TALLY_H
#define AGENT_TALLY_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/corpus.h"
#include "rules/ruleset.h"

struct arena;
struct plate;

/* One yes-or-no question over all incidents. */
struct tally_counts {
	size_t right;  /* true positives */
	size_t wrong;  /* false positives */
	size_t missed; /* false negatives */
	size_t absent; /* true negatives; 0 where there is no such thing */
};

/* Precision, recall, F1 and accuracy of counts, from 0 to 1 or NAN. */
struct tally_ratios {
	double precision, recall, f1, accuracy;
};

/* One theme. */
struct tally_theme {
	struct str name;
	struct tally_counts any;   /* said at either level */
	struct tally_counts alert; /* said as an alert */
	bool is_declared;          /* in the rule set */
};

/* One reason a rule gave or took points for. */
struct tally_ground {
	struct str why; /* in the rule's words */
	int points;     /* each time; what "each" gives may differ */
	size_t right, wrong;
};

/* One rule that stood somewhere. */
struct tally_rule {
	struct str name, subject; /* subject: theme or flag */
	bool is_flag, is_shadow;
	/* Incidents in which it stood; unjudged: no label speaks of that. */
	size_t right, wrong, unjudged;
	long points_right, points_wrong;
	struct tally_ground *grounds; /* owned */
	size_t ground_count;
};

/* The incidents of one class: a hard class, or a setting. */
struct tally_group {
	struct str name;
	size_t incidents;
	size_t all_right; /* of them nothing wrong */
	struct tally_counts themes, rural;
};

/* What was wrong with one incident, as bits. */
#define TALLY_THEMES   1U
#define TALLY_RURAL    2U
#define TALLY_BASIS    4U
#define TALLY_PROGRESS 8U
#define TALLY_PLATES   16U

/* All counts.  Begin with tally_init(). */
struct tally {
	size_t incidents, all_right;
	struct tally_theme *themes; /* owned; by name once finished */
	size_t theme_count;
	struct tally_rule *rules; /* owned; by subject and name */
	size_t rule_count;
	struct tally_group *hard, *settings; /* owned; by name */
	size_t hard_count, setting_count;
	struct tally_counts micro, micro_alert; /* sums over the themes */
	struct tally_counts rural, progress, plates;
	/* [what the label says][what was said] */
	size_t basis[CORPUS_BASIS_COUNT][CORPUS_BASIS_COUNT];
};

/* What was said of one incident. */
struct tally_said {
	const struct rules_result *result;
	const struct plate *plates;
	size_t plate_count;
};

/* Begin, with the themes that rs can give.  rs outlives t. */
void tally_init(struct tally *t, const struct ruleset *rs);

/* Count one incident; text is borrowed.  Returns what was wrong with it. */
unsigned tally_add(struct tally *t, const struct corpus_item *item,
    const struct tally_said *said);

/* Work out sums and what was absent, and sort.  Once, after the last. */
void tally_finish(struct tally *t);

/* Release what t has. */
void tally_release(struct tally *t);

/* The ratios of counts. */
struct tally_ratios tally_ratios(const struct tally_counts *c);

/*
 * The average over all themes that a label or a tag names, each counting the
 * same, of the ratios at either level.  accuracy is NAN.
 */
struct tally_ratios tally_macro(const struct tally *t);

/* The share of incidents whose basis is the label's. */
double tally_basis_accuracy(const struct tally *t);

/* The tag for theme, or NULL. */
const struct rules_tag *tally_find_tag(
    const struct rules_result *r, struct str theme);

/* True if mark is among the plates. */
bool tally_has_plate(const struct tally_said *said, struct str mark);

/* True if mark is among the labelled ones. */
bool tally_has_vrm(const struct corpus_item *item, struct str mark);

#endif /* AGENT_TALLY_H */
