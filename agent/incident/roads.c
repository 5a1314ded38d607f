/* roads: a letter, figures, and what leads to them. */
#include "agent/incident/roads.h"

#include <string.h>

#include "agent/base/arena.h"

/* Words that follow a road: directions, junctions. */
static const char *const after[] = { "NB", "SB", "EB", "WB", "NBD", "SBD",
	"EBD", "WBD", "NORTHBOUND", "SOUTHBOUND", "EASTBOUND", "WESTBOUND",
	"JUNCTION", "JCT", "SLIP", "ROUNDABOUT", "RBT", "CARRIAGEWAY", "LAYBY",
	"BYPASS", "TOWARDS", "TWDS", "ROAD", "JW", "NEAR", "AT" };

/* "J8", a junction's number. */
static bool
is_junction(const struct idtext *t, size_t i)
{
	struct str s;

	if (i >= t->count || t->tokens[i].kind != IDTEXT_MIXED)
		return false;
	s = idtext_str(t, i);
	return s.len <= 3 && idtext_upper(s.p[0]) == 'J' && s.p[1] >= '0' &&
	       s.p[1] <= '9';
}

static bool
is_led(const struct idtext *t, size_t i)
{
	return i > 0 && idtext_gap_before(t, i) != IDTEXT_STOP &&
	       ((idtext_flags(t, i - 1) & W_ROADWARD) ||
		   idtext_is(t, i - 1, "ON") || idtext_is(t, i - 1, "THE") ||
		   idtext_is(t, i - 1, "ROAD"));
}

static bool
is_followed(const struct idtext *t, size_t i)
{
	size_t k;

	if (is_junction(t, i))
		return true;
	for (k = 0; k < sizeof(after) / sizeof(*after); k++)
		if (idtext_is(t, i, after[k]))
			return true;
	return false;
}

/* A, B or M with as many figures as such roads have; their count, or 0. */
static size_t
count_figures(struct str s)
{
	size_t k;

	if (s.len < 2 || s.len > 5 || !strchr("ABM", idtext_upper(s.p[0])) ||
	    s.p[1] == '0')
		return 0;
	for (k = 1; k < s.len; k++)
		if (s.p[k] < '0' || s.p[k] > '9')
			return 0;
	if (idtext_upper(s.p[0]) == 'M' && s.len > 4)
		return 0;
	return s.len - 1;
}

size_t
roads_read(struct idtext *t, size_t i, struct arena *arena, struct finding *out)
{
	struct str s = idtext_str(t, i);
	size_t figures = count_figures(s);
	bool company;

	if (figures == 0 || t->tokens[i].kind != IDTEXT_MIXED)
		return 0;
	company = is_led(t, i) || is_followed(t, i + 1);
	if (figures < 3 && !company)
		return 0;
	*out = finding_make(FINDING_ROAD, t->tokens[i].start, t->tokens[i].end,
	    company ? "its number, and words that lead to a road"
		    : "the form of a road's number");
	out->certainty = company ? 92 : 75;
	out->value = arena_strf(
	    arena, "%c%.*s", idtext_upper(s.p[0]), (int)figures, s.p + 1);
	return 1;
}
