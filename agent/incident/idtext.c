/* idtext: cut a text, name the gaps, look each word up once. */
#include "agent/incident/idtext.h"

#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"

#define SPACES_MAX 3 /* more spaces than that part a mark */

/* Kinds of byte in a token; bits.  What is none parts tokens. */
enum {
	HAS_SMALL = 1,
	HAS_CAPITAL = 2,
	HAS_DIGIT = 4,
	HAS_SIGN = 8
};

#define HAS_LETTER (HAS_SMALL | HAS_CAPITAL)

#define TEN(kind)                                                       \
	(kind), (kind), (kind), (kind), (kind), (kind), (kind), (kind), \
	    (kind), (kind)
#define TWENTY_SIX(kind) \
	TEN(kind), TEN(kind), (kind), (kind), (kind), (kind), (kind), (kind)

static const uint8_t kinds[256] = { ['0'] = TEN(HAS_DIGIT),
	['A'] = TWENTY_SIX(HAS_CAPITAL),
	['a'] = TWENTY_SIX(HAS_SMALL),
	['?'] = HAS_SIGN,
	['*'] = HAS_SIGN,
	['_'] = HAS_SIGN };

static unsigned
byte_kind(char c)
{
	return kinds[(unsigned char)c];
}

/* The end of the token that begins at byte i, and its kind. */
static size_t
token_end(struct str text, size_t i, uint8_t *kind)
{
	unsigned first = byte_kind(text.p[i]), all = 0;
	bool signs = first == HAS_SIGN;

	for (; i < text.len; i++) {
		unsigned k = byte_kind(text.p[i]);

		if (k == 0 || (k == HAS_SIGN) != signs)
			break;
		all |= k;
	}
	*kind = (all & ~(unsigned)HAS_LETTER) == 0 ? IDTEXT_LETTERS
		: all == HAS_DIGIT                 ? IDTEXT_DIGITS
		: all == HAS_SIGN                  ? IDTEXT_SIGNS
						   : IDTEXT_MIXED;
	return i;
}

/* The word, which is in capitals; of more than one vehicle, the one. */
static const struct idword *
find_word(struct str s)
{
	const struct idword *found = idwords_find(s);

	if (found != NULL || s.len < 4 || s.p[s.len - 1] != 'S')
		return found;
	found = idwords_find(str_make(s.p, s.len - 1));
	if (found == NULL || !(found->flags & W_VEHICLE) ||
	    found->letter != '\0')
		return NULL;
	return found;
}

/* Hyphens and dashes of Unicode, U+2010 to U+2015, and the minus U+2212. */
static bool
is_wide_dash(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	if (s.len < 3 || p[0] != 0xe2)
		return false;
	return (p[1] == 0x80 && p[2] >= 0x90 && p[2] <= 0x95) ||
	       (p[1] == 0x88 && p[2] == 0x92);
}

/* A no-break space or a thin one: its bytes, or 0. */
static size_t
wide_space_len(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	if (s.len >= 2 && p[0] == 0xc2 && p[1] == 0xa0)
		return 2;
	if (s.len >= 3 && p[0] == 0xe2 && p[1] == 0x80 &&
	    ((p[2] >= 0x80 && p[2] <= 0x8a) || p[2] == 0xaf))
		return 3;
	return 0;
}

/* What a gap has in it. */
struct gap {
	size_t spaces;
	char mark;  /* its only mark, or NUL */
	bool mixed; /* more than one mark, or another */
	bool line;  /* a line ends in it */
	bool space_after_mark;
};

static void
add_mark(struct gap *g, char mark)
{
	g->mixed =
	    g->mixed || g->mark != '\0' || strchr("-.,/:;", mark) == NULL;
	g->mark = mark;
}

/* Read one character of a gap; returns its bytes. */
static size_t
gap_step(struct str s, struct gap *g)
{
	size_t wide = wide_space_len(s);

	if (s.p[0] == ' ' || s.p[0] == '\t' || wide > 0) {
		g->spaces++;
		g->space_after_mark = g->mark != '\0';
		return wide > 0 ? wide : 1;
	}
	if (s.p[0] == '\n' || s.p[0] == '\r') {
		g->line = true;
		return 1;
	}
	if (is_wide_dash(s)) {
		add_mark(g, '-');
		return 3;
	}
	add_mark(g, s.p[0]);
	return 1;
}

static enum idtext_gap
gap_name(const struct gap *g)
{
	if (g->line)
		return IDTEXT_STOP;
	if (g->mixed)
		return IDTEXT_OTHER;
	switch (g->mark) {
	case '\0':
		return g->spaces == 0            ? IDTEXT_NONE
		       : g->spaces <= SPACES_MAX ? IDTEXT_SPACE
						 : IDTEXT_OTHER;
	case '-': return g->spaces <= 2 ? IDTEXT_DASH : IDTEXT_OTHER;
	case '.': return g->space_after_mark ? IDTEXT_STOP : IDTEXT_DOT;
	case ',': return IDTEXT_COMMA;
	case '/': return IDTEXT_SLASH;
	case ':': return IDTEXT_COLON;
	default: return IDTEXT_OTHER;
	}
}

/* The gap from byte *i to the next token; moves *i there. */
static enum idtext_gap
read_gap(struct str text, size_t *i)
{
	struct gap g = { 0, '\0', false, false, false };

	/* One space: most gaps are. */
	if (text.len - *i > 1 && text.p[*i] == ' ' &&
	    byte_kind(text.p[*i + 1]) != 0) {
		(*i)++;
		return IDTEXT_SPACE;
	}
	while (*i < text.len && byte_kind(text.p[*i]) == 0)
		*i += gap_step(str_make(text.p + *i, text.len - *i), &g);
	return *i < text.len ? gap_name(&g) : IDTEXT_STOP;
}

/*
 * A first pass: capitals, whether there are small letters, and how many tokens
 * there will be, so that they are one piece of the arena.
 */
static size_t
look_over(struct str text, char *capitals, bool *has_small)
{
	size_t i, n = 0;
	unsigned last = 0, all = 0;

	for (i = 0; i < text.len; i++) {
		unsigned k = byte_kind(text.p[i]);

		capitals[i] = idtext_upper(text.p[i]);
		n += k != 0 &&
		     (last == 0 || (k == HAS_SIGN) != (last == HAS_SIGN));
		last = k;
		all |= k;
	}
	*has_small = (all & HAS_SMALL) != 0;
	return n;
}

void
idtext_make(struct str text, struct arena *arena, struct idtext *out)
{
	char *capitals = arena_alloc(arena, text.len + 1, 1);
	bool has_small;
	size_t i = 0, n = 0, count = look_over(text, capitals, &has_small);
	struct idtext_token *t = arena_alloc(arena, count + 1, sizeof(*t));

	(void)read_gap(text, &i);
	while (i < text.len) {
		CHECK(n < count);
		t[n].start = i;
		t[n].end = i = token_end(text, i, &t[n].kind);
		t[n].word =
		    find_word(str_make(capitals + t[n].start, i - t[n].start));
		t[n].gap = (uint8_t)read_gap(text, &i);
		n++;
	}
	*out = (struct idtext){ text, capitals, t, n, has_small };
}

struct str
idtext_str(const struct idtext *t, size_t i)
{
	return str_make(t->text.p + t->tokens[i].start,
	    t->tokens[i].end - t->tokens[i].start);
}

struct str
idtext_capitals(const struct idtext *t, size_t i)
{
	return str_make(t->capitals + t->tokens[i].start,
	    t->tokens[i].end - t->tokens[i].start);
}

uint32_t
idtext_flags(const struct idtext *t, size_t i)
{
	if (i >= t->count || t->tokens[i].word == NULL)
		return 0;
	return t->tokens[i].word->flags;
}

enum idtext_gap
idtext_gap_before(const struct idtext *t, size_t i)
{
	return i == 0 ? IDTEXT_STOP : (enum idtext_gap)t->tokens[i - 1].gap;
}

void
idtext_take(struct idtext *t, size_t first, size_t last, enum idtext_taken by)
{
	for (; first < last && first < t->count; first++)
		t->tokens[first].taken = (uint8_t)by;
}
