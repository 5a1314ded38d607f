/* idunits: spelling alphabets and numbers, one reader for each way to say. */
#include "agent/incident/idunits.h"

#include <string.h>

#include "agent/base/check.h"

#define SIGNS_MAX   4 /* "????" is no part of a mark any more */
#define LETTERS_MAX 3 /* letters in one group of a mark */
#define DIGITS_MAX  4
#define MIXED_MAX   7

static bool
is_gap_within(enum idtext_gap gap)
{
	return gap == IDTEXT_SPACE || gap == IDTEXT_DASH;
}

/* Put one character as a unit of tokens i to last. */
static bool
put_char(struct idunit *u, char c, size_t first, size_t last)
{
	u->sym[0] = c;
	u->len = 1;
	u->first = first;
	u->last = last;
	return true;
}

/*
 * "DKIO", "DKIOXVA": I and O written where the current form has figures, and
 * no word that is known.
 */
static bool
is_all_letters(const struct idtext_token *token, struct str s)
{
	return token->kind == IDTEXT_LETTERS && token->word == NULL &&
	       (s.len == 4 || s.len == MIXED_MAX) && s.p[2] == 'I' &&
	       (s.p[3] == 'O' || s.p[3] == 'I');
}

/* The "s" of "it's" is none of the letters that follow. */
static bool
is_after_apostrophe(const struct idtext *t, size_t i)
{
	size_t at = t->tokens[i].start;

	return at > 0 && (t->text.p[at - 1] == '\'' ||
			     (at > 2 && memcmp(t->text.p + at - 3,
					    "\xe2\x80\x99", 3) == 0));
}

/* A token as it is written. */
static bool
read_plain(const struct idtext *t, size_t i, struct idunit *u)
{
	static const size_t max[] = { [IDTEXT_LETTERS] = LETTERS_MAX,
		[IDTEXT_DIGITS] = DIGITS_MAX,
		[IDTEXT_MIXED] = MIXED_MAX,
		[IDTEXT_SIGNS] = SIGNS_MAX };
	const struct idtext_token *token = &t->tokens[i];
	struct str s = idtext_str(t, i);
	size_t k;

	if (s.len > max[token->kind] && !is_all_letters(token, s))
		return false;
	if (s.len <= 2 && token->kind == IDTEXT_LETTERS && i > 0 &&
	    t->tokens[i - 1].kind == IDTEXT_LETTERS &&
	    is_after_apostrophe(t, i))
		return false;
	for (k = 0; k < s.len; k++)
		u->sym[k] =
		    token->kind == IDTEXT_SIGNS ? '?' : idtext_upper(s.p[k]);
	u->len = s.len;
	u->first = i;
	u->last = i + 1;
	u->is_common =
	    (idtext_flags(t, i) & W_COMMON) && token->kind == IDTEXT_LETTERS;
	return true;
}

/* "X-ray" in two tokens. */
static bool
is_x_ray(const struct idtext *t, size_t i)
{
	return idtext_is(t, i, "X") && idtext_is(t, i + 1, "RAY") &&
	       is_gap_within((enum idtext_gap)t->tokens[i].gap);
}

/* "E for echo", "W as in William": the tokens it takes, or 0. */
static size_t
explained_len(const struct idtext *t, size_t i)
{
	size_t n = idtext_is(t, i + 1, "FOR")                               ? 2
		   : idtext_is(t, i + 1, "LIKE")                            ? 2
		   : idtext_is(t, i + 1, "AS") && idtext_is(t, i + 2, "IN") ? 3
									    : 0;
	struct str letter = idtext_str(t, i), word;

	if (n == 0 || i + n >= t->count || letter.len != 1 ||
	    t->tokens[i].kind != IDTEXT_LETTERS)
		return 0;
	word = idtext_str(t, i + n);
	if (word.len < 2 ||
	    idtext_upper(word.p[0]) != idtext_upper(letter.p[0]))
		return 0;
	return n + 1;
}

/* A figure from 1 to 9 that a token says, after a ten; NUL if it says none. */
static char
unit_figure(const struct idtext *t, size_t i)
{
	const struct idword *w = i < t->count ? t->tokens[i].word : NULL;
	struct str s;

	if (w && w->digits && !(w->flags & W_TENS) && w->digits[1] == '\0')
		return w->digits[0];
	if (i >= t->count || t->tokens[i].kind != IDTEXT_DIGITS)
		return '\0';
	s = idtext_str(t, i);
	return s.len == 1 ? s.p[0] : '\0';
}

/* "nine", "nineteen", "fifty", "fifty-four". */
static bool
read_number(const struct idtext *t, size_t i, struct idunit *u)
{
	const struct idword *w = t->tokens[i].word;
	char figure = '\0';

	u->is_spoken = true;
	u->first = i;
	u->last = i + 1;
	u->len = strlen(w->digits);
	memcpy(u->sym, w->digits, u->len);
	if (!(w->flags & W_TENS))
		return true;
	if (is_gap_within((enum idtext_gap)t->tokens[i].gap))
		figure = unit_figure(t, i + 1);
	if (figure == '0')
		figure = '\0';
	u->sym[1] = figure != '\0' ? figure : '0';
	u->len = 2;
	u->last += figure != '\0';
	return true;
}

/* What one token, or a letter and its word, says. */
static bool
read_one(const struct idtext *t, size_t i, struct idunit *u)
{
	const struct idword *w = t->tokens[i].word;
	size_t explained = explained_len(t, i);

	memset(u, 0, sizeof(*u));
	if (is_x_ray(t, i)) {
		u->is_spoken = true;
		return put_char(u, 'X', i, i + 2);
	}
	if (explained > 0) {
		u->is_spoken = true;
		return put_char(
		    u, idtext_upper(idtext_str(t, i).p[0]), i, i + explained);
	}
	if (w && w->digits)
		return read_number(t, i, u);
	if (w && w->letter != '\0') {
		u->is_spoken = true;
		u->is_weak = (w->flags & W_WEAK) != 0;
		return put_char(u, w->letter, i, i + 1);
	}
	return read_plain(t, i, u);
}

/* "double five": the character after i, twice or three times. */
static bool
read_repeated(const struct idtext *t, size_t i, size_t times, struct idunit *u)
{
	struct idunit one;

	if (!is_gap_within((enum idtext_gap)t->tokens[i].gap) ||
	    i + 1 >= t->count || !read_one(t, i + 1, &one) || one.len != 1)
		return false;
	*u = one;
	memset(u->sym, one.sym[0], times);
	u->len = times;
	u->first = i;
	u->is_spoken = true;
	return true;
}

bool
idunits_read(const struct idtext *t, size_t i, struct idunit *out)
{
	uint32_t flags = idtext_flags(t, i);

	if (i >= t->count)
		return false;
	if (flags & (W_TWICE | W_THRICE))
		return read_repeated(t, i, flags & W_TWICE ? 2 : 3, out);
	return read_one(t, i, out);
}

/* What somebody says who is still reading it: "one three, hang on, Romeo". */
static size_t
skip_aside(const struct idtext *t, size_t i)
{
	static const char *const words[] = { "ER", "ERM", "UM", "UH", "HMM" };
	static const char *const heads[] = { "HANG", "HOLD" };
	size_t k;

	for (k = 0; k < sizeof(words) / sizeof(*words); k++)
		if (idtext_is(t, i, words[k]))
			return i + 1;
	for (k = 0; k < sizeof(heads) / sizeof(*heads); k++)
		if (idtext_is(t, i, heads[k]) && idtext_is(t, i + 1, "ON"))
			return i + 2;
	return i;
}

bool
idunits_next(
    const struct idtext *t, const struct idunit *prev, struct idunit *out)
{
	size_t i = prev->last;
	bool single = prev->is_spoken || prev->len == 1, skipped = false;
	bool then = !single && idtext_is(t, i, "THEN");
	enum idtext_gap gap = idtext_gap_before(t, i);

	CHECK(i > 0);
	if (prev->is_spoken && skip_aside(t, i) > i)
		return idunits_read(t, skip_aside(t, i), out) && out->is_spoken;
	if (single && idtext_is(t, i, "AND") && idtext_is(t, i + 1, "THEN"))
		i++;
	while ((single || then) && (idtext_flags(t, i) & W_SKIP) &&
	       i < prev->last + 3 && i < t->count) {
		gap = (enum idtext_gap)t->tokens[i++].gap;
		skipped = true;
	}
	if (!idunits_read(t, i, out))
		return false;
	/* "NG61 TOM": after what is no spelling a short word is itself. */
	if (out->is_weak && !prev->is_spoken && prev->len > 1 &&
	    t->tokens[prev->first].kind == IDTEXT_MIXED &&
	    t->tokens[i].end - t->tokens[i].start <= LETTERS_MAX) {
		memset(out, 0, sizeof(*out));
		(void)read_plain(t, i, out);
	}
	if (skipped)
		return gap == IDTEXT_SPACE || gap == IDTEXT_COMMA;
	switch (gap) {
	case IDTEXT_NONE:
	case IDTEXT_SPACE:
	case IDTEXT_DASH:
	case IDTEXT_DOT: return true;
	case IDTEXT_COMMA: return single || out->is_spoken || out->len == 1;
	case IDTEXT_SLASH:
	case IDTEXT_COLON:
	case IDTEXT_STOP:
	case IDTEXT_OTHER: return false;
	}
	return false;
}
