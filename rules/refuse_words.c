/*
 * The table of words for groups, and how one word is held against it.
 *
 * A row is compared in all its forms (itself, its plural, with man, men, woman
 * and women after it), with letters that are written twice counted once, so
 * that one row stands for "traveller" and "traveler".
 */
#include "rules/refuse_words.h"

#include <string.h>

#include "rules/limits.h"
#include "rules/spell.h"

static const char *const groups[] = { "afghan", "african", "albanian",
	"algerian", "american", "anglican", "arab", "arabian", "arabic",
	"asian", "australian", "austrian", "bangladeshi", "baptist", "belgian",
	"brazilian", "buddhist", "bulgarian", "canadian", "caribbean",
	"catholic", "caucasian", "chinaman", "chinese", "christian",
	"congolese", "croatian", "cypriot", "czech", "danish", "didakai",
	"didicoi", "didicoy", "didikai", "didikoi", "didycoy", "dutch",
	"egyptian", "english", "eritrean", "estonian", "ethiopian", "ethnic",
	"ethnicity", "european", "filipino", "finnish", "foreign", "foreigner",
	"french", "gambian", "german", "ghanaian", "gipo", "gippy", "gipsey",
	"gipsies", "gipsy", "greek", "gypo", "gyppy", "gypsies", "gypsy",
	"gypsey", "gypsi", "hasidic", "hindu", "hispanic", "hungarian",
	"immigrant", "indian", "iranian", "iraqi", "irish", "islamic",
	"islamist", "israeli", "italian", "itinerant", "jamaican", "japanese",
	"jew", "jewish", "kenyan", "korean", "kosovan", "kurd", "kurdish",
	"latino", "latvian", "lebanese", "libyan", "lithuanian", "methodist",
	"mexican", "migrant", "moldovan", "moroccan", "mormon", "moslem",
	"muslim", "nationality", "negro", "negroid", "nepalese", "nigerian",
	"nomad", "nomadic", "norwegian", "oriental", "paki", "pakistani",
	"pavee", "pikey", "pikie", "piky", "polish", "portuguese",
	"presbyterian", "protestant", "pykey", "quaker", "rasta", "rastafarian",
	"roma", "romani", "romanian", "romanies", "romany", "russian", "scot",
	"scots", "scottish", "serbian", "sikh", "sinti", "slovak", "slovakian",
	"slovenian", "somali", "somalian", "spanish", "sudanese", "swedish",
	"syrian", "thai", "tinker", "tinky", "tinkies", "traveller", "tunisian",
	"turk", "turkish", "ugandan", "ukrainian", "vietnamese", "welsh",
	"yemeni", "zimbabwean" };

static const char *const endings[] = { "", "s", "man", "men", "woman",
	"women" };

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Room for the longest row and ending. */
#define FORM_MAX 32

/* What a digit is read as, besides itself: g1psy, trave11er. */
static const char *const alike[10] = { "o", "il", "z", "e", "a", "s", "gb", "t",
	"b", "g" };

/* Letters of other scripts that look like a Latin one. */
static const struct {
	const char *letter;
	char latin;
} strangers[] = {
	{ "\u0430", 'a' },
	{ "\u0410", 'a' },
	{ "\u0435", 'e' },
	{ "\u0415", 'e' },
	{ "\u043E", 'o' },
	{ "\u041E", 'o' },
	{ "\u0440", 'p' },
	{ "\u0420", 'p' },
	{ "\u0441", 'c' },
	{ "\u0421", 'c' },
	{ "\u0443", 'y' },
	{ "\u0423", 'y' },
	{ "\u0456", 'i' },
	{ "\u0406", 'i' },
	{ "\u0455", 's' },
	{ "\u0405", 's' },
	{ "\u043A", 'k' },
	{ "\u041A", 'k' },
	{ "\u03BF", 'o' },
	{ "\u039F", 'o' },
	{ "\u03B1", 'a' },
	{ "\u0391", 'a' },
	{ "\u03C1", 'p' },
	{ "\u03A1", 'p' },
	{ "\u03B9", 'i' },
	{ "\u0399", 'i' },
	{ "\u03C5", 'y' },
	{ "\u03A5", 'y' },
};

/* The Latin letter that p begins with the look of; 0 if none. */
static char
latin_of(const char *p, size_t len)
{
	for (size_t i = 0; i < COUNT(strangers); i++)
		if (len >= 2 && memcmp(p, strangers[i].letter, 2) == 0)
			return strangers[i].latin;
	return 0;
}

/* word in Latin letters, those written twice in a row once. */
static struct str
plain(struct str word, char out[LIMITS_WORD_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < word.len && n < LIMITS_WORD_MAX; i++) {
		char c = word.p[i];
		char latin = (unsigned char)c < 0x80
				 ? 0
				 : latin_of(word.p + i, word.len - i);

		if (latin) {
			c = latin;
			i++;
		}
		if (n == 0 || out[n - 1] != c)
			out[n++] = c;
	}
	return str_make(out, n);
}

/* Can c be read as the letter? */
static bool
is_letter(char c, char letter)
{
	if (c == letter)
		return true;
	return c >= '0' && c <= '9' && strchr(alike[c - '0'], letter) != NULL;
}

/* Does form begin with word, letter by letter? */
static bool
is_beginning(struct str word, struct str form)
{
	if (word.len == 0 || word.len > form.len)
		return false;
	for (size_t i = 0; i < word.len; i++)
		if (!is_letter(word.p[i], form.p[i]))
			return false;
	return true;
}

/* Could word end as this form does?  Doubled letters change no last one. */
static bool
has_end(struct str word, const char *group, const char *ending)
{
	const char *last = *ending ? ending : group;

	return is_letter(word.p[word.len - 1], last[strlen(last) - 1]);
}

/* A row in one of its forms. */
static struct str
form_of(const char *group, const char *ending, char out[FORM_MAX])
{
	struct str g = str_of(group);
	struct str end = str_of(ending);

	memcpy(out, g.p, g.len);
	if (end.len > 0)
		memcpy(out + g.len, end.p, end.len);
	return str_make(out, g.len + end.len);
}

/* How many letters of this part may be wrong: as compile.c has it. */
static int
slack_of(const struct term_part *part, int slack)
{
	if (part->kind == TERM_STEM)
		return 0;
	if (slack == 2 && part->word.len >= LIMITS_SLACK2_MIN)
		return 2;
	return slack > 0 && part->word.len >= LIMITS_SLACK1_MIN ? 1 : 0;
}

static bool
is_found(const struct term_part *part, struct str word, int slack,
    struct str form, struct str squeezed)
{
	if (part->kind == TERM_STEM)
		return is_beginning(word, squeezed);
	if (word.len == squeezed.len && is_beginning(word, squeezed))
		return true;
	return slack > 0 && spell_distance(part->word, form, slack) <= slack;
}

struct str
refuse_words_group(const struct term_part *part, int slack)
{
	char letters[LIMITS_WORD_MAX];
	struct str word = plain(part->word, letters);

	slack = slack_of(part, slack);
	if (word.len == 0)
		return (struct str){ 0 };
	for (size_t i = 0; i < COUNT(groups); i++) {
		/* Most words differ in the first letter. */
		if (slack == 0 && !is_letter(word.p[0], groups[i][0]))
			continue;
		for (size_t k = 0; k < COUNT(endings); k++) {
			char whole[FORM_MAX];
			char once[LIMITS_WORD_MAX];
			struct str form;

			if (slack == 0 && part->kind != TERM_STEM &&
			    !has_end(word, groups[i], endings[k]))
				continue;
			form = form_of(groups[i], endings[k], whole);
			if (is_found(
				part, word, slack, form, plain(form, once)))
				return str_of(groups[i]);
		}
	}
	return (struct str){ 0 };
}

bool
refuse_words_is_code(struct str s)
{
	static const char *const spelt[] = { "one", "two", "three", "four",
		"five", "six", "seven", "eight", "nine", "zero" };

	if (s.len < 3 || !strchr("i1l", s.p[0]) || s.p[1] != 'c')
		return false;
	/* "lc1" is a code, "lct" is none: the last one must be a digit. */
	if (s.len == 3)
		return s.p[2] >= '0' && s.p[2] <= '9';
	for (size_t i = 0; i < COUNT(spelt); i++)
		if (str_is(str_make(s.p + 2, s.len - 2), spelt[i]))
			return true;
	return false;
}

/* Which part of a form a word is held against. */
enum part_of {
	WHOLE,
	BEGINNING,
	END
};

static bool
is_part(struct str word, struct str form, enum part_of part)
{
	if ((word.len == form.len) != (part == WHOLE) || word.len > form.len)
		return false;
	if (part == END)
		form.p += form.len - word.len;
	form.len = word.len;
	return is_beginning(word, form);
}

/* Is word this part of some row in some form? */
static bool
is_in_table(struct str word, enum part_of part)
{
	for (size_t i = 0; i < COUNT(groups) && word.len > 0; i++) {
		/* Most words differ in the first letter. */
		if (part != END && !is_letter(word.p[0], groups[i][0]))
			continue;
		for (size_t k = 0; k < COUNT(endings); k++) {
			char whole[FORM_MAX];
			char once[LIMITS_WORD_MAX];
			struct str form;

			if (part != BEGINNING &&
			    !has_end(word, groups[i], endings[k]))
				continue;
			form = form_of(groups[i], endings[k], whole);
			if (is_part(word, plain(form, once), part))
				return true;
		}
	}
	return false;
}

bool
refuse_words_is_split(struct str left, struct str right)
{
	char joined[LIMITS_WORD_MAX];
	char letters[LIMITS_WORD_MAX];

	if (left.len + right.len > LIMITS_WORD_MAX)
		return false;
	memcpy(joined, left.p, left.len);
	memcpy(joined + left.len, right.p, right.len);
	return is_in_table(
	    plain(str_make(joined, left.len + right.len), letters), WHOLE);
}

bool
refuse_words_begins(struct str folded)
{
	char letters[LIMITS_WORD_MAX];

	return is_in_table(plain(folded, letters), BEGINNING);
}

bool
refuse_words_ends(struct str folded)
{
	char letters[LIMITS_WORD_MAX];

	/* No form has a longer end that is worth cutting off. */
	return folded.len <= 8 && is_in_table(plain(folded, letters), END);
}
