/* refs: fixed patterns, matched at the start of a token. */
#include "agent/incident/refs.h"

#include <string.h>

#include "agent/base/arena.h"

/* One kind of number with its pattern. */
struct fixed {
	enum finding_kind kind;
	const char *pattern;
	int certainty;
	const char *why;
};

/* County, parish and holding; tags of cattle (6 and 6), of sheep (6 and 5). */
static const struct fixed fixed[] = {
	{ FINDING_HOLDING, "##/###/####", 95, "the form of a holding number" },
	{ FINDING_EARTAG, "UK ###### ######", 97, "the form of an ear tag" },
	{ FINDING_EARTAG, "UK###### ######", 97, "the form of an ear tag" },
	{ FINDING_EARTAG, "UK############", 97, "the form of an ear tag" },
	{ FINDING_EARTAG, "UK ############", 97, "the form of an ear tag" },
	{ FINDING_EARTAG, "UK ###### #####", 97, "the form of an ear tag" },
	{ FINDING_EARTAG, "UK###### #####", 97, "the form of an ear tag" },
	{ FINDING_COLLAR, "PC ####", 80, "a rank and a number" },
	{ FINDING_COLLAR, "PC #####", 80, "a rank and a number" },
	{ FINDING_COLLAR, "PC ######", 80, "a rank and a number" },
	{ FINDING_COLLAR, "PCSO #####", 85, "a rank and a number" },
	{ FINDING_COLLAR, "PCSO ######", 85, "a rank and a number" },
	{ FINDING_COLLAR, "PS ####", 80, "a rank and a number" },
	{ FINDING_COLLAR, "PS ######", 80, "a rank and a number" },
	{ FINDING_COLLAR, "DC ####", 80, "a rank and a number" },
	{ FINDING_COLLAR, "SGT ####", 80, "a rank and a number" },
};

static const char *const default_incident[] = { "@@-########-####",
	"#### of ##/##/##", "#### of ##/##/####", NULL };
static const char *const default_crime[] = { "##/#####/##", "##/######/##",
	"##/####/##", NULL };
static const struct refs_patterns default_patterns = { default_incident,
	default_crime };

const struct refs_patterns *
refs_default_patterns(void)
{
	return &default_patterns;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return idtext_upper(c) >= 'A' && idtext_upper(c) <= 'Z';
}

static bool
fits_char(char pattern, char c)
{
	if (pattern == '#')
		return is_digit(c);
	if (pattern == '@')
		return is_letter(c);
	return idtext_upper(pattern) == idtext_upper(c);
}

/* Does the pattern stand at byte at, and nothing more of its kind after it? */
static bool
fits(struct str text, size_t at, const char *pattern)
{
	size_t k, len;

	if (!fits_char(pattern[0], text.p[at]))
		return false;
	len = strlen(pattern);
	if (len > text.len - at)
		return false;
	for (k = 0; k < len; k++)
		if (!fits_char(pattern[k], text.p[at + k]))
			return false;
	return at + len == text.len ||
	       !(is_digit(text.p[at + len]) || is_letter(text.p[at + len]));
}

static size_t
put(struct idtext *t, size_t i, const struct fixed *f, struct arena *arena,
    struct finding *out)
{
	size_t start = t->tokens[i].start, end = start + strlen(f->pattern);
	size_t last = i;

	while (last < t->count && t->tokens[last].start < end)
		last++;
	*out = finding_make(f->kind, start, end, f->why);
	out->certainty = f->certainty;
	out->value = arena_str(arena, str_make(t->text.p + start, end - start));
	idtext_take(t, i, last, IDTEXT_REFERENCE);
	return last - i;
}

/* The first of a list of patterns that stands there. */
static size_t
read_list(struct idtext *t, size_t i, const char *const *patterns,
    const struct fixed *as, struct arena *arena, struct finding *out)
{
	struct fixed f = *as;

	for (; patterns && *patterns; patterns++) {
		f.pattern = *patterns;
		if (fits(t->text, t->tokens[i].start, f.pattern))
			return put(t, i, &f, arena, out);
	}
	return 0;
}

/* Does a fixed pattern begin with c? */
static bool
may_be_fixed(char c)
{
	return is_digit(c) || strchr("DPSU", idtext_upper(c)) != NULL;
}

size_t
refs_read(struct idtext *t, size_t i, const struct refs_patterns *p,
    struct arena *arena, struct finding *out)
{
	static const struct fixed incident = { FINDING_INCIDENT, NULL, 95,
		"the force's pattern of an incident reference" };
	static const struct fixed crime = { FINDING_CRIME, NULL, 90,
		"the force's pattern of a crime number" };
	size_t k, n;

	if (t->tokens[i].kind == IDTEXT_SIGNS)
		return 0;
	if (i > 0 && t->tokens[i - 1].gap == IDTEXT_SLASH)
		return 0; /* within something longer */
	for (k = 0; may_be_fixed(t->text.p[t->tokens[i].start]) &&
		    k < sizeof(fixed) / sizeof(*fixed);
	     k++)
		if (fits(t->text, t->tokens[i].start, fixed[k].pattern))
			return put(t, i, &fixed[k], arena, out);
	n = read_list(t, i, p->incident, &incident, arena, out);
	return n > 0 ? n : read_list(t, i, p->crime, &crime, arena, out);
}
