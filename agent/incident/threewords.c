/* threewords: three words and what says that they are an address. */
#include "agent/incident/threewords.h"

#include "agent/base/arena.h"

#define WORDS   3
#define LEAD    8 /* tokens from the system's name to the words */
#define LEN_MIN 3
#define LEN_MAX 18

/* The last words of names on the Internet and of files. */
static const char *const endings[] = { "COM", "ORG", "NET", "GOV", "UK", "DOC",
	"PDF", "JPG", "PNG", "HTML", "EXE", "TXT", "CSV" };

static bool
is_word(const struct idtext *t, size_t i)
{
	size_t len, k;

	if (i >= t->count || t->tokens[i].kind != IDTEXT_LETTERS)
		return false;
	len = t->tokens[i].end - t->tokens[i].start;
	if (len < LEN_MIN || len > LEN_MAX)
		return false;
	for (k = 0; k < sizeof(endings) / sizeof(*endings); k++)
		if (idtext_is(t, i, endings[k]))
			return false;
	return true;
}

/* Do three words stand there with the same kind of gap between? */
static bool
is_triple(const struct idtext *t, size_t i, enum idtext_gap gap)
{
	size_t k;

	for (k = 0; k < WORDS; k++)
		if (!is_word(t, i + k) ||
		    (k + 1 < WORDS && t->tokens[i + k].gap != gap))
			return false;
	return t->tokens[i + WORDS - 1].gap != IDTEXT_DOT;
}

static bool
has_slashes(const struct idtext *t, size_t i)
{
	size_t at = t->tokens[i].start;

	return at >= 3 && t->text.p[at - 1] == '/' &&
	       t->text.p[at - 2] == '/' && t->text.p[at - 3] == '/';
}

/* The system's name that ends before token i: its tokens, or 0. */
static size_t
name_len(const struct idtext *t, size_t i)
{
	if (i > 0 &&
	    (idtext_is(t, i - 1, "W3W") || idtext_is(t, i - 1, "WHAT3WORDS") ||
		idtext_is(t, i - 1, "WTW")))
		return 1;
	if (i > 1 && idtext_is(t, i - 1, "WORDS") &&
	    (idtext_is(t, i - 2, "THREE") || idtext_is(t, i - 2, "3")))
		return 2;
	return 0;
}

/* Is the name within so many tokens before token i? */
static bool
is_led(const struct idtext *t, size_t i, size_t within)
{
	size_t n;

	for (n = 0; n < within && i > 0; n++, i--)
		if (name_len(t, i) > 0)
			return true;
	return false;
}

/* A word that ends in s may be the other one of a pair. */
static bool
has_plural(const struct idtext *t, size_t i)
{
	size_t k;

	for (k = i; k < i + WORDS; k++) {
		struct str s = idtext_str(t, k);

		if (idtext_upper(s.p[s.len - 1]) == 'S')
			return true;
	}
	return false;
}

size_t
threewords_read(
    struct idtext *t, size_t i, struct arena *arena, struct finding *out)
{
	bool slashes;
	char *p;
	struct str value;
	size_t k;

	slashes = has_slashes(t, i);
	switch ((enum idtext_gap)t->tokens[i].gap) {
	case IDTEXT_DOT:
		if (!is_triple(t, i, IDTEXT_DOT) ||
		    !(slashes || is_led(t, i, LEAD)))
			return 0;
		break;
	case IDTEXT_SPACE:
	case IDTEXT_COMMA:
		if (!(slashes || name_len(t, i) > 0) ||
		    !is_triple(t, i, (enum idtext_gap)t->tokens[i].gap))
			return 0;
		break;
	case IDTEXT_NONE:
	case IDTEXT_DASH:
	case IDTEXT_SLASH:
	case IDTEXT_COLON:
	case IDTEXT_STOP:
	case IDTEXT_OTHER: return 0;
	}
	*out = finding_make(FINDING_WHAT3WORDS, t->tokens[i].start,
	    t->tokens[i + 2].end, "three words of an address, not looked up");
	out->certainty = slashes ? 80 : 65;
	if (has_plural(t, i)) {
		out->is_doubtful = true;
		out->certainty -= 20;
		out->why = "three words, one of them a plural: easily misheard";
	}
	value =
	    arena_strf(arena, "///%.*s.%.*s.%.*s", STR_ARG(idtext_str(t, i)),
		STR_ARG(idtext_str(t, i + 1)), STR_ARG(idtext_str(t, i + 2)));
	p = arena_alloc(arena, value.len + 1, 1);
	for (k = 0; k < value.len; k++)
		p[k] = value.p[k] >= 'A' && value.p[k] <= 'Z'
			   ? (char)(value.p[k] - 'A' + 'a')
			   : value.p[k];
	out->value = str_make(p, value.len);
	idtext_take(t, i, i + WORDS, IDTEXT_WORDS);
	return WORDS;
}
