/*
 * plateform: each form is a row of up to three groups, each letters of a set or
 * figures; a run fits if it can be cut into them.
 */
#include "agent/incident/plateform.h"

#include <string.h>

#include "agent/base/check.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define GROUPS       3

/* Letters that may stand in a group. */
#define LETTERS   "ABCDEFGHJKLMNOPRSTUVWXY" /* no I, Q, Z */
#define LETTERS_Z "ABCDEFGHJKLMNOPRSTUVWXYZ"
#define YEAR      "ABCDEFGHJKLMNPRSTVWXY" /* prefix and suffix */
/* The first of a current mark; J, T and U stand on false plates only. */
#define AREA   "ABCDEFGHJKLMNOPRSTUVWXY"
#define ALL    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

/* What goes beyond the letters of a group. */
enum special {
	PLAIN,
	IS_CURRENT,
	IS_NI
};

struct group {
	const char *set; /* DIGITS: figures */
	size_t min, max;
};

struct form {
	enum plateform_kind kind;
	struct group groups[GROUPS];
	bool leading_zero; /* a group of figures may begin with 0 */
	enum special special;
};

/* In order of preference where two read the same. */
static const struct form forms[] = {
	{ PLATEFORM_CURRENT,
	    { { LETTERS, 2, 2 }, { DIGITS, 2, 2 }, { LETTERS_Z, 3, 3 } }, true,
	    IS_CURRENT },
	{ PLATEFORM_PREFIX,
	    { { YEAR, 1, 1 }, { DIGITS, 1, 3 }, { LETTERS, 3, 3 } }, false,
	    PLAIN },
	{ PLATEFORM_SUFFIX,
	    { { LETTERS, 3, 3 }, { DIGITS, 1, 3 }, { YEAR, 1, 1 } }, false,
	    PLAIN },
	{ PLATEFORM_Q, { { "Q", 1, 1 }, { DIGITS, 1, 3 }, { LETTERS_Z, 3, 3 } },
	    false, PLAIN },
	{ PLATEFORM_NI, { { ALL, 2, 3 }, { DIGITS, 1, 4 }, { "", 0, 0 } },
	    false, IS_NI },
	{ PLATEFORM_DATELESS,
	    { { LETTERS, 1, 2 }, { DIGITS, 1, 4 }, { "", 0, 0 } }, false,
	    PLAIN },
	{ PLATEFORM_DATELESS,
	    { { LETTERS, 3, 3 }, { DIGITS, 1, 3 }, { "", 0, 0 } }, false,
	    PLAIN },
	{ PLATEFORM_DATELESS,
	    { { DIGITS, 1, 4 }, { LETTERS, 1, 2 }, { "", 0, 0 } }, false,
	    PLAIN },
	{ PLATEFORM_DATELESS,
	    { { DIGITS, 1, 3 }, { LETTERS, 3, 3 }, { "", 0, 0 } }, false,
	    PLAIN },
	{ PLATEFORM_DIPLOMATIC,
	    { { DIGITS, 3, 3 }, { "DX", 1, 1 }, { DIGITS, 3, 3 } }, true,
	    PLAIN },
	{ PLATEFORM_MILITARY,
	    { { DIGITS, 2, 2 }, { LETTERS_Z, 2, 2 }, { DIGITS, 2, 2 } }, true,
	    PLAIN },
};

static bool
is_in(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* c as one of set, put right if need be; NUL if it is none. */
static char
read_as(char c, const char *set, unsigned *changed)
{
	static const char pairs[][2] = { { 'O', '0' }, { '0', 'O' },
		{ 'I', '1' }, { '1', 'I' } };
	size_t i;

	if (c == '?' || is_in(c, set))
		return c;
	for (i = 0; i < COUNT(pairs); i++)
		if (pairs[i][0] == c && is_in(pairs[i][1], set)) {
			++*changed;
			return pairs[i][1];
		}
	return '\0';
}

/* Fill len characters of mark from raw as a group. */
static bool
take_group(const struct group *g, const char *raw, size_t len, char *mark,
    unsigned *changed)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((mark[i] = read_as(raw[i], g->set, changed)) == '\0')
			return false;
	return true;
}

/* What a current mark has beyond its letters: its area, its age. */
static bool
is_current(const char *mark)
{
	return (mark[0] == '?' || is_in(mark[0], AREA)) &&
	       (mark[2] != '0' || mark[3] == '?' || mark[3] >= '2');
}

/* The last two letters are the code of a county of Northern Ireland. */
static bool
is_ni(const char *mark, size_t letters)
{
	static const char codes[] =
	    "AZ BZ CZ DZ EZ FZ GZ HZ IA IB IG IJ IL IW JI JZ KZ LZ MZ NZ OI OZ "
	    "PZ RZ SZ TZ UI UZ VZ WZ XI XZ YZ ";
	const char *code = mark + letters - 2;
	const char *c;

	for (c = codes; *c != '\0'; c += 3)
		if (c[0] == code[0] && c[1] == code[1])
			return true;
	return false;
}

/* Fill mark from raw cut into groups of these lengths. */
static bool
fits_cut(const struct form *f, const char *raw, const size_t lens[GROUPS],
    struct plateform_fit *out)
{
	size_t g, at = 0;

	out->changed = 0;
	for (g = 0; g < GROUPS; at += lens[g++]) {
		const struct group *group = &f->groups[g];

		if (lens[g] < group->min || lens[g] > group->max ||
		    !take_group(group, raw + at, lens[g], out->mark + at,
			&out->changed))
			return false;
		if (lens[g] > 0 && !f->leading_zero && out->mark[at] == '0')
			return false;
	}
	out->mark[at] = '\0';
	if (f->special == IS_CURRENT)
		return is_current(out->mark);
	return f->special == PLAIN || is_ni(out->mark, lens[0]);
}

/* Try every cut of raw into the groups of f; the one changing least. */
static bool
fits_form(const struct form *f, const char *raw, size_t len,
    struct plateform_fit *best)
{
	struct plateform_fit fit = { .kind = f->kind };
	bool found = false;
	unsigned changed = 0;
	size_t a, b;

	if (read_as(raw[0], f->groups[0].set, &changed) == '\0')
		return false;
	for (a = f->groups[0].min; a <= f->groups[0].max && a <= len; a++)
		for (b = f->groups[1].min;
		     b <= f->groups[1].max && a + b <= len; b++) {
			const size_t lens[GROUPS] = { a, b, len - a - b };

			if (lens[2] < f->groups[2].min ||
			    lens[2] > f->groups[2].max ||
			    !fits_cut(f, raw, lens, &fit) ||
			    (f->kind == PLATEFORM_DATELESS &&
				fit.changed > 0) ||
			    (best->kind != PLATEFORM_NONE &&
				fit.changed >= best->changed))
				continue;
			*best = fit;
			found = true;
		}
	return found;
}

bool
plateform_find(const char *raw, size_t len, struct plateform_fit *out)
{
	struct plateform_fit best = { .kind = PLATEFORM_NONE };
	bool figure = false;
	size_t i, n;

	for (i = 0; i < len; i++) {
		figure = figure || is_in(raw[i], DIGITS);
		if (raw[i] == '?')
			return false;
	}
	if (len < 2 || len > PLATEFORM_LEN_MAX)
		return false;
	/* The current form's slots alone say enough of "DKIO XVA". */
	n = figure ? COUNT(forms) : 1;
	for (i = 0; i < n; i++)
		(void)fits_form(&forms[i], raw, len, &best);
	*out = best;
	return best.kind != PLATEFORM_NONE;
}

bool
plateform_is_pattern(const char *raw, size_t len)
{
	struct plateform_fit fit = { .kind = PLATEFORM_NONE };
	size_t i, figures = 0, unread = 0;

	if (len < 5 || len > PLATEFORM_LEN_MAX)
		return false;
	for (i = 0; i < len; i++) {
		figures += is_in(raw[i], DIGITS);
		unread += raw[i] == '?';
	}
	if (unread == 0 || figures == 0 || len - unread < 3)
		return false;
	for (i = 0; i < COUNT(forms) && forms[i].kind <= PLATEFORM_SUFFIX; i++)
		if (fits_form(&forms[i], raw, len, &fit))
			return true;
	return false;
}

bool
plateform_is_head(const struct plateform_fit *fit)
{
	size_t len = strlen(fit->mark);
	size_t figures = strspn(fit->mark, DIGITS);

	if (fit->kind != PLATEFORM_DATELESS || len > 4)
		return false;
	/* "12AB" may be the middle of one; "123A" and "1ABC" not. */
	if (figures > 0)
		return figures < 3 && len - figures < 3;
	return strspn(fit->mark, LETTERS) < 3;
}

const char *
plateform_name(enum plateform_kind kind)
{
	switch (kind) {
	case PLATEFORM_NONE: return "none";
	case PLATEFORM_CURRENT: return "current";
	case PLATEFORM_PREFIX: return "prefix";
	case PLATEFORM_SUFFIX: return "suffix";
	case PLATEFORM_Q: return "Q";
	case PLATEFORM_NI: return "Northern Ireland";
	case PLATEFORM_DATELESS: return "dateless";
	case PLATEFORM_DIPLOMATIC: return "diplomatic";
	case PLATEFORM_MILITARY: return "military";
	}
	check_failed("a form has a name", __FILE__, __LINE__);
}
