/*
 * The table, and how a phrase is held against it: exactly, by its endings and
 * by its misspellings, so that no spelling gets round it.  Colours are refused
 * before a word for a person only: a black van is a black van.
 */
#include "rules/refuse.h"

#include <string.h>

#include "rules/fold.h"
#include "rules/spell.h"

static const char *const groups[] = { "afghan", "african", "albanian",
	"american", "arab", "arabic", "asian", "australian", "bangladeshi",
	"buddhist", "bulgarian", "caribbean", "catholic", "chinese",
	"christian", "croatian", "czech", "didicoi", "didicoy", "didikai",
	"dutch", "egyptian", "english", "estonian", "european", "filipino",
	"foreign", "foreigner", "french", "german", "gippo", "gipsies", "gipsy",
	"greek", "gyppo", "gyppos", "gypo", "gypos", "gypsies", "gypsy",
	"gypsys", "hindu", "hungarian", "immigrant", "indian", "iranian",
	"iraqi", "irish", "islamic", "israeli", "italian", "jamaican",
	"japanese", "jew", "jewish", "jews", "kosovan", "kurd", "kurdish",
	"latvian", "lithuanian", "migrant", "moldovan", "moslem", "muslim",
	"nigerian", "oriental", "pakistani", "pavee", "pikey", "pikeys",
	"pikie", "pikies", "polish", "portuguese", "protestant", "roma",
	"romani", "romanian", "romanies", "romany", "russian", "scottish",
	"serbian", "sikh", "sinti", "slovak", "slovakian", "somali", "spanish",
	"syrian", "tinker", "tinkers", "tinky", "tinkies", "traveler",
	"traveller", "turkish", "ukrainian", "vietnamese", "welsh" };

static const char *const colours[] = { "black", "brown", "coloured", "white",
	"dark", "tanned" };

static const char *const people[] = { "boy", "boys", "fella", "fellas",
	"female", "females", "gent", "gents", "girl", "girls", "guy", "guys",
	"ic", "lad", "lads", "lady", "male", "males", "man", "men", "people",
	"person", "persons", "skin", "skinned", "woman", "women", "youth",
	"youths" };

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static bool
is_one_of(struct str word, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_is(word, list[i]))
			return true;
	return false;
}

/* The singular and the plain plural are both refused. */
static bool
is_group(struct str word, const char *group)
{
	struct str g = str_of(group);

	if (str_is_equal(word, g))
		return true;
	return word.len == g.len + 1 && word.p[g.len] == 's' &&
	       memcmp(word.p, g.p, g.len) == 0;
}

/* IC1 to IC9 and IC0. */
static bool
is_code(struct str word)
{
	return word.len == 3 && word.p[0] == 'i' && word.p[1] == 'c' &&
	       word.p[2] >= '0' && word.p[2] <= '9';
}

/* Would this part match a word for this group? */
static bool
is_match(const struct term_part *part, int slack, const char *group)
{
	struct str g = str_of(group);

	if (part->kind == TERM_STEM)
		return g.len >= part->word.len &&
		       memcmp(g.p, part->word.p, part->word.len) == 0;
	if (is_group(part->word, group))
		return true;
	return slack > 0 && part->word.len >= LIMITS_SLACK1_MIN &&
	       g.len >= LIMITS_SLACK1_MIN &&
	       spell_distance(part->word, g, slack) <= slack;
}

static struct str
find_in_part(const struct term_part *part, int slack)
{
	if (!str_is_given(part->word))
		return (struct str){ 0 };
	if (is_code(part->word))
		return part->word;
	for (size_t i = 0; i < COUNT(groups); i++)
		if (is_match(part, slack, groups[i]))
			return str_of(groups[i]);
	return (struct str){ 0 };
}

/*
 * The refused word that some of the first of these parts make when they are
 * written as one ("gyp sy", as a text's "gyp-sy" and "gypsy"), and how many
 * they are; 0 if they make none.
 */
static size_t
find_in_run(
    const struct term_part *parts, size_t count, int slack, struct str *refused)
{
	char joined[LIMITS_PHRASE_WORDS_MAX * LIMITS_WORD_MAX];
	struct term_part whole = { .word = { .p = joined } };

	for (size_t i = 0; i < count && str_is_given(parts[i].word); i++) {
		memcpy(joined + whole.word.len, parts[i].word.p,
		    parts[i].word.len);
		whole.word.len += parts[i].word.len;
		whole.kind = parts[i].kind;
		if (i > 0)
			*refused = find_in_part(&whole, slack);
		if (is_code(*refused)) /* whose text would be joined's */
			*refused = str_of("ic");
		if (str_is_given(*refused))
			return i + 1;
		if (parts[i].kind == TERM_STEM)
			return 0;
	}
	return 0;
}

/* A colour right before a word for people. */
static bool
is_pair(const struct term_part *a, const struct term_part *b)
{
	return is_one_of(a->word, colours, COUNT(colours)) &&
	       is_one_of(b->word, people, COUNT(people));
}

struct str
refuse_find(const struct term_part *parts, size_t count, int slack,
    enum ast_list_kind kind)
{
	struct str refused = { 0 };
	size_t others = 0;

	for (size_t i = 0; i < count; i++) {
		struct str word = find_in_part(&parts[i], slack);
		size_t run;

		/* What may follow a lone IC is a code: "ic one", "ic #". */
		if (is_code(word) || str_is(parts[i].word, "ic"))
			return parts[i].word;
		if (i + 1 < count && is_pair(&parts[i], &parts[i + 1]))
			return parts[i].word;
		run = str_is_given(word)
			  ? 0
			  : find_in_run(parts + i, count - i, slack, &word);
		if (str_is_given(word))
			refused = word;
		if (run > 0)
			i += run - 1;
		else if (!str_is_given(word))
			others +=
			    str_is_given(parts[i].word) &&
			    !is_one_of(parts[i].word, people, COUNT(people));
	}
	if (kind != AST_WORDS && others > 0)
		return (struct str){ 0 };
	return refused;
}

struct str
refuse_find_text(struct str text)
{
	struct fold f;

	fold_init(&f, text);
	while (fold_next(&f)) {
		struct term_part part = { TERM_WORD, fold_word(&f) };
		struct str found = find_in_part(&part, 0);

		if (!str_is_given(found))
			continue;
		/* A code's text is the fold's own; name it as it is. */
		return is_code(part.word)
			   ? str_make(text.p + f.start, f.end - f.start)
			   : found;
	}
	return (struct str){ 0 };
}
