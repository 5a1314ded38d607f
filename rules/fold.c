/*
 * Folding, byte by byte for ASCII and by code point for the rest.  The table
 * of accented letters covers Latin-1 and Latin Extended-A (U+00C0 to U+017F),
 * which is what British keyboards and names bring.  Letters of other scripts
 * stay as they are.
 */
#include "rules/fold.h"

#include <endian.h>
#include <string.h>

/* What a byte is: itself folded if > LAST_MARK, else one of these. */
enum {
	SEPARATOR,
	CLAUSE,
	SENTENCE,
	ASKED,
	STOP,       /* "." ends a sentence only before white space */
	APOSTROPHE, /* nothing inside a word */
	HYPHEN,     /* separates; a clause if white space is around it */
	AMPERSAND,  /* a word */
	HIGH,       /* begins a longer code point */
	LAST_MARK
};

#define DIGITS '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'
#define LETTERS                                                               \
	'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', \
	    'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z'
#define H16                                                               \
	HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, \
	    HIGH, HIGH, HIGH, HIGH, HIGH

static const unsigned char kinds[256] = { ['\n'] = SENTENCE,
	['!'] = SENTENCE,
	['"'] = CLAUSE,
	['&'] = AMPERSAND,
	['\''] = APOSTROPHE,
	['('] = CLAUSE,
	[')'] = CLAUSE,
	[','] = CLAUSE,
	['-'] = HYPHEN,
	['.'] = STOP,
	['0'] = DIGITS,
	[':'] = CLAUSE,
	[';'] = SENTENCE,
	['?'] = ASKED,
	['A'] = LETTERS,
	['['] = CLAUSE,
	[']'] = CLAUSE,
	['a'] = LETTERS,
	[0x80] = H16,
	H16,
	H16,
	H16,
	H16,
	H16,
	H16,
	H16 };

/* U+00C0 to U+017F without accents, two letters each, a space for none. */
static const char latin[] =
    "a a a a a a aec e e e e i i i i d n o o o o o x o u u u u y thss"
    "a a a a a a aec e e e e i i i i d n o o o o o   o u u u u y thy "
    "a a a a a a c c c c c c c c d d d d e e e e e e e e e e g g g g "
    "g g g g h h h h i i i i i i i i i i ijijj j k k k l l l l l l l "
    "l l l n n n n n n n n n o o o o o o oeoer r r r r r s s s s s s "
    "s s t t t t t t u u u u u u u u u u u u w w y y y z z z z z z s ";

_Static_assert(sizeof latin == 2 * (0x180 - 0xC0) + 1, "U+00C0 to U+017F");

void
fold_init(struct fold *f, struct str text)
{
	f->text = (const unsigned char *)(text.p ? text.p : "");
	f->len = text.len;
	f->at = 0;
	f->gap = FOLD_SENTENCE;
	f->word_len = 0;
}

/* Length of the code point at p, its value in *cp; 1 and 0 if it is none. */
static size_t
decode(const unsigned char *p, size_t len, uint32_t *cp)
{
	size_t n = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : p[0] >= 0xC2 ? 2 : 0;

	*cp = 0;
	if (n == 0 || n > len || p[0] > 0xF4)
		return 1;
	*cp = p[0] & (0xFFU >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xC0U) != 0x80U) {
			*cp = 0;
			return 1;
		}
		*cp = *cp << 6 | (p[i] & 0x3FU);
	}
	return n;
}

/* What a code point beyond ASCII is; HIGH: a letter. */
static unsigned
kind_of(uint32_t cp)
{
	if (cp == 0x2018 || cp == 0x2019 || cp == 0x2BC || cp == 0xB4)
		return APOSTROPHE;
	/* Joiners, soft hyphens and combining accents are nothing at all. */
	if ((cp >= 0x200B && cp <= 0x200D) || cp == 0xFEFF || cp == 0xAD ||
	    (cp >= 0x300 && cp < 0x370))
		return APOSTROPHE;
	if (cp == 0x2010 || cp == 0x2011)
		return HYPHEN;
	if (cp == 0xD7)
		return HIGH;
	if (cp < 0xC0 || cp == 0xF7)
		return SEPARATOR;
	if (cp >= 0x2000 && cp < 0x2070)
		return cp >= 0x2012 && cp <= 0x2026 ? CLAUSE : SEPARATOR;
	return HIGH;
}

static void
add_byte(struct fold *f, char c)
{
	if (f->word_len < LIMITS_WORD_MAX)
		f->word[f->word_len++] = c;
}

static void
add_letter(struct fold *f, uint32_t cp, size_t len)
{
	if (cp >= 0xC0 && cp < 0x180) {
		const char *pair = &latin[2 * (size_t)(cp - 0xC0)];

		add_byte(f, pair[0]);
		if (pair[1] != ' ')
			add_byte(f, pair[1]);
		return;
	}
	for (size_t i = 0; i < len; i++)
		add_byte(f, (char)f->text[f->at + i]);
}

static bool
is_space(const struct fold *f, size_t at)
{
	return at >= f->len || f->text[at] == ' ' || f->text[at] == '\t' ||
	       f->text[at] == '\n' || f->text[at] == '\r';
}

/* Does "?" end a question: right behind a word, with a blank or a mark behind
 * it?  In "EK05 ??L" and "EK?? KLT" it stands for what nobody could read. */
static bool
is_question(const struct fold *f)
{
	size_t from = f->at;
	size_t to = f->at + 1;
	size_t word;
	bool has_digit = false;

	while (from > 0 && f->text[from - 1] == '?')
		from--;
	while (to < f->len && f->text[to] == '?')
		to++;
	if (to < f->len && kinds[f->text[to]] > LAST_MARK)
		return false;
	for (word = from; word > 0 && kinds[f->text[word - 1]] > LAST_MARK;
	     word--) {
		unsigned char c = f->text[word - 1];

		has_digit = has_digit || (c >= '0' && c <= '9');
	}
	if (word == from)
		return from > 0 && !is_space(f, from - 1);
	return !has_digit && from - word > 2;
}

/* Note what a byte or code point between words means. */
static void
note_gap(struct fold *f, unsigned kind, size_t len)
{
	switch (kind) {
	case CLAUSE: f->gap |= FOLD_CLAUSE; break;
	case SENTENCE: f->gap |= FOLD_SENTENCE | FOLD_CLAUSE; break;
	case ASKED:
		if (is_question(f))
			f->gap |= FOLD_ASKED | FOLD_SENTENCE | FOLD_CLAUSE;
		break;
	case STOP:
		if (is_space(f, f->at + 1))
			f->gap |= FOLD_SENTENCE | FOLD_CLAUSE;
		break;
	case HYPHEN:
		if (is_space(f, f->at + len) &&
		    (f->at == 0 || is_space(f, f->at - 1)))
			f->gap |= FOLD_CLAUSE;
		break;
	default: break;
	}
}

/* Skip to the next word; false at the end. */
static bool
skip_gap(struct fold *f)
{
	while (f->at < f->len) {
		unsigned kind = kinds[f->text[f->at]];
		size_t len = 1;

		if (kind == SEPARATOR) {
			f->at++;
			continue;
		}
		if (kind > LAST_MARK || kind == AMPERSAND)
			return true;
		if (kind == HIGH) {
			uint32_t cp;

			len = decode(f->text + f->at, f->len - f->at, &cp);
			kind = cp ? kind_of(cp) : SEPARATOR;
			if (kind == HIGH)
				return true;
		}
		if (kind != SEPARATOR)
			note_gap(f, kind, len);
		f->at += len;
	}
	return false;
}

/* Take the rest of a word that has a byte beyond plain letters and digits. */
static bool
take_odd(struct fold *f, unsigned kind)
{
	size_t len = 1;

	if (kind == HIGH) {
		uint32_t cp;

		len = decode(f->text + f->at, f->len - f->at, &cp);
		kind = cp ? kind_of(cp) : SEPARATOR;
		if (kind == HIGH) {
			add_letter(f, cp, len);
			f->at += len;
			f->end = f->at;
			return true;
		}
	}
	if (kind != APOSTROPHE)
		return false;
	f->at += len;
	return true;
}

/*
 * Plain letters and digits, which most words are made of, up to the rest.
 * Eight are put together before they are stored: who reads eight of them back
 * at once does not have to wait for eight stores.
 */
static unsigned
take_plain(struct fold *f)
{
	/* Locals: a store through char * may otherwise change any of them. */
	const unsigned char *text = f->text;
	size_t len = f->len;
	size_t at = f->at;
	size_t n = f->word_len;
	char *word = f->word;
	unsigned kind = SEPARATOR;
	unsigned k;

	do {
		uint64_t eight = 0;

		for (k = 0;
		     k < 8 && at < len && (kind = kinds[text[at]]) > LAST_MARK;
		     k++, at++)
			eight |= (uint64_t)kind << (8 * k);
		if (n >= LIMITS_WORD_MAX)
			continue;
		eight = htole64(eight);
		memcpy(word + n, &eight, 8);
		n = n + k < LIMITS_WORD_MAX ? n + k : LIMITS_WORD_MAX;
	} while (k == 8);
	if (at > f->at)
		f->end = at;
	f->at = at;
	f->word_len = n;
	return at < len ? kind : SEPARATOR;
}

/* Zeroes after the word, where take_plain() alone has not put them. */
static void
end_word(struct fold *f)
{
	memset(f->word + f->word_len, 0, 8);
}

static void
take_word(struct fold *f)
{
	unsigned kind = take_plain(f);

	if (kind == SEPARATOR)
		return;
	while (take_odd(f, kind)) {
		kind = take_plain(f);
		if (kind == SEPARATOR)
			break;
	}
	end_word(f);
}

bool
fold_next(struct fold *f)
{
	if (!skip_gap(f))
		return false;
	f->start = f->at;
	f->word_len = 0;
	f->before = f->gap;
	f->gap = 0;
	if (f->text[f->at] == '&') {
		memcpy(f->word, "and", 3);
		f->word_len = 3;
		f->end = ++f->at;
		end_word(f);
	} else {
		take_word(f);
	}
	return true;
}

struct str
fold_word(const struct fold *f)
{
	return str_make(f->word, f->word_len);
}
