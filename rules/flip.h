/*
 * flip: the smallest change to an incident that would change what a rule says.
 *
 * A change is one passage that is there or is not, one flag, one field with
 * another value, more passages where each gives points, or a cancellation that
 * had not been.  What follows from it by the form of the conditions (where
 * "@dogs near 5 @hares" is, so is @dogs; the month decides the season) is taken
 * into account, and every answer has been tried on the compiled rule.  All answers of the smallest
 * size are looked for, by trying; where that would take too many trials the
 * answer is none.
 */
#ifndef RULES_FLIP_H
#define RULES_FLIP_H

#include "rules/engine.h"
#include "rules/norm.h"

struct arena;

/* What a change is about. */
enum flip_kind {
	FLIP_LEAF,     /* a passage, a number or a flag is there, or is not */
	FLIP_FACT,     /* a field has one of some values */
	FLIP_PASSAGES, /* more passages of a ground that gives points for each */
	FLIP_TURN      /* it was not cancelled */
};

/* One change; which members count is its kind's to say. */
struct flip_change {
	enum flip_kind kind;
	uint32_t op; /* of a leaf, or of one that asks for the field */
	bool to;     /* of a leaf: is it true then? */
	enum field_id field;
	const struct norm_range *ranges; /* the arena's; any value will do */
	size_t range_count;
	uint32_t ground; /* of passages: the rule set's */
	int more;        /* how many more */
};

/* Changes that together do it. */
struct flip {
	const struct flip_change *const *changes;
	size_t count;
};

/* At most so many changes together, and so many answers. */
#define FLIP_CHANGES_MAX 4
#define FLIP_ANSWERS_MAX 12

/*
 * Which changes take rule number index, of the incident that s was prepared
 * for (as for eval_rule(), which has been called), above its present level, or
 * if down is set below it.  Returns the number of answers, all of one size, the
 * least; *out is the arena's.
 */
size_t flip_find(const struct ruleset *rs, struct rules_scratch *s,
    uint32_t index, bool down, struct arena *arena, const struct flip **out);

#endif /* RULES_FLIP_H */
