/*
 * neutral: nouns that name people by a group.  Plurals of the words in
 * refuse_words.c are all such nouns; of the singulars only those below, since
 * the others are used before a noun ("a Polish lorry").
 */
#include "rules/neutral.h"

#include <stddef.h>
#include <string.h>

#include "rules/refuse_words.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char *const singulars[] = { "didicoy", "foreigner", "gipo",
	"gipsy", "gypo", "gypsy", "immigrant", "itinerant", "jew", "migrant",
	"moslem", "muslim", "nomad", "paki", "pikey", "pikie", "scot", "sikh",
	"tinker", "traveler", "traveller", "turk" };

static const char *const determiners[] = { "1", "a", "an", "another", "each",
	"every", "one", "same", "some", "that", "the", "this", "x1" };

static const char *const small_words[] = { "and", "are", "as", "asked", "at",
	"been", "but", "by", "came", "carrying", "drove", "for", "from", "got",
	"had", "has", "have", "he", "in", "inside", "into", "is", "left",
	"living", "near", "next", "of", "off", "on", "onto", "or", "out",
	"over", "said", "says", "seen", "she", "shouting", "stood", "that",
	"then", "they", "to", "took", "trying", "under", "up", "walking", "was",
	"went", "were", "who", "with", "without" };

/* Not what somebody is doing: "this … morning". */
static const char *const things[] = { "building", "clothing", "evening",
	"meeting", "morning", "railing", "something", "thing", "wedding" };

static bool
is_one_of(struct str word, const char *const *list, size_t count)
{
	/* Most words differ in the first letter. */
	for (size_t i = 0; i < count && word.len > 0; i++)
		if (word.p[0] == list[i][0] && str_is(word, list[i]))
			return true;
	return false;
}

static bool
ends_in(struct str word, const char *ending)
{
	size_t len = strlen(ending);

	return word.len > len &&
	       memcmp(word.p + word.len - len, ending, len) == 0;
}

struct str
neutral_word(struct str folded)
{
	const struct term_part part = { TERM_WORD, folded };

	if (is_one_of(folded, singulars, COUNT(singulars)))
		return str_of("person");
	if (!ends_in(folded, "s") && !ends_in(folded, "men") &&
	    !ends_in(folded, "man"))
		return (struct str){ 0 };
	if (str_is(folded, "german") ||
	    !str_is_given(refuse_words_group(&part, 0)))
		return (struct str){ 0 };
	return str_of(ends_in(folded, "man") ? "person" : "people");
}

bool
neutral_is_noun(struct str before, struct str next)
{
	if (!is_one_of(before, determiners, COUNT(determiners)))
		return false;
	if (is_one_of(next, things, COUNT(things)))
		return false;
	return !str_is_given(next) || ends_in(next, "ing") ||
	       ends_in(next, "ed") ||
	       is_one_of(next, small_words, COUNT(small_words));
}
