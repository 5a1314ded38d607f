/* platerun: each reason for doubt is a function, each takes its points. */
#include "agent/incident/platerun.h"

#include <string.h>

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
platerun_add(struct platerun *r, const struct idunit *u)
{
	if (r->count == PLATERUN_UNITS_MAX ||
	    r->len + u->len > PLATEFORM_LEN_MAX)
		return false;
	/* A word that is seldom a letter, beside what is no spelling. */
	if (r->count > 0 && (u->is_weak || r->units[r->count - 1].is_weak) &&
	    (u->len > 2 || r->units[r->count - 1].len > 2))
		return false;
	r->units[r->count++] = *u;
	memcpy(r->sym + r->len, u->sym, u->len);
	r->len += u->len;
	r->sym[r->len] = '\0';
	r->spoken += u->is_spoken;
	r->has_sign = r->has_sign || memchr(u->sym, '?', u->len) != NULL;
	return true;
}

size_t
platerun_first(const struct platerun *r)
{
	return r->units[0].first;
}

size_t
platerun_last(const struct platerun *r)
{
	return r->units[r->count - 1].last;
}

/* Does a unit part the mark where its form does? */
static bool
is_usual_split(const struct platerun *r, const struct plateform_fit *fit)
{
	size_t i, at = 0;

	for (i = 0; i + 1 < r->count; i++) {
		at += r->units[i].len;
		if (r->units[i].is_spoken || r->units[i].len == 1 ||
		    r->units[i + 1].is_spoken || r->units[i + 1].len == 1)
			continue;
		/* "JIG 48 21": four figures are said in pairs. */
		if (is_digit(fit->mark[at - 1]) == is_digit(fit->mark[at]) &&
		    fit->kind != PLATEFORM_NI)
			return false;
	}
	return true;
}

/* Is u letters that are an everyday word? */
static bool
is_word(const struct idunit *u)
{
	return u->is_common && u->len > 1;
}

/* Is u letters that stand for something else even in capitals? */
static bool
is_acronym(const struct idtext *t, const struct idunit *u)
{
	return (idtext_flags(t, u->first) & W_ACRONYM) && !u->is_spoken;
}

/*
 * Less for everyday words among the units, for a leading one less so; nothing
 * where a text that is not in capitals has the word in capitals.
 */
static int
score_words(
    const struct idtext *t, const struct platerun *r, bool linked, bool shouted)
{
	size_t i;

	for (i = 1; i < r->count; i++)
		if (is_word(&r->units[i]) &&
		    (!shouted || is_acronym(t, &r->units[i])))
			return -5;
	if (r->count == 1 || !is_word(&r->units[0]))
		return 0;
	return linked ? -4 : -5;
}

/* Has a unit a vowel, as every word has? */
static bool
has_vowel(const struct idunit *u)
{
	size_t i;

	for (i = 0; i < u->len; i++)
		if (strchr("AEIOUY", u->sym[i]) != NULL)
			return true;
	return false;
}

/* Capitals in a text that is not all in capitals. */
static bool
is_shouted(const struct idtext *t, const struct platerun *r)
{
	size_t i, start = t->tokens[platerun_first(r)].start;
	size_t end = t->tokens[platerun_last(r) - 1].end;

	if (!t->has_small || r->spoken > 0)
		return false;
	for (i = start; i < end; i++)
		if (t->text.p[i] >= 'a' && t->text.p[i] <= 'z')
			return false;
	return true;
}

/* "A12 BCD", "M11 JKL": a road and what follows. */
static int
score_road(const struct idtext *t, const struct platerun *r)
{
	const struct idunit *u = &r->units[0];
	size_t first = platerun_first(r);

	if (r->count != 2 || u->len < 2 || !strchr("ABM", u->sym[0]) ||
	    !is_digit(u->sym[1]))
		return 0;
	if (first > 0 && ((idtext_flags(t, first - 1) & W_ROADWARD) ||
			     idtext_is(t, first - 1, "ON") ||
			     idtext_is(t, first - 1, "THE")))
		return -6;
	return has_vowel(&r->units[1]) && !is_shouted(t, r) ? -2 : 0;
}

/* Figures in a run. */
static size_t
count_figures(const struct platerun *r)
{
	size_t i, n = 0;

	for (i = 0; i < r->len; i++)
		n += is_digit(r->sym[i]);
	return n;
}

/* "CM12 XPZ": a postcode district or square of the county and a word. */
static bool
is_district_like(const struct platerun *r)
{
	static const char *const areas[] = { "CB", "CM", "CO", "EN", "IG", "RM",
		"SS", "TL", "TM", "TQ", "TR" };
	size_t i;

	for (i = 0; i < sizeof(areas) / sizeof(*areas); i++)
		if (r->count == 2 && r->units[0].len == 4 &&
		    memcmp(r->sym, areas[i], 2) == 0)
			return true;
	return false;
}

/* Is the text of len bytes from p a word with one of these flags? */
static bool
is_word_of(const char *p, size_t len, uint32_t flags)
{
	const struct idword *w = idwords_find(str_make(p, len));

	return w != NULL && (w->flags & flags) != 0;
}

/* Figures and what they are counted in ("20MPH"), a day and its month. */
static bool
is_amount_text(const char *sym, size_t len)
{
	size_t figures = 0, rest;

	while (figures < len && is_digit(sym[figures]))
		figures++;
	rest = len - figures;
	if (figures == 0 || rest == 0)
		return false;
	return is_word_of(sym + figures, rest, W_UNITS | W_MONTH) ||
	       (rest >= 3 && is_word_of(sym + figures, 3, W_MONTH));
}

static bool
is_amount(const struct idtext *t, const struct platerun *r)
{
	const struct idunit *last = &r->units[r->count - 1];

	return is_amount_text(r->sym, r->len) ||
	       (r->count > 1 && !last->is_spoken &&
		   (is_amount_text(last->sym, last->len) ||
		       (idtext_flags(t, last->first) & W_MONTH)));
}

/* Do two letters and figures begin with one of heads? */
static bool
is_headed(const struct platerun *r, const char *heads)
{
	for (; *heads != '\0'; heads += 3)
		if (memcmp(r->sym, heads, 2) == 0 &&
		    strspn(r->sym + 2, "0123456789") == r->len - 2)
			return true;
	return false;
}

/*
 * A collar number ("PC 1234"), a grid square ("TL 1234"), a road, "4X4"; a
 * tractor of a make, if no word for the plate leads to it.
 */
static bool
is_other_number(const struct idtext *t, const struct platerun *r, bool linked)
{
	if (r->len == 3 && r->sym[1] == 'X')
		return true; /* "4X4", "6X4" */
	if (r->len > 1 && strchr("ABM", r->sym[0]) &&
	    strspn(r->sym + 1, "0123456789") == r->len - 1)
		return !linked || (platerun_first(r) > 0 &&
				      (idtext_flags(t, platerun_first(r) - 1) &
					  W_ROADWARD));
	return is_headed(r, "PC PS DC DS SC TL TM TQ TR IC ") ||
	       (!linked && is_headed(r, "MF JD NH DB CX TX TS MX TM XP "));
}

/* Three capitals without a vowel: in a text with small letters no word. */
static bool
is_no_word(const struct idtext *t, const struct platerun *r)
{
	const struct idunit *last = &r->units[r->count - 1];

	return r->count == 2 && last->len == 3 && !is_digit(last->sym[0]) &&
	       is_shouted(t, r) && !has_vowel(last) && !is_acronym(t, last);
}

/*
 * A first unit that is something by itself: a model ("L200"), how many ("X3"),
 * males after their number ("2 M 3").
 */
static bool
is_head_other(const struct idtext *t, const struct platerun *r)
{
	const struct idunit *u = &r->units[0];
	size_t first = platerun_first(r);

	if (r->count == 1 || u->is_spoken)
		return false;
	if (t->tokens[first].kind == IDTEXT_MIXED &&
	    (idtext_flags(t, first) & W_VEHICLE))
		return true;
	if (u->sym[0] == 'X' && u->len > 1 && u->len <= 3 &&
	    is_digit(u->sym[1]) && is_digit(u->sym[u->len - 1]))
		return true;
	return u->len == 1 && strchr("MFX", u->sym[0]) != NULL && first > 0 &&
	       t->tokens[first - 1].kind == IDTEXT_DIGITS;
}

static bool
all_letters(const struct idunit *u)
{
	size_t i;

	for (i = 0; i < u->len; i++)
		if (u->sym[i] < 'A' || u->sym[i] > 'Z')
			return false;
	return true;
}

/*
 * A character said or written by itself stands right before a run that begins
 * with one (or right after one that ends with one): it belongs to it.
 */
static bool
is_cut(const struct idtext *t, const struct platerun *r)
{
	size_t first = platerun_first(r), last = platerun_last(r);
	struct idunit u;

	if (r->units[0].len == 1 && first > 0 &&
	    idtext_gap_before(t, first) <= IDTEXT_COMMA &&
	    idunits_read(t, first - 1, &u) && u.len == 1 && u.last == first &&
	    !idtext_is(t, first - 1, "A"))
		return true;
	return r->units[r->count - 1].is_spoken && r->spoken >= 3 &&
	       r->units[r->count - 1].len == 1 &&
	       idtext_gap_before(t, last) == IDTEXT_SPACE &&
	       idunits_read(t, last, &u) && u.is_spoken && !u.is_weak;
}

/*
 * Letters in one piece and others one by one, or a word and a number in words,
 * are not of one mark.
 */
static bool
is_ill_matched(const struct platerun *r)
{
	size_t i, whole = 0, single = 0, words = 0;

	for (i = 0; i < r->count; i++) {
		const struct idunit *u = &r->units[i];

		if (is_digit(u->sym[0])) {
			words += u->is_spoken;
			continue;
		}
		whole += u->len > 1 && !u->is_spoken && all_letters(u);
		single += u->len == 1;
	}
	return (whole > 0 && single > 1) ||
	       (whole > 0 && words == 1 && r->count == 2);
}

/* Does the run stand in an address of mail, or by a character not read? */
static bool
is_torn(
    const struct idtext *t, const struct platerun *r, enum plateform_kind kind)
{
	size_t first = platerun_first(r), last = platerun_last(r);
	size_t start = t->tokens[first].start, end = t->tokens[last - 1].end;

	if (start > 0 && t->text.p[start - 1] == '@')
		return true;
	if (end < t->text.len && t->text.p[end] == '@')
		return true;
	if (kind == PLATEFORM_CURRENT)
		return false;
	if (first > 0 && t->tokens[first - 1].kind == IDTEXT_SIGNS &&
	    t->tokens[first - 1].gap == IDTEXT_NONE)
		return true;
	/* A letter might follow figures; nothing follows letters. */
	return is_digit(r->sym[r->len - 1]) && last < t->count &&
	       t->tokens[last].kind == IDTEXT_SIGNS &&
	       t->tokens[last - 1].gap == IDTEXT_NONE;
}

bool
platerun_is_taken(const struct idtext *t, const struct platerun *r)
{
	size_t i;

	for (i = platerun_first(r); i < platerun_last(r); i++)
		if (t->tokens[i].taken != IDTEXT_FREE)
			return true;
	return false;
}

/* What speaks for the run as one mark, and against it, in its writing. */
static int
score_writing(const struct idtext *t, const struct platerun *r,
    const struct plateform_fit *fit)
{
	int score = r->spoken >= 5 ? 3 : r->spoken == 4 ? 1 : 0;

	score += is_shouted(t, r) + is_no_word(t, r);
	/* Letters, figures and letters in one piece are little else. */
	if (r->count == 1 && r->len >= 6 && fit->kind <= PLATEFORM_SUFFIX)
		score++;
	/* Who spells a figure does not mean a letter that looks like it. */
	score -= (int)fit->changed * (r->spoken >= 2 ? 4 : 1);
	if (!is_usual_split(r, fit) || is_ill_matched(r))
		score -= 2;
	if (is_head_other(t, r))
		score -= 4;
	if (is_cut(t, r))
		score -= 3;
	if (is_torn(t, r, fit->kind) || platerun_is_taken(t, r))
		score -= 6;
	return score;
}

/* Less for what no word for the plate leads to, by how little it says. */
static int
score_unled(const struct idtext *t, const struct platerun *r,
    const struct plateform_fit *fit)
{
	bool shouted = is_shouted(t, r);
	int score = 0;

	if (fit->kind > PLATEFORM_CURRENT && r->spoken == 0 && !shouted)
		score -= r->count > 2 ? 2 : count_figures(r) == 1;
	/* No figure was written: any word might look so. */
	if (strpbrk(r->sym, "0123456789") == NULL &&
	    (r->count == 1 || !shouted))
		score -= 4;
	if (fit->kind == PLATEFORM_PREFIX)
		score += score_road(t, r);
	if (fit->kind == PLATEFORM_CURRENT && is_district_like(r))
		score -= 3;
	/* In a text all in capitals any word may stand before figures. */
	if (fit->kind == PLATEFORM_DATELESS)
		score -= (shouted ? 0 : 2) +
			 (r->len - count_figures(r) == 2 ? 2 : 0);
	return score;
}

/* Less for what is as well another thing. */
static int
score_likeness(const struct idtext *t, const struct platerun *r,
    const struct plateform_fit *fit, bool linked)
{
	int score = 0;

	if (is_amount(t, r) && fit->kind != PLATEFORM_SUFFIX)
		score -= 6;
	if (fit->kind >= PLATEFORM_NI && is_other_number(t, r, linked))
		score -= 6;
	if (fit->kind != PLATEFORM_CURRENT &&
	    (idtext_flags(t, platerun_first(r)) & W_SERIAL))
		score -= 6;
	return score;
}

int
platerun_score(const struct idtext *t, const struct platerun *r,
    const struct plateform_fit *fit, bool linked)
{
	return score_writing(t, r, fit) +
	       score_words(t, r, linked, is_shouted(t, r)) +
	       score_likeness(t, r, fit, linked) +
	       (linked ? 0 : score_unled(t, r, fit));
}

bool
platerun_has_word(const struct idtext *t, const struct platerun *r)
{
	return score_words(t, r, false, false) < 0;
}
