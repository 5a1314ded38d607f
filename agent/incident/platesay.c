/* platesay: walk from the mark while the words may belong to it. */
#include "agent/incident/platesay.h"

#include <stdbool.h>

#define FIX_MAX 14 /* tokens from "correction" to the mark */
#define AFTER   4  /* tokens looked at after it */
#define NO_MAX  4  /* tokens from "no," to the mark, and to the one before */
#define DENY    5  /* and before it for "not" */

/* Words that may stand between "not" and the mark that it denies. */
static bool
is_not_link(const struct idtext *t, size_t i)
{
	static const char *const words[] = { "IS", "IT", "S", "T", "ITS", "THE",
		"WAS", "AS", "BE", "VEH", "VEHICLE", "CAR", "VAN", "A" };
	size_t k;

	if (idtext_flags(t, i) & (W_REG | W_WRONG))
		return true;
	for (k = 0; k < sizeof(words) / sizeof(*words); k++)
		if (idtext_is(t, i, words[k]))
			return true;
	return false;
}

static bool
is_denied_before(const struct idtext *t, size_t first)
{
	size_t i, n;

	for (i = first, n = 0; i > 0 && n < DENY; i--, n++) {
		if (t->tokens[i - 1].gap == IDTEXT_STOP)
			return false;
		if (idtext_flags(t, i - 1) & W_NOT)
			return true;
		if (!is_not_link(t, i - 1))
			return false;
	}
	return false;
}

/* "AB12CDE is wrong", and not "on the wrong side". */
static bool
is_denied_after(const struct idtext *t, size_t last)
{
	static const char *const sides[] = { "SIDE", "WAY", "LANE", "DIRECTION",
		"CARRIAGEWAY" };
	size_t i, k;

	for (i = last; i < t->count && i < last + AFTER; i++) {
		if (t->tokens[i - 1].gap == IDTEXT_STOP)
			return false;
		if (idtext_flags(t, i) & W_WRONG) {
			for (k = 0; k < sizeof(sides) / sizeof(*sides); k++)
				if (idtext_is(t, i + 1, sides[k]))
					return false;
			return true;
		}
		if (!(idtext_flags(t, i) & W_LINK))
			return false;
	}
	return false;
}

/* "correction" before the mark, of the mark and not of a place. */
static bool
is_fix_before(
    const struct idtext *t, size_t first, size_t before, uint32_t words)
{
	size_t i, n;

	for (i = first, n = 0; i > 0 && n < FIX_MAX; i--, n++) {
		if (i == before)
			return false;
		if ((idtext_flags(t, i - 1) & words) &&
		    !(idtext_flags(t, i) & W_PLACE) &&
		    !(i > 1 && (idtext_flags(t, i - 2) & W_PLACE)))
			return true;
	}
	return false;
}

/* "AB12CDE? no, AB12CDF". */
static bool
is_no_before(const struct idtext *t, size_t first, size_t before)
{
	size_t i, n;

	for (i = first, n = 0; i > before && n < NO_MAX; i--, n++) {
		if (idtext_is(t, i - 1, "NO") &&
		    (t->tokens[i - 1].gap == IDTEXT_COMMA ||
			idtext_is(t, i, "WAIT")))
			return before > 0 && i - 1 <= before + NO_MAX;
		if (!(idtext_flags(t, i - 1) & (W_LINK | W_FIX | W_REG)) &&
		    !idtext_is(t, i - 1, "WAIT"))
			return false;
	}
	return false;
}

/* "(correction)" or "is the correct one" after it. */
static bool
is_fix_after(const struct idtext *t, size_t last)
{
	size_t i;

	for (i = last; i < t->count && i < last + AFTER; i++) {
		if (t->tokens[i - 1].gap == IDTEXT_STOP)
			return false;
		if ((idtext_flags(t, i) & W_FIX) &&
		    !(idtext_flags(t, i) & W_WRONG))
			return idtext_is(t, i, "CORRECT") ||
			       idtext_is(t, i, "CORRECTION");
		if (!(idtext_flags(t, i) & W_LINK))
			return false;
	}
	return false;
}

enum platesay
platesay_read(const struct idtext *t, size_t first, size_t last, size_t before)
{
	if (is_denied_before(t, first) || is_denied_after(t, last))
		return PLATESAY_DENIES;
	if (is_fix_before(t, first, before, W_FIX) ||
	    is_no_before(t, first, before) || is_fix_after(t, last))
		return PLATESAY_CORRECTS;
	if (is_fix_before(t, first, before, W_FIXWEAK))
		return PLATESAY_CONFIRMS;
	return PLATESAY_GIVES;
}
