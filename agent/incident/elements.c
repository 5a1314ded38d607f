/*
 * elements: one walk over the words of each entry.  Words are runs of letters
 * and figures; a phrase is up to three of them.
 */
#include "agent/incident/elements.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PHRASE_WORDS 3
#define BEFORE_WORDS 3 /* a denial so far before counts */

/* A word with "*" at its end has any ending. */
static const struct phrase {
	enum element element;
	const char *words[PHRASE_WORDS];
} phrases[] = {
	{ ELEMENT_DOGS, { "lurcher*" } },
	{ ELEMENT_DOGS, { "greyhound*" } },
	{ ELEMENT_DOGS, { "saluki*" } },
	{ ELEMENT_DOGS, { "whippet*" } },
	{ ELEMENT_DOGS, { "dogs" } },
	{ ELEMENT_DOGS, { "long", "dog*" } },
	{ ELEMENT_DOGS, { "running", "dog*" } },
	{ ELEMENT_PURSUIT, { "coursing" } },
	{ ELEMENT_PURSUIT, { "after", "hare*" } },
	{ ELEMENT_PURSUIT, { "after", "rabbit*" } },
	{ ELEMENT_PURSUIT, { "after", "deer" } },
	{ ELEMENT_PURSUIT, { "chasing", "hare*" } },
	{ ELEMENT_PURSUIT, { "chasing", "a", "hare*" } },
	{ ELEMENT_PURSUIT, { "chasing", "deer" } },
	{ ELEMENT_PURSUIT, { "slipped" } },
	{ ELEMENT_PURSUIT, { "lamping" } },
	{ ELEMENT_PURSUIT, { "poaching" } },
	{ ELEMENT_PURSUIT, { "poacher*" } },
	{ ELEMENT_TRESPASS, { "no", "permission" } },
	{ ELEMENT_TRESPASS, { "without", "permission" } },
	{ ELEMENT_TRESPASS, { "trespass*" } },
	{ ELEMENT_TRESPASS, { "private", "land" } },
	{ ELEMENT_TRESPASS, { "not", "allowed" } },
	{ ELEMENT_TRESPASS, { "asked", "to", "leave" } },
	{ ELEMENT_TRESPASS, { "told", "to", "leave" } },
	{ ELEMENT_THREAT, { "threat*" } },
	{ ELEMENT_THREAT, { "intimidat*" } },
	{ ELEMENT_THREAT, { "menac*" } },
	{ ELEMENT_THREAT, { "assault*" } },
	{ ELEMENT_THREAT, { "rammed" } },
	{ ELEMENT_THREAT, { "drove", "at" } },
	{ ELEMENT_THREAT, { "violen*" } },
	{ ELEMENT_ARMS, { "gun*" } },
	{ ELEMENT_ARMS, { "shotgun*" } },
	{ ELEMENT_ARMS, { "rifle*" } },
	{ ELEMENT_ARMS, { "crossbow*" } },
	{ ELEMENT_ARMS, { "catapult*" } },
	{ ELEMENT_ARMS, { "machete*" } },
	{ ELEMENT_ARMS, { "knife" } },
	{ ELEMENT_ARMS, { "knives" } },
	{ ELEMENT_ARMS, { "iron", "bar*" } },
	{ ELEMENT_ARMS, { "baseball", "bat*" } },
};

static const char *const numbers[] = { "one", "two", "three", "four", "five",
	"six", "seven", "eight", "nine", "ten", "eleven", "twelve" };

static const char *const persons[] = { "male*", "men", "man", "lad*", "person*",
	"people", "youth*", "female*", "suspect*", "offender*", "occupant*" };

static const char *const denials[] = { "no", "not", "without", "never" };

static bool
is_word_byte(char c)
{
	return isalnum((unsigned char)c) || c == '\'' || (c & 0x80);
}

/* The next word of text from *at on; absent at the end. */
static struct str
next_word(struct str text, size_t *at)
{
	size_t begin;

	while (*at < text.len && !is_word_byte(text.p[*at]))
		++*at;
	begin = *at;
	while (*at < text.len && is_word_byte(text.p[*at]))
		++*at;
	return *at > begin ? str_make(text.p + begin, *at - begin)
			   : (struct str){ 0 };
}

static bool
is_like(struct str word, const char *pattern)
{
	size_t len = strlen(pattern);
	bool is_open = pattern[len - 1] == '*';

	len -= is_open;
	return word.len >= len && (is_open || word.len == len) &&
	       strncasecmp(word.p, pattern, len) == 0;
}

static bool
is_one_of(struct str word, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_like(word, list[i]))
			return true;
	return false;
}

/* The words in hand: those before, and those from here on. */
struct reading {
	struct str text;
	struct str before[BEFORE_WORDS]; /* the last first */
	struct str word;
	size_t after; /* where the word ends */
	int entry;
	struct element_found *out;
};

static void
note(struct reading *r, enum element element, size_t end, int number)
{
	struct element_found *f = &r->out[element];

	if (f->is_found && number <= f->number)
		return;
	*f = (struct element_found){ .is_found = true,
		.words =
		    str_make(r->word.p, (size_t)(r->text.p + end - r->word.p)),
		.entry = r->entry,
		.number = number };
}

static bool
is_denied(const struct reading *r)
{
	for (size_t i = 0; i < BEFORE_WORDS; i++)
		if (is_one_of(r->before[i], denials,
			sizeof denials / sizeof denials[0]))
			return true;
	return false;
}

/* Do the words from here on say it?  Then where they end, else 0. */
static size_t
match(const struct reading *r, const struct phrase *p)
{
	size_t at = r->after;

	if (!is_like(r->word, p->words[0]))
		return 0;
	for (size_t i = 1; i < PHRASE_WORDS && p->words[i]; i++) {
		struct str word = next_word(r->text, &at);

		if (word.len == 0 || !is_like(word, p->words[i]))
			return 0;
	}
	return at;
}

static int
number_of(struct str word)
{
	int n = 0;

	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		if (is_like(word, numbers[i]))
			return (int)i + 1;
	if (word.len == 0 || word.len > 2)
		return 0;
	for (size_t i = 0; i < word.len; i++) {
		if (!isdigit((unsigned char)word.p[i]))
			return 0;
		n = 10 * n + (word.p[i] - '0');
	}
	return n;
}

/* "4 males", "five or six lads". */
static void
read_persons(struct reading *r)
{
	int n = number_of(r->word);
	size_t at = r->after;

	for (int i = 0; n > 0 && i < 3; i++) {
		struct str word = next_word(r->text, &at);

		if (is_one_of(
			word, persons, sizeof persons / sizeof persons[0])) {
			note(r, ELEMENT_PERSONS, at, n);
			return;
		}
	}
}

static void
read_word(struct reading *r)
{
	bool denied = is_denied(r);

	for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++) {
		size_t end = match(r, &phrases[i]);

		if (end > 0 && !denied && !r->out[phrases[i].element].is_found)
			note(r, phrases[i].element, end, 0);
	}
	if (!denied)
		read_persons(r);
}

void
elements_find(
    const struct incident *in, struct element_found out[ELEMENT_COUNT])
{
	memset(out, 0, ELEMENT_COUNT * sizeof out[0]);
	for (size_t i = 0; i < in->log_count; i++) {
		struct reading r = {
			.text = in->log[i].text, .entry = (int)i, .out = out
		};
		size_t at = 0;

		for (;;) {
			r.word = next_word(r.text, &at);
			if (r.word.len == 0)
				break;
			r.after = at;
			read_word(&r);
			r.before[2] = r.before[1];
			r.before[1] = r.before[0];
			r.before[0] = r.word;
		}
	}
}
